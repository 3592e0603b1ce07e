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
    var depth = 0
    for index in start..<max(start, position) { countBracket(index, &depth) }
    if position == start {
      countBracket(position, &depth)
      advance()
    }
    while current != .end {
      if beginsModule(at: position) { return }
      let isOutdented = tokens[position].isFirstOnLine && column.map { self.column(of: position) <= $0 } ?? false
      if current.startsDeclaration, !(current == .def || current == .val) || kind(at: position - 1) != .pure {
        if depth <= 0 {
          if isOutdented || !current.startsDefinition || !tokens[position].isFirstOnLine || column == nil { return }
        } else if isOutdented {
          return
        }
      }
      if current == .rightBrace {
        let isLeft = tokens[position].isFirstOnLine && column.map { self.column(of: position) < $0 } ?? false
        if depth <= 0 || isLeft { return }
      }
      countBracket(position, &depth)
      advance()
    }
  }

  /// Skips to the next `module` that is followed by a name.
  mutating func skipToNextModule() {
    while current != .end, !beginsModule(at: position) { advance() }
  }

  func beginsModule(at index: Int) -> Bool { kind(at: index) == .module && canBeName(at: index + 1) }

  func column(of index: Int) -> Int { file.position(of: Int(tokens[index].start)).column }

  private func countBracket(_ index: Int, _ depth: inout Int) {
    if tokens[index].kind.closingBracket != nil {
      depth += 1
    } else if tokens[index].kind.isClosingBracket, depth > 0 {
      depth -= 1
    }
  }
}
