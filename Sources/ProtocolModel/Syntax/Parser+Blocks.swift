/// Expressions that begin with a word or a bracket: blocks, `if`, `match`,
/// records and lists.
extension Parser {
  /// `and { a, b }` and its like.
  mutating func block(_ operatorName: String) throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    let word = text(at: start)
    advance()
    let opening = position
    try expect(.leftBrace, "after `\(word)`")
    if current == .rightBrace { throw fail("`\(word) { }` needs one entry at least") }
    var entries: [SyntaxExpression] = []
    repeat {
      if current == .rightBrace { break }
      entries.append(try expression())
    } while accept(.comma)
    try expectListEnd(opening, of: "the block `\(word)`")
    return try makeApplication(operatorName, at: range(at: start), entries, .special, from: start)
  }

  /// `if (c) a else b`
  mutating func conditional() throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    advance()
    let opening = position
    try expect(.leftParenthesis, "around the condition of `if`")
    let condition = try expression()
    try expectClosing(opening, of: "the condition")
    let consequence = try expression()
    guard accept(.else) else {
      throw fail("expected `else`: an `if` always has both branches")
    }
    let alternative = try expression()
    return try makeApplication(
      "ite", at: range(at: start), [condition, consequence, alternative], .special, from: start)
  }

  /// `match e { | A(x) => a | B => b | _ => c }`
  mutating func match() throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    guard kind(ahead: 1).startsExpression else {
      // Used as a name; reports the reserved word.
      let name = try qualifiedName("a name")
      return try make(.name(name.text), at: name.range)
    }
    advance()
    var arguments = [try expression()]
    let opening = position
    try expect(.leftBrace, "after the subject of `match`")
    _ = accept(.bar)
    repeat { arguments += try matchCase() } while accept(.bar)
    if current == .comma { throw fail("cases of `match` are separated by `|`") }
    try expectClosing(opening, of: "the cases of `match`")
    return try makeApplication("matchVariant", at: range(at: start), arguments, .special, from: start)
  }

  /// The label and the lambda of one case.
  private mutating func matchCase() throws(SyntaxFailure) -> [SyntaxExpression] {
    let start = position
    let label = current == .hole ? try nameOrHole("a label") : try simpleName("a variant label")
    var parameter = Identifier("_", label.range)
    if label.text != "_", current == .leftParenthesis {
      let opening = position
      advance()
      parameter = current == .hole ? try nameOrHole("_") : try simpleName("a match parameter")
      if current == .comma {
        throw fail("a label carries one value: bind it to one name")
      }
      try expectClosing(opening, of: "the parameter")
    }
    let labelLiteral = try make(.string(label.text), at: label.range)
    let parameterID = makeID()
    try expect(.doubleArrow, "after the label")
    let body = try expression()
    return [
      labelLiteral,
      try make(
        .lambda(
          parameters: [SyntaxParameter(id: parameterID, name: parameter)], body: body, unpacksTuple: false),
        from: start),
    ]
  }

  /// `[a, b]`
  mutating func listLiteral() throws(SyntaxFailure) -> SyntaxExpression {
    let opening = position
    advance()
    var entries: [SyntaxExpression] = []
    while current != .rightBracket {
      entries.append(try expression())
      if !accept(.comma) { break }
    }
    try expectListEnd(opening, of: "the list")
    return try makeApplication("List", at: range(from: opening), entries, .special, from: opening)
  }
}

// MARK: Braces

extension Parser {
  /// A record or `{ e }`.
  mutating func braced() throws(SyntaxFailure) -> SyntaxExpression {
    let opening = position
    if isRecord(at: opening) { return try record() }
    advance()
    if current == .rightBrace { throw fail("expected an expression: `{}` has no value") }
    let expression = try expression()
    if current == .comma {
      throw fail(
        "expected `}`, found `,`: a block of several expressions is `all { }`, `any { }`, `and { }` or `or { }`"
      )
    }
    try expectClosing(opening, of: "the block")
    return expression
  }

  /// True if the brace is followed by `...` or by something that looks like a field.
  func isRecord(at opening: Int) -> Bool {
    var index = opening + 1
    if kind(at: index) == .ellipsis { return true }
    while kind(at: index) == .identifier || kind(at: index).isKeyword {
      index += 1
      if kind(at: index) == .colon { return true }
      guard kind(at: index) == .doubleColon else { return false }
      index += 1
    }
    return false
  }

  /// `{ f: e, ...r }`
  private mutating func record() throws(SyntaxFailure) -> SyntaxExpression {
    let opening = position
    advance()
    var fields: [(name: Identifier, value: SyntaxExpression)] = []
    var names = Set<String>()
    var spread: SyntaxExpression?
    repeat {
      if current == .rightBrace { break }
      let start = position
      if accept(.ellipsis) {
        let value = try expression()
        if spread == nil {
          spread = value
        } else {
          report(.twoSpreads, "`...` may be used once in a record", at: range(from: start))
        }
        continue
      }
      let name = try simpleName("a record field")
      try expect(.colon, "after the name of the field")
      let value = try expression()
      if names.insert(name.text).inserted {
        fields.append((name, value))
      } else {
        report(.duplicateRecordField, "field `\(name.text)` is given more than once", at: name.range)
      }
    } while accept(.comma)
    try expectListEnd(opening, of: "the record")
    return try makeRecord(fields, spread: spread, from: opening)
  }

  private mutating func makeRecord(
    _ fields: [(name: Identifier, value: SyntaxExpression)], spread: SyntaxExpression?, from opening: Int
  ) throws(SyntaxFailure) -> SyntaxExpression {
    if var record = spread {
      for field in fields {
        let key = try make(.string(field.name.text), at: field.name.range)
        record = try makeApplication(
          "with", at: field.name.range, [record, key, field.value], .special, from: opening)
      }
      return record
    }
    var arguments: [SyntaxExpression] = []
    for field in fields {
      arguments.append(try make(.string(field.name.text), at: field.name.range))
      arguments.append(field.value)
    }
    return try makeApplication("Rec", at: range(from: opening), arguments, .special, from: opening)
  }
}
