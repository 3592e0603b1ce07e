import ProtocolModel

/// An invariant that the user claims to be inductive: does it hold at the start, does every
/// step preserve it, does it imply the other properties?
///
/// A step that breaks it is a *counterexample to induction*: a state that has the invariant and
/// a successor that has not. The state need not be reachable, so this says nothing of the
/// protocol, but that the invariant is too weak or wrong.
extension Prover {
  /// Checks the properties of kind `inductive`, each on its own.
  mutating func checkClaimedInvariants() {
    for index in chosen.indices where chosen[index].kind == .inductive {
      guard let claim = candidates[index], isOpen(index) else { continue }
      tell(.claim, chosen[index].name)
      var subset = InductiveSubset(system, seed: options.seed, limits: share())
      subset.known = ledger.terms
      if subset.survivors(of: [claim], graph) == [0] {
        ledger.addRound([(claim, index)], depth: 1)
        result.properties[index].verdict = .holds
        result.properties[index].strength = .inductive(k: 1, lemmas: 0)
        continue
      }
      // A step that only contracts allow is none.
      if subset.stopped == nil, options.searches { findBrokenStep(index, claim) }
    }
  }

  /// Looks for a step from a state that has the invariant to one that has not.
  private mutating func findBrokenStep(_ index: Int, _ claim: Term) {
    guard let solver = Z3Solver(seed: options.seed, limits: share()) else { return }
    var unrolling = Unrolling(system)
    unrolling.graph = graph
    unrolling.declareConstants(in: solver)
    unrolling.beginAnywhere()
    unrolling.addStep()
    unrolling.declareNew(in: solver)
    for case let step? in unrolling.steps {
      for constraint in step.constraints { solver.assert(constraint, unrolling.graph) }
    }
    let selectors = unrolling.steps[1]?.selectors ?? []
    for (transition, selector) in zip(system.transitions, selectors) {
      // A state that has no place is not shown as it is.
      let overflow = unrolling.term(transition.overflow, at: 0)
      let isBeyond = unrolling.graph.and(selector, overflow)
      unrolling.declareNew(in: solver)
      solver.assert(unrolling.graph.not(isBeyond), unrolling.graph)
    }
    for fact in ledger.terms + [claim] {
      let moved = unrolling.term(fact, at: 0)
      solver.assert(moved, unrolling.graph)
    }
    let after = unrolling.term(claim, at: 1)
    solver.assert(unrolling.graph.not(after), unrolling.graph)
    guard solver.check(assuming: [], unrolling.graph) == .satisfiable,
      let behavior = FoundBehavior(&unrolling, solver, count: 2)
    else { return }
    let replay = BehaviorReplay(machine, behavior)
    guard let trace = replay.stepTrace(), let explanations = replay.violation(of: chosen[index]) else {
      result.disagreement =
        "the solver finds a step that breaks `\(chosen[index].name)`, the evaluator does not"
      return
    }
    result.properties[index].verdict = .violated
    result.properties[index].isCounterexampleToInduction = true
    result.properties[index].trace = trace
    result.properties[index].explanations = explanations
    result.properties[index].constants = behavior.constants.map {
      NamedValue(machine[$0.constant].name, $0.value)
    }
    let action = trace.steps.last?.action?.name ?? "step"
    result.properties[index].note = "not inductive: `\(action)` does not preserve it"
  }
}

extension BehaviorReplay {
  /// The one step of a behavior that begins anywhere; nil when the evaluator cannot take it.
  func stepTrace() -> Trace? {
    guard behavior.states.count == 2 else { return nil }
    let names = machine.variables.map(\.name)
    let before: [Value?] = behavior.states[0].map { $0 }
    let goal: [Value?] = behavior.states[1].map { $0 }
    evaluator.load(before)
    for transition in machine.transitions {
      let counts = transition.picks.map(\.pick)
      var found: Step?
      try? evaluator.forEachAttempt(of: transition, isExplained: false) { pick in
        guard counts.count(where: { $0 == pick }) == 1 else { return nil }
        return behavior.picks[1].first { $0.pick == pick }?.value
      } _: { attempt throws(EvaluationError) in
        guard case .enabled(let values, _) = attempt.result, values == goal else { return true }
        found = Step(
          action: attempt.action, picks: attempt.picks, state: State(variables: names, values: values))
        return false
      }
      if let found {
        return Trace(steps: [Step(state: State(variables: names, values: before)), found])
      }
    }
    return nil
  }
}
