import Testing

@Suite struct TestCommandTests {
  private static let spec = """
    module m {
      var x: int
      run oneTest = (x' = 1)
      run noStatesTest = all { 1 > 2, x' = 1 }.fail()
      run twoTest = (x' = 1).then(x' = x + 1).expect(x == 2)
      run wrongTest = (x' = 1).then(x' = x + 1).expect(x == 3)
      run other = 1 == 2
      pure def withParameterTest(y) = y == 1
    }
    """

  private func test(_ arguments: String...) throws -> (run: ToolRun, folder: ToolRun.Folder) {
    try ToolRun.run(["test", "m.qnt"] + arguments, files: ["m.qnt": Self.spec])
  }

  @Test func reportHasTheFormOfMocha() throws {
    let run = try test("--match=(one|two)Test").run
    let output = run.output.replacing(/\d+ms/, with: "Tms")
    #expect(
      output == """

          m
            ok oneTest passed 1 test(s)
            ok twoTest passed 1 test(s)

          2 passing (Tms)

        """)
    #expect(run.status == 0)
  }

  @Test func failureSaysWhereAndHowToRepeatIt() throws {
    let run = try test("--match", "wrong").run
    #expect(run.status == 1)
    #expect(run.output.contains("    1) wrongTest failed after 1 test(s)\n"))
    #expect(run.output.contains("m.qnt:6:52: error: [QNT508]"))
    #expect(run.output.contains("--match=wrongTest to repeat.\n"))
  }

  @Test func parametersMakeATestIgnored() throws {
    let run = try test().run
    #expect(run.output.contains("  3 passing"))
    #expect(run.output.contains("  1 failed\n  1 ignored\n"))
  }

  @Test func noTestsAreASuccess() throws {
    let run = try test("--match", "nothing").run
    #expect(run.status == 0 && run.output.contains("  0 passing"))
  }

  @Test func tracesAreNumberedByTest() throws {
    let folder = try test("--out-itf={seq}_{test}.json", "--backend", "rust").folder
    let third = try folder.text(of: "2_twoTest.json")
    #expect(third.contains("\"passed\""))
    #expect(throws: (any Error).self) { try folder.text(of: "1_noStatesTest.json") }
    #expect(try folder.text(of: "3_wrongTest.json").contains("\"failed\""))
  }

  @Test func unknownMainModuleIsAnInputError() throws {
    let run = try test("--main", "other").run
    #expect(run.status == 2 && run.errors.contains("[QNT405]"))
  }
}
