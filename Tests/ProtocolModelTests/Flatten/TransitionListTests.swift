import TestSupport
import Testing

@testable import ProtocolModel

/// The normal form of `init` and `step`.
@Suite struct TransitionListTests {
  /// The transitions of `step` in a module with variables x, y, z.
  private func transitions(_ declarations: String, step: String? = nil) -> String {
    let flattened = machine(declarations, step: step)
    guard flattened.diagnostics.isEmpty else { return flattened.text }
    return flattened.machine.transitions
      .map { MachinePrinter.text(of: $0, of: flattened.machine) }.joined(separator: "\n")
  }

  private func machine(_ declarations: String, step: String? = nil) -> Flattened {
    Flattened("module main {\nvar x: int\nvar y: int\nvar z: int\n\(keep)\n\(declarations)\n}", step: step)
  }

  private let keep = "action rest = all { y' = y, z' = z }"

  @Test func entriesOfAnyAreTransitionsNamedAfterTheirActions() {
    #expect(
      transitions(
        """
        action up = all { x < 3, x' = x + 1, rest }
        action down = all { x > 0, x' = x - 1, rest }
        action step = any { up, down, all { x' = 0, rest }, all { false, x' = y, y' = 0 } }
        """) == """
          transition up
            in up
            require x < 3
            x' = x + 1
            in rest
            y' = y
            z' = z
          transition down
            in down
            require x > 0
            x' = x - 1
            in rest
            y' = y
            z' = z
          transition rest
            x' = 0
            in rest
            y' = y
            z' = z
          transition step  // no action
            require false
            x' = y
            y' = 0
            unassigned z
          """)
  }

  @Test func stepWithoutAnyIsOneTransitionOfItsOwnName() {
    #expect(
      transitions("action step = all { x' = y, y' = x, z' = 0 }") == """
        transition step
          x' = y
          y' = x
          z' = 0
        """)
  }

  @Test func expressionAsStepHasNoName() {
    #expect(
      transitions("action go = all { x' = 1, rest }", step: "all { x > 1, go }") == """
        transition go
          require x > 1
          in go
          x' = 1
          in rest
          y' = y
          z' = z
        """)
    #expect(transitions("", step: "x' = 1").hasPrefix("transition step  // no action"))
  }

  @Test func innermostAnyGivesTheName() {
    #expect(
      transitions(
        """
        action left = x' = 1
        action right = x' = 2
        action outer = all { any { left, right }, rest }
        action step = any { outer, rest }
        """) == """
          transition left
            in outer
            in left
            x' = 1
            back in outer
            in rest
            y' = y
            z' = z
          transition right
            in outer
            in right
            x' = 2
            back in outer
            in rest
            y' = y
            z' = z
          transition rest
            in rest
            y' = y
            z' = z
            unassigned x
          """)
  }

  @Test func choicesInSequenceMultiplyInOrder() {
    #expect(
      transitions(
        """
        action step = all {
          any { x' = 1, x' = 2 },
          any { y' = 1, y' = 2 },
          z' = z,
        }
        """) == """
          transition step  // no action
            x' = 1
            y' = 1
            z' = z
          transition step#2  // no action
            x' = 1
            y' = 2
            z' = z
          transition step#3  // no action
            x' = 2
            y' = 1
            z' = z
          transition step#4  // no action
            x' = 2
            y' = 2
            z' = z
          """)
  }

  @Test func branchesAreGuardedAlternatives() {
    #expect(
      transitions(
        """
        type Mail = Empty | Letter(int)
        pure def open(n) = if (n > 0) Letter(n) else Empty
        action step = all {
          if (x > 0) y' = 1 else { y' = 2 },
          match open(y) {
            | Letter(n) => z' = n
            | _ => z' = 0
          },
          x' = x,
        }
        """) == """
          transition step
            require x > 0
            y' = 1
            match open(y) is Letter(n)
            z' = n
            x' = x
          transition step#2
            require x > 0
            y' = 1
            match open(y) is not Letter
            z' = 0
            x' = x
          transition step#3
            require not(x > 0)
            y' = 2
            match open(y) is Letter(n)
            z' = n
            x' = x
          transition step#4
            require not(x > 0)
            y' = 2
            match open(y) is not Letter
            z' = 0
            x' = x
          """)
  }

  @Test func conjunctionOfActionsIsASequence() {
    #expect(
      transitions("action step = x' = 1 and { y > 0 and z > 0 } and rest") == """
        transition step
          x' = 1
          require y > 0
          require z > 0
          in rest
          y' = y
          z' = z
        """)
  }

  @Test func picksAndNestedDefinitionsKeepTheirPlaces() {
    #expect(
      transitions(
        """
        action pay(amount, fee) = all { amount > fee, x' = amount, rest }
        action step = {
          val limit = y + 1
          nondet n = 1.to(limit).oneOf()
          nondet m = 1.to(n).oneOf()
          pay(n + m, z)
        }
        """) == """
          transition step
            val limit = y + 1
            nondet n = 1.to(limit).oneOf()
            nondet m = 1.to(n).oneOf()
            in pay(amount = n + m, fee = z)
            require amount > fee
            x' = amount
            in rest
            y' = y
            z' = z
          """)
  }

  @Test func argumentsOfTheActionAreKnown() throws {
    let machine = machine(
      """
      action pay(amount, who) = all { x' = amount, y' = who, z' = 0 }
      action step = { nondet n = 1.to(3).oneOf() any { pay(n + 1, 7), pay(0, n) } }
      """
    ).machine
    let arguments = machine.transitions.map { transition in
      machine.arguments(of: transition).map { "\($0.name) = \(machine.text(of: $0.value))" }
    }
    #expect(arguments == [["amount = n + 1", "who = 7"], ["amount = 0", "who = n"]])
    #expect(machine.transitions.map(\.id) == ["pay", "pay#2"])
  }

  @Test func whatHasNoSuchFormStaysATree() {
    #expect(
      transitions(
        """
        action one = all { x' = 1, rest }
        action step = any {
          one.then(one),
          2.reps(i => one),
          one.fail(),
          one.expect(x > 0),
          x' = 1 or rest,
          all { x > 0, x > 1 implies rest },
          one,
        }
        """) == """
          transition step  // no action
            run one.then(one)
          transition step#2  // no action
            run 2.reps(i => one)
          transition step#3  // no action
            run one.fail()
          transition step#4  // no action
            run one.expect(x > 0)
          transition step#5  // no action
            run x' = 1 or rest
          transition step#6  // no action
            require x > 0
            run x > 1 implies rest
            unassigned x
          transition one
            in one
            x' = 1
            in rest
            y' = y
            z' = z
          """)
  }

  @Test func opaqueTransitionsTellWhatTheyMayUpdate() {
    let machine = machine("action step = all { x' = 1 or rest, z > 0 }").machine
    let names = machine.transitions.map { $0.updates.map { machine[$0].name } }
    #expect(names == [["x", "y", "z"]])
    #expect(machine.transitions.map(\.isOpaque) == [true])
  }

  @Test func allOfConditionsIsACondition() {
    #expect(
      transitions(
        """
        pure def fits(n) = all { n > 0, n < 9 }
        action step = all { Set(x, y).exists(n => fits(n)), fits(z), x' = 1, rest }
        """) == """
          transition step
            require Set(x, y).exists(n => fits(n))
            require fits(z)
            x' = 1
            in rest
            y' = y
            z' = z
          """)
  }

  @Test func actionThatOnlyTestsStillGivesItsName() {
    #expect(
      transitions("action check = x > 0\naction step = any { all { check, rest } }") == """
        transition check
          in check
          require x > 0
          back in step
          in rest
          y' = y
          z' = z
          unassigned x
        """)
  }

  @Test func actionGivenAsArgumentIsEnteredWhereItIsUsed() {
    #expect(
      transitions(
        """
        action set_x(n) = x' = n
        action guarded(condition, act) = all { condition, act, rest }
        action step = { nondet n = Set(1, 2).oneOf() guarded(n > 1, set_x(n)) }
        """) == """
          transition step
            nondet n = Set(1, 2).oneOf()
            in guarded(condition = n > 1)
            require condition
            in act
            in set_x(n = n)
            x' = n
            back in guarded
            in rest
            y' = y
            z' = z
          """)
  }

  @Test func slotsOfSharedFramesBelongToTheActivationThatOwnsThem() {
    let machine = machine(
      """
      action guarded(act) = all { act, rest }
      action step = { nondet n = Set(1, 2).oneOf() guarded(x' = n) }
      """
    ).machine
    let frames = machine.transitions[0].activations.map { ("\(machine[$0.function].name)", $0.frame) }
    #expect(frames.map { "\($0.0) \($0.1)" } == ["step 0", "guarded 0", "act 0", "rest 3"])
  }

  @Test func readsAndUpdatesAreThoseOfTheTransition() {
    let machine = machine(
      """
      action go(n) = all { x' = n, y' = 1 }
      action step = any { { val unused = z all { go(y), z' = 0 } }, { val used = z all { go(used), z' = 0 } } }
      """
    ).machine
    let reads = machine.transitions.map { $0.reads.map { machine[$0].name } }
    #expect(reads == [["y"], ["z"]])
    #expect(machine.transitions.allSatisfy { $0.updates.count == 3 && $0.unassigned.isEmpty })
  }

  @Test func dependencesFollowPicksThroughDefinitionsAndArguments() {
    let machine = machine(
      """
      action go(a, b) = all { a > 0, b > z, x' = 1, rest }
      action step = {
        nondet n = 1.to(x).oneOf()
        val twice = n * 2
        nondet m = 1.to(twice).oneOf()
        go(m, y + n)
      }
      """
    ).machine
    let lines = machine.dependences(of: machine.transitions[0]).map { dependence in
      "\(dependence.picks) \(dependence.variables.map { machine[$0].name })"
    }
    #expect(
      lines == [
        #"[] ["x"]"#, #"[] []"#, #"[0] []"#, #"[0, 1] ["y"]"#, #"[1] []"#, #"[0] ["y", "z"]"#, #"[] []"#,
        #"[] []"#, #"[] ["y"]"#, #"[] ["z"]"#,
      ])
  }

  @Test func whatWouldGrowTooLargeStaysATreeWhereItDoes() {
    let pair = "any { x' = 1, x' = 2 }"
    let machine = machine(
      "action step = any { all { \(Array(repeating: pair, count: 3).joined(separator: ", ")) }, \(pair) }"
    ).machine
    var list = TransitionList(machine, countLimit: 7)
    let transitions = machine.step.map { list.transitions(of: $0) } ?? []
    #expect(transitions.map(\.isOpaque) == [true, false, false])
    #expect(machine.transitions.count == 10)
  }

  @Test func numbersOfAlternativesThatOverflowAreNoMatter() {
    let pair = "any { x' = 1, x' = 2 }"
    let machine = machine(
      "action step = all { \(Array(repeating: pair, count: 200).joined(separator: ", ")) }"
    ).machine
    #expect(machine.transitions.map(\.isOpaque) == [true])
  }

  @Test func initialTransitionsAreThoseOfInit() {
    let machine = machine(
      "action init = { nondet n = Set(1, 2).oneOf() all { x' = n, rest } }\naction step = rest"
    ).machine
    #expect(machine.initialTransitions.map(\.id) == ["init"])
    #expect(
      MachinePrinter.text(of: machine).contains(
        """
        initial transition init
          nondet n = Set(1, 2).oneOf()
          x' = n
          in rest
        """))
  }
}
