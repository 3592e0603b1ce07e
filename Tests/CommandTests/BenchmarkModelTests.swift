import Foundation
import Testing

/// The models that speed is measured with, at small sizes: what is counted must not depend on the engine.
/// Times are printed, and fail nothing.
@Suite struct BenchmarkModelTests {
  struct Row: CustomTestStringConvertible {
    var model: String
    var constants: [String]
    var states, transitions, depth: Int

    var testDescription: String { "\(model) \(constants.joined(separator: " "))" }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Benchmarks")

  /// The rows of `counts.txt` that are small enough.
  static func rows() throws -> [Row] {
    let text = try String(contentsOf: folder.appending(path: "counts.txt"), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 6, words[0] == "small", let states = Int(words[3]),
        let transitions = Int(words[4]),
        let depth = Int(words[5])
      else { return nil }
      return Row(
        model: String(words[1]), constants: words[2].split(separator: ",").map(String.init), states: states,
        transitions: transitions, depth: depth)
    }
  }

  /// The text of a model with constants replaced.
  private func text(of row: Row) throws -> String {
    var text = try String(
      contentsOf: Self.folder.appending(path: "\(row.model).qnt"), encoding: .utf8)
    for constant in row.constants {
      let parts = constant.split(separator: "=")
      let pattern = "(?m)^(  pure val \(parts[0]): int = )\\d+"
      let range = try #require(text.range(of: pattern, options: .regularExpression))
      text.replaceSubrange(range, with: "  pure val \(parts[0]): int = \(parts[1])")
    }
    return text
  }

  @Test func thereAreFourSmallModels() throws { #expect(try Self.rows().count == 4) }

  @Test(arguments: try rows(), [["--no-native"], ["--threads", "1"]])
  func theCountsAreThoseOfEveryOtherChecker(_ row: Row, _ engine: [String]) throws {
    let start = ContinuousClock.now
    let run = try ToolRun.run(
      ["check", "\(row.model).qnt", "--json"] + engine, files: ["\(row.model).qnt": try text(of: row)]
    ).run
    print(row.testDescription, engine.joined(separator: " "), ContinuousClock.now - start)
    let document = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let result = try #require((document?["results"] as? [[String: Any]])?.first)
    let statistics = try #require(result["statistics"] as? [String: Any])
    #expect(statistics["distinct"] as? Int == row.states)
    #expect(statistics["generated"] as? Int == row.transitions)
    #expect(statistics["depth"] as? Int == row.depth)
  }
}
