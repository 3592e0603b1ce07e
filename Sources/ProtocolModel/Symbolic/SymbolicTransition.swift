/// Transitions of a machine over a state with unknown parts.

/// One way to take a step.
public struct SymbolicTransition: Sendable {
  public typealias Term = TermGraph.Term

  /// What must hold, in order. A guard counts only where all before it hold.
  public var guards: [Guard]
  /// The next state, by variable; nil where nothing is assigned.
  public var updates: [SymbolicValue?]
  /// The actions that it goes through.
  public var actions: [FunctionID]
  /// The values of its `nondet`s, in the order in which they are picked.
  public var picks: [SymbolicPick] = []

  public struct Guard: Sendable {
    public var condition: Term
    /// When the guard has no value.
    public var undefined: Term
    /// The condition in the text; nil for what stands for a choice, a branch or a value.
    public var origin: ExpressionID?
  }
}

/// A machine in symbolic form, over one graph.
public struct SymbolicMachine: Sendable {
  public var graph: TermGraph
  /// In the order of the evaluator's outcomes.
  public var transitions: [SymbolicTransition]
  /// For each predicate that was asked for, when it holds and when it has no value.
  public var predicates: [SymbolicTransition.Guard]
  /// The same for predicates on a state and the next one.
  public var stepPredicates: [SymbolicTransition.Guard]
  /// For each integer that was asked for, its value (as `condition`) and when it has none.
  public var quantities: [SymbolicTransition.Guard]
}

extension SymbolicMachine {
  /// The step of a machine, and what is asked about its states, over a current state.
  ///
  /// - Parameters:
  ///   - next: the next state, for `stepPredicates`.
  ///   - shouldStop: asked now and then; true ends it with a refusal.
  /// - Throws: `SymbolicRefusal` when a part has no finite symbolic form, or is too large.
  public init(
    _ machine: Machine, current: [SymbolicValue], next: [SymbolicValue]? = nil, graph: TermGraph,
    predicates: [FramedExpression] = [], stepPredicates: [FramedExpression] = [],
    quantities: [FramedExpression] = [], shouldStop: (() -> Bool)? = nil
  ) throws(SymbolicRefusal) {
    var algebra = SymbolicAlgebra()
    algebra.graph = graph
    var step = SymbolicStep(
      evaluator: SymbolicEvaluator(machine: machine, algebra: algebra, current: current))
    step.evaluator.shouldStop = shouldStop
    if let action = machine.step { try step.run(action) }
    transitions = step.transitions
    var evaluator = step.evaluator
    self.predicates = try evaluator.conditions(predicates)
    self.quantities = []
    for quantity in quantities {
      self.quantities.append(
        try evaluator.guardian(of: quantity) { (evaluator, base) throws(SymbolicRefusal) in
          try evaluator.integer(quantity.expression, base, .true)
        })
    }
    evaluator.next = next
    evaluator.forgetRemembered()
    self.stepPredicates = try evaluator.conditions(stepPredicates)
    self.graph = evaluator.graph
  }
}

extension SymbolicMachine {
  /// One predicate over a current state, and the graph that its terms are in.
  ///
  /// - Parameter shouldStop: asked now and then; true ends it with a refusal.
  public static func condition(
    _ predicate: FramedExpression, of machine: Machine, current: [SymbolicValue], graph: TermGraph,
    shouldStop: (() -> Bool)? = nil
  ) throws(SymbolicRefusal) -> (SymbolicTransition.Guard, TermGraph) {
    var algebra = SymbolicAlgebra()
    algebra.graph = graph
    var evaluator = SymbolicEvaluator(machine: machine, algebra: algebra, current: current)
    evaluator.shouldStop = shouldStop
    let conditions = try evaluator.conditions([predicate])
    guard let condition = conditions.first else { throw SymbolicRefusal("no condition") }
    return (condition, evaluator.graph)
  }
}

extension SymbolicEvaluator {
  mutating func conditions(
    _ predicates: [FramedExpression]
  ) throws(SymbolicRefusal) -> [SymbolicTransition.Guard] {
    var result: [SymbolicTransition.Guard] = []
    for predicate in predicates {
      result.append(
        try guardian(of: predicate) { (evaluator, base) throws(SymbolicRefusal) in
          try evaluator.boolean(predicate.expression, base, .true)
        })
    }
    return result
  }

  mutating func guardian(
    of expression: FramedExpression,
    _ body: (inout SymbolicEvaluator, Int) throws(SymbolicRefusal) -> Term
  ) throws(SymbolicRefusal) -> SymbolicTransition.Guard {
    let base = push(Int(machine[expression.function].frameSize))
    defer { pop(to: base) }
    undefined = .false
    let term = try body(&self, base)
    return .init(condition: term, undefined: undefined)
  }
}
