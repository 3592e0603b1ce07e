import TestSupport
import Testing

/// Texts that Quint accepts, and texts that it rejects with a code, one rule a row.
@Suite struct QuintAcceptanceTests {
  /// A text of declarations, and the codes that are reported for it in order of place.
  struct Row: CustomTestStringConvertible, Sendable {
    var text: String
    var codes: [String]

    init(_ text: String, _ codes: String...) {
      self.text = text
      self.codes = codes
    }

    var testDescription: String { text }
  }

  private func check(_ row: Row, around: (String) -> String = { "module main {\n\($0)\n}" }) {
    let spec = SpecText(around(row.text))
    let errors = spec.complaints.filter { !$0.contains("warning") }
    #expect(errors.map { String($0.drop { $0 != "[" }.dropFirst().prefix(6)) } == row.codes, "\(errors)")
  }

  @Test(arguments: [
    Row("val _x1 = 1  val x_ = _x1"),
    Row("val from = 1  val as = from  val List2 = as"),
    Row(
      "val r = { from: 1, as: 2, Set: 3, List: 4, reference: 5, trace: 6, tag: 7 }  val s = r.from + r.Set"),
    Row("val x = 0x_ff", "QNT000"),
    Row("val x = 1__0", "QNT000"),
    Row("val x = 1_000 + 0xAb + 0xaB + 0"),
    Row("val x = 007", "QNT000"),
    Row("val x = \"two\nlines // no comment\""),
    Row("/* one /* two */ val x = 1"),
    Row("/* one /* two */ val x = 1 */", "QNT000"),
    Row("val x =\r\n  1\r\nval y = x\r\n"),
    Row("//// four\n/// three\nval x = 1"),
    Row("val x = [\n  /// inside\n  1]"),
    Row("val x = 1;val y = 2;"),
    Row("val N :: x = 1  val y = N::x"),
    Row("val const = 1", "QNT000"),
    Row("val x = leadsTo + 1", "QNT008"),
    Row("val #x = 1", "QNT000"),
  ]) func lexicalRules(row: Row) { check(row) }

  private static let bank = """

    module bank {
      const LIMIT: int
      const fee: int => int
      var total: int
      def after(n) = total + n + LIMIT + fee(n)
    }
    module rates { pure val RATE = 2  pure def double(n) = n * RATE }
    module both { import rates.*  export rates.*  export bank }
    """

  @Test(arguments: [
    Row("import rates.*  val x = double(RATE)"),
    Row("import rates.double  val x = double(1)"),
    Row("import rates  val x = rates::double(1)"),
    Row("import rates as R  val x = R::double(R::RATE)"),
    Row("import both.*  val x = double(1)  val y = bank::total"),
    Row("import both as A  val x = A::double(1)"),
    Row("import rates.double  val x = RATE", "QNT404"),
    Row("import rates as R  val x = rates::RATE", "QNT404"),
    Row("import rates.*  import rates.double  val x = double(1)"),
    Row("import rates.*  import both.*  val x = double(1)"),
    Row("export rates.*  val x = 1"),
    Row("import rates.double  pure def f(n) = n  import bank(LIMIT = 1, fee = f,).*  val x = after(total)"),
    Row("import rates.double\nimport bank(LIMIT = 2 * 3, fee = double) as B\nval x = B::after(B::total)"),
    Row(
      "import rates.double\nimport bank(LIMIT = 1, fee = double) as A\nimport bank(LIMIT = 2, fee = double) as B\nval x = A::total + B::total"
    ),
    Row("import bank(LIMIT = 1) as B  val x = B::total"),
    Row("import bank(total = 1) as B", "QNT406"),
    Row("import bank(LIMIT = \"a\") as B", "QNT000"),
    Row("import bank(LIMIT = 1)", "QNT000"),
    Row("import bank() as B", "QNT000"),
    Row("import bank(*).*", "QNT000"),
    Row("export rates from \"x\"", "QNT000"),
    Row("import nothing.*", "QNT405"),
    Row("import main.*", "QNT407"),
    Row("val x = size  val size = 1", "QNT101"),
    Row("def f(set) = 1", "QNT101"),
    Row("def f(x, x) = 1", "QNT101"),
    Row("val x = 1  def f(x) = { val y = x  def g(x) = x + y  g(x) }"),
    Row("def f(_, _) = 1  val g = [1].foldl(0, (_, _) => 2)"),
  ]) func modulesAndNames(row: Row) { check(row) { "module main {\n\($0)\n}" + Self.bank } }

