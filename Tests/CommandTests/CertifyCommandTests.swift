import Foundation
import Testing

private let secondSolver = "/usr/bin/cvc5"

/// What a second solver says of the obligations that `verify` writes; skipped where there is none.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: secondSolver)))
struct CertifyCommandTests {
  private let split = """
    module split {
      const MONEY: int
      const RATE: int
      assume sane = MONEY >= 0 and RATE > 0
      var left: int
      var rounds: int
      action init = all { left' = MONEY * RATE, rounds' = 0 }
      action step = all { rounds < MONEY, left' = left - RATE, rounds' = rounds + 1 }
      /// @invariant
      /// @prove
      val Covered = 0 <= rounds and rounds <= MONEY and left == (MONEY - rounds) * RATE
    }
    /// @symbolic A, B
    module split_All {
      pure val A = 2
      pure val B = 3
      import split(MONEY = A, RATE = B).*
    }
    """

  @Test func anotherSolverAcceptsProofsAboutProducts() throws {
    let proof = try ToolRun.run(
      ["verify", "split.qnt", "--main", "split_All", "--certificate", "proof"], files: ["split.qnt": split])
    #expect(proof.run.status == 0, "\(proof.run.output)")
    let folder = proof.folder.url.appending(path: "work/proof").path
    let check = try tool("certify", folder, "--with", secondSolver)
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.contains("all unsatisfiable"))
  }
}
