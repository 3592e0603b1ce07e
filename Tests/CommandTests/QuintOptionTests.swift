import Foundation
import Testing

/// Options and reports as Quint's own tool has them.
@Suite struct QuintOptionTests {
  private static let spec = """
    module m {
      var x: int
      action init = x' = 0
      action step = x' = x + 1
      run goodTest = init.then(step).expect(x == 1)
      run badTest = init.then(step).expect(x == 2)
      def otherTest(n) = n
    }
    """

  private static let withoutEffect: [[String]] = [
    ["run", "--max-samples", "1", "--backend", "rust"],
    ["test", "--match", "good", "--backend", "typescript"],
    ["parse", "--source-map", "map.json"], ["repl", "--backend", "rust"],
  ]

  @Test(arguments: withoutEffect)
  func optionsForOtherProgramsAreNoted(words: [String]) throws {
    let run = try ToolRun.run(words + ["m.qnt"], files: ["m.qnt": Self.spec]).run
    #expect(run.status == 0)
    #expect(
      run.errors.contains("note: \(words[words.count - 2]) \(words[words.count - 1]) has no effect here"))
  }

  @Test func otherBackendIsAnError() throws {
    let run = try tool("run", "--backend", "java", "m.qnt", files: ["m.qnt": Self.spec])
    #expect(run.status == 2)
    #expect(run.errors.contains("option `--backend` takes typescript, rust, not `java`"))
  }

  /// The members of the report of a command that prints nothing.
  private func report(_ words: String..., spec: String = spec) throws -> [String: Any] {
    let (run, folder) = try ToolRun.run(words + ["--out", "out.json", "m.qnt"], files: ["m.qnt": spec])
    #expect(run.output == "")
    let document = try JSONSerialization.jsonObject(with: Data(folder.text(of: "out.json").utf8))
    return try #require(document as? [String: Any])
  }

  @Test func reportOfTestsNamesThem() throws {
    let report = try report("test")
    #expect(report["stage"] as? String == "testing")
    #expect(report["passed"] as? [String] == ["goodTest"])
    #expect(report["failed"] as? [String] == ["badTest"])
    #expect(report["ignored"] as? [String] == ["otherTest"])
    #expect((report["errors"] as? [[String: Any]])?.count == 1)
    #expect((report["warnings"] as? [Any])?.isEmpty == true)
  }

  @Test func reportOfARunHasItsStatusAndTrace() throws {
    let report = try report("run", "--invariant", "x < 3")
    #expect(report["stage"] as? String == "running")
    #expect(report["status"] as? String == "violation")
    #expect(report["main"] as? String == "m")
    #expect((report["trace"] as? [Any])?.count == 4)
    #expect(report["errors"] != nil && report["warnings"] != nil)
  }

  @Test(arguments: [("parse", "parsing"), ("typecheck", "typechecking")])
  func reportOfErrorsHasTheirPlaces(command: String, stage: String) throws {
    let report = try report(command, spec: "module m { val x = y }")
    #expect(report["stage"] as? String == stage)
    let errors = try #require(report["errors"] as? [[String: Any]])
    #expect((errors.first?["explanation"] as? String)?.contains("QNT404") == true)
    #expect((errors.first?["locs"] as? [Any])?.count == 1)
  }
}
