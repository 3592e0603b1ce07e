import ProtocolModel

/// A lasso that a solver found, taken to the evaluator: whether it is a behavior of the model, whether the
/// property is false of it, and what there is to tell.
struct LassoReplay {
  private let replay: BehaviorReplay
  private let found: BoundedLassoSearch.Found
  private let states: LassoStates

  init(_ machine: Machine, _ found: BoundedLassoSearch.Found) {
    self.found = found
    replay = BehaviorReplay(machine, found.behavior)
    var rows = found.behavior.states.map { $0.map(Optional.some) }
    if !found.isStuttering, rows.count > 1 { rows.removeLast() }
    states = LassoStates(states: rows, loopStart: found.loopStart)
  }

  /// False when the step that should close the loop leads elsewhere.
  var isClosed: Bool {
    let rows = found.behavior.states
    guard rows.indices.contains(found.loopStart) else { return false }
    return rows[found.loopStart] == rows[rows.count - 1]
  }

  /// By definition of the operators, position by position.
  func isViolated(_ property: Property) throws(EvaluationError) -> Bool {
    try !replay.evaluator.isTrue(property.function, of: states)
  }

  /// The trace up to the last state of the loop, and how it goes on.
  func story(_ formula: TemporalFormula) throws(BehaviorReplay.Failure) -> (trace: Trace, lasso: LassoStory) {
    var trace = try replay.trace(stutters: true)
    var lasso = LassoStory(closing: nil)
    if !found.isStuttering { lasso.closing = trace.steps.removeLast() }
    trace.loopStart = states.loopStart
    for index in formula.assumedFairness {
      if let reason = reason(formula.fairness[index], formula) { lasso.fairness.append(reason) }
    }
    return (trace, lasso)
  }

  /// Why the loop satisfies a fairness condition; nil if it does not.
  private func reason(_ condition: FairnessCondition, _ formula: TemporalFormula) -> FairnessReason? {
    var disabled: Int?
    var isEnabled = false
    for position in states.loopStart..<states.states.count {
      if isTrue(formula.atoms[condition.isTaken], at: position) {
        return FairnessReason(condition: condition, kind: .taken(from: position))
      }
      if isTrue(formula.atoms[condition.isEnabled], at: position) {
        isEnabled = true
      } else if disabled == nil {
        disabled = position
      }
    }
    if !isEnabled { return FairnessReason(condition: condition, kind: .neverEnabled) }
    guard !condition.isStrong, let disabled else { return nil }
    return FairnessReason(condition: condition, kind: .disabled(at: disabled))
  }

  private func isTrue(_ atom: TemporalAtom, at position: Int) -> Bool {
    let next = position + 1 < states.states.count ? position + 1 : states.loopStart
    replay.evaluator.load(states.states[position])
    let answer = try? replay.evaluator.withSuccessor(states.states[next]) { () throws(EvaluationError) in
      try replay.evaluator.isTrue(atom)
    }
    return answer ?? false
  }
}

extension TemporalFormula {
  /// The fairness conditions that a formula assumes, and does not claim.
  var assumedFairness: [Int] {
    var assumed: Set<Int> = []
    func collect(_ node: Node, isNegated: Bool) {
      switch node {
      case .constant, .atom: break
      case .not(let inner): collect(inner, isNegated: !isNegated)
      case .and(let parts), .or(let parts): for part in parts { collect(part, isNegated: isNegated) }
      case .always(let inner), .eventually(let inner): collect(inner, isNegated: isNegated)
      case .fair(let index): if isNegated { assumed.insert(index) }
      }
    }
    collect(root, isNegated: false)
    return assumed.sorted()
  }
}
