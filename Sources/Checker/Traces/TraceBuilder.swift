import ProtocolModel

/// Behaviors that lead to a state, with their story: made by running the steps again in
/// the evaluator, which is also the proof that they are behaviors of the model.
struct TraceBuilder<Place: Equatable> {
  let machine: Machine
  let evaluator: Evaluator
  let state: (Place) -> [Value?]
  let parent: (Place) -> Place?

  /// The behavior by which a state was found first; a shortest one after breadth-first search.
  ///
  /// - Complexity: the successors of each state on the way.
  func trace(to index: Place) -> Trace {
    var path = [index]
    while let last = path.last, let previous = parent(last) { path.append(previous) }
    path.reverse()
    var trace = Trace(steps: [])
    var before: [Value?] = Array(repeating: nil, count: machine.variables.count)
    for (position, index) in path.enumerated() {
      let after = state(index)
      trace.steps += steps(from: before, to: after, by: position == 0 ? machine.initial : machine.step)
      before = after
    }
    return trace
  }

  /// The same with one transition more, of the model or one that changes nothing.
  func trace(to index: Place, then last: Place) -> Trace {
    var trace = trace(to: index)
    trace.steps += stutter(at: index, last) ?? steps(from: state(index), to: state(last), by: machine.step)
    return trace
  }

  /// A step that is none of the model's; nil for two states.
  func stutter(at index: Place, _ next: Place) -> [Step]? {
    guard index == next else { return nil }
    let state = State(variables: machine.variables.map(\.name), values: state(index))
    return [Step(action: ActionCall("(stutters)"), state: state)]
  }

  /// The first way to take an action from one state to another, states passed by `then` included.
  func steps(from before: [Value?], to after: [Value?], by action: FunctionID?) -> [Step] {
    var found: [Step]?
    evaluator.load(before)
    evaluator.keepsStory = true
    defer { evaluator.keepsStory = false }
    if let action {
      do throws(EvaluationError) {
        try evaluator.forEachOutcome(of: action) { outcome throws(EvaluationError) in
          guard outcome.values == after else { return true }
          found = outcome.passed + [evaluator.step(to: outcome)]
          return false
        }
      } catch {
        found = nil
      }
    }
    precondition(found != nil, "a stored transition is one of the model")
    return found ?? []
  }

  /// Which conjuncts of a violated property are false in a state, or on the transition
  /// from `source` to it, and why.
  func explain(
    _ property: Property, in index: Place, after source: Place?
  ) -> [Explanation] {
    evaluator.explain(property, in: state(index), after: source.map(state))
  }
}
