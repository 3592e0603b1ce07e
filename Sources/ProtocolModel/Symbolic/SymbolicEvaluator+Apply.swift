/// The built-in operators over symbolic values.

extension SymbolicEvaluator {
  mutating func apply(
    _ builtin: Builtin, _ arguments: Arguments, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let operands = Array(machine[arguments])
    switch builtin {
    case .not:
      return algebra.value(ofBoolean: graph.not(try boolean(operands[0], base, path)))
    case .and, .actionAll:
      var result = Term.true
      for operand in operands where result != .false {
        result = graph.and(result, try boolean(operand, base, graph.and(path, result)))
      }
      return algebra.value(ofBoolean: result)
    case .or:
      var result = Term.false
      for operand in operands where result != .true {
        result = graph.or(result, try boolean(operand, base, graph.and(path, graph.not(result))))
      }
      return algebra.value(ofBoolean: result)
    case .implies:
      let premise = try boolean(operands[0], base, path)
      if premise == .false { return .constant(true) }
      let conclusion = try boolean(operands[1], base, graph.and(path, premise))
      return algebra.value(ofBoolean: graph.implies(premise, conclusion))
    case .iff:
      let left = try boolean(operands[0], base, path)
      return algebra.value(ofBoolean: graph.equal(left, try boolean(operands[1], base, path)))
    case .eq, .neq:
      let left = try value(operands[0], base, path)
      let isEqual = try algebra.equal(left, value(operands[1], base, path))
      return algebra.value(ofBoolean: builtin == .eq ? isEqual : graph.not(isEqual))
    case .ite:
      let condition = try boolean(operands[0], base, path)
      if let known = graph.booleanValue(of: condition) {
        return try value(operands[known ? 1 : 2], base, path)
      }
      let first = try value(operands[1], base, graph.and(path, condition))
      let second = try value(operands[2], base, graph.and(path, graph.not(condition)))
      return try algebra.ite(condition, first, second)
    case .matchVariant:
      return try match(operands, base, path)
    case .assert:
      let holds = try boolean(operands[0], base, path)
      fail(graph.not(holds), path)
      return .constant(true)
    case .iadd, .isub, .imul, .idiv, .imod, .ipow, .iuminus, .ilt, .ilte, .igt, .igte:
      return try arithmetic(builtin, operands, base, path)
    case .to, .allIntegers, .allNaturals, .booleans, .makeSet, .exists, .forall, .isIn, .contains, .union,
      .intersect, .exclude, .subseteq, .filter, .map, .fold, .powerset, .flatten, .tuples, .allListsUpTo,
      .getOnlyElement, .chooseSome, .size, .isFinite:
      return try applyToSets(builtin, operands, base, path)
    case .makeMap, .setToMap, .get, .setKey, .setBy, .put, .keys, .mapBy, .setOfMaps:
      return try applyToMaps(builtin, operands, base, path)
    case .makeList, .append, .concat, .length, .nth, .replaceAt, .head, .tail, .slice, .indices, .range,
      .select, .foldl, .foldr:
      return try applyToLists(builtin, operands, base, path)
    case .makeTuple:
      let entries = try values(operands, base, path)
      return algebra.folded(.tuple(entries))
    case .item:
      guard case .tuple(let entries) = try algebra.opened(value(operands[0], base, path)),
        let position = try knownInteger(operands[1], base, path),
        entries.indices.contains(position - 1)
      else { throw SymbolicRefusal("an entry of no tuple") }
      return entries[position - 1]
    case .with:
      guard case .record(let shape, var values) = try algebra.opened(value(operands[0], base, path)),
        case .constant(.string(let name)) = try value(operands[1], base, path),
        let index = shape.index(of: name)
      else { throw SymbolicRefusal("a field of no record") }
      values[index] = try value(operands[2], base, path)
      return algebra.folded(.record(shape, values))
    case .fieldNames:
      guard case .record(let shape, _) = try algebra.opened(value(operands[0], base, path)) else {
        throw SymbolicRefusal("a record is needed")
      }
      return .constant(.set(of: shape.names.map { .string($0) }))
    case .debug:
      return try value(operands[operands.count - 1], base, path)
    case .next: return try valueAhead(operands[0], base, path)
    case .enabled, .orKeep, .mustChange: return try applyToAction(builtin, operands, base, path)
    case .makeRecord, .field, .variant, .allLists, .oneOf, .assign, .actionAny, .then, .reps, .expect, .fail,
      .always, .eventually, .leadsTo, .weakFair, .strongFair, .lastTrace, .test, .testOnce, .generate:
      throw SymbolicRefusal("`\(builtin.rawValue)` has no symbolic form")
    }
  }

