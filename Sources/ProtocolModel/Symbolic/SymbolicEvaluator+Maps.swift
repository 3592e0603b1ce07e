/// Operators on maps over symbolic values.

extension SymbolicEvaluator {
  mutating func applyToMaps(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    switch builtin {
    case .makeMap:
      return try map(of: operands, base, path)
    case .get:
      let map = try algebra.opened(value(operands[0], base, path))
      let given = try value(operands[1], base, path)
      let key = algebra.folded(given)
      let image = machine.type(of: operands[0]).imageType
      if case .pairs(let pairs) = map { return try get(pairs, key, path, image: image) }
      guard case .map(let entries) = map else { throw SymbolicRefusal("a map is needed") }
      return try get(entries, key, path, image: image)
    case .setKey, .setBy, .put:
      return try change(builtin, operands, base, path)
    case .keys:
      let map = try algebra.opened(value(operands[0], base, path))
      if case .pairs(let pairs) = map {
        return .set(pairs.map { .init(value: $0.key, isMember: $0.isThere) })
      }
      guard case .map(let entries) = map else { throw SymbolicRefusal("a map is needed") }
      return set(entries.map { .init(value: .constant($0.key), isMember: $0.isThere) })
    case .mapBy:
      let candidates = try candidates(operands[0], base, path)
      let lambda = try lambda(operands[1], base)
      if prefersSlots, candidates.contains(where: { !$0.value.isConstant }) {
        return try pairs(candidates, lambda, base, path)
      }
      var result: [SymbolicValue.Entry] = []
      for candidate in candidates {
        guard case .constant(let key) = candidate.value else {
          guard let keys = try fewValues(of: candidate.value) else {
            return try pairs(candidates, lambda, base, path)
          }
          for key in keys {
            let isThis = try algebra.equal(.constant(key), candidate.value)
            let isThere = graph.and(candidate.isMember, isThis)
            if isThere == .false { continue }
            let image = try value(of: lambda, [.constant(key)], base, graph.and(path, isThere))
            // The image depends on the key alone: the same for every candidate that may have it.
            if let place = result.firstIndex(where: { $0.key == key }) {
              result[place].isThere = graph.or(result[place].isThere, isThere)
            } else {
              result.append(.init(key: key, isThere: isThere, value: image))
            }
          }
          continue
        }
        let inner = graph.and(path, candidate.isMember)
        let image = try value(of: lambda, [candidate.value], base, inner)
        if let place = result.firstIndex(where: { $0.key == key }) {
          result[place].isThere = graph.or(result[place].isThere, candidate.isMember)
          continue
        }
        result.append(.init(key: key, isThere: candidate.isMember, value: image))
      }
      return .map(result.sorted { $0.key.compare($1.key) < 0 })
    case .setOfMaps:
      let (keys, images) = (try value(operands[0], base, path), try value(operands[1], base, path))
      if case .constant(.set(let domain)) = keys, case .constant(.set(let range)) = images {
        return .constant(.set(.allMaps(from: domain, to: range)))
      }
      return .maps(try algebra.candidates(keys), images)
    default:
      let pairs = try value(operands[0], base, path)
      if case .constant(.set(let known)) = pairs, let map = try? MapValue(pairs: known) {
        return .constant(.map(map))
      }
      return try map(ofPairs: algebra.candidates(pairs), path)
    }
  }

  /// A map from pairs of which not all is known: an error where a key comes with two images.
  mutating func map(
    ofPairs candidates: [SymbolicValue.Candidate], _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var entries: [SymbolicValue.Entry] = []
    for candidate in candidates {
      guard case .tuple(let pair) = try algebra.opened(candidate.value), pair.count == 2,
        case .constant(let key) = algebra.folded(pair[0])
      else { return try pairs(ofPairs: candidates, path) }
      guard let place = entries.firstIndex(where: { $0.key == key }) else {
        entries.append(.init(key: key, isThere: candidate.isMember, value: pair[1]))
        continue
      }
      let isSame = try algebra.equal(entries[place].value, pair[1])
      let isTwice = graph.and(entries[place].isThere, candidate.isMember)
      fail(graph.and(isTwice, graph.not(isSame)), path)
      entries[place].value = try algebra.ite(candidate.isMember, pair[1], entries[place].value)
      entries[place].isThere = graph.or(entries[place].isThere, candidate.isMember)
    }
    return .map(entries.sorted { $0.key.compare($1.key) < 0 })
  }

