import Foundation
import Testing

/// `check` on models that are large enough to be compiled.
@Suite struct CompiledSearchTests {
  /// Counters that go up and down: 4,096 states, and the sum 10 is reached in many ways. Its names
  /// would do harm in C or in a shell.
  private let spec = """
    module counters {
      pure val NAMES = Set("a; system(touch x); //", "b */ #include", "$(c)", "d`e`")
      var n: str -> int
      action init = n' = NAMES.mapBy(name => 0)
      action step = {
        nondet name = NAMES.oneOf()
        nondet d = Set(1, -1).oneOf()
        all { 0 <= n.get(name) + d, n.get(name) + d < 8, n' = n.setBy(name, old => old + d) }
      }
      val sum = NAMES.fold(0, (s, name) => s + n.get(name))
      /// @invariant
      val small = sum <= LIMIT
      const LIMIT: int
      /// @witness
      val reached = sum == 9
      /// @bound maximize
      val most = sum
      /// @temporal
      temporal slow = always(next(sum) - sum <= 1)
    }
    module holds { import counters(LIMIT = 28).* }
    module fails { import counters(LIMIT = 12).* }
    """

  private func check(_ arguments: String...) throws -> ToolRun {
    try ToolRun.run(["check", "counters.qnt", "--json"] + arguments, files: ["counters.qnt": spec]).run
  }

  /// The document without what differs from run to run.
  private func essence(_ run: ToolRun) throws -> String {
    let document = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    var result = (document?["results"] as? [[String: Any]])?.first ?? [:]
    var statistics = result["statistics"] as? [String: Any] ?? [:]
    for key in [
      "searchSeconds", "loweringSeconds", "compileSeconds", "peakBytes", "engine", "storeBytes", "stateBytes",
      "widenings",
    ] { statistics[key] = nil }
    result["statistics"] = statistics
    let data = try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys])
    return String(decoding: data, as: UTF8.self)
  }

  @Test(arguments: ["holds", "fails"]) func answerDoesNotDependOnThreads(main: String) throws {
    let one = try essence(check("--main", main, "--threads", "1", "--no-native"))
    #expect(try essence(check("--main", main, "--threads", "2", "--no-native")) == one)
    #expect(try essence(check("--main", main, "--threads", "5")) == one)
    #expect(one.contains("\"distinct\":\(main == "holds" ? "4096" : "1876")"))
  }

  @Test func enginesCountAlike() throws {
    for main in ["holds", "fails"] {
      let counts = try ["auto", "bytecode", "evaluator"].map { engine in
        let document = try essence(check("--main", main, "--engine", engine))
        return ["distinct", "generated", "depth", "verdict", "steps"].map { key in
          document.components(separatedBy: "\"\(key)\":").dropFirst().map {
            $0.prefix { $0 != "," && $0 != "}" }
          }
        }.description
      }
      #expect(Set(counts).count == 1)
    }
  }

  @Test func textOfTheSpecNeverReachesTheCompiler() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try check("--main", "holds", "--keep-native", folder.path)
    #expect(run.status == 0)
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let text = try files.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    #expect(text.contains("expand("))
    for word in ["system", "include", "touch", "counters", "small", "`", "$"] {
      #expect(!text.contains(word))
    }
  }

  @Test func limitOfStatesIsNoVerdict() throws {
    let run = try check("--main", "holds", "--max-states", "2000")
    #expect(run.status == 3)
    #expect(run.output.contains("\"stopped\""))
  }

  @Test func spilledStatesLeaveNoFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "spill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let spilled = try check("--main", "holds", "--spill", folder.path)
    #expect(try essence(spilled) == essence(check("--main", "holds")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func layoutTellsTheBits() throws {
    let run = try tool("layout", "counters.qnt", "--main", "holds", files: ["counters.qnt": spec])
    #expect(run.status == 0)
    #expect(run.output.contains("12  map of 4 keys to 0 to 7\n"))
    #expect(run.output.contains("12 bits, 2 bytes a state"))
    #expect(run.output.contains("8 transitions"))
  }

  @Test func layoutTellsOfEachInstance() throws {
    let run = try tool("layout", ".", files: ["counters.qnt": spec])
    #expect(run.status == 0)
    #expect(run.output.contains("holds\n  n"))
    #expect(run.output.contains("\nfails\n  n"))
  }

  @Test func layoutTellsWhatIsNotCompiled() throws {
    let run = try tool(
      "layout", "a.qnt",
      files: [
        "a.qnt":
          "module a { var x: int action init = x' = 1 action step = all { x < 9, (x' = x * 2).then(x' = x) } }"
      ])
    #expect(run.status == 0)
    #expect(run.output.contains("not compiled, the evaluator takes the steps: a.qnt:1:"))
  }
}
