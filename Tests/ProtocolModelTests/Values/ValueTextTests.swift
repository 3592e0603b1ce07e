import ProtocolModel
import Testing

@Suite struct ValueTextTests {
  @Test func valuesArePrintedAsQuintWritesThem() throws {
    let values: [(Value, String)] = [
      (.set(of: [2, 1, 2]), "Set(1, 2)"), (.list([1, 2]), "[1, 2]"), (.tuple([1, "a"]), #"(1, "a")"#),
      (.unit, "()"), (.record([("f", 1)]), "{ f: 1 }"), (.record([]), "{ }"),
      (.map(MapValue(lastWins: [("k", true)])), #"Map("k" -> true)"#), (.map(.empty), "Map()"),
      (.variant("A", 1), "A(1)"), (.variant("B"), "B"), (.variant("C", .tuple([1, 2])), "C((1, 2))"),
      (.set(.integers), "Int"), (.set(.naturals), "Nat"), (.int(-3), "-3"),
      (.set(.interval(from: 1, to: 3)), "Set(1, 2, 3)"),
      (.set(.interval(from: 1, to: 1_000_000)), "1.to(1000000)"),
      (.set(.interval(from: -1, to: 1_000_000)), "(-1).to(1000000)"),
      (.set(.allSubsets(of: .interval(from: 1, to: 2))), "Set(Set(), Set(1), Set(1, 2), Set(2))"),
      (.set(.allSubsets(of: .naturals)), "powerset(Nat)"),
      (.set(.product([.integers, .booleans])), "tuples(Int, Set(false, true))"),
      (.set(.allMaps(from: SetValue(["a"]), to: .integers)), #"setOfMaps(Set("a"), Int)"#),
      (.set(try .allLists(of: .naturals, upTo: 2)), "allListsUpTo(Nat, 2)"),
    ]
    for (value, text) in values { #expect(value.description == text) }
  }
}
