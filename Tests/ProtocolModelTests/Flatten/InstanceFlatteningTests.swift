import ProtocolModel
import TestSupport
import Testing

/// Instances become copies with names of their own.
@Suite struct InstanceFlatteningTests {
  private static let counter = """
    module counter {
      const by: int
      var n: int
      action start = n' = 0
      action tick = n' = n + by
      val small = n < 10
    }

    """

  @Test func instancesHaveVariablesAndConstantsOfTheirOwn() {
    #expect(
      Flattened(
        Self.counter + """
          module main {
            import counter(by = 1) as A
            import counter(by = 2) as B
            action init = all { B::start, A::start }
            action step = all { A::tick, B::tick }
          }
          """
      ).textWithoutTransitions == """
        machine main

        const main::A::by: int = 1
        const main::B::by: int = 2

        var main::A::n: int
        var main::B::n: int

        action main::B::start: bool = main::B::n' = 0

        action main::A::start: bool = main::A::n' = 0

        action init: bool =
          all {
            main::B::start,
            main::A::start,
          }

        action main::A::tick: bool = main::A::n' = main::A::n + main::A::by

        action main::B::tick: bool = main::B::n' = main::B::n + main::B::by

        action step: bool =
          all {
            main::A::tick,
            main::B::tick,
          }

        init = init
        step = step

        """)
  }

  @Test func unnamedInstanceIsShownWithTheNameOfItsModule() {
    let machine = Flattened(
      Self.counter + "module main { import counter(by = 1).* action init = start }"
    ).machine
    #expect(machine.variables.map(\.name) == ["main::counter::n"])
  }

  @Test func plainImportHasPlainNames() {
    let machine = Flattened(
      Self.counter + "module main { import counter.* action init = start }"
    ).machine
    #expect(machine.variables.map(\.name) == ["n"])
  }

  @Test func nestedInstanceIsShownBehindTheInstanceAroundIt() {
    let machine = Flattened(
      Self.counter + """
        module pair {
          const k: int
          import counter(by = k) as L
          import counter(by = k + 1) as R
          action start = all { L::start, R::start, }
          action step = all { L::tick, R::tick }
        }
        module main {
          import pair(k = 5) as P
          import pair(k = 7) as Q
          action init = all { Q::start, P::start }
          action step = all { Q::step, P::step }
        }
        """
    ).machine
    #expect(
      machine.variables.map(\.name) == [
        "main::P::L::n", "main::P::R::n", "main::Q::L::n", "main::Q::R::n",
      ])
    let values = machine.constants.map { constant in
      constant.name
        + (constant.value.map {
          " = " + MachinePrinter.text(of: machine[$0].body, in: $0, of: machine)
        } ?? "")
    }
    #expect(
      values == [
        "main::Q::k = 7", "main::Q::L::by = main::Q::k", "main::Q::R::by = main::Q::k + 1",
        "main::P::k = 5", "main::P::L::by = main::P::k", "main::P::R::by = main::P::k + 1",
      ])
  }

  /// As in Quint, an instance copies what its prototype imports, too.
  @Test func instanceHasVariablesOfPlainlyImportedModulesOfItsOwn() {
    let machine = Flattened(
      """
      module store { var x: int action clear = x' = 0 pure def inc(a) = a + 1 }
      module user {
        import store.*
        const k: int
        action start = x' = k
      }
      module main {
        import store.*
        import user(k = 1) as A
        import user(k = 2) as B
        action init = all { clear, A::start, B::start }
      }
      """
    ).machine
    #expect(machine.variables.map(\.name) == ["x", "main::A::x", "main::B::x"])
  }

  @Test func moduleWithoutStateIsSharedByAllInstances() {
    let machine = Flattened(
      """
      module lib { pure def inc(a) = a + 1 }
      module user { import lib.* const k: int var x: int action start = x' = inc(k) }
      module main {
        import user(k = 1) as A
        import user(k = 2) as B
        action init = all { A::start, B::start }
      }
      """
    ).machine
    #expect(machine.functions.filter { $0.name == "inc" }.map(\.instance) == [""])
  }

  @Test func instanceOverridesConstantsThatItsPrototypeReexports() {
    let machine = Flattened(
      """
      module base { const k: int val twice = k * 2 }
      module middle { import base.* export base.* }
      module main { import middle(k = 4) as M val init = M::twice == 8 }
      """
    ).machine
    #expect(machine.constants.map(\.name) == ["main::M::k"])
    #expect(machine.constants.allSatisfy { $0.value != nil })
  }

  @Test func constantWithoutValueIsMarkedAndNamed() {
    #expect(
      Flattened(Self.counter + "module main { import counter.* action init = tick }").textWithoutTransitions
        == """
        machine main

        const by: int

        var n: int

        action tick: bool = n' = n + by

        action init: bool = tick

        init = init

        """)
    let machine = Flattened(Self.counter + "module main { import counter.* action init = tick }").machine
    #expect(
      machine.expressions.contains {
        if case .missingConstant = $0 { return true }
        return false
      })
  }

  @Test func constantOfOperatorTypeIsItsOperator() {
    #expect(
      Flattened(
        """
        module base {
          const f: int => int
          val here = f(1)
          val there = Set(1).map(f)
        }
        module main {
          def plus(a) = a + 1
          import base(f = plus) as A
          import base(f = x => x * 2) as B
          val init = A::here == B::here and A::there == B::there
        }
        """
      ).textWithoutTransitions == """
        machine main

        def plus(a: int): int = a + 1

        val main::A::here: int = plus(1)

        // in its caller's frame
        def lambda(x: int): int = x * 2

        val main::B::here: int = lambda(1)

        val main::A::there: Set[int] = Set(1).map(it => plus(it))

        // in its caller's frame
        def lambda#2(x: int): int = x * 2

        val main::B::there: Set[int] = Set(1).map(it => lambda#2(it))

        val init: bool = main::A::here == main::B::here and main::A::there == main::B::there

        init = init

        """)
  }

  @Test func variablesOfOneNameInTwoModulesAreToldApart() {
    let machine = Flattened(
      """
      module left { var x: int action start = x' = 1 }
      module right { var x: int action start = x' = 2 }
      module main {
        import left as L
        import right as R
        action init = all { R::start, L::start }
      }
      """
    ).machine
    #expect(machine.variables.map(\.name) == ["left::x", "right::x"])
  }

  @Test func assumptionsAreTakenOncePerInstance() {
    let machine = Flattened(
      """
      module base { const k: int assume positive = k > 0 val ok = k > 1 }
      module main {
        import base(k = 1) as A
        import base(k = 2) as B
        val init = A::ok or B::ok
      }
      """
    ).machine
    #expect(machine.assumptions.map(\.name) == ["main::A::positive", "main::B::positive"])
  }
}
