/// The structure that all values of a variable have, with its unknown parts as leaves.
///
/// Other than a `Shape`, which is observed, a symbolic shape is *computed*: the machine's
/// step is run over values of the shape, and what comes out is joined to it until nothing
/// new comes (`SymbolicSystem`). It therefore has a place for every reachable value.
public indirect enum SymbolicShape: Hashable, Sendable {
  /// Always this value; no leaves.
  case constant(Value)
  case boolean
  /// `Int.min` and `Int.max` mean that there is no bound.
  case integer(ClosedRange<Int>)
  /// One of these strings, ascending; the leaf is the position.
  case choice([Value])
  case tuple([SymbolicShape])
  case record(RecordShape, [SymbolicShape])
  /// A leaf for the label, then those of the payload of each.
  case variant([QuintString], [SymbolicShape])
  /// A subset of these values, ascending; a leaf for each.
  case set([Value])
  /// As many members at most, each in a place of its own that says whether it is one. Places may
  /// hold the same member.
  case slots([SymbolicShape])
  /// Some of these keys, ascending.
  case map([Entry])
  /// As many keys at most, each in a place of its own that says whether it is there.
  case pairs([PairShape])
  /// Entries by position, of which the first `minimum` are always there.
  case list([SymbolicShape], minimum: Int)

  public struct Entry: Hashable, Sendable {
    public var key: Value
    /// Otherwise there is a leaf that says whether it is there.
    public var isAlwaysThere: Bool
    public var shape: SymbolicShape
  }

  public struct PairShape: Hashable, Sendable {
    public var key: SymbolicShape
    public var image: SymbolicShape
  }

  /// Members that the universe of a set may have.
  static let universeLimit = 256
  /// Entries of a list that grows.
  public static let maximalLength = 12
}

// MARK: - Shapes of values

extension SymbolicShape {
  /// The shape of one symbolic value.
  init(of value: SymbolicValue, _ ranges: inout GuardedRanges) throws(SymbolicRefusal) {
    switch value {
    case .constant(let constant):
      guard let explicit = try? constant.canonicalized() else {
        throw SymbolicRefusal("a set that is infinite or too large")
      }
      self = .constant(explicit)
    case .boolean: self = .boolean
    case .integer(let term): self = .integer(ranges.range(of: term))
    case .choice(_, let values):
      var shape: SymbolicShape?
      for value in values {
        let one = SymbolicShape.constant(value)
        shape = try shape.map { (known) throws(SymbolicRefusal) in try known.joined(with: one) } ?? one
      }
      guard let shape else { throw SymbolicRefusal("a choice among nothing") }
      self = shape
    case .tuple(let entries): self = .tuple(try Self.shapes(of: entries, &ranges))
    case .record(let names, let entries): self = .record(names, try Self.shapes(of: entries, &ranges))
    case .variant(_, let labels, let payloads):
      var found: [(QuintString, SymbolicShape)] = []
      for (label, payload) in zip(labels, payloads) {
        guard let payload else { continue }
        found.append((label, try SymbolicShape(of: payload, &ranges)))
      }
      found.sort { $0.0 < $1.0 }
      self = .variant(found.map(\.0), found.map(\.1))
    case .set(let candidates):
      if ranges.takesSlots, candidates.contains(where: { !$0.value.isConstant }) {
        self = .slots(try Self.shapes(of: candidates.map(\.value), &ranges))
        return
      }
      var members: [Value] = []
      for candidate in candidates {
        if case .constant(let constant) = candidate.value {
          members.append(constant)
          continue
        }
        let shape = try SymbolicShape(of: candidate.value, &ranges)
        guard let all = shape.allValues(limit: Self.universeLimit) else {
          throw SymbolicRefusal("a set whose members are not among few known values")
        }
        members += all
      }
      let universe = SetValue(members).explicitArray
      guard universe.count <= 4 * Self.universeLimit else {
        throw SymbolicRefusal("a set of too many values")
      }
      self = .set(universe)
    case .maps: throw SymbolicRefusal("a set of maps as a value")
    case .subsets: throw SymbolicRefusal("the subsets of an unknown set as a value")
    case .interval: throw SymbolicRefusal("a range of unknown bounds as a value")
    case .map(let entries):
      var found: [Entry] = []
      for entry in entries where entry.isThere != .false {
        found.append(
          Entry(
            key: entry.key, isAlwaysThere: entry.isThere == .true,
            shape: try SymbolicShape(of: entry.value, &ranges)))
      }
      self = .map(found)
    case .pairs(let pairs):
      guard ranges.takesSlots else { throw SymbolicRefusal("a map with unknown keys") }
      self = .pairs(try Self.shapes(of: pairs, &ranges))
    case .list(let entries, let count):
      let range = ranges.range(of: count)
      let used = min(entries.count, max(0, range.upperBound))
      self = .list(
        try Self.shapes(of: Array(entries.prefix(used)), &ranges),
        minimum: min(used, max(0, range.lowerBound)))
    }
  }

