extension Machine {
  /// The machine with one change of its step; nil if the step does not have the place.
  ///
  /// Definitions on the way from `step` or `init` to the change get a second version; properties
  /// keep the first.
  ///
  /// - Complexity: O(expressions).
  public func mutated(by mutation: Mutation) -> Machine? {
    var rewriter = MutationRewriter(self, mutation)
    return rewriter.rewrite()
  }
}

private struct MutationRewriter {
  private var machine: Machine
  private let mutation: Mutation
  private let count: Int
  private var isOnTheWay: [Bool]
  private var isTarget: [Bool]
  private var expressions: [ExpressionID: ExpressionID] = [:]
  private var functions: [FunctionID: FunctionID] = [:]

  init(_ machine: Machine, _ mutation: Mutation) {
    self.machine = machine
    self.mutation = mutation
    count = machine.expressions.count
    isOnTheWay = Array(repeating: false, count: count)
    isTarget = isOnTheWay
  }

  mutating func rewrite() -> Machine? {
    guard let step = machine.step, mark(from: [step, machine.initial].compactMap { $0 }) else { return nil }
    machine.step = version(of: step)
    if let initial = machine.initial, isOnTheWay[Int(machine[initial].body.index)] {
      machine.initial = version(of: initial)
      machine.initialTransitions = []
    }
    machine.transitions = []
    return machine
  }

  /// Finds the changed expressions and what leads to them; false if there are none.
  private mutating func mark(from roots: [FunctionID]) -> Bool {
    var parents = [[ExpressionID]](repeating: [], count: count)
    var pending: [ExpressionID] = []
    for id in machine.evaluated(from: roots.map { machine[$0].body }) {
      for child in machine.evaluatedChildren(of: id) { parents[Int(child.index)].append(id) }
      if isChanged(id) {
        isTarget[Int(id.index)] = true
        pending.append(id)
      }
    }
    let isFound = !pending.isEmpty
    while let id = pending.popLast() {
      if isOnTheWay[Int(id.index)] { continue }
      isOnTheWay[Int(id.index)] = true
      pending += parents[Int(id.index)]
    }
    return isFound
  }

  private func isChanged(_ id: ExpressionID) -> Bool {
    let range = machine.origin(of: id).range
    guard range.start == mutation.nodeStart, range.end == mutation.nodeEnd,
      machine.sources.file(of: range)?.path == mutation.file
    else { return false }
    switch (mutation.edit, machine[id]) {
    case (.truth, .lambda), (.truth, .literal): return false
    case (.truth, _): return machine.type(of: id).unaliased == .boolean && !machine.acts(id)
    case (.builtin(let from, _), .apply(let builtin, _)): return from == builtin
    case (.operand, .apply(.not, _)): return true
    case (.shift, .lambda): return false
    case (.shift, _): return machine.type(of: id).unaliased == .integer
    case (.literal(let from, _), .literal(let number)): return machine.literals[Int(number)] == from
    case (.variable(let from, _), .variable(let variable)): return machine[variable].range == from
    case (.definition(let from, _), .constant(let constant)): return machine[constant].range == from
    case (.definition(let from, _), .call(let function, let arguments)):
      return arguments.count == 0 && machine[function].range == from
    case (.exchange(let index), .call(_, let arguments)): return Int(arguments.count) > index + 1
    case (.keep, .assign): return true
    default: return false
    }
  }

  private mutating func version(of function: FunctionID) -> FunctionID {
    if let known = functions[function] { return known }
    let body = rewritten(machine[function].body)
    var version = machine[function]
    version.body = body
    // What is read may have changed; more than is read does no harm.
    version.reads = machine.variables.indices.map { VariableID($0) }
    machine.functions.append(version)
    let result = FunctionID(machine.functions.count - 1)
    functions[function] = result
    return result
  }

