/// A value whose parts may be unknown: the structure is known, its leaves are terms.
public indirect enum SymbolicValue: Hashable, Sendable {
  public typealias Term = TermGraph.Term

  case constant(Value)
  case boolean(Term)
  case integer(Term)
  /// `values[i]` where `i` is the integer term; the values are different constants.
  case choice(Term, [Value])
  case tuple([SymbolicValue])
  case record(RecordShape, [SymbolicValue])
  /// `labels[i]` where `i` is the integer term, with the payload of each label; nil for a
  /// label that cannot be.
  case variant(Term, [QuintString], [SymbolicValue?])
  /// Candidates, each with the condition under which it is a member. Constant candidates
  /// are different from each other; others may coincide.
  case set([Candidate])
  /// All subsets of a set of which not all is known.
  case subsets([Candidate])
  /// All integers between two terms, both included: where they are too many, or too
  /// uncertain, to be candidates.
  case interval(Term, Term)
  /// All maps from a set of which not all is known to another set.
  case maps([Candidate], SymbolicValue)
  /// Different constant keys, ascending, each with the condition under which it is there.
  case map([Entry])
  /// Keys of which not all is known. Those that are there are different from each other.
  case pairs([Pair])
  /// Entries and the number of those that count.
  case list([SymbolicValue], count: Term)

  public struct Candidate: Hashable, Sendable {
    public var value: SymbolicValue
    public var isMember: Term

    public init(value: SymbolicValue, isMember: Term) {
      self.value = value
      self.isMember = isMember
    }
  }

  public struct Entry: Hashable, Sendable {
    public var key: Value
    public var isThere: Term
    public var value: SymbolicValue

    public init(key: Value, isThere: Term, value: SymbolicValue) {
      self.key = key
      self.isThere = isThere
      self.value = value
    }
  }

  public struct Pair: Hashable, Sendable {
    public var key: SymbolicValue
    public var isThere: Term
    public var value: SymbolicValue
  }
}

/// Why something has no symbolic form; an engine then does without.
public struct SymbolicRefusal: Error, Sendable {
  public var reason: String
  /// Where in the machine, as far as known.
  public var expression: ExpressionID?

  public init(_ reason: String, at expression: ExpressionID? = nil) {
    self.reason = reason
    self.expression = expression
  }

  /// Whoever asked for a symbolic form has no more time.
  public static var noTime: SymbolicRefusal { SymbolicRefusal("no time is left") }
}

/// Operations on symbolic values, over one graph.
struct SymbolicAlgebra {
  typealias Term = TermGraph.Term
  var graph = TermGraph()

  /// Candidates that a set may have; more is refused.
  static let limit = 4_096

  // MARK: Taking constants apart

  /// A constant with its outermost structure opened.
  func opened(_ value: SymbolicValue) throws(SymbolicRefusal) -> SymbolicValue {
    guard case .constant(let constant) = value else { return value }
    switch constant {
    case .bool, .int, .string: return value
    case .tuple(let entries): return .tuple(entries.map { .constant($0) })
    case .list: return value
    case .record(let record): return .record(record.shape, record.values.map { .constant($0) })
    case .variant: return value
    case .set(let set):
      guard set.isFinite, let members = try? set.explicitMembers(limit: Self.limit) else { return value }
      return .set(members.map { .init(value: .constant($0), isMember: .true) })
    case .map(let map):
      return .map(
        zip(map.keyArray, map.values).map { .init(key: $0, isThere: .true, value: .constant($1)) })
    }
  }

  mutating func term(ofBoolean value: SymbolicValue) throws(SymbolicRefusal) -> Term {
    switch value {
    case .boolean(let term): return term
    case .constant(.bool(let constant)): return graph.boolean(constant)
    default: throw SymbolicRefusal("a boolean is needed")
    }
  }

  mutating func term(ofInteger value: SymbolicValue) throws(SymbolicRefusal) -> Term {
    switch value {
    case .integer(let term): return term
    case .constant(.int(let constant)):
      return graph.integer(constant)
    case .choice(let index, let values):
      // Integers among few constants.
      var result: Term?
      for (position, value) in values.enumerated().reversed() {
        let next = try term(ofInteger: .constant(value))
        let isThis = graph.equal(index, graph.integer(position))
        result = result.map { graph.ite(isThis, next, $0) } ?? next
      }
      if let result { return result }
      throw SymbolicRefusal("an integer is needed")
    default: throw SymbolicRefusal("an integer is needed")
    }
  }

