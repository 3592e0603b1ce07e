/// A value of the brute-force interpreter, independent of `Value`.
///
/// Sets and maps are sorted and free of duplicates; make them with `set(of:)` and `map(of:)`.
public indirect enum SmallValue: Hashable, Sendable {
  case bool(Bool)
  case int(Int)
  case variant(String, SmallValue?)
  case tuple([SmallValue])
  case list([SmallValue])
  case set([SmallValue])
  case map([Entry])
  /// Fields by name.
  case record([Field])

  /// A key with its value.
  public struct Entry: Hashable, Sendable {
    var key: SmallValue
    var value: SmallValue
  }

  /// A field with its value.
  public struct Field: Hashable, Sendable {
    var name: String
    var value: SmallValue
  }

  static func set(of members: [SmallValue]) -> SmallValue {
    var result: [SmallValue] = []
    for member in members.sorted() where result.last != member { result.append(member) }
    return .set(result)
  }

  /// The last of equal keys wins.
  static func map(of entries: [Entry]) -> SmallValue {
    var result: [Entry] = []
    for entry in entries {
      result.removeAll { $0.key == entry.key }
      result.append(entry)
    }
    return .map(result.sorted { $0.key < $1.key })
  }
}

extension SmallValue: Comparable {
  /// The canonical order: integers by value, false first, sequences by position,
  /// variants by label, then payload.
  public static func < (a: SmallValue, b: SmallValue) -> Bool { a.order(b) < 0 }

  private func order(_ other: SmallValue) -> Int {
    switch (self, other) {
    case (.bool(let a), .bool(let b)): a == b ? 0 : (a ? 1 : -1)
    case (.int(let a), .int(let b)): a == b ? 0 : (a < b ? -1 : 1)
    case (.variant(let a, let x), .variant(let b, let y)):
      if a != b {
        a < b ? -1 : 1
      } else if let x, let y {
        x.order(y)
      } else {
        0
      }
    case (.tuple(let a), .tuple(let b)), (.list(let a), .list(let b)), (.set(let a), .set(let b)):
      Self.order(a, b)
    case (.map(let a), .map(let b)):
      Self.order(a.map { .tuple([$0.key, $0.value]) }, b.map { .tuple([$0.key, $0.value]) })
    case (.record(let a), .record(let b)): Self.order(a.map(\.value), b.map(\.value))
    default: 0
    }
  }

  private static func order(_ a: [SmallValue], _ b: [SmallValue]) -> Int {
    for (x, y) in zip(a, b) {
      let order = x.order(y)
      if order != 0 { return order }
    }
    return a.count - b.count
  }
}

extension SmallValue: CustomStringConvertible {
  /// As Quint writes it.
  public var description: String {
    switch self {
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .variant(let label, let payload): payload.map { "\(label)(\($0))" } ?? label
    case .tuple(let entries): "(\(Self.list(entries)))"
    case .list(let entries): "[\(Self.list(entries))]"
    case .set(let members): "Set(\(Self.list(members)))"
    case .map(let entries): "Map(\(entries.map { "\($0.key) -> \($0.value)" }.joined(separator: ", ")))"
    case .record(let fields): "{ \(fields.map { "\($0.name): \($0.value)" }.joined(separator: ", ")) }"
    }
  }

  private static func list(_ values: [SmallValue]) -> String {
    values.map(\.description).joined(separator: ", ")
  }
}
