/// From a shape to unknowns, from values to leaves, and back to values.

extension SymbolicShape {
  /// What a leaf is.
  public struct Leaf: Sendable {
    /// As in Quint, as far as that has a notation: `bal.get("A")`.
    public var name: String
    public var isBoolean: Bool
    public var range: ClosedRange<Int>
  }

  /// The leaves, in order.
  func leaves(_ name: String) -> [Leaf] {
    switch self {
    case .constant: return []
    case .boolean: return [Leaf(name: name, isBoolean: true, range: 0...1)]
    case .integer(let range): return [Leaf(name: name, isBoolean: false, range: range)]
    case .choice(let values): return [Leaf(name: name, isBoolean: false, range: 0...(values.count - 1))]
    case .tuple(let shapes):
      return shapes.enumerated().flatMap { $1.leaves("\(name)._\($0 + 1)") }
    case .record(let names, let shapes):
      return zip(names.names, shapes).flatMap { $1.leaves("\(name).\($0.text)") }
    case .variant(let labels, let shapes):
      let label = Leaf(name: name, isBoolean: false, range: 0...(labels.count - 1))
      return [label] + zip(labels, shapes).flatMap { $1.leaves("\(name).\($0.text)") }
    case .set(let universe):
      return universe.map { Leaf(name: "\($0) in \(name)", isBoolean: true, range: 0...1) }
    case .slots(let shapes):
      return shapes.enumerated().flatMap { place, shape in
        [Leaf(name: "\(name) member \(place + 1)", isBoolean: true, range: 0...1)]
          + shape.leaves("\(name)._\(place + 1)")
      }
    case .pairs(let shapes):
      return shapes.enumerated().flatMap { place, shape in
        [Leaf(name: "\(name) key \(place + 1)", isBoolean: true, range: 0...1)]
          + shape.key.leaves("\(name).keys._\(place + 1)") + shape.image.leaves("\(name)._\(place + 1)")
      }
    case .map(let entries):
      return entries.flatMap { entry in
        (entry.isAlwaysThere
          ? [] : [Leaf(name: "\(entry.key) in \(name).keys", isBoolean: true, range: 0...1)])
          + entry.shape.leaves("\(name)[\(entry.key)]")
      }
    case .list(let shapes, let minimum):
      let entries = shapes.enumerated().flatMap { $1.leaves("\(name)[\($0)]") }
      if minimum == shapes.count { return entries }
      return [Leaf(name: "\(name).length", isBoolean: false, range: minimum...shapes.count)] + entries
    }
  }

  /// A value of the shape with these terms as its leaves; takes them from the front.
  func value(_ terms: inout ArraySlice<TermGraph.Term>, _ graph: inout TermGraph) -> SymbolicValue {
    switch self {
    case .constant(let constant): return .constant(constant)
    case .boolean:
      let term = terms.removeFirst()
      return graph.booleanValue(of: term).map { .constant(.bool($0)) } ?? .boolean(term)
    case .integer:
      let term = terms.removeFirst()
      return graph.integerValue(of: term).map { .constant(.int($0)) } ?? .integer(term)
    case .choice(let values):
      let term = terms.removeFirst()
      if let index = graph.integerValue(of: term), values.indices.contains(index) {
        return .constant(values[index])
      }
      return .choice(term, values)
    case .tuple(let shapes): return .tuple(shapes.map { $0.value(&terms, &graph) })
    case .record(let names, let shapes): return .record(names, shapes.map { $0.value(&terms, &graph) })
    case .variant(let labels, let shapes):
      let label = terms.removeFirst()
      return .variant(label, labels, shapes.map { $0.value(&terms, &graph) })
    case .set(let universe):
      var candidates: [SymbolicValue.Candidate] = []
      for member in universe {
        let isMember = terms.removeFirst()
        if isMember != .false { candidates.append(.init(value: .constant(member), isMember: isMember)) }
      }
      return .set(candidates)
    case .slots(let shapes):
      var candidates: [SymbolicValue.Candidate] = []
      for shape in shapes {
        let isMember = terms.removeFirst()
        let value = shape.value(&terms, &graph)
        if isMember != .false { candidates.append(.init(value: value, isMember: isMember)) }
      }
      return .set(candidates)
    case .pairs(let shapes):
      var pairs: [SymbolicValue.Pair] = []
      for shape in shapes {
        let isThere = terms.removeFirst()
        let key = shape.key.value(&terms, &graph)
        let image = shape.image.value(&terms, &graph)
        if isThere != .false { pairs.append(.init(key: key, isThere: isThere, value: image)) }
      }
      return .pairs(pairs)
    case .map(let entries):
      return .map(
        entries.map { entry in
          let isThere = entry.isAlwaysThere ? TermGraph.Term.true : terms.removeFirst()
          return .init(key: entry.key, isThere: isThere, value: entry.shape.value(&terms, &graph))
        })
    case .list(let shapes, let minimum):
      let count = minimum == shapes.count ? graph.integer(minimum) : terms.removeFirst()
      return .list(shapes.map { $0.value(&terms, &graph) }, count: count)
    }
  }

