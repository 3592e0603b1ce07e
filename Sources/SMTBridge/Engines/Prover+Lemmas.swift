import ProtocolModel

/// Lemmas: equations, then clauses of two literals over harvested atoms.
///
/// Candidates that are false in some state that the first steps reach are dropped at once,
/// by asking for such states; what is left goes to `InductiveSubset` together with the open
/// properties. Lemmas that no proof needs are dropped before they are told.
extension Prover {
  private static let clauseLimit = 6_000

  mutating func strengthen() {
    tell(.lemmas, "equations")
    let equations = AffineEqualities(system: system, seed: options.seed, limits: share())
      .equations(&graph, known: ledger.terms)
    if !equations.isEmpty {
      induct(k: 1, with: equations)
      if !isOpen { return }
    }
    let atoms = Atoms(system, &graph)
    let samples = SampledTruth(system, atoms, &graph, seed: options.seed, limits: share())
    for kind in [LemmaKind.clauses, .equations, .differences] where !options.limits.isOver {
      tell(.lemmas, "\(kind)")
      let candidates = candidates(kind, atoms, samples)
      if candidates.isEmpty { continue }
      induct(k: 1, with: candidates)
      if isOpen { induct(k: 2) }
      if !isOpen { return }
      if !isOpen { return }
      if kind == .equations { runSpacer(budgets: [4], withFacts: false) }
    }
  }

  /// The kinds of lemmas, from the cheapest on.
  private enum LemmaKind { case clauses, equations, differences }

  private mutating func candidates(_ kind: LemmaKind, _ atoms: Atoms, _ samples: SampledTruth) -> [Term] {
    if samples.rows.isEmpty { return [] }
    switch kind {
    case .clauses: return clauses(atoms, samples)
    case .equations: return conditional(atoms.equations, samples.equations, atoms, samples)
    case .differences: return conditional(atoms.differences, samples.differences, atoms, samples)
    }
  }

  /// Literals and clauses of two literals that hold in the first few states.
  private mutating func clauses(_ atoms: Atoms, _ samples: SampledTruth) -> [Term] {
    let literals = atoms.terms.flatMap { [$0, graph.not($0)] }
    var result: [Term] = []
    var isUnit = [Bool](repeating: false, count: literals.count)
    for index in literals.indices where samples.allSatisfy([index]) {
      isUnit[index] = true
      result.append(literals[index])
    }
    for first in literals.indices where !isUnit[first] {
      for second in literals.indices where second > first && !isUnit[second] && first / 2 != second / 2 {
        guard samples.allSatisfy([first, second]) else { continue }
        let clause = graph.or(literals[first], literals[second])
        if graph.booleanValue(of: clause) == nil { result.append(clause) }
        if result.count >= Self.clauseLimit { return result }
      }
    }
    return result
  }

  /// Facts that hold where one or two flags or labels are as they are, and not always.
  private mutating func conditional(
    _ facts: [Term], _ columns: Range<Int>, _ atoms: Atoms, _ samples: SampledTruth
  ) -> [Term] {
    let premises = atoms.premises.flatMap { [$0, graph.not($0)] }
    let p = samples.premises.lowerBound
    var result: [Term] = []
    for (index, fact) in facts.enumerated() {
      let column = columns.lowerBound + index
      if samples.allSatisfy([column]) {
        result.append(fact)
        continue
      }
      guard samples.rows.contains(where: { $0[column] }) else { continue }
      var rest: [Int] = []
      for first in premises.indices {
        if !samples.allSatisfy([p + first, column]) {
          rest.append(first)
        } else if !samples.allSatisfy([p + first]) {
          result.append(graph.or(premises[first], fact))
        }
      }
      for first in rest {
        for second in rest where second > first && first / 2 != second / 2 {
          guard result.count < Self.clauseLimit, samples.allSatisfy([p + first, p + second, column]),
            !samples.allSatisfy([p + first, p + second])
          else { continue }
          let either = graph.or(premises[first], premises[second])
          let clause = graph.or(either, fact)
          if graph.booleanValue(of: clause) == nil { result.append(clause) }
        }
      }
    }
    return result
  }
}

/// Which atoms are true in states that the first steps reach: one row a state.
struct SampledTruth {
  private(set) var rows: [[Bool]] = []
  /// Columns: literals of the atoms, of the premises, then facts.
  let premises: Range<Int>
  let equations: Range<Int>
  let differences: Range<Int>

  init(
    _ system: SymbolicSystem, _ atoms: Atoms, _ graph: inout TermGraph, seed: UInt32, limits: SolverLimits
  ) {
    let literals = atoms.terms.flatMap { [$0, graph.not($0)] }
    let conditions = atoms.premises.flatMap { [$0, graph.not($0)] }
    premises = literals.count..<(literals.count + conditions.count)
    equations = premises.upperBound..<(premises.upperBound + atoms.equations.count)
    differences = equations.upperBound..<(equations.upperBound + atoms.differences.count)
    let sampler = StateSampler(system: system, seed: seed, limits: limits)
    for state in sampler.states(&graph, wanted: 80, depth: 7) {
      var values = TermEvaluation(graph, state)
      rows.append((literals + conditions + atoms.equations + atoms.differences).map { values.isTrue($0) })
    }
  }

