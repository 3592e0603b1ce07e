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
    case .integer, .boolean, .string, .application, .letIn: return nil
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

  /// True when evaluating the expression may update a variable.
  func updates(_ expression: SyntaxExpression, _ environment: Environment?) -> Bool {
    switch expression.kind {
    case .integer, .boolean, .string: return false
    case .lambda(_, let body, _): return updates(body, environment)
    case .letIn(let definition, let body):
      return updates(body, environment) || (definition.body.map { updates($0, environment) } ?? false)
    case .name: return referenceUpdates(expression.id, environment)
    case .application(_, let operands, _):
      return referenceUpdates(expression.id, environment)
        || operands.contains { updates($0, environment) }
    }
  }

  private func referenceUpdates(_ node: NodeID, _ environment: Environment?) -> Bool {
    switch resolved.references[node]?.target {
    case .builtin(let builtin): return builtin == .assign
    case .global(let definition): return definitionUpdates(definition)
    case .local(let definition):
      guard case .operation(let closure)? = environment?.binding(of: definition) else { return false }
      switch closure.body {
      case .lambda(_, let body, _): return updates(body, closure.environment)
      case .thunk(let body): return updates(body, closure.environment)
      case .definition(let syntax): return syntax.body.map { updates($0, closure.environment) } ?? false
      case .global(_, let definition): return definitionUpdates(definition)
      case .builtin(let builtin): return builtin == .assign
      }
    case nil: return false
    }
  }

  private func definitionUpdates(_ definition: DefinitionID) -> Bool {
    if let known = updatingDefinitions[definition] { return known }
    updatingDefinitions[definition] = false
    guard case .definition(let syntax)? = resolved.definitions[definition]?.kind, let body = syntax.body
    else { return false }
    let result = updates(body, nil)
    updatingDefinitions[definition] = result
    return result
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
        return make(
          .literal(literal(.variant(VariantValue(label)))), type: type,
          origin: origin)
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
      // `def f = g` and `def f = x => e`: an operator without parameters of its own.
      if syntax.parameters.isEmpty, !operands.isEmpty, let body = syntax.body {
        let home = makeEnvironment(context: context, frame: environment.frame)
        return apply(
          closure(of: body, home), operands, type: type, useType: useType, origin: origin, environment)
      }
      let types = instantiation(of: definition, at: useType)
      return call(
        parameters: syntax.parameters, body: syntax.body, of: syntax, home: nil, context: context,
        types: types, operands, type: type, origin: origin, environment)
    }
  }

  /// Applies an operator argument or nested operator.
  func apply(
    _ closure: OperatorClosure, _ operands: [Operand], type: Type, useType: Type, origin: Origin,
    _ environment: Environment
  ) -> ExpressionID {
    switch closure.body {
    case .builtin(let builtin):
      let ids = operands.map { flatten($0, environment) }
      return make(.apply(builtin, arguments(ids)), type: type, origin: origin)
    case .global(let context, let definition):
      return applyGlobal(
        definition, in: context, operands, type: type, useType: useType, origin: origin, environment)
    case .thunk(let body):
      guard let home = closure.environment else { return makeTrue(origin) }
      return sharedCall(
        closure, parameters: [], body: body, unpacksTuple: false, home: home, operands, type: type,
        origin: origin, environment)
    case .lambda(let parameters, let body, let unpacksTuple):
      guard let home = closure.environment else { return makeTrue(origin) }
      return sharedCall(
        closure, parameters: parameters, body: body, unpacksTuple: unpacksTuple, home: home, operands,
        type: type, origin: origin, environment)
    case .definition(let syntax):
      guard let home = closure.environment else { return makeTrue(origin) }
      let types = instantiation(of: syntax.id, at: useType)
      if operands.isEmpty || !operands.contains(where: { isOperator($0, environment) }) {
        return sharedCall(
          closure, parameters: syntax.parameters, body: syntax.body, unpacksTuple: false, home: home,
          types: types, operands, type: type, origin: origin, environment)
      }
      return call(
        parameters: syntax.parameters, body: syntax.body, of: syntax, home: home, context: home.context,
        types: types, operands, type: type, origin: origin, environment)
    }
  }

  private func isOperator(_ operand: Operand, _ environment: Environment) -> Bool {
    guard case .syntax(let expression) = operand else { return false }
    return operatorArgument(expression, environment) != nil || updates(expression, environment)
  }

  /// A call of a lambda, thunk or nested operator with plain values: one copy of
  /// its body in the frame where its free names live.
  private func sharedCall(
    _ closure: OperatorClosure, parameters: [SyntaxParameter], body: SyntaxExpression?,
    unpacksTuple: Bool, home: Environment, types: [TypeVariable: Type] = [:], _ operands: [Operand],
    type: Type, origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    var operands = operands
    if unpacksTuple, operands.count == 1, parameters.count > 1 {
      let tuple = flatten(operands[0], environment)
      operands = parameters.indices.map { index in
        let position = make(
          .literal(literal(.int(.small(index + 1)))), type: .integer, origin: origin)
        return .flattened(
          make(
            .apply(.item, arguments([tuple, position])), type: self.type(of: parameters[index].id, home),
            origin: origin))
      }
    }
    let ids = operands.map { flatten($0, environment) }
    let key = OperatorClosure.CopyKey(frame: environment.frame.number, types: types.inOrder)
    let function: FunctionID
    if let known = closure.functions[key] {
      function = known
    } else {
      let inner = makeEnvironment(
        context: home.context, frame: environment.frame, outer: home,
        types: home.types.merging(types) { $1 })
      function = define(
        name: closure.name, qualifier: qualifier(of: closure), parameters: parameters, body: body,
        range: range(of: closure) ?? origin.range, environment: inner, sharesFrame: true)
      closure.functions[key] = function
    }
    return make(.call(function, arguments(ids)), type: type, origin: origin)
  }

  /// Where a nested operator is defined; nil for lambdas and thunks.
  private func range(of closure: OperatorClosure) -> SourceRange? {
    if case .definition(let syntax) = closure.body { return syntax.name.range }
    return nil
  }

  private func qualifier(of closure: OperatorClosure) -> Qualifier {
    if case .definition(let syntax) = closure.body { return syntax.qualifier }
    return .def
  }

  /// A call of a definition: shared if all arguments are values or closed
  /// operators, else a copy in the caller's frame.
  private func call(
    parameters: [SyntaxParameter], body: SyntaxExpression?, of syntax: SyntaxDefinition,
    home: Environment?, context: Int, types: [TypeVariable: Type], _ operands: [Operand], type: Type,
    origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    var values: [ExpressionID] = []
    var operators: [(parameter: SyntaxParameter, closure: OperatorClosure)] = []
    var valueParameters: [SyntaxParameter] = []
    for (parameter, operand) in zip(parameters, operands) {
      if case .syntax(let expression) = operand {
        if let closure = operatorArgument(expression, environment) {
          operators.append((parameter, closure))
          continue
        }
        if updates(expression, environment) {
          let thunk = OperatorClosure(
            .thunk(expression), node: expression.id, name: "", environment: environment)
          operators.append((parameter, thunk))
          continue
        }
      }
      valueParameters.append(parameter)
      values.append(flatten(operand, environment))
    }
    let isClosed = home == nil && operators.allSatisfy { $0.closure.isClosed }
    let key = FunctionKey(
      context: context, definition: syntax.id, types: types.inOrder, operators: operators.map(\.closure.key),
      frame: isClosed ? nil : environment.frame.number, home: home?.number)
    let function: FunctionID
    if let known = functionsByKey[key] {
      function = known
    } else {
      let inner = makeEnvironment(
        context: context, frame: isClosed ? makeFrame() : environment.frame, outer: home,
        types: (home?.types ?? [:]).merging(types) { $1 })
      for (parameter, closure) in operators {
        inner.bind(parameter.id, .operation(closure))
      }
      function = define(
        name: syntax.name.text, qualifier: syntax.qualifier, parameters: valueParameters, body: body,
        range: syntax.name.range, environment: inner, sharesFrame: !isClosed)
      functionsByKey[key] = function
    }
    return make(.call(function, arguments(values)), type: type, origin: origin)
  }

  /// Makes a function; its parameters are bound to fresh consecutive slots.
  func define(
    name: String, qualifier: Qualifier, parameters: [SyntaxParameter], body: SyntaxExpression?,
    range: SourceRange, environment: Environment, sharesFrame: Bool
  ) -> FunctionID {
    let first = environment.frame.allocate(parameters.count)
    for (index, parameter) in parameters.enumerated() {
      environment.bind(parameter.id, .slot(LocalID(Int(first.slot) + index)))
    }
    let flattened: ExpressionID
    if let body {
      flattened = flatten(body, environment)
    } else {
      flattened = makeTrue(
        Origin(range: range, operatorRange: range, node: -1, instance: contexts[environment.context].prefix))
    }
    let id = FunctionID(machine.functions.count)
    machine.functions.append(
      Function(
        name: name, qualifier: qualifier,
        parameters: parameters.map {
          Function.Parameter(name: $0.name.text, type: type(of: $0.id, environment))
        },
        firstParameter: first, body: flattened,
        frameSize: sharesFrame ? 0 : Int32(environment.frame.slots), sharesFrame: sharesFrame, range: range,
        instance: contexts[environment.context].prefix))
    return id
  }

  /// A function without parameters for an expression of a module.
  func root(named name: String, _ expression: SyntaxExpression, in context: Int) -> FunctionID {
    let key = FunctionKey(
      context: context, definition: expression.id, types: [], operators: [], frame: nil)
    if let known = functionsByKey[key] { return known }
    let environment = makeEnvironment(context: context, frame: makeFrame())
    let function = define(
      name: name, qualifier: .val, parameters: [], body: expression, range: expression.range,
      environment: environment, sharesFrame: false)
    functionsByKey[key] = function
    return function
  }

  /// What a use makes of the type variables of a polymorphic definition.
  private func instantiation(of definition: DefinitionID, at use: Type) -> [TypeVariable: Type] {
    guard let scheme = program.schemes[definition],
      !(scheme.variables.isEmpty && scheme.rowVariables.isEmpty)
    else { return [:] }
    var matching = TypeMatching(variables: Set(scheme.variables + scheme.rowVariables))
    matching.match(scheme.type, use)
    return matching.solution
  }

  // MARK: Variables and constants

  func variable(_ global: GlobalDefinition, in context: Int) -> VariableID {
    let key = ContextualDefinition(context: context, definition: global.id)
    if let known = variablesByKey[key] { return known }
    let id = VariableID(machine.variables.count)
    let type = (program.schemes[global.id]?.type ?? .unit).substituting { contexts[context].types[$0] }
    machine.variables.append(
      Variable(name: displayName(global.name, in: context), type: type, range: global.nameRange))
    variablesByKey[key] = id
    variableSources.append(key)
    return id
  }

  /// Quint's name in traces: plain in the main module and plain imports, `main::N::x` in instances.
  func displayName(_ name: String, in context: Int) -> String {
    let prefix = contexts[context].prefix
    return prefix.isEmpty ? name : "\(prefix)::\(name)"
  }

  private func applyConstant(
    _ global: GlobalDefinition, in context: Int, _ operands: [Operand], type: Type, useType: Type,
    origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    guard let (value, home) = override(of: global.id, in: context) else {
      let message = "\(displayName(global.name, in: context))"
      return make(
        .missingConstant(literal(.string(QuintString(message)))), type: type, origin: origin)
    }
    let homeEnvironment = makeEnvironment(context: home, frame: environment.frame)
    if !operands.isEmpty || operatorArgument(value, homeEnvironment) != nil {
      return apply(
        closure(of: value, homeEnvironment), operands, type: type, useType: useType, origin: origin,
        environment)
    }
    let key = ContextualDefinition(context: context, definition: global.id)
    let id: ConstantID
    if let known = constantsByKey[key] {
      id = known
    } else {
      let function = root(named: global.name, value, in: home)
      id = ConstantID(machine.constants.count)
      machine.constants.append(
        Constant(
          name: displayName(global.name, in: context), type: type, value: function, range: global.nameRange))
      constantsByKey[key] = id
    }
    return make(.constant(id), type: type, origin: origin)
  }

  /// The expression that a constant stands for in a context, and the context of that expression.
  func override(of constant: DefinitionID, in context: Int) -> (SyntaxExpression, Int)? {
    guard let declaration = contexts[context].instance, let parent = contexts[context].parent,
      let instance = resolved.instances[declaration]
    else { return nil }
    for override in instance.overrides {
      if case .global(constant) = override.constant.target { return (override.value, parent) }
    }
    return nil
  }
}

