import TestSupport
import Testing

/// Operators that take operators: lambdas read what is around them, whoever calls them.
@Suite struct OperatorArgumentMeaningTests {
  private let declarations = """
    pure def app(f, v) = f(v)
    pure def twice(f, v) = f(f(v))
    pure def both(f, g, v) = f(g(v)) + g(f(v))
    pure def inc(n) = n + 1
    pure def through(f, v) = app(f, app(f, v))
    """

  private func value(_ expression: String, _ more: String = "") -> String {
    Evaluating.value(expression, in: declarations + "\n" + more)
  }

  @Test func lambdaReadsTheParameterOfTheLambdaAround() {
    #expect(value("Set(1, 2).map(k => app(n => n * 10 + k, k))") == "Set(11, 22)")
  }

  @Test func argumentIsABlockThatEndsInAnOperator() {
    #expect(value("app({ val m = 2; n => n + m }, 5)") == "7")
    #expect(value("app({ def f(n) = n * 2; f }, 5)") == "10")
    #expect(value("less({ def f(n) = n; ilt })", "def less(f) = f(1, 2)") == "true")
  }

  @Test func argumentThatIsNotCalledMayBeAnyOperator() {
    #expect(value("ignore({ def f(n) = n; to })", "def ignore(g) = { def h(n) = g; 1 }") == "1")
  }

  @Test func argumentIsACallOfTheSameOperator() {
    #expect(value("Set(1, 2).map(k => app(n => n + k, app(n => n * k, 5)))") == "Set(6, 12)")
    #expect(
      value("Set(1, 2).map(k => both(n => n + k, n => n * k, both(inc, n => n - k, 3)))") == "Set(14, 22)")
  }

  @Test func operatorIsCalledInItsOwnArgument() {
    #expect(value("Set(3).map(k => twice(n => app(m => m + n, k), 1))") == "Set(7)")
    #expect(value("Set(3).map(k => through(n => twice(m => m + n, k), 1))") == "Set(13)")
  }

  @Test func nestedOperatorOfACopyCallsTheOperatorOfThatCopy() {
    #expect(
      value(
        "Set(5).map(k => (outer(a => a + k), outer(b => b * k)))",
        """
        pure def outer(h) = {
          def inner(g, v) = g(v) + h(v)
          inner(inc, 1)
        }
        """) == "Set((8, 7))")
  }

  @Test func nestedOperatorReadsTheParametersOfThisCall() {
    #expect(
      value(
        "(f(1), f(2))",
        """
        pure def f(n) = {
          def add(m) = m + n
          val k = add(n)
          Set(1, 2).map(v => add(v) * k)
        }
        """) == "(Set(4, 6), Set(12, 16))")
  }

  @Test func nestedValueIsEvaluatedAnewForEachMember() {
    #expect(value("Set(1, 2, 3).map(k => { val s = k * k  def f(n) = n + s  app(f, s) })") == "Set(2, 8, 18)")
  }

  @Test func nestedValueIsSharedByTheLambdasInside() {
    #expect(value("{ val s = 4  Set(1, 2).map(k => app(n => n + s, k + s)) }") == "Set(9, 10)")
  }

  @Test func innerNameHidesOuterOne() {
    #expect(value("{ val k = 1  Set(5).map(k => { val k = 7  k }) }") == "Set(7)")
    #expect(value("{ val k = 1  (Set(5).map(k => k), k) }") == "(Set(5), 1)")
  }

  @Test func constructorsAndBuiltinsAreOperators() {
    #expect(value("Set(1, 2).map(Some)", "type Option = Some(int) | None") == "Set(Some(1), Some(2))")
    #expect(value("Set(1, 2).fold(0, iadd)") == "3")
    #expect(value("app(iuminus, 4)") == "-4")
  }

  @Test func pairsAreUnpacked() {
    #expect(value("tuples(1.to(2), 3.to(4)).map(((a, b)) => a * b)") == "Set(3, 4, 6, 8)")
    #expect(value("app(((a, b)) => a - b, (9, 4))") == "5")
    #expect(value("Set(1).map(k => app(((a, b)) => a - b + k, (9, 4)))") == "Set(6)")
  }

  @Test func operatorGoesThroughSeveralHands() {
    #expect(
      value(
        "Set(2).map(k => third(n => n * k, 5))",
        """
        pure def first(f, v) = f(v) + 1
        pure def second(f, v) = first(n => f(n) + v, v)
        pure def third(f, v) = second(n => first(f, n) + v, v)
        """) == "Set(22)")
  }

  @Test func actionAsArgumentIsRunWhereItIsUsed() {
    let found = Evaluating.outcomes(
      """
      var x: int
      action when(c, a) = all { c, a }
      action either(a, b) = any { a, b }
      action init = x' = 0
      action step = { nondet k = 1.to(2).oneOf()
        either(when(k > 1, x' = k), either(x' = k + 10, when(k < 2, either(x' = -k, x' = k)))) }
      """)
    #expect(found == ["11", "-1", "1", "2", "12"])
  }

  @Test func polymorphicOperatorServesEveryType() {
    let more = """
      pure def id(v) = v
      pure def pair(a, b) = (a, app(id, b))
      pure def swap(f, p) = (f(p._2), p._1)
      """
    #expect(
      value(
        "(id(1), id(true), id(Set(id(2))), pair(1, \"a\"), pair(pair(1, 2), None))",
        more + "\ntype O = None | One")
        == "(1, true, Set(2), (1, \"a\"), ((1, 2), None))")
    #expect(value("(swap(id, (1, true)), swap(n => [n], (\"b\", 2)))", more) == "((true, 1), ([2], \"b\"))")
  }
}
