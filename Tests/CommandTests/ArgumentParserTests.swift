import Testing

@testable import dfmi_verify

@Suite struct ArgumentParserTests {
  private static let text = Option("--main", .text("NAME"), "")
  private static let number = Option("--max-steps", .number, "")
  private static let choice = Option("--size", .choice(["S", "M"]), "")
  private static let list = Option("--invariants", .list("EXPR"), "")
  private static let flag = Option("--json", short: "-j", .flag, "")
  private static let all = [text, number, choice, list, flag]

  private func parse(_ words: String...) throws -> Arguments {
    try ArgumentParser.parse(words[...], options: Self.all)
  }

  private func complaint(_ words: String...) -> String {
    do throws(UsageError) {
      _ = try ArgumentParser.parse(words[...], options: Self.all)
      return "none"
    } catch {
      return error.message
    }
  }

  @Test func valueIsTheNextWordOrAfterTheSign() throws {
    #expect(try parse("--main", "a").text(Self.text) == "a")
    #expect(try parse("--main=a=b").text(Self.text) == "a=b")
    #expect(try parse("--main=").text(Self.text) == "")
  }

  @Test func valueMayBeginWithAMinus() throws {
    #expect(try parse("--main", "-x").text(Self.text) == "-x")
    #expect(try parse("--main=--x").text(Self.text) == "--x")
  }

  @Test func flagsHaveShortNames() throws {
    let arguments = try parse("a", "-j", "b")
    #expect(arguments[Self.flag] && arguments.operands == ["a", "b"])
    #expect(try !parse("a")[Self.flag])
  }

  @Test func listsEndAtOptionsAndSpecs() throws {
    let arguments = try parse(
      "--invariants", "a", "b", "spec.qnt", "--invariants", "c", "--json", "e")
    #expect(arguments.list(Self.list) == ["a", "b", "c"])
    #expect(arguments.operands == ["spec.qnt", "e"])
  }

  @Test func listsGoOnBehindTheSignOnlyAfterTheSpec() throws {
    let before = try parse("--invariants=a", "spec")
    #expect(before.list(Self.list) == ["a"] && before.operands == ["spec"])
    let after = try parse("spec", "--invariants=a", "b", "--json")
    #expect(after.list(Self.list) == ["a", "b"] && after.operands == ["spec"])
  }

  @Test func numbersAreNumbers() throws {
    #expect(try parse("--max-steps", "10").number(Self.number) == 10)
    #expect(complaint("--max-steps", "ten") == "option `--max-steps` needs a number, not `ten`")
    #expect(complaint("--max-steps", "-1") == "option `--max-steps` needs a number, not `-1`")
    #expect(complaint("--max-steps", "+1") == "option `--max-steps` needs a number, not `+1`")
    #expect(complaint("--max-steps=") == "option `--max-steps` needs a number, not ``")
    #expect(
      complaint("--max-steps", "99999999999999999999")
        == "`99999999999999999999` is too large for option `--max-steps`")
  }

  @Test func choicesAreChecked() throws {
    #expect(try parse("--size", "M").text(Self.choice) == "M")
    #expect(complaint("--size", "s") == "option `--size` takes S, M, not `s`; did you mean `S`?")
  }

  @Test func missingValues() {
    #expect(complaint("--main") == "option `--main` needs a value: `--main NAME`")
    #expect(complaint("--main", "-j") == "option `--main` needs a value: `--main NAME`")
    #expect(complaint("--size", "--json") == "option `--size` needs a value: `--size S|M`")
  }

  @Test func aMinusAloneIsAnOperand() throws {
    #expect(try parse("-").operands == ["-"])
  }
}

@Suite struct ExitStatusTests {
  @Test func inconclusiveWinsOverSuccessAndHidesNoViolation() {
    #expect(max(ExitStatus.success, .inconclusive) == .inconclusive)
    #expect(max(ExitStatus.violated, .inconclusive) == .violated)
    #expect(max(ExitStatus.violated, .badInput) == .badInput)
    #expect(max(ExitStatus.internalError, .badInput) == .internalError)
  }
}
