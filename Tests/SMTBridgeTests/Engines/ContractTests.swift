import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Functions that a proof replaces by what they promise.
@Suite struct ContractTests {
  /// A pot that is halved: the half is a product of unknowns for the solver.
  private func pot(_ promise: String) -> String {
    """
    module main {
      pure def promising(result: a, promise: (a) => bool): a = if (promise(result)) result else result
      pure def share(x: int, part: int, whole: int): int =
        (if (whole == 0) 0 else x * part / whole).promising(result => \(promise))
      const START: int
      assume positive = START >= 0
      var pot: int
      var paid: int
      action init = all { pot' = START, paid' = 0 }
      action step = {
        nondet part = Nat.oneOf()
        nondet whole = Nat.oneOf()
        all {
          part <= whole,
          pot' = pot - share(pot, part, whole),
          paid' = paid + share(pot, part, whole),
        }
      }
      /// @invariant
      val Conservation = pot + paid == START
      /// @invariant
      val NonNegative = pot >= 0 and paid >= 0
    }
    module pots { import main(START = 10).* }
    """
  }

  private func prove(_ promise: String) throws -> ProofResult {
    let machine = try #require(SpecText(pot(promise)).machine(of: "pots").machine)
    #expect(machine.hasContracts)
    var options = ProofOptions()
    options.maxSteps = 2
    options.openConstants = ["START"]
    options.strengthens = false
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 4)
    let result = runOnLargeStack { [options] in Prover.run(machine, options) }
    #expect(result.disagreement == nil)
    return result
  }

  @Test func functionIsReplacedByWhatItPromises() throws {
    let result = try prove(
      """
      0 <= x and 0 <= part and part <= whole implies and {
        (whole - part) * x >= 0, (x - result) * whole >= 0, 0 <= result, result <= x }
      """)
    #expect(result.properties.map(\.verdict) == [.holds, .holds])
    #expect(result.notes == ["with the contract of `share`, proved against the body"])
    #expect(result.certificate.contains { $0.name.hasPrefix("contract1-share") })
  }

  @Test func promiseThatTheBodyBreaksIsNotUsed() throws {
    let result = try prove("0 <= x implies result == 0")
    #expect(result.notes.isEmpty)
    let wrong = try prove("result <= 7")
    #expect(wrong.notes.isEmpty)
  }
}
