/// Schemes: which variables each use of a definition gets afresh, and the copies.
extension Unifier {
  /// Marks the variables of a term that are deeper than the current level, so that
  /// every use replaces them.
  ///
  /// - Complexity: O(size of the term without its ground parts).
  mutating func generalize(_ term: Term) {
    beginWalk()
    generalize(term, depth: 0)
  }

  private mutating func generalize(_ term: Term, depth: Int) {
    if isGround(term) || depth > Self.depthLimit || !isFirstVisit(term) { return }
    let shape = node(term)
    if case .variable(let own) = shape {
      if own > level, own != Self.genericLevel { setLevel(of: term, to: Self.genericLevel) }
      return
    }
    if case .bound(let next) = shape { return generalize(next, depth: depth) }
    for child in Self.children(of: shape) { generalize(child, depth: depth + 1) }
  }

  /// A copy of a scheme's type with new variables of the current level.
  mutating func instantiate(_ term: Term) -> Term {
    var memo: [Term: Term] = [:]
    return copy(term, .generic, &memo, depth: 0)
  }

  /// A copy of a scheme's type in which the given generic variables have the given values.
  mutating func instantiate(_ term: Term, _ values: [Term: Term]) -> Term {
    var memo = values
    return copy(term, .generic, &memo, depth: 0)
  }

  /// A copy in which the free variables of a module are those of one instance of it.
  /// `renaming` keeps what each became; `modules` are the module and its plain imports,
  /// whose solutions count.
  mutating func rename(_ term: Term, _ renaming: inout [Term: Term], modules: Set<Int>) -> Term {
    // Only variables belong to the renaming; copies of larger terms must not outlive
    // this call, because their variables may be solved later.
    var memo = renaming
    let result = copy(term, .moduleLevel(modules), &memo, depth: 0)
    for (old, new) in memo where renaming[old] == nil {
      switch node(old) {
      case .variable, .bound: if frozen[old] != nil || isModuleLevel(old) { renaming[old] = new }
      default: break
      }
    }
    return result
  }

  /// Which variables a copy replaces.
  private enum Replaced {
    case generic
    case moduleLevel(Set<Int>)
  }

  private func isModuleLevel(_ term: Term) -> Bool {
    if case .variable(level: 0) = node(term) { return true }
    return false
  }

  private mutating func copy(
    _ term: Term, _ replaced: Replaced, _ memo: inout [Term: Term], depth: Int
  ) -> Term {
    if isGround(term) { return term }
    if let known = memo[term] { return known }
    if depth > Self.depthLimit { return Self.poison }
    let result: Term
    switch node(term) {
    case .variable(let own):
      switch replaced {
      case .generic: result = own == Self.genericLevel ? makeVariable() : term
      case .moduleLevel: result = own == 0 ? makeVariable(level: 0) : term
      }
    case .bound(let next):
      guard case .moduleLevel(let modules) = replaced, case .solved(let solver)? = frozen[term],
        !modules.contains(solver)
      else { return copy(next, replaced, &memo, depth: depth) }
      result = makeVariable(level: 0)
    case .boolean, .integer, .string, .uninterpreted, .poison: return term
    case .set(let element): result = make(.set(copy(element, replaced, &memo, depth: depth + 1)))
    case .list(let element): result = make(.list(copy(element, replaced, &memo, depth: depth + 1)))
    case .map(let key, let value):
      let newKey = copy(key, replaced, &memo, depth: depth + 1)
      result = make(.map(newKey, copy(value, replaced, &memo, depth: depth + 1)))
    case .tuple(let row): result = make(.tuple(copy(row, replaced, &memo, depth: depth + 1)))
    case .record(let row): result = make(.record(copy(row, replaced, &memo, depth: depth + 1)))
    case .sum(let row, let name):
      result = make(.sum(copy(row, replaced, &memo, depth: depth + 1), name: name))
    case .operation(let parameters, let value):
      var copies: [Term] = []
      for parameter in parameters { copies.append(copy(parameter, replaced, &memo, depth: depth + 1)) }
      result = make(.operation(copies, copy(value, replaced, &memo, depth: depth + 1)))
    case .alias(let name, let arguments, let meaning):
      var copies: [Term] = []
      for argument in arguments { copies.append(copy(argument, replaced, &memo, depth: depth + 1)) }
      result = make(
        .alias(name: name, arguments: copies, copy(meaning, replaced, &memo, depth: depth + 1)))
    }
    memo[term] = result
    return result
  }

