import ProtocolModel
import TestSupport
import Testing

/// What `q::debug` prints while `step` is run in all ways, in the states that `init` and
/// then `step` lead to first.
private func prints(_ declarations: String, states: Int = 1) throws -> [String] {
  let text = SpecText("module m {\nvar x: int\naction init = x' = 0\n\(declarations)\n}\n")
  let machine = try #require(text.machine().machine, "\(text.complaints().joined(separator: "\n"))")
  let evaluator = Evaluator(machine: machine)
  var printed: [String] = []
  var state = [Value?](repeating: nil, count: 1)
  for number in 0...states {
    evaluator.debugHandler = number == 0 ? nil : { printed.append($0) }
    var next: [Value?]?
    evaluator.load(state)
    try evaluator.forEachOutcome(of: #require(number == 0 ? machine.initial : machine.step)) { outcome in
      next = next ?? outcome.values
      return true
    }
    state = try #require(next)
  }
  return printed
}

/// How often things are evaluated.
@Suite struct MemoryTests {
  @Test func valIsEvaluatedOncePerState() throws {
    let found = try prints(
      """
      val d = q::debug("d", x)
      action step = any { all { d >= 0, x' = d + 1 }, all { d >= 0, x' = d + 2 } }
      """, states: 2)
    #expect(found == ["> d 0", "> d 1"])
  }

  @Test func pureValIsEvaluatedOnce() throws {
    let found = try prints(
      """
      pure val d = q::debug("d", 5)
      action step = any { x' = x + d, x' = x - d }
      """, states: 3)
    #expect(found == ["> d 5"])
  }

  @Test func unusedValIsNotEvaluated() throws {
    #expect(try prints("val d = q::debug(\"d\", x)\naction step = x' = if (x > 5) d else 1") == [])
  }

  @Test func valIsEvaluatedAnewBehindThen() throws {
    let found = try prints(
      """
      val d = q::debug("d", x)
      action step = (x' = d + d + 1).then(x' = d + d)
      """)
    #expect(found == ["> d 0", "> d 1"])
  }

  @Test func operatorRunsForEachCall() throws {
    let found = try prints("def d(n) = q::debug(\"d\", n)\naction step = x' = d(1) + d(1)")
    #expect(found == ["> d 1", "> d 1"])
  }

  @Test func nestedValueIsEvaluatedOncePerLet() throws {
    #expect(try prints("action step = { val l = q::debug(\"l\", x)  x' = l + l }") == ["> l 0"])
    #expect(
      try prints("action step = { val l = q::debug(\"l\", x)  x' = 1.to(3).map(k => k + l).size() + l }")
        == ["> l 0"])
    #expect(
      try prints("action step = x' = 1.to(2).map(k => { val l = q::debug(\"l\", k)  l + l }).size()")
        == ["> l 1", "> l 2"])
  }

  @Test func unusedNestedValueIsNotEvaluated() throws {
    #expect(try prints("action step = { val l = q::debug(\"l\", x)  x' = 1 }") == [])
  }

  @Test func argumentsAreEvaluatedOnceBeforeTheCall() throws {
    #expect(try prints("def f(a) = a + a\naction step = x' = f(q::debug(\"a\", 2))") == ["> a 2"])
    #expect(try prints("def f(a) = 1\naction step = x' = f(q::debug(\"a\", 2))") == ["> a 2"])
  }

  @Test func domainIsEvaluatedOnce() throws {
    let found = try prints(
      "action step = { nondet n = q::debug(\"s\", Set(1, 2)).oneOf()  any { x' = n, x' = -n } }")
    #expect(found == ["> s Set(1, 2)"])
  }
}
