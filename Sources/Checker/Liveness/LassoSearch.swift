import ProtocolModel

/// Looks for a behavior that satisfies some obligations: a reachable loop of the product of
/// states and automaton.
///
/// A vertex of the product is a state of the model with a state of the automaton. The
/// vertices are explored breadth-first, so that stems are short. Each strongly connected
/// component in which the automaton may stay forever is then asked whether some loop in it
/// does all that must happen infinitely often. Recurrences (weak fairness is one) are
/// satisfied by the component as a whole, or by no part of it. A response whose cause happens
/// in the component and whose effect does not (strong fairness that is violated) rules out
/// the edges of the cause: without them the component falls apart, and its parts are asked in
/// turn. This is the algorithm of Emerson and Lei (Sci. Comput. Program. 8, 1987) for Streett
/// conditions.
///
/// - Complexity: linear in the product, times the number of responses that are violated.
final class LassoSearch {
  private let model: any LivenessModel
  private let form: NormalForm
  private let starts: [Int]
  private let obligations: Obligations
  private var tableau: Tableau

  /// Vertices in order of discovery.
  private var vertices: [Vertex] = []
  private var parents: [Int32] = []
  private var numbers: [Vertex: Int32] = [:]
  private var depths: [Int32] = []
  /// By vertex: the component, or part of one, that is asked at present.
  private var stamps: [UInt32] = []
  private var stamp: UInt32 = 0
  /// Vertices until the limits are looked at next.
  private var patience = 0

  private struct Vertex: Hashable {
    var state: Int32
    var control: Int32
  }

  /// An edge of the product.
  struct Edge {
    var source: Int
    var target: Int
    /// Place among the steps of the state.
    var edge: Int
    var postponed: UInt128
  }

  /// A component's part, and the formulas that no edge in it may satisfy.
  private struct Part {
    var vertices: [Int]
    var excluded: [NormalForm.Number]
  }

  /// Something that a loop has to do.
  private enum Demand: Hashable {
    case formula(NormalForm.Number)
    /// Not to postpone a formula of the automaton.
    case fulfil(Int)
  }

  /// - Parameter starts: where behaviors begin; the initial states if there are none given.
  init(
    _ model: any LivenessModel, _ form: NormalForm, _ obligations: Obligations, from starts: [Int]? = nil
  ) {
    self.model = model
    self.form = form
    self.obligations = obligations
    self.starts = starts ?? model.initialStates
    tableau = Tableau(of: obligations.formulas, form, model.atoms)
  }

  /// States of a lasso, and where its loop begins; nil when there is none.
  func run() throws(LivenessEnd) -> (states: [Int], loopStart: Int)? {
    guard model.count < Int32.max else { throw .tooLarge }
    try explore()
    stamps = Array(repeating: 0, count: vertices.count)
    var components: [[Int]] = []
    var search = ComponentSearch(count: vertices.count)
    for root in vertices.indices where mayRecur(root) {
      try search.run(from: root) { [self] vertex throws(LivenessEnd) in
        try edges(from: vertex).filter { mayRecur($0.target) }.map(\.target)
      } found: { component throws(LivenessEnd) in
        components.append(component.sorted())
      }
    }
    components.sort { $0[0] < $1[0] }
    for component in components {
      if let part = try acceptingPart(of: component) { return try lasso(in: part) }
    }
    return nil
  }

  // MARK: The product

  private func state(_ vertex: Int) -> Int { Int(vertices[vertex].state) }
  private func mayRecur(_ vertex: Int) -> Bool { tableau.mayRecur[Int(vertices[vertex].control)] }

  private func explore() throws(LivenessEnd) {
    for state in starts {
      _ = number(of: Vertex(state: Int32(truncatingIfNeeded: state), control: 0), from: -1)
    }
    var next = 0
    while next < vertices.count {
      for move in try moves(from: vertices[next]) { _ = number(of: move.place, from: next) }
      guard vertices.count < Int32.max - 1 << 28 else { throw .tooLarge }
      next += 1
      if next & 1023 == 0 { try model.checkLimits() }
    }
  }

  private func number(of place: Vertex, from parent: Int) -> Int {
    if let known = numbers[place] { return Int(known) }
    let number = vertices.count
    numbers[place] = Int32(truncatingIfNeeded: number)
    vertices.append(place)
    parents.append(Int32(truncatingIfNeeded: parent))
    depths.append(parent < 0 ? 0 : depths[parent] + 1)
    return number
  }

