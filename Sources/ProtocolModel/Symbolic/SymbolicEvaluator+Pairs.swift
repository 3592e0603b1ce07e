/// Operators on maps whose keys are not all known.

extension SymbolicEvaluator {
  /// `Map(...)`, where the last of equal keys wins.
  mutating func map(
    of operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var pairs: [SymbolicValue.Pair] = []
    var hasUnknownKeys = false
    for operand in operands {
      guard case .tuple(let pair) = try algebra.opened(value(operand, base, path)), pair.count == 2 else {
        throw SymbolicRefusal("a pair is needed")
      }
      let key = algebra.folded(pair[0])
      if !key.isConstant { hasUnknownKeys = true }
      pairs = try algebra.putting(pair[1], for: key, in: pairs, adds: true)
    }
    if hasUnknownKeys { return .pairs(pairs) }
    var entries: [SymbolicValue.Entry] = []
    for pair in pairs {
      if case .constant(let key) = pair.key {
        entries.append(.init(key: key, isThere: .true, value: pair.value))
      }
    }
    return .map(entries.sorted { $0.key.compare($1.key) < 0 })
  }

  mutating func get(
    _ pairs: [SymbolicValue.Pair], _ key: SymbolicValue, _ path: Term, image: Type?
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let (isThere, value) = try algebra.image(of: key, in: pairs)
    fail(graph.not(isThere), path)
    if let some = value ?? pairs.first?.value { return some }
    return try noValue(of: image)
  }

  /// `put`, `set` and `setBy`.
  mutating func change(
    _ builtin: Builtin, _ pairs: [SymbolicValue.Pair], _ key: SymbolicValue, _ operands: [ExpressionID],
    _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let new: SymbolicValue
    switch builtin {
    case .setBy:
      let lambda = try lambda(operands[2], base)
      let old = try get(pairs, key, path, image: machine.type(of: operands[0]).imageType)
      new = try value(of: lambda, [old], base, path)
    case .setKey:
      let (isThere, _) = try algebra.image(of: key, in: pairs)
      fail(graph.not(isThere), path)
      new = try value(operands[2], base, path)
    default: new = try value(operands[2], base, path)
    }
    return .pairs(try algebra.putting(new, for: key, in: pairs, adds: builtin == .put))
  }

  /// `mapBy`: of candidates that are the same one key is there.
  mutating func pairs(
    _ candidates: [SymbolicValue.Candidate], _ lambda: Lambda, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var result: [SymbolicValue.Pair] = []
    for index in candidates.indices {
      let isThere = try algebra.isFirst(index, of: candidates)
      if isThere == .false { continue }
      let image = try value(of: lambda, [candidates[index].value], base, graph.and(path, isThere))
      result.append(.init(key: candidates[index].value, isThere: isThere, value: image))
    }
    return .pairs(result)
  }

  /// `setToMap`: an error where a key comes with two images.
  mutating func pairs(
    ofPairs candidates: [SymbolicValue.Candidate], _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var result: [SymbolicValue.Pair] = []
    for candidate in candidates {
      guard case .tuple(let pair) = try algebra.opened(candidate.value), pair.count == 2 else {
        throw SymbolicRefusal("a pair is needed")
      }
      let key = algebra.folded(pair[0])
      var isThere = candidate.isMember
      for known in result {
        let isSame = try algebra.has(known, key)
        if isSame == .false { continue }
        let differs = graph.not(try algebra.equal(known.value, pair[1]))
        fail(graph.and(candidate.isMember, graph.and(isSame, differs)), path)
        isThere = graph.and(isThere, graph.not(isSame))
      }
      if isThere != .false { result.append(.init(key: key, isThere: isThere, value: pair[1])) }
    }
    return .pairs(result)
  }
}
