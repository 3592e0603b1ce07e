import ProtocolModel
import TestSupport
import Testing

@testable import Checker

/// States that the code gives up on, though they have successors: the evaluator expands them.
@Suite struct RescueTests {
  /// Code that gives up on every state that a test picks.
  private final class GivingUp: SuccessorEngine {
    private let inner: any SuccessorEngine
    private let isLeft: (UInt8) -> Bool

    init(_ inner: any SuccessorEngine, on isLeft: @escaping (UInt8) -> Bool) {
      (self.inner, self.isLeft) = (inner, isLeft)
    }

    func expand(
      _ states: UnsafePointer<UInt8>, stride: Int, count: Int, into output: UnsafeMutablePointer<UInt64>,
      room: Int, counts: UnsafeMutablePointer<UInt32>, fired: UnsafeMutablePointer<UInt8>
    ) -> Expansion {
      let some = (0..<count).first { isLeft(states[$0 * stride]) } ?? count
      var done = inner.expand(
        states, stride: stride, count: some, into: output, room: room, counts: counts, fired: fired)
      if done.states == some, some < count { done.gaveUp = true }
      return done
    }

    func judge(
      _ states: UnsafePointer<UInt8>, stride: Int, count: Int, truths: UnsafeMutablePointer<UInt64>,
      quantities: UnsafeMutablePointer<Int>
    ) {
      inner.judge(states, stride: stride, count: count, truths: truths, quantities: quantities)
    }

    func judgeSteps(
      from state: UnsafePointer<UInt8>, to rows: UnsafePointer<UInt64>, count: Int,
      truths: UnsafeMutablePointer<UInt64>
    ) {
      inner.judgeSteps(from: state, to: rows, count: count, truths: truths)
    }
  }

  /// A search over packed states, and the same by the evaluator without limits.
  private static func run(
    _ declarations: String, threads: Int, givingUpOn isLeft: @escaping (UInt8) -> Bool,
    _ change: (inout SearchOptions) -> Void = { _ in }
  ) throws -> (packed: SearchResult, evaluated: SearchResult) {
    let text = SpecText("module m {\n\(declarations)\n}\n")
    let machine = try #require(text.machine().machine, "\(text.complaints().joined(separator: "\n"))")
    var options = SearchOptions()
    options.keepsGoing = true
    options.checksDeadlock = true
    let first = BreadthFirstSearch(machine: machine, options: options)
    let evaluated = first.run()
    change(&options)
    let shapes = try zip(machine.variables, first.observedValues).map { variable, values in
      try #require(Shape(of: values, type: variable.type))
    }
    let questions = try JudgedQuestions(SearchReport(machine: machine, options: options))
    let code = try SuccessorCode(machine, layout: StateLayout(shapes: shapes), questions: questions.asked)
    let search = try PackedSearch(
      machine: machine, options: options, code: code, questions: questions,
      evaluator: Evaluator(machine: machine), threads: threads, coverage: CoverageLedger([]), goals: .none)
    for worker in search.workers { worker.engine = GivingUp(worker.engine, on: isLeft) }
    let initialStates = (0..<first.initialCount).map { first.values(at: StateStore.Index($0)) }
    guard case .finished(let result) = search.run(from: initialStates) else {
      Issue.record("not finished")
      return (evaluated, evaluated)
    }
    return (result, evaluated)
  }

  private static let model = """
    var x: int
    var y: int
    action init = { nondet a = 0.to(9).oneOf() all { x' = a, y' = 0 } }
    action step = {
      nondet d = 1.to(6).oneOf()
      all { x + y < 90, x' = (x + d) % 64, y' = (y + d * d) % 64 }
    }
    /// @invariant
    val p = x + y < 120
    /// @temporal
    temporal t = always(next(x) != x + 6 or next(y) < 60)
    /// @bound maximize
    val most = x * y
    """

  private static func summary(_ result: SearchResult) -> [String] {
    let statistics = result.statistics
    let counts = [statistics.distinct, statistics.generated, statistics.depth, statistics.deadEnds]
    return ["\(counts)"]
      + (result.properties + [result.deadlock].compactMap { $0 }).map {
        "\($0.name) \($0.verdict) \($0.strength) \($0.steps ?? -1) \($0.value?.description ?? "")"
      }
  }

  @Test(arguments: [1, 3]) func rescuedStatesHaveTheirSuccessors(threads: Int) throws {
    let all = try Self.run(Self.model, threads: threads) { _ in true }
    #expect(Self.summary(all.packed) == Self.summary(all.evaluated))
    let some = try Self.run(Self.model, threads: threads) { $0 % 3 == 0 }
    #expect(Self.summary(some.packed) == Self.summary(some.evaluated))
  }

  /// The evaluator's rows used to be sorted by what one of the threads had seen.
  @Test func tracesDoNotDependOnTheNumberOfThreads() throws {
    let one = try Self.run(Self.model, threads: 1) { $0 % 3 == 0 }
    let four = try Self.run(Self.model, threads: 4) { $0 % 3 == 0 }
    for (a, b) in zip(one.packed.properties, four.packed.properties) {
      #expect(a.trace?.steps.map(\.state.values) == b.trace?.steps.map(\.state.values))
    }
  }
}
