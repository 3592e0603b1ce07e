import ProtocolModel

/// What becomes of mutants of one machine.
///
/// All reachable states of the machine are kept with their successors. A mutant is walked
/// beside them: in each state, nearest first, its successors are compared with
/// the original's. If they agree in all reachable states, the two have the same states and
/// transitions, by induction on the distance of a state; so the mutant is equivalent, exactly, and no
/// property could ever tell it apart. Otherwise the first difference is known, and the
/// mutant is searched for a property that fails.
public final class MutantJudge {
  /// What a property says of a mutant.
  public enum Fate: Sendable {
    /// The same states and transitions.
    case equivalent
    /// By the property, or the runtime error, that is named.
    case killed(String)
    case survived(Difference)
    /// A limit ended the search of the mutant.
    case undecided(Difference)
  }

  /// Where a mutant first does something else than the original.
  public struct Difference: Sendable {
    /// To the state, and one step further.
    public var trace: Trace
    /// The mutant takes the last step and the original does not; or the other way around.
    public var isExtra: Bool
    /// The mutant has a runtime error there instead of a step.
    public var error: String?
  }

  private let machine: Machine
  private let options: SearchOptions
  private let evaluator: Evaluator
  private var numbers: [[Value?]: Int] = [:]
  private var states: [[Value?]] = []
  private var parents: [Int?] = []
  private var depths: [Int] = []
  /// Numbers of the initial states, ascending.
  private var initialStates: [Int] = []
  /// By state: numbers of the successors, ascending, as often as there are ways.
  private var successors: [[Int]] = []

  /// Explores a machine, whose properties must all be as expected.
  ///
  /// - Parameter limit: the most states to keep.
  /// - Returns: nil if it has more states, or the search fails.
  public init?(_ machine: Machine, limit: Int, limits: SearchLimits) {
    self.machine = machine
    var options = SearchOptions()
    options.limits = limits
    options.engine = .bytecode
    options.threads = 1
    self.options = options
    evaluator = Evaluator(machine: machine)
    guard let initial = machine.initial, let step = machine.step, explore(initial, step, limit) else {
      return nil
    }
  }

  public var stateCount: Int { states.count }

  private func explore(_ initial: FunctionID, _ step: FunctionID, _ limit: Int) -> Bool {
    evaluator.unload()
    guard let first = outcomes(of: initial, evaluator) else { return false }
    initialStates = first.map { number(of: $0, parent: nil, depth: 0) }.sorted()
    var next = 0
    while next < states.count {
      if states.count > limit || options.limits.isInterrupted?() == true { return false }
      evaluator.load(states[next])
      guard let found = outcomes(of: step, evaluator) else { return false }
      successors.append(found.map { number(of: $0, parent: next, depth: depths[next] + 1) }.sorted())
      next += 1
    }
    return true
  }

  private func number(of values: [Value?], parent: Int?, depth: Int) -> Int {
    if let known = numbers[values] { return known }
    numbers[values] = states.count
    states.append(values)
    parents.append(parent)
    depths.append(depth)
    return states.count - 1
  }

  /// The states that an action leads to, one for each way; nil after a runtime error.
  private func outcomes(of action: FunctionID, _ evaluator: Evaluator) -> [[Value?]]? {
    var result: [[Value?]] = []
    do throws(EvaluationError) {
      try evaluator.forEachOutcome(of: action) { outcome throws(EvaluationError) in
        result.append(try Self.canonical(outcome.values, evaluator.machine))
        return true
      }
    } catch {
      return nil
    }
    return result
  }

  private static func canonical(
    _ values: [Value?], _ machine: Machine
  ) throws(EvaluationError) -> [Value?] {
    var result: [Value?] = []
    for (variable, value) in values.enumerated() {
      guard let value else { throw .unassigned(machine.variables[variable].name, in: machine) }
      result.append((try? value.canonicalized()) ?? value)
    }
    return result
  }

  // MARK: Judging

