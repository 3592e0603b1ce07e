import ProtocolModel

/// What a search found out, and the verdicts that follow: the same for every engine.
///
/// - Note: `Place` is where a state stands in the engine's store.
struct SearchReport<Place: Sendable & Equatable> {
  /// A property under judgment.
  struct Judge {
    var property: Property
    var scope: PropertyScope
    /// The state that decides it (the later one of a transition).
    var decidedBy: Place?
    /// The earlier state of the deciding transition, or the state of an extreme.
    var source: Place?
    var steps: Int?
    var extreme: Integer?
    /// By value of the quantity: states that have it.
    var counts: [Integer: Int] = [:]
    /// For a property of behaviors: the violation that was found before all states were known.
    var violation: PropertyResult?
  }

  let machine: Machine
  let options: SearchOptions
  var statistics = SearchStatistics()
  var judges: [Judge]
  /// By function: some transition went through it.
  var fired: [Bool]
  var deadlock: Place?
  /// Every reachable state was expanded.
  var isExhausted = false
  var falseAssumptions: [Assumption] = []
  var coverage: CoverageLedger

  /// How a search ends before it is done.
  enum End: Error {
    case stopped(StopReason)
    case failed(EvaluationError, at: Place?, activity: String)
  }

  init(machine: Machine, options: SearchOptions) {
    self.machine = machine
    self.options = options
    let judged = machine.properties.filter { options.properties?.contains($0.name) ?? true }
    judges = judged.map { Judge(property: $0, scope: $0.scope) }
    fired = Array(repeating: false, count: machine.functions.count)
    coverage = CoverageLedger(options.coverage)
  }

  /// True when no state has to be expanded any more.
  var isDone: Bool {
    if deadlock != nil, !options.keepsGoing { return true }
    var hasOpen = options.checksDeadlock ? deadlock == nil : judges.isEmpty
    for judge in judges {
      switch judge.property.kind {
      case .invariant, .temporal, .inductive:
        if judge.decidedBy != nil || judge.violation != nil {
          if !options.keepsGoing { return true }
        } else {
          hasOpen = true
        }
      case .witness:
        if judge.decidedBy == nil { hasOpen = true }
      case .maximum, .minimum: hasOpen = true
      }
    }
    return !hasOpen
  }

  /// True when some property that speaks of behaviors is open.
  var asksForBehaviors: Bool {
    judges.contains { if case .behaviors = $0.scope { $0.violation == nil } else { false } }
  }

  /// What the states at the end of a search say of behaviors; nil when they are not to be asked.
  func extent(of result: SearchResult) -> LivenessCheck.Extent? {
    guard asksForBehaviors, result.failure == nil, result.falseAssumptions.isEmpty else { return nil }
    switch result.stopped {
    case .states, .memory, .time: return .part
    case .interrupted, .evaluation: return nil
    case nil: break
    }
    if result.isExhausted { return .all }
    return statistics.depth == options.maxSteps ? .bounded : nil
  }

  /// A result with nothing but the open properties of behaviors.
  var behaviorsAlone: SearchResult {
    var result = SearchResult(
      statistics: statistics, properties: [], falseAssumptions: [], isExhausted: false, neverFired: [])
    for judge in judges where judge.violation == nil {
      if case .behaviors = judge.scope { result.properties.append(openBehavior(judge.property)) }
    }
    return result
  }

  /// Takes over the violations of properties of behaviors.
  mutating func noteViolations(in result: SearchResult) {
    for property in result.properties where property.verdict == .violated {
      guard let number = judges.firstIndex(where: { $0.property.name == property.name }) else { continue }
      judges[number].violation = property
    }
  }

  private func openBehavior(_ property: Property) -> PropertyResult {
    var answer = PropertyResult(
      name: property.name, kind: property.kind, range: property.range, verdict: .inconclusive,
      strength: .exhaustive)
    answer.isOfBehaviors = true
    return answer
  }

