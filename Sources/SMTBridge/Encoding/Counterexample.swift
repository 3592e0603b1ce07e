import ProtocolModel

/// A behavior that a solver found: the constants, the states, and how each step was taken.
struct FoundBehavior {
  typealias Term = TermGraph.Term
  var constants: [(constant: FunctionID, value: Value)]
  var states: [[Value]]
  /// The picks of each step, the first one that of `init`; empty where the state before is missing.
  var picks: [[(pick: PickID, value: Value)]]

  /// Reads the model that a solver has.
  ///
  /// - Parameter count: moments to read.
  init?(_ unrolling: inout Unrolling, _ solver: some Solver, count: Int) {
    let system = unrolling.system
    constants = []
    for constant in system.openConstants {
      var numbers: [Integer] = []
      for leaf in constant.leaves {
        guard let number = solver.value(of: leaf, unrolling.graph) else { return nil }
        numbers.append(number)
      }
      constants.append((constant.constant, system.value(of: constant, from: numbers)))
    }
    states = []
    picks = []
    for index in 0..<count {
      var numbers: [Integer] = []
      for leaf in unrolling.moments[index].leaves {
        guard let number = solver.value(of: leaf, unrolling.graph) else { return nil }
        numbers.append(number)
      }
      states.append(system.state(from: numbers))
      guard let step = unrolling.steps[index] else {
        picks.append([])
        continue
      }
      let transitions = step.isInitial ? system.initial : system.transitions
      guard
        let taken = step.selectors.firstIndex(where: {
          solver.value(of: $0, unrolling.graph) == .one
        })
      else { return nil }
      var found: [(pick: PickID, value: Value)] = []
      for pick in transitions[taken].picks {
        var values: [Integer] = []
        for term in SymbolicSystem.terms(of: pick.value) {
          let moved = unrolling.pickTerm(term, step, at: index)
          guard let number = solver.value(of: moved, unrolling.graph) else { return nil }
          values.append(number)
        }
        var rest = values[...]
        found.append((pick.pick, SymbolicSystem.value(of: pick.value, from: &rest)))
      }
      picks.append(found)
    }
  }
}

extension FoundBehavior {
  /// Reads the model that a solver has of layers.
  ///
  /// - Parameter count: layers to read.
  init?(_ layers: SymbolicLayers, _ solver: some Solver, count: Int) {
    func numbers(_ terms: [Term]) -> [Integer]? {
      var result: [Integer] = []
      for term in terms {
        guard let number = solver.value(of: term, layers.graph) else { return nil }
        result.append(number)
      }
      return result
    }
    (constants, states, picks) = ([], [], [])
    for constant in layers.openConstants {
      guard let numbers = numbers(constant.leaves) else { return nil }
      constants.append((constant.constant, layers.value(of: constant, from: numbers)))
    }
    for (index, layer) in layers.layers.prefix(count).enumerated() {
      guard let numbers = numbers(layer.leaves) else { return nil }
      states.append(layers.state(ofLayer: index, from: numbers))
      let isTaken = layer.selectors.map { solver.value(of: $0, layers.graph) == .one }
      guard let taken = isTaken.firstIndex(of: true) else { return nil }
      picks.append(Self.picks(layer.incoming[taken].picks, layers.graph, solver))
    }
  }

  /// The values that picks have in a solver's model.
  static func picks(
    _ picks: [SymbolicPick], _ graph: TermGraph, _ solver: some Solver
  ) -> [(pick: PickID, value: Value)] {
    picks.map { pick in
      let numbers = SymbolicSystem.terms(of: pick.value).map { solver.value(of: $0, graph) ?? .zero }
      var rest = numbers[...]
      return (pick.pick, SymbolicSystem.value(of: pick.value, from: &rest))
    }
  }
}

extension Unrolling {
  /// A term of a transition, as it was meant in the step that leads to a moment.
  mutating func pickTerm(_ term: Term, _ step: StepTerms, at index: Int) -> Term {
    if index > 0 { return self.term(term, at: index - 1) }
    var known: [Int32: Term] = [:]
    return graph.substituting(term, &known) { step.picks[$0] }
  }
}

/// Runs what a solver found in the evaluator, which alone decides whether it is a behavior.
struct BehaviorReplay {
  let machine: Machine
  let evaluator: Evaluator
  let behavior: FoundBehavior

  init(_ machine: Machine, _ behavior: FoundBehavior) {
    self.machine = behavior.constants.isEmpty ? machine : machine.binding(behavior.constants)
    self.behavior = behavior
    evaluator = Evaluator(machine: self.machine)
  }

  enum Failure: Error {
    /// No transition of the machine leads to the state with this index.
    case noSuchStep(Int)
    case evaluation(EvaluationError)
    case assumption(String)
  }

