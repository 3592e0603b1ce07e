import Foundation
import Testing

/// A swap of two parties with a back door: `drain` takes what is not its own.
let swapSpec = """
  module swap {
    type Party = str
    var held: Party -> int
    var now: int

    /// Everybody has one unit.
    action init = all { held' = Map("ann" -> 1, "bob" -> 1), now' = 0 }

    action pay(payer: Party, payee: Party): bool = all {
      held.get(payer) > 0,
      held' = held.setBy(payer, x => x - 1).setBy(payee, x => x + 1),
      now' = now,
    }

    /// @party {who}, who should not
    action drain(who: Party): bool = all { now > 1, held' = held.setBy(who, x => x + 1), now' = now }

    action tick = all { now < 2, now' = now + 1, held' = held }

    action step = any {
      nondet payer = Set("ann", "bob").oneOf()
      nondet payee = Set("ann", "bob").exclude(Set(payer)).oneOf()
      pay(payer, payee),
      drain("bob"),
      tick,
      all { now > 5, now' = 0, held' = held },
    }

    /// Nothing appears.
    /// @invariant
    val conservation = held.get("ann") + held.get("bob") == 2

    /// @witness
    val paid = held.get("ann") == 0
  }
  """

@Suite struct ReportTests {
  private static let kinds = [
    "json", "junit", "sarif", "github", "markdown", "html", "mermaid", "svg",
  ]

  /// One run with all reports; the folder has the files, by kind.
  private static func run(_ extra: [String] = []) throws -> (run: ToolRun, folder: ToolRun.Folder) {
    try ToolRun.run(
      ["check", "swap.qnt", "--no-times", "--no-native"] + kinds.flatMap { ["--report", "\($0)=out.\($0)"] }
        + extra,
      files: ["swap.qnt": swapSpec])
  }

  /// With `DFMI_RECORD=1` the files are written instead of compared.
  @Test(arguments: kinds) func reportIsAsRecorded(kind: String) throws {
    let text = try Self.run().folder.text(of: "out.\(kind)")
    // Of a page, what the spec makes of it.
    let shown =
      text.replacing(/<style>(.|\n)*?<\/style>/, with: "<style></style>")
      .replacing(/<script>(.|\n)*<\/script>/, with: "<script></script>")
      .replacing(/script-src 'sha256-[^']*'/, with: "script-src ''")
    let url = GoldenTests.folder.appending(path: "Reports/swap.\(kind)")
    if ProcessInfo.processInfo.environment["DFMI_RECORD"] != nil {
      try shown.write(to: url, atomically: true, encoding: .utf8)
    } else {
      #expect(try String(contentsOf: url, encoding: .utf8) == shown)
    }
  }

