import ProtocolModel

/// Predicates on states from which lemmas are made.
///
/// What a protocol's proof needs is mostly about the very conditions that its guards and
/// properties speak of. So the atoms are: the flags of the state, each label or string of a
/// choice, every comparison in guards and properties that speaks of the state alone, what
/// these become through an update (`rt' = now` under the guard `now < T` makes `rt < T` an
/// atom), signs of integers, and equations between integers and constants.
struct Atoms {
  typealias Term = TermGraph.Term

  private(set) var terms: [Term] = []
  /// Flags and labels, which are the usual premises of what else holds.
  private(set) var premises: [Term] = []
  /// Equations between integers of the state and constants.
  private(set) var equations: [Term] = []
  /// Bounds of differences between integers of the state.
  private(set) var differences: [Term] = []
  private var seen: Set<Term> = []
  private let fixed: Set<Int>
  private let limit: Int

  init(_ system: SymbolicSystem, _ graph: inout TermGraph, limit: Int = 160) {
    self.limit = limit
    var numbers: Set<Int> = []
    for term in system.current + system.openConstants.flatMap(\.leaves) {
      if case .input(let number, _) = graph[term] { numbers.insert(number.asInt) }
    }
    fixed = numbers
    // Flags, labels.
    for (leaf, term) in zip(system.leaves, system.current) {
      if leaf.isBoolean {
        add(term, graph)
      } else if leaf.range.lowerBound == 0, leaf.range.upperBound < 8, leaf.range.upperBound > 0 {
        for value in leaf.range {
          let isThis = graph.equal(term, graph.integer(value))
          add(isThis, graph)
        }
      }
    }
    premises = terms
    // What properties and guards compare.
    for predicate in system.predicates { harvest(predicate.whole.holds, graph) }
    for transition in system.transitions {
      for item in transition.guards { harvest(item.condition, graph) }
    }
    // What becomes of comparisons with inputs of the system when a leaf takes the value.
    addStored(system, &graph)
    // Signs.
    for (leaf, term) in zip(system.leaves, system.current) where !leaf.isBoolean {
      if leaf.range.lowerBound < 0 { add(graph.lessOrEqual(graph.integer(0), term), graph) }
      if leaf.range.upperBound > 8 {
        let isZero = graph.equal(term, graph.integer(0))
        add(isZero, graph)
      }
    }
    addInitialValues(system, &graph)
    addEquations(system, &graph)
    addDifferences(system, &graph)
  }

  /// Differences that the machine computes, against multiples of open constants: how far two
  /// amounts can have moved apart after so many moves.
  private mutating func addDifferences(_ system: SymbolicSystem, _ graph: inout TermGraph) {
    let leaves = Set(system.current)
    var pairs: [(Term, Term)] = []
    for node in graph.nodes {
      guard case .subtract(let a, let b) = node, leaves.contains(a), leaves.contains(b), pairs.count < 4
      else { continue }
      pairs.append((a, b))
    }
    let constants = system.openConstants.flatMap(\.leaves).filter { !graph.isBoolean($0) }
    var counters: [Term] = []
    for (leaf, term) in zip(system.leaves, system.current) {
      guard !leaf.isBoolean, leaf.range.lowerBound == 0, leaf.range.upperBound > 1, counters.count < 3,
        !pairs.contains(where: { $0.0 == term || $0.1 == term })
      else { continue }
      if leaf.range.upperBound == .max || !leaf.name.isEmpty { counters.append(term) }
    }
    for (a, b) in pairs {
      for difference in [graph.subtract(a, b), graph.subtract(b, a)] {
        for constant in constants where differences.count < limit {
          for factor in 1...3 {
            let bound = graph.multiply(graph.integer(factor), constant)
            differences.append(graph.lessOrEqual(difference, bound))
          }
          for counter in counters {
            let bound = graph.multiply(counter, constant)
            differences.append(graph.lessOrEqual(difference, bound))
          }
        }
      }
    }
    differences.removeAll { graph.booleanValue(of: $0) != nil }
  }

