import Testing

@Suite struct FlattenCommandTests {
  private let spec = """
    module counter {
      const N: int
      var x: int
      action init = x' = 0
      action step = x' = (x + 1) % N
      /// @invariant
      val small = x < N
    }
    module three { import counter(N = 3).* }
    """

  @Test func machineIsPrinted() throws {
    let run = try tool("flatten", "counter.qnt", "--main", "three", files: ["counter.qnt": spec])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(
      run.output.hasPrefix(
        "machine three\n\nconst three::counter::N: int = 3\n\nvar three::counter::x: int\n"))
    #expect(run.output.contains("\ninvariant small = three::counter::small\n"))
  }

  @Test func optionsChangeTheMachine() throws {
    let run = try tool(
      "flatten", "counter.qnt", "--main=three", "--invariant", "x > -1,x < 4", files: ["counter.qnt": spec])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains("x > -1") && run.output.contains("x < 4") && !run.output.contains("small"))
  }

  @Test func libraryHasAMachine() throws {
    #expect(
      try tool("flatten", "a.qnt", files: ["a.qnt": "module a { val b = 1 }"])
        == ToolRun(status: 0, output: "machine a\n"))
  }

  @Test func faultyOptionIsShown() throws {
    let run = try tool("flatten", "a.qnt", "--invariant", "y > 0", files: ["a.qnt": "module a { val b = 1 }"])
    #expect(
      run
        == ToolRun(
          status: 2,
          errors: """
            --invariant:1:1: error: [QNT404] name `y` not found
              1 | y > 0
                | ^

            """))
  }

  @Test func unknownMainIsAnError() throws {
    let run = try tool("flatten", "counter.qnt", "--main", "four", files: ["counter.qnt": spec])
    #expect(
      run
        == ToolRun(
          status: 2,
          errors: """
            error: [QNT405] module `four` not found in `counter.qnt`
              help: its modules are: counter, three

            """))
  }

  @Test func severalSpecsAreTooMany() throws {
    let run = try tool("flatten", "a.qnt", "b.qnt")
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("dfmi-verify flatten: takes one spec, not 2\n"))
  }
}
