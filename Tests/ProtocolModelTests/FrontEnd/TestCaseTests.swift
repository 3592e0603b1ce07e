import ProtocolModel
import TestSupport
import Testing

@Suite struct TestCaseTests {
  private let library = """
    module lib {
      const N: int
      var x: int
      run libTest = x' = N
      val helperTest = true
    }

    """

  private func tests(_ text: String, matching pattern: String? = nil) -> [String] {
    let spec = SpecText(text).spec
    do throws(Diagnostic) {
      return try spec.tests(inMain: try spec.mainModule(named: "m"), matching: pattern).map {
        $0.name + ($0.isRunnable ? "" : " ignored")
      }
    } catch {
      return [error.message]
    }
  }

  @Test func testsOfInstancesAreVisible() {
    let text =
      library + "module m { import lib(N = 1) as L\nrun zTest = true\nrun aTest = true\nval other = 1 }"
    #expect(tests(text) == ["zTest", "aTest", "L::helperTest", "L::libTest"])
  }

  @Test func whatIsNotBooleanIsIgnored() {
    #expect(
      tests("module m { val aTest = 1\ndef bTest(x) = x > 1\nvar cTest: bool\nrun dTest = true }") == [
        "aTest ignored", "bTest ignored", "dTest",
      ])
  }

  @Test func patternReplacesTheEnding() {
    #expect(
      tests("module m { run aTest = true\nrun happyPath = true\nrun b = true }", matching: "^h|b$")
        == ["happyPath", "b"])
  }

  @Test func badPatternIsAnError() {
    #expect(tests("module m { }", matching: "(")[0].hasPrefix("`(` is not a regular expression: "))
  }

  @Test(
    arguments: [
      "[", "[z-a]", "a{99999999999999999999}", "a{2,1}", "\\", "\\p{Nothing}", "(?<", "(?<n>a)\\k<m>", "*",
      "\\u{110000}",
      "(?i", "a**", "[[:word:]", "\\1", "(?(1)a|b)", "\0", "👩‍👩‍👧", "",
    ])
  func noPatternIsACrash(pattern: String) {
    #expect(tests("module m { run aTest = true }", matching: pattern).count <= 1)
  }

  @Test func machineHasOneFunctionForEachTest() throws {
    let spec = SpecText(library + "module m { import lib(N = 1) as L\nrun ownTest = L::libTest }").spec
    let main = try spec.mainModule(named: "m")
    let tests = try spec.tests(inMain: main)
    let result = spec.machine(main: main, tests: tests)
    let machine = try #require(result.machine)
    #expect(tests.map(\.name) == ["ownTest", "L::helperTest", "L::libTest"])
    #expect(result.tests.map { machine[$0].name } == ["ownTest", "helperTest", "libTest"])
  }
}
