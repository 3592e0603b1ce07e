import ProtocolModel

/// Bounded search for lassos: is there a behavior of k steps that comes back to one of its states, or
/// stays where it is, and violates a temporal property, for k = 0, 1, 2, ... (Biere, Cimatti, Clarke,
/// Zhu, TACAS 1999).
///
/// Two questions at each depth: a loop that is closed by a step, whose last state equals the one at
/// an unknown position before it; and the loop that stutters in the last state. Every
/// behavior may stutter anywhere, but elsewhere this matters only to formulas that speak of pairs of states
/// in other ways than fairness does: for these the step has one more transition.
///
/// Where an action of a fairness condition picks any amount from a range, "enabled" is true for an amount that the solver
/// finds, and "not enabled" says that no amount that was tried so far makes it so. After each model the
/// solver is asked for amounts that do; these are tried from then on. Three or four mostly suffice.
///
/// Equal states are equal values; leaves that do not count may differ. Atoms that have no value
/// somewhere, and states without place in the shape, end the search: what was shown for fewer steps stands.
struct BoundedLassoSearch {
  typealias Term = TermGraph.Term

  /// A lasso in which the property is false, as the solver has it.
  struct Found {
    /// One state for each moment; for a loop that is closed by a step the last one is that at `loopStart`.
    var behavior: FoundBehavior
    var loopStart: Int
    var isStuttering: Bool
  }

  private var unrolling: Unrolling
  private let formula: TemporalFormula
  private let facts: [SymbolicSystem.Fact]
  private let sameState: Term
  private let overflow: Term
  private let stuttersAnywhere: Bool
  private let solver: Z3Solver
  private let seed: UInt32
  private let limits: SolverLimits
  private var asserted: [Term] = []
  /// By moment: the step to the next moment.
  private var steps: [Position] = []
  /// By atom: its unknown picks, and the values that were tried for them.
  private let picks: [[Int]]
  private var tried: [[[Integer]]]

  /// A moment with the one behind it.
  private struct Position {
    var first: Int
    var second: Int
    /// By atom: when it is true, with picks as the solver wants them.
    var atoms: [Term]
  }

  private static let triedLimit = 64

  private(set) var found: Found?
  /// Steps within which there is no such lasso.
  private(set) var depth = -1
  private(set) var stopped: String?
  /// Some state has no place in the shape.
  private(set) var isBeyondShape = false
  /// No behavior has more steps, so all were seen.
  private(set) var isExhausted = false

  /// - Throws: `SymbolicRefusal` for what cannot be encoded.
  /// - Returns: nil when there is no solver.
  init?(
    _ system: SymbolicSystem, _ machine: Machine, _ formula: TemporalFormula, seed: UInt32,
    limits: SolverLimits
  ) throws(SymbolicRefusal) {
    var graph = system.graph
    let encoded = try system.facts(of: formula, machine, &graph) { limits.isOver }
    facts = encoded.facts
    sameState = try system.sameState(machine, &graph)
    overflow = graph.disjunction(system.transitions.map(\.overflow))
    let beginsBeyond = Self.beginsBeyondShape(system, &graph, seed, limits)
    let taken = Set(formula.fairness.map(\.isTaken))
    stuttersAnywhere = formula.atoms.indices.contains { formula.atoms[$0].readsNext && !taken.contains($0) }
    unrolling = Unrolling(stuttersAnywhere ? system.stuttering : system, inputs: encoded.inputs)
    unrolling.graph = graph
    picks = facts.map { [unrolling] in unrolling.picks(in: $0.holds) }
    tried = facts.map { _ in [] }
    let isFinite = system.isFinite(graph) && picks.allSatisfy(\.isEmpty)
    let kind = isFinite ? Z3Solver.Kind.finite : .incremental
    guard let solver = Z3Solver(kind: kind, seed: seed, limits: limits) else { return nil }
    self.formula = formula
    self.solver = solver
    self.seed = seed
    self.limits = limits
    unrolling.declareConstants(in: solver)
    unrolling.beginInitially()
    unrolling.declareNew(in: solver)
    for constraint in unrolling.steps[0]?.constraints ?? [] { assert(constraint) }
    if beginsBeyond {
      stopped = "initial states have no place"
      isBeyondShape = true
    }
  }

  /// Searches one step deeper, or at the initial states first.
  ///
  /// - Returns: false when nothing is left to do.
  mutating func advance() -> Bool {
    guard stopped == nil, found == nil, !isExhausted, hasTime() else { return false }
    let last = depth + 1
    if last > 0 {
      unrolling.addStep()
      let isBeyond = unrolling.term(overflow, at: last - 1)
      unrolling.declareNew(in: solver)
      for constraint in unrolling.steps[last]?.constraints ?? [] { assert(constraint) }
      guard staysInShape(isBeyond) else { return false }
      if !stuttersAnywhere {
        guard let hasMore = isPossible(.true) else { return false }
        if !hasMore {
          isExhausted = true
          return false
        }
      }
      guard let step = position(from: last - 1, to: last) else { return false }
      steps.append(step)
      guard askForLoop(to: last) else { return false }
    }
    guard let end = position(from: last, to: last) else { return false }
    let isInLoop = (0...last).map { $0 == last ? Term.true : .false }
    guard ask(steps + [end], isInLoop, loops: nil, to: last) else { return false }
    depth = last
    return true
  }

