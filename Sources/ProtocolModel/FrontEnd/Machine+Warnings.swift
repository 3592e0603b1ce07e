/// What can be said of a machine before it runs.
extension Machine {
  /// Names of the constants without a value that `init`, `step` or a property may read, sorted.
  ///
  /// - Complexity: O(expressions).
  public var openConstants: [String] {
    var names: Set<String> = []
    var seen: Set<FunctionID> = []
    var functions = [initial, step].compactMap { $0 } + properties.map(\.function)
    while let function = functions.popLast() {
      guard seen.insert(function).inserted else { continue }
      var pending = [self[function].body]
      while let id = pending.popLast() {
        switch self[id] {
        case .missingConstant(let literal):
          if case .string(let name) = literals[Int(literal)] { names.insert(name.description) }
        case .constant(let constant): if let value = self[constant].value { functions.append(value) }
        case .call(let callee, _): functions.append(callee)
        case .lazyLocal, .literal, .variable, .local, .apply, .lambda, .letIn, .record, .field, .variant,
          .assign, .pick:
          break
        }
        pending.append(contentsOf: children(of: id))
      }
    }
    return names.sorted()
  }

  /// Warnings of variables that `init` or `step` leaves without a value.
  func warningsOfUnassignedVariables() -> [Diagnostic] {
    [("init", initial), ("step", step)].compactMap { role, function in
      guard let function else { return nil }
      let missing = unassignedVariables(in: function).map { "`\(self[$0].name)`" }
      guard !missing.isEmpty else { return nil }
      let shown = missing.prefix(5).joined(separator: ", ")
      let rest = missing.count > 5 ? " and \(missing.count - 5) more" : ""
      let name = self[function].name == role ? "`\(role)`" : "`\(self[function].name)` (\(role))"
      return Diagnostic(
        .variableWithoutValue, "\(name) does not assign \(shown)\(rest)", at: self[function].range,
        severity: .warning,
        hint: missing.count == 1
          ? "it has no value in the next state, unless you add x' = x"
          : "they have no value in the next state, unless you add x' = x for each")
    }
  }

  /// The variables that an action never updates.
  func unassignedVariables(in function: FunctionID) -> [VariableID] {
    let updates = Set(self[function].updates)
    return variables.indices.map(VariableID.init).filter { !updates.contains($0) }
  }
}
