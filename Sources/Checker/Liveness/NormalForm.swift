import ProtocolModel

/// A formula without negations except before atoms, in which each subformula has a number.
///
/// Two rules keep it small: `always(always(p))` is `always(p)`, and a formula that says
/// nothing about any beginning of a behavior (`always(eventually(p))` and its like) is the
/// same under any further `always` or `eventually`.
struct NormalForm {
  typealias Number = Int

  enum Node: Hashable {
    case constant(Bool)
    case literal(atom: Int, isTrue: Bool)
    case and([Number])
    case or([Number])
    case always(Number)
    case eventually(Number)
  }

  private(set) var nodes: [Node] = []
  /// By node: no operator on behaviors in it.
  private(set) var isOfStep: [Bool] = []
  /// By node: every suffix of a behavior makes it true if one does.
  private var isOfTail: [Bool] = []
  private var numbers: [Node: Number] = [:]

  private var visits = 0

  /// Nodes that a formula may have, spelled out.
  private static let limit = 200_000

  struct TooLarge: Error {}

  subscript(number: Number) -> Node { nodes[number] }

  /// The number of a formula, or of its negation.
  mutating func number(
    of node: TemporalFormula.Node, _ fairness: [FairnessCondition], negated: Bool = false
  ) throws(TooLarge) -> Number {
    visits += 1
    guard visits < Self.limit else { throw TooLarge() }
    switch node {
    case .constant(let value): return try add(.constant(value != negated))
    case .atom(let atom): return try add(.literal(atom: atom, isTrue: !negated))
    case .not(let inner): return try number(of: inner, fairness, negated: !negated)
    case .and(let parts): return try combine(parts, fairness, negated, isAnd: !negated)
    case .or(let parts): return try combine(parts, fairness, negated, isAnd: negated)
    case .always(let inner):
      let inner = try number(of: inner, fairness, negated: negated)
      return try negated ? eventually(inner) : always(inner)
    case .eventually(let inner):
      let inner = try number(of: inner, fairness, negated: negated)
      return try negated ? always(inner) : eventually(inner)
    case .fair(let index):
      // Weak: infinitely often not enabled, or taken. Strong: infinitely often enabled
      // implies infinitely often taken.
      let condition = fairness[index]
      let taken = try add(.literal(atom: condition.isTaken, isTrue: !negated))
      let enabled = try add(.literal(atom: condition.isEnabled, isTrue: negated))
      switch (condition.isStrong, negated) {
      case (false, false): return try always(eventually(disjunction([enabled, taken])))
      case (false, true): return try eventually(always(conjunction([enabled, taken])))
      case (true, false):
        return try disjunction([eventually(always(enabled)), always(eventually(taken))])
      case (true, true):
        return try conjunction([always(eventually(enabled)), eventually(always(taken))])
      }
    }
  }

  private mutating func combine(
    _ parts: [TemporalFormula.Node], _ fairness: [FairnessCondition], _ negated: Bool, isAnd: Bool
  ) throws(TooLarge) -> Number {
    var numbers: [Number] = []
    for part in parts { numbers.append(try number(of: part, fairness, negated: negated)) }
    return try isAnd ? conjunction(numbers) : disjunction(numbers)
  }

  mutating func conjunction(_ parts: [Number]) throws(TooLarge) -> Number {
    try combination(parts, neutral: true) { if case .and(let inner) = $0 { inner } else { nil } }
  }

  mutating func disjunction(_ parts: [Number]) throws(TooLarge) -> Number {
    try combination(parts, neutral: false) { if case .or(let inner) = $0 { inner } else { nil } }
  }

  /// Nested ones are joined, what occurs again is left out, and order is kept.
  private mutating func combination(
    _ parts: [Number], neutral: Bool, _ inner: (Node) -> [Number]?
  ) throws(TooLarge) -> Number {
    var kept: [Number] = []
    var seen = Set<Number>()
    for part in parts.flatMap({ inner(nodes[$0]) ?? [$0] }) where seen.insert(part).inserted {
      if case .constant(let value) = nodes[part] {
        if value == neutral { continue }
        // What stands before it is evaluated, and may have no value: it stays.
        kept.append(part)
        break
      }
      kept.append(part)
    }
    switch kept.count {
    case 0: return try add(.constant(neutral))
    case 1: return kept[0]
    default: return try add(neutral ? .and(kept) : .or(kept))
    }
  }

  mutating func always(_ inner: Number) throws(TooLarge) -> Number {
    switch nodes[inner] {
    case .constant, .always: return inner
    default: return isOfTail[inner] ? inner : try add(.always(inner))
    }
  }

  mutating func eventually(_ inner: Number) throws(TooLarge) -> Number {
    switch nodes[inner] {
    case .constant, .eventually: return inner
    default: return isOfTail[inner] ? inner : try add(.eventually(inner))
    }
  }

  /// Adds every `eventually` in a formula.
  func collectEventualities(below number: Number, into found: inout Set<Number>) {
    switch nodes[number] {
    case .constant, .literal: break
    case .and(let parts), .or(let parts):
      for part in parts where !isOfStep[part] { collectEventualities(below: part, into: &found) }
    case .always(let inner): collectEventualities(below: inner, into: &found)
    case .eventually(let inner):
      if found.insert(number).inserted { collectEventualities(below: inner, into: &found) }
    }
  }

  mutating func add(_ node: Node) throws(TooLarge) -> Number {
    if let known = numbers[node] { return known }
    guard nodes.count < Self.limit else { throw TooLarge() }
    let number = nodes.count
    nodes.append(node)
    numbers[node] = number
    switch node {
    case .constant:
      isOfStep.append(true)
      isOfTail.append(true)
    case .literal:
      isOfStep.append(true)
      isOfTail.append(false)
    case .and(let parts), .or(let parts):
      isOfStep.append(parts.allSatisfy { isOfStep[$0] })
      isOfTail.append(parts.allSatisfy { isOfTail[$0] })
    case .always(let inner):
      isOfStep.append(false)
      if case .eventually = nodes[inner] { isOfTail.append(true) } else { isOfTail.append(isOfTail[inner]) }
    case .eventually(let inner):
      isOfStep.append(false)
      if case .always = nodes[inner] { isOfTail.append(true) } else { isOfTail.append(isOfTail[inner]) }
    }
    return number
  }
}
