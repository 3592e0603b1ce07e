public import ProtocolModel
import Synchronization

/// What an engine asks of a solver. Terms belong to one growing graph, which the caller
/// hands over with each call.
public protocol Solver: AnyObject {
  typealias Term = TermGraph.Term

  /// Makes unknowns known, with their bounds: before they are used.
  func declare(_ numbers: Range<Int>, _ inputs: SymbolicInputs)
  func assert(_ term: Term, _ graph: TermGraph)
  func push()
  func pop()
  /// Whether everything that is asserted can be true, together with the assumptions.
  func check(assuming assumptions: [Term], _ graph: TermGraph) -> SolverAnswer
  /// After `.satisfiable`: the value of a term in the model; booleans are 0 and 1. Unknowns that
  /// do not matter have a value, too.
  func value(of term: Term, _ graph: TermGraph) -> Integer?
  /// After `.unsatisfiable`: positions of assumptions that together are impossible.
  func core() -> [Int]
}

public enum SolverAnswer: Hashable, Sendable {
  case satisfiable, unsatisfiable
  /// The solver gave up, or was stopped; why.
  case unknown(String)
}

/// When solvers have to stop.
public struct SolverLimits: Sendable {
  /// Seconds of a clock that only moves forward; nil for no limit.
  public var deadline: Double?
  /// Seconds of processor time of the whole process; nil for no limit. What an engine gets of the
  /// whole time is counted so, so that its answer does not depend on how busy the computer is.
  public var processorDeadline: Double?
  /// True once somebody asked to stop.
  public var isInterrupted: (@Sendable () -> Bool)?
  /// MiB that all solvers of the process may use together.
  public var memory: Int
  /// Counts the questions.
  public var meter: SolverMeter?
  /// Receives all that each solver was asked, when it is done.
  public var log: QueryLog?

  public init(
    deadline: Double? = nil, memory: Int = 6_000, isInterrupted: (@Sendable () -> Bool)? = nil
  ) {
    self.deadline = deadline
    self.memory = memory
    self.isInterrupted = isInterrupted
  }

  /// The same with a nearer deadline.
  public func ending(in seconds: Double) -> SolverLimits {
    var limits = self
    let end = MonotonicClock.seconds + seconds
    limits.deadline = min(deadline ?? end, end)
    return limits
  }

  /// The same with so much processor time at most.
  public func spending(_ seconds: Double) -> SolverLimits {
    var limits = self
    let end = ProcessorClock.seconds + seconds
    limits.processorDeadline = min(processorDeadline ?? end, end)
    return limits
  }

  public var isOver: Bool {
    if isInterrupted?() == true { return true }
    if let processorDeadline, ProcessorClock.seconds >= processorDeadline { return true }
    return deadline.map { MonotonicClock.seconds >= $0 } ?? false
  }

  /// Seconds that are left; nil without limit.
  public var rest: Double? { deadline.map { max(0, $0 - MonotonicClock.seconds) } }
}

/// Collects what solvers are asked, as SMT-LIB: one document a solver, in the order in which they began.
public final class QueryLog: Sendable {
  private let count = Mutex(0)
  private let write: @Sendable (_ name: String, _ text: String) -> Void

  public init(write: @escaping @Sendable (_ name: String, _ text: String) -> Void) { self.write = write }

  func nextNumber() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }

  func save(_ number: Int, _ text: String) {
    let digits = String(number)
    write(String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".smt2", text)
  }
}