  static func shapes(
    of values: [SymbolicValue], _ ranges: inout GuardedRanges
  ) throws(SymbolicRefusal) -> [SymbolicShape] {
    var result: [SymbolicShape] = []
    for value in values { result.append(try SymbolicShape(of: value, &ranges)) }
    return result
  }

  /// A constant with its outermost structure as a shape of its own.
  func opened() throws(SymbolicRefusal) -> SymbolicShape {
    guard case .constant(let constant) = self else { return self }
    switch constant {
    case .bool: return .boolean
    case .int(let number):
      guard let small = number.asInt, abs(small) < TermGraph.limit else {
        return .integer(TermGraph.anyInteger)
      }
      return .integer(small...small)
    case .string: return .choice([constant])
    case .tuple(let entries): return .tuple(entries.map { .constant($0) })
    case .record(let record): return .record(record.shape, record.values.map { .constant($0) })
    case .variant(let variant): return .variant([variant.label], [.constant(variant.payload)])
    case .set(let set): return .set(set.explicitArray)
    case .map(let map):
      return .map(
        zip(map.keyArray, map.values).map { Entry(key: $0, isAlwaysThere: true, shape: .constant($1)) })
    case .list(let entries): return .list(entries.map { .constant($0) }, minimum: entries.count)
    }
  }

