// Union, intersection, difference and flattening.
//
// Explicit sets merge as sorted arrays. Lazy sets stay lazy where the result has
// the same form at no cost (ranges with ranges, products with products); else
// the side that has to be enumerated is, up to `SetValue.memberLimit`.

extension SetValue {
  /// The members of either set.
  ///
  /// - Throws: `.tooLarge`; `.infinite` when the result has no form here, as `Nat` with -1.
  /// - Complexity: O(members of both) when explicit.
  public func union(_ other: SetValue) throws(ValueError) -> SetValue {
    if case .explicit(let a) = self, case .explicit(let b) = other { return .explicit(Self.merge(a, b)) }
    if isEmpty { return other }
    if other.isEmpty { return self }
    if case .interval(let a, let b) = self, case .interval(let c, let d) = other,
      a <= d + .one, c <= b + .one
    {
      return .interval(low: min(a, c), high: max(b, d))
    }
    if !isFinite || !other.isFinite {
      if isSubset(of: other) { return other }
      if other.isSubset(of: self) { return self }
      throw .infinite
    }
    return .explicit(Self.merge(try explicitMembers(), try other.explicitMembers()))
  }

  /// The members of both sets.
  ///
  /// - Throws: `.tooLarge`, `.infinite`.
  /// - Complexity: O(members of both) when explicit.
  public func intersection(_ other: SetValue) throws(ValueError) -> SetValue {
    if case .explicit(let a) = self, case .explicit(let b) = other { return .explicit(Self.common(a, b)) }
    if isEmpty || other.isEmpty { return .empty }
    switch (self, other) {
    case (.integers, let rest), (let rest, .integers): return rest
    case (.naturals, .naturals): return self
    case (.naturals, .interval(let low, let high)), (.interval(let low, let high), .naturals):
      return .interval(from: max(low, .zero), to: high)
    case (.interval(let a, let b), .interval(let c, let d)):
      return .interval(from: max(a, c), to: min(b, d))
    case (.powerset(let a), .powerset(let b)): return .allSubsets(of: try a.intersection(b))
    case (.tuples(let a), .tuples(let b)) where a.count == b.count:
      var factors: [SetValue] = []
      for index in a.indices { factors.append(try a[index].intersection(b[index])) }
      return .product(factors)
    case (.maps(let a, let range), .maps(let b, let otherRange)):
      return a == b ? .allMaps(from: a, to: try range.intersection(otherRange)) : .empty
    case (.lists(let a, let length), .lists(let b, let otherLength)):
      return try .allLists(of: a.intersection(b), upTo: .small(min(length, otherLength)))
    default: break
    }
    let enumerateSelf =
      switch (self, other) {
      case (.explicit, _): true
      case (_, .explicit): false
      default: isFinite
      }
    let (enumerated, tested) = enumerateSelf ? (self, other) : (other, self)
    return .explicit(try enumerated.explicitMembers().filter { tested.contains($0) })
  }

  /// The members of the receiver that are not in `other`.
  ///
  /// - Throws: `.tooLarge`; `.infinite` when the result has no form here, as `Int` without 0.
  /// - Complexity: O(members of both) when explicit.
  public func subtracting(_ other: SetValue) throws(ValueError) -> SetValue {
    if case .explicit(let a) = self, case .explicit(let b) = other { return .explicit(Self.difference(a, b)) }
    if isEmpty || other.isEmpty { return self }
    if case .interval(let a, let b) = self, case .interval(let c, let d) = other {
      if d < a || b < c { return self }
      if c <= a { return .interval(from: d + .one, to: b) }
      if b <= d { return .interval(from: a, to: c - .one) }
    }
    if isSubset(of: other) { return .empty }
    guard isFinite else {
      if try intersection(other).isEmpty { return self }
      throw .infinite
    }
    return .explicit(try explicitMembers().filter { !other.contains($0) })
  }

