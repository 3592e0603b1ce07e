/// The reference semantics of a machine: a tree walk over its expressions.
///
/// It is meant to be obviously right; every other engine is judged by it.
///
/// **State.** `current` holds the variables of the present state, `next` what the
/// step under way has assigned. Reads always see `current`. A `val` without
/// parameters is remembered for as long as `current` stays as it is (`epoch`).
///
/// **Frames.** Each function that does not share its caller's frame gets a run of
/// slots on one stack; `base` is the present one's first slot. Quint has no
/// recursion, hence a frame's slots never clash. Arguments are evaluated before a
/// call; nested definitions on first use.
///
/// **Actions** are run by `perform`, which answers whether the action is true and
/// leaves its updates in `next`. What is open in an action, the entry of an `any`
/// or the value of a `nondet`, is asked of the `Chooser`.
///
/// An evaluator is for one thread. Deep specs need a large stack; see `runOnLargeStack`.
public final class Evaluator {
  public let machine: Machine
  let expressions: [Expression]
  let operands: [ExpressionID]
  let literals: [Value]
  /// By expression: true where evaluation may choose or update.
  let isAction: [Bool]

  var current: [Value?]
  var next: [Value?]
  /// Old values of `next`, to undo assignments by.
  var trail: [(variable: Int, old: Value?)] = []
  /// States left behind by `then` in the step under way.
  var commits: [Commit] = []
  /// Slots of nested definitions whose values undoing must forget: those that were filled
  /// after a commit, and those whose values were chosen.
  var lazySlots: [Int] = []

  var chooser = Chooser(strategy: .all)

  /// The picks of the step under way, in order.
  var picks: [PickedValue] = []
  /// The definitions written as `action` that the step under way is in or went through.
  var entered: [EnteredAction] = []
  /// How many of them were entered before the innermost `any` took its entry.
  var enteredBeforeAny = 0
  /// The picks whose bodies are done, in that order, as Quint records them for
  /// model-based testing; kept for a story only.
  var settled: [PickedValue] = []
  /// How many of them an `any` made Quint forget when it took its entry.
  var settledBeforeAny = 0
  /// Whether arguments of actions are kept, for a story.
  public var keepsStory = false

  private var stack: UnsafeMutablePointer<Value?>
  private var capacity: Int
  private(set) var top = 0
  private var depth = 0

  private var remembered: [Value?]
  private var rememberedEpoch: [UInt64]
  /// The state in which values are remembered now, and the number of states so far.
  var epoch: UInt64 = 1
  private var epochs: UInt64 = 1
  private let shapes: [FunctionShape]
  private let constantFunctions: [FunctionID?]
  let variableNames: [String]
  /// How often each action was tried, true, and part of a step; by function. Empty
  /// unless asked for.
  var actionCounts: [ActionCount] = []

  /// What a call has to know of a function, free of reference counts.
  struct FunctionShape {
    var body: ExpressionID
    var frameSize: Int
    var firstParameter: Int
    var sharesFrame: Bool
    /// Its value may be remembered for as long as the current state stays.
    var isMemorable: Bool
    /// Reads no variable: evaluated once for all states when it has no parameters.
    var isConstant: Bool
    /// Written as an `action`: it gives a step its name.
    var namesStep: Bool
  }

  /// Inside `next(e)`.
  private(set) var isInNext = false
  /// Nested definitions from outside were evaluated in another state, and are evaluated anew.
  var evaluatesAnew = false
  /// True while a property of two states is evaluated: `next` then has a meaning.
  var hasSuccessor = false
  /// The place on a behavior where a temporal formula is evaluated; nil elsewhere.
  var moment: Moment?
  /// Every nested definition that is evaluated is noted, to be forgotten: see `forEachWay`.
  var tracksLazySlots = false

  /// Asked now and then in long evaluations; true ends them with a limit error.
  public var shouldStop: (() -> Bool)?
  private var patience = Evaluator.patienceBetweenChecks
  private static let patienceBetweenChecks = 1 << 12

