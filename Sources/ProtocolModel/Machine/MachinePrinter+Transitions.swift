/// Transitions as text: one line an item, a line more where the function changes.
extension MachinePrinter {
  /// The items of a transition below its id; `unassigned` ends it where it leaves
  /// variables without a value.
  public static func text(of transition: Transition, of machine: Machine) -> String {
    lines(of: transition, machine, MachineNames(machine)).joined(separator: "\n")
  }

  static func lines(
    of transition: Transition, _ machine: Machine, _ names: MachineNames
  ) -> [String] {
    var result = ["transition \(transition.id)"]
    if transition.action.isEmpty { result[0] += "  // no action" }
    var current = 0
    for item in transition.items {
      let activation = transition.activations[item.activation]
      let text = ExpressionText(
        machine: machine, names: names, frame: machine[activation.function].frame)
      let isEntry = item.kind == .enter
      let place = isEntry ? activation.caller ?? 0 : item.activation
      if place != current {
        result.append("  back in \(names[transition.activations[place].function])")
      }
      result.append(
        isEntry
          ? "  in \(entry(activation, of: transition, machine, names))" : "  \(line(item.kind, text))")
      current = item.activation
    }
    if !transition.unassigned.isEmpty {
      let list = transition.unassigned.map { machine[$0].name }.joined(separator: ", ")
      result.append("  unassigned \(list)")
    }
    return result
  }

  /// `f(x = 1)` of a call `f(1)`.
  private static func entry(
    _ activation: Transition.Activation, of transition: Transition, _ machine: Machine,
    _ names: MachineNames
  ) -> String {
    let name = names[activation.function]
    guard let call = activation.call, case .call(_, let arguments) = machine[call], arguments.count > 0,
      let caller = activation.caller
    else { return name }
    let function = machine[activation.function]
    let outside = ExpressionText(
      machine: machine, names: names, frame: machine[transition.activations[caller].function].frame)
    let inside = ExpressionText(machine: machine, names: names, frame: function.frame)
    let list = machine[arguments].enumerated().map { index, operand in
      "\(inside.name(of: LocalID(Int(function.firstParameter.slot) + index))) = \(outside.line(operand))"
    }
    return "\(name)(\(list.joined(separator: ", ")))"
  }

  private static func line(_ kind: Transition.Kind, _ text: ExpressionText) -> String {
    switch kind {
    case .enter: return ""
    case .bind(let slot, let value): return "val \(text.name(of: slot)) = \(text.line(value))"
    case .pick(_, let slot, let domain): return "nondet \(text.name(of: slot)) = \(text.pickText(domain))"
    case .require(let condition, true): return "require \(text.line(condition))"
    case .require(let condition, false): return "require not(\(text.line(condition)))"
    case .match(let subject, let label, let payload):
      let name = text.name(of: payload)
      return "match \(text.line(subject)) is \(text.string(label))" + (name == "_" ? "" : "(\(name))")
    case .matchOther(let subject, let labels):
      return "match \(text.line(subject)) is not \(labels.map(text.string).joined(separator: ", "))"
    case .update(let variable, let value):
      return "\(text.machine[variable].name)' = \(text.line(value))"
    case .opaque(let action): return "run \(text.line(action))"
    }
  }
}
