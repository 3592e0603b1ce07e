import Checker
import ProtocolModel
import TestSupport
import Testing

/// What is said to multiply the states of a model.
@Suite struct ProfileTests {
  private func profile(compilesFrom: Int) throws -> SearchProfile {
    let text = SpecText(
      """
      module m {
        var x: int
        var isOn: bool
        action init = all { x' = 0, isOn' = false }
        action move = { nondet d = Set(1, 2, 3).oneOf() all { x' = (x + d) % 10, isOn' = isOn } }
        action toggle = all { isOn' = not(isOn), x' = x }
        action step = any { move, toggle }
      }
      """)
    let machine = try #require(text.machine().machine)
    var options = SearchOptions()
    options.compilesFrom = compilesFrom
    options.engine = .bytecode
    let search = ExhaustiveSearch(machine: machine, options: options)
    var found: SearchProfile?
    search.wantsProfile = { _ in true }
    search.profiled = { found = $0 }
    #expect(search.run().statistics.distinct == 20)
    return try #require(found)
  }

  @Test(arguments: [1, 1_000]) func actionsHaveWaysAndVariablesHaveValues(compilesFrom: Int) throws {
    let profile = try profile(compilesFrom: compilesFrom)
    #expect(profile.sampledStates == 20)
    #expect(profile.actions.map { "\($0.name) \($0.perState)" } == ["move 3.0", "toggle 1.0"])
    #expect(profile.variables.map { "\($0.name) \($0.values)" } == ["x 10", "isOn 2"])
  }

  @Test func growthOfLevelsIsTold() throws {
    let text = SpecText(
      """
      module m {
        var x: int
        action init = x' = 0
        action step = all { x < 7, nondet d = Set(1, 2).oneOf() x' = 2 * x + d }
      }
      """)
    let machine = try #require(text.machine().machine)
    var growth: [Double] = []
    let search = BreadthFirstSearch(machine: machine, options: SearchOptions())
    search.progress = { if let known = $0.growth { growth.append(known) } }
    _ = search.run()
    #expect(growth == [2, 2, 2])
  }

  /// The evaluator may take long: what multiplies the states is asked for on the way, too.
  @Test func evaluatorIsAskedAfterEachLevel() throws {
    let text = SpecText(
      "module m { var x: int action init = x' = 0 action up = all { x < 5, x' = x + 1 } action step = up }")
    let machine = try #require(text.machine().machine)
    var options = SearchOptions()
    options.engine = .evaluator
    let search = ExhaustiveSearch(machine: machine, options: options)
    var sizes: [Int] = []
    search.wantsProfile = { $0.distinct % 2 == 0 }
    search.profiled = { sizes.append($0.sampledStates) }
    #expect(search.run().statistics.generated == 5)
    // After each level with an even number of states, and at the end.
    #expect(sizes == [2, 4, 6, 6, 6])
  }
}
