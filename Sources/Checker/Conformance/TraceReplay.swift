import ProtocolModel

/// Whether a recorded trace is a behavior of a machine.
///
/// A trace may say little of each state, so the replay keeps all states of the model
/// that fit what was seen so far: level `k` holds those that fit `steps[k - 1]` and
/// follow from one of level `k - 1`; level 0 is the moment before `init`. The trace is
/// accepted if the last level is not empty. A step of the model that commits states
/// on its way (`then`) takes as many states of the trace, so it may lead further
/// than to the next level.
///
/// For a lasso, a state of the model must be found that fits the loop's first state
/// *and* follows from the last one. From there on each candidate therefore carries
/// the state with which it entered the loop, and two candidates are the same only if
/// these are, too.
///
/// Picks that the trace gives are put in rather than found by trial, so that a
/// domain may be infinite where the trace says which value was taken.
public struct TraceReplay {
  let machine: Machine
  let evaluator: Evaluator

  public enum Outcome: Sendable {
    /// One behavior that fits, with its actions and picks. `stutters`: it is a lasso whose loop
    /// is a last state that stays forever without a step of the model.
    case accepted(Trace, stutters: Bool)
    case refused(RefusedStep)
    /// The model has a runtime error, or a limit was reached, in the step to the state `index`.
    case failed(EvaluationError, index: Int, before: State?)
  }

  /// A state of the model that fits what was seen so far.
  struct Candidate {
    var state: [Value?]
    /// The steps from `origin` on, more than one where states were committed on the way.
    var steps: [Step]
    /// Level and place of the candidate that it follows from.
    var origin: (level: Int, index: Int)?
    /// The state at the beginning of the loop.
    var loop: [Value?]?
  }

  private struct Key: Hashable {
    var state: [Value?]
    var loop: [Value?]?
  }

  /// More states at once that fit are a limit error.
  private static let candidateLimit = 200_000

  /// - Parameter shouldStop: asked now and then; true ends the replay as a limit does.
  public init(machine: Machine, shouldStop: (() -> Bool)? = nil) {
    self.machine = machine
    evaluator = Evaluator(machine: machine)
    evaluator.shouldStop = shouldStop
  }

  /// Runs the trace through the machine, which must have `init` and `step`.
  ///
  /// - Complexity: the successors of every state that fits.
  public func run(_ trace: ObservedTrace) -> Outcome {
    let count = trace.steps.count
    var levels = [[Candidate]](repeating: [], count: count + 1)
    var seen = [Set<Key>](repeating: [], count: count + 1)
    levels[0] = [Candidate(state: Array(repeating: nil, count: machine.variables.count), steps: [])]
    var furthest = 0
    // An error elsewhere does not keep a trace from being a behavior.
    var failure: Outcome?
    for level in 0..<count where !levels[level].isEmpty {
      furthest = level
      failure = nil
      for index in levels[level].indices {
        let candidate = levels[level][index]
        let error = forEachFittingStep(from: candidate.state, level, trace) { state, steps in
          let target = level + steps.count
          var loop = candidate.loop
          if let start = trace.loopStart, start + 1 == target { loop = state }
          guard seen[target].insert(Key(state: state, loop: loop)).inserted else { return }
          levels[target].append(Candidate(state: state, steps: steps, origin: (level, index), loop: loop))
        }
        if let error, failure == nil {
          failure = .failed(error, index: level, before: state(candidate, level))
        }
        if levels[level + 1].count > Self.candidateLimit {
          return .failed(tooMany(at: level), index: level, before: state(candidate, level))
        }
      }
      seen[level] = []
    }
    if levels[count].isEmpty, let failure { return failure }
    guard !levels[count].isEmpty else {
      return refusal(at: furthest, levels[furthest], trace)
    }
    guard let start = trace.loopStart else {
      return .accepted(behavior(to: levels[count][0], levels, loopStart: nil), stutters: false)
    }
    return closeLoop(start, levels, trace)
  }

  private func tooMany(at level: Int) -> EvaluationError {
    EvaluationError(
      .notExecutable, "more than \(Self.candidateLimit) states fit what the trace shows",
      at: (level == 0 ? machine.initial : machine.step).map { machine[$0].body } ?? ExpressionID(0),
      isLimit: true)
  }