  /// The atoms on a step, all of them with a value; nil where some may have none.
  private mutating func position(from first: Int, to second: Int) -> Position? {
    var undefined = Term.false
    var result = Position(first: first, second: second, atoms: [])
    for (atom, fact) in facts.enumerated() {
      var own: [Int: Term] = [:]
      for pick in Set(picks[atom] + unrolling.picks(in: fact.undefined)).sorted() {
        own[pick] = unrolling.fresh(like: pick, at: first)
      }
      let one = unrolling.relation(fact.undefined, from: first, to: second, own)
      undefined = unrolling.graph.or(undefined, one)
      result.atoms.append(unrolling.relation(fact.holds, from: first, to: second, own))
    }
    unrolling.declareNew(in: solver)
    return excludes(undefined, "a part of the formula may have no value after \(first) steps") ? result : nil
  }

  /// By atom: when it is true for some values of its picks that were tried.
  private mutating func triedAtoms(_ position: Position) -> [Term] {
    var result = position.atoms
    for atom in facts.indices where !picks[atom].isEmpty {
      var some = Term.false
      for values in tried[atom] {
        let known = images(ofPicks: picks[atom], values)
        let one = unrolling.relation(facts[atom].holds, from: position.first, to: position.second, known)
        some = unrolling.graph.or(some, one)
      }
      result[atom] = some
    }
    return result
  }

  private mutating func images(ofPicks picks: [Int], _ values: [Integer]) -> [Int: Term] {
    var result: [Int: Term] = [:]
    for (pick, value) in zip(picks, values) {
      result[pick] =
        unrolling.inputs.all[pick].isBoolean
        ? unrolling.graph.boolean(value != .zero) : unrolling.graph.integer(value)
    }
    return result
  }

  /// A loop whose last step leads back to a state before it.
  private mutating func askForLoop(to last: Int) -> Bool {
    var loops: [Term] = []
    var isInLoop: [Term] = []
    var facts: [Term] = []
    var isInside = Term.false
    for position in 0..<last {
      guard hasTime() else { return false }
      let isSame = unrolling.relation(sameState, from: position, to: last)
      let isStart = unrolling.freshBoolean("loop from \(position) by \(last)")
      facts.append(unrolling.graph.implies(isStart, isSame))
      loops.append(isStart)
      isInside = unrolling.graph.or(isInside, isStart)
      isInLoop.append(isInside)
    }
    unrolling.declareNew(in: solver)
    facts.append(isInside)
    return ask(steps, isInLoop, loops: (loops, facts), to: last)
  }

  /// Asks for a lasso that violates the property.
  ///
  /// - Parameter loops: when the loop starts at a position, and what is asserted of that; nil for a loop that
  ///   stutters.
  private mutating func ask(
    _ positions: [Position], _ isInLoop: [Term], loops: (starts: [Term], facts: [Term])?, to last: Int
  ) -> Bool {
    while true {
      var absent: [[Term]] = []
      for position in positions { absent.append(triedAtoms(position)) }
      let encoding = LassoFormula(
        formula: formula, atoms: positions.map(\.atoms), absentAtoms: absent, isInLoop: isInLoop)
      let holds = encoding.condition(&unrolling.graph)
      let question = unrolling.graph.conjunction((loops?.facts ?? []) + [unrolling.graph.not(holds)])
      if question == .false { return true }
      solver.push()
      defer { solver.pop() }
      solver.assert(question, unrolling.graph)
      switch solver.check(assuming: [], unrolling.graph) {
      case .unsatisfiable: return true
      case .unknown(let reason):
        stopped = reason
        return false
      case .satisfiable: break
      }
      let source = unrolling.solver(solver, havingModelOf: asserted + [question], seed: seed, limits: limits)
      guard let source, var behavior = FoundBehavior(&unrolling, source, count: last + 1) else {
        stopped = "the solver gives no model"
        return false
      }
      let start = loops?.starts.firstIndex { source.value(of: $0, unrolling.graph) == .one }
      guard let isNew = triesMore(positions, absent, source) else { return false }
      if isNew { continue }
      if !solver.isFinite, picks.allSatisfy(\.isEmpty) {
        let starts = loops?.starts ?? []
        let sameLoop = starts.enumerated().prefix((start ?? -1) + 1).map { place, term in
          place == start ? term : unrolling.graph.not(term)
        }
        behavior = unrolling.minimized(sameLoop, count: last + 1, solver) ?? behavior
      }
      found = Found(behavior: behavior, loopStart: start ?? last, isStuttering: loops == nil)
      return false
    }
  }

  // MARK: Picks of any amount

