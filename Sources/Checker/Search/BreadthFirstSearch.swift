import ProtocolModel

/// Breadth-first search: visits every reachable state, nearest first, so that the
/// first violation found has a shortest counterexample.
///
/// States are stored in order of discovery and never move, hence the store is also
/// the queue, and a level ends where the store ended when the level began. A state is
/// judged when its turn comes, just before it is expanded, since then its `val`s are
/// evaluated once for both. After the first violation the rest of its level is judged
/// but expanded no more, so that every property that fails at this depth is reported.
/// Properties of two states are judged on each transition, when it is made.
///
/// - Complexity: one run of the step for each transition, one row for each distinct
///   state. Memory is the limit, not time.
public final class BreadthFirstSearch {
  let machine: Machine
  let options: SearchOptions
  let evaluator: Evaluator
  let store: StateStore
  private var states: InternedStates
  private(set) var statistics = SearchStatistics()
  private var judges: [Judge]
  private var fired: [Bool]

  private var current: [Value?]
  private var currentRow: [UInt32]
  private var nextRow: [UInt32]
  private var patience = 0
  private static let patienceBetweenChecks = 2_048

  /// Receives the counters at each level and every few thousand transitions.
  public var progress: ((SearchStatistics) -> Void)?

  /// A property under judgment.
  struct Judge {
    var property: Property
    var scope: PropertyScope
    /// The state that decides it (the later one of a transition).
    var decidedBy: StateStore.Index?
    /// The earlier state of the deciding transition.
    var source: StateStore.Index?
    /// The later state of it, which need not have been found from `source` first.
    var steps: Int?
    var extreme: Integer?
  }

  public init(machine: Machine, options: SearchOptions) {
    self.machine = machine
    self.options = options
    evaluator = Evaluator(machine: machine)
    store = StateStore(width: machine.variables.count)
    states = InternedStates(variableCount: machine.variables.count)
    current = Array(repeating: nil, count: machine.variables.count)
    currentRow = Array(repeating: 0, count: machine.variables.count)
    nextRow = currentRow
    fired = Array(repeating: false, count: machine.functions.count)
    let judged = machine.properties.filter { options.properties?.contains($0.name) ?? true }
    judges = judged.map { Judge(property: $0, scope: $0.scope) }
  }

  // MARK: The search

  /// How a search ends.
  private enum End: Error {
    case stopped(StopReason)
    case failed(EvaluationError, at: StateStore.Index?, activity: String)
  }

  public func run() -> SearchResult {
    let limits = options.limits
    evaluator.shouldStop = { limits.isInterrupted?() == true || limits.isTimeOver?() == true }
    var end: End?
    var falseAssumptions: [Assumption] = []
    do throws(End) {
      falseAssumptions = try checkAssumptions()
      if falseAssumptions.isEmpty { try explore() }
    } catch {
      end = error
    }
    return result(end: end, falseAssumptions: falseAssumptions)
  }

  private func checkAssumptions() throws(End) -> [Assumption] {
    try guarding(at: nil, "in an assumption") { () throws(EvaluationError) in
      var result: [Assumption] = []
      for assumption in machine.assumptions where try !evaluator.isTrue(assumption.function) {
        result.append(assumption)
      }
      return result
    }
  }

  private var isExhausted = false
  private var deadlock: StateStore.Index?

  private func explore() throws(End) {
    try admitInitialStates()
    var expanded: StateStore.Index = 0
    var level = 0
    while Int(expanded) < store.count {
      statistics.depth = level
      let levelEnd = StateStore.Index(store.count)
      let isLast = isDone || level == options.maxSteps
      while expanded < levelEnd {
        try judge(expanded, level: level)
        if !isLast, !isDone { try expand(expanded, level: level) }
        expanded += 1
        statistics.frontier = store.count - Int(expanded)
        try checkLimits()
      }
      progress?(statistics)
      if isDone || isLast { return }
      level += 1
    }
    isExhausted = true
  }

