/// The meaning of the operators on lists; positions count from 0.

extension Evaluator {
  private func list(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> [Value] {
    if case .list(let result) = try value(id, base) { return result }
    throw EvaluationError(.wrongKind(expected: "list"), of: nil, at: id)
  }

  func applyToLists(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Value {
    if builtin == .makeList { return .list(try values(arguments, base)) }
    if builtin == .range { return try range(arguments, id, base) }
    var list = try list(operand(arguments, 0), base)
    switch builtin {
    case .length: return .int(list.count)
    case .indices:
      return .set(.interval(from: .zero, to: .small(list.count - 1)))
    case .head:
      guard let first = list.first else {
        throw EvaluationError(.noSuchElement, "`head` of an empty list", at: id)
      }
      return first
    case .tail:
      if list.isEmpty { throw EvaluationError(.noSuchElement, "`tail` of an empty list", at: id) }
      list.removeFirst()
      return .list(list)
    case .append:
      list.append(try value(operand(arguments, 1), base))
      return .list(list)
    case .concat:
      return .list(list + (try self.list(operand(arguments, 1), base)))
    case .nth:
      return list[try position(operand(arguments, 1), in: list, at: id, base)]
    case .replaceAt:
      let position = try position(operand(arguments, 1), in: list, at: id, base)
      list[position] = try value(operand(arguments, 2), base)
      return .list(list)
    case .slice:
      let from = try integer(operand(arguments, 1), base)
      let to = try integer(operand(arguments, 2), base)
      guard let start = from.asInt, let end = to.asInt, start >= 0, start <= end, end <= list.count else {
        throw EvaluationError(
          .badSlice, "slice \(from) to \(to) is outside of a list of length \(list.count)", at: id)
      }
      return .list(Array(list[start..<end]))
    case .select:
      let lambda = try lambda(operand(arguments, 1), base)
      var kept: [Value] = []
      for entry in list {
        try tick(id)
        bind(lambda, entry)
        if try isTrue(lambda.body, base) { kept.append(entry) }
      }
      return .list(kept)
    case .foldl:
      var result = try value(operand(arguments, 1), base)
      let lambda = try lambda(operand(arguments, 2), base)
      for entry in list {
        try tick(id)
        result = try value(of: lambda, result, entry, base)
      }
      return result
    default:
      var result = try value(operand(arguments, 1), base)
      let lambda = try lambda(operand(arguments, 2), base)
      for entry in list.reversed() {
        try tick(id)
        result = try value(of: lambda, entry, result, base)
      }
      return result
    }
  }

  private func position(
    _ operand: ExpressionID, in list: [Value], at id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Int {
    let position = try integer(operand, base)
    guard let index = position.asInt, list.indices.contains(index) else {
      throw EvaluationError(.indexOutOfBounds(position, count: list.count), of: .nth, at: id)
    }
    return index
  }

  private func range(
    _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Value {
    let from = try integer(operand(arguments, 0), base)
    let to = try integer(operand(arguments, 1), base)
    do throws(ValueError) {
      return .list(try SetValue.interval(from: from, to: to - .one).explicitMembers())
    } catch {
      throw EvaluationError(error, of: .range, at: id)
    }
  }
}
