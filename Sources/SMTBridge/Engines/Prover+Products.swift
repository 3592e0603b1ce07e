import ProtocolModel

/// Properties with products of unknowns, by linear facts about the products.
///
/// A solver for non-linear arithmetic rarely ends on questions with sums of products in them, even
/// where a contract says all that is needed. So each transition is asked for on its own: what it
/// makes of the state then stands in the place of the next state, terms that mean the same become
/// the same term, and what is left of the products is told to a linear solver by `ProductLemmas`.
/// What follows so is proved; what does not stays open.
extension Prover {
  /// Properties that nothing else decided, each on its own.
  mutating func proveProducts() {
    options.progress?("products")
    for index in chosen.indices where isOpen(index) && !options.limits.isOver {
      if let candidate = candidates[index], chosen[index].kind != .witness {
        guard graph.hasProducts(below: candidate) else { continue }
        let round = Certificate.splitRound(
          candidate, given: ledger.terms, system, graph, name: "round\(ledger.depths.count)")
        guard hold(round) else { continue }
        ledger.addRound([(candidate, index)], depth: 1, isSplit: true)
      } else if chosen[index].kind == .temporal, chosen[index].shape == .alwaysStep {
        guard system.predicates[index].refusal == nil else { continue }
        let bad = badSteps(index)
        let idle = badWithoutChange(index)
        guard graph.hasProducts(below: bad), let idleRests = facts(excluding: idle, withStep: false) else {
          continue
        }
        let use = ProofLedger.Conclusion(
          name: chosen[index].name, bad: bad, isOfStep: true, rests: Array(ledger.facts.indices),
          property: index, isSplit: true)
        guard hold(Certificate.splitSteps(use, ledger, system, graph)) else { continue }
        ledger.conclude(use)
        concludeIdle(index, idle, idleRests)
      } else {
        continue
      }
      result.properties[index].verdict = .holds
      result.properties[index].strength = .inductive(k: 1, lemmas: 0)
    }
  }

  private func hold(_ obligations: [Obligation]) -> Bool {
    let limits = share()
    return obligations.allSatisfy { $0.solve(system, seed: options.seed, limits: limits) == .unsatisfiable }
  }
}

extension Certificate {
  /// That a fact holds at the start and is preserved by each transition, given others.
  static func splitRound(
    _ fact: TermGraph.Term, given known: [TermGraph.Term], _ system: SymbolicSystem, _ graph: TermGraph,
    name: String
  ) -> [Obligation] {
    var graph = graph
    let negation = graph.not(fact)
    var result = [
      Obligation(
        name: "\(name)-init",
        explanation: "The fact of \(name) holds at the start. Products are unknowns with facts.\n",
        isFromInitialState: true, steps: 0, hypotheses: known.map { ($0, 0) }, bad: [(negation, 0)],
        graph: graph, isLinear: true)
    ]
    for (number, transition) in system.transitions.enumerated() where transition.enabled != .false {
      result.append(
        Obligation(
          name: "\(name)-step\(number)",
          explanation:
            "The fact of \(name) holds after transition \(number). Products are unknowns with facts.\n",
          isFromInitialState: false, steps: 1,
          hypotheses: known.map { ($0, 0) } + [(fact, 0)], bad: [(negation, 1)], graph: graph,
          transition: number, isLinear: true))
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
