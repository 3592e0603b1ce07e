extension Type {
  /// How many parts of a type are searched for variables. Types that share parts
  /// can be exponentially large as trees.
  static let searchLimit = 10_000

  /// Whether variables are among as many parts as the budget allows.
  func hasVariables(_ budget: inout Int) -> Bool {
    budget -= 1
    if budget < 0 { return false }
    switch self {
    case .boolean, .integer, .string, .uninterpreted: return false
    case .variable: return true
    case .set(let element), .list(let element): return element.hasVariables(&budget)
    case .map(let key, let image): return key.hasVariables(&budget) || image.hasVariables(&budget)
    case .tuple(let row), .record(let row), .sum(let row, _):
      if row.tail != nil { return true }
      for field in row.fields where field.type.hasVariables(&budget) { return true }
      return false
    case .operation(let parameters, let result):
      for parameter in parameters where parameter.hasVariables(&budget) { return true }
      return result.hasVariables(&budget)
    case .alias(_, let arguments, let meaning):
      for argument in arguments where argument.hasVariables(&budget) { return true }
      return meaning.hasVariables(&budget)
    }
  }

  /// The type with variables replaced where `value` has an answer; rows are spliced.
  func substituting(_ value: (TypeVariable) -> Type?) -> Type {
    switch self {
    case .boolean, .integer, .string, .uninterpreted: self
    case .variable(let variable): value(variable) ?? self
    case .set(let element): .set(element.substituting(value))
    case .list(let element): .list(element.substituting(value))
    case .map(let key, let image): .map(key.substituting(value), image.substituting(value))
    case .tuple(let row): .tuple(row.substituting(value))
    case .record(let row): .record(row.substituting(value))
    case .sum(let row, let name): .sum(row.substituting(value), name: name)
    case .operation(let parameters, let result):
      .operation(parameters.map { $0.substituting(value) }, result.substituting(value))
    case .alias(let name, let arguments, let meaning):
      .alias(
        name: name, arguments: arguments.map { $0.substituting(value) }, meaning.substituting(value))
    }
  }
}

extension Row {
  /// A row variable is replaced by a record (or tuple, sum) type whose row continues this one.
  func substituting(_ value: (TypeVariable) -> Type?) -> Row {
    var result = Row(
      fields.map { Field($0.label, $0.type.substituting(value)) }, tail: tail)
    guard let tail, let more = value(tail)?.unaliased else { return result }
    switch more {
    case .record(let row), .tuple(let row), .sum(let row, _):
      result.fields += row.fields
      result.fields.sort { Row.precedes($0.label, $1.label) }
      result.tail = row.tail
    case .variable(let variable): result.tail = variable
    case .boolean, .integer, .string, .uninterpreted, .set, .list, .map, .operation, .alias: break
    }
    return result
  }

  /// Order of labels: tuple positions by number, names by Unicode scalars.
  static func precedes(_ a: String, _ b: String) -> Bool {
    if let x = Int(a), let y = Int(b) { return x < y }
    return a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}