  @Test(arguments: [
    Row("const N: int  const f: (int, str) => bool  assume positive = N > 0  assume _ = f(N, \"a\")"),
    Row("type Id  type Ids = Set[Id]  type Pair[a, b] = (a, b)  var p: Pair[Id, Ids]"),
    Row("type Order = | Buy(int) | Sell  val x = Buy(1)  val y: Order = Sell"),
    Row("type One = | Only  val x = Only"),
    Row("type Alias = Only", "QNT404"),
    Row("type Opt[a] = Some(a) | None  def f(o: Opt[int]): bool = o == Some(1) or o == None"),
    Row("def f(x: int, y: str): bool = x == y.length2()  def length2(s: str): int = 1"),
    Row("def f(x: int, y): int = 1", "QNT000"),
    Row("def f(x: int) = x", "QNT000"),
    Row("def f(x, y,): (int, int) => int = x + y"),
    Row("def f(): int = 1  val g: int = f"),
    Row("def f(): int = 1  val g = f()", "QNT000"),
    Row(
      "val (a, _, b) = (1, 2, 3)  val { f, g } = { f: a, g: b }  pure val (p, q) = (1, 2)  val s = f + g + p + q"
    ),
    Row("val (a) = (1, 2)", "QNT000"),
    Row("val ((a, b), c) = ((1, 2), 3)", "QNT000"),
    Row("pure def f(x)  val y = f(1)"),
    Row("type t = int", "QNT007"),
    Row("type T = { f: a }", "QNT014"),
    Row("def f(n) = if (n == 0) 1 else n * f(n - 1)", "QNT099"),
    Row("type T = A({ next: T }) | B", "QNT099"),
  ]) func declarations(row: Row) { check(row) }

  @Test(arguments: [
    Row("var a: int -> str -> bool  val b = a.get(1).get(\"x\")"),
    Row("var u: ()  var e: {}  var r: { f: int, g: Set[List[(int, str)]], }"),
    Row("def f(r: { owed: int | rest }): int = r.owed  val x = f({ owed: 1, paid: 2 })"),
    Row("def f(r: { owed: int }): int = r.owed  val x = f({ owed: 1, paid: 2 })", "QNT000"),
    Row("type G[r] = { a: int | r }  val g: G[{ b: bool }] = { a: 1, b: true }"),
    Row("def apply2(f: int => int, x: int): int = f(f(x))  val x = apply2(n => n + 1, 0)"),
    Row(
      "def first(xs: List[a]): a = xs[0]  val x = first([1]) + first([\"a\"].select(_ => true).indices().map(i => [i]).fold([1], (s, e) => e))"
    ),
    Row("def f(x: a): a = x + 1", "QNT000"),
    Row("val x = (1, 2)._3", "QNT000"),
    Row("val x = Set(1, \"a\")", "QNT000"),
    Row("type A = X(int) | Y  def f(a) = match a { | X(n) => n | Y => 0 }"),
    Row("type A = X(int) | Y  def f(a: A): int = match a { X(n) => n | _ => 0 }"),
    Row("type A = X(int) | Y  def f(a: A): int = match a { X(n) => n }", "QNT000"),
    Row("type A = X(int) | Y  def f(a: A): int = match a { _ => 0 | X(n) => n }", "QNT000"),
    Row("type A = X(int) | Y  val a = variant(\"X\", 1)  val b: A = a"),
    Row("val a = variant(\"X\", 1)", "QNT000"),
    Row("type Id  type Other  var a: Id  var b: Other  val c = a == b", "QNT000"),
    Row("def f(x) = y => x", "QNT000"),
    Row("val x = Set(y => y)", "QNT000"),
  ]) func types(row: Row) { check(row) }