  private mutating func copy(
    _ row: TermRow, _ replaced: Replaced, _ memo: inout [Term: Term], depth: Int
  ) -> TermRow {
    var result = row
    for index in result.fields.indices {
      result.fields[index].term = copy(result.fields[index].term, replaced, &memo, depth: depth)
    }
    result.tail = row.tail.map { copy($0, replaced, &memo, depth: depth) }
    return result
  }

  /// Ends a module: its variables that are still unsolved belong to whoever
  /// instantiates it, and solutions that come later count for their module only.
  mutating func freezeModuleVariables() {
    for variable in moduleVariables where frozen[variable] == nil && isModuleLevel(variable) {
      frozen[variable] = .open
    }
    moduleVariables.removeAll()
  }
}

/// Turns terms into `Type`s; shares the results, so that each term is read once.
struct TypeReader {
  private var memo: [Term: Type] = [:]
  /// Names that variables had before they came here.
  var variables: [Term: TypeVariable] = [:]
  /// Added to the index of a variable to get its name.
  var offset: Int32 = 0

  func variable(_ term: Term) -> TypeVariable {
    variables[term] ?? TypeVariable(offset + term.index)
  }

  mutating func type(of term: Term, in unifier: inout Unifier, depth: Int = 0) -> Type {
    let term = unifier.solution(term)
    if let known = memo[term] { return known }
    guard depth <= Unifier.depthLimit else { return .variable(variable(term)) }
    let result = read(term, in: &unifier, depth: depth + 1)
    memo[term] = result
    return result
  }

  private mutating func read(_ term: Term, in unifier: inout Unifier, depth: Int) -> Type {
    switch unifier.node(term) {
    case .boolean: return .boolean
    case .integer: return .integer
    case .string: return .string
    case .uninterpreted(let id, let name): return .uninterpreted(id, name: name)
    case .set(let element): return .set(type(of: element, in: &unifier, depth: depth))
    case .list(let element): return .list(type(of: element, in: &unifier, depth: depth))
    case .map(let key, let value):
      let key = type(of: key, in: &unifier, depth: depth)
      return .map(key, type(of: value, in: &unifier, depth: depth))
    case .tuple(let row): return .tuple(self.row(row, .tuple, in: &unifier, depth: depth))
    case .record(let row): return .record(self.row(row, .record, in: &unifier, depth: depth))
    case .sum(let row, let name):
      return .sum(self.row(row, .sum, in: &unifier, depth: depth), name: name)
    case .operation(let parameters, let result):
      var types: [Type] = []
      for parameter in parameters { types.append(type(of: parameter, in: &unifier, depth: depth)) }
      return .operation(types, type(of: result, in: &unifier, depth: depth))
    case .alias(let name, let arguments, let meaning):
      var types: [Type] = []
      for argument in arguments { types.append(type(of: argument, in: &unifier, depth: depth)) }
      return .alias(name: name, arguments: types, type(of: meaning, in: &unifier, depth: depth))
    case .variable, .bound, .poison: return .variable(variable(term))
    }
  }

  private mutating func row(
    _ row: TermRow, _ kind: RowKind, in unifier: inout Unifier, depth: Int
  ) -> Row {
    let flat = unifier.flatten(row, kind)
    var fields: [Row.Field] = []
    for field in flat.fields {
      fields.append(Row.Field(field.label, type(of: field.term, in: &unifier, depth: depth)))
    }
    guard let tail = flat.tail else { return Row(fields) }
    switch unifier.node(tail) {
    case .variable, .bound: return Row(fields, tail: variable(tail))
    default: return Row(fields)
    }
  }
}
