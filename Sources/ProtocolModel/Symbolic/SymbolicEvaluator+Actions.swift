/// What temporal formulas say of actions, over unknowns.
///
/// An action is taken apart into all ways to take it (`SymbolicStep`), each with its condition and with
/// what it assigns. It is enabled when some condition holds; it relates two states when
/// some way leads from one to the other. Picks have to be from sets whose members can be tried one by
/// one: "no member makes it possible" has no form without quantifiers otherwise. Who can do with "some
/// member" sets `opensPicks`.

extension SymbolicEvaluator {
  mutating func applyToAction(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    guard takesActions else { throw SymbolicRefusal("`\(builtin.rawValue)` has no symbolic form") }
    let holds: Term
    switch builtin {
    case .enabled: holds = try isEnabled(operands[0], changing: nil, base, path)
    case .mustChange: holds = try isTaken(operands[0], changing: operands[1], base, path)
    default:
      let isChange = try changes(operands[1], base, path)
      let isTaken = try relates(operands[0], base, graph.and(path, isChange))
      holds = graph.implies(isChange, isTaken)
    }
    return algebra.value(ofBoolean: holds)
  }

  /// Whether an action leads from the current state to the next one, and a value changes.
  mutating func isTaken(
    _ action: ExpressionID, changing view: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Term {
    let isChange = try changes(view, base, path)
    if isChange == .false { return .false }
    return graph.and(isChange, try relates(action, base, graph.and(path, isChange)))
  }

  /// Whether an action can be taken in the current state, so that a value changes if one is given.
  mutating func isEnabled(
    _ action: ExpressionID, changing view: ExpressionID?, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Term {
    var before: SymbolicValue?
    if let view { before = try value(view, base, path) }
    return try someWay(of: action, base, path) { (evaluator, way, path) throws(SymbolicRefusal) in
      guard let view, let before else { return .true }
      var state: [SymbolicValue] = []
      for update in way.updates {
        guard let update else { throw SymbolicRefusal("an action that does not assign all variables") }
        state.append(update)
      }
      let after = try evaluator.value(view, base, path, inState: state)
      return evaluator.graph.not(try evaluator.algebra.equal(before, after))
    }
  }

  /// Whether an expression has another value in the next state.
  private mutating func changes(
    _ view: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Term {
    let before = try value(view, base, path)
    return graph.not(try algebra.equal(before, valueAhead(view, base, path)))
  }

  /// Whether an action leads from the current state to the next one; what it does not assign is free.
  private mutating func relates(
    _ action: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> Term {
    guard let next else { throw SymbolicRefusal("an action of two states where there is no next one") }
    return try someWay(of: action, base, path) { (evaluator, way, _) throws(SymbolicRefusal) in
      var isSame = Term.true
      for (update, value) in zip(way.updates, next) where isSame != .false {
        guard let update else { continue }
        isSame = evaluator.graph.and(isSame, try evaluator.algebra.equal(update, value))
      }
      return isSame
    }
  }

  /// Whether one way to take an action is possible and satisfies a condition. A way is tried only
  /// where those before it are none: what has no value in it does not matter elsewhere.
  private mutating func someWay(
    of action: ExpressionID, _ base: Int, _ path: Term,
    _ condition: (inout SymbolicEvaluator, SymbolicTransition, Term) throws(SymbolicRefusal) -> Term
  ) throws(SymbolicRefusal) -> Term {
    var found = Term.false
    for way in try ways(of: action, base) {
      let isTried = graph.and(path, graph.not(found))
      var isPossible = Term.true
      for item in way.guards where isPossible != .false {
        if item.undefined != .false { fail(item.undefined, graph.and(isTried, isPossible)) }
        isPossible = graph.and(isPossible, graph.and(graph.not(item.undefined), item.condition))
      }
      if isPossible == .false { continue }
      let holds = try condition(&self, way, graph.and(isTried, isPossible))
      found = graph.or(found, graph.and(isPossible, holds))
      if found == .true { break }
    }
    return found
  }

  private mutating func ways(
    of action: ExpressionID, _ base: Int
  ) throws(SymbolicRefusal) -> [SymbolicTransition] {
    let outer = (contracts, next, takesActions, undefined)
    let known = inputs
    var walk = SymbolicStep(evaluator: self)
    algebra = SymbolicAlgebra()
    walk.evaluator.contracts = nil
    if !opensPicks { walk.evaluator.inputs = nil }
    (walk.evaluator.next, walk.evaluator.takesActions) = (nil, false)
    walk.evaluator.undefined = .false
    defer {
      self = walk.evaluator
      // Only one of the two may hold the graph, or the next term copies it.
      walk.evaluator.algebra = SymbolicAlgebra()
      (contracts, next, takesActions, undefined) = outer
      if !opensPicks { inputs = known }
    }
    try walk.run(action, base)
    return walk.transitions
  }
}
