/// A step as text of Quint that leaves no choice: the source of `step` along one transition, with
/// the picks and the entries of `any` that were taken.
///
/// Text is kept wherever nothing is to be chosen. A pick becomes one from a set of one
/// member; an `any` becomes the entry that was taken; the call of a definition in which something
/// is to be chosen becomes the body of the definition. The frequent form
/// `{ nondet i = ids.oneOf() lock(i) }` becomes `lock(1)`.
///
/// The text means the same in the module of the definitions only; whoever uses it elsewhere
/// has to try it out.
struct FixedChoices {
  private let machine: Machine
  private let transition: Transition
  /// What was passed to each activation.
  private let arguments: [[Value]]
  /// For each activation the expressions that items of the transition evaluate.
  private var touched: [Set<ExpressionID>]
  private var values: [ExpressionID: Value] = [:]
  private var choosing: [FunctionID: Bool] = [:]

  /// - Parameter attempt: an enabled one of the transition.
  init(_ machine: Machine, _ transition: Transition, _ attempt: TransitionAttempt) {
    self.machine = machine
    self.transition = transition
    arguments = attempt.arguments
    touched = Array(repeating: [], count: transition.activations.count)
    var remaining = attempt.picks[...]
    for item in transition.items {
      switch item.kind {
      case .enter:
        let activation = transition.activations[item.activation]
        if let call = activation.call, let caller = activation.caller { touched[caller].insert(call) }
      case .bind(_, let value): touched[item.activation].insert(value)
      case .pick(_, _, let domain):
        touched[item.activation].insert(domain)
        if let value = remaining.popFirst()?.value { values[domain] = value }
      case .require(let condition, _): touched[item.activation].insert(condition)
      case .match(let subject, _, _), .matchOther(let subject, _): touched[item.activation].insert(subject)
      case .update(_, let value): touched[item.activation].insert(value)
      case .opaque(let action): touched[item.activation].insert(action)
      }
    }
  }

  /// The text; nil if some choice cannot be told from the transition.
  mutating func text() -> String? {
    let function = transition.activations[0].function
    if !chooses(function) { return machine[function].name }
    return block(machine[function].body, 0)
  }

  /// The text of an expression with braces around what begins with a definition.
  private mutating func block(_ id: ExpressionID, _ activation: Int) -> String? {
    guard let text = text(of: id, activation) else { return nil }
    return Self.startsWithDefinition(text) ? "{ \(text) }" : text
  }

  /// The same in its place, where braces may be around it already.
  private mutating func part(_ id: ExpressionID, _ activation: Int) -> String? {
    Self.startsWithDefinition(source(id)) ? text(of: id, activation) : block(id, activation)
  }

  private static func startsWithDefinition(_ text: String) -> Bool {
    ["nondet ", "val ", "pure ", "def ", "action "].contains { text.hasPrefix($0) }
  }

  private mutating func text(of id: ExpressionID, _ activation: Int) -> String? {
    guard needsChange(id) else { return source(id) }
    if let call = simpleCall(id, activation) { return call }
    switch machine[id] {
    case .pick(_, _, let domain, let body):
      guard let value = values[domain], let rest = part(body, activation) else { return nil }
      return replacing([(domain, "Set(\(value))"), (body, rest)], in: id)
    case .letIn(_, _, let body):
      return part(body, activation).flatMap { replacing([(body, $0)], in: id) }
    case .apply(.actionAny, let arguments):
      return chosen(Array(machine[arguments]), activation).flatMap { block($0, activation) }
    case .apply(.actionAll, let arguments), .apply(.and, let arguments):
      return replacing(Array(machine[arguments]), in: id, activation)
    case .apply(.ite, let arguments):
      return chosen(Array(machine[arguments].dropFirst()), activation)
        .flatMap { branch in part(branch, activation).flatMap { replacing([(branch, $0)], in: id) } }
    case .apply(.matchVariant, let arguments):
      let bodies = machine[arguments].compactMap { operand -> ExpressionID? in
        if case .lambda(_, _, _, let body) = machine[operand] { return body }
        return nil
      }
      return chosen(bodies, activation)
        .flatMap { body in part(body, activation).flatMap { replacing([(body, $0)], in: id) } }
    case .call(let function, _):
      return inlined(function, id, activation)
    default: return nil
    }
  }

