/// From terms to the side tables of `TypedProgram`, and back for a later run.
extension TypeInferrer {
  /// The types of everything, solved.
  ///
  /// - Complexity: O(nodes + distinct terms).
  func finish() -> TypedProgram {
    var typed = TypedProgram(resolved: program)
    var reader = makeReader()
    for variable in contestedVariables() {
      guard case .bound(let solution) = unifier.node(variable) else { continue }
      typed.plainSubstitution[reader.variable(variable)] = reader.type(of: solution, in: &unifier)
    }
    reader = makeReader()
    unifier.opaque = Set(contestedVariables())
    record(into: &typed, &reader)
    for (id, renaming) in renamings {
      var substitution: [TypeVariable: Type] = [:]
      for (old, new) in renaming { substitution[reader.variable(old)] = reader.type(of: new, in: &unifier) }
      typed.instanceSubstitutions[id] = substitution
    }
    return typed
  }

  /// Variables of a module that an instance of it has afresh, while a module that imports
  /// it plainly has solved them: they have no one solution.
  private func contestedVariables() -> [Term] {
    var renamed: Set<Term> = []
    for renaming in renamings.values { renamed.formUnion(renaming.keys) }
    return renamed.filter {
      if case .solved? = unifier.frozen[$0] { return true }
      return false
    }
  }

  /// Infers one expression and adds what it brings to a program that is typed already.
  func inferSingle(_ expression: SyntaxExpression, inModule module: Int, into typed: inout TypedProgram)
    -> Type
  {
    var term = Unifier.poison
    enter(module: module) {
      unifier.level = 1
      term = infer(expression)
      checkOperatorPlaces(in: expression)
    }
    var reader = makeReader()
    record(into: &typed, &reader)
    return reader.type(of: term, in: &unifier)
  }

  private func makeReader() -> TypeReader {
    var reader = TypeReader()
    reader.offset = variableOffset
    for (variable, term) in earlierVariables { reader.variables[term] = variable }
    return reader
  }

  private func record(into typed: inout TypedProgram, _ reader: inout TypeReader) {
    typed.types.reserveCapacity(typed.types.count + nodeTerms.count)
    for (id, term) in nodeTerms { typed.types[id] = reader.type(of: term, in: &unifier) }
    for (id, term) in operatorTerms { typed.operatorTypes[id] = reader.type(of: term, in: &unifier) }
    for (id, term) in schemes where typed.schemes[id] == nil {
      var found = GenericVariables()
      found.collect(term, in: &unifier)
      typed.schemes[id] = TypeScheme(
        variables: found.types.map(reader.variable), rowVariables: found.rows.map(reader.variable),
        type: reader.type(of: term, in: &unifier))
    }
    typed.nextVariable = variableOffset + Int32(unifier.count)
  }

  // MARK: Types of an earlier run

  func term(_ variable: TypeVariable, level: Int32) -> Term {
    if let known = earlierVariables[variable] { return known }
    let term = unifier.makeVariable(level: level)
    earlierVariables[variable] = term
    return term
  }

  func term(_ scheme: TypeScheme) -> Term {
    term(scheme.type, generic: Set(scheme.variables + scheme.rowVariables))
  }

  func term(_ type: Type, generic: Set<TypeVariable>) -> Term {
    func variable(_ variable: TypeVariable) -> Term {
      term(variable, level: generic.contains(variable) ? Unifier.genericLevel : 0)
    }
    func row(_ row: Row) -> TermRow {
      TermRow(
        row.fields.map { TermRow.Field($0.label, term($0.type, generic: generic)) },
        tail: row.tail.map(variable))
    }
    switch type {
    case .boolean: return Unifier.boolean
    case .integer: return Unifier.integer
    case .string: return Unifier.string
    case .variable(let name): return variable(name)
    case .uninterpreted(let id, let name): return unifier.make(.uninterpreted(id, name: name))
    case .set(let element): return unifier.make(.set(term(element, generic: generic)))
    case .list(let element): return unifier.make(.list(term(element, generic: generic)))
    case .map(let key, let value):
      let key = term(key, generic: generic)
      return unifier.make(.map(key, term(value, generic: generic)))
    case .tuple(let entries): return unifier.make(.tuple(row(entries)))
    case .record(let fields): return unifier.make(.record(row(fields)))
    case .sum(let labels, let name): return unifier.make(.sum(row(labels), name: name))
    case .operation(let parameters, let result):
      let terms = parameters.map { term($0, generic: generic) }
      return unifier.make(.operation(terms, term(result, generic: generic)))
    case .alias(let name, let arguments, let meaning):
      let terms = arguments.map { term($0, generic: generic) }
      return unifier.make(.alias(name: name, arguments: terms, term(meaning, generic: generic)))
    }
  }
}

/// The generic variables of a term in the order in which they occur.
private struct GenericVariables {
  var types: [Term] = []
  var rows: [Term] = []
  private var visited: Set<Term> = []
  private var visitedTails: Set<Term> = []

  mutating func collect(_ term: Term, in unifier: inout Unifier, depth: Int = 0) {
    let term = unifier.solution(term)
    guard !unifier.isGround(term), depth <= Unifier.depthLimit, visited.insert(term).inserted else { return }
    switch unifier.node(term) {
    case .variable(level: Unifier.genericLevel): types.append(term)
    case .tuple(let row): collect(row, .tuple, in: &unifier, depth: depth)
    case .record(let row): collect(row, .record, in: &unifier, depth: depth)
    case .sum(let row, _): collect(row, .sum, in: &unifier, depth: depth)
    case let shape:
      for child in Unifier.children(of: shape) { collect(child, in: &unifier, depth: depth + 1) }
    }
  }

  private mutating func collect(_ row: TermRow, _ kind: RowKind, in unifier: inout Unifier, depth: Int) {
    let flat = unifier.flatten(row, kind)
    for field in flat.fields { collect(field.term, in: &unifier, depth: depth + 1) }
    guard let tail = flat.tail, case .variable(level: Unifier.genericLevel) = unifier.node(tail),
      visitedTails.insert(tail).inserted
    else { return }
    rows.append(tail)
  }
}
