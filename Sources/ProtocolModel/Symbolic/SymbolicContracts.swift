/// Contracts of pure functions: what a proof knows of a function in place of its body.
///
/// A function has a contract if its body says what is true of the result, and gives it back
/// unchanged: `if (promise(result)) result else result`, which `promising` of
/// `Specs/Settlement/basics.qnt` spells out. Everywhere else that is the result and nothing more.
///
/// With contracts each use of the function becomes unknowns of which the promise is assumed; the
/// same unknowns for the same arguments. The price is a *claim*: for any arguments of this form the
/// body keeps the promise, and has a value. It is made once for each form (how long lists are), and
/// has to be proved by whoever uses the system. Contracts of functions that the body calls serve in
/// its claim. Counterexamples found with contracts may not be real; proofs are.
public struct FunctionContract: Sendable {
  public var function: FunctionID
  /// True whatever its unknowns are, if the body keeps its promise.
  public var claim: TermGraph.Term
}

extension Machine {
  /// The parts of `if (promise(result)) result else result`.
  struct Promise {
    var result: ExpressionID
    /// Where the condition reads the result.
    var slot: Int
    var condition: ExpressionID
  }

  func promise(of function: FunctionID) -> Promise? {
    var body = self[function].body
    while case .letIn(_, _, let inner) = self[body] { body = inner }
    guard case .call(let wrapper, let arguments) = self[body], arguments.count == 1,
      self[wrapper].sharesFrame, case .apply(.ite, let parts) = self[self[wrapper].body]
    else { return nil }
    let operands = Array(self[parts])
    guard operands.count == 3, case .local(let a) = self[operands[1]], case .local(let b) = self[operands[2]],
      a == b, let result = self[arguments].first
    else { return nil }
    return Promise(result: result, slot: Int(a.slot), condition: operands[0])
  }

  /// True if some function has a contract.
  public var hasContracts: Bool { functions.indices.contains { promise(of: FunctionID($0)) != nil } }
}

/// A loop with an invariant: a fold over `range(0, n)` whose step begins by saying what is true of
/// what was gathered so far, `step(if (invariant(acc, k)) acc else acc, k)`; `repeated` of
/// `Specs/Settlement/basics.qnt` spells it out.
///
/// Where n is not known, the result is unknowns for which the invariant holds with k = n. The claim
/// is the usual one: it holds of the start with k = 0, and each step preserves it.
extension SymbolicEvaluator {
  /// The result of a loop by its invariant; nil where it has none, or its length is known.
  mutating func repeated(_ operands: [ExpressionID], _ base: Int) throws(SymbolicRefusal) -> SymbolicValue? {
    guard contracts != nil, operands.count == 3, case .apply(.range, let bounds) = machine[operands[0]] else {
      return nil
    }
    let limits = Array(machine[bounds])
    let lambda = try lambda(operands[2], base)
    guard try knownInteger(limits[0], base, .true) == 0, try knownInteger(limits[1], base, .true) == nil,
      lambda.count == 2, !lambda.unpacksTuple, case .call(_, let arguments) = machine[lambda.body],
      let first = machine[arguments].first, case .apply(.ite, let parts) = machine[first]
    else { return nil }
    let choice = Array(machine[parts])
    guard case .local(let a) = machine[choice[1]], case .local(let b) = machine[choice[2]], a == b,
      base + Int(a.slot) == lambda.first
    else { return nil }
    let start = try value(operands[1], base, .true)
    let count = try integer(limits[1], base, .true)
    let outer = undefined
    defer { undefined = outer }
    let zero = graph.integer(0)
    let base0 = try holds(choice[0], start, zero, lambda, base)
    let index = try algebra.term(ofInteger: unknown(.integer(TermGraph.anyInteger), "round"))
    let isRound = graph.and(graph.lessOrEqual(zero, index), graph.less(index, count))
    var shape = try shape(of: start)
    var rounds = 0
    while true {
      let before = unknown(shape, "gathered")
      let isBefore = try holds(choice[0], before, index, lambda, base)
      undefined = .false
      let after = try value(of: lambda, [before, .integer(index)], base, .true)
      let isDefined = graph.not(undefined)
      // What a round makes may need more places than the start has.
      let joined = try shape.joined(with: self.shape(of: after)).unbounded
      if joined != shape {
        rounds += 1
        guard rounds < Self.patienceWithLoops else { return nil }
        shape = joined
        continue
      }
      let isAfter = try holds(choice[0], after, graph.add(index, graph.integer(1)), lambda, base)
      let premise = graph.and(graph.conjunction(contracts?.promises ?? []), graph.and(isRound, isBefore))
      let isKept = graph.implies(premise, graph.and(isDefined, isAfter))
      let function = loopOwner ?? FunctionID(0)
      let claim = FunctionContract(function: function, claim: graph.and(base0, isKept))
      contracts?.claims.append(claim)
      break
    }
    let result = unknown(shape, "result")
    let last = graph.ite(graph.less(count, zero), zero, count)
    let isLast = try holds(choice[0], result, last, lambda, base)
    contracts?.promises.append(isLast)
    return result
  }

  /// Rounds until the shape of what is gathered has to stay as it is.
  private static var patienceWithLoops: Int { 4 }

  private func shape(of value: SymbolicValue) throws(SymbolicRefusal) -> SymbolicShape {
    var ranges = GuardedRanges(graph, given: [])
    return try SymbolicShape(of: value, &ranges).unbounded
  }

