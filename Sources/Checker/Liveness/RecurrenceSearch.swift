import ProtocolModel

/// Decides whether there is a lasso that satisfies some obligations, without keeping one.
///
/// The same question as `LassoSearch` answers, for graphs that are large: depth-first, each
/// component asked when it is complete, with four bytes for each vertex of the product
/// beside the path. Steps are asked of the model again where they are needed again.
///
/// **No vertices for waiting.** `eventually(F)` is true from the beginning when F is true from
/// some reachable state on. So for this shape, which is the negation of `p leadsTo q`, the
/// search begins with F in every state, and only visits what F asks for: states with `p` and
/// without `q`, and what follows them without `q`.
///
/// - Complexity: the steps of each vertex once, and of those in components that may satisfy
///   the obligations once more for each demand that is looked for.
final class RecurrenceSearch {
  private let model: any LivenessModel
  private let form: NormalForm
  private let obligations: Obligations
  private var tableau: Tableau
  /// The search begins in every state, with the formula inside `eventually`.
  private let isAnywhere: Bool
  private let starts: [Int]?

  /// By control, then by state: order of discovery, 0 for what was not met, `done` for what
  /// has its component.
  private var orders: [[UInt32]] = []
  private var next: UInt32 = 1
  private static let done = UInt32.max

  /// A vertex is control * count + state.
  private var path: [UInt32] = []
  private var frames: [Frame] = []
  /// Successors of the vertices that have a frame, one run for each: those that were not met when
  /// the frame was made.
  private var successors: [UInt32] = []
  /// Moves of the vertex that is looked at.
  private var moves: [Move] = []
  private var patience = 0

  private struct Frame {
    var vertex: UInt32
    var first: UInt32
    var position: UInt32
    var low: UInt32
  }

  private enum Demand {
    case formula(NormalForm.Number)
    case fulfil(Int)
  }

  private struct Move {
    var vertex: Int
    var state: Int
    var place: Int
    var target: Int
    var postponed: UInt128
  }

  /// - Parameter starts: where behaviors begin; the initial states if there are none given.
  init(
    _ model: any LivenessModel, _ form: NormalForm, _ obligations: Obligations, from starts: [Int]? = nil
  ) {
    self.starts = starts
    self.model = model
    self.form = form
    self.obligations = obligations
    var formulas = obligations.formulas
    var isAnywhere = false
    if starts == nil, formulas.count == 1, case .eventually(let inner) = form[formulas[0]] {
      formulas = [inner]
      isAnywhere = true
    }
    self.isAnywhere = isAnywhere
    tableau = Tableau(of: formulas, form, model.atoms)
  }

  /// Where a lasso begins that satisfies the obligations, or those behind `eventually`; nil if nowhere.
  func run() throws(LivenessEnd) -> Int? {
    if !isAnywhere {
      for state in starts ?? model.initialStates where try finds(from: state) { return state }
      return nil
    }
    for state in 0..<model.count {
      if tableau.mayRecur[0] {
        if try finds(from: state) { return state }
      } else {
        // Nothing leads back to this control: it needs no vertices.
        try findMoves(from: state, 0)
        for vertex in moves.map(\.vertex) where try finds(from: vertex) { return state }
      }
    }
    return nil
  }

  /// True when the search found a state from which the formula behind `eventually` is true.
  var beginsAnywhere: Bool { isAnywhere }

  // MARK: The search

  private func finds(from root: Int) throws(LivenessEnd) -> Bool {
    if order(root) != 0 { return false }
    try enter(root)
    while !frames.isEmpty {
      let top = frames.count - 1
      let frame = frames[top]
      if frame.position < successors.count {
        frames[top].position += 1
        let successor = Int(successors[Int(frame.position)])
        let order = order(successor)
        if order == 0 {
          try enter(successor)
        } else if order != Self.done, order < frame.low {
          frames[top].low = order
        }
        continue
      }
      frames.removeLast()
      successors.removeLast(successors.count - Int(frame.first))
      if top > 0, frame.low < frames[top - 1].low { frames[top - 1].low = frame.low }
      guard frame.low == order(Int(frame.vertex)) else { continue }
      if try closes(Int(frame.vertex)) { return true }
    }
    return false
  }

  private func enter(_ vertex: Int) throws(LivenessEnd) {
    patience -= 1
    if patience < 0 {
      patience = 4_096
      try model.checkLimits()
    }
    guard next < Self.done, vertex < Int(UInt32.max), successors.count < Int(UInt32.max) - 1 << 28 else {
      throw .tooLarge
    }
    setOrder(vertex, next)
    path.append(UInt32(vertex))
    let first = UInt32(successors.count)
    var low = next
    next += 1
    let (control, state) = vertex.quotientAndRemainder(dividingBy: model.count)
    try findMoves(from: state, control)
    for move in moves {
      let order = order(move.vertex)
      if order == 0 {
        guard move.vertex < Int(UInt32.max) else { throw .tooLarge }
        successors.append(UInt32(move.vertex))
      } else if order != Self.done, order < low {
        low = order
      }
    }
    frames.append(Frame(vertex: UInt32(vertex), first: first, position: first, low: low))
  }

