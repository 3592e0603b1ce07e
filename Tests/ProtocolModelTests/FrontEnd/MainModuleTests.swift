import ProtocolModel
import TestSupport
import Testing

@Suite struct MainModuleTests {
  private func main(_ text: String, named name: String? = nil, path: String = "dir/main.qnt") -> String {
    let spec = SpecText(text, path: path).spec
    do throws(Diagnostic) {
      return spec.resolved.modules[try spec.mainModule(named: name)].name
    } catch {
      return "[\(error.id.code)] \(error.message); \(error.hint ?? "")"
    }
  }

  @Test func onlyModuleIsTheMainOne() { #expect(main("module a { }") == "a") }

  @Test func nameOfTheFileDecides() { #expect(main("module a { } module main { }") == "main") }

  @Test func optionDecidesBeforeAll() { #expect(main("module a { } module main { }", named: "a") == "a") }

  @Test func severalModulesNeedAChoice() {
    #expect(
      main("module a { } module b { }")
        == "[QNT405] `dir/main.qnt` has several modules and none is named `main`; choose one with --main: a, b"
    )
  }

  @Test func unknownModuleIsAnError() {
    #expect(
      main("module alpha { }", named: "alpa")
        == "[QNT405] module `alpa` not found in `dir/main.qnt`; did you mean `alpha`?")
  }

  @Test func emptyFileHasNone() {
    #expect(main("// nothing").hasPrefix("[QNT405] there is no module in `dir/main.qnt`"))
  }
}
