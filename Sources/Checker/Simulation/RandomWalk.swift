import ProtocolModel

/// Runs of a machine, one after the other, on one thread: `init`, then `step` up to a
/// number of times, the properties judged in every state and on every transition.
///
/// A step that is false ends a run; that is no deadlock, since a random pick from a
/// large set may merely have been unlucky. The same walk serves runs by script: there
/// each step has a script of its own, and a step that cannot go as its script says is
/// left out.
final class RandomWalk {
  let machine: Machine
  let properties: [Property]
  let evaluator: Evaluator
  private let maxSteps: Int
  private let witnesses: [Int]
  private let bounds: [Int]
  private let demands: [Demand]
  private let hasTransitionDemands: Bool

  /// A property that can be violated.
  private struct Demand {
    var index: Int
    var scope: PropertyScope
    var conjuncts: [FramedExpression]
    var activity: String
  }

  /// How a run ended.
  enum End {
    /// After all steps, or because `step` was false, or `init`.
    case nothing
    /// In a state, or by a transition, that violates the properties of these indices.
    case violated([Int])
    case failed(EvaluationError, activity: String)
  }

  /// What is kept of a run beside its end.
  struct Recording {
    /// The choices of `init` and of each step.
    var choices: [[Choice]] = []
    /// The story, if the evaluator keeps one.
    var steps: [Step] = []
    var keepsStory = false
  }

  init(machine: Machine, properties: [Property], options: SimulationOptions) {
    self.machine = machine
    self.properties = properties
    maxSteps = options.maxSteps
    evaluator = Evaluator(machine: machine)
    evaluator.weigh(EntryWeights(options.weights, in: machine))
    evaluator.countActions()
    let limits = options.limits
    evaluator.shouldStop = { limits.isInterrupted?() == true || limits.isTimeOver?() == true }
    witnesses = properties.indices.filter { properties[$0].kind == .witness }
    bounds = properties.indices.filter { [.maximum, .minimum].contains(properties[$0].kind) }
    demands = properties.indices.compactMap { index in
      let property = properties[index]
      guard [.invariant, .inductive, .temporal].contains(property.kind) else { return nil }
      if case .behaviors = property.scope { return nil }
      return Demand(
        index: index, scope: property.scope, conjuncts: property.conjuncts,
        activity: "in \(property.kind.rawValue) `\(property.name)`")
    }
    hasTransitionDemands = demands.contains { if case .transitions = $0.scope { true } else { false } }
  }

  /// Makes a run with random choices and counts it.
  ///
  /// - Returns: how it ended, and its number of states.
  func sample(_ number: Int, seed: UInt64, into tally: inout SampleTally) -> (end: End, states: Int) {
    evaluator.chooseRandomly(seed: seed)
    var observer: Observer? = Observer(sample: number, tally: tally, witnesses: witnesses)
    var states = 0
    var recording: Recording?
    let end = walk(script: nil, target: nil, &states, &observer, &recording)
    tally = observer?.tally ?? tally
    if case .failed(let error, _) = end, error.isLimit { return (end, states) }
    tally.count(states: states)
    return (end, states)
  }

  /// Makes the run of a seed again and records it.
  func record(seed: UInt64, keepsStory: Bool) -> (end: End, recording: Recording) {
    evaluator.chooseRandomly(seed: seed)
    return record(script: nil, target: nil, keepsStory: keepsStory)
  }

  /// Makes a run by script and records it.
  ///
  /// - Parameter target: the one property that is judged.
  func record(
    script: [[Choice]]?, target: Int?, keepsStory: Bool
  ) -> (end: End, recording: Recording) {
    var recording: Recording? = Recording(keepsStory: keepsStory)
    var observer: Observer?
    var states = 0
    evaluator.keepsStory = keepsStory
    evaluator.recordsChoices = true
    defer {
      evaluator.keepsStory = false
      evaluator.recordsChoices = false
    }
    let end = walk(script: script, target: target, &states, &observer, &recording)
    return (end, recording ?? Recording())
  }

