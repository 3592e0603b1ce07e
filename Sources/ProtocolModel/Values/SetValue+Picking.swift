// Picking one member of a set by number, as a simulator does, without enumeration.

extension SetValue {
  /// The member at a position of the canonical order, from 0.
  ///
  /// - Throws: `.infinite`, `.tooLarge`; `.indexOutOfBounds` for a position outside.
  /// - Complexity: polynomial in the size of the member, not in that of the set.
  public func member(at index: Integer) throws(ValueError) -> Value {
    if case .explicit(let members) = self {
      guard let position = index.asInt, members.indices.contains(position) else {
        throw .indexOutOfBounds(index, count: members.count)
      }
      return members[position]
    }
    let size = try size()
    guard index.signum >= 0, index < size else { throw .indexOutOfBounds(index, count: size.asInt ?? .max) }
    switch self {
    case .explicit, .integers, .naturals: throw .infinite
    case .interval(let low, _): return .int(low + index)
    case .powerset(let base): return .set(.explicit(try Self.subset(of: base.explicitMembers(), at: index)))
    case .tuples(let factors): return .tuple(try Self.digits(of: index, in: factors))
    case .maps(let domain, let range):
      let keys = try domain.explicitMembers()
      let values = try Self.digits(of: index, in: Array(repeating: range, count: keys.count))
      return .map(MapValue(ascendingKeys: keys, values: values))
    case .lists(let elements, let maxLength):
      return .list(try Self.list(over: elements, upTo: maxLength, at: index))
    }
  }

  /// In canonical order, {} comes first, then the half of the subsets that has
  /// the least member, then the other half without {}.
  private static func subset(of base: [Value], at index: Integer) throws(ValueError) -> [Value] {
    var rest = index
    var result: [Value] = []
    for (position, member) in base.enumerated() {
      if rest.isZero { break }
      let half = try Integer.small(2).power(.small(base.count - 1 - position))
      if rest <= half {
        result.append(member)
        rest = rest - .one
      } else {
        rest = rest - half
      }
    }
    return result
  }

  /// Mixed-radix digits, the first the most significant, as members.
  private static func digits(of index: Integer, in factors: [SetValue]) throws(ValueError) -> [Value] {
    var rest = index
    var result: [Value] = []
    for factor in factors.reversed() {
      let size = try factor.size()
      result.append(try factor.member(at: rest.remainder(dividingBy: size)))
      rest = try rest.quotient(dividingBy: size)
    }
    result.reverse()
    return result
  }

  /// [] comes first, then for each element all lists that begin with it.
  private static func list(
    over elements: SetValue, upTo maxLength: Int, at index: Integer
  ) throws(ValueError) -> [Value] {
    let size = try elements.size()
    var rest = index
    var result: [Value] = []
    var block = try numberOfLists(over: size, upTo: maxLength)
    while !rest.isZero {
      rest = rest - .one
      block = try (block - .one).quotient(dividingBy: size)
      result.append(try elements.member(at: rest.quotient(dividingBy: block)))
      rest = try rest.remainder(dividingBy: block)
    }
    return result
  }
}

// MARK: - Picks of a simulator

extension SetValue {
  /// The numbers below which a simulator draws to pick a member: one for the
  /// set, one for each factor of a product, one for each key of a set of maps;
  /// nil where the choice is among infinitely many integers.
  ///
  /// A part that is itself infinite and composed contributes its own bounds.
  ///
  /// - Throws: `.tooLarge`, `.infinite` when no pick is possible.
  public func pickBounds() throws(ValueError) -> [Integer?] {
    if isEmpty { return [.zero] }
    switch self {
    case .integers, .naturals: return [nil]
    case .explicit, .interval, .powerset, .lists: return [try size()]
    case .tuples(let factors):
      var bounds: [Integer?] = []
      for factor in factors { bounds += try factor.boundsAsPart() }
      return bounds
    case .maps(let domain, let range):
      if domain.isEmpty { return [.one] }
      guard let keyCount = domain.smallSize, keyCount <= Self.memberLimit else {
        throw domain.isFinite ? .tooLarge(limit: Self.memberLimit) : .infinite
      }
      let bounds = try range.boundsAsPart()
      return Array(repeatElement(bounds, count: keyCount).joined())
    }
  }

  private func boundsAsPart() throws(ValueError) -> [Integer?] {
    isFinite ? [try size()] : try pickBounds()
  }

  /// The member that a simulator's draws stand for.
  ///
  /// `positions` has one number for each of `pickBounds()`: from 0 and below the
  /// bound; any integer where there is no bound, of which `Nat` takes the absolute value.
  ///
  /// - Throws: as `member(at:)`; `.empty` when the set is empty or positions are lacking.
  public func member(at positions: [Integer]) throws(ValueError) -> Value {
    if isEmpty { throw .empty }
    var rest = positions[...]
    return try member(taking: &rest)
  }

  private func member(taking positions: inout ArraySlice<Integer>) throws(ValueError) -> Value {
    switch self {
    case .integers: return .int(try Self.take(&positions))
    case .naturals: return .int(try Self.take(&positions).magnitude)
    case .explicit, .interval, .powerset, .lists: return try member(at: Self.take(&positions))
    case .tuples(let factors):
      var entries: [Value] = []
      for factor in factors { entries.append(try factor.partMember(taking: &positions)) }
      return .tuple(entries)
    case .maps(let domain, let range):
      let keys = try domain.explicitMembers()
      var values: [Value] = []
      for _ in keys { values.append(try range.partMember(taking: &positions)) }
      return .map(MapValue(ascendingKeys: keys, values: values))
    }
  }

  private func partMember(taking positions: inout ArraySlice<Integer>) throws(ValueError) -> Value {
    isFinite ? try member(at: Self.take(&positions)) : try member(taking: &positions)
  }

  private static func take(_ positions: inout ArraySlice<Integer>) throws(ValueError) -> Integer {
    guard let position = positions.popFirst() else { throw .empty }
    return position
  }
}
