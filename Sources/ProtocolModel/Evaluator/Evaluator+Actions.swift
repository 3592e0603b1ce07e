/// Actions: run once for each way to make the choices that are open in them.

/// What one way of running an action led to.
public struct Outcome {
  /// The state after it, in the order of the variables; nil where nothing was assigned.
  public var values: [Value?]
  /// The steps before the last one, for actions that commit (`then`, `reps`).
  public var passed: [Step] = []
  /// The actions of these steps.
  var passedActions: [FunctionID] = []
}

extension Evaluator {
  /// Calls `body` for every outcome of an action in the current state, one for each way
  /// to choose the entries of `any` and the values of `nondet` that makes it true.
  /// The order is that of entries and of canonical values. `body` may end it by false.
  ///
  /// Meanwhile the evaluator holds the outcome's picks; `story` reads them. `body` may
  /// evaluate in the current state and change neither state.
  public func forEachOutcome(
    of action: FunctionID, _ body: (Outcome) throws(EvaluationError) -> Bool
  ) throws(EvaluationError) {
    let start = current
    chooser.strategy = .all
    chooser.points.removeAll(keepingCapacity: true)
    defer { abandonStep(start) }
    repeat {
      beginStep(from: start)
      chooser.cursor = 0
      let isTrue = try unlessVoid { () throws(EvaluationError) in
        try performCall(action, Arguments(start: 0, count: 0), 0, at: machine[action].body)
      }
      if isTrue {
        let outcome = Outcome(values: next, passed: passedSteps(), passedActions: passedActions())
        if !commits.isEmpty { restoreStart(start) }
        if try !body(outcome) { return }
      }
    } while chooser.advance(beyond: 0)
  }

  /// Runs an action once with random choices; nil when it was false.
  ///
  /// - Parameters:
  ///   - hasChosen: set to true when a choice had several alternatives.
  ///   - passed: the states that it left behind, also when it was false or failed.
  public func runOnce(
    _ action: FunctionID, random: inout SplitMix64, hasChosen: inout Bool, passed: inout [Step]
  ) throws(EvaluationError) -> Outcome? {
    let start = current
    chooser.strategy = .random(random)
    chooser.hasChosen = false
    beginStep(from: start)
    defer {
      if case .random(let generator) = chooser.strategy { random = generator }
      if chooser.hasChosen { hasChosen = true }
      passed = passedSteps()
      abandonStep(start)
    }
    guard try performCall(action, Arguments(start: 0, count: 0), 0, at: machine[action].body) else {
      return nil
    }
    return Outcome(values: next, passed: passedSteps(), passedActions: passedActions())
  }

  /// Forgets all state, as before `init`.
  public func unload() { load(Array(repeating: nil, count: machine.variables.count)) }

  func beginStep(from start: [Value?]) {
    if !commits.isEmpty { restoreStart(start) }
    for index in next.indices { next[index] = nil }
    trail.removeAll(keepingCapacity: true)
    picks.removeAll(keepingCapacity: true)
    entered.removeAll(keepingCapacity: true)
    enteredBeforeAny = 0
    lazySlots.removeAll(keepingCapacity: true)
  }

  func restoreStart(_ start: [Value?]) {
    commits.removeAll()
    lazySlots.removeAll()
    current = start
    currentChanged()
  }

  func abandonStep(_ start: [Value?]) {
    if !commits.isEmpty { restoreStart(start) }
    trail.removeAll(keepingCapacity: true)
    chooser.points.removeAll(keepingCapacity: true)
  }

  /// The step that just became true: its action with arguments, its picks, and the state it leads to.
  public func step(to outcome: Outcome) -> Step {
    step(entered, before: enteredBeforeAny, picks, outcome.values)
  }

  /// The actions that an outcome went through, in the body of `forEachOutcome`.
  public func actions(of outcome: Outcome) -> [FunctionID] {
    outcome.passedActions + entered.map(\.function)
  }

  /// Marks these actions.
  public func markActions(of outcome: Outcome, in flags: inout [Bool]) {
    for action in entered { flags[Int(action.function.index)] = true }
    for action in outcome.passedActions { flags[Int(action.index)] = true }
  }

  private func passedActions() -> [FunctionID] { commits.flatMap { $0.entered.map(\.function) } }

