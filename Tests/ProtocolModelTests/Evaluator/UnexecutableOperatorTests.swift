import TestSupport
import Testing

/// Operators that have a type and no value in a single state.
@Suite struct UnexecutableOperatorTests {
  @Test(arguments: [
    "always(true)", "eventually(true)", "true leadsTo true", "true.orKeep(1)",
    "true.mustChange(1)", "weakFair(true, 1)", "strongFair(true, 1)", "next(1)",
  ]) func temporalOperatorsAreRefused(expression: String) {
    let value = Evaluating.value(expression)
    #expect(["QNT501", "QNT000"].contains(value), "\(value)")
  }

  @Test(arguments: [
    ("Int.map(x => x)", "QNT501"), ("Nat.filter(x => x > 1)", "QNT501"), ("Int.powerset().size()", "QNT514"),
    ("Set(1).allLists().contains([1])", "QNT501"), ("Set(1).allLists().size()", "QNT501"),
    ("1.to(2^64).contains(25)", "true"), ("Int.contains(-5)", "true"), ("Nat.contains(-5)", "false"),
    ("tuples(Int, Set(1)).contains((5, 1))", "true"), ("Set(1).setOfMaps(Int).contains(Map(1 -> 5))", "true"),
    ("Set(1, 2).setOfMaps(Set(1).setOfMaps(Bool)).size()", "4"),
    ("matchVariant(Some(3), \"Some\", n => n + 1, \"_\", _ => 0)", "4"),
    ("matchVariant(None, \"Some\", n => n + 1, \"_\", _ => 0)", "0"),
  ]) func infiniteSetsAnswerWhatTheyCan(expression: String, value: String) {
    #expect(Evaluating.value(expression, in: "type Option = Some(int) | None") == value)
  }
}
