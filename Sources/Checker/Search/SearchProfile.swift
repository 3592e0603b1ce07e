import ProtocolModel

/// What multiplies the states of a model: how many ways each action has, and how many values
/// each variable takes, in a sample of the states.
public struct SearchProfile: Sendable {
  /// Names with the number of ways to take them in a state, on average; the most frequent first.
  public var actions: [(name: String, perState: Double)] = []
  /// Names with the number of different values in the sample; the most first.
  public var variables: [(name: String, values: Int)] = []
  public var sampledStates = 0
  /// A state has more ways than these, so that none were counted; nil where all were.
  public var uncountedWays: Int?

  /// States that a sample has at most.
  static let sampleSize = 128
  /// Steps that are taken in all of them.
  private static let stepLimit = 20_000

  /// Runs the step once in each state of a sample, as far as that has not too many ways and takes not long.
  ///
  /// - Complexity: O(transitions of the sample), of which there are at most `stepLimit`.
  init(_ evaluator: Evaluator, sample: [[Value?]], within time: Duration) {
    let machine = evaluator.machine
    var counts: [String: Int] = [:]
    var expanded = 0
    var rest = Self.stepLimit
    let end = ContinuousClock.now + time
    let shouldStop = evaluator.shouldStop
    evaluator.shouldStop = { ContinuousClock.now > end }
    defer { evaluator.shouldStop = shouldStop }
    if let step = machine.step {
      // Early and late states by turns: a sample that is cut short is one of all.
      for index in sample.indices where rest > 0 && ContinuousClock.now <= end {
        evaluator.load(sample[index &* Self.stride % sample.count])
        var ways: [String: Int] = [:]
        do throws(EvaluationError) {
          try evaluator.forEachOutcome(of: step) { outcome in
            let taken = evaluator.step(to: outcome)
            ways[(taken.action ?? taken.enclosingAction)?.name ?? machine[step].name, default: 0] += 1
            rest -= 1
            return rest > 0
          }
        } catch {
          continue
        }
        // A state that was not left by all its ways says nothing of their number.
        guard rest > 0 else {
          if expanded == 0 { uncountedWays = Self.stepLimit }
          break
        }
        expanded += 1
        counts.merge(ways, uniquingKeysWith: +)
      }
    }
    var values = [Set<Value>](repeating: [], count: machine.variables.count)
    for state in sample {
      for (variable, value) in state.enumerated() { if let value { values[variable].insert(value) } }
    }
    sampledStates = sample.count
    let size = Double(max(1, expanded))
    actions = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      ($0.key, Double($0.value) / size)
    }
    variables = zip(machine.variables, values).map { ($0.name, $1.count) }.sorted {
      ($1.values, $0.name) < ($0.values, $1.name)
    }
  }

  /// A prime above the size of any sample.
  private static let stride = 131

  /// Numbers of at most `sampleSize` states, evenly spread over so many.
  static func places(among count: Int) -> [Int] {
    let size = min(sampleSize, count)
    return (0..<size).map { $0 * count / size }
  }
}

extension PackedSearch {
  /// What multiplies the states, from a sample of all that are stored.
  func profile(within time: Duration) -> SearchProfile {
    var sample: [[Value?]] = []
    for place in SearchProfile.places(among: store.count) {
      var rest = place
      for (number, partition) in store.partitions.enumerated() {
        if rest < partition.count {
          sample.append(store.values(at: .init(partition: number, number: rest)))
          break
        }
        rest -= partition.count
      }
    }
    return SearchProfile(evaluator, sample: sample, within: time)
  }
}