  mutating func values(
    _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> [SymbolicValue] {
    var result: [SymbolicValue] = []
    for operand in operands { result.append(try value(operand, base, path)) }
    return result
  }

  private mutating func arithmetic(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let left = try integer(operands[0], base, path)
    if builtin == .iuminus { return algebra.value(ofInteger: graph.subtract(graph.integer(0), left)) }
    let right = try integer(operands[1], base, path)
    switch builtin {
    case .iadd: return algebra.value(ofInteger: graph.add(left, right))
    case .isub: return algebra.value(ofInteger: graph.subtract(left, right))
    case .imul: return algebra.value(ofInteger: graph.multiply(left, right))
    case .idiv, .imod:
      let isZero = graph.equal(right, graph.integer(0))
      if isZero == .true {
        fail(.true, path)
        return .constant(0)
      }
      fail(isZero, path)
      // Away from 0, so that no engine divides by it.
      let divisor = isZero == .false ? right : graph.ite(isZero, graph.integer(1), right)
      return algebra.value(
        ofInteger: builtin == .idiv ? graph.quotient(left, divisor) : graph.remainder(left, divisor))
    case .ipow:
      guard let exponent = graph.integerValue(of: right) else { throw SymbolicRefusal("an unknown exponent") }
      if exponent > 0, let base = graph.integerValue(of: left),
        let power = try? Integer.small(base).power(.small(exponent))
      {
        return .constant(.int(power))
      }
      if exponent < 0 || exponent > 64 { throw SymbolicRefusal("an exponent of \(exponent)") }
      if exponent == 0 { fail(graph.equal(left, graph.integer(0)), path) }
      var result = graph.integer(1)
      for _ in 0..<exponent { result = graph.multiply(result, left) }
      return algebra.value(ofInteger: result)
    case .ilt: return algebra.value(ofBoolean: graph.less(left, right))
    case .ilte: return algebra.value(ofBoolean: graph.lessOrEqual(left, right))
    case .igt: return algebra.value(ofBoolean: graph.less(right, left))
    default: return algebra.value(ofBoolean: graph.lessOrEqual(right, left))
    }
  }

  /// The arms that can be taken: the condition of each, with its parameter set by `enter`.
  mutating func arms(
    _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> [(condition: Term, slot: Int?, payload: SymbolicValue, body: ExpressionID)] {
    let subject = try value(operands[0], base, path)
    let (index, labels, payloads) = try variantParts(subject)
    var rest = Term.true
    var result: [(condition: Term, slot: Int?, payload: SymbolicValue, body: ExpressionID)] = []
    for place in stride(from: 1, to: operands.count - 1, by: 2) {
      guard case .literal(let literal) = machine[operands[place]],
        case .string(let label) = machine.literals[Int(literal)]
      else { continue }
      let lambda = try lambda(operands[place + 1], base)
      let slot = lambda.count > 0 ? lambda.first : nil
      if label.text == "_" {
        if rest != .false { result.append((rest, slot, subject, lambda.body)) }
        rest = .false
      } else if let number = labels.firstIndex(of: label), let payload = payloads[number] {
        let isThis = graph.and(rest, graph.equal(index, graph.integer(number)))
        if isThis != .false { result.append((isThis, slot, payload, lambda.body)) }
        rest = graph.and(rest, graph.not(isThis))
      }
    }
    // Labels are checked with types: one arm fits.
    return result
  }

  private mutating func variantParts(
    _ value: SymbolicValue
  ) throws(SymbolicRefusal) -> (Term, [QuintString], [SymbolicValue?]) {
    switch value {
    case .constant(.variant(let variant)):
      return (graph.integer(0), [variant.label], [.constant(variant.payload)])
    case .variant(let index, let labels, let payloads): return (index, labels, payloads)
    case .choice(let index, let values):
      var labels: [QuintString] = []
      var payloads: [SymbolicValue?] = []
      for value in values {
        guard case .variant(let variant) = value, !labels.contains(variant.label) else {
          throw SymbolicRefusal("a variant is needed")
        }
        labels.append(variant.label)
        payloads.append(.constant(variant.payload))
      }
      return (index, labels, payloads)
    default: throw SymbolicRefusal("a variant is needed")
    }
  }

  private mutating func match(
    _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let arms = try arms(operands, base, path)
    var result: SymbolicValue?
    var values: [(Term, SymbolicValue)] = []
    for arm in arms {
      if let slot = arm.slot { setSlot(slot, arm.payload) }
      values.append((arm.condition, try value(arm.body, base, graph.and(path, arm.condition))))
    }
    for (condition, value) in values.reversed() {
      result =
        try result.map { (rest) throws(SymbolicRefusal) in try algebra.ite(condition, value, rest) } ?? value
    }
    guard let result else { throw SymbolicRefusal("no arm of a match") }
    return result
  }
}
