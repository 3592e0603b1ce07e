/// The meaning of the temporal operators.
///
/// Two layers. `next`, `enabled`, `orKeep` and `mustChange` speak of one state or of a pair
/// of states, and have a value wherever the second state is known. The others speak of
/// a whole behavior, and are evaluated on a lasso, at a position: `always(p)` tries `p` at
/// each position that is still to come. This is slow, and just what the definitions say:
/// searches are judged by it.
///
/// Inside a formula an action is a relation. It holds of two states when one way to take
/// it, every choice considered, assigns what the second state has; variables that it does
/// not assign are free. It is enabled when there is any way to take it.

extension Evaluator {
  /// Where on a lasso a formula is evaluated.
  struct Moment {
    var lasso: LassoStates
    var position: Int
  }

  /// Whether a formula is true of a lasso, from its first state on.
  ///
  /// - Complexity: O(length of the lasso ^ nesting of temporal operators).
  public func isTrue(
    _ function: FunctionID, of lasso: LassoStates
  ) throws(EvaluationError) -> Bool {
    guard !lasso.states.isEmpty else { return true }
    let (savedCurrent, savedNext) = (current, next)
    let wasAnew = evaluatesAnew
    moment = Moment(lasso: lasso, position: 0)
    hasSuccessor = true
    // A nested definition may be used at several positions.
    evaluatesAnew = true
    move(to: 0)
    defer {
      moment = nil
      hasSuccessor = false
      evaluatesAnew = wasAnew
      next = savedNext
      load(savedCurrent)
    }
    return try isTrue(function)
  }

  private func move(to position: Int) {
    guard let lasso = moment?.lasso else { return }
    moment?.position = position
    next = lasso.states[lasso.successor(of: position)]
    load(lasso.states[position])
  }

  /// Whether `body` is true at some of the positions from the present one on.
  private func isTrueAtSome(
    of positions: (Moment) -> [Int], at id: ExpressionID, _ body: () throws(EvaluationError) -> Bool
  ) throws(EvaluationError) -> Bool {
    guard let moment, !isInNext else {
      throw EvaluationError(
        .notExecutable, "a temporal formula speaks of behaviors and has no value in a state", at: id)
    }
    defer { move(to: moment.position) }
    for position in positions(moment) {
      try tick(id)
      move(to: position)
      if try body() { return true }
    }
    return false
  }

  private func isTrueSometime(
    _ id: ExpressionID, _ body: () throws(EvaluationError) -> Bool
  ) throws(EvaluationError) -> Bool {
    try isTrueAtSome(of: { $0.lasso.positions(from: $0.position) }, at: id, body)
  }

  private func isTrueInLoop(
    _ id: ExpressionID, _ body: () throws(EvaluationError) -> Bool
  ) throws(EvaluationError) -> Bool {
    try isTrueAtSome(of: { Array($0.lasso.loopStart..<$0.lasso.states.count) }, at: id, body)
  }

  func applyTemporal(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let first = operand(arguments, 0)
    switch builtin {
    case .always:
      return try !isTrueSometime(id) { () throws(EvaluationError) in try !isTrue(first, base) }
    case .eventually:
      return try isTrueSometime(id) { () throws(EvaluationError) in try isTrue(first, base) }
    case .leadsTo:
      let second = operand(arguments, 1)
      return try !isTrueSometime(id) { () throws(EvaluationError) in
        guard try isTrue(first, base) else { return false }
        return try !isTrueSometime(id) { () throws(EvaluationError) in try isTrue(second, base) }
      }
    case .weakFair, .strongFair:
      return try isFair(arguments, isWeak: builtin == .weakFair, id, base)
    case .enabled: return try isEnabled(first, changing: nil, base)
    case .orKeep:
      if try !changes(operand(arguments, 1), at: id, base) { return true }
      return try relates(first, at: id, base)
    case .mustChange:
      return try isTaken(first, changing: operand(arguments, 1), base)
    default:
      throw EvaluationError(.notExecutable, "internal error: no temporal operator", at: id)
    }
  }

  /// `weakFair`, `strongFair`: what happens infinitely often happens in the loop, and what
  /// is so from some time on is so in all of it.
  private func isFair(
    _ arguments: Arguments, isWeak: Bool, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let (action, view) = (operand(arguments, 0), operand(arguments, 1))
    let happens = try isTrueInLoop(id) { () throws(EvaluationError) in
      try isTaken(action, changing: view, base)
    }
    if happens { return true }
    if isWeak {
      return try isTrueInLoop(id) { () throws(EvaluationError) in
        try !isEnabled(action, changing: view, base)
      }
    }
    return try !isTrueInLoop(id) { () throws(EvaluationError) in
      try isEnabled(action, changing: view, base)
    }
  }

  // MARK: Pairs of states

  /// Whether an expression has another value in the next state.
  private func changes(
    _ view: ExpressionID, at id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let before = try value(view, base)
    return try before != valueInSuccessor(view, at: id, base)
  }

