import TestSupport
import Testing

/// An expression, and its value or the code of its error.
struct Meaning: CustomTestStringConvertible, Sendable {
  var expression: String
  var value: String

  init(_ expression: String, _ value: String) {
    self.expression = expression
    self.value = value
  }

  var testDescription: String { expression }
}

/// The meaning of every built-in operator, row by row.
@Suite struct OperatorMeaningTests {
  private let declarations = """
    type Option = Some(int) | None
    pure def boom(n) = n / 0 == 1
    """

  private func check(_ meaning: Meaning) {
    #expect(Evaluating.value(meaning.expression, in: declarations) == meaning.value)
  }

  @Test(arguments: [
    Meaning("1.to(3) == Set(3, 2, 1)", "true"),
    Meaning("Set(1, 2).powerset() == Set(Set(), Set(1), Set(2), Set(2, 1))", "true"),
    Meaning("tuples(1.to(2), Bool) == Set((1, true), (1, false), (2, true), (2, false))", "true"),
    Meaning("Set(1).setOfMaps(0.to(1)) == Set(Map(1 -> 1), Map(1 -> 0))", "true"),
    Meaning("Set(1.to(2), Set(2, 1)).size()", "1"),
    Meaning("Map(1.to(2) -> 5).get(Set(1, 2))", "5"),
    Meaning("Map(1 -> 2, 3 -> 4) == Map(3 -> 4, 1 -> 2)", "true"),
    Meaning("{ a: 1, b: 2 } == { b: 2, a: 1 }", "true"),
    Meaning("[1, 2] == [2, 1]", "false"),
    Meaning("(1, \"a\") != (1, \"b\")", "true"),
    Meaning("Some(1) == None", "false"),
    Meaning("Some(1.to(2).size()) == Some(2)", "true"),
    Meaning("(Int == Int, Nat == Nat, Int == Nat, Int == 1.to(3))", "(true, true, false, false)"),
    Meaning("Int != Nat", "true"),
    Meaning("9223372036854775808 == 2^63", "true"),
    Meaning("not(true)", "false"),
    Meaning("and(true, true, false)", "false"),
    Meaning("or(false, false, true)", "true"),
    Meaning("false and boom(1)", "false"),
    Meaning("true or boom(1)", "true"),
    Meaning("false implies boom(1)", "true"),
    Meaning("true and boom(1)", "QNT503"),
    Meaning("true iff boom(1)", "QNT503"),
    Meaning("false iff boom(1)", "QNT503"),
    Meaning("(true iff true, true iff false, false iff false)", "(true, false, true)"),
    Meaning("(true implies false, true implies true, false implies false)", "(false, true, true)"),
    Meaning("if (true) 1 else 1 / 0", "1"),
    Meaning("ite(false, 1 / 0, 2)", "2"),
  ])
  func logicAndEquality(_ meaning: Meaning) { check(meaning) }

  @Test(arguments: [
    Meaning("(7 / 2, -7 / 2, 7 / -2, -7 / -2)", "(3, -3, -3, 3)"),
    Meaning("(7 % 2, -7 % 2, 7 % -2, -7 % -2)", "(1, -1, 1, -1)"),
    Meaning("1 / 0", "QNT503"),
    Meaning("1 % 0", "QNT503"),
    Meaning("0 / 0", "QNT503"),
    Meaning("0^0", "QNT503"),
    Meaning("2^-1", "QNT503"),
    Meaning("1^-1", "QNT503"),
    Meaning("(0^3, 3^0, (-2)^3, -2^2, 2^3^2)", "(0, 1, -8, -4, 512)"),
    Meaning("2^64", "18446744073709551616"),
    Meaning("9223372036854775807 + 1", "9223372036854775808"),
    Meaning("-9223372036854775808 - 1", "-9223372036854775809"),
    Meaning("-9223372036854775808 / -1", "9223372036854775808"),
    Meaning("-(-9223372036854775808)", "9223372036854775808"),
    Meaning("-9223372036854775808 % -1", "0"),
    Meaning("9223372036854775807 * 9223372036854775807", "85070591730234615847396907784232501249"),
    Meaning("2^200 / 2^198 + 2^100 % 3 - (2^64 - 2^64)", "5"),
    Meaning("-(2^100) / 7^20", "-15886885522214"),
    Meaning("-(2^100) % 10^6", "-205376"),
    Meaning("2^100 > 2^99 and -(2^100) < 3 and 2^64 >= 2^64 and 3 <= 2^64", "true"),
    Meaning("iadd(1, 2) - isub(5, 3) * imul(2, 3)", "-9"),
    Meaning("(ilt(1, 1), ilte(1, 1), igt(2, 1), igte(0, 1))", "(false, true, true, false)"),
    Meaning("iuminus(3)", "-3"),
    Meaning("0x1F + 1_000", "1031"),
  ])
  func integers(_ meaning: Meaning) { check(meaning) }

