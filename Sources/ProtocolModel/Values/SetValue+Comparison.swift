// Equality, order and hash of sets, whatever their form.
//
// Sets compare as sorted sequences. Three classes follow one another: sets that
// can be enumerated; finite sets whose enumeration could not even begin (a
// powerset of 2^64 members); infinite sets. The last two have no explicit form
// and compare by their parts.

extension SetValue: Hashable {
  /// Equality by members.
  ///
  /// - Complexity: structural for two sets of one kind; else sizes are compared,
  ///   and only when they agree the members of the explicit side are looked up.
  public static func == (a: SetValue, b: SetValue) -> Bool {
    switch (a, b) {
    case (.explicit(let x), .explicit(let y)): return Value.areEqual(x, y)
    case (.interval(let low, let high), .interval(let otherLow, let otherHigh)):
      return (low == otherLow && high == otherHigh) || (low > high && otherLow > otherHigh)
    case (.integers, .integers), (.naturals, .naturals): return true
    case (.integers, _), (.naturals, _), (_, .integers), (_, .naturals): return false
    default: break
    }
    if a.isEmpty || b.isEmpty { return a.isEmpty && b.isEmpty }
    switch (a, b) {
    case (.powerset(let x), .powerset(let y)): return x == y
    case (.tuples(let x), .tuples(let y)): return x == y
    case (.maps(let domain, let range), .maps(let otherDomain, let otherRange)):
      return domain == otherDomain && (domain.isEmpty || range == otherRange)
    case (.lists(let elements, let length), .lists(let otherElements, let otherLength)):
      let isTrivial = elements.isEmpty || length <= 0
      let otherIsTrivial = otherElements.isEmpty || otherLength <= 0
      if isTrivial || otherIsTrivial { return isTrivial && otherIsTrivial }
      return length == otherLength && elements == otherElements
    case (.explicit(let members), let lazy), (let lazy, .explicit(let members)):
      return lazy.smallSize == members.count && members.allSatisfy { lazy.contains($0) }
    default:
      // Two lazy sets of different kinds have members of different types.
      return false
    }
  }

  /// -1, 0 or 1 as sorted sequences of members.
  ///
  /// - Complexity: up to the first difference.
  public func compare(_ other: SetValue) -> Int {
    if case .explicit(let x) = self, case .explicit(let y) = other { return Value.compare(x, y) }
    if self == other { return 0 }
    let (rank, otherRank) = (orderClass, other.orderClass)
    if rank != otherRank { return rank < otherRank ? -1 : 1 }
    guard rank == 0, var a = try? members(), var b = try? other.members() else {
      return compareParts(other)
    }
    while true {
      switch (a.next(), b.next()) {
      case (nil, nil): return 0
      case (nil, _): return -1
      case (_, nil): return 1
      case (let x?, let y?):
        let order = x.compare(y)
        if order != 0 { return order }
      }
    }
  }

  private var orderClass: Int { isEnumerable ? 0 : (isFinite ? 1 : 2) }

  /// Order of two sets without explicit form.
  private func compareParts(_ other: SetValue) -> Int {
    switch (self, other) {
    case (.powerset(let x), .powerset(let y)): x.compare(y)
    case (.tuples(let x), .tuples(let y)): Value.compare(x.map { .set($0) }, y.map { .set($0) })
    case (.maps(let domain, let range), .maps(let otherDomain, let otherRange)):
      Value.compare([.set(domain), .set(range)], [.set(otherDomain), .set(otherRange)])
    case (.lists(let x, let length), .lists(let y, let otherLength)):
      length == otherLength ? x.compare(y) : (length < otherLength ? -1 : 1)
    default: formRank == other.formRank ? 0 : (formRank < other.formRank ? -1 : 1)
    }
  }

  private var formRank: Int {
    switch self {
    case .explicit: 0
    case .interval: 1
    case .naturals: 2
    case .integers: 3
    case .powerset: 4
    case .tuples: 5
    case .maps: 6
    case .lists: 7
    }
  }

  /// Small sets are hashed whole, large ones by their size and first members,
  /// so that hashing a lazy set costs little.
  public func hash(into hasher: inout Hasher) {
    let wholeLimit = 4096
    let prefixLength = 64
    if case .explicit(let members) = self {
      hasher.combine(members.count)
      for member in members.prefix(members.count <= wholeLimit ? wholeLimit : prefixLength) {
        member.hash(into: &hasher)
      }
      return
    }
    guard isEnumerable, let iterator = try? members() else {
      hasher.combine(isFinite)
      return
    }
    var rest = prefixLength
    if let count = smallSize {
      hasher.combine(count)
      if count <= wholeLimit { rest = count }
    }
    for member in iterator {
      if rest == 0 { break }
      rest -= 1
      member.hash(into: &hasher)
    }
  }
}
