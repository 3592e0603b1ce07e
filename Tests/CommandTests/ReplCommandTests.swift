import Testing

@Suite struct ReplCommandTests {
  private static let counter = """
    module counter {
      var n: int
      action init = n' = 0
      action step = n' = n + 1
    }
    """

  private func session(_ input: String, _ arguments: String...) throws -> ToolRun {
    try ToolRun.run(
      ["repl"] + arguments, files: ["counter.qnt": Self.counter], input: input
    ).run
  }

  @Test func quietSessionPrintsOnlyAnswers() throws {
    #expect(try session("1 + 1\nSet(2, 1)\n", "-q") == ToolRun(status: 0, output: "2\nSet(1, 2)\n"))
  }

  @Test func inputsOfTheCommandLineAreShownAndAnswered() throws {
    let run = try session("", "--verbosity", "1", "-r", "counter.qnt::counter", "init", "n", ".exit", "n")
    #expect(run.output.hasSuffix("information\n>>> init\ntrue\n>>> n\n0\n>>> .exit\n"))
    #expect(run.status == 0)
  }

  @Test func loadedModuleMayBeImportedOnceMore() throws {
    #expect(try session("import counter.*\ninit\nn\n", "-q", "counter.qnt").output == "\ntrue\n0\n")
  }

  @Test func sessionGoesOnAfterErrors() throws {
    let run = try session("x\n1 +\n\n\n1 + \"a\"\n1 + 1\n", "-q")
    #expect(run.output.contains("[QNT404] name `x` not found"))
    #expect(run.output.hasSuffix("    ^^^\n2\n"))
    #expect(run.status == 0)
  }

  @Test func twoSpecsAreTooMany() throws {
    let run = try session("", "counter.qnt", "other.qnt")
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("dfmi-verify repl: takes one spec; `other.qnt` is another one\n"))
  }

  @Test func missingSpecEndsIt() throws {
    #expect(try session("1\n", "none.qnt").status == 2)
  }
}
