/// The way into flattening: which expressions of the main module to take, and
/// what is filled in once all of them stand.

/// What to make a machine of.
public struct FlattenRequest: Sendable {
  public var main: Int
  /// Expressions of the main module, resolved and typed; nil where there is none.
  public var initial: SyntaxExpression?
  public var step: SyntaxExpression?
  public var properties: [PropertyRequest]
  /// Any others, by name: tests, expressions of a command line.
  public var extra: [(name: String, expression: SyntaxExpression)]

  public struct PropertyRequest: Sendable {
    public var name: String
    public var kind: Property.Kind
    public var expression: SyntaxExpression
    public var range: SourceRange

    public init(name: String, kind: Property.Kind, expression: SyntaxExpression, range: SourceRange) {
      self.name = name
      self.kind = kind
      self.expression = expression
      self.range = range
    }
  }

  public init(
    main: Int, initial: SyntaxExpression? = nil, step: SyntaxExpression? = nil,
    properties: [PropertyRequest] = [], extra: [(name: String, expression: SyntaxExpression)] = []
  ) {
    self.main = main
    self.initial = initial
    self.step = step
    self.properties = properties
    self.extra = extra
  }
}

extension Machine {
  /// Flattens a typed program.
  ///
  /// - Returns: the machine, the functions of `request.extra` in their order, and
  ///   diagnostics; with an error among them the machine must not be run.
  /// - Complexity: linear in the number of copies of definitions, which is the
  ///   text for programs whose operators take no operators.
  public static func flatten(_ program: TypedProgram, _ request: FlattenRequest) -> (
    machine: Machine, extra: [FunctionID], diagnostics: [Diagnostic]
  ) {
    let flattener = Flattener(program: program, main: request.main)
    flattener.machine.initial = request.initial.map { flattener.entry(named: "init", .def, $0) }
    flattener.machine.step = request.step.map { flattener.entry(named: "step", .def, $0) }
    let properties = request.properties.map {
      ($0, flattener.entry(named: $0.name, $0.kind == .temporal ? .temporal : .val, $0.expression))
    }
    let extra = request.extra.map { flattener.entry(named: $0.name, .val, $0.expression) }
    flattener.flattenAssumptions()
    flattener.orderVariables()
    flattener.machine.summarizeEffects()
    flattener.machine.properties = properties.map { request, function in
      flattener.machine.property(request, function)
    }
    flattener.machine.listTransitions()
    return (flattener.machine, extra, flattener.diagnostics.sortedByPlace())
  }
}

extension Flattener {
  /// A root expression; a bare name of a definition is that definition itself.
  fileprivate func entry(
    named name: String, _ qualifier: Qualifier, _ expression: SyntaxExpression
  ) -> FunctionID {
    if case .name = expression.kind {
      let environment = makeEnvironment(context: 0, frame: makeFrame())
      let use = flatten(expression, environment)
      if case .call(let callee, let arguments) = machine[use], arguments.count == 0,
        !machine[callee].sharesFrame
      {
        return callee
      }
    }
    return root(named: name, qualifier: qualifier, expression, in: 0)
  }

  /// The assumptions of every context that the machine uses, in order of contexts.
  fileprivate func flattenAssumptions() {
    var index = 0
    // Evaluating one may open further contexts, hence no `for`.
    while index < contexts.count {
      for id in resolved.modules[contexts[index].module].definitions {
        guard let definition = resolved.definitions[id], case .assume(let body) = definition.kind else {
          continue
        }
        let function = root(named: definition.name, body, in: index)
        machine.assumptions.append(
          Assumption(
            name: displayName(definition.name, in: index), function: function, range: definition.nameRange))
      }
      index += 1
    }
  }

  /// Numbers the variables by place in the source, whatever order they were met in:
  /// those of plain modules first, imported modules before importing ones, then the
  /// instances in order of declaration.
  fileprivate func orderVariables() {
    let keys = variableSources.map { source in
      instanceChain(of: source.context)
        + [NodeID(truncatingIfNeeded: contexts[source.context].module), source.definition]
    }
    let order = variableSources.indices.sorted {
      let (a, b) = (keys[$0], keys[$1])
      return a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
    }
    variableSources = order.map { variableSources[$0] }
    var renumbered = [VariableID](repeating: VariableID(0), count: order.count)
    for (new, old) in order.enumerated() { renumbered[old] = VariableID(new) }
    machine.variables = order.map { machine.variables[$0] }
    for index in machine.expressions.indices {
      switch machine.expressions[index] {
      case .variable(let variable):
        machine.expressions[index] = .variable(renumbered[Int(variable.index)])
      case .assign(let variable, let value):
        machine.expressions[index] = .assign(renumbered[Int(variable.index)], value)
      default: break
      }
    }
    disambiguateVariables()
  }

  /// The instance declarations that lead to a context, outermost first.
  private func instanceChain(of context: Int) -> [NodeID] {
    var chain: [NodeID] = []
    var next: Int? = context
    while let index = next, let declaration = contexts[index].instance {
      chain.append(declaration)
      next = contexts[index].parent
    }
    return chain.reversed()
  }