  /// True if some of the columns is true in every row.
  func allSatisfy(_ columns: [Int]) -> Bool {
    rows.allSatisfy { row in columns.contains { row[$0] } }
  }
}

extension Prover {
  /// Spacer for each open property on its own, with several seeds: some take a second, others
  /// for ever. What it finds goes through `induct` as any other lemma.
  mutating func runSpacer(budgets: [Double] = [4, 10, 20], withFacts: Bool = true) {
    for seconds in budgets {
      for index in candidates.indices {
        guard let candidate = candidates[index], isOpen(index), !options.limits.isOver else { continue }
        tell(.spacer, chosen[index].name)
        let spacer = Z3Spacer(system: system)
        let seed = options.seed &+ UInt32(seconds)
        let limits = options.limits.spending(seconds)
        let bad = graph.not(candidate)
        guard
          let conjuncts = spacer.invariant(
            excluding: bad, known: withFacts ? ledger.terms : [], &graph, seed: seed, limits: limits)
        else { continue }
        induct(k: 1, with: conjuncts)
      }
      if !isOpen { return }
    }
  }
}

/// States that can be reached in a few steps, as many different ones as are asked for.
struct StateSampler {
  typealias Term = TermGraph.Term
  let system: SymbolicSystem
  let seed: UInt32
  let limits: SolverLimits

  /// Values of the current leaves and of the open constants, by number of the unknown.
  ///
  /// Each transition is to be taken last at each depth, if it can be.
  func states(_ graph: inout TermGraph, wanted: Int, depth: Int) -> [[Int: Integer]] {
    var found: [[Int: Integer]] = []
    guard let solver = Z3Solver(seed: seed, limits: limits) else { return [] }
    var unrolling = Unrolling(system)
    unrolling.graph = graph
    unrolling.declareConstants(in: solver)
    unrolling.beginInitially()
    for level in 0...depth {
      if level > 0 { unrolling.addStep() }
      unrolling.declareNew(in: solver)
      let step = unrolling.steps[level]
      for constraint in step?.constraints ?? [] { solver.assert(constraint, unrolling.graph) }
      for selector in step?.selectors ?? [] where selector != .false {
        guard solver.check(assuming: selector == .true ? [] : [selector], unrolling.graph) == .satisfiable
        else { continue }
        // Every state on the way is reachable.
        for moment in (level < depth ? level...level : 0...level) {
          found.append(read(unrolling, moment, solver))
        }
        if limits.isOver { return found }
      }
    }
    return found
  }

  private func read(_ unrolling: Unrolling, _ moment: Int, _ solver: Z3Solver) -> [Int: Integer] {
    var values: [Int: Integer] = [:]
    for (place, term) in unrolling.moments[moment].leaves.enumerated() {
      guard case .input(let number, _) = unrolling.graph[system.current[place]] else { continue }
      values[Int(number)] = solver.value(of: term, unrolling.graph) ?? .zero
    }
    for term in system.openConstants.flatMap(\.leaves) {
      guard case .input(let number, _) = unrolling.graph[term] else { continue }
      values[Int(number)] = solver.value(of: term, unrolling.graph) ?? .zero
    }
    return values
  }
}

/// Values of terms, given those of the unknowns.
struct TermEvaluation {
  typealias Term = TermGraph.Term
  private let graph: TermGraph
  private let inputs: [Int: Integer]
  private var known: [Int32: Integer] = [:]

  init(_ graph: TermGraph, _ inputs: [Int: Integer]) {
    self.graph = graph
    self.inputs = inputs
  }

  mutating func isTrue(_ term: Term) -> Bool { value(of: term) == .one }

  mutating func value(of term: Term) -> Integer {
    for node in graph.unvisited(below: term, isKnown: { known[$0.index] != nil }) {
      known[node.index] = compute(graph[node])
    }
    return known[term.index] ?? .zero
  }

  private func value(_ term: Term) -> Integer { known[term.index] ?? .zero }

  private func truth(_ condition: Bool) -> Integer { condition ? .one : .zero }

  private func compute(_ node: TermGraph.Node) -> Integer {
    switch node {
    case .boolean(let flag): truth(flag)
    case .integer(let number): .small(number)
    case .input(let number, _): inputs[Int(number)] ?? .zero
    case .not(let a): truth(value(a).isZero)
    case .and(let a, let b): truth(!value(a).isZero && !value(b).isZero)
    case .or(let a, let b): truth(!value(a).isZero || !value(b).isZero)
    case .ite(let c, let a, let b): value(c).isZero ? value(b) : value(a)
    case .equal(let a, let b): truth(value(a) == value(b))
    case .less(let a, let b): truth(value(a) < value(b))
    case .lessOrEqual(let a, let b): truth(!(value(b) < value(a)))
    case .add(let a, let b): value(a) + value(b)
    case .subtract(let a, let b): value(a) - value(b)
    case .multiply(let a, let b): (try? value(a) * value(b)) ?? .zero
    case .quotient(let a, let b): (try? value(a).quotient(dividingBy: value(b))) ?? .zero
    case .remainder(let a, let b): (try? value(a).remainder(dividingBy: value(b))) ?? .zero
    }
  }
}