  func passedSteps() -> [Step] {
    commits.map { step($0.entered, before: $0.enteredBeforeAny, $0.picks, $0.next) }
  }

  func step(
    _ entered: [EnteredAction], before any: Int, _ picks: [PickedValue], _ values: [Value?]
  ) -> Step {
    func call(_ action: EnteredAction) -> ActionCall {
      let function = machine[action.function]
      return ActionCall(
        function.name,
        arguments: zip(function.parameters, action.arguments).map { NamedValue($0.name, $1) })
    }
    return Step(
      action: entered.dropFirst(any).first.map(call), enclosingAction: entered.prefix(any).last.map(call),
      picks: picks.map { NamedValue(machine[$0.pick].name, $0.value) },
      state: State(variables: machine.variables.map(\.name), values: values))
  }
}

// MARK: - Running

extension Evaluator {
  /// Where an action began, to undo it.
  struct Mark {
    var trail: Int
    var commits: Int
    var picks: Int
    var entered: Int
    var enteredBeforeAny: Int
    var lazySlots: Int
  }

  var mark: Mark {
    Mark(
      trail: trail.count, commits: commits.count, picks: picks.count, entered: entered.count,
      enteredBeforeAny: enteredBeforeAny, lazySlots: lazySlots.count)
  }

  /// Takes back updates, commits, picks and entered actions since a mark.
  func undo(to mark: Mark) {
    if commits.count > mark.commits {
      let first = commits[mark.commits]
      current = first.current
      next = first.next
      currentChanged()
      trail.removeLast(trail.count - first.trailCount)
      forgetLazySlots(from: first.lazyCount)
      picks = first.picks
      entered = first.entered
      commits.removeLast(commits.count - mark.commits)
    }
    if lazySlots.count > mark.lazySlots { forgetLazySlots(from: mark.lazySlots) }
    while trail.count > mark.trail {
      let (variable, old) = trail.removeLast()
      next[variable] = old
    }
    if picks.count > mark.picks { picks.removeLast(picks.count - mark.picks) }
    if entered.count > mark.entered { entered.removeLast(entered.count - mark.entered) }
    enteredBeforeAny = mark.enteredBeforeAny
  }

