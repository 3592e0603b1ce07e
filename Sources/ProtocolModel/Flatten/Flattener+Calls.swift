/// Flattening of calls: sharing first-order operators, copying the others.

extension Flattener {
  // MARK: What is an operator

  /// The operator that an expression names or writes; nil when it is a value.
  func operatorArgument(_ expression: SyntaxExpression, _ environment: Environment) -> OperatorClosure? {
    switch expression.kind {
    case .lambda: return closure(of: expression, environment)
    case .name:
      switch resolved.references[expression.id]?.target {
      case .builtin(let builtin):
        return builtin.arity == .exactly(0) ? nil : closure(of: expression, environment)
      case .local(let definition):
        guard case .operation(let closure)? = environment.binding(of: definition) else { return nil }
        return closure
      case .global(let definition):
        return isOperator(definition) ? closure(of: expression, environment) : nil
      case nil: return nil
      }
    case .letIn:
      // `{ def f = ...  g }`, where `g` is an operator.
      guard case .operation? = program.types[expression.id]?.unaliased else { return nil }
      return closure(of: expression, environment)
    case .integer, .boolean, .string, .application: return nil
    }
  }

  /// True for definitions that take parameters, constants of operator type included.
  private func isOperator(_ definition: DefinitionID) -> Bool {
    guard let global = resolved.definitions[definition] else { return false }
    switch global.kind {
    case .definition(let syntax):
      if !syntax.parameters.isEmpty { return true }
      if case .lambda? = syntax.body?.kind { return true }
      if case .operation? = program.schemes[definition]?.type.unaliased { return true }
      return false
    case .constant(let type):
      if case .operation = type.kind { return true }
      return false
    case .variant(let variant, _): return variant.payload != nil
    case .variable, .assume, .type: return false
    }
  }

  /// An expression of operator type as a closure.
  func closure(of expression: SyntaxExpression, _ environment: Environment) -> OperatorClosure {
    switch expression.kind {
    case .lambda(let parameters, let body, let unpacksTuple):
      return OperatorClosure(
        .lambda(parameters: parameters, body: body, unpacksTuple: unpacksTuple), node: expression.id,
        name: "", environment: environment)
    case .name(let name):
      switch resolved.references[expression.id]?.target {
      case .builtin(let builtin):
        return OperatorClosure(.builtin(builtin), node: expression.id, name: name, environment: nil)
      case .local(let definition):
        if case .operation(let closure)? = environment.binding(of: definition) { return closure }
      case .global(let definition):
        if let reference = resolved.references[expression.id] {
          let context = context(of: reference, target: definition, from: environment.context)
          return OperatorClosure(
            .global(context: context, definition: definition), node: expression.id, name: name,
            environment: nil)
        }
      case nil: break
      }
    case .integer, .boolean, .string, .application, .letIn: break
    }
    return OperatorClosure(.thunk(expression), node: expression.id, name: "", environment: environment)
  }

  // MARK: Calls

  /// Applies a top-level definition.
  func applyGlobal(
    _ definition: DefinitionID, in context: Int, _ operands: [Operand], type: Type, useType: Type,
    origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    guard let global = resolved.definitions[definition] else {
      report(.general, "internal error: unknown definition", at: origin.range)
      return makeTrue(origin)
    }
    switch global.kind {
    case .variable:
      return make(.variable(variable(global, in: context)), type: type, origin: origin)
    case .constant:
      return applyConstant(
        global, in: context, operands, type: type, useType: useType, origin: origin, environment)
    case .variant(let variant, _):
      let label = QuintString(variant.name.text)
      guard variant.payload != nil, let operand = operands.first else {
        return make(.literal(literal(.variant(VariantValue(label)))), type: type, origin: origin)
      }
      let payload = flatten(operand, environment)
      return make(.variant(literal(.string(label)), payload), type: type, origin: origin)
    case .assume(let body):
      let function = root(named: global.name, body, in: context)
      return make(.call(function, arguments([])), type: type, origin: origin)
    case .type:
      report(.unknownName, "`\(global.name)` is a type, not a value", at: origin.range)
      return makeTrue(origin)
    case .definition(let syntax):
      let types = instantiation(of: definition, at: useType)
      var callee = Callee(syntax, home: nil, context: context, types: types)
      if syntax.parameters.isEmpty, !operands.isEmpty, let body = syntax.body {
        guard case .lambda(let parameters, let inner, let unpacksTuple) = body.kind else {
          // `def f = g`: an operator without parameters of its own.
          let home = makeEnvironment(context: context, frame: environment.frame, types: types)
          return applyResult(
            of: body, home, operands, type: type, useType: useType, origin: origin, environment)
        }
        callee.parameters = parameters
        callee.body = inner
        callee.unpacksTuple = unpacksTuple
      }
      return call(callee, operands, type: type, origin: origin, environment)
    }
  }

