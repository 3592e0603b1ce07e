/// The operators on actions.

extension SymbolicStep {
  @_optimize(none)
  mutating func perform(
    _ builtin: Builtin, _ operands: [ExpressionID], _ id: ExpressionID, _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    switch builtin {
    case .actionAll:
      var inner = ways
      inner.whenFalse = ways.whenFalse.map { Self.undoing(to: affairs, $0) }
      try performAll(operands[...], base, inner)
    case .and: try performAll(operands[...], base, ways)
    case .actionAny:
      let inner = Ways(whenTrue: ways.whenTrue)
      let slots = commits ? evaluator.slots : []
      for operand in operands {
        try perform(operand, base, inner)
        if commits { evaluator.slots = slots }
      }
      try requireNot(ways) { (step, ways) throws(SymbolicRefusal) in
        for operand in operands { try step.perform(operand, base, ways) }
      }
    case .ite: try performBranch(operands, base, ways)
    case .matchVariant:
      evaluator.undefined = .false
      let arms = try evaluator.arms(operands, base, .true)
      let undefined = evaluator.undefined
      for arm in arms {
        evaluator.undefined = undefined
        try require(arm.condition) { (step) throws(SymbolicRefusal) in
          if let slot = arm.slot { step.evaluator.setSlot(slot, arm.payload) }
          try step.perform(arm.body, base, ways)
        }
      }
    case _ where evaluator.inputs == nil: try refuse(builtin, id)
    case .or: try performSome(operands[...], base, ways)
    case .not:
      try perform(operands[0], base, Ways(whenTrue: ways.whenFalse ?? { _ in }, whenFalse: ways.whenTrue))
    case .implies:
      try perform(
        operands[0], base,
        Ways(
          whenTrue: { (step) throws(SymbolicRefusal) in try step.perform(operands[1], base, ways) },
          whenFalse: ways.whenTrue))
    case .iff:
      let opposite = Ways(whenTrue: ways.whenFalse ?? { _ in }, whenFalse: ways.whenTrue)
      try perform(
        operands[0], base,
        Ways(
          whenTrue: { (step) throws(SymbolicRefusal) in try step.perform(operands[1], base, ways) },
          whenFalse: { (step) throws(SymbolicRefusal) in try step.perform(operands[1], base, opposite) }))
    case .then:
      try perform(
        operands[0], base,
        Ways(
          whenTrue: { (step) throws(SymbolicRefusal) in
            try step.commit { (step) throws(SymbolicRefusal) in try step.perform(operands[1], base, ways) }
          },
          whenFalse: { (step) throws(SymbolicRefusal) in try step.fail() }))
    case .reps: try performRounds(operands, id, base, ways)
    case .expect: try performExpectation(operands, base, ways)
    case .fail:
      let mark = affairs
      try perform(
        operands[0], base,
        Ways(
          whenTrue: Self.undoing(to: mark, ways.whenFalse ?? { _ in }),
          whenFalse: Self.undoing(to: mark, ways.whenTrue)))
    default: try refuse(builtin, id)
    }
  }

  private func refuse(_ builtin: Builtin, _ id: ExpressionID) throws(SymbolicRefusal) {
    throw SymbolicRefusal("`\(builtin.rawValue)` of actions has no symbolic form", at: id)
  }

  @_optimize(none)
  private mutating func performAll(
    _ operands: ArraySlice<ExpressionID>, _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    guard let first = operands.first else { return try ways.whenTrue(&self) }
    let rest = operands.dropFirst()
    try perform(
      first, base,
      Ways(
        whenTrue: { (step) throws(SymbolicRefusal) in try step.performAll(rest, base, ways) },
        whenFalse: ways.whenFalse))
  }

