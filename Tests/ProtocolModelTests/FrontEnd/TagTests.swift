import ProtocolModel
import TestSupport
import Testing

/// A protocol with one variable, around more declarations.
private func counter(_ declarations: String, name: String = "m") -> String {
  """
  module \(name) {
    var x: int
    action init = x' = 0
    action step = x' = x + 1
  \(declarations)
  }
  """
}

@Suite struct TagTests {
  @Test func eachTagGivesItsKind() {
    let spec = SpecText(
      counter(
        """
        /// @invariant
        val a = x >= 0
        /// @temporal
        temporal b = always(x >= 0)
        /// @inductive
        val c = x >= 0
        /// Some prose first.
        /// @witness
        /// And some after.
        val d = x == 3
        ///   @bound   maximize
        val e = x
        /// @bound minimize
        val f = x
        """))
    #expect(
      spec.properties() == [
        "invariant a", "temporal b", "inductive c", "witness d", "maximum e", "minimum f",
      ])
  }

  @Test func proofIsAskedOfAnInvariant() {
    let spec = SpecText(
      counter(
        """
        /// @prove
        val a = x >= 0
        /// @prove
        /// @witness
        val b = x >= 0
        """))
    #expect(spec.properties() == ["invariant a proved", "witness b proved"])
  }

  @Test func partiesOfActionsAreNoted() {
    let spec = """
      /// @party who
      action a(who) = all { who != "", x' = x }
      /// @message ledger 1 -> {p: X = the seller}: pays: {p}
      action b(p) = all { p != "", x' = x }
      /// @message A -> main::B
      action c = x' = x
      action all3 = any { a("x"), b("y"), c }
      /// @invariant
      val ok = x >= 0
      """
    let machine = SpecText(
      "module a { var x: int\n action init = x' = 0\n action step = all3\n\(spec)\n}"
    ).machine().machine
    let roles = (machine?.functions ?? []).compactMap { function in
      function.role.map { "\(function.name): \($0.actor ?? "-"), \($0.partner ?? "-"), \($0.text ?? "-")" }
    }
    #expect(
      roles.sorted() == [
        "a: who, -, -", "b: ledger 1, {p: X = the seller}, pays: {p}", "c: A, main::B, -",
      ])
  }

  @Test(arguments: ["@party", "@message A", "@message A ->", "@message -> B", "@message A -> B:"])
  func partyOfAnActionMustBeSaid(tag: String) {
    let spec = SpecText(counter("/// \(tag)\naction a = x' = x"))
    #expect(spec.complaints.count == 1)
  }

  @Test func inductiveInvariantMayAlsoBeTaggedInvariant() {
    let spec = SpecText(
      counter(
        """
        /// @invariant
        /// @inductive
        val a = x >= 0
        """))
    #expect(spec.properties() == ["inductive a"])
  }

  @Test func textWithAnAtSignInsideIsNoTag() {
    let spec = SpecText(counter("/// mail me@invariant or @ home\nval a = x >= 0"))
    #expect(spec.complaints == [])
    #expect(spec.properties() == [])
  }

  @Test func unknownTagIsAWarning() {
    let spec = SpecText(counter("/// 1️⃣@invarient\nval a = x >= 0"))
    #expect(spec.complaints == ["1️⃣ warning [QNT000] unknown tag `@invarient`"])
    #expect(spec.spec.diagnostics.map(\.hint) == ["did you mean `@invariant`?"])
  }

  @Test func tagsOfDocumentationToolsAreLeftAlone() {
    let spec = SpecText(counter("/// @param x what to add\n/// @returns the sum\nval a = x >= 0"))
    #expect(spec.complaints == [])
  }

  @Test(
    arguments: [
      "@invariant of x", "@bound", "@bound max", "@bound maximize x", "@size", "@size XL", "@expect",
      "@expect violated", "@expect violated a steps", "@expect violated a steps many",
      "@expect violated a in 3",
      "@expect holds", "@expect holds a b", "@expect states", "@expect states -1",
      "@expect states 99999999999999999999", "@expect success",
    ])
  func malformedTagIsAnError(tag: String) {
    let word = tag.split(separator: " ")[0]
    let spec = SpecText(counter("/// 1️⃣\(tag)\nval a = x >= 0"))
    #expect(spec.complaints == ["1️⃣ [QNT000] malformed tag `\(word)`"])
  }

  @Test func numbersMayHaveUnderscores() {
    let spec = SpecText("/// @expect states 12_345\n" + counter(""))
    #expect(spec.machine().machine?.expectations.states?.count == 12_345)
  }

  @Test func tagInTheWrongPlaceIsAnError() {
    let spec = SpecText(
      """
      /// 1️⃣@invariant
      module m {
        /// 2️⃣@witness
        var x: int
        /// 3️⃣@size S
        val a = true
        /// 4️⃣@expect states 3
        const N: int
      }
      """)
    #expect(
      spec.complaints == [
        "1️⃣ [QNT000] this tag belongs to a definition",
        "2️⃣ [QNT000] this tag belongs to a definition",
        "3️⃣ [QNT000] this tag belongs to a module or an import, not to a definition",
        "4️⃣ [QNT000] this tag belongs to a module or an import",
      ])
  }

  @Test func twoKindsForOneDefinitionAreAnError() {
    let spec = SpecText(counter("/// @invariant\n/// 1️⃣@witness\nval a = x >= 0"))
    #expect(spec.complaints == ["1️⃣ [QNT000] a definition can be one kind of property only"])
  }

  @Test func repeatedStatesAndSizeAreErrors() {
    let spec = SpecText(
      "/// @size S\n/// 1️⃣@size M\n/// @expect states 3\n/// 2️⃣@expect states 4\n" + counter(""))
    #expect(
      spec.complaints == [
        "1️⃣ [QNT000] `@size` is given twice", "2️⃣ [QNT000] `@expect states` is given twice",
      ])
  }

  @Test func tagsOfSeveralFilesAreRead() {
    let spec = SpecText(
      "module m { import a.* from \"./a\" }", files: ["a.qnt": "/// @siez S\nmodule a { val b = true }"])
    #expect(spec.complaints == ["a.qnt:1:5 warning [QNT000] unknown tag `@siez`"])
  }
}