  /// The concrete value whose leaves are these; takes them from the front. Booleans are 0 and 1.
  func decoded(_ leaves: inout ArraySlice<Integer>) -> Value {
    switch self {
    case .constant(let constant): return constant
    case .boolean: return .bool(leaves.removeFirst() != .zero)
    case .integer: return .int(leaves.removeFirst())
    case .choice(let values):
      let index = leaves.removeFirst().asInt ?? 0
      return values.indices.contains(index) ? values[index] : values[0]
    case .tuple(let shapes): return .tuple(shapes.map { $0.decoded(&leaves) })
    case .record(let names, let shapes):
      let values = shapes.map { $0.decoded(&leaves) }
      return RecordValue(shape: names, values: values).map { .record($0) } ?? .unit
    case .variant(let labels, let shapes):
      let index = leaves.removeFirst().asInt ?? 0
      let payloads = shapes.map { $0.decoded(&leaves) }
      let place = labels.indices.contains(index) ? index : 0
      return .variant(labels[place], payloads[place])
    case .set(let universe):
      return .set(of: universe.filter { _ in leaves.removeFirst() != .zero })
    case .slots(let shapes):
      var members: [Value] = []
      for shape in shapes {
        let isMember = leaves.removeFirst() != .zero
        let value = shape.decoded(&leaves)
        if isMember { members.append(value) }
      }
      return .set(of: members)
    case .pairs(let shapes):
      var pairs: [(key: Value, value: Value)] = []
      for shape in shapes {
        let isThere = leaves.removeFirst() != .zero
        let key = shape.key.decoded(&leaves)
        let image = shape.image.decoded(&leaves)
        if isThere { pairs.append((key, image)) }
      }
      return .map(MapValue(lastWins: pairs))
    case .map(let entries):
      var pairs: [(key: Value, value: Value)] = []
      for entry in entries {
        let isThere = entry.isAlwaysThere || leaves.removeFirst() != .zero
        let value = entry.shape.decoded(&leaves)
        if isThere { pairs.append((entry.key, value)) }
      }
      return .map(MapValue(lastWins: pairs))
    case .list(let shapes, let minimum):
      let count = minimum == shapes.count ? minimum : leaves.removeFirst().asInt ?? minimum
      let values = shapes.map { $0.decoded(&leaves) }
      return .list(Array(values.prefix(max(0, count))))
    }
  }
}

/// Takes symbolic values apart into the leaves of a shape.
struct SymbolicLeaves {
  typealias Term = TermGraph.Term
  var algebra: SymbolicAlgebra
  private(set) var terms: [Term] = []
  /// When something has no place.
  private(set) var overflow = Term.false

  /// True where bounds of integers are guessed, so that a value may be beyond them.
  private let checksBounds: Bool

  init(_ algebra: SymbolicAlgebra, checksBounds: Bool) {
    self.algebra = algebra
    self.checksBounds = checksBounds
  }

  /// Leaves of no value: anything, since they do not count.
  mutating func skip(_ shape: SymbolicShape) {
    for leaf in shape.leaves("") {
      terms.append(
        leaf.isBoolean ? .false : algebra.graph.integer(leaf.range.contains(0) ? 0 : leaf.range.lowerBound))
    }
  }

