/// Expressions of a machine as text, in the notation of `SyntaxPrinter`: no more
/// parentheses than needed, on one line if they fit.
struct ExpressionText {
  let machine: Machine
  let names: MachineNames
  /// The frame of the function in which the expressions occur.
  let frame: Int32

  /// Lines are longer only where nothing can be broken.
  static let width = 100

  func name(of local: LocalID) -> String { names.name(of: local, inFrame: frame) }

  func line(_ id: ExpressionID) -> String { text(id, at: .pair, isFollowed: false) }
}

// MARK: - Over several lines

extension ExpressionText {
  /// One line, or as many as blocks, nested definitions and branches take.
  func lines(_ id: ExpressionID) -> [String] {
    switch machine[id] {
    case .letIn(let slot, let value, let body):
      return definition("val \(name(of: slot)) =", value) + lines(body)
    case .pick(_, let slot, let domain, let body):
      return ["nondet \(name(of: slot)) = \(pickText(domain))"] + lines(body)
    case .apply(.actionAll, let arguments): return block("all", arguments)
    case .apply(.actionAny, let arguments): return block("any", arguments)
    case .apply(let builtin, let arguments):
      let text = line(id)
      let operands = machine[arguments]
      if text.count <= Self.width { return [text] }
      switch builtin {
      case .and, .or: return block(builtin.rawValue, arguments)
      case .ite where operands.count == 3: return branches(id)
      case .matchVariant: return matchLines(Array(operands)) ?? [text]
      default: return [text]
      }
    case .literal, .constant, .variable, .local, .lazyLocal, .call, .lambda, .record, .field, .variant,
      .assign, .missingConstant:
      return [line(id)]
    }
  }

  private func indented(_ lines: [String]) -> [String] { lines.map { "  " + $0 } }

  private func definition(_ head: String, _ value: ExpressionID) -> [String] {
    let value = lines(value)
    return value.count == 1 ? ["\(head) \(value[0])"] : [head] + indented(value)
  }

  private func block(_ head: String, _ arguments: Arguments) -> [String] {
    var result = ["\(head) {"]
    for operand in machine[arguments] {
      var entry = lines(operand)
      if let last = entry.popLast() { entry.append(last + ",") }
      result += indented(entry)
    }
    return result + ["}"]
  }

  /// `if`, `else if`, ..., `else`, each with its branch on lines of its own.
  private func branches(_ id: ExpressionID) -> [String] {
    var result: [String] = []
    var head = "if"
    var rest = id
    while case .apply(.ite, let arguments) = machine[rest], arguments.count == 3 {
      let operands = Array(machine[arguments])
      result += ["\(head) (\(line(operands[0])))"] + indented(lines(operands[1]))
      head = "else if"
      rest = operands[2]
    }
    return result + ["else"] + indented(lines(rest))
  }

  private func matchLines(_ operands: [ExpressionID]) -> [String]? {
    guard let subject = operands.first else { return nil }
    var result = ["match \(text(subject, at: .postfix, isFollowed: true)) {"]
    for index in stride(from: 1, to: operands.count - 1, by: 2) {
      guard let head = matchHead(operands[index], operands[index + 1]) else { return nil }
      var body = lines(head.body)
      body[0] = "\(head.text) => \(body[0])"
      result += indented(body)
    }
    return result + ["}"]
  }

  /// `| A(x)` and what follows the arrow.
  private func matchHead(
    _ label: ExpressionID, _ arm: ExpressionID
  ) -> (text: String, body: ExpressionID)? {
    guard case .literal(let literal) = machine[label],
      case .string(let name) = machine.literals[Int(literal)],
      case .lambda(let first, 1, false, let body) = machine[arm]
    else { return nil }
    let parameter = self.name(of: first)
    return ("| \(name.text)\(parameter == "_" ? "" : "(\(parameter))")", body)
  }
}

// MARK: - On one line

extension ExpressionText {
  /// For a place that admits operators of at least this strength; `isFollowed`
  /// tells that more text follows in the same brackets.
  func text(_ id: ExpressionID, at place: Precedence, isFollowed: Bool) -> String {
    switch machine[id] {
    case .literal(let index): return "\(machine.literals[Int(index)])"
    case .constant(let constant): return machine[constant].name
    case .variable(let variable): return machine[variable].name
    case .local(let local), .lazyLocal(let local, _): return name(of: local)
    case .missingConstant(let index):
      if case .string(let name) = machine.literals[Int(index)] { return name.text }
      return "missing"
    case .call(let function, let arguments):
      return arguments.count == 0 ? names[function] : "\(names[function])(\(list(machine[arguments])))"
    case .lambda(let first, let count, let unpacksTuple, let body):
      let parameters = (0..<Int(count)).map { name(of: LocalID(Int(first.slot) + $0)) }
      let joined = parameters.joined(separator: ", ")
      let head = unpacksTuple ? "((\(joined)))" : count == 1 ? joined : "(\(joined))"
      return open("\(head) => \(line(body))", isFollowed)
    case .letIn(let slot, let value, let body):
      return "{ val \(name(of: slot)) = \(line(value)); \(line(body)) }"
    case .pick(_, let slot, let domain, let body):
      return "{ nondet \(name(of: slot)) = \(pickText(domain)); \(line(body)) }"
    case .record(let layout, let arguments):
      let layout = machine.recordShapes[Int(layout)]
      let fields = zip(layout.positions, machine[arguments]).map { position, value in
        "\(layout.shape.names[position].text): \(line(value))"
      }
      return fields.isEmpty ? "Rec()" : "{ \(fields.joined(separator: ", ")) }"
    case .field(let value, let index):
      return "\(text(value, at: .postfix, isFollowed: true)).\(string(index))"
    case .variant(let index, let payload): return "\(string(index))(\(line(payload)))"
    case .assign(let variable, let value):
      return wrapped(.assignment, at: place, isFollowed) {
        "\(machine[variable].name)' = " + text(value, at: .relation, isFollowed: $0)
      }
    case .apply(let builtin, let arguments):
      return application(builtin, Array(machine[arguments]), at: place, isFollowed)
    }
  }

