/// Which expressions are actions, before they are flattened.

extension Flattener {
  /// True when evaluating the expression may update a variable or make a pick.
  ///
  /// Such an expression is not passed as a value, but as an operator without
  /// parameters, so that it acts where it is used. It errs on the side of true.
  ///
  /// - Complexity: O(size of the expression), and of each definition once.
  func isAction(_ expression: SyntaxExpression, _ environment: Environment?) -> Bool {
    switch expression.kind {
    case .integer, .boolean, .string: return false
    case .lambda(_, let body, _): return isAction(body, environment)
    case .letIn(let definition, let body):
      return isAction(body, environment) || (definition.body.map { isAction($0, environment) } ?? false)
    case .name: return referenceActs(expression.id, environment)
    case .application(_, let operands, _):
      return referenceActs(expression.id, environment)
        || operands.contains { isAction($0, environment) }
    }
  }

  private func referenceActs(_ node: NodeID, _ environment: Environment?) -> Bool {
    switch resolved.references[node]?.target {
    case .builtin(let builtin): return builtin.isAction
    case .global(let definition): return definitionActs(definition)
    case .local(let definition):
      guard case .operation(let closure)? = environment?.binding(of: definition) else { return false }
      return closureActs(closure)
    case nil: return false
    }
  }

  private func closureActs(_ closure: OperatorClosure) -> Bool {
    if let known = closure.isAction { return known }
    let result =
      switch closure.body {
      case .lambda(_, let body, _), .thunk(let body): isAction(body, closure.environment)
      case .definition(let syntax): syntax.body.map { isAction($0, closure.environment) } ?? false
      case .global(_, let definition): definitionActs(definition)
      case .builtin(let builtin): builtin.isAction
      }
    closure.isAction = result
    return result
  }

  private func definitionActs(_ definition: DefinitionID) -> Bool {
    if let known = actionDefinitions[definition] { return known }
    actionDefinitions[definition] = false
    guard case .definition(let syntax)? = resolved.definitions[definition]?.kind, let body = syntax.body
    else { return false }
    let result = isAction(body, nil)
    actionDefinitions[definition] = result
    return result
  }
}

extension Builtin {
  /// Operators that need more than a value: they update, pick, choose, or commit.
  /// `actionAll` is none: of values it is their conjunction.
  var isAction: Bool {
    switch self {
    case .assign, .oneOf, .generate, .actionAny, .then, .reps, .expect, .fail: true
    default: false
    }
  }
}
