/// Recursive descent over the tokens of one file; operators by precedence climbing.
///
/// A function named after a form parses it from the current token on, or records
/// a diagnostic and throws. The throw ends the declaration; the parser goes on at
/// the next one (`Parser+Recovery.swift`). Errors that leave no doubt about what
/// was meant (`QNT006`, `QNT009`, ...) are recorded without a throw.
///
/// Depth is bounded twice. `depth` counts calls under way, so that deep nesting
/// does not exhaust the parser's stack. `heights` holds the height of every tree
/// built, since chains such as `1 + 1 + 1 ...` grow to the left in a loop: no
/// later stage meets a tree higher than `nestingLimit`.
///
/// Blanks mean nothing to Quint, so the end of a nested definition is not marked:
/// in `val p = q (p, r)` the parenthesis can continue the body or start the
/// expression after it. The longest body wins, unless no expression follows; then
/// the last continuation that begins a line is taken for the next expression.

/// What a file contains.
public struct ParsedFile: Sendable {
  public var modules: [SyntaxModule]
  public var diagnostics: [Diagnostic]
}

/// What a line typed at a prompt contains.
public enum ParsedInput: Sendable {
  case declarations([SyntaxDeclaration])
  case expression(SyntaxExpression)
  /// Nothing but blanks and comments.
  case nothing
}

/// Thrown after the diagnostic was recorded.
struct SyntaxFailure: Error {}

public struct Parser {
  /// Levels of nesting that are accepted. Walking so deep a tree needs a large
  /// stack, see `runOnLargeStack`.
  public static let nestingLimit = 8_000
  /// Larger files are refused: offsets are 32 bits.
  public static let sizeLimit = 256 << 20

  let file: SourceFile
  let list: TokenList
  let tokens: [Token]
  var nodeIDs: NodeIDs
  var diagnostics: [Diagnostic]
  /// Index of the current token.
  var position = 0
  var depth = 0
  /// Height of each expression by id, counted from `firstID`.
  var heights: [Int32] = []
  private let firstID: NodeID
  /// Tokens at which an expression ends although it could go on.
  var forcedEnds = Set<Int>()
  /// Tokens that begin a line, continue an expression although they could begin
  /// one, and stand outside of all brackets that are closed by now.
  var continuations: [Int] = []
  /// Tokens that may still be read again, so that reading stays linear.
  var rereadBudget: Int
  /// First nested definition of the current declaration that is indented like
  /// a declaration: if parsing fails, something before it was left out.
  var doubtfulDefinition: Int?
  /// Closing braces to come of modules that were ended before a module inside.
  var surplusBraces = 0
  /// Column of the current declaration if it begins its line.
  var declarationColumn: Int?

  init(_ file: SourceFile, nodeIDs: NodeIDs) {
    self.file = file
    self.nodeIDs = nodeIDs
    firstID = nodeIDs.next
    if file.bytes.count > Self.sizeLimit {
      var empty = TokenList()
      empty.tokens = [Token(kind: .end, start: 0, end: 0, isFirstOnLine: true)]
      empty.matchBrackets()
      list = empty
      diagnostics = [
        Diagnostic(
          .general, "the file is larger than \(Self.sizeLimit >> 20) MiB",
          at: SourceRange(file: file.id, start: 0, end: 0))
      ]
    } else {
      (list, diagnostics) = Lexer.tokenize(file)
    }
    tokens = list.tokens
    rereadBudget = 20 * tokens.count
  }

  /// All modules of a file.
  ///
  /// - Complexity: O(size of the file).
  public static func parse(_ file: SourceFile, nodeIDs: inout NodeIDs) -> ParsedFile {
    var parser = Parser(file, nodeIDs: nodeIDs)
    let modules = parser.modules()
    nodeIDs = parser.nodeIDs
    return ParsedFile(modules: modules, diagnostics: parser.diagnostics.sortedByPlace())
  }

  /// One expression that fills the whole text, as in command-line options.
  public static func parseExpression(
    _ file: SourceFile, nodeIDs: inout NodeIDs
  ) -> (SyntaxExpression?, [Diagnostic]) {
    var parser = Parser(file, nodeIDs: nodeIDs)
    let expression = try? parser.wholeExpression()
    nodeIDs = parser.nodeIDs
    return (expression, parser.diagnostics.sortedByPlace())
  }

  /// One type that fills the whole text.
  public static func parseType(
    _ file: SourceFile, nodeIDs: inout NodeIDs
  ) -> (SyntaxType?, [Diagnostic]) {
    var parser = Parser(file, nodeIDs: nodeIDs)
    let type = try? parser.wholeType()
    nodeIDs = parser.nodeIDs
    return (type, parser.diagnostics.sortedByPlace())
  }

  /// A declaration or else an expression that fills the whole text, as typed at a prompt.
  public static func parseInput(
    _ file: SourceFile, nodeIDs: inout NodeIDs
  ) -> (ParsedInput?, [Diagnostic]) {
    var parser = Parser(file, nodeIDs: nodeIDs)
    let input = try? parser.input()
    nodeIDs = parser.nodeIDs
    return (input, parser.diagnostics.sortedByPlace())
  }

