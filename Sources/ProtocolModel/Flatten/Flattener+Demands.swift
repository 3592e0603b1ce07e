/// Which expressions need more than a value, before they are flattened.

/// What an expression does beside having a value in the current state.
struct Demands: OptionSet {
  let rawValue: UInt8

  /// It may update a variable, make a pick, or commit.
  static let acts = Demands(rawValue: 1)
  /// It may look at other states than the current one.
  static let isTemporal = Demands(rawValue: 2)
}

extension Flattener {
  /// What an expression demands; errs on the side of more.
  ///
  /// An argument that demands anything is not passed as a value, but as an operator
  /// without parameters, so that it acts, or is read, where it is used. The same goes
  /// for every argument of a temporal operator: in `always(unchanged(x))`, `unchanged`
  /// reads `x` in two states.
  ///
  /// - Complexity: O(size of the expression), and of each definition once.
  func demands(of expression: SyntaxExpression, _ environment: Environment?) -> Demands {
    switch expression.kind {
    case .integer, .boolean, .string: return []
    case .lambda(_, let body, _): return demands(of: body, environment)
    case .letIn(let definition, let body):
      let value = definition.body.map { demands(of: $0, environment) } ?? []
      return value.union(demands(of: body, environment))
    case .name: return demandsOfReference(expression.id, environment)
    case .application(_, let operands, _):
      return operands.reduce(demandsOfReference(expression.id, environment)) {
        $0.union(demands(of: $1, environment))
      }
    }
  }

  private func demandsOfReference(_ node: NodeID, _ environment: Environment?) -> Demands {
    switch resolved.references[node]?.target {
    case .builtin(let builtin): return builtin.demands
    case .global(let definition): return demands(ofDefinition: definition)
    case .local(let definition):
      guard case .operation(let closure)? = environment?.binding(of: definition) else { return [] }
      return demands(of: closure)
    case nil: return []
    }
  }

  func demands(of closure: OperatorClosure) -> Demands {
    if let known = closure.demands { return known }
    let result: Demands =
      switch closure.body {
      case .lambda(_, let body, _), .thunk(let body): demands(of: body, closure.environment)
      case .definition(let syntax): syntax.body.map { demands(of: $0, closure.environment) } ?? []
      case .global(_, let definition): demands(ofDefinition: definition)
      case .builtin(let builtin): builtin.demands
      }
    closure.demands = result
    return result
  }

  private func demands(ofDefinition definition: DefinitionID) -> Demands {
    if let known = definitionDemands[definition] { return known }
    definitionDemands[definition] = []
    guard case .definition(let syntax)? = resolved.definitions[definition]?.kind, let body = syntax.body
    else { return [] }
    let result = demands(of: body, nil)
    definitionDemands[definition] = result
    return result
  }
}

extension Builtin {
  /// `actionAll` demands nothing: of values it is their conjunction.
  var demands: Demands {
    switch self {
    case .assign, .oneOf, .generate, .actionAny, .then, .reps, .expect, .fail: .acts
    default: isTemporal ? .isTemporal : []
    }
  }
}
