/// Types and their definitions.
extension Parser {
  /// A type; `=>` is weaker than `->`, both associate to the right.
  mutating func type() throws(SyntaxFailure) -> SyntaxType {
    try enter()
    defer { leave() }
    let start = position
    if let arguments = try operationArguments() {
      return makeType(.operation(arguments, try type()), from: start)
    }
    let left = try mapType()
    guard accept(.doubleArrow) else { return left }
    return makeType(.operation([left], try type()), from: start)
  }

  private mutating func makeType(_ kind: SyntaxType.Kind, from start: Int) -> SyntaxType {
    SyntaxType(id: makeID(), range: range(from: start), kind: kind)
  }

  /// `(T, U) =>`: a parenthesis before `=>` holds arguments, not a tuple.
  private mutating func operationArguments() throws(SyntaxFailure) -> [SyntaxType]? {
    guard current == .leftParenthesis else { return nil }
    let opening = position
    let closing = Int(list.partners[opening])
    guard closing > opening, kind(at: closing + 1) == .doubleArrow else { return nil }
    advance()
    var arguments: [SyntaxType] = []
    while current != .rightParenthesis {
      arguments.append(try type())
      if !accept(.comma) { break }
    }
    try expectClosing(opening, of: "the arguments")
    try expect(.doubleArrow, "after the types of the arguments")
    return arguments
  }

  private mutating func mapType() throws(SyntaxFailure) -> SyntaxType {
    try enter()
    defer { leave() }
    let start = position
    let key = try simpleType()
    guard accept(.arrow) else { return key }
    return makeType(.map(key, try mapType()), from: start)
  }

  private mutating func simpleType() throws(SyntaxFailure) -> SyntaxType {
    let start = position
    switch current {
    case .int, .bool, .str:
      advance()
      let word = tokens[start].kind
      return makeType(word == .int ? .integer : word == .bool ? .boolean : .string, from: start)
    case .leftBrace: return try recordType()
    case .leftParenthesis: return try parenthesizedType()
    case .set where kind(ahead: 1) == .leftBracket, .list where kind(ahead: 1) == .leftBracket:
      return try collectionType()
    case _ where canBeName(at: position): return try namedType()
    default: throw fail("expected a type")
    }
  }

  /// `Set[T]` and `List[T]`
  private mutating func collectionType() throws(SyntaxFailure) -> SyntaxType {
    let start = position
    advance()
    let arguments = try typeArguments()
    if arguments.count > 1 {
      report(.general, "`\(text(at: start))` takes one type", at: range(from: start))
    }
    let element = arguments[0]
    return makeType(tokens[start].kind == .set ? .set(element) : .list(element), from: start)
  }

  /// A variable, or a name with or without arguments.
  private mutating func namedType() throws(SyntaxFailure) -> SyntaxType {
    let start = position
    let isVariable = isTypeVariable(at: start)
    let name = try qualifiedName("a type")
    guard current == .leftBracket || current == .leftParenthesis else {
      return makeType(isVariable ? .variable(name.text) : .named(name.text, arguments: []), from: start)
    }
    let hasParentheses = current == .leftParenthesis
    let arguments = try typeArguments()
    let range = range(from: start)
    if name.text == "Map", arguments.count == 2 {
      let map = makeType(.map(arguments[0], arguments[1]), from: start)
      report(
        .mapTypeSyntax,
        "use `\(SyntaxPrinter.text(of: map))` instead of `\(file.text(in: range))` for map types",
        at: range)
      return map
    }
    if hasParentheses {
      let list = arguments.map { SyntaxPrinter.text(of: $0) }.joined(separator: ", ")
      report(
        .typeApplicationWithParentheses,
        "arguments of a type stand in square brackets: `\(name.text)[\(list)]`", at: range)
    }
    switch (name.text, arguments.count) {
    case ("Set", 1): return makeType(.set(arguments[0]), from: start)
    case ("List", 1): return makeType(.list(arguments[0]), from: start)
    default: return makeType(.named(name.text, arguments: arguments), from: start)
    }
  }

  /// One type or more in brackets, or in parentheses by mistake.
  private mutating func typeArguments() throws(SyntaxFailure) -> [SyntaxType] {
    let opening = position
    advance()
    var arguments: [SyntaxType] = []
    repeat { arguments.append(try type()) } while accept(.comma)
    try expectClosing(opening, of: "the arguments of the type")
    return arguments
  }

  /// An unqualified name in lower case, keywords aside.
  private func isTypeVariable(at index: Int) -> Bool {
    guard kind(at: index) == .identifier, kind(at: index + 1) != .doubleColon else { return false }
    let first = file.bytes[Int(tokens[index].start)]
    return first == UInt8(ascii: "_") || first >= UInt8(ascii: "a")
  }

  /// `()`, `( T )` or a tuple.
  private mutating func parenthesizedType() throws(SyntaxFailure) -> SyntaxType {
    let opening = position
    advance()
    if accept(.rightParenthesis) { return makeType(.tuple([]), from: opening) }
    var entries = [try type()]
    guard current == .comma else {
      try expectClosing(opening, of: "the parenthesis")
      return entries[0]
    }
    while accept(.comma), current != .rightParenthesis { entries.append(try type()) }
    try expectClosing(opening, of: "the tuple type")
    if entries.count < 2 {
      report(.general, "a tuple has two entries or more", at: range(from: opening))
    }
    return makeType(.tuple(entries), from: opening)
  }

