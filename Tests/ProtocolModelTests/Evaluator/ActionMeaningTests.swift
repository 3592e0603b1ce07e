import TestSupport
import Testing

private let frame = """
  var x: int
  var y: int
  action init = all { x' = 0, y' = 0 }
  """

/// Outcomes of an action over `x` and `y`, both 0 before.
private func outcomes(_ action: String, _ declarations: String = "") -> [String] {
  Evaluating.outcomes(frame + "\n\(declarations)\naction step = \(action)")
}

/// What random runs of it lead to.
private func samples(_ action: String, _ declarations: String = "") -> [String] {
  Evaluating.samples(frame + "\n\(declarations)\naction step = \(action)")
}

/// Actions, one rule of their meaning each; where it says so in both ways to run them.
@Suite struct ActionMeaningTests {
  // MARK: Assignment and conjunction

  @Test func readsSeeTheCurrentState() {
    #expect(outcomes("all { x' = 5, y' = x + 1 }") == ["5 1"])
    #expect(samples("all { x' = 5, y' = x + 1 }") == ["5 1"])
  }

  @Test func falseConjunctMakesAllFalse() {
    #expect(outcomes("all { x' = 5, y' = 1, x > 0 }") == [])
    #expect(samples("all { x' = 5, y' = 1, x > 0 }") == ["false"])
  }

  @Test func allTakesItsUpdatesBack() {
    let action = "or { all { x' = 5, false }, y' = 1 }"
    #expect(outcomes(action) == ["- 1"])
    #expect(samples(action) == ["- 1"])
  }

  @Test func andLeavesItsUpdates() {
    let action = "or { and { x' = 5, false }, y' = 1 }"
    #expect(outcomes(action) == ["5 1"])
    #expect(samples(action) == ["5 1"])
  }

  @Test func allStopsAtTheFirstFalseEntry() {
    #expect(outcomes("all { x > 0, y' = 1 / x, x' = 1 }") == [])
    #expect(outcomes("all { y' = 1 / x, x > 0, x' = 1 }") == ["QNT503"])
  }

