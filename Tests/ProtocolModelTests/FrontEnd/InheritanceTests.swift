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

@Suite struct InheritanceTests {
  @Test func unnamedInstanceHasTheBareNames() {
    let spec = SpecText(base + "module m { import base(N = 3).* }")
    #expect(spec.properties(of: "m") == ["invariant small", "witness last"])
  }

  @Test func propertiesSpeakOfTheVariablesOfTheInstance() throws {
    let spec = SpecText(base + "module m { import base(N = 3).* }")
    let machine = try #require(spec.machine(of: "m").machine)
    #expect(machine.variables.map(\.name) == ["m::base::x"])
    #expect(machine.constants.map(\.name) == ["m::base::N"])
    #expect(machine.openConstants == [])
    #expect(machine.properties.map { machine[$0.function].reads.map(\.index) } == [[0], [0]])
  }

  @Test func namedInstanceIsReachedThroughDefinitionsThatNameIt() {
    let spec = SpecText(
      base + "module m { import base(N = 3) as B\n action init = B::init\n action step = B::step }")
    #expect(spec.properties(of: "m") == ["invariant B::small", "witness B::last"])
  }

  @Test func namedInstanceIsReachedThroughOptions() {
    var options = MachineOptions()
    options.initial = "B::init"
    options.step = "B::step"
    let spec = SpecText(base + "module m { import base(N = 3) as B\n import base(N = 4) as C }")
    #expect(spec.properties(of: "m", options) == ["invariant B::small", "witness B::last"])
  }

  @Test func otherInstancesAreNotInherited() {
    let spec = SpecText(base + "module m { import base(N = 3).*\n import base(N = 4) as C }")
    #expect(spec.properties(of: "m") == ["invariant small", "witness last"])
  }

  @Test func ownPropertiesCome() {
    let spec = SpecText(base + "module m { import base(N = 3).*\n /// @invariant\n val own = x > -1 }")
    #expect(spec.properties(of: "m") == ["invariant small", "witness last", "invariant own"])
  }

  @Test func propertiesWithoutAVisibleNameAreInherited() throws {
    let middle = "module middle { import base(N = 3) as B\n export B.init\n export B.step }\n"
    let spec = SpecText(base + middle + "module m { import middle.* }")
    #expect(spec.properties(of: "m") == ["invariant B::small", "witness B::last"])
    let machine = try #require(spec.machine(of: "m").machine)
    #expect(machine.variables.map(\.name) == ["middle::B::x"])
  }

  @Test func modulesThatExportTheTransitionsCount() {
    let wrapper = """
      module wrapper {
        import base(N = 3).*
        export base.*
        /// @invariant
        val positive = x >= 0
      }

      """
    let spec = SpecText(base + wrapper + "module m { import wrapper.* }")
    #expect(spec.properties(of: "m") == ["invariant small", "witness last", "invariant positive"])
  }

  @Test func instanceOfAnInstanceIsSeenThroughBoth() throws {
    let wrapper = """
      module wrapper {
        const K: int
        import base(N = K).*
        export base.*
        /// @invariant
        val positive = x < K
      }

      """
    let spec = SpecText(
      base + wrapper + "module m { import wrapper(K = 5) as W\naction init = W::init\naction step = W::step }"
    )
    #expect(spec.properties(of: "m") == ["invariant W::small", "witness W::last", "invariant W::positive"])
    let machine = try #require(spec.machine(of: "m").machine)
    #expect(machine.openConstants == [])
    #expect(machine.variables.count == 1)
  }

  @Test func libraryOfAnInstanceGivesNothing() {
    let library = "module library {\n/// @invariant\nval always1 = true\npure def inc(i) = i + 1 }\n"
    let main = "module m { import library.*\nvar x: int\naction init = x' = 0\naction step = x' = inc(x) }"
    #expect(SpecText(library + main).properties(of: "m") == [])
  }

  @Test func tagsCanStandAtTheImport() {
    let spec = SpecText(base + "module m {\n/// @size L\n/// @expect violated last\nimport base(N = 3).* }")
    let expectations = spec.machine(of: "m").machine?.expectations
    #expect(expectations?.size == .large)
    #expect(expectations?.violated.map(\.property) == ["last"])
  }
}
