/// Cuts a text into tokens.
///
/// Works on bytes and takes any: what is no token becomes one diagnostic and an
/// `.invalid` token, over which the parser stumbles without a second message.
/// Only the contents of strings and comments may be other than ASCII. Ordinary
/// comments vanish; doc comments are kept aside, for the token that they precede.
struct Lexer {
  private let file: SourceFile
  private let bytes: [UInt8]
  private var offset = 0
  private var list = TokenList()
  private var diagnostics: [Diagnostic] = []
  private var isAtLineStart = true
  /// Index of the first doc comment that no token has claimed.
  private var unclaimedDocumentation = 0

  private init(_ file: SourceFile) {
    self.file = file
    bytes = file.bytes
  }

  /// The tokens of a file and what is wrong with them.
  ///
  /// - Complexity: O(size of the file), but quadratic in the length of a hexadecimal literal
  ///   when the parser asks for its value.
  static func tokenize(_ file: SourceFile) -> (TokenList, [Diagnostic]) {
    var lexer = Lexer(file)
    lexer.skipFileHead()
    while lexer.offset < lexer.bytes.count { lexer.scan() }
    lexer.offset = lexer.bytes.count
    lexer.append(.end, from: lexer.bytes.count)
    lexer.list.matchBrackets()
    return (lexer.list, lexer.diagnostics)
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || ((byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "f"))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
  }

  /// The byte at a distance from the current one; 0 beyond the end.
  private func peek(_ distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  private func range(from start: Int) -> SourceRange {
    SourceRange(file: file.id, start: Int32(start), end: Int32(offset))
  }

  private mutating func append(_ kind: Token.Kind, from start: Int) {
    if unclaimedDocumentation < list.documentation.count {
      list.documentationRanges[list.tokens.count] = unclaimedDocumentation..<list.documentation.count
      unclaimedDocumentation = list.documentation.count
    }
    list.tokens.append(
      Token(kind: kind, start: Int32(start), end: Int32(offset), isFirstOnLine: isAtLineStart))
    isAtLineStart = false
  }

  /// Records an error, unless there are so many that the file is no text at all.
  private mutating func report(_ message: String, from start: Int, hint: String? = nil) {
    guard diagnostics.count < 1_000 else { return }
    diagnostics.append(Diagnostic(.general, message, at: range(from: start), hint: hint))
  }

  /// A byte order mark, and a line starting `#!`.
  private mutating func skipFileHead() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    if peek() == UInt8(ascii: "#"), peek(1) == UInt8(ascii: "!") { skipLine() }
  }

  private mutating func skipLine() {
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
  }

  /// Passes over one blank, comment or token.
  private mutating func scan() {
    let byte = bytes[offset]
    switch byte {
    case UInt8(ascii: "\n"):
      isAtLineStart = true
      offset += 1
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
      offset += 1
    case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
      scanLineComment()
    case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
      scanBlockComment()
    case UInt8(ascii: "\""):
      scanString()
    case _ where Self.isDigit(byte):
      scanNumber()
    case _ where Self.isWordByte(byte):
      scanWord()
    default:
      scanSign()
    }
  }

  private mutating func scanLineComment() {
    let start = offset
    skipLine()
    guard start + 2 < offset, bytes[start + 2] == UInt8(ascii: "/") else { return }
    var textStart = start + 3
    if textStart < offset, bytes[textStart] == UInt8(ascii: " ") { textStart += 1 }
    var textEnd = offset
    if textEnd > textStart, bytes[textEnd - 1] == UInt8(ascii: "\r") { textEnd -= 1 }
    let text = String(decoding: bytes[textStart..<textEnd], as: UTF8.self)
    list.documentation.append(DocumentationLine(text: text, range: range(from: start)))
  }