  /// Values that picks from large sets are known to take, where a behavior that somebody found is run
  /// again: others are not tried. A pick is then never taken to be false.
  public var knownPicks: [PickID: [Value]] = [:]

  /// What `q::lastTrace` is; nil where it has no value.
  public var lastTrace: Value?

  /// Receives what `q::debug` prints.
  public var debugHandler: ((String) -> Void)?

  struct EnteredAction {
    var function: FunctionID
    var arguments: [Value]
  }

  struct PickedValue {
    var pick: PickID
    var value: Value
  }

  struct Commit {
    var current: [Value?]
    var next: [Value?]
    var trailCount: Int
    var lazyCount: Int
    var notes: StepNotes
  }

  /// What a story tells of a step beside its state.
  struct StepNotes {
    var picks: [PickedValue]
    var entered: [EnteredAction]
    var enteredBeforeAny: Int
    var settled: [PickedValue]
    var settledBeforeAny: Int

    init(_ evaluator: Evaluator) {
      picks = evaluator.picks
      entered = evaluator.entered
      enteredBeforeAny = evaluator.enteredBeforeAny
      settled = evaluator.settled
      settledBeforeAny = evaluator.settledBeforeAny
    }
  }

  /// Slots of all frames together; more is a limit error, not a crash.
  private static let stackLimit = 1 << 24
  /// Nesting of evaluation that a large stack is sure to hold.
  private static let depthLimit = 200_000

  public init(machine: Machine) {
    self.machine = machine
    expressions = machine.expressions
    operands = machine.operands
    literals = machine.literals
    isAction = machine.actionExpressions()
    current = Array(repeating: nil, count: machine.variables.count)
    next = current
    capacity = 1 << 12
    stack = .allocate(capacity: capacity)
    remembered = Array(repeating: nil, count: machine.functions.count)
    rememberedEpoch = Array(repeating: 0, count: machine.functions.count)
    shapes = machine.functions.map {
      FunctionShape(
        body: $0.body, frameSize: Int($0.frameSize), firstParameter: Int($0.firstParameter.slot),
        sharesFrame: $0.sharesFrame, isMemorable: !$0.isAction && !$0.isTemporal,
        isConstant: $0.reads.isEmpty,
        namesStep: $0.qualifier == .action)
    }
    constantFunctions = machine.constants.map(\.value)
    variableNames = machine.variables.map(\.name)
  }

  deinit {
    stack.deinitialize(count: top)
    stack.deallocate()
  }
}

// MARK: - Entry points

extension Evaluator {
  /// Makes a state the current one; `values` are in the order of `machine.variables`.
  public func load(_ values: [Value?]) {
    current = values
    currentChanged()
  }

  /// The value of a function without parameters in the current state.
  public func value(of function: FunctionID) throws(EvaluationError) -> Value {
    let body = machine[function].body
    guard isAction[Int(body.index)] else { return try call(function, at: body) }
    return try apartFromStep { () throws(EvaluationError) in try call(function, at: body) }
  }

  /// Whether a boolean expression of a function's own frame is true in the current state.
  public func isTrue(_ function: FunctionID) throws(EvaluationError) -> Bool {
    try value(of: function).asBool ?? false
  }

  /// The value of an expression in an empty frame of its function.
  public func value(of framed: FramedExpression) throws(EvaluationError) -> Value {
    let base = try push(Int(machine[framed.function].frameSize), at: framed.expression)
    defer { pop(to: base) }
    guard isAction[Int(framed.expression.index)] else { return try value(framed.expression, base) }
    return try apartFromStep { () throws(EvaluationError) in try value(framed.expression, base) }
  }

  /// Evaluates what has choices in it but is no step: a property with an `any` of
  /// conditions, which is true if one of them is. The choices of the last step stay as
  /// they are.
  func apartFromStep<Result>(
    _ body: () throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    var saved = Chooser(strategy: .all)
    swap(&saved, &chooser)
    let (actions, picks) = (enteredBeforeAny, settledBeforeAny)
    defer {
      swap(&saved, &chooser)
      enteredBeforeAny = actions
      settledBeforeAny = picks
    }
    return try body()
  }