  /// An error of the evaluator as the end of a search.
  func end(_ error: EvaluationError, at place: Place?, _ activity: String) -> End {
    guard error.isLimit else { return .failed(error, at: place, activity: activity) }
    if options.limits.isInterrupted?() == true { return .stopped(.interrupted) }
    if options.limits.isTimeOver?() == true { return .stopped(.time) }
    let location = machine.location(of: error.expression).map { "\($0): " } ?? ""
    return .stopped(.evaluation(location + error.message))
  }

  // MARK: The result

  func result(end: End?, _ traces: TraceBuilder<Place>) -> SearchResult {
    // What cut the search short must not cut its traces.
    traces.evaluator.shouldStop = nil
    var result = SearchResult(
      statistics: statistics, properties: [], falseAssumptions: falseAssumptions,
      isExhausted: isExhausted && end == nil, neverFired: neverFired(), reached: coverage.isReached,
      undecided: coverage.isUndecided)
    switch end {
    case .stopped(let reason): result.stopped = reason
    case .failed(let error, let place, let activity):
      result.failure = .init(
        error: error, trace: place.map { traces.trace(to: $0) } ?? Trace(steps: []), activity: activity)
    case nil: break
    }
    result.properties = judges.map { verdict(of: $0, in: result, traces) }
    if options.checksDeadlock {
      var found = PropertyResult(
        name: "deadlock", kind: .invariant, range: .none, verdict: .violated, strength: .exhaustive)
      if let deadlock {
        found.trace = traces.trace(to: deadlock)
        found.steps = found.trace?.length
      } else {
        (found.verdict, found.strength) = undecided(in: result)
      }
      result.deadlock = found
    }
    return result
  }

  /// The verdict on what was not refuted: as strong as the search went far.
  private func undecided(in result: SearchResult) -> (Verdict, Strength) {
    if result.isExhausted { return (.holds, .exhaustive) }
    // Levels below the present one were judged in full.
    let reached = max(0, statistics.depth - (result.stopped == nil && result.failure == nil ? 0 : 1))
    let wasCut = result.stopped != nil || result.failure != nil || !result.falseAssumptions.isEmpty
    return (wasCut ? .inconclusive : .holds, .bounded(steps: reached))
  }

  private func verdict(
    of judge: Judge, in result: SearchResult, _ traces: TraceBuilder<Place>
  ) -> PropertyResult {
    let property = judge.property
    if let violation = judge.violation { return violation }
    if case .behaviors = judge.scope {
      // Judged when all states are known: see `LivenessCheck`.
      var answer = openBehavior(property)
      answer.strength = undecided(in: result).1
      return answer
    }
    var answer = PropertyResult(
      name: property.name, kind: property.kind, range: property.range, verdict: .inconclusive,
      strength: .exhaustive)
    switch property.kind {
    case .maximum, .minimum:
      (answer.verdict, answer.strength) = undecided(in: result)
      answer.distribution = judge.counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      if let extreme = judge.extreme, let state = judge.source {
        answer.value = .int(extreme)
        answer.trace = traces.trace(to: state)
        answer.steps = judge.steps
      }
      return answer
    case .witness:
      if let state = judge.decidedBy {
        answer.verdict = .holds
        answer.trace = traces.trace(to: state)
        answer.steps = judge.steps
      } else if result.isExhausted {
        answer.verdict = .violated
      } else {
        (_, answer.strength) = undecided(in: result)
      }
      return answer
    case .invariant, .inductive, .temporal: break
    }
    guard let state = judge.decidedBy else {
      (answer.verdict, answer.strength) = undecided(in: result)
      return answer
    }
    answer.verdict = .violated
    answer.steps = judge.steps
    answer.trace = judge.source.map { traces.trace(to: $0, then: state) } ?? traces.trace(to: state)
    answer.explanations = traces.explain(property, in: state, after: judge.source)
    return answer
  }

  /// A definition may have several copies, one for each operator that it is given: it
  /// fired when one of them did, and is told once.
  private func neverFired() -> [FunctionID] {
    var told = Set(machine.functions.indices.filter { fired[$0] }.map { Definition(machine.functions[$0]) })
    return machine.stepActions.filter { told.insert(Definition(machine[$0])).inserted }
  }
}

private struct Definition: Hashable {
  var range: SourceRange
  var instance: String
  init(_ function: Function) { (range, instance) = (function.range, function.instance) }
}
