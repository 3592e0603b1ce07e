import ProtocolModel

/// The reachable states with their steps, for a search for lassos.
///
/// Every state has a step to itself, the first of its steps, whether or not the model has
/// one: any behavior may stutter.
struct StateGraph {
  /// In the order of the search: initial states first, then nearest first.
  let count: Int
  let initialCount: Int
  let values: (Int) -> [Value?]
  /// By state: its first edge, and behind the last one the number of edges.
  private(set) var starts: [UInt32] = [0]
  /// By edge: where it leads.
  private(set) var targets: [UInt32] = []

  /// A graph without edges; `addSteps` is to be called for each state in order.
  init(count: Int, initialCount: Int, values: @escaping (Int) -> [Value?]) {
    self.count = count
    self.initialCount = initialCount
    self.values = values
    starts.reserveCapacity(count + 1)
  }

  /// Adds the steps of the next state; equal ones count once.
  mutating func addSteps(to successors: [Int]) {
    let state = starts.count - 1
    targets.append(UInt32(state))
    for successor in Set(successors).sorted() where successor != state { targets.append(UInt32(successor)) }
    starts.append(UInt32(targets.count))
  }

  func edges(of state: Int) -> Range<Int> { Int(starts[state])..<Int(starts[state + 1]) }

  func target(of edge: Int) -> Int { Int(targets[edge]) }
}
