import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Proofs and refutations of small machines, with constants left open.
@Suite struct ProofTests {
  /// An account from which `FEE` is taken for each transfer.
  private func account(_ invariant: String, guard condition: String = "amount + FEE <= balance") -> String {
    """
    module account {
      const START: int
      const FEE: int
      assume sane = START >= 0 and FEE >= 0
      var balance: int
      var paid: int
      var fees: int
      action init = all { balance' = START, paid' = 0, fees' = 0 }
      action pay = {
        nondet amount = Nat.oneOf()
        all { \(condition), balance' = balance - amount - FEE, paid' = paid + amount, fees' = fees + FEE }
      }
      action step = pay
      /// @invariant
      val claim = \(invariant)
    }
    module main { import account(START = 10, FEE = 1).* }
    """
  }

  private func prove(
    _ text: String, open: [String] = ["START", "FEE"], steps: Int = 5, main: String? = "main"
  ) throws -> ProofResult {
    let made = SpecText(text).machine(of: main)
    let machine = try #require(made.machine)
    var options = ProofOptions()
    options.maxSteps = steps
    options.openConstants = open
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 20)
    let result = runOnLargeStack { [options] in Prover.run(machine, options) }
    #expect(result.disagreement == nil)
    #expect(result.refusal == nil, "\(result.refusal?.reason ?? "")")
    return result
  }

  @Test func conservationIsProvedForAllAmounts() throws {
    let result = try prove(account("balance + paid + fees == START"))
    #expect(result.properties[0].verdict == .holds)
    #expect(result.properties[0].strength == .inductive(k: 1, lemmas: 0))
    #expect(result.openConstants.count == 2)
  }

  @Test func conservationIsFoundWhereOnlyItsConsequenceIsAskedFor() throws {
    let result = try prove(account("paid <= START"))
    #expect(result.properties[0].verdict == .holds)
    #expect(!result.lemmas.isEmpty)
  }

  @Test func missingFeeInTheGuardIsRefutedWithAmounts() throws {
    let result = try prove(account("balance >= 0", guard: "amount <= balance"))
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].steps == 1)
    #expect(result.properties[0].constants.count == 2)
    #expect(result.properties[0].trace?.length == 1)
  }

  @Test func contradictoryAssumptionsAreTold() throws {
    let text = account("balance == -1").replacingOccurrences("FEE >= 0", "FEE >= 0 and FEE < 0")
    let result = try prove(text)
    #expect(result.vacuity != nil)
    #expect(result.properties[0].verdict == .inconclusive)
  }

  @Test func divisionByZeroIsFound() throws {
    let result = try prove(
      """
      module main {
        var x: int
        var y: int
        action init = all { x' = 3, y' = 0 }
        action step = all { x' = x - 1, y' = 6 / x }
        /// @invariant
        val small = y < 100
      }
      """, open: [], main: nil)
    #expect(result.definedness.verdict == .violated)
    #expect(result.definedness.steps == 3)
    #expect(result.definedness.runtimeError?.id == .badArithmetic)
  }

  @Test func propertyOfStepsIsProved() throws {
    let result = try prove(
      """
      module main {
        var now: int
        action init = now' = 0
        action step = { nondet d = Nat.oneOf() now' = now + d }
        /// @temporal
        temporal forward = always(next(now) >= now)
      }
      """, open: [], main: nil)
    #expect(result.properties[0].verdict == .holds)
  }

  @Test func unreachableWitnessIsProvedUnreachable() throws {
    let result = try prove(
      """
      module main {
        var x: int
        action init = x' = 0
        action step = x' = x + 2
        /// @witness
        val odd = x % 2 == 1
      }
      """, open: [], main: nil)
    #expect(result.properties[0].verdict != .holds)
  }

  @Test func obligationsAreWrittenAsStandardText() throws {
    let result = try prove(account("balance + paid + fees == START"))
    #expect(result.certificate.map(\.name).contains("01-round0-init.smt2"))
    for file in result.certificate where file.name.hasSuffix(".smt2") {
      #expect(file.text.contains("(set-info :status unsat)"))
      #expect(file.text.hasSuffix("(check-sat)\n"))
    }
  }
}

extension String {
  fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return String(self[..<range.lowerBound]) + other + self[range.upperBound...]
  }
}
