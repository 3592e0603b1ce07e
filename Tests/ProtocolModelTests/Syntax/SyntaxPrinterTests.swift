import ProtocolModel
import TestSupport
import Testing

@Suite struct SyntaxPrinterTests {
  private func printed(_ source: String) -> String {
    var ids = NodeIDs()
    let (expression, diagnostics) = Parser.parseExpression(Parsing.file(source), nodeIDs: &ids)
    guard let expression, diagnostics.isEmpty else { return "not parsed: \(source)" }
    return SyntaxPrinter.text(of: expression)
  }

  @Test(arguments: [
    "a + b * c", "(a + b) * c", "a - (b - c)", "a - b - c", "2 ^ 3 ^ 4", "(2 ^ 3) ^ 4", "-a ^ 2", "(-a) ^ 2",
    "2 ^ (-3)", "--a", "-a.f(b)", "a and b or c", "a and (b or c)", "a implies (b implies c)",
    "(a -> b) == c", "a -> b -> c", "x' = a + 1 and y' = b", "x' = (a and b)", "a iff b leadsTo c",
  ])
  func parenthesesAreThoseOfPrecedence(source: String) {
    #expect(printed(source) == source)
  }

  @Test(arguments: [
    "S.map(x => x + 1)", "(x => x).f()", "1 + x => x", "(1 + (x => x)) + 2", "(if (a) b else c) + d",
    "d + if (a) b else c", "x' = (if (a) b else c) and d", "val x = 1; x", "1 + val x = 1; x",
    "(val x = 1; x) + 1", "S.exists((x, y) => x)", "S.map(((x, y)) => x)",
  ])
  func whatExtendsToTheRightIsClosedWhenTextFollows(source: String) {
    let text = printed(source)
    #expect(Parsing.expression(text) == Parsing.expression(source))
    #expect(text == source.replacing("(1 + (x => x)) + 2", with: "1 + (x => x) + 2"))
  }

  @Test(arguments: [
    "f(a, b)", "f()", "a.f(b)", "a._1.g", "l[i][0]", "and { a, b }", "or { a }", "all { x' = 1, any { a } }",
    "()", "(a, b)", "[a, b]", "[]", "Tup(a)", "{ f: 1, g: x => x }", "{ ...r, f: 1, g: 2 }",
    "if (a) b else c", "match e { A(x) => x | B => 1 | _ => 2 }", "true", "\"text\"", "123",
    "val (a, _, b) = e; a", "pure val { f, g } = e; f", "val (_, _) = e; 1",
    "nondet x: int = S.oneOf(); true", "def f(x: int, y: a): bool = true; f",
    "def f(x, y): (int, a) => bool = true; f", "def f(x); f", "and(a, b)", "a.and(b)", "with(r, \"f\", 1)",
  ])
  func formsArePrintedAsWritten(source: String) {
    #expect(printed(source) == source)
  }

  @Test(arguments: [
    "int", "a -> b -> c", "(a -> b) -> c", "(a) => b", "((a, b)) => c", "(a, b) => (c) => d", "() => int",
    "a -> (() => int)", "Set[List[T[int, a]]]", "{ f: int, g: str | r }", "{ | r }", "{}", "()",
    "(int, bool)",
  ])
  func typesArePrintedAsWritten(source: String) {
    var ids = NodeIDs()
    let type = Parser.parseType(Parsing.file(source), nodeIDs: &ids).0
    #expect(type.map { SyntaxPrinter.text(of: $0) } == source)
  }

  @Test func sumTypesArePrintedAsWritten() {
    let module = Parsing.module("module m { type T = A | B(int) | C((int, a -> b)) type U = | A }").modules
      .first
    let texts = module?.declarations.map { declaration in
      guard case .typeDefinition(_, _, let body?) = declaration.kind else { return "" }
      return SyntaxPrinter.text(of: body)
    }
    #expect(texts == ["A | B(int) | C((int, a -> b))", "| A"])
  }

  /// Random trees through all forms: printing and parsing gives the tree back.
  @Test func printedExpressionsParseToTheSameTree() {
    var random = SplitMix(seed: 7)
    for _ in 0..<1_500 {
      let source = randomExpression(&random, depth: 5)
      let tree = Parsing.expression(source)
      #expect(!tree.hasPrefix("[QNT"), "\(source)")
      let text = printed(source)
      #expect(Parsing.expression(text) == tree, "\(source)\n\(text)")
    }
  }

  private func randomExpression(_ random: inout SplitMix, depth: Int) -> String {
    func sub() -> String { randomExpression(&random, depth: depth - 1) }
    func operand() -> String { "(\(sub()))" }
    if depth == 0 { return random.pick(["a", "N::b", "1", "true", "\"s\"", "()", "Set(1)"]) }
    switch random.below(18) {
    case 0, 1, 2, 3:
      let sign = random.pick([
        "+", "-", "*", "/", "%", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or", "iff", "implies",
        "leadsTo",
        "->",
      ])
      return "\(operand()) \(sign) \(operand())"
    case 4: return "-\(operand())"
    case 5: return "x' = \(operand())"
    case 6: return random.pick(["x => ", "(x, _) => ", "((x, y)) => "]) + sub()
    case 7: return "f(\(sub()), \(sub()))"
    case 8: return "\(operand()).f(\(sub()))"
    case 9: return "\(operand()).g"
    case 10: return "\(operand())._2"
    case 11: return "\(operand())[\(sub())]"
    case 12: return random.pick(["and", "or", "all", "any"]) + " { \(sub()), \(sub()) }"
    case 13: return random.pick(["[\(sub())]", "(\(sub()), \(sub()))", "{ f: \(sub()), g: \(sub()) }"])
    case 14: return "{ ...\(operand()), f: \(sub()), g: \(sub()) }"
    case 15: return "if (\(sub())) \(sub()) else \(sub())"
    case 16: return "match \(operand()) { A(x) => \(sub()) | B => \(sub()) }"
    default:
      let head = random.pick(["val x", "def f(x)", "nondet x: int", "val (a, _, b)", "pure val { f, g }"])
      return "\(head) = \(sub()); \(sub())"
    }
  }
}
