// Sets, explicit and lazy.
//
// A spec writes `powerset`, `tuples`, `setOfMaps` or `Int` mostly to ask whether
// something is a member, or to pick one member. So these stay as they are
// written until somebody needs their members. All forms of a set are the same
// value: equality, order and hash of a lazy set are those of its explicit form.
// That rule is what every extension of this type has to keep.

/// A set of values, explicit or described.
///
/// Make lazy sets by the functions below (`interval(from:to:)` and so on), which
/// turn a trivial one into its explicit form.
public enum SetValue: Sendable {
  /// The members in strictly ascending order.
  case explicit([Value])
  /// The integers from one to another, both included; `low <= high`.
  indirect case interval(low: Integer, high: Integer)
  /// `Int`
  case integers
  /// `Nat`
  case naturals
  /// All subsets of a set.
  indirect case powerset(SetValue)
  /// The tuples with one entry of each set, in order.
  case tuples([SetValue])
  /// The maps with these keys and with values in `range`.
  indirect case maps(domain: SetValue, range: SetValue)
  /// The lists over `elements` of at most so many entries.
  indirect case lists(elements: SetValue, maxLength: Int)

  /// What a set that has to be spelled out may have at most, unless told otherwise.
  public static let memberLimit = 1 << 22

  public static let empty = SetValue.explicit([])
  public static let booleans = SetValue.explicit([false, true])
}

// MARK: - Making sets

extension SetValue {
  /// The set of these values, which may repeat and be in any order.
  ///
  /// - Complexity: O(n log n); O(n) when strictly ascending.
  public init(_ members: [Value]) { self = .explicit(members.sortedAndUnique()) }

  /// The set of these values, which the caller warrants to be strictly ascending,
  /// as the members of a set are that passed a filter.
  public init(ascending members: [Value]) { self = .explicit(members) }

  /// `low.to(high)`, empty when `low > high`.
  public static func interval(from low: Integer, to high: Integer) -> SetValue {
    low > high ? .empty : .interval(low: low, high: high)
  }

  public static func allSubsets(of base: SetValue) -> SetValue {
    base.isEmpty ? .explicit([.set(.empty)]) : .powerset(base)
  }

  public static func product(_ factors: [SetValue]) -> SetValue {
    if factors.isEmpty { return .explicit([.unit]) }
    return factors.contains { $0.isEmpty } ? .empty : .tuples(factors)
  }

  /// `setOfMaps`: no keys give the set of the empty map, else no values the empty set.
  public static func allMaps(from domain: SetValue, to range: SetValue) -> SetValue {
    if domain.isEmpty { return .explicit([.map(.empty)]) }
    return range.isEmpty ? .empty : .maps(domain: domain, range: range)
  }

  /// `allListsUpTo`: with `maxLength <= 0` the set of the empty list.
  ///
  /// - Throws: `.tooLarge` for a length beyond `memberLimit`, when there is anything to put in.
  public static func allLists(of elements: SetValue, upTo maxLength: Integer) throws(ValueError) -> SetValue {
    if elements.isEmpty || maxLength.signum <= 0 { return .explicit([.list([])]) }
    guard let maxLength = maxLength.asInt, maxLength <= memberLimit else {
      throw .tooLarge(limit: memberLimit)
    }
    return .lists(elements: elements, maxLength: maxLength)
  }
}

// MARK: - Counting

extension SetValue {
  /// - Complexity: O(number of nested lazy sets).
  public var isEmpty: Bool {
    switch self {
    case .explicit(let members): members.isEmpty
    case .interval(let low, let high): low > high
    case .integers, .naturals, .powerset, .lists: false
    case .tuples(let factors): factors.contains { $0.isEmpty }
    case .maps(let domain, let range): !domain.isEmpty && range.isEmpty
    }
  }

  /// - Complexity: O(number of nested lazy sets).
  public var isFinite: Bool {
    switch self {
    case .explicit, .interval: true
    case .integers, .naturals: false
    case .powerset(let base): base.isFinite
    case .tuples(let factors): factors.allSatisfy(\.isFinite) || isEmpty
    case .maps(let domain, let range): isEmpty || (domain.isFinite && (range.isFinite || domain.isEmpty))
    case .lists(let elements, let maxLength): elements.isFinite || maxLength <= 0
    }
  }

  /// Number of members, without enumerating them.
  ///
  /// - Throws: `.infinite`; `.tooLarge` when the number itself has too many bits.
  public func size() throws(ValueError) -> Integer {
    if case .explicit(let members) = self { return .small(members.count) }
    guard isFinite else { throw .infinite }
    if isEmpty { return .zero }
    switch self {
    case .explicit(let members): return .small(members.count)
    case .interval(let low, let high): return high - low + .one
    case .integers, .naturals: throw .infinite
    case .powerset(let base): return try Integer.small(2).power(base.size())
    case .tuples(let factors):
      var product = Integer.one
      for factor in factors { product = try product * factor.size() }
      return product
    case .maps(let domain, let range):
      if domain.isEmpty { return .one }
      return try range.size().power(domain.size())
    case .lists(let elements, let maxLength):
      return try Self.numberOfLists(over: elements.size(), upTo: maxLength)
    }
  }

