import ProtocolModel

/// Judges temporal properties on a graph of reachable states.
///
/// A property is violated when some behavior makes its negation true; the search for one is
/// split into cases (`Obligations`). A lasso that was found is shown only after the evaluator
/// agreed that the property is false of it.
struct LivenessCheck {
  let machine: Machine
  let evaluator: Evaluator
  let count: Int
  let values: (Int) -> [Value?]
  /// The states with the atoms of a formula.
  let model: (TemporalFormula) throws(LivenessEnd) -> any LivenessModel
  let limits: SearchLimits
  /// Whether there is a lasso at all is decided first, with little memory.
  let decidesFirst: Bool
  /// Fairness that is not needed, or that would help, is looked for.
  var advises = false

  /// What was found out about a property.
  enum Answer {
    /// With the fairness conditions that are not needed for it, all of them together.
    case holds(unneeded: [FairnessCondition])
    case violated(Finding)
    /// It cannot be decided; why.
    case refused(String)
  }

  /// A lasso of the graph.
  struct Finding {
    var states: [Int]
    var loopStart: Int
    var fairness: [FairnessReason] = []
    /// Actions whose weak fairness makes the property true; nil if none does, or nobody asked.
    var remedy: [String]?

    /// Moves the loop to the front as far as the behavior stays the same.
    mutating func rollUp() {
      while loopStart > 0, states[loopStart - 1] == states[states.count - 1] {
        states.removeLast()
        loopStart -= 1
      }
    }
  }

  /// A property made ready for the search.
  struct Plan {
    var formula: TemporalFormula
    var form = NormalForm()
    /// Numbers of the fairness conditions.
    var fairness: [NormalForm.Number] = []
    var cases: [Obligations] = []

    init(_ formula: TemporalFormula) throws(NormalForm.TooLarge) {
      self.formula = formula
      let negation = try form.number(of: formula.root, formula.fairness, negated: true)
      for index in formula.fairness.indices {
        fairness.append(try form.number(of: .fair(index), formula.fairness))
      }
      cases = try Obligations.cases(of: negation, &form)
    }
  }

  func judge(_ property: Property) throws(LivenessEnd) -> Answer {
    let plan: Plan
    do throws(TemporalFlattener.Failure) {
      let formula = try TemporalFlattener.formula(of: property.function, evaluator) {
        [self] set, bindings throws(EvaluationError) in try universe(set, bindings)
      }
      do throws(NormalForm.TooLarge) {
        plan = try Plan(formula)
      } catch {
        return .refused("its automaton is too large")
      }
    } catch {
      switch error {
      case .refused(let reason, let place):
        return .refused((machine.location(of: place).map { "\($0): " } ?? "") + reason)
      case .undefined(let error): throw .failed(error, state: nil)
      }
    }
    return try search(plan, property)
  }

  /// The values that an expression has in the states of the graph, or the members that it has as a set.
  private func universe(
    _ expression: FramedExpression, _ bindings: [SlotValue]
  ) throws(EvaluationError) -> [Value] {
    var found = Set<Value>()
    for state in 0..<count {
      if state & 63 == 0, limits.interruption != nil {
        throw EvaluationError(
          .notExecutable, "stopped during evaluation", at: expression.expression, isLimit: true)
      }
      evaluator.load(values(state))
      // Where it has no value it is asked for again when the formula is evaluated there.
      guard let value = try? evaluator.value(of: expression, with: bindings) else { continue }
      guard case .set(let set) = value else {
        found.insert(value)
        continue
      }
      do throws(ValueError) {
        for member in try set.explicitMembers() { found.insert(member) }
      } catch {
        throw EvaluationError(
          .notExecutable, "a quantifier over temporal formulas needs a finite set",
          at: expression.expression, isLimit: true)
      }
    }
    return found.sorted()
  }

