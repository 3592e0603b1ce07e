import TestSupport
import Testing

@testable import ProtocolModel

/// Transitions mean what the tree means: the evaluator judges.
@Suite struct TransitionAgreementTests {
  @Test(arguments: SpecFlatteningTests.files) func transitionsOfSpecsLeadWhereTheTreeLeads(file: String) {
    let complaints = runOnLargeStack { () -> [String] in
      let loaded = ProgramLoader.load(file)
      let modules = loaded.program.modules.filter { $0.isInMainFile && $0.scope["step"] != nil }
      return modules.flatMap { module in
        let machine = Flattened(loaded, main: module.name).machine
        if machine.constants.contains(where: { $0.value == nil }) { return [String]() }
        return TransitionJudge(machine).complaints(states: 12).map { "\(module.name): \($0)" }
      }
    }
    #expect(complaints == [])
  }

  @Test(arguments: [
    // Choices in sequence, and a condition after an update.
    """
    action init = all { x' = 0, y' = 0 }
    action a = x' = (x + 1) % 3
    action b = x' = x
    action step = all { any { a, b, all { x > 0, a } }, y' = x, any { x < 2, y == x } }
    """,
    // Picks that depend on picks, lazily shared definitions, operators of two levels.
    """
    action init = all { x' = 1, y' = 0 }
    action set_y(n) = all { n < 4, y' = n }
    action twice(act, n) = all { n > 0, act }
    action step = {
      nondet n = 0.to(x + 1).oneOf()
      val limit = n + 1
      nondet m = 0.to(limit).oneOf()
      val sum = n + m
      all { twice(set_y(sum), sum), x' = if (sum > 3) 0 else sum }
    }
    """,
    // Branches, matches, and names of definitions that only test.
    """
    type T = A(int) | B
    pure def f(n) = if (n > 1) A(n) else B
    action init = any { all { x' = 0, y' = 0 }, all { x' = 2, y' = 1 } }
    action check = x < 3
    action left(n) = all { y' = n, x' = x }
    action right = all { y' = 0, x' = x + 1 }
    action step = any {
      all { check, match f(y) { | A(n) => left(n) | B => right } },
      if (x > 1) left(x) else all { x > 5, right },
      check and right,
    }
    """,
    // An operator given a lambda twice, in one frame.
    """
    action init = all { x' = 0, y' = 1 }
    def apply(f, a) = f(f(a))
    action go(f) = all { f(x) < 9, x' = f(x), y' = apply(f, y) % 5 }
    action step = {
      nondet k = Set(1, 2).oneOf()
      any { go(v => v + k), go(v => apply(w => w - k, v)), all { x > 4, x' = 0, y' = y } }
    }
    """,
    // Actions that stay trees: they commit, or undo nothing, between picks and definitions.
    """
    action init = all { x' = 0, y' = 0 }
    action add(n) = all { x + n < 6, x' = x + n, y' = y }
    action step = {
      nondet n = 1.to(2).oneOf()
      val twice = 2 * n
      any {
        add(n).then({ nondet m = Set(0, 1).oneOf() all { x' = x, y' = (y + m + twice) % 4 } }),
        all { x > 3, add(1) or { x' = 0 and y' = n } },
        all { (2 - n).reps(i => add(i)), y < 9 },
      }
    }
    """,
  ])
  func transitionsLeadWhereTheTreeLeads(declarations: String) {
    let flattened = Flattened("module main {\nvar x: int\nvar y: int\n\(declarations)\n}")
    #expect(flattened.diagnostics.map(\.message) == [])
    #expect(TransitionJudge(flattened.machine).complaints(states: 200) == [])
  }
}

/// Runs a machine both ways and compares.
struct TransitionJudge {
  private let machine: Machine
  private let evaluator: Evaluator

  init(_ machine: Machine) {
    self.machine = machine
    evaluator = Evaluator(machine: machine)
    evaluator.keepsStory = true
  }

  /// The differences in the initial states and in the successors of as many states, chosen at random
  /// among those that were met.
  func complaints(states limit: Int) -> [String] {
    guard let initial = machine.initial, let step = machine.step else { return ["no init or no step"] }
    let none = [Value?](repeating: nil, count: machine.variables.count)
    var (complaints, states) = compare(initial, machine.initialTransitions, in: none)
    var seen = Set(states.map { text($0) })
    var generator = SplitMix64(seed: 7)
    var judged = 0
    while judged < limit, complaints.isEmpty, !states.isEmpty {
      let state = states.remove(at: Int(generator.number(below: UInt64(states.count))))
      let (found, successors) = compare(step, machine.transitions, in: state)
      complaints += found
      for state in successors where seen.insert(text(state)).inserted { states.append(state) }
      judged += 1
    }
    return complaints
  }

  private func compare(
    _ action: FunctionID, _ transitions: [Transition], in state: [Value?]
  ) -> (complaints: [String], successors: [[Value?]]) {
    evaluator.load(state)
    var expected: [(String, [Value?])] = []
    var found: [String] = []
    var failure = ""
    do {
      try evaluator.forEachOutcome(of: action) { outcome in
        let step = evaluator.step(to: outcome)
        expected.append((text(outcome.values, by: step.action, step.picks, outcome.passed), outcome.values))
        return true
      }
    } catch { failure = error.message }
    var failures: [String] = []
    for transition in transitions {
      do {
        try evaluator.forEachAttempt(of: transition) { attempt in
          guard case .enabled(let values, let passed) = attempt.result else { return true }
          found.append(text(values, by: attempt.action, attempt.picks, passed))
          return true
        }
      } catch { failures.append(error.message) }
    }
    if !failure.isEmpty {
      return (failures.contains(failure) ? [] : ["only the tree fails: \(failure)"], [])
    }
    if let failure = failures.first { return (["only a transition fails: \(failure)"], []) }
    let texts = expected.map(\.0).sorted()
    if texts == found.sorted() { return ([], expected.map(\.1)) }
    return (["\(text(state)) leads to \(texts), by transitions to \(found.sorted())"], [])
  }

  private func text(
    _ values: [Value?], by action: ActionCall?, _ picks: [NamedValue], _ passed: [Step]
  ) -> String {
    let before = passed.map { "\($0.action?.description ?? "") \($0.picks) \(text($0.state.values)); " }
      .joined()
    return "\(before)\(action?.description ?? "") \(picks): \(text(values))"
  }

  private func text(_ state: [Value?]) -> String {
    state.map { $0.map { "\($0)" } ?? "-" }.joined(separator: ", ")
  }
}
