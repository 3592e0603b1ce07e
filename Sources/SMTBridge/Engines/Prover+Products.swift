import ProtocolModel

/// Properties with products of unknowns, by linear facts about the products.
///
/// A solver for non-linear arithmetic rarely ends on questions with sums of products in them, even
/// where a contract says all that is needed. So each transition is asked for on its own: what it
/// makes of the state then stands in the place of the next state, terms that mean the same become
/// the same term, and what is left of the products is told to a linear solver by `ProductLemmas`.
/// What follows so is proved; what does not stays open.
extension Prover {
  /// Proves what is inductive together, transition by transition, then properties of transitions.
  mutating func proveProducts() {
    guard isOpen, graph.hasProducts else { return }
    tell(.products)
    let limits = share()
    let open = candidates.indices.filter { candidates[$0] != nil && isOpen($0) }
    let inductive = inductiveByProducts(open, limits)
    if !inductive.isEmpty {
      ledger.addRound(inductive.map { (candidates[$0] ?? .true, $0) }, depth: 1, isSplit: true)
      for index in inductive {
        result.properties[index].verdict = chosen[index].kind == .witness ? .violated : .holds
        result.properties[index].strength = .inductive(k: 1, lemmas: 0)
      }
    }
    for index in chosen.indices where isOpen(index) && !options.limits.isOver {
      guard chosen[index].kind == .temporal, chosen[index].shape == .alwaysStep,
        system.predicates[index].refusal == nil
      else { continue }
      let idle = badWithoutChange(index)
      guard let idleRests = facts(excluding: idle, withStep: false) else { continue }
      let use = ProofLedger.Conclusion(
        name: chosen[index].name, bad: badSteps(index), isOfStep: true, rests: Array(ledger.facts.indices),
        property: index, isSplit: true)
      let obligations = Certificate.splitSteps(use, ledger, system, graph)
      guard obligations.allSatisfy({ isProved($0, limits) }) else { continue }
      ledger.conclude(use)
      concludeIdle(index, idle, idleRests)
      result.properties[index].verdict = .holds
      result.properties[index].strength = .inductive(k: 1, lemmas: 0)
    }
  }

  /// Those of some properties that each transition preserves together.
  private mutating func inductiveByProducts(_ open: [Int], _ limits: SolverLimits) -> [Int] {
    func fact(_ index: Int) -> Term { candidates[index] ?? .true }
    let known = ledger.terms
    let name = "products"
    var alive = open.filter { index in
      let start = Certificate.splitStart([fact(index)], given: known, graph, name: name)
      return isProved(start, limits)
    }
    while !alive.isEmpty {
      let facts = alive.map(fact)
      let kept = alive.filter { index in
        system.transitions.indices.allSatisfy { number in
          system.transitions[number].enabled == .false
            || isProved(
              Certificate.splitStep(
                [fact(index)], number, assuming: facts, given: known, graph, name: name), limits)
        }
      }
      if kept.count == alive.count || limits.isOver { return kept.count == alive.count ? alive : [] }
      alive = kept
    }
    return []
  }

  private func isProved(_ obligation: Obligation, _ limits: SolverLimits) -> Bool {
    let limits = limits.spending(Self.secondsForObligation)
    return obligation.solve(system, seed: options.seed, limits: limits) == .unsatisfiable
  }

  private static let secondsForObligation = 10.0
}

extension Certificate {
  typealias Facts = [TermGraph.Term]

  /// That facts hold at the start.
  static func splitStart(
    _ facts: Facts, given known: Facts, _ graph: TermGraph, name: String
  ) -> Obligation {
    var graph = graph
    let negations = facts.map { graph.not($0) }
    return Obligation(
      name: "\(name)-init",
      explanation: "The facts of \(name) hold at the start. Products are unknowns with facts.\n",
      isFromInitialState: true, steps: 0, hypotheses: known.map { ($0, 0) },
      bad: negations.map { ($0, 0) }, graph: graph, isLinear: true)
  }

  /// That facts hold after a transition.
  static func splitStep(
    _ facts: Facts, _ transition: Int, assuming before: Facts, given known: Facts, _ graph: TermGraph,
    name: String
  ) -> Obligation {
    var graph = graph
    let negations = facts.map { graph.not($0) }
    return Obligation(
      name: "\(name)-step\(transition)",
      explanation:
        "The facts of \(name) hold after transition \(transition). Products are unknowns with facts.\n",
      isFromInitialState: false, steps: 1, hypotheses: (known + before).map { ($0, 0) },
      bad: negations.map { ($0, 1) }, graph: graph, transition: transition, isLinear: true)
  }

  /// That facts hold at the start and are preserved by each transition, given others.
  static func splitRound(
    _ facts: Facts, given known: Facts, _ system: SymbolicSystem, _ graph: TermGraph, name: String
  ) -> [Obligation] {
    var result = [splitStart(facts, given: known, graph, name: name)]
    for (number, transition) in system.transitions.enumerated() where transition.enabled != .false {
      result.append(splitStep(facts, number, assuming: facts, given: known, graph, name: name))
    }
    return result
  }

  /// That no transition is as a conclusion says.
  static func splitSteps(
    _ use: ProofLedger.Conclusion, _ ledger: ProofLedger, _ system: SymbolicSystem, _ graph: TermGraph
  ) -> [Obligation] {
    let name = "follows-\(use.name.filter { $0.isLetter || $0.isNumber || $0 == "_" })"
    var result: [Obligation] = []
    for (number, transition) in system.transitions.enumerated() where transition.enabled != .false {
      result.append(
        Obligation(
          name: "\(name)-step\(number)",
          explanation: "\(use.name) is true of transition \(number). Products are unknowns with facts.\n",
          isFromInitialState: false, steps: 1, hypotheses: use.rests.map { (ledger.facts[$0].term, 0) },
          bad: [(use.bad, 0)], graph: graph, transition: number, isLinear: true))
    }
    return result
  }
}