  private func moves(
    from place: Vertex
  ) throws(LivenessEnd) -> [(place: Vertex, edge: Int, postponed: UInt128)] {
    let state = Int(place.state)
    var result: [(place: Vertex, edge: Int, postponed: UInt128)] = []
    let model = model
    for (edge, target) in try model.targets(of: state).enumerated() {
      let moves = try tableau.moves(of: Int(place.control)) { atom throws(LivenessEnd) in
        try model.isTrue(atom, state, edge, target)
      }
      for number in moves.run {
        let successor = tableau.successor(at: number)
        let vertex = Vertex(
          state: Int32(truncatingIfNeeded: target), control: Int32(truncatingIfNeeded: successor.control))
        result.append((vertex, edge, successor.postponed))
      }
    }
    return result
  }

  private func edges(from vertex: Int) throws(LivenessEnd) -> [Edge] {
    patience -= 1
    if patience < 0 {
      patience = 1_023
      try model.checkLimits()
    }
    return try moves(from: vertices[vertex]).compactMap { move in
      guard let target = numbers[move.place] else { return nil }
      return Edge(source: vertex, target: Int(target), edge: move.edge, postponed: move.postponed)
    }
  }

  /// The edges inside the part whose stamp is the present one.
  private func edges(from vertex: Int, in part: Part) throws(LivenessEnd) -> [Edge] {
    var result: [Edge] = []
    for edge in try edges(from: vertex) where stamps[edge.target] == stamp {
      if try !satisfiesSome(part.excluded.map { .formula($0) }, edge) { result.append(edge) }
    }
    return result
  }

  private func holds(_ demand: Demand, _ edge: Edge) throws(LivenessEnd) -> Bool {
    switch demand {
    case .formula(let formula):
      return try model.holds(formula, of: form, state(edge.source), edge.edge, state(edge.target))
    case .fulfil(let bit): return edge.postponed & (1 << UInt128(bit)) == 0
    }
  }

  private func satisfiesSome(_ demands: [Demand], _ edge: Edge) throws(LivenessEnd) -> Bool {
    for demand in demands where try holds(demand, edge) { return true }
    return false
  }

  /// Whether some edge meets a demand.
  private func isMet(_ demand: Demand, by edges: [Edge]) throws(LivenessEnd) -> Bool {
    for edge in edges where try holds(demand, edge) { return true }
    return false
  }

  // MARK: Components

  private func mark(_ part: Part) {
    stamp += 1
    for vertex in part.vertices { stamps[vertex] = stamp }
  }

  /// A part of a component in which some loop satisfies all obligations; it is marked then.
  private func acceptingPart(of component: [Int]) throws(LivenessEnd) -> Part? {
    var parts = [Part(vertices: component, excluded: [])]
    while var part = parts.popLast() {
      mark(part)
      guard try demandsAreMet(in: part) else { continue }
      let violated = try violatedResponses(in: part)
      if violated.isEmpty { return part }
      part.excluded += violated
      parts += try split(part).reversed()
    }
    return nil
  }

  private var demands: [Demand] {
    (0..<tableau.eventualities).map { .fulfil($0) } + obligations.recurrences.map { .formula($0.formula) }
  }

  /// True when the part has an edge, and for each demand one that meets it.
  private func demandsAreMet(in part: Part) throws(LivenessEnd) -> Bool {
    var open = demands
    var hasEdge = false
    for vertex in part.vertices {
      for edge in try edges(from: vertex, in: part) {
        hasEdge = true
        var still: [Demand] = []
        for demand in open where try !holds(demand, edge) { still.append(demand) }
        open = still
        if open.isEmpty { return true }
      }
    }
    return hasEdge && open.isEmpty
  }

  /// Causes that happen in the part without their effects.
  private func violatedResponses(in part: Part) throws(LivenessEnd) -> [NormalForm.Number] {
    var result: [NormalForm.Number] = []
    for response in obligations.responses {
      var (isCaused, isAnswered) = (false, false)
      search: for vertex in part.vertices {
        for edge in try edges(from: vertex, in: part) {
          if let effect = response.effect, try holds(.formula(effect), edge) {
            isAnswered = true
            break search
          }
          if !isCaused { isCaused = try holds(.formula(response.cause), edge) }
        }
      }
      if isCaused, !isAnswered { result.append(response.cause) }
    }
    return result
  }

