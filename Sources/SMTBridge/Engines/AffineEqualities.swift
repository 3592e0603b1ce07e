import ProtocolModel

/// Linear equations between integers that hold in every reachable state: sums that are
/// conserved, amounts that follow from others.
///
/// Symbolic abstraction (Reps, Sagiv, Yorsh, VMCAI 2004) of the reachable states in the
/// domain of Karr's affine relations: the affine hull of some states is described by the
/// null space of their rows; ask the solver for a step from a state of the hull to one
/// outside of it, add that one, until there is none. Each answer lowers the number of
/// equations, so there are at most as many questions as integers. Arithmetic is exact.
struct AffineEqualities {
  typealias Term = TermGraph.Term

  let system: SymbolicSystem
  let seed: UInt32
  let limits: SolverLimits

  /// More columns than this are not tried.
  private static let columnLimit = 60

  /// Terms that hold in all reachable states, given facts that do: equations, and where the
  /// state has labels also equations that hold under one label.
  func equations(_ graph: inout TermGraph, known: [Term]) -> [Term] {
    let columns = columns(graph)
    guard !columns.isEmpty, columns.count <= Self.columnLimit else { return [] }
    var result = equations(&graph, known, columns, by: nil)
    for (leaf, term) in zip(system.leaves, system.current) {
      guard !leaf.isBoolean, leaf.range.lowerBound == 0, (1...7).contains(leaf.range.upperBound),
        !columns.contains(term), !limits.isOver
      else { continue }
      result += equations(&graph, known + result, columns, by: (term, leaf.range.upperBound + 1))
    }
    return result
  }

  /// Integers of the state that are no labels, and open constants.
  private func columns(_ graph: TermGraph) -> [Term] {
    var columns: [Term] = []
    for (leaf, term) in zip(system.leaves, system.current) where !leaf.isBoolean {
      if leaf.range.lowerBound != 0 || leaf.range.upperBound > 7 { columns.append(term) }
    }
    for constant in system.openConstants {
      columns += constant.leaves.filter { !graph.isBoolean($0) }
    }
    return columns
  }

  /// - Parameter label: a leaf with few values, each of which has equations of its own.
  private func equations(
    _ graph: inout TermGraph, _ known: [Term], _ columns: [Term], by label: (term: Term, count: Int)?
  ) -> [Term] {
    var hulls = [RationalHull](
      repeating: RationalHull(width: columns.count + 1), count: label?.count ?? 1)
    guard grow(&hulls, columns, graph, known, label, fromStart: true),
      grow(&hulls, columns, graph, known, label, fromStart: false)
    else { return [] }
    return facts(hulls, columns, label, &graph)
  }

  /// What the hulls say, as terms over the current state.
  private func facts(
    _ hulls: [RationalHull], _ columns: [Term], _ label: (term: Term, count: Int)?, _ graph: inout TermGraph
  ) -> [Term] {
    var result: [Term] = []
    for (value, hull) in hulls.enumerated() {
      var isElsewhere = Term.false
      if let label {
        let isHere = graph.equal(label.term, graph.integer(value))
        isElsewhere = graph.not(isHere)
      }
      if hull.isEmpty {
        result.append(isElsewhere)
        continue
      }
      for coefficients in hull.equations() {
        let equation = equation(of: coefficients, columns, &graph)
        result.append(graph.or(isElsewhere, equation))
      }
    }
    return result.filter { graph.booleanValue(of: $0) != true }
  }

  private func equation(of coefficients: [Integer], _ columns: [Term], _ graph: inout TermGraph) -> Term {
    var left = graph.integer(0)
    var right = graph.integer(0)
    for (coefficient, column) in zip(coefficients, columns + [graph.integer(1)]) {
      if coefficient.isZero { continue }
      let part = graph.multiply(graph.integer(coefficient.magnitude), column)
      if coefficient.signum > 0 { left = graph.add(left, part) } else { right = graph.add(right, part) }
    }
    return graph.equal(left, right)
  }

