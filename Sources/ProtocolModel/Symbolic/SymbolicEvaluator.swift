/// The meaning of a machine over values with unknown parts: the same walk as the
/// evaluator's, but every branch that depends on an unknown is taken both ways.
///
/// **Definedness.** An operation that has no value under some condition adds it to
/// `undefined`, together with the condition under which it is evaluated at all (`path`);
/// its result is then arbitrary. So `a and 1 / x > 0` is undefined only where `a` holds.
/// Errors of the model are thus conditions, and who uses the result says what they mean.
///
/// **Sharing.** `val`s and nested definitions are evaluated once, for all paths, and
/// remember when they are undefined.
///
/// What has no finite form is refused with a reason, never approximated.
struct SymbolicEvaluator {
  typealias Term = TermGraph.Term

  let machine: Machine
  var algebra: SymbolicAlgebra
  /// The current state, in the order of the variables.
  private(set) var current: [SymbolicValue?]
  /// The next state, where there is one.
  var next: [SymbolicValue]?
  /// Inside `next(e)`: nested definitions from outside are then evaluated anew.
  private var isAhead = false
  /// The definitions of constants that are left open.
  var openConstants: [FunctionID: SymbolicValue] = [:]
  /// Set where picks from ranges become unknowns of their own; otherwise all members are tried.
  var inputs: SymbolicInputs?
  /// Set where `enabled`, `orKeep` and `mustChange` are to have a meaning.
  var takesActions = false
  /// Set where unknown picks may stand in what these say: it is then true for some value of them.
  var opensPicks = false
  /// Set where sets and maps may have members and keys that are not among few values: these are
  /// then not spelled out.
  var prefersSlots = false
  /// Asked now and then; true ends the walk with a refusal.
  var shouldStop: (() -> Bool)?
  private var patience = 0
  /// Set where functions are replaced by their contracts.
  var contracts: ContractBook?
  /// The function whose body is being claimed to keep its promise.
  var loopOwner: FunctionID?
  /// When something evaluated so far has no value.
  var undefined = Term.false

  /// Values of parameters, picks and nested definitions.
  var slots: [Slot?] = []
  /// Which of the states that an action reads one after the other this is, and those before it.
  private var moments = [0]
  private var momentCount = 1
  /// By moment, what was remembered while it was left.
  private var memories: [Int: [Int32: Defined]] = [:]
  private var readers: [ExpressionID: Bool] = [:]
  private var remembered: [Int32: Defined] = [:]
  private var rememberedAhead: [Int32: Defined] = [:]
  private var depth = 0

  /// A value and when it has none.
  struct Defined {
    var value: SymbolicValue
    var undefined: Term
  }

  enum Slot {
    case value(SymbolicValue)
    /// A nested definition that was not used yet, with the moment that it is from.
    case waiting(Int)
    /// One that was first used at a moment.
    case lazy(Defined, at: Int)
  }

  init(machine: Machine, algebra: SymbolicAlgebra, current: [SymbolicValue?]) {
    self.machine = machine
    self.algebra = algebra
    self.current = current
  }

  var graph: TermGraph {
    get { algebra.graph }
    _modify { yield &algebra.graph }
  }

  /// Terms that a machine may need; more is refused.
  private static let termLimit = 3_000_000

  // MARK: Frames

  mutating func push(_ count: Int) -> Int {
    let base = slots.count
    slots.append(contentsOf: repeatElement(nil, count: count))
    return base
  }

  mutating func pop(to base: Int) { slots.removeLast(slots.count - base) }

  mutating func setSlot(_ index: Int, _ value: SymbolicValue?) { slots[index] = value.map(Slot.value) }

  func slotValue(_ index: Int) -> SymbolicValue? {
    if case .value(let value)? = slots[index] { return value }
    return nil
  }

  // MARK: Expressions

  mutating func value(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    do throws(SymbolicRefusal) {
      guard graph.nodes.count < Self.termLimit else { throw SymbolicRefusal("too large") }
      patience += 1
      if patience & 255 == 0, shouldStop?() == true { throw SymbolicRefusal.noTime }
      return try evaluate(id, base, path)
    } catch {
      var error = error
      if error.expression == nil { error.expression = id }
      throw error
    }
  }