  /// The least shape that has a place for the values of both.
  func joined(with other: SymbolicShape) throws(SymbolicRefusal) -> SymbolicShape {
    if self == other { return self }
    switch (try opened(), try other.opened()) {
    case (.boolean, .boolean): return .boolean
    case (.integer(let a), .integer(let b)):
      return .integer(min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound))
    case (.choice(let a), .choice(let b)): return .choice(SetValue(a + b).explicitArray)
    case (.tuple(let a), .tuple(let b)) where a.count == b.count: return .tuple(try Self.joined(a, b))
    case (.record(let names, let a), .record(let others, let b)) where names == others:
      return .record(names, try Self.joined(a, b))
    case (.variant(let a, let x), .variant(let b, let y)):
      var labels = a
      var shapes = x
      for (label, shape) in zip(b, y) {
        if let place = labels.firstIndex(of: label) {
          shapes[place] = try shapes[place].joined(with: shape)
        } else {
          labels.append(label)
          shapes.append(shape)
        }
      }
      let order = labels.indices.sorted { labels[$0] < labels[$1] }
      return .variant(order.map { labels[$0] }, order.map { shapes[$0] })
    case (.set(let a), .set(let b)): return .set(SetValue(a + b).explicitArray)
    case (.slots, .set), (.set, .slots), (.slots, .slots): return try joinedSlots(with: other)
    case (.pairs, .map), (.map, .pairs), (.pairs, .pairs): return try joinedPairs(with: other)
    case (.map(let a), .map(let b)):
      var entries: [Entry] = []
      for key in SetValue(a.map(\.key) + b.map(\.key)).explicitArray {
        let one = a.first { $0.key == key }
        let two = b.first { $0.key == key }
        guard let some = one ?? two else { continue }
        let shape =
          if let one, let two { try one.shape.joined(with: two.shape) } else { some.shape }
        entries.append(
          Entry(
            key: key, isAlwaysThere: one?.isAlwaysThere == true && two?.isAlwaysThere == true, shape: shape))
      }
      return .map(entries)
    case (.list(let a, let m), .list(let b, let n)):
      var shapes: [SymbolicShape] = []
      for index in 0..<max(a.count, b.count) {
        if index < a.count, index < b.count {
          shapes.append(try a[index].joined(with: b[index]))
        } else {
          shapes.append(index < a.count ? a[index] : b[index])
        }
      }
      return .list(shapes, minimum: min(m, n, shapes.count))
    default: throw SymbolicRefusal("values of different structure")
    }
  }

  static func joined(
    _ a: [SymbolicShape], _ b: [SymbolicShape]
  ) throws(SymbolicRefusal) -> [SymbolicShape] {
    var result: [SymbolicShape] = []
    for (one, other) in zip(a, b) { result.append(try one.joined(with: other)) }
    return result
  }

  /// The shape with bounds given up that moved since `old`.
  func widened(since old: SymbolicShape) -> SymbolicShape {
    if self == old { return self }
    guard let old = try? old.opened() else { return self }
    switch (self, old) {
    case (.integer(let new), .integer(let known)):
      let low = new.lowerBound < known.lowerBound ? Int.min : new.lowerBound
      let high = new.upperBound > known.upperBound ? Int.max : new.upperBound
      return .integer(low...high)
    case (.tuple(let a), .tuple(let b)) where a.count == b.count:
      return .tuple(zip(a, b).map { $0.widened(since: $1) })
    case (.record(let names, let a), .record(_, let b)) where a.count == b.count:
      return .record(names, zip(a, b).map { $0.widened(since: $1) })
    case (.variant(let labels, let a), .variant(let known, let b)):
      return .variant(
        labels,
        zip(labels, a).map { label, shape in
          known.firstIndex(of: label).map { shape.widened(since: b[$0]) } ?? shape
        })
    case (.map(let a), .map(let b)):
      return .map(
        a.map { entry in
          var entry = entry
          if let known = b.first(where: { $0.key == entry.key }) {
            entry.shape = entry.shape.widened(since: known.shape)
          }
          return entry
        })
    case (.list(let a, let m), .list(let b, _)):
      return .list(
        a.indices.map { $0 < b.count ? a[$0].widened(since: b[$0]) : a[$0] }, minimum: m)
    default: return self
    }
  }

  /// The shape with lists no longer than the limit, or than they were in `old`.
  ///
  /// What is longer has no place: an overflow (`SymbolicLeaves`).
  func cut(since old: SymbolicShape) -> SymbolicShape {
    if self == old { return self }
    guard let old = try? old.opened() else { return self }
    switch (self, old) {
    case (.tuple(let a), .tuple(let b)) where a.count == b.count:
      return .tuple(zip(a, b).map { $0.cut(since: $1) })
    case (.record(let names, let a), .record(_, let b)) where a.count == b.count:
      return .record(names, zip(a, b).map { $0.cut(since: $1) })
    case (.variant(let labels, let a), .variant(let known, let b)):
      return .variant(
        labels,
        zip(labels, a).map { label, shape in
          known.firstIndex(of: label).map { shape.cut(since: b[$0]) } ?? shape
        })
    case (.map(let a), .map(let b)):
      return .map(
        a.map { entry in
          var entry = entry
          if let known = b.first(where: { $0.key == entry.key }) {
            entry.shape = entry.shape.cut(since: known.shape)
          }
          return entry
        })
    case (.list(let a, let minimum), .list(let b, _)):
      let count = min(a.count, max(Self.maximalLength, b.count))
      return .list(
        (0..<count).map { $0 < b.count ? a[$0].cut(since: b[$0]) : a[$0] }, minimum: min(minimum, count))
    default: return self
    }
  }

  /// The shape with integers no wider than in some values of it. Parts that the values do not
  /// have stay as they are.
  func bounded(by values: [Value]) -> SymbolicShape {
    if values.isEmpty { return self }
    switch self {
    case .constant, .boolean, .choice, .set, .slots, .pairs: return self
    case .integer(let range):
      let numbers = values.compactMap { $0.asInteger?.asInt }
      guard numbers.count == values.count, let low = numbers.min(), let high = numbers.max(),
        -TermGraph.limit < low, high < TermGraph.limit
      else { return self }
      let (first, last) = (max(range.lowerBound, low), min(range.upperBound, high))
      return .integer(first <= last ? first...last : range)
    case .tuple(let shapes):
      return .tuple(
        shapes.enumerated().map { index, shape in
          shape.bounded(
            by: values.compactMap { value in
              if case .tuple(let entries) = value, index < entries.count { entries[index] } else { nil }
            })
        })
    case .record(let names, let shapes):
      return .record(
        names,
        shapes.enumerated().map { index, shape in
          shape.bounded(
            by: values.compactMap { value in
              if case .record(let record) = value, index < record.values.count {
                record.values[index]
              } else {
                nil
              }
            })
        })
    case .variant(let labels, let shapes):
      return .variant(
        labels,
        zip(labels, shapes).map { label, shape in
          shape.bounded(
            by: values.compactMap { value in
              if case .variant(let variant) = value, variant.label == label { variant.payload } else { nil }
            })
        })
    case .map(let entries):
      return .map(
        entries.map { entry in
          var entry = entry
          entry.shape = entry.shape.bounded(
            by: values.compactMap { value in
              if case .map(let map) = value { map[entry.key] } else { nil }
            })
          return entry
        })
    case .list(let shapes, let minimum):
      return .list(
        shapes.enumerated().map { index, shape in
          shape.bounded(
            by: values.compactMap { value in
              if case .list(let entries) = value, index < entries.count { entries[index] } else { nil }
            })
        }, minimum: minimum)
    }
  }

  /// All values of the shape; nil when they are more than `limit`.
  func allValues(limit: Int) -> [Value]? {
    switch self {
    case .constant(let value): return [value]
    case .boolean: return [false, true]
    case .integer(let range):
      let (count, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
      return !overflow && count < limit ? range.map { Value.int($0) } : nil
    case .choice(let values): return values.count <= limit ? values : nil
    case .tuple(let shapes):
      return shapes.product(limit: limit) { $0.allValues(limit: limit) }?.map { .tuple($0) }
    case .record(let shape, let shapes):
      return shapes.product(limit: limit) { $0.allValues(limit: limit) }?.compactMap { values in
        RecordValue(shape: shape, values: values).map { .record($0) }
      }
    case .variant(let labels, let shapes):
      var all: [Value] = []
      for (label, shape) in zip(labels, shapes) {
        guard let payloads = shape.allValues(limit: limit) else { return nil }
        all += payloads.map { .variant(label, $0) }
        if all.count > limit { return nil }
      }
      return all
    case .set(let universe):
      guard universe.count < 12, 1 << universe.count <= limit else { return nil }
      return try? SetValue.allSubsets(of: .explicit(universe)).explicitMembers()
    case .slots, .pairs, .map, .list: return nil
    }
  }
}
