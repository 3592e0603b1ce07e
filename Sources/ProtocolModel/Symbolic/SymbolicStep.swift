/// The transitions of an action over a state with unknown parts: every entry of an `any`,
/// every value of a `nondet` and every branch on its own.
///
/// The walk goes through an action depth first, with what was decided on the way kept in
/// `guards` and `updates`. Each part is told what comes after it, as in continuation-passing:
/// what comes where it is true, and what comes where it is false. Mostly nothing comes where it
/// is false, and then nobody asks when that is; under `or`, `not` or `then` somebody does.
///
/// **When is a choice false?** An `any` and a `nondet` are false where no alternative is true.
/// So the alternatives are walked once more, on their own, and what is found is negated
/// (`possibility`). An alternative with an unknown of its own cannot be negated like that; such a
/// pick is then taken apart into its values, or refused.
///
/// **What is undone.** As in the evaluator, `all`, `any`, `nondet` and `fail` take back what a
/// false part did to the next state, all others leave it.
struct SymbolicStep {
  typealias Term = TermGraph.Term
  typealias Continuation = (inout SymbolicStep) throws(SymbolicRefusal) -> Void

  var evaluator: SymbolicEvaluator
  var transitions: [SymbolicTransition] = []
  private(set) var guards: [SymbolicTransition.Guard] = []
  var affairs: Affairs
  /// The picks of the whole path, undone ones too: an unknown belongs to one of them alone.
  private(set) var path: [PickID] = []
  /// Conditions that were found false without knowing the state: these end ways to step early.
  private(set) var refuting: Set<ExpressionID> = []
  /// Above 0 while it is only asked when something is true.
  private var judgments = 0
  /// Whether actions may read several states one after the other: it then matters on which way a
  /// nested definition was used first.
  let commits: Bool

  /// What an action does, and `all` undoes.
  struct Affairs {
    /// The state that it reads, and which one it is.
    var current: [SymbolicValue?]
    var history: [Int]
    var updates: [SymbolicValue?]
    var actions: [FunctionID] = []
    var picks: [SymbolicPick] = []
  }

  /// What comes after a part of an action.
  struct Ways {
    var whenTrue: Continuation
    /// Nil where nothing comes.
    var whenFalse: Continuation?
  }

  /// More transitions are refused.
  private static let limit = 20_000

  init(evaluator: SymbolicEvaluator) {
    self.evaluator = evaluator
    commits = evaluator.machine.expressions.contains {
      switch $0 {
      case .apply(.then, _), .apply(.reps, _), .apply(.expect, _): true
      default: false
      }
    }
    affairs = Affairs(
      current: evaluator.current, history: evaluator.history,
      updates: Array(repeating: nil, count: evaluator.machine.variables.count))
  }

  var machine: Machine { evaluator.machine }

  /// True while it is only asked when something is true.
  var isJudging: Bool { judgments > 0 }

  mutating func run(_ action: FunctionID) throws(SymbolicRefusal) {
    let end: Continuation = { (step) throws(SymbolicRefusal) in try step.arrive() }
    try perform(callOf: action, Arguments(start: 0, count: 0), 0, Ways(whenTrue: end))
  }

  /// The same for an action in a frame that the evaluator has open.
  mutating func run(_ action: ExpressionID, _ base: Int) throws(SymbolicRefusal) {
    let end: Continuation = { (step) throws(SymbolicRefusal) in try step.arrive() }
    try perform(action, base, Ways(whenTrue: end))
  }

  /// The end of a path: a transition.
  func transition(_ guards: [SymbolicTransition.Guard]) -> SymbolicTransition {
    SymbolicTransition(
      guards: guards, updates: affairs.updates, actions: affairs.actions, picks: affairs.picks)
  }

  private mutating func arrive() throws(SymbolicRefusal) {
    guard transitions.count < Self.limit else { throw SymbolicRefusal("too many transitions") }
    transitions.append(transition(guards))
  }

