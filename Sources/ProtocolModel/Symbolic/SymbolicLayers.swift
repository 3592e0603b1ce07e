/// A machine laid out over the states that it has after 0, 1, 2, ... steps, each with a shape of its own.
///
/// `SymbolicSystem` has one shape for all reachable states; it exists only where their values are among
/// few, or integers. What is reachable after k steps is less, and has a shape in many cases where
/// the whole has none: a set grows by a member in each step, a list by an entry, a map by a key that nobody
/// knows beforehand, and a counter is a constant. So the step is run over the values that states have after k
/// steps, what comes out is joined to the shape of those after k + 1, and so on. Nothing is cut off:
/// a search over layers is exact for as many steps as it has layers, and says nothing beyond.
///
/// Sets and maps whose members or keys are not among few values have *places* for them
/// (`SymbolicShape.slots`, `.pairs`), as many as the construction of the value needs.
public struct SymbolicLayers {
  public typealias Term = TermGraph.Term

  /// The states after so many steps.
  public struct Layer: Sendable {
    /// By variable.
    public var shapes: [SymbolicShape]
    public var values: [SymbolicValue]
    /// Of all variables, in order.
    public var leaves: [Term]
    /// The ways to get here, over the unknowns of the layer before.
    public var incoming: [SystemTransition]
    /// For each of them, when it is the one that was taken.
    public var selectors: [Term]
    /// What must hold.
    public var constraints: [Term]
    /// When a state has no place in the shapes, over the unknowns of the layer before. The shapes are made for all
    /// of them; where that is not seen to be impossible, the search has to stop.
    public var overflow: Term
  }

  /// A way on from the last layer.
  public struct Way: Sendable {
    public var transition: SymbolicTransition
    public var enabled: Term
    /// When something has no value that is evaluated in the attempt.
    public var failure: Term
  }

  public let machine: Machine
  private var builder: SystemBuilder
  public private(set) var layers: [Layer] = []
  /// From the last layer; at first the ways to an initial state.
  public private(set) var ways: [Way] = []
  /// Unknowns from this number on are picks of the ways.
  public private(set) var firstPick = 0

  public var graph: TermGraph {
    get { builder.graph }
    _modify { yield &builder.graph }
  }

  public var inputs: SymbolicInputs { builder.inputs }
  public var openConstants: [SymbolicSystem.OpenConstant] { builder.openConstants }

  /// - Parameters:
  ///   - open: constants to leave open, with the value that each has in the spec.
  ///   - shouldStop: asked now and then; true ends the encoding with a refusal.
  /// - Throws: `SymbolicRefusal` where `init` cannot be encoded, with its place.
  public init(
    _ machine: Machine, open: [(constant: FunctionID, value: Value)] = [], shouldStop: (() -> Bool)? = nil
  ) throws(SymbolicRefusal) {
    self.machine = machine
    builder = SystemBuilder(machine, open, false, shouldStop, takesSlots: true)
    firstPick = builder.inputs.all.count
    try builder.runInitial()
    collectWays(builder.initial)
  }

  private mutating func collectWays(_ transitions: [SymbolicTransition]) {
    ways = transitions.map { transition in
      let (enabled, failure) = builder.conditions(of: transition)
      return Way(transition: transition, enabled: enabled, failure: failure)
    }
  }

  /// The assumptions of the machine.
  public mutating func assumptions() throws(SymbolicRefusal) -> [SymbolicSystem.Fact] {
    try builder.assumptions()
  }

  /// Adds the states that some of the ways lead to.
  ///
  /// - Parameter taken: numbers of ways; those that are left out have to be impossible.
  /// - Throws: `SymbolicRefusal` where a value has no shape.
  public mutating func addLayer(_ taken: [Int]) throws(SymbolicRefusal) {
    let transitions = taken.map { ways[$0].transition }
    let shapes = try builder.shapes(of: transitions, joining: nil)
    let stored = try builder.store(transitions, shapes, isGuessed: false).filter { $0.enabled != .false }
    let number = layers.count
    var selectors: [Term] = []
    var constraints: [Term] = []
    var overflow = Term.false
    for (place, transition) in stored.enumerated() {
      overflow = graph.or(overflow, transition.overflow)
      if stored.count == 1 {
        selectors.append(.true)
        constraints.append(transition.enabled)
      } else {
        let selector = fresh("take \(place) at \(number)", isBoolean: true, 0...1)
        selectors.append(selector)
        constraints.append(graph.implies(selector, transition.enabled))
      }
    }
    constraints.append(graph.disjunction(selectors))
    var leaves: [Term] = []
    let described = zip(machine.variables, shapes).flatMap { $1.leaves($0.name) }
    for (place, leaf) in described.enumerated() {
      leaves.append(joined(leaf, stored.map { $0.updates[place] }, selectors, &constraints))
    }
    builder.begin(shapes, at: leaves)
    layers.append(
      Layer(
        shapes: shapes, values: builder.state, leaves: leaves, incoming: stored, selectors: selectors,
        constraints: constraints, overflow: overflow))
  }

  private mutating func fresh(_ name: String, isBoolean: Bool, _ range: ClosedRange<Int>) -> Term {
    builder.add([.init(name: name, isBoolean: isBoolean, range: range)])[0]
  }

  /// The value of a leaf after one of several transitions.
  private mutating func joined(
    _ leaf: SymbolicShape.Leaf, _ values: [Term], _ selectors: [Term], _ constraints: inout [Term]
  ) -> Term {
    var groups: [(value: Term, when: Term)] = []
    var places: [Term: Int] = [:]
    for (value, selector) in zip(values, selectors) {
      if let place = places[value] {
        groups[place].when = graph.or(groups[place].when, selector)
      } else {
        places[value] = groups.count
        groups.append((value, selector))
      }
    }
    if groups.count == 1 { return groups[0].value }
    let term = fresh("\(leaf.name)@\(layers.count)", isBoolean: leaf.isBoolean, leaf.range)
    for group in groups {
      let isSame = graph.equal(term, group.value)
      constraints.append(graph.implies(group.when, isSame))
    }
    return term
  }

  /// Finds the ways on from the last layer.
  ///
  /// - Throws: `SymbolicRefusal` where the step cannot be encoded for these states.
  public mutating func findWaysOn() throws(SymbolicRefusal) {
    builder.inputs.forgetPicks()
    firstPick = inputs.all.count
    try builder.runStep()
    collectWays(builder.steps)
  }

  /// What a property says of the states of a layer.
  ///
  /// - Parameter next: of the states that follow, where it speaks of steps; else not used.
  public mutating func predicate(
    _ property: Property, at layer: Int, next: Int? = nil
  ) -> SymbolicSystem.Predicate {
    builder.predicate(property, at: layers[layer].values, next: next.map { layers[$0].values })
  }

  /// A state of a layer from the values of its leaves; booleans are 0 and 1.
  public func state(ofLayer layer: Int, from leaves: [Integer]) -> [Value] {
    var rest = leaves[...]
    return layers[layer].shapes.map { $0.decoded(&rest) }
  }

  /// A constant from the values of its leaves.
  public func value(of constant: SymbolicSystem.OpenConstant, from leaves: [Integer]) -> Value {
    var rest = leaves[...]
    return constant.shape.decoded(&rest)
  }
}
