/// Bounds of integer terms where some conditions hold.
///
/// `now + 1` has no bound; given `now < H` it has. Facts are taken from comparisons with
/// constants, at any term, and carried upwards through sums, differences and choices; a
/// choice's own condition counts in its branches. Bounds that are found are sound; not all
/// that there are are found.
struct GuardedRanges {
  typealias Term = TermGraph.Term
  private let graph: TermGraph
  private var facts: [Int32: ClosedRange<Int>] = [:]
  private var known: [Int32: ClosedRange<Int>] = [:]
  private var depth = 0
  /// True where shapes may have places for members and keys that are not among few values.
  var takesSlots = false

  init(_ graph: TermGraph, given conditions: [Term]) {
    self.graph = graph
    for condition in conditions { learn(condition, isTrue: true) }
  }

  /// Facts of a condition: conjunctions, negations, comparisons with constants.
  private mutating func learn(_ condition: Term, isTrue: Bool) {
    switch graph[condition] {
    case .not(let inner): learn(inner, isTrue: !isTrue)
    case .and(let a, let b):
      guard isTrue else { return }
      learn(a, isTrue: true)
      learn(b, isTrue: true)
    case .or(let a, let b):
      guard !isTrue else { return }
      learn(a, isTrue: false)
      learn(b, isTrue: false)
    case .equal(let a, let b):
      guard isTrue, !graph.isBoolean(a) else { return }
      restrict(a, graph.range(of: b))
      restrict(b, graph.range(of: a))
    case .less(let a, let b):
      if isTrue { learn(a, isBelow: b, strictly: true) } else { learn(b, isBelow: a, strictly: false) }
    case .lessOrEqual(let a, let b):
      if isTrue { learn(a, isBelow: b, strictly: false) } else { learn(b, isBelow: a, strictly: true) }
    default: return
    }
  }

  private mutating func learn(_ a: Term, isBelow b: Term, strictly: Bool) {
    let gap = strictly ? 1 : 0
    let (low, high) = (graph.range(of: a).lowerBound, graph.range(of: b).upperBound)
    if high != .max, high != .min { restrict(a, Int.min...(high - gap)) }
    if low != .min, low != .max { restrict(b, (low + gap)...Int.max) }
  }

  private mutating func restrict(_ term: Term, _ range: ClosedRange<Int>) {
    let old = facts[term.index] ?? graph.range(of: term)
    let (low, high) = (max(old.lowerBound, range.lowerBound), min(old.upperBound, range.upperBound))
    if low <= high { facts[term.index] = low...high }
  }

  /// The bounds of an integer term.
  ///
  /// - Complexity: O(nodes below the term), more where choices are nested.
  mutating func range(of term: Term) -> ClosedRange<Int> {
    if let found = known[term.index] { return found }
    var result = graph.range(of: term)
    if facts.isEmpty || depth > 200 { return result }
    depth += 1
    defer { depth -= 1 }
    switch graph[term] {
    case .add(let a, let b):
      let (x, y) = (range(of: a), range(of: b))
      result = Self.bounds(
        Self.sum(x.lowerBound, y.lowerBound), Self.sum(x.upperBound, y.upperBound), within: result)
    case .subtract(let a, let b):
      let (x, y) = (range(of: a), range(of: b))
      result = Self.bounds(
        Self.sum(x.lowerBound, Self.negation(y.upperBound)),
        Self.sum(x.upperBound, Self.negation(y.lowerBound)), within: result)
    case .ite(let condition, let a, let b):
      let (x, y) = (range(of: a, where: condition, true), range(of: b, where: condition, false))
      result = Self.bounds(
        min(x.lowerBound, y.lowerBound), max(x.upperBound, y.upperBound), within: result)
    default: break
    }
    if let fact = facts[term.index] { result = Self.bounds(fact.lowerBound, fact.upperBound, within: result) }
    known[term.index] = result
    return result
  }

  /// The bounds in a branch. Only conditions that say something of a bound are looked at.
  private mutating func range(
    of term: Term, where condition: Term, _ isTrue: Bool
  ) -> ClosedRange<Int> {
    switch graph[condition] {
    case .less, .lessOrEqual, .and, .or, .not:
      guard depth < 8 else { return range(of: term) }
      var inner = self
      inner.known = [:]
      inner.learn(condition, isTrue: isTrue)
      return inner.range(of: term)
    default: return range(of: term)
    }
  }

  private static func bounds(_ low: Int, _ high: Int, within range: ClosedRange<Int>) -> ClosedRange<Int> {
    let (first, last) = (max(low, range.lowerBound), min(high, range.upperBound))
    return first <= last ? first...last : range
  }

  private static func negation(_ bound: Int) -> Int {
    bound == .min ? .max : (bound == .max ? .min : -bound)
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    if a == .min || a == .max { return a }
    if b == .min || b == .max { return b }
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? (a < 0 ? .min : .max) : sum
  }
}
