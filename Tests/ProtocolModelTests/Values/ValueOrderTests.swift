import ProtocolModel
import TestSupport
import Testing

@Suite struct ValueOrderTests {
  @Test func orderIsTotalAndAgreesWithEqualityAndHash() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<60 {
      let kind = ValueKind.random(depth: 3, using: &generator)
      let values = (0..<8).map { _ in kind.value(using: &generator) }
      for a in values {
        #expect(a.compare(a) == 0)
        for b in values {
          #expect(a.compare(b) == -b.compare(a))
          #expect((a == b) == (a.compare(b) == 0))
          if a == b { #expect(a.hashValue == b.hashValue) }
          for c in values where a <= b && b <= c { #expect(a <= c) }
        }
      }
    }
  }

  @Test func canonicalFormIsEqualWithTheSameHashAndOrder() throws {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<300 {
      let kind = ValueKind.random(depth: 3, using: &generator)
      let value = kind.value(using: &generator)
      let other = kind.value(using: &generator)
      let canonical = try value.canonicalized()
      #expect(canonical.isCanonical)
      #expect(canonical == value)
      #expect(canonical.hashValue == value.hashValue)
      #expect(canonical.compare(other) == value.compare(other))
      #expect(canonical.description == value.description)
    }
  }

  @Test func orderIsTheDocumentedOne() {
    let ascending: [[Value]] = [
      [false, true],
      [-5, 0, 3],
      ["", "Z", "a", "ab", "b", "e\u{301}", "\u{e9}"],
      [.list([]), .list([1]), .list([1, 2]), .list([2])],
      [.set(of: []), .set(of: [1]), .set(of: [2, 1]), .set(of: [2])],
      [
        .map(.empty), .map(MapValue(lastWins: [(1, 1)])), .map(MapValue(lastWins: [(1, 1), (2, 0)])),
        .map(MapValue(lastWins: [(1, 2)])),
      ],
      [.variant("A", 2), .variant("B", 1), .variant("B", 2)],
      [.record([("b", 9), ("a", 1)]), .record([("b", 0), ("a", 2)])],
    ]
    for values in ascending { #expect(values.reversed().sorted() == values) }
  }

  @Test func stringsAreEqualByScalarsOnly() {
    #expect(Value.string("\u{e9}") != .string("e\u{301}"))
    #expect(QuintString("abc") == QuintString("ab" + "c"))
  }

  @Test func setsWithoutExplicitFormAreOrderedToo() throws {
    let huge = SetValue.interval(from: 1, to: try Integer(2).power(80))
    let ascending: [[SetValue]] = [
      [.empty, SetValue([1]), .interval(from: 1, to: 9), huge, SetValue([2]), .naturals, .integers],
      [
        SetValue([.set(.empty)]), .allSubsets(of: SetValue([1])), .allSubsets(of: huge),
        .allSubsets(of: .naturals), .allSubsets(of: .integers),
      ],
    ]
    for sets in ascending {
      for (i, a) in sets.enumerated() {
        for (j, b) in sets.enumerated() {
          #expect(a.compare(b) == (i - j).signum())
          #expect((a == b) == (i == j))
        }
      }
    }
  }
}
