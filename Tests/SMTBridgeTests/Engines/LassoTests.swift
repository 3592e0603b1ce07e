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

  @Test func openConstantsHaveTheLeastValuesOfACounterexample() throws {
    let answer = try Self.answer(
      Self.payment("pay.weakFair(everything) implies (LIMIT < 100 or eventually(phase == \"closed\"))"),
      open: ["LIMIT"])
    #expect(answer.verdict == .violated)
    let limit = answer.constants.first?.value.asInteger?.asInt ?? 0
    #expect(limit == 100)
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

  /// Parts of what is owed are paid, each of any amount.
  private static func installments(_ guardian: String, _ property: String) -> String {
    """
    module instance {
      var owed: int
      var isLate: bool
      val everything = (owed, isLate)
      action init = { nondet a = Int.oneOf() all { a > 0, owed' = a, isLate' = false } }
      action pay = { nondet x = 1.to(owed).oneOf() all { \(guardian), owed' = owed - x, isLate' = isLate } }
      action delay = all { owed > 0, not(isLate), isLate' = true, owed' = owed }
      action step = any { pay, delay }
      /// @temporal
      temporal p = pay.weakFair(everything) implies \(property)
    }
    """
  }

  @Test func anActionWithAnyAmountIsEnabledIfSomeAmountIs() throws {
    let answer = try Self.answer(Self.installments("x >= 3", "eventually(owed == 0)"))
    #expect(answer.verdict == .violated)
    let last = answer.trace?.steps.last?.state["owed"]?.asInteger?.asInt ?? 0
    #expect((1...2).contains(last))
    #expect(answer.lasso?.fairness.count == 1)
  }

  @Test func noAmountIsForgottenWhereTheActionIsEnabled() throws {
    let answer = try Self.answer(Self.installments("x > 0", "eventually(owed == 0)"), steps: 4)
    #expect(answer.verdict == .inconclusive)
    #expect(answer.strength == .bounded(steps: 4))
  }

  @Test func amountsThatDependOnTheStateEndTheSearchWithAReason() throws {
    let answer = try Self.answer(
      Self.installments("2 * x == owed", "eventually(owed % 2 == 1)"), steps: 4)
    #expect(answer.verdict == .inconclusive)
    #expect(answer.note?.contains("depends on too many amounts") == true)
  }

  @Test func quantifiersOverAmountsAreRefused() throws {
    let answer = try Self.answer(
      Self.installments("x > 0", "1.to(owed).forall(k => eventually(owed < k))"))
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