  @Test(arguments: [
    Row("val x = Set(1).size", "QNT000"),  // a field of something that is no record
    Row("val x = [1, 2,].length() + Set(1).union(Set(2)).size()"),
    Row("val x = size(Set(1), )"),
    Row("val x = Set(1).union(Set(2), )", "QNT000"),
    Row("val x = and(true, false)  val y = or { true, false, }  val z = true.and(false).implies(true)"),
    Row("val x = Set(1)  val y = Set(x)  val z = List(1, 2)"),
    Row("val x = all { }", "QNT000"),
    Row("val x = {}", "QNT000"),
    Row("val x = { 1 }  val y = ( 2 )"),
    Row("val r = { a: 1, b: 2 }  val s = { ...r, a: 3 }  val t = { b: 4, ...r }"),
    Row("val r = { a: 1 }  val s = { ...r, b: 3 }", "QNT000"),
    Row("val x = tuples(Set(1), Set(2)).map(((a, b)) => a + b)"),
    Row("val x = Map(1 -> 2, (3, 4))  val y = x.get(1)"),
    Row("val x = 1 < 2 < 3", "QNT000"),
    Row("val x = { val y = 1 def f(z) = z + y f(2) }"),
    Row("val x = (1)  val y = (1, )", "QNT000"),
    Row("val x = _ => 1", "QNT200"),
  ]) func expressions(row: Row) { check(row) }

  private static let state = "var a: int  var b: int\n"

  @Test(arguments: [
    Row(
      "pure val x = 1  pure def f(n) = n + x  val y = a  def g(n) = n + a  action s = a' = f(y)  run r = s.then(s)"
    ),
    Row("def f(n) = n  action s = 1 > 2  temporal t = a > 1  run r = true"),
    Row("pure val x = a", "QNT200"),
    Row("pure def f(n) = n + b", "QNT200"),
    Row("val x = a' = 1", "QNT200"),
    Row("def f(n) = a' = n", "QNT200"),
    Row("val x = always(a > 1)", "QNT200"),
    Row("action x = always(a > 1)", "QNT200"),
    Row("val f(n) = n", "QNT200"),
    Row("pure val f(n) = n", "QNT200"),
    Row("action s = { pure val y = a  a' = y }", "QNT200"),
    Row("temporal t = a' = 1"),
    Row("action s = all { a' = 1, a' = 2 }", "QNT202"),
    Row("action s = and { a' = 1, a' = 2 }", "QNT202"),
    Row("action s = a' = 1 and a' = 2", "QNT202"),
    Row("action s = a' = 1 or a' = 2", "QNT202"),
    Row("action s = any { a' = 1, b' = 2 }", "QNT000"),
    Row("action s = if (a > 1) a' = 1 else b' = 2", "QNT000"),
    Row("action s = not(a' = 1)", "QNT000"),
    Row("action s = (a' = 1) == true", "QNT000"),
    Row("run r = (a' = 1).then(b' = 2)", "QNT000"),
    Row("run r = all { a' = 1, b' = 1 }.then(all { b' = a, a' = b })"),
    Row("run r = 3.reps(i => a' = i)  run q = a.reps(i => a' = i)", "QNT000"),
    Row("run r = (a' = 1).expect(a == 1)  run q = (a' = 1).expect(a' = 2)", "QNT000"),
    Row("action s = assert(a' = 1)", "QNT000"),
    Row("action s = { nondet x = Set(1).oneOf()  nondet y = Set(x).oneOf()  a' = x + y }"),
    Row("def s = { nondet x = Set(1).oneOf()  x == 1 }"),
    Row("val s = Set(1).oneOf()", "QNT203"),
    Row("action s = { nondet x = Set(1).union(Set(2))  a' = 1 }", "QNT204"),
    Row("val s = { nondet x = Set(1).oneOf()  x + 1 }", "QNT205"),
    Row("nondet x = Set(1).oneOf()", "QNT206"),
    Row("temporal t = weakFair(a' = 1, a) and strongFair(a' = 1, (a, b)) and (a > 0 leadsTo next(b) > a)"),
    Row("temporal t = (a' = 1).orKeep(a) and (a' = 1).mustChange(a)  temporal u = enabled(a' = 1)"),
    Row("temporal t = next(a' = 1)", "QNT000"),
    Row("def f(k) = { a: 1 }.with(k, 2)", "QNT000"),
  ]) func modesAndEffects(row: Row) { check(row) { "module main {\n" + Self.state + $0 + "\n}" } }
}
