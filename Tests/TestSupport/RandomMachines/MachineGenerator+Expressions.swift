/// Random expressions of a type. `depth` bounds the nesting.

extension MachineGenerator {
  mutating func expression(_ type: MachineType, _ depth: Int, _ scope: Scope) -> MachineNode {
    if depth <= 0 || oneIn(6) { return leaf(type, scope) }
    if oneIn(3) { return structure(type, depth, scope) }
    switch type {
    case .int: return int(depth, scope)
    case .bool: return bool(depth, scope)
    case .color: return .apply("Amt", .color, [small(.int, depth - 1, scope, 2)])
    case .ints: return ints(depth, scope)
    case .map: return map(depth, scope)
    case .record: return record(depth, scope)
    case .domain, .action, .function: return .bool(true)
    }
  }

  /// What is assigned to a variable: of few values.
  mutating func assigned(_ type: MachineType, _ depth: Int, _ scope: Scope) -> MachineNode {
    if scope.readsVariables, oneIn(2) { return changed(type, depth, scope) }
    switch type {
    case .int: return small(.int, depth, scope, 2 + below(2))
    case .ints:
      let set = expression(.ints, depth, scope)
      if oneIn(2) {
        return .apply("intersect", .ints, [set, .apply("to", .ints, [.int(0), .int(1 + below(2))])])
      }
      let name = fresh("v")
      return .apply(
        "map", .ints,
        [
          set,
          .lambda(
            [name], .function([.int], .int),
            .apply("imod", .int, [MachineNode(kind: .local, type: .int, names: [name]), .int(2)])),
        ])
    default: return expression(type, depth, scope)
    }
  }

  /// Some variable of the type with a change, which makes for long behaviors.
  private mutating func changed(_ type: MachineType, _ depth: Int, _ scope: Scope) -> MachineNode {
    let old = leaf(type, scope)
    switch type {
    case .int:
      let sum = MachineNode.apply("iadd", .int, [old, oneIn(2) ? .int(1) : expression(.int, depth, scope)])
      return .apply("imod", .int, [sum, .int(3)])
    case .bool: return .apply("not", .bool, [old])
    case .ints:
      let other = MachineNode.apply("Set", .ints, [small(.int, depth, scope, 3)])
      return .apply(pick(["union", "exclude"]), .ints, [old, other])
    case .map:
      return .apply("setBy", .map, [old, .int(1 + below(2)), smallLambda(max(1, depth), scope)])
    default: return expression(type, max(1, depth), scope)
    }
  }

  /// An integer modulo something.
  private mutating func small(
    _ type: MachineType, _ depth: Int, _ scope: Scope, _ modulus: Int
  ) -> MachineNode {
    .apply("imod", .int, [expression(.int, depth, scope), .int(modulus)])
  }

  private mutating func leaf(_ type: MachineType, _ scope: Scope) -> MachineNode {
    let locals = scope.locals.filter { $0.type == type }
    if !locals.isEmpty, !oneIn(3) {
      return MachineNode(kind: .local, type: type, names: [pick(locals).name])
    }
    let known = variables.filter { $0.type == type }
    if scope.readsVariables, !known.isEmpty, !oneIn(5) {
      let read = MachineNode(kind: .variable, type: type, names: [pick(known).name])
      return scope.hasSuccessor && oneIn(2) ? .apply("next", type, [read]) : read
    }
    switch type {
    case .int: return .int(below(4) - (oneIn(4) ? 2 : 0))
    case .bool: return .bool(oneIn(2))
    case .color:
      switch below(3) {
      case 0: return .apply("Red", .color, [])
      case 1: return .apply("Green", .color, [])
      default: return .apply("Amt", .color, [.int(below(2))])
      }
    case .ints: return .apply("Set", .ints, (0..<below(3)).map { _ in .int(below(3)) } + [.int(1)])
    case .map:
      return .apply(
        "Map", .map, [1, 2].map { .apply("pair", .int, [.int($0), .int(below(2))]) })
    case .record:
      return MachineNode(kind: .record, type: .record, children: [.int(below(2)), .bool(oneIn(2))])
    case .domain, .action, .function: return .bool(true)
    }
  }

  // MARK: What every type has

