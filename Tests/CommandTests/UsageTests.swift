import Testing

@Suite struct UsageTests {
  @Test func versionIsOneLine() throws {
    #expect(try tool("--version") == ToolRun(status: 0, output: "dfmi-verify 0.1.0\n"))
  }

  @Test(arguments: ["--help", "-h", "help"]) func helpListsTheCommands(option: String) throws {
    let run = try tool(option)
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(
      run.output.hasPrefix("dfmi-verify 0.1.0: checks settlement protocols written in Quint\n\nUsage: "))
    #expect(run.output.contains("\n  typecheck   Report errors of syntax, names, types, effects and modes\n"))
    #expect(run.output.hasSuffix("\n  70  internal error\n"))
  }

  @Test func helpOfACommandListsItsOptions() throws {
    let expected = """
      Report errors of syntax and names

      Usage: dfmi-verify parse [OPTIONS] SPEC|DIR...

      Options:
        --json             print one JSON document instead of text
        --out FILE         write a JSON report as Quint does, and print nothing
        --source-map FILE  accepted for the sake of scripts; has no effect
        -h, --help         show this text

      """
    #expect(try tool("parse", "--help") == ToolRun(status: 0, output: expected))
    #expect(try tool("help", "parse") == ToolRun(status: 0, output: expected))
    #expect(try tool("parse", "nothing.qnt", "-h") == ToolRun(status: 0, output: expected))
  }

  @Test func nothingToDoIsAnError() throws {
    let run = try tool()
    #expect(run.status == 2 && run.output.isEmpty && run.errors.contains("Usage: dfmi-verify COMMAND"))
  }

  private func complaint(_ command: String, _ message: String) -> ToolRun {
    ToolRun(
      status: 2, errors: "dfmi-verify \(command): \(message)\nTry `dfmi-verify \(command) --help`.\n")
  }

  @Test func misspeltCommandGetsASuggestion() throws {
    #expect(
      try tool("typechek", "a.qnt")
        == ToolRun(
          status: 2,
          errors: """
            dfmi-verify: unknown command `typechek`; did you mean `typecheck`?
            Try `dfmi-verify --help`.

            """))
  }

  @Test func unknownOptionBeforeTheCommand() throws {
    #expect(
      try tool("--verson").errors.hasPrefix(
        "dfmi-verify: unknown option `--verson`; did you mean `--version`?"))
  }

  @Test func misspeltOptionGetsASuggestion() throws {
    #expect(
      try tool("parse", "--jsn", "a.qnt")
        == complaint("parse", "unknown option `--jsn`; did you mean `--json`?"))
  }

  @Test func optionGivenTwice() throws {
    #expect(
      try tool("parse", "--out", "a", "--out=b", "a.qnt")
        == complaint("parse", "option `--out` is given twice"))
  }

  @Test(arguments: [["--out"], ["--out", "--out=b"]]) func missingValue(options: [String]) throws {
    #expect(
      try ToolRun.run(["parse", "a.qnt"] + options).run
        == complaint("parse", "option `--out` needs a value: `--out FILE`"))
  }

  @Test func flagWithValue() throws {
    #expect(
      try tool("parse", "--json=yes", "a.qnt") == complaint("parse", "option `--json` takes no value"))
  }

  @Test func noSpec() throws {
    #expect(try tool("typecheck") == complaint("typecheck", "needs a spec: a `.qnt` file or a folder"))
  }

  @Test func wordsAfterTwoDashesAreOperands() throws {
    #expect(try tool("parse", "--", "--x.qnt", files: ["--x.qnt": "module a { }"]) == ToolRun(status: 0))
  }
}
