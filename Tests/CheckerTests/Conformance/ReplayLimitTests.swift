import Checker
import ProtocolModel
import TestSupport
import Testing

struct ReplayLimitTests {
  @Test func aReplayEndsWhenItIsAskedToThoughAStepHasEndlesslyManyWays() throws {
    let machine = try #require(
      SpecText(
        """
        module m {
          var x: int
          action init = x' = 0
          action step = 63.reps(_ => any { x' = x, all { x' = 1 - x } })
        }
        """
      ).machine().machine)
    let trace = ObservedTrace(steps: [ObservedStep(values: [.int(0)]), ObservedStep(values: [.int(7)])])
    var questions = 0
    let replay = TraceReplay(machine: machine) {
      questions += 1
      return questions > 2
    }
    guard case .failed(let error, index: 1, _) = replay.run(trace) else {
      Issue.record("the replay did not end by the limit")
      return
    }
    #expect(error.isLimit)
  }
}