  @Test func sameRunGivesTheSameBytes() throws {
    let (first, second) = (try Self.run(["--threads", "1"]), try Self.run(["--threads", "2"]))
    for kind in Self.kinds {
      let texts = try [first, second].map { try $0.folder.text(of: "out.\(kind)") }
      #expect(
        texts[0].replacing("--threads 1", with: "") == texts[1].replacing("--threads 2", with: ""), "\(kind)")
    }
  }

  @Test func consoleIsTheSameWithReports() throws {
    let with = try ToolRun.run(
      ["check", "swap.qnt", "--report", "junit=a.xml", "--report", "html=a.html"],
      files: ["swap.qnt": swapSpec]
    ).run
    let without = try tool("check", "swap.qnt", files: ["swap.qnt": swapSpec])
    #expect(with.status == 1)
    #expect(
      with.output.replacing(/\d+\.\d s/, with: "") == without.output.replacing(/\d+\.\d s/, with: ""))
  }

  @Test(arguments: [
    ("pdf=a.pdf", "takes KIND=FILE with a kind of json, junit, sarif"), ("junit", "needs a file"),
    ("junit=", "needs a file"), ("htm=a", "did you mean `html`?"),
  ])
  func wrongTargetIsAUsageError(word: String, message: String) throws {
    let run = try tool("check", "swap.qnt", "--report", word, files: ["swap.qnt": swapSpec])
    #expect(run.status == 2 && run.errors.contains(message), "\(run.errors)")
  }

  @Test func twoReportsNeedTwoFiles() throws {
    let run = try tool(
      "check", "swap.qnt", "--report", "json=a", "--report", "html=a", files: ["swap.qnt": swapSpec])
    #expect(run.status == 2 && run.errors.contains("cannot both go to `a`"))
  }

  @Test func summaryOfAJobIsAdded() throws {
    let (run, folder) = try ToolRun.run(
      ["check", "swap.qnt", "--report", "github"], files: ["swap.qnt": swapSpec, "summary.md": "# Before\n"],
      environment: ["GITHUB_STEP_SUMMARY": "summary.md"])
    #expect(run.output.contains("::error file=swap.qnt,line=30,endLine=30,"))
    let summary = try folder.text(of: "summary.md")
    #expect(summary.hasPrefix("# Before\n## dfmi-verify check: 1 instance, 1 not as expected\n"))
  }

  @Test func brokenSpecIsReported() throws {
    let (run, folder) = try ToolRun.run(
      ["check", "a.qnt", "--report", "junit=a.xml", "--report", "sarif=a.sarif"],
      files: ["a.qnt": "module a { val x = y }"])
    #expect(run.status == 2)
    #expect(try folder.text(of: "a.xml").contains("errors=\"1\""))
    #expect(try folder.text(of: "a.sarif").contains("\"ruleId\": \"QNT404\""))
  }

  /// An action that no step takes.
  private static let idle = """
    module idle {
      var x: int
      action init = x' = 0
      action flip = x' = 1 - x
      action jump = all { x > 1, x' = 0 }
      action step = any { flip, jump }
      /// @invariant
      val small = x < 2
    }
    """

  @Test(arguments: [(false, "warning"), (true, "error")])
  func whatNeverHappensIsAWarning(isStrict: Bool, level: String) throws {
    let (run, folder) = try ToolRun.run(
      ["check", "a.qnt", "--report", "junit=a.xml", "--report", "sarif=a.sarif", "--report", "html=a.html"]
        + ["--report", "github=a.md"] + (isStrict ? ["--strict"] : []),
      files: ["a.qnt": Self.idle])
    #expect(run.status == (isStrict ? 1 : 0))
    let message = "action `jump` is never enabled: guard `x > 1` is never true"
    let junit = try folder.text(of: "a.xml")
    #expect(junit.contains("a.qnt:5:10: action `jump` is never enabled: guard `x &gt; 1` is never true"))
    #expect(junit.contains("failures=\"\(isStrict ? 1 : 0)\""))
    let sarif = try folder.text(of: "a.sarif")
    #expect(sarif.contains(message) && sarif.contains("\"level\": \"\(level)\""))
    #expect(run.output.contains("::\(level) file=a.qnt,line=5,"))
    #expect(try folder.text(of: "a.html").contains("<td class=\"mark\">never enabled</td>"))
  }

  /// What happens in one instance is no warning for the others.
  @Test func warningsAreThoseOfAllInstances() throws {
    let spec = """
      module base {
        const ON: bool
        var x: int
        action init = x' = 0
        action flip = x' = 1 - x
        action jump = all { ON, x' = 0 }
        action step = any { flip, jump }
        /// @invariant
        val small = x < 2
      }
      /// @size S
      module off { import base(ON = false).* }
      /// @size S
      module on { import base(ON = true).* }
      """
    for extra in [[], ["--no-coverage"]] {
      let (_, folder) = try ToolRun.run(
        ["check", "base.qnt", "--report", "sarif=a.sarif"] + extra, files: ["base.qnt": spec])
      #expect(try !folder.text(of: "a.sarif").contains("jump"))
    }
  }

  @Test(arguments: ["run", "verify", "test"]) func otherCommandsReportToo(command: String) throws {
    let spec = swapSpec.replacing(
      "type Party = str",
      with: "type Party = str\n  run falseTest = init.then(all { now == 9, held' = held, now' = now })")
    let (run, folder) = try ToolRun.run(
      [command, "swap.qnt", "--no-times", "--report", "junit=a.xml", "--report", "json=a.json"],
      files: ["swap.qnt": spec])
    #expect(run.status == 1)
    #expect(try folder.text(of: "a.xml").contains("<failure "))
    let document = try JSONSerialization.jsonObject(with: Data(folder.text(of: "a.json").utf8))
    #expect(try JSONSchema.ofResults().complaints(about: document) == [])
  }
}
