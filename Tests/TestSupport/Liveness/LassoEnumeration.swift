/// Decides by enumeration whether every behavior of a system satisfies a formula.
///
/// Independent of automata. In a loop that is repeated forever each `always` and `eventually`
/// has one value, and it depends on the set of steps in the loop alone: so all loops are
/// tried as sets of steps, strongly connected ones. Going back from a loop step by step,
/// the values at a moment follow from the step and the values at the next moment. All
/// pairs of a state and such values that lead into some loop are collected.
///
/// - Complexity: exponential in the number of steps.
public struct LassoEnumeration {
  private let system: TemporalSystem
  private let edges: [(from: Int, to: Int)]
  private var nodes: [Node] = []
  private var root = 0
  private var temporalCount = 0

  /// Parts stand before what they are parts of.
  private enum Node {
    case step([[Bool]])
    case not(Int)
    case and([Int])
    case or([Int])
    /// The bit of its value.
    case always(Int, bit: Int)
    case eventually(Int, bit: Int)
  }

  public init(_ system: TemporalSystem, _ formula: SmallFormula) {
    self.system = system
    edges = system.edges
    root = add(formula)
  }

  private mutating func add(_ formula: SmallFormula) -> Int {
    let node: Node
    switch formula {
    case .step(let pairs): node = .step(pairs)
    case .not(let inner): node = .not(add(inner))
    case .and(let parts): node = .and(parts.map { add($0) })
    case .or(let parts): node = .or(parts.map { add($0) })
    case .always(let inner):
      let place = add(inner)
      node = .always(place, bit: temporalCount)
      temporalCount += 1
    case .eventually(let inner):
      let place = add(inner)
      node = .eventually(place, bit: temporalCount)
      temporalCount += 1
    }
    nodes.append(node)
    return nodes.count - 1
  }

  /// Nil when the formula has too many temporal operators to be decided here.
  public var holds: Bool? {
    guard temporalCount <= 128 else { return nil }
    var moments = Set<Moment>()
    var pending: [Moment] = []
    for choice in 1..<(1 << edges.count) {
      let loop = edges.indices.filter { choice >> $0 & 1 == 1 }
      guard isConnected(loop) else { continue }
      let bits = bits(ofLoop: loop)
      for edge in loop {
        if !truth(edge, bits), system.initial.contains(edges[edge].from) { return false }
        let moment = Moment(state: edges[edge].from, bits: bits)
        if moments.insert(moment).inserted { pending.append(moment) }
      }
    }
    while let next = pending.popLast() {
      for edge in edges.indices where edges[edge].to == next.state {
        let bits = bits(before: next.bits, edge)
        if !truth(edge, bits), system.initial.contains(edges[edge].from) { return false }
        let moment = Moment(state: edges[edge].from, bits: bits)
        if moments.insert(moment).inserted { pending.append(moment) }
      }
    }
    return true
  }

  private struct Moment: Hashable {
    var state: Int
    var bits: Bits
  }

  private struct Bits: Hashable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    subscript(bit: Int) -> Bool {
      get { bit < 64 ? low >> UInt64(bit) & 1 == 1 : high >> UInt64(bit - 64) & 1 == 1 }
      set {
        let mask: UInt64 = 1 << UInt64(bit % 64)
        if bit < 64 {
          low = newValue ? low | mask : low & ~mask
        } else {
          high = newValue ? high | mask : high & ~mask
        }
      }
    }
  }

  /// Whether a walk can take each of these steps again and again, and no other.
  private func isConnected(_ loop: [Int]) -> Bool {
    func reached(from start: Int, forward: Bool) -> Set<Int> {
      var seen: Set<Int> = [start]
      var pending = [start]
      while let state = pending.popLast() {
        for edge in loop {
          let (a, b) = forward ? (edges[edge].from, edges[edge].to) : (edges[edge].to, edges[edge].from)
          if a == state, seen.insert(b).inserted { pending.append(b) }
        }
      }
      return seen
    }
    let states = Set(loop.flatMap { [edges[$0].from, edges[$0].to] })
    let start = edges[loop[0]].from
    return reached(from: start, forward: true) == states && reached(from: start, forward: false) == states
  }

  private func truth(_ edge: Int, _ bits: Bits) -> Bool { truths(edge, bits)[root] }

  /// The values of all nodes on a step, with those of temporal operators given.
  private func truths(_ edge: Int, _ bits: Bits) -> [Bool] {
    var values: [Bool] = []
    for node in nodes { values.append(value(node, edge, bits, values)) }
    return values
  }

  private func value(_ node: Node, _ edge: Int, _ bits: Bits, _ values: [Bool]) -> Bool {
    switch node {
    case .step(let pairs): pairs[edges[edge].from][edges[edge].to]
    case .not(let inner): !values[inner]
    case .and(let parts): parts.allSatisfy { values[$0] }
    case .or(let parts): parts.contains { values[$0] }
    case .always(_, let bit), .eventually(_, let bit): bits[bit]
    }
  }

  private func bits(ofLoop loop: [Int]) -> Bits {
    var bits = Bits()
    // Inner operators first: their bits are known when outer ones ask for them.
    for node in nodes {
      switch node {
      case .always(let inner, let bit): bits[bit] = loop.allSatisfy { truths($0, bits)[inner] }
      case .eventually(let inner, let bit): bits[bit] = loop.contains { truths($0, bits)[inner] }
      case .step, .not, .and, .or: break
      }
    }
    return bits
  }

  private func bits(before next: Bits, _ edge: Int) -> Bits {
    var bits = Bits()
    var values: [Bool] = []
    for node in nodes {
      switch node {
      case .always(let inner, let bit): bits[bit] = values[inner] && next[bit]
      case .eventually(let inner, let bit): bits[bit] = values[inner] || next[bit]
      case .step, .not, .and, .or: break
      }
      values.append(value(node, edge, bits, values))
    }
    return bits
  }
}