  private mutating func make(_ expression: Expression, like model: ExpressionID) -> ExpressionID {
    machine.expressions.append(expression)
    machine.types.append(machine.type(of: model))
    machine.origins.append(machine.origin(of: model))
    return ExpressionID(machine.expressions.count - 1)
  }

  private mutating func list(_ operands: [ExpressionID]) -> Arguments {
    let start = machine.operands.count
    machine.operands += operands
    return Arguments(start: start, count: operands.count)
  }

  private mutating func literal(_ value: Value) -> Expression {
    machine.literals.append(value)
    return .literal(Int32(truncatingIfNeeded: machine.literals.count - 1))
  }

  private mutating func rewritten(_ id: ExpressionID) -> ExpressionID {
    guard isOnTheWay[Int(id.index)] else { return id }
    if let known = expressions[id] { return known }
    var result = make(copied(id), like: id)
    if isTarget[Int(id.index)] { result = edited(result) ?? result }
    expressions[id] = result
    return result
  }

  /// The same expression over rewritten parts.
  private mutating func copied(_ id: ExpressionID) -> Expression {
    switch machine[id] {
    case .literal, .constant, .variable, .local, .missingConstant: return machine[id]
    case .lazyLocal(let local, let value): return .lazyLocal(local, value: rewritten(value))
    case .call(let function, let arguments):
      let operands = machine[arguments].map { rewritten($0) }
      let isNew = isOnTheWay[Int(machine[function].body.index)]
      return .call(isNew ? version(of: function) : function, list(operands))
    case .apply(let builtin, let arguments):
      return .apply(builtin, list(machine[arguments].map { rewritten($0) }))
    case .lambda(let first, let count, let unpacksTuple, let body):
      return .lambda(first: first, count: count, unpacksTuple: unpacksTuple, body: rewritten(body))
    case .letIn(let local, let value, let body):
      return .letIn(local, value: rewritten(value), body: rewritten(body))
    case .record(let layout, let arguments):
      return .record(layout, list(machine[arguments].map { rewritten($0) }))
    case .field(let value, let name): return .field(rewritten(value), name)
    case .variant(let name, let payload): return .variant(name, rewritten(payload))
    case .assign(let variable, let value): return .assign(variable, rewritten(value))
    case .pick(let pick, let local, let domain, let body):
      return .pick(pick, local, domain: rewritten(domain), body: rewritten(body))
    }
  }

  /// The changed expression; `id` has its rewritten parts.
  private mutating func edited(_ id: ExpressionID) -> ExpressionID? {
    switch (mutation.edit, machine[id]) {
    case (.truth(let value), _): return make(literal(.bool(value)), like: id)
    case (.builtin(_, let other), .apply(_, let arguments)): return make(.apply(other, arguments), like: id)
    case (.operand, .apply(_, let arguments)): return machine[arguments].first
    case (.shift(let step), _):
      let difference = make(literal(.int(abs(step))), like: id)
      return make(.apply(step < 0 ? .isub : .iadd, list([id, difference])), like: id)
    case (.literal(_, let other), _): return make(literal(other), like: id)
    case (.variable(_, let other), .variable):
      guard let index = machine.variables.firstIndex(where: { $0.range == other }) else { return nil }
      return make(.variable(VariableID(index)), like: id)
    case (.definition(_, let other), _):
      if let index = machine.constants.firstIndex(where: { $0.range == other }) {
        return make(.constant(ConstantID(index)), like: id)
      }
      guard let index = machine.functions.firstIndex(where: { $0.range == other && $0.parameters.isEmpty })
      else { return nil }
      return make(.call(FunctionID(index), list([])), like: id)
    case (.exchange(let index), .call(let function, let arguments)):
      var operands = Array(machine[arguments])
      operands.swapAt(index, index + 1)
      return make(.call(function, list(operands)), like: id)
    case (.keep, .assign(let variable, let value)):
      let old = make(.variable(variable), like: value)
      return make(.assign(variable, old), like: id)
    default: return nil
    }
  }
}
