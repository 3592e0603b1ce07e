import ProtocolModel
import SMTBridge
import TestSupport
import Testing

struct StutteringProofTests {
  @Test func whatForbidsStepsThatChangeNothingIsNotProved() throws {
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
    #expect(verdicts["grows"] == .inconclusive)
    #expect(verdicts["stays"] == .holds)
  }
}
