import Foundation
import Testing

@Suite struct DiagramTests {
  @Test func lanesAreDrawnInTheTerminal() throws {
    let run = try tool("check", "swap.qnt", "--lanes", files: ["swap.qnt": swapSpec])
    #expect(
      run.output.contains(
        """

             bob, who should not
                      |
                  (tick x2)           1-2
                   [drain]              3
                      |

        """), "\(run.output)")
  }

  @Test func messagesGoBetweenParties() throws {
    let run = try tool(
      "check", "swap.qnt", "--lanes", "--invariant", "held.get(\"ann\") > 0", files: ["swap.qnt": swapSpec])
    #expect(run.output.contains("|--- pay -->|         1\n"), "\(run.output)")
  }

  @Test func specWithoutPartiesSaysSo() throws {
    let spec = """
      module a { var x: int action init = x' = 0 action step = x' = x + 1 }
      """
    let run = try tool("check", "a.qnt", "--lanes", "--invariant", "x < 2", files: ["a.qnt": spec])
    #expect(run.output.contains("no lanes: no action has a party"))
  }

  private static let specs = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Specs").standardizedFileURL

  private static let texts: [String] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: specs.path)) ?? []
    return folders.sorted().filter {
      let text = try? String(contentsOf: specs.appending(path: "\($0)/README.md"), encoding: .utf8)
      return text?.contains("<!-- diagram ") == true
    }
  }()

  /// `make docs` draws them anew.
  @Test(arguments: texts) func diagramsOfATextAreAsDrawn(family: String) throws {
    let folder = Self.specs.appending(path: family)
    let text = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
    let blocks = text.matches(of: /<!-- diagram (\S+) (\w+), .*-->\n```mermaid\n((?:.|\n)*?)```/)
    try #require(!blocks.isEmpty)
    for block in blocks {
      let spec = folder.appending(path: String(block.1)).path
      let (run, folder) = try ToolRun.run(
        ["check", "--no-native", spec, "--main", String(block.2), "--report", "mermaid=a.mmd"])
      #expect(run.status == 0)
      let drawn = try (try? folder.text(of: "a.mmd")) ?? folder.text(of: "a0.mmd")
      #expect(drawn == block.3)
    }
  }
}
