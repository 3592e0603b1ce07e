import ProtocolModel

extension Evaluator {
  /// Which conjuncts of a violated property are false at the end of a trace, and why.
  func explain(_ property: Property, at trace: Trace) -> [Explanation] {
    guard let last = trace.steps.last?.state.values else { return [] }
    let isStep = property.shape == .alwaysStep && trace.steps.count > 1
    return explain(property, in: last, after: isStep ? trace.steps[trace.steps.count - 2].state.values : nil)
  }

  /// The same for a state, or for the transition to it from `source`.
  func explain(_ property: Property, in state: [Value?], after source: [Value?]?) -> [Explanation] {
    load(source ?? state)
    guard source != nil else { return explain(property) }
    return (try? withSuccessor(state) { () throws(EvaluationError) in explain(property) }) ?? []
  }

  private func explain(_ property: Property) -> [Explanation] {
    property.conjuncts.flatMap { conjunct -> [Explanation] in
      guard (try? value(of: conjunct))?.asBool == false else { return [] }
      return explainFalse(conjunct)
    }
  }
}
