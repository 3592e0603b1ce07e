import Foundation
import Testing

/// One instance of a family, chosen by `--main`.
@Suite struct OneInstanceTests {
  private static let lamp = """
    module lamp {
      const CAN_BREAK: bool
      var isOn: bool
      var isBroken: bool
      action init = all { isOn' = false, isBroken' = false }
      action switch = all { not(isBroken), isOn' = not(isOn), isBroken' = false }
      action burn = all { CAN_BREAK, isOn, isBroken' = true, isOn' = false }
      action step = any { switch, burn }
      /// It shines only as long as it is whole, which is
      /// what it was bought for. Nobody repairs it.
      /// @invariant
      val shines = isOn implies not(isBroken)
      /// @invariant
      val whole = not(isBroken)
    }
    /// @size S
    module lamp_good { import lamp(CAN_BREAK = false).* }
    /// @size S
    /// @expect violated whole
    module lamp_bad { import lamp(CAN_BREAK = true).* }
    """

  private func check(_ arguments: String...) throws -> ToolRun {
    try ToolRun.run(["check", "lamp.qnt"] + arguments, files: ["lamp.qnt": Self.lamp]).run
  }

  @Test func whatOthersUseIsCountedNotTold() throws {
    let one = try check("--main", "lamp_good")
    #expect(one.output.contains("not told: 2 guards, branches or actions without effect"))
    #expect(!one.output.contains("warning"))
    #expect(one.status == 0)
  }

  @Test func strictTellsAll() throws {
    let one = try check("--main", "lamp_good", "--strict")
    #expect(one.output.contains("warning   action `burn` is never enabled"))
    #expect(one.status == 1)
  }

  @Test func storyEndsWithTheAuthorsWords() throws {
    let text = Self.lamp.replacing("@expect violated whole", with: "@expect violated shines")
      .replacing("isOn' = false }\n  action step", with: "isOn' = true }\n  action step")
    let run = try ToolRun.run(["check", "lamp.qnt", "--main", "lamp_bad"], files: ["lamp.qnt": text]).run
    #expect(
      run.output.contains(
        "\n  in words        It shines only as long as it is whole, which is what it was bought for.\n"))
    #expect(try !check("--main", "lamp_bad").output.contains("in words"))
  }
}
