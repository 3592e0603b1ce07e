import Checker
import TestSupport
import Testing

/// Models that begin in very many states.
@Suite struct InitialStatesTests {
  @Test(arguments: [ExhaustiveSearch.Engine.evaluator, .bytecode])
  func thousandsOfInitialStatesAreAllExplored(engine: ExhaustiveSearch.Engine) throws {
    let text = SpecText(
      """
      module m {
        var x: int
        action init = { nondet n = 1.to(20000).oneOf() x' = n }
        action step = all { x <= 20000, x' = x + 20000 }
        /// @invariant
        val positive = x > 0
        /// @invariant
        val other = x != 39999
      }
      """)
    var options = SearchOptions()
    options.engine = engine
    options.compilesFrom = 1
    options.keepsGoing = true
    let search = ExhaustiveSearch(machine: try #require(text.machine().machine), options: options)
    let result = search.run()
    #expect(search.report.refusal == nil)
    #expect(result.statistics.distinct == 40_000)
    #expect(result.statistics.generated == 20_000)
    #expect(result.properties.map(\.steps) == [nil, 1])
    #expect(Searched.states(result.properties[1].trace) == ["19999", "39999"])
  }
}
