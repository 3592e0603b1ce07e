import ProtocolModel

extension Evaluator {
  /// Which conjuncts of a violated property are false at the end of a trace, and why.
  func explain(_ property: Property, at trace: Trace) -> [Explanation] {
    guard let last = trace.steps.last else { return [] }
    if property.shape == .alwaysStep, trace.steps.count > 1 {
      load(trace.steps[trace.steps.count - 2].state.values)
      return
        (try? withSuccessor(last.state.values) { () throws(EvaluationError) in
          explain(property)
        }) ?? []
    }
    load(last.state.values)
    return explain(property)
  }

  private func explain(_ property: Property) -> [Explanation] {
    property.conjuncts.flatMap { conjunct -> [Explanation] in
      guard (try? value(of: conjunct))?.asBool == false else { return [] }
      return explainFalse(conjunct)
    }
  }
}
