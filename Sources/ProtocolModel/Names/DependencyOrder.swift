/// Orders the nodes of a graph so that each comes after those that it uses.
///
/// Tarjan's algorithm: a depth-first walk numbers the nodes and keeps those on a
/// stack whose component is still open. A node that reaches no lower number than
/// its own closes a component, and all components that it uses were closed before.
/// The walk keeps its own stack, because chains of definitions can be long.
enum DependencyOrder {
  /// The strongly connected components, each after those that it uses. Nodes of
  /// one component are in ascending order. More than one node, or an edge of a
  /// node to itself, is a cycle.
  ///
  /// - Parameter uses: for each node the nodes that it uses, repeated or not.
  /// - Complexity: O(nodes + edges), but for the sorting of components.
  static func components(_ uses: [[Int]]) -> [[Int]] {
    var result: [[Int]] = []
    var number = [Int](repeating: -1, count: uses.count)
    var lowest = number
    var isOpen = [Bool](repeating: false, count: uses.count)
    var open: [Int] = []
    var walk: [(node: Int, nextUse: Int)] = []
    var count = 0

    func enter(_ node: Int) {
      number[node] = count
      lowest[node] = count
      count += 1
      open.append(node)
      isOpen[node] = true
      walk.append((node, 0))
    }

    func leave(_ node: Int) {
      walk.removeLast()
      if let user = walk.last?.node { lowest[user] = min(lowest[user], lowest[node]) }
      guard lowest[node] == number[node] else { return }
      let start = open.lastIndex(of: node) ?? open.endIndex
      let component = open[start...].sorted()
      open.removeSubrange(start...)
      for member in component { isOpen[member] = false }
      result.append(component)
    }

    for root in uses.indices where number[root] < 0 {
      enter(root)
      while let (node, nextUse) = walk.last {
        guard nextUse < uses[node].count else {
          leave(node)
          continue
        }
        walk[walk.count - 1].nextUse += 1
        let used = uses[node][nextUse]
        if number[used] < 0 {
          enter(used)
        } else if isOpen[used] {
          lowest[node] = min(lowest[node], number[used])
        }
      }
    }
    return result
  }

  /// A shortest cycle through the first node of a component; nil if there is none.
  static func cycle(in component: [Int], uses: [[Int]]) -> [Int]? {
    guard let start = component.first else { return nil }
    let members = Set(component)
    var reachedFrom: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      for used in uses[node] where members.contains(used) {
        if used == start {
          var cycle = [node]
          while let last = cycle.last, last != start, let before = reachedFrom[last] { cycle.append(before) }
          return cycle.reversed()
        }
        if reachedFrom[used] == nil {
          reachedFrom[used] = node
          queue.append(used)
        }
      }
    }
    return nil
  }
}
