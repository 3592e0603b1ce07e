/// Prints syntax back as Quint source, on one line and with no more parentheses
/// than needed.
///
/// Two questions decide on parentheses. Is the expression weaker than its place
/// allows? And, for what extends as far to the right as it can (`x => e`, `else e`,
/// the expression after a nested definition): does anything follow inside the
/// same brackets that it would swallow?
///
/// Parsing the text yields the same tree but for ids, ranges and `form`. The
/// exceptions are trees that no source has, such as a string with a quote inside.
public enum SyntaxPrinter {
  /// - Complexity: O(size of the expression * its height). Recurses as deep as
  ///   the expression is high, see `runOnLargeStack`.
  public static func text(of expression: SyntaxExpression) -> String {
    ExpressionPrinter.text(expression, at: .pair, isFollowed: false)
  }

  public static func text(of type: SyntaxType) -> String { typeText(type, at: .operation) }

  /// A definition with its qualifier, without doc comments.
  public static func text(of definition: SyntaxDefinition) -> String {
    let body = definition.body.map { " = " + text(of: $0) } ?? ""
    return header(of: definition) + body
  }

  /// A definition up to its body.
  private static func header(of definition: SyntaxDefinition) -> String {
    let parameters = definition.parameters
    let head = "\(definition.qualifier.rawValue) \(definition.name.text)"
    let types = parameters.compactMap(\.type)
    if !parameters.isEmpty, types.count == parameters.count,
      case .operation(_, let result) = definition.annotation?.kind
    {
      let list = zip(parameters, types).map { "\($0.name.text): \(text(of: $1))" }.joined(separator: ", ")
      return "\(head)(\(list)): \(text(of: result))"
    }
    let list = parameters.isEmpty ? "" : "(" + parameters.map(\.name.text).joined(separator: ", ") + ")"
    let annotation = definition.annotation.map { ": " + text(of: $0) } ?? ""
    return head + list + annotation
  }
}

// MARK: Types

extension SyntaxPrinter {
  /// What a place in a type admits without parentheses, from weak to strong.
  private enum TypePrecedence: Int {
    case operation, map, simple
  }

  private static func typeText(_ type: SyntaxType, at place: TypePrecedence) -> String {
    let text = bareText(type)
    let own: TypePrecedence =
      switch type.kind {
      case .operation, .sum: .operation
      case .map: .map
      default: .simple
      }
    return own.rawValue < place.rawValue ? "(\(text))" : text
  }

  private static func bareText(_ type: SyntaxType) -> String {
    switch type.kind {
    case .boolean: return "bool"
    case .integer: return "int"
    case .string: return "str"
    case .variable(let name): return name
    case .named(let name, let arguments): return arguments.isEmpty ? name : "\(name)[\(joined(arguments))]"
    case .set(let element): return "Set[\(text(of: element))]"
    case .list(let element): return "List[\(text(of: element))]"
    case .map(let key, let value):
      return "\(typeText(key, at: .simple)) -> \(typeText(value, at: .map))"
    case .tuple(let entries): return "(\(joined(entries)))"
    case .record(let fields, let tail):
      var parts = fields.map { "\($0.name.text): \(text(of: $0.type))" }.joined(separator: ", ")
      if let tail { parts += (parts.isEmpty ? "| " : " | ") + tail.text }
      return parts.isEmpty ? "{}" : "{ \(parts) }"
    case .sum(let variants):
      let labels = variants.map { variant in
        variant.name.text + (variant.payload.map { "(\(text(of: $0)))" } ?? "")
      }
      // A label alone would be an alias.
      let isAmbiguous = variants.count == 1 && variants.first?.payload == nil
      return (isAmbiguous ? "| " : "") + labels.joined(separator: " | ")
    case .operation(let arguments, let result):
      return "(\(joined(arguments))) => \(text(of: result))"
    }
  }

  private static func joined(_ types: [SyntaxType]) -> String {
    types.map { text(of: $0) }.joined(separator: ", ")
  }
}

// MARK: Expressions

