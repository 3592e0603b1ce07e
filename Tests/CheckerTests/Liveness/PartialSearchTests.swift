import Checker
import ProtocolModel
import TestSupport
import Testing

/// Violations of temporal properties among the states of a search that did not reach all.
struct PartialSearchTests {
  /// It counts forever, unless it stops.
  private static let endless = """
    module m {
      var x: int
      var isStopped: bool
      action init = all { x' = 0, isStopped' = false }
      action up = all { not(isStopped), x' = x + 1, isStopped' = false }
      action stop = all { not(isStopped), isStopped' = true, x' = x }
      action step = any { up, stop }
      /// @temporal
      temporal goesOn = step.weakFair((x, isStopped)) implies always(eventually(not(isStopped)))
      /// @temporal
      temporal moves = step.weakFair((x, isStopped)) implies eventually(x > 0 or isStopped)
    }
    """

  private static func result(_ change: (inout SearchOptions) -> Void) throws -> SearchResult {
    let machine = try #require(SpecText(endless).machine().machine)
    var options = SearchOptions()
    change(&options)
    return runOnLargeStack { [options] in ExhaustiveSearch(machine: machine, options: options).run() }
  }

  @Test(arguments: [ExhaustiveSearch.Engine.evaluator, .bytecode])
  func aLimitOfStatesLeavesAViolationThatWasSeen(_ engine: ExhaustiveSearch.Engine) throws {
    let result = try Self.result {
      $0.engine = engine
      $0.compilesFrom = 1
      $0.limits.states = 200
    }
    #expect(result.stopped == .states(200))
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].lasso?.fairness.count == 1)
    #expect(result.properties[1].verdict == .inconclusive)
  }

  @Test func timeThatIsOverDoesToo() throws {
    let result = try Self.result {
      $0.engine = .evaluator
      let end = ContinuousClock.now + .milliseconds(100)
      $0.limits.isTimeOver = { ContinuousClock.now > end }
    }
    #expect(result.stopped == .time)
    #expect(result.properties[0].verdict == .violated)
  }

  @Test(arguments: [ExhaustiveSearch.Engine.evaluator, .bytecode])
  func aViolationEndsTheSearchBeforeAllStatesAreKnown(_ engine: ExhaustiveSearch.Engine) throws {
    let result = try Self.result {
      $0.engine = engine
      $0.compilesFrom = 1
      $0.looksForLoopsFrom = 50
      $0.limits.states = 10_000
    }
    #expect(result.stopped == nil)
    #expect(result.statistics.distinct < 60)
    #expect(result.properties[0].verdict == .violated)
  }
}
