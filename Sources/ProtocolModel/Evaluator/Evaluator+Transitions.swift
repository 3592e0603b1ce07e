/// Transitions one by one: for each way to choose their picks, the state that they
/// lead to or the guard that refuses, and why.
///
/// The items of a transition are taken in order. A pick is a choice point: it
/// remembers where the walk stands and hands out the members of its domain; a
/// refusal, and a success too, goes back to the last choice point that has another
/// one. An opaque item is run as a whole by the evaluator of actions; its outcomes
/// are the alternatives of a choice point, too, each with the state of affairs that
/// it left behind, since it may have committed states.

/// One way to choose the picks of a transition in a state, and what came of it.
public struct TransitionAttempt: Sendable {
  /// Those before the refusal, or all.
  public var picks: [NamedValue]
  /// Nil when the transition has none, or was refused before it was reached.
  public var action: ActionCall?
  /// What was passed to each activation of the transition that was entered.
  public var arguments: [[Value]]
  public var result: Result

  public enum Result: Sendable {
    /// The next state, and the steps before the last one where the action commits.
    case enabled(values: [Value?], passed: [Step])
    case refused(Refusal)
  }

  /// The item that refused.
  public struct Refusal: Sendable {
    /// Index in `Transition.items`.
    public var item: Int
    /// One entry for each independent reason; empty if explanations were not asked for.
    public var reasons: [Explanation]
  }
}

extension Evaluator {
  /// Calls `body` for every attempt to take a transition in the current state, in the order
  /// of canonical values; `body` may end it by false, and must leave the evaluator as it is.
  ///
  /// The enabled attempts of all transitions of a machine are the outcomes of its step.
  ///
  /// - Parameters:
  ///   - isExplained: whether refusals get their reasons.
  ///   - choice: the value that a pick must take; nil leaves it free. A value outside of the
  ///     domain refuses the attempt. Says nothing to the picks of opaque items.
  /// - Throws: what an item throws that is evaluated, with the calls that led there.
  /// - Complexity: O(items) evaluations for each attempt, less what attempts share.
  public func forEachAttempt(
    of transition: Transition, isExplained: Bool = true, choosing choice: (PickID) -> Value? = { _ in nil },
    _ body: (TransitionAttempt) throws(EvaluationError) -> Bool
  ) throws(EvaluationError) {
    let start = current
    let keptStory = keepsStory
    let function = machine[transition.activations[0].function]
    let floor = try push(Int(function.frameSize), at: function.body)
    keepsStory = true
    chooser.strategy = .all
    beginStep(from: start)
    defer {
      abandonStep(start)
      keepsStory = keptStory
      pop(to: floor)
    }
    var walk = TransitionWalk(self, transition, floor)
    while true {
      while let item = walk.next {
        guard let refusal = try walk.take(item, isExplained, choice) else { continue }
        if try !body(attempt(.refused(refusal), walk.arguments)) { return }
        walk.isOver = true
      }
      if !walk.isOver, try !body(attempt(.enabled(values: next, passed: passedSteps()), walk.arguments)) {
        return
      }
      guard try walk.goBack() else { return }
    }
  }

  private func attempt(_ result: TransitionAttempt.Result, _ arguments: [[Value]]) -> TransitionAttempt {
    let step = step(StepNotes(self), next)
    return TransitionAttempt(picks: step.picks, action: step.action, arguments: arguments, result: result)
  }
}

// MARK: - The walk

/// Where an evaluator stands in the items of a transition.
private struct TransitionWalk {
  private let evaluator: Evaluator
  private let transition: Transition
  private let floor: Int
  /// First slot of each activation that was entered.
  private var bases: [Int]
  private(set) var arguments: [[Value]]
  private var index = 0
  /// The present attempt was refused.
  var isOver = false
  private var points: [Point] = []

  /// A choice with the state of affairs before it.
  private struct Point {
    var item: Int
    var before: Affairs
    var alternatives: Alternatives
  }

