import ProtocolModel
import TestSupport
import Testing

@Suite struct StateDiffTests {
  /// What a change of variable `x` is printed as.
  private func items(_ before: Value?, _ after: Value?) -> [String] {
    StateDiff(
      from: State(variables: ["x"], values: [before]), to: State(variables: ["x"], values: [after])
    ).items
  }

  private func map(_ entries: (Value, Value)...) -> Value {
    .map(MapValue(lastWins: entries.map { (key: $0.0, value: $0.1) }))
  }

  @Test func aStepOfTwoHashTimeLocksIsOneLine() {
    let names = ["la", "dl", "balA", "clock"]
    let before = State(
      variables: names,
      values: [
        map((0, .variant("NoLeg")), (1, .variant("NoLeg"))), map((0, 0), (1, 0)),
        .record([("a", 2), ("e", 0)]), 3,
      ])
    let after = State(
      variables: names,
      values: [
        map((0, .variant("NoLeg")), (1, .variant("Locked"))), map((0, 0), (1, 3)),
        .record([("a", 1), ("e", 1)]), 3,
      ])
    #expect(
      StateDiff(from: before, to: after).description
        == "la[1]  NoLeg -> Locked   dl[1]  0 -> 3   balA  a 2 -> 1, e 0 -> 1")
    #expect(StateDiff(from: before, to: before).isEmpty)
  }

  @Test func aFieldAloneIsNamedByItsPath() {
    #expect(items(.record([("a", 2), ("e", 0)]), .record([("a", 2), ("e", 1)])) == ["x.e  0 -> 1"])
    #expect(
      items(map(("S", .record([("cash", 1), ("sec", 2)]))), map(("S", .record([("cash", 3), ("sec", 4)]))))
        == [#"x["S"]  cash 1 -> 3, sec 2 -> 4"#])
    #expect(items(.tuple([1, 2]), .tuple([1, 3])) == ["x._2  2 -> 3"])
  }

  @Test func mapEntriesComeAndGo() {
    let key = Value.tuple(["S", "SEC"])
    #expect(items(map((key, 1), ("z", 0)), map((key, 2), ("z", 0))) == [#"x[("S", "SEC")]  1 -> 2"#])
    #expect(items(map((1, 1), (2, 2), (3, 3)), map((1, 1), (3, 3))) == ["x[2]  - 2"])
    #expect(items(map((1, 1)), map((1, 1), (2, 5))) == ["x[2]  + 5"])
  }

  @Test func setsShowWhatCameAndWent() {
    #expect(items(.set(of: ["B"]), .set(of: ["B", "S"])) == [#"x  + "S""#])
    #expect(items(.set(of: [1, 2]), .set(of: [2, 3])) == ["x  + 3, - 1"])
    #expect(items(.set(.interval(from: 1, to: 3)), .set(of: [1, 2, 3])) == [])
  }

  @Test func listsShowPositions() {
    #expect(items(.list([1, 2, 3]), .list([1, 5, 3])) == ["x[1]  2 -> 5"])
    #expect(items(.list([1]), .list([1, 2])) == ["x[1]  + 2"])
    #expect(items(.list([1, 2]), .list([2])) == ["x[0]  - 1"])
    #expect(items(.list([1, 2, 3]), .list([4, 5])) == ["x  [1, 2, 3] -> [4, 5]"])
  }

  @Test func payloadsOfOneLabelAreCompared() {
    #expect(
      items(
        .variant("Locked", .record([("amount", 1), ("to", "S")])),
        .variant("Locked", .record([("amount", 2), ("to", "S")]))) == ["x.Locked.amount  1 -> 2"])
    #expect(items(.variant("At", 1), .variant("At", 2)) == ["x  At(1) -> At(2)"])
    #expect(items(.variant("A"), .variant("B")) == ["x  A -> B"])
  }

  @Test func aStructureThatChangedMostlyIsShownWhole() {
    #expect(
      items(.list([1, 2, 3, 4, 5]), .list([6, 7, 8, 4, 5])) == ["x  [1, 2, 3, 4, 5] -> [6, 7, 8, 4, 5]"])
    #expect(items(.set(of: [1, 2, 3, 4]), .set(of: [])) == ["x  - 1, - 2, - 3, - 4"])
    #expect(items(.set(of: [11, 12, 13, 14]), .set(.empty)).count == 1)
  }

  @Test func assigningForTheFirstTimeIsAChange() {
    #expect(items(nil, 3) == ["x  (unassigned) -> 3"])
    #expect(items(nil, nil) == [])
  }

  @Test func differencesAreFoundExactlyWhereStatesDiffer() {
    var generator = SeededGenerator(seed: 51)
    for _ in 0..<300 {
      let kind = ValueKind.random(depth: 3, using: &generator)
      let (a, b) = (kind.value(using: &generator), kind.value(using: &generator))
      #expect(items(a, b).isEmpty == (a == b))
    }
  }
}
