/// Expressions: names, literals, lambdas and nested definitions.
extension TypeInferrer {
  /// The type of an expression about which nothing is expected.
  func infer(_ expression: SyntaxExpression) -> Term {
    let term: Term
    switch expression.kind {
    case .boolean: term = Unifier.boolean
    case .integer: term = Unifier.integer
    case .string: term = Unifier.string
    case .name(let name): term = use(name, expression)
    case .application(let name, let arguments, let form):
      term = apply(Call(expression: expression, name: name, arguments: arguments, form: form))
    case .lambda: term = inferLambda(expression, expecting: nil)
    case .letIn: term = inferLet(expression, expecting: nil)
    }
    nodeTerms[expression.id] = term
    return term
  }

  /// Infers an expression and compares it with what its place asks for.
  ///
  /// After a mismatch the place has the expected type, so that nothing else fails.
  func check(_ expression: SyntaxExpression, _ expectation: Expectation) {
    switch expression.kind {
    case .lambda:
      nodeTerms[expression.id] = inferLambda(expression, expecting: expectation)
    case .letIn:
      nodeTerms[expression.id] = inferLet(expression, expecting: expectation)
    case .boolean, .integer, .string, .name, .application:
      let found = infer(expression)
      if let mismatch = unifier.unify(expectation.term, found) {
        report(mismatch, expected: expectation, found: found, at: expression.range)
      } else if let namesake = unifier.namesake {
        warnOfNamesakes(namesake, expectation, at: expression.range)
      }
    }
  }

  /// A chain of nested definitions, taken in a loop: chains may be long.
  private func inferLet(_ expression: SyntaxExpression, expecting expectation: Expectation?) -> Term {
    var chain: [(id: NodeID, definition: SyntaxDefinition, rest: SyntaxExpression)] = []
    var rest = expression
    while case .letIn(let definition, let body) = rest.kind {
      let scheme = infer(definition)
      schemes[definition.id] = scheme
      nodeTerms[definition.id] = scheme
      nestedDefinitions[definition.id] = definition
      chain.append((rest.id, definition, body))
      rest = body
    }
    let term: Term
    if let expectation {
      check(rest, expectation)
      term = expectation.term
    } else {
      term = infer(rest)
    }
    for entry in chain.reversed() {
      nodeTerms[entry.id] = term
      guard entry.definition.qualifier == .nondet else { continue }
      if unifier.unify(Unifier.boolean, term) != nil {
        diagnostics.append(
          Diagnostic(
            .nondetExpressionNotBoolean,
            "the expression after `nondet \(entry.definition.name.text)` must be boolean, "
              + "found \(text(term))", at: entry.rest.range))
        break
      }
    }
    return term
  }

  private func inferLambda(_ expression: SyntaxExpression, expecting expectation: Expectation?) -> Term {
    guard case .lambda(let parameters, let body, let unpacks) = expression.kind else {
      return Unifier.poison
    }
    var expected: ([Term], Term)?
    if let expectation {
      let taken = unpacks ? 1 : parameters.count
      switch unifier.shape(expectation.term) {
      case .operation(let terms, let result):
        if terms.count == taken {
          expected = (terms, result)
        } else {
          report(
            "expected an operator of \(count(terms.count, "parameter")), found one of \(taken)"
              + expectation.role.suffix, at: expression.range, related: expectation.role.related,
            hint: tupleHint(expected: terms.count, parameters: parameters, unpacks: unpacks))
        }
      case .variable, .poison: break
      default:
        report(
          "expected \(text(expectation.term)), found an operator" + expectation.role.suffix,
          at: expression.range, related: expectation.role.related)
      }
    }
    let terms = bind(parameters, unpacks: unpacks, to: expected?.0)
    if let (_, result) = expected, let expectation {
      check(body, Expectation(result, .result(of: expectation.role)))
      return unifier.make(.operation(terms, result))
    }
    let operation = unifier.make(.operation(terms, infer(body)))
    if let expectation, case .variable = unifier.shape(expectation.term) {
      if let mismatch = unifier.unify(expectation.term, operation) {
        report(mismatch, expected: expectation, found: operation, at: expression.range)
      }
    }
    return operation
  }

  /// Gives the parameters of a lambda their types; the result is what it takes.
  private func bind(_ parameters: [SyntaxParameter], unpacks: Bool, to expected: [Term]?) -> [Term] {
    if unpacks {
      let entries = parameters.map { $0.type.map { elaborate($0, .annotation) } ?? unifier.makeVariable() }
      for (parameter, term) in zip(parameters, entries) { nodeTerms[parameter.id] = term }
      let tuple = unifier.makeTuple(entries)
      guard let argument = expected?.first else { return [tuple] }
      if let mismatch = unifier.unify(argument, tuple), let first = parameters.first,
        let last = parameters.last
      {
        report(
          "the argument is \(text(argument)), not a tuple of \(parameters.count)"
            + detail(mismatch), at: first.name.range.union(last.name.range))
      }
      return [argument]
    }
    var terms: [Term] = []
    for (index, parameter) in parameters.enumerated() {
      let given = expected.map { $0[index] }
      var term = given ?? unifier.makeVariable()
      if let type = parameter.type {
        let written = elaborate(type, .annotation)
        if let given, let mismatch = unifier.unify(given, written) {
          report(mismatch, expected: Expectation(given, .none), found: written, at: type.range)
        }
        term = written
      }
      nodeTerms[parameter.id] = term
      terms.append(term)
    }
    return terms
  }

  /// `(x, y) => e` where `((x, y)) => e` is meant.
  private func tupleHint(expected: Int, parameters: [SyntaxParameter], unpacks: Bool) -> String? {
    guard expected == 1, parameters.count > 1, !unpacks else { return nil }
    let names = parameters.map(\.name.text).joined(separator: ", ")
    return "to take one tuple apart, write ((\(names))) => ..."
  }

  /// A name in a place of a value.
  private func use(_ name: String, _ expression: SyntaxExpression) -> Term {
    guard let reference = program.references[expression.id] else { return Unifier.poison }
    if case .builtin(let builtin) = reference.target {
      if let term = signatures.term(of: builtin, in: &unifier) { return unifier.instantiate(term) }
      guard let text = BuiltinSignatures.binarySignature(of: builtin),
        let term = BuiltinSignatures.read(text, in: &unifier)
      else {
        report("`\(name)` can only be called, not passed as an operator", at: expression.range)
        return Unifier.poison
      }
      return unifier.instantiate(term)
    }
    return use(reference)
  }

  /// The type of a definition at a place of use.
  func use(_ reference: Reference) -> Term {
    switch reference.target {
    case .builtin(let builtin):
      return signatures.term(of: builtin, in: &unifier).map { unifier.instantiate($0) } ?? Unifier.poison
    case .local(let id):
      if let scheme = schemes[id] { return unifier.instantiate(scheme) }
      return nodeTerms[id] ?? Unifier.poison
    case .global(let id):
      inferGlobal(id)
      guard let scheme = schemes[id] else { return Unifier.poison }
      return unifier.instantiate(cross(scheme, reference.instances))
    }
  }
}