  /// A boolean term as a value.
  mutating func value(ofBoolean term: Term) -> SymbolicValue {
    graph.booleanValue(of: term).map { .constant(.bool($0)) } ?? .boolean(term)
  }

  mutating func value(ofInteger term: Term) -> SymbolicValue {
    graph.integerValue(of: term).map { .constant(.int($0)) } ?? .integer(term)
  }

  /// As a choice among constants: for strings and for variants without unknown payloads.
  private mutating func choice(
    _ value: SymbolicValue
  ) -> (index: Term, values: [Value])? {
    switch value {
    case .constant(let constant): (graph.integer(0), [constant])
    case .choice(let index, let values): (index, values)
    default: nil
    }
  }

  /// A variant with its label and payloads apart.
  private mutating func variantParts(
    _ value: SymbolicValue
  ) -> (label: Term, labels: [QuintString], payloads: [SymbolicValue?])? {
    switch value {
    case .constant(.variant(let variant)):
      (graph.integer(0), [variant.label], [.constant(variant.payload)])
    case .variant(let label, let labels, let payloads): (label, labels, payloads)
    default: nil
    }
  }

  /// An index into `from` as an index into `to`, which has all of `from`.
  private mutating func reindexed<Element: Equatable>(_ index: Term, _ from: [Element], _ to: [Element])
    -> Term
  {
    if from == to { return index }
    var result: Term?
    for (position, element) in from.enumerated().reversed() {
      let target = graph.integer(to.firstIndex(of: element) ?? 0)
      let isThis = graph.equal(index, graph.integer(position))
      result = result.map { graph.ite(isThis, target, $0) } ?? target
    }
    return result ?? graph.integer(0)
  }

  // MARK: Choosing between two

  /// `condition ? a : b`
  mutating func ite(
    _ condition: Term, _ a: SymbolicValue, _ b: SymbolicValue
  ) throws(SymbolicRefusal) -> SymbolicValue {
    if condition == .true { return a }
    if condition == .false { return b }
    if case .constant(let x) = a, case .constant(let y) = b, x == y { return a }
    switch try (opened(a), opened(b)) {
    case (.boolean, _), (.constant(.bool), _), (_, .boolean):
      return value(ofBoolean: graph.ite(condition, try term(ofBoolean: a), try term(ofBoolean: b)))
    case (.integer, _), (.constant(.int), _), (_, .integer):
      return value(ofInteger: graph.ite(condition, try term(ofInteger: a), try term(ofInteger: b)))
    case (.tuple(let x), .tuple(let y)) where x.count == y.count:
      return .tuple(try ite(condition, x, y))
    case (.record(let shape, let x), .record(let other, let y)) where shape === other:
      return .record(shape, try ite(condition, x, y))
    case (.set(let x), .set(let y)):
      return .set(try merge(x, y) { graph, first, second in graph.ite(condition, first, second) })
    case (.map(let x), .map(let y)):
      return .map(try ite(condition, x, y))
    case (.pairs(let x), .map), (.pairs(let x), .pairs): return try itePairs(condition, x, pairs(b))
    case (.map, .pairs(let y)): return try itePairs(condition, pairs(a), y)
    case (.list(let x, let m), .list(let y, let n)):
      return .list(try iteLists(condition, x, y), count: graph.ite(condition, m, n))
    case (.constant(.list), _), (_, .constant(.list)):
      return try ite(condition, openedList(a), openedList(b))
    default: break
    }
    if let x = variantParts(a), let y = variantParts(b) { return try iteVariants(condition, x, y) }
    if let x = choice(a), let y = choice(b) {
      let values = x.values + y.values.filter { !x.values.contains($0) }
      guard values.count <= Self.limit else { throw SymbolicRefusal("too many values") }
      let index = graph.ite(
        condition, reindexed(x.index, x.values, values), reindexed(y.index, y.values, values))
      return graph.integerValue(of: index).map { .constant(values[$0]) } ?? .choice(index, values)
    }
    throw SymbolicRefusal("two values of different structure")
  }

