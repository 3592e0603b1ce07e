import ProtocolModel

/// Turns what a bounded search found into verdicts: each behavior is run in the evaluator first, which
/// alone decides whether it shows what the solver says.
struct Findings {
  let machine: Machine
  let chosen: [Property]
  // Numbers of goals; those of the properties come first, in their order.
  /// That something has no value: of states, of steps, of steps that change nothing.
  var definednessGoals: [Int] = []
  /// By property of transitions: the goal that speaks of a step that changes nothing.
  var idleGoals: [Int: Int] = [:]
  var deadlockGoal: Int?

  init(machine: Machine, chosen: [Property]) {
    self.machine = machine
    self.chosen = chosen
  }

  private static let openPicks = "not decided where it depends on picks whether an action is enabled"
  private static let noTrace = "a trace was found that cannot be run"

  /// Turns what the search found into verdicts.
  func take(_ found: [BoundedSearch.Found?], into result: inout ProofResult) {
    takeRuntimeError(found, &result)
    if result.disagreement != nil { return }
    for index in chosen.indices where result.properties[index].verdict == .inconclusive {
      let idle = idleGoals[index].flatMap { found[$0] }
      let taken = found[index]
      let isIdle = idle.map { one in taken.map { one.steps < $0.steps } ?? true } ?? false
      guard let one = isIdle ? idle : taken else { continue }
      let replay = BehaviorReplay(machine, one.behavior)
      guard var trace = replayed(replay, "property `\(chosen[index].name)`", &result) else {
        if result.disagreement != nil { return }
        result.properties[index].note = "decided only behind a runtime error"
        continue
      }
      var answer = result.properties[index]
      if chosen[index].kind == .witness {
        answer.verdict = .holds
      } else {
        if isIdle { trace.steps += replay.idleStep() }
        guard let explanations = replay.violation(of: chosen[index], isIdle: isIdle) else {
          result.disagreement =
            "the solver refutes `\(chosen[index].name)` after \(one.steps) steps, the evaluator does not"
          return
        }
        answer.verdict = .violated
        answer.explanations = explanations
      }
      answer.strength = .counterexample
      answer.trace = trace
      answer.steps = one.steps
      answer.constants = named(one.behavior.constants)
      result.properties[index] = answer
    }
    if let goal = deadlockGoal, let one = found[goal], result.deadlock?.verdict == .inconclusive {
      let replay = BehaviorReplay(machine, one.behavior)
      guard let trace = replayed(replay, "a dead end", &result) else {
        result.deadlock?.note = Self.noTrace
        return
      }
      guard let isDeadEnd = replay.isDeadEnd() else {
        let isError = result.definedness.verdict == .violated
        result.deadlock?.note = isError ? "decided only behind a runtime error" : Self.openPicks
        return
      }
      guard isDeadEnd else {
        result.deadlock?.note = Self.openPicks
        return
      }
      result.deadlock?.verdict = .violated
      result.deadlock?.strength = .counterexample
      result.deadlock?.trace = trace
      result.deadlock?.steps = one.steps
    }
  }

  private func takeRuntimeError(_ found: [BoundedSearch.Found?], _ result: inout ProofResult) {
    if result.definedness.verdict == .inconclusive,
      let one = definednessGoals.compactMap({ found[$0] }).min(by: { $0.steps < $1.steps })
    {
      let replay = BehaviorReplay(machine, one.behavior)
      guard let trace = replayed(replay, "a runtime error", &result) else {
        result.definedness.note = Self.noTrace
        return
      }
      guard let (error, activity, property) = replay.runtimeError(in: chosen, picks: one.extraPicks) else {
        result.disagreement =
          "the solver finds a runtime error after \(one.steps) steps, the evaluator does not"
        return
      }
      result.definedness.verdict = .violated
      result.definedness.strength = .counterexample
      result.definedness.trace = trace
      result.definedness.steps = one.steps
      result.definedness.note = activity
      result.definedness.runtimeError = error
      result.undefinedProperty = property
      result.definedness.constants = named(one.behavior.constants)
    }
  }

  func named(_ constants: [(constant: FunctionID, value: Value)]) -> [NamedValue] {
    constants.map { NamedValue(machine[$0.constant].name, $0.value) }
  }

  /// The trace of a behavior that the evaluator confirms; notes a disagreement otherwise.
  func replayed(_ replay: BehaviorReplay, _ subject: String, _ result: inout ProofResult) -> Trace? {
    do throws(BehaviorReplay.Failure) {
      return try replay.trace()
    } catch {
      switch error {
      case .noSuchStep(let index):
        result.disagreement =
          "for \(subject) the solver gives a state after \(index) steps that no step of the model leads to"
      case .evaluation where result.definedness.verdict == .violated: break
      case .evaluation(let error) where error.isLimit:
        result.notes.append(
          "for \(subject) the solver gives a trace that is too large to run: \(error.message)")
      case .evaluation(let error):
        result.disagreement = "for \(subject) the evaluator cannot follow the solver: \(error.message)"
      case .assumption(let name):
        result.disagreement = "for \(subject) the solver's constants violate assumption `\(name)`"
      }
      return nil
    }
  }

  /// What remains to be said of a property after the last step that was searched.
  func settle(_ index: Int, _ reached: Int, wasSearched: Bool, in result: inout ProofResult) {
    let property = chosen[index]
    var answer = result.properties[index]
    defer { result.properties[index] = answer }
    if answer.note != nil { return }
    if property.kind == .temporal, property.shape == .state, wasSearched {
      answer.verdict = .holds
      answer.strength = .exhausted(steps: 0)
      return
    }
    answer.strength = .bounded(steps: reached)
    if let undefined = result.undefinedProperty {
      if undefined == property.name { answer.note = result.noteOfUndefinedProperty }
      return
    }
    guard result.isExhausted else { return }
    answer.strength = .exhausted(steps: reached)
    answer.verdict = property.kind == .witness ? .violated : .holds
  }
}
