import ProtocolModel
import TestSupport
import Testing

private let base = """
  module base {
    const N: int
    var x: int
    action init = x' = 0
    action step = x' = (x + 1) % N
    /// @invariant
    val small = x < N
    /// @witness
    val last = x == N - 1
    val even = x % 2 == 0
  }

  """

@Suite struct ExpectationTests {
  @Test func untaggedDefinitionBecomesAnInvariant() {
    let spec = SpecText(base + "/// @expect holds even\nmodule m { import base(N = 3).* }")
    #expect(spec.properties(of: "m") == ["invariant small", "witness last", "invariant even"])
  }

  @Test func stepsAreKept() throws {
    let spec = SpecText(base + "/// @expect violated small steps 4\nmodule m { import base(N = 3).* }")
    let violation = try #require(spec.machine(of: "m").machine?.expectations.violated.first)
    #expect(violation.property == "small" && violation.steps == 4)
  }

  @Test func unknownPropertyIsAnError() {
    let spec = SpecText(base + "/// 1️⃣@expect violated smal\nmodule m { import base(N = 3).* }")
    #expect(spec.complaints(of: "m") == ["1️⃣ [QNT404] `smal` is no property of module `m`"])
    #expect(spec.machine(of: "m").diagnostics.map(\.hint) == ["did you mean `small`?"])
  }

  @Test func qualifiedNameIsSuggested() {
    let spec = SpecText(
      base
        + """
        /// @expect violated small
        module m {
          import base(N = 3) as B
          action init = B::init
          action step = B::step
        }
        """
    )
    #expect(spec.machine(of: "m").diagnostics.map(\.hint) == ["did you mean `B::small`?"])
  }

  @Test func actionIsNoProperty() {
    let spec = SpecText(base + "/// 1️⃣@expect violated step\nmodule m { import base(N = 3).* }")
    #expect(spec.complaints(of: "m") == ["1️⃣ [QNT000] property `step` is an action, not a property"])
  }

  @Test func contradictionIsAnError() {
    let spec = SpecText(
      base + "/// @expect violated small\n/// 1️⃣@expect holds small\nmodule m { import base(N = 3).* }")
    #expect(spec.complaints(of: "m") == ["1️⃣ [QNT000] two expectations of `small`"])
  }
}
