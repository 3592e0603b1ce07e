import ProtocolModel

/// Bounded search over `SymbolicLayers`: for machines whose reachable states have no common shape.
///
/// The same questions in the same order as in `BoundedSearch`. What is new is that the next layer is made
/// when it is needed, and of the ways that are possible alone: the solver is asked for each. So a
/// branch that cannot be taken yet adds nothing to the shape of the states.
struct LayeredSearch {
  typealias Term = TermGraph.Term
  typealias Found = BoundedSearch.Found

  private var layers: SymbolicLayers
  private let solver: Z3Solver
  private let chosen: [Property]
  private let checksDeadlock: Bool
  private(set) var findings: Findings
  private(set) var found: [Found?]
  /// Why a property has no symbolic form, by property.
  private(set) var refusals: [SymbolicRefusal?]
  /// Steps within which all goals that were not found cannot be reached.
  private(set) var depth = -1
  private(set) var stopped: String?
  private(set) var refusal: SymbolicRefusal?
  private(set) var isExhausted = false
  /// Something that is evaluated in `init` or in an assumption may have no value.
  private(set) var mayFailAtStart = false
  /// The picks of an attempt that does.
  private(set) var picksAtStart: [(pick: PickID, value: Value)] = []
  private var firstUndeclared = 0

  /// More ways are taken without asking whether they are possible.
  private static let fewWays = 400

  init?(
    _ layers: SymbolicLayers, _ findings: Findings, checksDeadlock: Bool, seed: UInt32, limits: SolverLimits
  ) {
    guard let solver = Z3Solver(seed: seed, limits: limits) else { return nil }
    self.solver = solver
    self.layers = layers
    self.findings = findings
    self.checksDeadlock = checksDeadlock
    chosen = findings.chosen
    var count = chosen.count
    self.findings.definednessGoals = [count, count + 1, count + 2]
    count += 3
    for index in chosen.indices where chosen[index].isOfStep {
      self.findings.idleGoals[index] = count
      count += 1
    }
    if checksDeadlock {
      self.findings.deadlockGoal = count
      count += 1
    }
    found = Array(repeating: nil, count: count)
    refusals = Array(repeating: nil, count: chosen.count)
  }

  private var graph: TermGraph {
    get { layers.graph }
    _modify { yield &layers.graph }
  }

  // MARK: Layers

  /// True if there is an initial state at all; nil when that is not known.
  mutating func begin() -> Bool? {
    do throws(SymbolicRefusal) {
      let facts = try layers.assumptions()
      var failure = graph.disjunction(layers.ways.map(\.failure))
      for fact in facts { failure = graph.or(failure, fact.undefined) }
      declareNew()
      if failure != .false {
        solver.push()
        for fact in facts { solver.assert(graph.or(fact.holds, fact.undefined), graph) }
        solver.assert(failure, graph)
        let answer = solver.check(assuming: [], graph)
        if answer == .satisfiable { picksAtStart = attemptedPicks() }
        solver.pop()
        if answer != .unsatisfiable {
          if case .unknown(let reason) = answer { stopped = reason } else { mayFailAtStart = true }
          return nil
        }
      }
      for fact in facts { solver.assert(fact.holds, graph) }
      return try addLayer()
    } catch {
      refusal = error
      return nil
    }
  }

  /// Adds the next layer; false if there is none, nil when that is not known.
  private mutating func addLayer() throws(SymbolicRefusal) -> Bool? {
    let possible = layers.ways.indices.filter { layers.ways[$0].enabled != .false }
    var taken: [Int] = []
    for number in possible where stopped == nil {
      if possible.count <= Self.fewWays, !isPossible(layers.ways[number].enabled) { continue }
      taken.append(number)
    }
    if stopped != nil { return nil }
    if taken.isEmpty { return false }
    try layers.addLayer(taken)
    declareNew()
    guard let layer = layers.layers.last else { return nil }
    if layer.overflow != .false, isPossible(layer.overflow) {
      stopped = stopped ?? "a value has no place"
      return nil
    }
    for constraint in layer.constraints { solver.assert(constraint, graph) }
    switch solver.check(assuming: [], graph) {
    case .satisfiable: break
    case .unsatisfiable: return false
    case .unknown(let reason):
      stopped = reason
      return nil
    }
    try layers.findWaysOn()
    declareNew()
    return true
  }

  /// False only if the solver says so.
  private mutating func isPossible(_ condition: Term) -> Bool {
    if condition == .true { return true }
    solver.push()
    solver.assert(condition, graph)
    let answer = solver.check(assuming: [], graph)
    solver.pop()
    if case .unknown = answer, solver.limits.isOver { stopped = "no time is left" }
    return answer != .unsatisfiable
  }

  private mutating func declareNew() {
    solver.declare(firstUndeclared..<layers.inputs.all.count, layers.inputs)
    firstUndeclared = layers.inputs.all.count
  }

  // MARK: Questions

  /// Searches one step deeper, or at the initial states first.
  ///
  /// - Returns: false when nothing is left to do.
  mutating func advance() -> Bool {
    guard stopped == nil, refusal == nil, !isExhausted else { return false }
    do throws(SymbolicRefusal) {
      if depth >= 0 {
        guard ask(stepGoals(from: depth, to: depth), foundAt: depth + 1) else { return false }
        guard let isThere = try addLayer() else { return false }
        if !isThere {
          isExhausted = true
          return false
        }
      }
    } catch {
      refusal = error
      return false
    }
    let next = depth + 1
    guard ask(stateGoals(at: next), foundAt: next),
      next == 0 || ask(stepGoals(from: depth, to: next), foundAt: next)
    else { return false }
    depth = next
    return true
  }

