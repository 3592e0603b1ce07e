import ProtocolModel

/// Values that the variables of a machine have in its first states.
///
/// Bounds of integers are computed from the step alone, and what shrinks by an amount that is not
/// known has none. Where a machine is small it is quicker to look: its states are visited, as far
/// as a budget allows, and the bounds seen are taken for bounds of all states. That is a guess and
/// treated as one: a value beyond is an *overflow*, which the search looks for and a proof has to
/// exclude.
struct ObservedValues {
  /// By variable.
  private(set) var values: [[Value]]
  /// True if these are all states that there are.
  private(set) var isComplete = false

  private static let stateLimit = 6_000
  private static let secondsLimit = 4.0

  /// - Returns: nil where not even the initial states could be seen.
  /// - Complexity: a run of the step for each of some thousand states.
  init?(of machine: Machine, _ limits: SolverLimits) {
    guard let initial = machine.initial, let step = machine.step else { return nil }
    let limits = limits.spending(Self.secondsLimit)
    let evaluator = Evaluator(machine: machine)
    evaluator.shouldStop = { limits.isOver }
    var states: [[Value]] = []
    var known: Set<[Value]> = []
    var seen = [Set<Value>](repeating: [], count: machine.variables.count)
    values = Array(repeating: [], count: machine.variables.count)
    func admit(_ outcome: Outcome) -> Bool {
      let state = outcome.values.compactMap { $0 }
      guard state.count == machine.variables.count else { return true }
      if known.insert(state).inserted { states.append(state) }
      return states.count < Self.stateLimit
    }
    evaluator.unload()
    do throws(EvaluationError) {
      try evaluator.forEachOutcome(of: initial) { admit($0) }
    } catch {
      return nil
    }
    if states.isEmpty || states.count >= Self.stateLimit { return nil }
    var next = 0
    var isCut = false
    while next < states.count, !isCut {
      evaluator.load(states[next].map { $0 })
      next += 1
      do throws(EvaluationError) {
        try evaluator.forEachOutcome(of: step) { admit($0) }
        isCut = states.count >= Self.stateLimit
      } catch {
        isCut = true
      }
    }
    isComplete = !isCut
    for state in states {
      for (variable, value) in state.enumerated() where seen[variable].insert(value).inserted {
        values[variable].append(value)
      }
    }
  }
}