  private enum Alternatives {
    case picks(PickID, slot: Int, SetMembers)
    /// What the outcomes of an opaque item left behind, the next one last:
    /// the first `rest` of them are still to be taken.
    case outcomes([Affairs], rest: Int)
  }

  /// Everything of the evaluator that an item may change.
  private struct Affairs {
    var slots: [Value?]
    var bases: [Int]
    var current: [Value?]
    var next: [Value?]
    var commits: [Evaluator.Commit]
    var picks: [Evaluator.PickedValue]
    var entered: [Evaluator.EnteredAction]
    var enteredBeforeAny: Int
    var settled: [Evaluator.PickedValue]
    var settledBeforeAny: Int
  }

  init(_ evaluator: Evaluator, _ transition: Transition, _ floor: Int) {
    self.evaluator = evaluator
    self.transition = transition
    self.floor = floor
    bases = Array(repeating: floor, count: transition.activations.count)
    arguments = Array(repeating: [], count: transition.activations.count)
    // Nothing names the step before its action is entered.
    evaluator.enteredBeforeAny = .max
    if let first = transition.activations.first { note(first.function, 0, []) }
  }

  private var machine: Machine { evaluator.machine }

  /// The item to take; nil at the end of the attempt.
  var next: Transition.Item? {
    isOver || index == transition.items.count ? nil : transition.items[index]
  }

  private func base(of activation: Int) -> Int { bases[transition.activations[activation].frame] }

  /// Takes the item and goes on to the one behind it, unless it refuses.
  mutating func take(
    _ item: Transition.Item, _ isExplained: Bool, _ choice: (PickID) -> Value?
  ) throws(EvaluationError) -> TransitionAttempt.Refusal? {
    do throws(EvaluationError) {
      let refused = try perform(item, choice)
      guard let refused else {
        index += 1
        return nil
      }
      return TransitionAttempt.Refusal(
        item: index, reasons: isExplained ? reasons(item, refused) : [])
    } catch {
      throw extended(error, in: item)
    }
  }

  /// Why an item refuses.
  private enum Cause {
    /// The condition, which has the wrong value.
    case condition
    case label(QuintString)
    case emptyDomain
    case notInDomain(Value, SetValue)
    case opaque
  }

  private mutating func perform(
    _ item: Transition.Item, _ choice: (PickID) -> Value?
  ) throws(EvaluationError) -> Cause? {
    let base = base(of: item.activation)
    switch item.kind {
    case .enter:
      try enter(item.activation)
    case .bind(let slot, _):
      evaluator.setSlot(base + Int(slot.slot), nil)
    case .pick(let pick, let slot, let domain):
      return try choose(pick, base + Int(slot.slot), domain, base, choice(pick))
    case .require(let condition, let value):
      return try evaluator.isTrue(condition, base) == value ? nil : .condition
    case .match(let subject, let label, let payload):
      guard case .variant(let variant) = try evaluator.value(subject, base) else { return .condition }
      guard .string(variant.label) == machine.literals[Int(label)] else { return .label(variant.label) }
      evaluator.setSlot(base + Int(payload.slot), variant.payload)
    case .matchOther(let subject, let labels):
      guard case .variant(let variant) = try evaluator.value(subject, base) else { return .condition }
      if labels.contains(where: { machine.literals[Int($0)] == .string(variant.label) }) {
        return .label(variant.label)
      }
    case .update(let variable, let value):
      evaluator.next[Int(variable.index)] = try evaluator.value(value, base)
    case .opaque(let action):
      var found = try outcomes(of: action, base)
      guard let first = found.popLast() else { return .opaque }
      if !found.isEmpty {
        points.append(Point(item: index, before: affairs, alternatives: .outcomes(found, rest: found.count)))
      }
      restore(first)
    }
    return nil
  }

