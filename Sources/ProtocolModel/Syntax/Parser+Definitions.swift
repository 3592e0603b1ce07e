/// Definitions of operators, at top level and nested.
extension Parser {
  /// A definition; a pattern yields the hidden definition of its value first and
  /// then one for each name.
  mutating func definition(
    documentation: [DocumentationLine] = []
  ) throws(SyntaxFailure) -> [SyntaxDefinition] {
    let start = position
    let qualifier = try qualifier()
    if current == .leftParenthesis || current == .leftBrace {
      return try destructuring(qualifier, from: start, documentation: documentation)
    }
    let name = try definitionName()
    let (parameters, parametersRange) = try parameters()
    let annotation = try annotation(of: parameters, at: parametersRange)
    let body = try definitionBody(of: name)
    let range = range(from: start)
    _ = accept(.semicolon)
    return [
      SyntaxDefinition(
        id: makeID(), range: range, qualifier: qualifier, name: name, parameters: parameters,
        annotation: annotation, body: body, documentation: documentation)
    ]
  }

  private mutating func qualifier() throws(SyntaxFailure) -> Qualifier {
    let word = current
    advance()
    switch word {
    case .val: return .val
    case .def: return .def
    case .action: return .action
    case .run: return .run
    case .temporal: return .temporal
    case .nondet: return .nondet
    default:
      if accept(.val) { return .pureVal }
      if accept(.def) { return .pureDef }
      throw fail("expected `val` or `def` after `pure`")
    }
  }

  /// A name; also the words that can be called by name, which resolution refuses.
  private mutating func definitionName() throws(SyntaxFailure) -> Identifier {
    guard current.isNamedConnective else { return try qualifiedName("the name of the definition") }
    advance()
    return Identifier(text(at: position - 1), range(at: position - 1))
  }

  /// The parameters with their parentheses' range; none of both without.
  private mutating func parameters() throws(SyntaxFailure) -> ([SyntaxParameter], SourceRange?) {
    guard current == .leftParenthesis else { return ([], nil) }
    let opening = position
    advance()
    var parameters: [SyntaxParameter] = []
    while current != .rightParenthesis {
      let name = try nameOrHole("a parameter")
      let type = accept(.colon) ? try self.type() : nil
      if let first = parameters.first, (first.type == nil) != (type == nil) {
        report(
          .general, "either all parameters have a type or none", at: name.range,
          hint: "write the types of all parameters and of the result")
      }
      parameters.append(SyntaxParameter(id: makeID(), name: name, type: type))
      if !accept(.comma) { break }
    }
    try expectClosing(opening, of: "the parameters")
    return (parameters, range(from: opening))
  }

  /// The type of the whole definition, as far as it is written.
  private mutating func annotation(
    of parameters: [SyntaxParameter], at parametersRange: SourceRange?
  ) throws(SyntaxFailure) -> SyntaxType? {
    let parameterTypes = parameters.compactMap(\.type)
    guard !parameterTypes.isEmpty, let parametersRange else {
      return accept(.colon) ? try type() : nil
    }
    guard accept(.colon) else {
      throw fail("expected `:` and the type of the result, since the parameters have types")
    }
    let result = try type()
    guard parameterTypes.count == parameters.count else { return nil }
    return SyntaxType(
      id: makeID(), range: parametersRange.union(result.range), kind: .operation(parameterTypes, result))
  }

  private mutating func definitionBody(of name: Identifier) throws(SyntaxFailure) -> SyntaxExpression? {
    if accept(.equal) { return try expression() }
    let mayEndHere =
      current == .semicolon || current == .rightBrace || current == .end || current == .module
      || current.startsDeclaration || current.startsExpression
    if !mayEndHere || current == .leftBrace {
      throw fail("expected `=` and the body of `\(name.text)`")
    }
    return nil
  }

  /// An operator defined inside an expression, and the expression that may use it.
  mutating func nestedDefinition() throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    noteIfDoubtful()
    let reportedBefore = diagnostics.count
    var definitions = try definition()
    if !current.startsExpression, tokens[position - 1].kind != .semicolon,
      let end = continuations.last, end > start, rereadBudget >= position - start
    {
      rereadBudget -= position - start
      forcedEnds.insert(end)
      dropContinuations(after: start)
      diagnostics.removeSubrange(reportedBefore...)
      position = start
      definitions = try definition()
    }
    guard current.startsExpression else {
      let name = definitions.first { !$0.name.text.hasPrefix("$") }?.name.text
      let subject = name.map { " of `\($0)`" } ?? ""
      throw fail("expected an expression after the definition\(subject)")
    }
    var body = try expression()
    for definition in definitions.reversed() { body = try make(.letIn(definition, body: body), from: start) }
    return body
  }

  private mutating func noteIfDoubtful() {
    guard doubtfulDefinition == nil, let column = declarationColumn, tokens[position].isFirstOnLine,
      self.column(of: position) <= column
    else { return }
    doubtfulDefinition = position
  }
}

// MARK: Patterns

extension Parser {
  /// `val (a, _, b) = e` and `val { f, g } = e`.
  private mutating func destructuring(
    _ qualifier: Qualifier, from start: Int, documentation: [DocumentationLine]
  ) throws(SyntaxFailure) -> [SyntaxDefinition] {
    guard qualifier == .val || qualifier == .pureVal else {
      throw fail("expected the name of the definition: only `val` and `pure val` take a pattern")
    }
    let isTuple = current == .leftParenthesis
    let opening = position
    let names = try pattern()
    let patternRange = range(from: opening)
    if current == .colon { throw fail("a pattern has no type") }
    try expect(.equal, "after the pattern")
    let value = try expression()
    let whole = range(from: start)
    _ = accept(.semicolon)
    let hiddenID = makeID()
    let hidden = Identifier("$\(hiddenID)", patternRange)
    var definitions = [
      SyntaxDefinition(id: hiddenID, range: whole, qualifier: qualifier, name: hidden, body: value)
    ]
    for (index, name) in names.enumerated() where name.text != "_" {
      let subject = try make(.name(hidden.text), at: name.range)
      let key = try make(
        isTuple ? .integer(digits: String(index + 1)) : .string(name.text), at: name.range)
      let part = try make(
        .application(
          operatorName: Identifier(isTuple ? "item" : "field", name.range), arguments: [subject, key],
          form: .special), at: name.range)
      definitions.append(
        SyntaxDefinition(
          id: makeID(), range: name.range, qualifier: qualifier, name: name, body: part,
          documentation: documentation))
    }
    return definitions
  }

  /// The names of a tuple's entries or a record's fields.
  private mutating func pattern() throws(SyntaxFailure) -> [Identifier] {
    let opening = position
    let isTuple = current == .leftParenthesis
    advance()
    var names: [Identifier] = []
    repeat {
      names.append(
        isTuple ? try nameOrHole("a name or `_` in the pattern") : try simpleName("a destructured field"))
    } while accept(.comma)
    try expectClosing(opening, of: "the pattern")
    if isTuple, names.count < 2 {
      report(.general, "a tuple pattern has two entries or more", at: range(from: opening))
    }
    return names
  }
}