  /// Applies an operator argument or nested operator.
  func apply(
    _ closure: OperatorClosure, _ operands: [Operand], type: Type, useType: Type, origin: Origin,
    _ environment: Environment
  ) -> ExpressionID {
    switch closure.body {
    case .builtin(let builtin):
      return flattenBuiltin(builtin, operands, type: type, origin: origin, environment)
    case .global(let context, let definition):
      return applyGlobal(
        definition, in: context, operands, type: type, useType: useType, origin: origin, environment)
    case .thunk(let body):
      guard let home = closure.environment else { return makeTrue(origin) }
      if !operands.isEmpty {
        return applyResult(
          of: body, home, operands, type: type, useType: useType, origin: origin, environment)
      }
      let callee = Callee(
        node: closure.node, name: closure.name, qualifier: .def, body: body, range: body.range, home: home,
        context: home.context)
      return call(callee, operands, type: type, origin: origin, environment)
    case .lambda(let parameters, let body, let unpacksTuple):
      guard let home = closure.environment else { return makeTrue(origin) }
      let callee = Callee(
        node: closure.node, name: closure.name, qualifier: .def, parameters: parameters,
        unpacksTuple: unpacksTuple, body: body, range: body.range, home: home, context: home.context)
      return call(callee, operands, type: type, origin: origin, environment)
    case .definition(let syntax):
      guard let home = closure.environment else { return makeTrue(origin) }
      let types = instantiation(of: syntax.id, at: useType)
      let callee = Callee(syntax, home: home, context: home.context, types: types)
      return call(callee, operands, type: type, origin: origin, environment)
    }
  }

  /// Applies the operator that an expression yields, which may be the result of nested definitions.
  private func applyResult(
    of expression: SyntaxExpression, _ home: Environment, _ operands: [Operand], type: Type, useType: Type,
    origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    guard case .letIn(let definition, let body) = expression.kind else {
      let closure = closure(of: expression, home)
      if case .thunk = closure.body {
        report(.general, "operators are not values", at: expression.range)
        return makeTrue(origin)
      }
      return apply(closure, operands, type: type, useType: useType, origin: origin, environment)
    }
    return flattenLet(definition, type: type, origin: origin, home) {
      self.applyResult(
        of: body, home, operands, type: type, useType: useType, origin: origin, environment)
    }
  }

  /// What a call runs: a definition or lambda, and where its free names are bound.
  fileprivate struct Callee {
    /// Of the definition, lambda or argument.
    var node: NodeID
    var name: String
    var qualifier: Qualifier
    var parameters: [SyntaxParameter] = []
    var unpacksTuple = false
    var body: SyntaxExpression?
    var range: SourceRange
    /// Nil for top-level definitions.
    var home: Environment?
    var context: Int
    var types: [TypeVariable: Type] = [:]
  }

