import ProtocolModel

/// What a simulation is asked, and where it has to end.
public struct SimulationOptions: Sendable {
  /// Runs, each from an initial state.
  public var maxSamples = 10_000
  /// Steps of a run behind its initial state.
  public var maxSteps = 20
  /// How many traces are wanted: the simulation ends after so many violating runs.
  public var traces = 1
  public var threads = 1
  /// Where the random choices of the first run begin; those of the others are made from it.
  public var seed: UInt64 = TestRunner.defaultSeed
  /// How likely the entries of an `any` are to be tried first, by names of actions; 1
  /// for the others. An entry of weight 0 is tried when all others are false.
  public var weights: [String: Int] = [:]
  /// Makes the violating run smaller; only when one trace is wanted, since several
  /// would become the same.
  public var shrinks = true
  /// Names of the properties to judge; nil for all of the machine's.
  public var properties: [String]?
  /// The simulation ends when all of these are violated, instead of at the first violation.
  public var expectedViolations: [String] = []
  public var limits = SearchLimits()

  public init() {}
}

/// The seeds of the runs of a simulation.
///
/// The first run has the seed of the simulation itself, so that the seed of a run,
/// given as that of a simulation, repeats it.
struct SampleSeeds {
  let seed: UInt64

  subscript(sample: Int) -> UInt64 {
    if sample == 0 { return seed }
    var generator = SplitMix64(seed: seed ^ (UInt64(sample) &* 0x9E37_79B9_7F4A_7C15))
    _ = generator.next()
    return generator.next()
  }
}
