/// The finite shape that the values of a variable take: which parts they have, and
/// what each part can be.
///
/// A shape is found by observing values (`Shape.init(of:type:)`) and is therefore a
/// guess about all others: whoever relies on it has to check each value against it.
public indirect enum Shape: Hashable, Sendable {
  /// No value was observed.
  case none
  case boolean
  case integer(ClosedRange<Int>)
  /// One of these strings, ascending.
  case strings([Value])
  case tuple([Shape])
  /// Fields in the order of the shape's names.
  case record([QuintString], [Shape])
  /// Payloads by label, ascending; `.tuple([])` where there is none.
  case variant([QuintString], [Shape])
  /// A subset of these values, ascending.
  case set([Value])
  /// Some of these keys, ascending, with values of one shape; all of them if `isTotal`.
  case map([Value], Shape, isTotal: Bool)
  /// Up to so many entries of one shape; exactly so many if `isFull`.
  case list(Int, Shape, isFull: Bool)
}

extension Shape {
  /// Members that the universe of a set may have, and keys of a map.
  public static let universeLimit = 256
  /// Entries of a list.
  public static let lengthLimit = 16

  /// The least shape for some values of a type, with room where room costs nothing: an
  /// integer uses all values of its bits, a set all members that its members' shape has,
  /// if these are few.
  ///
  /// - Returns: nil when the values have no finite shape within the limits.
  public init?(of values: [Value], type: Type) {
    if values.isEmpty {
      self = .none
      return
    }
    switch type.unaliased {
    case .boolean: self = .boolean
    case .integer:
      guard let range = Self.range(of: values) else { return nil }
      self = .integer(range)
    case .string, .uninterpreted:
      self = .strings(Array(SetValue(values).explicitArray))
    case .tuple(let row):
      let entries = values.compactMap(\.asTuple)
      guard let shapes = Self.columns(entries, row) else { return nil }
      self = .tuple(shapes)
    case .record:
      guard let first = values.first?.asRecord else { return nil }
      let rows = values.compactMap { $0.asRecord?.values }
      guard case .record(let row) = type.unaliased, row.fields.count == first.shape.count,
        let shapes = Self.columns(rows, row)
      else { return nil }
      self = .record(first.shape.names, shapes)
    case .sum(let row, _):
      var labels: [QuintString] = []
      var shapes: [Shape] = []
      for field in row.fields.sorted(by: { QuintString($0.label) < QuintString($1.label) }) {
        let label = QuintString(field.label)
        let payloads = values.compactMap { value -> Value? in
          guard case .variant(let variant) = value, variant.label == label else { return nil }
          return variant.payload
        }
        let isPlain = field.type.unaliased == .unit
        guard let shape = isPlain ? .tuple([]) : Shape(of: payloads, type: field.type) else { return nil }
        labels.append(label)
        shapes.append(shape)
      }
      self = .variant(labels, shapes)
    case .set(let element):
      // Each member once, before they are sorted: the sets of a soup share most of theirs.
      var members: Set<Value> = []
      for value in values {
        guard case .set(.explicit(let some))? = try? value.canonicalized() else { return nil }
        members.formUnion(some)
      }
      let observed = SetValue(Array(members)).explicitArray
      guard observed.count <= Self.universeLimit else { return nil }
      self = .set(observed)
      if let shape = Shape(of: observed, type: element), shape != .none,
        let all = shape.allValues(limit: Self.universeLimit)
      {
        self = .set(SetValue(all).explicitArray)
      }
    case .map(_, let image):
      let maps = values.compactMap(\.asMap)
      let keys = SetValue(Array(Set(maps.flatMap(\.keyArray)))).explicitArray
      guard keys.count <= Self.universeLimit, let shape = Shape(of: maps.flatMap(\.values), type: image)
      else { return nil }
      self = .map(keys, shape, isTotal: maps.allSatisfy { $0.count == keys.count })
    case .list(let element):
      let lists = values.compactMap(\.asList)
      let length = lists.map(\.count).max() ?? 0
      guard length <= Self.lengthLimit, let shape = Shape(of: Array(lists.joined()), type: element) else {
        return nil
      }
      self = .list(length, shape, isFull: lists.allSatisfy { $0.count == length })
    case .variable, .operation, .alias: return nil
    }
  }

  private static func columns(_ rows: [[Value]], _ row: Row) -> [Shape]? {
    var shapes: [Shape] = []
    for index in row.fields.indices {
      guard let shape = Shape(of: rows.map { $0[index] }, type: row.fields[index].type) else { return nil }
      shapes.append(shape)
    }
    return shapes
  }

  /// The range of some integers, widened upwards to all that its bits can tell apart.
  private static func range(of values: [Value]) -> ClosedRange<Int>? {
    let numbers = values.compactMap { $0.asInteger?.asInt }
    guard numbers.count == values.count, let low = numbers.min(), let high = numbers.max(),
      low > -(1 << 30), high < 1 << 30
    else { return nil }
    let bits = Self.bits(for: high - low + 1)
    return low...(low + (1 << bits) - 1)
  }

  /// Bits that tell so many values apart.
  public static func bits(for count: Int) -> Int {
    count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
  }

  /// All values of the shape; nil when they are more than `limit`.
  public func allValues(limit: Int) -> [Value]? {
    switch self {
    case .none: return []
    case .boolean: return [false, true]
    case .integer(let range):
      return range.count <= limit ? range.map { Value.int($0) } : nil
    case .strings(let values): return values.count <= limit ? values : nil
    case .tuple(let shapes):
      return shapes.product(limit: limit) { $0.allValues(limit: limit) }?.map { .tuple($0) }
    case .record(let names, let shapes):
      let shape = RecordShape.of(names)
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
      guard universe.count < 16, 1 << universe.count <= limit else { return nil }
      return try? SetValue.allSubsets(of: .explicit(universe)).explicitMembers()
    case .map, .list: return nil
    }
  }
}

extension SetValue {
  /// The members of a set in explicit form.
  var explicitArray: [Value] {
    if case .explicit(let members) = self { return members }
    return (try? explicitMembers()) ?? []
  }
}

extension Array {
  /// All rows with one value for each element; nil when they are more than `limit`, or an
  /// element has none to tell.
  func product(limit: Int, _ values: (Element) -> [Value]?) -> [[Value]]? {
    var rows: [[Value]] = [[]]
    for element in self {
      guard let values = values(element), rows.count * values.count <= limit else { return nil }
      rows = rows.flatMap { row in values.map { row + [$0] } }
    }
    return rows
  }
}
