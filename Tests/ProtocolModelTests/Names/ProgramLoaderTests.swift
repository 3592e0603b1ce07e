import ProtocolModel
import TestSupport
import Testing

/// Files, their paths, and expressions added to a loaded program.
@Suite struct ProgramLoaderTests {
  @Test func filesAreFoundRelativeToTheImporter() {
    let loaded = LoadedText(
      "module main { import A.* from \"lib/a\" val x = 1️⃣a }",
      files: [
        "lib/a.qnt": "module A { import B.* from \"../b\" val a = b }", "b.qnt": "module B { val b = 1 }",
      ])
    #expect(loaded.complaints == [])
    #expect(loaded.meaning(at: "1️⃣") == "A.a")
    #expect(loaded.program.modules.map(\.isInMainFile) == [false, false, true])
  }

  @Test func fileIsReadOnceHoweverItIsWritten() {
    let loaded = LoadedText(
      "module main { import A.* from \"./a\" import B.* from \"lib/../a\" import B as C }",
      files: ["a.qnt": "module A { } module B { }"])
    #expect(loaded.complaints == [])
    #expect(loaded.program.sources.files.map(\.path) == ["main.qnt", "a.qnt"])
  }

  @Test func filesMayImportEachOther() {
    let loaded = LoadedText(
      "module base { val x = 1 } module main { import A.* from \"a\" val z = y }",
      files: ["a.qnt": "module A { import base.* from \"main\" val y = x }"])
    #expect(loaded.complaints == [])
  }

  @Test func missingFileIsReportedWithoutFollowUps() {
    let loaded = LoadedText(
      "module main { import A.* from 1️⃣\"nowhere\" import A as B val x = a + B::b }")
    #expect(loaded.complaints == ["1️⃣ [QNT013] cannot read file `nowhere.qnt`"])
  }

  @Test func missingMainFileIsReported() {
    let result = ProgramLoader.load("x.qnt", reader: MemorySourceReader([:]))
    #expect(result.diagnostics.map(\.id) == [.importFileNotLoaded])
  }

  @Test func suffixInAPathIsHinted() {
    let loaded = LoadedText("module main { import A.* from \"a.qnt\" }", files: ["a.qnt": "module A { }"])
    #expect(loaded.hints == ["leave out `.qnt`"])
  }

  @Test func pathsThatDifferInCaseAreReported() {
    let loaded = LoadedText(
      "module main { import A.* from \"lib/a\" import B.* from 1️⃣\"lib/A\" }",
      files: ["lib/a.qnt": "module A { }", "lib/A.qnt": "module B { }"])
    #expect(loaded.complaints == ["1️⃣ [QNT408] `lib/A.qnt` and `lib/a.qnt` differ only in case"])
  }

  @Test func moduleOfTwoFilesIsReported() {
    let loaded = LoadedText(
      "module main { import A.* from \"a\" } module A { }", files: ["a.qnt": "module 1️⃣A { }"])
    #expect(loaded.complaints == ["1️⃣ [QNT102] module `A` is already defined in main.qnt"])
  }

  @Test func errorsOfImportedFilesAreReportedThere() {
    let loaded = LoadedText(
      "module main { import A.* from \"a\" val x = 1️⃣nothing }",
      files: ["a.qnt": "module A { val a = 2️⃣unknown }"])
    #expect(
      loaded.complaints == ["1️⃣ [QNT404] name `nothing` not found", "2️⃣ [QNT404] name `unknown` not found"])
  }

  @Test func anExpressionIsResolvedInTheScopeOfAModule() {
    let loaded = LoadedText("module P { val f = 1 } module main { import P as I val g = 1 }")
    var program = loaded.program
    let file = program.sources.add(path: "--invariant", bytes: Array("I::f + g + gg".utf8))
    let (expression, _) = Parser.parseExpression(file, nodeIDs: &program.nodeIDs)
    let before = program.references.count
    guard let expression, let main = program.module(named: "main") else {
      Issue.record("no expression")
      return
    }
    let diagnostics = NameResolver.resolve(expression, inModule: main, program: &program)
    #expect(diagnostics.map(\.message) == ["name `gg` not found"])
    #expect(program.references.count == before + 4)
  }

  @Test func deepExpressionsAreResolved() {
    let source = "module main { val x = " + String(repeating: "1 + ", count: 7_000) + "1️⃣y }"
    let complaints = runOnLargeStack { LoadedText(source).complaints }
    #expect(complaints == ["1️⃣ [QNT404] name `y` not found"])
  }
}