  @Test(arguments: [
    Meaning("2.to(4)", "Set(2, 3, 4)"),
    Meaning("4.to(2)", "Set()"),
    Meaning("(-1).to(1)", "Set(-1, 0, 1)"),
    Meaning("Set(3, 1, 3)", "Set(1, 3)"),
    Meaning("Bool", "Set(false, true)"),
    Meaning("Int", "Int"),
    Meaning("(5.in(Int), (-5).in(Nat), 0.in(Nat), in(2^100, Nat))", "(true, false, true, true)"),
    Meaning(
      "(Nat.subseteq(Int), Int.subseteq(Nat), Int.subseteq(Int), Nat.subseteq(Nat))",
      "(true, false, true, true)"),
    Meaning(
      "(1.to(3).subseteq(Nat), (-1).to(3).subseteq(Nat), (-1).to(3).subseteq(Int))", "(true, false, true)"),
    Meaning("Int.size()", "QNT514"),
    Meaning("tuples(Set(1), Nat).size()", "QNT514"),
    Meaning("Int.map(n => n)", "QNT501"),
    Meaning("Nat.exists(n => n == 3)", "QNT501"),
    Meaning("Int.fold(0, iadd)", "QNT501"),
    Meaning("Int.filter(n => n > 0)", "QNT501"),
    Meaning("(Int.isFinite(), 1.to(3).isFinite(), tuples(Set(), Int).isFinite())", "(false, true, true)"),
    Meaning("tuples(Nat, Int).contains((1, -1))", "true"),
    Meaning("tuples(Nat, Int).contains((-1, -1))", "false"),
    Meaning("Set(1, 2).setOfMaps(Int).contains(Map(1 -> 5, 2 -> -7))", "true"),
    Meaning("Set(1, 2).setOfMaps(Int).contains(Map(1 -> 5))", "false"),
    Meaning("1.to(2^64).contains(25)", "true"),
    Meaning("1.to(2^64).size()", "18446744073709551616"),
    Meaning("1.to(200).powerset().size() == 2^200", "true"),
    Meaning("1.to(200).powerset().contains(Set(3, 200))", "true"),
    Meaning("1.to(200).powerset().contains(Set(3, 201))", "false"),
    Meaning("Set(2, 5).subseteq(1.to(2^70))", "true"),
    Meaning("1.to(3).exists(n => n == 2)", "true"),
    Meaning("1.to(3).exists(n => n == 4)", "false"),
    Meaning("Set().exists(n => n == 4)", "false"),
    Meaning("1.to(3).forall(n => n < 3)", "false"),
    Meaning("Set().forall(n => n == 4)", "true"),
    Meaning("Set(0, 1).exists(n => 1 / n == 1)", "QNT503"),
    Meaning("in(2, 1.to(3))", "true"),
    Meaning("contains(1.to(3), 4)", "false"),
    Meaning("Set(1, 2).union(2.to(4))", "Set(1, 2, 3, 4)"),
    Meaning("Set(1, 2).intersect(2.to(4))", "Set(2)"),
    Meaning("1.to(4).exclude(Set(2, 9))", "Set(1, 3, 4)"),
    Meaning("1.to(6).filter(n => n % 2 == 0)", "Set(2, 4, 6)"),
    Meaning("1.to(4).map(n => n / 2)", "Set(0, 1, 2)"),
    Meaning("Set(3, 1, 2).fold([], (l, n) => l.append(n))", "[1, 2, 3]"),
    Meaning("Set(\"b\", \"a\").fold(\"\", (l, n) => n)", "\"b\""),
    Meaning("Set(None, Some(2), Some(1)).fold([], (l, n) => l.append(n))", "[None, Some(1), Some(2)]"),
    Meaning("Set(Set(2), Set(1, 3), Set()).fold([], (l, n) => l.append(n))", "[Set(), Set(1, 3), Set(2)]"),
    Meaning("Set(1, 2).powerset()", "Set(Set(), Set(1), Set(1, 2), Set(2))"),
    Meaning("Set().powerset().size()", "1"),
    Meaning("Set(Set(1), 2.to(3), Set()).flatten()", "Set(1, 2, 3)"),
    Meaning("Set(1, 2).powerset().flatten()", "Set(1, 2)"),
    Meaning("tuples(Set(2, 1), Set(\"a\"))", "Set((1, \"a\"), (2, \"a\"))"),
    Meaning("tuples(Set(1), Set(2), Set(3, 4)).size()", "2"),
    Meaning("tuples(Set(1), Set()).size()", "0"),
    Meaning("Set(1, 2).allListsUpTo(2).size()", "7"),
    Meaning("Set(1).allListsUpTo(2)", "Set([], [1], [1, 1])"),
    Meaning("Set(1).allListsUpTo(0)", "Set([])"),
    Meaning("Set(1).allListsUpTo(-3)", "Set([])"),
    Meaning("Set().allListsUpTo(3)", "Set([])"),
    Meaning("Set(1).allLists()", "QNT501"),
    Meaning("Set(4).getOnlyElement()", "4"),
    Meaning("Set().getOnlyElement() == 1", "QNT505"),
    Meaning("Set(1, 2).getOnlyElement()", "QNT505"),
    Meaning("Set(3, 2).chooseSome()", "2"),
    Meaning("Set().chooseSome() == 1", "QNT505"),
    Meaning("Set(1, 1, 2).size()", "2"),
    Meaning("1.to(2^40).mapBy(n => 0)", "limit"),
    Meaning("Set(1, 2).setOfMaps(Set(3, 4).setOfMaps(Set(5, 6))).size()", "16"),
  ])
  func sets(_ meaning: Meaning) { check(meaning) }

