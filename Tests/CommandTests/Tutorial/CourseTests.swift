import Foundation
import Testing

/// The exercises of the course are wrong, their solutions are right, and say no less.
///
/// What is wrong with an exercise is found by `check --strict`, or else by `verify` or
/// `mutate --strict`. Its solution, the file of the same name in `solutions`, satisfies `check --strict`,
/// and whatever found the exercise wrong.
@Suite struct CourseTests {
  private static let folder = "docs/tutorial/course/"
  private static let judges = [
    ["check", "--strict"], ["verify", "--timeout", "2"], ["mutate", "--strict"],
  ]

  static let exercises = names(in: "exercises")

  private static func names(in folder: String) -> [String] {
    let url = TutorialSession.root.appending(path: Self.folder + folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.filter { $0.hasSuffix(".qnt") }.sorted()
  }

  @Test func everyExerciseHasASolution() {
    #expect(Self.exercises.count >= 16)
    #expect(Self.names(in: "solutions") == Self.exercises)
  }

  @Test(arguments: exercises) func exerciseIsWrongAndSolutionIsRight(name: String) throws {
    // 1 is a violation, 3 no answer: status 2 would be an error of the spec.
    let judge = try Self.judges.first { [1, 3].contains(try Self.status($0, "exercises/" + name)) }
    guard let judge else {
      Issue.record("nothing is wrong with \(name)")
      return
    }
    #expect(try Self.status(["check", "--strict"], "solutions/" + name) == 0)
    if judge != Self.judges[0] { #expect(try Self.status(judge, "solutions/" + name) == 0) }
  }

  /// A solution that drops what was violated would be none.
  @Test(arguments: exercises) func solutionHasThePropertiesOfTheExercise(name: String) throws {
    let properties = Self.properties(of: try Self.text("exercises/" + name))
    let solution = Self.properties(of: try Self.text("solutions/" + name))
    #expect(!properties.isEmpty)
    #expect(properties.filter { !solution.contains($0) } == [])
  }

  private static func status(_ judge: [String], _ path: String) throws -> Int32 {
    var session = try TutorialSession()
    _ = try session.run("dfmi-verify " + judge.joined(separator: " ") + " " + folder + path)
    return session.status
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: TutorialSession.root.appending(path: folder + path), encoding: .utf8)
  }

  /// The tagged definitions, without their comments.
  private static func properties(of text: String) -> [String] {
    let edit = SpecEdit(text)
    return edit.lines.indices.filter { index in
      let comments = edit.lines[..<index].reversed().prefix { $0.hasPrefix("  ///") }
      return comments.contains { $0.contains(/@(invariant|temporal|witness|bound)/) }
        && !edit.lines[index].hasPrefix("  ///")
    }.map { edit.lines[$0..<SpecEdit.end(of: $0, in: edit.lines)].joined(separator: "\n") }
  }
}
