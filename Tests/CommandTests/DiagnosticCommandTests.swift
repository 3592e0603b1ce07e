import Testing

@Suite struct DiagnosticCommandTests {
  private let sound = """
    module counter {
      var x: int
      action init = x' = 0
      action step = x' = x + 1
    }

    """

  @Test(arguments: ["parse", "typecheck"]) func soundSpecIsSilent(command: String) throws {
    #expect(try tool(command, "counter.qnt", files: ["counter.qnt": sound]) == ToolRun(status: 0))
  }

  @Test func syntaxErrorIsShownWithItsLine() throws {
    let run = try tool("parse", "a.qnt", files: ["a.qnt": "module a {\n  val x = 1 +\n}\n"])
    #expect(
      run
        == ToolRun(
          status: 2,
          errors: """
            a.qnt:2:14: error: [QNT000] expected an expression
              2 |   val x = 1 +
                |              ^

            """))
  }

  @Test func unknownNameHasASuggestion() throws {
    let run = try tool(
      "parse", "a.qnt", files: ["a.qnt": "module a {\n  val total = 1\n  val x = totl + 1\n}\n"])
    #expect(
      run
        == ToolRun(
          status: 2,
          errors: """
            a.qnt:3:11: error: [QNT404] name `totl` not found
              3 |   val x = totl + 1
                |           ^^^^
              help: did you mean `total`?

            """))
  }

  @Test func parseStopsBeforeTypes() throws {
    let text = "module a {\n  val x = 1 + true\n}\n"
    #expect(try tool("parse", "a.qnt", files: ["a.qnt": text]) == ToolRun(status: 0))
    #expect(
      try tool("typecheck", "a.qnt", files: ["a.qnt": text])
        == ToolRun(
          status: 2,
          errors: """
            a.qnt:2:15: error: [QNT000] expected int, found bool: right side of `+`
              2 |   val x = 1 + true
                |               ^^^^

            """))
  }

  @Test func typesAndModesReportTogether() throws {
    let text = "module a {\n  var v: int\n  pure val x = v\n  val y = 1 + true\n}\n"
    let run = try tool("typecheck", "a.qnt", files: ["a.qnt": text])
    #expect(run.status == 2)
    #expect(run.errors.contains("a.qnt:3:12: error: [QNT200] `x` is declared `pure val`, but reads `v`"))
    #expect(run.errors.contains("a.qnt:4:15: error: [QNT000] expected int, found bool"))
  }

  @Test func missingFileIsAnError() throws {
    #expect(
      try tool("parse", "none.qnt")
        == ToolRun(status: 2, errors: "error: [QNT013] cannot read file `none.qnt`\n"))
  }

  @Test func errorsInImportedFilesAreShown() throws {
    let run = try tool(
      "parse", "dir/a.qnt",
      files: ["dir/a.qnt": "module a { import b.* from \"./b\" }", "dir/b.qnt": "module b { val x = }"])
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("dir/b.qnt:1:20: error: [QNT000] expected an expression\n"))
  }

  @Test func folderIsCheckedByPath() throws {
    let bad = "module a { val x = y }"
    let run = try tool(
      "typecheck", "specs",
      files: [
        "specs/b/2.qnt": bad.replacing("module a", with: "module b"), "specs/a.qnt": bad,
        "specs/.c/x.qnt": bad,
        "specs/readme.txt": "no spec", "specs/ok.qnt": sound,
      ])
    #expect(run.status == 2)
    #expect(
      run.errors.split(separator: "\n").filter { $0.contains("error:") } == [
        "specs/a.qnt:1:20: error: [QNT404] name `y` not found",
        "specs/b/2.qnt:1:20: error: [QNT404] name `y` not found",
      ])
  }

  @Test func folderWithoutSpecsIsAnError() throws {
    let run = try tool("parse", "specs", files: ["specs/readme.txt": "no spec"])
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("dfmi-verify parse: there is no `.qnt` file below `specs`\n"))
  }

  @Test func warningsLeaveTheStatus() throws {
    let run = try tool("typecheck", "a.qnt", files: ["a.qnt": "/// @sizes S\nmodule a { }"])
    #expect(
      run
        == ToolRun(
          status: 0,
          errors: """
            a.qnt:1:5: warning: [QNT000] unknown tag `@sizes`
              1 | /// @sizes S
                |     ^^^^^^^^
              help: did you mean `@size`?

            """))
  }

  @Test func typecheckKnowsWhatTagsExpect() throws {
    let run = try tool(
      "typecheck", "counter.qnt", files: ["counter.qnt": "/// @expect violated small\n" + sound])
    #expect(run.status == 2)
    #expect(
      run.errors.hasPrefix("counter.qnt:1:5: error: [QNT404] `small` is no property of module `counter`\n"))
  }

  @Test func jsonIsOneDocument() throws {
    let run = try tool("typecheck", "--json", "a.qnt", files: ["a.qnt": "module a { val x = y }"])
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("a.qnt:1:20: error: [QNT404] name `y` not found\n"))
    #expect(
      run.output == """
        {
          "schema": "dfmi-verify.result/1",
          "version": "0.1.0",
          "command": "typecheck",
          "results": [
            {
              "spec": "a.qnt",
              "outcome": "error",
              "diagnostics": [
                {
                  "code": "QNT404",
                  "severity": "error",
                  "file": "a.qnt",
                  "line": 1,
                  "column": 20,
                  "endLine": 1,
                  "endColumn": 21,
                  "message": "name `y` not found"
                }
              ]
            }
          ]
        }

        """)
  }

  @Test func jsonOfASoundSpec() throws {
    let run = try tool("parse", "a.qnt", "--json", files: ["a.qnt": "module a { }"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains("\"outcome\": \"holds\""))
    #expect(run.output.contains("\"diagnostics\": []"))
  }

  @Test func outWritesAReportAndPrintsNothing() throws {
    let (run, folder) = try ToolRun.run(
      ["typecheck", "--out", "report.json", "a.qnt"], files: ["a.qnt": "module a { val x = y }"])
    #expect(run == ToolRun(status: 2))
    #expect(
      try folder.text(of: "report.json") == """
        {"stage":"typechecking","warnings":[],"errors":[{"explanation":"[QNT404] name `y` not found",\
        "locs":[{"source":"a.qnt","start":{"line":0,"col":19,"index":19},"end":{"line":0,"col":20,"index":20}}]}]}

        """)
  }

  @Test func reportThatCannotBeWrittenIsAnError() throws {
    let run = try tool("parse", "--out", "no/such/report.json", "a.qnt", files: ["a.qnt": "module a { }"])
    #expect(run.status == 2)
    #expect(
      run.errors.hasPrefix(
        "dfmi-verify parse: option `--out`: cannot write `no/such/report.json`: there is no folder `no/such`\n"
      ))
  }

  @Test func deepNestingIsNoCrash() throws {
    let deep = "module a { val x = " + String(repeating: "(", count: 100_000) + "1" + " }"
    let run = try tool("typecheck", "a.qnt", files: ["a.qnt": deep])
    #expect(run.status == 2)
  }

  @Test func deepTreeWithinTheLimitIsNoCrash() throws {
    let deep =
      "module a { val x = " + String(repeating: "not(", count: 3_000) + "true"
      + String(repeating: ")", count: 3_000) + " }"
    #expect(try tool("typecheck", "a.qnt", files: ["a.qnt": deep]) == ToolRun(status: 0))
  }

  @Test func noColorWithoutATerminal() throws {
    let run = try tool(
      "parse", "a.qnt", files: ["a.qnt": "module a { val x = y }"], environment: ["TERM": "xterm"])
    #expect(!run.errors.contains("\u{1B}"))
  }
}
