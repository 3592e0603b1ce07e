import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Members behind the one that decides need no value.
@Suite struct QuantifierProofTests {
  private func prove(_ picked: String, _ invariant: String) throws -> ProofResult {
    let text = """
      module main {
        var seen: Set[int]
        action init = seen' = Set()
        action step = { nondet k = \(picked).oneOf() any { seen' = seen.union(Set(k)), seen' = seen.exclude(Set(k)) } }
        /// @invariant
        val claim = \(invariant)
      }
      """
    let machine = try #require(SpecText(text).machine().machine)
    var options = ProofOptions()
    options.maxSteps = 3
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 20)
    let result = runOnLargeStack { [options] in Prover.run(machine, options) }
    #expect(result.disagreement == nil)
    return result
  }

  @Test(arguments: ["0.to(3)", "Int"])
  func memberBehindTheFirstThatDecidesIsNotAsked(_ picked: String) throws {
    let result = try prove(picked, "seen.contains(1) implies seen.exists(i => i <= 1 or 5 / (i - 2) > 0)")
    #expect(result.definedness.verdict != .violated)
    #expect(result.properties[0].verdict != .violated)
  }

  @Test(arguments: ["0.to(3)", "Int"])
  func memberBeforeTheFirstThatDecidesIsAsked(_ picked: String) throws {
    let result = try prove(picked, "seen.contains(3) implies seen.exists(i => i == 3 or 5 / (i - 2) > 100)")
    #expect(result.definedness.verdict == .violated)
    #expect(result.definedness.steps == 2)
  }
}
