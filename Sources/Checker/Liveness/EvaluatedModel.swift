import ProtocolModel

/// A graph whose atoms the evaluator judges.
final class EvaluatedModel: LivenessModel {
  private let graph: SuccessorGraph
  let atoms: [TemporalAtom]
  private let evaluator: Evaluator
  private let limits: SearchLimits
  private let valuesOf: (Int) -> [Value?]
  private let parentOf: (Int) -> Int?
  private var loaded: Int?
  private var patience = EvaluatedModel.patienceBetweenChecks
  private static let patienceBetweenChecks = 1_000

  init(
    _ graph: SuccessorGraph, _ atoms: [TemporalAtom], _ evaluator: Evaluator, _ limits: SearchLimits,
    values: @escaping (Int) -> [Value?], parent: @escaping (Int) -> Int?
  ) {
    self.graph = graph
    self.atoms = atoms
    self.evaluator = evaluator
    self.limits = limits
    valuesOf = values
    parentOf = parent
  }

  var count: Int { graph.count }
  var initialStates: [Int] { Array(0..<graph.initialCount) }
  func targets(of state: Int) -> [Int] { graph.edges(of: state).map { Int(graph.targets[$0]) } }
  func values(of state: Int) -> [Value?] { valuesOf(state) }
  func parent(of state: Int) -> Int? { parentOf(state) }

  func isTrue(_ atom: Int, _ state: Int, _ place: Int, _ target: Int) throws(LivenessEnd) -> Bool {
    let atom = atoms[atom]
    patience -= 1
    if patience <= 0 { try checkLimits() }
    if loaded != state {
      evaluator.load(valuesOf(state))
      loaded = state
    }
    do throws(EvaluationError) {
      guard atom.readsNext else { return try evaluator.isTrue(atom) }
      return try evaluator.withSuccessor(valuesOf(target)) { () throws(EvaluationError) in
        try evaluator.isTrue(atom)
      }
    } catch {
      throw .failed(error, state: state)
    }
  }

  func checkLimits() throws(LivenessEnd) {
    patience = Self.patienceBetweenChecks
    if let reason = limits.reached(states: 0) { throw .stopped(reason) }
  }
}
