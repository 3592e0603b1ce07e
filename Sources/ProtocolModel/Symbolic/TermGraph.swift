/// Formulas over booleans and integers as a graph: each different formula is there once,
/// and what can be computed now is.
///
/// The common ground of compiled successors and of solvers: both read it in one walk.
public struct TermGraph: Sendable {
  /// A node; operands come before what they are operands of.
  public struct Term: Hashable, Sendable {
    public let index: Int32
    public static let `false` = Term(index: 0)
    public static let `true` = Term(index: 1)
  }

  public enum Node: Hashable, Sendable {
    case boolean(Bool)
    case integer(Int)
    /// An unknown of the caller's: boolean or integer, as it says.
    case input(Int32, isBoolean: Bool)
    case not(Term)
    case and(Term, Term)
    case or(Term, Term)
    /// Condition and two terms of one sort.
    case ite(Term, Term, Term)
    /// Of two terms of one sort.
    case equal(Term, Term)
    case less(Term, Term)
    case lessOrEqual(Term, Term)
    case add(Term, Term)
    case subtract(Term, Term)
    case multiply(Term, Term)
    /// Truncated towards zero; the divisor is not 0 wherever the value counts.
    case quotient(Term, Term)
    /// With the sign of the dividend.
    case remainder(Term, Term)
  }

  public private(set) var nodes: [Node] = [.boolean(false), .boolean(true)]
  /// Bounds of integer terms as far as they are known, and of booleans 0 and 1.
  public private(set) var ranges: [ClosedRange<Int>] = [0...0, 1...1]
  private var sortIsBoolean = [true, true]
  private var numbers: [Node: Int32] = [.boolean(false): 0, .boolean(true): 1]

  /// Bounds beyond are taken for infinite (`Int.min`, `Int.max`); see `isBounded`.
  public static let limit = 1 << 40
  public static let anyInteger = Int.min...Int.max

  /// False once some integer may leave `-limit...limit`: engines of 64 bits must not use the graph.
  public private(set) var isBounded = true

  public init() {}

  public subscript(term: Term) -> Node { nodes[Int(term.index)] }
  public func range(of term: Term) -> ClosedRange<Int> { ranges[Int(term.index)] }

  private mutating func make(_ node: Node, _ low: Int, _ high: Int) -> Term {
    if let known = numbers[node] { return Term(index: known) }
    let index = Int32(nodes.count)
    if low < -Self.limit || high > Self.limit { isBounded = false }
    nodes.append(node)
    ranges.append(
      (low < -Self.limit ? Int.min : min(low, Self.limit))...(high > Self.limit
        ? Int.max : max(high, -Self.limit)))
    sortIsBoolean.append(isBoolean(node))
    numbers[node] = index
    return Term(index: index)
  }

  // MARK: Leaves

  public func boolean(_ value: Bool) -> Term { value ? .true : .false }

  public mutating func integer(_ value: Int) -> Term { make(.integer(value), value, value) }

  /// Any integer; beyond 64 bits as a sum of products.
  public mutating func integer(_ value: Integer) -> Term {
    if let small = value.asInt { return integer(small) }
    let base = Integer.small(1 << 62)
    guard let high = try? value.quotient(dividingBy: base), let low = try? value.remainder(dividingBy: base)
    else { return integer(0) }
    let product = multiply(integer(high), integer(1 << 62))
    return add(product, integer(low))
  }

  /// An unknown with bounds.
  public mutating func input(_ number: Int, _ range: ClosedRange<Int>) -> Term {
    make(.input(Int32(number), isBoolean: false), range.lowerBound, range.upperBound)
  }

  public mutating func booleanInput(_ number: Int) -> Term {
    make(.input(Int32(number), isBoolean: true), 0, 1)
  }

  public func booleanValue(of term: Term) -> Bool? {
    if case .boolean(let value) = self[term] { return value }
    return nil
  }

  public func integerValue(of term: Term) -> Int? {
    if case .integer(let value) = self[term] { return value }
    return nil
  }

  // MARK: Booleans

  public mutating func not(_ a: Term) -> Term {
    switch self[a] {
    case .boolean(let value): boolean(!value)
    case .not(let inner): inner
    default: make(.not(a), 0, 1)
    }
  }

