/// The transitions of an action over a state with unknown parts: every entry of an `any`,
/// every value of a `nondet` and every branch on its own.

/// One way to take a step.
public struct SymbolicTransition: Sendable {
  public typealias Term = TermGraph.Term

  /// What must hold, in order. A guard counts only where all before it hold.
  public var guards: [Guard]
  /// The next state, by variable; nil where nothing is assigned.
  public var updates: [SymbolicValue?]
  /// The actions that it goes through.
  public var actions: [FunctionID]
  /// The values of its `nondet`s, in the order in which they are picked.
  public var picks: [SymbolicPick] = []

  public struct Guard: Sendable {
    public var condition: Term
    /// When the guard has no value.
    public var undefined: Term
    /// The condition in the text; nil for what stands for a choice, a branch or a value.
    public var origin: ExpressionID?
  }
}

/// A machine in symbolic form, over one graph.
public struct SymbolicMachine: Sendable {
  public var graph: TermGraph
  /// In the order of the evaluator's outcomes.
  public var transitions: [SymbolicTransition]
  /// For each predicate that was asked for, when it holds and when it has no value.
  public var predicates: [SymbolicTransition.Guard]
  /// The same for predicates on a state and the next one.
  public var stepPredicates: [SymbolicTransition.Guard]
  /// For each integer that was asked for, its value (as `condition`) and when it has none.
  public var quantities: [SymbolicTransition.Guard]
}

extension SymbolicMachine {
  /// The step of a machine, and what is asked about its states, over a current state.
  ///
  /// - Parameter next: the next state, for `stepPredicates`.
  /// - Throws: `SymbolicRefusal` when a part has no finite symbolic form, or is too large.
  public init(
    _ machine: Machine, current: [SymbolicValue], next: [SymbolicValue]? = nil, graph: TermGraph,
    predicates: [FramedExpression] = [], stepPredicates: [FramedExpression] = [],
    quantities: [FramedExpression] = []
  ) throws(SymbolicRefusal) {
    var algebra = SymbolicAlgebra()
    algebra.graph = graph
    var step = SymbolicStep(
      evaluator: SymbolicEvaluator(machine: machine, algebra: algebra, current: current))
    if let action = machine.step { try step.run(action) }
    transitions = step.transitions
    var evaluator = step.evaluator
    self.predicates = try evaluator.conditions(predicates)
    self.quantities = []
    for quantity in quantities {
      self.quantities.append(
        try evaluator.guardian(of: quantity) { (evaluator, base) throws(SymbolicRefusal) in
          try evaluator.integer(quantity.expression, base, .true)
        })
    }
    evaluator.next = next
    evaluator.forgetRemembered()
    self.stepPredicates = try evaluator.conditions(stepPredicates)
    self.graph = evaluator.graph
  }
}

extension SymbolicMachine {
  /// One predicate over a current state, and the graph that its terms are in.
  public static func condition(
    _ predicate: FramedExpression, of machine: Machine, current: [SymbolicValue], graph: TermGraph
  ) throws(SymbolicRefusal) -> (SymbolicTransition.Guard, TermGraph) {
    var algebra = SymbolicAlgebra()
    algebra.graph = graph
    var evaluator = SymbolicEvaluator(machine: machine, algebra: algebra, current: current)
    let conditions = try evaluator.conditions([predicate])
    guard let condition = conditions.first else { throw SymbolicRefusal("no condition") }
    return (condition, evaluator.graph)
  }
}

extension SymbolicEvaluator {
  mutating func conditions(
    _ predicates: [FramedExpression]
  ) throws(SymbolicRefusal) -> [SymbolicTransition.Guard] {
    var result: [SymbolicTransition.Guard] = []
    for predicate in predicates {
      result.append(
        try guardian(of: predicate) { (evaluator, base) throws(SymbolicRefusal) in
          try evaluator.boolean(predicate.expression, base, .true)
        })
    }
    return result
  }

  mutating func guardian(
    of expression: FramedExpression,
    _ body: (inout SymbolicEvaluator, Int) throws(SymbolicRefusal) -> Term
  ) throws(SymbolicRefusal) -> SymbolicTransition.Guard {
    let base = push(Int(machine[expression.function].frameSize))
    defer { pop(to: base) }
    undefined = .false
    let term = try body(&self, base)
    return .init(condition: term, undefined: undefined)
  }
}

