import ProtocolModel

/// Bounded search: is there a behavior of k steps that ends badly, for k = 0, 1, 2, ...
///
/// One solver for all depths. At each depth the question "does any open property fail
/// here?" is asked under a `push`; what failed is taken out, and the question asked again
/// until the answer is no. Then *that the rest holds here* is asserted, which is what makes
/// the next depth cheap. The first depth at which a property fails is the length of a
/// shortest counterexample.
struct BoundedSearch {
  typealias Term = TermGraph.Term

  /// Something that may be the case at a moment.
  struct Goal {
    /// Over the current state.
    var term: Term
    /// Speaks of the next state, too, so it is asked one step later.
    var isOfStep = false
    var isOfInitialState = false
    /// Speaks of a state and the step that changes nothing in it, so it counts as one step later.
    var isOfIdleStep = false
    /// What is true of all states before it is found: the negation of `term`, or nothing.
    var excludes = true
  }

  private var unrolling: Unrolling
  private let solver: Z3Solver
  /// All that was asserted, for a second solver.
  private var asserted: [Term] = []
  private let seed: UInt32
  private let limits: SolverLimits
  private var goals: [Goal]
  private(set) var found: [Found?]
  /// Steps within which all goals that were not found cannot be reached.
  private(set) var depth = -1
  private(set) var stopped: String?
  private(set) var isExhausted = false
  /// Where the solver's count of resources ends this attempt.
  private var lastResource: Int?

  struct Found {
    var steps: Int
    var behavior: FoundBehavior
    /// The transition and its picks whose attempt the goal speaks of.
    var extraPicks: [(pick: PickID, value: Value)] = []
  }

  init?(_ system: SymbolicSystem, _ graph: TermGraph, goals: [Goal], seed: UInt32, limits: SolverLimits) {
    let kind = system.isFinite(graph) ? Z3Solver.Kind.finite : .incremental
    guard let solver = Z3Solver(kind: kind, seed: seed, limits: limits) else { return nil }
    self.solver = solver
    self.seed = seed
    self.limits = limits
    self.goals = goals
    found = Array(repeating: nil, count: goals.count)
    unrolling = Unrolling(system)
    unrolling.graph = graph
    unrolling.declareConstants(in: solver)
  }

  /// True if there is an initial state at all; nil when that is not known.
  mutating func begin() -> Bool? {
    unrolling.beginInitially()
    unrolling.declareNew(in: solver)
    for constraint in unrolling.steps[0]?.constraints ?? [] { assert(constraint) }
    switch check() {
    case .satisfiable: return true
    case .unsatisfiable: return false
    case .unknown(let reason):
      stopped = reason
      return nil
    }
  }

  /// Goes on after an attempt that was cut short.
  ///
  /// - Parameter resources: what the attempt may take, in units of `Z3Solver.resources`; nil for no limit.
  mutating func resume(spending resources: Int?) {
    lastResource = resources.map { solver.resources + $0 }
    if resources == nil { solver.limit(resources: nil) }
    stopped = nil
  }

  /// The question whether all that was asserted can be true.
  private func check() -> SolverAnswer {
    if let lastResource {
      let rest = lastResource - solver.resources
      if rest <= 0 { return .unknown("the attempt is over") }
      solver.limit(resources: rest)
    }
    return solver.check(assuming: [], unrolling.graph)
  }

  /// Searches one step deeper, or at the initial states first.
  ///
  /// - Returns: false when nothing is left to do.
  mutating func advance() -> Bool {
    guard stopped == nil, !isExhausted else { return false }
    let next = depth + 1
    // The step is there already where an earlier attempt was cut short.
    if next > 0, unrolling.moments.count == next {
      guard ask(goals.indices.filter { goals[$0].isOfIdleStep }, at: depth, state: depth) else {
        return false
      }
      unrolling.addStep()
      unrolling.declareNew(in: solver)
      for constraint in unrolling.steps[next]?.constraints ?? [] { assert(constraint) }
    }
    guard ask(goals.indices.filter { !goals[$0].isOfStep && !goals[$0].isOfIdleStep }, at: next, state: next),
      next == 0 || ask(goals.indices.filter { goals[$0].isOfStep }, at: next, state: next - 1)
    else { return false }
    depth = next
    return true
  }

