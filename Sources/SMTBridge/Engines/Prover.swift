public import ProtocolModel

/// Decides the properties of a machine, or as many as the time allows: violated with a
/// shortest counterexample, or proved for every reachable state, or neither within a bound.
///
/// The engines in their order, each working on what those before it left open, with what is
/// proved as a help:
/// 1. one-step induction of all properties together (conservation and the like fall here);
/// 2. bounded search, for what is false;
/// 3. induction over two and three steps;
/// 4. bounded search to the depth that was asked for, for a short time;
/// 5. induction with lemmas that are found automatically (`LemmaSearch`);
/// 6. bounded search again, with a part of the time;
/// 7. Spacer, with all of that as a help;
/// 8. the rest of the bounded search.
///
/// What only whole behaviors decide has a bounded search of its own (`BoundedLassoSearch`).
///
/// What is found is never shown on the solver's word: counterexamples are run in the
/// evaluator, proofs are reduced to obligations that are solved anew.
public struct Prover {
  typealias Term = TermGraph.Term

  let machine: Machine
  var options: ProofOptions
  /// The whole time; the engines have to leave some of it for the obligations.
  private(set) var wholeLimits: SolverLimits
  let chosen: [Property]
  let system: SymbolicSystem
  var graph: TermGraph
  var result: ProofResult
  /// Facts that hold in every reachable state: proved properties and their lemmas.
  var ledger = ProofLedger()
  /// By property: what it says of one state, where it says that.
  var candidates: [Term?]
  /// By property: steps within which nothing is beyond the value of a quantity.
  var extremeDepths: [Int: Int] = [:]
  var isOverflowExcluded = false
  /// Bounds of integers are guessed; and whether some state is beyond them.
  var isGuessed = false
  var isGuessWrong = false
  /// Properties whose proofs depend on what may not be so.
  private var withdrawn: [Int] = []
  /// The search met a list that is longer than any in the shapes.
  var isListTooLong = false

  /// Runs all engines.
  public static func run(_ machine: Machine, _ options: ProofOptions) -> ProofResult {
    let chosen = machine.properties.filter { options.properties?.contains($0.name) ?? true }
    if chosen.contains(where: \.isOfBehaviors) { return runWithBehaviors(machine, options, chosen) }
    return run(machine, options, triesContracts: true)
  }

  /// The same without contracts.
  static func runWithBodies(_ machine: Machine, _ options: ProofOptions) -> ProofResult {
    run(machine, options, triesContracts: false)
  }

  static func run(
    _ machine: Machine, _ options: ProofOptions, triesContracts: Bool
  ) -> ProofResult {
    let chosen = machine.properties.filter { options.properties?.contains($0.name) ?? true }
    var empty = ProofResult(
      properties: chosen.map { ProvedProperty(name: $0.name, kind: $0.kind, range: $0.range) },
      definedness: ProvedProperty(name: "definedness", kind: .invariant, range: .none))
    var event = ProofEvent(.encoding)
    event.open = chosen.map(\.name)
    options.progress?(event)
    do throws(SymbolicRefusal) {
      let open = try openConstants(of: machine, options.openConstants)
      empty.openConstants = open.map { machine[$0.constant].name }
      if options.usesLayers {
        let reason = SymbolicRefusal("only a search was asked for")
        if let result = runWithLayers(machine, options, chosen, open, reason, empty) { return result }
      }
      if triesContracts, let result = runWithContracts(machine, options, chosen, open, empty) {
        return result
      }
      // What has no form in some time has a search of its own.
      let share = options.limits.rest.map { options.limits.ending(in: $0 * shareForForm) } ?? options.limits
      let limits = options.proves ? share : options.limits.spending(secondsForForm)
      let plain = Result { () throws(SymbolicRefusal) in
        try SymbolicSystem(machine, open: open, properties: chosen, shouldStop: { limits.isOver })
      }
      if let result = runWithinObservedBounds(machine, options, chosen, plain, empty) { return result }
      if case .failure(let reason) = plain,
        let result = runWithLayers(machine, options, chosen, open, reason, empty)
      {
        return result
      }
      var prover = Prover(machine, options, chosen, try plain.get(), empty)
      prover.run()
      if prover.isListTooLong, prover.result.disagreement == nil {
        let reason = SymbolicRefusal("a list grows beyond \(SymbolicShape.maximalLength) entries")
        let rest = runWithLayers(machine, options, chosen, open, reason, empty)
        if let rest { prover.result.complete(with: rest) }
      }
      return prover.result
    } catch {
      empty.refusal = error
      return empty
    }
  }

