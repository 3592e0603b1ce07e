/// The meaning of the operators on sets and maps.

extension Evaluator {
  func set(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> SetValue {
    if case .set(let result) = try value(id, base) { return result }
    throw EvaluationError(.wrongKind(expected: "set"), of: nil, at: id)
  }

  /// Calls `body` for the members in ascending order until it answers false.
  func forEachMember(
    of set: SetValue, _ builtin: Builtin, at id: ExpressionID,
    _ body: (Value) throws(EvaluationError) -> Bool
  ) throws(EvaluationError) {
    if case .explicit(let members) = set {
      for member in members {
        try tick(id)
        if try !body(member) { return }
      }
      return
    }
    var members: SetMembers
    do throws(ValueError) {
      members = try set.members()
    } catch {
      throw EvaluationError(error, of: builtin, at: id)
    }
    while let member = members.next() {
      try tick(id)
      if try !body(member) { return }
    }
  }

  func applyToSets(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Value {
    switch builtin {
    case .allIntegers: return .set(.integers)
    case .allNaturals: return .set(.naturals)
    case .booleans: return .set(.booleans)
    case .makeSet: return .set(of: try values(arguments, base))
    case .to:
      let low = try integer(operand(arguments, 0), base)
      return .set(.interval(from: low, to: try integer(operand(arguments, 1), base)))
    case .exists, .forall:
      return .bool(try quantify(builtin, arguments, id, base))
    case .isIn:
      let member = try value(operand(arguments, 0), base)
      return .bool(try set(operand(arguments, 1), base).contains(member))
    case .contains:
      let set = try set(operand(arguments, 0), base)
      return .bool(set.contains(try value(operand(arguments, 1), base)))
    case .subseteq:
      let left = try set(operand(arguments, 0), base)
      return .bool(left.isSubset(of: try set(operand(arguments, 1), base)))
    case .filter:
      let set = try set(operand(arguments, 0), base)
      let lambda = try lambda(operand(arguments, 1), base)
      var kept: [Value] = []
      try forEachMember(of: set, builtin, at: id) { member throws(EvaluationError) in
        bind(lambda, member)
        if try isTrue(lambda.body, base) { kept.append(member) }
        if kept.count > SetValue.memberLimit { throw tooManyMembers(at: id) }
        return true
      }
      return .set(SetValue(ascending: kept))
    case .map:
      let set = try set(operand(arguments, 0), base)
      let lambda = try lambda(operand(arguments, 1), base)
      var images: [Value] = []
      try forEachMember(of: set, builtin, at: id) { member throws(EvaluationError) in
        images.append(try value(of: lambda, member, base))
        if images.count > SetValue.memberLimit {
          // Many members may have few images.
          images = images.sortedAndUnique()
          if images.count > SetValue.memberLimit / 2 { throw tooManyMembers(at: id) }
        }
        return true
      }
      return .set(of: images)
    case .fold:
      let set = try set(operand(arguments, 0), base)
      var result = try value(operand(arguments, 1), base)
      let lambda = try lambda(operand(arguments, 2), base)
      try forEachMember(of: set, builtin, at: id) { member throws(EvaluationError) in
        result = try value(of: lambda, result, member, base)
        return true
      }
      return result
    case .tuples:
      var factors: [SetValue] = []
      for index in 0..<Int(arguments.count) { factors.append(try set(operand(arguments, index), base)) }
      return .set(.product(factors))
    case .allLists:
      throw EvaluationError(.notExecutable, "the set of all lists is infinite", at: id)
    case .oneOf:
      throw EvaluationError(.oneOfOutsideNondet, "`oneOf` outside of a nondet definition", at: id)
    case .isFinite:
      return .bool(try set(operand(arguments, 0), base).isFinite)
    default: break
    }
    // What works on whole sets and may fail.
    let set = try set(operand(arguments, 0), base)
    do throws(ValueError) {
      switch builtin {
      case .powerset: return .set(.allSubsets(of: set))
      case .flatten: return .set(try set.flattened())
      case .getOnlyElement: return try set.onlyMember()
      case .chooseSome: return try set.leastMember()
      case .size: return .int(try set.size())
      default: break
      }
    } catch {
      throw EvaluationError(error, of: builtin, at: id)
    }
    if builtin == .allListsUpTo {
      let length = try integer(operand(arguments, 1), base)
      do throws(ValueError) {
        return .set(try .allLists(of: set, upTo: length))
      } catch {
        throw EvaluationError(error, of: builtin, at: id)
      }
    }
    let other = try self.set(operand(arguments, 1), base)
    do throws(ValueError) {
      switch builtin {
      case .union: return .set(try set.union(other))
      case .intersect: return .set(try set.intersection(other))
      default: return .set(try set.subtracting(other))
      }
    } catch {
      throw EvaluationError(error, of: builtin, at: id)
    }
  }

  private func tooManyMembers(at id: ExpressionID) -> EvaluationError {
    EvaluationError(.tooLarge(limit: SetValue.memberLimit), of: nil, at: id)
  }

  private func quantify(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let set = try set(operand(arguments, 0), base)
    let lambda = try lambda(operand(arguments, 1), base)
    let decides = builtin == .exists
    var result = !decides
    try forEachMember(of: set, builtin, at: id) { member throws(EvaluationError) in
      bind(lambda, member)
      if try isTrue(lambda.body, base) == decides {
        result = decides
        return false
      }
      return true
    }
    return result
  }

  // MARK: Maps

  func map(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> MapValue {
    if case .map(let result) = try value(id, base) { return result }
    throw EvaluationError(.wrongKind(expected: "map"), of: nil, at: id)
  }

  func applyToMaps(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Value {
    switch builtin {
    case .makeMap:
      var entries: [(key: Value, value: Value)] = []
      for entry in try values(arguments, base) {
        guard case .tuple(let pair) = entry, pair.count == 2 else {
          throw EvaluationError(.wrongKind(expected: "pair"), of: builtin, at: id)
        }
        entries.append((pair[0], pair[1]))
      }
      return .map(MapValue(lastWins: entries))
    case .setToMap:
      let pairs = try set(operand(arguments, 0), base)
      do throws(ValueError) {
        return .map(try MapValue(pairs: pairs))
      } catch {
        throw EvaluationError(error, of: builtin, at: id)
      }
    case .get:
      let map = try map(operand(arguments, 0), base)
      let key = try value(operand(arguments, 1), base)
      if let result = map[key] { return result }
      throw EvaluationError(.missingKey(key, keys: map.keys), of: builtin, at: id)
    case .setKey:
      let map = try map(operand(arguments, 0), base)
      let key = try value(operand(arguments, 1), base)
      let new = try value(operand(arguments, 2), base)
      if let result = map.setting(key, to: new) { return .map(result) }
      throw EvaluationError(.missingKey(key, keys: map.keys), of: builtin, at: id)
    case .setBy:
      let map = try map(operand(arguments, 0), base)
      let key = try value(operand(arguments, 1), base)
      let lambda = try lambda(operand(arguments, 2), base)
      guard let old = map[key], let result = map.setting(key, to: try value(of: lambda, old, base)) else {
        throw EvaluationError(.missingKey(key, keys: map.keys), of: builtin, at: id)
      }
      return .map(result)
    case .put:
      let map = try map(operand(arguments, 0), base)
      let key = try value(operand(arguments, 1), base)
      return .map(map.putting(key, try value(operand(arguments, 2), base)))
    case .keys:
      return .set(try map(operand(arguments, 0), base).keys)
    case .mapBy:
      let set = try set(operand(arguments, 0), base)
      let lambda = try lambda(operand(arguments, 1), base)
      let keys: [Value]
      do throws(ValueError) {
        keys = try set.explicitMembers()
      } catch {
        throw EvaluationError(error, of: builtin, at: id)
      }
      return .map(
        try MapValue(ascending: keys) { key throws(EvaluationError) in
          try tick(id)
          return try value(of: lambda, key, base)
        })
    default:
      let domain = try set(operand(arguments, 0), base)
      return .set(.allMaps(from: domain, to: try set(operand(arguments, 1), base)))
    }
  }
}
