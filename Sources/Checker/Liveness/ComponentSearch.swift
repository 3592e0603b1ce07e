/// Strongly connected components by Tarjan's algorithm (SIAM J. Comput. 1, 1972), without recursion.
///
/// One search may be run from many roots; what an earlier run has seen is not seen again.
struct ComponentSearch {
  /// By vertex: order of discovery, from 1 on; 0 for what was not met, `done` for what has
  /// its component.
  private var order: [UInt32]
  private var next: UInt32 = 1
  private static let done = UInt32.max

  private struct Frame {
    var vertex: Int
    var successors: [Int]
    var position = 0
    var low: UInt32
  }

  init(count: Int) { order = Array(repeating: 0, count: count) }

  /// Finds the components that can be reached from a vertex, each after those that it leads to.
  ///
  /// - Complexity: linear in the vertices and edges that are met.
  mutating func run<Failure: Error>(
    from root: Int, successors: (Int) throws(Failure) -> [Int], found: ([Int]) throws(Failure) -> Void
  ) throws(Failure) {
    guard order[root] == 0 else { return }
    var path: [Int] = []
    var frames: [Frame] = []
    func enter(_ vertex: Int) throws(Failure) {
      order[vertex] = next
      path.append(vertex)
      frames.append(Frame(vertex: vertex, successors: try successors(vertex), low: next))
      next += 1
    }
    try enter(root)
    while let frame = frames.last {
      let top = frames.count - 1
      if frame.position < frame.successors.count {
        let successor = frame.successors[frame.position]
        frames[top].position += 1
        if order[successor] == 0 {
          try enter(successor)
        } else if order[successor] != Self.done {
          frames[top].low = min(frame.low, order[successor])
        }
        continue
      }
      frames.removeLast()
      if top > 0 { frames[top - 1].low = min(frames[top - 1].low, frame.low) }
      guard frame.low == order[frame.vertex] else { continue }
      let start = path.lastIndex(of: frame.vertex) ?? 0
      let component = Array(path[start...])
      path.removeLast(component.count)
      for vertex in component { order[vertex] = Self.done }
      try found(component)
    }
  }
}