  private func list(_ ids: some Sequence<ExpressionID>) -> String {
    ids.map { line($0) }.joined(separator: ", ")
  }

  func string(_ literal: Int32) -> String {
    if case .string(let text) = machine.literals[Int(literal)] { return text.text }
    return "?"
  }

  private func open(_ text: String, _ needsParentheses: Bool) -> String {
    needsParentheses ? "(\(text))" : text
  }

  private func wrapped(
    _ precedence: Precedence, at place: Precedence, _ isFollowed: Bool, _ body: (Bool) -> String
  ) -> String {
    precedence < place ? "(\(body(false)))" : body(isFollowed)
  }

  func pickText(_ domain: ExpressionID) -> String {
    if case .apply(.generate, _) = machine[domain] { return line(domain) }
    return text(domain, at: .postfix, isFollowed: true) + ".oneOf()"
  }

  private func application(
    _ builtin: Builtin, _ operands: [ExpressionID], at place: Precedence, _ isFollowed: Bool
  ) -> String {
    if builtin == .iuminus, operands.count == 1 {
      return wrapped(.negation, at: place, isFollowed) {
        "-" + text(operands[0], at: .negation, isFollowed: $0)
      }
    }
    if operands.count == 2, builtin != .makeTuple, let infix = InfixOperator.named(builtin.rawValue) {
      let leftPlace = infix.associatesToRight ? infix.precedence.next : infix.precedence
      return wrapped(infix.precedence, at: place, isFollowed) {
        let left = text(operands[0], at: leftPlace, isFollowed: true)
        return
          "\(left) \(infix.sign.rawValue) \(text(operands[1], at: infix.rightMinimum, isFollowed: $0))"
      }
    }
    if let text = special(builtin, operands, isFollowed) { return text }
    guard let subject = operands.first else {
      return builtin.arity == .exactly(0) ? builtin.rawValue : "\(builtin.rawValue)()"
    }
    return
      "\(text(subject, at: .postfix, isFollowed: true)).\(builtin.rawValue)(\(list(operands.dropFirst())))"
  }

  /// What is not written with a dot; nil for what is.
  private func special(_ builtin: Builtin, _ operands: [ExpressionID], _ isFollowed: Bool) -> String? {
    switch builtin {
    case .actionAll: return operands.isEmpty ? nil : "all { \(list(operands)) }"
    case .actionAny: return operands.isEmpty ? nil : "any { \(list(operands)) }"
    case .and, .or: return operands.isEmpty ? nil : "\(builtin.rawValue) { \(list(operands)) }"
    case .makeTuple: return operands.count == 1 ? nil : "(\(list(operands)))"
    case .makeList: return "[\(list(operands))]"
    case .ite where operands.count == 3:
      return open(
        "if (\(line(operands[0]))) \(line(operands[1])) else \(line(operands[2]))", isFollowed)
    case .item where operands.count == 2:
      guard case .literal(let index) = machine[operands[1]] else { return nil }
      return "\(text(operands[0], at: .postfix, isFollowed: true))._\(machine.literals[Int(index)])"
    case .nth where operands.count == 2:
      return "\(text(operands[0], at: .postfix, isFollowed: true))[\(line(operands[1]))]"
    case .matchVariant: return match(operands)
    case .not, .assert, .makeSet, .makeMap, .tuples, .always, .eventually, .next, .enabled, .debug,
      .generate:
      return "\(builtin.rawValue)(\(list(operands)))"
    default: return nil
    }
  }

  private func match(_ operands: [ExpressionID]) -> String? {
    guard let subject = operands.first else { return nil }
    var arms: [String] = []
    for index in stride(from: 1, to: operands.count - 1, by: 2) {
      guard let head = matchHead(operands[index], operands[index + 1]) else { return nil }
      arms.append("\(head.text) => \(line(head.body))")
    }
    return "match \(text(subject, at: .postfix, isFollowed: true)) { \(arms.joined(separator: " ")) }"
  }
}
