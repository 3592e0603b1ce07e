import Foundation
import Testing

/// What `check` shows of a temporal property.
@Suite struct LivenessCommandTests {
  private let spec = """
    module light {
      var on: bool
      var gone: bool
      action init = all { on' = false, gone' = false }
      action switch = all { not(gone), on' = not(on), gone' = gone }
      action go = all { not(gone), on, on' = on, gone' = true }
      action step = any { switch, go }
      temporal leaves = switch.weakFair((on, gone)) and go.weakFair((on, gone)) implies eventually(gone)
      temporal surelyLeaves = switch.weakFair((on, gone)) and go.strongFair((on, gone)) implies eventually(gone)
      temporal moves = on leadsTo not(on) or gone
    }

    """

  private func check(_ arguments: String...) throws -> (run: ToolRun, folder: ToolRun.Folder) {
    try ToolRun.run(["check", "light.qnt"] + arguments, files: ["light.qnt": spec])
  }

  @Test func loopIsShownWithTheReasonsWhyItIsFair() throws {
    let run = try check("--temporal", "leaves").run
    #expect(run.status == 1)
    let story = run.output.split(separator: "\n").drop { !$0.hasPrefix("violated") }.dropFirst().dropLast()
    #expect(
      story.joined(separator: "\n") == """
            0  init
            1  switch   on  false -> true
          loop  switch   back to state 0, and so on forever
          fair  weak fairness of switch: taken in state 0
          fair  weak fairness of go: not enabled in state 0
        """, "\(run.output)")
  }

  @Test func fairnessThatWouldHelpIsNamed() throws {
    let run = try check("--temporal", "moves").run
    #expect(run.status == 1)
    #expect(run.output.contains("  loop  state 1 stays as it is forever\n"))
    #expect(run.output.contains("  hint  it would hold with weak fairness of go\n"), "\(run.output)")
  }

  @Test func propertyThatHoldsIsSuccess() throws {
    let run = try check("--temporal", "surelyLeaves").run
    #expect(run.status == 0)
    #expect(run.output.contains("  holds          surelyLeaves   of every behavior\n"), "\(run.output)")
  }

  @Test func writtenLoopIsABehaviorAgain() throws {
    let (_, folder) = try check("--temporal", "leaves,moves", "--keep-going", "--out-itf", "loop.itf.json")
    for number in 0...1 {
      let trace = try String(
        contentsOf: folder.url.appending(path: "work/loop\(number).itf.json"), encoding: .utf8)
      #expect(trace.contains("\"loop\": \(number)"))
      let replay = try ToolRun.run(
        ["replay", "loop.itf.json", "light.qnt"], files: ["light.qnt": spec, "loop.itf.json": trace]
      ).run
      #expect(replay.status == 0, "\(replay)")
    }
  }
}
