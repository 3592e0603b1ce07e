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
      let joined = bounded(try builder.shapes(joining: shapes))
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

/// One round of the closure.
private struct SystemBuilder {
  typealias Term = TermGraph.Term
  let machine: Machine
  private let open: [(constant: FunctionID, value: Value)]
  private var algebra = SymbolicAlgebra()
  private(set) var inputs = SymbolicInputs()
  private(set) var openConstants: [SymbolicSystem.OpenConstant] = []
  private var constantValues: [FunctionID: SymbolicValue] = [:]
  private(set) var current: [Term] = []
  private var state: [SymbolicValue] = []
  private var successor: [SymbolicValue] = []
  private(set) var initial: [SymbolicTransition] = []
  private(set) var steps: [SymbolicTransition] = []
  private(set) var refuting: Set<ExpressionID> = []
  private(set) var contracts: ContractBook?
  private let shouldStop: (() -> Bool)?

  var graph: TermGraph { algebra.graph }

  init(
    _ machine: Machine, _ open: [(constant: FunctionID, value: Value)], _ usesContracts: Bool,
    _ shouldStop: (() -> Bool)?
  ) {
    self.machine = machine
    self.shouldStop = shouldStop
    contracts = usesContracts ? ContractBook() : nil
    self.open = open
    for (constant, value) in open {
      let shape = SymbolicShape(opening: value)
      let terms = add(shape.leaves(machine[constant].name))
      openConstants.append(.init(constant: constant, shape: shape, leaves: terms))
      var rest = terms[...]
      constantValues[constant] = shape.value(&rest, &algebra.graph)
    }
  }

  private mutating func add(_ leaves: [SymbolicShape.Leaf]) -> [Term] {
    leaves.map { inputs.add($0.name, isBoolean: $0.isBoolean, $0.range, &algebra.graph) }
  }

  mutating func begin(_ shapes: [SymbolicShape]) throws(SymbolicRefusal) {
    current = add(zip(machine.variables, shapes).flatMap { $1.leaves($0.name) })
    var rest = current[...]
    state = shapes.map { $0.value(&rest, &algebra.graph) }
  }

  mutating func addNext(_ leaves: [SymbolicShape.Leaf]) -> [Term] {
    add(
      leaves.map {
        .init(name: $0.name + "'", isBoolean: $0.isBoolean, range: $0.range)
      })
  }

  private func evaluator(
    _ current: [SymbolicValue?], _ contracts: ContractBook? = nil
  ) -> SymbolicEvaluator {
    var evaluator = SymbolicEvaluator(machine: machine, algebra: algebra, current: current)
    evaluator.inputs = inputs
    evaluator.contracts = contracts
    evaluator.shouldStop = shouldStop
    evaluator.openConstants = constantValues
    return evaluator
  }

  /// Before `init`.
  private var noState: [SymbolicValue?] { Array(repeating: nil, count: machine.variables.count) }

  private mutating func finish(_ evaluator: SymbolicEvaluator) {
    algebra = evaluator.algebra
    if let inputs = evaluator.inputs { self.inputs = inputs }
    if let contracts = evaluator.contracts { self.contracts = contracts }
  }

  mutating func runInitial() throws(SymbolicRefusal) {
    guard let action = machine.initial else { return }
    var walk = SymbolicStep(evaluator: evaluator(noState, contracts))
    algebra = SymbolicAlgebra()
    try walk.run(action)
    initial = walk.transitions
    finish(walk.evaluator)
  }

  mutating func runStep() throws(SymbolicRefusal) {
    guard let action = machine.step else { return }
    var walk = SymbolicStep(evaluator: evaluator(state, contracts))
    algebra = SymbolicAlgebra()
    try walk.run(action)
    steps = walk.transitions
    refuting = walk.refuting
    finish(walk.evaluator)
  }

  /// The shapes of all values that the transitions lead to.
  func shapes(joining known: [SymbolicShape]?) throws(SymbolicRefusal) -> [SymbolicShape] {
    var result: [SymbolicShape?] =
      known.map { $0.map { $0 } } ?? Array(repeating: nil, count: machine.variables.count)
    for transition in known == nil ? initial : steps where !transition.isNever {
      var ranges = GuardedRanges(algebra.graph, given: transition.guards.map(\.condition))
      for (variable, update) in transition.updates.enumerated() {
        guard let update else { continue }
        do throws(SymbolicRefusal) {
          let shape = try SymbolicShape(of: update, &ranges)
          if let old = result[variable] {
            result[variable] = try old.joined(with: shape)
          } else {
            result[variable] = shape
          }
        } catch {
          throw SymbolicRefusal(
            "variable `\(machine.variables[variable].name)` takes \(error.reason)", at: error.expression)
        }
      }
    }
    var shapes: [SymbolicShape] = []
    for (index, shape) in result.enumerated() {
      guard let some = shape ?? Value(anyOf: machine.variables[index].type).map(SymbolicShape.constant) else {
        throw SymbolicRefusal("variable `\(machine.variables[index].name)` has values of unknown type")
      }
      shapes.append(some)
    }
    return shapes
  }

