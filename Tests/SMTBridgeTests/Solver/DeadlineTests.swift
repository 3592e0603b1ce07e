import ProtocolModel
import SMTBridge
import Testing

/// Limits of solver calls.
@Suite struct DeadlineTests {
  /// x^3 + y^3 + z^3 == 114: nobody knows a solution.
  private func openProblem() -> (TermGraph, SymbolicInputs, TermGraph.Term) {
    var graph = TermGraph()
    var inputs = SymbolicInputs()
    var sum = graph.integer(0)
    for name in ["x", "y", "z"] {
      let term = inputs.add(name, isBoolean: false, TermGraph.anyInteger, &graph)
      let square = graph.multiply(term, term)
      sum = graph.add(sum, graph.multiply(square, term))
    }
    let problem = graph.equal(sum, graph.integer(114))
    return (graph, inputs, problem)
  }

  @Test func hangingQueryEndsWithinASecondOfItsDeadline() throws {
    let (graph, inputs, problem) = openProblem()
    let start = MonotonicClock.seconds
    let solver = try #require(
      Z3Solver(kind: .tactical, limits: SolverLimits(deadline: start + 0.5)))
    solver.declare(0..<3, inputs)
    solver.assert(problem, graph)
    guard case .unknown = solver.check(assuming: [], graph) else {
      Issue.record("a problem is solved that nobody solved")
      return
    }
    #expect(MonotonicClock.seconds - start < 1.5)
  }

  @Test func solverIsOfUseAfterAnInterruptedQuery() throws {
    var (graph, inputs, problem) = openProblem()
    let solver = try #require(Z3Solver(limits: SolverLimits(deadline: MonotonicClock.seconds + 0.2)))
    solver.declare(0..<3, inputs)
    solver.push()
    solver.assert(problem, graph)
    _ = solver.check(assuming: [], graph)
    solver.pop()
    solver.limits = SolverLimits()
    let x = graph.input(0, TermGraph.anyInteger)
    solver.assert(graph.equal(x, graph.integer(3)), graph)
    #expect(solver.check(assuming: [], graph) == .satisfiable)
    #expect(solver.value(of: x, graph) == 3)
  }
}
