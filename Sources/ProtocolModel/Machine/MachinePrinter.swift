/// Machines as text, for people (`dfmi-verify flatten`) and for tests.
///
/// The notation is Quint's, as far as it goes: names of functions carry the
/// instance that they were made for, and `#2`, `#3`, ... where copies of one
/// definition would look alike. The same for locals of one frame.
public enum MachinePrinter {
  /// Constants, variables, functions (each after those that it calls), `init` and
  /// `step`, assumptions, properties and transitions.
  ///
  /// Recurses as deep as the expressions are high, see `runOnLargeStack`.
  ///
  /// - Complexity: O(size of the machine * height of its expressions).
  public static func text(of machine: Machine) -> String {
    let names = MachineNames(machine)
    var sections = [["machine \(machine.name)"]]
    sections.append(machine.constants.map { constantLine($0, machine, names) })
    sections.append(machine.variables.map { "var \($0.name): \($0.type)" })
    let inlined = Set(machine.constants.compactMap(\.value))
    for index in machine.functions.indices where !inlined.contains(FunctionID(index)) {
      sections.append(functionLines(FunctionID(index), machine, names))
    }
    sections.append(
      machine.assumptions.map { "assume \($0.name) = \(names[$0.function])" }
        + (machine.initial.map { ["init = \(names[$0])"] } ?? [])
        + (machine.step.map { ["step = \(names[$0])"] } ?? [])
        + machine.properties.map { propertyLine($0, names) })
    sections += machine.initialTransitions.map { transition in
      var lines = lines(of: transition, machine, names)
      lines[0] = "initial " + lines[0]
      return lines
    }
    sections += machine.transitions.map { lines(of: $0, machine, names) }
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  /// As `text(of:)`, up to before the transitions.
  public static func textWithoutTransitions(of machine: Machine) -> String {
    var machine = machine
    machine.initialTransitions = []
    machine.transitions = []
    return text(of: machine)
  }

  /// An expression on one line; `function` is the one in which it occurs.
  public static func text(
    of expression: ExpressionID, in function: FunctionID, of machine: Machine
  ) -> String {
    ExpressionText(machine: machine, names: MachineNames(machine), frame: machine[function].frame)
      .line(expression)
  }

  private static func constantLine(
    _ constant: Constant, _ machine: Machine, _ names: MachineNames
  ) -> String {
    var line = "const \(constant.name): \(constant.type)"
    if let function = constant.value {
      let text = ExpressionText(machine: machine, names: names, frame: machine[function].frame)
      line += " = " + text.line(machine[function].body)
    }
    return line
  }

  private static func functionLines(
    _ id: FunctionID, _ machine: Machine, _ names: MachineNames
  ) -> [String] {
    let function = machine[id]
    let text = ExpressionText(machine: machine, names: names, frame: function.frame)
    let parameters = function.parameters.enumerated().map { index, parameter in
      "\(text.name(of: LocalID(Int(function.firstParameter.slot) + index))): \(parameter.type)"
    }
    let list = parameters.isEmpty ? "" : "(\(parameters.joined(separator: ", ")))"
    let head = "\(function.qualifier.rawValue) \(names[id])\(list): \(machine.type(of: function.body)) ="
    let body = text.lines(function.body)
    let comment = function.sharesFrame ? ["// in its caller's frame"] : []
    if body.count == 1, head.count + body[0].count < ExpressionText.width {
      return comment + ["\(head) \(body[0])"]
    }
    return comment + [head] + body.map { "  " + $0 }
  }

  private static func propertyLine(_ property: Property, _ names: MachineNames) -> String {
    let shape =
      switch property.shape {
      case .state: ""
      case .alwaysState: "  // always of a state"
      case .alwaysStep: "  // always of a step"
      case .general: "  // liveness"
      }
    return "\(property.kind.rawValue) \(property.name) = \(names[property.function])\(shape)"
  }
}

/// Names under which functions and locals are shown, each unlike the others.
struct MachineNames {
  private var functions: [String] = []
  private var slots: [[String]] = []

  /// - Complexity: O(functions + slots of all frames).
  init(_ machine: Machine) {
    let inlined = Set(machine.constants.compactMap(\.value))
    functions = Self.distinct(
      machine.functions.enumerated().map { index, function in
        // Values of constants are shown with their constants, and need no name.
        if inlined.contains(FunctionID(index)) { return "_" }
        let name = function.name.isEmpty ? "lambda" : Self.visible(function.name)
        return function.instance.isEmpty ? name : "\(function.instance)::\(name)"
      })
    slots = machine.frames.map { Self.distinct($0.map { $0.isEmpty ? "it" : Self.visible($0) }) }
  }

  subscript(function: FunctionID) -> String { functions[Int(function.index)] }

  func name(of local: LocalID, inFrame frame: Int32) -> String {
    let names = slots[Int(frame)]
    return names.indices.contains(Int(local.slot)) ? names[Int(local.slot)] : "slot\(local.slot)"
  }

  /// The parser's names for values of patterns carry the ids of nodes.
  private static func visible(_ name: String) -> String { name.hasPrefix("$") ? "$" : name }

  /// `x, x, y` as `x, x#2, y`; holes stay as they are.
  private static func distinct(_ names: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return names.map { name in
      if name == "_" { return name }
      counts[name, default: 0] += 1
      let count = counts[name] ?? 1
      return count == 1 ? name : "\(name)#\(count)"
    }
  }
}