/// The walk through an action: a depth-first enumeration, with what was decided on the
/// way kept in `guards` and `updates`.
struct SymbolicStep {
  typealias Term = TermGraph.Term
  var evaluator: SymbolicEvaluator
  private(set) var transitions: [SymbolicTransition] = []
  private var guards: [SymbolicTransition.Guard] = []
  private var updates: [SymbolicValue?]
  private var actions: [FunctionID] = []
  private var picks: [SymbolicPick] = []
  /// Conditions that were found false without knowing the state: these end ways to step early.
  private(set) var refuting: Set<ExpressionID> = []

  /// More transitions are refused.
  private static let limit = 20_000

  private typealias Continuation = (inout SymbolicStep) throws(SymbolicRefusal) -> Void

  init(evaluator: SymbolicEvaluator) {
    self.evaluator = evaluator
    updates = Array(repeating: nil, count: evaluator.machine.variables.count)
  }

  private var machine: Machine { evaluator.machine }

  mutating func run(_ action: FunctionID) throws(SymbolicRefusal) {
    try perform(callOf: action, Arguments(start: 0, count: 0), 0) { (step) throws(SymbolicRefusal) in
      try step.finish()
    }
  }

  /// The same for an action in a frame that the evaluator has open.
  mutating func run(_ action: ExpressionID, _ base: Int) throws(SymbolicRefusal) {
    try perform(action, base) { (step) throws(SymbolicRefusal) in try step.finish() }
  }

  private mutating func finish() throws(SymbolicRefusal) {
    guard transitions.count < Self.limit else { throw SymbolicRefusal("too many transitions") }
    transitions.append(
      SymbolicTransition(guards: guards, updates: updates, actions: actions, picks: picks))
  }

  /// Goes on where a condition holds; the condition was just evaluated.
  ///
  /// A path that ends is kept as a transition that is never taken if something in front of its
  /// end may be undefined: the step is undefined then, even if it leads nowhere.
  @_optimize(none)
  private mutating func require(
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
    if condition != .false { try next(&self) }
    if transitions.count == count, undefined != .false {
      transitions.append(
        SymbolicTransition(
          guards: guards + [.init(condition: .false, undefined: .false)], updates: updates, actions: actions,
          picks: picks))
    }
  }

  // Specializing it for the closures that it passes itself takes minutes.
  @_optimize(none)
  private mutating func perform(
    _ id: ExpressionID, _ base: Int, _ next: Continuation
  ) throws(SymbolicRefusal) {
    switch machine[id] {
    case .assign(let variable, let expression):
      evaluator.undefined = .false
      let value = try evaluator.value(expression, base, .true)
      let old = updates[Int(variable.index)]
      updates[Int(variable.index)] = value
      // A value that there is not ends the step here, whatever comes after.
      try require(.true, next)
      updates[Int(variable.index)] = old
    case .pick(let pick, let local, let domain, let body):
      evaluator.undefined = .false
      let set = try evaluator.value(domain, base, .true)
      let isDefined = evaluator.undefined
      if let open = try evaluator.openPick(pick, set, among: picks) {
        evaluator.undefined = isDefined
        try require(open.isMember) { (step) throws(SymbolicRefusal) in
          step.evaluator.setSlot(base + Int(local.slot), open.value)
          step.picks.append(SymbolicPick(pick: pick, value: open.value))
          try step.perform(body, base, next)
          step.picks.removeLast()
        }
        return
      }
      let candidates = try evaluator.pickCandidates(set)
      for candidate in candidates {
        evaluator.undefined = isDefined
        try require(candidate.isMember) { (step) throws(SymbolicRefusal) in
          step.evaluator.setSlot(base + Int(local.slot), candidate.value)
          step.picks.append(SymbolicPick(pick: pick, value: candidate.value))
          try step.perform(body, base, next)
          step.picks.removeLast()
        }
      }
    case .call(let function, let arguments)
    where machine[function].isAction || machine[function].qualifier == .action:
      try perform(callOf: function, arguments, base, next)
    case .letIn(let local, _, let body) where acts(body):
      evaluator.setSlot(base + Int(local.slot), nil)
      try perform(body, base, next)
    case .apply(let builtin, let arguments) where acts(id):
      try perform(builtin, Array(machine[arguments]), id, base, next)
    default:
      evaluator.undefined = .false
      let condition = try evaluator.boolean(id, base, .true)
      try require(condition, from: id, next)
    }
  }

