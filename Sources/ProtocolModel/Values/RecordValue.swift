internal import Synchronization

/// The names of a record's fields, in ascending order.
///
/// Shapes of equal names are one object of the process, so comparing shapes is
/// comparing pointers, and a position found once for a shape stays good.
public final class RecordShape: Sendable {
  /// Strictly ascending.
  public let names: [QuintString]

  private static let table = Mutex<[[QuintString]: RecordShape]>([:])

  /// A number that this shape alone has in the process. It differs between runs.
  let ordinal: Int

  private init(names: [QuintString], ordinal: Int) {
    self.names = names
    self.ordinal = ordinal
  }

  /// The shape with these names, in any order; repeated names count once.
  ///
  /// - Complexity: O(n log n); takes a lock.
  public static func of(_ names: [QuintString]) -> RecordShape {
    var unique: [QuintString] = []
    for name in names.sorted() where unique.last != name { unique.append(name) }
    let key = unique
    return table.withLock { table in
      if let known = table[key] { return known }
      let made = RecordShape(names: key, ordinal: table.count)
      table[key] = made
      return made
    }
  }

  public var count: Int { names.count }

  /// Position of a field, nil when there is none of this name.
  ///
  /// - Complexity: O(n), by pointers.
  public func index(of name: QuintString) -> Int? { names.firstIndex(of: name) }
}

/// A record: a shape and the values of its fields in the shape's order.
public struct RecordValue: Sendable {
  public let shape: RecordShape
  /// One for each name of the shape.
  public let values: [Value]

  /// Nil unless there is one value for each name of the shape.
  public init?(shape: RecordShape, values: [Value]) {
    if shape.count != values.count { return nil }
    self.shape = shape
    self.values = values
  }

  /// The record of these fields, in any order; of equal names the last one wins.
  public init(_ fields: [(name: QuintString, value: Value)]) {
    let shape = RecordShape.of(fields.map(\.name))
    var values = [Value](repeating: .unit, count: shape.count)
    for field in fields {
      if let index = shape.index(of: field.name) { values[index] = field.value }
    }
    self.shape = shape
    self.values = values
  }

  /// The value of a field, nil when there is no such field.
  public subscript(name: QuintString) -> Value? { shape.index(of: name).map { values[$0] } }

  /// The record with another value at a position of its shape; outside of it, the record itself.
  public func replacingValue(at index: Int, with value: Value) -> RecordValue {
    guard values.indices.contains(index) else { return self }
    var values = values
    values[index] = value
    return RecordValue(shape: shape, values: values) ?? self
  }

  /// The record with another value in a field, nil when there is no such field (`with`).
  public func setting(_ name: QuintString, to value: Value) -> RecordValue? {
    shape.index(of: name).map { replacingValue(at: $0, with: value) }
  }

  /// The set of the fields' names (`fieldNames`).
  public var fieldNames: SetValue { .explicit(shape.names.map { .string($0) }) }
}

extension RecordValue: Hashable {
  public static func == (a: RecordValue, b: RecordValue) -> Bool {
    a.shape === b.shape && Value.areEqual(a.values, b.values)
  }

  /// Field by field in the order of the names.
  public func compare(_ other: RecordValue) -> Int {
    if shape === other.shape { return Value.compare(values, other.values) }
    for index in 0..<min(shape.count, other.shape.count) {
      let nameOrder = shape.names[index].compare(other.shape.names[index])
      if nameOrder != 0 { return nameOrder }
      let valueOrder = values[index].compare(other.values[index])
      if valueOrder != 0 { return valueOrder }
    }
    return shape.count < other.shape.count ? -1 : 1
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(shape))
    for value in values { value.hash(into: &hasher) }
  }
}

/// A value of a sum type: a label and a payload, unit when declared without one.
public final class VariantValue: Sendable {
  public let label: QuintString
  public let payload: Value

  public init(_ label: QuintString, _ payload: Value = .unit) {
    self.label = label
    self.payload = payload
  }
}

extension VariantValue: Hashable {
  public static func == (a: VariantValue, b: VariantValue) -> Bool {
    a === b || (a.label == b.label && a.payload == b.payload)
  }

  /// By label, then by payload.
  public func compare(_ other: VariantValue) -> Int {
    if self === other { return 0 }
    let order = label.compare(other.label)
    return order != 0 ? order : payload.compare(other.payload)
  }

  public func hash(into hasher: inout Hasher) {
    label.hash(into: &hasher)
    payload.hash(into: &hasher)
  }
}

extension Value {
  public static func variant(_ label: QuintString, _ payload: Value = .unit) -> Value {
    .variant(VariantValue(label, payload))
  }

  public static func record(_ fields: [(name: QuintString, value: Value)]) -> Value {
    .record(RecordValue(fields))
  }
}

extension RecordShape: Hashable {
  public static func == (a: RecordShape, b: RecordShape) -> Bool { a === b }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