  /// A call: one copy of the callee for all calls of the same meaning. It has a
  /// frame of its own if it is a top-level definition whose operator arguments,
  /// if any, are closed; else it is part of the caller's frame.
  private func call(
    _ callee: Callee, _ operands: [Operand], type: Type, origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    var values: [ExpressionID] = []
    var operators: [(parameter: SyntaxParameter, closure: OperatorClosure)] = []
    var valueParameters: [SyntaxParameter] = []
    if callee.unpacksTuple {
      values = operands.map { flatten($0, environment) }
      valueParameters = callee.parameters
    } else {
      let isTemporal = isTemporal(callee, operands, environment)
      for (parameter, operand) in zip(callee.parameters, operands) {
        if let closure = operatorOperand(operand, for: parameter, byName: isTemporal, environment) {
          operators.append((parameter, closure))
        } else {
          valueParameters.append(parameter)
          values.append(flatten(operand, environment))
        }
      }
    }
    let isClosed = callee.home == nil && operators.allSatisfy { $0.closure.isClosed }
    let key = FunctionKey(
      context: callee.context, definition: callee.node, types: callee.types.inOrder,
      operators: operators.map(\.closure.key), frame: isClosed ? nil : environment.frame.number,
      home: callee.home?.number)
    let function: FunctionID
    if let known = functionsByKey[key] {
      function = known
    } else {
      let inner = makeEnvironment(
        context: callee.context, frame: isClosed ? makeFrame() : environment.frame, outer: callee.home,
        types: (callee.home?.types ?? [:]).merging(callee.types) { $1 })
      for (parameter, closure) in operators { inner.bind(parameter.id, .operation(closure)) }
      function = define(
        name: callee.name, qualifier: callee.qualifier, parameters: valueParameters,
        unpacksTuple: callee.unpacksTuple, body: callee.body, range: callee.range, environment: inner,
        sharesFrame: !isClosed)
      functionsByKey[key] = function
    }
    return make(.call(function, arguments(values)), type: type, origin: origin)
  }

  /// The closure for an operand that is an operator, or an action; nil for a value.
  private func operatorOperand(
    _ operand: Operand, for parameter: SyntaxParameter, byName: Bool, _ environment: Environment
  ) -> OperatorClosure? {
    guard case .syntax(let expression) = operand else { return nil }
    let isDeferred = byName || !demands(of: expression, environment).isEmpty
    let found =
      operatorArgument(expression, environment)
      ?? (isDeferred ? closure(of: expression, environment) : nil)
    if let found, found.name.isEmpty { found.name = parameter.name.text }
    return found
  }

  /// True when the callee, or an operator that it is given, looks at other states.
  private func isTemporal(_ callee: Callee, _ operands: [Operand], _ environment: Environment) -> Bool {
    if let body = callee.body, demands(of: body, callee.home).contains(.isTemporal) { return true }
    return operands.contains { operand in
      guard case .syntax(let expression) = operand,
        let closure = operatorArgument(expression, environment)
      else { return false }
      return demands(of: closure).contains(.isTemporal)
    }
  }

  /// Makes a function; its parameters are bound to fresh consecutive slots.
  func define(
    name: String, qualifier: Qualifier, parameters: [SyntaxParameter], unpacksTuple: Bool = false,
    body: SyntaxExpression?, range: SourceRange, environment: Environment, sharesFrame: Bool
  ) -> FunctionID {
    var declared = parameters.map {
      Function.Parameter(name: $0.name.text, type: type(of: $0.id, environment))
    }
    let first: LocalID
    let flattened: ExpressionID
    if unpacksTuple, let body {
      declared = [Function.Parameter(name: "", type: .tuple(declared.map(\.type)))]
      first = environment.frame.allocate("")
      flattened = flattenUnpacked(parameters, of: first, type: declared[0].type, body, environment)
    } else if let body {
      first = bind(parameters, environment)
      flattened = flatten(body, environment)
    } else {
      first = bind(parameters, environment)
      flattened = makeTrue(
        Origin(range: range, operatorRange: range, node: -1, instance: contexts[environment.context].prefix))
    }
    let id = FunctionID(machine.functions.count)
    if !sharesFrame { machine.frames[environment.frame.number] = environment.frame.names }
    machine.functions.append(
      Function(
        name: name, qualifier: qualifier, parameters: declared, firstParameter: first, body: flattened,
        frameSize: sharesFrame ? 0 : Int32(environment.frame.names.count), sharesFrame: sharesFrame,
        frame: Int32(environment.frame.number), range: range,
        instance: contexts[environment.context].prefix))
    return id
  }

