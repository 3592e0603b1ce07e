/// Where to go on after a syntax error.
///
/// Declarations begin with the same words as nested definitions, and after an
/// error brackets cannot be trusted. Hence two signs are weighed: a word begins a
/// declaration if all brackets opened since the faulty one are closed, or if it
/// begins a line no further to the right than the faulty one. Missing a
/// declaration costs a later message; taking a nested definition for one would
/// produce false messages.
extension Parser {
  /// Skips from the faulty declaration, whose first token is `start`, to a token
  /// that begins a declaration or `module`, closes the module, or ends the text.
  /// Goes at least one token beyond `start`.
  mutating func skipToNextDeclaration(from start: Int) {
    let column = tokens[start].isFirstOnLine ? self.column(of: start) : nil
    var brackets = OpenBrackets()
    for index in start..<max(start, position) { brackets.follow(kind(at: index)) }
    if position == start {
      brackets.follow(current)
      advance()
    }
    while current != .end, !endsSkipping(depth: brackets.depth, column: column) {
      brackets.follow(current)
      advance()
    }
  }

  /// True if the declaration that began in `column` (nil if inside a line) ends
  /// before the current token; `depth` is the number of brackets still open.
  private func endsSkipping(depth: Int, column: Int?) -> Bool {
    if beginsModule(at: position) { return true }
    let isFirst = tokens[position].isFirstOnLine
    let ownColumn = isFirst ? self.column(of: position) : nil
    if current == .rightBrace {
      if let column, let ownColumn, ownColumn < column { return true }
      return depth == 0
    }
    let isSecondWord = position > 0 && kind(at: position - 1) == .pure
    guard current.startsDeclaration, !isSecondWord else { return false }
    if let column, let ownColumn {
      return ownColumn <= column || (depth == 0 && !current.startsDefinition)
    }
    return depth == 0
  }

  /// Skips to the next `module` that is followed by a name.
  mutating func skipToNextModule() {
    while current != .end, !beginsModule(at: position) { advance() }
  }

  func beginsModule(at index: Int) -> Bool { kind(at: index) == .module && canBeName(at: index + 1) }

  func column(of index: Int) -> Int { file.position(of: Int(tokens[index].start)).column }
}

/// Brackets that are open, in a text where any may be missing.
private struct OpenBrackets {
  /// The closing brackets to come, the next one last.
  private var awaited: [Token.Kind] = []
  private var counts: [Token.Kind: Int] = [:]

  var depth: Int { awaited.count }

  /// Takes the next token. A closing bracket that nobody waits for is passed over;
  /// one that several wait for closes the innermost and what was left open inside.
  ///
  /// - Complexity: O(1) amortized.
  mutating func follow(_ kind: Token.Kind) {
    if let closing = kind.closingBracket {
      awaited.append(closing)
      counts[closing, default: 0] += 1
    } else if kind.isClosingBracket, counts[kind, default: 0] > 0 {
      while let last = awaited.popLast() {
        counts[last, default: 0] -= 1
        if last == kind { break }
      }
    }
  }
}