  /// Whether some behavior of the present depth exists at all; if not, all were seen.
  mutating func checkForEnd() {
    guard stopped == nil else { return }
    if case .unsatisfiable = check() { isExhausted = true }
  }

  /// Asks for some goals with the moment that they speak of.
  private mutating func ask(_ numbers: [Int], at depth: Int, state: Int) -> Bool {
    var open: [(number: Int, term: Term)] = []
    for number in numbers where found[number] == nil {
      if goals[number].isOfInitialState, depth > 0 { continue }
      open.append((number, unrolling.term(goals[number].term, at: state)))
    }
    unrolling.declareNew(in: solver)
    let asked = open
    while !open.isEmpty {
      let any = unrolling.graph.disjunction(open.map(\.term))
      if any == .false { break }
      solver.push()
      solver.assert(any, unrolling.graph)
      switch check() {
      case .unsatisfiable:
        solver.pop()
        open = []
      case .satisfiable:
        let source = self.solver(withModelOf: any)
        let hits = open.filter { source?.value(of: $0.term, unrolling.graph) == .one }
        guard let source, !hits.isEmpty,
          var behavior = FoundBehavior(&unrolling, source, count: depth + 1)
        else {
          solver.pop()
          stopped = "the solver gives no model"
          return false
        }
        let attempt = unrolling.attemptedPicks(at: state, source)
        if !solver.isFinite, goals[hits[0].number].excludes,
          let smaller = unrolling.minimized(hits.map(\.term), count: depth + 1, solver)
        {
          behavior = smaller
        }
        solver.pop()
        for hit in hits {
          found[hit.number] = Found(
            steps: goals[hit.number].isOfIdleStep ? depth + 1 : depth, behavior: behavior, extraPicks: attempt
          )
        }
        open.removeAll { entry in hits.contains { $0.number == entry.number } }
      case .unknown(let reason):
        solver.pop()
        stopped = reason
        return false
      }
    }
    for (number, term) in asked where found[number] == nil && goals[number].excludes {
      assert(unrolling.graph.not(term))
    }
    return true
  }

  private mutating func assert(_ term: Term) {
    asserted.append(term)
    solver.assert(term, unrolling.graph)
  }

  /// A solver whose model is one of all that was asserted and of a term.
  private func solver(withModelOf term: Term) -> Z3Solver? {
    unrolling.solver(solver, havingModelOf: asserted + [term], seed: seed, limits: limits)
  }
}

extension Unrolling {
  /// A solver whose model is one of some facts: the given one, after it said that there is one, or a slower one
  /// where its model is wrong.
  func solver(
    _ solver: Z3Solver, havingModelOf facts: [Term], seed: UInt32, limits: SolverLimits
  ) -> Z3Solver? {
    if !solver.isFinite || facts.allSatisfy({ solver.value(of: $0, graph) == .one }) { return solver }
    guard let other = Z3Solver(kind: .finiteIncremental, seed: seed, limits: limits) else { return nil }
    declareConstants(in: other)
    other.declare(0..<inputs.all.count, inputs)
    for fact in facts { other.assert(fact, graph) }
    return other.check(assuming: [], graph) == .satisfiable ? other : nil
  }
}

extension Unrolling {
  /// The picks of a transition whose attempt fails at a moment, as the solver's model has them.
  mutating func attemptedPicks(at index: Int, _ solver: some Solver) -> [(pick: PickID, value: Value)] {
    for transition in system.transitions where transition.failure != .false {
      let failure = term(transition.failure, at: index)
      guard solver.value(of: failure, graph) == .one else { continue }
      var found: [(pick: PickID, value: Value)] = []
      for pick in transition.picks {
        var values: [Integer] = []
        for term in SymbolicSystem.terms(of: pick.value) {
          values.append(solver.value(of: self.term(term, at: index), graph) ?? .zero)
        }
        var rest = values[...]
        found.append((pick.pick, SymbolicSystem.value(of: pick.value, from: &rest)))
      }
      return found
    }
    return []
  }
}

extension SymbolicSystem {
  /// True if every integer has bounds, computed ones included: then numbers are few bits.
  func isFinite(_ graph: TermGraph) -> Bool {
    graph.isBounded
      && inputs.all.allSatisfy { $0.range.lowerBound != .min && $0.range.upperBound != .max }
  }
}
