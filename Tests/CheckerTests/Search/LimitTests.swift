import Checker
import TestSupport
import Testing

/// Grows without end.
private let endless = """
  var x: int
  action init = x' = 0
  action step = x' = x + 1
  /// @invariant
  val p = x >= 0
  /// @witness
  val w = x == -1
  /// @bound maximize
  val most = x
  """

/// What cuts a search short leaves verdicts open; what was asked for does not.
@Suite struct LimitTests {
  @Test func limitOfStatesLeavesThingsOpen() throws {
    let found = try search(endless) { $0.limits.states = 100 }
    #expect(found.result.stopped == .states(100))
    #expect(found.result.statistics.distinct == 100)
    #expect(
      found.verdicts == [
        "p: inconclusive bounded 97", "w: inconclusive bounded 97",
        "most: inconclusive bounded 97 steps 98 value 98",
      ])
  }

  @Test func rangeWithoutEndIsALimit() throws {
    let found = try search(
      "var x: bool action init = { nondet n = 0.to(2^63).oneOf() x' = true } action step = x' = x"
    ) { $0.checksDeadlock = true }
    guard case .evaluation(let reason)? = found.result.stopped else {
      Issue.record("not stopped")
      return
    }
    #expect(reason.hasSuffix("it is infinite or too large"))
  }

  @Test func actionOfTooManyStatesIsALimit() throws {
    let found = try search("var x: bool action init = x' = true action step = (2^64).reps(i => x' = true)") {
      $0.checksDeadlock = true
    }
    guard case .evaluation(let reason)? = found.result.stopped else {
      Issue.record("not stopped")
      return
    }
    #expect(reason.hasSuffix("an action commits more than 1048576 states"))
  }

  @Test func violationIsToldThoughALimitWasHit() throws {
    let found = try search(endless + "\n/// @invariant\nval q = x < 5") {
      $0.limits.states = 100
      $0.keepsGoing = true
    }
    #expect(found.result.stopped == .states(100))
    #expect(found.verdicts.last == "q: violated exhaustive steps 5")
    #expect(Searched.states(found.result.properties[3].trace).last == "5")
  }

  @Test func timeLeavesThingsOpen() throws {
    let found = try search(endless) { $0.limits.isTimeOver = { true } }
    #expect(found.result.stopped == .time)
    #expect(found.result.properties.allSatisfy { $0.verdict == .inconclusive })
  }

  @Test func interruptLeavesThingsOpen() throws {
    let asked = Shared()
    let found = try search(endless) {
      $0.limits.isInterrupted = {
        asked.number += 1
        return asked.number > 3
      }
    }
    #expect(found.result.stopped == .interrupted)
    #expect(found.result.properties[0].verdict == .inconclusive)
  }

  @Test func memoryLeavesThingsOpen() throws {
    let found = try search(endless) {
      $0.limits.memory = 1_000
      $0.limits.memoryInUse = { 2_000 }
    }
    #expect(found.result.stopped == .memory(1_000))
  }

  @Test func interruptDuringOneLongStep() throws {
    let found = try search(
      """
      var x: int
      action init = x' = 0
      action step = x' = 1.to(2^40).fold(0, (a, b) => (a + b) % 7)
      """
    ) { $0.limits.isInterrupted = { true } }
    #expect(found.result.stopped == .interrupted)
  }

  /// The step is long enough to ask for the time while the trace is made.
  @Test func traceIsMadeThoughTheTimeIsOver() throws {
    let found = try search(
      """
      var x: int
      action init = x' = 0
      action step = all { 1.to(40000).forall(n => n > 0), x' = x + 1 }
      /// @invariant
      val p = x < 2
      /// @invariant
      val q = x >= 0
      """
    ) {
      let asked = Shared()
      $0.keepsGoing = true
      $0.limits.isTimeOver = {
        asked.number += 1
        return asked.number > 45
      }
    }
    #expect(found.result.stopped == .time)
    #expect(found.verdicts.first == "p: violated exhaustive steps 2")
    #expect(Searched.states(found.result.properties[0].trace) == ["0", "1", "2"])
  }

  @Test func boundIsPartOfTheQuestion() throws {
    let found = try search(endless) { $0.maxSteps = 7 }
    #expect(found.result.stopped == nil)
    #expect(found.counts == [8, 7, 7, 0])
    #expect(
      found.verdicts == [
        "p: holds bounded 7", "w: inconclusive bounded 7", "most: holds bounded 7 steps 7 value 7",
      ])
  }

  @Test func boundOfNoStepsJudgesInitialStates() throws {
    let found = try search(endless) { $0.maxSteps = 0 }
    #expect(found.counts == [1, 0, 0, 0])
    #expect(found.verdicts.first == "p: holds bounded 0")
  }

  @Test func infiniteDomainIsALimit() throws {
    let found = try search(
      """
      var x: int
      action init = x' = 0
      action step = { nondet n = Int.oneOf()  x' = n }
      /// @invariant
      val p = true
      """)
    guard case .evaluation? = found.result.stopped else {
      Issue.record("stopped: \(String(describing: found.result.stopped))")
      return
    }
    #expect(found.result.failure == nil)
    #expect(found.verdicts == ["p: inconclusive bounded 0"])
  }
}
