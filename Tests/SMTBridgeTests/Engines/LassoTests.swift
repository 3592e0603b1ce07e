import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Bounded search for lassos where explicit search cannot go, and where it must give up.
struct LassoTests {
  /// A payment of any amount; who receives it may give it back, or leave.
  private static func payment(_ property: String) -> String {
    """
    module m {
      const LIMIT: int
      var owed: int
      var phase: str
      val everything = (owed, phase)
      action init = { nondet a = Int.oneOf() all { a > 0, a <= LIMIT, owed' = a, phase' = "open" } }
      action pay = all { phase == "open", phase' = "paid", owed' = 0 }
      action giveBack = all { phase == "paid", phase' = "open", owed' = LIMIT }
      action split = { nondet x = 1.to(owed).oneOf() all { phase == "open", owed' = owed - x, phase' = phase } }
      action close = all { phase == "paid", phase' = "closed", owed' = owed }
      action step = any { pay, giveBack, close }
      /// @temporal
      temporal p = \(property)
    }
    module instance { import m(LIMIT = 7).* }
    """
  }

  private static func answer(
    _ text: String, steps: Int = 6, open: [String] = []
  ) throws -> ProvedProperty {
    let machine = try #require(SpecText(text).machine(of: "instance").machine)
    var options = ProofOptions()
    options.maxSteps = steps
    options.openConstants = open
    let result = Prover.run(machine, options)
    #expect(result.disagreement == nil)
    return try #require(result.properties.first)
  }

  @Test func weakFairnessDoesNotEndWhatGoesRound() throws {
    let answer = try Self.answer(
      Self.payment(
        "pay.weakFair(everything) and close.weakFair(everything) implies eventually(phase == \"closed\")"))
    #expect(answer.verdict == .violated)
    #expect(answer.steps == 2)
    #expect(answer.trace?.loopStart == 0 || answer.trace?.loopStart == 1)
    #expect(answer.lasso?.closing != nil)
    #expect(answer.lasso?.fairness.count == 2)
  }

  @Test func strongFairnessEndsIt() throws {
    let answer = try Self.answer(
      Self.payment(
        "pay.weakFair(everything) and close.strongFair(everything) implies eventually(phase == \"closed\")"))
    #expect(answer.verdict == .inconclusive)
    #expect(answer.strength == .bounded(steps: 6))
  }

  @Test func stutteringIsALassoOfNoStep() throws {
    let answer = try Self.answer(Self.payment("eventually(phase == \"paid\")"))
    #expect(answer.verdict == .violated)
    #expect(answer.steps == 0)
    #expect(answer.lasso?.closing == nil)
  }

  @Test func openConstantsHaveTheValuesOfTheCounterexample() throws {
    let answer = try Self.answer(
      Self.payment("pay.weakFair(everything) implies (LIMIT < 100 or eventually(phase == \"closed\"))"),
      open: ["LIMIT"])
    #expect(answer.verdict == .violated)
    let limit = answer.constants.first?.value.asInteger?.asInt ?? 0
    #expect(limit >= 100)
  }

  @Test func behaviorsThatEndWithinTheBoundProveTheProperty() throws {
    let text = """
      module instance {
        var rest: int
        var done: bool
        action init = { nondet a = Int.oneOf() all { rest' = a, done' = false } }
        action pay = all { not(done), rest > 0, done' = true, rest' = 0 }
        action waive = all { not(done), rest <= 0, done' = true, rest' = rest }
        action step = any { pay, waive }
        /// @temporal
        temporal p = step.weakFair((rest, done)) implies eventually(done)
      }
      """
    let answer = try Self.answer(text)
    #expect(answer.verdict == .holds)
    #expect(answer.strength == .exhausted(steps: 1))
  }

  @Test func fairnessOfAnActionWithAnyAmountIsRefused() throws {
    let answer = try Self.answer(
      Self.payment("split.weakFair(everything) implies eventually(owed == 0)"), open: ["LIMIT"])
    #expect(answer.verdict == .inconclusive)
    #expect(answer.note?.contains("cannot be encoded") == true)
  }

  @Test func aPartWithoutValueEndsTheSearch() throws {
    let text = """
      module instance {
        var x: int
        action init = x' = 3
        action step = x' = x - 1
        /// @temporal
        temporal p = eventually(always(6 / x > 0))
      }
      """
    let answer = try Self.answer(text)
    #expect(answer.verdict == .inconclusive)
    #expect(answer.note?.contains("may have no value after 3 steps") == true)
  }
}
