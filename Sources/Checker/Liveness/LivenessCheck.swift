import ProtocolModel

/// Judges temporal properties on a graph of reachable states.
///
/// A property is violated when some behavior makes its negation true; the search for one is
/// split into cases (`Obligations`). A lasso that was found is shown only after the evaluator
/// agreed that the property is false of it.
struct LivenessCheck {
  let machine: Machine
  let graph: StateGraph
  let evaluator: Evaluator
  let limits: SearchLimits

  /// What was found out about a property.
  enum Answer {
    case holds
    case violated(Finding)
    /// It cannot be decided; why.
    case refused(String)
  }

  /// A lasso of the graph.
  struct Finding {
    var states: [Int]
    var loopStart: Int
    var fairness: [FairnessReason] = []

    /// Moves the loop to the front as far as the behavior stays the same.
    mutating func rollUp() {
      while loopStart > 0, states[loopStart - 1] == states[states.count - 1] {
        states.removeLast()
        loopStart -= 1
      }
    }
  }

  /// A property made ready for the search.
  private struct Plan {
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
    var values = Set<Value>()
    for state in 0..<graph.count {
      evaluator.load(graph.values(state))
      // Where it has no value it is asked for again when the formula is evaluated there.
      guard let value = try? evaluator.value(of: expression, with: bindings) else { continue }
      guard case .set(let set) = value else {
        values.insert(value)
        continue
      }
      do throws(ValueError) {
        for member in try set.explicitMembers() { values.insert(member) }
      } catch {
        throw EvaluationError(
          .notExecutable, "a quantifier over temporal formulas needs a finite set",
          at: expression.expression, isLimit: true)
      }
    }
    return values.sorted()
  }

  private func search(_ plan: Plan, _ property: Property) throws(LivenessEnd) -> Answer {
    let table = AtomTable(graph, plan.formula, plan.form, evaluator)
    table.checkLimits = { [limits] () throws(LivenessEnd) in
      if let reason = limits.reached(states: 0) { throw .stopped(reason) }
    }
    for obligations in plan.cases {
      let search = LassoSearch(table, obligations)
      guard let lasso = try search.run() else { continue }
      var finding = Finding(states: lasso.states, loopStart: lasso.loopStart)
      guard try isViolated(property, by: finding) else {
        return .refused("internal error: the behavior that was found satisfies it")
      }
      finding.rollUp()
      try removeStutters(from: &finding, property)
      for (index, condition) in plan.formula.fairness.enumerated()
      where obligations.assumes(plan.fairness[index], plan.form) {
        finding.fairness.append(.init(condition: condition, kind: try reason(condition, finding, table)))
      }
      return .violated(finding)
    }
    return .holds
  }

  /// The evaluator's own answer.
  private func isViolated(_ property: Property, by lasso: Finding) throws(LivenessEnd) -> Bool {
    do throws(EvaluationError) {
      return try !evaluator.isTrue(
        property.function,
        of: LassoStates(states: lasso.states.map(graph.values), loopStart: lasso.loopStart))
    } catch {
      throw .failed(error, state: lasso.states.last)
    }
  }