  /// `{ f: T, g: U }`, perhaps with `| r` at the end.
  private mutating func recordType() throws(SyntaxFailure) -> SyntaxType {
    let opening = position
    advance()
    var fields: [SyntaxTypeField] = []
    var names = Set<String>()
    while current != .rightBrace, current != .bar {
      let name = try simpleName("a record field")
      try expect(.colon, "after the name of the field")
      let type = try type()
      if names.insert(name.text).inserted {
        fields.append(SyntaxTypeField(name: name, type: type))
      } else {
        report(.duplicateRecordField, "field `\(name.text)` is given more than once", at: name.range)
      }
      if !accept(.comma) { break }
    }
    var tail: Identifier?
    if accept(.bar) { tail = try simpleName("a row variable") }
    try expectClosing(opening, of: "the record type")
    return makeType(.record(fields, tail: tail), from: opening)
  }
}

// MARK: Definitions of types

extension Parser {
  /// `type T`, `type T[a] = U`, `type T[a] = A | B(U)`
  mutating func typeDefinition() throws(SyntaxFailure) -> SyntaxDeclaration.Kind {
    advance()
    let name = try qualifiedName("the name of the type")
    let parameters = try typeParameters()
    guard accept(.equal) else {
      if !parameters.isEmpty { throw fail("expected `=`: a type with parameters has a definition") }
      checkTypeName(name)
      return .typeDefinition(name: name, parameters: [], body: nil)
    }
    let body: SyntaxType
    if isSum() {
      body = try sumType()
    } else {
      checkTypeName(name)
      body = try type()
    }
    reportUnboundVariables(of: body, parameters: parameters)
    return .typeDefinition(name: name, parameters: parameters, body: body)
  }

  private mutating func typeParameters() throws(SyntaxFailure) -> [Identifier] {
    guard current == .leftBracket else { return [] }
    let opening = position
    advance()
    var parameters: [Identifier] = []
    repeat {
      guard isTypeVariable(at: position) else {
        throw fail("expected a type parameter, a name in lower case")
      }
      let parameter = Identifier(text(at: position), range(at: position))
      if parameters.contains(where: { $0.text == parameter.text }) {
        report(.general, "type parameter `\(parameter.text)` is given more than once", at: parameter.range)
      }
      parameters.append(parameter)
      advance()
    } while accept(.comma)
    try expectClosing(opening, of: "the parameters of the type")
    return parameters
  }

  private mutating func checkTypeName(_ name: Identifier) {
    let last = name.text.utf8.split(separator: UInt8(ascii: ":")).last?.first ?? 0
    guard last >= UInt8(ascii: "a"), last <= UInt8(ascii: "z") else { return }
    report(
      .lowercaseTypeName, "type names start with an upper-case letter, but `\(name.text)` does not",
      at: name.range)
  }

  /// True before a bar, a label with a payload, or a label and a bar; a name
  /// alone is an alias.
  private func isSum() -> Bool {
    if current == .bar { return true }
    var index = position
    while canBeName(at: index), kind(at: index + 1) == .doubleColon { index += 2 }
    guard canBeName(at: index) else { return false }
    index += 1
    if kind(at: index) == .leftParenthesis {
      let closing = Int(list.partners[index])
      guard closing > index, !list.hasComma[index] else { return kind(at: max(index, closing) + 1) == .bar }
      return kind(at: closing + 1) != .arrow && kind(at: closing + 1) != .doubleArrow
    }
    return kind(at: index) == .bar
  }

  private mutating func sumType() throws(SyntaxFailure) -> SyntaxType {
    let start = position
    _ = accept(.bar)
    var variants: [SyntaxVariant] = []
    repeat {
      let label = try simpleName("a variant label")
      var payload: SyntaxType?
      if current == .leftParenthesis {
        let opening = position
        advance()
        payload = try type()
        if current == .comma {
          throw fail("a label carries one value: for several, write a tuple, as in `A((int, bool))`")
        }
        try expectClosing(opening, of: "the payload")
      }
      variants.append(SyntaxVariant(id: makeID(), name: label, payload: payload))
    } while accept(.bar)
    return makeType(.sum(variants), from: start)
  }

  private mutating func reportUnboundVariables(of body: SyntaxType, parameters: [Identifier]) {
    var seen = Set(parameters.map(\.text))
    body.forEachVariable { name, range in
      guard seen.insert(name).inserted else { return }
      report(
        .unboundTypeVariable, "type variable `\(name)` is unbound", at: range,
        hint: "list it after the name of the type, as in `type T[\(name)] = ...`")
    }
  }
}

extension SyntaxType {
  /// Calls `body` for each use of a type variable or row variable, from left to right.
  ///
  /// - Complexity: O(size of the type).
  func forEachVariable(_ body: (String, SourceRange) -> Void) {
    switch kind {
    case .boolean, .integer, .string: break
    case .variable(let name): body(name, range)
    case .named(_, let arguments), .tuple(let arguments): arguments.forEach { $0.forEachVariable(body) }
    case .set(let element), .list(let element): element.forEachVariable(body)
    case .map(let key, let value):
      key.forEachVariable(body)
      value.forEachVariable(body)
    case .record(let fields, let tail):
      fields.forEach { $0.type.forEachVariable(body) }
      if let tail { body(tail.text, tail.range) }
    case .sum(let variants):
      variants.forEach { $0.payload?.forEachVariable(body) }
    case .operation(let arguments, let result):
      arguments.forEach { $0.forEachVariable(body) }
      result.forEachVariable(body)
    }
  }
}
