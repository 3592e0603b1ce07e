/// States with the steps between them, as the evaluator finds them.
struct SuccessorGraph {
  /// In the order of the search: initial states first, then nearest first.
  let count: Int
  let initialCount: Int
  /// By state: its first edge, and behind the last one the number of edges.
  private(set) var starts = [0]
  /// By edge: where it leads. The first edge of a state leads to itself.
  private(set) var targets: [UInt32] = []

  /// A graph without edges; `addSteps` is to be called for each state in order.
  init(count: Int, initialCount: Int) {
    self.count = count
    self.initialCount = initialCount
    starts.reserveCapacity(count + 1)
  }

  /// Adds the steps of the next state; equal ones count once.
  mutating func addSteps(to successors: [Int]) {
    let state = starts.count - 1
    targets.append(UInt32(state))
    for successor in Set(successors).sorted() where successor != state { targets.append(UInt32(successor)) }
    starts.append(targets.count)
  }

  func edges(of state: Int) -> Range<Int> { starts[state]..<starts[state + 1] }
}
