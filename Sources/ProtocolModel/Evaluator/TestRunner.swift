/// Runs Quint's tests: boolean definitions that are executed with random choices from a
/// state without variables, many times if there is something to choose.
public struct TestRunner {
  public let machine: Machine
  private let evaluator: Evaluator
  /// How often a test is run at most.
  public var maxSamples = 10_000
  /// Where the random choices of the first sample begin.
  public var seed: UInt64 = TestRunner.defaultSeed
  /// True when one sample with just this seed is wanted.
  public var isReplay = false

  public static let defaultSeed: UInt64 = 0x5EED

  public init(machine: Machine, debugHandler: ((String) -> Void)? = nil) {
    self.machine = machine
    evaluator = Evaluator(machine: machine)
    evaluator.keepsStory = true
    evaluator.debugHandler = debugHandler
  }

  /// What became of a test.
  public struct Result: Sendable {
    public var samples: Int
    /// The seed of the last sample, with which it can be repeated.
    public var seed: UInt64
    /// Nil when every sample was true.
    public var failure: Failure?
    /// States of the last sample.
    public var trace: Trace
  }

  public enum Failure: Sendable {
    case isFalse
    case error(EvaluationError)
  }

  /// Runs one test; `shouldStop` is asked before each sample and now and then in long ones.
  public func run(_ test: FunctionID, shouldStop: @escaping () -> Bool = { false }) -> Result {
    evaluator.shouldStop = shouldStop
    defer { evaluator.shouldStop = nil }
    var seeds = SplitMix64(seed: seed)
    var result = Result(samples: 0, seed: seed, trace: Trace(steps: []))
    repeat {
      result.seed = isReplay ? seed : seeds.next()
      result.samples += 1
      var random = SplitMix64(seed: result.seed)
      var hasChosen = false
      var steps: [Step] = []
      evaluator.unload()
      do throws(EvaluationError) {
        let outcome = try evaluator.runOnce(test, random: &random, hasChosen: &hasChosen, passed: &steps)
        if let outcome {
          if outcome.values.contains(where: { $0 != nil }) { steps.append(evaluator.step(to: outcome)) }
        } else {
          result.failure = .isFalse
        }
      } catch {
        result.failure = .error(error)
      }
      result.trace = Trace(steps: steps)
      if result.failure != nil || !hasChosen || isReplay { break }
    } while result.samples < maxSamples && !shouldStop()
    return result
  }
}