  /// Adds states until none leaves the hulls; false when the solver does not answer.
  private func grow(
    _ hulls: inout [RationalHull], _ columns: [Term], _ graph: TermGraph, _ known: [Term],
    _ label: (term: Term, count: Int)?, fromStart: Bool
  ) -> Bool {
    guard let solver = Z3Solver(seed: seed, limits: limits) else { return false }
    var unrolling = Unrolling(system)
    unrolling.graph = graph
    unrolling.declareConstants(in: solver)
    if fromStart {
      unrolling.beginInitially()
    } else {
      unrolling.beginAnywhere()
      unrolling.addStep()
    }
    unrolling.declareNew(in: solver)
    for case let step? in unrolling.steps {
      for constraint in step.constraints { solver.assert(constraint, unrolling.graph) }
    }
    let last = unrolling.moments.count - 1
    if !fromStart {
      for fact in known {
        let moved = unrolling.term(fact, at: 0)
        solver.assert(moved, unrolling.graph)
      }
    }
    var after: [Term] = []
    for column in columns { after.append(unrolling.term(column, at: last)) }
    let place: Term? = label.map { unrolling.term($0.term, at: last) }
    while true {
      var scratch = unrolling.graph
      let facts = facts(hulls, columns, label, &scratch)
      unrolling.graph = scratch
      if facts.isEmpty { return true }
      solver.push()
      var leaves = Term.false
      for fact in facts {
        if !fromStart {
          let before = unrolling.term(fact, at: 0)
          solver.assert(before, unrolling.graph)
        }
        let moved = unrolling.term(fact, at: last)
        leaves = unrolling.graph.or(leaves, unrolling.graph.not(moved))
      }
      solver.assert(leaves, unrolling.graph)
      switch solver.check(assuming: [], unrolling.graph) {
      case .unsatisfiable:
        solver.pop()
        return true
      case .unknown:
        solver.pop()
        return false
      case .satisfiable:
        var row: [Integer] = []
        for term in after { row.append(solver.value(of: term, unrolling.graph) ?? .zero) }
        let value = place.flatMap { solver.value(of: $0, unrolling.graph)?.asInt } ?? 0
        solver.pop()
        guard hulls.indices.contains(value), hulls[value].add(row + [.one]) else { return false }
      }
    }
  }
}

/// The affine hull of integer points, by its rows in echelon form; exact.
struct RationalHull {
  private let width: Int
  /// Each with its pivot column; the rows have no common pivot.
  private var rows: [(pivot: Int, row: [Integer])] = []

  init(width: Int) { self.width = width }

  var isEmpty: Bool { rows.isEmpty }

  /// Adds a point (with a 1 at its end); false when it was in the hull already.
  mutating func add(_ point: [Integer]) -> Bool {
    var row = point
    for (pivot, other) in rows { row = Self.eliminated(row, other, pivot) }
    guard let pivot = row.firstIndex(where: { !$0.isZero }) else { return false }
    row = Self.reduced(row)
    for index in rows.indices { rows[index].row = Self.reduced(Self.eliminated(rows[index].row, row, pivot)) }
    rows.append((pivot, row))
    rows.sort { $0.pivot < $1.pivot }
    return true
  }

  /// A basis of the vectors that are orthogonal to all rows, with integer entries.
  func equations() -> [[Integer]] {
    let pivots = Set(rows.map(\.pivot))
    var result: [[Integer]] = []
    for free in 0..<width where !pivots.contains(free) {
      // x[free] = lcm of pivots' entries; x[pivot] = -row[free] / row[pivot] * x[free].
      var scale = Integer.one
      for (pivot, row) in rows where !row[free].isZero {
        guard let lcm = Self.lcm(scale, row[pivot].magnitude) else { return [] }
        scale = lcm
      }
      var vector = [Integer](repeating: .zero, count: width)
      vector[free] = scale
      for (pivot, row) in rows {
        guard let product = try? row[free] * scale,
          let value = try? product.quotient(dividingBy: row[pivot])
        else { return [] }
        vector[pivot] = -value
      }
      result.append(Self.reduced(vector))
    }
    return result
  }

  private static func eliminated(_ row: [Integer], _ other: [Integer], _ pivot: Int) -> [Integer] {
    if row[pivot].isZero { return row }
    let (a, b) = (row[pivot], other[pivot])
    return zip(row, other).map { x, y in
      guard let first = try? x * b, let second = try? y * a else { return .zero }
      return first - second
    }
  }

  private static func reduced(_ row: [Integer]) -> [Integer] {
    var divisor = Integer.zero
    for entry in row { divisor = gcd(divisor, entry.magnitude) }
    if divisor.isZero || divisor == .one { return row }
    return row.map { (try? $0.quotient(dividingBy: divisor)) ?? $0 }
  }

  private static func gcd(_ a: Integer, _ b: Integer) -> Integer {
    var (a, b) = (a, b)
    while !b.isZero {
      guard let rest = try? a.remainder(dividingBy: b) else { return .one }
      (a, b) = (b, rest)
    }
    return a
  }

  private static func lcm(_ a: Integer, _ b: Integer) -> Integer? {
    guard let part = try? a.quotient(dividingBy: gcd(a, b)) else { return nil }
    return try? part * b
  }
}