  private mutating func evaluate(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    switch machine[id] {
    case .literal(let index): return .constant(machine.literals[Int(index)])
    case .constant(let constant):
      guard let function = machine[constant].value else { throw SymbolicRefusal("a constant without value") }
      return try call(function, path)
    case .missingConstant: throw SymbolicRefusal("a constant without value")
    case .variable(let variable):
      guard current.indices.contains(Int(variable.index)) else {
        throw SymbolicRefusal("a variable that has no value yet")
      }
      guard let value = current[Int(variable.index)] else {
        fail(.true, path)
        return try noValue(of: machine.variables[Int(variable.index)].type)
      }
      return value
    case .local(let local):
      switch slots[base + Int(local.slot)] {
      case .value(let value): return value
      case .lazy(let known, _): return use(known, path)
      case .waiting, nil: throw SymbolicRefusal("an empty slot")
      }
    case .lazyLocal(let local, let definition):
      if isAhead { return try value(definition, base, path) }
      let index = base + Int(local.slot)
      switch slots[index] {
      case .lazy(let known, let moment) where moments.contains(moment): return use(known, path)
      case .waiting(let moment) where moment != moments.last,
        .lazy(_, let moment) where moment != moments.last:
        // Whether an alternative that was false has used it in the state before is not known here.
        if readsState(definition) {
          throw SymbolicRefusal("a definition from before `then` that is used first behind it")
        }
      default: break
      }
      let known = try defined { evaluator throws(SymbolicRefusal) in
        try evaluator.value(definition, base, .true)
      }
      slots[index] = .lazy(known, at: moments.last ?? 0)
      return use(known, path)
    case .call(let function, let arguments): return try call(function, arguments, base, path)
    case .apply(let builtin, let arguments): return try apply(builtin, arguments, base, path)
    case .lambda: throw SymbolicRefusal("an operator as a value")
    case .letIn(let local, _, let body):
      open(slot: base + Int(local.slot))
      return try value(body, base, path)
    case .record(let layout, let arguments):
      let layout = machine.recordShapes[Int(layout)]
      var values = [SymbolicValue](repeating: .constant(false), count: layout.shape.count)
      for (index, operand) in machine[arguments].enumerated() {
        values[layout.positions[index]] = try value(operand, base, path)
      }
      return algebra.folded(.record(layout.shape, values))
    case .field(let record, let name):
      guard case .record(let shape, let values) = try algebra.opened(value(record, base, path)),
        case .string(let label) = machine.literals[Int(name)], let index = shape.index(of: label)
      else { throw SymbolicRefusal("a field of no record") }
      return values[index]
    case .variant(let name, let payload):
      guard case .string(let label) = machine.literals[Int(name)] else {
        throw SymbolicRefusal("a label is needed")
      }
      let payload = try value(payload, base, path)
      if case .constant(let constant) = payload { return .constant(.variant(label, constant)) }
      return .variant(graph.integer(0), [label], [payload])
    case .assign, .pick: throw SymbolicRefusal("an action as a value")
    }
  }

  /// Evaluates something for all paths, and says when it is undefined.
  private mutating func defined(
    _ body: (inout SymbolicEvaluator) throws(SymbolicRefusal) -> SymbolicValue
  ) throws(SymbolicRefusal) -> Defined {
    let outer = undefined
    undefined = .false
    defer { undefined = outer }
    let value = try body(&self)
    return Defined(value: value, undefined: undefined)
  }

  private mutating func use(_ known: Defined, _ path: Term) -> SymbolicValue {
    if known.undefined != .false { fail(known.undefined, path) }
    return known.value
  }

  /// Notes that there is no value when `condition` holds on a path.
  mutating func fail(_ condition: Term, _ path: Term) {
    undefined = graph.or(undefined, graph.and(path, condition))
  }

  /// The value of an expression in the next state.
  mutating func valueAhead(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    guard let next else { throw SymbolicRefusal("`next` where there is no next state") }
    if isAhead { throw SymbolicRefusal("`next` inside `next`") }
    let outer = (current, remembered)
    (current, remembered) = (next.map { $0 }, rememberedAhead)
    isAhead = true
    defer {
      rememberedAhead = remembered
      (current, remembered) = outer
      isAhead = false
    }
    return try value(id, base, path)
  }

  /// A nested definition begins: its value is found when it is used.
  mutating func open(slot: Int) { slots[slot] = .waiting(moments.last ?? 0) }

  // MARK: States one after the other

  /// The states that an action has read so far, the present one last.
  var history: [Int] { moments }

  /// The next state of an action becomes the one that is read.
  mutating func advance(to state: [SymbolicValue?]) {
    memories[moments.last ?? 0] = remembered
    moments.append(momentCount)
    momentCount += 1
    current = state
    remembered.removeAll()
  }

