import ProtocolModel
import TestSupport
import Testing

@Suite struct TypeInferenceTests {
  @Test func operatorsOfIntegersFixTheTypesOfParameters() {
    #expect(schemes("def f(p, q) = p + q")["f"] == "(int, int) => int")
  }

  @Test func higherOrderParametersGetOperatorTypes() {
    let types = schemes("def f(g, p) = g(p)  def h(g, q) = g(q) + g(not(q))")
    #expect(types["f"] == "<a, b> ((a) => b, a) => b")
    #expect(types["h"] == "((bool) => int, bool) => int")
  }

  @Test func aDefinitionIsUsedAtSeveralTypes() {
    #expect(schemes("def id(x) = x  val a = (id(1), id(\"s\"))")["a"] == "(int, str)")
  }

  @Test func nestedDefinitionsAreGeneralizedToo() {
    #expect(schemes("val a = { def id(x) = x\n Set((id(1), id(true))) }")["a"] == "Set[(int, bool)]")
  }

  @Test func theTypeOfAnOuterParameterIsNotGeneralizedInside() {
    #expect(schemes("def f(p) = { def g(x) = (x, p)  g(1)._2 + 1 }")["f"] == "(int) => int")
  }

  @Test func fieldAccessAsksForAnOpenRecord() {
    #expect(schemes("def f(r) = r.x + 1")["f"] == "<; a> ({ x: int | a }) => int")
  }

  @Test func withKeepsTheTypeOfTheRecord() {
    let types = schemes(
      "var s: { f1: int, f2: bool }  def f(p) = s.with(\"f1\", p.f1)  val a = { ...s, f2: true }")
    #expect(types["f"] == "<; a> ({ f1: int | a }) => { f1: int, f2: bool }")
    #expect(types["a"] == "{ f1: int, f2: bool }")
  }

  @Test func tupleEntriesAskForLongEnoughTuples() {
    #expect(schemes("def f(p) = p._2")["f"] == "<a, b; c> ((a, b | c)) => b")
  }

  @Test func aliasesAreTransparentAndShownByName() {
    let types = schemes(
      "type T = { a: int }  def f(x: T): int = x.a  val v = f({ a: 1 })  val w: T = { a: 1 }")
    #expect(types["f"] == "(T) => int")
    #expect(types["w"] == "T")
  }

  @Test func typeConstructorsTakeArguments() {
    let types = schemes(
      """
      type Option[a] = Some(a) | None
      type Result[ok, err] = Ok(ok) | Err(err)
      def toResult(o: Option[ok], e: err): Result[ok, err] = match o { Some(x) => Ok(x) | None => Err(e) }
      val nested: Result[Option[int], str] = Ok(Some(42))
      """)
    #expect(types["toResult"] == "<a, b> (Option[a], b) => Result[a, b]")
    #expect(types["Some"] == "<a> (a) => Option[a]")
    #expect(types["nested"] == "Result[Option[int], str]")
  }

  @Test func aRowArgumentFillsTheTailOfAnAlias() {
    let types = schemes(
      """
      type G[r] = { a: int | r }
      type U[s] = { c: G[s] }
      def f(x: U[{ b: bool }]): bool = x.c.b and x.c.a > 0
      def g(x: G[r]): int = x.a
      val y = g({ a: 1, z: true })
      """)
    #expect(types["f"] == "(U[{ b: bool }]) => bool")
    #expect(types["y"] == "int")
  }

  @Test func aMatchWithWildcardLeavesTheSumOpen() {
    let types = schemes(
      """
      type T = A(int) | B | C
      def f(x) = match x { A(n) => n | _ => 0 }
      val a = f(B)
      """)
    #expect(types["a"] == "int")
  }

  @Test func variantFindsTheDeclaredSum() {
    #expect(schemes("type T = A(int) | B  val a = variant(\"A\", 3)")["a"] == "T")
  }

  @Test func equalLabelsInDifferentSumsAreTold() {
    let types = schemes("type T = A(int)| B  type U = | D(bool)  val a = A(1)  val b = D(true)")
    #expect(types["a"] == "T")
    #expect(types["b"] == "U")
  }

