import ProtocolModel

/// What a search is asked, and where it has to end.
public struct SearchOptions: Sendable {
  /// Depth of the search in steps; nil for all of it. Part of the question: a search
  /// that ends here is not cut short.
  public var maxSteps: Int?
  /// A state without successor violates the property `deadlock`.
  public var checksDeadlock = false
  /// Names of the properties to judge; nil for all of the machine's.
  public var properties: [String]?
  /// Goes on after the first violation for the properties that are still undecided.
  public var keepsGoing = false
  public var limits = SearchLimits()
  /// What takes the steps.
  public var engine = ExhaustiveSearch.Engine.automatic
  /// Threads of a search over packed states.
  public var threads = 1
  /// A folder for files that packed states are kept in; nil keeps them in memory.
  public var spillFolder: String?
  /// Where the C text of the step is kept; nil for nowhere.
  public var keptNativeFolder: String?
  /// Waits for native code before the first packed state is expanded: for tests.
  public var waitsForNative = false
  /// States that the evaluator explores before the step is compiled.
  public var compilesFrom = 1_000
  /// States from which on a search for loops decides first whether there is any, in less memory.
  public var decidesLoopsFrom = 20_000
  /// States from which on violations of temporal properties are looked for among those that are known, again
  /// when these are many times more.
  public var looksForLoopsFrom = 32_768
  /// For temporal properties, fairness that is not needed or that would help is looked for.
  public var advisesOnFairness = false
  /// Seconds for the search; whoever owns a clock turns them into `limits.isTimeOver`.
  public var maxSeconds: Int?
  /// For whoever shows the progress: it is wanted even where there is no terminal.
  public var tellsProgress = false

  /// Counts in how many states each quantity has which value.
  public var countsValues = false
  /// What should happen in some state; see `Machine.withCoverage`.
  public var coverage: [CoverageQuestion] = []

  public init() {}
}

/// What cuts a search short.
public struct SearchLimits: Sendable {
  /// Distinct states.
  public var states: Int?
  /// Resident bytes of the process, as `memoryInUse` tells them.
  public var memory: Int?
  /// Asked every few thousand transitions.
  public var memoryInUse: (@Sendable () -> Int)?
  /// True once the time is over.
  public var isTimeOver: (@Sendable () -> Bool)?
  /// True once somebody asked to stop.
  public var isInterrupted: (@Sendable () -> Bool)?

  public init() {}

  /// What may still be spent on the states that were found once a limit has ended their search, which took
  /// so long: a tenth of the memory, and a tenth of the time, a second at least; no more than a second
  /// where the time is limited, once it is over.
  func extended(after duration: Duration) -> SearchLimits {
    var limits = self
    let now = ContinuousClock.now
    let (least, most) = (now + .seconds(1), now + max(.seconds(1), duration / 10))
    limits.isTimeOver = { [isTimeOver] in
      let now = ContinuousClock.now
      return now > most || now > least && isTimeOver?() == true
    }
    limits.states = nil
    if let memory { limits.memory = memory + memory / 10 }
    return limits
  }

  /// What stops whatever is being done, also between states: somebody asked to, or the time is over; nil
  /// to go on. It is asked for by any thread, and costs little.
  var interruption: StopReason? {
    if isInterrupted?() == true { return .interrupted }
    if isTimeOver?() == true { return .time }
    return nil
  }

  /// Why to stop now; nil to go on.
  func reached(states count: Int) -> StopReason? {
    if let states, count >= states { return .states(states) }
    if let interruption { return interruption }
    if let memory, let memoryInUse, memoryInUse() > memory { return .memory(memory) }
    return nil
  }
}

/// Why a search ended before it was done.
public enum StopReason: Hashable, Sendable {
  case states(Int)
  case memory(Int)
  case time
  case interrupted
  /// Something could not be evaluated within the limits of the evaluator.
  case evaluation(String)
}

/// Counters of a search.
public struct SearchStatistics: Hashable, Sendable {
  /// Distinct states.
  public var distinct = 0
  /// Transitions, each way to take a step counted; initial states not.
  public var generated = 0
  /// Greatest distance of a state from an initial one, in steps.
  public var depth = 0
  /// States that are still to be expanded.
  public var frontier = 0
  /// States without successor.
  public var deadEnds = 0
  /// States of the present level, and of the one before.
  public var levelStates = 0
  public var previousLevelStates = 0

  /// How much larger the present level is than the one before; nil on the first.
  public var growth: Double? {
    previousLevelStates == 0 ? nil : Double(levelStates) / Double(previousLevelStates)
  }

  mutating func beginLevel(_ states: Int) {
    previousLevelStates = levelStates
    levelStates = states
  }

  public init() {}
}
