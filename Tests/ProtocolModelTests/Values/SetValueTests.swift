import ProtocolModel
import TestSupport
import Testing

@Suite struct SetValueTests {
  /// Pairs of sets of one type, explicit and lazy, small.
  private static func forEachPair(
    seed: UInt64, _ body: (ValueKind, SetValue, SetValue, inout SeededGenerator) throws -> Void
  ) rethrows {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<400 {
      let kind = ValueKind.random(depth: 2, using: &generator)
      let a = kind.set(using: &generator)
      let b = kind.set(using: &generator)
      try body(kind, a, b, &generator)
    }
  }

  @Test func enumerationIsAscendingCompleteAndCounted() throws {
    try Self.forEachPair(seed: 21) { _, set, _, _ in
      let members = Array(try set.members())
      #expect(zip(members, members.dropFirst()).allSatisfy { $0 < $1 })
      #expect(try set.size() == .small(members.count))
      #expect(set.isEmpty == members.isEmpty)
      #expect(members.allSatisfy { set.contains($0) })
      #expect(set == SetValue(members.reversed()))
    }
  }

  @Test func lazySetsContainExactlyTheirMembers() throws {
    try Self.forEachPair(seed: 22) { kind, set, other, generator in
      let members = try set.explicitMembers()
      for candidate in try other.explicitMembers() + [kind.value(using: &generator)] {
        #expect(set.contains(candidate) == members.contains(candidate))
      }
    }
  }

  @Test func algebraOfLazySetsIsThatOfTheirExplicitForms() throws {
    try Self.forEachPair(seed: 23) { _, a, b, _ in
      let left = try a.explicitMembers()
      let right = try b.explicitMembers()
      let (x, y) = (SetValue(left), SetValue(right))
      for (s, t) in [(a, b), (x, b), (a, y), (x, y)] {
        #expect(try s.union(t) == SetValue(left + right))
        #expect(try s.intersection(t) == SetValue(left.filter(right.contains)))
        #expect(try s.subtracting(t) == SetValue(left.filter { !right.contains($0) }))
        #expect(s.isSubset(of: t) == left.allSatisfy(right.contains))
        #expect((s == t) == (left == right))
        #expect(s.compare(t) == SetValue(left).compare(SetValue(right)))
      }
    }
  }

  @Test func memberAtAPositionIsTheEnumeratedOne() throws {
    try Self.forEachPair(seed: 24) { _, set, _, _ in
      let members = try set.explicitMembers()
      for (index, member) in members.enumerated() {
        #expect(try set.member(at: .small(index)) == member)
      }
      #expect(throws: ValueError.self) { try set.member(at: .small(members.count)) }
      #expect(throws: ValueError.self) { try set.member(at: -1) }
    }
  }

  @Test func drawsWithinTheBoundsReachEveryMemberOnce() throws {
    try Self.forEachPair(seed: 25) { _, set, _, _ in
      let members = try set.explicitMembers()
      guard !members.isEmpty, members.count < 100 else { return }
      let bounds = try set.pickBounds().map { $0?.asInt ?? 0 }
      #expect(bounds.reduce(1, *) == members.count)
      var picked: [Value] = []
      var positions = bounds.map { _ in 0 }
      repeat {
        picked.append(try set.member(at: positions.map { Integer($0) }))
        var place = positions.count - 1
        while place >= 0 {
          positions[place] += 1
          if positions[place] < bounds[place] { break }
          positions[place] = 0
          place -= 1
        }
      } while positions.contains { $0 != 0 }
      #expect(SetValue(picked) == set)
      #expect(picked.count == members.count)
    }
  }

  @Test func flatteningIsTheUnionOfTheMembers() throws {
    var generator = SeededGenerator(seed: 26)
    for _ in 0..<200 {
      let kind = ValueKind.random(depth: 1, using: &generator)
      let set = ValueKind.set(kind).set(using: &generator)
      var expected = SetValue.empty
      for member in try set.members() { expected = try expected.union(member.asSet ?? .empty) }
      #expect(try set.flattened() == expected)
    }
  }

  @Test func insertingEqualsUnionWithASingleton() throws {
    try Self.forEachPair(seed: 27) { kind, set, _, generator in
      let value = kind.value(using: &generator)
      let united = try set.union(SetValue([value]))
      let inserted = try set.inserting(value)
      #expect(inserted == united)
    }
  }

