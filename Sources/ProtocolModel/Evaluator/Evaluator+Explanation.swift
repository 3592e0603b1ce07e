/// Why a boolean expression is false: the walk that a reader would make, from the
/// property down to the comparison that decides, with the names bound on the way.

extension Evaluator {
  /// The parts that make a false expression false, in the current state.
  ///
  /// - Returns: one entry for each independent reason (`and` may have several); empty
  ///   when the expression is true or cannot be evaluated.
  public func explainFalse(_ framed: FramedExpression) -> [Explanation] {
    guard let base = try? push(Int(machine[framed.function].frameSize), at: framed.expression) else {
      return []
    }
    defer { pop(to: base) }
    let found = try? apartFromStep { () throws(EvaluationError) in
      try reasons(framed.expression, isTrue: false, base, [])
    }
    return found ?? []
  }

  /// Why an expression is true, or false, as `wanted` says.
  func reasons(
    _ id: ExpressionID, isTrue wanted: Bool, _ base: Int, _ bindings: [NamedValue]
  ) throws(EvaluationError) -> [Explanation] {
    guard try isTrue(id, base) == wanted else { return [] }
    switch expressions[Int(id.index)] {
    case .letIn(let local, _, let body):
      setSlot(base + Int(local.slot), nil)
      return try reasons(body, isTrue: wanted, base, bindings)
    case .lazyLocal(_, let value):
      return try reasons(value, isTrue: wanted, base, bindings)
    case .call(let function, let arguments):
      return try reasons(inCall: function, arguments, id, isTrue: wanted, base, bindings)
    case .apply(let builtin, let arguments):
      return try reasons(inApply: builtin, arguments, id, isTrue: wanted, base, bindings)
    default:
      return [leaf(id, base, bindings)]
    }
  }

  private func reasons(
    inCall function: FunctionID, _ arguments: Arguments, _ id: ExpressionID, isTrue wanted: Bool,
    _ base: Int, _ bindings: [NamedValue]
  ) throws(EvaluationError) -> [Explanation] {
    let shape = shape(of: function)
    var frame = base
    if shape.sharesFrame {
      try bindShared(shape, arguments, base)
    } else {
      frame = try enter(shape.frameSize, at: id)
    }
    defer { if !shape.sharesFrame { leave(frame) } }
    if !shape.sharesFrame { try bind(shape, arguments, from: base, to: frame) }
    var inner = shape.sharesFrame ? bindings : []
    for (index, parameter) in machine[function].parameters.enumerated() {
      if let value = slot(frame + shape.firstParameter + index) {
        inner.append(NamedValue(parameter.name, value))
      }
    }
    return try reasons(shape.body, isTrue: wanted, frame, inner)
  }

  private func reasons(
    inApply builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, isTrue wanted: Bool,
    _ base: Int, _ bindings: [NamedValue]
  ) throws(EvaluationError) -> [Explanation] {
    switch builtin {
    case .not:
      return try reasons(operand(arguments, 0), isTrue: !wanted, base, bindings)
    case .and where !wanted:
      var result: [Explanation] = []
      for index in 0..<Int(arguments.count) {
        let operand = operand(arguments, index)
        // Behind the first false one, others may have no value.
        guard let isFalse = try? !isTrue(operand, base), isFalse else { continue }
        result += try reasons(operand, isTrue: false, base, bindings)
      }
      return result
    case .or where wanted:
      for index in 0..<Int(arguments.count) where try isTrue(operand(arguments, index), base) {
        return try reasons(operand(arguments, index), isTrue: true, base, bindings)
      }
      return []
    case .implies where !wanted && machine.text(of: id).utf8.count > Self.longText:
      return try reasons(operand(arguments, 1), isTrue: false, base, bindings)
    case .ite:
      let branch = operand(arguments, try isTrue(operand(arguments, 0), base) ? 1 : 2)
      return try reasons(branch, isTrue: wanted, base, bindings)
    case .matchVariant:
      return try reasons(matchingArm(arguments, id, base), isTrue: wanted, base, bindings)
    case .next where isNextAvailable:
      return [leaf(id, base, bindings)]
    case .forall where !wanted, .exists where wanted:
      let set = try set(operand(arguments, 0), base)
      let lambda = try lambda(operand(arguments, 1), base)
      var found: Value?
      try forEachMember(of: set, builtin, at: id) { member throws(EvaluationError) in
        bind(lambda, member)
        guard try isTrue(lambda.body, base) == wanted else { return true }
        found = member
        return false
      }
      guard let found else { return [] }
      let inner = bindings + names(of: operand(arguments, 1), for: found)
      return try reasons(lambda.body, isTrue: wanted, base, inner)
    default:
      return [leaf(id, base, bindings)]
    }
  }

  /// Bytes of source text beyond which an implication is explained by its conclusion alone.
  private static let longText = 60

  /// The names of a lambda's parameters with what they stand for.
  private func names(of lambda: ExpressionID, for argument: Value) -> [NamedValue] {
    guard case .lambda(_, let count, let unpacksTuple, _) = expressions[Int(lambda.index)] else { return [] }
    let text = machine.sources.text(in: machine.origin(of: lambda).range)
    let names = text.lambdaParameters
    guard names.count == count else { return [] }
    if unpacksTuple, case .tuple(let entries) = argument, entries.count == names.count {
      return zip(names, entries).filter { $0.0 != "_" }.map { NamedValue($0, $1) }
    }
    guard names.count == 1, names[0] != "_" else { return [] }
    return [NamedValue(names[0], argument)]
  }

  func leaf(_ id: ExpressionID, _ base: Int, _ bindings: [NamedValue]) -> Explanation {
    Explanation(
      text: machine.text(of: id), bindings: bindings.filter { !$0.name.hasPrefix("$") },
      operands: comparison(id, base), range: machine.origin(of: id).range)
  }

  /// `3 < 3` for `clock < dl.get(i)`, both sides for `or`; nil for what is no comparison or is long.
  private func comparison(_ id: ExpressionID, _ base: Int) -> String? {
    guard case .apply(let builtin, let arguments) = expressions[Int(id.index)] else { return nil }
    var text = ""
    if builtin == .or {
      var parts: [String] = []
      for index in 0..<Int(arguments.count) {
        guard let part = comparison(operand(arguments, index), base) else { return nil }
        parts.append(part)
      }
      text = parts.joined(separator: " or ")
    } else {
      guard arguments.count == 2, let sign = builtin.comparisonSign,
        let left = try? value(operand(arguments, 0), base),
        let right = try? value(operand(arguments, 1), base)
      else { return nil }
      text = "\(left) \(sign) \(right)"
    }
    return text.utf8.count <= 80 ? text : nil
  }
}

extension Builtin {
  /// How a comparison is written; nil for other operators.
  var comparisonSign: String? {
    switch self {
    case .eq: "=="
    case .neq: "!="
    case .ilt: "<"
    case .ilte: "<="
    case .igt: ">"
    case .igte: ">="
    case .isIn: "in"
    case .iff: "iff"
    default: nil
    }
  }
}

extension String {
  /// The parameters of a lambda's source text: `((a, b)) => e` gives `a` and `b`.
  fileprivate var lambdaParameters: [String] {
    guard let arrow = firstRange(of: "=>") else { return [] }
    return self[..<arrow.lowerBound].split { " \t\r\n(),".contains($0) }.map(String.init)
  }

  private func firstRange(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