  /// Binds parameters to fresh consecutive slots; the result is the first.
  func bind(_ parameters: [SyntaxParameter], _ environment: Environment) -> LocalID {
    let first = environment.frame.allocate(parameters.map(\.name.text))
    for (index, parameter) in parameters.enumerated() {
      environment.bind(parameter.id, .slot(LocalID(Int(first.slot) + index)))
    }
    return first
  }

  /// The body of `((x, y)) => body` where the tuple is in a slot: `x` and `y` become nested definitions.
  private func flattenUnpacked(
    _ parameters: [SyntaxParameter], of tuple: LocalID, type tupleType: Type, _ body: SyntaxExpression,
    _ environment: Environment
  ) -> ExpressionID {
    let origin = origin(body, environment)
    var entries: [(slot: LocalID, value: ExpressionID)] = []
    for (index, parameter) in parameters.enumerated() where !parameter.isHole {
      let whole = make(.local(tuple), type: tupleType, origin: origin)
      let position = make(.literal(literal(.int(.small(index + 1)))), type: .integer, origin: origin)
      let value = make(
        .apply(.item, arguments([whole, position])), type: type(of: parameter.id, environment),
        origin: origin)
      let slot = environment.frame.allocate(parameter.name.text)
      environment.bind(parameter.id, .lazy(slot, value: value))
      entries.append((slot, value))
    }
    var result = flatten(body, environment)
    for entry in entries.reversed() {
      result = make(
        .letIn(entry.slot, value: entry.value, body: result), type: machine.type(of: result), origin: origin)
    }
    return result
  }

  /// A function without parameters for an expression of a module.
  func root(
    named name: String, qualifier: Qualifier = .val, _ expression: SyntaxExpression, in context: Int
  ) -> FunctionID {
    let key = FunctionKey(
      context: context, definition: expression.id, types: [], operators: [], frame: nil, home: nil)
    if let known = functionsByKey[key] { return known }
    let environment = makeEnvironment(context: context, frame: makeFrame())
    let function = define(
      name: name, qualifier: qualifier, parameters: [], body: expression, range: expression.range,
      environment: environment, sharesFrame: false)
    functionsByKey[key] = function
    return function
  }

  /// What a use makes of the type variables of a polymorphic definition.
  func instantiation(of definition: DefinitionID, at use: Type) -> [TypeVariable: Type] {
    guard isPolymorphic(definition), let scheme = program.schemes[definition] else { return [:] }
    var matching = TypeMatching(variables: Set(scheme.variables + scheme.rowVariables))
    matching.match(scheme.type, use)
    return matching.solution
  }

  /// True for definitions that mean something else for each type at which they are used.
  func isPolymorphic(_ definition: DefinitionID) -> Bool {
    guard let scheme = program.schemes[definition] else { return false }
    return !(scheme.variables.isEmpty && scheme.rowVariables.isEmpty)
  }
}

extension Flattener.Callee {
  /// A definition with parameters of its own, or none.
  fileprivate init(
    _ syntax: SyntaxDefinition, home: Environment?, context: Int, types: [TypeVariable: Type]
  ) {
    self.init(
      node: syntax.id, name: syntax.name.text, qualifier: syntax.qualifier, parameters: syntax.parameters,
      body: syntax.body, range: syntax.name.range, home: home, context: context, types: types)
  }
}

extension [TypeVariable: Type] {
  /// What the variables stand for, by number of variable; the same for types that mean the same.
  fileprivate var inOrder: [Type] { sorted { $0.key.id < $1.key.id }.map(\.value.canonical) }
}
