/// A direct interpretation of random machines, as plain as it can be.
///
/// An action is a relation: `run` hands every way to end it to a continuation, true
/// ways and false ones, each with the assignments made so far. Choices are thus loops
/// around the rest of the step, and there is nothing to rewind. Operators are closures
/// over environments; nested definitions are remembered in the configuration, which is
/// copied with every way.

/// Why an expression of a random machine has no value: the QNT code.
public struct SmallError: Error, Hashable {
  public var code: String

  /// No error of the machine.
  static let tooLarge = SmallError(code: "too large")
}

/// A state of a random machine: values in the order of its variables.
public typealias SmallState = [SmallValue]

/// One way to take a step.
public struct SmallOutcome: Hashable {
  /// Nil where a variable was not assigned.
  public var values: [SmallValue?]
  /// The states that `then` leaves behind, in order.
  public var passed: [[SmallValue?]]
  /// Picks since the last of these, as `name = value`.
  public var picks: [String]
  /// The action entered first since the innermost `any`.
  public var action: String?
  /// All actions entered, those of alternatives that failed not.
  public var entered: [String]
}

/// Names in force at a place, innermost first.
final class SmallScope: Sendable {
  let name: String
  let meaning: Meaning
  let outer: SmallScope?

  enum Meaning: Sendable {
    case value(SmallValue)
    case lazy(cell: Int, MachineNode, SmallScope?)
    case operation(parameters: [String], MachineNode, SmallScope?)
  }

  init(_ name: String, _ meaning: Meaning, outer: SmallScope?) {
    self.name = name
    self.meaning = meaning
    self.outer = outer
  }
}

extension SmallScope? {
  fileprivate func binding(_ name: String, _ meaning: SmallScope.Meaning) -> SmallScope {
    SmallScope(name, meaning, outer: self)
  }

  fileprivate func meaning(of name: String) -> SmallScope.Meaning? {
    var scope = self
    while let current = scope {
      if current.name == name { return current.meaning }
      scope = current.outer
    }
    return nil
  }
}

struct MachineInterpreter {
  /// Actions that may still be run, choices multiplied; beyond, `SmallError.tooLarge`.
  final class Budget {
    var rest: Int
    init(_ rest: Int) { self.rest = rest }
  }

  let machine: RandomMachine
  let budget: Budget
  private let places: [String: Int]
  private let definitions: [String: RandomMachine.Definition]

  init(_ machine: RandomMachine, budget: Int) {
    self.machine = machine
    self.budget = Budget(budget)
    places = Dictionary(
      uniqueKeysWithValues: machine.variables.enumerated().map { ($1.name, $0) })
    definitions = Dictionary(uniqueKeysWithValues: machine.definitions.map { ($0.name, $0) })
  }

  /// What evaluation reads and leaves.
  struct Configuration {
    var current: [SmallValue?]
    var next: [SmallValue?]
    /// For `next(e)`.
    var successor: [SmallValue?]?
    var isInNext = false
    var memory: [Int: SmallValue] = [:]
    var cells = 0
    var passed: [[SmallValue?]] = []
    var picks: [String] = []
    var action: String?
    var entered: [String] = []
  }

  // MARK: Questions

  private func configuration(_ state: SmallState?) -> Configuration {
    let nothing: [SmallValue?] = Array(repeating: nil, count: machine.variables.count)
    return Configuration(current: state ?? nothing, next: nothing)
  }

  /// All ways to make an action true in a state, in order of entries and canonical values,
  /// up to the first error. A way that leaves a variable without value is an error.
  func outcomes(
    of action: MachineNode, named name: String, in state: SmallState?
  ) -> (outcomes: [SmallOutcome], error: (any Error)?) {
    var result: [SmallOutcome] = []
    var start = configuration(state)
    start.action = name
    start.entered = [name]
    do {
      try run(action, nil, start) { isTrue, end in
        guard isTrue else { return }
        if end.next.contains(nil) { throw SmallError(code: "QNT502") }
        result.append(
          SmallOutcome(
            values: end.next, passed: end.passed, picks: end.picks, action: end.action, entered: end.entered))
      }
    } catch {
      return (result, error)
    }
    return (result, nil)
  }