  private mutating func enter(_ number: Int) throws(EvaluationError) {
    let activation = transition.activations[number]
    guard let caller = activation.caller, let call = activation.call,
      case .call(let function, let arguments) = machine[call]
    else { return }
    let outside = base(of: caller)
    let callee = machine[function]
    var values: [Value] = []
    for operand in machine[arguments] { values.append(try evaluator.value(operand, outside)) }
    if !callee.sharesFrame { bases[number] = try evaluator.push(Int(callee.frameSize), at: call) }
    self.arguments[number] = values
    let first = base(of: number) + Int(callee.firstParameter.slot)
    for (place, value) in values.enumerated() { evaluator.setSlot(first + place, value) }
    note(function, number, values)
  }

  /// Notes that an action is entered, and whether the step has its name from it.
  private func note(_ function: FunctionID, _ activation: Int, _ arguments: [Value]) {
    if activation == transition.actionActivation { evaluator.enteredBeforeAny = evaluator.entered.count }
    guard machine[function].qualifier == .action else { return }
    evaluator.entered.append(Evaluator.EnteredAction(function: function, arguments: arguments))
  }

  private mutating func choose(
    _ pick: PickID, _ slot: Int, _ domain: ExpressionID, _ base: Int, _ wanted: Value?
  ) throws(EvaluationError) -> Cause? {
    try evaluator.tick(domain)
    let set = try evaluator.set(domain, base)
    if let wanted {
      guard set.contains(wanted) else { return .notInDomain(wanted, set) }
      assign(wanted, to: pick, slot)
      return nil
    }
    var members = try evaluator.pickableMembers(of: set, at: domain)
    guard let first = members.next() else { return .emptyDomain }
    points.append(Point(item: index, before: affairs, alternatives: .picks(pick, slot: slot, members)))
    assign(first, to: pick, slot)
    return nil
  }

  private func assign(_ value: Value, to pick: PickID, _ slot: Int) {
    evaluator.setSlot(slot, value)
    let picked = Evaluator.PickedValue(pick: pick, value: value)
    evaluator.picks.append(picked)
    evaluator.settled.append(picked)
  }

  /// All outcomes of an opaque action are kept until they are used.
  private static let outcomeLimit = 1 << 20

  /// The affairs after each true outcome of an action that stays a tree, the first one last.
  private func outcomes(of action: ExpressionID, _ base: Int) throws(EvaluationError) -> [Affairs] {
    // Without an action of its own, the step has its name from in here.
    if evaluator.enteredBeforeAny == .max { evaluator.enteredBeforeAny = evaluator.entered.count }
    let before = affairs
    var found: [Affairs] = []
    evaluator.chooser.points.removeAll(keepingCapacity: true)
    repeat {
      restore(before)
      evaluator.chooser.cursor = 0
      if try evaluator.unlessVoid({ () throws(EvaluationError) in try evaluator.perform(action, base) }) {
        guard found.count < Self.outcomeLimit else {
          throw EvaluationError(
            .notExecutable, "an action has more than \(Self.outcomeLimit) outcomes", at: action, isLimit: true
          )
        }
        found.append(affairs)
      }
    } while evaluator.chooser.advance(beyond: 0)
    restore(before)
    return found.reversed()
  }

  /// Goes back to the last choice that has an alternative and takes that; false when there is none.
  mutating func goBack() throws(EvaluationError) -> Bool {
    while let point = points.last {
      let last = points.count - 1
      switch point.alternatives {
      case .picks(let pick, let slot, var members):
        guard let value = members.next() else { break }
        points[last].alternatives = .picks(pick, slot: slot, members)
        restore(point.before)
        if case .pick(_, _, let domain) = transition.items[point.item].kind { try evaluator.tick(domain) }
        assign(value, to: pick, slot)
        resume(behind: point)
        return true
      case .outcomes(let all, let rest):
        // The array is not touched: it may be long, and `point` holds it, too.
        guard rest > 0 else { break }
        points[last].alternatives = .outcomes(all, rest: rest - 1)
        restore(all[rest - 1])
        resume(behind: point)
        return true
      }
      points.removeLast()
    }
    return false
  }

