import ProtocolModel

/// What several runs came to. Tallies of consecutive runs add up to that of all, whoever
/// made them.
struct SampleTally: Sendable {
  var samples = 0
  var started = 0
  var states = 0
  var shortest = Int.max
  var longest = 0
  /// By property: runs in which it, as a witness, was true in some state.
  var witnessed: [Int]
  /// By property: the extreme of a bound.
  var extremes: [Extreme?]
  /// By function.
  var actions: [ActionCount] = []
  /// The longest runs without violation, up to the number of traces wanted.
  var examples: [Example] = []
  private let exampleLimit: Int

  struct Extreme: Sendable {
    var value: Integer
    var sample: Int
    /// Number of the state in its run.
    var state: Int
  }

  struct Example: Sendable {
    var sample: Int
    var states: Int
  }

  init(properties: Int, examples: Int) {
    witnessed = Array(repeating: 0, count: properties)
    extremes = Array(repeating: nil, count: properties)
    exampleLimit = examples
  }

  /// Counts a run of a number of states.
  mutating func count(states count: Int) {
    samples += 1
    if count > 0 { started += 1 }
    states += count
    shortest = min(shortest, count)
    longest = max(longest, count)
  }

  /// Keeps a run as an example if it is among the longest; of equal ones the first counts.
  mutating func propose(_ example: Example) {
    if examples.count == exampleLimit {
      guard let last = examples.last, last.states < example.states else { return }
      examples.removeLast()
    }
    let place = examples.firstIndex { $0.states < example.states } ?? examples.count
    examples.insert(example, at: place)
  }

  /// Adds a tally of later runs.
  mutating func add(_ other: SampleTally, _ properties: [Property]) {
    samples += other.samples
    started += other.started
    states += other.states
    shortest = min(shortest, other.shortest)
    longest = max(longest, other.longest)
    for index in properties.indices {
      witnessed[index] += other.witnessed[index]
      if let found = other.extremes[index] { improve(index, properties[index].kind, found) }
    }
    if actions.isEmpty {
      actions = other.actions
    } else {
      for index in other.actions.indices { actions[index] += other.actions[index] }
    }
    for example in other.examples { propose(example) }
  }

  /// Keeps the extreme of a property, and the first run that attains it.
  mutating func improve(_ index: Int, _ kind: Property.Kind, _ found: Extreme) {
    if let best = extremes[index] {
      guard kind == .maximum ? found.value > best.value : found.value < best.value else { return }
    }
    extremes[index] = found
  }
}
