import Foundation
import Testing

/// What the README and the tutorial show is what happens.
///
/// With `DFMI_RECORD=1` what a page shows is written anew where it is wrong.
@Suite struct TutorialTests {
  /// The README, and the pages below `docs/tutorial`, relative to the root.
  static let pages: [String] = {
    let folder = TutorialSession.root.appending(path: "docs/tutorial")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/tutorial/" + $0 }
  }()

  @Test(arguments: pages) func commandsPrintWhatThePageShows(path: String) throws {
    var page = try Self.page(path)
    let outputs = try TutorialSession.follow(page)
    let wrong = outputs.filter { command, output in
      !TutorialPage.isOutput(output, like: Array(page.lines[command.output]))
    }
    if ProcessInfo.processInfo.environment["DFMI_RECORD"] != nil {
      page.replace(wrong.map { ($0.command.output, $0.output) })
      let url = TutorialSession.root.appending(path: path)
      try page.lines.joined(separator: "\n").write(to: url, atomically: true, encoding: .utf8)
      return
    }
    for (command, output) in wrong {
      Issue.record("\(path):\(command.line): `\(command.text)` prints\n\(output.joined(separator: "\n"))")
    }
  }

  @Test(arguments: pages) func everyCommandIsRun(path: String) throws {
    #expect(try Self.page(path).commandsNotRun == [])
  }

  @Test(arguments: pages) func linksLeadSomewhere(path: String) throws {
    let folder = TutorialSession.root.appending(path: path).deletingLastPathComponent()
    let broken = try Self.page(path).links.filter {
      !FileManager.default.fileExists(atPath: folder.appending(path: $0).standardizedFileURL.path)
    }
    #expect(broken == [])
  }

  static func page(_ path: String) throws -> TutorialPage {
    let text = try String(contentsOf: TutorialSession.root.appending(path: path), encoding: .utf8)
    return TutorialPage(path: path, text: text)
  }
}

/// The reader of pages notices what is wrong with a page.
@Suite struct TutorialPageTests {
  @Test func elidedLinesMatchAnyLines() {
    let output = ["a", "b", "c", "d  0.3 s", ""]
    #expect(TutorialPage.isOutput(output, like: ["a", "...", "d   12.0 s"]))
    #expect(TutorialPage.isOutput(output, like: ["...", "c", "..."]))
    #expect(!TutorialPage.isOutput(output, like: ["a", "...", "c"]))
    #expect(!TutorialPage.isOutput(output, like: ["a", "b", "c"]))
    #expect(!TutorialPage.isOutput(output, like: []))
    #expect(TutorialPage.isOutput(["in Specs/a/b.qnt:12:3"], like: ["in Specs/a/b.qnt:7:1"]))
    #expect(!TutorialPage.isOutput(["in a.qnt:12:3"], like: ["in a.qnt:7:3"]))
  }

  @Test func wrongOutputIsFound() throws {
    let page = TutorialPage(
      path: "page.md",
      text: """
        ```quint a.qnt
        module a {
        }
        ```
        ```console
        $ cat a.qnt
        module a {
        }
        $ exit 3
        $ echo $?
        3
        $ echo yes
        no
        ```
            $ echo untested
        """)
    let outputs = try TutorialSession.follow(page)
    let wrong = outputs.filter { command, output in
      !TutorialPage.isOutput(output, like: Array(page.lines[command.output]))
    }
    #expect(wrong.map(\.command.text) == ["echo yes"])
    #expect(page.commandsNotRun == [15])
  }

  @Test func editsReplaceOrAdd() {
    var edit = SpecEdit(
      """
      module m {
        var x: int

        /// Old.
        val p =
          x > 0

        action step = all {
          x' = x,
        }
      }

      module n {
        import m.*
      }
      """)
    edit.merge(
      """
        /// New.
        /// @invariant
        val p = x >= 0

        val q = true

      /// Last.
      module n {
        import m.* from "m"
      }

      module o {
      }
      """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    #expect(
      edit.text == """
        module m {
          var x: int

          /// New.
          /// @invariant
          val p = x >= 0

          action step = all {
            x' = x,
          }

          val q = true
        }

        /// Last.
        module n {
          import m.* from "m"
        }

        module o {
        }

        """)
  }
}
