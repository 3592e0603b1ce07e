import Foundation
import Testing

/// What several runs of the program cover together.
@Suite struct CoverageFileTests {
  private static let rules = """
    module rules {
      const FAULTY: bool
      const QUIET: bool
      var x: int
      action init = x' = 0
      action up = all { x < 3, x' = x + 1 }
      action down = all { x >= 3, x' = 0 }
      action leap = all { FAULTY, x > 1, x' = 7 }
      action rest = all { QUIET, x' = if (x > 2) 0 else x }
      action never = all { x > 20, x' = 0 }
      action step = any { up, down, leap, rest, never }
      /// @invariant
      val small = x > 100 implies x > 50
    }
    """
  /// Two instances in one file.
  private static let family =
    rules + """

      /// @size S
      module quiet { import rules(FAULTY = false, QUIET = true).* }
      /// @size S
      module faulty { import rules(FAULTY = true, QUIET = false).* }
      """

  /// A folder in which the program runs several times.
  private final class Workshop {
    let folder = try? ToolRun.Folder()

    func write(_ text: String, to path: String) throws { try #require(folder).write(text, to: path) }
    func text(of path: String) throws -> String { try #require(folder).text(of: path) }

    func run(_ arguments: String...) throws -> ToolRun { try ToolRun.run(arguments, in: #require(folder)) }

    func names() throws -> [String] {
      let work = try #require(folder).place(of: "")
      return try FileManager.default.contentsOfDirectory(atPath: work.path).sorted()
    }
  }

  /// The lines that tell what never happens.
  private static func warnings(_ run: ToolRun) -> [String] {
    let lines = run.output.components(separatedBy: "\n")
    return lines.indices.filter { lines[$0].hasPrefix("warning ") }.flatMap { [lines[$0], lines[$0 + 1]] }
  }

  private static func neverHappened(_ run: ToolRun) throws -> [String] {
    let document = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let items = try #require(document?["neverHappened"] as? [[String: Any]])
    return items.map { "\($0["location"] ?? "") \($0["message"] ?? "")" }
  }

  @Test func twoRunsTellWhatOneTells() throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    let whole = try workshop.run("check", "family.qnt")
    let first = try workshop.run("check", "family.qnt", "--main", "quiet", "--coverage", "c.json")
    #expect(first.status == 0 && first.errors == "")
    #expect(Self.warnings(first) == [] && first.output.contains("not told: "))
    let second = try workshop.run("check", "family.qnt", "--main", "faulty", "--coverage", "c.json")
    #expect(!Self.warnings(whole).isEmpty)
    #expect(Self.warnings(second) == Self.warnings(whole))
    #expect(second.output.contains("not in any reachable state of 2 instances, 1 of them in earlier runs"))
  }

  @Test func theOrderOfRunsMakesNoDifference() throws {
    let texts = try [["quiet", "faulty"], ["faulty", "quiet"]].map { names in
      let workshop = Workshop()
      try workshop.write(Self.family, to: "family.qnt")
      for name in names {
        _ = try workshop.run("check", "family.qnt", "--main", name, "--coverage", "c.json")
      }
      return try workshop.text(of: "c.json")
    }
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    _ = try workshop.run("check", "family.qnt", "--coverage", "c.json")
    #expect(texts[0] == texts[1])
    #expect(try texts[0] == workshop.text(of: "c.json"))
    // Once more adds nothing.
    _ = try workshop.run("check", "family.qnt", "--coverage", "c.json")
    #expect(try texts[0] == workshop.text(of: "c.json"))
  }

  @Test func runsAtTheSameTimeLoseNothing() throws {
    let count = 6
    let names = (0..<count).map { "part\($0)" }
    let instances = names.enumerated().map { number, name in
      "/// @size S\nmodule \(name) { import rules(FAULTY = \(number % 2 == 0), QUIET = true).* }\n"
    }
    let workshop = Workshop()
    try workshop.write(Self.rules + "\n" + instances.joined(), to: "family.qnt")
    let folder = try #require(workshop.folder).place(of: "")
    let tool = try ToolRun.executable()
    let processes = names.map { name in
      let process = Process()
      process.executableURL = tool
      process.arguments = ["check", "family.qnt", "--main", name, "--coverage", "c.json"]
      process.currentDirectoryURL = folder
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      return process
    }
    for process in processes { try process.run() }
    for process in processes { process.waitUntilExit() }
    let text = try workshop.text(of: "c.json")
    #expect(names.filter { !text.contains("\"main\":\"\($0)\"") } == [])
    #expect(processes.map(\.terminationStatus) == names.map { _ in 0 })
    #expect(try workshop.names() == ["c.json", "family.qnt"])
  }

  @Test func aLinkToARecordStaysALink() throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    _ = try workshop.run("check", "family.qnt", "--main", "quiet", "--coverage", "real.json")
    let folder = try #require(workshop.folder).place(of: "")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link.json", withDestinationPath: "real.json")
    _ = try workshop.run("check", "family.qnt", "--main", "faulty", "--coverage", "link.json")
    #expect(try workshop.text(of: "real.json").contains("\"main\":\"faulty\""))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link.json") == "real.json")
  }

  @Test func reportsAndStrictGoByAllRuns() throws {
    let workshop = Workshop()
    try workshop.write(
      Self.family.replacing(", never }", with: " }").replacing("x > 100 implies x > 50", with: "x < 8"),
      to: "family.qnt")
    func strict(_ name: String, _ more: String...) throws -> ToolRun {
      try ToolRun.run(
        ["check", "family.qnt", "--main", name, "--strict", "--json"] + more, in: #require(workshop.folder))
    }
    #expect(try strict("faulty").status == 1)
    _ = try workshop.run("check", "family.qnt", "--main", "quiet", "--coverage", "c.json")
    let second = try strict("faulty", "--coverage", "c.json")
    #expect(second.status == 0)
    #expect(try Self.neverHappened(second) == [])
  }

  @Test func whatHasChangedIsDroppedWithANote() throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    _ = try workshop.run("check", "family.qnt", "--main", "quiet", "--coverage", "c.json")
    try workshop.write(Self.family + "\n", to: "family.qnt")
    let second = try workshop.run("check", "family.qnt", "--main", "faulty", "--coverage", "c.json")
    #expect(second.errors == "note: what `c.json` held of `family.qnt` is dropped, since it has changed\n")
    #expect(second.output.contains("not told: "))
    #expect(try !workshop.text(of: "c.json").contains("quiet"))
  }

  @Test func aChangedImportDropsWhatWasCoveredWithIt() throws {
    let workshop = Workshop()
    try workshop.write(Self.rules, to: "rules.qnt")
    for (file, values) in [("a", "FAULTY = false, QUIET = true"), ("b", "FAULTY = true, QUIET = false")] {
      try workshop.write("module \(file) { import rules(\(values)).* from \"./rules\" }\n", to: file + ".qnt")
    }
    let whole = try workshop.run("check", "a.qnt", "b.qnt")
    _ = try workshop.run("check", "a.qnt", "--coverage", "c.json")
    let second = try workshop.run("check", "b.qnt", "--coverage", "c.json")
    #expect(!Self.warnings(whole).isEmpty)
    #expect(Self.warnings(second) == Self.warnings(whole))
    try workshop.write(Self.rules + "\n", to: "rules.qnt")
    let third = try workshop.run("check", "b.qnt", "--coverage", "c.json")
    #expect(
      third.errors == """
        note: what `c.json` held of `a.qnt` is dropped, since `rules.qnt` has changed
        note: what `c.json` held of `b.qnt` is dropped, since `rules.qnt` has changed

        """)
    #expect(third.output.contains("action `rest` is never enabled"))
  }

