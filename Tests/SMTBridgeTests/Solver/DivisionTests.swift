import ProtocolModel
import SMTBridge
import Testing

/// Division of the solver, as it is encoded, against that of the evaluator.
@Suite struct DivisionTests {
  @Test func quotientAndRemainderTruncateForAllSigns() throws {
    for divisor in [-3, -2, -1, 1, 2, 3] {
      for dividend in -7...7 {
        var graph = TermGraph()
        var inputs = SymbolicInputs()
        let x = inputs.add("x", isBoolean: false, TermGraph.anyInteger, &graph)
        let y = inputs.add("y", isBoolean: false, TermGraph.anyInteger, &graph)
        let quotient = graph.quotient(x, y)
        let remainder = graph.remainder(x, y)
        let solver = try #require(Z3Solver(limits: SolverLimits()))
        solver.declare(0..<2, inputs)
        solver.assert(graph.equal(x, graph.integer(dividend)), graph)
        solver.assert(graph.equal(y, graph.integer(divisor)), graph)
        #expect(solver.check(assuming: [], graph) == .satisfiable)
        #expect(solver.value(of: quotient, graph) == .small(dividend / divisor))
        #expect(solver.value(of: remainder, graph) == .small(dividend % divisor))
      }
    }
  }
}
