import Foundation
import Testing

@Suite struct GraphTests {
  /// A lamp: on, off, broken for good.
  private static let lamp = """
    module lamp {
      type Bulb = Off | On | Broken
      var bulb: Bulb
      var count: int
      action init = all { bulb' = Off, count' = 0 }
      action switch = all { bulb != Broken, bulb' = if (bulb == On) Off else On, count' = 1 - count }
      action burn = all { bulb == On, bulb' = Broken, count' = count }
      action step = any { switch, burn }
      /// @invariant
      val works = bulb != Broken
    }
    """

  private func graph(_ arguments: String...) throws -> ToolRun {
    try ToolRun.run(["graph", "lamp.qnt"] + arguments, files: ["lamp.qnt": Self.lamp]).run
  }

  @Test func pictureIsDOT() throws {
    #expect(
      try graph().output == """
        digraph "lamp" {
          node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica", fontsize=10];
          edge [fontname="Helvetica", fontsize=9, color="#5b6470"];
          s0 [label="bulb = Off\\lcount = 0\\l", penwidth=2.5, color="#b3202a"];
          s1 [label="bulb = On\\lcount = 1\\l", color="#b3202a"];
          s2 [label="bulb = Broken\\lcount = 1\\l", fillcolor="#f6c7c7", peripheries=2, color="#b3202a"];
          s0 -> s1 [label="switch", color="#b3202a", penwidth=3];
          s1 -> s0 [label="switch"];
          s1 -> s2 [label="burn", color="#b3202a", penwidth=3];
          subgraph cluster_legend {
            style=invis;
            legend0 [shape=note, style=filled, label="works is false", fillcolor="#f6c7c7"];
          }
        }

        """)
  }

  @Test func projectionCountsSteps() throws {
    let output = try graph("--by", "bulb == Broken, count").output
    #expect(output.contains("s0 [label=\"bulb == Broken = false\\lcount = 0\\l\""))
    #expect(output.contains("s1 -> s2 [label=\"burn\""))
  }

  @Test func largeGraphIsRefusedWithProposals() throws {
    let run = try graph("--max-nodes", "2")
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.errors.contains("the graph has 3 nodes: too many for a picture"))
    #expect(run.errors.contains("--by bulb "))
  }

  @Test func documentHasAllStates() throws {
    let text = try graph("--format", "json").output
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["schema"] as? String == "dfmi-verify.graph/1")
    #expect((document["states"] as? [Any])?.count == 3 && (document["transitions"] as? [Any])?.count == 3)
  }

  @Test func badExpressionsAreErrors() throws {
    #expect(try graph("--by", "nothing").errors.contains("QNT404"))
    #expect(try graph("--by", "switch").errors.contains("`switch` is an action, not a value"))
    #expect(try graph("--by", "switch").status == 2)
    #expect(try graph("--max-states", "2").status == 3)
    #expect(try graph("--format", "svg").errors.contains("SVG needs a file"))
  }

  private static let hasGraphviz = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/dot") }

  @Test(.enabled(if: hasGraphviz, "needs Graphviz")) func graphvizDrawsThePicture() throws {
    let (run, folder) = try ToolRun.run(
      ["graph", "lamp.qnt", "--out", "lamp.svg"], files: ["lamp.qnt": Self.lamp])
    #expect(run.status == 0)
    let picture = try folder.text(of: "lamp.svg")
    #expect(picture.contains("</svg>"))
    #expect(picture.contains("bulb = Broken"))
  }
}
