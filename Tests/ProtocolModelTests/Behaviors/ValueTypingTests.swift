import Testing

@testable import ProtocolModel

/// Values from elsewhere against declared types.
@Suite struct ValueTypingTests {
  private let leg = Type.sum(Row([.init("Locked", .integer), .init("NoLeg", .unit)]), name: "Leg")

  private func misfit(_ value: Value, _ type: Type) -> String? {
    value.misfit(with: type).map { "\($0.path): \($0.expected)" }
  }

  @Test func fittingValues() {
    #expect(misfit(1, .integer) == nil && misfit(true, .boolean) == nil && misfit("a", .string) == nil)
    #expect(misfit(.variant("Locked", 1), .alias(name: "Leg", arguments: [], leg)) == nil)
    #expect(misfit(.variant("NoLeg"), leg) == nil)
    #expect(misfit(.set(of: [1, 2]), .set(.integer)) == nil)
    #expect(misfit(.set(.integers), .set(.integer)) == nil)
    #expect(misfit(.list([]), .list(.string)) == nil)
    #expect(
      misfit(.record([("a", 1), ("b", true)]), .record(Row([.init("a", .integer), .init("b", .boolean)])))
        == nil)
    #expect(misfit("x", .variable(TypeVariable(1))) == nil)
  }

  @Test func setsThatAreNotSpelledOutFitByTheirForm() {
    let range = SetValue.interval(low: 1, high: 3)
    #expect(misfit(.set(range), .set(.integer)) == nil)
    #expect(misfit(.set(range), .set(.string)) == ": Set[str]")
    #expect(misfit(.set(.powerset(range)), .set(.set(.integer))) == nil)
    #expect(misfit(.set(.powerset(range)), .set(.set(.boolean))) == ": Set[Set[bool]]")
    #expect(misfit(.set(.tuples([range, .booleans])), .set(.tuple([.integer, .boolean]))) == nil)
    #expect(misfit(.set(.tuples([range, range])), .set(.tuple([.integer, .boolean]))) != nil)
    #expect(misfit(.set(.maps(domain: range, range: .booleans)), .set(.map(.integer, .boolean))) == nil)
    #expect(misfit(.set(.lists(elements: range, maxLength: 2)), .set(.list(.integer))) == nil)
  }

  @Test func placesOfMisfits() {
    #expect(misfit("1", .integer) == ": int")
    #expect(misfit(.set(of: [1, "a"]), .set(.integer)) == "[1]: int")
    #expect(misfit(.list([1, true]), .list(.integer)) == "[1]: int")
    #expect(misfit(.variant("Locked", "a"), leg) == ".Locked: int")
    #expect(misfit(.variant("Lock", "a"), leg)?.hasPrefix(": ") == true)
    #expect(misfit(.tuple([1, 2]), .tuple([.integer, .string])) == "._2: str")
    #expect(misfit(.tuple([1]), .tuple([.integer, .string])) == ": (int, str)")
    #expect(misfit(.record([("a", 1)]), .record(Row([.init("b", .integer)]))) == ": { b: int }")
    #expect(misfit(.record([("a", "x")]), .record(Row([.init("a", .integer)]))) == ".a: int")
    #expect(misfit(.set(.integers), .set(.string)) == ": Set[str]")
  }
}