  private func search(_ plan: Plan, _ property: Property) throws(LivenessEnd) -> Answer {
    let direct = try model(plan.formula)
    let model = CachedModel(direct, plan.formula.atoms)
    for obligations in plan.cases {
      guard var finding = try lasso(obligations, plan, model, direct) else { continue }
      guard try isViolated(property, by: finding) else {
        return .refused("internal error: the behavior that was found satisfies it")
      }
      finding.rollUp()
      try removeStutters(from: &finding, property)
      for (index, condition) in plan.formula.fairness.enumerated()
      where obligations.assumes(plan.fairness[index], plan.form) {
        finding.fairness.append(.init(condition: condition, kind: try reason(condition, finding, model)))
      }
      // What is found is found: no advice is needed for it, should it take too long.
      if advises { finding.remedy = (try? remedy(for: plan, model)) ?? nil }
      return .violated(finding)
    }
    return .holds(unneeded: advises ? (try? unneeded(by: plan, model)) ?? [] : [])
  }

  private func lasso(
    _ obligations: Obligations, _ plan: Plan, _ model: CachedModel, _ direct: any LivenessModel
  ) throws(LivenessEnd) -> Finding? {
    var obligations = obligations
    var starts: [Int]?
    var stem: [Int] = []
    if decidesFirst {
      if let packed = direct as? PackedModel,
        try RegionSearch(packed, plan.form, obligations)?.excludes() == true
      {
        return nil
      }
      let decision = RecurrenceSearch(direct, plan.form, obligations)
      guard let start = try decision.run() else { return nil }
      if decision.beginsAnywhere, case .eventually(let inner) = plan.form[obligations.formulas[0]] {
        obligations.formulas = [inner]
        stem = model.path(to: start).dropLast()
      }
      starts = [start]
    }
    let search = LassoSearch(model, plan.form, obligations, from: starts)
    guard let lasso = try search.run() else {
      if starts != nil { throw .disagreement }
      return nil
    }
    return Finding(states: stem + lasso.states, loopStart: stem.count + lasso.loopStart)
  }

  /// The evaluator's own answer.
  private func isViolated(_ property: Property, by lasso: Finding) throws(LivenessEnd) -> Bool {
    do throws(EvaluationError) {
      return try !evaluator.isTrue(
        property.function,
        of: LassoStates(states: lasso.states.map(values), loopStart: lasso.loopStart))
    } catch {
      throw .failed(error, state: lasso.states.last)
    }
  }

  /// Drops steps that change nothing, as long as the property stays violated.
  private func removeStutters(from lasso: inout Finding, _ property: Property) throws(LivenessEnd) {
    var position = 0
    while position < lasso.states.count {
      var shorter = lasso
      let next = position + 1 < lasso.states.count ? position + 1 : lasso.loopStart
      if next != position, lasso.states[position] == lasso.states[next] {
        shorter.states.remove(at: position)
        if position < lasso.loopStart { shorter.loopStart -= 1 }
        if try isViolated(property, by: shorter) {
          lasso = shorter
          continue
        }
      }
      position += 1
    }
  }

  /// Why the loop of a lasso satisfies a fairness condition.
  private func reason(
    _ condition: FairnessCondition, _ lasso: Finding, _ model: any LivenessModel
  ) throws(LivenessEnd) -> FairnessReason.Kind {
    var disabled: Int?
    for position in lasso.loopStart..<lasso.states.count {
      let next = position + 1 < lasso.states.count ? position + 1 : lasso.loopStart
      let (state, target) = (lasso.states[position], lasso.states[next])
      guard let place = try model.targets(of: state).firstIndex(of: target) else { continue }
      if try model.isTrue(condition.isTaken, state, place, target) { return .taken(from: position) }
      if disabled == nil, try !model.isTrue(condition.isEnabled, state, place, target) { disabled = position }
    }
    if condition.isStrong { return .neverEnabled }
    return disabled.map { .disabled(at: $0) } ?? .neverEnabled
  }
}
