public import ProtocolModel

/// Whether a property is true of every type-correct state, so that it demands nothing of the step.
///
/// Most properties are refuted by one of a few random states; the others are put to Z3.
public enum EmptyPromise {
  /// True if the property cannot be violated; nil if that is not known.
  public static func isEmpty(_ states: TypeCorrectStates, limits: SolverLimits) -> Bool? {
    if let known = states.graph.booleanValue(of: states.violation) { return !known }
    if isViolatedByChance(states) { return false }
    guard let solver = Z3Solver(limits: limits) else { return nil }
    solver.declare(0..<states.inputs.all.count, states.inputs)
    switch solver.check(assuming: [states.violation], states.graph) {
    case .satisfiable: return false
    case .unsatisfiable: return true
    case .unknown: return nil
    }
  }

  private static let trials = 64

  /// Evaluates the violation in some states. Arithmetic wraps: a wrong answer here says that nothing is to
  /// be told, never that something is.
  private static func isViolatedByChance(_ states: TypeCorrectStates) -> Bool {
    var seed: UInt64 = 1
    for _ in 0..<trials {
      let inputs = states.inputs.all.map { input in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let chance = Int(seed >> 33)
        let low = max(input.range.lowerBound, -4)
        let high = min(input.range.upperBound, 12)
        return low > high ? input.range.lowerBound : low + chance % (high - low + 1)
      }
      if value(of: states.violation, in: states.graph, inputs) != 0 { return true }
    }
    return false
  }

  private static func value(of term: TermGraph.Term, in graph: TermGraph, _ inputs: [Int]) -> Int {
    var values = [Int](repeating: 0, count: Int(term.index) + 1)
    func known(_ term: TermGraph.Term) -> Int { values[Int(term.index)] }
    for index in values.indices {
      let result: Int
      switch graph.nodes[index] {
      case .boolean(let value): result = value ? 1 : 0
      case .integer(let value): result = value
      case .input(let number, _): result = inputs[Int(number)]
      case .not(let a): result = 1 - known(a)
      case .and(let a, let b): result = known(a) & known(b)
      case .or(let a, let b): result = known(a) | known(b)
      case .ite(let condition, let a, let b): result = known(condition) != 0 ? known(a) : known(b)
      case .equal(let a, let b): result = known(a) == known(b) ? 1 : 0
      case .less(let a, let b): result = known(a) < known(b) ? 1 : 0
      case .lessOrEqual(let a, let b): result = known(a) <= known(b) ? 1 : 0
      case .add(let a, let b): result = known(a) &+ known(b)
      case .subtract(let a, let b): result = known(a) &- known(b)
      case .multiply(let a, let b): result = known(a) &* known(b)
      case .quotient(let a, let b):
        result = known(b) == 0 ? 0 : known(a).dividedReportingOverflow(by: known(b)).partialValue
      case .remainder(let a, let b):
        result = known(b) == 0 ? 0 : known(a).remainderReportingOverflow(dividingBy: known(b)).partialValue
      }
      values[index] = result
    }
    return known(term)
  }
}