  /// What becomes of a mutant of the machine.
  ///
  /// - Complexity: O(transitions) for the comparison, and a search if there is a difference.
  public func judge(_ mutant: Machine) -> Fate {
    guard let step = mutant.step else { return .equivalent }
    let walker = Evaluator(machine: mutant)
    if let initial = mutant.initial, initial != machine.initial {
      walker.unload()
      guard let found = outcomes(of: initial, walker) else { return .killed("a runtime error") }
      let known = found.compactMap { numbers[$0] }.sorted()
      if known.count < found.count || known != initialStates {
        return check(mutant, initialDifference(found, initial, walker))
      }
    }
    for state in states.indices {
      walker.load(states[state])
      guard let found = outcomes(of: step, walker) else { return .killed("a runtime error") }
      var numbers: [Int] = []
      var stranger: [Value?]?
      for values in found {
        if let number = self.numbers[values] { numbers.append(number) } else { stranger = stranger ?? values }
      }
      if stranger == nil, numbers.sorted() == successors[state] { continue }
      return check(mutant, difference(at: state, numbers.sorted(), stranger, walker))
    }
    return .equivalent
  }

  private func check(_ mutant: Machine, _ difference: Difference) -> Fate {
    var options = options
    options.limits.states = max(20_000, 20 * states.count)
    let result = ExhaustiveSearch(machine: mutant, options: options).run()
    if let failure = result.failure { return .killed("a runtime error \(failure.activity)") }
    if let property = result.properties.first(where: { $0.verdict == .violated }) {
      return .killed(property.name)
    }
    let isDecided = result.stopped == nil && result.properties.allSatisfy { $0.verdict != .inconclusive }
    return isDecided ? .survived(difference) : .undecided(difference)
  }

  // MARK: The first difference

  /// Of mutants that begin in other states.
  private func initialDifference(
    _ found: [[Value?]], _ initial: FunctionID, _ walker: Evaluator
  ) -> Difference {
    let nothing = [Value?](repeating: nil, count: machine.variables.count)
    let known = Set(initialStates.map { states[$0] })
    if let extra = found.first(where: { !known.contains($0) }) {
      return Difference(
        trace: Trace(steps: steps(from: nothing, to: extra, by: initial, walker)), isExtra: true)
    }
    let missing = initialStates.first { !found.contains(states[$0]) } ?? initialStates.first ?? 0
    return Difference(trace: trace(to: missing), isExtra: false)
  }

  private func difference(
    at state: Int, _ numbers: [Int], _ stranger: [Value?]?, _ walker: Evaluator
  ) -> Difference {
    let trace = trace(to: state)
    if let stranger { return ending(trace, at: state, in: stranger, walker, isExtra: true) }
    // Both are ascending: the first that is in one only.
    let old = successors[state]
    var index = 0
    while index < numbers.count, index < old.count, numbers[index] == old[index] { index += 1 }
    let isExtra = index < numbers.count && (index >= old.count || numbers[index] < old[index])
    let target = states[isExtra ? numbers[index] : old[index]]
    return ending(trace, at: state, in: target, isExtra ? walker : evaluator, isExtra: isExtra)
  }

  private func ending(
    _ trace: Trace, at state: Int, in target: [Value?], _ evaluator: Evaluator, isExtra: Bool
  ) -> Difference {
    var trace = trace
    trace.steps += steps(from: states[state], to: target, by: evaluator.machine.step, evaluator)
    return Difference(trace: trace, isExtra: isExtra)
  }

  private func trace(to state: Int) -> Trace {
    var path = [state]
    while let last = path.last, let parent = parents[last] { path.append(parent) }
    path.reverse()
    var trace = Trace(steps: [])
    var before: [Value?] = Array(repeating: nil, count: machine.variables.count)
    for (position, state) in path.enumerated() {
      trace.steps += steps(
        from: before, to: states[state], by: position == 0 ? machine.initial : machine.step, evaluator)
      before = states[state]
    }
    return trace
  }

  private func steps(
    from before: [Value?], to after: [Value?], by action: FunctionID?, _ evaluator: Evaluator
  ) -> [Step] {
    guard let action else { return [] }
    var found: [Step] = []
    evaluator.load(before)
    evaluator.keepsStory = true
    defer { evaluator.keepsStory = false }
    try? evaluator.forEachOutcome(of: action) { outcome in
      guard outcome.values == after else { return true }
      found = outcome.passed + [evaluator.step(to: outcome)]
      return false
    }
    return found
  }
}