  /// The trace, with the names of actions and picks as the evaluator tells them.
  ///
  /// - Parameter stutters: a step may change nothing, whatever the model says.
  func trace(stutters: Bool = false) throws(Failure) -> Trace {
    let names = machine.variables.map(\.name)
    var steps: [Step] = []
    evaluator.unload()
    for assumption in machine.assumptions {
      guard (try? evaluator.isTrue(assumption.function)) == true else {
        throw .assumption(assumption.name)
      }
    }
    for (index, state) in behavior.states.enumerated() {
      let goal: [Value?] = state.map { $0 }
      if stutters, index > 0, behavior.states[index - 1] == state {
        steps.append(
          Step(action: ActionCall("(stutters)"), state: State(variables: names, values: goal)))
        continue
      }
      let transitions = index == 0 ? machine.initialTransitions : machine.transitions
      evaluator.knownPicks = Dictionary(grouping: behavior.picks[index], by: \.pick).mapValues {
        $0.map(\.value)
      }
      defer { evaluator.knownPicks = [:] }
      var found: [Step]?
      var failure: EvaluationError?
      for transition in transitions where found == nil {
        let counts = transition.picks.map(\.pick)
        do throws(EvaluationError) {
          try evaluator.forEachAttempt(of: transition, isExplained: false) { pick in
            // A pick that is made twice in one step cannot be told apart by its name.
            guard counts.count(where: { $0 == pick }) == 1 else { return nil }
            return behavior.picks[index].first { $0.pick == pick }?.value
          } _: { attempt throws(EvaluationError) in
            guard case .enabled(let values, let passed) = attempt.result, values == goal else { return true }
            let last = Step(
              action: attempt.action, picks: attempt.picks, state: State(variables: names, values: values))
            found = passed + [last]
            return false
          }
        } catch {
          failure = failure ?? error
        }
      }
      guard let found else {
        if let failure { throw .evaluation(failure) }
        throw .noSuchStep(index)
      }
      steps += found
      evaluator.load(goal)
    }
    return Trace(steps: steps)
  }

  /// The step after the last state that changes nothing: every behavior may take it.
  func idleStep() -> [Step] {
    guard let last = behavior.states.last else { return [] }
    let state = State(variables: machine.variables.map(\.name), values: last.map { $0 })
    return [Step(action: ActionCall("(stutters)"), state: state)]
  }

  /// Whether a property is false in the last state, or on the last step; the explanations if so.
  ///
  /// - Parameter isIdle: on the step after the last state that changes nothing.
  func violation(of property: Property, isIdle: Bool = false) -> [Explanation]? {
    guard let last = behavior.states.last else { return nil }
    let isStep = property.kind == .temporal && property.shape == .alwaysStep
    do throws(EvaluationError) {
      if isStep {
        let before = behavior.states.count - (isIdle ? 1 : 2)
        guard before >= 0 else { return nil }
        evaluator.load(behavior.states[before])
        return try evaluator.withSuccessor(last) { () throws(EvaluationError) in try falseConjuncts(property)
        }
      }
      evaluator.load(last)
      return try falseConjuncts(property)
    } catch {
      return nil
    }
  }

  private func falseConjuncts(_ property: Property) throws(EvaluationError) -> [Explanation]? {
    for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true {
      return evaluator.explainFalse(conjunct)
    }
    return nil
  }

  /// The error that the step, or a property, makes in the last state.
  ///
  /// - Parameter picks: those of the step that fails.
  func runtimeError(
    in properties: [Property], picks: [(pick: PickID, value: Value)]
  ) -> (error: EvaluationError, activity: String, property: String?)? {
    guard let last = behavior.states.last else { return nil }
    evaluator.load(last)
    evaluator.knownPicks = Dictionary(grouping: picks, by: \.pick).mapValues { $0.map(\.value) }
    defer { evaluator.knownPicks = [:] }
    for transition in machine.transitions {
      var isIncomplete = false
      let counts = transition.picks.map(\.pick)
      do throws(EvaluationError) {
        try evaluator.forEachAttempt(of: transition, isExplained: false) { pick in
          guard counts.count(where: { $0 == pick }) == 1 else { return nil }
          return picks.first { $0.pick == pick }?.value
        } _: { attempt in
          if case .enabled(let values, _) = attempt.result, values.contains(where: { $0 == nil }) {
            isIncomplete = true
          }
          return !isIncomplete
        }
        if isIncomplete { return (incomplete(transition), "in `step`", nil) }
      } catch {
        if !error.isLimit { return (error, "in `step`", nil) }
      }
    }
    for property in properties {
      do throws(EvaluationError) {
        if property.kind == .temporal, property.shape == .alwaysStep {
          defer { evaluator.load(last) }
          // The last step, and one that changes nothing.
          for before in behavior.states.suffix(2) {
            evaluator.load(before)
            try evaluator.withSuccessor(last) { () throws(EvaluationError) in try evaluate(property) }
          }
        } else {
          try evaluate(property)
        }
      } catch {
        if !error.isLimit {
          return (error, "in \(property.kind.rawValue) `\(property.name)`", property.name)
        }
      }
    }
    return nil
  }

  /// The error of a transition that leaves a variable without value.
  private func incomplete(_ transition: Transition) -> EvaluationError {
    let names = transition.unassigned.map { "`\(machine[$0].name)`" }.joined(separator: ", ")
    let subject = names.isEmpty ? "a variable has" : "\(names) has"
    let function = machine.step ?? transition.activations[0].function
    return EvaluationError(
      .variableWithoutValue, "\(subject) no value in the next state", at: machine[function].body)
  }

  private func evaluate(_ property: Property) throws(EvaluationError) {
    if property.conjuncts.isEmpty { _ = try evaluator.value(of: property.function) }
    for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true { return }
  }

  /// True when the last state has no successor at all.
  func isDeadEnd() -> Bool? {
    guard let last = behavior.states.last, let step = machine.step else { return nil }
    evaluator.load(last)
    var hasSuccessor = false
    do throws(EvaluationError) {
      try evaluator.forEachOutcome(of: step) { _ in
        hasSuccessor = true
        return false
      }
      return !hasSuccessor
    } catch {
      return nil
    }
  }
}
