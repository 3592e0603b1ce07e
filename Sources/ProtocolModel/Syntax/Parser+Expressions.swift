/// How strongly an infix operator binds. The cases go from weak to strong.
enum Precedence: Int, Comparable {
  case pair, implies, leadsTo, iff, or, and, equation, assignment, relation, sum, product, negation, power
  case postfix

  static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }

  /// The next stronger one.
  var next: Precedence { Precedence(rawValue: rawValue + 1) ?? .postfix }
}

/// One row of the table of infix operators, which the printer reads as well.
struct InfixOperator {
  var sign: Token.Kind
  /// The built-in that it stands for.
  var name: String
  var precedence: Precedence
  var associatesToRight = false

  init(_ sign: Token.Kind, _ name: String, _ precedence: Precedence) {
    self.sign = sign
    self.name = name
    self.precedence = precedence
    associatesToRight = precedence == .power
  }

  static let all: [InfixOperator] = [
    InfixOperator(.arrow, "Tup", .pair),
    InfixOperator(.implies, "implies", .implies),
    InfixOperator(.leadsTo, "leadsTo", .leadsTo),
    InfixOperator(.iff, "iff", .iff),
    InfixOperator(.or, "or", .or),
    InfixOperator(.and, "and", .and),
    InfixOperator(.less, "ilt", .relation),
    InfixOperator(.lessOrEqual, "ilte", .relation),
    InfixOperator(.greater, "igt", .relation),
    InfixOperator(.greaterOrEqual, "igte", .relation),
    InfixOperator(.doubleEqual, "eq", .relation),
    InfixOperator(.notEqual, "neq", .relation),
    InfixOperator(.plus, "iadd", .sum),
    InfixOperator(.minus, "isub", .sum),
    InfixOperator(.star, "imul", .product),
    InfixOperator(.slash, "idiv", .product),
    InfixOperator(.percent, "imod", .product),
    InfixOperator(.caret, "ipow", .power),
  ]

  private static let bySign = Dictionary(all.map { ($0.sign, $0) }) { first, _ in first }
  private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

  static func with(sign: Token.Kind) -> InfixOperator? { bySign[sign] }
  static func named(_ name: String) -> InfixOperator? { byName[name] }

  /// The weakest operator that may stand on the right without parentheses.
  var rightMinimum: Precedence { associatesToRight ? precedence : precedence.next }
}

extension Parser {
  /// An expression of operators at least as strong as `minimum`.
  mutating func expression(_ minimum: Precedence = .pair) throws(SyntaxFailure) -> SyntaxExpression {
    try enter()
    defer { leave() }
    let start = position
    var left = try operand()
    while !endsHere() {
      if current == .equal, minimum <= .equation {
        reportEquation()
        let sign = range(at: position)
        advance()
        let right = try expression(.assignment)
        left = try makeApplication("eq", at: sign, [left, right], .infix, from: start)
        continue
      }
      guard let infix = InfixOperator.with(sign: current), infix.precedence >= minimum else { break }
      noteContinuation()
      let sign = range(at: position)
      advance()
      let right = try expression(infix.rightMinimum)
      left = try makeApplication(infix.name, at: sign, [left, right], .infix, from: start)
    }
    if current == .prime { throw fail("only a variable can be primed, as in `x' = e`") }
    return left
  }

  /// True where a sign that could continue the expression does not.
  private func endsHere() -> Bool {
    if !forcedEnds.isEmpty, forcedEnds.contains(position) { return true }
    // `and { a, b }` is a block, hence the expression after a nested definition.
    return (current == .and || current == .or) && kind(ahead: 1) == .leftBrace && list.hasComma[position + 1]
      && !isRecord(at: position + 1)
  }

  private mutating func reportEquation() {
    report(
      .assignmentForEquality, "unexpected `=`, did you mean `==`?", at: range(at: position),
      hint: "`==` compares; the next value of a variable is set by `x' = e`")
  }

