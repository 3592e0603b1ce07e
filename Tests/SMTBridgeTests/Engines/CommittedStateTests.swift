import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Steps that pass states on their way, and actions of which it has to be known that they are false.
@Suite struct CommittedStateTests {
  private func prove(_ step: String, _ invariant: String) throws -> ProofResult {
    let text = """
      module m {
        var x: int
        action init = x' = 0
        action jump = { nondet a = Int.oneOf() all { a > 3, x' = x + a } }
        action step = \(step)
        /// @invariant
        val Safe = \(invariant)
      }
      """
    let machine = try #require(SpecText(text).machine().machine)
    var options = ProofOptions()
    options.maxSteps = 3
    return runOnLargeStack { [options] in Prover.run(machine, options) }
  }

  @Test func pickFromAllIntegersBehindAStateIsReplayed() throws {
    let result = try prove("(x' = x + 1).then(jump)", "x != 12345")
    let safe = try #require(result.properties.first)
    #expect(safe.verdict == .violated)
    #expect(safe.steps == 1)
    #expect(safe.trace?.steps.count == 3)
  }

  @Test func statesOnTheWayAreNotJudged() throws {
    let result = try prove("(x' = 7).then(x' = 0)", "x != 7")
    #expect(result.properties.map(\.verdict) == [.holds])
  }

  @Test func choiceIsFalseWhereNoAlternativeIsTrue() throws {
    let step = "all { not(any { x > 1, x == 7 }), x' = x + 1 }"
    #expect(try prove(step, "x <= 2").properties.map(\.verdict) == [.holds])
    #expect(try prove(step, "x != 2").properties.map(\.steps) == [2])
  }

  @Test func choiceThatCannotBeNegatedIsRefused() throws {
    let result = try prove("jump.then(x' = 0)", "x == 0")
    #expect(result.refusal != nil)
  }
}
