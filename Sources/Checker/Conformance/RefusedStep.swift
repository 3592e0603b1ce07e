import ProtocolModel

/// The first step of a trace that the model does not have, with what it has in its place.
public struct RefusedStep: Sendable {
  /// Index of the state to which the step should lead; the number of states for the way back
  /// of a lasso.
  public var index: Int
  /// For the way back of a lasso the state to which it should lead.
  public var returnsTo: Int?
  /// A state of the model that fits the trace up to here; nil before the initial state.
  public var before: State?
  /// How many states of the model fit the trace up to here.
  public var candidates: Int
  /// What the trace asks for.
  public var action: String?
  public var picks: [NamedValue]
  /// The state that the trace asks for; what it leaves open is as in `before`.
  public var asked: State
  /// The steps of the model from `before`, the nearest to what the trace asks for first.
  public var enabled: [Alternative]
  /// Why the action of the trace, or else every action, is not enabled in other ways.
  public var refusals: [RefusedAction]
  /// Runtime errors of transitions in `before`.
  public var errors: [EvaluationError]

  /// A step that the model can take.
  public struct Alternative: Sendable {
    public var step: Step
    /// Variables whose values the trace contradicts.
    public var differing: [String]
    /// False if the trace names another action, or other picks.
    public var hasActionOfTrace: Bool
  }
}

// MARK: - Finding out

extension TraceReplay {
  /// Candidates that are looked at for the one with the nearest step.
  private static let analyzedCandidates = 32

  func refusal(
    at level: Int, _ candidates: [Candidate], _ trace: ObservedTrace, returnsTo: Int? = nil
  ) -> Outcome {
    let seen = trace.steps[level]
    var best: RefusedStep?
    for candidate in candidates.prefix(Self.analyzedCandidates) {
      let found = refusedStep(from: candidate, level, seen, candidates.count, returnsTo)
      guard let known = best else {
        best = found
        continue
      }
      if found.distance < known.distance { best = found }
    }
    guard let best else {
      // Cannot be: a refusal has the candidates that were left.
      return .failed(
        EvaluationError(.notExecutable, "internal error: no state left", at: ExpressionID(0)), index: level,
        before: nil)
    }
    return .refused(best)
  }

  private func refusedStep(
    from candidate: Candidate, _ level: Int, _ seen: ObservedStep, _ candidates: Int, _ returnsTo: Int?
  ) -> RefusedStep {
    let names = machine.variables.map(\.name)
    var result = RefusedStep(
      index: level, returnsTo: returnsTo, before: state(candidate, level), candidates: candidates,
      action: seen.action, picks: seen.picks,
      asked: State(variables: names, values: zip(seen.values, candidate.state).map { $0 ?? $1 }), enabled: [],
      refusals: [], errors: [])
    let transitions = transitions(at: level)
    let conditions = Machine.branchConditions(of: transitions)
    let isKnown = transitions.contains { $0.action == seen.action || $0.isOpaque }
    evaluator.load(candidate.state)
    for transition in transitions {
      let isNamed = mayBe(seen.action, transition)
      explore(transition, seen, conditions, isListed: isNamed || !isKnown, &result)
    }
    // A stable sort: the order of the source decides among equals.
    result.enabled = result.enabled.enumerated().sorted {
      ($0.element.differing.count, $0.element.hasActionOfTrace ? 0 : 1, $0.offset)
        < ($1.element.differing.count, $1.element.hasActionOfTrace ? 0 : 1, $1.offset)
    }.map(\.element)
    return result
  }

  /// Adds the attempts of one transition.
  private func explore(
    _ transition: Transition, _ seen: ObservedStep, _ conditions: Set<ExpressionID>, isListed: Bool,
    _ result: inout RefusedStep
  ) {
    // With the picks of the trace first; if they do not occur in the transition, all picks are.
    let choice = isListed ? choice(seen, for: transition) : { _ in nil }
    do throws(EvaluationError) {
      try evaluator.forEachAttempt(of: transition, isExplained: false) { (attempt) throws(EvaluationError) in
        guard case .enabled(let values, _) = attempt.result else { return true }
        add(
          .init(
            step: step(attempt, to: values), differing: differences(values, seen),
            hasActionOfTrace: seen.fits(attempt.action, attempt.picks)), to: &result)
        return true
      }
      guard isListed else { return }
      result.refusals += try evaluator.refusals(of: transition, branchesAt: conditions, choosing: choice)
    } catch {
      result.errors.append(error)
    }
  }

  /// Alternatives that are kept; the nearest ones when there are more.
  private static let alternativeLimit = 1_000

  private func add(_ alternative: RefusedStep.Alternative, to result: inout RefusedStep) {
    if result.enabled.count >= 2 * Self.alternativeLimit {
      result.enabled.sort { $0.differing.count < $1.differing.count }
      result.enabled.removeLast(Self.alternativeLimit)
    }
    result.enabled.append(alternative)
  }

  /// The variables of which the trace says something else.
  private func differences(_ values: [Value?], _ seen: ObservedStep) -> [String] {
    machine.variables.indices.compactMap { index in
      guard let wanted = seen.values[index], wanted != values[index] else { return nil }
      return machine.variables[index].name
    }
  }
}

extension RefusedStep {
  /// Differing variables of the nearest step.
  fileprivate var distance: Int { enabled.first?.differing.count ?? .max }
}
