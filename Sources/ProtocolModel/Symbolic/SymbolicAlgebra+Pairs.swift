/// Maps whose keys are not all known: pairs of a key and an image, each with the condition under
/// which it is there.
///
/// Keys of pairs that are there are different. Every operation keeps that: a key is compared with
/// those before it, and the new pair is there only where none of them is the same.

extension SymbolicValue {
  var isConstant: Bool { if case .constant = self { true } else { false } }
}

extension SymbolicAlgebra {
  /// A value as a constant, where all its parts are known.
  ///
  /// - Complexity: O(parts up to the first unknown one).
  func folded(_ value: SymbolicValue) -> SymbolicValue { known(value).map { .constant($0) } ?? value }

  private func known(_ value: SymbolicValue) -> Value? {
    func all(_ parts: [SymbolicValue]) -> [Value]? {
      var result: [Value] = []
      for part in parts {
        guard let value = known(part) else { return nil }
        result.append(value)
      }
      return result
    }
    switch value {
    case .constant(let constant): return constant
    case .tuple(let entries): return all(entries).map { .tuple($0) }
    case .record(let shape, let entries):
      return all(entries).flatMap { RecordValue(shape: shape, values: $0) }.map { .record($0) }
    case .variant(let label, let labels, let payloads):
      guard let number = graph.integerValue(of: label), labels.indices.contains(number),
        let payload = payloads[number]
      else { return nil }
      return known(payload).map { .variant(labels[number], $0) }
    case .list(let entries, let count):
      guard let count = graph.integerValue(of: count), entries.count >= count, count >= 0 else { return nil }
      return all(Array(entries.prefix(count))).map { .list($0) }
    case .set(let candidates):
      guard candidates.allSatisfy({ $0.isMember == .true }) else { return nil }
      return all(candidates.map(\.value)).map { .set(of: $0) }
    case .map(let entries):
      guard entries.allSatisfy({ $0.isThere == .true }), let images = all(entries.map(\.value)) else {
        return nil
      }
      return .map(MapValue(lastWins: zip(entries, images).map { (key: $0.key, value: $1) }))
    case .boolean, .integer, .choice, .subsets, .interval, .maps, .pairs: return nil
    }
  }

  /// The pairs of any map.
  func pairs(_ value: SymbolicValue) throws(SymbolicRefusal) -> [SymbolicValue.Pair] {
    switch try opened(value) {
    case .pairs(let pairs): return pairs
    case .map(let entries):
      return entries.map { .init(key: .constant($0.key), isThere: $0.isThere, value: $0.value) }
    default: throw SymbolicRefusal("a map is needed")
    }
  }

  /// When a pair is there and has a key.
  mutating func has(_ pair: SymbolicValue.Pair, _ key: SymbolicValue) throws(SymbolicRefusal) -> Term {
    graph.and(pair.isThere, try equal(pair.key, key))
  }

  /// The image of a key, and when there is one; no image where there is none whatever the unknowns are.
  mutating func image(
    of key: SymbolicValue, in pairs: [SymbolicValue.Pair]
  ) throws(SymbolicRefusal) -> (isThere: Term, value: SymbolicValue?) {
    var isThere = Term.false
    var result: SymbolicValue?
    for pair in pairs.reversed() {
      let isThis = try has(pair, key)
      if isThis == .false { continue }
      isThere = graph.or(isThere, isThis)
      result =
        try result.map { (rest) throws(SymbolicRefusal) in try ite(isThis, pair.value, rest) } ?? pair.value
    }
    return (isThere, result)
  }

  /// Pairs with another image for a key, which is added where it is not there.
  mutating func putting(
    _ image: SymbolicValue, for key: SymbolicValue, in pairs: [SymbolicValue.Pair], adds: Bool
  ) throws(SymbolicRefusal) -> [SymbolicValue.Pair] {
    var result = pairs
    var isKnown = Term.false
    for index in result.indices {
      let isThis = try has(result[index], key)
      if isThis == .false { continue }
      isKnown = graph.or(isKnown, isThis)
      result[index].value = try ite(isThis, image, result[index].value)
    }
    if adds, isKnown != .true {
      result.append(.init(key: key, isThere: graph.not(isKnown), value: image))
    }
    return result
  }

  mutating func itePairs(
    _ condition: Term, _ x: [SymbolicValue.Pair], _ y: [SymbolicValue.Pair]
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var result: [SymbolicValue.Pair] = []
    for index in 0..<max(x.count, y.count) {
      if index < x.count, index < y.count {
        result.append(
          .init(
            key: try ite(condition, x[index].key, y[index].key),
            isThere: graph.ite(condition, x[index].isThere, y[index].isThere),
            value: try ite(condition, x[index].value, y[index].value)))
      } else {
        var pair = index < x.count ? x[index] : y[index]
        let counts = index < x.count ? condition : graph.not(condition)
        pair.isThere = graph.and(counts, pair.isThere)
        if pair.isThere != .false { result.append(pair) }
      }
    }
    return .pairs(result)
  }

  mutating func equalPairs(
    _ x: [SymbolicValue.Pair], _ y: [SymbolicValue.Pair]
  ) throws(SymbolicRefusal) -> Term {
    if x == y { return .true }
    return graph.and(try isPart(x, of: y), try isPart(y, of: x))
  }

  private mutating func isPart(
    _ x: [SymbolicValue.Pair], of y: [SymbolicValue.Pair]
  ) throws(SymbolicRefusal) -> Term {
    var result = Term.true
    for pair in x where result != .false {
      var isFound = Term.false
      for other in y {
        let isKey = try has(other, pair.key)
        if isKey == .false { continue }
        isFound = graph.or(isFound, graph.and(isKey, try equal(other.value, pair.value)))
      }
      result = graph.and(result, graph.implies(pair.isThere, isFound))
    }
    return result
  }
}
