/// Random actions that assign a given set of variables.

extension MachineGenerator {
  mutating func action(_ updates: [Int], _ depth: Int, _ scope: Scope) -> MachineNode {
    if updates.isEmpty { return guardian(depth, scope) }
    let given = scope.actions.filter { $0.updates == updates }
    if !given.isEmpty, !oneIn(4) {
      return MachineNode(kind: .local, type: .action, names: [pick(given).name])
    }
    if depth <= 0 { return assignments(updates, scope) }
    switch below(20) {
    case 0, 1, 2: return all(updates, depth, scope)
    case 3, 4, 5, 6:
      return .apply(
        "actionAny", .action, (0..<(1 + below(3))).map { _ in action(updates, depth - 1, scope) })
    case 7, 8, 9, 10: return choice(updates, depth, scope)
    case 11:
      return .apply(
        "ite", .action,
        [
          expression(.bool, 2, scope), action(updates, depth - 1, scope), action(updates, depth - 1, scope),
        ])
    case 12: return match(2, scope, .action) { $0.action(updates, depth - 1, $1) }
    case 13: return letIn(3, scope, .action) { $0.action(updates, depth - 1, $1) }
    case 14: return letOperator(2, scope, .action) { $0.action(updates, depth - 1, $1) }
    case 15: return nestedAction(updates, depth, scope)
    case 16, 17: return actionCall(updates, depth, scope)
    case 18 where scope.hasGuards: return disjunction(updates, depth, scope)
    case 19 where scope.hasGuards && scope.readsVariables && updates.count == variables.count:
      return committing(updates, depth, scope)
    default: return all(updates, depth, scope)
    }
  }

  private mutating func guardian(_ depth: Int, _ scope: Scope) -> MachineNode {
    guard scope.hasGuards else { return .bool(true) }
    if oneIn(3) { return .bool(true) }
    if depth > 0, oneIn(5) { return choosingGuard(depth, scope) }
    let condition = expression(.bool, min(depth, 2), scope)
    return oneIn(2) ? condition : .apply("or", .bool, [condition, expression(.bool, 1, scope)])
  }

  /// A condition that chooses and assigns nothing: it may stand where actions that
  /// assign may not.
  private mutating func choosingGuard(_ depth: Int, _ scope: Scope) -> MachineNode {
    let next = depth - 1
    switch below(8) {
    case 0: return .apply("not", .action, [choosingGuard(next, scope)])
    case 1, 2:
      return .apply(
        pick(["implies", "iff", "and", "or"]), .action, [choosingGuard(next, scope), guardian(next, scope)])
    case 3:
      return .apply(
        pick(["implies", "iff", "and", "or"]), .action, [guardian(next, scope), choosingGuard(next, scope)])
    case 4:
      return .apply(
        "ite", .action, [choosingGuard(next, scope), guardian(next, scope), guardian(next, scope)])
    case 5: return .apply("actionAny", .action, (0..<2).map { _ in guardian(next, scope) })
    default:
      var inner = scope
      let name = fresh("x")
      inner.locals.append(.init(name: name, type: .int))
      return MachineNode(
        kind: .pick, type: .action, names: [name],
        children: [.apply("to", .domain(.int), [.int(0), .int(2)]), guardian(max(0, next), inner)])
    }
  }

  private mutating func assignment(_ variable: Int, _ scope: Scope) -> MachineNode {
    let target = variables[variable]
    return MachineNode(
      kind: .assign, type: .action, names: [target.name],
      children: [assigned(target.type, below(3), scope)])
  }

  private mutating func assignments(_ updates: [Int], _ scope: Scope) -> MachineNode {
    if updates.count == 1 { return assignment(updates[0], scope) }
    return .apply("actionAll", .action, updates.shuffled(using: &random).map { assignment($0, scope) })
  }

  /// Parts of the updates one after the other, guards before, between or behind.
  private mutating func all(_ updates: [Int], _ depth: Int, _ scope: Scope) -> MachineNode {
    var parts: [[Int]] = [[]]
    for update in updates.shuffled(using: &random) {
      if oneIn(2) { parts.append([]) }
      parts[parts.count - 1].append(update)
    }
    var entries = parts.filter { !$0.isEmpty }.map { action($0.sorted(), depth - 1, scope) }
    for _ in 0..<below(3) { entries.insert(guardian(2, scope), at: below(entries.count + 1)) }
    return .apply(oneIn(5) ? "and" : "actionAll", .action, entries)
  }

  /// `nondet`, sometimes of a domain that depends on an earlier one, sometimes unused.
  private mutating func choice(_ updates: [Int], _ depth: Int, _ scope: Scope) -> MachineNode {
    let type: MachineType = pick([.int, .int, .int, .bool, .color, .ints, .map, .record])
    let (domain, locals) = domain(type, scope)
    var inner = scope
    let name = fresh("x")
    if let locals {
      // A pair: its entries are named.
      let pair = MachineNode(kind: .local, type: .domain(.int), names: [name])
      let entry = MachineNode(kind: .apply("item"), type: .int, names: ["2"], children: [pair])
      inner.locals.append(.init(name: locals, type: .int))
      let body = MachineNode(
        kind: .letIn, type: .action, names: [locals], children: [entry, action(updates, depth - 1, inner)])
      return MachineNode(kind: .pick, type: .action, names: [name], children: [domain, body])
    }
    inner.locals.append(.init(name: name, type: type))
    return MachineNode(
      kind: .pick, type: .action, names: [name], children: [domain, action(updates, depth - 1, inner)])
  }

