/// A machine as a transition system over booleans and unbounded integers: what a prover reads.
///
/// The state is a row of leaves, found by closure: run `init`, take the shape of what comes
/// out, run `step` over unknowns of that shape, join what comes out, until nothing new
/// comes. Bounds of integers that keep moving are given up. A list that keeps growing is
/// cut at a length; a longer one is an `overflow`, which whoever proves something has to
/// show to be impossible.
///
/// Constants may stay open: their integers and booleans are unknowns, too, and the
/// `assume`s are conditions on them.
public struct SymbolicSystem: Sendable {
  public typealias Term = TermGraph.Term

  public private(set) var graph: TermGraph
  public private(set) var inputs: SymbolicInputs
  /// By variable.
  public private(set) var shapes: [SymbolicShape] = []
  /// Of all variables, in order.
  public private(set) var leaves: [SymbolicShape.Leaf] = []
  /// The unknowns of the current state and of the next one, by leaf.
  public private(set) var current: [Term] = []
  public private(set) var next: [Term] = []
  public private(set) var openConstants: [OpenConstant] = []
  public private(set) var assumptions: [Fact] = []
  public private(set) var initial: [SystemTransition] = []
  public private(set) var transitions: [SystemTransition] = []
  /// What has to be proved where contracts are used.
  public private(set) var contracts: [FunctionContract] = []
  /// Conditions of actions that exclude some ways to step whatever the state is.
  public private(set) var refuting: Set<ExpressionID> = []
  /// One for each property that was asked for, in their order.
  public private(set) var predicates: [Predicate] = []

  /// A condition, and when it has no value.
  public struct Fact: Sendable {
    public var holds: Term
    public var undefined: Term
  }

  /// A property over the current state, or over it and the next one.
  public struct Predicate: Sendable {
    public var conjuncts: [Fact]
    /// All of them, and some of them without value.
    public var whole: Fact
    /// For a bound, the quantity.
    public var quantity: Term?
    /// Why it has no symbolic form.
    public var refusal: SymbolicRefusal?
  }

  /// A constant without fixed value.
  public struct OpenConstant: Sendable {
    /// Its definition.
    public var constant: FunctionID
    public var shape: SymbolicShape
    public var leaves: [Term]
  }

  /// Iterations of the closure after which bounds that move are given up.
  private static let patience = 12
  private static let iterationLimit = 40

  /// - Parameters:
  ///   - open: constants to leave open, with the value that each has in the spec.
  ///   - samples: by variable, values within whose bounds all others are guessed to be; a state
  ///     beyond them is an `overflow`. Nil for no guess.
  ///   - usesContracts: see `FunctionContract`.
  ///   - shouldStop: asked now and then; true ends the encoding with a refusal.
  /// - Throws: `SymbolicRefusal` for what cannot be encoded, with its place.
  public init(
    _ machine: Machine, open: [(constant: FunctionID, value: Value)] = [], properties: [Property],
    samples: [[Value]]? = nil, usesContracts: Bool = false, shouldStop: (() -> Bool)? = nil
  ) throws(SymbolicRefusal) {
    func bounded(_ shapes: [SymbolicShape]) -> [SymbolicShape] {
      guard let samples else { return shapes }
      return zip(shapes, samples).map { $0.bounded(by: $1) }
    }
    var builder = SystemBuilder(machine, open, usesContracts, shouldStop)
    try builder.runInitial()
    var shapes = bounded(try builder.shapes(joining: nil))
    var iteration = 0
    while true {
      builder = SystemBuilder(machine, open, usesContracts, shouldStop)
      try builder.begin(shapes)
      try builder.runStep()
      let joined = zip(bounded(try builder.shapes(joining: shapes)), shapes).map { $0.cut(since: $1) }
      if joined == shapes { break }
      iteration += 1
      guard iteration < Self.iterationLimit else { throw SymbolicRefusal("the values have no finite shape") }
      shapes = iteration < Self.patience ? joined : zip(joined, shapes).map { $0.widened(since: $1) }
    }
    try builder.runInitial()
    graph = TermGraph()
    inputs = SymbolicInputs()
    self.shapes = shapes
    leaves = zip(machine.variables, shapes).flatMap { $1.leaves($0.name) }
    current = builder.current
    initial = try builder.store(builder.initial, shapes, isGuessed: samples != nil)
    transitions = try builder.store(builder.steps, shapes, isGuessed: samples != nil)
    refuting = builder.refuting
    contracts = builder.contracts?.claims ?? []
    assumptions = try builder.assumptions()
    openConstants = builder.openConstants
    next = builder.addNext(leaves)
    for property in properties { predicates.append(try builder.predicate(property, shapes)) }
    graph = builder.graph
    inputs = builder.inputs
  }
}

