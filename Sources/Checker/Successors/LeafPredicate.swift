import ProtocolModel

/// A boolean term that depends on one leaf with few values, as the set of values that make it true.
///
/// Terms that look different are often the same in this form, or exclude each other: `r == 0`,
/// and `(r + 3) % 4 == 1` for an `r` of 0 or 1.
struct LeafPredicate {
  typealias Term = TermGraph.Term

  let input: Int32
  /// Bit n for the n-th value of the leaf.
  let values: UInt64
  /// All values of the leaf.
  let all: UInt64

  /// Terms that a predicate may be made of.
  private static let sizeLimit = 40
  private static let valueLimit = 16

  /// - Returns: nil if the term depends on several leaves, or on one of many values.
  /// - Complexity: O(values of the leaf).
  init?(_ term: Term, _ graph: TermGraph) {
    guard graph.isBoolean(term), let (input, cone) = Self.cone(of: term, graph),
      case .input(let number, _) = graph[input]
    else { return nil }
    let range = graph.range(of: input)
    guard range.lowerBound > Int.min, range.upperBound < Int.max, range.count <= Self.valueLimit else {
      return nil
    }
    var values: UInt64 = 0
    for (bit, value) in range.enumerated() {
      var results: [Term: Int] = [:]
      for part in cone { results[part] = Self.value(of: graph[part], value, results) }
      if results[term] != 0 { values |= 1 << UInt64(bit) }
    }
    self.input = number
    self.values = values
    all = (1 << UInt64(range.count)) &- 1
  }

  /// The only leaf of a term, and all that the term is made of, operands first.
  private static func cone(of term: Term, _ graph: TermGraph) -> (input: Term, cone: [Term])? {
    var seen: Set<Term> = []
    var input: Term?
    var pending = [term]
    while let next = pending.popLast() {
      guard seen.insert(next).inserted else { continue }
      if seen.count > sizeLimit { return nil }
      if case .input = graph[next] {
        if input != nil { return nil }
        input = next
      }
      pending += graph[next].operands
    }
    return input.map { ($0, seen.sorted { $0.index < $1.index }) }
  }

  /// What generated code computes: where an operation has no value the result does not count.
  private static func value(of node: TermGraph.Node, _ input: Int, _ results: [Term: Int]) -> Int {
    func value(_ term: Term) -> Int { results[term] ?? 0 }
    switch node {
    case .boolean(let value): return value ? 1 : 0
    case .integer(let value): return value
    case .input: return input
    case .not(let a): return 1 - value(a)
    case .and(let a, let b): return value(a) & value(b)
    case .or(let a, let b): return value(a) | value(b)
    case .ite(let condition, let a, let b): return value(condition) != 0 ? value(a) : value(b)
    case .equal(let a, let b): return value(a) == value(b) ? 1 : 0
    case .less(let a, let b): return value(a) < value(b) ? 1 : 0
    case .lessOrEqual(let a, let b): return value(a) <= value(b) ? 1 : 0
    case .add(let a, let b): return value(a) &+ value(b)
    case .subtract(let a, let b): return value(a) &- value(b)
    case .multiply(let a, let b): return value(a) &* value(b)
    case .quotient(let a, let b): return value(a).dividedReportingOverflow(by: value(b)).partialValue
    case .remainder(let a, let b):
      return value(a).remainderReportingOverflow(dividingBy: value(b)).partialValue
    }
  }
}

/// What is known of leaves, and conjunctions in its light.
struct LeafKnowledge {
  typealias Term = TermGraph.Term

  /// By leaf: the values that it can still have.
  private var possible: [Int32: UInt64] = [:]
  private var predicates: [Term: LeafPredicate?] = [:]
  /// The first term that was met for a set of values.
  private var names: [Name: Term] = [:]

  private struct Name: Hashable {
    var input: Int32
    var values: UInt64
  }

  private mutating func predicate(_ term: Term, _ graph: TermGraph) -> LeafPredicate? {
    if let known = predicates[term] { return known }
    let predicate = LeafPredicate(term, graph)
    predicates[term] = .some(predicate)
    return predicate
  }

  /// From here on a term is true.
  ///
  /// - Returns: what was known before, for `restore`.
  mutating func assume(_ term: Term, _ graph: TermGraph) -> [Int32: UInt64] {
    let before = possible
    if let predicate = predicate(term, graph) {
      possible[predicate.input, default: predicate.all] &= predicate.values
    }
    return before
  }

  mutating func restore(_ before: [Int32: UInt64]) { possible = before }

  /// A conjunction without what is true anyway; nil if it cannot be true.
  mutating func simplified(_ terms: [Term], _ graph: TermGraph) -> [Term]? {
    var result: [Term] = []
    var demanded: [Int32: UInt64] = [:]
    var demanding: [Int32: [Term]] = [:]
    var present: [Int32: UInt64] = [:]
    for term in terms {
      guard let predicate = predicate(term, graph) else {
        result.append(term)
        continue
      }
      let name = Name(input: predicate.input, values: predicate.values)
      if names[name] == nil { names[name] = term }
      let now = possible[predicate.input] ?? predicate.all
      present[predicate.input] = now
      demanded[predicate.input, default: now] &= predicate.values
      demanding[predicate.input, default: []].append(names[name] ?? term)
    }
    for (input, values) in demanded.sorted(by: { $0.key < $1.key }) {
      if values == 0 { return nil }
      let terms = demanding[input] ?? []
      if values == present[input] { continue }
      // One term says it all, or none does.
      if let one = terms.first(where: { says($0, values, on: input) }) {
        result.append(one)
      } else {
        result += terms
      }
    }
    return result.sorted { $0.index < $1.index }
  }

  /// Whether a term leaves just these of the possible values of a leaf.
  private func says(_ term: Term, _ values: UInt64, on input: Int32) -> Bool {
    guard let predicate = predicates[term] ?? nil else { return false }
    return predicate.values & (possible[input] ?? predicate.all) == values
  }
}
