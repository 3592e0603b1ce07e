import ProtocolModel

/// Which fairness a property needs: found by trying.
extension LivenessCheck {
  /// More states are not searched for advice.
  private static let advisedStates = 20_000

  /// Fairness conditions without which the property holds as well, all of them left out together.
  func unneeded(by plan: Plan, _ model: CachedModel) throws(LivenessEnd) -> [FairnessCondition] {
    guard model.count <= Self.advisedStates else { return [] }
    var cases = plan.cases
    var result: [FairnessCondition] = []
    for (index, condition) in plan.formula.fairness.enumerated() {
      let number = plan.fairness[index]
      guard cases.contains(where: { $0.assumes(number, plan.form) }) else { continue }
      let fewer = cases.map { $0.without(number, plan.form) }
      if try hasLasso(fewer, plan.form, model) { continue }
      cases = fewer
      result.append(condition)
    }
    return result
  }

  /// Actions whose weak fairness makes the property true, none of which can be left out; nil
  /// when even that of all actions does not.
  func remedy(for plan: Plan, _ model: CachedModel) throws(LivenessEnd) -> [String]? {
    guard model.count <= Self.advisedStates else { return nil }
    let fairness = ActionFairness(model, evaluator, firstAtom: plan.formula.atoms.count)
    var form = plan.form
    var all: [(action: Int, recurrence: Obligations.Recurrence)] = []
    do throws(NormalForm.TooLarge) {
      for action in fairness.names.indices {
        let enabled = try form.add(.literal(atom: fairness.isEnabledAtom(action), isTrue: false))
        let taken = try form.add(.literal(atom: fairness.isTakenAtom(action), isTrue: true))
        all.append((action, .init(formula: try form.disjunction([enabled, taken]))))
      }
    } catch {
      return nil
    }
    func suffices(_ chosen: [(action: Int, recurrence: Obligations.Recurrence)]) throws(LivenessEnd) -> Bool {
      let cases = plan.cases.map { known in
        var known = known
        known.recurrences += chosen.map(\.recurrence)
        return known
      }
      return try !hasLasso(cases, form, fairness)
    }
    // Of the step as a whole: weaker than of each action, unless they are enabled by turns.
    let step = [all.removeLast()]
    if try suffices(all) {
      for candidate in all {
        let fewer = all.filter { $0.action != candidate.action }
        if try suffices(fewer) { all = fewer }
      }
      if all.count < 2 { return all.map { fairness.names[$0.action] } }
    } else {
      all = []
    }
    let chosen = try suffices(step) ? step : all
    return chosen.isEmpty ? nil : chosen.map { fairness.names[$0.action] }
  }

  private func hasLasso(
    _ cases: [Obligations], _ form: NormalForm, _ model: any LivenessModel
  ) throws(LivenessEnd) -> Bool {
    for obligations in cases where try RecurrenceSearch(model, form, obligations).run() != nil {
      return true
    }
    return false
  }
}

extension Obligations {
  /// Whether a fairness condition is among what the loop must satisfy.
  func assumes(_ number: NormalForm.Number, _ form: NormalForm) -> Bool {
    var form = form
    if let formula = form.recurring(number) { return recurrences.contains(.init(formula: formula)) }
    guard let response = try? form.response(number) else { return false }
    return responses.contains(response)
  }

  /// What is left without a fairness condition.
  func without(_ number: NormalForm.Number, _ form: NormalForm) -> Obligations {
    var (form, result) = (form, self)
    if let formula = form.recurring(number) {
      result.recurrences.removeAll { $0.formula == formula }
    } else if let response = try? form.response(number) {
      result.responses.removeAll { $0 == response }
    }
    return result
  }
}
