import ProtocolModel

/// Extremes of quantities: the best value within the bound, by a search of its own, and then the
/// proof that no reachable state is beyond it, which is an invariant like any other.
extension Prover {
  /// Share of the time for all quantities together.
  private static let shareOfExtremes = 0.4

  /// Finds the best value of each quantity within the steps that were asked for.
  mutating func findExtremes() {
    let quantities = chosen.indices.filter { chosen[$0].kind.isQuantity && isOpen($0) }
    let share = options.limits.rest.map { $0 * Self.shareOfExtremes / Double(max(1, quantities.count)) }
    for index in quantities where !options.limits.isOver {
      guard let quantity = system.predicates[index].quantity else { continue }
      let (isMaximum, undefined) = (chosen[index].kind == .maximum, system.predicates[index].whole.undefined)
      let limits = share.map { options.limits.ending(in: $0) } ?? options.limits
      let search = ExtremeSearch(
        system, graph, of: quantity, undefined: undefined, isMaximum: isMaximum, seed: options.seed,
        limits: limits)
      guard var search else { continue }
      while search.depth < options.maxSteps, !search.isExhausted {
        tell(.extremes, chosen[index].name, depth: search.depth + 1, upTo: options.maxSteps)
        if !search.advance() { break }
      }
      extremeDepths[index] = search.isExhausted ? options.maxSteps : search.depth
      guard let best = search.best, take(best, index) else { continue }
      if search.isUnbounded {
        let scope = result.openConstants.isEmpty ? "" : " for all values of the open constants"
        result.properties[index].note =
          "has no bound\(scope), as it seems: \(best.value) is attained"
        continue
      }
      let bound = graph.integer(best.value)
      let isWithin = isMaximum ? graph.lessOrEqual(quantity, bound) : graph.lessOrEqual(bound, quantity)
      candidates[index] = graph.and(isWithin, graph.not(undefined))
    }
  }

  /// - Returns: false, after noting it, when the evaluator does not confirm the value.
  private mutating func take(_ best: ExtremeSearch.Best, _ index: Int) -> Bool {
    let replay = BehaviorReplay(machine, best.behavior)
    guard let trace = findings.replayed(replay, "quantity `\(chosen[index].name)`", &result) else {
      return false
    }
    guard let value = replay.value(of: chosen[index]), value == best.value else {
      result.disagreement =
        "the solver finds \(best.value) for `\(chosen[index].name)` after \(best.steps) steps, "
        + "the evaluator does not"
      return false
    }
    result.properties[index].value = best.value
    result.properties[index].trace = trace
    result.properties[index].steps = best.steps
    result.properties[index].constants = findings.named(best.behavior.constants)
    return true
  }

  /// What is beyond the steps that were searched is no fact that the end of all behaviors would prove.
  mutating func dropDoubtfulExtremes() {
    for (index, depth) in extremeDepths where depth < result.depth && isOpen(index) {
      candidates[index] = nil
    }
  }

  /// How far the extreme of a quantity is known, where no proof was found.
  func settleExtreme(_ answer: inout ProvedProperty, _ index: Int, _ reached: Int) {
    let depth = min(extremeDepths[index] ?? -1, reached)
    answer.strength = .bounded(steps: depth)
    if let undefined = result.undefinedProperty {
      if undefined == answer.name { answer.note = result.noteOfUndefinedProperty }
      return
    }
    guard result.isExhausted, depth >= reached else { return }
    answer.strength = .exhausted(steps: reached)
    answer.verdict = .holds
  }
}

extension BehaviorReplay {
  /// The value of a quantity in the last state.
  func value(of property: Property) -> Integer? {
    guard let last = behavior.states.last else { return nil }
    evaluator.load(last)
    return (try? evaluator.value(of: property.function))?.asInteger
  }
}
