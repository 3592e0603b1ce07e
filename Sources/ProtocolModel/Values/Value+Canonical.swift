// The canonical form of a value: every finite set in it is explicit.

extension Value {
  /// True when no finite lazy set is inside.
  ///
  /// - Complexity: O(size).
  public var isCanonical: Bool {
    switch self {
    case .bool, .int, .string: true
    case .tuple(let entries), .list(let entries): entries.allSatisfy(\.isCanonical)
    case .set(let set): set.isCanonical
    case .map(let map): map.keyArray.allSatisfy(\.isCanonical) && map.values.allSatisfy(\.isCanonical)
    case .record(let record): record.values.allSatisfy(\.isCanonical)
    case .variant(let variant): variant.payload.isCanonical
    }
  }

  /// The equal value in which every finite set is explicit; infinite sets stay.
  ///
  /// - Throws: `.tooLarge` when a set has more than `limit` members.
  /// - Complexity: O(size of the result).
  public func canonicalized(limit: Int = SetValue.memberLimit) throws(ValueError) -> Value {
    if isCanonical { return self }
    switch self {
    case .bool, .int, .string: return self
    case .tuple(let entries): return .tuple(try Self.canonicalized(entries, limit: limit))
    case .list(let entries): return .list(try Self.canonicalized(entries, limit: limit))
    case .set(let set): return .set(try set.canonicalized(limit: limit))
    case .map(let map):
      return .map(
        MapValue(
          ascendingKeys: try Self.canonicalized(map.keyArray, limit: limit),
          values: try Self.canonicalized(map.values, limit: limit)))
    case .record(let record):
      let values = try Self.canonicalized(record.values, limit: limit)
      return RecordValue(shape: record.shape, values: values).map { .record($0) } ?? self
    case .variant(let variant):
      return .variant(VariantValue(variant.label, try variant.payload.canonicalized(limit: limit)))
    }
  }

  static func canonicalized(_ values: [Value], limit: Int) throws(ValueError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(values.count)
    for value in values { result.append(try value.canonicalized(limit: limit)) }
    return result
  }
}

extension SetValue {
  /// True when explicit with canonical members, or infinite.
  public var isCanonical: Bool {
    if case .explicit(let members) = self { return members.allSatisfy(\.isCanonical) }
    return !isFinite
  }

  /// The equal explicit set with canonical members; an infinite set stays.
  ///
  /// - Throws: `.tooLarge` when it, or a set inside, has more than `limit` members.
  public func canonicalized(limit: Int = SetValue.memberLimit) throws(ValueError) -> SetValue {
    if !isFinite { return self }
    return .explicit(try Value.canonicalized(explicitMembers(limit: limit), limit: limit))
  }
}
