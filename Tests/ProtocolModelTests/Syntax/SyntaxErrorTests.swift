import TestSupport
import Testing

@Suite struct SyntaxErrorTests {
  @Test(arguments: [
    ("val x = a 1️⃣= b", "1️⃣ [QNT006] unexpected `=`, did you mean `==`?"),
    ("type 1️⃣lower", "1️⃣ [QNT007] type names start with an upper-case letter, but `lower` does not"),
    (
      "type 1️⃣N::lower = int", "1️⃣ [QNT007] type names start with an upper-case letter, but `N::lower` does not"
    ),
    ("type T = { 1️⃣a::b: int }", "1️⃣ [QNT008] a record field cannot be qualified with `::`"),
    ("val x = { 1️⃣a::b: 1 }", "1️⃣ [QNT008] a record field cannot be qualified with `::`"),
    ("type T = 1️⃣a::B | C", "1️⃣ [QNT008] a variant label cannot be qualified with `::`"),
    ("val x = match e { 1️⃣a::B => 1 }", "1️⃣ [QNT008] a variant label cannot be qualified with `::`"),
    ("val x = match e { B(1️⃣a::b) => 1 }", "1️⃣ [QNT008] a match parameter cannot be qualified with `::`"),
    ("val { 1️⃣a::b } = e", "1️⃣ [QNT008] a destructured field cannot be qualified with `::`"),
    ("var 1️⃣and: int", "1️⃣ [QNT008] reserved keyword `and` cannot be used as a name"),
    ("val x = 1️⃣match + 1", "1️⃣ [QNT008] reserved keyword `match` cannot be used as a name"),
    ("val x = S.map(1️⃣or)", "1️⃣ [QNT008] reserved keyword `or` cannot be used as a name"),
    ("val x = { 1️⃣import: 1 }", "1️⃣ [QNT008] reserved keyword `import` cannot be used as a name"),
    ("const c: 1️⃣T(int, a)", "1️⃣ [QNT009] arguments of a type stand in square brackets: `T[int, a]`"),
    ("val x = { ...a, f: 1, 1️⃣...b }", "1️⃣ [QNT012] `...` may be used once in a record"),
    ("type T = List[1️⃣a]", "1️⃣ [QNT014] type variable `a` is unbound"),
    ("type T[a] = { f: a | 1️⃣r }", "1️⃣ [QNT014] type variable `r` is unbound"),
    ("type T = A(1️⃣b) | B(b)", "1️⃣ [QNT014] type variable `b` is unbound"),
    (
      "var x: 1️⃣Map[int, a => b]",
      "1️⃣ [QNT015] use `int -> ((a) => b)` instead of `Map[int, a => b]` for map types"
    ),
    ("val x = { f: 1, 1️⃣f: 2 }", "1️⃣ [QNT016] field `f` is given more than once"),
    ("var x: { f: int, 1️⃣f: int }", "1️⃣ [QNT016] field `f` is given more than once"),
  ])
  func commonMistakesHaveCodes(source: String, complaint: String) {
    #expect(Parsing.complaints("module m { \(source) }") == [complaint])
  }

