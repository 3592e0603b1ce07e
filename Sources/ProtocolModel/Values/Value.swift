/// A value of Quint.
///
/// Every value has one canonical order (`compare(_:)`), and equality, order and
/// hash see what a value *is*, never how it is stored: `1.to(3)` is
/// `Set(1, 2, 3)`. No two values of one type differ in kind, so the order among
/// kinds matters to nobody; it only makes the order total.
public enum Value: Sendable {
  case bool(Bool)
  case int(Integer)
  case string(QuintString)
  /// Unit is the tuple without entries.
  case tuple([Value])
  case list([Value])
  case set(SetValue)
  case map(MapValue)
  case record(RecordValue)
  case variant(VariantValue)

  /// The value `()`, also the payload of variants declared without one.
  public static let unit = Value.tuple([])

  public static func int(_ value: Int) -> Value { .int(.small(value)) }

  /// A set in explicit form.
  ///
  /// - Complexity: O(n log n).
  public static func set(of members: [Value]) -> Value { .set(SetValue(members)) }
}

extension Value {
  /// The number, nil when this is no integer.
  public var asInteger: Integer? {
    if case .int(let value) = self { return value }
    return nil
  }

  public var asBool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  public var asString: QuintString? {
    if case .string(let value) = self { return value }
    return nil
  }

  public var asSet: SetValue? {
    if case .set(let value) = self { return value }
    return nil
  }

  public var asMap: MapValue? {
    if case .map(let value) = self { return value }
    return nil
  }

  public var asList: [Value]? {
    if case .list(let value) = self { return value }
    return nil
  }

  public var asTuple: [Value]? {
    if case .tuple(let value) = self { return value }
    return nil
  }

  public var asRecord: RecordValue? {
    if case .record(let value) = self { return value }
    return nil
  }

  public var asVariant: VariantValue? {
    if case .variant(let value) = self { return value }
    return nil
  }

  public var isUnit: Bool {
    if case .tuple(let entries) = self { return entries.isEmpty }
    return false
  }
}

extension Value: ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral value: Int) { self = .int(.small(value)) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(stringLiteral value: String) { self = .string(QuintString(value)) }
}