/// One-way unification: which types the variables of a scheme must be for it to be the use's type.
struct TypeMatching {
  let variables: Set<TypeVariable>
  var solution: [TypeVariable: Type] = [:]

  init(variables: Set<TypeVariable>) { self.variables = variables }

  mutating func match(_ pattern: Type, _ type: Type) {
    switch (pattern.unaliased, type.unaliased) {
    case (.variable(let variable), let type):
      if variables.contains(variable), solution[variable] == nil { solution[variable] = type }
    case (.set(let a), .set(let b)), (.list(let a), .list(let b)): match(a, b)
    case (.map(let a, let b), .map(let c, let d)):
      match(a, c)
      match(b, d)
    case (.tuple(let a), .tuple(let b)): match(a, b) { .tuple($0) }
    case (.record(let a), .record(let b)): match(a, b) { .record($0) }
    case (.sum(let a, _), .sum(let b, let name)): match(a, b) { .sum($0, name: name) }
    case (.operation(let a, let b), .operation(let c, let d)):
      for (x, y) in zip(a, c) { match(x, y) }
      match(b, d)
    case (.operation(let parameters, let result), let value) where parameters.isEmpty:
      match(result, value)
    default: break
    }
  }

  private mutating func match(_ pattern: Row, _ row: Row, rest: (Row) -> Type) {
    let labels = Set(pattern.fields.map(\.label))
    for field in pattern.fields {
      if let other = row.fields.first(where: { $0.label == field.label }) { match(field.type, other.type) }
    }
    if let tail = pattern.tail, variables.contains(tail), solution[tail] == nil {
      solution[tail] = rest(Row(row.fields.filter { !labels.contains($0.label) }, tail: row.tail))
    }
  }
}

extension [TypeVariable: Type] {
  /// What the variables stand for, by number of variable; the same for types that mean the same.
  fileprivate var inOrder: [Type] { sorted { $0.key.id < $1.key.id }.map(\.value.canonical) }
}