  /// True when an expression does more than have a value.
  private func acts(_ id: ExpressionID) -> Bool {
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

  @_optimize(none)
  private mutating func perform(
    callOf function: FunctionID, _ arguments: Arguments, _ base: Int, _ next: Continuation
  ) throws(SymbolicRefusal) {
    let definition = machine[function]
    evaluator.undefined = .false
    let frame = try evaluator.bind(definition, arguments, base, .true)
    let isAction = definition.qualifier == .action
    if isAction { actions.append(function) }
    // Arguments are evaluated before the body: where one is undefined, so is the step.
    try require(.true) { (step) throws(SymbolicRefusal) in
      let parameters = definition.parameters.indices.map { frame + Int(definition.firstParameter.slot) + $0 }
      try step.withKnown(isAction ? parameters[...] : []) { (step) throws(SymbolicRefusal) in
        try step.perform(definition.body, frame, next)
      }
    }
    if isAction { actions.removeLast() }
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

  @_optimize(none)
  private mutating func performAll(
    _ operands: ArraySlice<ExpressionID>, _ base: Int, _ next: Continuation
  ) throws(SymbolicRefusal) {
    guard let first = operands.first else { return try next(&self) }
    try perform(first, base) { (step) throws(SymbolicRefusal) in
      try step.performAll(operands.dropFirst(), base, next)
    }
  }

  @_optimize(none)
  private mutating func perform(
    _ builtin: Builtin, _ operands: [ExpressionID], _ id: ExpressionID, _ base: Int, _ next: Continuation
  ) throws(SymbolicRefusal) {
    switch builtin {
    case .actionAll, .and: try performAll(operands[...], base, next)
    case .actionAny:
      for operand in operands { try perform(operand, base, next) }
    case .ite:
      evaluator.undefined = .false
      let condition = try evaluator.boolean(operands[0], base, .true)
      let undefined = evaluator.undefined
      try require(condition) { (step) throws(SymbolicRefusal) in
        try step.perform(operands[1], base, next)
      }
      evaluator.undefined = undefined
      let otherwise = evaluator.graph.not(condition)
      try require(otherwise) { (step) throws(SymbolicRefusal) in
        try step.perform(operands[2], base, next)
      }
    case .matchVariant:
      evaluator.undefined = .false
      let arms = try evaluator.arms(operands, base, .true)
      let undefined = evaluator.undefined
      for arm in arms {
        evaluator.undefined = undefined
        try require(arm.condition) { (step) throws(SymbolicRefusal) in
          if let slot = arm.slot { step.evaluator.setSlot(slot, arm.payload) }
          try step.perform(arm.body, base, next)
        }
      }
    default:
      throw SymbolicRefusal("`\(builtin.rawValue)` of actions has no symbolic form", at: id)
    }
  }
}

extension SymbolicEvaluator {
  /// The values of a `nondet`, each with the condition under which it may be picked, in
  /// ascending order as far as they are constants.
  mutating func pickCandidates(
    _ set: SymbolicValue
  ) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    if case .maps(let keys, let images) = set { return try pickedMaps(from: keys, to: images) }
    let candidates = try algebra.candidates(set)
    var result: [SymbolicValue.Candidate] = []
    for index in candidates.indices {
      var candidate = candidates[index]
      candidate.isMember = try algebra.isFirst(index, of: candidates)
      if candidate.isMember != .false { result.append(candidate) }
    }
    return result.sorted { a, b in
      guard case .constant(let x) = a.value, case .constant(let y) = b.value else { return false }
      return x.compare(y) < 0
    }
  }

  /// All maps from a set of which not all is known: each way to choose an image for every key that
  /// may be there. A key that is not there has the first image, so that no map comes twice.
  private mutating func pickedMaps(
    from keys: [SymbolicValue.Candidate], to images: SymbolicValue
  ) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    let images = try pickCandidates(images)
    var rows: [(entries: [SymbolicValue.Entry], isMember: Term)] = [([], .true)]
    for key in keys {
      guard case .constant(let known) = key.value else { throw SymbolicRefusal("maps with unknown keys") }
      guard rows.count * max(1, images.count) <= SymbolicAlgebra.limit else {
        throw SymbolicRefusal("too many maps to pick from")
      }
      var next: [(entries: [SymbolicValue.Entry], isMember: Term)] = []
      for row in rows {
        if images.isEmpty { next.append((row.entries, graph.and(row.isMember, graph.not(key.isMember)))) }
        for (number, image) in images.enumerated() {
          let entry = SymbolicValue.Entry(key: known, isThere: key.isMember, value: image.value)
          // An image that is no member can stand for a key that is not there only.
          let isImage = graph.implies(key.isMember, image.isMember)
          let isFirst = number == 0 ? Term.true : key.isMember
          next.append((row.entries + [entry], graph.and(row.isMember, graph.and(isImage, isFirst))))
        }
      }
      rows = next
    }
    return rows.filter { $0.isMember != .false }.map { row in
      .init(value: .map(row.entries.sorted { $0.key.compare($1.key) < 0 }), isMember: row.isMember)
    }
  }
}