  @Test func hugeSetsAnswerWithoutEnumeration() throws {
    let word = try Integer(2).power(64)
    let range = SetValue.interval(from: 1, to: word)
    #expect(range.contains(25))
    #expect(try range.size() == word)
    #expect(try range.member(at: word - .one) == .int(word))
    #expect(range == .interval(from: 1, to: word))
    #expect(range != SetValue([1, 2]))
    #expect(Value.set(range).hashValue == Value.set(.interval(from: 1, to: word)).hashValue)

    let subsets = SetValue.allSubsets(of: .interval(from: 1, to: 100))
    #expect(try subsets.size() == Integer(2).power(100))
    #expect(try subsets.member(at: Integer(2).power(100) - .one) == .set(of: [100]))
    #expect(subsets.contains(.set(of: [5, 99])))
    #expect(!subsets.contains(.set(of: [5, 101])))

    let hopeless = SetValue.allSubsets(of: range)
    #expect(throws: ValueError.self) { try hopeless.size() }
    #expect(throws: ValueError.self) { try hopeless.members() }
    #expect(hopeless.contains(.set(of: [5])))
    #expect(hopeless == .allSubsets(of: range))
    #expect(hopeless.compare(.allSubsets(of: range)) == 0)
    #expect(throws: ValueError.tooLarge(limit: SetValue.memberLimit)) { try range.explicitMembers() }
  }

  @Test func setsOfMapsNestFreely() throws {
    let inner = SetValue.allMaps(from: .interval(from: 1, to: 3), to: .interval(from: 1, to: 4))
    let outer = SetValue.allMaps(from: .interval(from: 1, to: 5), to: inner)
    #expect(try outer.size() == Integer(64).power(5))
    let last = try outer.member(at: outer.size() - .one)
    #expect(outer.contains(last))
    #expect(last.asMap?[5]?.asMap?[3] == 4)
    #expect(try outer.pickBounds() == Array(repeating: 64, count: 5))

    let infinite = SetValue.allMaps(
      from: SetValue(["a"]), to: .allMaps(from: SetValue(["b", "c"]), to: .integers))
    #expect(try infinite.pickBounds() == [nil, nil])
    let picked = try infinite.member(at: [7, -8])
    #expect(picked.description == #"Map("a" -> Map("b" -> 7, "c" -> -8))"#)
    #expect(infinite.contains(picked))
  }

  @Test func emptyPartsFollowTheRulesOfQuint() throws {
    #expect(SetValue.allMaps(from: .empty, to: .empty) == SetValue([.map(.empty)]))
    #expect(SetValue.allMaps(from: .booleans, to: .empty).isEmpty)
    #expect(SetValue.product([.integers, .empty]) == .empty)
    #expect(SetValue.allSubsets(of: .empty) == SetValue([.set(.empty)]))
    #expect(try SetValue.allLists(of: .integers, upTo: 0) == SetValue([.list([])]))
    #expect(SetValue.interval(from: 2, to: 1) == .empty)
  }

  @Test func infiniteSetsEqualOnlyThemselves() throws {
    #expect(SetValue.integers == .integers)
    #expect(SetValue.integers != .naturals)
    #expect(SetValue.naturals.isSubset(of: .integers))
    #expect(!SetValue.integers.isSubset(of: .naturals))
    #expect(!SetValue.integers.isSubset(of: .interval(from: 0, to: 9)))
    #expect(SetValue.interval(from: 0, to: 9).isSubset(of: .naturals))
    #expect(!SetValue.interval(from: -1, to: 9).isSubset(of: .naturals))
    #expect(SetValue.product([.integers, .booleans]) == .product([.integers, SetValue([true, false])]))
    #expect(!SetValue.powerset(.naturals).isFinite)
    #expect(throws: ValueError.infinite) { try SetValue.naturals.size() }
    #expect(throws: ValueError.infinite) { try SetValue.naturals.members() }
    #expect(throws: ValueError.infinite) { try SetValue.integers.subtracting(SetValue([0])) }
    #expect(try SetValue.integers.intersection(SetValue([-1, 1])) == SetValue([-1, 1]))
    #expect(try SetValue.naturals.intersection(.interval(from: -5, to: 2)) == .interval(from: 0, to: 2))
    #expect(try SetValue.integers.union(.naturals) == .integers)
    #expect(SetValue([.set(.integers), .set(.naturals), .set(.integers)]).contains(.set(.naturals)))
  }

  @Test func onlyMemberDemandsExactlyOne() throws {
    #expect(try SetValue([4]).onlyMember() == 4)
    #expect(throws: ValueError.empty) { try SetValue.empty.onlyMember() }
    #expect(throws: ValueError.notSingle) { try SetValue.booleans.onlyMember() }
    #expect(throws: ValueError.notSingle) { try SetValue.integers.onlyMember() }
  }
}