  /// A set to pick from; with a name for the second entry when its members are pairs.
  private mutating func domain(_ type: MachineType, _ scope: Scope) -> (MachineNode, String?) {
    func few(_ set: MachineNode) -> MachineNode {
      .apply("intersect", .ints, [set, .apply("to", .ints, [.int(0), .int(2)])])
    }
    switch type {
    case .int:
      if !oneIn(5) { return (few(expression(.ints, 2, scope)), nil) }
      let factors = [few(expression(.ints, 1, scope)), few(expression(.ints, 1, scope))]
      return (.apply("tuples", .domain(.int), factors), fresh("e"))
    case .bool: return (.apply("Bool", .domain(.bool), []), nil)
    case .ints:
      return (.apply("powerset", .domain(.ints), [few(expression(.ints, 1, scope))]), nil)
    case .map:
      let keys = MachineNode.apply("to", .ints, [.int(1), .int(2)])
      return (.apply("setOfMaps", .domain(.map), [keys, few(expression(.ints, 1, scope))]), nil)
    default:
      let members = (0..<(1 + below(3))).map { _ in expression(type, 1, scope) }
      return (.apply("Set", .domain(type), members), nil)
    }
  }

  /// `or` of actions that assign disjoint variables: the first leaves its assignments
  /// behind when it is false, else variables lack a value.
  private mutating func disjunction(_ updates: [Int], _ depth: Int, _ scope: Scope) -> MachineNode {
    let cut = below(updates.count)
    let order = updates.shuffled(using: &random)
    let first = action(order[..<cut].sorted(), depth - 1, scope)
    let barrier: MachineNode = allowsErrors && oneIn(3) ? guardian(2, scope) : .bool(false)
    let failing = MachineNode.apply("and", .action, [first, barrier])
    let second = action(order[cut...].sorted(), depth - 1, scope)
    return .apply("or", .action, [failing, second])
  }

  private mutating func committing(_ updates: [Int], _ depth: Int, _ scope: Scope) -> MachineNode {
    var sure = scope
    sure.hasGuards = allowsErrors && oneIn(4)
    sure.actions = []
    let first =
      oneIn(2)
      ? MachineNode.apply(
        "actionAny", .action, (0..<2).map { _ in assignments(updates, sure) })
      : assignments(updates, sure)
    switch below(4) {
    case 0:
      var condition = expression(.bool, 2, scope)
      if !allowsErrors || oneIn(2) { condition = .apply("or", .bool, [condition, .bool(true)]) }
      return .apply("expect", .action, [first, condition])
    case 1:
      let name = fresh("r")
      sure.locals.append(.init(name: name, type: .int))
      let round = action(updates, depth - 1, sure)
      return .apply(
        "reps", .action, [.int(1 + below(2)), .lambda([name], .function([.int], .action), round)])
    default: return .apply("then", .action, [first, action(updates, depth - 1, scope)])
    }
  }

  // MARK: Calls

  private mutating func nestedAction(_ updates: [Int], _ depth: Int, _ scope: Scope) -> MachineNode {
    let parameters: [MachineType] = oneIn(2) ? [] : [pick([.int, .bool, .ints])]
    let names = parameters.map { _ in fresh("p") }
    let name = fresh("a")
    let body = action(updates, depth - 1, scope.adding(names, parameters))
    let nested = Operator(
      name: name, parameters: parameters, result: .action, updates: updates, readsVariables: true)
    let uses = (0..<(1 + below(2))).map { _ in call(nested, 2, scope) }
    let rest = uses.count == 1 ? uses[0] : .apply("actionAny", .action, uses)
    return MachineNode(
      kind: .letOperator, type: .action, names: [name] + names, children: [body, rest])
  }

  /// A named action, with values, operators and actions as arguments.
  private mutating func actionCall(_ updates: [Int], _ depth: Int, _ scope: Scope) -> MachineNode {
    let known = operators.filter {
      $0.updates == updates && (scope.readsVariables || !$0.readsVariables)
    }
    let callee: Operator
    if !known.isEmpty, scope.hasGuards, !oneIn(3) {
      callee = pick(known)
    } else {
      callee = actionDefinition(updates, depth, scope)
    }
    let arguments = callee.parameters.map { type -> MachineNode in
      type == .action ? action(updates, depth - 1, scope) : self.argument(type, scope)
    }
    return MachineNode(kind: .call, type: .action, names: [callee.name], children: arguments)
  }

  private mutating func argument(_ type: MachineType, _ scope: Scope) -> MachineNode {
    guard case .function(let parameters, let result) = type else { return expression(type, 2, scope) }
    return lambda(parameters, result, 2, scope)
  }

  private mutating func actionDefinition(
    _ updates: [Int], _ depth: Int, _ scope: Scope
  ) -> Operator {
    var parameters: [MachineType] = (0..<below(3)).map { _ in
      pick([.int, .int, .bool, .ints, .color, .function([.int], .int)])
    }
    if oneIn(4) { parameters.append(.action) }
    let names = parameters.map { _ in fresh("p") }
    var inner = Scope()
    inner.readsVariables = scope.readsVariables
    inner.hasGuards = scope.hasGuards
    for (name, type) in zip(names, parameters) {
      if type == .action {
        inner.actions.append(
          .init(name: name, parameters: [], result: .action, updates: updates, readsVariables: true))
      } else {
        inner = inner.adding([name], [type])
      }
    }
    let body = action(updates, depth - 1, inner)
    let made = Operator(
      name: fresh("act"), parameters: parameters, result: .action, updates: updates,
      readsVariables: scope.readsVariables)
    definitions.append(.init(name: made.name, qualifier: "action", parameters: names, body: body))
    operators.append(made)
    return made
  }
}