  /// The components of a part without its excluded edges. The part is marked.
  private func split(_ part: Part) throws(LivenessEnd) -> [Part] {
    var places: [Int: Int] = [:]
    for (place, vertex) in part.vertices.enumerated() { places[vertex] = place }
    var result: [Part] = []
    var search = ComponentSearch(count: part.vertices.count)
    for root in part.vertices.indices {
      try search.run(from: root) { place throws(LivenessEnd) in
        try edges(from: part.vertices[place], in: part).compactMap { places[$0.target] }
      } found: { found throws(LivenessEnd) in
        result.append(
          Part(vertices: found.map { part.vertices[$0] }.sorted(), excluded: part.excluded))
      }
    }
    return result.sorted { $0.vertices[0] < $1.vertices[0] }
  }

  // MARK: The lasso

  private static let triedStarts = 24
  private static let triedSingles = 4_096

  /// A short lasso whose loop is in a part that is marked.
  private func lasso(in part: Part) throws(LivenessEnd) -> (states: [Int], loopStart: Int) {
    var best: [Edge] = []
    var bestLength = Int.max
    func offer(_ loop: [Edge]) {
      let length = Int(depths[loop[0].source]) + loop.count
      if length < bestLength { (best, bestLength) = (loop, length) }
    }
    for vertex in part.vertices.prefix(Self.triedSingles) {
      for edge in try edges(from: vertex, in: part) where edge.target == vertex {
        if try isAccepting([edge]) { offer([edge]) }
      }
      if bestLength < .max { break }
    }
    for start in part.vertices.prefix(Self.triedStarts) where Int(depths[start]) < bestLength {
      offer(try loop(from: start, in: part))
    }
    var stem: [Int] = []
    var vertex = best[0].source
    while vertex >= 0 {
      stem.append(state(vertex))
      vertex = Int(parents[vertex])
    }
    let states = stem.reversed() + best.dropLast().map { state($0.target) }
    return (states, stem.count - 1)
  }

  private func isAccepting(_ loop: [Edge]) throws(LivenessEnd) -> Bool {
    for demand in demands where try !isMet(demand, by: loop) { return false }
    for response in obligations.responses where try isMet(.formula(response.cause), by: loop) {
      guard let effect = response.effect, try isMet(.formula(effect), by: loop) else { return false }
    }
    return true
  }

  /// A loop that goes to the nearest edge that still has something to do, until all is done.
  private func loop(from start: Int, in part: Part) throws(LivenessEnd) -> [Edge] {
    var open = demands
    for response in obligations.responses {
      guard let effect = response.effect else { continue }
      for vertex in part.vertices {
        if try isMet(.formula(response.cause), by: edges(from: vertex, in: part)) {
          open.append(.formula(effect))
          break
        }
      }
    }
    var loop: [Edge] = []
    while !open.isEmpty {
      let path = try shortestPath(from: loop.last?.target ?? start, in: part) { edge throws(LivenessEnd) in
        try satisfiesSome(open, edge)
      }
      guard !path.isEmpty else { break }
      loop += path
      var still: [Demand] = []
      for demand in open where try !isMet(demand, by: path) { still.append(demand) }
      open = still
    }
    if loop.isEmpty || loop[loop.count - 1].target != start {
      loop += try shortestPath(from: loop.last?.target ?? start, in: part) { $0.target == start }
    }
    return loop
  }

  /// The shortest path in a part whose last edge is a wanted one.
  private func shortestPath(
    from start: Int, in part: Part, to isWanted: (Edge) throws(LivenessEnd) -> Bool
  ) throws(LivenessEnd) -> [Edge] {
    var found: [Int: Edge] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let vertex = queue[next]
      next += 1
      // A step that goes somewhere tells more than one that stutters.
      let edges = try edges(from: vertex, in: part)
      for edge in edges.filter({ $0.edge > 0 }) + edges.filter({ $0.edge == 0 }) {
        if try isWanted(edge) {
          var path = [edge]
          while let last = path.last, last.source != start, let before = found[last.source] {
            path.append(before)
          }
          return path.reversed()
        }
        if edge.target != start, found[edge.target] == nil {
          found[edge.target] = edge
          queue.append(edge.target)
        }
      }
    }
    return []
  }
}
