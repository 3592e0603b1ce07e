import ProtocolModel

/// Breadth-first search: visits every reachable state, nearest first, so that the
/// first violation found has a shortest counterexample.
///
/// States are stored in order of discovery and never move, hence the store is also
/// the queue, and a level ends where the store ended when the level began. A level is
/// judged as a whole before its states are expanded, so that every property that fails at
/// this depth is reported, and states are counted alike by all engines. Properties of two
/// states are judged on each transition, when it is made, and dead ends are found then, too:
/// both end the search with their level.
///
/// - Complexity: one run of the step for each transition, one row for each distinct
///   state. Memory is the limit, not time.
public final class BreadthFirstSearch {
  let machine: Machine
  let options: SearchOptions
  let evaluator: Evaluator
  let store: StateStore
  private var states: InternedStates
  private(set) var report: SearchReport<StateStore.Index>

  private var current: [Value?]
  private var currentRow: [UInt32]
  private var nextRow: [UInt32]
  private var patience = 0
  private static let patienceBetweenChecks = 2_048
  /// Those of the options, and more for what comes after the search.
  private var limits: SearchLimits
  private let start = ContinuousClock.now
  /// States at which loops are looked for before all are known.
  private var nextLook: Int
  private static let growthBetweenLooks = 16

  /// Receives the counters at each level and every few thousand transitions.
  public var progress: ((SearchStatistics) -> Void)?
  /// Receives the counters after each level.
  var levelFinished: ((SearchStatistics) -> Void)?

  public init(machine: Machine, options: SearchOptions) {
    self.machine = machine
    self.options = options
    limits = options.limits
    nextLook = options.looksForLoopsFrom
    evaluator = Evaluator(machine: machine)
    store = StateStore(width: machine.variables.count)
    states = InternedStates(variableCount: machine.variables.count)
    current = Array(repeating: nil, count: machine.variables.count)
    currentRow = Array(repeating: 0, count: machine.variables.count)
    nextRow = currentRow
    report = SearchReport(machine: machine, options: options)
  }

  // MARK: The search

  private typealias End = SearchReport<StateStore.Index>.End

  /// Runs the search to its end.
  public func run() -> SearchResult {
    var result = run(pausingAt: .max) ?? finish(nil)
    judgeBehaviors(in: &result)
    return result
  }

  /// Runs the search, and pauses before the first level at which so many states are stored; nil then.
  /// To be called again to go on.
  func run(pausingAt threshold: Int) -> SearchResult? {
    mayPause = threshold != .max
    let limits = options.limits
    evaluator.shouldStop = { limits.interruption != nil }
    do throws(End) {
      if !hasBegun { try begin() }
      if report.falseAssumptions.isEmpty, try !explore(pausingAt: threshold) { return nil }
    } catch {
      return finish(error)
    }
    return finish(nil)
  }

  private var hasBegun = false
  private var mayPause = false
  private var level = 0
  private var levelStart: StateStore.Index = 0
  /// Initial states stand at the beginning of the store.
  private(set) var initialCount = 0

  private func begin() throws(End) {
    hasBegun = true
    for assumption in machine.assumptions {
      let holds = try guarding(at: nil, "in an assumption") { () throws(EvaluationError) in
        try evaluator.isTrue(assumption.function)
      }
      if !holds { report.falseAssumptions.append(assumption) }
    }
    if !report.falseAssumptions.isEmpty { return }
    try admitInitialStates()
    initialCount = store.count
  }

  /// States of which the goals of coverage are still to be asked: a compiled search would ask them
  /// of all states anyway, and reaches most goals in a few.
  private var unasked: [StateStore.Index] = []
  private static let askedFirst = 64
  private static let askedEach = 8

  private func askCoverage(at index: StateStore.Index) {
    if mayPause, index >= Self.askedFirst, Int(index) % Self.askedEach > 0 {
      unasked.append(index)
    } else {
      report.coverage.ask(evaluator)
    }
  }

  /// Asks what was put off, once it is known that no compiled search follows.
  private func askTheRest() {
    for index in unasked where !report.coverage.open.isEmpty {
      if limits.interruption != nil {
        for goal in report.coverage.open { report.coverage.giveUp(goal) }
      }
      load(index)
      report.coverage.ask(evaluator)
    }
    unasked = []
  }

