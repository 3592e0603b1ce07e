import ProtocolModel

extension Unrolling {
  /// The behavior of a solver's model with the same actions and smaller numbers: first the constants, then
  /// what each step picks, each as near to 0 as those before it allow.
  ///
  /// - Parameters:
  ///   - terms: what the behavior is an example of.
  ///   - count: its states.
  /// - Returns: nil where no number can be lowered in the time that there is for it.
  mutating func minimized(_ terms: [Term], count: Int, _ solver: Z3Solver) -> FoundBehavior? {
    var amounts = system.openConstants.flatMap(\.leaves).filter { !graph.isBoolean($0) }
    var path: [Term] = []
    for (index, step) in steps.enumerated().prefix(count) {
      guard let step, let taken = step.selectors.firstIndex(where: { solver.value(of: $0, graph) == .one })
      else { return nil }
      if step.selectors[taken] != .true { path.append(step.selectors[taken]) }
      let transitions = step.isInitial ? system.initial : system.transitions
      for pick in transitions[taken].picks {
        for term in SymbolicSystem.terms(of: pick.value) where !graph.isBoolean(term) {
          amounts.append(pickTerm(term, step, at: index))
        }
      }
    }
    declareNew(in: solver)
    guard let search = SmallNumbers.begin(amounts, given: path + terms, solver, &graph) else { return nil }
    defer { search.end() }
    return FoundBehavior(&self, solver, count: count)
  }
}

/// Lowers numbers in a solver's model one after the other, each on a level of its own.
struct SmallNumbers {
  typealias Term = TermGraph.Term
  let solver: Z3Solver
  private let keptLimits: SolverLimits
  /// How many more questions may be asked.
  var queries: Int
  private(set) var levels = 0
  private(set) var isChanged = false

  private static let seconds = 2.0
  private static let queries = 150

  private init(_ solver: Z3Solver) {
    self.solver = solver
    keptLimits = solver.limits
    queries = Self.queries
    solver.limits = keptLimits.spending(Self.seconds)
    solver.push()
  }

  /// Gives the solver a model with smaller numbers; `end` has to follow.
  ///
  /// - Returns: nil, and the solver as it was, where no number can be lowered in the time for it.
  static func begin(
    _ amounts: [Term], given facts: [Term], _ solver: Z3Solver, _ graph: inout TermGraph
  ) -> SmallNumbers? {
    var search = SmallNumbers(solver)
    for fact in facts { solver.assert(fact, graph) }
    for amount in amounts { search.lower(amount, &graph) }
    if search.isChanged, solver.check(assuming: [], graph) == .satisfiable { return search }
    search.end()
    return nil
  }

  func end() {
    for _ in 0...levels { solver.pop() }
    solver.limits = keptLimits
  }

  /// Asks for the least distance from 0 that a number can have, and keeps it there.
  private mutating func lower(_ number: Term, _ graph: inout TermGraph) {
    guard queries > 0, graph.integerValue(of: number) == nil,
      solver.check(assuming: [], graph) == .satisfiable,
      let value = solver.value(of: number, graph)
    else { return }
    // Bounds that are possible and impossible; the number is between them.
    var (high, low) = (value.magnitude.asInt ?? .max, -1)
    var bound = 0
    while high - low > 1, bound < high, queries > 0 {
      if isPossible(number, bound, &graph) { high = bound } else { low = bound }
      if high == bound { break }
      bound = max(1, bound * 2)
    }
    while high - low > 1, high <= 1 << 20, queries > 0 {
      let middle = low + (high - low) / 2
      if isPossible(number, middle, &graph) { high = middle } else { low = middle }
    }
    if high < 1 << 40 { keep(number, high, &graph) }
  }

  private mutating func isPossible(_ number: Term, _ bound: Int, _ graph: inout TermGraph) -> Bool {
    queries -= 1
    solver.push()
    solver.assert(within(number, bound, &graph), graph)
    defer { solver.pop() }
    return solver.check(assuming: [], graph) == .satisfiable
  }

  private mutating func keep(_ number: Term, _ bound: Int, _ graph: inout TermGraph) {
    solver.push()
    levels += 1
    isChanged = true
    solver.assert(within(number, bound, &graph), graph)
  }

  private func within(_ number: Term, _ bound: Int, _ graph: inout TermGraph) -> Term {
    let (low, high) = (graph.integer(-bound), graph.integer(bound))
    return graph.and(graph.lessOrEqual(low, number), graph.lessOrEqual(number, high))
  }
}