  func value(
    of expression: MachineNode, in state: SmallState, successor: SmallState? = nil
  ) throws -> SmallValue {
    var configuration = configuration(state)
    configuration.successor = successor
    return try value(expression, nil, &configuration)
  }

  // MARK: Actions

  typealias Continuation = (Bool, Configuration) throws -> Void

  // Specializing it for the closures that it passes itself never ends.
  @_optimize(none)
  private func run(
    _ node: MachineNode, _ scope: SmallScope?, _ start: Configuration, _ then: Continuation
  ) throws {
    budget.rest -= 1
    if budget.rest < 0 { throw SmallError.tooLarge }
    guard node.type == .action else {
      var end = start
      let isTrue = try truth(node, scope, &end)
      return try then(isTrue, end)
    }
    var start = start
    switch node.kind {
    case .assign:
      let place = try place(node.names[0])
      start.next[place] = try value(node.children[0], scope, &start)
      try then(true, start)
    case .pick:
      guard case .set(let members) = try value(node.children[0], scope, &start) else {
        throw SmallError(code: "set expected")
      }
      let attempts = members.map { member in
        var chosen = start
        chosen.picks.append("\(node.names[0]) = \(member)")
        return (node.children[1], scope.binding(node.names[0], .value(member)) as SmallScope?, chosen)
      }
      try choose(attempts, start, then)
    case .letIn, .letOperator:
      try run(node.children[1], nested(node, scope, &start), start, then)
    case .match, .matchAmount:
      let (arm, inner) = try arm(node, scope, &start)
      try run(arm, inner, start, then)
    case .call:
      let (body, inner) = try enter(node, scope, &start)
      try run(body, inner, start, then)
    case .local:
      guard case .operation(_, let body, let home)? = scope.meaning(of: node.names[0]) else {
        throw SmallError(code: "unbound \(node.names[0])")
      }
      try run(body, home, start, then)
    case .apply(let name):
      try apply(name, node, scope, start, then)
    case .literal, .variable, .lambda, .field, .record:
      throw SmallError(code: "not an action")
    }
  }

  /// Offers the true ways of all attempts; one false way when there is none.
  @_optimize(none)
  private func choose(
    _ attempts: [(MachineNode, SmallScope?, Configuration)], _ start: Configuration, _ then: Continuation
  ) throws {
    var isEnabled = false
    for (node, scope, configuration) in attempts {
      try run(node, scope, configuration) { isTrue, end in
        guard isTrue else { return }
        isEnabled = true
        try then(true, end)
      }
    }
    if !isEnabled { try then(false, start) }
  }

  @_optimize(none)
  private func apply(
    _ name: String, _ node: MachineNode, _ scope: SmallScope?, _ start: Configuration,
    _ then: Continuation
  ) throws {
    switch name {
    case "actionAll":
      try sequence(node.children[...], scope, start) { isTrue, end in
        try isTrue ? then(true, end) : then(false, start)
      }
    case "and": try sequence(node.children[...], scope, start, then)
    case "or": try alternatives(node.children[...], scope, start, then)
    case "actionAny":
      var fresh = start
      fresh.action = nil
      try choose(node.children.map { ($0, scope, fresh) }, start, then)
    case "ite":
      try run(node.children[0], scope, start) { condition, end in
        try run(node.children[condition ? 1 : 2], scope, end, then)
      }
    case "not": try run(node.children[0], scope, start) { isTrue, end in try then(!isTrue, end) }
    case "implies":
      try run(node.children[0], scope, start) { isTrue, end in
        try isTrue ? run(node.children[1], scope, end, then) : then(true, end)
      }
    case "iff":
      try run(node.children[0], scope, start) { left, end in
        try run(node.children[1], scope, end) { right, end in try then(left == right, end) }
      }
    case "then":
      try run(node.children[0], scope, start) { isTrue, middle in
        guard isTrue else { throw SmallError(code: "QNT513") }
        try run(node.children[1], scope, committed(middle), then)
      }
    case "expect":
      try run(node.children[0], scope, start) { isTrue, middle in
        guard isTrue else { throw SmallError(code: "QNT508") }
        var later = committed(middle)
        guard try truth(node.children[1], scope, &later) else { throw SmallError(code: "QNT508") }
        try then(true, middle)
      }
    case "reps":
      var start = start
      guard case .int(let rounds) = try value(node.children[0], scope, &start) else {
        throw SmallError(code: "int expected")
      }
      try repeated(node.children[1], 0..<max(0, rounds), scope, start, then)
    default: throw SmallError(code: "not an action: \(name)")
    }
  }

