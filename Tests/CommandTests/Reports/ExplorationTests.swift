import Foundation
import Testing

/// What `report` adds to the page on request: counts beside the source, ways to states that are asked for.
@Suite struct ExplorationTests {
  /// A lock that opens with two turns, and breaks with the third.
  private static let lock = """
    module lock {
      var turns: int
      action init = turns' = 0
      action turn = all {
        turns >= 0,
        turns < 3,
        turns' = turns + 1,
      }
      action force = all { turns == 7, turns' = -1 }
      action step = any { turn, force }
      /// @invariant
      val whole = turns > 5 implies turns < 9
    }
    """

  private func page(_ arguments: String...) throws -> (run: ToolRun, folder: ToolRun.Folder) {
    try ToolRun.run(
      ["report", "lock.qnt", "--out", "a.html"] + arguments, files: ["lock.qnt": Self.lock])
  }

  @Test func linesTellHowOften() throws {
    let text = try page("--counts").folder.text(of: "a.html")
    let lines = text.split(separator: "\n").filter { $0.contains("class=\"count\"") }
    let counts = lines.map { line in
      line.matches(of: /<abbr title="([^"]*)"[^>]*>(\d+)<\/abbr>/).map { "\($0.output.2): \($0.output.1)" }
    }
    #expect(lines.count == 13)
    #expect(counts[3] == ["3: 3 transitions by this action"])
    #expect(counts[4] == ["4: guard is true in 4 states"])
    #expect(counts[5] == ["3: guard is true in 3 states"])
    #expect(counts[8] == ["0: guard is true in 0 states"])
    #expect(counts[11] == ["0: premise holds in 0 states"])
    #expect(counts.flatMap { $0 }.count == 5)
    #expect(text.contains("Numbers beside lines, of 4 states"))
    #expect(text.contains("dfmi-verify report lock.qnt --out a.html --counts"))
  }

  @Test func withoutTheOptionNothingIsCounted() throws {
    #expect(try !page().folder.text(of: "a.html").contains("<abbr"))
  }

  @Test func tooManyStatesAreNotCounted() throws {
    let (run, folder) = try page("--counts", "--max-explored", "2")
    #expect(run.status == 3)
    #expect(run.errors == "no counts in the page: limit of 2 states reached before all states were seen\n")
    #expect(try !folder.text(of: "a.html").contains("<abbr"))
  }

  @Test func wantedStatesAreInThePage() throws {
    let text = try page("--explore", "--find", "turns >= 2", "--find", "turns == 9").folder.text(of: "a.html")
    #expect(text.contains("\"found\":[[2,3],[]]"))
    #expect(text.contains("<code>turns &gt;= 2</code> <button type=\"button\" data-goto=\"0\">"))
  }

  @Test func badWishesAreErrors() throws {
    #expect(
      try page("--explore", "--find", "turns").run.errors.contains("`turns` of --find is not true or false"))
    #expect(try page("--explore", "--find", "nothing").run.errors.contains("QNT404"))
    #expect(try page("--explore", "--find", "turn").run.errors.contains("is an action, not a value"))
    #expect(try page("--find", "turns == 1").run.status == 2)
  }

  @Test(.enabled(if: Browser.path != nil, "needs Chromium")) func buttonLeadsToTheNearestState() throws {
    let folder = try page("--explore", "--find", "turns >= 2").folder
    // The page's policy allows its own script alone; a click needs one more.
    let text = try folder.text(of: "a.html").replacing(
      /<meta http-equiv="Content-Security-Policy"[^>]*>/, with: ""
    )
    .replacing("</body>", with: "<script>document.querySelector('[data-goto]').click()</script></body>")
    try folder.write(text, to: "b.html")
    let page = try Browser.contents(of: folder.url.appending(path: "work/b.html"), fragment: "")
    #expect(page.contains("State 2, 2 steps from the start"))
    #expect(page.contains("<output>2 steps, no shorter way exists.</output>"))
  }
}
