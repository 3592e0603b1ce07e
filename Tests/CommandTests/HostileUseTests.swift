import Testing

/// What may go wrong around a run: outputs that cannot be written, text that is a command to a terminal,
/// options without content.
@Suite struct HostileUseTests {
  private static let counter = """
    module e {
      var held: int
      action init = held' = 0
      action up = all { held < 4, held' = held + 1 }
      action step = any { up, held' = 0 }
      /// @invariant
      val small = held < 3
    }

    """

  private func run(
    _ arguments: String..., text: String = counter
  ) throws -> (run: ToolRun, folder: ToolRun.Folder) {
    try ToolRun.run(arguments, files: ["e.qnt": text])
  }

  @Test func reportBehindOneThatCannotBeWrittenIsWritten() throws {
    let (run, folder) = try run(
      "check", "e.qnt", "--report", "json=/dev/full", "--report", "sarif=e.sarif")
    #expect(run.status == 2 && run.errors.contains("cannot write `/dev/full`"))
    #expect(try folder.text(of: "e.sarif").contains("small"))
  }

  @Test func controlCharactersOfASpecDoNotReachTheTerminal() throws {
    let text = """
      module c {
        var s: str
        action init = s' = "\u{1B}[31mRED\u{7}"
        action step = s' = "x"
        /// @invariant
        val inv = s != "x"
      }

      """
    let run = try run("check", "e.qnt", text: text).run
    #expect(run.status == 1 && run.output.contains("\\u{1b}[31mRED\\u{7}"))
    #expect(!run.output.contains("\u{1B}") && !run.errors.contains("\u{1B}"))
  }

  @Test(arguments: ["--invariant", "--temporal", "--maximize", "--witnesses"])
  func emptyExpressionIsAMistake(option: String) throws {
    let run = try run("check", "e.qnt", option + "=").run
    #expect(run.status == 2 && run.errors.contains("option `\(option)` needs an expression"))
  }

  @Test func whoAsksForAnExtremeIsToldOfViolationsToo() throws {
    let run = try run("check", "e.qnt", "--maximize", "held", "--keep-going", "--no-coverage").run
    #expect(run.status == 1 && run.output.contains("violated  small"))
    #expect(run.output.contains("maximum  held = 4"))
  }

  @Test(arguments: ["check", "verify"]) func solversOfQuintAreNoted(command: String) throws {
    let run = try run(command, "e.qnt", "--backend", "tlc", "--apalache-config", "f").run
    #expect(run.status == 1 && run.errors.contains("note: --apalache-config f has no effect here"))
  }

  @Test func threadsHaveAMost() throws {
    let run = try run("check", "e.qnt", "--threads", "100000").run
    #expect(run.status == 2 && run.errors.contains("from 1 to 256"))
  }

  @Test func whatIsNotAsExpectedIsSaidOfASingleInstance() throws {
    let text =
      Self.counter + """
        module two {
          import e.*
        }
        /// @expect violated small steps 2
        module three {
          import e.*
        }

        """
    for command in ["check", "verify"] {
      let run = try run(command, "e.qnt", "--main", "three", text: text).run
      #expect(run.status == 1 && run.output.contains("NOT AS EXPECTED: "))
    }
  }

  @Test func brokenSpecHasNoMutantsButDiagnostics() throws {
    let run = try run("mutate", "e.qnt", "--json", text: "module a {}\n").run
    #expect(run.status == 2 && run.output.contains("\"QNT404\""))
  }
}
