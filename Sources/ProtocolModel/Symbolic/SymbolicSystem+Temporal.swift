/// Temporal formulas over the leaves of a system: their atoms as conditions on the current state and
/// the next one.
extension SymbolicSystem {
  /// The atoms of a formula, in their order. What an action of a fairness condition picks from a range without known
  /// bounds is an unknown: the atom is true when its term is for some value of these.
  ///
  /// - Parameter graph: that of the system or one that grew out of it; gets the new terms.
  /// - Returns: the atoms, and the system's unknowns with those of picks behind them.
  /// - Throws: `SymbolicRefusal` for the first atom without symbolic form.
  public func facts(
    of formula: TemporalFormula, _ machine: Machine, _ graph: inout TermGraph, shouldStop: (() -> Bool)? = nil
  ) throws(SymbolicRefusal) -> (facts: [Fact], inputs: SymbolicInputs) {
    var evaluator = evaluator(machine, &graph)
    evaluator.shouldStop = shouldStop
    evaluator.inputs = inputs
    var result: [Fact] = []
    for atom in formula.atoms {
      do throws(SymbolicRefusal) {
        result.append(try evaluator.fact(atom))
      } catch {
        var error = error
        if error.expression == nil { error.expression = atom.expression.expression }
        throw error
      }
    }
    graph = evaluator.graph
    return (result, evaluator.inputs ?? inputs)
  }

  /// Whether the current state and the next one are the same; leaves that do not count may differ.
  public func sameState(_ machine: Machine, _ graph: inout TermGraph) throws(SymbolicRefusal) -> Term {
    var evaluator = evaluator(machine, &graph)
    var result = Term.true
    for (value, next) in zip(values(current, &evaluator.graph), values(next, &evaluator.graph)) {
      result = evaluator.graph.and(result, try evaluator.algebra.equal(value, next))
    }
    graph = evaluator.graph
    return result
  }

  /// All values that an expression can have in some state of the shape, sorted; of a set, its members.
  public func universe(
    of framed: FramedExpression, _ bindings: [SlotValue], _ machine: Machine
  ) throws(SymbolicRefusal) -> [Value] {
    var graph = graph
    var evaluator = evaluator(machine, &graph)
    let found = try evaluator.inFrame(of: framed, bindings) { (evaluator, base) throws(SymbolicRefusal) in
      let value = try evaluator.value(framed.expression, base, .true)
      switch value {
      case .choice(_, let values): return values
      case .variant(_, let labels, let payloads):
        var values: [Value] = []
        for (label, payload) in zip(labels, payloads) {
          guard let payload else { continue }
          guard case .constant(let known) = payload else {
            throw SymbolicRefusal("a temporal formula depends on a value that is not known")
          }
          values.append(.variant(label, known))
        }
        return values
      case .constant(let known):
        guard case .set = known else { return [known] }
      case .set, .subsets, .interval, .maps: break
      case .boolean, .integer, .tuple, .record, .map, .pairs, .list:
        throw SymbolicRefusal("a temporal formula depends on a value that is not known")
      }
      var members: [Value] = []
      for candidate in try evaluator.algebra.candidates(value) {
        guard case .constant(let known) = candidate.value else {
          throw SymbolicRefusal("a quantifier over temporal formulas needs members that are known")
        }
        members.append(known)
      }
      return members
    }
    return Set(found).sorted()
  }

  /// The system with a transition that changes nothing, behind the others.
  public var stuttering: SymbolicSystem { adding(stutter) }

  private var stutter: SystemTransition {
    SystemTransition(
      guards: [], enabled: .true, failure: .false, overflow: .false, updates: current, actions: [], picks: [])
  }

  private func values(_ leaves: [Term], _ graph: inout TermGraph) -> [SymbolicValue] {
    var rest = leaves[...]
    var result: [SymbolicValue] = []
    for shape in shapes { result.append(shape.value(&rest, &graph)) }
    return result
  }

  private func evaluator(_ machine: Machine, _ graph: inout TermGraph) -> SymbolicEvaluator {
    let (state, successor) = (values(current, &graph), values(next, &graph))
    var constants: [FunctionID: SymbolicValue] = [:]
    for constant in openConstants {
      var rest = constant.leaves[...]
      constants[constant.constant] = constant.shape.value(&rest, &graph)
    }
    var algebra = SymbolicAlgebra()
    algebra.graph = graph
    var result = SymbolicEvaluator(machine: machine, algebra: algebra, current: state)
    result.next = successor
    result.openConstants = constants
    result.takesActions = true
    return result
  }
}

extension SymbolicEvaluator {
  /// An atom, with unknown picks only where it has no form without.
  fileprivate mutating func fact(_ atom: TemporalAtom) throws(SymbolicRefusal) -> SymbolicSystem.Fact {
    let before = self
    undefined = .false
    opensPicks = false
    do throws(SymbolicRefusal) {
      return SymbolicSystem.Fact(holds: try holds(atom), undefined: undefined)
    } catch {
      switch atom.kind {
      case .isEnabled, .isTaken: break
      case .isTrue, .contains, .equals: throw error
      }
    }
    self = before
    undefined = .false
    opensPicks = true
    return SymbolicSystem.Fact(holds: try holds(atom), undefined: undefined)
  }

  private mutating func holds(_ atom: TemporalAtom) throws(SymbolicRefusal) -> Term {
    try inFrame(of: atom.expression, atom.bindings) { (evaluator, base) throws(SymbolicRefusal) in
      let expression = atom.expression.expression
      switch atom.kind {
      case .isTrue: return try evaluator.boolean(expression, base, .true)
      case .contains(let member):
        let set = try evaluator.value(expression, base, .true)
        return try evaluator.algebra.contains(evaluator.algebra.candidates(set), .constant(member))
      case .equals(let value):
        return try evaluator.algebra.equal(evaluator.value(expression, base, .true), .constant(value))
      case .isEnabled(let view): return try evaluator.isEnabled(expression, changing: view, base, .true)
      case .isTaken(let view): return try evaluator.isTaken(expression, changing: view, base, .true)
      }
    }
  }

  fileprivate mutating func inFrame<Result>(
    of framed: FramedExpression, _ bindings: [SlotValue],
    _ body: (inout SymbolicEvaluator, Int) throws(SymbolicRefusal) -> Result
  ) throws(SymbolicRefusal) -> Result {
    let base = push(Int(machine[framed.function].frameSize))
    for binding in bindings { setSlot(base + Int(binding.slot.slot), .constant(binding.value)) }
    let result = try body(&self, base)
    pop(to: base)
    return result
  }
}