/// A condition in the text of an action.
public struct NamedGuard: Hashable, Sendable {
  public var origin: ExpressionID
  public var action: FunctionID
}

extension SymbolicSystem {
  /// The conditions of the step that can be dropped by `dropping`, in the order of the transitions.
  public var namedGuards: [NamedGuard] {
    var result: [NamedGuard] = []
    for transition in transitions {
      guard let action = transition.actions.last else { continue }
      for origin in transition.guards.compactMap(\.origin) where !refuting.contains(origin) {
        let named = NamedGuard(origin: origin, action: action)
        if !result.contains(named) { result.append(named) }
      }
    }
    return result
  }

  /// The system with a transition more, behind the others.
  func adding(_ transition: SystemTransition) -> SymbolicSystem {
    var result = self
    result.transitions.append(transition)
    return result
  }

  /// The system with one of its transitions alone, and what contracts say of products that matter
  /// for some conditions on the states before and after it.
  ///
  /// - Parameter graph: that of the system or one that grew out of it; gets the new terms.
  public func keeping(
    _ number: Int, for conditions: [Term], _ graph: inout TermGraph
  ) -> SymbolicSystem {
    var result = self
    var transition = transitions[number]
    var places: [Int: Int] = [:]
    var fixed: Set<Int> = []
    for (place, terms) in zip(current, next).enumerated() {
      for case .input(let number, _) in [graph[terms.0], graph[terms.1]] { places[Int(number)] = place }
      if case .input(let number, _) = graph[terms.0] { fixed.insert(Int(number)) }
    }
    for case .input(let number, _) in openConstants.flatMap(\.leaves).map({ graph[$0] }) {
      fixed.insert(Int(number))
    }
    // What the transition puts in the places that the conditions speak of.
    var known = fixed
    for place in Set(conditions.flatMap { graph.inputs(below: $0) }.compactMap { places[$0] }).sorted() {
      known.formUnion(graph.inputs(below: transition.updates[place]))
    }
    for promise in transition.productPromises where known.isSuperset(of: graph.inputs(below: promise)) {
      transition.enabled = graph.and(transition.enabled, promise)
    }
    result.transitions = [transition]
    return result
  }

  /// The system without a condition of an action.
  ///
  /// - Parameter graph: that of the system or one that grew out of it; gets the new terms.
  public func dropping(_ named: NamedGuard, _ graph: inout TermGraph) -> SymbolicSystem {
    var result = self
    for (index, transition) in transitions.enumerated() where transition.actions.last == named.action {
      guard transition.guards.contains(where: { $0.origin == named.origin }) else { continue }
      var enabled = Term.true
      for item in transition.guards {
        enabled = graph.and(enabled, graph.not(item.undefined))
        if item.origin != named.origin { enabled = graph.and(enabled, item.condition) }
      }
      result.transitions[index].enabled = enabled
    }
    result.graph = graph
    return result
  }
}

/// One way to take a step, over leaves.
public struct SystemTransition: Sendable {
  public typealias Term = TermGraph.Term

  public var guards: [SymbolicTransition.Guard]
  /// When it can be taken.
  public var enabled: Term
  /// When something has no value that is evaluated in the attempt.
  public var failure: Term
  /// When it can be taken, but the state that it leads to has no place in the shape.
  public var overflow: Term
  /// The next state, by leaf.
  public var updates: [Term]
  public var actions: [FunctionID]
  public var picks: [SymbolicPick]
  /// What contracts say of products of unknowns. `enabled` and `failure` leave it out, since most
  /// solvers are slowed down by it, and most proofs do not need it.
  public var productPromises: [Term] = []
}

extension SymbolicShape {
  /// The shape of an open constant: its integers and booleans are unknown, all else is as in `value`.
  init(opening value: Value) {
    switch value {
    case .bool: self = .boolean
    case .int: self = .integer(TermGraph.anyInteger)
    case .string, .set: self = .constant(value)
    case .tuple(let entries): self = .tuple(entries.map { SymbolicShape(opening: $0) })
    case .list(let entries):
      self = .list(entries.map { SymbolicShape(opening: $0) }, minimum: entries.count)
    case .record(let record):
      self = .record(record.shape, record.values.map { SymbolicShape(opening: $0) })
    case .variant(let variant):
      self =
        variant.payload.isUnit
        ? .constant(value) : .variant([variant.label], [.init(opening: variant.payload)])
    case .map(let map):
      self = .map(
        zip(map.keyArray, map.values).map {
          Entry(key: $0, isAlwaysThere: true, shape: SymbolicShape(opening: $1))
        })
    }
  }
}
