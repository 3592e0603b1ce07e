import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Extremes of quantities: attained, and proved to be extremes.
@Suite struct ExtremeProofTests {
  private func prove(_ body: String, open: [String] = [], steps: Int = 5) throws -> ProofResult {
    let text = """
      module box {
        const SIZE: int
        assume sane = SIZE >= 3 and SIZE <= 1000
        var used: int
        action init = all { used' = 0 }
        action fill = {
          nondet amount = 1.to(SIZE).oneOf()
          all { used + amount <= SIZE, used' = used + amount }
        }
        action drain = all { used >= 2, used' = used - 2 }
        action step = any { fill, drain }
        \(body)
      }
      module main { import box(SIZE = 7).* }
      """
    let machine = try #require(SpecText(text).machine(of: "main").machine)
    var options = ProofOptions()
    options.maxSteps = steps
    options.openConstants = open
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 30)
    let result = runOnLargeStack { [options] in Prover.run(machine, options) }
    #expect(result.disagreement == nil)
    #expect(result.refusal == nil)
    return result
  }

  @Test func extremesAreFoundAndProvedToBeExtremes() throws {
    let result = try prove(
      "/// @bound maximize\nval most = used + 1\n/// @bound minimize\nval least = 2 * used - 3")
    #expect(result.properties.map(\.value) == [.small(8), .small(-3)])
    #expect(result.properties.map(\.steps) == [1, 0])
    #expect(result.properties.allSatisfy { $0.verdict == .holds && $0.strength != .bounded(steps: 5) })
    #expect(result.properties[0].trace?.steps.count == 2)
  }

  @Test func extremeOverAllValuesOfAConstantIsThatOfTheLargest() throws {
    let result = try prove("/// @bound maximize\nval most = used", open: ["SIZE"])
    #expect(result.properties[0].value == .small(1000))
    #expect(result.properties[0].verdict == .holds)
    #expect(result.properties[0].constants.map(\.value) == [.int(1000)])
  }

  @Test func quantityWithoutBoundIsNotDecided() throws {
    let result = try prove(
      "val none = 0\n/// @bound maximize\nval most = SIZE * 1000000000000000000 * used * used")
    // 49 times 10^18 is beyond what is taken for a sign that there is no extreme.
    #expect(result.properties[0].verdict == .inconclusive)
    #expect(result.properties[0].note?.contains("no bound") == true)
  }

  /// What is found of the value of a counter within some steps.
  private func count(step: String, steps: Int) throws -> ProofResult {
    let text = """
      module m {
        var x: int
        action init = x' = 0
        action step = \(step)
        /// @bound maximize
        val most = x
      }
      """
    let machine = try #require(SpecText(text).machine().machine)
    var options = ProofOptions()
    options.maxSteps = steps
    return Prover.run(machine, options)
  }

  @Test func whatIsOnlySearchedHoldsWithinTheBoundOnly() throws {
    let result = try count(step: "x' = x + 1", steps: 3)
    #expect(result.properties[0].value == .small(3))
    #expect(result.properties[0].verdict == .inconclusive)
    #expect(result.properties[0].strength == .bounded(steps: 3))
  }

  @Test func quantityWithoutValueIsARuntimeError() throws {
    let result = try prove("/// @bound maximize\nval most = 10 / (used - 5)")
    #expect(result.definedness.verdict == .violated)
  }

  @Test func nothingIsAttainedBehindARuntimeError() throws {
    let result = try count(
      step: "{ nondet d = 1.to(3).oneOf() all { assert(d < 3), x' = x + d } }", steps: 2)
    #expect(result.disagreement == nil)
    #expect(result.definedness.verdict == .violated)
    #expect(result.properties[0].verdict != .holds)
  }
}