  /// Looks for picks that make an atom true where a model says that none of those that were tried does.
  ///
  /// - Returns: true when there were some; nil, with the reason noted, when that is not known.
  private mutating func triesMore(
    _ positions: [Position], _ absent: [[Term]], _ model: Z3Solver
  ) -> Bool? {
    var isNew = false
    for atom in facts.indices where !picks[atom].isEmpty {
      for (place, position) in positions.enumerated()
      where model.value(of: absent[place][atom], unrolling.graph) != .one {
        switch values(ofPicksIn: atom, position, model) {
        case .success(let values):
          guard let values, !tried[atom].contains(values) else { continue }
          guard tried[atom].count < Self.triedLimit else {
            stopped = "\(describe(atom)) depends on too many amounts"
            return nil
          }
          tried[atom].append(values)
          isNew = true
        case .failure(let failure):
          stopped = failure.reason
          return nil
        }
      }
    }
    return isNew
  }

  /// The fairness that an atom is part of.
  private func describe(_ atom: Int) -> String {
    formula.fairness.first { $0.isEnabled == atom || $0.isTaken == atom }?.description ?? "an action"
  }

  private struct Unknown: Error {
    var reason: String
  }

  /// Picks with which an atom is true on a step of a model; nil where there are none.
  private mutating func values(
    ofPicksIn atom: Int, _ position: Position, _ model: Z3Solver
  ) -> Result<[Integer]?, Unknown> {
    let first = constants(unrolling.moments[position.first].leaves, model)
    let second = constants(unrolling.moments[position.second].leaves, model)
    var fixed = unrolling.relation(facts[atom].holds, from: first, to: second)
    let open = unrolling.system.openConstants.flatMap(\.leaves)
    var known: [Int32: Term] = [:]
    for (leaf, value) in zip(open, constants(open, model)) { known[leaf.index] = value }
    fixed = unrolling.graph.substituting(fixed, &known) { _ in nil }
    if fixed == .false { return .success(nil) }
    guard let solver = Z3Solver(seed: seed, limits: limits) else {
      return .failure(Unknown(reason: "the solver cannot be started"))
    }
    for pick in picks[atom] { solver.declare(pick..<(pick + 1), unrolling.inputs) }
    solver.assert(fixed, unrolling.graph)
    switch solver.check(assuming: [], unrolling.graph) {
    case .unsatisfiable: return .success(nil)
    case .unknown(let reason): return .failure(Unknown(reason: reason))
    case .satisfiable:
      var values: [Integer] = []
      for pick in picks[atom] {
        let input = unrolling.inputs.all[pick]
        let term =
          input.isBoolean ? unrolling.graph.booleanInput(pick) : unrolling.graph.input(pick, input.range)
        values.append(solver.value(of: term, unrolling.graph) ?? .zero)
      }
      return .success(values)
    }
  }

  /// Terms for what a model says of some others.
  private mutating func constants(_ terms: [Term], _ model: Z3Solver) -> [Term] {
    var result: [Term] = []
    for term in terms {
      let value = model.value(of: term, unrolling.graph) ?? .zero
      result.append(
        unrolling.graph.isBoolean(term)
          ? unrolling.graph.boolean(value != .zero) : unrolling.graph.integer(value))
    }
    return result
  }

  // MARK: Questions

  private mutating func hasTime() -> Bool {
    if limits.isOver { stopped = "time is over" }
    return stopped == nil
  }

  private mutating func staysInShape(_ isBeyond: Term) -> Bool {
    if isBeyond == .false { return true }
    guard let answer = isPossible(isBeyond) else { return false }
    if answer {
      stopped = "states have no place beyond \(depth) steps"
      isBeyondShape = true
      return false
    }
    assert(unrolling.graph.not(isBeyond))
    return true
  }

  /// Whether some initial state has no place in the shape; true where that is not known.
  private static func beginsBeyondShape(
    _ system: SymbolicSystem, _ graph: inout TermGraph, _ seed: UInt32, _ limits: SolverLimits
  ) -> Bool {
    let overflow = graph.disjunction(system.initial.map(\.overflow))
    if overflow == .false { return false }
    guard let solver = Z3Solver(seed: seed, limits: limits) else { return true }
    solver.declare(0..<system.inputs.all.count, system.inputs)
    for fact in system.assumptions { solver.assert(fact.holds, graph) }
    solver.assert(overflow, graph)
    return solver.check(assuming: [], graph) != .unsatisfiable
  }

  /// True when something is never the case, which is then a fact; otherwise the search is over.
  private mutating func excludes(_ term: Term, _ reason: String) -> Bool {
    if term == .false { return true }
    guard let answer = isPossible(term) else { return false }
    if answer {
      stopped = reason
      return false
    }
    assert(unrolling.graph.not(term))
    return true
  }

  /// Nil, with the reason noted, when that is not known.
  private mutating func isPossible(_ term: Term) -> Bool? {
    solver.push()
    defer { solver.pop() }
    solver.assert(term, unrolling.graph)
    switch solver.check(assuming: [], unrolling.graph) {
    case .satisfiable: return true
    case .unsatisfiable: return false
    case .unknown(let reason):
      stopped = reason
      return nil
    }
  }

  private mutating func assert(_ term: Term) {
    asserted.append(term)
    solver.assert(term, unrolling.graph)
  }
}
