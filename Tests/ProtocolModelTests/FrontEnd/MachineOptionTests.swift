import ProtocolModel
import TestSupport
import Testing

private let counter = """
  module m {
    var x: int
    action init = x' = 0
    action step = x' = x + 1
    action jump(n) = x' = x + n
    /// @invariant
    val positive = x >= 0
    val pair = (x, x)
    def above(n) = x > n
    temporal forever = always(x >= 0)
  }
  """

private func options(_ change: (inout MachineOptions) -> Void) -> MachineOptions {
  var options = MachineOptions()
  change(&options)
  return options
}

@Suite struct MachineOptionTests {
  @Test func optionsReplaceTaggedProperties() {
    let properties = SpecText(counter).properties(
      options {
        $0.invariants = ["x > -1, above(1)", "Set(x, 1).size() > 0"]
        $0.temporal = ["forever"]
        $0.witnesses = ["x == 3"]
      })
    #expect(
      properties == [
        "invariant x > -1", "invariant above(1)", "invariant Set(x, 1).size() > 0", "temporal forever",
        "witness x == 3",
      ])
  }

  @Test func optionsDropExpectationsButSize() {
    let text = "/// @size M\n/// @expect violated positive\n/// @expect states 3\n" + counter
    let machine = SpecText(text).machine(options { $0.invariants = ["positive"] }).machine
    #expect(machine?.expectations.size == .medium)
    #expect(machine?.expectations.violated.count == 0)
    #expect(machine?.expectations.states == nil)
  }

  @Test func otherTransitionsHaveNoExpectations() {
    let text = "/// @expect states 3\n" + counter
    let machine = SpecText(text).machine(options { $0.step = "jump(2)" }).machine
    #expect(machine?.properties.map(\.name) == ["positive"])
    #expect(machine?.expectations.states == nil)
  }

  @Test func stepCanBeAnyAction() throws {
    let machine = try #require(
      SpecText(counter).machine(options { $0.step = "any { jump(2), step }" }).machine)
    let step = try #require(machine.step)
    #expect(machine[step].updates.map(\.index) == [0])
  }

  @Test(
    arguments: [
      ("y > 0", "--invariant:1:1 [QNT404] name `y` not found"),
      ("x >", "--invariant:1:4 [QNT000] expected an expression, but the text ends here"),
      ("x + true > 1", "--invariant:1:5 [QNT000] expected int, found bool: right side of `+`"),
      ("pair", "--invariant:1:1 [QNT000] property `pair` must be boolean, found (int, int)"),
    ])
  func faultyInvariantIsReported(text: String, complaint: String) {
    #expect(SpecText(counter).complaints(options { $0.invariants = [text] }) == [complaint])
  }

  @Test func invariantMayNotUpdate() {
    #expect(
      SpecText(counter).complaints(options { $0.invariants = ["x' = 1"] }) == [
        "--invariant:1:1 [QNT000] property `x' = 1` is an action, not a property"
      ])
  }

  @Test func invariantMayNotBeTemporal() {
    #expect(
      SpecText(counter).complaints(options { $0.invariants = ["forever"] }) == [
        "--invariant:1:1 [QNT000] property `forever` is a temporal formula"
      ])
  }

  @Test func invariantMayNotBeAnOperator() {
    #expect(
      SpecText(counter).complaints(options { $0.invariants = ["above"] }) == [
        "--invariant:1:1 [QNT000] property `above` takes parameters"
      ])
  }

  @Test func invariantMayNotPick() {
    #expect(
      SpecText(counter).complaints(options { $0.invariants = ["Set(1).oneOf() > 0"] }) == [
        "--invariant:1:1 [QNT203] `oneOf` can only be the outermost operator of a `nondet` definition"
      ])
  }

  @Test func actionsWithParametersAreNoSteps() {
    #expect(
      SpecText(counter).complaints(options { $0.step = "jump" }) == [
        "--step:1:1 [QNT501] `step` takes parameters"
      ])
  }

  @Test func missingTransitionsAreErrors() {
    let spec = SpecText("module 1️⃣m { var x: int\naction Init = x' = 0 }")
    #expect(
      spec.complaints() == [
        "1️⃣ [QNT404] module `m` has no action `init`", "1️⃣ [QNT404] module `m` has no action `step`",
      ])
    #expect(
      spec.machine().diagnostics.map(\.hint) == [
        "name it with --init, or another module with --main; did you mean `Init`?",
        "name it with --step, or another module with --main",
      ])
  }

  @Test func libraryHasAMachineWithoutTransitions() {
    let spec = SpecText("module m { val a = 1 }")
    #expect(spec.machine(options { $0.needsTransitions = false }).machine?.step == nil)
  }

  @Test func valueIsNoInitialAction() {
    let spec = SpecText("module m { var x: int\nval 1️⃣init = x == 0\naction step = x' = x }")
    #expect(spec.complaints() == ["1️⃣ [QNT501] `init` is declared `val`, not an action"])
  }

  @Test func variableIsNoInitialAction() {
    let spec = SpecText("module 1️⃣m { var init: int\naction step = init' = 0 }")
    #expect(spec.complaints() == ["1️⃣ [QNT404] module `m` has no action `init`"])
    #expect(
      spec.complaints(options { $0.initial = "init" }) == [
        "--init:1:1 [QNT501] `init` is a variable, not an action"
      ])
    #expect(spec.machine(options { $0.needsTransitions = false }).machine?.step != nil)
  }

  @Test func forgottenVariableIsAWarning() {
    let spec = SpecText(
      "module m { var x: int\nvar y: int\naction init = all { x' = 0, y' = 0 }\naction 1️⃣step = x' = y }")
    #expect(spec.complaints() == ["1️⃣ warning [QNT502] `step` does not assign `y`"])
    #expect(spec.machine().machine != nil)
  }

  @Test func specWithErrorsHasNoMachine() {
    let spec = SpecText("module m { var x: int\naction init = x' = true\naction step = x' = x }")
    #expect(spec.machine().machine == nil)
  }

  @Test func taggedQuantityMustBeAnInteger() {
    let spec = SpecText(
      "module m { var x: int\naction init = x' = 0\naction step = x' = x\n/// 1️⃣@bound maximize\nval q = x > 1 }"
    )
    #expect(spec.complaints() == ["1️⃣ [QNT000] the quantity `q` must be an integer, found bool"])
  }
}