  mutating func store(
    _ transitions: [SymbolicTransition], _ shapes: [SymbolicShape], isGuessed: Bool
  ) throws(SymbolicRefusal) -> [SystemTransition] {
    var result: [SystemTransition] = []
    for transition in transitions {
      var enabled = Term.true
      var failure = Term.false
      for item in transition.guards {
        failure = algebra.graph.or(failure, algebra.graph.and(enabled, item.undefined))
        enabled = algebra.graph.and(enabled, algebra.graph.not(item.undefined))
        enabled = algebra.graph.and(enabled, item.condition)
      }
      if transition.updates.contains(where: { $0 == nil }), enabled != .false {
        // A variable without a value in the next state is an error.
        failure = algebra.graph.or(failure, enabled)
        enabled = .false
      }
      if enabled == .false, failure == .false { continue }
      var storage = SymbolicLeaves(algebra, checksBounds: isGuessed)
      algebra = SymbolicAlgebra()
      for (update, shape) in zip(transition.updates, shapes) {
        guard enabled != .false, let update else {
          storage.skip(shape)
          continue
        }
        try storage.put(update, shape, .true)
      }
      algebra = storage.algebra
      var guards = transition.guards
      let promises = promises(below: [enabled, failure] + storage.terms).flatMap {
        algebra.graph.conjuncts(of: $0)
      }
      for promise in promises where !algebra.graph.hasProducts(below: promise) {
        guards.append(.init(condition: promise, undefined: .false))
        enabled = algebra.graph.and(enabled, promise)
        failure = algebra.graph.and(failure, promise)
      }
      let overflow = algebra.graph.and(enabled, storage.overflow)
      result.append(
        SystemTransition(
          guards: guards, enabled: enabled, failure: failure, overflow: overflow,
          updates: storage.terms, actions: transition.actions, picks: transition.picks,
          productPromises: promises.filter { algebra.graph.hasProducts(below: $0) }))
    }
    return result
  }

  /// What contracts say of the unknowns in some terms.
  private func promises(below terms: [Term]) -> [Term] {
    guard let contracts, !contracts.promises.isEmpty else { return [] }
    let graph = algebra.graph
    let fixed = current + openConstants.flatMap(\.leaves)
    var known: Set<Int> = []
    for case .input(let number, _) in fixed.map({ graph[$0] }) { known.insert(Int(number)) }
    var found = Set(terms.flatMap { graph.inputs(below: $0) }).subtracting(known)
    var rest = contracts.promises.map { ($0, Set(graph.inputs(below: $0)).subtracting(known)) }
    var result: [Term] = []
    while let place = rest.firstIndex(where: { !$0.1.isDisjoint(with: found) }) {
      let (promise, inputs) = rest.remove(at: place)
      result.append(promise)
      found.formUnion(inputs)
    }
    return result
  }

  mutating func assumptions() throws(SymbolicRefusal) -> [SymbolicSystem.Fact] {
    var walk = evaluator(noState)
    algebra = SymbolicAlgebra()
    var result: [SymbolicSystem.Fact] = []
    for assumption in machine.assumptions {
      walk.undefined = .false
      let value = try walk.call(assumption.function, .true)
      let holds = try walk.algebra.term(ofBoolean: value)
      result.append(.init(holds: holds, undefined: walk.undefined))
    }
    finish(walk)
    return result
  }

  /// A property; with its refusal when it has no symbolic form.
  mutating func predicate(
    _ property: Property, _ shapes: [SymbolicShape]
  ) throws(SymbolicRefusal) -> SymbolicSystem.Predicate {
    var walk = evaluator(state)
    walk.takesActions = true
    let known = algebra
    algebra = SymbolicAlgebra()
    if property.kind == .temporal, property.shape == .alwaysStep {
      var rest = inputs.all.indices.suffix(current.count).map { number in
        inputs.all[number].isBoolean
          ? walk.algebra.graph.booleanInput(number)
          : walk.algebra.graph.input(number, inputs.all[number].range)
      }[...]
      walk.next = shapes.map { $0.value(&rest, &walk.algebra.graph) }
    }
    do throws(SymbolicRefusal) {
      let predicate = try Self.predicate(property, &walk)
      finish(walk)
      return predicate
    } catch {
      algebra = known
      return .init(conjuncts: [], whole: .init(holds: .true, undefined: .false), refusal: error)
    }
  }

  private static func predicate(
    _ property: Property, _ walk: inout SymbolicEvaluator
  ) throws(SymbolicRefusal) -> SymbolicSystem.Predicate {
    if property.kind == .maximum || property.kind == .minimum {
      walk.undefined = .false
      let quantity = try walk.algebra.term(ofInteger: walk.call(property.function, .true))
      return .init(
        conjuncts: [], whole: .init(holds: .true, undefined: walk.undefined), quantity: quantity)
    }
    var conjuncts: [SymbolicSystem.Fact] = []
    var (all, undefined) = (Term.true, Term.false)
    for conjunct in property.conjuncts {
      let base = walk.push(Int(walk.machine[conjunct.function].frameSize))
      defer { walk.pop(to: base) }
      walk.undefined = .false
      let holds = try walk.boolean(conjunct.expression, base, .true)
      conjuncts.append(.init(holds: holds, undefined: walk.undefined))
      undefined = walk.graph.or(undefined, walk.graph.and(all, walk.undefined))
      all = walk.graph.and(all, holds)
    }
    return .init(conjuncts: conjuncts, whole: .init(holds: all, undefined: undefined))
  }
}

extension SymbolicTransition {
  /// True when some guard is false whatever the unknowns are.
  fileprivate var isNever: Bool { guards.contains { $0.condition == .false } }
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