  public mutating func and(_ a: Term, _ b: Term) -> Term {
    if a == .false || b == .false { return .false }
    if a == .true { return b }
    if b == .true || a == b { return a }
    if isNegation(a, b) { return .false }
    return a.index < b.index ? make(.and(a, b), 0, 1) : make(.and(b, a), 0, 1)
  }

  public mutating func or(_ a: Term, _ b: Term) -> Term {
    if a == .true || b == .true { return .true }
    if a == .false { return b }
    if b == .false || a == b { return a }
    if isNegation(a, b) { return .true }
    return a.index < b.index ? make(.or(a, b), 0, 1) : make(.or(b, a), 0, 1)
  }

  private func isNegation(_ a: Term, _ b: Term) -> Bool { self[a] == .not(b) || self[b] == .not(a) }

  public mutating func implies(_ a: Term, _ b: Term) -> Term { or(not(a), b) }

  public mutating func conjunction(_ terms: [Term]) -> Term { terms.reduce(.true) { and($0, $1) } }

  public mutating func disjunction(_ terms: [Term]) -> Term { terms.reduce(.false) { or($0, $1) } }

  // MARK: Both sorts

  public mutating func ite(_ condition: Term, _ a: Term, _ b: Term) -> Term {
    if condition == .true || a == b { return a }
    if condition == .false { return b }
    if a == .true || a == .false || b == .true || b == .false {
      // Only booleans have these nodes.
      if a == .true { return or(condition, b) }
      if a == .false { return and(not(condition), b) }
      if b == .true { return or(not(condition), a) }
      return and(condition, a)
    }
    if case .not(let inner) = self[condition] { return ite(inner, b, a) }
    let (x, y) = (range(of: a), range(of: b))
    switch self[condition] {
    case .less(let p, let q), .lessOrEqual(let p, let q):
      // The smaller of two, or the larger.
      if p == a, q == b {
        return make(
          .ite(condition, a, b), min(x.lowerBound, y.lowerBound), min(x.upperBound, y.upperBound))
      }
      if p == b, q == a {
        return make(
          .ite(condition, a, b), max(x.lowerBound, y.lowerBound), max(x.upperBound, y.upperBound))
      }
    default: break
    }
    return make(
      .ite(condition, a, b), min(x.lowerBound, y.lowerBound), max(x.upperBound, y.upperBound))
  }

  public mutating func equal(_ a: Term, _ b: Term) -> Term {
    if a == b { return .true }
    if isBoolean(a) {
      if a == .true { return b }
      if b == .true { return a }
      if a == .false { return not(b) }
      if b == .false { return not(a) }
    } else {
      if !range(of: a).overlaps(range(of: b)) { return .false }
      if integerValue(of: a) != nil, integerValue(of: b) != nil { return .false }
      if let simple = equalToBranch(a, b) ?? equalToBranch(b, a) { return simple }
    }
    return a.index < b.index ? make(.equal(a, b), 0, 1) : make(.equal(b, a), 0, 1)
  }

  /// `ite(c, 1, 2) == 1` is `c`: comparing a choice among constants with one of them.
  private mutating func equalToBranch(_ choice: Term, _ constant: Term) -> Term? {
    guard integerValue(of: constant) != nil, case .ite(let condition, let a, let b) = self[choice],
      integerValue(of: a) != nil || integerValue(of: b) != nil
    else { return nil }
    let (first, second) = (equal(a, constant), equal(b, constant))
    return ite(condition, first, second)
  }

  /// True for terms of the boolean sort.
  public func isBoolean(_ term: Term) -> Bool { sortIsBoolean[Int(term.index)] }

  private func isBoolean(_ node: Node) -> Bool {
    switch node {
    case .boolean, .not, .and, .or, .equal, .less, .lessOrEqual: true
    case .input(_, let isBoolean): isBoolean
    case .ite(_, let a, _): isBoolean(a)
    case .integer, .add, .subtract, .multiply, .quotient, .remainder: false
    }
  }

  // MARK: Integers

