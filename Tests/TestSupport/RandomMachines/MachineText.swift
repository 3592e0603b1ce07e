/// Random machines as Quint source text.

extension RandomMachine {
  /// The machine as module `m`, with its properties tagged.
  public var quintText: String {
    var lines = ["module m {", "  type Color = Red | Green | Amt(int)"]
    lines += variables.map { "  var \($0.name): \($0.type.quintText)" }
    for definition in definitions {
      let parameters =
        definition.parameters.isEmpty ? "" : "(\(definition.parameters.joined(separator: ", ")))"
      let body = definition.body.block(indent: 2)
      lines.append(
        "  \(definition.qualifier) \(definition.name)\(parameters) ="
          + (definition.qualifier == "temporal" ? body.temporal : body))
    }
    lines.append("  action init =\(initial.block(indent: 2))")
    lines.append("  action step =\(step.block(indent: 2))")
    for property in properties {
      let text = property.body.text(2)
      switch property.kind {
      case .invariant: lines += ["  /// @invariant", "  val \(property.name) = \(text)"]
      case .witness: lines += ["  /// @witness", "  val \(property.name) = \(text)"]
      case .maximum: lines += ["  /// @bound maximize", "  val \(property.name) = \(text)"]
      case .transition:
        lines += ["  /// @temporal", "  temporal \(property.name) = always(\(text.temporal))"]
      }
    }
    lines.append("}")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  /// Nested definitions may speak of the next state.
  fileprivate var temporal: String {
    replacing("{ val ", with: "{ temporal ").replacing("{ def ", with: "{ temporal ")
  }
}

extension MachineType {
  var quintText: String {
    switch self {
    case .bool, .action: "bool"
    case .int: "int"
    case .color: "Color"
    case .ints: "Set[int]"
    case .map: "int -> int"
    case .record: "{ a: int, b: bool }"
    case .domain(let member): "Set[\(member.quintText)]"
    case .function(let parameters, let result):
      "(\(parameters.map(\.quintText).joined(separator: ", "))) => \(result.quintText)"
    }
  }
}

extension MachineNode {
  /// Behind `=`: on the same line, or indented below it.
  fileprivate func block(indent: Int) -> String { " " + text(indent) }

  /// The node as an operand that stands anywhere.
  func text(_ indent: Int) -> String {
    switch kind {
    case .literal(let value):
      if case .int(let number) = value, number < 0 { return "(-\(-number))" }
      return value.description
    case .variable: return names[0]
    case .local: return names[0]
    case .call:
      return children.isEmpty ? names[0] : "\(names[0])(\(list(children, indent)))"
    case .apply(let name): return application(name, indent)
    case .lambda:
      let parameters = names.count == 1 ? names[0] : "(\(names.joined(separator: ", ")))"
      return "\(parameters) => \(children[0].text(indent))"
    case .letIn:
      return braces("val \(names[0]) = \(children[0].text(indent + 2));", children[1], indent)
    case .letOperator:
      let qualifier = children[0].type == .action ? "action" : "def"
      let parameters = names.count == 1 ? "" : "(\(names.dropFirst().joined(separator: ", ")))"
      return braces(
        "\(qualifier) \(names[0])\(parameters) = \(children[0].text(indent + 2));", children[1], indent)
    case .match:
      return matching(["Red", "Green", "Amt(\(names[0]))"], indent)
    case .matchAmount:
      return matching(["Amt(\(names[0]))", "_"], indent)
    case .field: return "\(children[0].text(indent)).\(names[0])"
    case .record: return "{ a: \(children[0].text(indent)), b: \(children[1].text(indent)) }"
    case .assign: return "\(names[0])' = (\(children[0].text(indent)))"
    case .pick:
      return braces("nondet \(names[0]) = \(children[0].text(indent + 2)).oneOf();", children[1], indent)
    }
  }

  private func application(_ name: String, _ indent: Int) -> String {
    if type == .action, ["actionAll", "actionAny", "and", "or"].contains(name) {
      let word = ["actionAll": "all", "actionAny": "any"][name] ?? name
      let entries = children.map { "\(Self.newLine(indent + 2))\($0.text(indent + 2))" }
      return "\(word) {\(entries.joined(separator: ","))\(Self.newLine(indent))}"
    }
    if let sign = Self.signs[name], children.count == 2 {
      return "(\(children[0].text(indent)) \(sign) \(children[1].text(indent)))"
    }
    switch name {
    case "ite":
      return
        "(if (\(children[0].text(indent))) \(children[1].text(indent)) else \(children[2].text(indent)))"
    case "expect", "reps":
      return "(\(children[0].text(indent))).\(name)(\(children[1].text(indent)))"
    case "then": return "(\(children[0].text(indent))).then(\(children[1].text(indent)))"
    case "with": return "{ ...\(children[0].text(indent)), \(names[0]): \(children[1].text(indent)) }"
    case "Red", "Green", "Bool": return name
    case "item": return "\(children[0].text(indent))._\(names[0])"
    default:
      if type == .bool, ["and", "or"].contains(name) {
        return "(\(name) { \(list(children, indent)) })"
      }
      return "\(name)(\(list(children, indent)))"
    }
  }

  /// Built-ins that are written between their operands.
  private static let signs: [String: String] = [
    "iadd": "+", "isub": "-", "imul": "*", "idiv": "/", "imod": "%", "ipow": "^", "ilt": "<", "ilte": "<=",
    "igt": ">", "igte": ">=", "eq": "==", "neq": "!=", "implies": "implies", "iff": "iff",
    "pair": "->",
  ]

  private func list(_ nodes: [MachineNode], _ indent: Int) -> String {
    nodes.map { $0.text(indent) }.joined(separator: ", ")
  }

  private func matching(_ patterns: [String], _ indent: Int) -> String {
    let arms = zip(patterns, children.dropFirst()).map { "| \($0) => \($1.text(indent + 2))" }
    let space = type == .action ? Self.newLine(indent + 2) : " "
    return "(match \(children[0].text(indent)) {\(space)\(arms.joined(separator: space))\(space)})"
  }

  private func braces(_ definition: String, _ body: MachineNode, _ indent: Int) -> String {
    if type == .action {
      let line = Self.newLine(indent + 2)
      return "{\(line)\(definition)\(line)\(body.text(indent + 2))\(Self.newLine(indent))}"
    }
    return "{ \(definition) \(body.text(indent)) }"
  }

  private static func newLine(_ indent: Int) -> String { "\n" + String(repeating: " ", count: indent) }
}
