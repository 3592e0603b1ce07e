import Checker
import ProtocolModel
import TestSupport
import Testing

/// What temporal formulas are most often misread for, each in a machine of its own.
@Suite struct TrapTests {
  /// `property: verdict`, in order; with the states of a violating lasso, the loop in brackets.
  private func verdicts(_ declarations: String) throws -> [String] {
    try search(declarations).result.properties.map { property in
      guard let trace = property.trace, let start = trace.loopStart else {
        return "\(property.name): \(property.verdict)" + (property.note.map { " \($0)" } ?? "")
      }
      var states = Searched.states(trace)
      states[start] = "[" + states[start]
      return "\(property.name): \(states.joined(separator: ", "))]"
    }
  }

  private static let counter = """
    var n: int
    action init = n' = 0
    action up = all { n < 3, n' = n + 1 }
    action reset = all { n == 3, n' = 0 }
    action same = n' = n
    action step = any { up, reset, same }
    """

  private func ofCounter(_ formulas: String...) throws -> [String] {
    let list = formulas.enumerated().map { "/// @temporal\ntemporal p\($0) = \($1)" }
    return try verdicts(Self.counter + "\n" + list.joined(separator: "\n"))
  }

  @Test func anyBehaviorMayStutterForeverWithoutFairness() throws {
    #expect(
      try ofCounter("eventually(n == 1)", "step.weakFair(n) implies eventually(n == 1)")
        == ["p0: [0]", "p1: holds"])
  }

  @Test func terminalStateStuttersAndIsFair() throws {
    let machine = """
      var x: int
      action init = x' = 0
      action step = any { all { x == 0, x' = 1 }, all { x == 0, x' = 2 } }
      /// @temporal
      temporal ends = step.weakFair(x) implies eventually(always(x > 0))
      /// @temporal
      temporal one = step.weakFair(x) implies eventually(x == 1)
      """
    #expect(try verdicts(machine) == ["ends: holds", "one: 0, [2]"])
  }

  @Test func causeInTheInitialStateCounts() throws {
    #expect(
      try ofCounter("n == 0 leadsTo n == 2", "n == 7 leadsTo n == 2", "n == 2 leadsTo n == 2")
        == ["p0: [0]", "p1: holds", "p2: holds"])
  }

  @Test func actionEnabledAgainAndAgainNeedsStrongFairness() throws {
    let machine = """
      var light: bool
      var gone: bool
      action init = all { light' = false, gone' = false }
      action switch = all { not(gone), light' = not(light), gone' = gone }
      action go = all { not(gone), light, light' = light, gone' = true }
      action step = any { switch, go }
      /// @temporal
      temporal weakly =
        switch.weakFair((light, gone)) and go.weakFair((light, gone)) implies eventually(gone)
      /// @temporal
      temporal strongly =
        switch.weakFair((light, gone)) and go.strongFair((light, gone)) implies eventually(gone)
      """
    #expect(try verdicts(machine) == ["weakly: [false false, true false]", "strongly: holds"])
  }

  @Test func fairnessUnderForallIsFairnessOfEach() throws {
    let machine = """
      var done: Set[int]
      action init = done' = Set()
      action finish(i) = all { not(i.in(done)), done' = done.union(Set(i)) }
      action step = { nondet i = Set(1, 2).oneOf() finish(i) }
      /// @temporal
      temporal all_ = Set(1, 2).forall(i => finish(i).weakFair(done)) implies eventually(done == Set(1, 2))
      /// @temporal
      temporal some = Set(1, 2).exists(i => finish(i).weakFair(done)) implies eventually(done == Set(1, 2))
      /// @temporal
      temporal first = Set(1).forall(i => finish(i).weakFair(done)) implies eventually(1.in(done))
      """
    #expect(try verdicts(machine) == ["all_: holds", "some: Set(), [Set(1)]", "first: holds"])
  }

  @Test func quantifierOverAChangingSetKeepsItsMembers() throws {
    let machine = """
      var open: Set[int]
      action init = open' = Set(1, 2)
      action close = { nondet i = open.oneOf() open' = open.exclude(Set(i)) }
      action step = close
      /// @temporal
      temporal closed = close.weakFair(open) implies open.forall(i => eventually(not(i.in(open))))
      /// @temporal
      temporal later = always(open.forall(i => always(i.in(open) or open.size() < 2)))
      """
    #expect(try verdicts(machine) == ["closed: holds", "later: holds"])
  }

  @Test func actionThatChangesNothingIsNeverEnabledForFairness() throws {
    #expect(try ofCounter("same.weakFair(n) implies eventually(n == 1)") == ["p0: [0]"])
  }

  @Test func viewDecidesWhatCountsAsTaken() throws {
    #expect(
      try ofCounter(
        "up.weakFair(n / 2) implies eventually(n == 1)", "up.weakFair((n, n / 2)) implies eventually(n == 1)")
        == ["p0: [0]", "p1: holds"])
  }

  @Test func enabledSaysThatSomeStepIsPossible() throws {
    #expect(
      try ofCounter(
        "always(enabled(up) or enabled(reset))", "always(enabled(up))", "always(enabled(same))",
        "always(enabled(up.mustChange(n)) iff n < 3)", "always(next(enabled(reset)) iff next(n) == 3)")
        == ["p0: holds", "p1: 0, 1, 2, [3]", "p2: holds", "p3: holds", "p4: holds"])
  }

  @Test func nextInsideAlwaysSeesStutteringToo() throws {
    let machine = """
      var x: int
      action init = x' = 0
      action step = x' = 1 - x
      /// @temporal
      temporal moves = always(next(x) != x)
      /// @temporal
      temporal often = step.weakFair(x) implies always(eventually(next(x) != x))
      /// @temporal
      temporal either = always(step.orKeep(x))
      /// @temporal
      temporal pair = eventually(always(next(x) == x)) or always(eventually(next(x) > x))
      """
    let found = try search(machine) { $0.keepsGoing = true }
    #expect(found.result.properties.map(\.verdict) == [.violated, .holds, .holds, .holds])
  }

  @Test func conclusionsThatFairnessCannotGiveAreViolated() throws {
    #expect(
      try ofCounter(
        "up.weakFair(n) implies always(eventually(n == 0))",
        "up.weakFair(n) and reset.weakFair(n) implies always(eventually(n == 0))",
        "eventually(up.weakFair(n))", "not(always(up.weakFair(n)))")
        == ["p0: 0, 1, 2, [3]", "p1: holds", "p2: [0]", "p3: 0, 1, 2, [3]"])
  }

  @Test func actionOutsideTheStepMayBeEnabledAndIsNeverTaken() throws {
    let machine =
      Self.counter + """

        action jump = n' = n + 10
        /// @temporal
        temporal p = jump.weakFair(n) implies false
        """
    #expect(try verdicts(machine) == ["p: holds"])
  }

  @Test func whatCannotBeSpelledOutIsRefused() throws {
    let found = try ofCounter("Int.forall(k => eventually(n == k))")
    #expect(found[0].hasPrefix("p0: inconclusive"))
  }

  @Test func runtimeErrorInAFormulaIsOne() throws {
    let machine = Self.counter + "\n/// @temporal\ntemporal p = eventually(1 / (n - 2) > 5)"
    let found = try search(machine)
    #expect(found.result.failure?.error.id == .badArithmetic)
    #expect(Searched.states(found.result.failure?.trace) == ["0", "1", "2"])
  }

  @Test func errorBehindAGuardIsNone() throws {
    #expect(try ofCounter("always(n != 2 implies eventually(1 / (n - 2) < 5)) or n == 0") == ["p0: holds"])
  }

  @Test func reasonsForFairnessAreTold() throws {
    let found = try search(
      Self.counter
        + "\n/// @temporal\ntemporal p = up.weakFair(n) and reset.strongFair(n) implies eventually(n == 5)")
    let story = try #require(found.result.properties[0].lasso)
    let reasons = story.fairness.map { reason in
      switch reason.kind {
      case .taken(let state): "\(reason.condition): taken \(state)"
      case .disabled(let state): "\(reason.condition): disabled \(state)"
      case .neverEnabled: "\(reason.condition): never"
      }
    }
    #expect(reasons == ["weak fairness of up: taken 0", "strong fairness of reset: taken 3"])
    #expect(Searched.states(found.result.properties[0].trace) == ["0", "1", "2", "3"])
    #expect(found.result.properties[0].trace?.loopStart == 0)
    #expect(story.closing?.action?.name == "reset")
  }
}