  private mutating func resume(behind point: Point) {
    bases = point.before.bases
    index = point.item + 1
    isOver = false
  }

  private var affairs: Affairs {
    Affairs(
      slots: (floor..<evaluator.top).map { evaluator.slot($0) }, bases: bases, current: evaluator.current,
      next: evaluator.next, commits: evaluator.commits, picks: evaluator.picks,
      entered: evaluator.entered, enteredBeforeAny: evaluator.enteredBeforeAny,
      settled: evaluator.settled, settledBeforeAny: evaluator.settledBeforeAny)
  }

  private func restore(_ affairs: Affairs) {
    evaluator.pop(to: min(evaluator.top, floor + affairs.slots.count))
    for (offset, value) in affairs.slots.enumerated() { evaluator.setSlot(floor + offset, value) }
    if !evaluator.commits.isEmpty || !affairs.commits.isEmpty { evaluator.load(affairs.current) }
    evaluator.next = affairs.next
    evaluator.trail.removeAll(keepingCapacity: true)
    evaluator.commits = affairs.commits
    evaluator.lazySlots.removeAll(keepingCapacity: true)
    evaluator.picks = affairs.picks
    evaluator.entered = affairs.entered
    evaluator.enteredBeforeAny = affairs.enteredBeforeAny
    evaluator.settled = affairs.settled
    evaluator.settledBeforeAny = affairs.settledBeforeAny
  }
}

// MARK: - Reasons

extension TransitionWalk {
  private func reasons(_ item: Transition.Item, _ cause: Cause) -> [Explanation] {
    let base = base(of: item.activation)
    switch (item.kind, cause) {
    case (.require(let condition, let value), _):
      if value, machine.isFalse(condition), let branch = lastBranch(in: item.activation) { return branch }
      let bindings = bindings(for: condition, item.activation)
      let found = (try? evaluator.reasons(condition, isTrue: !value, base, bindings)) ?? []
      return found.isEmpty ? [evaluator.leaf(condition, base, bindings)] : found
    case (.match(let subject, let label, _), .label(let found)):
      return [labelExplanation(subject, "is \(text(of: label))", found, item.activation)]
    case (.matchOther(let subject, let labels), .label(let found)):
      let list = labels.map(text(of:)).joined(separator: " or ")
      return [labelExplanation(subject, "is not \(list)", found, item.activation)]
    case (.pick(let pick, _, let domain), .emptyDomain):
      let values = (try? evaluator.set(domain, base)).map { Value.set($0).description }
      return [
        explanation(domain, "\(machine[pick].name) in \(machine.text(of: domain))", values, item.activation)
      ]
    case (.pick(let pick, _, let domain), .notInDomain(let value, let set)):
      let operands = "\(value) in \(Value.set(set))"
      return [
        explanation(
          domain, "\(machine[pick].name) in \(machine.text(of: domain))",
          operands.utf8.count <= 120 ? operands : "\(value) is no member", item.activation)
      ]
    case (.opaque(let action), _):
      return [explanation(action, machine.text(of: action), nil, item.activation)]
    default: return []
    }
  }

  private func explanation(
    _ id: ExpressionID, _ text: String, _ operands: String?, _ activation: Int
  ) -> Explanation {
    Explanation(
      text: text, bindings: bindings(for: id, activation), operands: operands,
      range: machine.origin(of: id).range)
  }

  private func labelExplanation(
    _ subject: ExpressionID, _ test: String, _ label: QuintString, _ activation: Int
  ) -> Explanation {
    explanation(subject, "\(machine.text(of: subject)) \(test)", label.text, activation)
  }

  private func text(of label: Int32) -> String { machine.literals[Int(label)].asString?.text ?? "" }

