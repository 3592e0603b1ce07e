/// Runs `init`, the step and properties over unknowns, all in one graph: one round of the closure of
/// `SymbolicSystem`, or all of `SymbolicLayers`.
struct SystemBuilder {
  typealias Term = TermGraph.Term
  let machine: Machine
  private let open: [(constant: FunctionID, value: Value)]
  private var algebra = SymbolicAlgebra()
  var inputs = SymbolicInputs()
  private(set) var openConstants: [SymbolicSystem.OpenConstant] = []
  private var constantValues: [FunctionID: SymbolicValue] = [:]
  private(set) var current: [Term] = []
  private(set) var state: [SymbolicValue] = []
  private var successor: [SymbolicValue] = []
  private(set) var initial: [SymbolicTransition] = []
  private(set) var steps: [SymbolicTransition] = []
  private(set) var refuting: Set<ExpressionID> = []
  private(set) var contracts: ContractBook?
  private let shouldStop: (() -> Bool)?
  /// True where values have places for members and keys that are not among few values.
  private let takesSlots: Bool

  var graph: TermGraph {
    get { algebra.graph }
    _modify { yield &algebra.graph }
  }

  init(
    _ machine: Machine, _ open: [(constant: FunctionID, value: Value)], _ usesContracts: Bool,
    _ shouldStop: (() -> Bool)?, takesSlots: Bool = false
  ) {
    self.machine = machine
    self.shouldStop = shouldStop
    self.takesSlots = takesSlots
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

  mutating func add(_ leaves: [SymbolicShape.Leaf]) -> [Term] {
    leaves.map { inputs.add($0.name, isBoolean: $0.isBoolean, $0.range, &algebra.graph) }
  }

  mutating func begin(_ shapes: [SymbolicShape]) throws(SymbolicRefusal) {
    begin(shapes, at: add(zip(machine.variables, shapes).flatMap { $1.leaves($0.name) }))
  }

  /// A state whose leaves are terms already.
  mutating func begin(_ shapes: [SymbolicShape], at leaves: [Term]) {
    current = leaves
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
    evaluator.prefersSlots = takesSlots
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
    try shapes(of: known == nil ? initial : steps, joining: known)
  }

  /// The same of some transitions.
  func shapes(
    of transitions: [SymbolicTransition], joining known: [SymbolicShape]?
  ) throws(SymbolicRefusal) -> [SymbolicShape] {
    var result: [SymbolicShape?] =
      known.map { $0.map { $0 } } ?? Array(repeating: nil, count: machine.variables.count)
    for transition in transitions where !transition.isNever {
      var ranges = GuardedRanges(algebra.graph, given: transition.guards.map(\.condition))
      ranges.takesSlots = takesSlots
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

  /// When a transition can be taken, and when the attempt has no value.
  mutating func conditions(of transition: SymbolicTransition) -> (enabled: Term, failure: Term) {
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
    return (enabled, failure)
  }

  mutating func store(
    _ transitions: [SymbolicTransition], _ shapes: [SymbolicShape], isGuessed: Bool
  ) throws(SymbolicRefusal) -> [SystemTransition] {
    var result: [SystemTransition] = []
    for transition in transitions {
      var (enabled, failure) = conditions(of: transition)
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
    var next: [SymbolicValue]?
    if property.kind == .temporal, property.shape == .alwaysStep {
      var rest = inputs.all.indices.suffix(current.count).map { number in
        inputs.all[number].isBoolean
          ? algebra.graph.booleanInput(number) : algebra.graph.input(number, inputs.all[number].range)
      }[...]
      next = shapes.map { $0.value(&rest, &algebra.graph) }
    }
    return predicate(property, at: state, next: next)
  }

  /// The same of a state, and of the one that follows it for what speaks of two.
  mutating func predicate(
    _ property: Property, at state: [SymbolicValue], next: [SymbolicValue]?
  ) -> SymbolicSystem.Predicate {
    var walk = evaluator(state)
    walk.takesActions = true
    walk.next = next
    let known = algebra
    algebra = SymbolicAlgebra()
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