  mutating func get(
    _ entries: [SymbolicValue.Entry], _ key: SymbolicValue, _ path: Term, image: Type?
  ) throws(SymbolicRefusal) -> SymbolicValue {
    if case .constant(let known) = key {
      guard let entry = entries.first(where: { $0.key == known }) else {
        fail(.true, path)
        if let some = entries.first?.value { return some }
        return try noValue(of: image)
      }
      fail(graph.not(entry.isThere), path)
      return entry.value
    }
    var isFound = Term.false
    var result: SymbolicValue?
    for entry in entries.reversed() {
      let isThis = graph.and(entry.isThere, try algebra.equal(.constant(entry.key), key))
      if isThis == .false { continue }
      isFound = graph.or(isFound, isThis)
      if let rest = result {
        result = try algebra.ite(isThis, entry.value, rest)
      } else {
        result = entry.value
      }
    }
    fail(graph.not(isFound), path)
    if let some = result ?? entries.first?.value { return some }
    return try noValue(of: image)
  }

  mutating func change(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let map = try algebra.opened(value(operands[0], base, path))
    let given = try value(operands[1], base, path)
    let key = algebra.folded(given)
    if case .pairs(let pairs) = map { return try change(builtin, pairs, key, operands, base, path) }
    guard case .map(var entries) = map else { throw SymbolicRefusal("a map is needed") }
    if builtin == .put, prefersSlots, !key.isConstant, try !keyIsAlwaysKnown(entries, key) {
      return try change(builtin, algebra.pairs(map), key, operands, base, path)
    }
    let new: SymbolicValue
    if builtin == .setBy {
      let lambda = try lambda(operands[2], base)
      let old = try get(entries, key, path, image: machine.type(of: operands[0]).imageType)
      new = try value(of: lambda, [old], base, path)
    } else {
      new = try value(operands[2], base, path)
    }
    if case .constant(let known) = key {
      if let index = entries.firstIndex(where: { $0.key == known }) {
        if builtin == .put {
          entries[index].isThere = .true
        } else if builtin == .setKey {
          fail(graph.not(entries[index].isThere), path)
        }
        entries[index].value = new
      } else if builtin == .put {
        entries.append(.init(key: known, isThere: .true, value: new))
        entries.sort { $0.key.compare($1.key) < 0 }
      } else {
        fail(.true, path)
      }
      return .map(entries)
    }
    if builtin == .put, let keys = try fewValues(of: key) {
      for known in keys where !entries.contains(where: { $0.key == known }) {
        entries.append(.init(key: known, isThere: .false, value: new))
      }
      entries.sort { $0.key.compare($1.key) < 0 }
    }
    var isFound = Term.false
    for index in entries.indices {
      let isThis = try algebra.equal(.constant(entries[index].key), key)
      if isThis == .false { continue }
      isFound = graph.or(isFound, builtin == .put ? isThis : graph.and(isThis, entries[index].isThere))
      entries[index].value = try algebra.ite(isThis, new, entries[index].value)
      if builtin == .put { entries[index].isThere = graph.or(entries[index].isThere, isThis) }
    }
    if builtin == .put {
      // A key that is none of the known ones has no place.
      let isKnown = try keyIsAlwaysKnown(entries, key)
      let isAmongFew = try fewValues(of: key) != nil
      guard isFound == .true || isKnown || isAmongFew else {
        return .pairs(try algebra.putting(new, for: key, in: algebra.pairs(map), adds: true))
      }
    } else if builtin == .setKey {
      fail(graph.not(isFound), path)
    }
    return .map(entries)
  }

  /// All values that an unknown value can have; nil where they are many, or not known.
  func fewValues(of value: SymbolicValue) throws(SymbolicRefusal) -> [Value]? {
    var ranges = GuardedRanges(graph, given: [])
    return try? SymbolicShape(of: value, &ranges).allValues(limit: 64)
  }

  /// True when an unknown key is surely one of the entries'.
  mutating func keyIsAlwaysKnown(
    _ entries: [SymbolicValue.Entry], _ key: SymbolicValue
  ) throws(SymbolicRefusal) -> Bool {
    switch key {
    case .choice(_, let values): return values.allSatisfy { value in entries.contains { $0.key == value } }
    case .integer(let term):
      let range = graph.range(of: term)
      guard range.lowerBound > -(1 << 20), range.upperBound < 1 << 20, range.count <= entries.count else {
        return false
      }
      return range.allSatisfy { number in entries.contains { $0.key == .int(number) } }
    case .constant, .boolean, .tuple, .record, .variant, .set, .subsets, .interval, .maps, .map, .pairs,
      .list:
      return false
    }
  }
}
