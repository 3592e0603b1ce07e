/// What can be done in a state, and what cannot, and why not.

/// An action that a guard refuses.
public struct RefusedAction: Sendable {
  /// With what was passed; nil for a step without a name, or one that is refused before its action.
  public var action: ActionCall?
  /// `Transition.id`
  public var transition: String
  /// What was picked before the guard.
  public var picks: [NamedValue]
  public var reasons: [Explanation]
  /// How many further ways to pick the same guard refuses.
  public var others: Int
}

/// A step that can be taken; several where it commits states on its way.
public struct EnabledAction: Sendable {
  /// The states before the last one.
  public var passed: [Step]
  public var step: Step
}

/// All ways to take a step from a state.
public struct StepMenu: Sendable {
  /// In the order of transitions and of canonical values.
  public var enabled: [EnabledAction] = []
  /// One for each guard that refuses something; those that only settle a branch are left out.
  public var refused: [RefusedAction] = []
  /// Runtime errors of transitions; a limit stands for a domain that cannot be enumerated.
  public var errors: [EvaluationError] = []
}

extension Evaluator {
  /// The ways to take one of these transitions from the current state.
  ///
  /// - Complexity: all attempts of all transitions.
  public func menu(of transitions: [Transition]) -> StepMenu {
    let conditions = Machine.branchConditions(of: transitions)
    var menu = StepMenu()
    for transition in transitions {
      var places: [Int: Int] = [:]
      do throws(EvaluationError) {
        try forEachAttempt(of: transition) { attempt in
          switch attempt.result {
          case .enabled(let values, let passed):
            let state = State(variables: machine.variables.map(\.name), values: values)
            menu.enabled.append(
              EnabledAction(
                passed: passed, step: Step(action: attempt.action, picks: attempt.picks, state: state)))
          case .refused(let refusal):
            add(refusal, of: attempt, transition, conditions, &places, to: &menu.refused)
          }
          return true
        }
      } catch {
        menu.errors.append(error)
      }
    }
    return menu
  }

  /// The guards that refuse a transition in the current state, each with its first attempt.
  public func refusals(
    of transition: Transition, branchesAt conditions: Set<ExpressionID>,
    choosing choice: (PickID) -> Value? = { _ in nil }
  ) throws(EvaluationError) -> [RefusedAction] {
    var places: [Int: Int] = [:]
    var refused: [RefusedAction] = []
    try forEachAttempt(of: transition, choosing: choice) { attempt in
      if case .refused(let refusal) = attempt.result {
        add(refusal, of: attempt, transition, conditions, &places, to: &refused)
      }
      return true
    }
    return refused
  }

  private func add(
    _ refusal: TransitionAttempt.Refusal, of attempt: TransitionAttempt, _ transition: Transition,
    _ conditions: Set<ExpressionID>, _ places: inout [Int: Int], to refused: inout [RefusedAction]
  ) {
    if transition.isBranch(refusal.item, conditions) { return }
    if let place = places[refusal.item] {
      refused[place].others += 1
      return
    }
    places[refusal.item] = refused.count
    refused.append(
      RefusedAction(
        action: attempt.action, transition: transition.id, picks: attempt.picks, reasons: refusal.reasons,
        others: 0))
  }
}