  /// Goes on where a condition holds; the condition was just evaluated.
  ///
  /// A path that ends is kept as a transition that is never taken if something in front of its
  /// end may be undefined: the step is undefined then, even if it leads nowhere.
  @_optimize(none)
  mutating func require(
    _ condition: Term, from origin: ExpressionID? = nil, _ next: Continuation
  ) throws(SymbolicRefusal) {
    let undefined = evaluator.undefined
    evaluator.undefined = .false
    if condition == .false, let origin { refuting.insert(origin) }
    if condition == .false, undefined == .false { return }
    if condition == .true, undefined == .false { return try next(&self) }
    guards.append(.init(condition: condition, undefined: undefined, origin: origin))
    defer { guards.removeLast() }
    let count = transitions.count
    let slots = commits ? evaluator.slots : []
    if condition != .false { try next(&self) }
    if commits { evaluator.slots = slots }
    if transitions.count == count, undefined != .false {
      transitions.append(transition(guards + [.init(condition: .false, undefined: .false)]))
    }
  }

  /// Goes on both where a condition holds and where it does not; the condition was just evaluated.
  @_optimize(none)
  mutating func split(
    _ condition: Term, from origin: ExpressionID? = nil, _ ways: Ways
  ) throws(SymbolicRefusal) {
    let undefined = evaluator.undefined
    guard let whenFalse = ways.whenFalse else {
      return try require(condition, from: isJudging ? nil : origin, ways.whenTrue)
    }
    try require(condition, ways.whenTrue)
    evaluator.undefined = undefined
    let otherwise = evaluator.graph.not(condition)
    try require(otherwise, whenFalse)
  }

  /// The step has no value here.
  mutating func fail() throws(SymbolicRefusal) {
    evaluator.undefined = .true
    try require(.true) { _ in }
  }

  /// When something leads anywhere, and when it is undefined; nothing else comes of it.
  mutating func possibility(
    _ walk: (inout SymbolicStep, Ways) throws(SymbolicRefusal) -> Void
  ) throws(SymbolicRefusal) -> SymbolicTransition.Guard {
    let kept = (transitions, guards, evaluator.slots)
    (transitions, guards) = ([], [])
    judgments += 1
    defer {
      (transitions, guards, evaluator.slots) = kept
      judgments -= 1
    }
    try walk(&self, Ways(whenTrue: { (step) throws(SymbolicRefusal) in try step.arrive() }))
    var (possible, undefined) = (Term.false, Term.false)
    for transition in transitions {
      var enabled = Term.true
      for item in transition.guards {
        undefined = evaluator.graph.or(undefined, evaluator.graph.and(enabled, item.undefined))
        enabled = evaluator.graph.and(enabled, evaluator.graph.not(item.undefined))
        enabled = evaluator.graph.and(enabled, item.condition)
      }
      possible = evaluator.graph.or(possible, enabled)
    }
    return .init(condition: possible, undefined: undefined)
  }

  /// Goes on where something leads nowhere.
  mutating func requireNot(
    _ ways: Ways, _ walk: (inout SymbolicStep, Ways) throws(SymbolicRefusal) -> Void
  ) throws(SymbolicRefusal) {
    guard let whenFalse = ways.whenFalse else { return }
    let possible = try possibility(walk)
    evaluator.undefined = possible.undefined
    let otherwise = evaluator.graph.not(possible.condition)
    try require(otherwise, whenFalse)
  }

  /// Goes on with what a part did undone.
  @_optimize(none)
  static func undoing(to mark: Affairs, _ next: @escaping Continuation) -> Continuation {
    { (step) throws(SymbolicRefusal) in
      let now = step.affairs
      step.restore(mark)
      try next(&step)
      step.restore(now)
    }
  }

  /// Goes back, or forth, to a state of affairs.
  mutating func restore(_ affairs: Affairs) {
    self.affairs = affairs
    evaluator.go(to: affairs.history, affairs.current)
  }

  // MARK: Expressions

