/// The meaning of the built-in operators, by the order of `Builtin`.

extension Evaluator {
  func apply(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Value {
    switch builtin {
    case .eq: return .bool(try areEqual(arguments, base))
    case .neq: return .bool(try !areEqual(arguments, base))
    case .not: return .bool(try !isTrue(operand(arguments, 0), base))
    case .and:
      for index in 0..<Int(arguments.count) where try !isTrue(operand(arguments, index), base) {
        return false
      }
      return true
    case .or:
      for index in 0..<Int(arguments.count) where try isTrue(operand(arguments, index), base) {
        return true
      }
      return false
    case .iff:
      let left = try isTrue(operand(arguments, 0), base)
      return .bool(try left == isTrue(operand(arguments, 1), base))
    case .implies:
      guard try isTrue(operand(arguments, 0), base) else { return true }
      return .bool(try isTrue(operand(arguments, 1), base))
    case .ite:
      let condition = try isTrue(operand(arguments, 0), base)
      return try value(operand(arguments, condition ? 1 : 2), base)
    case .iadd, .isub, .imul, .idiv, .imod, .ipow, .iuminus, .ilt, .ilte, .igt, .igte:
      return try arithmetic(builtin, arguments, id, base)
    case .to, .allIntegers, .allNaturals, .booleans, .makeSet, .exists, .forall, .isIn, .contains, .union,
      .intersect, .exclude, .subseteq, .filter, .map, .fold, .powerset, .flatten, .tuples, .allListsUpTo,
      .allLists, .getOnlyElement, .chooseSome, .oneOf, .size, .isFinite:
      return try applyToSets(builtin, arguments, id, base)
    case .makeMap, .setToMap, .get, .setKey, .setBy, .put, .keys, .mapBy, .setOfMaps:
      return try applyToMaps(builtin, arguments, id, base)
    case .makeList, .append, .concat, .length, .nth, .replaceAt, .head, .tail, .slice, .indices, .range,
      .select, .foldl, .foldr:
      return try applyToLists(builtin, arguments, id, base)
    case .makeRecord, .field, .with, .fieldNames, .makeTuple, .item, .variant, .matchVariant:
      return try applyToStructures(builtin, arguments, id, base)
    case .assign, .actionAll, .actionAny, .then, .reps, .expect, .fail:
      return .bool(try perform(id, base))
    case .assert:
      if try isTrue(operand(arguments, 0), base) { return true }
      throw EvaluationError(.assertionFailed, "assertion failed", at: operand(arguments, 0))
    case .next:
      return try valueInSuccessor(operand(arguments, 0), at: id, base)
    case .always, .eventually, .leadsTo, .orKeep, .mustChange, .enabled, .weakFair, .strongFair:
      return .bool(try applyTemporal(builtin, arguments, id, base))
    case .debug:
      let label = try value(operand(arguments, 0), base)
      let result = try value(operand(arguments, Int(arguments.count) - 1), base)
      debugHandler?("> \(label.asString?.text ?? label.description) \(result)")
      return result
    case .lastTrace where lastTrace != nil:
      return lastTrace ?? .list([])
    case .lastTrace, .test, .testOnce:
      throw EvaluationError(
        .notExecutable, "`\(builtin.rawValue)` works in the interactive shell only", at: id)
    case .generate:
      throw EvaluationError(
        .generateInSimulator, "`apalache::generate` needs a symbolic engine", at: id)
    }
  }

  private func areEqual(_ arguments: Arguments, _ base: Int) throws(EvaluationError) -> Bool {
    let left = try value(operand(arguments, 0), base)
    return try left == value(operand(arguments, 1), base)
  }

  func integer(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> Integer {
    if case .int(let result) = try value(id, base) { return result }
    throw EvaluationError(.wrongKind(expected: "integer"), of: nil, at: id)
  }

  private func arithmetic(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Value {
    let left = try integer(operand(arguments, 0), base)
    if builtin == .iuminus { return .int(-left) }
    let right = try integer(operand(arguments, 1), base)
    do throws(ValueError) {
      switch builtin {
      case .iadd: return .int(left + right)
      case .isub: return .int(left - right)
      case .imul: return .int(try left * right)
      case .idiv: return .int(try left.quotient(dividingBy: right))
      case .imod: return .int(try left.remainder(dividingBy: right))
      case .ipow: return .int(try left.power(right))
      case .ilt: return .bool(left < right)
      case .ilte: return .bool(left <= right)
      case .igt: return .bool(left > right)
      default: return .bool(left >= right)
      }
    } catch {
      throw EvaluationError(error, of: builtin, at: id)
    }
  }

  // MARK: Records, tuples, variants

  private func applyToStructures(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Value {
    switch builtin {
    case .makeTuple: return .tuple(try values(arguments, base))
    case .item:
      guard case .tuple(let entries) = try value(operand(arguments, 0), base),
        let position = try integer(operand(arguments, 1), base).asInt, position >= 1,
        position <= entries.count
      else { throw EvaluationError(.notExecutable, "there is no such entry", at: id) }
      return entries[position - 1]
    case .with:
      guard case .record(let record) = try value(operand(arguments, 0), base),
        case .string(let name) = try value(operand(arguments, 1), base),
        let result = record.setting(name, to: try value(operand(arguments, 2), base))
      else { throw EvaluationError(.notExecutable, "there is no such field", at: id) }
      return .record(result)
    case .fieldNames:
      guard case .record(let record) = try value(operand(arguments, 0), base) else { return .set(.empty) }
      return .set(record.fieldNames)
    case .matchVariant:
      return try value(matchingArm(arguments, id, base), base)
    case .makeRecord:
      // With names that are no literals; type checking lets none through.
      var fields: [(name: QuintString, value: Value)] = []
      for index in stride(from: 0, to: Int(arguments.count) - 1, by: 2) {
        guard case .string(let name) = try value(operand(arguments, index), base) else { continue }
        fields.append((name, try value(operand(arguments, index + 1), base)))
      }
      return .record(fields)
    case .field:
      guard case .record(let record) = try value(operand(arguments, 0), base),
        case .string(let name) = try value(operand(arguments, 1), base), let result = record[name]
      else { throw EvaluationError(.notExecutable, "there is no such field", at: id) }
      return result
    default:
      guard case .string(let label) = try value(operand(arguments, 0), base) else { return .unit }
      return .variant(VariantValue(label, try value(operand(arguments, 1), base)))
    }
  }

  /// The body of the arm that a `match` takes, with its parameter set.
  func matchingArm(
    _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> ExpressionID {
    guard case .variant(let variant) = try value(operand(arguments, 0), base) else {
      throw EvaluationError(.wrongKind(expected: "variant"), of: nil, at: id)
    }
    for index in stride(from: 1, to: Int(arguments.count) - 1, by: 2) {
      guard case .literal(let literal) = expressions[Int(operand(arguments, index).index)],
        case .string(let label) = literals[Int(literal)],
        case .lambda(let first, let count, _, let body) = expressions[
          Int(operand(arguments, index + 1).index)]
      else { continue }
      if label == variant.label || label.text == "_" {
        if count > 0 {
          setSlot(base + Int(first.slot), label == variant.label ? variant.payload : .variant(variant))
        }
        return body
      }
    }
    throw EvaluationError(.noSuchElement, "no arm for `\(variant.label)`", at: id)
  }

  func values(_ arguments: Arguments, _ base: Int) throws(EvaluationError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(Int(arguments.count))
    for index in 0..<Int(arguments.count) { result.append(try value(operand(arguments, index), base)) }
    return result
  }

  // MARK: Lambdas

  /// A lambda that stands as an operand.
  struct Lambda {
    var first: Int
    var count: Int
    var unpacksTuple: Bool
    var body: ExpressionID
  }

  func lambda(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> Lambda {
    guard case .lambda(let first, let count, let unpacksTuple, let body) = expressions[Int(id.index)] else {
      throw EvaluationError(.notExecutable, "internal error: an operator is needed", at: id)
    }
    return Lambda(
      first: base + Int(first.slot), count: Int(count), unpacksTuple: unpacksTuple, body: body)
  }

  @inline(__always)
  func bind(_ lambda: Lambda, _ argument: Value) {
    if lambda.unpacksTuple {
      guard case .tuple(let entries) = argument else { return }
      for index in 0..<min(lambda.count, entries.count) { setSlot(lambda.first + index, entries[index]) }
    } else if lambda.count > 0 {
      setSlot(lambda.first, argument)
    }
  }

  func value(of lambda: Lambda, _ argument: Value, _ base: Int) throws(EvaluationError) -> Value {
    bind(lambda, argument)
    return try value(lambda.body, base)
  }

  func value(
    of lambda: Lambda, _ left: Value, _ right: Value, _ base: Int
  ) throws(EvaluationError) -> Value {
    if lambda.unpacksTuple {
      bind(lambda, .tuple([left, right]))
    } else {
      if lambda.count > 0 { setSlot(lambda.first, left) }
      if lambda.count > 1 { setSlot(lambda.first + 1, right) }
    }
    return try value(lambda.body, base)
  }
}