  /// True when no state has to be expanded any more.
  private var isDone: Bool {
    if deadlock != nil, !options.keepsGoing { return true }
    var hasOpen = options.checksDeadlock ? deadlock == nil : judges.isEmpty
    for judge in judges {
      switch judge.property.kind {
      case .invariant, .temporal, .inductive:
        if judge.decidedBy != nil {
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

  private func admitInitialStates() throws(End) {
    guard let initial = machine.initial else { return }
    evaluator.load(current)
    var stop: StopReason?
    try guarding(at: nil, "in `init`") { () throws(EvaluationError) in
      try evaluator.forEachOutcome(of: initial) { outcome throws(EvaluationError) in
        stop = try add(outcome, parent: nil)?.stop
        return stop == nil
      }
    }
    if let stop { throw .stopped(stop) }
  }

  /// Stores the state of an outcome; its index, and a reason to stop, if there is one.
  private func add(
    _ outcome: Outcome, parent: StateStore.Index?
  ) throws(EvaluationError) -> (index: StateStore.Index, stop: StopReason?)? {
    for variable in outcome.values.indices {
      guard let value = outcome.values[variable] else {
        throw EvaluationError.unassigned(machine.variables[variable].name, after: outcome, in: machine)
      }
      if parent != nil, let old = current[variable], Value.areIdentical(old, value) {
        nextRow[variable] = currentRow[variable]
        continue
      }
      do throws(ValueError) {
        nextRow[variable] = try states.number(of: value, variable: variable)
      } catch {
        throw EvaluationError.unstorable(error, machine.variables[variable].name, after: outcome, in: machine)
      }
    }
    guard let (index, isNew) = store.insert(nextRow, parent: parent ?? StateStore.none) else {
      return (0, .states(StateStore.limit))
    }
    if isNew { statistics.distinct += 1 }
    patience -= 1
    if patience <= 0 {
      patience = Self.patienceBetweenChecks
      if let reason = options.limits.reached(states: isNew ? store.count : 0) { return (index, reason) }
    } else if let most = options.limits.states, store.count >= most, isNew {
      return (index, .states(most))
    }
    return (index, nil)
  }

  private func load(_ index: StateStore.Index) {
    let row = store.row(index)
    for variable in currentRow.indices { currentRow[variable] = row[variable] }
    states.values(of: row, into: &current)
    evaluator.load(current)
  }

  private func expand(_ index: StateStore.Index, level: Int) throws(End) {
    guard let step = machine.step else { return }
    var successors = 0
    var stop: StopReason?
    let judgesTransitions = judges.contains {
      if case .transitions = $0.scope { return $0.decidedBy == nil }
      return false
    }
    try guarding(at: index, "in `step`") { () throws(EvaluationError) in
      try evaluator.forEachOutcome(of: step) { outcome throws(EvaluationError) in
        successors += 1
        evaluator.markActions(of: outcome, in: &fired)
        guard let added = try add(outcome, parent: index) else { return false }
        if judgesTransitions, added.stop == nil {
          try judgeTransition(from: index, to: added.index, outcome, level: level)
        }
        stop = added.stop
        return stop == nil
      }
    }
    statistics.generated += successors
    if let stop { throw .stopped(stop) }
    if successors == 0 {
      statistics.deadEnds += 1
      if options.checksDeadlock, deadlock == nil { deadlock = index }
    }
  }

  private func checkLimits() throws(End) {
    patience -= 1
    if patience > 0 { return }
    patience = Self.patienceBetweenChecks
    progress?(statistics)
    if let reason = options.limits.reached(states: 0) { throw .stopped(reason) }
  }

  // MARK: Judging

  private func judge(_ index: StateStore.Index, level: Int) throws(End) {
    load(index)
    for number in judges.indices where judges[number].decidedBy == nil {
      switch judges[number].scope {
      case .transitions, .undecidable: continue
      case .initialStates where level > 0: continue
      case .states, .initialStates: break
      }
      let property = judges[number].property
      try guarding(at: index, "in \(property.kind.rawValue) `\(property.name)`") {
        () throws(EvaluationError) in
        try judge(number, index, level)
      }
    }
  }

  private func judge(_ number: Int, _ index: StateStore.Index, _ level: Int) throws(EvaluationError) {
    let property = judges[number].property
    switch property.kind {
    case .invariant, .inductive, .temporal:
      for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true {
        judges[number].decidedBy = index
        judges[number].steps = level
        return
      }
    case .witness:
      for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true { return }
      judges[number].decidedBy = index
      judges[number].steps = level
    case .maximum, .minimum:
      guard let value = try evaluator.value(of: property.function).asInteger else { return }
      if let best = judges[number].extreme, property.kind == .maximum ? value <= best : value >= best {
        return
      }
      judges[number].extreme = value
      judges[number].source = index
      judges[number].steps = level
    }
  }

  private func judgeTransition(
    from source: StateStore.Index, to target: StateStore.Index, _ outcome: Outcome, level: Int
  ) throws(EvaluationError) {
    for number in judges.indices where judges[number].decidedBy == nil {
      guard case .transitions = judges[number].scope else { continue }
      let conjuncts = judges[number].property.conjuncts
      let holds = try evaluator.withSuccessor(outcome.values) { () throws(EvaluationError) in
        for conjunct in conjuncts where try evaluator.value(of: conjunct).asBool != true { return false }
        return true
      }
      if holds { continue }
      judges[number].decidedBy = target
      judges[number].source = source
      judges[number].steps = level + 1
    }
  }

  private func guarding<Result>(
    at index: StateStore.Index?, _ activity: @autoclosure () -> String,
    _ body: () throws(EvaluationError) -> Result
  ) throws(End) -> Result {
    do throws(EvaluationError) {
      return try body()
    } catch {
      if error.isLimit {
        if options.limits.isInterrupted?() == true { throw .stopped(.interrupted) }
        if options.limits.isTimeOver?() == true { throw .stopped(.time) }
        throw .stopped(.evaluation(describe(error)))
      }
      throw .failed(error, at: index, activity: activity())
    }
  }

  private func describe(_ error: EvaluationError) -> String {
    let place = machine.location(of: error.expression).map { "\($0): " } ?? ""
    return place + error.message
  }

  // MARK: The result

  private func result(end: End?, falseAssumptions: [Assumption]) -> SearchResult {
    // What cut the search short must not cut its traces.
    evaluator.shouldStop = nil
    var result = SearchResult(
      statistics: statistics, properties: [], falseAssumptions: falseAssumptions,
      isExhausted: isExhausted && end == nil, neverFired: neverFired())
    let traces = TraceBuilder(machine: machine, evaluator: evaluator) { [self] index in
      var state = current
      states.values(of: store.row(index), into: &state)
      return state
    } parent: { [store] index in
      store.parent(index)
    }
    switch end {
    case .stopped(let reason): result.stopped = reason
    case .failed(let error, let index, let activity):
      result.failure = .init(
        error: error, trace: index.map { traces.trace(to: $0) } ?? Trace(steps: []), activity: activity)
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

  private func verdict(of judge: Judge, in result: SearchResult, _ traces: TraceBuilder) -> PropertyResult {
    let property = judge.property
    var answer = PropertyResult(
      name: property.name, kind: property.kind, range: property.range, verdict: .inconclusive,
      strength: .exhaustive)
    if case .undecidable(let reason) = judge.scope {
      answer.strength = .bounded(steps: 0)
      answer.note = reason
      return answer
    }
    switch property.kind {
    case .maximum, .minimum:
      (answer.verdict, answer.strength) = undecided(in: result)
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
    let trace =
      judge.source.map { traces.trace(to: $0, then: state) } ?? traces.trace(to: state)
    answer.trace = trace
    answer.explanations = traces.explain(property, in: state, after: judge.source)
    return answer
  }

  /// A definition may have several copies, one for each operator that it is given: it
  /// fired when one of them did, and is told once.
  private func neverFired() -> [FunctionID] {
    struct Definition: Hashable {
      var range: SourceRange
      var instance: String
      init(_ function: Function) { (range, instance) = (function.range, function.instance) }
    }
    var told = Set(machine.functions.indices.filter { fired[$0] }.map { Definition(machine.functions[$0]) })
    return machine.stepActions.filter { told.insert(Definition(machine[$0])).inserted }
  }
}

extension EvaluationError {
  fileprivate static func unassigned(
    _ variable: String, after outcome: Outcome, in machine: Machine
  ) -> EvaluationError {
    afterStep(
      .variableWithoutValue, "variable `\(variable)` has no value in the next state", outcome, machine)
  }

  fileprivate static func unstorable(
    _ error: ValueError, _ variable: String, after outcome: Outcome, in machine: Machine
  ) -> EvaluationError {
    var result = afterStep(.notExecutable, "variable `\(variable)`: \(error)", outcome, machine)
    result.isLimit = true
    return result
  }

  private static func afterStep(
    _ id: DiagnosticID, _ message: String, _ outcome: Outcome, _ machine: Machine
  ) -> EvaluationError {
    let action = machine.step ?? machine.initial
    let expression = action.map { machine[$0].body } ?? ExpressionID(0)
    return EvaluationError(id, message, at: expression)
  }
}
