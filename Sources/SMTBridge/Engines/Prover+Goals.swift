import ProtocolModel

/// What the bounded search looks for.
extension Prover {
  /// The questions of the bounded search: one a property, in their order, then those of the machine.
  mutating func goals() -> [BoundedSearch.Goal] {
    var goals: [BoundedSearch.Goal] = []
    var undefined = Term.false
    for (property, predicate) in zip(chosen, system.predicates) {
      let whole = predicate.whole
      if property.kind != .temporal || property.shape != .alwaysStep {
        undefined = graph.or(undefined, whole.undefined)
      }
      var goal = BoundedSearch.Goal(term: graph.and(graph.not(whole.holds), graph.not(whole.undefined)))
      if predicate.refusal != nil { goal.term = .false }
      switch property.kind {
      case .invariant, .inductive: break
      case .witness:
        goal.term = predicate.refusal == nil ? graph.and(whole.holds, graph.not(whole.undefined)) : .false
      case .maximum, .minimum: goal.term = .false
      case .temporal:
        switch property.shape {
        case .state: goal.isOfInitialState = true
        case .alwaysState: break
        case .alwaysStep: goal.isOfStep = true
        case .general: goal.term = .false
        }
      }
      goals.append(goal)
    }
    for transition in system.transitions { undefined = graph.or(undefined, transition.failure) }
    let undefinedOnSteps = undefinedOnSteps()
    findings.definednessGoals = [goals.count, goals.count + 1, goals.count + 2]
    goals.append(.init(term: undefined))
    goals.append(.init(term: undefinedOnSteps, isOfStep: true))
    goals.append(.init(term: withoutChange(undefinedOnSteps), isOfIdleStep: true))
    for index in chosen.indices where isOfSteps(index) && system.predicates[index].refusal == nil {
      let whole = system.predicates[index].whole
      let bad = graph.and(graph.not(whole.holds), graph.not(whole.undefined))
      findings.idleGoals[index] = goals.count
      goals.append(.init(term: withoutChange(bad), isOfIdleStep: true))
    }
    var overflow = Term.false
    for transition in system.transitions { overflow = graph.or(overflow, transition.overflow) }
    overflowGoal = goals.count
    goals.append(.init(term: overflow))
    if options.checksDeadlock {
      var stuck = Term.true
      var isExact = true
      for transition in system.transitions {
        if dependsOnPicks(transition.enabled) {
          isExact = false
        } else {
          stuck = graph.and(stuck, graph.not(transition.enabled))
        }
      }
      findings.deadlockGoal = goals.count
      goals.append(.init(term: stuck, excludes: isExact))
      result.deadlock = ProvedProperty(name: "deadlock", kind: .invariant, range: .none)
    }
    return goals
  }

  /// True for a property of transitions.
  private func isOfSteps(_ index: Int) -> Bool {
    chosen[index].kind == .temporal && chosen[index].shape == .alwaysStep
  }

  /// When a property of two states has no value.
  mutating func undefinedOnSteps() -> Term {
    var undefined = Term.false
    for (property, predicate) in zip(chosen, system.predicates)
    where property.kind == .temporal && property.shape == .alwaysStep {
      undefined = graph.or(undefined, predicate.whole.undefined)
    }
    return undefined
  }

  /// True for a term that speaks of more than the state and the constants.
  func dependsOnPicks(_ term: Term) -> Bool {
    let fixed = Set((system.current + system.openConstants.flatMap(\.leaves)).compactMap { number(of: $0) })
    return graph.inputs(below: term).contains { !fixed.contains($0) }
  }

  func number(of term: Term) -> Int? {
    if case .input(let number, _) = graph[term] { return Int(number) }
    return nil
  }
}