  @Test func aSpecThatIsMovedKeepsItsCoverage() throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    _ = try workshop.run("check", "family.qnt", "--main", "quiet", "--coverage", "c.json")
    try workshop.write(Self.family, to: "moved/new.qnt")
    let whole = try workshop.run("check", "moved/new.qnt")
    let second = try workshop.run("check", "moved/new.qnt", "--main", "faulty", "--coverage", "c.json")
    #expect(Self.warnings(second) == Self.warnings(whole))
  }

  @Test func anotherStepIsAnotherInstance() throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    _ = try workshop.run("check", "family.qnt", "--main", "quiet", "--step", "up", "--coverage", "c.json")
    let second = try workshop.run("check", "family.qnt", "--main", "faulty", "--coverage", "c.json")
    #expect(second.output.contains("not told: "))
  }

  @Test(arguments: [
    ("", "is no record of coverage: 1:1: value expected"),
    ("{\"schema\": \"dfmi-verify.coverage/1\", \"specs\": [", "is no record of coverage: 1:"),
    ("{}", "is no record of coverage: it names no `schema`"),
    ("{\"schema\": \"dfmi-verify.result/1\"}", "is no record of coverage: it is a `dfmi-verify.result/1`"),
    (
      "{\"schema\": \"dfmi-verify.coverage/2\", \"specs\": []}",
      "was written by another version of this program (dfmi-verify.coverage/2, not dfmi-verify.coverage/1)"
    ),
    (
      "{\"schema\": \"dfmi-verify.coverage/1\", \"specs\": [{\"sources\": []}]}",
      "is no record of coverage: entry 1 of `specs` is damaged"
    ),
  ]) func aFileThatIsNoRecordIsLeftAsItIs(text: String, message: String) throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    try workshop.write(text, to: "c.json")
    let run = try workshop.run("check", "family.qnt", "--coverage", "c.json")
    #expect(run.status == 2 && run.output == "")
    #expect(run.errors.contains(message))
    #expect(try workshop.text(of: "c.json") == text)
    #expect(try workshop.names() == ["c.json", "family.qnt"])
  }

  /// Every number, word and truth value of a record is damaged in turn.
  @Test func noDamagedRecordEndsTheProgram() throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    _ = try workshop.run("check", "family.qnt", "--coverage", "c.json")
    let text = try workshop.text(of: "c.json")
    for (old, new) in [
      ("\"source\":0", "\"source\":7"), ("\"source\":0", "\"source\":-1"),
      ("\"place\":[", "\"place\":[9999999999,"), ("\"whole\":[", "\"whole\":[2147483647,"),
      ("\"result\":\"never\"", "\"result\":\"no\""), ("\"kind\":\"branch-taken\"", "\"kind\":\"branch\""),
      ("\"complete\":true", "\"complete\":1"), ("\"position\":0", "\"position\":1e99"),
    ] {
      let damaged = text.replacing(old, with: new, maxReplacements: 1)
      #expect(damaged != text)
      try workshop.write(damaged, to: "c.json")
      let run = try workshop.run("check", "family.qnt", "--coverage", "c.json")
      #expect(run.status == 2 && run.errors.contains("is damaged"), "\(new)")
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsAnErrorAtOnce() throws {
    let workshop = Workshop()
    try workshop.write(Self.family, to: "family.qnt")
    for path in ["none/c.json", "."] {
      let run = try workshop.run("check", "family.qnt", "--coverage", path)
      #expect(run.status == 2 && run.output == "")
      #expect(run.errors.contains("option `--coverage`: cannot write `\(path)`"))
    }
  }

  @Test func noCoverageExcludesIt() throws {
    let run = try tool(
      "check", "family.qnt", "--coverage", "c.json", "--no-coverage", files: ["family.qnt": Self.family])
    #expect(run.status == 2 && run.errors.contains("exclude each other"))
  }

  /// An action without guards, on which an earlier instance has left no question open.
  @Test func whatALaterInstanceDoesCountsWithoutQuestions() throws {
    let run = try tool(
      "check", "m.qnt",
      files: [
        "m.qnt": """
        module m {
          const WAYS: Set[int]
          var x: int
          action init = x' = 0
          action go = { nondet w = WAYS.oneOf() x' = w }
          action stay = x' = x
          action step = any { go, stay }
        }
        /// @size S
        module none { import m(WAYS = Set()).* }
        /// @size S
        module some { import m(WAYS = Set(1)).* }
        """
      ])
    #expect(!run.output.contains("warning"), "\(run.output)")
  }
}