  /// Goes to a state that was read on this or another way.
  mutating func go(to history: [Int], _ state: [SymbolicValue?]) {
    if history == moments { return }
    memories[moments.last ?? 0] = remembered
    moments = history
    current = state
    remembered = memories[moments.last ?? 0] ?? [:]
  }

  /// True when an expression may have another value in another state.
  private mutating func readsState(_ id: ExpressionID) -> Bool {
    if let known = readers[id] { return known }
    let result: Bool
    switch machine[id] {
    case .variable: result = true
    case .lazyLocal(_, let definition): result = readsState(definition)
    case .call(let function, _):
      result = readsState(machine[function].body) || machine.children(of: id).contains { readsState($0) }
    default: result = machine.children(of: id).contains { readsState($0) }
    }
    readers[id] = result
    return result
  }

  /// The value of an expression in another state than the current one.
  mutating func value(
    _ id: ExpressionID, _ base: Int, _ path: Term, inState values: [SymbolicValue]
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let outer = (current, remembered, isAhead)
    (current, remembered, isAhead) = (values, [:], true)
    defer { (current, remembered, isAhead) = outer }
    return try value(id, base, path)
  }

  /// Before other states are spoken of: a function that looks ahead has another value for them.
  mutating func forgetRemembered() {
    remembered.removeAll()
    rememberedAhead.removeAll()
  }

  /// A function without parameters.
  mutating func call(_ function: FunctionID, _ path: Term) throws(SymbolicRefusal) -> SymbolicValue {
    if let open = openConstants[function] { return open }
    if let known = remembered[function.index] { return use(known, path) }
    let definition = machine[function]
    let known = try defined { evaluator throws(SymbolicRefusal) in
      let frame = try evaluator.enter(definition)
      defer { evaluator.leave(frame) }
      return try evaluator.value(definition.body, frame, .true)
    }
    remembered[function.index] = known
    return use(known, path)
  }

  private mutating func call(
    _ function: FunctionID, _ arguments: Arguments, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let definition = machine[function]
    if arguments.count == 0, !definition.sharesFrame { return try call(function, path) }
    let frame = try bind(definition, arguments, base, path)
    defer { if !definition.sharesFrame { leave(frame) } }
    if let promised = try promised(function, frame) { return promised }
    return try value(definition.body, frame, path)
  }

  /// Evaluates arguments and stores them in the frame of the callee, which it opens if need be.
  mutating func bind(
    _ definition: Function, _ arguments: Arguments, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Int {
    var values: [SymbolicValue] = []
    for operand in machine[arguments] { values.append(try value(operand, base, path)) }
    let frame = definition.sharesFrame ? base : try enter(definition)
    for (index, value) in values.enumerated() {
      setSlot(frame + Int(definition.firstParameter.slot) + index, value)
    }
    return frame
  }

  private static let depthLimit = 2_000

  private mutating func enter(_ definition: Function) throws(SymbolicRefusal) -> Int {
    guard depth < Self.depthLimit else { throw SymbolicRefusal("nested too deeply") }
    depth += 1
    return push(Int(definition.frameSize))
  }

  mutating func leave(_ frame: Int) {
    depth -= 1
    pop(to: frame)
  }

  // MARK: Lambdas

  struct Lambda {
    var first: Int
    var count: Int
    var unpacksTuple: Bool
    var body: ExpressionID
  }

  func lambda(_ id: ExpressionID, _ base: Int) throws(SymbolicRefusal) -> Lambda {
    guard case .lambda(let first, let count, let unpacksTuple, let body) = machine[id] else {
      throw SymbolicRefusal("an operator is needed")
    }
    return Lambda(
      first: base + Int(first.slot), count: Int(count), unpacksTuple: unpacksTuple, body: body)
  }

  mutating func value(
    of lambda: Lambda, _ arguments: [SymbolicValue], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var arguments = arguments
    if lambda.unpacksTuple {
      let tuple: SymbolicValue = arguments.count == 1 ? arguments[0] : .tuple(arguments)
      guard case .tuple(let entries) = try algebra.opened(tuple) else {
        throw SymbolicRefusal("a tuple is needed")
      }
      arguments = entries
    }
    for index in 0..<min(lambda.count, arguments.count) { setSlot(lambda.first + index, arguments[index]) }
    return try value(lambda.body, base, path)
  }

  mutating func boolean(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Term {
    try algebra.term(ofBoolean: value(id, base, path))
  }

  mutating func integer(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Term {
    try algebra.term(ofInteger: value(id, base, path))
  }

  /// An integer that is a constant; nil for others.
  mutating func knownInteger(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Int? {
    let term = try integer(id, base, path)
    return graph.integerValue(of: term)
  }
}
