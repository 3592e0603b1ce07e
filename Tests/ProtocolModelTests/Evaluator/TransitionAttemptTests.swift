import TestSupport
import Testing

@testable import ProtocolModel

/// What refuses a transition, in words.
@Suite struct TransitionAttemptTests {
  private let lock = """
    module main {
      type Leg = NoLeg | Locked(int)
      var clock: int
      var legs: int -> Leg
      action init = all { clock' = 3, legs' = Map(1 -> Locked(2), 2 -> NoLeg) }
      action refund(i) = match legs.get(i) {
        | Locked(due) => all { clock < due, legs' = legs.set(i, NoLeg), clock' = clock }
        | _ => false
      }
      action tick = all { clock < 3, clock' = clock + 1, legs' = legs }
      action bid = {
        nondet amount = Set(1, 5).filter(a => a > clock).oneOf()
        nondet party = Set("A", "B").filter(p => clock > amount).oneOf()
        all { party != "", clock' = amount, legs' = legs }
      }
      action step = any {
        { nondet i = legs.keys().oneOf() refund(i) },
        tick,
        bid,
        if (clock > 7) tick else false,
      }
    }
    """

  /// `action picks: what came of it`, one line an attempt.
  private func attempts(
    _ text: String, choosing choice: @escaping (String) -> Value? = { _ in nil }
  ) throws -> [String] {
    let machine = Flattened(text).machine
    let evaluator = Evaluator(machine: machine)
    let initial = try #require(machine.initial)
    var state: [Value?] = []
    try evaluator.forEachOutcome(of: initial) {
      state = $0.values
      return false
    }
    evaluator.load(state)
    let conditions = Machine.branchConditions(of: machine.transitions)
    var lines: [String] = []
    for transition in machine.transitions {
      try evaluator.forEachAttempt(of: transition, choosing: { choice(machine[$0].name) }) { attempt in
        let picks = attempt.picks.map { "[\($0)]" }.joined()
        let head = "\(attempt.action?.description ?? "-") \(picks) "
        switch attempt.result {
        case .enabled(let values, _):
          lines.append(head + values.map { $0?.description ?? "-" }.joined(separator: "; "))
        case .refused(let refusal):
          let branch = transition.isBranch(refusal.item, conditions) ? " (branch)" : ""
          lines.append(
            head + "refused " + refusal.reasons.map(\.description).joined(separator: " & ") + branch)
        }
        return true
      }
    }
    return lines
  }

  @Test(.timeLimit(.minutes(1))) func manyOutcomesOfOneActionTakeLinearTime() throws {
    let text = """
      module main {
        var x: int
        action init = x' = 0
        action choose = {
          nondet a = 1.to(100).oneOf()
          nondet b = 1.to(100).oneOf()
          x' = 1000 * a + b
        }
        action step = choose.then(x' = x)
      }
      """
    #expect(try attempts(text).count == 100 * 100)
  }

  @Test func everyRefusalHasItsReason() throws {
    #expect(
      try attempts(lock) == [
        "refund(i = 1) [i = 1] refused due = 2:  clock < due   (3 < 2)",
        "refund(i = 2) [i = 2] refused i = 2:  legs.get(i) is Locked   (NoLeg) (branch)",
        "refund(i = 1) [i = 1] refused i = 1:  legs.get(i) is not Locked   (Locked) (branch)",
        "refund(i = 2) [i = 2] refused i = 2:  legs.get(i)   (NoLeg)",
        "tick  refused clock < 3   (3 < 3)",
        "bid [amount = 5] refused amount = 5:  party in Set(\"A\", \"B\").filter(p => clock > amount)   (Set())",
        "-  refused clock > 7   (3 > 7) (branch)",
        "-  refused clock > 7   (3 > 7)",
      ])
  }

  @Test func chosenPickOutsideOfItsDomainIsRefused() throws {
    let lines = try attempts(lock) { $0 == "i" ? 3 : nil }
    #expect(lines[0] == "-  refused i in legs.keys()   (3 in Set(1, 2))")
    #expect(try attempts(lock) { $0 == "i" ? 1 : nil }.filter { $0.hasPrefix("refund") }.count == 2)
  }

  @Test func chosenPickNeedsNoFiniteDomain() throws {
    let text = """
      module main {
        var x: int
        action init = x' = 0
        action step = { nondet n = Int.oneOf() all { n > x, x' = n } }
      }
      """
    #expect(try attempts(text) { _ in 7 } == ["step [n = 7] 7"])
    #expect(throws: EvaluationError.self) { try attempts(text) }
  }

  @Test func attemptsCanBeEndedAndRepeated() throws {
    let machine = Flattened(
      """
      module main {
        var x: int
        action init = x' = 0
        action step = { nondet a = 1.to(3).oneOf() nondet b = a.to(3).oneOf() x' = 10 * a + b }
      }
      """
    ).machine
    let evaluator = Evaluator(machine: machine)
    evaluator.load([0])
    var values: [Int?] = []
    for limit in [2, 100] {
      var count = 0
      try evaluator.forEachAttempt(of: machine.transitions[0]) { attempt in
        if case .enabled(let state, _) = attempt.result { values.append(state[0]?.asInteger?.asInt) }
        count += 1
        return count < limit
      }
    }
    #expect(values == [11, 12, 11, 12, 13, 22, 23, 33])
  }
}