  @Test func codedErrorsDoNotEndTheDeclaration() {
    #expect(
      Parsing.complaints("module m { type T = { 1️⃣and: 2️⃣Map[int, 3️⃣a], 4️⃣export: 5️⃣U(int) } }") == [
        "1️⃣ [QNT008] reserved keyword `and` cannot be used as a name",
        "2️⃣ [QNT015] use `int -> a` instead of `Map[int, a]` for map types",
        "3️⃣ [QNT014] type variable `a` is unbound",
        "4️⃣ [QNT008] reserved keyword `export` cannot be used as a name",
        "5️⃣ [QNT009] arguments of a type stand in square brackets: `U[int]`",
      ])
  }

  @Test(arguments: [
    ("f(a, b1️⃣]", "1️⃣ [QNT000] expected `)` to close the call opened at 1:2"),
    ("f(a,1️⃣", "1️⃣ [QNT000] expected an expression, but the text ends here"),
    ("a.f(b1️⃣,)", "1️⃣ [QNT000] a call after a dot takes no comma behind its last argument"),
    ("1 + 1️⃣)", "1️⃣ [QNT000] expected an expression"),
    ("1 + 1️⃣else", "1️⃣ [QNT000] expected an expression, but `else` is a keyword"),
    ("a 1️⃣b", "1️⃣ [QNT000] unexpected `b` after the expression"),
    ("1️⃣_ + 1", "1️⃣ [QNT000] `_` has no value: it stands for a parameter or in a pattern"),
    ("{ 1️⃣}", "1️⃣ [QNT000] expected an expression: `{}` has no value"),
    (
      "{ a1️⃣, b }",
      "1️⃣ [QNT000] expected `}`, found `,`: a block of several expressions is "
        + "`all { }`, `any { }`, `and { }` or `or { }`"
    ),
    ("all { 1️⃣}", "1️⃣ [QNT000] `all { }` needs one entry at least"),
    ("any { a 1️⃣b }", "1️⃣ [QNT000] expected `,` or `}` in the block `any` opened at 1:5"),
    ("f(a 1️⃣b)", "1️⃣ [QNT000] expected `,` or `)` in the call opened at 1:2"),
    ("{ f: 1 1️⃣g: 2 }", "1️⃣ [QNT000] expected `,` or `}` in the record opened at 1:1"),
    ("[a 1️⃣b]", "1️⃣ [QNT000] expected `,` or `]` in the list opened at 1:1"),
    ("1️⃣(a,)", "1️⃣ [QNT000] a tuple has two entries or more"),
    ("() 1️⃣=> 1", "1️⃣ [QNT000] a lambda has one parameter or more"),
    ("(x1️⃣: int) => x", "1️⃣ [QNT000] unexpected `:`: parameters of a lambda carry no types"),
    ("if 1️⃣a b else c", "1️⃣ [QNT000] expected `(` around the condition of `if`"),
    ("if (a) b1️⃣", "1️⃣ [QNT000] expected `else`: an `if` always has both branches, but the text ends here"),
    ("match e { A => 11️⃣, B => 2 }", "1️⃣ [QNT000] cases of `match` are separated by `|`"),
    ("match e { A(x1️⃣, y) => 1 }", "1️⃣ [QNT000] a label carries one value: bind it to one name"),
    ("{ 1️⃣type: 1 }", "1️⃣ [QNT000] `type` is a keyword and cannot be used as a name"),
    ("r.1️⃣val", "1️⃣ [QNT000] `val` is a keyword and cannot be used as a name"),
    ("f(x)1️⃣' = 1", "1️⃣ [QNT000] only a variable can be primed, as in `x' = e`"),
    ("x' 1️⃣== 1", "1️⃣ [QNT000] expected `=` after `x'`: a primed variable can only be assigned"),
    ("def f(x: int, 1️⃣y): int = 1 f", "1️⃣ [QNT000] either all parameters have a type or none"),
    (
      "def f(x: int) 1️⃣= 1 f",
      "1️⃣ [QNT000] expected `:` and the type of the result, since the parameters have types"
    ),
    ("val x = y1️⃣", "1️⃣ [QNT000] expected an expression after the definition of `x`, but the text ends here"),
    (
      "nondet 1️⃣(a, b) = e a",
      "1️⃣ [QNT000] expected the name of the definition: only `val` and `pure val` take a pattern"
    ),
    ("val 1️⃣(a) = e a", "1️⃣ [QNT000] a tuple pattern has two entries or more"),
    ("val (a, b)1️⃣: int = e a", "1️⃣ [QNT000] a pattern has no type"),
    ("pure 1️⃣action a = b a", "1️⃣ [QNT000] expected `val` or `def` after `pure`"),
  ])
  func faultyExpressionsAreExplained(source: String, complaint: String) {
    #expect(Parsing.expressionComplaints(source) == [complaint])
  }

  @Test(arguments: [
    ("1️⃣+", "1️⃣ [QNT000] expected a type"),
    ("1️⃣(int,)", "1️⃣ [QNT000] a tuple has two entries or more"),
    ("1️⃣Set[int, int]", "1️⃣ [QNT000] `Set` takes one type"),
    ("{ f 1️⃣int }", "1️⃣ [QNT000] expected `:` after the name of the field"),
    ("List[int1️⃣)", "1️⃣ [QNT000] expected `]` to close the arguments of the type opened at 1:5"),
    ("int 1️⃣int", "1️⃣ [QNT000] unexpected `int` after the type"),
  ])
  func faultyTypesAreExplained(source: String, complaint: String) {
    #expect(Parsing.typeComplaints(source) == [complaint])
  }

  @Test(arguments: [
    ("const N 1️⃣= 1", "1️⃣ [QNT000] expected `:` and a type after the name of the constant"),
    ("export M 1️⃣from \"a\"", "1️⃣ [QNT000] an export takes no `from`"),
    ("import M from 1️⃣'a'", "1️⃣ [QNT000] expected a path in double quotes after `from`"),
    ("import M(1️⃣).*", "1️⃣ [QNT000] expected the name of a constant"),
    ("import M(1️⃣*).*", "1️⃣ [QNT000] `*` is no override: name each constant, as in `N = N`"),
    ("import M(N = 1)1️⃣.x", "1️⃣ [QNT000] expected `.*` or `as` and a name: an instance is imported as a whole"),
    ("type T[1️⃣A] = A", "1️⃣ [QNT000] expected a type parameter, a name in lower case"),
    (
      "type T = A(int1️⃣, str) | B",
      "1️⃣ [QNT000] a label carries one value: for several, write a tuple, as in `A((int, bool))`"
    ),
    ("val 1️⃣if = 1", "1️⃣ [QNT000] `if` is a keyword and cannot be used as a name"),
    ("val x 1️⃣== 1", "1️⃣ [QNT000] expected `=` and the body of `x`"),
    ("def f(x) 1️⃣{ x }", "1️⃣ [QNT000] expected `=` and the body of `f`"),
    ("1️⃣something", "1️⃣ [QNT000] unexpected `something`: expected a declaration"),
    ("var x: int1️⃣;", "1️⃣ [QNT000] unexpected `;`: expected the next declaration or the end of the module"),
    ("1️⃣module n { }", "1️⃣ [QNT000] modules do not nest"),
  ])
  func faultyDeclarationsAreExplained(source: String, complaint: String) {
    #expect(Parsing.complaints("module m { \(source) }").first == complaint)
  }

  @Test(arguments: [
    ("val x = a 1️⃣~~ b", "1️⃣ [QNT000] unexpected `~~`"),
    ("val x = 1️⃣é", "1️⃣ [QNT000] unexpected `é`"),
    ("val x = 1️⃣#! b\n", "1️⃣ [QNT000] a line starting `#!` can only be the first of the file"),
    ("val x = a 1️⃣&& b", "1️⃣ [QNT000] unexpected `&&`"),
    ("val x = 1️⃣007", "1️⃣ [QNT000] a number of several digits does not start with 0"),
    ("val x = 1️⃣1__0", "1️⃣ [QNT000] in a number, `_` stands between two digits"),
    ("val x = 1️⃣12px", "1️⃣ [QNT000] unexpected `px` in a number"),
    ("val x = 1️⃣0x", "1️⃣ [QNT000] expected hexadecimal digits after `0x`"),
    ("val x = 1️⃣\"open\n", "1️⃣ [QNT000] this string has no end"),
    ("val x = 1 1️⃣/* open", "1️⃣ [QNT000] this comment has no end"),
    ("val x = a 1️⃣\u{7}", "1️⃣ [QNT000] unexpected control character"),
  ])
  func whatIsNoTokenIsReportedOnce(source: String, complaint: String) {
    #expect(Parsing.complaints("module m { \(source) }") == [complaint])
  }
}