  /// `x == 0` and `x == C` for every integer of the state and every open constant.
  private mutating func addEquations(_ system: SymbolicSystem, _ graph: inout TermGraph) {
    let constants =
      system.openConstants.flatMap(\.leaves).filter { !graph.isBoolean($0) } + [graph.integer(0)]
    for (leaf, term) in zip(system.leaves, system.current) {
      guard !leaf.isBoolean, leaf.range.upperBound > 8 || leaf.range.lowerBound < 0 else { continue }
      for constant in constants where equations.count < limit {
        let isThis = graph.equal(term, constant)
        if graph.booleanValue(of: isThis) == nil { equations.append(isThis) }
      }
    }
  }

  private mutating func add(_ term: Term, _ graph: TermGraph) {
    var term = term
    if case .not(let inner) = graph[term] { term = inner }
    guard terms.count < limit, graph.booleanValue(of: term) == nil, seen.insert(term).inserted,
      speaksOfStateOnly(term, graph)
    else { return }
    terms.append(term)
  }

  private func speaksOfStateOnly(_ term: Term, _ graph: TermGraph) -> Bool {
    let inputs = graph.inputs(below: term)
    return !inputs.isEmpty && inputs.allSatisfy { fixed.contains($0) }
  }

  /// Comparisons below a condition.
  private mutating func harvest(_ condition: Term, _ graph: TermGraph) {
    var visited: Set<Term> = []
    var pending = [condition]
    while let term = pending.popLast(), visited.count < 20_000 {
      guard visited.insert(term).inserted else { continue }
      switch graph[term] {
      case .equal(let a, _) where !graph.isBoolean(a): add(term, graph)
      case .less, .lessOrEqual: add(term, graph)
      default: break
      }
      pending += graph.operands(of: term).reversed()
    }
  }

  /// For `x' = e` under a guard that compares `e`: the same comparison of `x`.
  private mutating func addStored(_ system: SymbolicSystem, _ graph: inout TermGraph) {
    for transition in system.transitions {
      var comparisons: [Term] = []
      for item in transition.guards { Self.collect(item.condition, graph, &comparisons) }
      for (place, update) in transition.updates.enumerated() {
        let leaf = system.current[place]
        guard update != leaf, graph.integerValue(of: update) == nil, !graph.isBoolean(update) else {
          continue
        }
        for comparison in comparisons {
          guard let (a, b, make) = Self.sides(of: comparison, graph), a == update || b == update else {
            continue
          }
          let moved = make(&graph, a == update ? leaf : a, b == update ? leaf : b)
          add(moved, graph)
        }
      }
    }
  }

  private static func collect(_ condition: Term, _ graph: TermGraph, _ found: inout [Term]) {
    switch graph[condition] {
    case .and(let a, let b), .or(let a, let b):
      collect(a, graph, &found)
      collect(b, graph, &found)
    case .not(let a): collect(a, graph, &found)
    case .less, .lessOrEqual, .equal: found.append(condition)
    default: return
    }
  }

  private static func sides(
    of comparison: Term, _ graph: TermGraph
  ) -> (Term, Term, (inout TermGraph, Term, Term) -> Term)? {
    switch graph[comparison] {
    case .less(let a, let b): (a, b, { $0.less($1, $2) })
    case .lessOrEqual(let a, let b): (a, b, { $0.lessOrEqual($1, $2) })
    default: nil
    }
  }

  /// `x == v` for the values that integers begin with, and that updates store.
  private mutating func addInitialValues(_ system: SymbolicSystem, _ graph: inout TermGraph) {
    for transition in system.initial + system.transitions {
      for (place, update) in transition.updates.enumerated() {
        let leaf = system.leaves[place]
        guard !leaf.isBoolean, leaf.range.upperBound > 8 || leaf.range.lowerBound < 0 else { continue }
        let isConstant = graph.integerValue(of: update) != nil
        let isOpenConstant = system.openConstants.contains { $0.leaves.contains(update) }
        guard isConstant || isOpenConstant else { continue }
        let isThis = graph.equal(system.current[place], update)
        add(isThis, graph)
      }
    }
  }
}

extension Int32 {
  fileprivate var asInt: Int { Int(self) }
}