  /// Runs `body` in the two states of a transition: `next(e)` is `e` in `successor`.
  public func withSuccessor<Result>(
    _ successor: [Value?], _ body: () throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    let saved = next
    next = successor
    hasSuccessor = true
    defer {
      hasSuccessor = false
      next = saved
    }
    return try body()
  }
}

// MARK: - Stack

extension Evaluator {
  /// Opens a frame of empty slots and returns its first slot.
  func push(_ count: Int, at expression: ExpressionID) throws(EvaluationError) -> Int {
    let base = top
    if base + count > capacity { try grow(to: base + count, at: expression) }
    (stack + base).initialize(repeating: nil, count: count)
    top = base + count
    return base
  }

  func pop(to base: Int) {
    (stack + base).deinitialize(count: top - base)
    top = base
  }

  private func grow(to count: Int, at expression: ExpressionID) throws(EvaluationError) {
    guard count <= Self.stackLimit else {
      throw EvaluationError(.notExecutable, "evaluation needs too much memory", at: expression, isLimit: true)
    }
    let larger = max(count, capacity * 2)
    let new = UnsafeMutablePointer<Value?>.allocate(capacity: larger)
    new.moveInitialize(from: stack, count: top)
    stack.deallocate()
    stack = new
    capacity = larger
  }

  @inline(__always)
  func setSlot(_ slot: Int, _ value: Value?) { stack[slot] = value }

  @inline(__always)
  func slot(_ slot: Int) -> Value? { stack[slot] }

  /// Empties slots that nested definitions filled since `count`.
  func forgetLazySlots(from count: Int) {
    for slot in lazySlots[count...] where slot < top { stack[slot] = nil }
    lazySlots.removeLast(lazySlots.count - count)
  }

  /// Counts an iteration; now and then asks whether to stop.
  @inline(__always)
  func tick(_ expression: ExpressionID) throws(EvaluationError) {
    patience &-= 1
    if patience <= 0 { try checkStop(expression) }
  }

  private func checkStop(_ expression: ExpressionID) throws(EvaluationError) {
    patience = Self.patienceBetweenChecks
    if shouldStop?() == true {
      throw EvaluationError(.notExecutable, "stopped during evaluation", at: expression, isLimit: true)
    }
  }

  /// After a change of `current`: what was remembered of it no longer holds.
  func currentChanged() {
    epochs += 1
    epoch = epochs
  }
}

// MARK: - Expressions