  private mutating func wholeExpression() throws(SyntaxFailure) -> SyntaxExpression {
    let expression = try expression()
    try expectEnd(after: "the expression")
    return expression
  }

  private mutating func wholeType() throws(SyntaxFailure) -> SyntaxType {
    let type = try type()
    try expectEnd(after: "the type")
    return type
  }

  private mutating func input() throws(SyntaxFailure) -> ParsedInput {
    if current == .end { return .nothing }
    guard current.startsDeclaration else { return .expression(try wholeExpression()) }
    let diagnosticsBefore = diagnostics
    // `val x = 1 x + 1` fails as a declaration and is an expression.
    do throws(SyntaxFailure) {
      let declarations = try declaration()
      if current == .end { return .declarations(declarations) }
      if !current.startsExpression { try expectEnd(after: "the declaration") }
    } catch {
      if !diagnostics.isEmpty { throw error }
    }
    position = 0
    diagnostics = diagnosticsBefore
    return .expression(try wholeExpression())
  }

  private mutating func expectEnd(after what: String) throws(SyntaxFailure) {
    if current != .end { throw fail("unexpected \(currentText) after \(what)") }
  }
}

// MARK: Tokens

extension Parser {
  var current: Token.Kind { tokens[position].kind }

  /// The kind of a later token; `.end` beyond the last.
  func kind(ahead distance: Int) -> Token.Kind { kind(at: position + distance) }

  func kind(at index: Int) -> Token.Kind { index < tokens.count ? tokens[index].kind : .end }

  /// Goes to the next token; stays at the end.
  mutating func advance() {
    if position + 1 < tokens.count { position += 1 }
  }

  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard current == kind else { return false }
    advance()
    return true
  }

  func range(at index: Int) -> SourceRange {
    SourceRange(file: file.id, start: tokens[index].start, end: tokens[index].end)
  }

  /// From a token to the last one that was read.
  func range(from index: Int) -> SourceRange {
    let last = max(index, position - 1)
    return SourceRange(file: file.id, start: tokens[index].start, end: tokens[last].end)
  }

  func text(at index: Int) -> String { file.text(in: range(at: index)) }

  /// The current token for a message, in backquotes.
  var currentText: String {
    current == .end ? current.rawValue : "`\(text(at: position))`"
  }

  func documentation(at index: Int) -> [DocumentationLine] {
    list.documentationRanges[index].map { Array(list.documentation[$0]) } ?? []
  }

  /// `line:column` of a token, for messages.
  func place(of index: Int) -> String {
    let position = file.position(of: Int(tokens[index].start))
    return "\(position.line):\(position.column)"
  }
}

// MARK: Diagnostics

extension Parser {
  /// Records an error that does not end the declaration.
  mutating func report(_ id: DiagnosticID, _ message: String, at range: SourceRange, hint: String? = nil) {
    diagnostics.append(Diagnostic(id, message, at: range, hint: hint))
  }

  /// Records an error at the current token. Silent where the lexer has spoken.
  mutating func fail(_ message: String, hint: String? = nil) -> SyntaxFailure {
    let isReported =
      current == .invalid || (current == .end && position > 0 && kind(at: position - 1) == .invalid)
    if !isReported {
      let message = current == .end ? "\(message), but the text ends here" : message
      diagnostics.append(Diagnostic(.general, message, at: placeOfMissing(), hint: hint))
    }
    return SyntaxFailure()
  }

  /// The current token, or the end of the one before if that ends another line:
  /// there is where something is missing.
  private func placeOfMissing() -> SourceRange {
    guard position > 0, tokens[position].isFirstOnLine || current == .end else { return range(at: position) }
    let end = tokens[position - 1].end
    return SourceRange(file: file.id, start: end, end: end)
  }

  mutating func expect(_ kind: Token.Kind, _ purpose: String) throws(SyntaxFailure) {
    if !accept(kind) { throw fail("expected `\(kind.rawValue)` \(purpose)") }
  }

  /// The closing bracket of the opening one at `opening`.
  mutating func expectClosing(_ opening: Int, of what: String) throws(SyntaxFailure) {
    guard let closing = tokens[opening].kind.closingBracket, !accept(closing) else {
      return dropContinuations(after: opening)
    }
    throw fail("expected `\(closing.rawValue)` to close \(what) opened at \(place(of: opening))")
  }

  /// The closing bracket behind the entries of a list. Before something that could
  /// be an entry, the comma is missing rather.
  mutating func expectListEnd(_ opening: Int, of what: String) throws(SyntaxFailure) {
    if current.startsExpression, let closing = tokens[opening].kind.closingBracket {
      throw fail("expected `,` or `\(closing.rawValue)` in \(what) opened at \(place(of: opening))")
    }
    try expectClosing(opening, of: what)
  }

