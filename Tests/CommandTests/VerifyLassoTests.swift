import Foundation
import Testing

/// What `verify` says of properties of whole behaviors.
struct VerifyLassoTests {
  private static let specs = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Specs").path

  private func verify(_ arguments: String...) throws -> ToolRun {
    try ToolRun.run(["verify"] + arguments).run
  }

  @Test(arguments: [
    ("default_waterfall", "default_waterfall_F10", "DefaultIsClosedUndeclared after 1 step"),
    ("dfmi_waterfall", "dfmi_waterfall_F8", "DefaultIsClosedUnpaid after 3 steps"),
    ("im_custody", "im_custody_F12", "MarkIsSettledUncalled after 3 steps"),
    ("bft_commit", "bft_commit_F13", "TerminationUntimely after 8 steps"),
    ("dvp_escrow", "dvp_escrow_F10", "ReleaseUnkept after 6 steps"),
  ])
  func livenessFaultsOfSpecsAreFound(_ spec: String, _ instance: String, _ finding: String) throws {
    let run = try verify("\(Self.specs)/\(spec)/\(spec).qnt", "--main", instance)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("violated \(finding), as expected"))
    #expect(run.output.contains("\n  loop  "))
  }

  @Test func behaviorsThatEndProveLiveness() throws {
    let run = try verify(
      "\(Self.specs)/dvp_htlc/dvp_htlc.qnt", "--main", "dvp_htlc_Live", "--temporal", "NoStuck",
      "--max-steps", "15", "--bounded")
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.output.contains("proved         NoStuck       in every behavior, since all end within 14 steps"))
  }

  @Test func aTraceWithALoopIsWrittenAsITF() throws {
    let run = try verify(
      "\(Self.specs)/default_waterfall/default_waterfall.qnt", "--main", "default_waterfall_F10", "--json")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("\"loop\""))
    #expect(run.output.contains("weak fairness of apply: never enabled in the loop"))
  }
}
