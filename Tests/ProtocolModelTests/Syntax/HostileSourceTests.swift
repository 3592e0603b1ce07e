import ProtocolModel
import TestSupport
import Testing

/// Sources made to break the parser: too deep, or damaged.
@Suite struct HostileSourceTests {
  /// Messages about an expression; the tree lives and dies on a large stack.
  private func messages(_ source: String) -> [String] {
    runOnLargeStack {
      var ids = NodeIDs()
      let (expression, diagnostics) = Parser.parseExpression(Parsing.file(source), nodeIDs: &ids)
      if let expression { _ = SyntaxPrinter.text(of: expression) }
      return diagnostics.map(\.message)
    }
  }

  private static let tooDeep = ["nested too deeply: more than \(Parser.nestingLimit) levels"]

  private static let deepForms: [(String, String, String)] = [
    ("(", "a", ")"), ("{", "a", "}"), ("[", "a", "]"), ("f(", "a", ")"), ("{ f: ", "a", "}"), ("-", "a", ""),
    ("x => ", "a", ""), ("all { ", "a", " }"), ("if (a) b else ", "a", ""), ("match a { A => ", "a", " }"),
    ("val x = 1 ", "a", ""), ("val x = ", "1", " x"), ("2 ^ ", "a", ""), ("x' = ", "a", ""),
    ("", "a", " + 1"), ("", "a", ".f(1)"), ("", "a", ".f"), ("", "a", "[0]"), ("", "a", " and b"),
    ("", "a", " -> b"), ("f(", "a", " + 1)"), ("(", "a", " + 1).f()"),
    ("val x: Set[", "int", "] = 1 x"), ("val x: a -> ", "int", " = 1 x"), ("val x: {f: ", "int", "} = 1 x"),
    ("val x: int => ", "int", " = 1 x"),
  ]

  @Test(arguments: deepForms.indices)
  func nestingBeyondTheLimitIsADiagnostic(form: Int) {
    let (head, core, tail) = Self.deepForms[form]
    func source(_ levels: Int) -> String {
      // Forms inside an annotation repeat only their inner part.
      let isType = head.hasPrefix("val x: ")
      let start = isType ? "val x: " : ""
      let end = isType ? " = 1 x" : ""
      let open = String(head.dropFirst(start.count))
      let close = String(tail.dropLast(end.count))
      return start + String(repeating: open, count: levels) + core + String(repeating: close, count: levels)
        + end
    }
    #expect(messages(source(1)) == [])
    #expect(messages(source(1_000)) == [])
    #expect(messages(source(20_000)) == Self.tooDeep)
  }

  @Test func limitCountsLevelsOfBothKindsTogether() {
    let chain = String(repeating: " + 1", count: 3_000)
    #expect(messages("((1\(chain))\(chain))") == [])
    #expect(messages("(((1\(chain))\(chain))\(chain))") == Self.tooDeep)
  }

  @Test func patternsCountAsNestedDefinitions() {
    let names = (0..<9_000).map { "x\($0)" }.joined(separator: ", ")
    #expect(messages("val (\(names)) = e x1") == Self.tooDeep)
  }

  @Test func openBracketsWithoutEndAreCheapAndReportedOnce() {
    for bracket in ["(", "[", "{", "f(", "((x, "] {
      let count = runOnLargeStack {
        Parsing.module("module m { val x = " + String(repeating: bracket, count: 5_000)).diagnostics.count
      }
      #expect(count >= 1 && count <= 2)
    }
  }

  @Test func falseEndsOfDefinitionsDoNotMultiplyTheWork() {
    let source =
      String(repeating: "val a = b\n(", count: 3_000) + "c" + String(repeating: ")\n", count: 3_000)
    #expect(!messages(source).isEmpty)
  }

  private static let sample = """
    #!/usr/bin/env quint
    /// A bank, with β in a comment.
    module bank {
      import basic(N = 3).* from "./spells"
      import other as o
      export o.*
      const ADDRESSES: Set[str]
      type Account[a] = { owner: str, "balance": int | r }
      type Result = Ok(int) | Failed((str, int -> bool)) | None
      var balances: str -> int
      assume _ = ADDRESSES.size() > 0x1F
      pure def max(a: int, b: int): int = if (a > b) a else b
      def total(f, g): (a, b) => c = { ...f, x: g._1, y: [1_000, 2][0] }
      action step = any {
        nondet to = ADDRESSES.oneOf()
        val (a, _) = (1, "two é")
        all { balances' = balances.setBy(to, x => x + a), a != -2 ^ 3 },
        match get(None) { | Ok(n) => n.in(1.to(3)) | _ => false /* no */ },
      }
      run t = init.then(3.reps(_ => step)).expect(and { true, not(false) })
      temporal p = always(a implies b leadsTo c or d iff ((x, y)) => x)
    }

    """

  @Test func damagedSourcesNeverCrashTheParser() {
    let sample = Array(Self.sample.utf8)
    let damaged = runOnLargeStack { () -> Int in
      var random = SplitMix(seed: 42)
      var damaged = 0
      for round in 0..<2_000 {
        var bytes = sample
        for _ in 0..<(1 + random.below(8)) {
          let place = random.below(bytes.count)
          switch random.below(5) {
          case 0: bytes[place] = UInt8(random.below(256))
          case 1: bytes.remove(at: place)
          case 2: bytes.insert(random.pick(Array("(){}[]\"'=>-.|:,_/*\u{0}é".utf8)), at: place)
          case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.below(40)))
          default: bytes.insert(contentsOf: sample[random.below(sample.count)...].prefix(30), at: place)
          }
        }
        var sources = SourceMap()
        let file = sources.add(path: "round \(round)", bytes: bytes)
        var ids = NodeIDs()
        let parsed = Parser.parse(file, nodeIDs: &ids)
        let text = DiagnosticRenderer(sources: sources).render(parsed.diagnostics)
        if !text.isEmpty { damaged += 1 }
        for diagnostic in parsed.diagnostics {
          #expect(diagnostic.range.start >= 0 && Int(diagnostic.range.end) <= bytes.count)
        }
      }
      return damaged
    }
    #expect(damaged > 1_500)
  }

  @Test func anyBytesAreAnInput() {
    var random = SplitMix(seed: 5)
    for _ in 0..<200 {
      let bytes = (0..<random.below(200)).map { _ in UInt8(random.below(256)) }
      var sources = SourceMap()
      let file = sources.add(path: "noise", bytes: bytes)
      var ids = NodeIDs()
      _ = Parser.parse(file, nodeIDs: &ids)
      _ = Parser.parseExpression(file, nodeIDs: &ids)
      _ = Parser.parseType(file, nodeIDs: &ids)
      _ = Parser.parseInput(file, nodeIDs: &ids)
    }
  }

  @Test func largeStackHandsBackResultsAndErrors() {
    struct Refusal: Error {}
    #expect(runOnLargeStack(stackSize: 1 << 20) { 6 * 7 } == 42)
    #expect(throws: Refusal.self) {
      try runOnLargeStack { () throws(Refusal) -> Int in throw Refusal() }
    }
  }
}