  /// - Parameter condition: when the value counts.
  mutating func put(
    _ value: SymbolicValue, _ shape: SymbolicShape, _ condition: Term
  ) throws(SymbolicRefusal) {
    switch shape {
    case .constant(let constant):
      let isThis = try algebra.equal(value, .constant(constant))
      overflow = algebra.graph.or(overflow, algebra.graph.and(condition, algebra.graph.not(isThis)))
    case .boolean: terms.append(try algebra.term(ofBoolean: value))
    case .integer(let range):
      let term = try algebra.term(ofInteger: value)
      terms.append(checksBounds ? within(range, term, condition) : term)
    case .choice(let values): try putChoice(value, values, condition)
    case .tuple(let shapes):
      guard case .tuple(let entries) = try algebra.opened(value), entries.count == shapes.count else {
        throw SymbolicRefusal("a tuple is needed")
      }
      for (entry, shape) in zip(entries, shapes) { try put(entry, shape, condition) }
    case .record(_, let shapes):
      guard case .record(_, let entries) = try algebra.opened(value), entries.count == shapes.count else {
        throw SymbolicRefusal("a record is needed")
      }
      for (entry, shape) in zip(entries, shapes) { try put(entry, shape, condition) }
    case .variant(let labels, let shapes): try putVariant(value, labels, shapes, condition)
    case .set(let universe): try putSet(value, universe, condition)
    case .slots(let shapes): try putSlots(value, shapes, condition)
    case .map(let entries): try putMap(value, entries, condition)
    case .pairs(let shapes): try putPairs(value, shapes, condition)
    case .list(let shapes, let minimum):
      guard case .list(let entries, let count) = try algebra.openedList(value) else {
        throw SymbolicRefusal("a list is needed")
      }
      let length = algebra.graph.integer(shapes.count)
      let isFixed = minimum == shapes.count
      if !isFixed { terms.append(count) }
      let fits = isFixed ? algebra.graph.equal(count, length) : algebra.graph.lessOrEqual(count, length)
      overflow = algebra.graph.or(overflow, algebra.graph.and(condition, algebra.graph.not(fits)))
      for (index, shape) in shapes.enumerated() {
        if index < entries.count {
          let counts = algebra.graph.less(algebra.graph.integer(index), count)
          try put(entries[index], shape, algebra.graph.and(condition, counts))
        } else {
          skip(shape)
        }
      }
    }
  }

  /// A term that is beyond its bounds only where that is an overflow.
  private mutating func within(_ range: ClosedRange<Int>, _ term: Term, _ condition: Term) -> Term {
    var graph: TermGraph {
      get { algebra.graph }
      _modify { yield &algebra.graph }
    }
    var isInside = Term.true
    if range.lowerBound != .min {
      isInside = graph.lessOrEqual(graph.integer(range.lowerBound), term)
    }
    if range.upperBound != .max {
      isInside = graph.and(isInside, graph.lessOrEqual(term, graph.integer(range.upperBound)))
    }
    if isInside == .true { return term }
    overflow = graph.or(overflow, graph.and(condition, graph.not(isInside)))
    if condition == .true { return term }
    // What does not count needs a place all the same.
    return graph.ite(isInside, term, graph.integer(range.contains(0) ? 0 : range.lowerBound))
  }

  private mutating func putChoice(
    _ value: SymbolicValue, _ values: [Value], _ condition: Term
  ) throws(SymbolicRefusal) {
    switch value {
    case .constant(let constant):
      if let place = values.firstIndex(of: constant) {
        terms.append(algebra.graph.integer(place))
      } else {
        terms.append(algebra.graph.integer(0))
        overflow = algebra.graph.or(overflow, condition)
      }
    case .choice(let index, let candidates):
      if candidates == values {
        terms.append(index)
        return
      }
      var result = algebra.graph.integer(0)
      for (number, candidate) in candidates.enumerated() {
        let isThis = algebra.graph.equal(index, algebra.graph.integer(number))
        if let place = values.firstIndex(of: candidate) {
          result = algebra.graph.ite(isThis, algebra.graph.integer(place), result)
        } else {
          overflow = algebra.graph.or(overflow, algebra.graph.and(condition, isThis))
        }
      }
      terms.append(result)
    default: throw SymbolicRefusal("a string is needed")
    }
  }

  private mutating func putVariant(
    _ value: SymbolicValue, _ labels: [QuintString], _ shapes: [SymbolicShape], _ condition: Term
  ) throws(SymbolicRefusal) {
    guard let (index, own, payloads) = algebra.openedVariant(value) else {
      throw SymbolicRefusal("a variant is needed")
    }
    var code = algebra.graph.integer(0)
    if own == labels {
      code = index
    } else {
      for (number, label) in own.enumerated() where payloads[number] != nil {
        let isThis = algebra.graph.equal(index, algebra.graph.integer(number))
        if let place = labels.firstIndex(of: label) {
          code = algebra.graph.ite(isThis, algebra.graph.integer(place), code)
        } else {
          overflow = algebra.graph.or(overflow, algebra.graph.and(condition, isThis))
        }
      }
    }
    terms.append(code)
    for (label, shape) in zip(labels, shapes) {
      if let number = own.firstIndex(of: label), let payload = payloads[number] {
        let isThis = algebra.graph.equal(index, algebra.graph.integer(number))
        try put(payload, shape, algebra.graph.and(condition, isThis))
      } else {
        skip(shape)
      }
    }
  }