  /// What stands between infix operators: `-a`, `x => e`, `x' = e`, or something
  /// simple with entries, fields and calls behind.
  private mutating func operand() throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    if accept(.minus) {
      let argument = try expression(.negation)
      return try makeApplication("iuminus", at: range(at: start), [argument], .infix, from: start)
    }
    var subject = try primary()
    while !endsHere() {
      if current == .dot {
        subject = try dotted(subject, from: start)
      } else if current == .leftBracket {
        noteContinuation()
        let opening = position
        advance()
        let index = try expression()
        try expectClosing(opening, of: "the index")
        subject = try makeApplication(
          "nth", at: range(from: opening), [subject, index], .special, from: start)
      } else {
        break
      }
    }
    return subject
  }

  /// `.f(args)`, `.field` or `._1` after its subject.
  private mutating func dotted(
    _ subject: SyntaxExpression, from start: Int
  ) throws(SyntaxFailure) -> SyntaxExpression {
    advance()
    let name: Identifier
    if current.isNamedConnective {
      advance()
      name = Identifier(text(at: position - 1), range(at: position - 1))
    } else {
      name = try qualifiedName("the name of an operator or field after `.`")
    }
    if current == .leftParenthesis, !endsHere() {
      let arguments = try arguments(allowsTrailingComma: false)
      return try makeCall(name, [subject] + arguments, .dotCall, from: start)
    }
    if let index = Self.tupleIndex(name.text) {
      let key = try make(.integer(digits: String(index)), at: name.range)
      return try makeApplication("item", at: name.range, [subject, key], .special, from: start)
    }
    let key = try make(.string(name.text), at: name.range)
    return try makeApplication("field", at: name.range, [subject, key], .special, from: start)
  }

  /// The position in `_1` to `_99`.
  static func tupleIndex(_ name: String) -> Int? {
    let digits = name.utf8.dropFirst()
    guard name.hasPrefix("_"), (1...2).contains(digits.count), digits.first != UInt8(ascii: "0"),
      digits.allSatisfy(Lexer.isDigit)
    else { return nil }
    return Int(name.dropFirst())
  }

  /// Arguments in parentheses, which are the current token.
  private mutating func arguments(allowsTrailingComma: Bool) throws(SyntaxFailure) -> [SyntaxExpression] {
    noteContinuation()
    let opening = position
    advance()
    var arguments: [SyntaxExpression] = []
    while current != .rightParenthesis {
      arguments.append(try expression())
      guard accept(.comma) else { break }
      if current == .rightParenthesis, !allowsTrailingComma {
        report(
          .general, "a call after a dot takes no comma behind its last argument", at: range(at: position - 1))
      }
    }
    try expectListEnd(opening, of: "the call")
    return arguments
  }

  private mutating func makeCall(
    _ name: Identifier, _ arguments: [SyntaxExpression], _ form: SyntaxExpression.Form, from start: Int
  ) throws(SyntaxFailure) -> SyntaxExpression {
    var arguments = arguments
    if name.text == Builtin.debug.rawValue, arguments.count == 1, let argument = arguments.first {
      // The label that is missing is the source text.
      arguments.insert(try make(.string(file.text(in: argument.range)), at: argument.range), at: 0)
    }
    return try makeApplication(name.text, at: name.range, arguments, form, from: start)
  }

  private mutating func primary() throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    switch current {
    case .integer:
      advance()
      return try make(.integer(digits: IntegerLiteral.decimalDigits(of: text(at: start))), from: start)
    case .true, .false:
      advance()
      return try make(.boolean(tokens[start].kind == .true), from: start)
    case .string:
      advance()
      return try make(.string(stringValue(at: start)), from: start)
    case .hole:
      guard kind(ahead: 1) == .doubleArrow else {
        throw fail("`_` has no value: it stands for a parameter or in a pattern")
      }
      return try lambda()
    case .and where kind(ahead: 1) == .leftBrace: return try block("and")
    case .or where kind(ahead: 1) == .leftBrace: return try block("or")
    case .all: return try block("actionAll")
    case .any: return try block("actionAny")
    case .if: return try conditional()
    case .match: return try match()
    case .leftParenthesis: return try parenthesized()
    case .leftBrace: return try braced()
    case .leftBracket: return try listLiteral()
    case _ where current.isNamedConnective && kind(ahead: 1) == .leftParenthesis:
      advance()
      let name = Identifier(text(at: start), range(at: start))
      return try makeCall(name, try arguments(allowsTrailingComma: true), .call, from: start)
    case _ where current.startsDefinition:
      return try nestedDefinition()
    case _ where canBeName(at: position):
      return try named()
    default:
      if current.isKeyword, !tokens[position].isFirstOnLine {
        throw fail("expected an expression, but `\(text(at: position))` is a keyword")
      }
      throw fail("expected an expression")
    }
  }

  /// What begins with a name: a call, an assignment, `x => e`, or the name alone.
  private mutating func named() throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    let name = try qualifiedName("a name")
    switch current {
    case .leftParenthesis where !endsHere():
      return try makeCall(name, try arguments(allowsTrailingComma: true), .call, from: start)
    case .doubleArrow:
      position = start
      return try lambda()
    case .prime:
      let prime = position
      advance()
      guard accept(.equal) else {
        throw fail("expected `=` after `\(name.text)'`: a primed variable can only be assigned")
      }
      let sign = range(from: prime)
      let variable = try make(.name(name.text), at: name.range)
      let value = try expression(.relation)
      return try makeApplication("assign", at: sign, [variable, value], .infix, from: start)
    default:
      return try make(.name(name.text), from: start)
    }
  }

  /// The text between the quotes, with plain line ends.
  func stringValue(at index: Int) -> String {
    var bytes = file.bytes[Int(tokens[index].start)..<Int(tokens[index].end)].dropFirst()
    if bytes.last == UInt8(ascii: "\"") { bytes = bytes.dropLast() }
    guard bytes.contains(UInt8(ascii: "\r")) else { return String(decoding: bytes, as: UTF8.self) }
    var plain: [UInt8] = []
    for index in bytes.indices {
      let isBeforeNewline = index + 1 < bytes.endIndex && bytes[index + 1] == UInt8(ascii: "\n")
      if bytes[index] != UInt8(ascii: "\r") || !isBeforeNewline { plain.append(bytes[index]) }
    }
    return String(decoding: plain, as: UTF8.self)
  }
}

