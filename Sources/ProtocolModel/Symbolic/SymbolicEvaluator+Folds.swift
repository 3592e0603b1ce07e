/// Folds over sets whose members are not known, and so their order neither.
///
/// A fold goes through members in ascending order. Where the order does not matter, that of the candidates
/// will do, each counted once. It does not matter for `(acc, x) => acc + e` if e does not speak of acc, and
/// for some other forms that are recognized here; no others are taken, though many would be right.

extension SymbolicEvaluator {
  /// The result for members of which some may be the same: each counts once.
  mutating func foldInAnyOrder(
    _ candidates: [SymbolicValue.Candidate], _ start: SymbolicValue, _ lambda: Lambda, _ base: Int,
    _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let freedom = OrderFreedom(machine: machine, accumulator: lambda.first - base)
    guard !lambda.unpacksTuple, lambda.count == 2, let kind = freedom.kind(of: lambda.body) else {
      throw SymbolicRefusal("`fold` over members in unknown order")
    }
    let outer = undefined
    var result = start
    for index in candidates.indices {
      let counts = try algebra.isFirst(index, of: candidates)
      let next = try value(
        of: lambda, [result, candidates[index].value], base, graph.and(path, counts))
      result = try algebra.ite(counts, next, result)
    }
    // Behind a false conjunct nothing is evaluated, and which ones are behind it depends on the order.
    if kind == .whereDefined, undefined != outer {
      throw SymbolicRefusal("`fold` over members in unknown order, not all of which may have a value")
    }
    return result
  }
}

/// Forms of operations whose order does not matter.
private struct OrderFreedom {
  let machine: Machine
  /// Slot of the accumulator; that of the member is the next one.
  let accumulator: Int

  enum Kind {
    case always
    /// If it has a value for each member.
    case whereDefined
  }

  /// Nil where the order may matter.
  func kind(of body: ExpressionID) -> Kind? {
    guard case .apply(let builtin, let arguments) = machine[body] else { return nil }
    let operands = Array(machine[arguments])
    switch builtin {
    case .iadd, .imul, .union, .intersect, .and, .or:
      guard operands.count(where: { isAccumulator($0) }) == 1,
        operands.allSatisfy({ isAccumulator($0) || !speaksOfIt($0) })
      else { return nil }
      return builtin == .and || builtin == .or ? .whereDefined : .always
    case .exclude: return isAccumulator(operands[0]) && !speaksOfIt(operands[1]) ? .always : nil
    case .put:
      // Other members are other keys.
      return isAccumulator(operands[0]) && isLocal(operands[1], accumulator + 1) && !speaksOfIt(operands[2])
        ? .always : nil
    case .ite:
      if isExtremum(operands) { return .always }
      if speaksOfIt(operands[0]) { return nil }
      if isAccumulator(operands[1]) { return kind(of: operands[2]) }
      return isAccumulator(operands[2]) ? kind(of: operands[1]) : nil
    default: return nil
    }
  }

  /// `if (e > acc) e else acc` and the like.
  private func isExtremum(_ operands: [ExpressionID]) -> Bool {
    guard case .apply(let comparison, let arguments) = machine[operands[0]],
      [.ilt, .ilte, .igt, .igte].contains(comparison)
    else { return false }
    let compared = Array(machine[arguments])
    let members = compared.filter { !isAccumulator($0) }
    let chosen = operands[1...].filter { !isAccumulator($0) }
    guard members.count == 1, chosen.count == 1, let one = members.first, let other = chosen.first else {
      return false
    }
    return isLocal(one, accumulator + 1) && isLocal(other, accumulator + 1)
  }

  private func isLocal(_ id: ExpressionID, _ slot: Int) -> Bool {
    if case .local(let local) = machine[id] { return Int(local.slot) == slot }
    return false
  }

  private func isAccumulator(_ id: ExpressionID) -> Bool { isLocal(id, accumulator) }

  private func speaksOfIt(_ id: ExpressionID) -> Bool {
    if isAccumulator(id) { return true }
    switch machine[id] {
    case .lazyLocal(_, let definition): return speaksOfIt(definition)
    case .call(let function, _) where machine[function].sharesFrame:
      // Definitions nested in the operation see its parameters.
      if speaksOfIt(machine[function].body) { return true }
    default: break
    }
    return machine.children(of: id).contains { speaksOfIt($0) }
  }
}
