/// Effects of expressions.
extension EffectInterpreter {
  func evaluate(_ expression: SyntaxExpression, _ scope: Scope) -> Effect {
    switch expression.kind {
    case .integer, .boolean, .string: return .pure
    case .name: return use(expression.id, at: expression.range, scope)
    case .lambda(let parameters, let body, let unpacks):
      let closure = Closure(
        .lambda(parameters, body, unpacksTuple: unpacks), environment: scope.environment,
        instances: scope.instances)
      if outerCall == nil { _ = summary(of: closure) }
      return .closure(closure)
    case .letIn: return evaluateLet(expression, scope)
    case .application(let name, let arguments, _):
      return .value(apply(expression, name, arguments, scope))
    }
  }

  /// A chain of nested definitions, taken in a loop: chains may be long.
  private func evaluateLet(_ expression: SyntaxExpression, _ scope: Scope) -> Effect {
    var scope = scope
    var rest = expression
    while case .letIn(let definition, let body) = rest.kind {
      scope.environment[definition.id] = define(definition, .nested(definition), scope)
      rest = body
    }
    return evaluate(rest, scope)
  }

  /// The effect of a name.
  private func use(_ id: NodeID, at range: SourceRange, _ scope: Scope) -> Effect {
    guard let reference = program.references[id] else { return .pure }
    switch reference.target {
    case .builtin(let builtin):
      if case .exactly(0) = builtin.arity { return .pure }
      return .closure(Closure(.builtin(builtin)))
    case .local(let id): return scope.environment[id] ?? .pure
    case .global(let id):
      let instances = scope.instances + reference.instances
      if case .variable? = program.definitions[id]?.kind {
        return .value(Footprint(reads: [StateVariable(instances: instances, definition: id): range]))
      }
      return located(global(id), instances)
    }
  }

  /// A global definition's effect as seen through instance declarations.
  private func located(_ effect: Effect, _ instances: [NodeID]) -> Effect {
    switch effect {
    case .value(let footprint): return .value(footprint.inside(instances))
    case .closure(let closure):
      if instances.isEmpty { return effect }
      let moved = Closure(
        closure.body, environment: closure.environment.mapValues { located($0, instances) },
        instances: instances + closure.instances)
      if let known = closure.summary {
        moved.summary = Summary(
          footprint: known.footprint.inside(instances), isUndecided: known.isUndecided)
      }
      return .closure(moved)
    }
  }

  private func apply(
    _ expression: SyntaxExpression, _ name: Identifier, _ arguments: [SyntaxExpression], _ scope: Scope
  ) -> Footprint {
    if case .builtin(let builtin)? = program.references[expression.id]?.target {
      if builtin == .assign { return assign(arguments, expression.range, scope) }
      return apply(builtin, evaluate(arguments, scope), at: expression.range)
    }
    let callee = use(expression.id, at: name.range, scope)
    return call(callee, evaluate(arguments, scope), at: expression.range)
  }

  private func evaluate(_ arguments: [SyntaxExpression], _ scope: Scope) -> [Argument] {
    arguments.map { argument in
      // What a lambda does happens in its body.
      if case .lambda(_, let body, _) = argument.kind {
        return Argument(effect: evaluate(argument, scope), range: body.range)
      }
      return Argument(effect: evaluate(argument, scope), range: argument.range)
    }
  }

  /// `x' = e`: reads what `e` reads and updates `x`.
  private func assign(_ arguments: [SyntaxExpression], _ range: SourceRange, _ scope: Scope) -> Footprint {
    guard arguments.count == 2 else { return .pure }
    let value = Argument(effect: evaluate(arguments[1], scope), range: arguments[1].range)
    var result = data([value], "the new value of a variable")
    guard case .name = arguments[0].kind, let reference = program.references[arguments[0].id] else {
      report(
        Diagnostic(.general, "only a state variable can be assigned", at: arguments[0].range))
      return result
    }
    guard case .global(let id) = reference.target, let definition = program.definitions[id],
      case .variable = definition.kind
    else {
      report(
        Diagnostic(
          .general, "only a state variable can be assigned", at: arguments[0].range,
          related: place(of: reference)))
      return result
    }
    let variable = StateVariable(instances: scope.instances + reference.instances, definition: id)
    result.updates[variable] = range
    return result
  }

  private func place(of reference: Reference) -> [Diagnostic.Related] {
    guard case .global(let id) = reference.target, let definition = program.definitions[id] else {
      return []
    }
    return [.init(range: definition.nameRange, message: "`\(definition.name)` is no variable")]
  }
}
