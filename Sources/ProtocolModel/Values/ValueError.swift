/// Why an operation on values has no result.
///
/// The evaluator adds the place and the QNT code; the text here names no place.
public enum ValueError: Error, Hashable, Sendable {
  /// Division or remainder by zero.
  case divisionByZero
  /// `0^0`, or a negative exponent.
  case undefinedPower
  /// A set without end would have to be enumerated or counted.
  case infinite
  /// A result would have more than so many members or bits.
  case tooLarge(limit: Int)
  /// The set, list or map has no member to take.
  case empty
  /// A set has several members where one is demanded.
  case notSingle
  /// The map has no such key.
  case missingKey(Value, keys: SetValue)
  /// A key would have two values.
  case duplicateKey(Value)
  /// The position is outside of `0..<count`.
  case indexOutOfBounds(Integer, count: Int)
  /// A value of another kind is needed; possible only in an ill-typed program.
  case wrongKind(expected: String)
  /// Bytes that no value encodes to.
  case malformedEncoding
}

extension ValueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .divisionByZero: "division by zero"
    case .undefinedPower: "0^0 and negative exponents have no value"
    case .infinite: "the set is infinite"
    case .tooLarge(let limit): "the result is too large (limit \(limit))"
    case .empty: "the collection is empty"
    case .notSingle: "the set has more than one member"
    case .missingKey(let key, let keys): "key \(key) is not among the keys \(keys)"
    case .duplicateKey(let key): "key \(key) has more than one value"
    case .indexOutOfBounds(let index, let count): "position \(index) is outside of a list of length \(count)"
    case .wrongKind(let expected): "\(expected) expected"
    case .malformedEncoding: "malformed bytes"
    }
  }
}
