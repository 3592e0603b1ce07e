import ProtocolModel
import TestSupport
import Testing

/// Instances, their names and their overrides.
@Suite struct InstanceTests {
  private static let prototype = "module P { const c: int var v: int type T = int val f = v + c }\n"

  @Test func namesOfAnInstanceGoThroughIt() {
    let loaded = LoadedText(
      Self.prototype + "module main { import P(c = 1) as I val a = 1️⃣I::f }")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "[I] P.f")
    #expect(loaded.meaning(of: "f", in: "main") == nil)
    #expect(loaded.meaning(of: "P::f", in: "main") == nil)
  }

  @Test func unnamedInstanceHasPlainNames() {
    let loaded = LoadedText(Self.prototype + "module main { import P(c = 1).* val a = 1️⃣f }")
    #expect(loaded.meaning(at: "1️⃣") == "[*] P.f")
  }

  @Test func instancesNest() {
    let loaded = LoadedText(
      Self.prototype
        + """
        module Q { const d: int import P(c = d) as I export I val g = I::f }
        module main { import Q(d = 2) as J val a = 1️⃣J::I::f }
        """)
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "[J I] P.f")
  }

  @Test func exportedInstanceKeepsItsName() {
    let loaded = LoadedText(
      Self.prototype + "module Q { import P(c = 1) as I export I.* } module main { import Q.* val a = 1️⃣f }")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "[I] P.f")
  }

  @Test func exportOfAModuleThatIsHereAsUnnamedInstanceMeansTheInstance() {
    let loaded = LoadedText(
      Self.prototype + "module main { import P(c = 1).* export P.* }")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(of: "f", in: "main") == "[*] P.f")
    #expect(loaded.exports(of: "main") == ["T", "c", "f", "v"])
  }

  @Test func sameDefinitionInTwoInstancesConflicts() {
    let loaded = LoadedText(
      Self.prototype + "module main { import P(c = 1).* 1️⃣import P(c = 2).* }")
    // The type is the same in both.
    #expect(
      loaded.complaints == ["1️⃣ [QNT101] names `c`, `f`, `v` would mean two things in module `main`"])
  }

  @Test func overrideIsResolvedInTheImportingModule() {
    let loaded = LoadedText(
      Self.prototype + "module main { pure val c = 1 import P(c = 1️⃣c) as I }")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "main.c")
  }

  @Test func overrideMayNameAConstantThatThePrototypeExports() {
    let loaded = LoadedText(
      Self.prototype + "module Q { export P.* const d: int } module main { import Q(c = 1, d = 2).* }")
    #expect(loaded.complaints == [])
    let constants = loaded.program.instances.values.flatMap(\.overrides).map(\.constant)
    #expect(constants.map(\.instances) == [[], []])
  }

  @Test func overrideMayNameAConstantThatThePrototypeOnlyImports() {
    let loaded = LoadedText(
      Self.prototype + "module Q { import P.* val g = c } module main { import Q(c = 1).* }")
    #expect(loaded.complaints == [])
  }

  @Test func overrideOfAnUnknownNameIsReportedWithAHint() {
    let loaded = LoadedText(
      "module P { const size_: int } module main { import P(1️⃣size__ = 1).* }")
    #expect(loaded.complaints == ["1️⃣ [QNT406] module `P` has no constant `size__`"])
    #expect(loaded.hints == ["did you mean `size_`?"])
  }

  @Test func overrideOfAVariableIsReported() {
    let loaded = LoadedText(Self.prototype + "module main { import P(c = 1, 1️⃣v = 2).* }")
    #expect(loaded.complaints == ["1️⃣ [QNT406] `v` is not a constant of module `P`"])
  }

  @Test func overrideGivenTwiceIsReported() {
    let loaded = LoadedText(Self.prototype + "module main { import P(c = 1, 1️⃣c = 2).* }")
    #expect(loaded.complaints == ["1️⃣ [QNT406] constant `c` is given twice"])
  }

  @Test func constantThatDependsOnItselfThroughAnOverrideIsACycle() {
    let loaded = LoadedText(
      Self.prototype + "module main { import P(c = k) as I pure val 1️⃣k = I::f }")
    #expect(
      loaded.complaints == [
        "1️⃣ [QNT099] cyclic definitions: `k` uses the instance `I`, the instance `I` uses `k`"
      ])
  }

  @Test func helperOfThePrototypeMayBeUsedInAnOverride() {
    let loaded = LoadedText(
      """
      module P { const c: int pure def twice(x) = x * 2 val f = c }
      module main { import P(c = I::twice(1)) as I }
      """)
    #expect(loaded.complaints == [])
  }

  @Test func definitionsComeAfterWhatTheyUseAcrossModules() {
    let loaded = LoadedText(
      "module main { val a = b + I::f val b = 1 import P(c = b) as I } " + Self.prototype)
    let names = loaded.program.definitionOrder.compactMap { loaded.program.definitions[$0]?.name }
    #expect(names == ["c", "v", "T", "f", "b", "a"])
  }
}
