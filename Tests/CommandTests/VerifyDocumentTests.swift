import Foundation
import Testing

/// The JSON document of `verify`, byte by byte.
@Suite struct VerifyDocumentTests {
  @Test func documentIsAsRecorded() throws {
    let spec = """
      module till {
        var cash: int
        action init = { nondet start = 5.to(9).oneOf()  cash' = start }
        action take = all { cash >= 3, cash' = cash - 3 }
        action step = any { if (cash >= 6) take.then(take) else take, cash' = cash }
        val Positive = cash > 0
        val Bounded = cash < 10
      }
      """
    let run = try tool(
      "verify", "till.qnt", "--invariant", "Positive,Bounded", "--max-steps", "5", "--no-deadlock", "--json",
      "--no-times", files: ["till.qnt": spec])
    #expect(run.status == 1)
    let url = GoldenTests.folder.appending(path: "verify-document.json")
    if ProcessInfo.processInfo.environment["DFMI_RECORD"] != nil {
      try run.output.write(to: url, atomically: true, encoding: .utf8)
    } else {
      #expect(run.output == (try String(contentsOf: url, encoding: .utf8)))
    }
  }
}