  @Test(arguments: [
    Meaning("Map(2 -> \"b\", 1 -> \"a\")", "Map(1 -> \"a\", 2 -> \"b\")"),
    Meaning("Map(1 -> 2, 1 -> 3)", "Map(1 -> 3)"),
    Meaning("Map() == Set().mapBy(n => n)", "true"),
    Meaning("Set((1, 2), (3, 4)).setToMap()", "Map(1 -> 2, 3 -> 4)"),
    Meaning("tuples(Set(1), Set(2)).setToMap()", "Map(1 -> 2)"),
    Meaning("Set((1, 2), (1, 4)).setToMap()", "QNT507"),
    Meaning("Map(1 -> 2).get(1)", "2"),
    Meaning("Map(1 -> 2).get(3)", "QNT507"),
    Meaning("Map(1 -> 2).set(1, 5)", "Map(1 -> 5)"),
    Meaning("Map(1 -> 2).set(2, 5)", "QNT507"),
    Meaning("Map(1 -> 2).setBy(1, n => n * 10)", "Map(1 -> 20)"),
    Meaning("Map(1 -> 2).setBy(2, n => n / 0)", "QNT507"),
    Meaning("Map(1 -> 2).put(0, 5)", "Map(0 -> 5, 1 -> 2)"),
    Meaning("Map(1 -> 2).put(1, 5)", "Map(1 -> 5)"),
    Meaning("Map(3 -> 2, 1 -> 2).keys()", "Set(1, 3)"),
    Meaning("1.to(2).mapBy(n => n * n)", "Map(1 -> 1, 2 -> 4)"),
    Meaning("1.to(2).setOfMaps(Bool).size()", "4"),
    Meaning("Set().setOfMaps(Set(1)) == Set(Map())", "true"),
    Meaning("Set().setOfMaps(Set()) == Set(Map())", "true"),
    Meaning("Set(1).setOfMaps(Set()) == Set()", "true"),
    Meaning("1.to(2).setOfMaps(0.to(1)).filter(m => m.get(1) > m.get(2))", "Set(Map(1 -> 1, 2 -> 0))"),
  ])
  func maps(_ meaning: Meaning) { check(meaning) }

