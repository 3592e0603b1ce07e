/// A map: its keys in ascending order, and the values at the same positions.
///
/// Maps that differ in values only share the array of keys, which makes them
/// quick to compare and cheap to change.
public struct MapValue: Sendable {
  /// Strictly ascending.
  public let keyArray: [Value]
  /// `values[i]` belongs to `keyArray[i]`.
  public let values: [Value]

  /// The caller warrants ascending keys and one value for each.
  init(ascendingKeys: [Value], values: [Value]) {
    keyArray = ascendingKeys
    self.values = values
  }

  public static let empty = MapValue(ascendingKeys: [], values: [])

  /// The map of the entries; of equal keys the last one wins.
  ///
  /// - Complexity: O(n log n); O(n) when the keys ascend.
  public init(lastWins entries: [(key: Value, value: Value)]) {
    let keys = entries.map(\.key)
    if keys.isStrictlyAscending {
      self.init(ascendingKeys: keys, values: entries.map(\.value))
      return
    }
    let order = entries.indices.sorted { a, b in
      let order = keys[a].compare(keys[b])
      return order != 0 ? order < 0 : a < b
    }
    var sortedKeys: [Value] = []
    var values: [Value] = []
    for index in order {
      if let last = sortedKeys.last, last == keys[index] {
        values[values.count - 1] = entries[index].value
      } else {
        sortedKeys.append(keys[index])
        values.append(entries[index].value)
      }
    }
    self.init(ascendingKeys: sortedKeys, values: values)
  }

  /// The map of the entries.
  ///
  /// - Throws: `.duplicateKey` when a key occurs with two different values.
  /// - Complexity: O(n log n); O(n) when the keys ascend.
  public init(unique entries: [(key: Value, value: Value)]) throws(ValueError) {
    self.init(lastWins: entries)
    if count == entries.count { return }
    for entry in entries where self[entry.key] != entry.value { throw .duplicateKey(entry.key) }
  }

  /// The map of a set of pairs (`setToMap`).
  ///
  /// - Throws: `.duplicateKey`; `.wrongKind` unless all members are pairs; and
  ///   as `SetValue.members()` does.
  public init(pairs: SetValue) throws(ValueError) {
    var entries: [(key: Value, value: Value)] = []
    for member in try pairs.explicitMembers() {
      guard case .tuple(let pair) = member, pair.count == 2 else { throw .wrongKind(expected: "pair") }
      entries.append((pair[0], pair[1]))
    }
    try self.init(unique: entries)
  }

  /// The map that takes each member of a set to its image (`mapBy`).
  ///
  /// - Complexity: one call of `image` a member, in ascending order.
  public init<Failure: Error>(
    ascending keys: [Value], image: (Value) throws(Failure) -> Value
  ) throws(Failure) {
    var values: [Value] = []
    values.reserveCapacity(keys.count)
    for key in keys { values.append(try image(key)) }
    self.init(ascendingKeys: keys, values: values)
  }
}

extension MapValue {
  public var count: Int { keyArray.count }
  public var isEmpty: Bool { keyArray.isEmpty }

  /// The keys as a set; shares their storage.
  public var keys: SetValue { .explicit(keyArray) }

  /// Position of a key in `keyArray`.
  ///
  /// - Complexity: O(log n).
  public func index(of key: Value) -> Int? {
    let (index, found) = keyArray.position(of: key)
    return found ? index : nil
  }

  /// The value at a key, nil when the map has no such key.
  ///
  /// - Complexity: O(log n).
  public subscript(key: Value) -> Value? {
    let (index, found) = keyArray.position(of: key)
    return found ? values[index] : nil
  }

  /// The value at a key.
  ///
  /// - Throws: `.missingKey`.
  public func get(_ key: Value) throws(ValueError) -> Value {
    let (index, found) = keyArray.position(of: key)
    if found { return values[index] }
    throw .missingKey(key, keys: keys)
  }

  /// The map with another value at a position of `keyArray`; outside of it, the map itself.
  ///
  /// - Complexity: O(n) for the copy of the values.
  public func replacingValue(at index: Int, with value: Value) -> MapValue {
    guard values.indices.contains(index) else { return self }
    var values = values
    values[index] = value
    return MapValue(ascendingKeys: keyArray, values: values)
  }

  /// The map with another value at a key that it has, nil when it has not (`set`).
  ///
  /// - Complexity: O(n).
  public func setting(_ key: Value, to value: Value) -> MapValue? {
    let (index, found) = keyArray.position(of: key)
    return found ? replacingValue(at: index, with: value) : nil
  }

  /// The map with a key added or its value replaced (`put`).
  ///
  /// - Complexity: O(n).
  public func putting(_ key: Value, _ value: Value) -> MapValue {
    let (index, found) = keyArray.position(of: key)
    if found { return replacingValue(at: index, with: value) }
    var keys = keyArray
    var values = values
    keys.insert(key, at: index)
    values.insert(value, at: index)
    return MapValue(ascendingKeys: keys, values: values)
  }
}

extension MapValue: Hashable {
  public static func == (a: MapValue, b: MapValue) -> Bool {
    Value.areEqual(a.keyArray, b.keyArray) && Value.areEqual(a.values, b.values)
  }

  /// As sorted sequences of entries.
  public func compare(_ other: MapValue) -> Int {
    let shared = min(count, other.count)
    var index = 0
    while true {
      let keyIndex = Value.firstDifference(keyArray, other.keyArray, from: index)
      let valueIndex = Value.firstDifference(values, other.values, from: index)
      index = min(keyIndex, valueIndex)
      if index >= shared { break }
      let keyOrder = keyArray[index].compare(other.keyArray[index])
      if keyOrder != 0 { return keyOrder }
      let valueOrder = values[index].compare(other.values[index])
      if valueOrder != 0 { return valueOrder }
      index += 1
    }
    return count == other.count ? 0 : (count < other.count ? -1 : 1)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for key in keyArray { key.hash(into: &hasher) }
    for value in values { value.hash(into: &hasher) }
  }
}