  private mutating func holds(
    _ invariant: ExpressionID, _ gathered: SymbolicValue, _ round: Term, _ lambda: Lambda, _ base: Int
  ) throws(SymbolicRefusal) -> Term {
    undefined = .false
    setSlot(lambda.first, gathered)
    setSlot(lambda.first + 1, algebra.value(ofInteger: round))
    let holds = try boolean(invariant, base, .true)
    return graph.and(holds, graph.not(undefined))
  }
}

/// The contracts that were used so far.
struct ContractBook {
  typealias Term = TermGraph.Term

  /// A function with arguments of a form.
  struct Form: Hashable {
    var function: FunctionID
    var arguments: [SymbolicShape]
  }

  struct Use: Hashable {
    var form: Form
    var leaves: [Term]
  }

  var results: [Use: SymbolicValue] = [:]
  /// What is assumed of the results.
  var promises: [Term] = []
  /// By form, what its results look like.
  var shapes: [Form: SymbolicShape] = [:]
  var claims: [FunctionContract] = []
}

extension SymbolicEvaluator {
  /// The result of a function by its contract; nil if it has none, or all arguments are known.
  ///
  /// - Parameter frame: that of the call, with the arguments in it.
  mutating func promised(_ function: FunctionID, _ frame: Int) throws(SymbolicRefusal) -> SymbolicValue? {
    guard contracts != nil, let promise = machine.promise(of: function) else { return nil }
    let definition = machine[function]
    // What reads the state, or locals of its caller, may have another value for the same arguments.
    guard definition.reads.isEmpty, !definition.sharesFrame else { return nil }
    var arguments: [SymbolicValue] = []
    for index in definition.parameters.indices {
      guard let value = slotValue(frame + Int(definition.firstParameter.slot) + index) else { return nil }
      arguments.append(value)
    }
    if arguments.allSatisfy({ if case .constant = $0 { true } else { false } }) { return nil }
    var ranges = GuardedRanges(graph, given: [])
    var shapes: [SymbolicShape] = []
    for argument in arguments { shapes.append(try SymbolicShape(of: argument, &ranges).unbounded) }
    let form = ContractBook.Form(function: function, arguments: shapes)
    if contracts?.shapes[form] == nil { try claim(form, definition, promise) }
    guard let result = contracts?.shapes[form] else { return nil }
    var storage = SymbolicLeaves(algebra, checksBounds: false)
    for (argument, shape) in zip(arguments, shapes) { try storage.put(argument, shape, .true) }
    algebra = storage.algebra
    let use = ContractBook.Use(form: form, leaves: storage.terms)
    if let known = contracts?.results[use] { return known }
    let value = unknown(result, machine[function].name + "()")
    contracts?.results[use] = value
    let outer = undefined
    undefined = .false
    defer { undefined = outer }
    setSlot(frame + promise.slot, value)
    let holds = try boolean(promise.condition, frame, .true)
    let kept = graph.and(holds, graph.not(undefined))
    contracts?.promises.append(kept)
    return value
  }

  /// Notes what has to be proved of a function for arguments of a form.
  private mutating func claim(
    _ form: ContractBook.Form, _ definition: Function, _ promise: Machine.Promise
  ) throws(SymbolicRefusal) {
    let outer = (undefined, contracts?.promises ?? [])
    undefined = .false
    contracts?.promises = []
    let frame = push(Int(definition.frameSize))
    defer {
      pop(to: frame)
      undefined = outer.0
      contracts?.promises = outer.1
    }
    for (index, shape) in form.arguments.enumerated() {
      let name = "\(definition.name) argument \(index + 1)"
      setSlot(frame + Int(definition.firstParameter.slot) + index, unknown(shape, name))
    }
    let owner = loopOwner
    loopOwner = form.function
    defer { loopOwner = owner }
    let value = try value(promise.result, frame, .true)
    setSlot(frame + promise.slot, value)
    let holds = try boolean(promise.condition, frame, .true)
    let premise = graph.conjunction(contracts?.promises ?? [])
    let kept = graph.and(holds, graph.not(undefined))
    var ranges = GuardedRanges(graph, given: [])
    contracts?.shapes[form] = try SymbolicShape(of: value, &ranges).unbounded
    let claim = graph.implies(premise, kept)
    contracts?.claims.append(FunctionContract(function: form.function, claim: claim))
  }

  private mutating func unknown(_ shape: SymbolicShape, _ name: String) -> SymbolicValue {
    var terms: [Term] = []
    for leaf in shape.leaves(name) {
      guard let term = inputs?.add(leaf.name, isBoolean: leaf.isBoolean, leaf.range, &algebra.graph) else {
        continue
      }
      terms.append(term)
    }
    var rest = terms[...]
    return shape.value(&rest, &algebra.graph)
  }
}

extension SymbolicShape {
  /// The shape with all bounds of integers given up, and known integers unknown: lengths of lists,
  /// keys and labels stay.
  var unbounded: SymbolicShape {
    switch self {
    case .constant(let value):
      switch value {
      case .int: return .integer(TermGraph.anyInteger)
      case .list, .tuple, .record, .map: return (try? opened())?.unbounded ?? self
      case .bool, .string, .variant, .set: return self
      }
    case .boolean, .choice, .set, .slots, .pairs: return self
    case .integer: return .integer(TermGraph.anyInteger)
    case .tuple(let shapes): return .tuple(shapes.map(\.unbounded))
    case .record(let names, let shapes): return .record(names, shapes.map(\.unbounded))
    case .variant(let labels, let shapes): return .variant(labels, shapes.map(\.unbounded))
    case .map(let entries):
      return .map(
        entries.map { .init(key: $0.key, isAlwaysThere: $0.isAlwaysThere, shape: $0.shape.unbounded) })
    case .list(let shapes, let minimum): return .list(shapes.map(\.unbounded), minimum: minimum)
    }
  }
}