private enum ExpressionPrinter {
  /// The text of an expression for a place that admits operators of at least this
  /// strength; `isFollowed` tells that more text follows in the same brackets.
  static func text(_ expression: SyntaxExpression, at place: Precedence, isFollowed: Bool) -> String {
    switch expression.kind {
    case .name(let name): return name
    case .integer(let digits): return digits
    case .boolean(let value): return value ? "true" : "false"
    case .string(let value): return "\"\(value)\""
    case .lambda(let parameters, let body, let unpacksTuple):
      return open(
        lambdaHead(parameters, unpacksTuple) + " => " + text(body), isFollowed)
    case .letIn(let definition, let body):
      return open(letText(definition, body), isFollowed)
    case .application(let name, let arguments, let form):
      return application(name.text, arguments, form, at: place, isFollowed: isFollowed)
    }
  }

  private static func text(_ expression: SyntaxExpression) -> String {
    text(expression, at: .pair, isFollowed: false)
  }

  private static func list(_ expressions: some Sequence<SyntaxExpression>) -> String {
    expressions.map { text($0) }.joined(separator: ", ")
  }

  private static func open(_ text: String, _ needsParentheses: Bool) -> String {
    needsParentheses ? "(\(text))" : text
  }

  private static func lambdaHead(_ parameters: [SyntaxParameter], _ unpacksTuple: Bool) -> String {
    let names = parameters.map(\.name.text).joined(separator: ", ")
    if unpacksTuple { return "((\(names)))" }
    return parameters.count == 1 ? names : "(\(names))"
  }

  private static func application(
    _ name: String, _ arguments: [SyntaxExpression], _ form: SyntaxExpression.Form,
    at place: Precedence, isFollowed: Bool
  ) -> String {
    switch form {
    case .infix:
      if let text = infix(name, arguments, at: place, isFollowed: isFollowed) { return text }
    case .dotCall:
      if let subject = arguments.first {
        return "\(text(subject, at: .postfix, isFollowed: true)).\(name)(\(list(arguments.dropFirst())))"
      }
    case .special:
      if name == "ite", arguments.count == 3 {
        let branches = "(\(text(arguments[0]))) \(text(arguments[1])) else \(text(arguments[2]))"
        return open("if " + branches, isFollowed)
      }
      if let text = special(name, arguments) { return text }
    case .call:
      break
    }
    return "\(name)(\(list(arguments)))"
  }

  // MARK: Infix

  /// Nil if the operator has no such form.
  private static func infix(
    _ name: String, _ arguments: [SyntaxExpression], at place: Precedence, isFollowed: Bool
  ) -> String? {
    if name == "iuminus", arguments.count == 1 {
      return wrapped(.negation, at: place, isFollowed) {
        "-" + text(arguments[0], at: .negation, isFollowed: $0)
      }
    }
    guard arguments.count == 2 else { return nil }
    if name == "assign", case .name(let variable) = arguments[0].kind {
      return wrapped(.assignment, at: place, isFollowed) {
        "\(variable)' = " + text(arguments[1], at: .relation, isFollowed: $0)
      }
    }
    guard let infix = InfixOperator.named(name) else { return nil }
    let leftPlace = infix.associatesToRight ? infix.precedence.next : infix.precedence
    return wrapped(infix.precedence, at: place, isFollowed) {
      let left = text(arguments[0], at: leftPlace, isFollowed: true)
      let right = text(arguments[1], at: infix.rightMinimum, isFollowed: $0)
      return "\(left) \(infix.sign.rawValue) \(right)"
    }
  }

  /// Puts parentheses around an operator that is too weak for its place; `body`
  /// learns whether text follows.
  private static func wrapped(
    _ precedence: Precedence, at place: Precedence, _ isFollowed: Bool, _ body: (Bool) -> String
  ) -> String {
    precedence < place ? "(\(body(false)))" : body(isFollowed)
  }

  // MARK: Other forms

