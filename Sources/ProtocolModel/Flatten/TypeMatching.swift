/// One-way unification: which types the variables of a scheme must be for it to be the use's type.
struct TypeMatching {
  let variables: Set<TypeVariable>
  var solution: [TypeVariable: Type] = [:]

  init(variables: Set<TypeVariable>) { self.variables = variables }

  mutating func match(_ pattern: Type, _ type: Type) {
    switch (pattern.unaliased, type.unaliased) {
    case (.variable(let variable), let type):
      if variables.contains(variable), solution[variable] == nil { solution[variable] = type }
    case (.set(let a), .set(let b)), (.list(let a), .list(let b)): match(a, b)
    case (.map(let a, let b), .map(let c, let d)):
      match(a, c)
      match(b, d)
    case (.tuple(let a), .tuple(let b)): match(a, b) { .tuple($0) }
    case (.record(let a), .record(let b)): match(a, b) { .record($0) }
    case (.sum(let a, _), .sum(let b, let name)): match(a, b) { .sum($0, name: name) }
    case (.operation(let a, let b), .operation(let c, let d)):
      for (x, y) in zip(a, c) { match(x, y) }
      match(b, d)
    case (.operation(let parameters, let result), let value) where parameters.isEmpty:
      match(result, value)
    default: break
    }
  }

  private mutating func match(_ pattern: Row, _ row: Row, rest: (Row) -> Type) {
    let labels = Set(pattern.fields.map(\.label))
    for field in pattern.fields {
      if let other = row.fields.first(where: { $0.label == field.label }) { match(field.type, other.type) }
    }
    if let tail = pattern.tail, variables.contains(tail), solution[tail] == nil {
      solution[tail] = rest(Row(row.fields.filter { !labels.contains($0.label) }, tail: row.tail))
    }
  }
}
