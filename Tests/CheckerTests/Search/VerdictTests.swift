import Checker
import TestSupport
import Testing

/// Counts `x` from 0 to 5, then stays; more declarations behind.
private func counter(_ more: String) -> String {
  """
  var x: int
  action init = x' = 0
  action step = any {
    all { x < 5, x' = x + 1 },
    all { x == 5, x' = x },
  }
  \(more)
  """
}

@Suite struct VerdictTests {
  @Test func countsAreExact() throws {
    #expect(try search(counter("")).counts == [6, 6, 5, 0])
  }

  @Test func invariantOfAllStatesHolds() throws {
    let found = try search(counter("/// @invariant\nval small = x < 6"))
    #expect(found.verdicts == ["small: holds exhaustive"])
    #expect(found.result.isExhausted)
  }

  @Test func shortestCounterexampleIsFound() throws {
    let found = try search(counter("/// @invariant\nval small = x != 3 and x < 5"))
    #expect(found.verdicts == ["small: violated exhaustive steps 3"])
    #expect(Searched.states(found.result.properties[0].trace) == ["0", "1", "2", "3"])
    #expect(found.result.properties[0].explanations.map(\.text) == ["x != 3"])
    #expect(!found.result.isExhausted)
  }

  @Test func anyOfConditionsInAPropertyIsTrueWhenOneIs() throws {
    let found = try search(
      counter(
        """
        val big = any { x > 4, x > 2 }
        assume numbers = any { 1 > 2, 2 > 1 }
        /// @invariant
        val open = any { x < 3, big } and not(any { x < 0, x > 5 })
        /// @invariant
        val closed = any { x < 2, x > 3 }
        """))
    #expect(found.verdicts == ["open: holds bounded 2", "closed: violated exhaustive steps 2"])
    #expect(found.result.properties[1].explanations.map(\.text) == ["any { x < 2, x > 3 }"])
  }