// MARK: Lambdas

extension Parser {
  /// True if the parentheses here hold names alone and `=>` follows.
  private func isLambda(at opening: Int) -> Bool {
    let closing = Int(list.partners[opening])
    guard closing > opening + 1, kind(at: closing + 1) == .doubleArrow else { return false }
    var index = opening + 1
    if kind(at: index) == .leftParenthesis { return Int(list.partners[index]) == closing - 1 }
    while index < closing {
      switch kind(at: index) {
      case .hole, .comma, .doubleColon: index += 1
      case _ where canBeName(at: index): index += 1
      default: return false
      }
    }
    return true
  }

  /// `x => e`, `(x, y) => e` or `((x, y)) => e`, known to be one.
  private mutating func lambda() throws(SyntaxFailure) -> SyntaxExpression {
    let start = position
    var parameters: [SyntaxParameter] = []
    let hasParentheses = accept(.leftParenthesis)
    let inner = position
    let unpacksTuple = hasParentheses && accept(.leftParenthesis)
    repeat {
      let name = try nameOrHole("a parameter")
      parameters.append(SyntaxParameter(id: makeID(), name: name))
    } while hasParentheses && accept(.comma)
    if current == .colon { throw fail("parameters of a lambda carry no types") }
    if unpacksTuple {
      try expectClosing(inner, of: "the parameters")
      if parameters.count < 2 {
        report(.general, "a tuple pattern has two entries or more", at: range(from: inner))
      }
    }
    if hasParentheses { try expectClosing(start, of: "the parameters") }
    try expect(.doubleArrow, "after the parameters of a lambda")
    let body = try expression()
    return try make(.lambda(parameters: parameters, body: body, unpacksTuple: unpacksTuple), from: start)
  }

  /// `()`, `( e )`, a tuple or a lambda.
  fileprivate mutating func parenthesized() throws(SyntaxFailure) -> SyntaxExpression {
    let opening = position
    if isLambda(at: opening) { return try lambda() }
    advance()
    if accept(.rightParenthesis) {
      if current == .doubleArrow { throw fail("a lambda has one parameter or more") }
      return try makeApplication("Tup", at: range(from: opening), [], .special, from: opening)
    }
    var entries = [try expression()]
    if current == .colon, case .name = entries[0].kind {
      throw fail("unexpected `:`: parameters of a lambda carry no types")
    }
    guard current == .comma else {
      try expectClosing(opening, of: "the parenthesis")
      return entries[0]
    }
    while accept(.comma), current != .rightParenthesis { entries.append(try expression()) }
    try expectListEnd(opening, of: "the tuple")
    if entries.count < 2 {
      report(.general, "a tuple has two entries or more", at: range(from: opening))
    }
    return try makeApplication("Tup", at: range(from: opening), entries, .special, from: opening)
  }
}

/// The text of an integer literal.
enum IntegerLiteral {
  /// Decimal digits without underscores and leading zeros. Characters that do
  /// not belong to a number end it, or are left out of a hexadecimal one.
  ///
  /// - Complexity: O(n) for decimal, O(n^2) for hexadecimal text.
  static func decimalDigits(of text: String) -> String {
    let bytes = Array(text.utf8)
    let isHexadecimal =
      bytes.count > 1 && bytes[0] == UInt8(ascii: "0") && bytes[1] | 0x20 == UInt8(ascii: "x")
    if isHexadecimal { return decimalDigits(ofHexadecimal: bytes.dropFirst(2)) }
    let digits = bytes.prefix { Lexer.isDigit($0) || $0 == UInt8(ascii: "_") }
      .filter { $0 != UInt8(ascii: "_") }
    let significant = digits.drop { $0 == UInt8(ascii: "0") }
    return significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
  }

  /// Multiplies and adds in base 10^9, least significant limb first, eight digits at a time.
  private static func decimalDigits(ofHexadecimal bytes: ArraySlice<UInt8>) -> String {
    let base: UInt64 = 1_000_000_000
    var limbs: [UInt64] = [0]
    var digits = bytes.compactMap(hexadecimalValue)[...]
    while !digits.isEmpty {
      let chunk = digits.prefix(8)
      digits = digits.dropFirst(8)
      let factor = UInt64(1) << (4 * UInt64(chunk.count))
      var carry = chunk.reduce(0) { $0 << 4 | $1 }
      for index in limbs.indices {
        let sum = limbs[index] * factor + carry
        limbs[index] = sum % base
        carry = sum / base
      }
      while carry > 0 {
        limbs.append(carry % base)
        carry /= base
      }
    }
    var text = String(limbs.last ?? 0)
    for limb in limbs.dropLast().reversed() {
      let digits = String(limb)
      text += String(repeating: "0", count: 9 - digits.count) + digits
    }
    return text
  }

  private static func hexadecimalValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
