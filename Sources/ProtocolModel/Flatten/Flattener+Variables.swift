/// Flattening of variables and constants.

extension Flattener {
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

  func applyConstant(
    _ global: GlobalDefinition, in context: Int, _ operands: [Operand], type: Type, useType: Type,
    origin: Origin, _ environment: Environment
  ) -> ExpressionID {
    let key = ContextualDefinition(context: context, definition: global.id)
    guard let (value, home) = override(of: global.id, in: context) else {
      let name = displayName(global.name, in: context)
      if constantsByKey[key] == nil {
        constantsByKey[key] = ConstantID(machine.constants.count)
        machine.constants.append(Constant(name: name, type: type, value: nil, range: global.nameRange))
      }
      return make(.missingConstant(literal(.string(QuintString(name)))), type: type, origin: origin)
    }
    let homeEnvironment = makeEnvironment(context: home, frame: environment.frame)
    if !operands.isEmpty || operatorArgument(value, homeEnvironment) != nil {
      return apply(
        closure(of: value, homeEnvironment), operands, type: type, useType: useType, origin: origin,
        environment)
    }
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

  /// The expression that a constant stands for in a context, and the context of that
  /// expression. Of nested instances the innermost that has an override counts.
  func override(of constant: DefinitionID, in context: Int) -> (SyntaxExpression, Int)? {
    var context = context
    while let declaration = contexts[context].instance, let parent = contexts[context].parent,
      let instance = resolved.instances[declaration]
    {
      for override in instance.overrides {
        if case .global(constant) = override.constant.target { return (override.value, parent) }
      }
      context = parent
    }
    return nil
  }
}