  /// A machine without open constants whose integers have no computed bounds, but are multiplied,
  /// divided or counted to: with bounds as observed.
  ///
  /// - Returns: nil where that is no help: the guess is wrong, or nothing is gained by it.
  private static func runWithinObservedBounds(
    _ machine: Machine, _ options: ProofOptions, _ chosen: [Property],
    _ plain: Result<SymbolicSystem, SymbolicRefusal>, _ empty: ProofResult
  ) -> ProofResult? {
    guard options.searches, let system = systemWithinObservedBounds(machine, options, chosen, plain) else {
      return nil
    }
    var prover = Prover(machine, options, chosen, system, empty)
    prover.isGuessed = true
    prover.run()
    return prover.isGuessWrong ? nil : prover.result
  }

  /// A system whose integers have bounds as observed; nil where that is no help.
  static func systemWithinObservedBounds(
    _ machine: Machine, _ options: ProofOptions, _ properties: [Property],
    _ plain: Result<SymbolicSystem, SymbolicRefusal>
  ) -> SymbolicSystem? {
    guard options.openConstants.isEmpty else { return nil }
    if case .success(let system) = plain {
      let hasBounds = system.leaves.allSatisfy { $0.range.lowerBound != .min && $0.range.upperBound != .max }
      guard !hasBounds, system.graph.hasProducts else { return nil }
    }
    guard let observed = ObservedValues(of: machine, options.limits) else { return nil }
    return try? SymbolicSystem(
      machine, properties: properties, samples: observed.values, shouldStop: { options.limits.isOver })
  }

  /// The constants with these names, and the values that they have.
  static func openConstants(
    of machine: Machine, _ names: [String]
  ) throws(SymbolicRefusal) -> [(constant: FunctionID, value: Value)] {
    let evaluator = Evaluator(machine: machine)
    var result: [(constant: FunctionID, value: Value)] = []
    for name in names {
      guard let function = machine.definition(ofConstant: name) else {
        throw SymbolicRefusal("there is no constant `\(name)`")
      }
      guard let value = try? evaluator.value(of: function) else {
        throw SymbolicRefusal("constant `\(name)` has no value whose form could be taken")
      }
      result.append((function, value))
    }
    return result
  }

  init(
    _ machine: Machine, _ options: ProofOptions, _ chosen: [Property], _ system: SymbolicSystem,
    _ empty: ProofResult
  ) {
    self.machine = machine
    self.options = options
    wholeLimits = options.limits
    if let rest = options.limits.rest, options.proves {
      self.options.limits = options.limits.ending(in: rest - min(Self.secondsForObligations, rest / 5))
    }
    self.chosen = chosen
    self.system = system
    var graph = system.graph
    candidates = zip(chosen, system.predicates).map { property, predicate in
      guard predicate.refusal == nil else { return nil }
      switch property.kind {
      case .invariant, .inductive: break
      case .temporal:
        guard property.shape == .alwaysState else { return nil }
      // One that has no value somewhere is not never true.
      case .witness:
        return graph.and(graph.not(predicate.whole.holds), graph.not(predicate.whole.undefined))
      // What is to be proved of a quantity is known once its extreme is found.
      case .maximum, .minimum: return nil
      }
      return graph.and(predicate.whole.holds, graph.not(predicate.whole.undefined))
    }
    self.graph = graph
    findings = Findings(machine: machine, chosen: chosen)
    result = empty
  }

  private static let secondsForObligations = 15.0
  /// Of the bounded search before the longer proofs: about two seconds.
  private static let resourcesForAttempt = 4_000_000
  /// Share of the time for the form of all reachable states; where there is no proof, processor time.
  private static let shareForForm = 0.6
  private static let secondsForForm = 10.0

  // MARK: The order of the engines

