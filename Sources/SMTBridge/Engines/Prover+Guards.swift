import ProtocolModel

/// Which guards the proofs need.
///
/// A guard is dropped by itself, in all ways to step that have it, and the facts of all proofs are
/// asked again which of them are inductive (Houdini, as in `InductiveSubset`). A property that is
/// still among them, or still follows, does not rest on the guard: a fault that drops it would go
/// unnoticed by that property. Guards that already exclude some ways to step when the step is laid
/// out (a comparison of two picks, say) are not examined, since these ways would have to come back.
extension Prover {
  /// Fills in `unneededGuards`.
  mutating func findUnneededGuards() {
    let proved = chosen.indices.filter {
      guard case .inductive = result.properties[$0].strength else { return false }
      return result.properties[$0].verdict == .holds
    }
    guard options.asksForGuards, !proved.isEmpty else { return }
    for named in system.namedGuards where !options.limits.isOver {
      tell(.guards, machine.text(of: named.origin))
      var graph = graph
      let weaker = system.dropping(named, &graph)
      let surviving = survivingFacts(in: weaker, graph)
      let names = proved.filter { stands($0, on: surviving, in: weaker, graph) }.map { chosen[$0].name }
      if names.isEmpty { continue }
      result.unneededGuards.append(
        UnneededGuard(
          text: machine.text(of: named.origin), action: machine[named.action].name, properties: names,
          isForAll: names.count == proved.count))
    }
    if options.limits.isOver { result.notes.append("not all guards were examined in time") }
  }

  /// The facts of the proofs that are inductive in another system, too, round by round.
  private func survivingFacts(in other: SymbolicSystem, _ graph: TermGraph) -> Set<Int> {
    var result: Set<Int> = []
    for (round, depth) in ledger.depths.enumerated() {
      let own = ledger.facts.indices.filter { ledger.facts[$0].round == round }
      var subset = InductiveSubset(other, seed: options.seed, limits: options.limits)
      subset.known = result.sorted().map { ledger.facts[$0].term }
      let terms = own.map { ledger.facts[$0].term }
      result.formUnion(subset.survivors(of: terms, graph, k: depth).map { own[$0] })
    }
    return result
  }

  /// True if a property is one of these facts, or follows from them.
  private func stands(
    _ property: Int, on facts: Set<Int>, in other: SymbolicSystem, _ graph: TermGraph
  ) -> Bool {
    if facts.contains(where: { ledger.facts[$0].property == property }) { return true }
    guard let use = ledger.uses.first(where: { $0.property == property }) else { return false }
    let obligation = Obligation(
      name: "", explanation: "", isFromInitialState: false, steps: use.isOfStep ? 1 : 0,
      hypotheses: facts.sorted().map { (ledger.facts[$0].term, 0) }, bad: [(use.bad, 0)], graph: graph)
    return obligation.solve(other, seed: options.seed, limits: options.limits.spending(5)) == .unsatisfiable
  }
}