  private mutating func putSet(
    _ value: SymbolicValue, _ universe: [Value], _ condition: Term
  ) throws(SymbolicRefusal) {
    let candidates = try algebra.candidates(value)
    var conditions = [Term](repeating: .false, count: universe.count)
    let places = Dictionary(zip(universe, universe.indices)) { first, _ in first }
    for candidate in candidates {
      if case .constant(let constant) = candidate.value {
        if let place = places[constant] {
          conditions[place] = algebra.graph.or(conditions[place], candidate.isMember)
        } else {
          overflow = algebra.graph.or(overflow, algebra.graph.and(condition, candidate.isMember))
        }
        continue
      }
      for (place, member) in universe.enumerated() {
        let isThis = try algebra.equal(.constant(member), candidate.value)
        if isThis == .false { continue }
        conditions[place] = algebra.graph.or(
          conditions[place], algebra.graph.and(candidate.isMember, isThis))
      }
    }
    terms += conditions
  }

  private mutating func putSlots(
    _ value: SymbolicValue, _ shapes: [SymbolicShape], _ condition: Term
  ) throws(SymbolicRefusal) {
    let candidates = try algebra.candidates(value)
    for (place, shape) in shapes.enumerated() {
      guard place < candidates.count else {
        terms.append(.false)
        skip(shape)
        continue
      }
      terms.append(candidates[place].isMember)
      let counts = algebra.graph.and(condition, candidates[place].isMember)
      try put(candidates[place].value, shape, counts)
    }
    for candidate in candidates.dropFirst(shapes.count) {
      overflow = algebra.graph.or(overflow, algebra.graph.and(condition, candidate.isMember))
    }
  }

  private mutating func putPairs(
    _ value: SymbolicValue, _ shapes: [SymbolicShape.PairShape], _ condition: Term
  ) throws(SymbolicRefusal) {
    let pairs = try algebra.pairs(value)
    for (place, shape) in shapes.enumerated() {
      guard place < pairs.count else {
        terms.append(.false)
        skip(shape.key)
        skip(shape.image)
        continue
      }
      terms.append(pairs[place].isThere)
      let counts = algebra.graph.and(condition, pairs[place].isThere)
      try put(pairs[place].key, shape.key, counts)
      try put(pairs[place].value, shape.image, counts)
    }
    for pair in pairs.dropFirst(shapes.count) {
      overflow = algebra.graph.or(overflow, algebra.graph.and(condition, pair.isThere))
    }
  }

  private mutating func putMap(
    _ value: SymbolicValue, _ shape: [SymbolicShape.Entry], _ condition: Term
  ) throws(SymbolicRefusal) {
    guard case .map(let entries) = try algebra.opened(value) else { throw SymbolicRefusal("a map is needed") }
    for place in shape {
      guard let entry = entries.first(where: { $0.key == place.key }) else {
        if place.isAlwaysThere {
          overflow = algebra.graph.or(overflow, condition)
        } else {
          terms.append(.false)
        }
        skip(place.shape)
        continue
      }
      if !place.isAlwaysThere { terms.append(entry.isThere) }
      try put(entry.value, place.shape, algebra.graph.and(condition, entry.isThere))
    }
    for entry in entries where !shape.contains(where: { $0.key == entry.key }) {
      overflow = algebra.graph.or(overflow, algebra.graph.and(condition, entry.isThere))
    }
  }
}

extension SymbolicAlgebra {
  /// The label of a variant, the labels that there are, and the payloads.
  mutating func openedVariant(
    _ value: SymbolicValue
  ) -> (label: Term, labels: [QuintString], payloads: [SymbolicValue?])? {
    switch value {
    case .constant(.variant(let variant)):
      return (graph.integer(0), [variant.label], [.constant(variant.payload)])
    case .variant(let label, let labels, let payloads): return (label, labels, payloads)
    default: return nil
    }
  }
}
