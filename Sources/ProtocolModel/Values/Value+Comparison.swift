// Equality, order and hash of values.
//
// Integers are ordered by value, booleans false first, strings by scalars,
// lists and tuples position by position (a prefix before what continues it),
// sets and maps as their sorted sequences of members and of entries, variants by
// label and then payload, records field by field in the order of their names.

extension Value: Hashable, Comparable {
  /// - Complexity: O(size) at worst; shared storage is recognized.
  public static func == (a: Value, b: Value) -> Bool {
    if areIdentical(a, b) { return true }
    // Nested rather than over a pair, which would retain both sides.
    switch a {
    case .int(let x):
      if case .int(let y) = b { return x == y }
    case .bool(let x):
      if case .bool(let y) = b { return x == y }
    case .string(let x):
      if case .string(let y) = b { return x == y }
    case .tuple(let x):
      if case .tuple(let y) = b { return Value.areEqual(x, y) }
    case .list(let x):
      if case .list(let y) = b { return Value.areEqual(x, y) }
    case .set(let x):
      if case .set(let y) = b { return x == y }
    case .map(let x):
      if case .map(let y) = b { return x == y }
    case .record(let x):
      if case .record(let y) = b { return x == y }
    case .variant(let x):
      if case .variant(let y) = b { return x == y }
    }
    return false
  }

  public static func < (a: Value, b: Value) -> Bool { a.compare(b) < 0 }

  /// -1, 0 or 1: the canonical order.
  ///
  /// - Complexity: O(size) at worst. Lazy sets of one kind whose members are
  ///   not equal are enumerated up to the first difference.
  public func compare(_ other: Value) -> Int {
    if Self.areIdentical(self, other) { return 0 }
    switch self {
    case .int(let x):
      if case .int(let y) = other { return x.compare(y) }
    case .bool(let x):
      if case .bool(let y) = other { return x == y ? 0 : (y ? -1 : 1) }
    case .string(let x):
      if case .string(let y) = other { return x.compare(y) }
    case .tuple(let x):
      if case .tuple(let y) = other { return Value.compare(x, y) }
    case .list(let x):
      if case .list(let y) = other { return Value.compare(x, y) }
    case .set(let x):
      if case .set(let y) = other { return x.compare(y) }
    case .map(let x):
      if case .map(let y) = other { return x.compare(y) }
    case .record(let x):
      if case .record(let y) = other { return x.compare(y) }
    case .variant(let x):
      if case .variant(let y) = other { return x.compare(y) }
    }
    return kindRank < other.kindRank ? -1 : 1
  }

  static func areEqual(_ a: [Value], _ b: [Value]) -> Bool {
    if a.count != b.count { return false }
    var index = firstDifference(a, b, from: 0)
    while index < a.count {
      if a[index] != b[index] { return false }
      index = firstDifference(a, b, from: index + 1)
    }
    return true
  }

  /// Position by position; a proper prefix comes first.
  static func compare(_ a: [Value], _ b: [Value]) -> Int {
    let count = min(a.count, b.count)
    var index = firstDifference(a, b, from: 0)
    while index < count {
      let order = a[index].compare(b[index])
      if order != 0 { return order }
      index = firstDifference(a, b, from: index + 1)
    }
    return a.count == b.count ? 0 : (a.count < b.count ? -1 : 1)
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .int(let value): value.hash(into: &hasher)
    case .bool(let value): hasher.combine(value)
    case .string(let value): value.hash(into: &hasher)
    case .tuple(let entries), .list(let entries):
      hasher.combine(entries.count)
      for entry in entries { entry.hash(into: &hasher) }
    case .set(let value): value.hash(into: &hasher)
    case .map(let value): value.hash(into: &hasher)
    case .record(let value): value.hash(into: &hasher)
    case .variant(let value): value.hash(into: &hasher)
    }
  }

  private var kindRank: Int {
    switch self {
    case .bool: 0
    case .int: 1
    case .string: 2
    case .tuple: 3
    case .list: 4
    case .set: 5
    case .map: 6
    case .record: 7
    case .variant: 8
    }
  }
}

extension [Value] {
  /// Where a value is in an ascending array, or where it would stand.
  ///
  /// - Complexity: O(log n) comparisons.
  func position(of value: Value) -> (index: Int, found: Bool) {
    if count <= 8, let index = value.identicalPosition(in: self) { return (index, true) }
    var low = 0
    var high = count
    if case .int(.small(let wanted)) = value {
      while low < high {
        let middle = (low &+ high) &>> 1
        guard case .int(let candidate) = self[middle] else { break }
        guard case .small(let number) = candidate else {
          if candidate.signum < 0 { low = middle &+ 1 } else { high = middle }
          continue
        }
        if number == wanted { return (middle, true) }
        if number < wanted { low = middle &+ 1 } else { high = middle }
      }
      if low >= high { return (low, false) }
    }
    if case .string(let wanted) = value {
      while low < high {
        let middle = (low &+ high) &>> 1
        guard case .string(let candidate) = self[middle] else { break }
        let order = candidate.compare(wanted)
        if order == 0 { return (middle, true) }
        if order < 0 { low = middle &+ 1 } else { high = middle }
      }
      if low >= high { return (low, false) }
    }
    while low < high {
      let middle = (low &+ high) &>> 1
      let order = self[middle].compare(value)
      if order == 0 { return (middle, true) }
      if order < 0 { low = middle &+ 1 } else { high = middle }
    }
    return (low, false)
  }

  /// True when each entry is greater than the one before.
  var isStrictlyAscending: Bool {
    var index = 1
    while index < count {
      if self[index &- 1].compare(self[index]) >= 0 { return false }
      index &+= 1
    }
    return true
  }

  /// The entries in ascending order, each once.
  ///
  /// - Complexity: O(n log n); O(n) when already so.
  func sortedAndUnique() -> [Value] {
    if isStrictlyAscending { return self }
    let ordered = sorted { $0.compare($1) < 0 }
    var result: [Value] = []
    result.reserveCapacity(ordered.count)
    for value in ordered {
      if let last = result.last, last == value { continue }
      result.append(value)
    }
    return result
  }
}