  private mutating func scanBlockComment() {
    let start = offset
    offset += 2
    while offset < bytes.count {
      if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        offset += 2
        return
      }
      if peek() == UInt8(ascii: "\n") { isAtLineStart = true }
      offset += 1
    }
    let end = offset
    offset = start + 2
    report("this comment has no end", from: start, hint: "close it with `*/`")
    offset = end
    append(.invalid, from: start)
  }

  /// A string runs to the next quote. Without one it is taken to end with its
  /// line, so that the rest of the file can be read.
  private mutating func scanString() {
    let start = offset
    offset += 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") { offset += 1 }
    if offset < bytes.count {
      offset += 1
    } else {
      offset = start
      skipLine()
      report("this string has no end", from: start, hint: "close it with `\"`")
    }
    append(.string, from: start)
  }

  private mutating func scanNumber() {
    let start = offset
    let isHexadecimal = peek() == UInt8(ascii: "0") && (peek(1) | 0x20) == UInt8(ascii: "x")
    if isHexadecimal { offset += 2 }
    let digitsStart = offset
    let isPartOfNumber = isHexadecimal ? Self.isHexDigit : Self.isDigit
    while isPartOfNumber(peek())
      || (offset > digitsStart && peek() == UInt8(ascii: "_") && isPartOfNumber(peek(1)))
    {
      offset += 1
    }
    let digitsEnd = offset
    while Self.isWordByte(peek()) { offset += 1 }
    if digitsEnd == digitsStart {
      report("expected hexadecimal digits after `0x`", from: start)
    } else if offset > digitsEnd {
      let isSeparator = bytes[digitsEnd] == UInt8(ascii: "_")
      report(
        isSeparator
          ? "in a number, `_` stands between two digits"
          : "unexpected `\(String(decoding: bytes[digitsEnd..<offset], as: UTF8.self))` in a number",
        from: start)
    } else if !isHexadecimal, digitsEnd > start + 1, bytes[start] == UInt8(ascii: "0") {
      report("a number of several digits does not start with 0", from: start)
    }
    append(.integer, from: start)
  }

  private mutating func scanWord() {
    let start = offset
    while Self.isWordByte(peek()) { offset += 1 }
    if offset == start + 1, bytes[start] == UInt8(ascii: "_") {
      append(.hole, from: start)
    } else {
      let word = String(decoding: bytes[start..<offset], as: UTF8.self)
      append(Token.Kind.keywords[word] ?? .identifier, from: start)
    }
  }

  private mutating func scanSign() {
    let start = offset
    guard let (kind, length) = signAtOffset() else { return scanJunk() }
    offset += length
    append(kind, from: start)
  }

  /// The longest sign that starts here.
  private func signAtOffset() -> (Token.Kind, Int)? {
    let next = peek(1)
    switch bytes[offset] {
    case UInt8(ascii: "{"): return (.leftBrace, 1)
    case UInt8(ascii: "}"): return (.rightBrace, 1)
    case UInt8(ascii: "("): return (.leftParenthesis, 1)
    case UInt8(ascii: ")"): return (.rightParenthesis, 1)
    case UInt8(ascii: "["): return (.leftBracket, 1)
    case UInt8(ascii: "]"): return (.rightBracket, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: ";"): return (.semicolon, 1)
    case UInt8(ascii: ":"): return next == UInt8(ascii: ":") ? (.doubleColon, 2) : (.colon, 1)
    case UInt8(ascii: "."):
      return next == UInt8(ascii: ".") && peek(2) == UInt8(ascii: ".") ? (.ellipsis, 3) : (.dot, 1)
    case UInt8(ascii: "'"): return (.prime, 1)
    case UInt8(ascii: "|"): return (.bar, 1)
    case UInt8(ascii: "="):
      if next == UInt8(ascii: "=") { return (.doubleEqual, 2) }
      return next == UInt8(ascii: ">") ? (.doubleArrow, 2) : (.equal, 1)
    case UInt8(ascii: "!"): return next == UInt8(ascii: "=") ? (.notEqual, 2) : nil
    case UInt8(ascii: "<"): return next == UInt8(ascii: "=") ? (.lessOrEqual, 2) : (.less, 1)
    case UInt8(ascii: ">"): return next == UInt8(ascii: "=") ? (.greaterOrEqual, 2) : (.greater, 1)
    case UInt8(ascii: "+"): return (.plus, 1)
    case UInt8(ascii: "-"): return next == UInt8(ascii: ">") ? (.arrow, 2) : (.minus, 1)
    case UInt8(ascii: "*"): return (.star, 1)
    case UInt8(ascii: "/"): return (.slash, 1)
    case UInt8(ascii: "%"): return (.percent, 1)
    case UInt8(ascii: "^"): return (.caret, 1)
    default: return nil
    }
  }

  /// A run of bytes that start no token.
  private mutating func scanJunk() {
    let start = offset
    let first = bytes[start]
    offset += 1
    if first < 0x80 {
      while offset < bytes.count, bytes[offset] == first { offset += 1 }
    } else {
      while peek() >= 0x80 { offset += 1 }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if first == UInt8(ascii: "#"), peek() == UInt8(ascii: "!") {
      skipLine()
      report("a line starting `#!` can only be the first of the file", from: start)
    } else if first < 0x20 || first == 0x7F {
      report("unexpected control character", from: start)
    } else if text.unicodeScalars.contains("\u{FFFD}") {
      report("unexpected bytes that are not UTF-8", from: start)
    } else {
      report("unexpected `\(text)`", from: start, hint: Self.remedy(for: first))
    }
    append(.invalid, from: start)
  }

  private static func remedy(for byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "!"): "for negation, write `not(...)`"
    case UInt8(ascii: "&"): "for conjunction, write `and`"
    case UInt8(ascii: "\\"): "strings have no escapes, and operators are written as words"
    default: nil
    }
  }
}