  private mutating func structure(_ type: MachineType, _ depth: Int, _ scope: Scope) -> MachineNode {
    switch below(7) {
    case 0:
      return .apply(
        "ite", type,
        [
          expression(.bool, depth - 1, scope), expression(type, depth - 1, scope),
          expression(type, depth - 1, scope),
        ])
    case 1: return match(depth, scope, type) { $0.expression(type, depth - 1, $1) }
    case 2: return letIn(depth, scope, type) { $0.expression(type, depth - 1, $1) }
    case 3: return letOperator(depth, scope, type) { $0.expression(type, depth - 1, $1) }
    default: return call(type, depth, scope)
    }
  }

  mutating func match(
    _ depth: Int, _ scope: Scope, _ type: MachineType,
    _ arm: (inout MachineGenerator, Scope) -> MachineNode
  ) -> MachineNode {
    let name = fresh("n")
    var inner = scope
    inner.locals.append(.init(name: name, type: .int))
    let scrutinee = expression(.color, depth - 1, scope)
    if oneIn(2) {
      return MachineNode(
        kind: .matchAmount, type: type, names: [name],
        children: [scrutinee, arm(&self, inner), arm(&self, scope)])
    }
    return MachineNode(
      kind: .match, type: type, names: [name],
      children: [scrutinee, arm(&self, scope), arm(&self, scope), arm(&self, inner)])
  }

  mutating func letIn(
    _ depth: Int, _ scope: Scope, _ type: MachineType,
    _ body: (inout MachineGenerator, Scope) -> MachineNode
  ) -> MachineNode {
    let local = RandomMachine.Variable(
      name: fresh("l"), type: pick([.int, .int, .bool, .ints, .color, .map, .record]))
    let value = expression(local.type, depth - 1, scope)
    var inner = scope
    inner.locals.append(local)
    return MachineNode(
      kind: .letIn, type: type, names: [local.name], children: [value, body(&self, inner)])
  }

  mutating func letOperator(
    _ depth: Int, _ scope: Scope, _ type: MachineType,
    _ body: (inout MachineGenerator, Scope) -> MachineNode
  ) -> MachineNode {
    let (local, node) = nestedOperator(depth, scope)
    var inner = scope
    inner.operators.append(local)
    return MachineNode(
      kind: .letOperator, type: type, names: [local.name] + node.names,
      children: [node.children[0], body(&self, inner)])
  }

  /// A nested operator as a lambda; sometimes it takes an operator itself.
  private mutating func nestedOperator(_ depth: Int, _ scope: Scope) -> (Operator, MachineNode) {
    let result: MachineType = pick([.int, .bool, .ints])
    let parameters = parameterTypes()
    let body = lambda(parameters, result, depth - 1, scope)
    return (
      Operator(
        name: fresh("h"), parameters: parameters, result: result, readsVariables: true), body
    )
  }

  private mutating func parameterTypes() -> [MachineType] {
    switch below(7) {
    case 0, 1: [.function([.int], .int), .int]
    case 2: [.function([.int], .int), .function([.int], .int)]
    case 3: [.int, .int]
    case 4: [pick([.bool, .color, .ints, .map, .record])]
    default: [.int]
    }
  }

  mutating func lambda(
    _ parameters: [MachineType], _ result: MachineType, _ depth: Int, _ scope: Scope
  ) -> MachineNode {
    let names = parameters.map { _ in fresh("p") }
    let inner = scope.adding(names, parameters)
    return .lambda(names, .function(parameters, result), expression(result, depth, inner))
  }

  /// A call of an operator that yields a type: a local one, one of the module, or a new one.
  private mutating func call(_ type: MachineType, _ depth: Int, _ scope: Scope) -> MachineNode {
    let locals = scope.operators.filter { $0.result == type }
    if !locals.isEmpty, !oneIn(4) { return call(pick(locals), depth, scope) }
    let known = operators.filter {
      $0.result == type && $0.updates.isEmpty && (scope.readsVariables || !$0.readsVariables)
    }
    if !known.isEmpty, !oneIn(3) { return call(pick(known), depth, scope) }
    let new = definition(type, depth, readsVariables: scope.readsVariables && !oneIn(3))
    return call(new, depth, scope)
  }

  mutating func call(_ callee: Operator, _ depth: Int, _ scope: Scope) -> MachineNode {
    let arguments = callee.parameters.map { argument($0, depth, scope) }
    return MachineNode(kind: .call, type: callee.result, names: [callee.name], children: arguments)
  }

