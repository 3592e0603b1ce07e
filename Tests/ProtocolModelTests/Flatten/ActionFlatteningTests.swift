import ProtocolModel
import TestSupport
import Testing

/// Actions, picks and nested definitions.
@Suite struct ActionFlatteningTests {
  private func text(_ declarations: String) -> String {
    Flattened("module main {\n\(declarations)\n}").textWithoutTransitions
  }

  @Test func actionAsArgumentActsWhereItIsUsed() {
    #expect(
      text(
        """
        var x: int
        action go(n) = x' = n
        action guarded(condition, act) = all { condition, act }
        action init = guarded(1 < 2, go(5))
        """) == """
          machine main

          var x: int

          action go(n: int): bool = x' = n

          // in its caller's frame
          def act: bool = go(5)

          // in its caller's frame
          action guarded(condition: bool): bool =
            all {
              condition,
              act,
            }

          action init: bool = guarded(1 < 2)

          init = init

          """)
  }

  @Test func namedActionAsArgumentNeedsNoFrameOfTheCaller() {
    #expect(
      text(
        """
        var x: int
        action go = x' = 1
        action guarded(act) = all { true, act }
        action init = guarded(go)
        """) == """
          machine main

          var x: int

          action go: bool = x' = 1

          action guarded: bool =
            all {
              true,
              go,
            }

          action init: bool = guarded

          init = init

          """)
  }

  @Test func nestedDefinitionsAreSharedByTheirUses() {
    #expect(
      text(
        """
        var x: int
        action init = {
          val a = 1 + 2
          val b = a * a
          x' = b + a
        }
        """) == """
          machine main

          var x: int

          action init: bool =
            val a = 1 + 2
            val b = a * a
            x' = b + a

          init = init

          """)
  }

  @Test func shadowedNamesAreToldApart() {
    #expect(
      text(
        """
        var x: int
        action init = {
          nondet n = Set(1, 2).oneOf()
          all { Set(3).exists(n => n > 2), x' = n }
        }
        """) == """
          machine main

          var x: int

          action init: bool =
            nondet n = Set(1, 2).oneOf()
            all {
              Set(3).exists(n#2 => n#2 > 2),
              x' = n,
            }

          init = init

          """)
  }

  @Test func picksKnowTheirNamesAndTypes() {
    let machine = Flattened(
      """
      module main {
        var x: int
        action init = {
          nondet who = Set("A", "B").oneOf()
          nondet amount = 1.to(3).oneOf()
          all { who != "C", x' = amount }
        }
      }
      """
    ).machine
    #expect(machine.picks.map { "\($0.name): \($0.type)" } == ["who: str", "amount: int"])
  }

  @Test func patternsBindTheirPartsOnce() {
    #expect(
      text(
        """
        var x: int
        action init = {
          val (a, _, b) = (1, 2, 3)
          val { f } = { f: 4, g: 5 }
          x' = a + b + f
        }
        """) == """
          machine main

          var x: int

          action init: bool =
            val $ = (1, 2, 3)
            val a = $._1
            val b = $._3
            val $#2 = { f: 4, g: 5 }
            val f = $#2.f
            x' = a + b + f

          init = init

          """)
  }

  @Test func nestedActionIsAFunctionInItsFrame() {
    #expect(
      text(
        """
        var x: int
        action init = {
          nondet n = Set(1).oneOf()
          action store = x' = n
          any { store, all { n > 1, store } }
        }
        """) == """
          machine main

          var x: int

          // in its caller's frame
          action store: bool = x' = n

          action init: bool =
            nondet n = Set(1).oneOf()
            any {
              store,
              all {
                n > 1,
                store,
              },
            }

          init = init

          """)
  }

  @Test func effectsIncludeWhatIsCalledAndNestedDefinitionsOfTheCaller() {
    let machine = Flattened(
      """
      module main {
        var x: int
        var y: int
        action init = all { x' = 0, y' = 0 }
        action step = {
          val seen = y
          action store = x' = seen
          store
        }
      }
      """
    ).machine
    let store = machine.functions.first { $0.name == "store" }
    #expect(store?.reads.map { machine[$0].name } == ["y"])
    let step = machine.step.map { machine[$0] }
    #expect(step?.reads.map { machine[$0].name } == ["y"])
    #expect(step?.updates.map { machine[$0].name } == ["x"])
    #expect(step?.isAction == true)
  }

  @Test func missingBodyCountsAsTrue() {
    #expect(text("action init") == "machine main\n\naction init: bool = true\n\ninit = init\n")
  }

  @Test func definitionsThatDoubleAtEachLevelStaySmall() {
    let levels = 60
    var lines = ["val v0 = true"]
    for level in 1...levels { lines.append("val v\(level) = v\(level - 1) and v\(level - 1)") }
    let machine = Flattened("module main {\n\(lines.joined(separator: "\n"))\n}", initial: "v\(levels)")
      .machine
    #expect(machine.expressions.count < 10 * levels)
    let nested = Flattened(
      "module main { val main = {\n\(lines.joined(separator: "\n"))\nv\(levels)\n} }", properties: ["main"])
    #expect(nested.machine.properties.map(\.shape) == [.state])
    #expect(nested.machine.expressions.count < 10 * levels)
  }

  @Test func conjunctsOfAnInvariantAreKeptApart() {
    let machine = Flattened(
      """
      module main {
        val small = 1 < 2 and 2 < 3
        val safe = and { small, 3 < 4 }
      }
      """, properties: ["safe"]
    ).machine
    #expect(
      machine.properties.map { $0.conjuncts.map { machine.text(of: $0.expression) } } == [
        ["1 < 2", "2 < 3", "3 < 4"]
      ])
  }
}
