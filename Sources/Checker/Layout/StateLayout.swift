import ProtocolModel

/// Where each part of a state stands in a row of 64-bit words.
///
/// The parts of a shape that vary are its leaves: booleans, small integers, indices into
/// lists of constants. Each has the bits that it needs, none crosses a word. Parts that do
/// not count in a value (the payload of another label, the entry of a missing key) are
/// zero, so equal states have equal rows.
public struct StateLayout: Sendable {
  /// A run of bits in a row; it holds `value - low`.
  struct Leaf: Hashable, Sendable {
    var word: Int
    var shift: Int
    var bits: Int
    var low: Int

    var mask: UInt64 { (1 << UInt64(bits)) &- 1 }
  }

  /// By variable.
  public let shapes: [Shape]
  let leaves: [Leaf]
  /// Words of a row, at least 1.
  public let width: Int
  /// Bytes of a row that are used.
  public let byteCount: Int
  /// By variable: the bits of its leaves.
  public let variableBits: [Int]
  private let roots: [Node]

  /// A shape with the numbers of its leaves; -1 where one value needs no bits.
  indirect enum Node: Sendable {
    case none
    case boolean(Int)
    case integer(Int, ClosedRange<Int>)
    case strings(Int, [Value])
    case tuple([Node])
    case record(RecordShape, [Node])
    case variant(Int, [QuintString], [Node])
    case set([(Value, Int)])
    case map([(Value, isThere: Int, Node)], isTotal: Bool)
    case list(Int, [Node])
  }

  public init(shapes: [Shape]) {
    self.shapes = shapes
    var builder = Builder()
    var roots: [Node] = []
    var bits: [Int] = []
    for shape in shapes {
      let first = builder.leaves.count
      roots.append(builder.node(for: shape))
      bits.append(builder.leaves[first...].reduce(0) { $0 + $1.bits })
    }
    self.roots = roots
    variableBits = bits
    leaves = builder.leaves
    width = max(1, builder.usedBits.count)
    byteCount = max(1, 8 * (width - 1) + ((builder.usedBits.last ?? 0) + 7) / 8)
  }

  private struct Builder {
    var leaves: [Leaf] = []
    /// By word.
    var usedBits: [Int] = []

    /// In the first word that has room.
    mutating func leaf(values count: Int, low: Int = 0) -> Int {
      let bits = Shape.bits(for: count)
      if bits == 0 { return -1 }
      let word = usedBits.firstIndex { $0 + bits <= 64 } ?? usedBits.count
      if word == usedBits.count { usedBits.append(0) }
      leaves.append(Leaf(word: word, shift: usedBits[word], bits: bits, low: low))
      usedBits[word] += bits
      return leaves.count - 1
    }

    mutating func node(for shape: Shape) -> Node {
      switch shape {
      case .none: return .none
      case .boolean: return .boolean(leaf(values: 2))
      case .integer(let range): return .integer(leaf(values: range.count, low: range.lowerBound), range)
      case .strings(let values): return .strings(leaf(values: values.count), values)
      case .tuple(let shapes): return .tuple(shapes.map { node(for: $0) })
      case .record(let names, let shapes): return .record(RecordShape.of(names), shapes.map { node(for: $0) })
      case .variant(let labels, let shapes):
        let tag = leaf(values: labels.count)
        return .variant(tag, labels, shapes.map { node(for: $0) })
      case .set(let universe): return .set(universe.map { ($0, leaf(values: 2)) })
      case .map(let keys, let shape, let isTotal):
        return .map(
          keys.map { ($0, isThere: isTotal ? -1 : leaf(values: 2), node(for: shape)) }, isTotal: isTotal)
      case .list(let length, let shape, let isFull):
        let count = isFull ? -1 : leaf(values: length + 1)
        return .list(count, (0..<length).map { _ in node(for: shape) })
      }
    }
  }

  // MARK: Values to rows

  /// Writes a state into a row; false when some value does not fit.
  func encode(_ values: [Value?], into row: inout [UInt64]) -> Bool {
    for index in row.indices { row[index] = 0 }
    for (value, node) in zip(values, roots) {
      guard let value, encode(value, node, &row) else { return false }
    }
    return true
  }

  private func put(_ code: Int, _ leaf: Int, _ row: inout [UInt64]) {
    if leaf < 0 { return }
    let place = leaves[leaf]
    row[place.word] |= UInt64(truncatingIfNeeded: code) << UInt64(place.shift)
  }

