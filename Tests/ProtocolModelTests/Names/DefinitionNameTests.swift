import ProtocolModel
import TestSupport
import Testing

/// Names inside one module: scopes, shadowing, conflicts, cycles.
@Suite struct DefinitionNameTests {
  private func load(_ declarations: String) -> LoadedText {
    LoadedText("module main {\n\(declarations)\n}")
  }

  @Test func parameterHidesADefinition() {
    let loaded = load("val x = 1\ndef f(2️⃣x) = 1️⃣x")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "local 2️⃣")
  }

  @Test func deeperDefinitionsAndParametersHideOuterOnes() {
    let loaded = load("def f(x) = { val x = 1 Set(x).map(2️⃣x => 1️⃣x) }")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "local 2️⃣")
  }

  @Test func localNameEndsWithItsScope() {
    let loaded = load("def f(x) = x\nval y = (val z = 1 z) + 1️⃣z + 2️⃣x")
    #expect(
      loaded.complaints == ["1️⃣ [QNT404] name `z` not found", "2️⃣ [QNT404] name `x` not found"])
  }

  @Test func hidingEndsWithTheScope() {
    let loaded = load("val x = 1\nval y = Set(2).map(x => x).union(Set(1️⃣x))")
    #expect(loaded.meaning(at: "1️⃣") == "main.x")
  }

  @Test func parameterTwiceIsAConflict() {
    let loaded = load("def f(2️⃣x, 1️⃣x) = x")
    #expect(loaded.complaints == ["1️⃣ [QNT101] parameter `x` is declared twice"])
    #expect(loaded.notes == ["2️⃣ the other one is here"])
  }

  @Test func holesNeverConflictAndAreNeverBound() {
    let loaded = load("def f(_, _) = 1\nassume _ = true\nassume _ = true\nval (_, b) = (1, 2)")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(of: "_", in: "main") == nil)
  }

  @Test func definitionTwiceIsAConflict() {
    let loaded = load("var 2️⃣a: int\ndef 1️⃣a(x) = x")
    #expect(loaded.complaints == ["1️⃣ [QNT101] `a` is defined twice in module `main`"])
    #expect(loaded.notes == ["2️⃣ the other one is here"])
  }

  @Test func typeAndValueOfOneNameConflict() {
    #expect(
      load("type T = int\nval 1️⃣T = 1").complaints == ["1️⃣ [QNT101] `T` is defined twice in module `main`"])
  }

  @Test func constructorsConflictWithEachOther() {
    let loaded = load("type A = None | Some(int)\ntype B = 1️⃣None | Other(int)")
    #expect(loaded.complaints == ["1️⃣ [QNT101] `None` is defined twice in module `main`"])
  }

  @Test(arguments: [
    "val 1️⃣size = 1", "def f(1️⃣get) = 1", "val x = Set(1).map(1️⃣next => 2)", "val x = { val 1️⃣of = 1 2 }",
    "type 1️⃣Bool = int", "val 1️⃣applyTo = 1", "val 1️⃣q::debug = 1",
  ])
  func builtinNamesCannotBeDefined(_ declaration: String) {
    let loaded = load(declaration)
    #expect(loaded.complaints.count == 1)
    #expect(loaded.complaints.first?.hasPrefix("1️⃣ [QNT101]") == true)
    #expect(loaded.complaints.first?.hasSuffix("is a built-in name and cannot be defined anew") == true)
  }

  @Test func operatorsAndNamesOfBuiltinsResolve() {
    let loaded = load("val x = 2 1️⃣+ 3\nval y = 2️⃣Nat.3️⃣contains(x)")
    #expect(loaded.meaning(at: "1️⃣") == "builtin iadd")
    #expect(loaded.meaning(at: "2️⃣") == "builtin Nat")
    #expect(loaded.meaning(at: "3️⃣") == "builtin contains")
  }

  @Test func unknownNameIsReportedAtEachUseWithTheNearestName() {
    let loaded = load("var balance: int\nval x = 1️⃣balanse + 2️⃣balanse")
    #expect(
      loaded.complaints == [
        "1️⃣ [QNT404] name `balanse` not found", "2️⃣ [QNT404] name `balanse` not found",
      ])
    #expect(loaded.hints == ["did you mean `balance`?", "did you mean `balance`?"])
  }

  @Test func unknownOperatorIsReportedAtItsName() {
    #expect(load("val x = Set(1).1️⃣frobnicate(2)").complaints == ["1️⃣ [QNT404] name `frobnicate` not found"])
  }

  @Test func moduleThatIsNotImportedIsNamedInTheHint() {
    let loaded = LoadedText("module M { val x = 1 } module main { val y = 1️⃣M::x }")
    #expect(loaded.complaints == ["1️⃣ [QNT404] name `M::x` not found"])
    #expect(loaded.hints == ["module `M` is not imported here"])
  }

  @Test func unknownTypeIsReportedWhereverTypesStand() {
    let loaded = load(
      """
      const c: Set[1️⃣Unknown1]
      var v: str -> 2️⃣Unknown2
      type T = { f: 3️⃣Unknown3 }
      type S = A(4️⃣Unknown4)
      def f(x: 5️⃣Unknown5): int = { val y: List[6️⃣Unknown6] = [] 1 }
      """)
    #expect(loaded.diagnostics.map(\.id) == Array(repeating: .unknownName, count: 6))
    #expect(loaded.complaints.map { $0.prefix { $0 != " " } } == ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣"])
  }

  @Test func predefinedTypeInAnotherSpellingIsHinted() {
    let loaded = load("var v: 1️⃣Bool")
    #expect(loaded.complaints == ["1️⃣ [QNT404] type `Bool` not found"])
    #expect(loaded.hints == ["did you mean `bool`?"])
  }

  @Test func typeIsNoValueAndValueIsNoType() {
    let loaded = load("type T = int\nval x = 1️⃣T\nvar y: 2️⃣X\nval X = 1")
    #expect(
      loaded.complaints == [
        "1️⃣ [QNT404] `T` is a type and cannot be used as a value", "2️⃣ [QNT404] `X` is not a type",
      ])
  }

  @Test func typeVariablesAndRowTailsAreNotResolved() {
    let loaded = load("def f(x: { g: a | r }): a = x.g\ntype T[a] = { f: a }")
    #expect(loaded.complaints == [])
  }

  @Test func constructorsAreValuesAndPatternsResolve() {
    let loaded = load("type T = A | B(int)\nval x = match 1️⃣B(2) { | A => 1 | B(2️⃣n) => 3️⃣n }")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "main.B")
    #expect(loaded.meaning(at: "3️⃣") == "local 2️⃣")
  }

  @Test func qualifiedDefinitionIsUsedByItsWholeName() {
    let loaded = load("val A::b = 1\nval c = 1️⃣A::b")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "main.A::b")
  }

  @Test func recursionIsACycle() {
    #expect(load("def 1️⃣f(x) = f(x)").complaints == ["1️⃣ [QNT099] `f` is defined by itself"])
  }

  @Test func nestedRecursionIsACycle() {
    #expect(load("val y = { def f(x) = 1️⃣f(x) f(1) }").complaints == ["1️⃣ [QNT099] `f` is defined by itself"])
  }

  @Test func cycleThroughOthersNamesItsMembersButNotItsUsers() {
    let loaded = load("val user = a\nval 1️⃣a = b\nval 2️⃣b = Set(1).map(x => c)\nval 3️⃣c = a")
    #expect(
      loaded.complaints == ["1️⃣ [QNT099] cyclic definitions: `a` uses `b`, `b` uses `c`, `c` uses `a`"])
    #expect(loaded.notes == ["2️⃣ `b` is defined here", "3️⃣ `c` is defined here"])
  }

  @Test func recursiveTypesAreCycles() {
    let loaded = load("type 1️⃣T = Leaf | Node(List[T])\ntype 2️⃣A = Set[B]\ntype B = A")
    #expect(
      loaded.complaints == [
        "1️⃣ [QNT099] `T` is defined by itself",
        "2️⃣ [QNT099] cyclic definitions: `A` uses `B`, `B` uses `A`",
      ])
  }

  @Test func everyDefinitionIsOrderedOnceAfterWhatItUses() {
    let loaded = load("val a = b + v\nval b = X\ntype T = X | Y\nvar v: T\nassume _ = a == a")
    let names = loaded.program.definitionOrder.compactMap { loaded.program.definitions[$0]?.name }
    #expect(names == ["T", "X", "b", "v", "a", "Y", "_"])
  }

  @Test func longChainsOfDefinitionsAreOrdered() {
    let count = 20_000
    let lines = (0..<count).map { "val x\($0) = x\($0 + 1)" } + ["val x\(count) = 1"]
    let loaded = load(lines.joined(separator: "\n"))
    #expect(loaded.complaints == [])
    #expect(loaded.program.definitionOrder.first == loaded.program.modules.first?.definitions.last)
  }

  @Test func unknownNamesAreSilentWhereSyntaxWasSkipped() {
    let loaded = load("val x = = 1\nval y = x")
    #expect(loaded.diagnostics.map(\.id).allSatisfy { $0 != .unknownName })
    #expect(loaded.diagnostics.hasErrors)
  }
}
