/// Makes random machines: well typed, of few states, and of as many forms as Quint has
/// for one thing.
///
/// An action is generated for the set of variables that it has to assign, since Quint
/// demands that all branches of a choice assign the same. Values that are assigned are
/// reduced to a small range, so that the state space stays small; everything between is
/// arbitrary. Definitions are made where a use for them comes up.
public struct MachineGenerator {
  var random: SeededGenerator
  var definitions: [RandomMachine.Definition] = []
  var variables: [RandomMachine.Variable] = []
  private var names = 0
  /// Operators of the module that may be used again, with what they take and yield.
  var operators: [Operator] = []
  /// Divisors, keys and positions may be bad.
  var allowsErrors: Bool

  struct Operator {
    var name: String
    var parameters: [MachineType]
    var result: MachineType
    /// For actions: the variables that it assigns, sorted.
    var updates: [Int] = []
    var readsVariables: Bool
  }

  /// What an expression may mention.
  struct Scope {
    var locals: [RandomMachine.Variable] = []
    /// Nested operators and operator parameters.
    var operators: [Operator] = []
    /// Parameters that stand for an action.
    var actions: [Operator] = []
    var readsVariables = true
    var hasSuccessor = false
    /// False where an action should never be false.
    var hasGuards = true
  }

  public init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    allowsErrors = random.next() % 4 == 0
  }

  // MARK: Chance

  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &random) }

  /// True once in so many times.
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  mutating func fresh(_ prefix: String) -> String {
    names += 1
    return "\(prefix)\(names)"
  }

  // MARK: The machine

  public mutating func machine() -> RandomMachine {
    let types: [MachineType] = [.int, .int, .bool, .color, .ints, .map, .record]
    for index in 0..<(2 + below(3)) {
      variables.append(.init(name: "s\(index)", type: pick(types)))
    }
    let all = Array(variables.indices)
    var initialScope = Scope()
    initialScope.readsVariables = false
    let mayFail = allowsErrors
    allowsErrors = false
    let initial = action(all, 2, initialScope)
    allowsErrors = mayFail
    let entries = (0..<(1 + below(4))).map { _ in action(all, 3, Scope()) }
    let step = entries.count == 1 ? action(all, 5, Scope()) : .apply("actionAny", .action, entries)
    var properties: [RandomMachine.Property] = [
      .init(name: "open", kind: .invariant, body: .bool(true))
    ]
    for index in 0..<(1 + below(2)) {
      properties.append(.init(name: "safe\(index)", kind: .invariant, body: invariant(Scope())))
    }
    if oneIn(2) {
      var scope = Scope()
      scope.hasSuccessor = true
      properties.append(.init(name: "pace", kind: .transition, body: invariant(scope, changes: true)))
    }
    if oneIn(2) {
      let parts = (0..<2).map { _ in expression(.bool, 2, Scope()) }
      properties.append(.init(name: "seen", kind: .witness, body: .apply("and", .bool, parts)))
    }
    if oneIn(3) {
      properties.append(.init(name: "most", kind: .maximum, body: expression(.int, 2, Scope())))
    }
    return RandomMachine(
      variables: variables, definitions: definitions, initial: initial, step: step, properties: properties)
  }

  /// A conjunction of disjunctions: false in few states.
  private mutating func invariant(_ scope: Scope, changes: Bool = false) -> MachineNode {
    let conjuncts = (0..<(1 + below(2))).map { _ -> MachineNode in
      var parts = (0..<(2 + below(3))).map { _ in expression(.bool, 2, scope) }
      if changes {
        let variable = pick(variables)
        let read = MachineNode(kind: .variable, type: variable.type, names: [variable.name])
        parts.append(
          .apply(pick(["eq", "neq"]), .bool, [.apply("next", variable.type, [read]), read]))
        if oneIn(2) { parts.append(temporalCall(scope)) }
      }
      return .apply("or", .bool, parts)
    }
    return conjuncts.count == 1 ? conjuncts[0] : .apply("and", .bool, conjuncts)
  }

  /// A named part of a property of two states.
  private mutating func temporalCall(_ scope: Scope) -> MachineNode {
    let parameters: [MachineType] = oneIn(2) ? [] : [.int]
    let body = lambda(parameters, .bool, 2, scope)
    let name = fresh("t")
    definitions.append(
      .init(name: name, qualifier: "temporal", parameters: body.names, body: body.children[0]))
    let arguments = parameters.map { _ in MachineNode.int(below(3)) }
    return MachineNode(kind: .call, type: .bool, names: [name], children: arguments)
  }
}
