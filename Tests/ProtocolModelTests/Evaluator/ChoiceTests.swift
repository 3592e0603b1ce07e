import ProtocolModel
import TestSupport
import Testing

/// Outcomes of an action over `x` and `y`, both 0 before; `decls` stand around it.
private func outcomes(_ action: String, _ declarations: String = "") -> [String] {
  Evaluating.outcomes(
    """
    var x: int
    var y: int
    \(declarations)
    action init = all { x' = 0, y' = 0 }
    action step = \(action)
    """)
}

/// All ways to choose are found, each once.
@Suite struct ChoiceTests {
  // MARK: Choices inside choices

  @Test func choicesInSequenceMultiply() {
    #expect(
      outcomes("all { any { x' = 1, x' = 2 }, any { y' = 1, y' = 2 } }") == ["1 1", "1 2", "2 1", "2 2"])
  }

  @Test func choicesNest() {
    #expect(
      outcomes(
        """
        any {
          { nondet a = Set(1, 2).oneOf()
            any { all { x' = a, y' = 0 }, { nondet b = a.to(2).oneOf()  all { x' = b, y' = a } } } },
          all { x' = 9, y' = 9 }
        }
        """) == ["1 0", "1 1", "2 1", "2 0", "2 2", "9 9"])
  }

  @Test func laterGuardFiltersEarlierChoices() {
    #expect(
      outcomes(
        """
        { nondet a = 0.to(3).oneOf()
          nondet b = 0.to(3).oneOf()
          all { x' = a, y' = b, a + b == 3, a != b + 1 } }
        """) == ["0 3", "1 2", "3 0"])
  }

  @Test func equalOutcomesCountOnceForEachWay() {
    #expect(outcomes("all { any { x' = 1, x' = 1 }, { nondet u = Bool.oneOf()  y' = 2 } }").count == 4)
  }

  @Test func domainsMayDependOnEarlierPicks() {
    #expect(
      outcomes(
        """
        { nondet s = Set(1, 2).powerset().oneOf()
          nondet e = s.oneOf()
          all { x' = s.size(), y' = e } }
        """) == ["1 1", "2 1", "2 2", "1 2"])
  }

  @Test func choicesUnderConditionsAndMatches() {
    #expect(
      outcomes(
        """
        { nondet o = Set(None, Some(1), Some(2)).oneOf()
          match o {
            | Some(n) => if (n > 1) any { all { x' = n, y' = 0 }, all { x' = 0, y' = n } }
                         else all { x' = n, y' = n }
            | None => { nondet k = Set(7, 8).oneOf()  all { x' = k, y' = k } }
          } }
        """, "type Option = Some(int) | None") == ["7 7", "8 8", "1 1", "2 0", "0 2"])
  }

  @Test func choicesInsideCalledActions() {
    #expect(
      outcomes(
        "all { place(1), any { other(5), other(6) } }",
        """
        action near(n) = any { x' = n, x' = n + 1 }
        action place(n) = { nondet d = 0.to(1).oneOf()  all { near(n + d), d < 2 } }
        action other(n) = y' = n
        """) == ["1 5", "1 6", "2 5", "2 6", "2 5", "2 6", "3 5", "3 6"])
  }

  // MARK: Choices that are false, and the run goes on

  @Test func falseChoiceBeforeAnother() {
    #expect(
      outcomes("all { or { any { false, x > 0 }, any { x' = 1, x' = 2, x' = 3 } }, y' = 0 }")
        == ["1 0", "2 0", "3 0"])
  }

  @Test func emptyDomainBeforeAnotherChoice() {
    #expect(
      outcomes("all { or { { nondet e = Set().oneOf()  e > 0 }, any { x' = 1, x' = 2 } }, y' = 0 }")
        == ["1 0", "2 0"])
  }

  @Test func negatedChoiceIsTrueOnceWhenAllAreFalse() {
    #expect(
      outcomes(
        "all { not({ nondet e = 1.to(3).oneOf()  e > 3 }), any { x' = 1, x' = 2 }, y' = 0 }") == [
          "1 0", "2 0",
        ])
    #expect(outcomes("all { not({ nondet e = 1.to(3).oneOf()  e == 2 }), x' = 1, y' = 0 }") == [])
  }

  @Test func choiceInACondition() {
    #expect(
      outcomes(
        """
        if ({ nondet e = 1.to(3).oneOf()  e > x + 1 }) all { x' = 1, y' = 0 }
        else all { x' = 1 / x, any { y' = 1, y' = 2 } }
        """) == ["1 0", "1 0"])
    #expect(
      outcomes(
        """
        if ({ nondet e = 1.to(3).oneOf()  e > 3 }) all { x' = 1 / x, y' = 0 }
        else all { x' = 5, any { y' = 1, y' = 2 } }
        """) == ["5 1", "5 2"])
  }

  @Test func exhaustedChoiceOnTheRightOfEquivalence() {
    // `x > 0` is false; the second entry is false after the first was true: no outcome of its own.
    #expect(
      outcomes(
        """
        all {
          (x > 0) iff any { { nondet e = Set(1).oneOf()  e == 1 }, false },
          any { all { false, x' = 9, y' = 9 }, all { x' = 1, y' = 1 } }
        }
        """) == [])
  }

  @Test func choiceAsArgument() {
    #expect(
      outcomes(
        "f({ nondet e = 1.to(3).oneOf()  e == 1 })",
        "action f(b) = if (b) all { x' = 1, y' = 1 } else all { x' = 1 / x, y' = 2 }") == ["1 1"])
  }

  @Test func choiceUnderAQuantifier() {
    #expect(
      outcomes(
        """
        if (Set(1, 2).exists(v => { nondet e = 1.to(3).oneOf()  e + v == 5 })) all { x' = 1, y' = 1 }
        else all { x' = 1 / x, y' = 2 }
        """) == ["1 1"])
  }

  @Test func chosenNestedValueIsChosenAgainInEachAlternative() {
    #expect(
      outcomes(
        """
        { val p = { nondet e = 1.to(3).oneOf()  e > 1 }
          any { all { p, false, x' = 0, y' = 0 }, all { p, x' = 1, y' = 1 } } }
        """) == ["1 1", "1 1"])
  }
}
