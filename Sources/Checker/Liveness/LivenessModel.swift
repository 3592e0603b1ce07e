import ProtocolModel

/// The reachable states with their steps, and the truth of a formula's atoms on them: where
/// lassos are looked for.
protocol LivenessModel: AnyObject {
  /// States are numbers below this.
  var count: Int { get }
  var initialStates: [Int] { get }
  /// The formula's; others may be known beside them.
  var atoms: [TemporalAtom] { get }
  /// Where the steps of a state lead, each state once. The first is the state itself, whether
  /// or not the model has such a step: any behavior may stutter.
  func targets(of state: Int) throws(LivenessEnd) -> [Int]
  /// Whether an atom is true on a step; `target` is the state's target at `place`.
  func isTrue(_ atom: Int, _ state: Int, _ place: Int, _ target: Int) throws(LivenessEnd) -> Bool
  func values(of state: Int) -> [Value?]
  /// The state from which one was found first; nil for initial ones.
  func parent(of state: Int) -> Int?
  /// To be called now and then.
  func checkLimits() throws(LivenessEnd)
}

/// What ends a search for lassos before it is done.
enum LivenessEnd: Error {
  case stopped(StopReason)
  /// In this state, where it is known.
  case failed(EvaluationError, state: Int?)
  /// The automaton of the property is.
  case tooLarge
  /// One search found a loop, another did not: a mistake of ours.
  case disagreement
}

extension LivenessModel {
  /// Whether a formula of two states is true on a step.
  func holds(
    _ number: NormalForm.Number, of form: NormalForm, _ state: Int, _ place: Int, _ target: Int
  ) throws(LivenessEnd) -> Bool {
    switch form[number] {
    case .constant(let value): return value
    case .literal(let atom, let wanted): return try isTrue(atom, state, place, target) == wanted
    case .and(let parts):
      for part in parts where try !holds(part, of: form, state, place, target) { return false }
      return true
    case .or(let parts):
      for part in parts where try holds(part, of: form, state, place, target) { return true }
      return false
    case .always, .eventually: preconditionFailure("a formula of two states has no such part")
    }
  }

  /// The states by which a state was reached first, itself the last.
  func path(to state: Int) -> [Int] {
    var path = [state]
    while let last = path.last, let before = parent(of: last) { path.append(before) }
    return path.reversed()
  }
}
