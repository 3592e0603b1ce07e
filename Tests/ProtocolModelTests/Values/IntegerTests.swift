import ProtocolModel
import TestSupport
import Testing

@Suite struct IntegerTests {
  private static func samples(_ count: Int, seed: UInt64) -> [Integer] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in ValueKind.integer(using: &generator) }
  }

  @Test func sumDifferenceAndProductObeyTheRingLaws() throws {
    let numbers = Self.samples(60, seed: 1)
    for a in numbers {
      for b in numbers {
        #expect(a + b == b + a)
        #expect(a + b - b == a)
        #expect(a - b == -(b - a))
        let product = try a * b
        #expect(try product == b * a)
        #expect(try a * (b + .one) == product + a)
      }
    }
  }

  @Test func quotientAndRemainderTruncateAtAnySize() throws {
    let numbers = Self.samples(60, seed: 2)
    for a in numbers {
      for b in numbers where !b.isZero {
        let quotient = try a.quotient(dividingBy: b)
        let remainder = try a.remainder(dividingBy: b)
        #expect(try quotient * b + remainder == a)
        #expect(remainder.magnitude < b.magnitude)
        #expect(remainder.isZero || remainder.signum == a.signum)
      }
    }
    #expect(try Integer(-7).quotient(dividingBy: 2) == -3)
    #expect(try Integer(-7).remainder(dividingBy: 2) == -1)
    #expect(try Integer(7).remainder(dividingBy: -2) == 1)
    #expect(throws: ValueError.divisionByZero) { try Integer(1).quotient(dividingBy: 0) }
    #expect(throws: ValueError.divisionByZero) { try Integer(1).remainder(dividingBy: 0) }
  }

  @Test func whatFitsInAWordIsSmall() throws {
    let beyond = Integer(.max) + .one
    #expect(beyond.asInt == nil)
    #expect((beyond - .one).asInt == .max)
    #expect((-beyond).asInt == .min)
    #expect(try Integer(.min).quotient(dividingBy: -1) == beyond)
    #expect(try Integer(.min).remainder(dividingBy: -1) == 0)
    #expect(try (beyond * beyond).quotient(dividingBy: beyond * beyond).asInt == 1)
  }

  @Test func orderAgreesWithTheSignOfTheDifference() {
    let numbers = Self.samples(80, seed: 3)
    for a in numbers {
      for b in numbers {
        #expect(a.compare(b) == (a - b).signum)
        #expect((a == b) == (a.compare(b) == 0))
        if a == b { #expect(a.hashValue == b.hashValue) }
      }
    }
  }

  @Test func digitsAreReadAndWritten() {
    for number in Self.samples(80, seed: 4) { #expect(Integer(digits: number.description) == number) }
    let long = "-" + String(repeating: "1234567890", count: 50)
    #expect(Integer(digits: long)?.description == long)
    for bad in ["", "-", "+1", "1a", " 1", "--1", "0x1"] { #expect(Integer(digits: bad) == nil) }
  }

  @Test func powersAreExactAndUndefinedWhereTheyShould() throws {
    #expect(try Integer(2).power(64).description == "18446744073709551616")
    #expect(try Integer(-2).power(63) == Integer(.min))
    #expect(try Integer(-1).power(Integer(.max)) == -1)
    #expect(try Integer(-1).power(Integer(.max) + .one) == 1)
    #expect(try Integer(0).power(5) == 0)
    #expect(try Integer(7).power(0) == 1)
    #expect(throws: ValueError.undefinedPower) { try Integer(0).power(0) }
    #expect(throws: ValueError.undefinedPower) { try Integer(2).power(-1) }
  }

  @Test func resultsOfUnreasonableSizeAreRefused() throws {
    let limit = ValueError.tooLarge(limit: Integer.bitLimit)
    #expect(throws: limit) { try Integer(2).power(Integer(.max)) }
    let large = try Integer(2).power(.small(Integer.bitLimit / 2 + 1))
    #expect(throws: limit) { try large * large }
  }
}
