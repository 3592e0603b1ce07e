/// Atoms of temporal formulas as expressions of a machine, for engines that compile.

extension Machine {
  /// Adds a predicate that is true where the atom is; nil for an action's atoms.
  public mutating func addPredicate(for atom: TemporalAtom) -> FramedExpression? {
    let (expression, function) = (atom.expression.expression, atom.expression.function)
    var result = expression
    switch atom.kind {
    case .isTrue: break
    case .contains(let member):
      let literal = add(literal: member, like: expression)
      result = add(.apply(.contains, arguments([expression, literal])), .boolean, like: expression)
    case .equals(let value):
      let literal = add(literal: value, like: expression)
      result = add(.apply(.eq, arguments([expression, literal])), .boolean, like: expression)
    case .isEnabled, .isTaken: return nil
    }
    // A slot is filled by a quantifier over its one value.
    for binding in atom.bindings {
      let domain = add(literal: .set(of: [binding.value]), like: expression)
      let body = add(
        .lambda(first: binding.slot, count: 1, unpacksTuple: false, body: result), .boolean, like: expression)
      result = add(.apply(.exists, arguments([domain, body])), .boolean, like: expression)
    }
    return FramedExpression(result, in: function)
  }

  /// The machine whose step is any of some atoms' actions; nil where one has none.
  public func taking(actionsOf atoms: [TemporalAtom]) -> Machine? {
    var machine = withoutStep()
    var entries: [ExpressionID] = []
    for atom in atoms {
      switch atom.kind {
      case .isEnabled, .isTaken: break
      case .isTrue, .contains, .equals: return nil
      }
      let function = machine.addFunction(for: atom)
      let call = Expression.call(function, Arguments(start: 0, count: 0))
      entries.append(machine.add(call, .boolean, like: atom.expression.expression))
    }
    guard let first = entries.first else { return nil }
    let list = machine.arguments(entries)
    let body = entries.count == 1 ? first : machine.add(.apply(.actionAny, list), .boolean, like: first)
    machine.step = machine.addFunction(body: body, frameOf: nil)
    return machine
  }

  private mutating func addFunction(for atom: TemporalAtom) -> FunctionID {
    let expression = atom.expression.expression
    var body = expression
    for binding in atom.bindings {
      let domain = add(literal: .set(of: [binding.value]), like: expression)
      let pick = PickID(picks.count)
      picks.append(Pick(name: "", type: .boolean, range: origin(of: expression).range))
      body = add(.pick(pick, binding.slot, domain: domain, body: body), .boolean, like: expression)
    }
    return addFunction(body: body, frameOf: atom.expression.function)
  }

  /// Adds an action without parameters, in a frame like that of another function, or an empty one.
  private mutating func addFunction(body: ExpressionID, frameOf other: FunctionID?) -> FunctionID {
    var function = Function(
      name: "", qualifier: .def, parameters: [], firstParameter: LocalID(0), body: body, frameSize: 0,
      sharesFrame: false, range: origin(of: body).range, instance: "")
    if let other {
      function.frameSize = self[other].frameSize
      function.frame = self[other].frame
      function.instance = self[other].instance
    }
    function.reads = variables.indices.map { VariableID($0) }
    function.updates = function.reads
    function.isAction = true
    functions.append(function)
    return FunctionID(functions.count - 1)
  }

  /// The machine without steps and properties: for predicates alone.
  public func withoutStep() -> Machine {
    var machine = self
    machine.step = nil
    machine.transitions = []
    machine.properties = []
    return machine
  }

  /// The variables that an expression is made of, when it is one or a tuple of some.
  public func variables(ofView framed: FramedExpression) -> [VariableID]? {
    let opened = unfolded(framed)
    switch self[opened.expression] {
    case .variable(let variable): return [variable]
    case .apply(.makeTuple, let arguments):
      var result: [VariableID] = []
      for entry in self[arguments] {
        guard let inner = variables(ofView: FramedExpression(entry, in: opened.function)) else { return nil }
        result += inner
      }
      return result
    default: return nil
    }
  }

  private mutating func add(literal value: Value, like expression: ExpressionID) -> ExpressionID {
    literals.append(value)
    return add(.literal(Int32(truncatingIfNeeded: literals.count - 1)), .boolean, like: expression)
  }

  /// - Parameter type: nobody looks at the types of added nodes but as boolean ones.
  private mutating func add(
    _ node: Expression, _ type: Type, like expression: ExpressionID
  ) -> ExpressionID {
    expressions.append(node)
    types.append(type)
    origins.append(origin(of: expression))
    return ExpressionID(expressions.count - 1)
  }

  private mutating func arguments(_ list: [ExpressionID]) -> Arguments {
    operands += list
    return Arguments(start: operands.count - list.count, count: list.count)
  }
}
