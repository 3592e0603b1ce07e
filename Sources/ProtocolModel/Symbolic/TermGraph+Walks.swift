/// Walks over a graph that need no recursion: operands come before what they are operands of.
extension TermGraph {
  /// The operands of a node.
  public func operands(of term: Term) -> [Term] {
    switch self[term] {
    case .boolean, .integer, .input: []
    case .not(let a): [a]
    case .and(let a, let b), .or(let a, let b), .equal(let a, let b), .less(let a, let b),
      .lessOrEqual(let a, let b), .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .quotient(let a, let b), .remainder(let a, let b):
      [a, b]
    case .ite(let a, let b, let c): [a, b, c]
    }
  }

  /// The nodes below a term, itself included, that are not known yet, operands first. What
  /// is below a known node is taken for known.
  ///
  /// - Complexity: O(n log n) for n nodes that are returned.
  public func unvisited(below term: Term, isKnown: (Term) -> Bool) -> [Term] {
    if isKnown(term) { return [] }
    var found: Set<Term> = [term]
    var pending = [term]
    while let next = pending.popLast() {
      for operand in operands(of: next) where !isKnown(operand) && found.insert(operand).inserted {
        pending.append(operand)
      }
    }
    return found.sorted { $0.index < $1.index }
  }

  /// The terms with other terms for some unknowns; `known` has the images found so far, by
  /// number of node, and gets the new ones.
  public mutating func substituting(
    _ term: Term, _ known: inout [Int32: Term], _ inputs: (Int) -> Term?
  ) -> Term {
    if let image = known[term.index] { return image }
    for node in unvisited(below: term, isKnown: { known[$0.index] != nil }) {
      func image(_ a: Term) -> Term { known[a.index] ?? a }
      let result: Term
      switch self[node] {
      case .boolean, .integer: result = node
      case .input(let number, _): result = inputs(Int(number)) ?? node
      case .not(let a): result = not(image(a))
      case .and(let a, let b): result = and(image(a), image(b))
      case .or(let a, let b): result = or(image(a), image(b))
      case .ite(let a, let b, let c): result = ite(image(a), image(b), image(c))
      case .equal(let a, let b): result = equal(image(a), image(b))
      case .less(let a, let b): result = less(image(a), image(b))
      case .lessOrEqual(let a, let b): result = lessOrEqual(image(a), image(b))
      case .add(let a, let b): result = add(image(a), image(b))
      case .subtract(let a, let b): result = subtract(image(a), image(b))
      case .multiply(let a, let b): result = multiply(image(a), image(b))
      case .quotient(let a, let b): result = quotient(image(a), image(b))
      case .remainder(let a, let b): result = remainder(image(a), image(b))
      }
      known[node.index] = result
    }
    return known[term.index] ?? term
  }

  /// The numbers of the unknowns below a term, ascending.
  public func inputs(below term: Term) -> [Int] {
    unvisited(below: term, isKnown: { _ in false }).compactMap {
      if case .input(let number, _) = self[$0] { return Int(number) }
      return nil
    }.sorted()
  }
}

extension TermGraph {
  /// True if a term has a product of unknowns in it.
  public func hasProducts(below term: Term) -> Bool {
    unvisited(below: term, isKnown: { _ in false }).contains { node in
      switch self[node] {
      case .multiply(let a, let b): integerValue(of: a) == nil && integerValue(of: b) == nil
      case .quotient(_, let b), .remainder(_, let b): integerValue(of: b) == nil
      default: false
      }
    }
  }

  /// Conditions that hold together exactly where a condition does.
  ///
  /// - Complexity: O(parts), which are no more than the conjuncts that stand in the condition.
  public mutating func conjuncts(of condition: Term) -> [Term] {
    switch self[condition] {
    case .and(let a, let b): return conjuncts(of: a) + conjuncts(of: b)
    case .or(let a, let b):
      let (left, right) = (conjuncts(of: a), conjuncts(of: b))
      if left.count > 1, right.count > 1 { return [condition] }
      if right.count > 1 { return right.map { or(a, $0) } }
      if left.count > 1 { return left.map { or($0, b) } }
      return [condition]
    default: return [condition]
    }
  }
}
