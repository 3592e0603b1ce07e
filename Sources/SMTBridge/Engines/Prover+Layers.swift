import ProtocolModel

/// Machines whose reachable states have no common shape: no proof, but a bounded search that is exact.
extension Prover {
  /// - Parameters:
  ///   - reason: why the machine has no symbolic form as a whole.
  /// - Returns: what was found, or nil where not even the initial states have a form.
  static func runWithLayers(
    _ machine: Machine, _ options: ProofOptions, _ chosen: [Property],
    _ open: [(constant: FunctionID, value: Value)], _ reason: SymbolicRefusal, _ empty: ProofResult
  ) -> ProofResult? {
    guard options.searches else { return nil }
    var result = empty
    let findings = Findings(machine: machine, chosen: chosen)
    guard
      let layers = try? SymbolicLayers(machine, open: open, shouldStop: { options.limits.isOver }),
      var search = LayeredSearch(
        layers, findings, checksDeadlock: options.checksDeadlock, seed: options.seed, limits: options.limits)
    else { return nil }
    if options.checksDeadlock {
      result.deadlock = ProvedProperty(name: "deadlock", kind: .invariant, range: .none)
    }
    for index in chosen.indices where chosen[index].kind.isQuantity {
      result.properties[index].note = "not looked for where states have no common shape"
    }
    switch search.begin() {
    case true?: break
    case false?:
      result.noteNoInitialState(of: machine)
      return result
    case nil:
      if search.refusal != nil { return nil }
      if search.mayFailAtStart {
        result.definedness.noteFailureAtStart(of: machine, search.picksAtStart, hasValues: open.isEmpty)
      }
      result.stopped = search.stopped
      return result
    }
    while search.depth < options.maxSteps {
      var event = ProofEvent(.boundedSearch, depth: search.depth + 1, maxDepth: options.maxSteps)
      event.open = result.properties.filter { $0.verdict == .inconclusive }.map(\.name)
      options.progress?(event)
      if !search.advance() { break }
      search.findings.take(search.found, into: &result)
      if result.disagreement != nil || !result.hasOpenQuestions { break }
    }
    search.findings.take(search.found, into: &result)
    result.depth = search.depth
    result.isExhausted = search.isExhausted
    result.stopped = search.stopped
    if search.stopped == nil, let refusal = search.refusal {
      result.stopped = refusal.description(in: machine)
    }
    let why = "no proof is tried: " + reason.description(in: machine)
    if options.proves { result.notes.append(why) }
    for index in chosen.indices where chosen[index].kind == .inductive {
      if result.properties[index].verdict == .inconclusive { result.properties[index].note = why }
    }
    result.settle(search)
    if options.limits.isInterrupted?() == true { result.stopped = "interrupted" }
    return result
  }
}

extension ProofResult {
  fileprivate var hasOpenQuestions: Bool {
    properties.contains { $0.verdict == .inconclusive && $0.note == nil }
      || definedness.verdict == .inconclusive
      || deadlock.map { $0.verdict == .inconclusive && $0.note == nil } == true
  }

  /// Takes over what another search says of what is open here.
  mutating func complete(with other: ProofResult) {
    guard other.depth >= depth, other.vacuity == nil else { return }
    for index in properties.indices where properties[index].verdict == .inconclusive {
      // The other one does not look for extremes; what was found of one remains.
      if properties[index].kind.isQuantity, properties[index].value != nil { continue }
      properties[index] = other.properties[index]
    }
    if definedness.verdict == .inconclusive {
      definedness = other.definedness
      undefinedProperty = other.undefinedProperty
    }
    if deadlock?.verdict == .inconclusive { deadlock = other.deadlock }
    (depth, isExhausted, stopped) = (other.depth, other.isExhausted, other.stopped)
    notes += other.notes
    disagreement = other.disagreement
  }

  /// What remains to be said after the last step that was searched.
  fileprivate mutating func settle(_ search: LayeredSearch) {
    for (index, refusal) in search.refusals.enumerated() {
      guard let refusal, properties[index].verdict == .inconclusive else { continue }
      properties[index].note = "cannot be encoded: " + refusal.description(in: search.findings.machine)
    }
    for index in properties.indices where properties[index].verdict == .inconclusive {
      search.findings.settle(index, depth, wasSearched: depth >= 0, in: &self)
    }
    let strength: ProofStrength = isExhausted ? .exhausted(steps: depth) : .bounded(steps: depth)
    if definedness.verdict == .inconclusive {
      definedness.strength = strength
      if isExhausted { definedness.verdict = .holds }
    }
    if var answer = deadlock, answer.verdict == .inconclusive, answer.note == nil {
      answer.strength = strength
      if isExhausted { answer.verdict = .holds }
      deadlock = answer
    }
  }
}

extension ProvedProperty {
  /// Definedness is violated by `init` or by an assumption.
  ///
  /// - Parameters:
  ///   - picks: those of an attempt that fails.
  ///   - hasValues: all constants have their values, so the evaluator can say which error it is.
  mutating func noteFailureAtStart(
    of machine: Machine, _ picks: [(pick: PickID, value: Value)], hasValues: Bool
  ) {
    verdict = .violated
    strength = .counterexample
    note = "in `init` or in an assumption"
    steps = 0
    guard hasValues, let initial = machine.initial else { return }
    let evaluator = Evaluator(machine: machine)
    evaluator.unload()
    evaluator.knownPicks = Dictionary(grouping: picks, by: \.pick).mapValues { $0.map(\.value) }
    do throws(EvaluationError) {
      for assumption in machine.assumptions { _ = try evaluator.isTrue(assumption.function) }
      try evaluator.forEachOutcome(of: initial) { _ in true }
    } catch {
      if !error.isLimit { runtimeError = error }
    }
  }
}