  @Test(arguments: [
    Meaning("List(1, 2).append(3)", "[1, 2, 3]"),
    Meaning("[1].concat([2, 3])", "[1, 2, 3]"),
    Meaning("[].length()", "0"),
    Meaning("([7, 8].nth(1), [7, 8][0])", "(8, 7)"),
    Meaning("[7].nth(1)", "QNT510"),
    Meaning("[7].nth(-1)", "QNT510"),
    Meaning("[7].nth(2^70)", "QNT510"),
    Meaning("[7, 8].replaceAt(1, 9)", "[7, 9]"),
    Meaning("[7, 8].replaceAt(2, 9)", "QNT510"),
    Meaning("([7, 8].head(), [7, 8].tail())", "(7, [8])"),
    Meaning("[7].tail()", "[]"),
    Meaning("[].head() == 1", "QNT505"),
    Meaning("[].tail() == [1]", "QNT505"),
    Meaning("[1, 2, 3].slice(1, 3)", "[2, 3]"),
    Meaning("[1, 2, 3].slice(3, 3)", "[]"),
    Meaning("[1, 2, 3].slice(0, 0)", "[]"),
    Meaning("[1, 2, 3].slice(-1, 2)", "QNT506"),
    Meaning("[1, 2, 3].slice(2, 1)", "QNT506"),
    Meaning("[1, 2, 3].slice(0, 4)", "QNT506"),
    Meaning("[5, 6].indices()", "Set(0, 1)"),
    Meaning("[].indices()", "Set()"),
    Meaning("range(2, 5)", "[2, 3, 4]"),
    Meaning("range(2, 2)", "[]"),
    Meaning("range(5, 2)", "[]"),
    Meaning("[3, 1, 2].select(n => n != 1)", "[3, 2]"),
    Meaning("[1, 2, 3].foldl(0, (a, e) => a * 10 + e)", "123"),
    Meaning("[1, 2, 3].foldr(0, (e, a) => a * 10 + e)", "321"),
    Meaning("[].foldl(7, (a, e) => a)", "7"),
  ])
  func lists(_ meaning: Meaning) { check(meaning) }

  @Test(arguments: [
    Meaning("Rec(\"b\", 1, \"a\", 2)", "{ a: 2, b: 1 }"),
    Meaning("{ b: 1, a: 2 }.b", "1"),
    Meaning("field({ b: 1 }, \"b\")", "1"),
    Meaning("{ b: 1, a: 2 }.with(\"a\", 5)", "{ a: 5, b: 1 }"),
    Meaning("{ ...{ b: 1, a: 2 }, b: 7 }", "{ a: 2, b: 7 }"),
    Meaning("{ b: 1, a: 2 }.fieldNames()", "Set(\"a\", \"b\")"),
    Meaning("(Tup(1, 2), (3, 4)._2, item((5, 6), 1))", "((1, 2), 4, 5)"),
    Meaning("(1 -> 2) == (1, 2)", "true"),
    Meaning("()", "()"),
    Meaning("match Some(3) { | Some(n) => n | None => 0 }", "3"),
    Meaning("match None { | Some(n) => n | _ => 9 }", "9"),
    Meaning("match Some(3) { | None => 1 | _ => 2 }", "2"),
    Meaning("match Some(3) { | Some(_) => 1 / 0 | None => 2 }", "QNT503"),
    Meaning("{ val (a, _, b) = (1, 2, 3)  a + b }", "4"),
    Meaning("{ val { f, g } = { f: 1, g: 2, h: 3 }  f + g }", "3"),
  ])
  func structures(_ meaning: Meaning) { check(meaning) }

  @Test(arguments: [
    Meaning("{ val n = 1 / 0  5 }", "5"),
    Meaning("{ val n = 1 / 0  n }", "QNT503"),
    Meaning("{ val n = 1 / 0  false and n > 0 }", "false"),
    Meaning("{ def f(a) = 1 / 0  7 }", "7"),
    Meaning("assert(1 < 2)", "true"),
    Meaning("assert(1 > 2)", "QNT508"),
    Meaning("false and assert(1 > 2)", "false"),
    Meaning("q::debug(\"n\", 3 + 4)", "7"),
    Meaning("always(1 < 2)", "QNT501"),
  ])
  func lazinessAndTools(_ meaning: Meaning) { check(meaning) }
}
