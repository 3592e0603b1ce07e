/// Goals of coverage as predicates on states.
///
/// For a goal at a node, `reached(e)` is an expression that is true exactly when evaluating
/// `e` reaches the node in such a way. It follows the evaluation: of `a and b`, it is
/// `reached(a) or (a and reached(b))`; of a `nondet`, it is an `exists`; of a call, a call
/// of a second version of the definition. Only what lies on the way to the node is written; all
/// else is shared with the machine as it was.
///
/// A predicate may have no value where the machine has none, or where it asks for operands
/// that the machine would have passed over. Who evaluates it takes that for reached: nothing
/// is said of the goal then.
///
/// What an operator of a fold, or of a list, is applied to cannot be said in this way; a
/// goal inside has no predicate.
struct GoalPredicates {
  private(set) var machine: Machine
  private let parents: [[ExpressionID]]
  private let isTemporal: [Bool]
  private var trueLiteral: ExpressionID?
  private var falseLiteral: ExpressionID?
  /// Whether an action can be taken, by function.
  private var enabledFunctions: [FunctionID: FunctionID] = [:]

  // Of the goal under way.
  private var isOnTheWay: [Bool] = []
  private var marked: [ExpressionID] = []
  private var anchors: [GoalAnchor] = []
  private var kind = CoverageGoal.Kind.branchTaken
  private var reachedFunctions: [FunctionID: FunctionID?] = [:]
  private var reachedExpressions: [ExpressionID: ExpressionID?] = [:]

  /// The goal cannot be written as a predicate.
  private struct Refusal: Error {}

  /// Expressions that may be added; goals beyond have no predicate.
  private static let limit = 100_000
  private let most: Int

  init(_ machine: Machine) {
    self.machine = machine
    most = machine.expressions.count + Self.limit
    var parents = [[ExpressionID]](repeating: [], count: machine.expressions.count)
    var roots: [ExpressionID] = machine.coverageRoots.map(\.expression)
    if let step = machine.step { roots.append(machine[step].body) }
    for id in machine.evaluated(from: roots) {
      for child in machine.evaluatedChildren(of: id) { parents[Int(child.index)].append(id) }
    }
    self.parents = parents
    isTemporal = machine.expressions.indices.map { index in
      switch machine.expressions[index] {
      case .apply(let builtin, _): builtin.isTemporal
      case .call(let function, _): machine[function].isTemporal
      default: false
      }
    }
  }

  /// The predicate of a goal that stands at some nodes; nil if it has none.
  mutating func predicate(for question: CoverageQuestion, _ anchors: [GoalAnchor]) -> FramedExpression? {
    guard machine.expressions.count < most else { return nil }
    self.anchors = anchors
    kind = question.goal.kind
    reachedFunctions = [:]
    reachedExpressions = [:]
    markTheWay()
    do throws(Refusal) {
      var parts: [FramedExpression] = []
      if kind != .premiseHolds, kind != .hasMember, let step = machine.step,
        let function = try reached(function: step)
      {
        parts.append(try call(function))
      }
      if [.premiseHolds, .hasMember, .branchTaken].contains(kind) {
        for root in machine.coverageRoots {
          guard let body = try reached(root.expression) else { continue }
          parts.append(try call(rootFunction(body, like: root.function)))
        }
      }
      guard let first = parts.first else { return nil }
      if parts.count == 1 { return first }
      let body = try either(parts.map(\.expression), like: first.expression)
      return FramedExpression(body, in: rootFunction(body, like: nil))
    } catch {
      return nil
    }
  }

  private mutating func markTheWay() {
    if isOnTheWay.isEmpty { isOnTheWay = Array(repeating: false, count: parents.count) }
    for id in marked { isOnTheWay[Int(id.index)] = false }
    marked = []
    var pending = anchors.map(\.node)
    while let id = pending.popLast() {
      if isOnTheWay[Int(id.index)] { continue }
      isOnTheWay[Int(id.index)] = true
      marked.append(id)
      pending += parents[Int(id.index)]
    }
  }

  // MARK: Making expressions

  private mutating func make(
    _ expression: Expression, like model: ExpressionID, _ type: Type = .boolean
  ) throws(Refusal) -> ExpressionID {
    guard machine.expressions.count < most else { throw Refusal() }
    machine.expressions.append(expression)
    machine.types.append(type)
    machine.origins.append(machine.origin(of: model))
    return ExpressionID(machine.expressions.count - 1)
  }