  mutating func run() {
    for (index, predicate) in system.predicates.enumerated() {
      if let refusal = predicate.refusal {
        result.properties[index].note = "cannot be encoded: " + describe(refusal)
      }
    }
    guard begin() else { return }
    if options.searches { findExtremes() }
    if options.searches, chosen.contains(where: { $0.kind == .inductive }) { search(to: 0) }
    checkClaimedInvariants()
    if options.proves {
      induct(k: 1)
      proveProducts()
    }
    let first = options.proves ? min(options.maxSteps, options.firstSteps) : options.maxSteps
    if options.searches { search(to: first) }
    if options.proves {
      for k in stride(from: 2, through: options.maxInduction, by: 1) where isOpen { induct(k: k) }
      // What is false is better refuted than tried to be proved; what is true may need what follows.
      if options.searches, isOpen { search(to: options.maxSteps, spending: Self.resourcesForAttempt) }
      if options.strengthens, isOpen { strengthen() }
      if options.searches, isOpen { search(to: options.maxSteps, spending: 10 * Self.resourcesForAttempt) }
      if options.strengthens, isOpen { runSpacer() }
      withdrawConditionalProofs()
    }
    if options.searches, isOpen || hasOpenDeadlock { search(to: options.maxSteps) }
    finish()
  }

  /// What is proved only of states that have a place is not proved, where others may be reached; the
  /// bounded search, which notices those, has to decide.
  private mutating func withdrawConditionalProofs() {
    if isOverflowExcluded { return }
    func withdraw(_ property: inout ProvedProperty) -> Bool {
      guard case .inductive = property.strength else { return false }
      property.verdict = .inconclusive
      property.strength = .bounded(steps: -1)
      return true
    }
    withdrawn = result.properties.indices.filter { withdraw(&result.properties[$0]) }
    _ = withdraw(&result.definedness)
    ledger = ProofLedger()
  }

  /// Tells of proofs that were withdrawn, where nothing better was found.
  private mutating func noteWithdrawnProofs() {
    let names = withdrawn.filter { isOpen($0) }.map { "`\(chosen[$0].name)`" }
    guard !names.isEmpty else { return }
    let condition =
      isGuessed
      ? "while all values are within the bounds of those that were observed"
      : "for lists of up to \(SymbolicShape.maximalLength) entries"
    result.notes.append("proved only \(condition): \(names.joined(separator: ", "))")
  }

  /// True while something may still be proved.
  var isOpen: Bool {
    if options.limits.isOver { return false }
    return result.properties.indices.contains { isOpen($0) } || result.definedness.verdict == .inconclusive
  }

  func isOpen(_ index: Int) -> Bool {
    result.properties[index].verdict == .inconclusive && result.properties[index].note == nil
  }

  // MARK: Bounded search

  private var bounded: BoundedSearch?
  var findings: Findings
  var overflowGoal = 0

  private mutating func begin() -> Bool {
    let goals = goals()
    guard
      var search = BoundedSearch(system, graph, goals: goals, seed: options.seed, limits: options.limits)
    else {
      result.stopped = "the solver cannot be started"
      return false
    }
    switch search.begin() {
    case true?: break
    case false?:
      result.noteNoInitialState(of: machine)
      return false
    case nil:
      result.stopped = search.stopped
      return false
    }
    bounded = search
    return initialStatesAreDefined()
  }

  /// False, after noting it, when `init` itself can fail.
  private mutating func initialStatesAreDefined() -> Bool {
    var failure = Term.false
    var overflow = Term.false
    for transition in system.initial {
      failure = graph.or(failure, transition.failure)
      overflow = graph.or(overflow, transition.overflow)
    }
    guard haveAllPlaces(overflow) else { return false }
    for fact in system.assumptions { failure = graph.or(failure, fact.undefined) }
    if failure == .false { return true }
    guard let solver = Z3Solver(seed: options.seed, limits: options.limits) else { return true }
    solver.declare(0..<system.inputs.all.count, system.inputs)
    for fact in system.assumptions { solver.assert(graph.or(fact.holds, fact.undefined), graph) }
    solver.assert(failure, graph)
    switch solver.check(assuming: [], graph) {
    case .unsatisfiable: return true
    case .unknown(let reason): result.stopped = reason
    case .satisfiable:
      let failing = system.initial.first {
        $0.failure != .false && solver.value(of: $0.failure, graph) == .one
      }
      result.definedness.noteFailureAtStart(
        of: machine, FoundBehavior.picks(failing?.picks ?? [], graph, solver),
        hasValues: system.openConstants.isEmpty)
    }
    return false
  }