  /// Two plainly imported modules may have a variable of one name: then both are shown with their module.
  private func disambiguateVariables() {
    var count: [String: Int] = [:]
    for variable in machine.variables { count[variable.name, default: 0] += 1 }
    for (index, source) in variableSources.enumerated() where count[machine.variables[index].name] ?? 0 > 1 {
      let module = resolved.modules[contexts[source.context].module].name
      machine.variables[index].name = "\(module)::\(machine.variables[index].name)"
    }
  }
}

extension Machine {
  /// Fills in what each function reads, updates, and whether it is an action.
  /// Callees come before callers in `functions`, so one pass is enough.
  fileprivate mutating func summarizeEffects() {
    for index in functions.indices {
      var reads = Set<VariableID>()
      var updates = Set<VariableID>()
      var demands = Demands()
      var pending = [functions[index].body]
      var lazies = Set<ExpressionID>()
      while let id = pending.popLast() {
        switch self[id] {
        case .variable(let variable): reads.insert(variable)
        case .assign(let variable, _):
          updates.insert(variable)
          demands.insert(.acts)
        case .pick: demands.insert(.acts)
        case .lazyLocal(_, let value):
          // A function that shares its frame may read a definition of its caller's.
          if functions[index].sharesFrame, lazies.insert(value).inserted { pending.append(value) }
        case .call(let callee, _):
          let callee = self[callee]
          reads.formUnion(callee.reads)
          updates.formUnion(callee.updates)
          if callee.isAction { demands.insert(.acts) }
          if callee.isTemporal { demands.insert(.isTemporal) }
        case .constant(let constant):
          if let value = self[constant].value { reads.formUnion(self[value].reads) }
        case .apply(let builtin, _): demands.formUnion(builtin.demands)
        case .literal, .local, .lambda, .letIn, .record, .field, .variant, .missingConstant: break
        }
        pending.append(contentsOf: children(of: id))
      }
      functions[index].reads = reads.sorted { $0.index < $1.index }
      functions[index].updates = updates.sorted { $0.index < $1.index }
      functions[index].isAction = demands.contains(.acts)
      functions[index].isTemporal = demands.contains(.isTemporal)
    }
  }

  /// Fills in the normal forms of `initial` and `step`.
  fileprivate mutating func listTransitions() {
    var list = TransitionList(self)
    initialTransitions = initial.map { list.transitions(of: $0) } ?? []
    transitions = step.map { list.transitions(of: $0) } ?? []
  }

  fileprivate func property(_ request: FlattenRequest.PropertyRequest, _ function: FunctionID) -> Property {
    let body = FramedExpression(self[function].body, in: function)
    let (shape, predicate) = temporalShape(of: body)
    return Property(
      name: request.name, kind: request.kind, function: function, conjuncts: conjuncts(of: predicate),
      range: request.range, shape: shape)
  }

  /// The body behind calls without arguments and nested definitions. In an empty frame
  /// the latter are evaluated where they are used, as behind their `letIn`.
  func unfolded(_ framed: FramedExpression) -> FramedExpression {
    var framed = framed
    while true {
      switch self[framed.expression] {
      case .call(let function, let arguments) where arguments.count == 0:
        framed.expression = self[function].body
        if !self[function].sharesFrame { framed.function = function }
      case .letIn(_, _, let body):
        framed.expression = body
      default: return framed
      }
    }
  }

  /// `a and b and { c, d }` as `[a, b, c, d]`, definitions opened.
  public func conjuncts(of framed: FramedExpression) -> [FramedExpression] {
    var result: [FramedExpression] = []
    var pending = [framed]
    // A definition that occurs again is not opened again: its conjuncts may double at each level.
    var seen = Set<ExpressionID>()
    while let next = pending.popLast() {
      let opened = unfolded(next)
      if case .apply(.and, let arguments) = self[opened.expression], seen.insert(opened.expression).inserted {
        pending.append(
          contentsOf: self[arguments].reversed().map { FramedExpression($0, in: opened.function) })
      } else {
        result.append(next)
      }
    }
    return result
  }

  /// How far a property can be checked without liveness, and what it then demands.
  private func temporalShape(
    of body: FramedExpression
  ) -> (Property.TemporalShape, predicate: FramedExpression) {
    if temporalOperators(below: body.expression).isEmpty { return (.state, body) }
    let opened = unfolded(body)
    guard case .apply(.always, let arguments) = self[opened.expression], let inner = self[arguments].first
    else { return (.general, body) }
    let predicate = FramedExpression(inner, in: opened.function)
    switch temporalOperators(below: inner) {
    case []: return (.alwaysState, predicate)
    case [.next]: return (.alwaysStep, predicate)
    default: return (.general, body)
    }
  }

  /// The temporal built-ins in an expression and in what it calls.
  private func temporalOperators(below id: ExpressionID) -> Set<Builtin> {
    var found = Set<Builtin>()
    var seen = Set<FunctionID>()
    var visited = Set<ExpressionID>()
    var pending = [id]
    while let next = pending.popLast() {
      guard visited.insert(next).inserted else { continue }
      switch self[next] {
      case .apply(let builtin, _):
        if builtin.isTemporal { found.insert(builtin) }
      case .call(let function, _):
        if seen.insert(function).inserted { pending.append(self[function].body) }
      case .lazyLocal(_, let value): pending.append(value)
      default: break
      }
      pending.append(contentsOf: children(of: next))
    }
    return found
  }
}