  /// Runs an action: true when it is, with its updates in `next`.
  ///
  /// When it is false, its updates may be left; who needs them gone undoes them.
  func perform(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> Bool {
    guard isAction[Int(id.index)] else { return try isTrue(id, base) }
    switch expressions[Int(id.index)] {
    case .assign(let variable, let expression):
      let value = try value(expression, base)
      let index = Int(variable.index)
      trail.append((index, next[index]))
      next[index] = value
      return true
    case .pick(let pick, let local, let domain, let body):
      return try performPick(pick, base + Int(local.slot), domain, body, base)
    case .call(let function, let arguments):
      return try performCall(function, arguments, base, at: id)
    case .letIn(let local, _, let body):
      setSlot(base + Int(local.slot), nil)
      return try perform(body, base)
    case .apply(let builtin, let arguments):
      return try performApply(builtin, arguments, id, base)
    case .literal, .constant, .missingConstant, .variable, .local, .lazyLocal, .lambda, .record, .field,
      .variant:
      return try isTrue(id, base)
    }
  }

  func performCall(
    _ function: FunctionID, _ arguments: Arguments, _ base: Int, at id: ExpressionID
  ) throws(EvaluationError) -> Bool {
    let shape = shape(of: function)
    var frame = base
    if shape.sharesFrame {
      try bindShared(shape, arguments, base)
    } else {
      frame = try enter(shape.frameSize, at: id)
    }
    defer { if !shape.sharesFrame { leave(frame) } }
    if !shape.sharesFrame { try bind(shape, arguments, from: base, to: frame) }
    if shape.namesStep {
      let arguments =
        keepsStory
        ? (0..<Int(arguments.count)).map { slot(frame + shape.firstParameter + $0) ?? .unit } : []
      entered.append(EnteredAction(function: function, arguments: arguments))
    }
    do throws(EvaluationError) {
      return try perform(shape.body, frame)
    } catch {
      throw extend(error, by: function, frame)
    }
  }

  private func performApply(
    _ builtin: Builtin, _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let count = Int(arguments.count)
    switch builtin {
    case .actionAll:
      let mark = mark
      for index in 0..<count where try !perform(operand(arguments, index), base) {
        undo(to: mark)
        return false
      }
      return true
    case .actionAny:
      return try performAny(arguments, base)
    case .and:
      for index in 0..<count where try !perform(operand(arguments, index), base) { return false }
      return true
    case .or:
      for index in 0..<count {
        if try perform(operand(arguments, index), base) { return true }
      }
      return false
    case .implies:
      guard try perform(operand(arguments, 0), base) else { return true }
      return try perform(operand(arguments, 1), base)
    case .not:
      return try !perform(operand(arguments, 0), base)
    case .iff:
      let left = try perform(operand(arguments, 0), base)
      return try left == perform(operand(arguments, 1), base)
    case .ite:
      let condition = try isTrue(operand(arguments, 0), base)
      return try perform(operand(arguments, condition ? 1 : 2), base)
    case .matchVariant:
      let arm = try matchingArm(arguments, id, base)
      return try perform(arm, base)
    case .then:
      guard try perform(operand(arguments, 0), base) else {
        throw EvaluationError(
          .runCannotContinue, "cannot continue in `then`: the action before it is false",
          at: operand(arguments, 0))
      }
      commit()
      return try perform(operand(arguments, 1), base)
    case .reps:
      return try performReps(arguments, id, base)
    case .expect:
      return try performExpect(arguments, base)
    case .fail:
      let mark = mark
      let result = try perform(operand(arguments, 0), base)
      undo(to: mark)
      return !result
    default:
      return try apply(builtin, arguments, id, base).asBool ?? false
    }
  }

  /// The next state becomes the current one.
  private func commit() {
    commits.append(
      Commit(
        current: current, next: next, trailCount: trail.count, lazyCount: lazySlots.count, picks: picks,
        entered: entered, enteredBeforeAny: enteredBeforeAny))
    current = next
    for index in next.indices { next[index] = nil }
    currentChanged()
    picks.removeAll()
    entered.removeAll()
    enteredBeforeAny = 0
  }

  private func performReps(
    _ arguments: Arguments, _ id: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    guard case .int(let rounds) = try value(operand(arguments, 0), base),
      case .lambda(let first, let count, _, let body) = expressions[Int(operand(arguments, 1).index)]
    else { return false }
    guard rounds.signum > 0 else { return true }
    var round = Integer.zero
    while round < rounds {
      try tick(id)
      if round.signum > 0 { commit() }
      if count > 0 { setSlot(base + Int(first.slot), .int(round)) }
      guard try perform(body, base) else {
        throw EvaluationError(
          .runCannotContinue, "cannot continue in `reps`: the action is false in round \(round)", at: body)
      }
      round = round + .one
    }
    return true
  }

  private func performExpect(_ arguments: Arguments, _ base: Int) throws(EvaluationError) -> Bool {
    guard try perform(operand(arguments, 0), base) else {
      throw EvaluationError(
        .assertionFailed, "the action before `expect` is false", at: operand(arguments, 0))
    }
    let before = mark
    let keptPicks = picks
    let keptActions = entered
    commit()
    let holds = try isTrue(operand(arguments, 1), base)
    undo(to: before)
    picks = keptPicks
    entered = keptActions
    guard holds else {
      throw EvaluationError(
        .assertionFailed, "the condition of `expect` is false", at: operand(arguments, 1))
    }
    return true
  }
}

// MARK: - Choices

extension Evaluator {
  private func performAny(_ arguments: Arguments, _ base: Int) throws(EvaluationError) -> Bool {
    let count = Int(arguments.count)
    let mark = mark
    if case .random(var generator) = chooser.strategy {
      var order = Array(0..<count)
      if count > 1 {
        order.shuffle(using: &generator)
        chooser.hasChosen = true
      }
      chooser.strategy = .random(generator)
      for index in order {
        enteredBeforeAny = entered.count
        if try perform(operand(arguments, index), base) { return true }
        undo(to: mark)
      }
      return false
    }
    let depth = chooser.cursor
    chooser.cursor += 1
    if depth == chooser.points.count {
      chooser.points.append(.init(index: 0, count: count, isFalse: count == 0))
    }
    if chooser.points[depth].isFalse { return false }
    while true {
      enteredBeforeAny = entered.count
      let entry = operand(arguments, chooser.points[depth].index)
      if try unlessVoid({ () throws(EvaluationError) in try perform(entry, base) }) {
        chooser.points[depth].wasTrue = true
        return true
      }
      undo(to: mark)
      if try !nextAlternative(of: depth, at: entry) { return false }
    }
  }