  private mutating func apply(
    _ builtin: Builtin, _ operands: [ExpressionID], like model: ExpressionID, _ type: Type = .boolean
  ) throws(Refusal) -> ExpressionID {
    try make(.apply(builtin, list(operands)), like: model, type)
  }

  private mutating func list(_ operands: [ExpressionID]) -> Arguments {
    let start = machine.operands.count
    machine.operands += operands
    return Arguments(start: start, count: operands.count)
  }

  private mutating func literal(_ value: Bool) throws(Refusal) -> ExpressionID {
    if let known = value ? trueLiteral : falseLiteral { return known }
    machine.literals.append(.bool(value))
    let made = try make(
      .literal(Int32(truncatingIfNeeded: machine.literals.count - 1)), like: ExpressionID(0))
    if value { trueLiteral = made } else { falseLiteral = made }
    return made
  }

  private mutating func all(
    _ conditions: [ExpressionID], like model: ExpressionID
  ) throws(Refusal) -> ExpressionID {
    let real = conditions.filter { $0 != trueLiteral }
    if real.isEmpty { return try literal(true) }
    return real.count == 1 ? real[0] : try apply(.and, real, like: model)
  }

  private mutating func either(
    _ conditions: [ExpressionID], like model: ExpressionID
  ) throws(Refusal) -> ExpressionID {
    var unique: [ExpressionID] = []
    for condition in conditions where !unique.contains(condition) { unique.append(condition) }
    return unique.count == 1 ? unique[0] : try apply(.or, unique, like: model)
  }

  /// A function without parameters in a frame of its own.
  private mutating func rootFunction(_ body: ExpressionID, like model: FunctionID?) -> FunctionID {
    var function = Function(
      name: "reached", qualifier: .val, parameters: [], firstParameter: LocalID(0), body: body,
      frameSize: 0, sharesFrame: false, range: .none, instance: "")
    if let model {
      function.frameSize = machine[model].frameSize
      function.frame = machine[model].frame
      function.range = machine[model].range
    }
    function.reads = machine.variables.indices.map { VariableID($0) }
    machine.functions.append(function)
    return FunctionID(machine.functions.count - 1)
  }

  private mutating func call(_ function: FunctionID) throws(Refusal) -> FramedExpression {
    let call = try make(.call(function, list([])), like: machine[function].body)
    return FramedExpression(call, in: rootFunction(call, like: nil))
  }

  /// The same definition with another body.
  private mutating func version(
    of function: FunctionID, _ body: ExpressionID, _ suffix: String
  ) -> FunctionID {
    var version = machine[function]
    version.name += suffix
    version.body = body
    version.qualifier = version.parameters.isEmpty ? .val : .def
    version.updates = []
    version.isAction = false
    version.isTemporal = false
    machine.functions.append(version)
    return FunctionID(machine.functions.count - 1)
  }

  /// An `exists` over the body of a lambda.
  private mutating func exists(
    _ set: ExpressionID, _ lambda: ExpressionID, _ body: ExpressionID
  ) throws(Refusal) -> ExpressionID {
    guard case .lambda(let first, let count, let unpacksTuple, _) = machine[lambda] else { throw Refusal() }
    let predicate = try make(
      .lambda(first: first, count: count, unpacksTuple: unpacksTuple, body: body), like: lambda)
    return try apply(.exists, [set, predicate], like: lambda)
  }

  private mutating func exists(
    _ local: LocalID, in domain: ExpressionID, _ body: ExpressionID
  ) throws(Refusal) -> ExpressionID {
    let predicate = try make(
      .lambda(first: local, count: 1, unpacksTuple: false, body: body), like: body)
    return try apply(.exists, [domain, predicate], like: domain)
  }

  /// A `match` whose arms are replaced: those without a body are false.
  private mutating func match(
    _ id: ExpressionID, _ operands: [ExpressionID],
    _ body: (inout GoalPredicates, Int, ExpressionID) throws(Refusal) -> ExpressionID?
  ) throws(Refusal) -> ExpressionID {
    var result = operands
    for place in stride(from: 1, to: operands.count - 1, by: 2) {
      guard case .lambda(let first, let count, let unpacksTuple, let old) = machine[operands[place + 1]]
      else { throw Refusal() }
      var new = try body(&self, place, old)
      if new == nil { new = try literal(false) }
      guard let new else { throw Refusal() }
      result[place + 1] = try make(
        .lambda(first: first, count: count, unpacksTuple: unpacksTuple, body: new),
        like: operands[place + 1])
    }
    return try apply(.matchVariant, result, like: id)
  }