  private func encode(_ value: Value, _ node: Node, _ row: inout [UInt64]) -> Bool {
    switch (node, value) {
    case (.boolean(let leaf), .bool(let value)): put(value ? 1 : 0, leaf, &row)
    case (.integer(let leaf, let range), .int(let number)):
      guard let number = number.asInt, range.contains(number) else { return false }
      put(number - range.lowerBound, leaf, &row)
    case (.strings(let leaf, let values), _):
      guard let index = values.firstIndex(of: value) else { return false }
      put(index, leaf, &row)
    case (.tuple(let nodes), .tuple(let entries)):
      guard nodes.count == entries.count else { return false }
      for (node, entry) in zip(nodes, entries) where !encode(entry, node, &row) { return false }
    case (.record(let shape, let nodes), .record(let record)):
      guard shape === record.shape else { return false }
      for (node, entry) in zip(nodes, record.values) where !encode(entry, node, &row) { return false }
    case (.variant(let tag, let labels, let nodes), .variant(let variant)):
      guard let index = labels.firstIndex(of: variant.label) else { return false }
      put(index, tag, &row)
      return encode(variant.payload, nodes[index], &row)
    case (.set(let universe), .set(let set)):
      guard set.isFinite, let members = try? set.explicitMembers(limit: universe.count) else { return false }
      var found = 0
      for (member, leaf) in universe where set.contains(member) {
        put(1, leaf, &row)
        found += 1
      }
      return found == members.count
    case (.map(let entries, let isTotal), .map(let map)):
      var found = 0
      for (key, isThere, node) in entries {
        guard let value = map[key] else {
          if isTotal { return false }
          continue
        }
        put(1, isThere, &row)
        if !encode(value, node, &row) { return false }
        found += 1
      }
      return found == map.count
    case (.list(let count, let nodes), .list(let entries)):
      guard count < 0 ? entries.count == nodes.count : entries.count <= nodes.count else { return false }
      put(entries.count, count, &row)
      for (node, entry) in zip(nodes, entries) where !encode(entry, node, &row) { return false }
    default: return false
    }
    return true
  }

  // MARK: Rows to values

  func decode(_ row: UnsafePointer<UInt64>, into values: inout [Value?]) {
    for (index, node) in roots.enumerated() { values[index] = decode(node, row) }
  }

  private func code(_ leaf: Int, _ row: UnsafePointer<UInt64>) -> Int {
    if leaf < 0 { return 0 }
    let place = leaves[leaf]
    return Int((row[place.word] >> UInt64(place.shift)) & place.mask)
  }

  private func decode(_ node: Node, _ row: UnsafePointer<UInt64>) -> Value {
    switch node {
    case .none: return .unit
    case .boolean(let leaf): return .bool(code(leaf, row) != 0)
    case .integer(let leaf, let range): return .int(range.lowerBound + code(leaf, row))
    case .strings(let leaf, let values): return values[min(code(leaf, row), values.count - 1)]
    case .tuple(let nodes): return .tuple(nodes.map { decode($0, row) })
    case .record(let shape, let nodes):
      return RecordValue(shape: shape, values: nodes.map { decode($0, row) }).map { .record($0) } ?? .unit
    case .variant(let tag, let labels, let nodes):
      let index = min(code(tag, row), labels.count - 1)
      return .variant(labels[index], decode(nodes[index], row))
    case .set(let universe):
      return .set(SetValue(ascending: universe.filter { code($0.1, row) != 0 }.map(\.0)))
    case .map(let entries, let isTotal):
      let present = entries.filter { isTotal || code($0.isThere, row) != 0 }
      return .map(MapValue(lastWins: present.map { ($0.0, decode($0.2, row)) }))
    case .list(let count, let nodes):
      let length = count < 0 ? nodes.count : code(count, row)
      return .list(nodes.prefix(length).map { decode($0, row) })
    }
  }

  // MARK: Symbolic states

  /// A state with an unknown for each leaf: input `firstInput + n` is leaf `n`.
  func symbolicState(_ graph: inout TermGraph, firstInput: Int = 0) -> [SymbolicValue] {
    roots.map { symbolic($0, firstInput, &graph) }
  }