  @Test func assignmentBindsWeakerThanComparison() {
    #expect(
      Evaluating.outcomes("var b: bool\naction init = b' = true\naction step = b' = 1 == 2 and true") == [
        "false"
      ])
  }

  @Test func unassignedVariableHasNoValue() {
    #expect(outcomes("x' = 1") == ["1 -"])
  }

  @Test func implicationStopsAtAFalsePremise() {
    #expect(outcomes("all { x > 0 implies 1 / x == 1, x' = 1, y' = 1 }") == ["1 1"])
  }

  // MARK: Choice

  @Test func anyTriesEachEntryFromTheUpdatesBefore() {
    let action = "all { x' = 1, any { all { y' = 1, false }, y' = 2, y' = x + 3 } }"
    #expect(outcomes(action) == ["1 2", "1 3"])
    #expect(samples(action) == ["1 2", "1 3"])
  }

  @Test func anyWithoutEnabledEntryIsFalse() {
    #expect(outcomes("any { all { x' = 1, y' = 1, false }, all { x > 0, x' = 2, y' = 1 } }") == [])
    #expect(samples("any { all { x' = 1, y' = 1, false }, all { x > 0, x' = 2, y' = 1 } }") == ["false"])
  }

  @Test func entryWithAnErrorIsAnError() {
    #expect(outcomes("any { all { x' = 1, y' = 1 }, all { x' = 1 / x, y' = 1 } }") == ["1 1", "QNT503"])
  }

  @Test func pickFromAnEmptySetIsFalse() {
    #expect(outcomes("{ nondet e = 2.to(1).oneOf()  all { x' = e, y' = 1 } }") == [])
    #expect(samples("{ nondet e = 2.to(1).oneOf()  all { x' = e, y' = 1 } }") == ["false"])
  }

  @Test func randomPickGoesOnUntilTheBodyIsTrue() {
    #expect(samples("{ nondet e = 1.to(90).oneOf()  all { e == 77, x' = e, y' = 0 } }") == ["77 0"])
  }

  @Test func randomPickFromALargeSetIsTriedOnce() {
    #expect(samples("{ nondet e = 1.to(2^70).oneOf()  all { e == 77, x' = e, y' = 0 } }") == ["false"])
  }

  @Test func randomRunsReachEveryChoice() {
    #expect(
      samples(
        "{ nondet e = Set(1, 2).powerset().oneOf()  any { all { x' = e.size(), y' = 0 }, all { x' = 9, y' = 9 } } }"
      )
        == ["0 0", "1 0", "2 0", "9 9"])
  }

  @Test func randomPicksFromNestedLazySets() {
    #expect(
      samples(
        "{ nondet m = Set(1).setOfMaps(Set(2).setOfMaps(3.to(4))).oneOf()  all { x' = m.get(1).get(2), y' = 0 } }"
      )
        == ["3 0", "4 0"])
  }

  @Test func infiniteSetIsPickedFromAtRandomAndNeverEnumerated() {
    let action = "{ nondet e = Nat.oneOf()  all { e >= 0, x' = 1, y' = 1 } }"
    #expect(samples(action) == ["1 1"])
    #expect(outcomes(action) == ["limit"])
    #expect(outcomes("{ nondet m = Set(1).setOfMaps(Int).oneOf()  all { x' = 1, y' = 1 } }") == ["limit"])
  }

  @Test func emptyMapFromNoKeysIntoAnInfiniteSet() {
    #expect(
      outcomes("{ nondet m = Set().setOfMaps(Int).oneOf()  all { x' = m.keys().size(), y' = 1 } }") == ["0 1"]
    )
  }

  @Test func generateNeedsAnotherEngine() {
    #expect(
      outcomes("{ nondet e: Set[int] = apalache::generate(3)  all { x' = e.size(), y' = 0 } }") == ["QNT515"])
  }

  // MARK: Branches

  @Test func onlyTheBranchTakenIsRun() {
    #expect(outcomes("if (x == 0) all { x' = 1, y' = 1 } else all { x' = 1 / x, y' = 1 }") == ["1 1"])
    #expect(
      outcomes(
        "match A(3) { | A(n) => all { x' = n, y' = n } | B => all { x' = 1 / x, y' = 1 } }",
        "type T = A(int) | B")
        == ["3 3"])
  }

  // MARK: Sequences

  @Test func thenGoesOnInTheNextState() {
    #expect(outcomes("all { x' = x + 1, y' = y }.then(all { x' = x + 1, y' = x })") == ["1 0; 2 1"])
    #expect(samples("all { x' = x + 1, y' = y }.then(all { x' = x + 1, y' = x })") == ["1 0; 2 1"])
  }

  @Test func thenNeedsATrueActionBefore() {
    #expect(outcomes("all { x' = 1, y' = 1, x > 0 }.then(all { x' = x + 1, y' = x })") == ["QNT513"])
    #expect(samples("all { x' = 1, y' = 1, x > 0 }.then(all { x' = x + 1, y' = x })") == ["QNT513"])
  }

  @Test func thenYieldsWhatTheSecondActionYields() {
    #expect(outcomes("all { x' = 1, y' = 1 }.then(all { x' = 2, y' = 2, x > 1 })") == [])
  }

  @Test func choicesBeforeAndAfterThen() {
    #expect(
      outcomes(
        """
        any { all { x' = 1, y' = 0 }, all { x' = 2, y' = 0 } }
          .then({ nondet e = 0.to(x).oneOf()  all { e != 1, x' = e, y' = x } })
        """) == ["1 0; 0 1", "2 0; 0 2", "2 0; 2 2"])
  }

  @Test func undoneSequenceLeavesTheStateBefore() {
    #expect(
      outcomes(
        """
        any {
          all { all { x' = 1, y' = 1 }.then(all { x' = x + 1, y' = 0 }), x > 5 },
          all { x' = x + 10, y' = 10 }
        }
        """) == ["10 10"])
  }

  @Test func valuesAreThoseOfTheStateInWhichTheyAreRead() {
    #expect(
      outcomes(
        "all { x' = d + 1, y' = d }.then(all { x' = d + 1, y' = d })", "val d = x * 2 + 1") == ["2 1; 6 5"])
    // Read twice in one alternative, once in the other, before and after.
    #expect(
      outcomes(
        """
        { val l = x + 100
          any {
            all { all { x' = 1, y' = 1 }.then(all { x' = l, y' = 0 }), false },
            all { x' = l, y' = 2 }
          } }
        """) == ["100 2"])
  }

  @Test func nestedValueIsEvaluatedAtFirstUse() {
    #expect(
      outcomes("{ val l = x + 100  all { x' = 1, y' = 1 }.then(all { x' = l, y' = l }) }") == ["1 1; 101 101"]
    )
  }

  @Test func repsCountsFromZero() {
    #expect(outcomes("3.reps(i => all { x' = i, y' = x })") == ["0 0; 1 0; 2 1"])
    #expect(samples("3.reps(i => all { x' = i, y' = x })") == ["0 0; 1 0; 2 1"])
  }

  @Test func repsOfNothingChangesNothing() {
    #expect(outcomes("all { 0.reps(i => all { x' = 1, y' = 1 }) }") == ["- -"])
    #expect(outcomes("(-2).reps(i => all { x' = 1, y' = 1 })") == ["- -"])
  }

  @Test func repsNeedsEveryRound() {
    #expect(outcomes("3.reps(i => all { i < 2, x' = i, y' = x })") == ["QNT513"])
  }

  @Test func choicesInEveryRound() {
    #expect(
      outcomes("2.reps(i => any { all { x' = x + 1, y' = i }, all { x' = x, y' = 7 } })")
        == ["1 0; 2 1", "1 0; 1 7", "0 7; 1 1", "0 7; 0 7"])
  }

  @Test func expectLooksAheadAndComesBack() {
    #expect(outcomes("all { x' = 1, y' = 2 }.expect(x == 1 and y == 2)") == ["1 2"])
    #expect(samples("all { x' = 1, y' = 2 }.expect(x == 1 and y == 2)") == ["1 2"])
    #expect(outcomes("all { x' = 1, y' = 2 }.expect(d == 3)", "val d = x + y") == ["1 2"])
  }

  @Test func expectNeedsActionAndCondition() {
    #expect(outcomes("all { x' = 1, y' = 2 }.expect(x == 0)") == ["QNT508"])
    #expect(outcomes("all { x' = 1, y' = 2, false }.expect(true)") == ["QNT508"])
  }

  @Test func expectInTheMiddleOfASequence() {
    #expect(
      outcomes("all { x' = 1, y' = 2 }.expect(x == 1).then(all { x' = x + y, y' = y })") == ["1 2; 3 2"])
  }

  @Test func failIsTrueWhenTheActionIsFalse() {
    #expect(outcomes("and { all { x' = 1, x > 0 }.fail(), y' = 1 }") == ["- 1"])
    #expect(outcomes("and { all { x' = 1, x == 0 }.fail(), y' = 1 }") == [])
    #expect(samples("and { all { x' = 1, x == 0 }.fail(), y' = 1 }") == ["false"])
  }

  @Test func failNeedsEveryChoiceFalse() {
    #expect(outcomes("and { { nondet e = 1.to(3).oneOf()  all { e > 2, x' = e } }.fail(), y' = 1 }") == [])
    #expect(
      outcomes("and { { nondet e = 1.to(3).oneOf()  all { e > 3, x' = e } }.fail(), y' = 1 }") == ["- 1"])
  }

  @Test func assertIsAnErrorWhenFalse() {
    #expect(outcomes("all { assert(x == 0), x' = 1, y' = 1 }") == ["1 1"])
    #expect(outcomes("all { assert(x == 1), x' = 1, y' = 1 }") == ["QNT508"])
  }

  // MARK: Constants

  @Test func constantWithoutValue() {
    #expect(outcomes("all { x' = N, y' = 1 }", "const N: int") == ["QNT500"])
    #expect(outcomes("all { x' = 1, y' = 1, x == 0 or N > 0 }", "const N: int") == ["1 1"])
  }
}
