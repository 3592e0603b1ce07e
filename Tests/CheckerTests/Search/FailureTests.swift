import Checker
import TestSupport
import Testing

/// A model whose expressions have no value somewhere.
@Suite struct FailureTests {
  private func counter(_ step: String, _ more: String = "") throws -> Searched {
    try search("var x: int\naction init = x' = 0\naction step = \(step)\n\(more)")
  }

  private func failure(_ found: Searched) -> String? {
    found.result.failure.map {
      "\($0.error.id.code) \($0.activity) after \(Searched.states($0.trace).joined(separator: ", "))"
    }
  }

  @Test func errorInTheStepComesWithItsTrace() throws {
    let found = try counter("x' = x + 1 + 0 / (x - 2)")
    #expect(failure(found) == "QNT503 in `step` after 0, 1, 2")
  }

  @Test func errorInAPropertyComesWithItsTrace() throws {
    let found = try counter("x' = x + 1", "/// @invariant\nval p = Map(0 -> 1, 1 -> 1).get(x) == 1")
    #expect(failure(found) == "QNT507 in invariant `p` after 0, 1, 2")
    #expect(found.verdicts == ["p: inconclusive bounded 1"])
  }

  @Test func errorInAPropertyOfTwoStates() throws {
    let found = try counter("x' = x + 1", "/// @temporal\ntemporal p = always(5 / (2 - next(x)) > 0)")
    #expect(failure(found) == "QNT503 in `step` after 0, 1")
  }

  @Test func errorInInitHasNoTrace() throws {
    let found = try search("var x: int\naction init = x' = 1 / 0\naction step = x' = 1")
    #expect(failure(found) == "QNT503 in `init` after ")
  }

  @Test func variableWithoutValue() throws {
    let found = try search(
      "var x: int\nvar y: int\naction init = all { x' = 0, y' = 0 }\naction step = any { all { x < 2, x' = x + 1, y' = y }, all { x == 2, or { x' = 0, y' = 0 } } }"
    )
    #expect(failure(found) == "QNT502 in `step` after 0 0, 1 0, 2 0")
  }

  @Test func variableThatIsReadInInit() throws {
    let found = try search("var x: int\naction init = x' = x\naction step = x' = 1")
    #expect(failure(found) == "QNT502 in `init` after ")
  }

  @Test func errorInAnAssumption() throws {
    let found = try counter("x' = 1", "assume a = 1 / 0 > 0")
    #expect(failure(found) == "QNT503 in an assumption after ")
  }

  @Test func violationBeforeTheErrorIsTold() throws {
    let found = try counter("x' = x + 1 + 0 / (x - 2)", "/// @invariant\nval p = x == 0")
    #expect(found.verdicts == ["p: violated exhaustive steps 1"])
    #expect(found.result.failure == nil)
  }

  @Test func stepsPassedByThenAreInTheTrace() throws {
    let found = try counter("(x' = x + 1).then(x' = x + 10)", "/// @invariant\nval p = x < 20")
    #expect(found.verdicts == ["p: violated exhaustive steps 2"])
    #expect(Searched.states(found.result.properties[0].trace) == ["0", "1", "11", "12", "22"])
  }

  @Test func explanationSpeaksOfTheTransitionNotOfThePassedState() throws {
    let found = try counter(
      "(x' = x + 1).then(x' = x + 10)", "/// @temporal\ntemporal p = always(next(x) < x + 5)")
    #expect(found.verdicts == ["p: violated exhaustive steps 1"])
    #expect(found.result.properties[0].explanations.map(\.operands) == ["11 < 5"])
  }
}