  /// Takes a component from the path; true when it has a loop that is wanted.
  private func closes(_ root: Int) throws(LivenessEnd) -> Bool {
    var start = path.count - 1
    while Int(path[start]) != root { start -= 1 }
    if tableau.mayRecur[root / model.count], try accepts(from: start) { return true }
    for place in start..<path.count { setOrder(Int(path[place]), Self.done) }
    path.removeLast(path.count - start)
    return false
  }

  private func accepts(from start: Int) throws(LivenessEnd) -> Bool {
    if start == path.count - 1 {
      // Alone it can only stutter: what its steps are need not be known.
      let vertex = Int(path[start])
      try findStutter(at: vertex % model.count, vertex / model.count)
      moves.removeAll { $0.vertex != vertex }
      return try acceptsLoop(moves)
    }
    let least = order(Int(path[start]))
    return try accepts(path[start...].map { Int($0) }) { [self] vertex in
      let order = order(vertex)
      return order >= least && order != Self.done
    }
  }

  /// Whether all obligations are met by a loop of these moves.
  private func acceptsLoop(_ loop: [Move]) throws(LivenessEnd) -> Bool {
    if loop.isEmpty { return false }
    func meets(_ demand: Demand) throws(LivenessEnd) -> Bool {
      for move in loop where try holds(demand, move) { return true }
      return false
    }
    for bit in 0..<tableau.eventualities where try !meets(.fulfil(bit)) { return false }
    for recurrence in obligations.recurrences where try !meets(.formula(recurrence.formula)) { return false }
    for response in obligations.responses where try meets(.formula(response.cause)) {
      guard let effect = response.effect, try meets(.formula(effect)) else { return false }
    }
    return true
  }

  private func order(_ vertex: Int) -> UInt32 {
    let (control, state) = vertex.quotientAndRemainder(dividingBy: model.count)
    return control < orders.count && !orders[control].isEmpty ? orders[control][state] : 0
  }

  private func setOrder(_ vertex: Int, _ order: UInt32) {
    let (control, state) = vertex.quotientAndRemainder(dividingBy: model.count)
    while orders.count <= control { orders.append([]) }
    if orders[control].isEmpty { orders[control] = Array(repeating: 0, count: model.count) }
    orders[control][state] = order
  }

  // MARK: Moves

  /// Fills `moves` with all from a vertex.
  ///
  /// Where nothing but the state decides, it is asked once, and the steps only if there are moves.
  private func findMoves(from state: Int, _ control: Int) throws(LivenessEnd) {
    moves.removeAll(keepingCapacity: true)
    let (run, isOfState) = try movesOnStep(state, control, 0, state)
    if isOfState, run.isEmpty { return }
    let targets = try model.targets(of: state)
    for (place, target) in targets.enumerated() {
      add(
        isOfState || place == 0 ? run : try movesOnStep(state, control, place, target).run, state, place,
        target)
    }
  }

  /// Fills `moves` with those on the step that changes nothing.
  private func findStutter(at state: Int, _ control: Int) throws(LivenessEnd) {
    moves.removeAll(keepingCapacity: true)
    add(try movesOnStep(state, control, 0, state).run, state, 0, state)
  }

  private func movesOnStep(
    _ state: Int, _ control: Int, _ place: Int, _ target: Int
  ) throws(LivenessEnd) -> (run: Range<Int>, isOfState: Bool) {
    let model = model
    return try tableau.moves(of: control) { atom throws(LivenessEnd) in
      try model.isTrue(atom, state, place, target)
    }
  }

  private func add(_ run: Range<Int>, _ state: Int, _ place: Int, _ target: Int) {
    for number in run {
      let successor = tableau.successor(at: number)
      moves.append(
        Move(
          vertex: successor.control * model.count + target, state: state, place: place, target: target,
          postponed: successor.postponed))
    }
  }

  private func holds(_ demand: Demand, _ move: Move) throws(LivenessEnd) -> Bool {
    switch demand {
    case .formula(let formula):
      return try model.holds(formula, of: form, move.state, move.place, move.target)
    case .fulfil(let bit): return move.postponed & (1 << UInt128(bit)) == 0
    }
  }

  // MARK: Components

