import ProtocolModel

extension LivenessCheck {
  /// Which states and steps are there.
  enum Extent {
    /// Every reachable state with all its steps.
    case all
    /// All up to the depth that was asked for.
    case bounded
    /// Some. A loop among them is one of the model, and what is enabled in its states is known from
    /// the states themselves: a violation is one. That there is none says nothing.
    case part
  }

  /// Fills in the verdicts on all properties that need more than a look at each state and are open.
  ///
  /// - Parameter path: the states by which one is reached.
  func judge(_ extent: Extent, in result: inout SearchResult, path: (Int) -> [Int]) {
    for index in result.properties.indices {
      guard let property = machine.properties.first(where: { $0.name == result.properties[index].name }),
        case .behaviors = property.scope, result.properties[index].verdict != .violated
      else { continue }
      do throws(LivenessEnd) {
        switch try judge(property) {
        case .holds where extent == .part:
          result.properties[index].leaveOpen("no violation among the states that were found")
        case .holds(let unneeded):
          result.properties[index].unneeded = unneeded.map(\.description)
          result.properties[index].verdict = .holds
          result.properties[index].strength =
            extent == .all ? .exhaustive : .bounded(steps: result.statistics.depth)
        case .refused(let reason): result.properties[index].leaveOpen(reason)
        case .violated(let finding): fill(&result.properties[index], finding)
        }
      } catch {
        switch error {
        case .tooLarge: result.properties[index].leaveOpen("its automaton is too large")
        case .disagreement: result.properties[index].leaveOpen("internal error: two searches disagree")
        case .stopped(let reason):
          // What stopped the search is the reason that is told.
          if extent != .part { result.stopped = reason }
          return
        case .failed(let error, _) where extent == .part && error.isLimit: return
        case .failed(let error, let state):
          let trace = state.map { traceSteps(along: path($0)).trace } ?? Trace(steps: [])
          result.fail(error, trace, "in temporal `\(property.name)`", machine, limits)
          return
        }
      }
    }
  }

  private func fill(_ property: inout PropertyResult, _ finding: Finding) {
    // What cuts the search short must not cut its traces.
    let shouldStop = evaluator.shouldStop
    evaluator.shouldStop = nil
    defer { evaluator.shouldStop = shouldStop }
    var (trace, places) = traceSteps(along: finding.states)
    trace.loopStart = places[finding.loopStart]
    let (last, first) = (finding.states[finding.states.count - 1], finding.states[finding.loopStart])
    var story = LassoStory(closing: nil)
    if last != first {
      let closing = steps(from: last, to: first)
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
    story.remedy = finding.remedy
    story.isAdvised = advises
    property.verdict = .violated
    property.strength = .exhaustive
    property.trace = trace
    property.steps = trace.length + (story.closing == nil ? 0 : 1)
    property.lasso = story
  }

  /// The steps along some states, the first by `init`; and by state its place in the trace,
  /// which has states in between where actions commit.
  private func traceSteps(along states: [Int]) -> (trace: Trace, places: [Int]) {
    var trace = Trace(steps: [])
    var places: [Int] = []
    for (position, state) in states.enumerated() {
      trace.steps += steps(from: position == 0 ? nil : states[position - 1], to: state)
      places.append(trace.steps.count - 1)
    }
    return (trace, places)
  }

  /// The step to a state, or that of `init`; one that changes nothing where the behavior stutters.
  private func steps(from before: Int?, to after: Int) -> [Step] {
    let builder = TraceBuilder<Int>(machine: machine, evaluator: evaluator, state: values) { _ in nil }
    guard let before else {
      let nothing = [Value?](repeating: nil, count: machine.variables.count)
      return builder.steps(from: nothing, to: values(after), by: machine.initial)
    }
    return builder.stutter(at: before, after)
      ?? builder.steps(from: values(before), to: values(after), by: machine.step)
  }
}

extension PropertyResult {
  fileprivate mutating func leaveOpen(_ reason: String) {
    strength = .bounded(steps: 0)
    note = reason
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
