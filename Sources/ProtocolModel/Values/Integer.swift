/// An integer of any size: a machine word where it fits, GMP beyond.
///
/// Invariant: a number that fits in `Int` is always `.small`, so that equality
/// and hashing need not look across the two cases.
public enum Integer: Sendable {
  case small(Int)
  /// Never a number that fits in `Int`.
  case big(BigInteger)

  /// Operations refuse results of more bits than this, give or take a factor of two.
  public static let bitLimit = 1 << 22

  public init(_ value: Int) { self = .small(value) }

  /// Reads decimal digits with an optional leading `-`; nil for anything else.
  ///
  /// - Complexity: less than quadratic in the number of digits.
  public init?(digits: some StringProtocol) {
    let text = digits.utf8
    let start = text.first == UInt8(ascii: "-") ? text.index(after: text.startIndex) : text.startIndex
    guard start != text.endIndex, text[start...].allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    if let value = Int(digits) {
      self = .small(value)
      return
    }
    guard var scratch = IntegerScratch(checkedDigits: String(digits)) else { return nil }
    self = scratch.takeValue()
  }

  /// The number as an `Int`, nil when it does not fit.
  public var asInt: Int? {
    if case .small(let value) = self { return value }
    return nil
  }

  public static let zero = Integer.small(0)
  public static let one = Integer.small(1)

  /// -1, 0 or 1.
  public var signum: Int {
    switch self {
    case .small(let value): value.signum()
    case .big(let value): value.signum
    }
  }

  public var isZero: Bool {
    if case .small(0) = self { return true }
    return false
  }

  public var magnitude: Integer { signum < 0 ? -self : self }

  /// Number of bits of the absolute value.
  public var bitWidth: Int {
    switch self {
    case .small(let value): Int.bitWidth - value.magnitude.leadingZeroBitCount
    case .big(let value): value.bitWidth
    }
  }
}

extension Integer {
  public static func + (a: Integer, b: Integer) -> Integer {
    if case .small(let x) = a, case .small(let y) = b {
      let (sum, overflow) = x.addingReportingOverflow(y)
      if !overflow { return .small(sum) }
    }
    var result = IntegerScratch(a)
    result.add(IntegerScratch(b))
    return result.takeValue()
  }

  public static func - (a: Integer, b: Integer) -> Integer {
    if case .small(let x) = a, case .small(let y) = b {
      let (difference, overflow) = x.subtractingReportingOverflow(y)
      if !overflow { return .small(difference) }
    }
    var result = IntegerScratch(a)
    result.subtract(IntegerScratch(b))
    return result.takeValue()
  }

  public static prefix func - (a: Integer) -> Integer { .zero - a }

  /// The product.
  ///
  /// - Throws: `.tooLarge` when it could have more than `bitLimit` bits.
  public static func * (a: Integer, b: Integer) throws(ValueError) -> Integer {
    if case .small(let x) = a, case .small(let y) = b {
      let (product, overflow) = x.multipliedReportingOverflow(by: y)
      if !overflow { return .small(product) }
    }
    if a.bitWidth + b.bitWidth > bitLimit { throw .tooLarge(limit: bitLimit) }
    var result = IntegerScratch(a)
    result.multiply(by: IntegerScratch(b))
    return result.takeValue()
  }

  /// The quotient, truncated towards zero: -7 by 2 is -3.
  ///
  /// - Throws: `.divisionByZero`.
  public func quotient(dividingBy divisor: Integer) throws(ValueError) -> Integer {
    if divisor.isZero { throw .divisionByZero }
    if case .small(let x) = self, case .small(let y) = divisor {
      let (quotient, overflow) = x.dividedReportingOverflow(by: y)
      if !overflow { return .small(quotient) }
    }
    var result = IntegerScratch(self)
    result.divide(by: IntegerScratch(divisor))
    return result.takeValue()
  }

  /// The remainder, with the sign of the dividend: -7 by 2 is -1, 7 by -2 is 1.
  ///
  /// - Throws: `.divisionByZero`.
  public func remainder(dividingBy divisor: Integer) throws(ValueError) -> Integer {
    if divisor.isZero { throw .divisionByZero }
    if case .small(let x) = self, case .small(let y) = divisor {
      let (remainder, overflow) = x.remainderReportingOverflow(dividingBy: y)
      return .small(overflow ? 0 : remainder)
    }
    var result = IntegerScratch(self)
    result.takeRemainder(by: IntegerScratch(divisor))
    return result.takeValue()
  }

  /// The receiver to the power of `exponent`.
  ///
  /// - Throws: `.undefinedPower` for 0^0 and negative exponents, `.tooLarge`
  ///   when the result surely has more than `bitLimit` bits; one of up to twice
  ///   as many may still be computed.
  /// - Complexity: that of multiplying numbers of the result's size.
  public func power(_ exponent: Integer) throws(ValueError) -> Integer {
    if exponent.signum < 0 || (isZero && exponent.isZero) { throw .undefinedPower }
    if case .small(let base) = self, base >= -1, base <= 1 {
      if exponent.isZero { return .one }
      if base >= 0 { return self }
      return try exponent.remainder(dividingBy: .small(2)).isZero ? .one : self
    }
    guard let exponent = exponent.asInt, exponent <= Self.bitLimit / max(1, bitWidth - 1) else {
      throw .tooLarge(limit: Self.bitLimit)
    }
    var result = IntegerScratch(self)
    result.raise(to: UInt(exponent))
    return result.takeValue()
  }
}

extension Integer: Hashable, Comparable {
  public static func == (a: Integer, b: Integer) -> Bool {
    switch (a, b) {
    case (.small(let x), .small(let y)): x == y
    case (.big, .big): a.compare(b) == 0
    case (.small, .big), (.big, .small): false
    }
  }

  public static func < (a: Integer, b: Integer) -> Bool {
    if case .small(let x) = a, case .small(let y) = b { return x < y }
    return a.compare(b) < 0
  }

  /// -1, 0 or 1 as the receiver is less than, equal to, or greater than `other`.
  public func compare(_ other: Integer) -> Int {
    switch (self, other) {
    case (.small(let x), .small(let y)): x < y ? -1 : (x == y ? 0 : 1)
    case (.small, .big(let y)): -y.signum
    case (.big(let x), .small): x.signum
    case (.big, .big): IntegerScratch(self).compare(IntegerScratch(other))
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .small(let value): hasher.combine(value)
    case .big(let value):
      hasher.combine(value.signum)
      for word in value.magnitude { hasher.combine(word) }
    }
  }
}

extension Integer: ExpressibleByIntegerLiteral, CustomStringConvertible {
  public init(integerLiteral value: Int) { self = .small(value) }

  /// Decimal digits.
  public var description: String {
    switch self {
    case .small(let value): value.description
    case .big: IntegerScratch(self).digits()
    }
  }
}
