import ProtocolModel
import TestSupport
import Testing

/// Values that implementations of Quint are known to get wrong.
@Suite struct SessionValueTests {
  private func value(of expression: String, in text: String, after inputs: String...) throws -> String {
    let session = Session(seed: 1, reader: MemorySourceReader(["main.qnt": text]))
    _ = try session.load("main.qnt", module: "main")
    for input in inputs { _ = try session.evaluate(input) }
    guard case .value(let value) = try session.evaluate(expression) else { return "no value" }
    return "\(value)"
  }

  /// A value that is kept for one instance must not be that of another one.
  @Test func constantsOfEachInstanceCount() throws {
    let text = """
      module bank {
        const N: int
        pure val twice = N * 2
        pure def g(k) = { pure val m = k * N  m + twice }
      }
      module main { import bank(N = 1) as A  import bank(N = 5) as B }
      """
    #expect(
      try value(of: "[A::twice, B::twice, A::g(2), B::g(2), A::g(3)]", in: text) == "[2, 10, 4, 20, 5]")
  }

  @Test func variablesOfInstancesAreTheirOwn() throws {
    let text = """
      module bank { const N: int  var x: int  action init = x' = N  action add = x' = x + N }
      module main {
        import bank(N = 1) as A
        import bank(N = 5) as B
        action init = all { A::init, B::init }
        action step = all { A::add, B::add }
      }
      """
    #expect(try value(of: "(A::x, B::x)", in: text, after: "init", "step") == "(2, 10)")
  }

  /// However a set was made, it is one value: in a state, as a member, as a key.
  @Test func setsAreTheirMembers() throws {
    let text = """
      module main {
        var s: Set[int]
        var m: Set[int] -> int
        action init = all { s' = 1.to(3), m' = Map(Set(3, 2, 1) -> 7) }
        action step = all { s' = s.filter(x => x > 0).map(x => x), m' = m.put(s, m.get(s) + 1) }
      }
      """
    #expect(
      try value(
        of: "(s == 1.to(3), Set(s, Set(2, 3, 1)).size(), m.get(1.to(3)), m.keys().size())", in: text,
        after: "init", "step") == "(true, 1, 8, 1)")
  }

  /// A nested `val` is evaluated anew in each call, and only if it is used.
  @Test func nestedValuesDependOnTheCall() throws {
    let text = """
      module main {
        pure def half(n) = { pure val bad = 1 / 0  pure val h = n / 2  if (n < 0) bad else h }
      }
      """
    #expect(try value(of: "[4, 10].foldl(half(2), (s, n) => s + half(n))", in: text) == "8")
  }

  @Test func reservedWordsOfOtherToolsAreFields() throws {
    #expect(
      try value(
        of: "{ reference: 1, trace: 2, tag: 3, from: 4, Set: 5 }.Set", in: "module main { val a = 1 }") == "5"
    )
  }
}
