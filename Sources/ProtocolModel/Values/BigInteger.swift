internal import CGMP

/// An integer outside of the range of `Int`, immutable, held by GMP.
///
/// Only `Integer` makes these, and only for numbers that do not fit in an `Int`.
public final class BigInteger: @unchecked Sendable {
  // Sendable: written only by `init`, and GMP reads without changing.
  fileprivate let limbs: __mpz_struct

  fileprivate init(owning limbs: __mpz_struct) { self.limbs = limbs }

  deinit {
    var limbs = limbs
    __gmpz_clear(&limbs)
  }

  /// -1 or 1; never 0, since 0 is small.
  var signum: Int { limbs._mp_size < 0 ? -1 : 1 }

  /// Number of bits of the absolute value.
  var bitWidth: Int {
    withExtendedLifetime(self) {
      var copy = limbs
      return Int(__gmpz_sizeinbase(&copy, 2))
    }
  }

  /// The absolute value in base 2^64, least significant first.
  var magnitude: [UInt64] {
    withExtendedLifetime(self) {
      var copy = limbs
      return (0..<__gmpz_size(&copy)).map { UInt64(__gmpz_getlimbn(&copy, Int($0))) }
    }
  }
}

/// A GMP number under construction: owns its limbs until it becomes an `Integer`.
struct IntegerScratch: ~Copyable {
  private var limbs = __mpz_struct()

  init() { __gmpz_init(&limbs) }

  init(_ value: Integer) {
    switch value {
    case .small(let value):
      __gmpz_init_set_si(&limbs, value)
    case .big(let value):
      withExtendedLifetime(value) {
        var source = value.limbs
        __gmpz_init_set(&limbs, &source)
      }
    }
  }

  /// From the absolute value in base 2^64, least significant first.
  init(magnitude: [UInt64], isNegative: Bool) {
    __gmpz_init(&limbs)
    magnitude.withUnsafeBytes { bytes in
      __gmpz_import(&limbs, magnitude.count, -1, 8, 0, 0, bytes.baseAddress)
    }
    if isNegative { negate() }
  }

  /// From decimal digits with an optional minus sign, which the caller has checked.
  ///
  /// - Complexity: less than quadratic in the number of digits.
  init?(checkedDigits: String) {
    __gmpz_init(&limbs)
    let failed = checkedDigits.withCString { __gmpz_set_str(&limbs, $0, 10) }
    if failed != 0 { return nil }
  }

  deinit {
    var limbs = limbs
    __gmpz_clear(&limbs)
  }

  mutating func add(_ other: borrowing IntegerScratch) {
    update(with: other, __gmpz_add)
  }

  mutating func subtract(_ other: borrowing IntegerScratch) {
    update(with: other, __gmpz_sub)
  }

  mutating func multiply(by other: borrowing IntegerScratch) {
    update(with: other, __gmpz_mul)
  }

  mutating func negate() { withUnsafeMutablePointer(to: &limbs) { __gmpz_neg($0, $0) } }

  /// Quotient truncated towards zero; the divisor is not zero.
  mutating func divide(by other: borrowing IntegerScratch) {
    update(with: other, __gmpz_tdiv_q)
  }

  /// Remainder with the sign of the dividend; the divisor is not zero.
  mutating func takeRemainder(by other: borrowing IntegerScratch) {
    update(with: other, __gmpz_tdiv_r)
  }

  mutating func raise(to exponent: UInt) {
    withUnsafeMutablePointer(to: &limbs) { __gmpz_pow_ui($0, $0, exponent) }
  }

  private mutating func update(
    with other: borrowing IntegerScratch,
    _ operation: (
      UnsafeMutablePointer<__mpz_struct>?, UnsafePointer<__mpz_struct>?, UnsafePointer<__mpz_struct>?
    ) -> Void
  ) {
    // GMP allows the result to be an operand only as the same object, hence one pointer for both.
    var operand = other.limbs
    withUnsafeMutablePointer(to: &limbs) { operation($0, $0, &operand) }
  }

  borrowing func compare(_ other: borrowing IntegerScratch) -> Int {
    var left = limbs
    var right = other.limbs
    return Int(__gmpz_cmp(&left, &right)).signum()
  }

  /// Decimal digits, with a minus sign when negative.
  borrowing func digits() -> String {
    var source = limbs
    let capacity = Int(__gmpz_sizeinbase(&source, 10)) + 2
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      guard let start = buffer.baseAddress, __gmpz_get_str(start, 10, &source) != nil else { return "" }
      return String(cString: start)
    }
  }

  /// The number, small if it fits in an `Int`. Leaves zero behind.
  mutating func takeValue() -> Integer {
    if __gmpz_fits_slong_p(&limbs) != 0 { return .small(__gmpz_get_si(&limbs)) }
    let taken = limbs
    limbs = __mpz_struct()
    __gmpz_init(&limbs)
    return .big(BigInteger(owning: taken))
  }
}
