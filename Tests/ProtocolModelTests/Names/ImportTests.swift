import TestSupport
import Testing

/// Which names each form of import and export brings.
@Suite struct ImportTests {
  private static let library = "module M { val x = 1 val y = 2 }\n"

  @Test(arguments: [
    ("import M.x", "x", "y"), ("import M.*", "x", "M::x"), ("import M", "M::x", "x"),
    ("import M as N", "N::x", "M::x"),
  ])
  func importBringsItsNamesOnly(_ statement: String, present: String, absent: String) {
    let loaded = LoadedText(Self.library + "module main { \(statement) }")
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(of: present, in: "main") == "M.x")
    #expect(loaded.meaning(of: absent, in: "main") == nil)
    #expect(loaded.exports(of: "main") == [])
  }

  @Test(arguments: [
    ("export M.x", ["x"]), ("export M.*", ["x", "y"]), ("export M", ["M::x", "M::y"]),
    ("export M as N", ["N::x", "N::y"]),
  ])
  func exportShowsNamesInsideAndOutside(_ statement: String, names: [String]) {
    let loaded = LoadedText(Self.library + "module main { \(statement) }")
    #expect(loaded.complaints == [])
    #expect(loaded.exports(of: "main") == names)
    #expect(names.allSatisfy { loaded.meaning(of: $0, in: "main") != nil })
  }

  @Test func importedNamesAreHiddenFromImporters() {
    let loaded = LoadedText(
      """
      module A { val a = 1 }
      module B { import A.* val b = a }
      module main { import B.* val c = 1️⃣a }
      """)
    #expect(loaded.complaints == ["1️⃣ [QNT404] name `a` not found"])
  }

  @Test func exportedNamesAreImportedOnwards() {
    let loaded = LoadedText(
      """
      module A { val a = 1 }
      module B { export A }
      module main { import B as C val c = 1️⃣C::A::a }
      """)
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "A.a")
  }

  @Test func exportMayNameAnAlias() {
    let loaded = LoadedText(
      Self.library + "module main { export N.x import M as N }")
    #expect(loaded.complaints == [])
    #expect(loaded.exports(of: "main") == ["x"])
  }

  @Test func exportMayNameAQualifierOfImportedNames() {
    let loaded = LoadedText(
      Self.library + "module A { export M as N } module main { import A.* export N.* }")
    #expect(loaded.complaints == [])
    #expect(loaded.exports(of: "main") == ["x", "y"])
  }

  @Test func orderOfModulesAndDeclarationsDoesNotMatter() {
    let loaded = LoadedText(
      """
      module main { val b = 1️⃣a import A.* }
      module A { val a = 1 }
      """)
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "A.a")
    #expect(loaded.program.modules.map(\.name) == ["A", "main"])
  }

  @Test func sameDefinitionByTwoRoutesIsNoConflict() {
    let loaded = LoadedText(
      """
      module A { val a = 1 }
      module B { import A.* export A.* }
      module main { import A.* import B.* import A.a val c = a }
      """)
    #expect(loaded.complaints == [])
  }

  @Test func differentDefinitionsOfOneNameConflictAndBothOriginsAreNamed() {
    let loaded = LoadedText(
      """
      module A { val 1️⃣x = 1 }
      module B { val 2️⃣x = 2 }
      module main { 3️⃣import A.* 4️⃣import B.* }
      """)
    #expect(loaded.complaints == ["4️⃣ [QNT101] name `x` would mean two things in module `main`"])
    #expect(
      loaded.notes == [
        "3️⃣ `x` comes from here too", "2️⃣ this is the imported `x`", "1️⃣ this is the other `x`",
      ])
  }

  @Test func importedNameConflictsWithOwnName() {
    let loaded = LoadedText(
      Self.library + "module main { val 1️⃣x = 3 2️⃣import M.* }")
    #expect(loaded.complaints == ["2️⃣ [QNT101] name `x` would mean two things in module `main`"])
    #expect(loaded.notes.first == "1️⃣ `x` is defined here")
  }

  @Test func missingNameOfAModuleIsReportedOnce() {
    let loaded = LoadedText(
      "module M { val balance = 1 } module main { import M.1️⃣balanse val a = balanse }")
    #expect(loaded.complaints == ["1️⃣ [QNT404] name `M::balanse` not found"])
    #expect(loaded.hints == ["did you mean `balance`?"])
  }

  @Test func nameThatIsImportedButNotExportedHasItsOwnHint() {
    let loaded = LoadedText(
      "module A { val a = 1 } module B { import A.* } module main { import B.1️⃣a }")
    #expect(loaded.complaints == ["1️⃣ [QNT404] name `B::a` not found"])
    #expect(loaded.hints == ["`B` imports it, but does not export it"])
  }

  @Test func unknownModuleIsReportedWithTheNearestName() {
    let loaded = LoadedText(
      "module ledger { val a = 1 } module main { import 1️⃣leger as L val b = L::a }")
    #expect(loaded.complaints == ["1️⃣ [QNT405] module `leger` not found"])
    #expect(loaded.hints == ["did you mean `ledger`?"])
  }

  @Test func unknownModuleOfAnExportIsReported() {
    let loaded = LoadedText("module main { export 1️⃣nowhere.* }")
    #expect(loaded.complaints == ["1️⃣ [QNT405] module `nowhere` not found"])
  }

  @Test(arguments: ["import 1️⃣main.*", "import 1️⃣main(c = 1).*", "export 1️⃣main"])
  func moduleCannotUseItself(_ statement: String) {
    let loaded = LoadedText("module main { const c: int \(statement) }")
    #expect(loaded.complaints.count == 1)
    #expect(loaded.complaints.first?.hasPrefix("1️⃣ [QNT407]") == true)
  }

  @Test func importCycleIsReportedOnceWithItsStatements() {
    let loaded = LoadedText(
      """
      module A { import 1️⃣B.* val a = b }
      module B { import 2️⃣C.* val b = c }
      module C { import 3️⃣A.* val c = 1 }
      module main { import A.* val d = a }
      """)
    #expect(
      loaded.complaints == ["1️⃣ [QNT098] modules import each other in a circle: `A`, `B`, `C`"])
    #expect(loaded.notes == ["2️⃣ `B` uses `C` here", "3️⃣ `C` uses `A` here"])
  }

  @Test func twoModulesOfOneNameConflict() {
    let loaded = LoadedText("module A { } module 1️⃣A { } module main { }")
    #expect(loaded.complaints == ["1️⃣ [QNT101] module `A` is already defined"])
  }
}
