import ProtocolModel
import TestSupport
import Testing

@Suite struct SyntaxRecoveryTests {
  @Test func eachFaultyDeclarationIsReportedAndTheOthersSurvive() {
    let source = """
      module m {
        val a = 1 +1️⃣
        const2️⃣
        val b = {
          val c = 3️⃣)
          c
        }
        def d(x) = x
      }
      module n {
        val e = (14️⃣
      }
      module k { val f = 1 }
      """
    #expect(
      Parsing.complaints(source) == [
        "1️⃣ [QNT000] expected an expression",
        "2️⃣ [QNT000] expected the name of the constant",
        "3️⃣ [QNT000] expected an expression",
        "4️⃣ [QNT000] expected `)` to close the parenthesis opened at 11:11",
      ])
    let modules = Parsing.module(MarkedSource(source).text).modules
    #expect(modules.map(\.name.text) == ["m", "n", "k"])
    #expect(modules.map(\.declarations.count) == [1, 0, 1])
  }

  @Test func definitionWithoutBodyDoesNotTakeTheNextForNested() {
    #expect(
      Parsing.complaints(
        """
        module m {
          val a =1️⃣
          val b = 1
          val c = 2
        }
        """) == ["1️⃣ [QNT000] expected an expression before this definition"])
  }

  @Test func missingBraceOfABodyEndsAtTheNextDeclaration() {
    #expect(
      Parsing.complaints(
        """
        module m {
          action a = all {
            x' = 1,1️⃣
          action b = all {
            x' = 2
          }
        }
        """) == ["1️⃣ [QNT000] expected an expression before this definition"])
  }

  @Test func oneLineModulesRecoverAtTheNextKeyword() {
    #expect(
      Parsing.complaints("module m { val a = 1️⃣) val b = 1 var 2️⃣: int } module n { 3️⃣x }") == [
        "1️⃣ [QNT000] expected an expression",
        "2️⃣ [QNT000] expected the name of the variable",
        "3️⃣ [QNT000] unexpected `x`: expected a declaration",
      ])
  }

  @Test func textAfterTheLastModuleIsAnError() {
    #expect(
      Parsing.complaints("module m { }\n\nthe rest\nmodule n { }\nmodule")
        == [
          "3:1 [QNT000] expected `module` or the end of the text after a module",
          "5:7 [QNT000] expected the name of the module, but the text ends here",
        ])
  }

  @Test func moduleWithoutEndIsReportedAtTheEnd() {
    #expect(
      Parsing.complaints("module m {\n  val x = 11️⃣\n")
        == ["1️⃣ [QNT000] expected `}` to close the module `m` opened at 1:10, but the text ends here"])
    #expect(
      Parsing.complaints("module m {\n  val x = 11️⃣\nmodule n { }\n")
        == ["1️⃣ [QNT000] expected `}` to close the module `m` opened at 1:10"])
  }

  @Test func fileWithoutModuleIsAnError() {
    #expect(
      Parsing.complaints("") == [
        "1:1 [QNT000] expected a module: `module name { ... }`, but the text ends here"
      ])
    #expect(
      Parsing.complaints("val x = 1") == ["1:1 [QNT000] expected `module`: all declarations stand in modules"]
    )
  }
}
