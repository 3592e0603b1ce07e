import Foundation
import Testing

/// What Quint's manual promises of `run`.
@Suite struct RunCommandTests {
  /// Counts by ones, and by twos where the count is even.
  private static let counter = """
    module counter {
      var n: int
      action init = n' = 0
      action one = n' = n + 1
      action two = all {
        n % 2 == 0,
        nondet by = Set(2, 4).oneOf()
        n' = n + by,
      }
      action step = any { one, two }
      action stay = n' = n
      action never = all { false, n' = n }
      val small = n < 100
      val even = n % 2 == 0
    }
    """

  private func run(_ arguments: String...) throws -> (run: ToolRun, folder: ToolRun.Folder) {
    try ToolRun.run(
      ["run", "counter.qnt"] + arguments + ["--max-samples=50"], files: ["counter.qnt": Self.counter])
  }

  private func text(_ arguments: String...) throws -> String {
    try ToolRun.run(
      ["run", "counter.qnt"] + arguments, files: ["counter.qnt": Self.counter]
    ).run.output.replacing(/\(.*traces\/second\)/, with: "(T)")
  }

  @Test func runWithoutPropertyShowsTheLongestSample() throws {
    let output = try text("--max-samples=5", "--max-steps=2", "--step=stay")
    #expect(
      output.hasPrefix(
        "An example execution:\n\n[State 0] { n: 0 }\n\n[State 1] { n: 0 }\n\n[State 2] { n: 0 }\n\n[ok] "))
    #expect(output.contains("\nTrace length statistics: max=3, min=3, average=3.00\n"))
  }

  @Test func violationIsShownAndEndsWithOne() throws {
    let run = try run("--invariant=n < 3", "--max-steps=4").run
    #expect(run.status == 1)
    #expect(run.output.contains("[violation] Found an issue"))
  }

  @Test func invariantsOfBothOptionsCount() throws {
    let run = try run("--invariant=small", "--invariants", "even", "n >= 0").run
    #expect(run.status == 1)
    #expect(run.output.contains("  ❌ even\n"))
    #expect(!run.output.contains("❌ small"))
  }

  @Test func falseStepEndsASampleWithoutError() throws {
    let run = try run("--step=never").run
    #expect(run.status == 0)
    #expect(run.output.contains("Trace length statistics: max=1, min=1, average=1.00"))
  }

  @Test func falseInitNeverStarts() throws {
    let run = try run("--init=never").run
    #expect(run.status == 1)
    // `never` reads a variable that has no value yet, unless `false` comes first.
    #expect(run.output.contains("No run could start"))
  }

  @Test func witnessesAreCountedInAllStates() throws {
    let output = try text(
      "--step=stay", "--witnesses=n == 0", "n == 1", "--max-samples=4", "--verbosity=1")
    #expect(output.contains("n == 0 was witnessed in 4 trace(s) out of 4 explored (100.00%)\n"))
    #expect(output.contains("n == 1 was witnessed in 0 trace(s) out of 4 explored (0.00%)\n"))
  }

  @Test func seedRepeatsOneRun() throws {
    let first = try text("--seed=0xAB", "--max-steps=6")
    #expect(first == (try text("--seed=171", "--max-steps=6")))
    #expect(first.contains("Use --seed=0xab to reproduce.\n"))
    #expect(first.contains("in 1 run of"))
  }

  @Test func verbosityZeroPrintsNothing() throws {
    #expect(try text("--verbosity=0", "--max-samples=2").isEmpty)
  }

  @Test func initAndStepAreExpressionsOfTheMainModule() throws {
    #expect(try run("--init=n' = 7", "--step=all { one, n < 9 }", "--invariant=n < 9").run.status == 1)
  }

  @Test func unknownNamesAreErrorsOfTheInput() throws {
    let run = try run("--init=start").run
    #expect(run.status == 2)
    #expect(run.errors.contains("[QNT404]"))
  }

  @Test func stepMustBeAnAction() throws {
    let run = try run("--step=small").run
    #expect(run.status == 2)
    #expect(run.errors.contains("[QNT501]"))
  }

  @Test func moreTracesThanSamplesAreRefused() throws {
    let run = try run("--n-traces=51").run
    #expect(run.status == 2)
    #expect(run.errors.contains("`--n-traces` (51) must not be larger than `--max-samples` (50)"))
  }

  @Test func tracesAreNumberedBeforeTheFirstDotOfTheName() throws {
    let folder = try run("--n-traces=2", "--out-itf=./out.itf.json", "--max-steps=3", "--seed=1").folder
    #expect(try folder.text(of: "out0.itf.json").contains("\"ok\""))
    #expect(try folder.text(of: "out1.itf.json").contains("\"states\""))
  }

  @Test func mbtFieldsStandInEveryState() throws {
    let folder = try run("--mbt", "--out-itf=t.json", "--step=two", "--max-steps=1", "--seed=1").folder
    let json = try JSONSerialization.jsonObject(with: Data(try folder.text(of: "t.json").utf8))
    let states = ((json as? [String: Any])?["states"] as? [[String: Any]]) ?? []
    #expect(states.map { $0["mbt::actionTaken"] as? String } == ["init", "two"])
    let picks = states.map { $0["mbt::nondetPicks"] as? [String: [String: Any]] }
    #expect(picks.first??["by"]?["tag"] as? String == "None")
    #expect(picks.last??["by"]?["tag"] as? String == "Some")
  }

  @Test func hiddenVariablesAreNotShown() throws {
    let output = try text(
      "--mbt", "--hide", "n", "mbt::nondetPicks", "--step=stay", "--max-steps=1", "--seed=1")
    #expect(
      output.contains("[State 0] { mbt::actionTaken: \"init\" }\n\n[State 1] { mbt::actionTaken: \"stay\" }"))
  }
}
