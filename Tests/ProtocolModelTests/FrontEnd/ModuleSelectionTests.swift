import ProtocolModel
import TestSupport
import Testing

@Suite struct ModuleSelectionTests {
  private func mains(_ text: String, main: String? = nil, isInFolder: Bool = false) -> [String] {
    let spec = SpecText(text)
    do throws(Diagnostic) {
      return try spec.spec.machinesToCheck(main: main, isInFolder: isInFolder).map { name, result in
        ([name] + spec.lines(result.diagnostics, sources: result.sources)).joined(separator: " ")
      }
    } catch {
      return [error.message]
    }
  }

  private let base =
    "module base { const N: int\nvar x: int\naction init = x' = 0\naction step = x' = (x + 1) % N }\n"

  @Test func instancesOfATaggedFileAreTaken() {
    let text =
      base
      + "/// @size S\nmodule b { import base(N = 2).* }\nmodule a { import base(N = 3).* }\nmodule c { val v = 1 }"
    #expect(mains(text) == ["b", "a"])
  }

  @Test func withoutTagsTheMainModuleIsTaken() {
    #expect(
      mains(base + "module main { import base(N = 2).* }\nmodule a { import base(N = 3).* }") == ["main"])
  }

  @Test func inAFolderTagsAreNotNeeded() {
    let text = base + "module main { import base(N = 2).* }\nmodule a { import base(N = 3).* }"
    #expect(mains(text, isInFolder: true) == ["main", "a"])
  }

  @Test func mainOptionTakesOne() {
    #expect(mains(base + "/// @size S\nmodule b { import base(N = 2).* }", main: "b") == ["b"])
  }

  @Test func taggedModuleWithAnOpenConstantIsAnError() {
    #expect(
      mains("/// @size S\nmodule 1️⃣m { const N: int\nvar x: int\naction init = x' = N\naction step = x' = x }")
        == [
          "m 1️⃣ [QNT500] constant `N` has no value in module `m`"
        ])
  }

  @Test func constantThatNobodyReadsIsNotOpen() {
    #expect(
      mains("/// @size S\nmodule m { const N: int\nvar x: int\naction init = x' = 0\naction step = x' = x }")
        == ["m"])
  }

  @Test func constantThatOnlyAPropertyReadsIsOpen() {
    let text = """
      module m { const N: int\nvar x: int\naction init = x' = 0\naction step = x' = x
      /// @invariant
      val p = x < N
      }
      """
    #expect(mains(text, isInFolder: true) == [])
  }
}
