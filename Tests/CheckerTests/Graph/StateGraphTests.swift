import Checker
import ProtocolModel
import TestSupport
import Testing

@Suite struct StateGraphTests {
  private static func machine(_ declarations: String) throws -> Machine {
    let text = SpecText("module m {\n\(declarations)\n}\n")
    return try #require(text.machine().machine, "\(text.complaints().joined(separator: "\n"))")
  }

  /// A counter to 3 that may stay where it is.
  private static let counter = """
    var x: int
    action init = x' = 0
    action up = all { x < 3, x' = x + 1 }
    action stay = x' = x
    action step = any { up, stay }
    /// @invariant
    val small = x < 2
    /// @witness
    val one = x == 1
    /// @temporal
    temporal notBack = always(next(x) != 3)
    """

  @Test func everyStepIsAnEdge() throws {
    let graph = try StateGraph.of(Self.machine(Self.counter), .init())
    #expect(graph.nodes.map(\.depth) == [0, 1, 2, 3])
    let edges = graph.nodes.map { $0.edges.map { "\($0.action?.name ?? "-") \($0.target)" } }
    #expect(edges == [["up 1", "stay 0"], ["up 2", "stay 1"], ["up 3", "stay 2"], ["stay 3"]])
  }

  @Test func propertiesAreNotedWhereTheyAreDecided() throws {
    let machine = try Self.machine(Self.counter)
    let graph = try StateGraph.of(machine, .init())
    let names = graph.nodes.map { $0.marked.map { machine.properties[$0].name } }
    #expect(names == [[], ["one"], ["small"], ["small"]])
    let steps = graph.nodes.flatMap { $0.edges.filter { !$0.violated.isEmpty }.map(\.target) }
    #expect(steps == [3, 3])
    #expect(graph.violationPath == [0, 1, 2])
  }

  @Test func refusalsAreTold() throws {
    var request = StateGraph.Request()
    request.explainsRefusals = true
    let graph = try StateGraph.of(Self.machine(Self.counter), request)
    let reasons = graph.nodes.map { $0.refused.flatMap { $0.reasons.map(\.description) } }
    #expect(reasons == [[], [], [], ["x < 3   (3 < 3)"]])
  }

  @Test func tooManyStatesAreAFailure() throws {
    var request = StateGraph.Request()
    request.maxStates = 3
    let machine = try Self.machine(Self.counter)
    let failure = #expect(throws: StateGraph.Failure.self) { try StateGraph.of(machine, request) }
    guard case .stopped(.states(3))? = failure else {
      Issue.record("\(failure as Any)")
      return
    }
  }

  @Test func depthCanBeLimited() throws {
    var request = StateGraph.Request()
    request.maxSteps = 2
    let graph = try StateGraph.of(Self.machine(Self.counter), request)
    #expect(graph.nodes.map { $0.edges.count } == [2, 2, 0])
  }

  @Test func errorOfTheModelIsAFailure() throws {
    let machine = try Self.machine(
      "var x: int\n action init = x' = 0\n action step = x' = 1 / x")
    let failure = #expect(throws: StateGraph.Failure.self) { try StateGraph.of(machine, .init()) }
    guard case .failed(let error, "in `step`")? = failure else {
      Issue.record("\(failure as Any)")
      return
    }
    #expect(error.id == .badArithmetic)
  }

  /// Random machines: the graph has the states and transitions that the search counts.
  @Test func graphHasWhatTheSearchCounts() throws {
    var compared = 0
    for seed in UInt64(1)...60 {
      var generator = MachineGenerator(seed: seed)
      guard let machine = SpecText(generator.machine().quintText).machine().machine else { continue }
      var options = SearchOptions()
      options.keepsGoing = true
      options.limits.states = 500
      let result = BreadthFirstSearch(machine: machine, options: options).run()
      guard result.isExhausted else { continue }
      var request = StateGraph.Request()
      request.maxStates = 500
      let graph = try StateGraph.of(machine, request)
      let statistics = result.statistics
      #expect(graph.nodes.count == statistics.distinct, "seed \(seed)")
      #expect(graph.nodes.reduce(0) { $0 + $1.edges.count } == statistics.generated, "seed \(seed)")
      #expect(graph.nodes.last?.depth ?? 0 == statistics.depth, "seed \(seed)")
      compared += 1
    }
    #expect(compared > 20)
  }
}
