import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Lists at the length beyond which there is no common shape.
@Suite struct LongListTests {
  private func prove(_ body: String, steps: Int = 5) throws -> ProofResult {
    let machine = try #require(SpecText("module main {\n\(body)\n}").machine().machine)
    var options = ProofOptions()
    options.maxSteps = steps
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 30)
    let result = runOnLargeStack { [options] in Prover.run(machine, options) }
    #expect(result.disagreement == nil)
    #expect(result.definedness.verdict != .violated)
    return result
  }

  @Test func listThatBeginsAtTheLimitStillGrows() throws {
    let result = try prove(
      """
      var log: List[int]
      action init = log' = range(0, 12)
      action step = log' = log.append(1)
      /// @invariant
      val twelve = log.length() == 12
      """)
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].steps == 1)
  }

  @Test func longListThatKeepsItsLengthHasAShape() throws {
    let result = try prove(
      """
      var log: List[int]
      action init = log' = range(0, 14)
      action step = all { log[12] < 15, log' = log.replaceAt(12, log[12] + 1) }
      /// @invariant
      val last = log[13] == 13
      /// @invariant
      val small = log[12] < 15
      """)
    #expect(result.properties.map(\.verdict) == [.holds, .violated])
    #expect(result.properties[1].steps == 3)
  }

  @Test func initialListsOfDifferentLengthsAreNoError() throws {
    let result = try prove(
      """
      var log: List[int]
      action init = any { log' = range(0, 15), log' = [], log' = range(3, 16) }
      action step = all { log.length() > 0, log' = log.tail() }
      /// @invariant
      val short = log.length() <= 15
      /// @invariant
      val notTwelve = log.length() != 12
      """)
    #expect(result.properties.map(\.verdict) == [.holds, .violated])
    #expect(result.properties[1].steps == 1)
  }

  @Test func severalStepsMakeAListLongerThanTheLimit() throws {
    let result = try prove(
      """
      var log: List[int]
      action init = log' = range(0, 11)
      action step = any { log' = log.append(1), log' = log.append(2) }
      /// @invariant
      val short = log.length() <= 14
      """)
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].steps == 4)
  }

  @Test func extremeIsNotLookedForBeyondTheLimit() throws {
    let result = try prove(
      """
      var log: List[int]
      var sum: int
      action init = all { log' = range(0, 11), sum' = 0 }
      action step = all { log.length() < 14, log' = log.append(sum), sum' = sum + 2 }
      /// @bound maximize
      val longest = log.length()
      /// @bound maximize
      val most = sum
      """)
    #expect(result.properties.map(\.value) == [.small(12), .small(2)])
    #expect(result.properties.allSatisfy { $0.verdict == .inconclusive && $0.strength == .bounded(steps: 1) })
  }
}
