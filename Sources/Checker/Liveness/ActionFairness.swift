import ProtocolModel

/// A model with two more atoms for each action of the step: that it can be taken, and that it is
/// taken, so that something changes.
///
/// An action stands for all its copies and arguments: fair is who takes *some* way of it. Used
/// to find out which fairness would help, on graphs of moderate size.
final class ActionFairness: LivenessModel {
  private let model: CachedModel
  private let evaluator: Evaluator
  private let firstAtom: Int
  /// Names of the actions, in order of declaration; the step as a whole is the last.
  let names: [String]
  /// By function: the place of its action in `names`.
  private var places: [Int: Int] = [:]
  private var entries: [Int: [Set<Int>]] = [:]

  init(_ model: CachedModel, _ evaluator: Evaluator, firstAtom: Int) {
    self.model = model
    self.evaluator = evaluator
    self.firstAtom = firstAtom
    var names: [String] = []
    var known: [Source: Int] = [:]
    for id in evaluator.machine.stepActions {
      let function = evaluator.machine[id]
      let source = Source(range: function.range, instance: function.instance)
      if known[source] == nil {
        known[source] = names.count
        names.append(function.name)
      }
      places[Int(id.index)] = known[source]
    }
    self.names = names + ["step"]
  }

  private struct Source: Hashable {
    var range: SourceRange
    var instance: String
  }

  func isEnabledAtom(_ action: Int) -> Int { firstAtom + 2 * action }
  func isTakenAtom(_ action: Int) -> Int { firstAtom + 2 * action + 1 }

  var count: Int { model.count }
  var atoms: [TemporalAtom] { model.atoms }
  var initialStates: [Int] { model.initialStates }
  func values(of state: Int) -> [Value?] { model.values(of: state) }
  func parent(of state: Int) -> Int? { model.parent(of: state) }
  func checkLimits() throws(LivenessEnd) { try model.checkLimits() }
  func targets(of state: Int) throws(LivenessEnd) -> [Int] { try model.targets(of: state) }

  func isTrue(_ atom: Int, _ state: Int, _ place: Int, _ target: Int) throws(LivenessEnd) -> Bool {
    guard atom >= firstAtom else { return try model.isTrue(atom, state, place, target) }
    let action = (atom - firstAtom) / 2
    let taken = try actions(from: state)
    if (atom - firstAtom) % 2 == 0 { return taken.contains { $0.contains(action) } }
    return taken[place].contains(action)
  }

  /// By target: the actions that lead there. None to the state itself.
  private func actions(from state: Int) throws(LivenessEnd) -> [Set<Int>] {
    if let known = entries[state] { return known }
    let targets = try model.targets(of: state)
    var result = [Set<Int>](repeating: [], count: targets.count)
    var found: [[Value?]: Int] = [:]
    for (place, target) in targets.enumerated().dropFirst() { found[model.values(of: target)] = place }
    evaluator.load(model.values(of: state))
    if let step = evaluator.machine.step {
      do throws(EvaluationError) {
        try evaluator.forEachOutcome(of: step) { outcome throws(EvaluationError) in
          guard let place = found[outcome.values] else { return true }
          result[place].insert(names.count - 1)
          for function in evaluator.actions(of: outcome) {
            if let action = places[Int(function.index)] { result[place].insert(action) }
          }
          return true
        }
      } catch {
        throw .failed(error, state: state)
      }
    }
    entries[state] = result
    return result
  }
}
