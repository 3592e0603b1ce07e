/// Flattening of expressions: one case for each kind of syntax.

extension Flattener {
  /// An operand that is still syntax, or one that was flattened already.
  enum Operand {
    case syntax(SyntaxExpression)
    case flattened(ExpressionID)
  }

  func flatten(_ expression: SyntaxExpression, _ environment: Environment) -> ExpressionID {
    let type = type(of: expression.id, environment)
    switch expression.kind {
    case .integer(let digits):
      let value = Integer(digits: digits) ?? .small(0)
      return make(.literal(literal(.int(value))), type: .integer, origin: origin(expression, environment))
    case .boolean(let value):
      return make(.literal(literal(.bool(value))), type: .boolean, origin: origin(expression, environment))
    case .string(let text):
      return make(
        .literal(literal(.string(QuintString(text)))), type: .string,
        origin: origin(expression, environment))
    case .name:
      return flattenUse(
        of: expression, name: expression.range, operands: [], type: type, useType: type, environment)
    case .application(let name, let operands, _):
      let useType = program.operatorTypes[expression.id].map { substitute($0, environment) } ?? type
      return flattenUse(
        of: expression, name: name.range, operands: operands.map(Operand.syntax), type: type,
        useType: useType, environment)
    case .lambda:
      report(.general, "an operator cannot be used as a value here", at: expression.range)
      return make(.literal(literal(.bool(false))), type: .boolean, origin: origin(expression, environment))
    case .letIn(let definition, let body):
      return flattenLet(definition, type: type, origin: origin(expression, environment), environment) {
        self.flatten(body, environment)
      }
    }
  }

  /// A name or application, by what the name refers to.
  private func flattenUse(
    of expression: SyntaxExpression, name: SourceRange, operands: [Operand], type: Type, useType: Type,
    _ environment: Environment
  ) -> ExpressionID {
    let origin = origin(expression, environment, operatorRange: name)
    guard let reference = resolved.references[expression.id] else {
      report(.unknownName, "name `\(resolved.sources.text(in: name))` not found", at: name)
      return make(.literal(literal(.bool(false))), type: type, origin: origin)
    }
    switch reference.target {
    case .builtin(let builtin):
      return flattenBuiltin(builtin, operands, type: type, origin: origin, environment)
    case .local(let definition):
      switch environment.binding(of: definition) {
      case .slot(let slot): return make(.local(slot), type: type, origin: origin)
      case .lazy(let slot, let value):
        return make(.lazyLocal(slot, value: value), type: type, origin: origin)
      case .operation(let closure):
        return apply(closure, operands, type: type, useType: useType, origin: origin, environment)
      case nil:
        report(.general, "internal error: unbound local name", at: name)
        return make(.literal(literal(.bool(false))), type: type, origin: origin)
      }
    case .global(let definition):
      let context = context(of: reference, target: definition, from: environment.context)
      return applyGlobal(
        definition, in: context, operands, type: type, useType: useType, origin: origin, environment)
    }
  }

  /// A nested definition and what follows it, which `body` flattens.
  func flattenLet(
    _ definition: SyntaxDefinition, type: Type, origin: Origin, _ environment: Environment,
    body: () -> ExpressionID
  ) -> ExpressionID {
    if definition.qualifier == .nondet, let value = definition.body {
      return flattenPick(definition, value, type: type, origin: origin, environment, body: body)
    }
    if let value = definition.body, definition.parameters.isEmpty,
      case .operation? = program.types[value.id]?.unaliased
    {
      // `def f = g` and `def f = x => e` define an operator.
      let closure = closure(of: value, environment)
      if closure.name.isEmpty { closure.name = definition.name.text }
      environment.bind(definition.id, .operation(closure))
      return body()
    }
    if let value = definition.body, definition.parameters.isEmpty, !isPolymorphic(definition.id),
      demands(of: value, environment).isEmpty
    {
      let slot = environment.frame.allocate(definition.name.text)
      let flattened = flatten(value, environment)
      environment.bind(definition.id, .lazy(slot, value: flattened))
      let result = body()
      return make(.letIn(slot, value: flattened, body: result), type: type, origin: origin)
    }
    let closure = OperatorClosure(
      .definition(definition), node: definition.id, name: definition.name.text, environment: environment)
    environment.bind(definition.id, .operation(closure))
    return body()
  }

  func makeTrue(_ origin: Origin) -> ExpressionID {
    make(.literal(literal(.bool(true))), type: .boolean, origin: origin)
  }

  private func flattenPick(
    _ definition: SyntaxDefinition, _ value: SyntaxExpression, type: Type, origin: Origin,
    _ environment: Environment, body: () -> ExpressionID
  ) -> ExpressionID {
    var domain: ExpressionID
    var elementType = Type.unit
    if case .application(_, let operands, _) = value.kind,
      case .builtin(.oneOf)? = resolved.references[value.id]?.target, operands.count == 1
    {
      domain = flatten(operands[0], environment)
      if case .set(let element) = machine.type(of: domain).unaliased { elementType = element }
    } else {
      // `apalache::generate(n)`: the evaluator says that it needs a symbolic engine.
      domain = flatten(value, environment)
      elementType = machine.type(of: domain)
    }
    let key = PickKey(
      context: environment.context, definition: definition.id, type: elementType.canonical)
    let pick: PickID
    if let known = picksByKey[key] {
      pick = known
    } else {
      pick = PickID(machine.picks.count)
      machine.picks.append(
        Pick(name: definition.name.text, type: elementType, range: definition.name.range))
      picksByKey[key] = pick
    }
    let slot = environment.frame.allocate(definition.name.text)
    environment.bind(definition.id, .slot(slot))
    let result = body()
    return make(.pick(pick, slot, domain: domain, body: result), type: type, origin: origin)
  }