  /// After an alternative of the choice at `depth` was false: tries other choices made
  /// inside it, then its next alternative. False when there is none and the choice is false.
  ///
  /// - Throws: that the run is void, when an alternative was true before.
  private func nextAlternative(of depth: Int, at id: ExpressionID) throws(EvaluationError) -> Bool {
    if chooser.advance(beyond: depth + 1) { return true }
    chooser.cursor = depth + 1
    if chooser.points[depth].advance() { return true }
    guard chooser.points[depth].wasTrue else {
      chooser.points[depth].isFalse = true
      return false
    }
    chooser.points.removeLast()
    var void = EvaluationError(.general, "", at: id)
    void.isVoidRun = true
    throw void
  }

  /// False where a run turns out to be void.
  func unlessVoid(
    _ body: () throws(EvaluationError) -> Bool
  ) throws(EvaluationError) -> Bool {
    do throws(EvaluationError) {
      return try body()
    } catch {
      if error.isVoidRun { return false }
      throw error
    }
  }

  private func performPick(
    _ pick: PickID, _ slot: Int, _ domain: ExpressionID, _ body: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let mark = mark
    if case .random = chooser.strategy {
      return try performRandomPick(pick, slot, domain, body, base)
    }
    let depth = chooser.cursor
    if depth == chooser.points.count {
      let set = try self.set(domain, base)
      var members: SetMembers
      do {
        members = try set.members()
      } catch {
        throw EvaluationError(
          .notExecutable, "all values of this set would have to be tried, and it is infinite or too large",
          at: domain, isLimit: true)
      }
      let first = members.next()
      chooser.points.append(
        .init(index: 0, count: nil, members: members, value: first, isFalse: first == nil))
    }
    chooser.cursor += 1
    if chooser.points[depth].isFalse { return false }
    while true {
      let value = chooser.points[depth].value ?? .unit
      setSlot(slot, value)
      picks.append(PickedValue(pick: pick, value: value))
      if try unlessVoid({ () throws(EvaluationError) in try perform(body, base) }) {
        chooser.points[depth].wasTrue = true
        return true
      }
      undo(to: mark)
      try tick(body)
      if try !nextAlternative(of: depth, at: body) { return false }
    }
  }

  /// As Quint's simulator does: a random member; when the body is false and the set is
  /// small, the others in turn until one makes it true.
  private func performRandomPick(
    _ pick: PickID, _ slot: Int, _ domain: ExpressionID, _ body: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let set = try self.set(domain, base)
    if set.isEmpty { return false }
    guard case .random(var generator) = chooser.strategy else { return false }
    var positions: [Integer] = []
    var bounds: [Integer?] = []
    do throws(ValueError) {
      bounds = try set.pickBounds()
      for bound in bounds {
        if let bound {
          positions.append(generator.number(below: bound))
        } else {
          // -2^255 ... 2^255 - 1
          let range = try Integer.small(2).power(.small(256))
          let half = try Integer.small(2).power(.small(255))
          positions.append(generator.number(below: range) - half)
        }
      }
    } catch {
      throw EvaluationError(error, of: .oneOf, at: domain)
    }
    chooser.strategy = .random(generator)
    if bounds.contains(where: { $0.map { $0 > .one } ?? true }) { chooser.hasChosen = true }
    let retries = bounds.allSatisfy { $0.map { $0 < .small(100) } ?? false }
    let start = positions
    let mark = mark
    while true {
      let value: Value
      do throws(ValueError) {
        value = try set.member(at: positions)
      } catch {
        throw EvaluationError(error, of: .oneOf, at: domain)
      }
      setSlot(slot, value)
      picks.append(PickedValue(pick: pick, value: value))
      if try perform(body, base) { return true }
      undo(to: mark)
      guard retries else { return false }
      try tick(body)
      // The next one, cyclically, the last place turning fastest.
      var place = positions.count - 1
      while place >= 0 {
        positions[place] = positions[place] + .one
        guard let bound = bounds[place], positions[place] >= bound else { break }
        positions[place] = .zero
        place -= 1
      }
      if positions == start { return false }
    }
  }
}
