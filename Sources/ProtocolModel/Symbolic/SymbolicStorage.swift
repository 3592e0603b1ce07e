/// What a layout of states has to know of symbolic values to store them: codes of leaves,
/// and the condition under which everything fits.
public struct SymbolicStorage {
  public typealias Term = TermGraph.Term

  private var algebra = SymbolicAlgebra()
  /// By leaf; leaves that nothing was put into are zero.
  public private(set) var codes: [Term?] = []
  public private(set) var fits = Term.true

  public init(graph: TermGraph) { algebra.graph = graph }

  public var graph: TermGraph {
    get { algebra.graph }
    _modify { yield &algebra.graph }
  }

  /// Before the first leaf of a state.
  public mutating func begin(_ leafCount: Int) {
    codes = Array(repeating: nil, count: leafCount)
    fits = .true
  }

  /// A part of a value that counts only under a condition.
  public struct Part {
    public var label = 0
    public var key = 0
    public var isThere = Term.true
    public var condition: Term
    public var value: SymbolicValue
    public var payload: SymbolicValue { value }
  }

  public mutating func put(_ code: Term, _ leaf: Int, _ condition: Term) {
    if leaf < 0 { return }
    let zero = graph.isBoolean(code) ? Term.false : graph.integer(0)
    codes[leaf] = condition == .true ? code : graph.ite(condition, code, zero)
  }

  /// Under this condition the value has no place.
  public mutating func refuse(_ condition: Term) { fits = graph.and(fits, graph.not(condition)) }

  private mutating func demand(_ fact: Term, _ condition: Term) {
    fits = graph.and(fits, graph.implies(condition, fact))
  }

  public mutating func demand(_ term: Term, in range: ClosedRange<Int>, _ condition: Term) {
    demand(graph.lessOrEqual(graph.integer(range.lowerBound), term), condition)
    demand(graph.lessOrEqual(term, graph.integer(range.upperBound)), condition)
  }

  public mutating func difference(_ term: Term, _ low: Int) -> Term {
    graph.subtract(term, graph.integer(low))
  }

  public mutating func boolean(_ value: SymbolicValue) throws(SymbolicRefusal) -> Term {
    try algebra.term(ofBoolean: value)
  }

  public mutating func integer(_ value: SymbolicValue) throws(SymbolicRefusal) -> Term {
    try algebra.term(ofInteger: value)
  }

  public func opened(_ value: SymbolicValue) throws(SymbolicRefusal) -> SymbolicValue {
    try algebra.opened(value)
  }

  public mutating func counts(_ index: Int, _ length: Term, _ condition: Term) -> Term {
    graph.and(condition, graph.less(graph.integer(index), length))
  }

  /// The place of a constant, or of a choice among constants, in a list of all that may be.
  public mutating func index(
    of value: SymbolicValue, in values: [Value], _ condition: Term
  ) throws(SymbolicRefusal) -> Term {
    switch value {
    case .constant(let constant):
      if let index = values.firstIndex(of: constant) { return graph.integer(index) }
      refuse(condition)
      return graph.integer(0)
    case .choice(let index, let candidates):
      if candidates == values { return index }
      var result = graph.integer(0)
      for (number, candidate) in candidates.enumerated() {
        let isThis = graph.equal(index, graph.integer(number))
        if let place = values.firstIndex(of: candidate) {
          result = graph.ite(isThis, graph.integer(place), result)
        } else {
          refuse(graph.and(condition, isThis))
        }
      }
      return result
    default: throw SymbolicRefusal("a string is needed")
    }
  }

  /// Puts the tag, and tells the payloads with the conditions under which they count.
  public mutating func variantParts(
    _ value: SymbolicValue, in labels: [QuintString], _ condition: Term, tag: Int
  ) throws(SymbolicRefusal) -> [Part] {
    var found: [(Term, QuintString, SymbolicValue)] = []
    switch value {
    case .constant(.variant(let variant)):
      found = [(.true, variant.label, .constant(variant.payload))]
    case .variant(let index, let own, let payloads):
      for (number, payload) in payloads.enumerated() {
        guard let payload else { continue }
        found.append((graph.equal(index, graph.integer(number)), own[number], payload))
      }
    case .choice(let index, let values):
      for (number, value) in values.enumerated() {
        guard case .variant(let variant) = value else { throw SymbolicRefusal("a variant is needed") }
        found.append((graph.equal(index, graph.integer(number)), variant.label, .constant(variant.payload)))
      }
    default: throw SymbolicRefusal("a variant is needed")
    }
    var code = graph.integer(0)
    var parts: [Int: Part] = [:]
    if case .variant(let index, let own, _) = value, own == labels { code = index }
    for (isThis, label, payload) in found {
      guard let place = labels.firstIndex(of: label) else {
        refuse(graph.and(condition, isThis))
        continue
      }
      if case .variant(_, let own, _) = value, own == labels {
      } else {
        code = graph.ite(isThis, graph.integer(place), code)
      }
      let counts = graph.and(condition, isThis)
      if let other = parts[place] {
        parts[place] = Part(
          label: place, condition: graph.or(counts, other.condition),
          value: try algebra.ite(isThis, payload, other.value))
      } else {
        parts[place] = Part(label: place, condition: counts, value: payload)
      }
    }
    put(code, tag, condition)
    return parts.keys.sorted().compactMap { parts[$0] }
  }

  public mutating func putSet(
    _ value: SymbolicValue, _ universe: [(Value, Int)], _ condition: Term
  ) throws(SymbolicRefusal) {
    let candidates = try algebra.candidates(value)
    var places: [Value: Int] = [:]
    for (number, member) in universe.enumerated() { places[member.0] = number }
    var conditions = [Term](repeating: .false, count: universe.count)
    for candidate in candidates {
      if case .constant(let constant) = candidate.value {
        if let place = places[constant] {
          conditions[place] = graph.or(conditions[place], candidate.isMember)
        } else {
          refuse(graph.and(condition, candidate.isMember))
        }
        continue
      }
      var isKnown = Term.false
      for (number, member) in universe.enumerated() {
        let isThis = graph.and(candidate.isMember, try algebra.equal(.constant(member.0), candidate.value))
        conditions[number] = graph.or(conditions[number], isThis)
        isKnown = graph.or(isKnown, isThis)
      }
      demand(graph.implies(candidate.isMember, isKnown), condition)
    }
    for (number, member) in universe.enumerated() { put(conditions[number], member.1, condition) }
  }

  public mutating func mapParts(
    _ value: SymbolicValue, keys: [Value], isTotal: Bool, _ condition: Term
  ) throws(SymbolicRefusal) -> [Part] {
    guard case .map(let entries) = try algebra.opened(value) else { throw SymbolicRefusal("a map is needed") }
    var parts: [Part] = []
    for (number, key) in keys.enumerated() {
      guard let entry = entries.first(where: { $0.key == key }) else {
        if isTotal { refuse(condition) }
        continue
      }
      if isTotal { demand(entry.isThere, condition) }
      let counts = isTotal ? condition : graph.and(condition, entry.isThere)
      parts.append(Part(key: number, isThere: entry.isThere, condition: counts, value: entry.value))
    }
    for entry in entries where !keys.contains(entry.key) { refuse(graph.and(condition, entry.isThere)) }
    return parts
  }

  public mutating func listParts(
    _ value: SymbolicValue
  ) throws(SymbolicRefusal) -> ([SymbolicValue], Term) {
    guard case .list(let entries, let count) = try algebra.openedList(value) else {
      throw SymbolicRefusal("a list is needed")
    }
    return (entries, count)
  }
}
