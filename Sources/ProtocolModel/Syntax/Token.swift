/// One word or sign of the source, without its text: that is the file's bytes
/// from `start` to `end`.
struct Token: Sendable {
  var kind: Kind
  var start: Int32
  var end: Int32
  /// True if only blanks and comments stand before it on its line.
  var isFirstOnLine: Bool

  /// What a token is. Keywords and signs have their text as raw value.
  enum Kind: String, CaseIterable, Sendable {
    case identifier = "a name"
    case integer = "a number"
    case string = "a string"
    case hole = "_"
    /// Something that the lexer has complained about.
    case invalid = "an unexpected character"
    case end = "the end of the text"

    case module, const, `var`, assume, type
    case val, def, pure, action, run, temporal, nondet
    case all, any, `if`, `else`
    case int, str, bool
    case `true`, `false`
    case and, or, iff, implies, leadsTo
    case match, `import`, export
    case from, `as`
    case set = "Set"
    case list = "List"

    case leftBrace = "{"
    case rightBrace = "}"
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBracket = "["
    case rightBracket = "]"
    case comma = ","
    case semicolon = ";"
    case colon = ":"
    case doubleColon = "::"
    case dot = "."
    case ellipsis = "..."
    case prime = "'"
    case bar = "|"
    case equal = "="
    case doubleArrow = "=>"
    case arrow = "->"
    case doubleEqual = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case plus = "+"
    case minus = "-"
    case star = "*"
    case slash = "/"
    case percent = "%"
    case caret = "^"
  }
}

extension Token.Kind {
  /// Words that look like names but are not.
  static let keywords: [String: Token.Kind] = {
    var words: [String: Token.Kind] = [:]
    for kind in allCases where kind.rawValue.utf8.allSatisfy(Lexer.isLetter) { words[kind.rawValue] = kind }
    return words
  }()

  var isKeyword: Bool { Self.keywords[rawValue] == self }

  /// Names, and the keywords that may stand for names everywhere.
  var isIdentifier: Bool {
    switch self {
    case .identifier, .from, .as, .set, .list: true
    default: false
    }
  }

  /// Words that the grammar takes as names, but only to refuse them (`QNT008`).
  var isReserved: Bool { isNamedConnective || self == .match || self == .import || self == .export }

  /// Infix words that can be called like any operator: `and(a, b)`, `a.and(b)`.
  var isNamedConnective: Bool {
    switch self {
    case .and, .or, .iff, .implies, .leadsTo: true
    default: false
    }
  }

  var startsDefinition: Bool {
    switch self {
    case .val, .def, .pure, .action, .run, .temporal, .nondet: true
    default: false
    }
  }

  var startsDeclaration: Bool {
    switch self {
    case .const, .var, .assume, .type, .import, .export: true
    default: startsDefinition
    }
  }

  var startsExpression: Bool {
    switch self {
    case .identifier, .integer, .string, .hole, .true, .false, .from, .as, .set, .list: true
    case .and, .or, .iff, .implies, .leadsTo, .match, .all, .any, .if: true
    case .leftBrace, .leftParenthesis, .leftBracket, .minus: true
    // Leave it to the parser of expressions to pass over it silently.
    case .invalid: true
    default: startsDefinition
    }
  }

  /// The bracket that closes this one.
  var closingBracket: Token.Kind? {
    switch self {
    case .leftBrace: .rightBrace
    case .leftParenthesis: .rightParenthesis
    case .leftBracket: .rightBracket
    default: nil
    }
  }

  var isClosingBracket: Bool {
    self == .rightBrace || self == .rightParenthesis || self == .rightBracket
  }
}

/// All tokens of a file, with what the parser wants to look up in them.
struct TokenList: Sendable {
  /// The last one is `.end`.
  var tokens: [Token] = []
  /// Doc comments in order; `documentationRanges[i]` are those right before token `i`.
  var documentation: [DocumentationLine] = []
  var documentationRanges: [Int: Range<Int>] = [:]
  /// For an opening bracket the index of its closing one; -1 without, and for other tokens.
  private(set) var partners: [Int32] = []
  /// For an opening bracket: whether a comma stands directly inside.
  private(set) var hasComma: [Bool] = []

  /// Fills `partners` and `hasComma`. A closing bracket of the wrong kind closes nothing.
  ///
  /// - Complexity: O(number of tokens).
  mutating func matchBrackets() {
    partners = Array(repeating: -1, count: tokens.count)
    hasComma = Array(repeating: false, count: tokens.count)
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      if token.kind.closingBracket != nil {
        open.append(index)
      } else if token.kind == .comma, let last = open.last {
        hasComma[last] = true
      } else if token.kind.isClosingBracket, let last = open.last,
        tokens[last].kind.closingBracket == token.kind
      {
        partners[last] = Int32(index)
        open.removeLast()
      }
    }
  }
}