  /// One operand after the other until one is true.
  @_optimize(none)
  private mutating func performSome(
    _ operands: ArraySlice<ExpressionID>, _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    guard let first = operands.first else {
      if let whenFalse = ways.whenFalse { try whenFalse(&self) }
      return
    }
    let rest = operands.dropFirst()
    var inner = ways
    if !rest.isEmpty {
      inner.whenFalse = { (step) throws(SymbolicRefusal) in try step.performSome(rest, base, ways) }
    }
    try perform(first, base, inner)
  }

  @_optimize(none)
  private mutating func performBranch(
    _ operands: [ExpressionID], _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    let both = Ways(
      whenTrue: { (step) throws(SymbolicRefusal) in try step.perform(operands[1], base, ways) },
      whenFalse: { (step) throws(SymbolicRefusal) in try step.perform(operands[2], base, ways) })
    if acts(operands[0]), evaluator.inputs != nil { return try perform(operands[0], base, both) }
    evaluator.undefined = .false
    let condition = try evaluator.boolean(operands[0], base, .true)
    try split(condition, both)
  }

  // MARK: Several states

  /// The next state becomes the current one.
  @_optimize(none)
  private mutating func commit(_ next: Continuation) throws(SymbolicRefusal) {
    let kept = (affairs, evaluator.slots)
    evaluator.advance(to: affairs.updates)
    affairs.current = affairs.updates
    affairs.history = evaluator.history
    affairs.updates = Array(repeating: nil, count: affairs.updates.count)
    try next(&self)
    restore(kept.0)
    evaluator.slots = kept.1
  }

  /// More rounds are refused.
  private static let roundLimit = 200

  @_optimize(none)
  private mutating func performRounds(
    _ operands: [ExpressionID], _ id: ExpressionID, _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    guard case .lambda(let slot, let count, _, let body) = machine[operands[1]] else {
      throw SymbolicRefusal("an operator is needed", at: operands[1])
    }
    evaluator.undefined = .false
    let rounds = try evaluator.integer(operands[0], base, .true)
    let index = count > 0 ? base + Int(slot.slot) : nil
    try require(.true) { (step) throws(SymbolicRefusal) in
      try step.performRound(0, of: rounds, body, index, id, base, ways)
    }
  }

  @_optimize(none)
  private mutating func performRound(
    _ number: Int, of rounds: Term, _ body: ExpressionID, _ index: Int?, _ id: ExpressionID, _ base: Int,
    _ ways: Ways
  ) throws(SymbolicRefusal) {
    let isOver = evaluator.graph.lessOrEqual(rounds, evaluator.graph.integer(number))
    try require(isOver, ways.whenTrue)
    let goesOn = evaluator.graph.not(isOver)
    let inner = Ways(
      whenTrue: { (step) throws(SymbolicRefusal) in
        try step.performRound(number + 1, of: rounds, body, index, id, base, ways)
      },
      whenFalse: { (step) throws(SymbolicRefusal) in try step.fail() })
    let round: Continuation = { (step) throws(SymbolicRefusal) in
      if let index { step.evaluator.setSlot(index, .constant(.int(number))) }
      try step.perform(body, base, inner)
    }
    try require(goesOn) { (step) throws(SymbolicRefusal) in
      guard number < Self.roundLimit else { throw SymbolicRefusal("too many rounds", at: id) }
      if number == 0 { try round(&step) } else { try step.commit(round) }
    }
  }

  @_optimize(none)
  private mutating func performExpectation(
    _ operands: [ExpressionID], _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    try perform(
      operands[0], base,
      Ways(
        whenTrue: { (step) throws(SymbolicRefusal) in
          var (holds, undefined) = (Term.true, Term.false)
          try step.commit { (step) throws(SymbolicRefusal) in
            step.evaluator.undefined = .false
            holds = try step.evaluator.boolean(operands[1], base, .true)
            undefined = step.evaluator.undefined
          }
          let fails = step.evaluator.graph.not(holds)
          step.evaluator.undefined = step.evaluator.graph.or(undefined, fails)
          try step.require(.true, ways.whenTrue)
        },
        whenFalse: { (step) throws(SymbolicRefusal) in try step.fail() }))
  }
}