  /// Whether an action leads from the current state to the next one.
  private func relates(
    _ action: ExpressionID, at id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    guard isNextAvailable else {
      throw EvaluationError(.notExecutable, "an action of two states has no value in a single state", at: id)
    }
    let successor = next
    var isFound = false
    try forEachWay(of: action, base) { values throws(EvaluationError) in
      isFound = zip(values, successor).allSatisfy { $0 == nil || $0 == $1 }
      return !isFound
    }
    return isFound
  }

  /// Whether an action leads from the current state to the next one, and `view` changes.
  func isTaken(
    _ action: ExpressionID, changing view: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    guard try changes(view, at: action, base) else { return false }
    return try relates(action, at: action, base)
  }

  /// Whether an action can be taken in the current state, so that `view` changes if there is one.
  func isEnabled(
    _ action: ExpressionID, changing view: ExpressionID?, _ base: Int
  ) throws(EvaluationError) -> Bool {
    var before: Value?
    if let view { before = try value(view, base) }
    var isFound = false
    try forEachWay(of: action, base) { values throws(EvaluationError) in
      guard let view else {
        isFound = true
        return false
      }
      isFound = try before != value(view, base, inState: values)
      return !isFound
    }
    return isFound
  }

  /// The value of an expression in another state than the current one.
  private func value(
    _ expression: ExpressionID, _ base: Int, inState values: [Value?]
  ) throws(EvaluationError) -> Value {
    let outer = epoch
    let (savedCurrent, wasAnew, hadSuccessor) = (current, evaluatesAnew, hasSuccessor)
    current = values
    currentChanged()
    evaluatesAnew = true
    hasSuccessor = false
    defer {
      current = savedCurrent
      epoch = outer
      evaluatesAnew = wasAnew
      hasSuccessor = hadSuccessor
    }
    return try value(expression, base)
  }

  /// Calls `body` with what each way to take an action assigns, until it answers false.
  ///
  /// The step under way, if there is one, is set aside meanwhile.
  private func forEachWay(
    of action: ExpressionID, _ base: Int, _ body: ([Value?]) throws(EvaluationError) -> Bool
  ) throws(EvaluationError) {
    let start = current
    let outside = StepUnderWay(self)
    beginInnerStep()
    defer {
      forgetLazySlots(from: 0)
      if !commits.isEmpty { restoreStart(start) }
      outside.restore(in: self)
    }
    repeat {
      forgetLazySlots(from: 0)
      beginStep(from: start)
      chooser.cursor = 0
      let isTrue = try unlessVoid { () throws(EvaluationError) in try perform(action, base) }
      guard isTrue else { continue }
      let values = next
      forgetLazySlots(from: 0)
      if !commits.isEmpty { restoreStart(start) }
      if try !body(values) { return }
    } while chooser.advance(beyond: 0)
  }

  private func beginInnerStep() {
    chooser = Chooser(strategy: .all)
    trail = []
    commits = []
    picks = []
    entered = []
    settled = []
    lazySlots = []
    hasSuccessor = false
    moment = nil
    tracksLazySlots = true
  }

  /// `mustChange(A, v)` as an action, for `enabled`: A, and v is not what it was.
  func performChange(_ arguments: Arguments, _ base: Int) throws(EvaluationError) -> Bool {
    guard try perform(operand(arguments, 0), base) else { return false }
    let view = operand(arguments, 1)
    let before = try value(view, base)
    return try before != value(view, base, inState: next)
  }
}

/// What is set aside while an action is tried inside a formula.
private struct StepUnderWay {
  private let chooser: Chooser
  private let next: [Value?]
  private let trail: [(variable: Int, old: Value?)]
  private let commits: [Evaluator.Commit]
  private let notes: Evaluator.StepNotes
  private let lazySlots: [Int]
  private let moment: Evaluator.Moment?
  private let hasSuccessor: Bool
  private let tracksLazySlots: Bool

  init(_ evaluator: Evaluator) {
    chooser = evaluator.chooser
    next = evaluator.next
    trail = evaluator.trail
    commits = evaluator.commits
    notes = Evaluator.StepNotes(evaluator)
    lazySlots = evaluator.lazySlots
    moment = evaluator.moment
    hasSuccessor = evaluator.hasSuccessor
    tracksLazySlots = evaluator.tracksLazySlots
  }

  func restore(in evaluator: Evaluator) {
    evaluator.chooser = chooser
    evaluator.next = next
    evaluator.trail = trail
    evaluator.commits = commits
    evaluator.picks = notes.picks
    evaluator.entered = notes.entered
    evaluator.enteredBeforeAny = notes.enteredBeforeAny
    evaluator.settled = notes.settled
    evaluator.settledBeforeAny = notes.settledBeforeAny
    evaluator.lazySlots = lazySlots
    evaluator.moment = moment
    evaluator.hasSuccessor = hasSuccessor
    evaluator.tracksLazySlots = tracksLazySlots
  }
}