  /// Remembers the current token, which continues an expression, if it is one at
  /// which the expression could have ended.
  mutating func noteContinuation() {
    guard tokens[position].isFirstOnLine else { return }
    let next = kind(ahead: 1)
    switch current {
    case .leftParenthesis, .leftBracket, .minus: continuations.append(position)
    case .and where next == .leftBrace, .or where next == .leftBrace: continuations.append(position)
    case _ where current.isNamedConnective && next == .leftParenthesis: continuations.append(position)
    default: break
    }
  }

  mutating func dropContinuations(after index: Int) {
    while let last = continuations.last, last > index { continuations.removeLast() }
  }

  /// Counts a level of nesting; every `enter` has its `leave`.
  mutating func enter() throws(SyntaxFailure) {
    if depth >= Self.nestingLimit { throw failNesting(at: range(at: position)) }
    depth += 1
  }

  mutating func leave() { depth -= 1 }

  mutating func failNesting(at range: SourceRange) -> SyntaxFailure {
    report(
      .general, "nested too deeply: more than \(Self.nestingLimit) levels",
      at: SourceRange(file: range.file, start: range.start, end: min(range.end, range.start + 1)))
    return SyntaxFailure()
  }
}

// MARK: Nodes

extension Parser {
  mutating func makeID() -> NodeID {
    heights.append(0)
    return nodeIDs.make()
  }

  /// A node that spans from a token to the last one read.
  mutating func make(
    _ kind: SyntaxExpression.Kind, from start: Int
  ) throws(SyntaxFailure) -> SyntaxExpression {
    try make(kind, at: range(from: start))
  }

  mutating func make(
    _ kind: SyntaxExpression.Kind, at range: SourceRange
  ) throws(SyntaxFailure) -> SyntaxExpression {
    var height: Int32 = 0
    switch kind {
    case .name, .integer, .boolean, .string: break
    case .application(_, let arguments, _):
      for argument in arguments { height = max(height, self.height(of: argument)) }
    case .lambda(_, let body, _): height = self.height(of: body)
    case .letIn(let definition, let body):
      height = max(self.height(of: body), definition.body.map { self.height(of: $0) } ?? 0)
    }
    height += 1
    if height > Int32(Self.nestingLimit) { throw failNesting(at: range) }
    let id = makeID()
    heights[heights.count - 1] = height
    return SyntaxExpression(id: id, range: range, kind: kind)
  }

  private func height(of expression: SyntaxExpression) -> Int32 { heights[Int(expression.id - firstID)] }

  /// An application of the built-in that a form stands for.
  mutating func makeApplication(
    _ name: String, at nameRange: SourceRange, _ arguments: [SyntaxExpression],
    _ form: SyntaxExpression.Form, from start: Int
  ) throws(SyntaxFailure) -> SyntaxExpression {
    try make(
      .application(operatorName: Identifier(name, nameRange), arguments: arguments, form: form), from: start)
  }
}

// MARK: Names

extension Parser {
  /// True if the token can be read as a part of a name, if only to refuse it.
  /// `import M` and `export M` begin a declaration rather.
  func canBeName(at index: Int) -> Bool {
    switch kind(at: index) {
    case .import, .export: !kind(at: index + 1).isIdentifier
    case let kind: kind.isIdentifier || kind.isReserved
    }
  }

  /// A name with or without `::`. Reserved words in it are reported and taken.
  mutating func qualifiedName(_ what: String) throws(SyntaxFailure) -> Identifier {
    let start = position
    var text = try namePart(what)
    while current == .doubleColon {
      advance()
      text += "::" + (try namePart("a name after `::`"))
    }
    return Identifier(text, range(from: start))
  }

  private mutating func namePart(_ what: String) throws(SyntaxFailure) -> String {
    let text = text(at: position)
    guard canBeName(at: position) else {
      if current.isKeyword, !current.startsDeclaration || !tokens[position].isFirstOnLine {
        let message = "`\(text)` is a keyword and cannot be used as a name"
        // `val const = 1`: taken as the name that it was meant to be.
        guard [.equal, .colon, .leftParenthesis].contains(kind(ahead: 1)) else {
          throw fail(message)
        }
        report(.general, message, at: range(at: position))
        advance()
        return text
      }
      throw fail("expected \(what)")
    }
    if current.isReserved {
      report(
        .reservedOrQualifiedName, "reserved keyword `\(text)` cannot be used as a name",
        at: range(at: position))
    }
    advance()
    return text
  }

  /// A name without `::`; with one it is reported and taken.
  mutating func simpleName(_ what: String) throws(SyntaxFailure) -> Identifier {
    let name = try qualifiedName(what)
    if name.text.utf8.contains(UInt8(ascii: ":")) {
      report(.reservedOrQualifiedName, "\(what) cannot be qualified with `::`", at: name.range)
    }
    return name
  }

  /// A name or `_`.
  mutating func nameOrHole(_ what: String) throws(SyntaxFailure) -> Identifier {
    guard current == .hole else { return try qualifiedName(what) }
    advance()
    return Identifier("_", range(at: position - 1))
  }
}