  /// Indices of the properties that are false in the state where the last run ended,
  /// those on transitions left out.
  func violatedAtEnd() -> [Int] {
    var activity = ""
    return (try? violatedInState(isFirst: false, nil, &activity)) ?? []
  }

  // MARK: The walk

  /// Counts witnesses and extremes of a run.
  private struct Observer {
    let sample: Int
    var tally: SampleTally
    /// Those that were not true in this run so far.
    var witnesses: [Int]
  }

  private func walk(
    script: [[Choice]]?, target: Int?, _ states: inout Int, _ observer: inout Observer?,
    _ recording: inout Recording?
  ) -> End {
    evaluator.unload()
    let turns = script?.count ?? maxSteps + 1
    for turn in 0..<turns {
      guard let action = turn == 0 ? machine.initial : machine.step else { break }
      if let script { evaluator.follow(script[turn]) }
      var activity = turn == 0 ? "in `init`" : "in `step`"
      let keepsStory = recording?.keepsStory == true
      var passed: [Step] = []
      var passedCount = 0
      var isDone = false
      do throws(EvaluationError) {
        let isTrue = try evaluator.attempt(action) { count, steps in
          passedCount = count
          if keepsStory { passed = steps() }
        }
        if script != nil, turn > 0, !isTrue || evaluator.hasDeviated { continue }
        guard isTrue else { break }
        states += passedCount + 1
        if recording != nil {
          recording?.choices.append(evaluator.recordedChoices)
          if keepsStory { recording?.steps += passed + [evaluator.lastStep()] }
        }
        isDone = true
        var violated: [Int] = []
        if hasTransitionDemands, turn > 0 { violated = try violatedByTransition(target, &activity) }
        evaluator.accept()
        if observer != nil { try observe(&observer, state: states - 1, &activity) }
        violated += try violatedInState(isFirst: turn == 0, target, &activity)
        if !violated.isEmpty { return .violated(violated.sorted()) }
      } catch {
        if !isDone {
          recording?.choices.append(evaluator.recordedChoices)
          recording?.steps += passed
        }
        return .failed(error, activity: activity)
      }
    }
    return .nothing
  }

  private func violatedInState(
    isFirst: Bool, _ target: Int?, _ activity: inout String
  ) throws(EvaluationError) -> [Int] {
    var violated: [Int] = []
    for demand in demands where target == nil || demand.index == target {
      switch demand.scope {
      case .states: break
      case .initialStates where isFirst: break
      case .initialStates, .transitions, .behaviors: continue
      }
      activity = demand.activity
      for conjunct in demand.conjuncts where try evaluator.value(of: conjunct).asBool != true {
        violated.append(demand.index)
        break
      }
    }
    return violated
  }

  private func violatedByTransition(
    _ target: Int?, _ activity: inout String
  ) throws(EvaluationError) -> [Int] {
    var violated: [Int] = []
    for demand in demands where target == nil || demand.index == target {
      guard case .transitions = demand.scope else { continue }
      activity = demand.activity
      let holds = try evaluator.beforeAccepting { () throws(EvaluationError) in
        for conjunct in demand.conjuncts where try evaluator.value(of: conjunct).asBool != true {
          return false
        }
        return true
      }
      if !holds { violated.append(demand.index) }
    }
    return violated
  }

  private func observe(
    _ observer: inout Observer?, state: Int, _ activity: inout String
  ) throws(EvaluationError) {
    guard var present = observer else { return }
    observer = nil
    defer { observer = present }
    for index in present.witnesses {
      activity = "in witness `\(properties[index].name)`"
      if try holds(properties[index].conjuncts) {
        present.tally.witnessed[index] += 1
        present.witnesses.removeAll { $0 == index }
      }
    }
    for index in bounds {
      activity = "in \(properties[index].kind.rawValue) `\(properties[index].name)`"
      guard let value = try evaluator.value(of: properties[index].function).asInteger else { continue }
      present.tally.improve(
        index, properties[index].kind, .init(value: value, sample: present.sample, state: state))
    }
  }

  private func holds(_ conjuncts: [FramedExpression]) throws(EvaluationError) -> Bool {
    for conjunct in conjuncts where try evaluator.value(of: conjunct).asBool != true { return false }
    return true
  }
}
