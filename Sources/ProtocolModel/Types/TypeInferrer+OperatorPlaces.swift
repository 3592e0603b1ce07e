/// Operators are not values: they may be passed and called, not stored or returned.
///
/// Inference itself lets a type variable stand for an operator type, so this is
/// checked afterwards, when the types of a definition are known.
extension TypeInferrer {
  func checkOperatorPlaces(in definition: SyntaxDefinition) {
    guard let body = definition.body else { return }
    checkOperatorPlaces(in: body)
    guard !definition.parameters.isEmpty, isOperator(resultOf(body)) else { return }
    report("an operator cannot be the result of an operator", at: resultOf(body).range)
  }

  func checkOperatorPlaces(in expression: SyntaxExpression) {
    var open = [expression]
    while let next = open.popLast() {
      switch next.kind {
      case .name, .integer, .boolean, .string: break
      case .lambda(_, let body, _):
        if isOperator(resultOf(body)) {
          report("an operator cannot be the result of an operator", at: resultOf(body).range)
        }
        open.append(body)
      case .letIn(let definition, let body):
        if let inner = definition.body {
          open.append(inner)
          if !definition.parameters.isEmpty, isOperator(resultOf(inner)) {
            report("an operator cannot be the result of an operator", at: resultOf(inner).range)
          }
        }
        open.append(body)
      case .application(let name, let arguments, let form):
        let call = Call(expression: next, name: name, arguments: arguments, form: form)
        open += arguments
        if !checkArguments(of: call), isOperator(next) {
          report("operators are not values: \(call.displayName) cannot yield one", at: next.range)
        }
      }
    }
  }

  /// Reports operators among the arguments of a constructor, or of a built-in operator
  /// that takes data there; true if there was one.
  private func checkArguments(of call: Call) -> Bool {
    guard let target = program.references[call.expression.id]?.target else { return false }
    let builtin: Builtin
    switch target {
    case .builtin(let operatorOfTable): builtin = operatorOfTable
    case .global(let id):
      guard case .variant? = program.definitions[id]?.kind else { return false }
      builtin = .variant
    case .local: return false
    }
    var expected: [Bool] = []
    if let signature = signatures.term(of: builtin, in: &unifier),
      case .operation(let parameters, _) = unifier.shape(signature)
    {
      expected = parameters.map {
        if case .operation = unifier.shape($0) { return true }
        return false
      }
    }
    var found = false
    for (index, argument) in call.arguments.enumerated() where isOperator(argument) {
      let takesOperator =
        builtin == .matchVariant
        ? index > 0 && index % 2 == 0
        : expected.indices.contains(index) && expected[index]
      guard !takesOperator, !wasReported(argument.range) else { continue }
      report(
        "operators are not values: \(call.phrase(forArgument: index, builtin)) cannot be one",
        at: argument.range)
      found = true
    }
    return found
  }

  /// The expression after all nested definitions.
  private func resultOf(_ expression: SyntaxExpression) -> SyntaxExpression {
    var result = expression
    while case .letIn(_, let body) = result.kind { result = body }
    return result
  }

  private func isOperator(_ expression: SyntaxExpression) -> Bool {
    guard let term = nodeTerms[expression.id], case .operation = unifier.shape(term) else { return false }
    return true
  }

  /// True if a message about this very place exists.
  private func wasReported(_ range: SourceRange) -> Bool {
    diagnostics.contains { $0.range == range }
  }
}