  /// Whether some loop inside a component satisfies all obligations; see `LassoSearch`.
  private func accepts(
    _ component: [Int], _ isInside: (Int) -> Bool
  ) throws(LivenessEnd) -> Bool {
    guard try meetsDemands(component, [], isInside) else { return false }
    let violated = try violatedCauses(component, [], isInside)
    if violated.isEmpty { return true }
    var parts = try split(component, violated, isInside)
    while let part = parts.popLast() {
      let members = Set(part.vertices)
      guard try meetsDemands(part.vertices, part.excluded, members.contains) else { continue }
      let violated = try violatedCauses(part.vertices, part.excluded, members.contains)
      if violated.isEmpty { return true }
      parts += try split(part.vertices, part.excluded + violated, members.contains)
    }
    return false
  }

  /// Calls `body` for the moves from a vertex inside a component, until it answers false.
  private func forEachInnerMove(
    from vertex: Int, _ excluded: [NormalForm.Number], _ isInside: (Int) -> Bool,
    _ body: (Int, Move) throws(LivenessEnd) -> Void
  ) throws(LivenessEnd) {
    let (control, state) = vertex.quotientAndRemainder(dividingBy: model.count)
    try findMoves(from: state, control)
    inner: for move in moves where isInside(move.vertex) {
      for formula in excluded where try holds(.formula(formula), move) { continue inner }
      try body(move.vertex, move)
    }
  }

  /// True when there is a move inside, and for each demand one that meets it.
  private func meetsDemands(
    _ vertices: [Int], _ excluded: [NormalForm.Number], _ isInside: (Int) -> Bool
  ) throws(LivenessEnd) -> Bool {
    var open: [Demand] =
      (0..<tableau.eventualities).map { .fulfil($0) }
      + obligations.recurrences.map { .formula($0.formula) }
    var hasMove = false
    for vertex in vertices {
      if excluded.isEmpty {
        let (control, state) = vertex.quotientAndRemainder(dividingBy: model.count)
        try findStutter(at: state, control)
        for move in moves where isInside(move.vertex) {
          hasMove = true
          var still: [Demand] = []
          for demand in open where try !holds(demand, move) { still.append(demand) }
          open = still
        }
        if hasMove, open.isEmpty { return true }
        if !open.isEmpty, !open.contains(where: { mayBeMet($0, in: state, isInside) }) { continue }
      }
      try forEachInnerMove(from: vertex, excluded, isInside) { _, move throws(LivenessEnd) in
        hasMove = true
        var place = 0
        while place < open.count {
          if try holds(open[place], move) { open.remove(at: place) } else { place += 1 }
        }
      }
      if hasMove, open.isEmpty { return true }
    }
    return false
  }

  /// False for a demand of weak fairness whose action leads from a state to none inside: the steps
  /// of the state need not be made then.
  private func mayBeMet(_ demand: Demand, in state: Int, _ isInside: (Int) -> Bool) -> Bool {
    guard case .formula(let formula) = demand, let packed = model as? PackedModel,
      let targets = packed.targets(ofRecurrence: formula, form, state)
    else { return true }
    return targets.contains { target in
      orders.indices.contains { isInside($0 * model.count + target) }
    }
  }

  /// Causes that happen inside without their effects.
  private func violatedCauses(
    _ vertices: [Int], _ excluded: [NormalForm.Number], _ isInside: (Int) -> Bool
  ) throws(LivenessEnd) -> [NormalForm.Number] {
    var open = obligations.responses.map { (response: $0, isCaused: false, isAnswered: false) }
    for vertex in vertices where open.contains(where: { !$0.isAnswered }) {
      try forEachInnerMove(from: vertex, excluded, isInside) { _, move throws(LivenessEnd) in
        for index in open.indices where !open[index].isAnswered {
          if let effect = open[index].response.effect {
            open[index].isAnswered = try holds(.formula(effect), move)
          }
          if !open[index].isCaused {
            open[index].isCaused = try holds(.formula(open[index].response.cause), move)
          }
        }
      }
    }
    return open.filter { $0.isCaused && !$0.isAnswered }.map(\.response.cause)
  }

  /// The components of vertices without excluded moves.
  private func split(
    _ vertices: [Int], _ excluded: [NormalForm.Number], _ isInside: (Int) -> Bool
  ) throws(LivenessEnd) -> [(vertices: [Int], excluded: [NormalForm.Number])] {
    var places: [Int: Int] = [:]
    for (place, vertex) in vertices.enumerated() { places[vertex] = place }
    var result: [(vertices: [Int], excluded: [NormalForm.Number])] = []
    var search = ComponentSearch(count: vertices.count)
    for root in vertices.indices {
      try search.run(from: root) { place throws(LivenessEnd) in
        var list: [Int] = []
        try forEachInnerMove(from: vertices[place], excluded, isInside) { target, _ in
          if let place = places[target] { list.append(place) }
        }
        return list
      } found: { found throws(LivenessEnd) in
        result.append((found.map { vertices[$0] }, excluded))
      }
    }
    return result
  }
}