  // Specializing it for the closures that it passes itself takes minutes.
  @_optimize(none)
  mutating func perform(_ id: ExpressionID, _ base: Int, _ ways: Ways) throws(SymbolicRefusal) {
    switch machine[id] {
    case .assign(let variable, let expression):
      evaluator.undefined = .false
      let value = try evaluator.value(expression, base, .true)
      let old = affairs.updates[Int(variable.index)]
      affairs.updates[Int(variable.index)] = value
      // A value that there is not ends the step here, whatever comes after.
      try require(.true, ways.whenTrue)
      affairs.updates[Int(variable.index)] = old
    case .pick(let pick, let local, let domain, let body):
      try performPick(pick, base + Int(local.slot), domain, body, base, ways)
    case .call(let function, let arguments)
    where machine[function].isAction || machine[function].qualifier == .action:
      try perform(callOf: function, arguments, base, ways)
    case .letIn(let local, _, let body) where acts(body):
      evaluator.open(slot: base + Int(local.slot))
      try perform(body, base, ways)
    case .apply(let builtin, let arguments) where acts(id):
      try perform(builtin, Array(machine[arguments]), id, base, ways)
    default:
      evaluator.undefined = .false
      let condition = try evaluator.boolean(id, base, .true)
      try split(condition, from: id, ways)
    }
  }

  /// True when an expression does more than have a value.
  func acts(_ id: ExpressionID) -> Bool {
    switch machine[id] {
    case .assign, .pick: true
    case .call(let function, _): machine[function].isAction || machine[function].qualifier == .action
    case .apply(let builtin, let arguments):
      switch builtin {
      case .actionAll, .actionAny, .then, .reps, .expect, .fail: true
      default: machine[arguments].contains { acts($0) }
      }
    case .lambda(_, _, _, let body), .letIn(_, _, let body): acts(body)
    case .literal, .constant, .missingConstant, .variable, .local, .lazyLocal, .record, .field, .variant:
      false
    }
  }

  // MARK: Calls

  @_optimize(none)
  private mutating func perform(
    callOf function: FunctionID, _ arguments: Arguments, _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    let definition = machine[function]
    evaluator.undefined = .false
    let frame = try evaluator.bind(definition, arguments, base, .true)
    let isAction = definition.qualifier == .action
    if isAction { affairs.actions.append(function) }
    // A call behind this one may use the same slots, before a way that is left here is taken.
    let inner = definition.sharesFrame ? ways.keepingSlots() : ways
    // Arguments are evaluated before the body: where one is undefined, so is the step.
    try require(.true) { (step) throws(SymbolicRefusal) in
      let parameters = definition.parameters.indices.map { frame + Int(definition.firstParameter.slot) + $0 }
      try step.withKnown(isAction ? parameters[...] : []) { (step) throws(SymbolicRefusal) in
        try step.perform(definition.body, frame, inner)
      }
    }
    if isAction { affairs.actions.removeLast() }
    if !definition.sharesFrame { evaluator.leave(frame) }
  }

  /// Goes on once for each label or string that an argument of an action can be, where these are few:
  /// what the action does then depends on less.
  @_optimize(none)
  private mutating func withKnown(
    _ slots: ArraySlice<Int>, _ next: Continuation
  ) throws(SymbolicRefusal) {
    guard let slot = slots.first, evaluator.inputs != nil else { return try next(&self) }
    let rest = slots.dropFirst()
    guard let value = evaluator.slotValue(slot), let (index, values) = Self.choices(value),
      values.count <= Self.fewChoices
    else { return try withKnown(rest, next) }
    for (number, known) in values.enumerated() {
      let isThis = evaluator.graph.equal(index, evaluator.graph.integer(number))
      try require(isThis) { (step) throws(SymbolicRefusal) in
        step.evaluator.setSlot(slot, .constant(known))
        try step.withKnown(rest, next)
      }
    }
    evaluator.setSlot(slot, value)
  }

  private static let fewChoices = 8

  /// The constants among which a value is, and the position of the one that it is.
  private static func choices(_ value: SymbolicValue) -> (index: Term, values: [Value])? {
    switch value {
    case .choice(let index, let values): return (index, values)
    case .variant(let index, let labels, let payloads):
      var values: [Value] = []
      for (label, payload) in zip(labels, payloads) {
        guard case .constant(let constant)? = payload else { return nil }
        values.append(.variant(label, constant))
      }
      return (index, values)
    default: return nil
    }
  }

