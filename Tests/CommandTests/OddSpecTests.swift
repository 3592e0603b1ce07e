import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Specs that nobody should write, and that somebody will: what is said of them is true and can be read.
@Suite struct OddSpecTests {
  private static let broken = "module broken { val x = }"
  private static let fine = """
    module fine {
      var x: int
      action init = x' = 0
      action step = x' = 1 - x
      /// @invariant
      val small = x < 2
    }
    """

  @Test func summaryOfAFolderCountsSpecsWithErrors() throws {
    let files = [
      "s/a.qnt": Self.broken, "s/b.qnt": Self.fine, "s/c.qnt": Self.fine.replacing("x < 2", with: "x < 1"),
    ]
    let (run, folder) = try ToolRun.run(
      ["check", "s", "--report", "markdown=a.md", "--report", "junit=a.xml", "--report", "html=a.html"],
      files: files)
    #expect(run.status == 2)
    #expect(run.output.contains("\n2 instances: 1 not as expected (fine); 1 spec has errors, "))
    let headline = "2 instances, 1 not as expected; 1 spec has errors"
    #expect(try folder.text(of: "a.md").hasPrefix("# dfmi-verify check: \(headline)\n"))
    #expect(try folder.text(of: "a.html").contains(headline))
    #expect(try folder.text(of: "a.xml").contains("<error message=\"the spec has errors\" type=\"input\">"))
  }

  @Test func summaryOfBrokenSpecsAlone() throws {
    let run = try tool("verify", "s", files: ["s/a.qnt": Self.broken, "s/b.qnt": Self.broken])
    #expect(run.status == 2)
    #expect(run.output == "no instance: not all could be decided; 2 specs have errors\n")
  }

  @Test func longValuesAreClippedInStoriesAndWholeInTraces() throws {
    let long = String(repeating: "ab", count: 5_000)
    let spec = """
      module m {
        var s: str
        action init = s' = "\(long)"
        action step = s' = "short"
        /// @invariant
        val kept = s == "\(long)"
      }
      """
    let (run, folder) = try ToolRun.run(
      ["check", "m.qnt", "--out-itf", "a.itf.json", "--report", "sarif=a.sarif"], files: ["m.qnt": spec])
    #expect(run.status == 1 && run.output.utf8.count < 3_000)
    #expect(run.output.contains(/s  "abab.*ab \[\.\.\. 9,\d\d\d characters \.\.\.\] [ab]*" -> "short"\n/))
    #expect(try folder.text(of: "a.itf.json").contains(long))
    #expect(try !folder.text(of: "a.sarif").contains(long))
    let full = try tool("check", "m.qnt", "--full", files: ["m.qnt": spec])
    #expect(full.output.contains("s = \"\(long)\""))
  }

  @Test func aCounterexampleWithoutPartiesIsToldApartFromNone() throws {
    let spec = Self.fine.replacing("x < 2", with: "x < 1")
    let violated = try tool("check", "m.qnt", "--report", "svg=a.svg", files: ["m.qnt": spec])
    #expect(violated.errors.hasPrefix("nothing to draw in `a.svg`: no party takes part in a counterexample"))
    let held = try tool("check", "m.qnt", "--report", "svg=a.svg", files: ["m.qnt": Self.fine])
    #expect(held.errors == "no counterexample to draw in `a.svg`\n")
  }

  /// Behaviors that end in a runtime error end in no dead end, and in no proof that there is none.
  @Test func deadEndBehindARuntimeErrorIsUndecided() throws {
    let spec = """
      module m {
        var l: List[int]
        action init = l' = [1]
        action step = l' = l.tail()
      }
      """
    let run = try tool("verify", "m.qnt", files: ["m.qnt": spec])
    #expect(run.status == 1)
    #expect(
      run.output.contains("inconclusive   deadlock   decided only behind a runtime error"), "\(run.output)")
  }

  @Test func mutantsOfASpecWhosePropertiesFailAreNoSuccess() throws {
    let spec = Self.fine.replacing("x < 2", with: "x < 1")
    let run = try tool("mutate", "m.qnt", files: ["m.qnt": spec])
    #expect(run.status == 1 && run.output.contains("left out    fine: its own properties do not hold"))
    let inJSON = try tool("mutate", "m.qnt", "--json", files: ["m.qnt": spec])
    let document = try JSONSerialization.jsonObject(with: Data(inJSON.output.utf8))
    #expect(try JSONSchema.ofResults().complaints(about: document) == [])
    #expect(inJSON.output.contains("its own properties do not hold"))
    #expect(try tool("mutate", "m.qnt", "--limit", "0", files: ["m.qnt": spec]).status == 2)
    #expect(try tool("mutate", "m.qnt", "--max-states", "1", files: ["m.qnt": Self.fine]).status == 3)
  }

  /// Marks of paths that formats give a meaning to.
  @Test func fileNamesAreTextInEveryReport() throws {
    let name = "a,b:c%&<\">\n`x`.qnt"
    let kinds = ["json", "junit", "sarif", "github", "markdown", "html"]
    let (run, folder) = try ToolRun.run(
      ["check", name] + kinds.flatMap { ["--report", "\($0)=o.\($0)"] },
      files: [name: Self.fine.replacing("x < 2", with: "x < 1")])
    #expect(run.status == 1)
    #expect(run.output.contains("::error file=a%2Cb%3Ac%25&<\">%0A`x`.qnt,line="))
    #expect(try folder.text(of: "o.sarif").contains("\"uri\": \"a%2Cb%3Ac%25%26%3C%22%3E%0A%60x%60.qnt\""))
    #expect(try !folder.text(of: "o.html").contains("&<\">"))
    for kind in ["json", "sarif"] {
      _ = try JSONSerialization.jsonObject(with: Data(folder.text(of: "o.\(kind)").utf8))
    }
    let parser = XMLParser(data: Data(try folder.text(of: "o.junit").utf8))
    #expect(parser.parse())
  }
}
