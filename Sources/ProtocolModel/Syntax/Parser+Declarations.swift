/// Modules, and the declarations other than operators and types.
extension Parser {
  /// All modules of the text. Never fails: what cannot be read is reported and skipped.
  mutating func modules() -> [SyntaxModule] {
    var modules: [SyntaxModule] = []
    if current == .end, diagnostics.isEmpty { _ = fail("expected a module: `module name { ... }`") }
    while current != .end {
      if current == .module {
        let start = position
        do throws(SyntaxFailure) {
          modules.append(try module())
        } catch {
          if position == start { advance() }
          skipToNextModule()
        }
      } else if current == .rightBrace, surplusBraces > 0 {
        surplusBraces -= 1
        advance()
      } else {
        let isFirst = modules.isEmpty && diagnostics.isEmpty
        let message =
          isFirst
          ? "expected `module`: all declarations stand in modules"
          : "expected `module` or the end of the text after a module"
        if current == .invalid {
          _ = fail(message)
        } else {
          report(.general, message, at: range(at: position))
        }
        skipToNextModule()
      }
    }
    return modules
  }

  private mutating func module() throws(SyntaxFailure) -> SyntaxModule {
    let start = position
    let documentation = documentation(at: start)
    advance()
    let name = try qualifiedName("the name of the module")
    let opening = position
    try expect(.leftBrace, "after the name of the module")
    let declarations = moduleBody()
    if current == .module, !tokens[position].isFirstOnLine || column(of: position) > column(of: start) {
      // Goes on as if it stood behind.
      _ = fail("modules do not nest")
      surplusBraces += 1
    } else if current != .rightBrace {
      _ = fail("expected `}` to close the module `\(name.text)` opened at \(place(of: opening))")
    } else {
      advance()
    }
    return SyntaxModule(
      id: makeID(), range: range(from: start), name: name, documentation: documentation,
      declarations: declarations)
  }

  /// The declarations up to the closing brace, the next `module`, or the end.
  private mutating func moduleBody() -> [SyntaxDeclaration] {
    var declarations: [SyntaxDeclaration] = []
    while current != .rightBrace, current != .end, !beginsModule(at: position) {
      let start = position
      let reportedBefore = diagnostics.count
      depth = 0
      continuations = []
      doubtfulDefinition = nil
      declarationColumn = tokens[start].isFirstOnLine ? column(of: start) : nil
      do throws(SyntaxFailure) {
        declarations += try declaration()
        if !isAtDeclarationEnd {
          throw fail("unexpected \(currentText): expected the next declaration or the end of the module")
        }
      } catch {
        if let doubtful = doubtfulDefinition, doubtful > start {
          diagnostics.removeSubrange(reportedBefore...)
          position = doubtful
          _ = fail("expected an expression before this definition")
        } else {
          skipToNextDeclaration(from: start)
        }
      }
    }
    return declarations
  }

  private var isAtDeclarationEnd: Bool {
    current.startsDeclaration || current == .rightBrace || current == .end || beginsModule(at: position)
  }

  /// One declaration as written; a pattern declares several names.
  mutating func declaration() throws(SyntaxFailure) -> [SyntaxDeclaration] {
    let start = position
    let documentation = documentation(at: start)
    let kind: SyntaxDeclaration.Kind
    switch current {
    case .const, .var:
      let isConstant = current == .const
      advance()
      let what = isConstant ? "constant" : "variable"
      let name = try qualifiedName("the name of the \(what)")
      try expect(.colon, "and a type after the name of the \(what)")
      let type = try type()
      kind = isConstant ? .constant(name: name, type: type) : .variable(name: name, type: type)
    case .assume:
      advance()
      let name = try nameOrHole("a name or `_` for the assumption")
      try expect(.equal, "after the name of the assumption")
      kind = .assume(name: name, body: try expression())
    case .type:
      kind = try typeDefinition()
    case .import:
      kind = try importOrInstance()
    case .export:
      kind = try exportDeclaration()
    case _ where current.startsDefinition:
      return try definition(documentation: documentation).map {
        SyntaxDeclaration(
          id: $0.id, range: $0.range, documentation: $0.documentation, kind: .definition($0))
      }
    default:
      throw fail("unexpected \(currentText): expected a declaration")
    }
    return [
      SyntaxDeclaration(id: makeID(), range: range(from: start), documentation: documentation, kind: kind)
    ]
  }

  private mutating func importOrInstance() throws(SyntaxFailure) -> SyntaxDeclaration.Kind {
    advance()
    let module = try qualifiedName("the name of a module")
    if current == .leftParenthesis { return try instance(of: module) }
    let selection = try selection()
    return .importing(SyntaxImport(module: module, selection: selection, path: try importPath()))
  }

  private mutating func exportDeclaration() throws(SyntaxFailure) -> SyntaxDeclaration.Kind {
    advance()
    let module = try qualifiedName("the name of a module")
    let export = SyntaxExport(module: module, selection: try selection())
    if current == .from, kind(ahead: 1) == .string { throw fail("an export takes no `from`") }
    return .exporting(export)
  }

  /// `.x`, `.*`, `as N` or nothing.
  private mutating func selection() throws(SyntaxFailure) -> SyntaxImport.Selection {
    if accept(.dot) {
      return accept(.star) ? .all : .name(try qualifiedName("a name or `*` after `.`"))
    }
    return accept(.as) ? .renamed(try qualifiedName("a name after `as`")) : .qualified
  }

  private mutating func importPath() throws(SyntaxFailure) -> Identifier? {
    guard accept(.from) else { return nil }
    guard current == .string else { throw fail("expected a path in double quotes after `from`") }
    advance()
    return Identifier(stringValue(at: position - 1), range(at: position - 1))
  }

  private mutating func instance(of module: Identifier) throws(SyntaxFailure) -> SyntaxDeclaration.Kind {
    let opening = position
    advance()
    var overrides: [SyntaxInstance.Override] = []
    repeat {
      if current == .rightParenthesis, !overrides.isEmpty { break }
      if current == .star { throw fail("`*` is no override: name each constant, as in `N = N`") }
      let name = try qualifiedName("the name of a constant")
      try expect(.equal, "after the name of the constant")
      overrides.append(SyntaxInstance.Override(name: name, value: try expression()))
    } while accept(.comma)
    try expectClosing(opening, of: "the list of constants")
    var rename: Identifier?
    if accept(.as) {
      rename = try qualifiedName("a name after `as`")
    } else if current == .dot, kind(ahead: 1) == .star {
      advance()
      advance()
    } else {
      throw fail("expected `.*` or `as` and a name: an instance is imported as a whole")
    }
    return .instance(
      SyntaxInstance(module: module, overrides: overrides, rename: rename, path: try importPath()))
  }
}
