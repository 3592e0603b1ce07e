import ProtocolModel

/// What random runs showed.
public struct SimulationResult: Sendable {
  public var statistics: SimulationStatistics
  /// One for each property that was judged, in the machine's order.
  public var properties: [PropertyResult]
  /// The violating runs that were found, the shortest first; then, up to the number that
  /// was wanted, the longest of the others.
  public var traces: [SampledTrace]
  /// An expression of the model without value, and the behavior that leads to it.
  public var failure: SearchResult.Failure?
  /// Assumptions that are false; then there are no runs.
  public var falseAssumptions: [Assumption]
  /// Why the simulation was cut short; nil when it was not.
  public var stopped: StopReason?

  /// True when some run violated a property.
  public var hasViolation: Bool { properties.contains { $0.kind != .witness && $0.verdict == .violated } }
}

/// A run that is shown.
public struct SampledTrace: Sendable {
  public var trace: Trace
  /// Of the run; with it, the run can be repeated.
  public var seed: UInt64
  /// Names of the properties that are false at its end.
  public var violated: [String]
  /// It ends in a runtime error.
  public var isFailure = false
  /// What shrinking did, if it was tried.
  public var shrinking: Shrinking?

  public struct Shrinking: Hashable, Sendable {
    /// Steps of the run as it was found.
    public var steps: Int
    /// Runs that were made to shorten it.
    public var runs: Int
  }
}

/// Counters of a simulation.
public struct SimulationStatistics: Sendable {
  /// Runs that were made.
  public var samples = 0
  /// Runs that got past `init`.
  public var started = 0
  /// States of the shortest run, of the longest, and of all together.
  public var shortest = 0
  public var longest = 0
  public var states = 0
  /// By witness, in how many runs it was true in some state.
  public var witnessed: [(name: String, runs: Int)] = []
  /// What became of the actions of `step`, in order of declaration.
  public var actions: [(function: FunctionID, count: ActionCount)] = []

  public init() {}
}
