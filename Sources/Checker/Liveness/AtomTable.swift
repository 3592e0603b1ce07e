import ProtocolModel

/// Truth of a formula's atoms on the states and steps of a graph, each evaluated at most once.
final class AtomTable {
  let graph: StateGraph
  let formula: TemporalFormula
  private(set) var form: NormalForm
  private let evaluator: Evaluator
  /// By atom, then by state or edge: 0 unknown, 1 false, 2 true. Empty until the atom is asked for.
  private var known: [[UInt8]]
  private var loaded: Int?
  /// Asked now and then: ends the search by an error.
  var checkLimits: () throws(LivenessEnd) -> Void = { () throws(LivenessEnd) in }
  private var patience = 1_000

  init(_ graph: StateGraph, _ formula: TemporalFormula, _ form: NormalForm, _ evaluator: Evaluator) {
    self.graph = graph
    self.formula = formula
    self.form = form
    self.evaluator = evaluator
    known = Array(repeating: [], count: formula.atoms.count)
  }

  /// Whether an atom is true on a step from a state.
  func isTrue(_ atom: Int, _ state: Int, _ edge: Int) throws(LivenessEnd) -> Bool {
    let readsNext = formula.atoms[atom].readsNext
    let place = readsNext ? edge : state
    if known[atom].isEmpty {
      known[atom] = Array(repeating: 0, count: readsNext ? graph.targets.count : graph.count)
    }
    switch known[atom][place] {
    case 1: return false
    case 2: return true
    default:
      let isTrue = try evaluate(formula.atoms[atom], state, edge)
      known[atom][place] = isTrue ? 2 : 1
      return isTrue
    }
  }

  private func evaluate(_ atom: TemporalAtom, _ state: Int, _ edge: Int) throws(LivenessEnd) -> Bool {
    patience -= 1
    if patience == 0 {
      patience = 1_000
      try checkLimits()
    }
    if loaded != state {
      evaluator.load(graph.values(state))
      loaded = state
    }
    do throws(EvaluationError) {
      guard atom.readsNext else { return try evaluator.isTrue(atom) }
      return try evaluator.withSuccessor(graph.values(graph.target(of: edge))) { () throws(EvaluationError) in
        try evaluator.isTrue(atom)
      }
    } catch {
      throw .failed(error, state: state)
    }
  }

  /// Whether a formula of two states is true on a step.
  func holds(_ number: NormalForm.Number, _ state: Int, _ edge: Int) throws(LivenessEnd) -> Bool {
    switch form[number] {
    case .constant(let value): return value
    case .literal(let atom, let wanted): return try isTrue(atom, state, edge) == wanted
    case .and(let parts):
      for part in parts where try !holds(part, state, edge) { return false }
      return true
    case .or(let parts):
      for part in parts where try holds(part, state, edge) { return true }
      return false
    case .always, .eventually: preconditionFailure("a formula of two states has no such part")
    }
  }
}

/// What ends a search for lassos before it is done.
enum LivenessEnd: Error {
  case stopped(StopReason)
  /// In this state, where it is known.
  case failed(EvaluationError, state: Int?)
  /// The automaton of the property is.
  case tooLarge
}