  /// The union of the sets that are members (`flatten`).
  ///
  /// - Throws: `.tooLarge`, `.infinite`; `.wrongKind` when a member is no set.
  /// - Complexity: O(n log n) in the number of all members.
  public func flattened() throws(ValueError) -> SetValue {
    if case .powerset(let base) = self { return base }
    var gathered: [Value] = []
    var lazy: [SetValue] = []
    for member in try members() {
      guard case .set(let set) = member else { throw .wrongKind(expected: "set of sets") }
      if case .explicit(let members) = set {
        gathered += members
        if gathered.count > Self.memberLimit {
          gathered = gathered.sortedAndUnique()
          if gathered.count > Self.memberLimit { throw .tooLarge(limit: Self.memberLimit) }
        }
      } else {
        lazy.append(set)
      }
    }
    var result = SetValue(gathered)
    // The infinite ones first: what they swallow need not be spelled out.
    for set in lazy where !set.isFinite { result = try result.union(set) }
    for set in lazy where set.isFinite { result = try result.union(set) }
    return result
  }

  /// The only member (`getOnlyElement`).
  ///
  /// - Throws: `.empty`, `.notSingle`.
  public func onlyMember() throws(ValueError) -> Value {
    guard smallSize == 1 else { throw isEmpty ? .empty : .notSingle }
    return try leastMember()
  }

  /// The least member in canonical order (`chooseSome`).
  ///
  /// - Throws: `.empty`; `.infinite` and `.tooLarge` as `members()` does; the least of `Nat` is 0.
  public func leastMember() throws(ValueError) -> Value {
    if case .naturals = self { return 0 }
    var iterator = try members()
    guard let least = iterator.next() else { throw .empty }
    return least
  }

  /// The set with one more member.
  ///
  /// - Complexity: O(n) when explicit.
  public func inserting(_ value: Value) throws(ValueError) -> SetValue {
    if case .explicit(var members) = self {
      let (index, found) = members.position(of: value)
      if found { return self }
      members.insert(value, at: index)
      return .explicit(members)
    }
    return contains(value) ? self : try union(.explicit([value]))
  }
}

// MARK: - Merging sorted arrays

extension SetValue {
  private static func merge(_ a: [Value], _ b: [Value]) -> [Value] {
    if a.isEmpty { return b }
    if b.isEmpty { return a }
    if b.count == 1 { return inserting(b[0], into: a) }
    if a.count == 1 { return inserting(a[0], into: b) }
    var result: [Value] = []
    result.reserveCapacity(a.count + b.count)
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      let order = a[i].compare(b[j])
      result.append(order <= 0 ? a[i] : b[j])
      if order <= 0 { i += 1 }
      if order >= 0 { j += 1 }
    }
    result += a[i...]
    result += b[j...]
    return result
  }

  private static func inserting(_ value: Value, into members: [Value]) -> [Value] {
    let (index, found) = members.position(of: value)
    if found { return members }
    var members = members
    members.insert(value, at: index)
    return members
  }

  private static func common(_ a: [Value], _ b: [Value]) -> [Value] {
    let (short, long) = a.count <= b.count ? (a, b) : (b, a)
    if short.count &* 8 < long.count { return short.filter { long.position(of: $0).found } }
    var result: [Value] = []
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      let order = a[i].compare(b[j])
      if order == 0 { result.append(a[i]) }
      if order <= 0 { i += 1 }
      if order >= 0 { j += 1 }
    }
    return result
  }

  private static func difference(_ a: [Value], _ b: [Value]) -> [Value] {
    if a.count &* 8 < b.count { return a.filter { !b.position(of: $0).found } }
    var result: [Value] = []
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      let order = a[i].compare(b[j])
      if order < 0 { result.append(a[i]) }
      if order <= 0 { i += 1 }
      if order >= 0 { j += 1 }
    }
    result += a[i...]
    return result
  }
}