  private mutating func argument(_ type: MachineType, _ depth: Int, _ scope: Scope) -> MachineNode {
    guard case .function(let parameters, let result) = type else {
      return expression(type, depth - 1, scope)
    }
    let known =
      scope.operators.filter { $0.parameters == parameters && $0.result == result }
      + operators.filter {
        $0.parameters == parameters && $0.result == result && $0.updates.isEmpty
          && (scope.readsVariables || !$0.readsVariables)
      }
    if !known.isEmpty, oneIn(2) { return MachineNode(kind: .local, type: type, names: [pick(known).name]) }
    return lambda(parameters, result, depth - 1, scope)
  }

  /// A new definition of the module.
  private mutating func definition(
    _ type: MachineType, _ depth: Int, readsVariables: Bool
  ) -> Operator {
    var scope = Scope()
    scope.readsVariables = readsVariables
    let parameters = oneIn(4) ? [] : parameterTypes()
    let body = lambda(parameters, type, depth - 1, scope)
    let kind = parameters.isEmpty ? "val" : "def"
    let made = Operator(
      name: fresh("f"), parameters: parameters, result: type, readsVariables: readsVariables)
    definitions.append(
      .init(
        name: made.name, qualifier: readsVariables ? kind : "pure \(kind)", parameters: body.names,
        body: body.children[0]))
    operators.append(made)
    return made
  }

  // MARK: By type

  private mutating func int(_ depth: Int, _ scope: Scope) -> MachineNode {
    let next = depth - 1
    switch below(16) {
    case 0, 1, 2:
      return .apply(
        pick(["iadd", "isub"]), .int, [expression(.int, next, scope), expression(.int, next, scope)])
    case 3:
      let product = MachineNode.apply(
        "imul", .int, [small(.int, next, scope, 7), small(.int, next, scope, 7)])
      return .apply("imod", .int, [product, .int(7)])
    case 4:
      let divisor = allowsErrors && oneIn(3) ? expression(.int, next, scope) : .int(2 + below(3))
      return .apply(pick(["idiv", "imod"]), .int, [expression(.int, next, scope), divisor])
    case 5: return .apply("iuminus", .int, [expression(.int, next, scope)])
    case 6, 7:
      let key = allowsErrors && oneIn(3) ? expression(.int, next, scope) : .int(1 + below(2))
      return .apply("get", .int, [expression(.map, next, scope), key])
    case 8:
      return MachineNode(kind: .field, type: .int, names: ["a"], children: [expression(.record, next, scope)])
    case 9: return .apply("size", .int, [expression(.ints, next, scope)])
    case 10, 11:
      let step = lambda([.int, .int], .int, next, scope)
      let reduced = MachineNode.lambda(
        step.names, step.type, .apply("imod", .int, [step.children[0], .int(5)]))
      return .apply("fold", .int, [expression(.ints, next, scope), expression(.int, next, scope), reduced])
    case 12: return overList(next, scope)
    case 13:
      let exponent = allowsErrors && oneIn(2) ? 0 : 1 + below(2)
      return .apply("ipow", .int, [small(.int, next, scope, 3), .int(exponent)])
    case 14 where allowsErrors:
      return .apply(pick(["chooseSome", "getOnlyElement"]), .int, [expression(.ints, next, scope)])
    default:
      return .apply("iadd", .int, [expression(.int, next, scope), .int(1)])
    }
  }

  private mutating func overList(_ depth: Int, _ scope: Scope) -> MachineNode {
    let list = MachineNode.apply(
      "List", .int, (0..<(1 + below(3))).map { _ in expression(.int, depth, scope) })
    switch below(3) {
    case 0:
      let position = allowsErrors && oneIn(3) ? expression(.int, depth, scope) : .int(0)
      return .apply("nth", .int, [list, position])
    case 1:
      let test = lambda([.int], .bool, depth, scope)
      return .apply("length", .int, [.apply("select", .int, [list, test])])
    default:
      return .apply(
        pick(["foldl", "foldr"]), .int,
        [list, expression(.int, depth, scope), lambda([.int, .int], .int, depth, scope)])
    }
  }

