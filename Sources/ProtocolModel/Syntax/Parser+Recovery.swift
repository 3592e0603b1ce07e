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
    var open: [Token.Kind] = []
    for index in start..<max(start, position) { followBracket(index, &open) }
    if position == start {
      followBracket(position, &open)
      advance()
    }
    while current != .end, !endsSkipping(depth: open.count, column: column) {
      followBracket(position, &open)
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

  /// Keeps the closing brackets that are still to come. One that nobody waits
  /// for is passed over; one that several wait for closes the innermost and what
  /// was left open inside.
  private func followBracket(_ index: Int, _ open: inout [Token.Kind]) {
    let kind = tokens[index].kind
    if let closing = kind.closingBracket {
      open.append(closing)
    } else if kind.isClosingBracket, let match = open.lastIndex(of: kind) {
      open.removeSubrange(match...)
    }
  }
}
