/// Applications: of definitions and parameters, and of built-in operators that have
/// an ordinary type. Those whose type depends on their arguments are in
/// `TypeInferrer+Builtins.swift`.

/// An application as written.
struct Call {
  var expression: SyntaxExpression
  var name: Identifier
  var arguments: [SyntaxExpression]
  var form: SyntaxExpression.Form

  var range: SourceRange { expression.range }
}

extension TypeInferrer {
  func apply(_ call: Call) -> Term {
    guard let reference = program.references[call.expression.id] else {
      for argument in call.arguments { _ = infer(argument) }
      return Unifier.poison
    }
    if case .builtin(let builtin) = reference.target { return apply(builtin, call) }
    return apply(use(reference), of: reference, call)
  }

  /// Calls a definition or a parameter.
  private func apply(_ operatorTerm: Term, of reference: Reference, _ call: Call) -> Term {
    switch unifier.shape(operatorTerm) {
    case .operation(let parameters, let result):
      operatorTerms[call.expression.id] = operatorTerm
      guard parameters.count == call.arguments.count else {
        return wrongCount(parameters.count, of: reference, call)
      }
      let places = parameterPlaces(of: reference)
      let roles = parameters.indices.map { index in
        Role.argument(call, index, nil, declared: places.indices.contains(index) ? places[index] : nil)
      }
      checkArguments(call.arguments, parameters, roles)
      return result
    case .variable:
      let terms = call.arguments.map { infer($0) }
      let result = unifier.makeVariable()
      let operation = unifier.make(.operation(terms, result))
      operatorTerms[call.expression.id] = operation
      if let mismatch = unifier.unify(operatorTerm, operation) {
        report(
          mismatch, expected: Expectation(operatorTerm, .none), found: operation, at: call.name.range)
      }
      return result
    case .poison:
      for argument in call.arguments { _ = infer(argument) }
      return Unifier.poison
    default:
      for argument in call.arguments { _ = infer(argument) }
      report(
        "`\(call.name.text)` is not an operator but \(text(operatorTerm))", at: call.name.range,
        related: definitionPlace(of: reference),
        hint: call.arguments.isEmpty ? "write `\(call.name.text)` without parentheses" : nil)
      return Unifier.poison
    }
  }

  /// Checks arguments against parameters: first those that are no lambdas, so that the
  /// parameters of lambdas have types when their bodies are read.
  func checkArguments(_ arguments: [SyntaxExpression], _ parameters: [Term], _ roles: [Role]) {
    for isLambda in [false, true] {
      for (index, argument) in arguments.enumerated() where argument.isLambda == isLambda {
        check(argument, Expectation(parameters[index], roles[index]))
      }
    }
  }

  /// Reports a wrong number of arguments, and reads them all the same.
  func wrongCount(_ expected: Int, of reference: Reference, _ call: Call) -> Term {
    report(
      "\(call.displayName) takes \(count(expected, "argument")), found \(call.arguments.count)",
      at: call.range, related: definitionPlace(of: reference))
    for argument in call.arguments { _ = infer(argument) }
    return Unifier.poison
  }

  private func definitionPlace(of reference: Reference) -> [Diagnostic.Related] {
    let name: (text: String, range: SourceRange)?
    switch reference.target {
    case .builtin: name = nil
    case .global(let id): name = program.definitions[id].map { ($0.name, $0.nameRange) }
    case .local(let id): name = nestedDefinitions[id].map { ($0.name.text, $0.name.range) }
    }
    return name.map { [.init(range: $0.range, message: "`\($0.text)` is defined here")] } ?? []
  }

  /// Where the parameters of a definition are written; of a constructor, its payload.
  private func parameterPlaces(of reference: Reference) -> [SourceRange] {
    switch reference.target {
    case .builtin: return []
    case .local(let id): return nestedDefinitions[id]?.parameters.map(\.name.range) ?? []
    case .global(let id):
      switch program.definitions[id]?.kind {
      case .definition(let definition): return definition.parameters.map(\.name.range)
      case .variant(let variant, _): return [variant.payload?.range ?? variant.name.range]
      case nil, .constant, .variable, .assume, .type: return []
      }
    }
  }

  /// Calls a built-in operator.
  private func apply(_ builtin: Builtin, _ call: Call) -> Term {
    let reference = Reference(target: .builtin(builtin))
    switch builtin.arity {
    case .exactly(let number) where number != call.arguments.count:
      return wrongCount(number, of: reference, call)
    case .atLeast(let number) where number > call.arguments.count:
      return wrongCount(number, of: reference, call)
    case .exactly, .atLeast, .special: break
    }
    guard let signature = signatures.term(of: builtin, in: &unifier) else {
      return applySpecial(builtin, call)
    }
    let operation = unifier.instantiate(signature)
    operatorTerms[call.expression.id] = operation
    guard case .operation(let parameters, let result) = unifier.shape(operation) else {
      return call.arguments.isEmpty ? operation : wrongCount(0, of: reference, call)
    }
    guard parameters.count == call.arguments.count else {
      return wrongCount(parameters.count, of: reference, call)
    }
    let roles = parameters.indices.map { Role.argument(call, $0, builtin, declared: nil) }
    checkArguments(call.arguments, parameters, roles)
    return result
  }
}

extension SyntaxExpression {
  var isLambda: Bool {
    if case .lambda = kind { return true }
    return false
  }
}