  @Test func typeVariablesOfAnnotationsBelongToTheOuterDefinition() {
    #expect(
      schemes("def f(x: a): Set[a] = { val s: Set[a] = Set(x)  s }")["f"] == "<a> (a) => Set[a]")
  }

  @Test func typeVariablesOfVariablesAreOneUnknownOfTheModule() {
    let types = schemes("var s: Set[t]  var m: t -> int  action init = s' = Set(1)")
    #expect(types["m"] == "int -> int")
  }

  @Test func aPlainImporterSolvesTheTypeOfAnImportedVariable() {
    let types = schemes(
      modules: """
        module base { type G[other] = { foo: int | other }  var s: G[other] }
        module main { import base.*  action init = s' = { foo: 1, bar: true } }
        """)
    #expect(types["s"] == "G[{ bar: bool }]")
  }

  @Test func instancesUseAPolymorphicConstantAtTwoTypes() {
    let types = schemes(
      modules: """
        module base { const N: a  val pair = (N, N)  var v: a }
        module main {
          import base(N = 1) as A
          import base(N = "s") as B
          val x = A::pair
          val y = B::pair
          action go = all { A::v' = 2, B::v' = "t" }
        }
        """)
    #expect(types["x"] == "(int, int)")
    #expect(types["y"] == "(str, str)")
  }

  @Test func whatAPlainImporterLearnsDoesNotReachInstances() {
    let types = schemes(
      modules: """
        module base { const N: a  val n = N }
        module plain { import base.*  val p = n + 1 }
        module main { import plain.*  import base(N = "s") as B  val x = B::n }
        """)
    #expect(types["x"] == "str")
  }

  @Test func theTypesOfAnInstanceAreItsOwn() {
    let program = resolved(
      """
      module base { const K: int  var v: Set[a]  action start(x) = v' = Set(x) }
      module main { import base(K = 1) as B  action init = B::start("s") }
      """
    ).program
    let typed = TypeInference.infer(program).0
    let variable = program.definitions.values.first { $0.name == "v" }.flatMap { typed.schemes[$0.id]?.type }
    guard case .set(.variable(let free))? = variable else {
      Issue.record("\(String(describing: variable))")
      return
    }
    #expect(typed.instanceSubstitutions.values.first?[free] == .string)
  }

  @Test func anExpressionIsAddedToATypedProgram() throws {
    let program = resolved("module m { def id(x) = x  var s: { n: Set[int] } }").program
    var typed = TypeInference.infer(program).0
    var sources = typed.resolved.sources
    let file = sources.add(path: "--invariant", bytes: Array("id(s.n).size() > 0 and id(true)".utf8))
    var ids = typed.resolved.nodeIDs
    let parsed = Parser.parseExpression(file, nodeIDs: &ids).0
    let expression = try #require(parsed)
    #expect(NameResolver.resolve(expression, inModule: 0, program: &typed.resolved) == [])
    let (type, errors) = TypeInference.infer(expression, inModule: 0, program: &typed)
    #expect(type == .boolean)
    #expect(errors == [])
    #expect(typed.types[expression.id] == .boolean)
  }

  @Test func operatorConstantsAreCalledAndOverridden() {
    let types = schemes(
      modules: """
        module base { const f: (a) => bool  def g(x) = f(x) }
        module main { def even(n) = n % 2 == 0  import base(f = even) as B  def h(x) = B::g(x) }
        """)
    #expect(types["h"] == "(int) => bool")
  }

  @Test func destructuringGivesEachNameItsType() {
    let types = schemes("val (a, _, b) = (1, true, \"s\")  val { f, g } = { f: 1, g: Set(2), h: 3 }")
    #expect(types["a"] == "int")
    #expect(types["b"] == "str")
    #expect(types["g"] == "Set[int]")
  }

  @Test func aLambdaThatUnpacksATupleTakesOneArgument() {
    #expect(
      schemes("val s = tuples(Set(1), Set(true)).map(((x, y)) => (y, x))")["s"] == "Set[(bool, int)]")
  }

  @Test func everySignatureOfTheTableIsRead() {
    var missing: [String] = []
    for builtin in Builtin.allCases where builtin.row.signature != nil {
      guard case .exactly(let number) = builtin.arity, number > 0, builtin != .assign else { continue }
      let parameters = (0..<number).map { "p\($0)" }.joined(separator: ", ")
      let types = schemes("def f(\(parameters)) = \(builtin.rawValue)(\(parameters))", allowErrors: true)
      if types["f"]?.contains("=>") != true { missing.append(builtin.rawValue) }
    }
    #expect(missing == [])
  }

  @Test func typesThatShareTheirPartsAreNotWalkedAsTrees() {
    var text = "def pair(x) = (x, x)\nval a0 = pair(Set(1))\nval b0 = pair(Set(1))\n"
    for index in 1..<60 {
      text += "val a\(index) = pair(a\(index - 1))\nval b\(index) = pair(b\(index - 1))\n"
    }
    #expect(schemes(text + "val same = a59 == b59")["same"] == "bool")
  }

  @Test func deepExpressionsAreInferred() {
    let depth = 3000
    let close = String(repeating: ")", count: depth)
    let nested = "val a = " + String(repeating: "1 + (", count: depth) + "1" + close
    let chain = "val a = 1" + String(repeating: " + 1", count: depth)
    let sets = "val a = " + String(repeating: "Set(", count: depth) + "1" + close
    let results = runOnLargeStack {
      [
        schemes(nested)["a"] ?? "", schemes(chain)["a"] ?? "", "\(modes(nested)["a"] == .pureVal)",
        "\(typeErrors(sets).count)",
      ]
    }
    #expect(results == ["int", "int", "true", "1"])
  }
}
