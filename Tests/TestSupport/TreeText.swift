import ProtocolModel

/// Syntax trees as text in prefix form, `iadd(1, x)`: two trees have the same text
/// if they are equal but for ids, ranges and the form in which they were written.
public enum TreeText {
  public static func text(of expression: SyntaxExpression) -> String {
    var renaming = HiddenNames()
    return text(of: expression, &renaming)
  }

  public static func text(of type: SyntaxType) -> String {
    switch type.kind {
    case .boolean: return "bool"
    case .integer: return "int"
    case .string: return "str"
    case .variable(let name): return "variable \(name)"
    case .named(let name, let arguments): return name + (arguments.isEmpty ? "" : "[\(list(arguments))]")
    case .set(let element): return "set(\(text(of: element)))"
    case .list(let element): return "list(\(text(of: element)))"
    case .map(let key, let value): return "map(\(text(of: key)), \(text(of: value)))"
    case .tuple(let entries): return "tuple(\(list(entries)))"
    case .record(let fields, let tail):
      let parts = fields.map { "\($0.name.text): \(text(of: $0.type))" }.joined(separator: ", ")
      return "record(\(parts)\(tail.map { " | \($0.text)" } ?? ""))"
    case .sum(let variants):
      let parts = variants.map { $0.name.text + ($0.payload.map { ": " + text(of: $0) } ?? "") }
      return "sum(\(parts.joined(separator: ", ")))"
    case .operation(let arguments, let result):
      return "operation([\(list(arguments))], \(text(of: result)))"
    }
  }

  public static func text(of declaration: SyntaxDeclaration) -> String {
    switch declaration.kind {
    case .constant(let name, let type): return "const \(name.text): \(text(of: type))"
    case .variable(let name, let type): return "var \(name.text): \(text(of: type))"
    case .assume(let name, let body): return "assume \(name.text) = \(text(of: body))"
    case .typeDefinition(let name, let parameters, let body):
      let list = parameters.isEmpty ? "" : "[\(parameters.map(\.text).joined(separator: ", "))]"
      return "type \(name.text)\(list)" + (body.map { " = " + text(of: $0) } ?? "")
    case .definition(let definition):
      var renaming = HiddenNames()
      return text(of: definition, &renaming)
    case .importing(let item):
      return "import \(item.module.text)\(text(of: item.selection))\(path(item.path))"
    case .instance(let instance):
      let overrides = instance.overrides.map { "\($0.name.text) = \(text(of: $0.value))" }
      let rename = instance.rename.map { " as \($0.text)" } ?? ".*"
      return
        "import \(instance.module.text)(\(overrides.joined(separator: ", ")))\(rename)\(path(instance.path))"
    case .exporting(let item): return "export \(item.module.text)\(text(of: item.selection))"
    }
  }

  private static func text(of selection: SyntaxImport.Selection) -> String {
    switch selection {
    case .qualified: ""
    case .renamed(let name): " as \(name.text)"
    case .all: ".*"
    case .name(let name): ".\(name.text)"
    }
  }

  private static func path(_ path: Identifier?) -> String { path.map { " from \"\($0.text)\"" } ?? "" }

  private static func list(_ types: [SyntaxType]) -> String {
    types.map { text(of: $0) }.joined(separator: ", ")
  }

  /// Hidden names carry ids; here they are `$1`, `$2`, ... in order of appearance.
  private struct HiddenNames {
    private var names: [String: String] = [:]

    mutating func callAsFunction(_ name: String) -> String {
      guard name.hasPrefix("$") else { return name }
      if names[name] == nil { names[name] = "$\(names.count + 1)" }
      return names[name] ?? name
    }
  }

  private static func text(of definition: SyntaxDefinition, _ hidden: inout HiddenNames) -> String {
    let parameters = definition.parameters.map { $0.name.text + ($0.type.map { ": " + text(of: $0) } ?? "") }
    let list = parameters.isEmpty ? "" : "(\(parameters.joined(separator: ", ")))"
    let annotation = definition.annotation.map { ": " + text(of: $0) } ?? ""
    let body = definition.body.map { " = " + text(of: $0, &hidden) } ?? ""
    return "\(definition.qualifier.rawValue) \(hidden(definition.name.text))\(list)\(annotation)\(body)"
  }

  private static func text(of expression: SyntaxExpression, _ hidden: inout HiddenNames) -> String {
    switch expression.kind {
    case .name(let name): return hidden(name)
    case .integer(let digits): return digits
    case .boolean(let value): return String(value)
    case .string(let value): return "\"\(value)\""
    case .application(let name, let arguments, _):
      var parts: [String] = []
      for argument in arguments { parts.append(text(of: argument, &hidden)) }
      return "\(name.text)(\(parts.joined(separator: ", ")))"
    case .lambda(let parameters, let body, let unpacksTuple):
      let names = parameters.map(\.name.text).joined(separator: ", ")
      return "[\(unpacksTuple ? "(\(names))" : names) => \(text(of: body, &hidden))]"
    case .letIn(let definition, let body):
      let head = text(of: definition, &hidden)
      return "let \(head) in \(text(of: body, &hidden))"
    }
  }
}
