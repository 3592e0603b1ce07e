/// All reachable states of a random machine, level by level: what every engine must find.
public struct MachineExploration {
  /// How large a machine is worth while.
  public struct Limits: Sendable {
    public var states = 500
    public var outcomes = 3_000
    /// Actions that are run, those inside others counted apart.
    public var work = 100_000

    public init() {}
  }

  public private(set) var distinct = 0
  /// Ways to take a step, initial states not counted.
  public private(set) var generated = 0
  /// Of the last level with a new state.
  public private(set) var depth = 0
  public private(set) var deadEnds = 0
  /// In the order of the machine's properties.
  public private(set) var findings: [Finding]
  /// Actions that some way to take a step enters.
  public private(set) var entered: Set<String> = []
  /// What has no value at the least depth at which something has none.
  public private(set) var failure: Failure?
  /// True when a limit was reached; nothing is to be compared then.
  public private(set) var isTooLarge = false

  /// What was found out about one property.
  public struct Finding: Hashable {
    /// Length of a shortest counterexample, or witness, or behavior that attains the maximum.
    public var steps: Int?
    public var value: Int?
    /// Least depth of a state in which it has no value.
    public var failsAt: Int?
  }

  public struct Failure {
    public var depth: Int
    /// Codes by state, in `init` with the empty one.
    public var codes: [SmallState: Set<String>]
  }

  let interpreter: MachineInterpreter
  private let stutters: Bool
  private var levels: [SmallState: Int] = [:]

  /// - Parameter stutters: properties of two states are judged on pairs of equal ones, too.
  public init(of machine: RandomMachine, limits: Limits = Limits(), stutters: Bool = true) {
    self.stutters = stutters
    interpreter = MachineInterpreter(machine, budget: limits.work)
    findings = Array(repeating: Finding(), count: machine.properties.count)
    explore(limits)
    interpreter.budget.rest = .max
  }

  private var machine: RandomMachine { interpreter.machine }

  private mutating func explore(_ limits: Limits) {
    var level: [SmallState] = []
    let initial = outcomes(from: nil)
    if let error = initial.error { fail(error, in: [], at: 0) }
    for outcome in initial.outcomes { admit(outcome, 0, &level) }
    var number = 0
    while !level.isEmpty, failure == nil {
      depth = number
      var next: [SmallState] = []
      for state in level {
        judge(state, number)
        if stutters { judge(state, state, number) }
        let (outcomes, error) = outcomes(from: state)
        generated += outcomes.count
        if outcomes.isEmpty { deadEnds += 1 }
        for outcome in outcomes {
          entered.formUnion(outcome.entered)
          judge(state, admit(outcome, number + 1, &next), number)
        }
        if let error { fail(error, in: state, at: number) }
        if isTooLarge || levels.count > limits.states || generated > limits.outcomes {
          isTooLarge = true
          return
        }
      }
      level = next
      number += 1
    }
    distinct = levels.count
  }

  /// Ways to take `step`, or `init`, up to the first error.
  public func outcomes(from state: SmallState?) -> (outcomes: [SmallOutcome], error: (any Error)?) {
    interpreter.outcomes(
      of: state == nil ? machine.initial : machine.step, named: state == nil ? "init" : "step", in: state)
  }

  @discardableResult
  private mutating func admit(
    _ outcome: SmallOutcome, _ number: Int, _ level: inout [SmallState]
  ) -> SmallState {
    let state = outcome.values.compactMap { $0 }
    if levels[state] == nil {
      levels[state] = number
      level.append(state)
    }
    return state
  }

  private mutating func fail(_ error: any Error, in state: SmallState, at depth: Int) {
    if error as? SmallError == .tooLarge { isTooLarge = true }
    let code = (error as? SmallError)?.code ?? "\(error)"
    var found = failure ?? Failure(depth: depth, codes: [:])
    found.codes[state, default: []].insert(code)
    failure = found
  }

  private mutating func judge(_ state: SmallState, _ level: Int) {
    for (index, property) in machine.properties.enumerated() where property.kind != .transition {
      // Once decided it is not asked any more.
      if let steps = findings[index].steps, property.kind != .maximum, steps < level { continue }
      do {
        let value = try interpreter.value(of: property.body, in: state)
        switch (property.kind, value) {
        case (.invariant, .bool(false)), (.witness, .bool(true)):
          findings[index].steps = findings[index].steps ?? level
        case (.maximum, .int(let number)):
          if findings[index].value.map({ number > $0 }) ?? true {
            findings[index].value = number
            findings[index].steps = level
          }
        default: break
        }
      } catch {
        findings[index].failsAt = findings[index].failsAt ?? level
        fail(error, in: state, at: level)
      }
    }
  }

  private mutating func judge(_ state: SmallState, _ successor: SmallState, _ level: Int) {
    for (index, property) in machine.properties.enumerated() where property.kind == .transition {
      if findings[index].steps != nil { continue }
      do {
        if try interpreter.value(of: property.body, in: state, successor: successor) == .bool(false) {
          findings[index].steps = level + 1
        }
      } catch {
        findings[index].failsAt = findings[index].failsAt ?? level
        fail(error, in: state, at: level)
      }
    }
  }
}

// MARK: - Behaviors

/// A step of a trace that an engine returned: its state by the texts of the values,
/// and its picks as `name = value`.
public struct TraceStepText: Hashable {
  public var action: String?
  public var picks: [String]
  public var values: [String]

  public init(action: String?, picks: [String], values: [String]) {
    self.action = action
    self.picks = picks
    self.values = values
  }
}

extension MachineExploration {
  /// The states of the search along a trace (those passed by `then` left out); nil when
  /// it is no behavior of the machine.
  public func states(along trace: [TraceStepText]) -> [SmallState]? {
    continuations(of: trace[...], from: nil, machineSteps: [])
  }

  private func continuations(
    of trace: ArraySlice<TraceStepText>, from state: SmallState?, machineSteps: [SmallState]
  ) -> [SmallState]? {
    if trace.isEmpty { return machineSteps }
    if let state, trace.count == 1, let last = trace.last, last.action == "(stutters)",
      last.values == Self.texts(state.map { $0 })
    {
      return machineSteps + [state]
    }
    for outcome in outcomes(from: state).outcomes {
      let stages = outcome.passed + [outcome.values]
      guard stages.count <= trace.count else { continue }
      let texts = trace.prefix(stages.count)
      guard zip(stages, texts).allSatisfy({ Self.texts($0) == $1.values }), let last = texts.last,
        last.picks == outcome.picks, last.action == outcome.action
      else { continue }
      let reached = outcome.values.compactMap { $0 }
      if let found = continuations(
        of: trace.dropFirst(stages.count), from: reached, machineSteps: machineSteps + [reached])
      {
        return found
      }
    }
    return nil
  }

  private static func texts(_ values: [SmallValue?]) -> [String] {
    values.map { $0?.description ?? "nothing" }
  }

  /// Whether a property's body is true in a state, or on a transition.
  public func value(
    of property: Int, in state: SmallState, successor: SmallState? = nil
  ) -> SmallValue? {
    try? interpreter.value(of: machine.properties[property].body, in: state, successor: successor)
  }

  /// How deep a state lies.
  public func level(of state: SmallState) -> Int? { levels[state] }
}