  /// Nil if the arguments do not fit the form.
  private static func special(_ name: String, _ arguments: [SyntaxExpression]) -> String? {
    switch name {
    case "and", "or": return arguments.isEmpty ? nil : "\(name) { \(list(arguments)) }"
    case "actionAll": return arguments.isEmpty ? nil : "all { \(list(arguments)) }"
    case "actionAny": return arguments.isEmpty ? nil : "any { \(list(arguments)) }"
    case "Tup": return arguments.count == 1 ? nil : "(\(list(arguments)))"
    case "List": return "[\(list(arguments))]"
    case "Rec": return arguments.isEmpty ? nil : fields(arguments).map { "{ \($0) }" }
    case "with": return spread(arguments)
    case "matchVariant": return match(arguments)
    case "nth" where arguments.count == 2:
      return "\(text(arguments[0], at: .postfix, isFollowed: true))[\(text(arguments[1]))]"
    case "field" where arguments.count == 2:
      guard case .string(let field) = arguments[1].kind else { return nil }
      return "\(text(arguments[0], at: .postfix, isFollowed: true)).\(field)"
    case "item" where arguments.count == 2:
      guard case .integer(let index) = arguments[1].kind else { return nil }
      return "\(text(arguments[0], at: .postfix, isFollowed: true))._\(index)"
    default: return nil
    }
  }

  /// `f: e, g: h` of names and values in turn.
  private static func fields(_ arguments: [SyntaxExpression]) -> String? {
    guard arguments.count.isMultiple(of: 2) else { return nil }
    var parts: [String] = []
    for index in stride(from: 0, to: arguments.count, by: 2) {
      guard case .string(let name) = arguments[index].kind else { return nil }
      parts.append("\(name): \(text(arguments[index + 1]))")
    }
    return parts.joined(separator: ", ")
  }

  /// `{ ...r, f: e }` of a record with fields replaced.
  private static func spread(_ arguments: [SyntaxExpression]) -> String? {
    var parts: [String] = []
    var names = Set<String>()
    var arguments = arguments
    while arguments.count == 3, case .string(let name) = arguments[1].kind {
      // A name twice cannot be in one record: the inner one is a record of its own.
      guard names.insert(name).inserted else { break }
      parts.append("\(name): \(text(arguments[2]))")
      let record = arguments[0]
      guard case .application(let inner, let innerArguments, .special) = record.kind, inner.text == "with",
        innerArguments.count == 3, case .string(let next) = innerArguments[1].kind, !names.contains(next)
      else {
        return "{ ...\(text(record)), \(parts.reversed().joined(separator: ", ")) }"
      }
      arguments = innerArguments
    }
    return nil
  }

  private static func match(_ arguments: [SyntaxExpression]) -> String? {
    guard arguments.count > 1, !arguments.count.isMultiple(of: 2) else { return nil }
    var cases: [String] = []
    for index in stride(from: 1, to: arguments.count, by: 2) {
      guard case .string(let label) = arguments[index].kind,
        case .lambda(let parameters, let body, false) = arguments[index + 1].kind, parameters.count == 1
      else { return nil }
      let parameter = parameters[0].isHole ? "" : "(\(parameters[0].name.text))"
      cases.append("\(label)\(parameter) => \(text(body))")
    }
    return "match \(text(arguments[0])) { \(cases.joined(separator: " | ")) }"
  }

  // MARK: Nested definitions

  private static func letText(_ definition: SyntaxDefinition, _ body: SyntaxExpression) -> String {
    if let (pattern, rest) = pattern(of: definition, body) {
      let value = definition.body.map { text($0) } ?? "true"
      return "\(definition.qualifier.rawValue) \(pattern) = \(value); \(text(rest))"
    }
    return "\(SyntaxPrinter.text(of: definition)); \(text(body))"
  }

  /// The pattern that a hidden definition and those after it came from, and the
  /// expression after them.
  private static func pattern(
    of hidden: SyntaxDefinition, _ body: SyntaxExpression
  ) -> (String, SyntaxExpression)? {
    guard hidden.name.text.hasPrefix("$") else { return nil }
    var entries: [String] = []
    var fields: [String] = []
    var rest = body
    while case .letIn(let part, let next) = rest.kind,
      case .application(_, let arguments, .special) = part.body?.kind, arguments.count == 2,
      case .name(hidden.name.text) = arguments[0].kind
    {
      if case .integer(let digits) = arguments[1].kind, let index = Int(digits), index > entries.count {
        entries += Array(repeating: "_", count: index - 1 - entries.count) + [part.name.text]
      } else {
        fields.append(part.name.text)
      }
      rest = next
    }
    if !fields.isEmpty { return ("{ \(fields.joined(separator: ", ")) }", rest) }
    entries += Array(repeating: "_", count: max(0, 2 - entries.count))
    return ("(\(entries.joined(separator: ", ")))", rest)
  }
}