  private struct Question {
    var number: Int
    var term: Term
    /// What is true of all states before it is found: the negation of `term`, or nothing.
    var excludes = true
  }

  private mutating func predicate(
    _ index: Int, at layer: Int, next: Int? = nil
  ) -> SymbolicSystem.Predicate? {
    let predicate = layers.predicate(chosen[index], at: layer, next: next)
    if let refusal = predicate.refusal {
      refusals[index] = refusal
      return nil
    }
    return predicate
  }

  private mutating func stateGoals(at layer: Int) -> [Question] {
    var questions: [Question] = []
    var undefined = graph.disjunction(layers.ways.map(\.failure))
    for index in chosen.indices where !chosen[index].isOfStep {
      guard let whole = predicate(index, at: layer)?.whole else { continue }
      undefined = graph.or(undefined, whole.undefined)
      let holds = chosen[index].kind == .witness ? graph.not(whole.holds) : whole.holds
      switch chosen[index].kind {
      case .invariant, .inductive, .witness: break
      case .maximum, .minimum: continue
      case .temporal:
        if chosen[index].shape == .general || (chosen[index].shape == .state && layer > 0) { continue }
      }
      questions.append(
        .init(number: index, term: graph.and(graph.not(holds), graph.not(whole.undefined))))
    }
    questions.append(.init(number: findings.definednessGoals[0], term: undefined))
    if let goal = findings.deadlockGoal {
      var stuck = Term.true
      var isExact = true
      for way in layers.ways {
        if graph.inputs(below: way.enabled).contains(where: { $0 >= layers.firstPick }) {
          isExact = false
        } else {
          stuck = graph.and(stuck, graph.not(way.enabled))
        }
      }
      questions.append(.init(number: goal, term: stuck, excludes: isExact))
    }
    return questions
  }

  /// Of steps from one layer to the next, or of those that change nothing.
  private mutating func stepGoals(from layer: Int, to next: Int) -> [Question] {
    var questions: [Question] = []
    var undefined = Term.false
    for index in chosen.indices where chosen[index].isOfStep {
      guard let whole = predicate(index, at: layer, next: next)?.whole else { continue }
      undefined = graph.or(undefined, whole.undefined)
      let number = next > layer ? index : findings.idleGoals[index] ?? index
      let bad = graph.and(graph.not(whole.holds), graph.not(whole.undefined))
      questions.append(.init(number: number, term: bad))
    }
    questions.append(.init(number: findings.definednessGoals[next > layer ? 1 : 2], term: undefined))
    return questions
  }

  private mutating func ask(_ questions: [Question], foundAt steps: Int) -> Bool {
    let asked = questions.filter { found[$0.number] == nil }
    declareNew()
    var open = asked
    while !open.isEmpty {
      let any = graph.disjunction(open.map(\.term))
      if any == .false { break }
      solver.push()
      solver.assert(any, graph)
      let answer = solver.check(assuming: [], graph)
      if case .unknown(let reason) = answer { stopped = reason }
      guard answer == .satisfiable else {
        solver.pop()
        if stopped != nil { return false }
        break
      }
      let hits = open.filter { solver.value(of: $0.term, graph) == .one }
      let behavior = behavior(showing: hits)
      let attempt = attemptedPicks()
      solver.pop()
      guard let behavior, !hits.isEmpty else {
        stopped = "the solver gives no model"
        return false
      }
      for hit in hits {
        found[hit.number] = Found(steps: steps, behavior: behavior, extraPicks: attempt)
      }
      open.removeAll { one in hits.contains { $0.number == one.number } }
    }
    for question in asked where found[question.number] == nil && question.excludes {
      solver.assert(graph.not(question.term), graph)
    }
    return true
  }

  /// The behavior of the solver's model, with smaller numbers where there is time to find them.
  private mutating func behavior(showing hits: [Question]) -> FoundBehavior? {
    let count = layers.layers.count
    let behavior = FoundBehavior(layers, solver, count: count)
    guard hits.allSatisfy(\.excludes) else { return behavior }
    var amounts = layers.openConstants.flatMap(\.leaves).filter { !graph.isBoolean($0) }
    var facts = hits.map(\.term)
    for layer in layers.layers {
      let isTaken = layer.selectors.map { solver.value(of: $0, graph) == .one }
      guard let taken = isTaken.firstIndex(of: true) else { return behavior }
      if layer.selectors[taken] != .true { facts.append(layer.selectors[taken]) }
      for term in layer.incoming[taken].picks.flatMap({ SymbolicSystem.terms(of: $0.value) })
      where !graph.isBoolean(term) { amounts.append(term) }
    }
    guard let search = SmallNumbers.begin(amounts, given: facts, solver, &layers.graph) else {
      return behavior
    }
    defer { search.end() }
    return FoundBehavior(layers, solver, count: count) ?? behavior
  }

  /// The picks of a way whose attempt fails, as the solver's model has them.
  private func attemptedPicks() -> [(pick: PickID, value: Value)] {
    for way in layers.ways where way.failure != .false && solver.value(of: way.failure, layers.graph) == .one
    {
      return FoundBehavior.picks(way.transition.picks, layers.graph, solver)
    }
    return []
  }
}

extension Property {
  /// It speaks of transitions.
  fileprivate var isOfStep: Bool { kind == .temporal && shape == .alwaysStep }
}