  private mutating func iteVariants(
    _ condition: Term, _ x: (label: Term, labels: [QuintString], payloads: [SymbolicValue?]),
    _ y: (label: Term, labels: [QuintString], payloads: [SymbolicValue?])
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let labels = x.labels + y.labels.filter { !x.labels.contains($0) }
    var payloads: [SymbolicValue?] = []
    for label in labels {
      let first = x.labels.firstIndex(of: label).flatMap { x.payloads[$0] }
      let second = y.labels.firstIndex(of: label).flatMap { y.payloads[$0] }
      if let first, let second {
        payloads.append(try ite(condition, first, second))
      } else {
        payloads.append(first ?? second)
      }
    }
    let index = graph.ite(
      condition, reindexed(x.label, x.labels, labels), reindexed(y.label, y.labels, labels))
    return .variant(index, labels, payloads)
  }

  private mutating func ite(
    _ condition: Term, _ x: [SymbolicValue], _ y: [SymbolicValue]
  ) throws(SymbolicRefusal) -> [SymbolicValue] {
    var result: [SymbolicValue] = []
    for (one, other) in zip(x, y) { result.append(try ite(condition, one, other)) }
    return result
  }

  private mutating func ite(
    _ condition: Term, _ x: [SymbolicValue.Entry], _ y: [SymbolicValue.Entry]
  ) throws(SymbolicRefusal) -> [SymbolicValue.Entry] {
    var result: [SymbolicValue.Entry] = []
    for key in SetValue(x.map(\.key) + y.map(\.key)).explicitArray {
      let one = x.first { $0.key == key }
      let other = y.first { $0.key == key }
      let isThere = graph.ite(condition, one?.isThere ?? .false, other?.isThere ?? .false)
      if let one, let other {
        result.append(.init(key: key, isThere: isThere, value: try ite(condition, one.value, other.value)))
      } else if let some = one ?? other {
        result.append(.init(key: key, isThere: isThere, value: some.value))
      }
    }
    return result
  }

  private mutating func iteLists(
    _ condition: Term, _ x: [SymbolicValue], _ y: [SymbolicValue]
  ) throws(SymbolicRefusal) -> [SymbolicValue] {
    var result: [SymbolicValue] = []
    for index in 0..<max(x.count, y.count) {
      if index < x.count, index < y.count {
        result.append(try ite(condition, x[index], y[index]))
      } else {
        result.append(index < x.count ? x[index] : y[index])
      }
    }
    return result
  }

  mutating func openedList(_ value: SymbolicValue) throws(SymbolicRefusal) -> SymbolicValue {
    guard case .constant(.list(let entries)) = value else { return value }
    return .list(entries.map { .constant($0) }, count: graph.integer(entries.count))
  }

  // MARK: Sets