  /// For a branch that is `false`: what led into the branch.
  private func lastBranch(in activation: Int) -> [Explanation]? {
    for item in transition.items[..<index].reversed() where item.activation == activation {
      let base = base(of: activation)
      switch item.kind {
      case .require(let condition, let value):
        let found = try? evaluator.reasons(
          condition, isTrue: value, base, bindings(for: condition, activation))
        return found.flatMap { $0.isEmpty ? nil : $0 }
      case .match(let subject, let label, _):
        return [explanation(subject, "\(machine.text(of: subject)) is \(text(of: label))", nil, activation)]
      case .matchOther(let subject, _):
        return [
          explanation(
            subject, machine.text(of: subject), (try? evaluator.value(subject, base))?.description, activation
          )
        ]
      case .enter, .bind, .pick, .update, .opaque: continue
      }
    }
    return nil
  }

  /// The names that an expression reads from its frame, with their values.
  private func bindings(for id: ExpressionID, _ activation: Int) -> [NamedValue] {
    let base = base(of: activation)
    let function = transition.activations[transition.activations[activation].frame].function
    let names = machine.frames[Int(machine[function].frame)]
    return machine.slotsRead(by: id).compactMap { slot in
      guard names.indices.contains(slot), let value = evaluator.slot(base + slot), names[slot] != "_" else {
        return nil
      }
      return NamedValue(names[slot], value)
    }
  }

  /// Adds the calls in which an item stands to the story of an error.
  private func extended(_ error: EvaluationError, in item: Transition.Item) -> EvaluationError {
    var error = error
    var activation: Int? = item.activation
    if case .enter = item.kind { activation = transition.activations[item.activation].caller }
    while let number = activation {
      error = evaluator.extend(error, by: transition.activations[number].function, base(of: number))
      activation = transition.activations[number].caller
    }
    return error
  }
}

extension Machine {
  fileprivate func isFalse(_ id: ExpressionID) -> Bool {
    if case .literal(let index) = self[id], case .bool(false) = literals[Int(index)] { return true }
    return false
  }

  /// The slots of its frame that an expression reads and does not fill itself, ascending.
  ///
  /// - Complexity: O(size of the expression and of the copies in its frame that it calls).
  func slotsRead(by id: ExpressionID) -> [Int] {
    var read = Set<Int>()
    var filled = Set<Int>()
    var seen = Set<ExpressionID>()
    var pending = [id]
    while let next = pending.popLast() {
      guard seen.insert(next).inserted else { continue }
      switch self[next] {
      case .local(let slot): read.insert(Int(slot.slot))
      case .lazyLocal(_, let value): pending.append(value)
      case .lambda(let first, let count, _, _): filled.formUnion(Int(first.slot)..<Int(first.slot + count))
      case .call(let function, _) where self[function].sharesFrame:
        let first = Int(self[function].firstParameter.slot)
        filled.formUnion(first..<first + self[function].parameters.count)
        pending.append(self[function].body)
      default: break
      }
      pending.append(contentsOf: children(of: next))
    }
    return read.subtracting(filled).sorted()
  }
}

extension Transition {
  /// Whether an item only settles which branch of an `if` or `match` the transition is on: when it
  /// refuses, another transition is on the branch that is taken.
  ///
  /// - Parameter conditions: see `Machine.branchConditions`.
  public func isBranch(_ item: Int, _ conditions: Set<ExpressionID>) -> Bool {
    switch items[item].kind {
    case .require(let condition, _): conditions.contains(condition)
    case .match, .matchOther: true
    case .enter, .bind, .pick, .update, .opaque: false
    }
  }
}

extension Machine {
  /// The conditions of the `if`s in a list of transitions: only these must be false somewhere.
  public static func branchConditions(of transitions: [Transition]) -> Set<ExpressionID> {
    var result = Set<ExpressionID>()
    for transition in transitions {
      for case .require(let condition, false) in transition.items.map(\.kind) { result.insert(condition) }
    }
    return result
  }
}