  // MARK: Reaching

  private mutating func reached(function: FunctionID) throws(Refusal) -> FunctionID? {
    if let known = reachedFunctions[function] { return known }
    let body = try reached(machine[function].body)
    let result = body.map { version(of: function, $0, "?") }
    reachedFunctions[function] = .some(result)
    return result
  }

  /// Whether evaluating an expression reaches the goal; nil if it never does.
  private mutating func reached(_ id: ExpressionID) throws(Refusal) -> ExpressionID? {
    guard isOnTheWay.indices.contains(Int(id.index)), isOnTheWay[Int(id.index)] else { return nil }
    if let known = reachedExpressions[id] { return known }
    var parts = try reachedBelow(id)
    for anchor in anchors where anchor.node == id { parts.append(try condition(at: anchor)) }
    let result = parts.isEmpty ? nil : try either(parts, like: id)
    reachedExpressions[id] = .some(result)
    return result
  }

  private mutating func reachedBelow(_ id: ExpressionID) throws(Refusal) -> [ExpressionID] {
    switch machine[id] {
    case .literal, .constant, .variable, .local, .missingConstant: return []
    case .lambda: throw Refusal()
    case .lazyLocal(_, let value), .field(let value, _), .variant(_, let value), .assign(_, let value):
      return [try reached(value)].compactMap { $0 }
    case .record(_, let arguments): return try reached(anyOf: Array(machine[arguments]))
    case .call(let function, let arguments):
      var parts = try reached(anyOf: Array(machine[arguments]))
      if let version = try reached(function: function) {
        parts.append(try make(.call(version, arguments), like: id))
      }
      return parts
    case .letIn(let local, let value, let body):
      return try reached(body).map { (part) throws(Refusal) in
        [try make(.letIn(local, value: value, body: part), like: id)]
      } ?? []
    case .pick(_, let local, let domain, let body):
      var parts = try reached(anyOf: [domain])
      if let part = try reached(body) { parts.append(try exists(local, in: domain, part)) }
      return parts
    case .apply(let builtin, let arguments):
      return try reachedBelow(id, builtin, Array(machine[arguments]))
    }
  }

  private mutating func reached(anyOf ids: [ExpressionID]) throws(Refusal) -> [ExpressionID] {
    var parts: [ExpressionID] = []
    for id in ids { if let part = try reached(id) { parts.append(part) } }
    return parts
  }

  private mutating func reachedBelow(
    _ id: ExpressionID, _ builtin: Builtin, _ operands: [ExpressionID]
  ) throws(Refusal) -> [ExpressionID] {
    var parts: [ExpressionID] = []
    switch builtin {
    case .and, .actionAll, .or, .implies:
      for (index, operand) in operands.enumerated() {
        guard let part = try reached(operand) else { continue }
        var conditions: [ExpressionID] = []
        for before in operands[..<index] {
          let condition = try condition(before)
          conditions.append(builtin == .or ? try apply(.not, [condition], like: before) : condition)
        }
        parts.append(try all(conditions + [part], like: id))
      }
    case .ite:
      parts = try reached(anyOf: [operands[0]])
      let (first, second) = (try reached(operands[1]), try reached(operands[2]))
      if first != nil || second != nil {
        let never = try literal(false)
        parts.append(
          try apply(.ite, [condition(operands[0]), first ?? never, second ?? never], like: id))
      }
    case .matchVariant:
      parts = try reached(anyOf: [operands[0]])
      parts.append(
        try match(id, operands) { (builder, _, body) throws(Refusal) in try builder.reached(body) })
    case .exists, .forall, .filter, .map, .mapBy:
      parts = try reached(anyOf: [operands[0]])
      if case .lambda(_, _, _, let body) = machine[operands[1]], let part = try reached(body) {
        parts.append(try exists(operands[0], operands[1], part))
      }
    case .then, .reps, .expect, .fail, .next, .always, .eventually, .leadsTo, .orKeep, .mustChange,
      .enabled, .weakFair, .strongFair:
      throw Refusal()
    default:
      // Operators as operands refuse for themselves.
      parts = try reached(anyOf: operands)
    }
    return parts
  }

