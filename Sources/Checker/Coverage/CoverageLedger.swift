import ProtocolModel

/// Which goals of coverage a search has reached so far.
///
/// A goal that was reached is never asked for again, so what a search pays for it is paid
/// for by the first states alone; what remains are the goals that will be told.
struct CoverageLedger {
  let questions: [CoverageQuestion]
  /// By question.
  private(set) var isReached: [Bool]
  /// Questions that cannot be decided: something could not be evaluated within limits.
  private(set) var isUndecided: [Bool]
  /// Questions that are still asked, in order.
  private(set) var open: [Int]

  init(_ questions: [CoverageQuestion]) {
    self.questions = questions
    isReached = Array(repeating: false, count: questions.count)
    isUndecided = questions.map { $0.predicate == nil }
    open = questions.indices.filter { questions[$0].predicate != nil }
  }

  mutating func reach(_ number: Int) {
    isReached[number] = true
    open.removeAll { $0 == number }
  }

  mutating func giveUp(_ number: Int) {
    isUndecided[number] = true
    open.removeAll { $0 == number }
  }

  /// Asks all open questions of the evaluator's current state.
  ///
  /// - Complexity: O(open questions); most are closed by the first states of a search.
  mutating func ask(_ evaluator: Evaluator) {
    var closed: [Int] = []
    for number in open {
      switch answer(number, evaluator) {
      case true?: isReached[number] = true
      case false?: continue
      case nil: isUndecided[number] = true
      }
      closed.append(number)
    }
    if !closed.isEmpty { open.removeAll { closed.contains($0) } }
  }

  /// Whether a question is reached in the evaluator's current state; nil if a limit prevents the answer.
  ///
  /// A predicate without value counts as reached: nothing is claimed then.
  func answer(_ number: Int, _ evaluator: Evaluator) -> Bool? {
    guard let predicate = questions[number].predicate else { return nil }
    do throws(EvaluationError) {
      return try evaluator.value(of: predicate).asBool ?? true
    } catch {
      return error.isLimit ? nil : true
    }
  }

  /// Takes over what another search of the same machine has found out.
  mutating func adopt(_ other: CoverageLedger) {
    isReached = other.isReached
    isUndecided = other.isUndecided
    open = other.open
  }
}
