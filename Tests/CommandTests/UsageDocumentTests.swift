import Foundation
import Testing

/// What goes wrong before there are results, for readers of `--json`; and questions that ask for nothing.
@Suite struct UsageDocumentTests {
  private static let spec = """
    module m {
      var x: int
      action init = x' = 0
      action step = x' = 1 - x
      /// @invariant
      val small = x < 1
    }
    /// @size S
    /// @expect violated small steps 1
    module m_fault { import m.* }
    /// @size S
    module m_plain { import m.* }
    """

  private func document(_ run: ToolRun) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    #expect(try JSONSchema.ofResults().complaints(about: value) == [])
    return try #require(value as? [String: Any])
  }

  @Test(arguments: [
    (["check", "--json", "--bogus"], "unknown option `--bogus`"),
    (["verify", "--json"], "needs a spec"),
    (["run", "m.qnt", "--json", "--hide", "y"], "option `--hide` names `y`"),
    (["check", "m.qnt", "--json", "--report", "json=none/a"], "cannot write `none/a`"),
    (["test", "--json", "--max-samples", "many"], "needs a number"),
  ]) func usageErrorIsADocument(words: [String], message: String) throws {
    let run = try ToolRun.run(words, files: ["m.qnt": Self.spec]).run
    #expect(run.status == 2 && run.errors.contains(message))
    let document = try document(run)
    #expect((document["results"] as? [Any])?.isEmpty == true)
    #expect((document["usageError"] as? String)?.contains(message) == true)
  }

  /// A second document would make both unreadable.
  @Test func noSecondDocumentComesAfterTheResults() throws {
    let run = try ToolRun.run(
      ["check", "m.qnt", "--main", "m_plain", "--json", "--report", "github"],
      files: ["m.qnt": Self.spec], environment: ["GITHUB_STEP_SUMMARY": "/none/a"]
    ).run
    #expect(run.status == 2 && run.errors.contains("cannot write `/none/a`"))
    #expect(try document(run)["usageError"] == nil)
  }

  @Test func wordsBehindTheDashesAreNoOptions() throws {
    let run = try tool("check", "--bogus", "--", "--json")
    #expect(run.status == 2 && run.output == "")
  }

  @Test(arguments: ["check", "verify", "run", "test", "parse"]) func fileThatCannotBeReadIsNamed(
    command: String
  ) throws {
    let run = try ToolRun.run([command, "none.qnt", "--json"], files: [:]).run
    #expect(run.status == 2)
    let results = try #require(try document(run)["results"] as? [[String: Any]])
    let diagnostics = try #require(results.first?["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.first?["file"] as? String == "none.qnt")
  }

  @Test func nothingToVerifyIsAnError() throws {
    let run = try tool("verify", "m.qnt", "--main", "m_plain", files: ["m.qnt": Self.spec])
    #expect(run.status == 2 && run.output == "")
    #expect(run.errors.contains("error: [QNT000] there is nothing to verify in module `m_plain` of `m.qnt`"))
    let inJSON = try tool("verify", "m.qnt", "--main", "m_plain", "--json", files: ["m.qnt": Self.spec])
    let results = try #require(try document(inJSON)["results"] as? [[String: Any]])
    #expect(inJSON.status == 2 && results.first?["outcome"] as? String == "error")
  }

  @Test func aFolderWithoutAnythingToVerifyPasses() throws {
    let plain = Self.spec.replacing("@expect violated small steps 1", with: "none")
    let run = try tool("verify", "specs", files: ["specs/m.qnt": plain])
    #expect(run == ToolRun(status: 0, output: "no instance to look at\n"))
  }

  @Test func specsBesideTheOneThatIsVerifiedMayHaveNothing() throws {
    let run = try tool(
      "verify", "a.qnt", "b.qnt",
      files: [
        "a.qnt": Self.spec,
        "b.qnt": "/// @size S\nmodule b { var x: int action init = x' = 0 action step = x' = x }",
      ]
    )
    #expect(run.status == 0 && run.output.hasSuffix("1 instance: all as expected, \(run.output.suffix(6))"))
  }

  @Test func largerInstancesAreNothingToCheck() throws {
    let large = Self.spec.replacing("@size S", with: "@size L")
      .replacing("var x", with: "const N: int\n var x").replacing("1 - x", with: "N - x").replacing(
        "import m.*", with: "import m(N = 1).*")
    let run = try tool("check", "m.qnt", files: ["m.qnt": large])
    #expect(run.status == 2 && run.output == "")
    #expect(run.errors.contains("there is nothing to check in `m.qnt`"))
    #expect(run.errors.contains("larger than --size allows (M)"))
    #expect(try tool("check", "m.qnt", "--size", "L", files: ["m.qnt": large]).status == 1)
  }

  @Test func aFaultIsTakenAtTheDepthThatIsAskedFor() throws {
    let spec = """
      module m {
        var x: int
        action init = x' = 0
        action step = x' = x + 1
        /// @invariant
        val small = x < 12
      }
      /// @size S
      /// @expect violated small steps 12
      module m_deep { import m.* }
      """
    #expect(try tool("verify", "m.qnt", "--main", "m_deep", files: ["m.qnt": spec]).status == 2)
    let run = try tool("verify", "m.qnt", "--main", "m_deep", "--max-steps", "12", files: ["m.qnt": spec])
    #expect(run.status == 0 && run.output.hasPrefix("m_deep   violated small after 12 steps, as expected"))
  }

  @Test func aDeadEndIsLookedForAsDeepAsAsked() throws {
    let spec = "module m { var x: int action init = x' = 0 action step = x' = x }"
    let run = try tool("verify", "m.qnt", files: ["m.qnt": spec])
    #expect(run.status == 0)
    #expect(run.output.contains("holds          deadlock      within 10 steps"))
  }

  @Test func hiddenNamesAreThoseOfVariables() throws {
    let unknown = try tool("run", "m.qnt", "--main", "m", "--hide", "X", files: ["m.qnt": Self.spec])
    #expect(unknown.status == 2)
    #expect(
      unknown.errors.hasPrefix(
        "dfmi-verify run: option `--hide` names `X`, which is no variable of the spec; these are: x"))
    let known = try tool(
      "run", "m.qnt", "--main", "m", "--mbt", "--hide", "x", "mbt::actionTaken", files: ["m.qnt": Self.spec])
    #expect(known.status == 1 && !known.output.contains("x: "))
    #expect(known.output.contains("mbt::nondetPicks") && !known.output.contains("mbt::actionTaken"))
  }
}