  // MARK: Conditions

  /// What must be so at the goal's own node.
  private mutating func condition(at anchor: GoalAnchor) throws(Refusal) -> ExpressionID {
    guard case .apply(_, let arguments) = machine[anchor.node] else { throw Refusal() }
    let operands = Array(machine[arguments])
    switch kind {
    case .conjunctHolds:
      var conditions: [ExpressionID] = []
      for conjunct in machine.flattenedConjuncts(of: anchor.node)[...anchor.part] {
        conditions.append(try condition(conjunct))
      }
      return try all(conditions, like: anchor.node)
    case .conjunctDecides:
      let conjuncts = machine.flattenedConjuncts(of: anchor.node)
      var conditions: [ExpressionID] = []
      for (index, conjunct) in conjuncts.enumerated() {
        let condition = try condition(conjunct)
        conditions.append(index == anchor.part ? try apply(.not, [condition], like: conjunct) : condition)
      }
      return try all(conditions, like: anchor.node)
    case .alternativeHolds:
      var conditions: [ExpressionID] = []
      for (index, alternative) in operands[...anchor.part].enumerated() {
        let condition = try condition(alternative)
        conditions.append(index == anchor.part ? condition : try apply(.not, [condition], like: alternative))
      }
      return try all(conditions, like: anchor.node)
    case .branchTaken:
      if case .apply(.ite, _) = machine[anchor.node] {
        let condition = try condition(operands[0])
        return anchor.part == 0 ? condition : try apply(.not, [condition], like: operands[0])
      }
      return try match(anchor.node, operands) { (builder, place, _) throws(Refusal) in
        place == anchor.part ? try builder.literal(true) : nil
      }
    case .premiseHolds: return try condition(operands[0])
    case .hasMember: return try exists(operands[0], operands[1], try literal(true))
    }
  }

  /// An expression as a condition: its value, or whether the action can be taken.
  private mutating func condition(_ id: ExpressionID) throws(Refusal) -> ExpressionID {
    if mentionsOtherStates(id) { throw Refusal() }
    return machine.acts(id) ? try enabled(id) : id
  }

  private func mentionsOtherStates(_ id: ExpressionID) -> Bool {
    var pending = [id]
    while let next = pending.popLast() {
      if isTemporal.indices.contains(Int(next.index)), isTemporal[Int(next.index)] { return true }
      if case .lazyLocal(_, let value) = machine[next] { pending.append(value) }
      pending += machine.children(of: next)
    }
    return false
  }

  /// Whether an action can be taken, in one of its ways.
  private mutating func enabled(_ id: ExpressionID) throws(Refusal) -> ExpressionID {
    guard machine.acts(id) else { return id }
    switch machine[id] {
    case .assign: return try literal(true)
    case .pick(_, let local, let domain, let body): return try exists(local, in: domain, enabled(body))
    case .letIn(let local, let value, let body):
      return try make(.letIn(local, value: value, body: enabled(body)), like: id)
    case .call(let function, let arguments):
      if machine[arguments].contains(where: { machine.acts($0) }) { throw Refusal() }
      if enabledFunctions[function] == nil {
        enabledFunctions[function] = version(of: function, try enabled(machine[function].body), "!")
      }
      guard let version = enabledFunctions[function] else { throw Refusal() }
      return try make(.call(version, arguments), like: id)
    case .apply(let builtin, let arguments):
      let operands = Array(machine[arguments])
      switch builtin {
      case .and, .actionAll, .actionAny, .or:
        var parts: [ExpressionID] = []
        for operand in operands { parts.append(try enabled(operand)) }
        if builtin == .and || builtin == .actionAll { return try all(parts, like: id) }
        return parts.isEmpty ? try literal(false) : try either(parts, like: id)
      case .ite:
        return try apply(
          .ite, [operands[0], enabled(operands[1]), enabled(operands[2])], like: id)
      case .matchVariant:
        return try match(id, operands) { (builder, _, body) throws(Refusal) in try builder.enabled(body) }
      default: throw Refusal()
      }
    default: throw Refusal()
    }
  }
}
