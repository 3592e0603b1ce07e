/// Rows: labels that both sides have are made equal one by one; labels that one
/// side lacks go into the other's tail, if that is open.
extension Unifier {
  /// A row with the solved part of its tail merged in. Where a label comes twice
  /// (`{ a: int | r }` with `a` in `r`), the outer one counts.
  ///
  /// - Complexity: O(n log n) in the number of labels.
  mutating func flatten(_ row: TermRow, _ kind: RowKind) -> TermRow {
    guard var tail = row.tail else { return row }
    var fields = row.fields
    var grew = false
    var rounds = 0
    while true {
      let end = find(tail)
      rounds += 1
      switch node(end) {
      case .record(let rest), .tuple(let rest), .sum(let rest, _):
        for field in rest.fields where !fields.contains(where: { $0.label == field.label }) {
          fields.append(field)
          grew = true
        }
        guard let next = rest.tail, rounds < 10_000 else {
          return TermRow(grew ? Self.sorted(fields, kind) : fields)
        }
        tail = next
      case .boolean, .integer, .string, .uninterpreted, .set, .list, .map, .operation, .alias, .variable,
        .bound, .poison:
        return TermRow(grew ? Self.sorted(fields, kind) : fields, tail: end)
      }
    }
  }

  static func sorted(_ fields: [TermRow.Field], _ kind: RowKind) -> [TermRow.Field] {
    fields.sorted { precedes($0.label, $1.label, kind) }
  }

  /// The order of labels in a row: positions by number, names by text.
  static func precedes(_ a: String, _ b: String, _ kind: RowKind) -> Bool {
    switch kind {
    case .tuple: (a.utf8.count, a) < (b.utf8.count, b)
    case .record, .sum: a < b
    }
  }

  /// The type that holds the given row as the rest of another.
  mutating func makeRest(_ row: TermRow, _ kind: RowKind) -> Term {
    switch kind {
    case .tuple: make(.tuple(row))
    case .record: make(.record(row))
    case .sum: make(.sum(row, name: nil))
    }
  }

  mutating func solveRows(
    _ kind: RowKind, _ first: TermRow, _ second: TermRow, _ expected: Term, _ found: Term, depth: Int
  ) -> Mismatch? {
    let a = flatten(first, kind)
    let b = flatten(second, kind)
    let (common, onlyA, onlyB) = Self.compare(a.fields, b.fields, kind)
    if let mismatch = solveTails(kind, a.tail, b.tail, onlyA, onlyB, expected, found) { return mismatch }
    for (label, left, right) in common {
      if let mismatch = solve(left, right, depth: depth) { return mismatch.inside(.entry(label, kind)) }
    }
    return nil
  }

  /// Two sum types of one declared name. If their labels differ, they come from different
  /// modules, and are equal all the same (see `areNamesakes`).
  mutating func solveNamesakes(
    _ first: TermRow, _ second: TermRow, _ expected: Term, _ found: Term, depth: Int
  ) -> Mismatch? {
    let a = flatten(first, .sum)
    let b = flatten(second, .sum)
    let (common, onlyA, onlyB) = Self.compare(a.fields, b.fields, .sum)
    guard a.tail == nil, b.tail == nil, !onlyA.isEmpty || !onlyB.isEmpty else {
      return solveRows(.sum, first, second, expected, found, depth: depth)
    }
    for (label, left, right) in common {
      if let mismatch = solve(left, right, depth: depth) { return mismatch.inside(.entry(label, .sum)) }
    }
    namesake = found
    return nil
  }

  private static func compare(
    _ a: [TermRow.Field], _ b: [TermRow.Field], _ kind: RowKind
  ) -> (common: [(String, Term, Term)], onlyA: [TermRow.Field], onlyB: [TermRow.Field]) {
    var common: [(String, Term, Term)] = []
    var onlyA: [TermRow.Field] = []
    var onlyB: [TermRow.Field] = []
    var i = 0
    var j = 0
    while i < a.count || j < b.count {
      if i < a.count, j < b.count, a[i].label == b[j].label {
        common.append((a[i].label, a[i].term, b[j].term))
        i += 1
        j += 1
      } else if j == b.count || (i < a.count && precedes(a[i].label, b[j].label, kind)) {
        onlyA.append(a[i])
        i += 1
      } else {
        onlyB.append(b[j])
        j += 1
      }
    }
    return (common, onlyA, onlyB)
  }

  /// Gives each side the labels that only the other has.
  private mutating func solveTails(
    _ kind: RowKind, _ tailA: Term?, _ tailB: Term?, _ onlyA: [TermRow.Field], _ onlyB: [TermRow.Field],
    _ expected: Term, _ found: Term
  ) -> Mismatch? {
    let a = tailA.map { ($0, openLevel($0)) }
    let b = tailB.map { ($0, openLevel($0)) }
    if !onlyA.isEmpty, b == nil {
      return Mismatch(.missing(onlyA.map(\.label), kind), expected, found)
    }
    if !onlyB.isEmpty, a == nil {
      return Mismatch(.unexpected(onlyB.map(\.label), kind), expected, found)
    }
    switch (a, b) {
    case (nil, nil): return nil
    case (let (tail, level)?, nil):
      guard let level else { return wrongTail(tail, expected, found) }
      return bind(tail, level, to: makeRest(TermRow(onlyB), kind), expected, found)
    case (nil, let (tail, level)?):
      guard let level else { return wrongTail(tail, expected, found) }
      return bind(tail, level, to: makeRest(TermRow(onlyA), kind), expected, found)
    case (let (tail, level)?, let (otherTail, otherLevel)?):
      if tail == otherTail {
        return onlyA.isEmpty && onlyB.isEmpty ? nil : Mismatch(.infinite, expected, found)
      }
      guard let level else { return wrongTail(tail, expected, found) }
      guard let otherLevel else { return wrongTail(otherTail, expected, found) }
      if onlyA.isEmpty, onlyB.isEmpty { return solve(tail, otherTail, depth: 0) }
      let shared = makeVariable(level: min(level, otherLevel))
      return bind(tail, level, to: makeRest(TermRow(onlyB, tail: shared), kind), expected, found)
        ?? bind(otherTail, otherLevel, to: makeRest(TermRow(onlyA, tail: shared), kind), expected, found)
    }
  }

  /// The level of a tail that can still grow; nil for one that is not a row.
  private func openLevel(_ tail: Term) -> Int32? {
    if case .variable(let level) = node(tail) { return level }
    return nil
  }

  /// A tail that is no variable is either in error already, and fits everything, or
  /// an argument of an alias that is not a row.
  private func wrongTail(_ tail: Term, _ expected: Term, _ found: Term) -> Mismatch? {
    if case .poison = node(tail) { return nil }
    return Mismatch(.different, expected, found)
  }
}