  func flatten(_ operand: Operand, _ environment: Environment) -> ExpressionID {
    switch operand {
    case .syntax(let expression): flatten(expression, environment)
    case .flattened(let id): id
    }
  }
}

// MARK: - Built-ins

extension Flattener {
  func flattenBuiltin(
    _ builtin: Builtin, _ operands: [Operand], type: Type, origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    guard builtin.arity.accepts(operands.count) else {
      report(.general, "an operator cannot be used as a value here", at: origin.range)
      return make(.literal(literal(.bool(false))), type: .boolean, origin: origin)
    }
    switch builtin {
    case .assign:
      let target = flatten(operands[0], environment)
      let value = flatten(operands[1], environment)
      guard case .variable(let variable) = machine[target] else {
        report(.general, "only a variable can be assigned", at: origin.range)
        return makeTrue(origin)
      }
      return make(.assign(variable, value), type: type, origin: origin)
    case .makeRecord:
      return flattenRecord(operands, type: type, origin: origin, environment)
    case .field:
      if let name = text(of: operands[1]) {
        let value = flatten(operands[0], environment)
        return make(
          .field(value, literal(.string(QuintString(name)))), type: type, origin: origin)
      }
    case .variant:
      if let label = text(of: operands[0]) {
        let value = flatten(operands[1], environment)
        return make(
          .variant(literal(.string(QuintString(label))), value), type: type, origin: origin)
      }
    default: break
    }
    var ids: [ExpressionID] = []
    for (index, operand) in operands.enumerated() {
      if let count = builtin.operatorArity(ofOperand: index) {
        ids.append(flattenOperator(operand, parameters: count, environment))
      } else {
        ids.append(flatten(operand, environment))
      }
    }
    return make(.apply(builtin, arguments(ids)), type: type, origin: origin)
  }

  private func text(of operand: Operand) -> String? {
    guard case .syntax(let expression) = operand, case .string(let text) = expression.kind else {
      return nil
    }
    return text
  }

  private func flattenRecord(
    _ operands: [Operand], type: Type, origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    var names: [String] = []
    var values: [ExpressionID] = []
    for index in stride(from: 0, to: operands.count - 1, by: 2) {
      names.append(text(of: operands[index]) ?? "")
      values.append(flatten(operands[index + 1], environment))
    }
    let index: Int32
    if let known = shapeIndex[names] {
      index = known
    } else {
      let shape = RecordShape.of(names.map { QuintString($0) })
      let positions = names.map { shape.index(of: QuintString($0)) ?? 0 }
      index = Int32(machine.recordShapes.count)
      machine.recordShapes.append(RecordLayout(shape: shape, positions: positions))
      shapeIndex[names] = index
    }
    return make(.record(index, arguments(values)), type: type, origin: origin)
  }

  /// An operand that must be an operator becomes a lambda node over fresh slots.
  private func flattenOperator(
    _ operand: Operand, parameters count: Int, _ environment: Environment
  ) -> ExpressionID {
    guard case .syntax(let expression) = operand else {
      return flatten(operand, environment)
    }
    let origin = origin(expression, environment)
    if case .lambda(let parameters, let body, let unpacksTuple) = expression.kind {
      let first = bind(parameters, environment)
      let result = flatten(body, environment)
      return make(
        .lambda(
          first: first, count: Int32(parameters.count), unpacksTuple: unpacksTuple, body: result),
        type: type(of: expression.id, environment), origin: origin)
    }
    // A named operator: `S.map(f)` is `S.map(x => f(x))`.
    let type = type(of: expression.id, environment)
    var parameterTypes = [Type](repeating: .unit, count: count)
    var resultType = Type.unit
    if case .operation(let parameters, let result) = type.unaliased {
      if parameters.count == count { parameterTypes = parameters }
      resultType = result
    }
    let first = environment.frame.allocate([String](repeating: "", count: count))
    let operands = (0..<count).map { index in
      Operand.flattened(
        make(.local(LocalID(Int(first.slot) + index)), type: parameterTypes[index], origin: origin))
    }
    let result = apply(
      closure(of: expression, environment), operands, type: resultType, useType: type, origin: origin,
      environment)
    return make(
      .lambda(first: first, count: Int32(count), unpacksTuple: false, body: result), type: type,
      origin: origin)
  }
}

extension Builtin {
  /// How many parameters the operator has that stands as this operand; nil for values.
  func operatorArity(ofOperand index: Int) -> Int? {
    switch self {
    case .exists, .forall, .filter, .map, .mapBy, .select: index == 1 ? 1 : nil
    case .fold, .foldl, .foldr: index == 2 ? 2 : nil
    case .setBy: index == 2 ? 1 : nil
    case .reps: index == 1 ? 1 : nil
    case .matchVariant: index > 0 && index % 2 == 0 ? 1 : nil
    default: nil
    }
  }
}
