import ProtocolModel

/// A temporal formula as a condition on a lasso of given length whose loop start is unknown.
///
/// With `always`, `eventually` and fairness alone the encoding needs no unknowns of its own
/// and no second lap: from each position a behavior comes to all later ones and to all those of the loop, so
/// `always(p)` is "p at each later position, and at each position in the loop". Its size is linear in
/// the length, as that of Latvala, Biere, Heljanko, Junttila ("Simple bounded LTL model checking",
/// FMCAD 2004), who treat `until`, too, and therefore need a fixed point.
struct LassoFormula {
  typealias Term = TermGraph.Term

  let formula: TemporalFormula
  /// By position and atom: when it is true there; used where its truth makes the formula false.
  let atoms: [[Term]]
  /// The same, used where its falsity makes the formula false. The two differ for atoms that are true when
  /// their term is so for some value of unknown picks.
  let absentAtoms: [[Term]]
  /// By position: when it is part of the loop.
  let isInLoop: [Term]

  /// When the formula is true of the lasso: where it is not, there is a violation.
  ///
  /// Recurses as deep as the formula nests, see `runOnLargeStack`.
  ///
  /// - Complexity: O(positions * nodes of the formula).
  func condition(_ graph: inout TermGraph) -> Term {
    values(of: formula.root, isPositive: true, &graph).first ?? .true
  }

  /// By position: when a formula is true from there on.
  ///
  /// - Parameter isPositive: under an even number of negations.
  private func values(
    of node: TemporalFormula.Node, isPositive: Bool, _ graph: inout TermGraph
  ) -> [Term] {
    switch node {
    case .constant(let value): return atoms.map { _ in graph.boolean(value) }
    case .atom(let atom): return values(ofAtom: atom, isPositive: isPositive)
    case .not(let inner): return values(of: inner, isPositive: !isPositive, &graph).map { graph.not($0) }
    case .and(let parts):
      var result = atoms.map { _ in Term.true }
      for part in parts {
        for (position, value) in values(of: part, isPositive: isPositive, &graph).enumerated() {
          result[position] = graph.and(result[position], value)
        }
      }
      return result
    case .or(let parts):
      var result = atoms.map { _ in Term.false }
      for part in parts {
        for (position, value) in values(of: part, isPositive: isPositive, &graph).enumerated() {
          result[position] = graph.or(result[position], value)
        }
      }
      return result
    case .always(let inner):
      let negated = values(of: inner, isPositive: isPositive, &graph).map { graph.not($0) }
      return sometime(negated, &graph).map { graph.not($0) }
    case .eventually(let inner): return sometime(values(of: inner, isPositive: isPositive, &graph), &graph)
    case .fair(let index):
      let isFair = isFair(formula.fairness[index], isPositive: isPositive, &graph)
      return atoms.map { _ in isFair }
    }
  }

  private func sometime(_ values: [Term], _ graph: inout TermGraph) -> [Term] {
    var later = inLoop(values, &graph)
    var result: [Term] = []
    for value in values.reversed() {
      later = graph.or(value, later)
      result.append(later)
    }
    return result.reversed()
  }

  /// When some value in the loop is true.
  private func inLoop(_ values: [Term], _ graph: inout TermGraph) -> Term {
    var result = Term.false
    for (value, isInside) in zip(values, isInLoop) { result = graph.or(result, graph.and(isInside, value)) }
    return result
  }

  private func values(ofAtom atom: Int, isPositive: Bool) -> [Term] {
    (isPositive ? absentAtoms : atoms).map { $0[atom] }
  }

  private func isFair(
    _ condition: FairnessCondition, isPositive: Bool, _ graph: inout TermGraph
  ) -> Term {
    let isTaken = inLoop(values(ofAtom: condition.isTaken, isPositive: isPositive), &graph)
    let enabled = values(ofAtom: condition.isEnabled, isPositive: !isPositive)
    if condition.isStrong { return graph.or(isTaken, graph.not(inLoop(enabled, &graph))) }
    let disabled = enabled.map { graph.not($0) }
    return graph.or(isTaken, inLoop(disabled, &graph))
  }
}
