import ProtocolModel

/// The largest or smallest value that a quantity has within so many steps.
///
/// One solver for all depths, as in `BoundedSearch`. At each depth the question is whether the
/// quantity can be beyond the best value so far, at first by any amount, then by a lead that
/// doubles while the answer is yes and halves while it is no: a value that is V away is found by
/// about 2 log V questions. What was shown is asserted before the next depth, so the depth at which
/// the extreme is found is the least one that has it.
struct ExtremeSearch {
  typealias Term = TermGraph.Term

  /// The best value so far, with a shortest behavior that has it in its last state.
  struct Best {
    var value: Integer
    var steps: Int
    var behavior: FoundBehavior
  }

  /// Values this far from zero are taken for a sign that there is no extreme.
  private static let farthest = 1 << 62

  private var unrolling: Unrolling
  private let solver: Z3Solver
  private var asserted: [Term] = []
  private let seed: UInt32
  private let limits: SolverLimits
  private let quantity: Term
  private let isDefined: Term
  private let isMaximum: Bool
  /// That a step can be taken, or refused, without runtime error.
  private let isSafe: Term
  /// A step leads to a state that has no place.
  private let overflow: Term
  private(set) var best: Best?
  /// Steps within which nothing is beyond `best`.
  private(set) var depth = -1
  private(set) var stopped: String?
  /// All behaviors end within `depth`.
  private(set) var isExhausted = false
  /// The quantity can be as far from zero as one likes, it seems.
  private(set) var isUnbounded = false

  /// - Parameters:
  ///   - quantity: an integer over one state.
  ///   - undefined: where it has no value.
  init?(
    _ system: SymbolicSystem, _ graph: TermGraph, of quantity: Term, undefined: Term, isMaximum: Bool,
    seed: UInt32, limits: SolverLimits
  ) {
    let kind = system.isFinite(graph) ? Z3Solver.Kind.finite : .incremental
    guard let solver = Z3Solver(kind: kind, seed: seed, limits: limits) else { return nil }
    self.solver = solver
    self.seed = seed
    self.limits = limits
    self.quantity = quantity
    self.isMaximum = isMaximum
    var graph = graph
    isDefined = graph.not(undefined)
    isSafe = graph.not(graph.disjunction(system.transitions.map(\.failure)))
    unrolling = Unrolling(system)
    unrolling.graph = graph
    overflow = unrolling.graph.disjunction(system.transitions.map(\.overflow))
    unrolling.declareConstants(in: solver)
  }

  /// Searches one step deeper, or at the initial states first.
  ///
  /// - Returns: false when nothing is left to do.
  mutating func advance() -> Bool {
    guard stopped == nil, !isExhausted, !isUnbounded else { return false }
    let next = depth + 1
    if next > 0, !excludeOverflow() { return false }
    if next == 0 {
      unrolling.beginInitially()
    } else {
      // Behind a runtime error there is no state. That there is one, the bounded search finds.
      let safe = unrolling.term(isSafe, at: depth)
      unrolling.declareNew(in: solver)
      assert(safe)
      unrolling.addStep()
    }
    unrolling.declareNew(in: solver)
    for constraint in unrolling.steps[next]?.constraints ?? [] { assert(constraint) }
    guard improve(at: next) else { return false }
    depth = next
    if case .unsatisfiable = solver.check(assuming: [], unrolling.graph) { isExhausted = true }
    return true
  }

  /// Asserts that each next state has a place.
  ///
  /// - Returns: false if one has none: beyond it nothing is known.
  private mutating func excludeOverflow() -> Bool {
    let isBeyond = unrolling.term(overflow, at: depth)
    unrolling.declareNew(in: solver)
    if isBeyond == .false { return true }
    let answer = ask(isBeyond)
    solver.pop()
    guard case .unsatisfiable = answer else {
      stopped = "a value has no place"
      return false
    }
    assert(unrolling.graph.not(isBeyond))
    return true
  }

  /// Raises the best value as far as it goes at one depth.
  private mutating func improve(at index: Int) -> Bool {
    let value = unrolling.term(quantity, at: index)
    let defined = unrolling.term(isDefined, at: index)
    unrolling.declareNew(in: solver)
    var lead = 0
    var isNew = false
    while true {
      let goal = unrolling.graph.and(defined, isBeyond(value, by: lead))
      switch ask(goal) {
      case .satisfiable:
        guard
          let source = unrolling.solver(solver, havingModelOf: asserted + [goal], seed: seed, limits: limits),
          let found = source.value(of: value, unrolling.graph),
          let behavior = FoundBehavior(&unrolling, source, count: index + 1)
        else {
          solver.pop()
          stopped = "the solver gives no model"
          return false
        }
        solver.pop()
        best = Best(value: found, steps: index, behavior: behavior)
        isNew = true
        if isFar(found) {
          isUnbounded = true
          return false
        }
        lead = lead * 2 + 1
      case .unsatisfiable:
        solver.pop()
        if lead == 0 {
          if isNew { makeSmall(value, at: index) }
          assert(unrolling.graph.not(goal))
          return true
        }
        lead /= 2
      case .unknown(let reason):
        solver.pop()
        stopped = reason
        return false
      }
    }
  }

  /// Leaves the question on the solver's stack.
  private func ask(_ goal: Term) -> SolverAnswer {
    solver.push()
    solver.assert(goal, unrolling.graph)
    return solver.check(assuming: [], unrolling.graph)
  }

  private mutating func isBeyond(_ value: Term, by lead: Int) -> Term {
    guard let best else { return .true }
    let bound = isMaximum ? best.value + .small(lead) : best.value - .small(lead)
    let limit = unrolling.graph.integer(bound)
    return isMaximum ? unrolling.graph.less(limit, value) : unrolling.graph.less(value, limit)
  }

  private func isFar(_ value: Integer) -> Bool {
    guard let small = value.asInt else { return true }
    return isMaximum ? small >= Self.farthest : small <= -Self.farthest
  }

  /// Replaces the behavior by one with smaller constants and picks, if there is one.
  private mutating func makeSmall(_ value: Term, at index: Int) {
    guard !solver.isFinite, let best else { return }
    let isBest = unrolling.graph.equal(value, unrolling.graph.integer(best.value))
    if case .satisfiable = ask(isBest),
      let smaller = unrolling.minimized([isBest], count: index + 1, solver)
    {
      self.best?.behavior = smaller
    }
    solver.pop()
  }

  private mutating func assert(_ term: Term) {
    asserted.append(term)
    solver.assert(term, unrolling.graph)
  }
}
