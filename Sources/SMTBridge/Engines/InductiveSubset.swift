import ProtocolModel

/// The largest part of a set of predicates that is inductive: true in all initial states,
/// and together preserved by every step.
///
/// Houdini (Flanagan and Leino, FME 2001): assume all candidates, look for a step (or an
/// initial state) after which some do not hold, drop all that the model falsifies, repeat.
/// Each model drops at least one, and what remains does not depend on the order. The
/// properties to be proved and the lemmas that may help are candidates alike.
///
/// With `k` above 1 the candidates are assumed in `k` states in a row, which is k-induction
/// after Sheeran, Singh and Stålmarck (FMCAD 2000): they must then hold in the first `k`
/// states of every behavior, not only in the initial one.
struct InductiveSubset {
  typealias Term = TermGraph.Term

  let system: SymbolicSystem
  var seed: UInt32
  var limits: SolverLimits
  /// Facts over the current state that are known to hold in every reachable one.
  var known: [Term] = []
  private(set) var stopped: String?
  private(set) var queries = 0

  init(_ system: SymbolicSystem, seed: UInt32, limits: SolverLimits) {
    self.system = system
    self.seed = seed
    self.limits = limits
  }

  /// The positions of the candidates that survive.
  ///
  /// - Parameter graph: that of the system, or one that grew out of it.
  mutating func survivors(of candidates: [Term], _ graph: TermGraph, k: Int = 1) -> [Int] {
    var alive = Array(candidates.indices)
    for moment in 0..<k where !alive.isEmpty {
      alive = dropping(alive, of: candidates, graph, atStart: moment, k: k)
      if stopped != nil { return [] }
    }
    if alive.isEmpty { return [] }
    alive = dropping(alive, of: candidates, graph, atStart: nil, k: k)
    return stopped == nil ? alive : []
  }

  /// - Parameter start: the number of steps after an initial state; nil for the step case.
  private mutating func dropping(
    _ alive: [Int], of candidates: [Term], _ graph: TermGraph, atStart start: Int?, k: Int
  ) -> [Int] {
    guard let solver = Z3Solver(seed: seed, limits: limits) else {
      stopped = "no solver"
      return []
    }
    var unrolling = Unrolling(system)
    unrolling.graph = graph
    unrolling.declareConstants(in: solver)
    if start == nil { unrolling.beginAnywhere() } else { unrolling.beginInitially() }
    for _ in 0..<(start ?? k) { unrolling.addStep() }
    let last = unrolling.moments.count - 1
    unrolling.declareNew(in: solver)
    for case let step? in unrolling.steps {
      for constraint in step.constraints { solver.assert(constraint, unrolling.graph) }
    }
    for index in 0...last {
      for fact in known {
        let moved = unrolling.term(fact, at: index)
        solver.assert(moved, unrolling.graph)
      }
    }
    var alive = alive
    // A literal for each candidate that switches its hypotheses on.
    var switches: [Int: Term] = [:]
    if start == nil {
      for number in alive {
        let literal = unrolling.freshBoolean("assume \(number)")
        switches[number] = literal
        unrolling.declareNew(in: solver)
        for index in 0..<last {
          let moved = unrolling.term(candidates[number], at: index)
          let implied = unrolling.graph.implies(literal, moved)
          solver.assert(implied, unrolling.graph)
        }
      }
    }
    var goals: [Int: Term] = [:]
    for number in alive { goals[number] = unrolling.term(candidates[number], at: last) }
    unrolling.declareNew(in: solver)
    while !alive.isEmpty {
      var some = Term.false
      for number in alive { some = unrolling.graph.or(some, unrolling.graph.not(goals[number] ?? .true)) }
      if some == .false { break }
      solver.push()
      solver.assert(some, unrolling.graph)
      queries += 1
      switch solver.check(assuming: alive.compactMap { switches[$0] }, unrolling.graph) {
      case .unsatisfiable:
        solver.pop()
        return alive
      case .satisfiable:
        alive.removeAll { solver.value(of: goals[$0] ?? .true, unrolling.graph) != .one }
        solver.pop()
      case .unknown(let reason):
        solver.pop()
        stopped = reason
        return []
      }
    }
    return alive
  }

}
