import ProtocolModel
import TestSupport
import Testing

@Suite struct ModeCheckerTests {
  @Test func modesAreWhatDefinitionsDo() {
    let modes = TestSupport.modes(
      """
      var x: int
      def one = 1
      def plus(a) = a + 1
      def read = x
      def readPlus(a) = a + x
      action assignX(a) = x' = a
      temporal live = always(x > 0)
      def call = plus(x)
      action both = all { assignX(1), read > 0 }
      """)
    #expect(modes["one"] == .pureVal)
    #expect(modes["plus"] == .pureDef)
    #expect(modes["read"] == .val)
    #expect(modes["readPlus"] == .def)
    #expect(modes["assignX"] == .action)
    #expect(modes["live"] == .temporal)
    #expect(modes["call"] == .val)
    #expect(modes["both"] == .action)
  }

  @Test func aDefThatUpdatesMustBeAnAction() {
    #expect(
      modeErrors("var x: int\ndef 1️⃣a(p) = x' = p") == [
        "1️⃣ [QNT200] `a` is declared `def`, but updates `x`; declare it `action`"
      ])
  }

  @Test func aPureValThatReadsMustBeAVal() {
    #expect(
      modeErrors("var x: int\npure val 1️⃣v = x + 1") == [
        "1️⃣ [QNT200] `v` is declared `pure val`, but reads `x`; declare it `val`"
      ])
  }

  @Test func aPureDefThatReadsMustBeADef() {
    #expect(
      modeErrors("var y: bool\npure def 1️⃣f(p) = not(y)") == [
        "1️⃣ [QNT200] `f` is declared `pure def`, but reads `y`; declare it `def`"
      ])
  }

  @Test func temporalOperatorsNeedTheTemporalQualifier() {
    #expect(
      modeErrors("var x: int\npure val 1️⃣v = always(x > 5)") == [
        "1️⃣ [QNT200] `v` is declared `pure val`, but is temporal over `x`; declare it `temporal`"
      ])
  }

  @Test func valsHaveNoParameters() {
    #expect(
      modeErrors("val 1️⃣f(p) = p + 1\npure val 2️⃣g(p, q) = p + q") == [
        "1️⃣ [QNT200] `f` is declared `val`, but has 1 parameter; declare it `def`",
        "2️⃣ [QNT200] `g` is declared `pure val`, but has 2 parameters; declare it `pure def`",
      ])
  }

  @Test func effectsAreReportedBeforeParameters() {
    #expect(
      modeErrors("var x: int\npure val 1️⃣f(p) = p + x") == [
        "1️⃣ [QNT200] `f` is declared `pure val`, but reads `x`; declare it `def`"
      ])
  }

  @Test func strongerQualifiersThanNeededAreFine() {
    #expect(
      modeErrors("var x: int\naction a(p) = x + p > 0\nval b = 1\ntemporal t = x' = 1\nrun r = x' = 1") == [])
  }

  @Test func nestedDefinitionsAreChecked() {
    #expect(
      modeErrors("var x: int\nval a = { pure val 1️⃣m = x + 1\n m }") == [
        "1️⃣ [QNT200] `m` is declared `pure val`, but reads `x`; declare it `val`"
      ])
  }

  @Test func whatParametersDoDoesNotCount() {
    #expect(
      modeErrors(
        "var x: int\npure def f(p, g) = { pure val y = p + 1  Set(y).map(g) }\nval a = f(x, z => z + x)")
        == [])
  }

  @Test func anOperatorPassedInIsRunWhereItIsCalled() {
    let modes = TestSupport.modes(
      """
      var x: int
      pure def twice(f, p) = f(f(p))
      def a = twice(y => y + x, 1)
      def b = twice(y => 1, 2)
      action c = 3.reps(i => x' = i)
      """)
    #expect(modes["a"] == .val)
    #expect(modes["b"] == .pureVal)
    #expect(modes["c"] == .action)
  }

  @Test func anUpdateOfTwoEntriesOfAllIsReported() {
    #expect(
      modeErrors("var x: int\naction a = all { x' = 1, 1️⃣x' = 2 }") == [
        "1️⃣ [QNT202] `x` is updated twice in one step"
      ])
  }

  @Test func updatesOfCalledActionsCount() {
    let text = "var x: int\naction a = x' = 1\naction b = all { x' = 2, 1️⃣a }\naction c = { a and 2️⃣a }"
    #expect(
      modeErrors(text) == [
        "1️⃣ [QNT202] `x` is updated twice in one step", "2️⃣ [QNT202] `x` is updated twice in one step",
      ])
  }

  @Test func bothUpdatesAreShown() {
    let found = modeDiagnostics("var x: int\naction a = x' = 1\naction b = all { x' = 2, a }")
    #expect(
      found.first?.related.map(\.message) == ["`x` is updated here first", "`x` is updated here again"])
    #expect(found.first?.related.map(\.range.start) == [57, 33])
  }

  @Test func anActionPassedInIsCheckedAtTheCall() {
    #expect(
      modeErrors("var x: int\naction a(p) = all { p, x' = 1 }\naction b = 1️⃣a(x' = 2)\naction c = a(x > 0)")
        == [
          "1️⃣ [QNT202] `x` is updated twice in one step"
        ])
  }

  @Test func branchesOfAnyUpdateTheSame() {
    #expect(
      modeErrors("var x: int\nvar y: int\naction a = any { all { x' = 1, y' = 1 }, 1️⃣x' = 2 }") == [
        "1️⃣ [QNT000] all entries of `any` must update the same variables, but this does not update `y`"
      ])
  }

  @Test func branchesOfIfMatchAndThenUpdateTheSame() {
    #expect(
      modeErrors(
        """
        type T = A | B
        var x: int
        action a = if (true) x' = 1 else 1️⃣false
        action b = match A { A => x' = 1 | B => 2️⃣true }
        run c = (x' = 1).then(3️⃣x == 1)
        """) == [
          "1️⃣ [QNT000] both branches of `if` must update the same variables, but this does not update `x`",
          "2️⃣ [QNT000] all arms of `match` must update the same variables, but this does not update `x`",
          "3️⃣ [QNT000] both sides of `then` must update the same variables, but this does not update `x`",
        ])
  }

  @Test func aBranchThatIsAParameterIsCheckedAtTheCall() {
    #expect(
      modeErrors(
        "var x: int\naction a(p) = any { p, x' = 1 }\naction b = 1️⃣a(x > 0)\naction c = a(x' = 2)") == [
          "1️⃣ [QNT000] all entries of `any` must update the same variables, but this does not update `x`"
        ])
  }

  @Test func theConditionOfIfCannotUpdate() {
    #expect(
      modeErrors("var x: int\naction a = if (1️⃣x' = 1) true else false") == [
        "1️⃣ [QNT000] the condition of `if` cannot update variables, but this updates `x`"
      ])
  }

  @Test func operatorsOfDataCannotUpdate() {
    #expect(
      modeErrors(
        "var x: int\naction a = not(1️⃣x' = 1)\naction b = Set(1).forall(i => 2️⃣x' = i)\naction c = (3️⃣x' = 1) == true"
      )
        == [
          "1️⃣ [QNT000] `not` cannot update variables, but this updates `x`",
          "2️⃣ [QNT000] `forall` cannot update variables, but this updates `x`",
          "3️⃣ [QNT000] `==` cannot update variables, but this updates `x`",
        ])
  }

  @Test func nextOnlyReads() {
    #expect(
      modeErrors("var x: int\ntemporal a = next(1️⃣always(x > 0))") == [
        "1️⃣ [QNT000] the argument of `next` can only read variables, but this is temporal over `x`"
      ])
  }

  @Test func fairnessTakesActions() {
    let text = """
      var x: int
      action step = x' = x + 1
      temporal f = step.weakFair(x) and step.strongFair(x) and step.orKeep(x) and step.mustChange(x)
      val e = enabled(step)
      temporal l = always(x > 0) leadsTo eventually(x > 5)
      """
    #expect(modeErrors(text) == [])
    #expect(modes(text)["e"] == .val)
  }

  @Test func theCountOfRepsIsPure() {
    #expect(
      modeErrors("var x: int\nrun r = 1️⃣x.reps(i => x' = i)") == [
        "1️⃣ [QNT000] the count of `reps` must be pure, but this reads `x`"
      ])
  }

  @Test func onlyVariablesAreAssigned() {
    #expect(
      modeErrors("var x: int\nval y = x\naction a = 1️⃣y' = 1\naction b(p) = 2️⃣p' = 1") == [
        "1️⃣ [QNT000] only a state variable can be assigned",
        "2️⃣ [QNT000] only a state variable can be assigned",
      ])
  }

  @Test func variablesOfDifferentInstancesAreDifferent() {
    let base = "module base { const N: int  var x: int  action change(v) = x' = v }\n"
    #expect(
      modeErrors(
        modules: base
          + "module m { import base(N=1) as A\n import base(N=2) as B\n action a = all { A::change(1), B::x' = 2 } }"
      ) == [])
    #expect(
      modeErrors(
        modules: base + "module m { import base(N=1) as A\n action a = all { A::change(1), 1️⃣A::x' = 2 } }")
        == [
          "1️⃣ [QNT202] `A::x` is updated twice in one step"
        ])
  }

  @Test func overridesArePure() {
    #expect(
      modeErrors(
        modules:
          "module a { const c: int }\nmodule m { var x: int\n import a(c = 1️⃣x) as A\n import a(c = 1 + 1) as B }"
      )
        == ["1️⃣ [QNT201] the value for constant `c` must be pure, but reads `x`"])
  }

  @Test func oneOfStandsOnlyInNondet() {
    #expect(
      modeErrors("val a = 1️⃣Set(1, 2).oneOf()") == [
        "1️⃣ [QNT203] `oneOf` can only be the outermost operator of a `nondet` definition; "
          + "write `nondet x = ...` before the expression, and use x"
      ])
  }

  @Test func nondetTakesOneOf() {
    #expect(
      modeErrors("var x: int\naction a = { nondet b = 1️⃣Set(1).oneOf() + 1\n x' = b }") == [
        "1️⃣ [QNT204] the outermost operator of `nondet b` must be `oneOf` or `apalache::generate`"
      ])
  }

  @Test func nondetIsNested() {
    #expect(
      modeErrors("nondet 1️⃣a = Set(1).oneOf()") == [
        "1️⃣ [QNT206] `nondet a` can only stand inside of an action; declare it where its value is used"
      ])
  }

  @Test func aMatchReadsWhatItMatches() {
    #expect(
      modeErrors("type T = A | B\nvar x: T\npure val 1️⃣v = match x { A => 1 | B => 2 }").count == 1)
  }

  @Test func repeatedCallsWithOperatorsAreRunOnce() {
    var text = "var x: int\ndef f0(g) = g(1)\n"
    for index in 1..<40 { text += "def f\(index)(g) = f\(index - 1)(g) + f\(index - 1)(g)\n" }
    #expect(TestSupport.modes(text + "def a = f39(y => x + y)")["a"] == .val)
  }

  @Test func aPatternIsCheckedOnce() {
    #expect(
      modeErrors("var x: (int, int)\npure val 1️⃣(a, b) = x") == [
        "1️⃣ [QNT200] the pattern is declared `pure val`, but reads `x`; declare it `val`"
      ])
  }
}
