import TestSupport
import Testing

@Suite struct ExpressionParserTests {
  @Test(arguments: [
    ("1 + 2 * 3", "iadd(1, imul(2, 3))"),
    ("1 - 2 - 3", "isub(isub(1, 2), 3)"),
    ("2 ^ 3 ^ 4", "ipow(2, ipow(3, 4))"),
    ("-2 ^ 2", "iuminus(ipow(2, 2))"),
    ("2 ^ -3 * 4", "imul(ipow(2, iuminus(3)), 4)"),
    ("-a.f", "iuminus(field(a, \"f\"))"),
    ("8 / 4 % 3", "imod(idiv(8, 4), 3)"),
    ("1 < 2 < 3", "ilt(ilt(1, 2), 3)"),
    ("a + 1 >= b", "igte(iadd(a, 1), b)"),
    ("a == b and c != d", "and(eq(a, b), neq(c, d))"),
    ("a or b and c", "or(a, and(b, c))"),
    ("a and b and c", "and(and(a, b), c)"),
    ("a iff b or c", "iff(a, or(b, c))"),
    ("a leadsTo b iff c", "leadsTo(a, iff(b, c))"),
    ("a implies b leadsTo c", "implies(a, leadsTo(b, c))"),
    ("a implies b implies c", "implies(implies(a, b), c)"),
    ("a -> b implies c", "Tup(a, implies(b, c))"),
    ("a -> b -> c", "Tup(Tup(a, b), c)"),
  ])
  func infixOperatorsBindAsInTheTable(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("x' = a and b", "and(assign(x, a), b)"),
    ("x' = a + 1", "assign(x, iadd(a, 1))"),
    ("x' = a -> b", "Tup(assign(x, a), b)"),
    ("N::x' = y' = 1", "assign(N::x, assign(y, 1))"),
    ("x' = if (a) b else c and d", "assign(x, ite(a, b, and(c, d)))"),
  ])
  func assignmentTakesNothingWeakerThanRelations(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("x => x + 1", "[x => iadd(x, 1)]"),
    ("_ => true", "[_ => true]"),
    ("(x, _) => x", "[x, _ => x]"),
    ("((x, y)) => x", "[(x, y) => x]"),
    ("(x) => y => x", "[x => [y => x]]"),
    ("1 + x => x and y", "iadd(1, [x => and(x, y)])"),
    ("(from, Set) => from", "[from, Set => from]"),
  ])
  func lambdasExtendAsFarRightAsPossible(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("f(a, b)", "f(a, b)"),
    ("f()", "f()"),
    ("f(a, )", "f(a)"),
    ("N :: f(a)", "N::f(a)"),
    ("a.f(b)", "f(a, b)"),
    ("a.f().g(b)", "g(f(a), b)"),
    ("a.N::f(b)", "N::f(a, b)"),
    ("S.size", "field(S, \"size\")"),
    ("a._1", "item(a, 1)"),
    ("a._99", "item(a, 99)"),
    ("a._0", "field(a, \"_0\")"),
    ("a._100", "field(a, \"_100\")"),
    ("a._1(b)", "_1(a, b)"),
    ("l[i + 1][0]", "nth(nth(l, iadd(i, 1)), 0)"),
    ("f(a)[0].g", "field(nth(f(a), 0), \"g\")"),
    ("and(a, b)", "and(a, b)"),
    ("implies(a, b) or c", "or(implies(a, b), c)"),
    ("a.and(b)", "and(a, b)"),
    ("a.leadsTo", "field(a, \"leadsTo\")"),
    ("Set(1).union(List())", "union(Set(1), List())"),
    ("r.from", "field(r, \"from\")"),
    ("all { a }.then(b)", "then(actionAll(a), b)"),
  ])
  func callsAndFieldsAreApplications(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("and { a, b, c }", "and(a, b, c)"),
    ("or { a, }", "or(a)"),
    ("all { x' = 1, any { a, b } }", "actionAll(assign(x, 1), actionAny(a, b))"),
    ("c and and { a, b }", "and(c, and(a, b))"),
    ("c and { a }", "and(c, a)"),
  ])
  func blocksAreNaryOperators(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("()", "Tup()"),
    ("(a)", "a"),
    ("{ a }", "a"),
    ("(a, b,)", "Tup(a, b)"),
    ("[]", "List()"),
    ("[a, b,]", "List(a, b)"),
    ("{ f: 1, g: 2, }", "Rec(\"f\", 1, \"g\", 2)"),
    ("{ from: 1, as: 2, Set: 3, List: 4 }", "Rec(\"from\", 1, \"as\", 2, \"Set\", 3, \"List\", 4)"),
    ("{ f: 1, ...r, g: 2 }", "with(with(r, \"f\", 1), \"g\", 2)"),
    ("{ ...r }", "r"),
    ("{ N::x }", "N::x"),
  ])
  func bracketsBuildData(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("if (a) b else c", "ite(a, b, c)"),
    ("if (a) (b) else if (c) d else e + 1", "ite(a, b, ite(c, d, iadd(e, 1)))"),
    (
      "match e { | A(x) => x | B => 1 | _ => 2 }",
      "matchVariant(e, \"A\", [x => x], \"B\", [_ => 1], \"_\", [_ => 2])"
    ),
    ("match f(e) { A(_) => 1 }", "matchVariant(f(e), \"A\", [_ => 1])"),
    ("match (e) { A => 1 }.f()", "f(matchVariant(e, \"A\", [_ => 1]))"),
  ])
  func branchesAreApplications(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("0", "0"), ("1_000", "1000"), ("0xFf", "255"), ("0x1_0", "16"), ("0x0", "0"),
    ("123456789012345678901234567890", "123456789012345678901234567890"),
    ("0x1fffffffffffffffffffffffffffffffff", "10889035741470030830827987437816582766591"),
    // 0x3b9aca00 is 10^9: inner groups of digits that are zero.
    ("0x3b9aca00000000000", "68719476736000000000"),
  ])
  func integersAreDecimalOfAnySize(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test func stringsHaveNoEscapesAndSpanLines() {
    #expect(Parsing.expression("\"a\\\r\nβ // no comment\"") == "\"a\\\nβ // no comment\"")
  }

  @Test func debugWithOneArgumentIsLabelledWithItsSource() {
    #expect(Parsing.expression("q::debug(1 + x)") == "q::debug(\"1 + x\", iadd(1, x))")
    #expect(Parsing.expression("q::debug(\"l\", x)") == "q::debug(\"l\", x)")
  }

  @Test(arguments: [
    ("val x = 1 x + 1", "let val x = 1 in iadd(x, 1)"),
    ("val x = 1; -x", "let val x = 1 in iuminus(x)"),
    ("nondet x = S.oneOf() x' = 1", "let nondet x = oneOf(S) in assign(x, 1)"),
    ("pure def f(a) = a; f(1)", "let pure def f(a) = a in f(1)"),
    (
      "def f(a: int, b: str,): bool = true action g = f g",
      "let def f(a: int, b: str): operation([int, str], bool) = true in let action g = f in g"
    ),
    ("run r = a temporal t = b t", "let run r = a in let temporal t = b in t"),
    ("val x: int = 1 x", "let val x: int = 1 in x"),
    ("def f(): int = 1 f", "let def f: int = 1 in f"),
  ])
  func anyDefinitionCanBeNested(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("val x = y\n(x, 2)", "let val x = y in Tup(x, 2)"),
    ("val x = y\n[x]", "let val x = y in List(x)"),
    ("val x = y\n-x", "let val x = y in iuminus(x)"),
    ("val x = y\nand { a, b }", "let val x = y in and(a, b)"),
    ("val x = y\nor { a }", "let val x = y in or(a)"),
    ("val x = y\nor(x, y)", "let val x = y in or(x, y)"),
    ("val x = r.f\n(x, 2)", "let val x = field(r, \"f\") in Tup(x, 2)"),
    ("val x = f\n(1)\n-x", "let val x = f(1) in iuminus(x)"),
    ("val a = val b = c\n(1)\n(2)", "let val a = let val b = c in 1 in 2"),
    ("val x = y\n(x, 2) z", "let val x = y(x, 2) in z"),
  ])
  func definitionEndsWhereAnExpressionMustFollow(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }

  @Test(arguments: [
    ("val (a, _, b) = e a", "let val $1 = e in let val a = item($1, 1) in let val b = item($1, 3) in a"),
    (
      "pure val { f, g } = e; f",
      "let pure val $1 = e in let pure val f = field($1, \"f\") in let pure val g = field($1, \"g\") in f"
    ),
    ("val (_, _) = e 1", "let val $1 = e in 1"),
  ])
  func patternsBindAHiddenValueOnce(source: String, tree: String) {
    #expect(Parsing.expression(source) == tree)
  }
}
