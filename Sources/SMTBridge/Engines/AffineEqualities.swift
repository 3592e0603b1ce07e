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

  /// Terms of equations that hold in all reachable states, given facts that do.
  func equations(_ graph: inout TermGraph, known: [Term]) -> [Term] {
    var columns: [Term] = []
    for (leaf, term) in zip(system.leaves, system.current) where !leaf.isBoolean {
      if leaf.range.upperBound - 8 > leaf.range.lowerBound || leaf.range.lowerBound == .min {
        columns.append(term)
      } else if leaf.range.count > 2 {
        columns.append(term)
      }
    }
    for constant in system.openConstants {
      columns += constant.leaves.filter { !graph.isBoolean($0) }
    }
    guard !columns.isEmpty, columns.count <= Self.columnLimit else { return [] }
    var hull = RationalHull(width: columns.count + 1)
    guard grow(&hull, columns, graph, known, fromStart: true),
      grow(&hull, columns, graph, known, fromStart: false)
    else { return [] }
    return hull.equations().map { equation(of: $0, columns, &graph) }
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

  /// Adds states until none leaves the hull; false when the solver does not answer.
  private func grow(
    _ hull: inout RationalHull, _ columns: [Term], _ graph: TermGraph, _ known: [Term], fromStart: Bool
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
    while true {
      let equations = hull.equations()
      if equations.isEmpty { return true }
      solver.push()
      var leaves = Term.false
      for coefficients in equations {
        var scratch = unrolling.graph
        let equation = self.equation(of: coefficients, columns, &scratch)
        unrolling.graph = scratch
        if !fromStart {
          let before = unrolling.term(equation, at: 0)
          solver.assert(before, unrolling.graph)
        }
        let moved = unrolling.term(equation, at: last)
        leaves = unrolling.graph.or(leaves, unrolling.graph.not(moved))
      }
      if hull.isEmpty { leaves = .true }
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
        solver.pop()
        guard hull.add(row + [.one]) else { return false }
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