  // MARK: Picks

  @_optimize(none)
  private mutating func performPick(
    _ pick: PickID, _ slot: Int, _ domain: ExpressionID, _ body: ExpressionID, _ base: Int, _ ways: Ways
  ) throws(SymbolicRefusal) {
    evaluator.undefined = .false
    var described: SymbolicValue.Candidate?
    var set = SymbolicValue.set([])
    do throws(SymbolicRefusal) {
      set = try evaluator.value(domain, base, .true)
    } catch {
      guard !isJudging, ways.whenFalse == nil else { throw error }
      evaluator.undefined = .false
      described = try? evaluator.openPick(pick, from: domain, base, occurrence: path.count { $0 == pick })
      if described == nil { throw error }
    }
    let undefined = evaluator.undefined
    let inner = Ways(whenTrue: ways.whenTrue)
    func enter(
      _ candidate: SymbolicValue.Candidate, _ isMember: Term, _ step: inout SymbolicStep
    ) throws(SymbolicRefusal) {
      step.evaluator.undefined = undefined
      let slots = step.commits ? step.evaluator.slots : []
      try step.require(isMember) { (step) throws(SymbolicRefusal) in
        step.evaluator.setSlot(slot, candidate.value)
        step.affairs.picks.append(SymbolicPick(pick: pick, value: candidate.value))
        step.path.append(pick)
        try step.perform(body, base, inner)
        step.path.removeLast()
        step.affairs.picks.removeLast()
      }
      if step.commits { step.evaluator.slots = slots }
    }
    if let described {
      try enter(described, described.isMember, &self)
    } else if let open = try evaluator.openPick(pick, set, occurrence: path.count { $0 == pick }) {
      if !isJudging {
        try enter(open, open.isMember, &self)
      } else if try !judge(open, set, enter) {
        for candidate in try evaluator.pickCandidates(set) { try enter(candidate, candidate.isMember, &self) }
      }
    } else {
      for candidate in try evaluator.pickCandidates(set) { try enter(candidate, candidate.isMember, &self) }
    }
    try requireNot(ways) { (step, ways) throws(SymbolicRefusal) in
      try step.performPick(pick, slot, domain, body, base, ways)
    }
  }

  /// Takes some member of a set for all of them, where that says the same: nothing depends on which it is.
  ///
  /// - Returns: false, with nothing done, where something does.
  private mutating func judge(
    _ open: SymbolicValue.Candidate, _ set: SymbolicValue,
    _ enter: (SymbolicValue.Candidate, Term, inout SymbolicStep) throws(SymbolicRefusal) -> Void
  ) throws(SymbolicRefusal) -> Bool {
    guard let isNotEmpty = evaluator.isNotEmpty(set) else { return false }
    let count = transitions.count
    let depth = guards.count
    try enter(open, isNotEmpty, &self)
    let own = Set(SymbolicSystem.terms(of: open.value).flatMap { evaluator.graph.inputs(below: $0) })
    for transition in transitions[count...] {
      for item in transition.guards.dropFirst(depth) {
        let inputs =
          evaluator.graph.inputs(below: item.condition) + evaluator.graph.inputs(below: item.undefined)
        if inputs.contains(where: { own.contains($0) }) {
          transitions.removeLast(transitions.count - count)
          return false
        }
      }
    }
    return true
  }
}

extension SymbolicStep.Ways {
  /// The same, with the slots as they were once what comes after has been walked through.
  fileprivate func keepingSlots() -> SymbolicStep.Ways {
    SymbolicStep.Ways(
      whenTrue: Self.keepingSlots(whenTrue), whenFalse: whenFalse.map { Self.keepingSlots($0) })
  }

  @_optimize(none)
  private static func keepingSlots(
    _ next: @escaping SymbolicStep.Continuation
  ) -> SymbolicStep.Continuation {
    { (step) throws(SymbolicRefusal) in
      let slots = step.evaluator.slots
      try next(&step)
      step.evaluator.slots = slots
    }
  }
}