  /// The body of a definition that is called, behind its parameters.
  private mutating func inlined(_ function: FunctionID, _ call: ExpressionID, _ caller: Int) -> String? {
    guard
      let inner = transition.activations.firstIndex(where: { $0.caller == caller && $0.call == call }),
      !machine[function].sharesFrame, let body = text(of: machine[function].body, inner)
    else { return nil }
    var text = ""
    for (index, parameter) in machine[function].parameters.enumerated() {
      guard arguments[inner].indices.contains(index) else { return nil }
      let value = arguments[inner][index]
      if parameter.name != "_" { text += "val \(parameter.name) = \(value) " }
    }
    text += body
    return Self.startsWithDefinition(text) ? "{ \(text) }" : text
  }

  /// `lock(1)` for picks in front of a call that has them as arguments and chooses nothing itself.
  private mutating func simpleCall(_ id: ExpressionID, _ activation: Int) -> String? {
    var known: [LocalID: Value] = [:]
    var next = id
    while true {
      switch machine[next] {
      case .pick(_, let slot, let domain, let body):
        guard let value = values[domain] else { return nil }
        known[slot] = value
        next = body
      case .apply(.actionAny, let arguments):
        guard let entry = chosen(Array(machine[arguments]), activation) else { return nil }
        next = entry
      case .call(let function, let arguments):
        guard !chooses(function), !machine[function].sharesFrame else { return nil }
        var texts: [String] = []
        for operand in machine[arguments] {
          if case .local(let slot) = machine[operand], let value = known[slot] {
            texts.append(value.description)
          } else if machine.slotsRead(by: operand).isEmpty {
            texts.append(source(operand))
          } else {
            return nil
          }
        }
        let name = machine.sources.text(in: machine.origin(of: next).operatorRange)
        guard name.isName else { return nil }
        return texts.isEmpty ? name : "\(name)(\(texts.joined(separator: ", ")))"
      default: return nil
      }
    }
  }

  /// The one of some actions that the transition is in.
  private func chosen(_ entries: [ExpressionID], _ activation: Int) -> ExpressionID? {
    let taken = entries.filter { isTouched($0, activation) }
    return taken.count == 1 ? taken[0] : entries.count == 1 ? entries[0] : nil
  }

  private func isTouched(_ id: ExpressionID, _ activation: Int) -> Bool {
    var pending = [id]
    while let next = pending.popLast() {
      if touched[activation].contains(next) { return true }
      pending.append(contentsOf: machine.children(of: next))
    }
    return false
  }

  // MARK: What has choices

  /// Whether something in an expression is to be chosen.
  private mutating func needsChange(_ id: ExpressionID) -> Bool {
    var pending = [id]
    while let next = pending.popLast() {
      switch machine[next] {
      case .pick, .apply(.actionAny, _): return true
      case .call(let function, _): if chooses(function) { return true }
      default: break
      }
      pending.append(contentsOf: machine.children(of: next))
    }
    return false
  }

  private mutating func chooses(_ function: FunctionID) -> Bool {
    if let known = choosing[function] { return known }
    let result = needsChange(machine[function].body)
    choosing[function] = result
    return result
  }

  // MARK: Text

  private func source(_ id: ExpressionID) -> String {
    machine.sources.text(in: machine.origin(of: id).range)
  }

  private mutating func replacing(
    _ parts: [ExpressionID], in id: ExpressionID, _ activation: Int
  ) -> String? {
    var changed: [(ExpressionID, String)] = []
    for part in parts where needsChange(part) {
      guard let text = self.part(part, activation) else { return nil }
      changed.append((part, text))
    }
    return replacing(changed, in: id)
  }

  /// The source of an expression with other texts for some of its parts.
  private func replacing(_ parts: [(ExpressionID, String)], in id: ExpressionID) -> String? {
    let whole = machine.origin(of: id).range
    var result = ""
    var position = whole.start
    for (part, text) in parts.sorted(by: { start(of: $0.0) < start(of: $1.0) }) {
      let range = machine.origin(of: part).range
      guard range.file == whole.file, range.start >= position, range.end <= whole.end else { return nil }
      result += machine.sources.text(in: SourceRange(file: whole.file, start: position, end: range.start))
      result += text
      position = range.end
    }
    return result + machine.sources.text(in: SourceRange(file: whole.file, start: position, end: whole.end))
  }

  private func start(of id: ExpressionID) -> Int32 { machine.origin(of: id).range.start }
}
