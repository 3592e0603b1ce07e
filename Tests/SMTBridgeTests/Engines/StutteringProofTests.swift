import ProtocolModel
import SMTBridge
import TestSupport
import Testing

struct StutteringProofTests {
  @Test func whatForbidsStepsThatChangeNothingIsRefutedByOne() throws {
    let machine = try #require(
      SpecText(
        """
        module m {
          var x: int
          action init = x' = 0
          action step = x' = x + 1
          /// @temporal
          temporal grows = always(next(x) > x)
          /// @temporal
          temporal stays = always(next(x) >= x)
        }
        """
      ).machine().machine)
    let result = Prover.run(machine, ProofOptions())
    let verdicts = Dictionary(uniqueKeysWithValues: result.properties.map { ($0.name, $0.verdict) })
    #expect(verdicts["grows"] == .violated)
    let trace = result.properties.first?.trace
    #expect(trace?.steps.last?.action?.name == "(stutters)")
    #expect(result.properties.first?.steps == 1)
    #expect(verdicts["stays"] == .holds)
  }

  @Test func whatHasNoValueOnAStepThatChangesNothingIsARuntimeError() throws {
    let machine = try #require(
      SpecText(
        """
        module m {
          var x: int
          action init = x' = 0
          action step = all { x < 0, x' = x + 1 }
          /// @invariant
          val small = x < 5
          /// @temporal
          temporal pace = always([7][next(x) - x + 1] == 7)
        }
        """
      ).machine().machine)
    let result = Prover.run(machine, ProofOptions())
    #expect(result.definedness.verdict == .violated)
    #expect(result.definedness.steps == 1)
  }
}