  private mutating func bool(_ depth: Int, _ scope: Scope) -> MachineNode {
    let next = depth - 1
    switch below(14) {
    case 0, 1, 2:
      return .apply(
        pick(["ilt", "ilte", "igt", "igte"]), .bool,
        [expression(.int, next, scope), expression(.int, next, scope)])
    case 3, 4:
      let type: MachineType = pick([.int, .bool, .color, .ints, .map, .record])
      return .apply(
        pick(["eq", "neq"]), .bool, [expression(type, next, scope), expression(type, next, scope)])
    case 5, 6:
      return .apply(
        pick(["and", "or"]), .bool, (0..<(1 + below(3))).map { _ in expression(.bool, next, scope) })
    case 7: return .apply("not", .bool, [expression(.bool, next, scope)])
    case 8:
      return .apply(
        pick(["implies", "iff"]), .bool, [expression(.bool, next, scope), expression(.bool, next, scope)])
    case 9: return .apply("in", .bool, [expression(.int, next, scope), expression(.ints, next, scope)])
    case 10:
      return .apply("contains", .bool, [expression(.ints, next, scope), expression(.int, next, scope)])
    case 11:
      return .apply("subseteq", .bool, [expression(.ints, next, scope), expression(.ints, next, scope)])
    case 12:
      return MachineNode(
        kind: .field, type: .bool, names: ["b"], children: [expression(.record, next, scope)])
    default:
      return .apply(
        pick(["exists", "forall"]), .bool,
        [expression(.ints, next, scope), lambda([.int], .bool, next, scope)])
    }
  }

  private mutating func ints(_ depth: Int, _ scope: Scope) -> MachineNode {
    let next = depth - 1
    switch below(8) {
    case 0: return .apply("Set", .ints, (0..<(1 + below(3))).map { _ in expression(.int, next, scope) })
    case 1: return .apply("to", .ints, [small(.int, next, scope, 3), small(.int, next, scope, 4)])
    case 2, 3:
      return .apply(
        pick(["union", "intersect", "exclude"]), .ints,
        [expression(.ints, next, scope), expression(.ints, next, scope)])
    case 4:
      return .apply("filter", .ints, [expression(.ints, next, scope), lambda([.int], .bool, next, scope)])
    case 5:
      return .apply("map", .ints, [expression(.ints, next, scope), lambda([.int], .int, next, scope)])
    case 6: return .apply("keys", .ints, [expression(.map, next, scope)])
    default:
      let sets = (0..<2).map { _ in expression(.ints, next, scope) }
      return .apply("flatten", .ints, [.apply("Set", .domain(.ints), sets)])
    }
  }

  private mutating func map(_ depth: Int, _ scope: Scope) -> MachineNode {
    let next = depth - 1
    let key = allowsErrors && oneIn(3) ? small(.int, next, scope, 4) : MachineNode.int(1 + below(2))
    switch below(5) {
    case 0:
      return .apply(
        "Map", .map, [1, 2].map { .apply("pair", .int, [.int($0), small(.int, next, scope, 2)]) })
    case 1:
      return .apply("set", .map, [expression(.map, next, scope), key, small(.int, next, scope, 2)])
    case 2:
      return .apply(
        "put", .map,
        [expression(.map, next, scope), .int(1 + below(oneIn(3) ? 3 : 2)), small(.int, next, scope, 2)])
    case 3:
      return .apply("setBy", .map, [expression(.map, next, scope), key, smallLambda(next, scope)])
    default:
      let keys = MachineNode.apply("to", .ints, [.int(1), .int(2)])
      let domain: MachineNode =
        allowsErrors && oneIn(3)
        ? .apply("intersect", .ints, [keys, expression(.ints, next, scope)]) : keys
      return .apply("mapBy", .map, [domain, smallLambda(next, scope)])
    }
  }

  private mutating func smallLambda(_ depth: Int, _ scope: Scope) -> MachineNode {
    let made = lambda([.int], .int, depth, scope)
    return .lambda(made.names, made.type, .apply("imod", .int, [made.children[0], .int(2)]))
  }

  private mutating func record(_ depth: Int, _ scope: Scope) -> MachineNode {
    let next = depth - 1
    switch below(3) {
    case 0:
      return MachineNode(
        kind: .record, type: .record,
        children: [small(.int, next, scope, 2), expression(.bool, next, scope)])
    case 1:
      return MachineNode(
        kind: .apply("with"), type: .record, names: ["a"],
        children: [expression(.record, next, scope), small(.int, next, scope, 2)])
    default:
      return MachineNode(
        kind: .apply("with"), type: .record, names: ["b"],
        children: [expression(.record, next, scope), expression(.bool, next, scope)])
    }
  }
}

extension MachineGenerator.Scope {
  /// With parameters: operators among the operators, values among the locals.
  func adding(_ names: [String], _ types: [MachineType]) -> Self {
    var result = self
    for (name, type) in zip(names, types) {
      if case .function(let parameters, let image) = type {
        result.operators.append(
          .init(name: name, parameters: parameters, result: image, readsVariables: true))
      } else {
        result.locals.append(.init(name: name, type: type))
      }
    }
    return result
  }
}
