import Testing

/// Stories without what a reader does not want to see.
@Suite struct HiddenVariableTests {
  private static let spec = """
    module m {
      var clock: int
      var paid: int
      action init = all { clock' = 0, paid' = 0 }
      action tick = all { clock' = clock + 1, paid' = paid }
      action pay = all { clock > 0, clock' = clock, paid' = paid + 1 }
      action step = any { tick, pay }
      /// @invariant
      val unpaid = paid < 1
    }
    """

  @Test(arguments: ["check", "verify"]) func hiddenVariablesAreLeftOutOfStories(command: String) throws {
    let run = try tool(command, "m.qnt", "--hide", "clock", files: ["m.qnt": Self.spec])
    #expect(run.status == 1)
    #expect(run.output.contains("    1  tick   (nothing that is shown changes)\n"))
    #expect(run.output.contains("    2  pay    paid  0 -> 1\n"))
    let full = try tool(command, "m.qnt", "--full", "--hide", "clock", files: ["m.qnt": Self.spec])
    #expect(full.output.contains("    1  tick   paid = 0\n"), "\(full.output)")
  }

  @Test(arguments: ["check", "verify", "run"]) func unknownNamesAreToldBeforeTheWork(command: String) throws {
    let run = try tool(command, "m.qnt", "--hide", "clok", files: ["m.qnt": Self.spec])
    #expect(run.status == 2 && run.output == "")
    #expect(
      run.errors.hasPrefix(
        "dfmi-verify \(command): option `--hide` names `clok`, which is no variable of the spec; "
          + "these are: clock, paid; did you mean `clock`?"))
  }

  @Test func aVariableOfAnInstanceHasAShortName() throws {
    let spec =
      Self.spec + "\nmodule top { import m as one\n action init = one::init action step = one::step }"
    let run = try tool(
      "check", "m.qnt", "--main", "top", "--invariant", "one::unpaid", "--hide", "clock",
      files: ["m.qnt": spec])
    #expect(run.status == 1 && !run.output.contains("clock"), "\(run.output)")
  }

  /// Only one of several specs may have the variable.
  @Test func ofAFolderOneSpecHasToHaveTheName() throws {
    let other = "module n { var x: int action init = x' = 0 action step = x' = x }"
    let files = ["s/m.qnt": Self.spec, "s/n.qnt": other]
    #expect(try tool("check", "s", "--hide", "clock", files: files).status == 1)
    let run = try tool("check", "s", "--hide", "nothing", files: files)
    #expect(run.status == 2 && run.errors.contains("these are: clock, paid, x"))
  }
}
