import ProtocolModel

/// What is proved so far, in the order in which it was: a list of facts in rounds. The facts
/// of a round are inductive together, given those of the rounds before.
struct ProofLedger {
  typealias Term = TermGraph.Term

  struct Fact {
    var term: Term
    /// The property that it is; nil for a lemma.
    var property: Int?
    var round: Int
  }

  private(set) var facts: [Fact] = []
  /// Steps over which the facts of a round are inductive.
  private(set) var depths: [Int] = []
  /// Rounds that are proved for each transition on its own, with linear facts about products.
  private(set) var splitRounds: Set<Int> = []
  /// Facts that something else rests on: properties of steps, definedness.
  private(set) var uses: [Conclusion] = []

  /// Something that follows from facts about one state, for that state or a step from it.
  struct Conclusion {
    var name: String
    /// What cannot be.
    var bad: Term
    var isOfStep: Bool
    /// Indices of the facts that exclude it.
    var rests: [Int]
    /// The property that it is; nil for definedness.
    var property: Int?
    /// Proved for each transition on its own, with linear facts about products.
    var isSplit = false
  }

  /// Terms of all facts.
  var terms: [Term] { facts.map(\.term) }

  mutating func addRound(_ terms: [(term: Term, property: Int?)], depth: Int, isSplit: Bool = false) {
    let round = depths.count
    if isSplit { splitRounds.insert(round) }
    depths.append(depth)
    facts += terms.map { Fact(term: $0.term, property: $0.property, round: round) }
  }

  mutating func conclude(_ conclusion: Conclusion) { uses.append(conclusion) }

  /// The facts that the properties and conclusions need: by cores of the obligations, each
  /// fact resting on its own round and those before.
  func needed(_ system: SymbolicSystem, _ graph: TermGraph, seed: UInt32, limits: SolverLimits) -> Set<Int> {
    var found = Set(facts.indices.filter { facts[$0].property != nil }).union(uses.flatMap(\.rests))
    var pending = found.sorted()
    var queries: [Int: CoreQuery] = [:]
    while let goal = pending.popLast() {
      let round = facts[goal].round
      let usable = facts.indices.filter { facts[$0].round <= round }
      if splitRounds.contains(round) {
        for place in usable where found.insert(place).inserted { pending.append(place) }
        continue
      }
      if queries[round] == nil {
        queries[round] = CoreQuery(
          system, graph, usable.map { facts[$0].term },
          isOwn: usable.map { facts[$0].round == round }, depth: depths[round], seed: seed, limits: limits)
      }
      let order = usable.indices.sorted {
        (found.contains(usable[$0]) ? 0 : 1, $0) < (found.contains(usable[$1]) ? 0 : 1, $1)
      }
      guard let core = queries[round]?.core(excluding: facts[goal].term, order) else {
        // Not found in time: all of them, then.
        return Set(facts.indices)
      }
      for place in core where found.insert(usable[place]).inserted { pending.append(usable[place]) }
    }
    return found
  }
}

/// A path of some steps with facts that can be switched on, to ask which of them matter.
struct CoreQuery {
  typealias Term = TermGraph.Term
  private var unrolling: Unrolling
  private let solver: Z3Solver
  private var switches: [Term] = []

  /// - Parameter isOwn: facts that are assumed in all moments but the last; the others in all.
  init?(
    _ system: SymbolicSystem, _ graph: TermGraph, _ facts: [Term], isOwn: [Bool], depth: Int, seed: UInt32,
    limits: SolverLimits
  ) {
    guard let solver = Z3Solver(seed: seed, limits: limits) else { return nil }
    self.solver = solver
    unrolling = Unrolling(system)
    unrolling.graph = graph
    unrolling.declareConstants(in: solver)
    unrolling.beginAnywhere()
    for _ in 0..<depth { unrolling.addStep() }
    unrolling.declareNew(in: solver)
    for case let step? in unrolling.steps {
      for constraint in step.constraints { solver.assert(constraint, unrolling.graph) }
    }
    for (number, fact) in facts.enumerated() {
      let literal = unrolling.freshBoolean("assume \(number)")
      switches.append(literal)
      unrolling.declareNew(in: solver)
      for moment in 0..<(isOwn[number] ? max(1, depth) : depth + 1) {
        let moved = unrolling.term(fact, at: moment)
        let implied = unrolling.graph.implies(literal, moved)
        unrolling.declareNew(in: solver)
        solver.assert(implied, unrolling.graph)
      }
    }
  }

  /// Positions of facts that together force a term at the last moment; nil when they do not,
  /// or when the solver does not say. Earlier ones of `order` are preferred.
  mutating func core(excluding goal: Term, _ order: [Int]) -> [Int]? {
    let last = unrolling.moments.count - 1
    let moved = unrolling.term(goal, at: last)
    return core(of: unrolling.graph.not(moved), order)
  }

  /// The same for something that is not to happen in the first moment or on the step from it.
  mutating func core(preventing bad: Term, _ order: [Int]) -> [Int]? {
    let moved = unrolling.term(bad, at: 0)
    return core(of: moved, order)
  }

  private mutating func core(of condition: Term, _ order: [Int]) -> [Int]? {
    unrolling.declareNew(in: solver)
    solver.push()
    defer { solver.pop() }
    solver.assert(condition, unrolling.graph)
    var core = order
    for _ in 0..<4 {
      guard solver.check(assuming: core.map { switches[$0] }, unrolling.graph) == .unsatisfiable else {
        return nil
      }
      let smaller = solver.core().map { core[$0] }
      if smaller.count == core.count { break }
      core = smaller
    }
    return core
  }
}