  public mutating func less(_ a: Term, _ b: Term) -> Term {
    let (x, y) = (range(of: a), range(of: b))
    if x.upperBound < y.lowerBound { return .true }
    if x.lowerBound >= y.upperBound { return .false }
    return make(.less(a, b), 0, 1)
  }

  public mutating func lessOrEqual(_ a: Term, _ b: Term) -> Term {
    let (x, y) = (range(of: a), range(of: b))
    if x.upperBound <= y.lowerBound { return .true }
    if x.lowerBound > y.upperBound { return .false }
    return make(.lessOrEqual(a, b), 0, 1)
  }

  public mutating func add(_ a: Term, _ b: Term) -> Term {
    if integerValue(of: a) == 0 { return b }
    if integerValue(of: b) == 0 { return a }
    let (x, y) = (range(of: a), range(of: b))
    let low = Self.sum(x.lowerBound, y.lowerBound)
    let high = Self.sum(x.upperBound, y.upperBound)
    if low == high { return integer(low) }
    return a.index < b.index ? make(.add(a, b), low, high) : make(.add(b, a), low, high)
  }

  public mutating func subtract(_ a: Term, _ b: Term) -> Term {
    if integerValue(of: b) == 0 { return a }
    if a == b { return integer(0) }
    let (x, y) = (range(of: a), range(of: b))
    let low = Self.sum(x.lowerBound, Self.negation(y.upperBound))
    let high = Self.sum(x.upperBound, Self.negation(y.lowerBound))
    return low == high ? integer(low) : make(.subtract(a, b), low, high)
  }

  public mutating func multiply(_ a: Term, _ b: Term) -> Term {
    if integerValue(of: a) == 1 { return b }
    if integerValue(of: b) == 1 { return a }
    let (x, y) = (range(of: a), range(of: b))
    var (low, high) = (Int.min, Int.max)
    if ![x.lowerBound, x.upperBound, y.lowerBound, y.upperBound].contains(where: Self.isInfinite) {
      // At most 2^80, hence the check.
      let corners = [x.lowerBound, x.upperBound].flatMap { one in
        [y.lowerBound, y.upperBound].map { Self.product(one, $0) }
      }
      low = corners.min() ?? low
      high = corners.max() ?? high
    }
    if low == high { return integer(low) }
    return a.index < b.index ? make(.multiply(a, b), low, high) : make(.multiply(b, a), low, high)
  }

  public mutating func quotient(_ a: Term, _ b: Term) -> Term {
    if integerValue(of: b) == 1 { return a }
    if let x = integerValue(of: a), let y = integerValue(of: b), y != 0 { return integer(x / y) }
    let (x, y) = (range(of: a), range(of: b))
    if x.lowerBound >= 0, y.lowerBound >= 0 { return make(.quotient(a, b), 0, x.upperBound) }
    if Self.isInfinite(x.lowerBound) || Self.isInfinite(x.upperBound) {
      return make(.quotient(a, b), .min, .max)
    }
    let most = max(abs(x.lowerBound), abs(x.upperBound))
    return make(.quotient(a, b), -most, most)
  }

  public mutating func remainder(_ a: Term, _ b: Term) -> Term {
    if let x = integerValue(of: a), let y = integerValue(of: b), y != 0 { return integer(x % y) }
    let (x, y) = (range(of: a), range(of: b))
    let isOpen = Self.isInfinite(y.lowerBound) || Self.isInfinite(y.upperBound)
    let most = isOpen ? Int.max : max(abs(y.lowerBound), abs(y.upperBound), 1) - 1
    return make(
      .remainder(a, b), x.lowerBound >= 0 ? 0 : max(-most, x.lowerBound),
      x.upperBound <= 0 ? 0 : min(most, x.upperBound))
  }

  // MARK: Bounds that may be infinite

  private static func isInfinite(_ bound: Int) -> Bool { bound == .min || bound == .max }

  private static func negation(_ bound: Int) -> Int {
    bound == .min ? .max : (bound == .max ? .min : -bound)
  }

  /// Of two lower bounds, or of two upper ones.
  private static func sum(_ a: Int, _ b: Int) -> Int {
    if isInfinite(a) { return a }
    return isInfinite(b) ? b : a + b
  }

  private static func product(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? ((a < 0) == (b < 0) ? .max : .min) : product
  }
}
