/// Where `nondet`, `oneOf` and `apalache::generate` may stand.
///
/// `oneOf` is no function: it has a meaning only as the outermost operator of a nested
/// `nondet` definition. We ask for this also inside of its argument, which Quint does not.
struct NondetRules {
  private let program: ResolvedProgram
  private var diagnostics: [Diagnostic] = []

  init(_ program: ResolvedProgram) {
    self.program = program
  }

  mutating func check() -> [Diagnostic] {
    for module in program.modules {
      for id in module.definitions {
        switch program.definitions[id]?.kind {
        case .definition(let definition)?: checkGlobal(definition)
        case .assume(let body)?: walk(body)
        case .constant?, .variable?, .type?, .variant?, nil: break
        }
      }
      for id in module.instances {
        for entry in program.instances[id]?.overrides ?? [] { walk(entry.value) }
      }
    }
    return diagnostics
  }

  mutating func check(_ expression: SyntaxExpression) -> [Diagnostic] {
    walk(expression)
    return diagnostics
  }

  private mutating func checkGlobal(_ definition: SyntaxDefinition) {
    guard let body = definition.body else { return }
    guard definition.qualifier == .nondet else { return walk(body) }
    diagnostics.append(
      Diagnostic(
        .nondetAtTopLevel, "`nondet \(definition.name.text)` can only stand inside of an action",
        at: definition.name.range, hint: "declare it where its value is used"))
    if case .application(_, let arguments, _) = body.kind, isPick(body) {
      for argument in arguments { walk(argument) }
    } else {
      walk(body)
    }
  }

  private mutating func walk(_ expression: SyntaxExpression) {
    var open = [expression]
    while let next = open.popLast() {
      switch next.kind {
      case .integer, .boolean, .string: break
      case .name: if isPick(next) { reportPick(next) }
      case .lambda(_, let body, _): open.append(body)
      case .application(_, let arguments, _):
        if isPick(next) { reportPick(next) }
        open += arguments
      case .letIn(let definition, let body):
        open.append(body)
        guard let value = definition.body else { break }
        guard definition.qualifier == .nondet else {
          open.append(value)
          break
        }
        if case .application(_, let arguments, _) = value.kind, isPick(value) {
          open += arguments
        } else {
          reportBody(of: definition, value)
        }
      }
    }
  }

  private func isPick(_ expression: SyntaxExpression) -> Bool {
    guard case .builtin(let builtin)? = program.references[expression.id]?.target else { return false }
    return builtin == .oneOf || builtin == .generate
  }

  private mutating func reportPick(_ expression: SyntaxExpression) {
    let name = program.references[expression.id]?.target == .builtin(.generate) ? "generate" : "oneOf"
    let text = name == "oneOf" ? "oneOf" : Builtin.generate.rawValue
    diagnostics.append(
      Diagnostic(
        .oneOfOutsideNondet,
        "`\(text)` can only be the outermost operator of a `nondet` definition", at: expression.range,
        hint: "write `nondet x = ...` before the expression, and use x"))
  }

  private mutating func reportBody(of definition: SyntaxDefinition, _ value: SyntaxExpression) {
    diagnostics.append(
      Diagnostic(
        .nondetBodyNotOneOf,
        "the outermost operator of `nondet \(definition.name.text)` must be `oneOf` or "
          + "`apalache::generate`", at: value.range))
  }
}