  /// The next state becomes the current one.
  private func committed(_ configuration: Configuration) -> Configuration {
    var result = configuration
    result.passed.append(configuration.next)
    result.current = configuration.next
    result.next = configuration.next.map { _ in nil }
    result.picks = []
    result.action = nil
    return result
  }

  @_optimize(none)
  private func repeated(
    _ lambda: MachineNode, _ rounds: Range<Int>, _ scope: SmallScope?, _ start: Configuration,
    _ then: Continuation
  ) throws {
    guard let round = rounds.first else { return try then(true, start) }
    let begin = round == 0 ? start : committed(start)
    let inner = scope.binding(lambda.names[0], .value(.int(round)))
    try run(lambda.children[0], inner, begin) { isTrue, end in
      guard isTrue else { throw SmallError(code: "QNT513") }
      try repeated(lambda, rounds.dropFirst(), scope, end, then)
    }
  }

  /// Stops at the first false one and leaves what was assigned until then.
  @_optimize(none)
  private func sequence(
    _ nodes: ArraySlice<MachineNode>, _ scope: SmallScope?, _ start: Configuration, _ then: Continuation
  ) throws {
    guard let first = nodes.first else { return try then(true, start) }
    try run(first, scope, start) { isTrue, end in
      if isTrue {
        try sequence(nodes.dropFirst(), scope, end, then)
      } else {
        try then(false, end)
      }
    }
  }

  @_optimize(none)
  private func alternatives(
    _ nodes: ArraySlice<MachineNode>, _ scope: SmallScope?, _ start: Configuration, _ then: Continuation
  ) throws {
    guard let first = nodes.first else { return try then(false, start) }
    try run(first, scope, start) { isTrue, end in
      if isTrue {
        try then(true, end)
      } else {
        try alternatives(nodes.dropFirst(), scope, end, then)
      }
    }
  }

  // MARK: Names

  private func place(_ name: String) throws -> Int {
    guard let place = places[name] else { throw SmallError(code: "no variable \(name)") }
    return place
  }

  private func nested(
    _ node: MachineNode, _ scope: SmallScope?, _ configuration: inout Configuration
  ) -> SmallScope {
    if node.kind == .letOperator {
      return scope.binding(
        node.names[0],
        .operation(parameters: Array(node.names.dropFirst()), node.children[0], scope))
    }
    configuration.cells += 1
    return scope.binding(node.names[0], .lazy(cell: configuration.cells, node.children[0], scope))
  }

  /// The body of a called operator, and the scope in which it stands.
  private func enter(
    _ node: MachineNode, _ scope: SmallScope?, _ configuration: inout Configuration
  ) throws -> (MachineNode, SmallScope?) {
    var meanings: [SmallScope.Meaning] = []
    for argument in node.children {
      switch argument.type {
      case .function where argument.kind == .lambda:
        meanings.append(.operation(parameters: argument.names, argument.children[0], scope))
      case .function: meanings.append(try operation(argument.names[0], scope))
      case .action: meanings.append(.operation(parameters: [], argument, scope))
      case _ where isTemporal(node) || isTemporal(argument):
        meanings.append(.operation(parameters: [], argument, scope))
      default: meanings.append(.value(try value(argument, scope, &configuration)))
      }
    }
    guard case .operation(let parameters, let body, let home) = try operation(node.names[0], scope) else {
      throw SmallError(code: "no operator \(node.names[0])")
    }
    if let definition = definitions[node.names[0]], definition.qualifier == "action" {
      enter(named: node.names[0], &configuration)
    } else if node.type == .action, definitions[node.names[0]] == nil {
      // A nested operator that is an action is written as one.
      enter(named: node.names[0], &configuration)
    }
    var inner = home
    for (name, meaning) in zip(parameters, meanings) { inner = inner.binding(name, meaning) }
    return (body, inner)
  }

  /// What speaks of the next state is passed by name.
  private func isTemporal(_ node: MachineNode) -> Bool {
    if node.kind == .call, definitions[node.names[0]]?.qualifier == "temporal" { return true }
    return node.kind == .apply("next") || node.children.contains(where: isTemporal)
  }

