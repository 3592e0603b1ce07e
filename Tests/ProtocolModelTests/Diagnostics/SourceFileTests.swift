import ProtocolModel
import TestSupport
import Testing

@Suite struct SourceFileTests {
  @Test func columnsCountScalarsNotBytes() {
    var sources = SourceMap()
    let file = sources.add(path: "a.qnt", bytes: Array("é = 1\nβγ x".utf8))
    #expect(file.position(of: 3).column == 3)
    #expect(file.position(of: 7 + 4).line == 2)
    #expect(file.position(of: 7 + 4).column == 3)
    #expect(file.position(of: 9999).line == 2)
  }

  @Test func renderedDiagnosticHasPlaceCodeLineAndCaret() {
    let marked = MarkedSource("module m {\n  val x = 1️⃣balanse\n}\n")
    var sources = SourceMap()
    _ = sources.add(path: "m.qnt", bytes: Array(marked.text.utf8))
    let start = Int32(marked.marks["1️⃣"] ?? 0)
    let diagnostic = Diagnostic(
      .unknownName, "name `balanse` not found", at: SourceRange(file: 0, start: start, end: start + 7),
      hint: "did you mean `balance`?")
    #expect(
      DiagnosticRenderer(sources: sources).render(diagnostic) == """
        m.qnt:2:11: error: [QNT404] name `balanse` not found
          2 |   val x = balanse
            |           ^^^^^^^
          help: did you mean `balance`?

        """)
  }
}