  func transitions(at level: Int) -> [Transition] {
    level == 0 ? machine.initialTransitions : machine.transitions
  }

  func state(_ candidate: Candidate, _ level: Int) -> State? {
    level == 0 ? nil : State(variables: machine.variables.map(\.name), values: candidate.state)
  }

  /// The values that the trace gives for picks whose name a transition has once.
  func choice(_ step: ObservedStep, for transition: Transition) -> (PickID) -> Value? {
    let names = transition.picks.map { machine[$0.pick].name }
    return { pick in
      let name = machine[pick].name
      guard let value = step.picks.last(where: { $0.name == name })?.value,
        names.count(where: { $0 == name }) == 1
      else { return nil }
      return value
    }
  }

  /// True for a transition that may have the name that the trace gives.
  func mayBe(_ action: String?, _ transition: Transition) -> Bool {
    action == nil || transition.isOpaque || transition.action == action
  }

  /// The steps of the model from a state that fit the trace from `trace.steps[level]` on.
  ///
  /// - Returns: the first error of a transition; the others are tried nevertheless.
  private func forEachFittingStep(
    from state: [Value?], _ level: Int, _ trace: ObservedTrace, _ body: ([Value?], [Step]) -> Void
  ) -> EvaluationError? {
    evaluator.load(state)
    var failure: EvaluationError?
    for transition in transitions(at: level) where mayBe(trace.steps[level].action, transition) {
      let choice = transition.isOpaque ? { _ in nil } : choice(trace.steps[level], for: transition)
      do throws(EvaluationError) {
        try evaluator.forEachAttempt(of: transition, isExplained: false, choosing: choice) { attempt in
          guard case .enabled(let values, let passed) = attempt.result,
            level + passed.count < trace.steps.count
          else { return true }
          // A pick may be recorded with a later one of the states that its action commits.
          let picks = passed.flatMap(\.picks) + attempt.picks
          for (offset, step) in passed.enumerated() {
            let seen = trace.steps[level + offset]
            guard seen.fits(step.state.values), seen.fits(step.action, picks) else { return true }
          }
          let seen = trace.steps[level + passed.count]
          guard seen.fits(values), seen.fits(attempt.action, picks) else { return true }
          body(values, passed + [step(attempt, to: values)])
          return true
        }
      } catch {
        failure = failure ?? error
      }
    }
    return failure
  }

  func step(_ attempt: TransitionAttempt, to values: [Value?]) -> Step {
    Step(
      action: attempt.action, picks: attempt.picks,
      state: State(variables: machine.variables.map(\.name), values: values))
  }

  private func behavior(to last: Candidate, _ levels: [[Candidate]], loopStart: Int?) -> Trace {
    var parts: [[Step]] = []
    var next: Candidate? = last
    while let candidate = next {
      parts.append(candidate.steps)
      next = candidate.origin.map { levels[$0.level][$0.index] }
    }
    return Trace(steps: parts.reversed().flatMap { $0 }, loopStart: loopStart)
  }

  /// Whether some candidate of the last level can step to the state with which it entered the loop.
  private func closeLoop(_ start: Int, _ levels: [[Candidate]], _ trace: ObservedTrace) -> Outcome {
    let count = trace.steps.count
    var failure: Outcome?
    for candidate in levels[count] {
      guard let goal = candidate.loop else { continue }
      let closing = ObservedTrace(steps: trace.steps + [ObservedStep(values: goal)])
      var isClosed = false
      let error = forEachFittingStep(from: candidate.state, count, closing) { _, _ in isClosed = true }
      if isClosed { return .accepted(behavior(to: candidate, levels, loopStart: start), stutters: false) }
      if let error, failure == nil { failure = .failed(error, index: count, before: state(candidate, count)) }
    }
    if start == count - 1, let last = levels[count].first {
      return .accepted(behavior(to: last, levels, loopStart: start), stutters: true)
    }
    if let failure { return failure }
    var closing = trace
    closing.steps.append(
      ObservedStep(values: levels[count].first { $0.loop != nil }?.loop ?? trace.steps[start].values))
    return refusal(at: count, levels[count], closing, returnsTo: start)
  }
}