  /// Drops steps of the stem that change nothing, as long as the property stays violated.
  private func removeStutters(from lasso: inout Finding, _ property: Property) throws(LivenessEnd) {
    var position = 0
    while position < lasso.loopStart {
      var shorter = lasso
      if lasso.states[position] == lasso.states[position + 1] {
        shorter.states.remove(at: position)
        shorter.loopStart -= 1
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
    _ condition: FairnessCondition, _ lasso: Finding, _ table: AtomTable
  ) throws(LivenessEnd) -> FairnessReason.Kind {
    var disabled: Int?
    for position in lasso.loopStart..<lasso.states.count {
      let next = position + 1 < lasso.states.count ? position + 1 : lasso.loopStart
      let state = lasso.states[position]
      guard let edge = graph.edges(of: state).first(where: { graph.target(of: $0) == lasso.states[next] })
      else { continue }
      if try table.isTrue(condition.isTaken, state, edge) { return .taken(from: position) }
      if try !table.isTrue(condition.isEnabled, state, edge), disabled == nil { disabled = position }
    }
    if condition.isStrong { return .neverEnabled }
    return disabled.map { .disabled(at: $0) } ?? .neverEnabled
  }
}

extension Obligations {
  /// Whether a fairness condition is among what the loop must satisfy.
  fileprivate func assumes(_ number: NormalForm.Number, _ form: NormalForm) -> Bool {
    var form = form
    if let formula = form.recurring(number) { return recurrences.contains(.init(formula: formula)) }
    guard let response = try? form.response(number) else { return false }
    return responses.contains(response)
  }
}

// MARK: - Results

extension LivenessCheck {
  /// Fills in the verdicts on all properties that need more than a look at each state.
  ///
  /// - Parameter isComplete: every reachable state is in the graph with all its steps.
  func judge(_ names: [String]?, isComplete: Bool, in result: inout SearchResult) {
    for index in result.properties.indices {
      guard let property = machine.properties.first(where: { $0.name == result.properties[index].name }),
        case .behaviors = property.scope
      else { continue }
      do throws(LivenessEnd) {
        switch try judge(property) {
        case .holds:
          result.properties[index].verdict = .holds
          result.properties[index].strength =
            isComplete ? .exhaustive : .bounded(steps: result.statistics.depth)
        case .refused(let reason):
          result.properties[index].strength = .bounded(steps: 0)
          result.properties[index].note = reason
        case .violated(let finding): fill(&result.properties[index], finding)
        }
      } catch {
        switch error {
        case .tooLarge:
          result.properties[index].strength = .bounded(steps: 0)
          result.properties[index].note = "its automaton is too large"
          continue
        case .stopped(let reason): result.stopped = reason
        case .failed(let error, let state):
          result.fail(
            error, state.map { trace(to: $0) } ?? Trace(steps: []), "in temporal `\(property.name)`",
            machine, limits)
        }
        return
      }
    }
  }

  private func fill(_ property: inout PropertyResult, _ finding: Finding) {
    let builder = builder
    var trace = Trace(steps: [])
    /// By state of the lasso: its place in the trace, which has states in between where actions commit.
    var places: [Int] = []
    for (position, state) in finding.states.enumerated() {
      let before = position == 0 ? nil : finding.states[position - 1]
      trace.steps += builder.steps(from: before, to: state)
      places.append(trace.steps.count - 1)
    }
    trace.loopStart = places[finding.loopStart]
    let (last, first) = (finding.states[finding.states.count - 1], finding.states[finding.loopStart])
    var story = LassoStory(closing: nil)
    if last != first {
      let closing = builder.steps(from: last, to: first)
      trace.steps += closing.dropLast()
      story.closing = closing.last
    }
    story.fairness = finding.fairness.map { reason in
      var reason = reason
      switch reason.kind {
      case .taken(let position): reason.kind = .taken(from: places[position])
      case .disabled(let position): reason.kind = .disabled(at: places[position])
      case .neverEnabled: break
      }
      return reason
    }
    property.verdict = .violated
    property.strength = .exhaustive
    property.trace = trace
    property.steps = trace.length + (story.closing == nil ? 0 : 1)
    property.lasso = story
  }

  private var builder: TraceBuilder<Int> {
    var parents = [Int?](repeating: nil, count: graph.count)
    for state in 0..<graph.count {
      for edge in graph.edges(of: state).dropFirst() {
        let target = graph.target(of: edge)
        if target >= graph.initialCount, parents[target] == nil, target > state { parents[target] = state }
      }
    }
    return TraceBuilder(machine: machine, evaluator: evaluator, state: graph.values) { parents[$0] }
  }

  private func trace(to state: Int) -> Trace { builder.trace(to: state) }
}

extension TraceBuilder<Int> {
  /// The step to a state, or that of `init` where there is none before; one that changes
  /// nothing where the behavior stutters.
  fileprivate func steps(from before: Int?, to after: Int) -> [Step] {
    guard let before else {
      return steps(
        from: Array(repeating: nil, count: machine.variables.count), to: state(after), by: machine.initial)
    }
    return stutter(at: before, after) ?? steps(from: state(before), to: state(after), by: machine.step)
  }
}

extension SearchResult {
  /// Notes an error of the model, or a limit of the evaluator.
  fileprivate mutating func fail(
    _ error: EvaluationError, _ trace: Trace, _ activity: String, _ machine: Machine, _ limits: SearchLimits
  ) {
    guard error.isLimit else {
      failure = .init(error: error, trace: trace, activity: activity)
      return
    }
    if limits.isInterrupted?() == true {
      stopped = .interrupted
    } else if limits.isTimeOver?() == true {
      stopped = .time
    } else {
      let location = machine.location(of: error.expression).map { "\($0): " } ?? ""
      stopped = .evaluation(location + error.message)
    }
  }
}