  /// False when it paused.
  private func explore(pausingAt threshold: Int) throws(End) -> Bool {
    while Int(levelStart) < store.count {
      if store.count >= threshold { return false }
      report.statistics.depth = level
      let levelEnd = StateStore.Index(store.count)
      report.statistics.beginLevel(Int(levelEnd - levelStart))
      for index in levelStart..<levelEnd {
        try judge(index, level: level)
        try checkLimits()
      }
      lookForLoops()
      if report.isDone || level == options.maxSteps { return true }
      for index in levelStart..<levelEnd {
        load(index)
        if !report.coverage.open.isEmpty { askCoverage(at: index) }
        try expand(index, level: level)
        report.statistics.frontier = store.count - Int(index) - 1
        try checkLimits()
      }
      progress?(report.statistics)
      levelFinished?(report.statistics)
      if report.isDone { return true }
      level += 1
      levelStart = levelEnd
    }
    report.isExhausted = true
    return true
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
        throw EvaluationError.unassigned(machine.variables[variable].name, in: machine)
      }
      if parent != nil, let old = current[variable], Value.areIdentical(old, value) {
        nextRow[variable] = currentRow[variable]
        continue
      }
      do throws(ValueError) {
        nextRow[variable] = try states.number(of: value, variable: variable)
      } catch {
        throw EvaluationError.unstorable(error, machine.variables[variable].name, in: machine)
      }
    }
    guard let (index, isNew) = store.insert(nextRow, parent: parent ?? StateStore.none) else {
      return (0, .states(StateStore.limit))
    }
    if isNew { report.statistics.distinct += 1 }
    patience -= 1
    if patience <= 0 {
      patience = Self.patienceBetweenChecks
      if let reason = limits.reached(states: isNew ? store.count : 0) { return (index, reason) }
    } else if let most = limits.states, store.count >= most, isNew {
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
    let judgesTransitions = report.judges.contains {
      if case .transitions = $0.scope { return $0.decidedBy == nil }
      return false
    }
    if judgesTransitions {
      // Any behavior may stutter.
      try guarding(at: index, "in a temporal property") { () throws(EvaluationError) in
        try judgeTransition(from: index, to: index, current, level: level)
      }
    }
    try guarding(at: index, "in `step`") { () throws(EvaluationError) in
      try evaluator.forEachOutcome(of: step) { outcome throws(EvaluationError) in
        successors += 1
        evaluator.markActions(of: outcome, in: &report.fired)
        guard let added = try add(outcome, parent: index) else { return false }
        if judgesTransitions, added.stop == nil {
          try judgeTransition(from: index, to: added.index, outcome.values, level: level)
        }
        stop = added.stop
        return stop == nil
      }
    }
    report.statistics.generated += successors
    if let stop { throw .stopped(stop) }
    if successors == 0 {
      report.statistics.deadEnds += 1
      if options.checksDeadlock, report.deadlock == nil { report.deadlock = index }
    }
  }

  private func checkLimits() throws(End) {
    patience -= 1
    if patience > 0 { return }
    patience = Self.patienceBetweenChecks
    progress?(report.statistics)
    if let reason = limits.reached(states: 0) { throw .stopped(reason) }
  }

  // MARK: Judging

  private func judge(_ index: StateStore.Index, level: Int) throws(End) {
    load(index)
    for number in report.judges.indices where report.judges[number].decidedBy == nil {
      switch report.judges[number].scope {
      case .transitions, .behaviors: continue
      case .initialStates where level > 0: continue
      case .states, .initialStates: break
      }
      let property = report.judges[number].property
      try guarding(at: index, "in \(property.kind.rawValue) `\(property.name)`") {
        () throws(EvaluationError) in
        try judge(number, index, level)
      }
    }
  }

  private func judge(_ number: Int, _ index: StateStore.Index, _ level: Int) throws(EvaluationError) {
    let property = report.judges[number].property
    switch property.kind {
    case .invariant, .inductive, .temporal:
      for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true {
        report.judges[number].decidedBy = index
        report.judges[number].steps = level
        return
      }
    case .witness:
      for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true { return }
      report.judges[number].decidedBy = index
      report.judges[number].steps = level
    case .maximum, .minimum:
      guard let value = try evaluator.value(of: property.function).asInteger else { return }
      if options.countsValues { report.judges[number].counts[value, default: 0] += 1 }
      if let best = report.judges[number].extreme, property.kind == .maximum ? value <= best : value >= best {
        return
      }
      report.judges[number].extreme = value
      report.judges[number].source = index
      report.judges[number].steps = level
    }
  }

  private func judgeTransition(
    from source: StateStore.Index, to target: StateStore.Index, _ values: [Value?], level: Int
  ) throws(EvaluationError) {
    for number in report.judges.indices where report.judges[number].decidedBy == nil {
      guard case .transitions = report.judges[number].scope else { continue }
      let conjuncts = report.judges[number].property.conjuncts
      let holds = try evaluator.withSuccessor(values) { () throws(EvaluationError) in
        for conjunct in conjuncts where try evaluator.value(of: conjunct).asBool != true { return false }
        return true
      }
      if holds { continue }
      report.judges[number].decidedBy = target
      report.judges[number].source = source
      report.judges[number].steps = level + 1
    }
  }

  private func guarding<Result>(
    at index: StateStore.Index?, _ activity: @autoclosure () -> String,
    _ body: () throws(EvaluationError) -> Result
  ) throws(End) -> Result {
    do throws(EvaluationError) {
      return try body()
    } catch {
      throw report.end(error, at: index, activity())
    }
  }

  // MARK: Behaviors

  /// Judges what needs loops, at the end of a search.
  func judgeBehaviors(in result: inout SearchResult) {
    guard let extent = report.extent(of: result) else { return }
    if extent == .part { limits = options.limits.extended(after: ContinuousClock.now - start) }
    evaluator.shouldStop = { [limits] in limits.interruption != nil }
    judgeBehaviors(extent, in: &result)
  }

  /// Looks for violations among the states that are known, each time that these are many more.
  private func lookForLoops() {
    guard store.count >= nextLook, report.asksForBehaviors else { return }
    nextLook = store.count * Self.growthBetweenLooks
    var result = report.behaviorsAlone
    judgeBehaviors(.part, in: &result)
    report.noteViolations(in: result)
  }

  private func judgeBehaviors(_ extent: LivenessCheck.Extent, in result: inout SearchResult) {
    var graph = SuccessorGraph(count: store.count, initialCount: initialCount)
    do throws(End) {
      for index in 0..<graph.count { graph.addSteps(to: try successors(of: StateStore.Index(index))) }
    } catch {
      if case .stopped(let reason) = error, extent != .part { result.stopped = reason }
      return
    }
    func parent(_ state: Int) -> Int? { store.parent(StateStore.Index(state)).map { Int($0) } }
    func values(_ state: Int) -> [Value?] { self.values(at: StateStore.Index(state)) }
    func model(_ formula: TemporalFormula) throws(LivenessEnd) -> any LivenessModel {
      EvaluatedModel(graph, formula.atoms, evaluator, limits, values: values, parent: parent)
    }
    let check = LivenessCheck(
      machine: machine, evaluator: evaluator, count: graph.count, values: values, model: model,
      limits: limits, decidesFirst: graph.count >= options.decidesLoopsFrom,
      advises: options.advisesOnFairness)
    check.judge(extent, in: &result) { state in
      var path = [state]
      while let last = path.last, let before = parent(last) { path.append(before) }
      return path.reversed()
    }
  }

  /// The states that a step leads to, as far as they are known.
  private func successors(of index: StateStore.Index) throws(End) -> [Int] {
    guard let step = machine.step, isExpanded(index) else { return [] }
    load(index)
    var found: [Int] = []
    try guarding(at: index, "in `step`") { () throws(EvaluationError) in
      try evaluator.forEachOutcome(of: step) { outcome throws(EvaluationError) in
        if let added = try add(outcome, parent: index) { found.append(Int(added.index)) }
        return true
      }
    }
    try checkLimits()
    return found
  }

  /// False for the states of the last level of a search that is bounded.
  private func isExpanded(_ index: StateStore.Index) -> Bool { report.isExhausted || index < levelStart }

  // MARK: The result

  private func finish(_ end: End?) -> SearchResult {
    askTheRest()
    let traces = TraceBuilder<StateStore.Index>(machine: machine, evaluator: evaluator) { [self] index in
      values(at: index)
    } parent: { [store] index in
      store.parent(index)
    }
    return report.result(end: end, traces)
  }

  func values(at index: StateStore.Index) -> [Value?] {
    var state = current
    states.values(of: store.row(index), into: &state)
    return state
  }

  /// What multiplies the states, from a sample of all that are stored.
  func profile(within time: Duration) -> SearchProfile {
    let sample = SearchProfile.places(among: store.count).map { values(at: .init($0)) }
    return SearchProfile(evaluator, sample: sample, within: time)
  }

  /// By variable, the values that were met.
  var observedValues: [[Value]] { states.values }
}

extension EvaluationError {
  /// A step that leaves a variable without value.
  static func unassigned(_ variable: String, in machine: Machine) -> EvaluationError {
    afterStep(.variableWithoutValue, "variable `\(variable)` has no value in the next state", machine)
  }

  fileprivate static func unstorable(
    _ error: ValueError, _ variable: String, in machine: Machine
  ) -> EvaluationError {
    var result = afterStep(.notExecutable, "variable `\(variable)`: \(error)", machine)
    result.isLimit = true
    return result
  }

  private static func afterStep(_ id: DiagnosticID, _ message: String, _ machine: Machine) -> EvaluationError
  {
    let action = machine.step ?? machine.initial
    return EvaluationError(id, message, at: action.map { machine[$0].body } ?? ExpressionID(0))
  }
}