  /// Number of lists of at most `maxLength` entries over so many elements.
  static func numberOfLists(over elements: Integer, upTo maxLength: Int) throws(ValueError) -> Integer {
    if maxLength <= 0 || elements.isZero { return .one }
    if elements == .one { return .small(maxLength) + .one }
    let numerator = try elements.power(.small(maxLength) + .one) - .one
    return try numerator.quotient(dividingBy: elements - .one)
  }

  /// Number of members when it fits in an `Int`, else nil.
  var smallSize: Int? {
    if case .explicit(let members) = self { return members.count }
    guard let size = try? size() else { return nil }
    return size.asInt
  }

  /// True when `members()` would succeed; the same for all forms of a set.
  ///
  /// - Complexity: O(number of nested lazy sets).
  var isEnumerable: Bool {
    switch self {
    case .explicit, .interval: true
    case .integers, .naturals: false
    case .powerset(let base): base.isSmall
    case .tuples(let factors): factors.allSatisfy(\.isEnumerable) || isEmpty
    case .maps(let domain, let range):
      isEmpty || domain.isEmpty || (domain.isSmall && range.isEnumerable)
    case .lists(let elements, let maxLength): elements.isEnumerable || maxLength <= 0
    }
  }

  /// Finite and of at most `memberLimit` members.
  private var isSmall: Bool { (smallSize ?? .max) <= Self.memberLimit && isEnumerable }
}

// MARK: - Membership

extension SetValue {
  /// Whether a value is a member; enumerates nothing but, where it must, the value.
  public func contains(_ value: Value) -> Bool {
    switch self {
    case .explicit(let members):
      return members.position(of: value).found
    case .interval(let low, let high):
      guard case .int(let number) = value else { return false }
      return low <= number && number <= high
    case .integers:
      if case .int = value { return true }
      return false
    case .naturals:
      guard case .int(let number) = value else { return false }
      return number.signum >= 0
    case .powerset(let base):
      guard case .set(let subset) = value else { return false }
      return subset.isSubset(of: base)
    case .tuples(let factors):
      guard case .tuple(let entries) = value, entries.count == factors.count else { return false }
      for index in entries.indices where !factors[index].contains(entries[index]) { return false }
      return true
    case .maps(let domain, let range):
      guard case .map(let map) = value, map.keys == domain else { return false }
      return map.values.allSatisfy { range.contains($0) }
    case .lists(let elements, let maxLength):
      guard case .list(let entries) = value, entries.count <= max(0, maxLength) else { return false }
      return entries.allSatisfy { elements.contains($0) }
    }
  }

  /// Whether every member is one of `other`.
  ///
  /// - Complexity: structural for two sets of one lazy kind and for ranges; else
  ///   members of the receiver times the cost of `contains`, up to the first that fails.
  public func isSubset(of other: SetValue) -> Bool {
    if isEmpty { return true }
    switch (self, other) {
    case (.explicit(let a), .explicit(let b)): return Self.isSubset(a, b)
    case (.interval(let a, let b), .interval(let low, let high)): return low <= a && b <= high
    case (.interval, .integers), (.naturals, .integers), (.naturals, .naturals), (.integers, .integers):
      return true
    case (.interval(let low, _), .naturals): return low.signum >= 0
    case (.powerset(let a), .powerset(let b)): return a.isSubset(of: b)
    case (.tuples(let a), .tuples(let b)):
      return a.count == b.count && a.indices.allSatisfy { a[$0].isSubset(of: b[$0]) }
    case (.maps(let domain, let range), .maps(let otherDomain, let otherRange)):
      return domain == otherDomain && (domain.isEmpty || range.isSubset(of: otherRange))
    case (.lists(let elements, let length), .lists(let otherElements, let otherLength)):
      return length <= 0 || elements.isEmpty
        || (length <= otherLength && elements.isSubset(of: otherElements))
    default: break
    }
    guard isFinite else { return false }
    if let otherSize = other.smallSize, (smallSize ?? .max) > otherSize { return false }
    guard let members = try? members() else { return false }
    for member in members where !other.contains(member) { return false }
    return true
  }

  private static func isSubset(_ a: [Value], _ b: [Value]) -> Bool {
    if a.count > b.count { return false }
    if a.count &* 8 < b.count { return a.allSatisfy { b.position(of: $0).found } }
    var index = 0
    for value in a {
      while true {
        if index == b.count { return false }
        let order = b[index].compare(value)
        index += 1
        if order == 0 { break }
        if order > 0 { return false }
      }
    }
    return true
  }
}