  private func enter(named name: String, _ configuration: inout Configuration) {
    if configuration.action == nil { configuration.action = name }
    configuration.entered.append(name)
  }

  /// A local operator, or a definition of the module.
  private func operation(_ name: String, _ scope: SmallScope?) throws -> SmallScope.Meaning {
    if let meaning = scope.meaning(of: name) { return meaning }
    if let definition = definitions[name] {
      return .operation(parameters: definition.parameters, definition.body, nil)
    }
    throw SmallError(code: "no operator \(name)")
  }

  private func arm(
    _ node: MachineNode, _ scope: SmallScope?, _ configuration: inout Configuration
  ) throws -> (MachineNode, SmallScope?) {
    guard case .variant(let label, let payload) = try value(node.children[0], scope, &configuration) else {
      throw SmallError(code: "variant expected")
    }
    let labels = node.kind == .match ? ["Red", "Green", "Amt"] : ["Amt", "_"]
    let index = labels.firstIndex(of: label) ?? labels.count - 1
    let inner = payload.map { scope.binding(node.names[0], .value($0)) } ?? scope
    return (node.children[index + 1], inner)
  }

  // MARK: Expressions

  private func truth(
    _ node: MachineNode, _ scope: SmallScope?, _ configuration: inout Configuration
  ) throws -> Bool {
    guard case .bool(let result) = try value(node, scope, &configuration) else {
      throw SmallError(code: "bool expected")
    }
    return result
  }

  func value(
    _ node: MachineNode, _ scope: SmallScope?, _ configuration: inout Configuration
  ) throws -> SmallValue {
    switch node.kind {
    case .literal(let value): return value
    case .variable:
      guard let value = configuration.current[try place(node.names[0])] else {
        throw SmallError(code: "QNT502")
      }
      return value
    case .local: return try local(node.names[0], scope, &configuration)
    case .call:
      let (body, inner) = try enter(node, scope, &configuration)
      return try value(body, inner, &configuration)
    case .letIn, .letOperator:
      return try value(node.children[1], nested(node, scope, &configuration), &configuration)
    case .match, .matchAmount:
      let (arm, inner) = try arm(node, scope, &configuration)
      return try value(arm, inner, &configuration)
    case .field:
      guard case .record(let fields) = try value(node.children[0], scope, &configuration),
        let field = fields.first(where: { $0.name == node.names[0] })
      else { throw SmallError(code: "no field") }
      return field.value
    case .record:
      return .record([
        .init(name: "a", value: try value(node.children[0], scope, &configuration)),
        .init(name: "b", value: try value(node.children[1], scope, &configuration)),
      ])
    case .apply(let name):
      return try SmallOperators(interpreter: self, node: node, scope: scope).apply(name, &configuration)
    case .lambda, .assign, .pick: throw SmallError(code: "not a value")
    }
  }

  private func local(
    _ name: String, _ scope: SmallScope?, _ configuration: inout Configuration
  ) throws -> SmallValue {
    switch scope.meaning(of: name) {
    case .value(let value)?: return value
    case .lazy(let cell, let definition, let home)?:
      // In another state a nested definition means something else.
      if configuration.isInNext { return try value(definition, home, &configuration) }
      if let known = configuration.memory[cell] { return known }
      let result = try value(definition, home, &configuration)
      configuration.memory[cell] = result
      return result
    case .operation(_, let body, let home)?: return try value(body, home, &configuration)
    case nil: throw SmallError(code: "unbound \(name)")
    }
  }

  /// A lambda or operator name that stands as an operand, applied to values.
  func apply(
    _ operation: MachineNode, to arguments: [SmallValue], _ scope: SmallScope?,
    _ configuration: inout Configuration
  ) throws -> SmallValue {
    let meaning: SmallScope.Meaning =
      operation.kind == .lambda
      ? .operation(parameters: operation.names, operation.children[0], scope)
      : try self.operation(operation.names[0], scope)
    guard case .operation(let parameters, let body, let home) = meaning else {
      throw SmallError(code: "operator expected")
    }
    var inner = home
    for (name, argument) in zip(parameters, arguments) { inner = inner.binding(name, .value(argument)) }
    return try value(body, inner, &configuration)
  }
}
