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
  }

  /// The differences in the initial states and in the successors of as many states, nearest first.
  func complaints(states limit: Int) -> [String] {
    guard let initial = machine.initial, let step = machine.step else { return ["no init or no step"] }
    let none = [Value?](repeating: nil, count: machine.variables.count)
    var (complaints, states) = compare(initial, machine.initialTransitions, in: none)
    var seen = Set(states.map { text($0) })
    var next = 0
    while next < min(states.count, limit), complaints.isEmpty {
      let (found, successors) = compare(step, machine.transitions, in: states[next])
      complaints += found
      for state in successors where seen.insert(text(state)).inserted { states.append(state) }
      next += 1
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
        let name = evaluator.step(to: outcome).action?.name ?? ""
        expected.append(("\(name): \(text(outcome.values))", outcome.values))
        return true
      }
    } catch { failure = error.message }
    var failures: [String] = []
    for transition in transitions {
      var run = TransitionRun(machine: machine, evaluator: evaluator, transition: transition)
      do {
        try run.go(from: 0)
      } catch { failures.append(error.message) }
      found += run.outcomes.map { "\(transition.action): \(text($0))" }
    }
    if !failure.isEmpty {
      return (failures.contains(failure) ? [] : ["only the tree fails: \(failure)"], [])
    }
    if let failure = failures.first { return (["only a transition fails: \(failure)"], []) }
    let texts = expected.map(\.0).sorted()
    if texts == found.sorted() { return ([], expected.map(\.1)) }
    return (["\(text(state)) leads to \(texts), by transitions to \(found.sorted())"], [])
  }

  private func text(_ state: [Value?]) -> String {
    state.map { $0.map { "\($0)" } ?? "-" }.joined(separator: ", ")
  }
}

/// One transition from the evaluator's current state, for all its picks.
private struct TransitionRun {
  let machine: Machine
  let evaluator: Evaluator
  let transition: Transition
  var outcomes: [[Value?]] = []
  private var bases: [Int]
  private var next: [Value?]

  init(machine: Machine, evaluator: Evaluator, transition: Transition) {
    self.machine = machine
    self.evaluator = evaluator
    self.transition = transition
    bases = Array(repeating: 0, count: transition.activations.count)
    next = Array(repeating: nil, count: machine.variables.count)
  }

  mutating func go(from index: Int) throws(EvaluationError) {
    if index == 0 {
      let function = machine[transition.activations[0].function]
      bases[0] = try evaluator.push(Int(function.frameSize), at: function.body)
      defer { evaluator.pop(to: bases[0]) }
      return try run(0)
    }
    try run(index)
  }

  private mutating func run(_ index: Int) throws(EvaluationError) {
    guard index < transition.items.count else {
      outcomes.append(next)
      return
    }
    let item = transition.items[index]
    let activation = transition.activations[item.activation]
    let base = bases[activation.frame]
    switch item.kind {
    case .enter: try enter(activation, item.activation, index)
    case .bind(let slot, _):
      evaluator.setSlot(base + Int(slot.slot), nil)
      try run(index + 1)
    case .pick(_, let slot, let domain):
      guard case .set(let set) = try evaluator.value(domain, base), let members = try? set.members() else {
        return
      }
      for member in members {
        evaluator.setSlot(base + Int(slot.slot), member)
        try run(index + 1)
      }
    case .require(let condition, let value):
      if try evaluator.isTrue(condition, base) == value { try run(index + 1) }
    case .match(let subject, let label, let payload):
      guard case .variant(let variant) = try evaluator.value(subject, base),
        case .string(variant.label) = machine.literals[Int(label)]
      else { return }
      evaluator.setSlot(base + Int(payload.slot), variant.payload)
      try run(index + 1)
    case .matchOther(let subject, let labels):
      guard case .variant(let variant) = try evaluator.value(subject, base) else { return }
      if labels.contains(where: { machine.literals[Int($0)] == .string(variant.label) }) { return }
      try run(index + 1)
    case .update(let variable, let value):
      let old = next[Int(variable.index)]
      next[Int(variable.index)] = try evaluator.value(value, base)
      try run(index + 1)
      next[Int(variable.index)] = old
    case .opaque: Issue.record("opaque transition \(transition.id)")
    }
  }

  private mutating func enter(
    _ activation: Transition.Activation, _ number: Int, _ index: Int
  ) throws(EvaluationError) {
    guard let caller = activation.caller, let call = activation.call,
      case .call(let function, let arguments) = machine[call]
    else { return }
    let callee = machine[function]
    var values: [Value] = []
    for operand in machine[arguments] {
      values.append(try evaluator.value(operand, bases[transition.activations[caller].frame]))
    }
    if !callee.sharesFrame { bases[number] = try evaluator.push(Int(callee.frameSize), at: call) }
    let base = bases[activation.frame]
    for (place, value) in values.enumerated() {
      evaluator.setSlot(base + Int(callee.firstParameter.slot) + place, value)
    }
    try run(index + 1)
    if !callee.sharesFrame { evaluator.pop(to: base) }
  }
}