  /// False, after noting it, when the shapes do not have a place for each initial state.
  private mutating func haveAllPlaces(_ overflow: Term) -> Bool {
    if overflow == .false { return true }
    guard let solver = Z3Solver(seed: options.seed, limits: options.limits) else { return true }
    solver.declare(0..<system.inputs.all.count, system.inputs)
    for fact in system.assumptions { solver.assert(fact.holds, graph) }
    solver.assert(overflow, graph)
    if solver.check(assuming: [], graph) == .unsatisfiable { return true }
    noteOverflow()
    return false
  }

  /// Some state has no place in the shapes.
  private mutating func noteOverflow() {
    isGuessWrong = isGuessed
    isListTooLong = !isGuessed
    result.stopped = "a list grows beyond \(SymbolicShape.maximalLength) entries"
  }

  /// - Parameter resources: what this attempt may take, by the solver's own count, so that how far it comes
  ///   does not depend on the computer; nil for all the time that is left.
  private mutating func search(to depth: Int, spending resources: Int? = nil) {
    // Beyond a list that is too long nothing is known.
    guard var search = bounded, search.found[overflowGoal] == nil else { return }
    defer { bounded = search }
    search.resume(spending: resources)
    while search.depth < depth, hasSomethingToFind(search) {
      tell(.boundedSearch, depth: search.depth + 1, upTo: depth)
      if !search.advance() { break }
      if search.found[overflowGoal] != nil {
        noteOverflow()
        break
      }
      findings.take(search.found, into: &result)
      if result.disagreement != nil { return }
      search.checkForEnd()
    }
    findings.take(search.found, into: &result)
    result.depth = search.depth
    result.isExhausted = search.isExhausted
    if let reason = search.stopped, resources == nil { result.stopped = reason }
  }

  private var hasOpenDeadlock: Bool {
    result.deadlock.map { $0.verdict == .inconclusive && $0.note == nil } ?? false
  }

  private func hasSomethingToFind(_ search: BoundedSearch) -> Bool {
    if options.limits.isOver || search.isExhausted { return false }
    if result.properties.indices.contains(where: { isOpen($0) }) { return true }
    if hasOpenDeadlock { return true }
    return result.definedness.verdict == .inconclusive
  }

  // MARK: The end

  private mutating func finish() {
    let reached = result.depth
    dropDoubtfulExtremes()
    settleProofs()
    findUnneededGuards()
    for index in result.properties.indices where result.properties[index].verdict == .inconclusive {
      guard chosen[index].kind.isQuantity else {
        findings.settle(index, reached, wasSearched: bounded.map { $0.depth >= 0 } == true, in: &result)
        continue
      }
      var answer = result.properties[index]
      if answer.note == nil { settleExtreme(&answer, index, reached) }
      result.properties[index] = answer
    }
    noteWithdrawnProofs()
    if result.definedness.verdict == .inconclusive {
      result.definedness.strength =
        result.isExhausted ? .exhausted(steps: reached) : .bounded(steps: reached)
      if result.isExhausted { result.definedness.verdict = .holds }
    }
    limitDefinedness()
    if var deadlock = result.deadlock, deadlock.verdict == .inconclusive {
      deadlock.strength = .bounded(steps: reached)
      // With a note, one candidate was no dead end, and no other was looked for.
      if result.isExhausted, deadlock.note == nil {
        deadlock.verdict = .holds
        deadlock.strength = .exhausted(steps: reached)
      }
      result.deadlock = deadlock
    }
    let isUndecided = result.properties.contains { $0.verdict == .inconclusive && $0.note == nil }
    if isUndecided, result.stopped == nil, options.limits.isOver { result.stopped = "time is over" }
    if options.limits.isInterrupted?() == true { result.stopped = "interrupted" }
  }

  /// Nothing is known of the values of properties that have no symbolic form.
  private mutating func limitDefinedness() {
    let names = chosen.indices.filter { system.predicates[$0].refusal != nil }.map { "`\(chosen[$0].name)`" }
    guard result.definedness.verdict == .holds, !names.isEmpty else { return }
    result.definedness.verdict = .inconclusive
    result.definedness.note = "proved of all but \(names.joined(separator: ", "))"
  }

  func describe(_ refusal: SymbolicRefusal) -> String {
    let place = refusal.expression.flatMap { machine.location(of: $0) }.map { "\($0): " } ?? ""
    return place + refusal.reason
  }
}
