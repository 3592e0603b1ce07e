import ProtocolModel
import TestSupport
import Testing

/// Operators that take operators, made first-order.
@Suite struct OperatorArgumentTests {
  /// The functions of `module main` with these declarations, where `init` is `true`.
  private func functions(_ declarations: String) -> String {
    var lines = Flattened("module main {\n\(declarations)\n}", initial: "main")
      .textWithoutTransitions.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.first == "machine main" { lines.removeFirst(2) }
    if lines.last == "" { lines.removeLast() }
    if lines.last?.hasPrefix("init = ") == true { lines.removeLast(2) }
    return lines.joined(separator: "\n")
  }

  @Test func lambdaThatReadsLocalsStaysInTheFrameOfItsCaller() {
    #expect(
      functions(
        """
        def apply(f, x) = f(x)
        def addTo(n) = apply(k => k + n, 1)
        val main = addTo(3) == 4
        """) == """
          // in its caller's frame
          def f(k: int): int = k + n

          // in its caller's frame
          def apply(x: int): int = f(x)

          def addTo(n: int): int = apply(1)

          val main: bool = addTo(3) == 4
          """)
  }

  @Test func namedOperatorAsArgumentNeedsNoFrameOfTheCaller() {
    #expect(
      functions(
        """
        def apply(f, x) = f(x)
        def double(k) = k * 2
        val main = apply(double, 1) == apply(double, 2)
        """) == """
          def double(k: int): int = k * 2

          def apply(x: int): int = double(x)

          val main: bool = apply(1) == apply(2)
          """)
  }

  @Test func builtinAsArgumentIsApplied() {
    #expect(
      functions(
        """
        def combine(f, x) = f(x, 1)
        val main = combine(iadd, 2) + Set(1, 2).fold(0, imul) == 3
        """) == """
          def combine(x: int): int = x + 1

          val main: bool = combine(2) + Set(1, 2).fold(0, (it, it#2) => it * it#2) == 3
          """)
  }

  @Test func constructorAsArgumentIsApplied() {
    #expect(
      functions(
        """
        type Box = Full(int) | Empty
        val main = Set(1).map(Full).contains(Empty)
        """) == """
          val main: bool = Set(1).map(it => Full(it)).contains(Empty)
          """)
  }

  @Test func operatorIsPassedThroughTwoLevels() {
    #expect(
      functions(
        """
        def inner(g, x) = g(x) + 1
        def outer(f, x) = inner(f, x) * 2
        def addTo(n) = outer(k => k + n, 1)
        val main = addTo(3) == 4
        """) == """
          // in its caller's frame
          def f(k: int): int = k + n

          // in its caller's frame
          def inner(x#2: int): int = f(x#2) + 1

          // in its caller's frame
          def outer(x: int): int = inner(x) * 2

          def addTo(n: int): int = outer(1)

          val main: bool = addTo(3) == 4
          """)
  }

  @Test func lambdaThatUnpacksATupleGetsItAsOneArgument() {
    #expect(
      functions(
        """
        def apply(f, x) = f(x)
        val main = apply(((a, b)) => a + b, (1, 2)) == Set((1, 2)).fold(0, (s, t) => s + t._1)
        """) == """
          // in its caller's frame
          def f(it: (int, int)): int =
            val a = it._1
            val b = it._2
            a + b

          // in its caller's frame
          def apply(x: (int, int)): int = f(x)

          val main: bool = apply((1, 2)) == Set((1, 2)).fold(0, (s, t) => s + t._1)
          """)
  }

  @Test func lambdaGivenToABuiltinStaysALambda() {
    #expect(
      functions("val main = Set((1, 2)).exists(((a, b)) => a < b)")
        == "val main: bool = Set((1, 2)).exists(((a, b)) => a < b)")
  }

  /// Copies of one nested operator in one frame must not be taken for each other.
  @Test func nestedOperatorBelongsToItsOwnCopyOfTheOuterOne() {
    #expect(
      functions(
        """
        def increase(k) = k + 1
        def outer(f, x) = {
          def inner(g, y) = f(g(y))
          inner(increase, x)
        }
        val main = outer(z => z + 10, 1) == outer(z => z * 10, 1)
        """) == """
          def increase(k: int): int = k + 1

          // in its caller's frame
          def f(z: int): int = z + 10

          // in its caller's frame
          def inner(y: int): int = f(increase(y))

          // in its caller's frame
          def outer(x: int): int = inner(x)

          // in its caller's frame
          def f#2(z#2: int): int = z#2 * 10

          // in its caller's frame
          def inner#2(y#2: int): int = f#2(increase(y#2))

          // in its caller's frame
          def outer#2(x#2: int): int = inner#2(x#2)

          val main: bool = outer(1) == outer#2(1)
          """)
  }

  @Test func nestedOperatorIsOneFunctionForAllItsCalls() {
    #expect(
      functions(
        """
        def outer(n) = {
          def add(k) = k + n
          add(1) + add(2)
        }
        val main = outer(1) == 5
        """) == """
          // in its caller's frame
          def add(k: int): int = k + n

          def outer(n: int): int = add(1) + add(2)

          val main: bool = outer(1) == 5
          """)
  }

  @Test func operatorWithoutParametersOfItsOwnIsCalledWithThem() {
    #expect(
      functions(
        """
        def double = k => k * 2
        def twin = double
        def offset = { val n = 7 k => k + n }
        def nested(x) = {
          def local = twin
          def direct = k => k - x
          direct(local(x))
        }
        val main = nested(3) + offset(1) == 0
        """) == """
          def double(k: int): int = k * 2

          // in its caller's frame
          def direct(k: int): int = k - x

          def nested(x: int): int = direct(double(x))

          // in its caller's frame
          def lambda(k: int): int = k + n

          val main: bool = nested(3) + { val n = 7; lambda(1) } == 0
          """)
  }

  @Test func polymorphicOperatorIsCopiedOncePerType() {
    #expect(
      functions(
        """
        def same(a) = a
        def pair(a, b) = (a, same(b))
        val main = and { pair(1, "x") == pair(2, "y"), pair("x", 1) != pair("y", 2) }
        """) == """
          def same(a: str): str = a

          def pair(a: int, b: str): (int, str) = (a, same(b))

          def same#2(a: int): int = a

          def pair#2(a: str, b: int): (str, int) = (a, same#2(b))

          val main: bool = pair(1, "x") == pair(2, "y") and pair#2("x", 1) != pair#2("y", 2)
          """)
  }

  @Test func polymorphicNestedValueHasTheTypeOfEachUse() {
    let machine = Flattened(
      """
      module main {
        val main = { val none = Set() none.contains(1) or none.contains("x") }
      }
      """, initial: "main"
    ).machine
    let nested = machine.functions.filter { $0.name == "none" }.map { "\(machine.type(of: $0.body))" }
    #expect(nested == ["Set[int]", "Set[str]"])
  }

  @Test func typeThatNothingDeterminesIsUnit() {
    let machine = Flattened("module main { val main = Set().size() == 0 }", initial: "main").machine
    let types = machine.expressions.indices.filter {
      if case .apply(.makeSet, _) = machine.expressions[$0] { return true }
      return false
    }
    #expect(types.map { "\(machine.types[$0])" } == ["Set[()]"])
  }

  @Test func operatorThatTakesAnOperatorCanBeAnArgument() {
    #expect(
      functions(
        """
        def increase(k) = k + 1
        def use(h) = h(increase, 3)
        val main = use((f, x) => f(f(x))) == 5
        """) == """
          def increase(k: int): int = k + 1

          // in its caller's frame
          def h(x: int): int = increase(increase(x))

          // in its caller's frame
          def use: int = h(3)

          val main: bool = use == 5
          """)
  }

  @Test func lambdasOfDifferentCallsAreDifferentCopies() {
    #expect(
      functions(
        """
        def twice(f, x) = f(f(x))
        val main = twice(a => a + 1, 1) == twice(b => twice(c => c + b, b), 2)
        """) == """
          // in its caller's frame
          def f(a: int): int = a + 1

          // in its caller's frame
          def twice(x: int): int = f(f(x))

          // in its caller's frame
          def f#2(c: int): int = c + b

          // in its caller's frame
          def twice#2(x#3: int): int = f#2(f#2(x#3))

          // in its caller's frame
          def f#3(b: int): int = twice#2(b)

          // in its caller's frame
          def twice#3(x#2: int): int = f#3(f#3(x#2))

          val main: bool = twice(1) == twice#3(2)
          """)
  }
}