  private func symbolic(_ node: Node, _ first: Int, _ graph: inout TermGraph) -> SymbolicValue {
    func number(_ leaf: Int, _ range: ClosedRange<Int>, _ graph: inout TermGraph) -> TermGraph.Term {
      leaf < 0 ? graph.integer(range.lowerBound) : graph.input(first + leaf, range)
    }
    func boolean(_ leaf: Int, _ graph: inout TermGraph) -> TermGraph.Term { graph.booleanInput(first + leaf) }
    switch node {
    case .none: return .constant(.unit)
    case .boolean(let leaf): return .boolean(boolean(leaf, &graph))
    case .integer(let leaf, let range):
      return leaf < 0 ? .constant(.int(range.lowerBound)) : .integer(number(leaf, range, &graph))
    case .strings(let leaf, let values):
      return leaf < 0 ? .constant(values[0]) : .choice(number(leaf, 0...(values.count - 1), &graph), values)
    case .tuple(let nodes):
      return nodes.isEmpty ? .constant(.unit) : .tuple(nodes.map { symbolic($0, first, &graph) })
    case .record(let shape, let nodes): return .record(shape, nodes.map { symbolic($0, first, &graph) })
    case .variant(let tag, let labels, let nodes):
      let index = number(tag, 0...(labels.count - 1), &graph)
      let payloads = nodes.map { node -> SymbolicValue? in
        if case .none = node { return nil }
        return symbolic(node, first, &graph)
      }
      return .variant(index, labels, payloads)
    case .set(let universe):
      return .set(universe.map { .init(value: .constant($0.0), isMember: boolean($0.1, &graph)) })
    case .map(let entries, let isTotal):
      return .map(
        entries.map { key, isThere, node in
          .init(
            key: key, isThere: isTotal ? .true : boolean(isThere, &graph),
            value: symbolic(node, first, &graph))
        })
    case .list(let count, let nodes):
      return .list(
        nodes.map { symbolic($0, first, &graph) },
        count: count < 0 ? graph.integer(nodes.count) : number(count, 0...nodes.count, &graph))
    }
  }

  /// What a next state puts into each leaf (as `value - low`), and when all of it fits.
  struct Stored {
    /// Nil where the leaf keeps its place's present value.
    var codes: [TermGraph.Term?]
    var fits: TermGraph.Term
  }

  func store(
    _ updates: [SymbolicValue?], _ algebra: inout SymbolicStorage
  ) throws(SymbolicRefusal) -> Stored {
    algebra.begin(leaves.count)
    for (value, node) in zip(updates, roots) {
      guard let value else { throw SymbolicRefusal("a variable without next value") }
      try store(value, node, when: .true, &algebra)
    }
    return Stored(codes: algebra.codes, fits: algebra.fits)
  }

  private func store(
    _ value: SymbolicValue, _ node: Node, when condition: TermGraph.Term, _ storage: inout SymbolicStorage
  ) throws(SymbolicRefusal) {
    switch node {
    case .none: storage.refuse(condition)
    case .boolean(let leaf): storage.put(try storage.boolean(value), leaf, condition)
    case .integer(let leaf, let range):
      let term = try storage.integer(value)
      storage.demand(term, in: range, condition)
      storage.put(storage.difference(term, range.lowerBound), leaf, condition)
    case .strings(let leaf, let values):
      storage.put(try storage.index(of: value, in: values, condition), leaf, condition)
    case .tuple(let nodes):
      if nodes.isEmpty { return }
      guard case .tuple(let entries) = try storage.opened(value), entries.count == nodes.count else {
        throw SymbolicRefusal("a tuple of another length")
      }
      for (node, entry) in zip(nodes, entries) { try store(entry, node, when: condition, &storage) }
    case .record(_, let nodes):
      guard case .record(_, let entries) = try storage.opened(value), entries.count == nodes.count else {
        throw SymbolicRefusal("a record of other fields")
      }
      for (node, entry) in zip(nodes, entries) { try store(entry, node, when: condition, &storage) }
    case .variant(let tag, let labels, let nodes):
      for part in try storage.variantParts(value, in: labels, condition, tag: tag) {
        try store(part.payload, nodes[part.label], when: part.condition, &storage)
      }
    case .set(let universe):
      try storage.putSet(value, universe, condition)
    case .map(let entries, let isTotal):
      for part in try storage.mapParts(value, keys: entries.map(\.0), isTotal: isTotal, condition) {
        storage.put(part.isThere, entries[part.key].isThere, condition)
        try store(part.value, entries[part.key].2, when: part.condition, &storage)
      }
    case .list(let count, let nodes):
      let (values, length) = try storage.listParts(value)
      storage.demand(length, in: (count < 0 ? nodes.count : 0)...nodes.count, condition)
      storage.put(length, count, condition)
      for (index, (node, value)) in zip(nodes, values).enumerated() {
        try store(value, node, when: storage.counts(index, length, condition), &storage)
      }
    }
  }
}

extension StateLayout {
  /// Bits of the last word that a row uses.
  var lastWordMask: UInt64 {
    let bits = byteCount - 8 * (width - 1)
    return bits >= 8 ? .max : (1 << UInt64(8 * bits)) &- 1
  }
}