extension Evaluator {
  func value(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> Value {
    switch expressions[Int(id.index)] {
    case .literal(let index):
      return literals[Int(index)]
    case .constant(let constant):
      guard let function = constantFunctions[Int(constant.index)] else {
        throw EvaluationError(
          .constantWithoutValue, "constant `\(machine[constant].name)` has no value", at: id)
      }
      return try call(function, at: id)
    case .missingConstant(let name):
      throw EvaluationError(
        .constantWithoutValue, "constant `\(literals[Int(name)].asString?.text ?? "")` has no value", at: id)
    case .variable(let variable):
      guard let value = current[Int(variable.index)] else { throw unassigned(variable, at: id) }
      return value
    case .local(let local):
      guard let value = slot(base + Int(local.slot)) else {
        throw EvaluationError(.notExecutable, "internal error: empty slot", at: id)
      }
      return value
    case .lazyLocal(let local, let definition):
      let index = base + Int(local.slot)
      if evaluatesAnew { return try valueAnew(definition, base) }
      if let known = slot(index) { return known }
      let result = try value(definition, base)
      setSlot(index, result)
      if tracksLazySlots || !commits.isEmpty || isAction[Int(definition.index)] { lazySlots.append(index) }
      return result
    case .call(let function, let arguments):
      return try call(function, arguments, base, at: id)
    case .apply(let builtin, let arguments):
      return try apply(builtin, arguments, id, base)
    case .lambda:
      throw EvaluationError(.notExecutable, "internal error: an operator as a value", at: id)
    case .letIn(let local, _, let body):
      setSlot(base + Int(local.slot), nil)
      return try value(body, base)
    case .record(let layout, let arguments):
      return try record(layout, arguments, base)
    case .field(let record, let name):
      guard case .record(let fields) = try value(record, base),
        case .string(let label) = literals[Int(name)], let result = fields[label]
      else { throw EvaluationError(.notExecutable, "there is no such field", at: id) }
      return result
    case .variant(let name, let payload):
      guard case .string(let label) = literals[Int(name)] else { return .unit }
      return .variant(VariantValue(label, try value(payload, base)))
    case .assign, .pick:
      return .bool(try perform(id, base))
    }
  }

  /// The truth of a boolean expression, without boxing where it matters.
  func isTrue(_ id: ExpressionID, _ base: Int) throws(EvaluationError) -> Bool {
    if case .bool(let result) = try value(id, base) { return result }
    return false
  }

  private func record(_ layout: Int32, _ arguments: Arguments, _ base: Int) throws(EvaluationError) -> Value {
    let layout = machine.recordShapes[Int(layout)]
    var values = [Value](repeating: .bool(false), count: layout.shape.count)
    for index in 0..<Int(arguments.count) {
      values[layout.positions[index]] = try value(operand(arguments, index), base)
    }
    guard let record = RecordValue(shape: layout.shape, values: values) else { return .unit }
    return .record(record)
  }

  @inline(__always)
  func operand(_ arguments: Arguments, _ index: Int) -> ExpressionID {
    operands[Int(arguments.start) &+ index]
  }

  func unassigned(_ variable: VariableID, at id: ExpressionID) -> EvaluationError {
    EvaluationError(.variableWithoutValue, "variable `\(machine[variable].name)` has no value", at: id)
  }
}

// MARK: - Calls

extension Evaluator {
  /// A function without parameters: from memory when it was evaluated in this state.
  func call(_ function: FunctionID, at id: ExpressionID) throws(EvaluationError) -> Value {
    let index = Int(function.index)
    let known = rememberedEpoch[index]
    if known == epoch || (known != 0 && shapes[index].isConstant), let value = remembered[index] {
      return value
    }
    let shape = shapes[index]
    let frame = try enter(shape.frameSize, at: id)
    defer { leave(frame) }
    do throws(EvaluationError) {
      let result = try value(shape.body, frame)
      if shape.isMemorable {
        remembered[index] = result
        rememberedEpoch[index] = epoch
      }
      return result
    } catch {
      throw extend(error, by: function, frame)
    }
  }

  func call(
    _ function: FunctionID, _ arguments: Arguments, _ base: Int, at id: ExpressionID
  ) throws(EvaluationError) -> Value {
    let shape = shapes[Int(function.index)]
    if shape.sharesFrame {
      try bindShared(shape, arguments, base)
      do throws(EvaluationError) {
        return try value(shape.body, base)
      } catch {
        throw extend(error, by: function, base)
      }
    }
    if arguments.count == 0 { return try call(function, at: id) }
    let frame = try enter(shape.frameSize, at: id)
    defer { leave(frame) }
    try bind(shape, arguments, from: base, to: frame)
    do throws(EvaluationError) {
      return try value(shape.body, frame)
    } catch {
      throw extend(error, by: function, frame)
    }
  }

  func shape(of function: FunctionID) -> FunctionShape { shapes[Int(function.index)] }

  func enter(_ frameSize: Int, at id: ExpressionID) throws(EvaluationError) -> Int {
    if depth >= Self.depthLimit {
      throw EvaluationError(.notExecutable, "evaluation is nested too deeply", at: id, isLimit: true)
    }
    let frame = try push(frameSize, at: id)
    depth += 1
    return frame
  }

  func leave(_ frame: Int) {
    depth -= 1
    pop(to: frame)
  }

