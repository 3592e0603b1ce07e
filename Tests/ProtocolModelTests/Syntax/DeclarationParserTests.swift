import ProtocolModel
import TestSupport
import Testing

@Suite struct DeclarationParserTests {
  @Test(arguments: [
    ("const N: int", "const N: int"),
    ("var x: Set[int]", "var x: set(int)"),
    ("assume a = N > 0", "assume a = igt(N, 0)"),
    ("assume _ = N > 0", "assume _ = igt(N, 0)"),
    ("val A::b = 1", "val A::b = 1"),
    ("val from = 1", "val from = 1"),
    ("val x: int", "val x: int"),
    ("def f(x, y,): (int, int) => int = x;", "def f(x, y): operation([int, int], int) = x"),
    ("def f(_) = 1", "def f(_) = 1"),
    ("def f(x: int, _: a): R = x", "def f(x: int, _: variable a): operation([int, variable a], R) = x"),
    ("nondet n = S.oneOf()", "nondet n = oneOf(S)"),
    ("pure def f() = 1", "pure def f = 1"),
  ])
  func valuesAndOperatorsAreDeclared(source: String, tree: String) {
    #expect(Parsing.declarations(source) == [tree])
  }

  @Test(arguments: [
    ("import M", "import M"),
    ("import M as N", "import M as N"),
    ("import M.x from \"../a\"", "import M.x from \"../a\""),
    ("import M::K.* from \"b\"", "import M::K.* from \"b\""),
    ("import M from \"b\"", "import M from \"b\""),
    ("import M(c = 1 + 1, d = f,).*", "import M(c = iadd(1, 1), d = f).*"),
    ("import M(c = 1) as N from \"b\"", "import M(c = 1) as N from \"b\""),
    ("export M", "export M"),
    ("export M as N", "export M as N"),
    ("export M.*", "export M.*"),
    ("export M.x", "export M.x"),
  ])
  func importsAndInstancesAreDeclared(source: String, tree: String) {
    #expect(Parsing.declarations(source) == [tree])
  }

  @Test(arguments: [
    ("type T", "type T"),
    ("type some::ns::T = int", "type some::ns::T = int"),
    ("type T = A", "type T = A"),
    ("type T = M::A", "type T = M::A"),
    ("type T = | A", "type T = sum(A)"),
    ("type T = A(int)", "type T = sum(A: int)"),
    (
      "type T = A | B({ f: int }) | C((int, bool))", "type T = sum(A, B: record(f: int), C: tuple(int, bool))"
    ),
    ("type T[a, b] = | A(a) | B(b)", "type T[a, b] = sum(A: variable a, B: variable b)"),
    ("type G[r] = { a: int | r }", "type G[r] = record(a: int | r)"),
    ("type lower = A | B", "type lower = sum(A, B)"),
    ("type T = (int, str) => bool", "type T = operation([int, str], bool)"),
  ])
  func typesAreDeclared(source: String, tree: String) {
    #expect(Parsing.declarations(source) == [tree])
  }

  @Test func patternDeclaresItsNames() {
    #expect(
      Parsing.declarations("val (a, b) = p\npure val { f } = r") == [
        "val $1 = p", "val a = item($1, 1)", "val b = item($1, 2)",
        "pure val $1 = r", "pure val f = field($1, \"f\")",
      ])
  }

  @Test func topLevelDefinitionsDoNotSwallowTheNext() {
    #expect(
      Parsing.declarations("val x = y\nval z = 1\nimport M.*") == ["val x = y", "val z = 1", "import M.*"])
  }

  @Test func docCommentsBelongToTheNextDeclaration() {
    let file = Parsing.module(
      """
      /// The module,
      /// two lines.
      module m {
        /// Ignored in /// expressions.
        val x = /// here
          1
        // plain
        ///tight
        //// four
        var y: int
      }
      """)
    #expect(file.diagnostics.isEmpty)
    let module = file.modules.first
    #expect(module?.documentation.map(\.text) == ["The module,", "two lines."])
    #expect(module?.declarations.first?.documentation.map(\.text) == ["Ignored in /// expressions."])
    #expect(module?.declarations.last?.documentation.map(\.text) == ["tight", "/ four"])
  }

  @Test func commentsNeedNoFinalNewline() {
    #expect(Parsing.module("module m { } // end").diagnostics.isEmpty)
    #expect(Parsing.module("module m { } /// end").diagnostics.isEmpty)
  }

  @Test func firstLineMayNameAnInterpreter() {
    let file = Parsing.module("#!/usr/bin/env quint\r\nmodule m { /* x\n */ val x = 1 }\r\nmodule n::k { }")
    #expect(file.diagnostics.isEmpty)
    #expect(file.modules.map(\.name.text) == ["m", "n::k"])
  }

  @Test func everyNodeHasItsOwnID() {
    var ids = NodeIDs()
    _ = ids.make()
    let file = Parser.parse(
      Parsing.file("module m { type T = A | B(int) val (x, y) = (1, 2) def f(a: int): int = a._1 }"),
      nodeIDs: &ids)
    var found: [NodeID] = []
    for declaration in file.modules.flatMap(\.declarations) {
      found.append(declaration.id)
      switch declaration.kind {
      case .definition(let definition):
        #expect(definition.id == declaration.id)
        found += definition.parameters.map(\.id)
      case .typeDefinition(_, _, let body):
        guard let body, case .sum(let variants) = body.kind else { continue }
        found += variants.map(\.id) + [body.id]
      default: break
      }
    }
    #expect(found.count == 9)
    #expect(Set(found).count == found.count)
    #expect(found.allSatisfy { $0 > 0 && $0 < ids.next })
  }

  @Test func promptTakesDeclarationsBeforeExpressions() {
    func kind(_ text: String) -> String {
      var ids = NodeIDs()
      switch Parser.parseInput(Parsing.file(text), nodeIDs: &ids) {
      case (.declarations(let declarations), []): return "\(declarations.count) declaration(s)"
      case (.expression(let expression), []): return TreeText.text(of: expression)
      case (.nothing, []): return "nothing"
      default: return "error"
      }
    }
    #expect(kind("val x = 1") == "1 declaration(s)")
    #expect(kind("val (x, y) = p") == "3 declaration(s)")
    #expect(kind("val x = 1 x") == "let val x = 1 in x")
    #expect(kind("1 + 1") == "iadd(1, 1)")
    #expect(kind("/// only a comment") == "nothing")
    #expect(kind("val x = ") == "error")
    #expect(kind("val x = 1 )") == "error")
  }
}