  /// The candidates of a set; refused for infinite ones.
  mutating func candidates(_ value: SymbolicValue) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    guard case .set(let candidates) = try opened(value) else {
      throw SymbolicRefusal("a set that is infinite or too large")
    }
    return candidates
  }

  /// All candidates of two sets; `condition` says of each when it is a member, from when it
  /// is one of the first and of the second set.
  mutating func merge(
    _ x: [SymbolicValue.Candidate], _ y: [SymbolicValue.Candidate],
    _ condition: (inout TermGraph, Term, Term) -> Term
  ) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    var result: [SymbolicValue.Candidate] = []
    var places: [SymbolicValue: Int] = [:]
    for candidate in x {
      let candidate = SymbolicValue.Candidate(value: folded(candidate.value), isMember: candidate.isMember)
      if places[candidate.value] == nil { places[candidate.value] = result.count }
      result.append(candidate)
    }
    var second = [Term](repeating: .false, count: result.count)
    for candidate in y {
      let value = folded(candidate.value)
      if let place = places[value] {
        second[place] = graph.or(second[place], candidate.isMember)
      } else {
        places[value] = result.count
        result.append(.init(value: value, isMember: .false))
        second.append(candidate.isMember)
      }
    }
    guard result.count <= Self.limit else { throw SymbolicRefusal("a set of too many candidates") }
    var kept: [SymbolicValue.Candidate] = []
    for index in result.indices {
      let isMember = condition(&graph, result[index].isMember, second[index])
      if isMember != .false { kept.append(.init(value: result[index].value, isMember: isMember)) }
    }
    return kept
  }

  /// When a value is a member of a set of candidates.
  mutating func contains(
    _ candidates: [SymbolicValue.Candidate], _ value: SymbolicValue
  ) throws(SymbolicRefusal) -> Term {
    var result = Term.false
    for candidate in candidates {
      let isThis = try equal(candidate.value, value)
      result = graph.or(result, graph.and(candidate.isMember, isThis))
    }
    return result
  }

  /// The condition under which a candidate is a member and none before it is the same.
  mutating func isFirst(
    _ index: Int, of candidates: [SymbolicValue.Candidate]
  ) throws(SymbolicRefusal) -> Term {
    var result = candidates[index].isMember
    for other in candidates[..<index] {
      // Constants are different from each other.
      if case .constant = other.value, case .constant = candidates[index].value { continue }
      let isSame = try equal(other.value, candidates[index].value)
      if isSame == .false { continue }
      result = graph.and(result, graph.not(graph.and(other.isMember, isSame)))
    }
    return result
  }

  // MARK: Equality

  mutating func equal(_ a: SymbolicValue, _ b: SymbolicValue) throws(SymbolicRefusal) -> Term {
    if case .constant(let x) = a, case .constant(let y) = b { return graph.boolean(x == y) }
    switch try (opened(a), opened(b)) {
    case (.boolean, _), (_, .boolean):
      return graph.equal(try term(ofBoolean: a), try term(ofBoolean: b))
    case (.integer, _), (_, .integer):
      return graph.equal(try term(ofInteger: a), try term(ofInteger: b))
    case (.tuple(let x), .tuple(let y)) where x.count == y.count: return try equal(x, y)
    case (.record(let shape, let x), .record(let other, let y)) where shape === other:
      return try equal(x, y)
    case (.set(let x), .set(let y)): return try equalSets(x, y)
    case (.map(let x), .map(let y)): return try equalMaps(x, y)
    case (.pairs, .map), (.map, .pairs), (.pairs, .pairs): return try equalPairs(pairs(a), pairs(b))
    case (.list(let x, let m), .list(let y, let n)):
      var result = graph.equal(m, n)
      for index in 0..<min(x.count, y.count) {
        let counts = graph.less(graph.integer(index), m)
        result = graph.and(result, graph.implies(counts, try equal(x[index], y[index])))
      }
      return result
    case (.constant(.list), _), (_, .constant(.list)):
      return try equal(openedList(a), openedList(b))
    default: break
    }
    if let x = variantParts(a), let y = variantParts(b) {
      var result = Term.false
      for (i, label) in x.labels.enumerated() {
        guard let j = y.labels.firstIndex(of: label), let one = x.payloads[i], let other = y.payloads[j]
        else { continue }
        let labels = graph.and(
          graph.equal(x.label, graph.integer(i)), graph.equal(y.label, graph.integer(j)))
        if labels == .false { continue }
        result = graph.or(result, graph.and(labels, try equal(one, other)))
      }
      return result
    }
    if let x = choice(a), let y = choice(b) {
      var result = Term.false
      for (i, value) in x.values.enumerated() {
        guard let j = y.values.firstIndex(of: value) else { continue }
        let both = graph.and(graph.equal(x.index, graph.integer(i)), graph.equal(y.index, graph.integer(j)))
        result = graph.or(result, both)
      }
      return result
    }
    throw SymbolicRefusal("two values of different structure are compared")
  }

  private mutating func equal(
    _ x: [SymbolicValue], _ y: [SymbolicValue]
  ) throws(SymbolicRefusal) -> Term {
    var result = Term.true
    for (one, other) in zip(x, y) {
      result = graph.and(result, try equal(one, other))
      if result == .false { break }
    }
    return result
  }

  mutating func equalSets(
    _ x: [SymbolicValue.Candidate], _ y: [SymbolicValue.Candidate]
  ) throws(SymbolicRefusal) -> Term {
    graph.and(try isSubset(x, of: y), try isSubset(y, of: x))
  }

  mutating func isSubset(
    _ x: [SymbolicValue.Candidate], of y: [SymbolicValue.Candidate]
  ) throws(SymbolicRefusal) -> Term {
    var result = Term.true
    for candidate in x where result != .false {
      result = graph.and(result, graph.implies(candidate.isMember, try contains(y, candidate.value)))
    }
    return result
  }

  private mutating func equalMaps(
    _ x: [SymbolicValue.Entry], _ y: [SymbolicValue.Entry]
  ) throws(SymbolicRefusal) -> Term {
    var result = Term.true
    for key in SetValue(x.map(\.key) + y.map(\.key)).explicitArray {
      let one = x.first { $0.key == key }
      let other = y.first { $0.key == key }
      result = graph.and(result, graph.equal(one?.isThere ?? .false, other?.isThere ?? .false))
      if let one, let other {
        result = graph.and(result, graph.implies(one.isThere, try equal(one.value, other.value)))
      }
    }
    return result
  }
}