  func bind(
    _ shape: FunctionShape, _ arguments: Arguments, from base: Int, to frame: Int
  ) throws(EvaluationError) {
    let first = frame + shape.firstParameter
    for index in 0..<Int(arguments.count) {
      setSlot(first + index, try value(operand(arguments, index), base))
    }
  }

  /// Arguments of a copy in the caller's frame: all are evaluated before the first is
  /// stored, since an argument may be a call of the same copy.
  func bindShared(
    _ shape: FunctionShape, _ arguments: Arguments, _ base: Int
  ) throws(EvaluationError) {
    let first = base + shape.firstParameter
    let count = Int(arguments.count)
    switch count {
    case 0: break
    case 1: setSlot(first, try value(operand(arguments, 0), base))
    default:
      let values = try push(count, at: operand(arguments, 0))
      defer { pop(to: values) }
      for index in 0..<count { setSlot(values + index, try value(operand(arguments, index), base)) }
      for index in 0..<count { setSlot(first + index, slot(values + index)) }
    }
  }

  /// Adds a call to the story of an error; calls under way know their arguments.
  func extend(_ error: EvaluationError, by function: FunctionID, _ frame: Int) -> EvaluationError {
    guard error.calls.count < 64, !error.isVoidRun else { return error }
    var error = error
    let definition = machine[function]
    let first = frame + Int(definition.firstParameter.slot)
    let arguments = definition.parameters.enumerated().compactMap { index, parameter in
      slot(first + index).map { NamedValue(parameter.name, $0) }
    }
    error.calls.append(.init(function: function, arguments: arguments))
    return error
  }
}

// MARK: - Two states

extension Evaluator {
  /// True where `next` has a meaning.
  var isNextAvailable: Bool { hasSuccessor && !isInNext }

  /// `next(e)`
  func valueInSuccessor(_ expression: ExpressionID, at id: ExpressionID, _ base: Int) throws(EvaluationError)
    -> Value
  {
    guard hasSuccessor, !isInNext else {
      let message = isInNext ? "`next` inside `next`" : "`next` has no value in a single state"
      throw EvaluationError(.notExecutable, message, at: id)
    }
    let outer = epoch
    let wasAnew = evaluatesAnew
    swap(&current, &next)
    currentChanged()
    isInNext = true
    evaluatesAnew = true
    defer {
      swap(&current, &next)
      epoch = outer
      isInNext = false
      evaluatesAnew = wasAnew
    }
    return try value(expression, base)
  }

  /// A nested definition that is not remembered. What is chosen in one would have to be.
  private func valueAnew(_ definition: ExpressionID, _ base: Int) throws(EvaluationError) -> Value {
    if tracksLazySlots, isAction[Int(definition.index)] {
      throw EvaluationError(
        .notExecutable, "a definition with choices inside `next(enabled(...))` cannot be evaluated",
        at: definition, isLimit: true)
    }
    return try value(definition, base)
  }
}

extension Machine {
  /// By expression: whether evaluating it may choose or update, calls included.
  fileprivate func actionExpressions() -> [Bool] {
    // Operands come before what they are operands of, and callees before callers.
    var result = [Bool](repeating: false, count: expressions.count)
    for index in expressions.indices {
      switch expressions[index] {
      case .assign, .pick: result[index] = true
      case .call(let function, _):
        // A definition written as `action` gives a step its name, even if it only tests.
        let definition = self[function]
        result[index] =
          definition.isAction || definition.qualifier == .action || result[Int(definition.body.index)]
      case .apply(let builtin, let arguments):
        switch builtin {
        case .actionAll, .actionAny, .then, .reps, .expect, .fail: result[index] = true
        default: result[index] = self[arguments].contains { result[Int($0.index)] }
        }
      case .lambda(_, _, _, let body): result[index] = result[Int(body.index)]
      case .letIn(_, _, let body): result[index] = result[Int(body.index)]
      case .literal, .constant, .variable, .local, .lazyLocal, .record, .field, .variant,
        .missingConstant:
        result[index] = false
      }
    }
    return result
  }
}