  @Test func initialStateMayViolate() throws {
    #expect(
      try search(counter("/// @invariant\nval p = x > 0")).verdicts == ["p: violated exhaustive steps 0"])
  }

  @Test func everyPropertyThatFailsAtTheDepthIsTold() throws {
    let properties = """
      /// @invariant
      val a = x < 3
      /// @invariant
      val b = x != 3
      /// @invariant
      val c = x < 4
      """
    #expect(
      try search(counter(properties)).verdicts == [
        "a: violated exhaustive steps 3", "b: violated exhaustive steps 3", "c: holds bounded 3",
      ])
  }

  @Test func searchGoesOnForTheUndecided() throws {
    let properties = """
      /// @invariant
      val a = x < 3
      /// @invariant
      val c = x < 4
      /// @invariant
      val d = x < 9
      """
    let found = try search(counter(properties)) { $0.keepsGoing = true }
    #expect(
      found.verdicts == [
        "a: violated exhaustive steps 3", "c: violated exhaustive steps 4", "d: holds exhaustive",
      ])
  }

  @Test func witnessIsReachedOrNot() throws {
    let properties = """
      /// @witness
      val far = x == 4
      /// @witness
      val tooFar = x == 7
      """
    #expect(
      try search(counter(properties)).verdicts == [
        "far: holds exhaustive steps 4", "tooFar: violated exhaustive",
      ])
  }

  @Test func searchEndsWhenAllWitnessesAreReached() throws {
    let found = try search(counter("/// @witness\nval near = x == 1"))
    #expect(found.verdicts == ["near: holds exhaustive steps 1"])
    #expect(!found.result.isExhausted)
  }

  @Test func extremesAreFound() throws {
    let properties = """
      /// @bound maximize
      val most = 7 - x * x
      /// @bound minimize
      val least = (x - 3) * (x - 3)
      """
    #expect(
      try search(counter(properties)).verdicts == [
        "most: holds exhaustive steps 0 value 7", "least: holds exhaustive steps 3 value 0",
      ])
  }

  @Test func propertyOfTwoStatesIsJudgedOnEachTransition() throws {
    let properties = """
      /// @temporal
      temporal grows = always(next(x) >= x)
      /// @temporal
      temporal jumps = always(x == 2 implies next(x) == 2)
      """
    let found = try search(counter(properties))
    #expect(found.verdicts == ["grows: holds bounded 2", "jumps: violated exhaustive steps 3"])
    #expect(Searched.states(found.result.properties[1].trace) == ["0", "1", "2", "3"])
  }

  @Test func transitionIntoAKnownStateIsJudged() throws {
    let found = try search(
      """
      var x: int
      action init = x' = 0
      action step = any { all { x < 3, x' = x + 1 }, all { x == 3, x' = 1 } }
      /// @temporal
      temporal grows = always(next(x) >= x)
      """)
    #expect(found.verdicts == ["grows: violated exhaustive steps 4"])
    #expect(Searched.states(found.result.properties[0].trace) == ["0", "1", "2", "3", "1"])
  }

  @Test func namedPartIsJudgedOnEachTransition() throws {
    let found = try search(
      """
      var x: int
      action init = x' = 0
      action step = any { x' = x + 1, x' = x - 1 }
      temporal up = next(x) > x
      temporal by(n) = next(x) >= x + n
      temporal never = by(-1)
      /// @temporal
      temporal p = always(up)
      /// @temporal
      temporal q = always(never and 1 > 0)
      """
    ) { $0.maxSteps = 2 }
    #expect(found.verdicts == ["p: violated exhaustive steps 1", "q: holds bounded 0"])
  }

  @Test func nestedDefinitionMeansTheNextStateInsideNext() throws {
    let found = try search(
      counter("/// @temporal\ntemporal p = always({ val l = d * 2  next(l) - l <= 2 })\nval d = x"))
    #expect(found.verdicts == ["p: holds exhaustive"])
  }

  @Test func stateFormulaIsAboutInitialStates() throws {
    let properties = """
      /// @temporal
      temporal first = x == 0
      /// @temporal
      temporal ever = always(x < 5)
      """
    #expect(
      try search(counter(properties)).verdicts == [
        "first: holds bounded 5", "ever: violated exhaustive steps 5",
      ])
  }

  @Test func propertyOfStepsThatForbidsStutteringIsViolated() throws {
    let found = try search(counter("/// @temporal\ntemporal moves = always(next(x) != x)"))
    #expect(found.verdicts == ["moves: violated exhaustive steps 1"])
    #expect(Searched.states(found.result.properties[0].trace) == ["0", "0"])
  }

  @Test func falseAssumptionEndsTheSearch() throws {
    let found = try search(counter("assume tight = 1 > 2\nassume fine = 2 > 1\n/// @invariant\nval p = true"))
    #expect(found.result.falseAssumptions.map(\.name) == ["tight"])
    #expect(found.verdicts == ["p: inconclusive bounded 0"])
  }

  // MARK: Dead ends

  private let ladder = """
    var x: int
    action init = x' = 0
    action step = all { x < 3, x' = x + 1 }
    """

  @Test func deadEndsAreCounted() throws {
    let found = try search(ladder)
    #expect(found.counts == [4, 3, 3, 1])
    #expect(found.deadlock == nil)
  }

  @Test func deadlockIsFoundWhenAsked() throws {
    let found = try search(ladder) { $0.checksDeadlock = true }
    #expect(found.deadlock == "deadlock: violated exhaustive steps 3")
    #expect(Searched.states(found.result.deadlock?.trace) == ["0", "1", "2", "3"])
  }

  @Test func deadlockIsSearchedForBehindWitnessesAndViolations() throws {
    let properties = "\n/// @witness\nval near = x == 0\n"
    let witness = try search(ladder + properties) { $0.checksDeadlock = true }
    #expect(witness.deadlock == "deadlock: violated exhaustive steps 3")
    let violated = try search(ladder + "\n/// @invariant\nval p = x > 0\n") {
      $0.checksDeadlock = true
      $0.keepsGoing = true
    }
    #expect(violated.deadlock == "deadlock: violated exhaustive steps 3")
  }

  @Test func stepThatChangesNothingIsNoDeadEnd() throws {
    let found = try search(counter("")) { $0.checksDeadlock = true }
    #expect(found.deadlock == "deadlock: holds exhaustive")
  }

  @Test func initThatIsFalseHasNoStates() throws {
    let found = try search("var x: int\naction init = all { false, x' = 0 }\naction step = x' = 1")
    #expect(found.counts == [0, 0, 0, 0])
  }

  // MARK: Actions

  @Test func actionsThatNoTransitionTakesAreTold() throws {
    let found = try search(
      """
      var x: int
      action init = x' = 0
      action up = all { x < 2, inner(x + 1) }
      action inner(n) = x' = n
      action stuck = all { x > 7, deeper(x) }
      action deeper(n) = x' = n
      action lift(f) = x' = f(x)
      action step = any { up, stuck, all { x > 9, lift(n => n + 1) }, all { x < 2, lift(n => n) } }
      """)
    #expect(found.neverFired == ["stuck", "deeper"])
  }

  @Test func actionBeforeAnotherChoiceHasFired() throws {
    let found = try search(
      """
      var x: int
      var y: int
      action init = all { x' = 0, y' = 0 }
      action a = x' = 1
      action b = x' = 2
      action c = y' = 1
      action step = all { any { a, b }, any { c, y' = 2 } }
      """)
    #expect(found.neverFired == [])
  }
}
