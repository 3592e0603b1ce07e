/// From a property of the machine to a temporal formula.
///
/// Definitions are opened, quantifiers over temporal formulas are spelled out, and what has
/// no operator on behaviors in it becomes an atom, as large as can be.
///
/// **Quantifiers over sets that change.** `S.forall(x => F(x))` takes the members that S has
/// where it stands; each `x` stays what it is from there on. With the *universe* of S, all
/// values that are in S in some reachable state, it is the conjunction of `x in S implies
/// F(x)`. The same goes for a `match` of a changing value. Who knows the reachable states
/// gives the universe; for a set that is constant it is the set.
///
/// **What is refused:** operators on behaviors inside other operators than the boolean ones,
/// `if`, `match`, `forall` and `exists`, and operator parameters whose value changes.
public struct TemporalFlattener {
  /// All values that an expression has in reachable states, sorted; of a set, its members.
  public typealias Universe = (FramedExpression, [SlotValue]) throws(EvaluationError) -> [Value]

  /// Why there is no formula.
  public enum Failure: Error {
    case refused(String, at: ExpressionID)
    case undefined(EvaluationError)
  }

  private let machine: Machine
  private let evaluator: Evaluator
  private let universe: Universe
  private let openConstants: Set<FunctionID>
  private var formula = TemporalFormula()
  private var atomNumbers: [TemporalAtom: Int] = [:]
  private var fairnessNumbers: [FairnessKey: Int] = [:]
  private var reads: ReadSetTable
  private var kinds: [ExpressionID: Kind] = [:]
  private var size = 0

  /// Nodes and members that a formula may have.
  private static let sizeLimit = 20_000

  /// What an expression speaks of.
  private struct Kind: OptionSet {
    let rawValue: UInt8
    static let readsNext = Kind(rawValue: 1)
    static let behavior = Kind(rawValue: 2)
    /// There is an action in it: no constant.
    static let action = Kind(rawValue: 4)
    /// There is a constant in it that is left open.
    static let open = Kind(rawValue: 8)
  }

  private struct FairnessKey: Hashable {
    var isStrong: Bool
    var isEnabled: Int
    var isTaken: Int
  }

  /// Where the walk is: a frame, and what is in its slots.
  private struct Place {
    var function: FunctionID
    var slots: [LocalID: Value] = [:]
  }

  private init(_ evaluator: Evaluator, _ openConstants: Set<FunctionID>, _ universe: @escaping Universe) {
    machine = evaluator.machine
    self.openConstants = openConstants
    self.evaluator = evaluator
    self.universe = universe
    reads = ReadSetTable(machine)
  }

  /// The formula of a property without parameters.
  ///
  /// Recurses as deep as the property nests, see `runOnLargeStack`.
  ///
  /// - Parameter openConstants: definitions whose value is not known.
  /// - Complexity: linear in the formula when quantifiers are spelled out; at most 20,000 nodes.
  public static func formula(
    of function: FunctionID, _ evaluator: Evaluator, openConstants: Set<FunctionID> = [],
    universe: @escaping Universe
  ) throws(Failure) -> TemporalFormula {
    var flattener = TemporalFlattener(evaluator, openConstants, universe)
    let place = Place(function: function)
    flattener.formula.root = try flattener.node(evaluator.machine[function].body, place)
    return flattener.formula
  }

  // MARK: - Nodes

  private mutating func node(_ id: ExpressionID, _ place: Place) throws(Failure) -> TemporalFormula.Node {
    size += 1
    if size > Self.sizeLimit {
      throw .refused("the formula is too large when its quantifiers are spelled out", at: id)
    }
    guard kind(of: id).contains(.behavior) else { return try atom(.isTrue, id, place) }
    switch machine[id] {
    case .apply(let builtin, let arguments):
      return try node(builtin, Array(machine[arguments]), id, place)
    case .call(let function, let arguments):
      return try node(machine[function].body, try self.place(in: function, arguments, from: place))
    case .letIn(_, _, let body): return try node(body, place)
    case .lazyLocal(_, let value): return try node(value, place)
    default: throw unsupported(id)
    }
  }

  private mutating func node(
    _ builtin: Builtin, _ operands: [ExpressionID], _ id: ExpressionID, _ place: Place
  ) throws(Failure) -> TemporalFormula.Node {
    switch builtin {
    case .and, .actionAll: return .and(try nodes(operands, place))
    case .or, .actionAny: return .or(try nodes(operands, place))
    case .not: return .not(try node(operands[0], place))
    case .implies: return .or([.not(try node(operands[0], place)), try node(operands[1], place)])
    case .iff, .eq: return Self.iff(try node(operands[0], place), try node(operands[1], place))
    case .neq: return .not(Self.iff(try node(operands[0], place), try node(operands[1], place)))
    case .ite:
      let condition = try node(operands[0], place)
      return .and([
        .or([.not(condition), try node(operands[1], place)]), .or([condition, try node(operands[2], place)]),
      ])
    case .always: return .always(try node(operands[0], place))
    case .eventually: return .eventually(try node(operands[0], place))
    case .leadsTo:
      let cause = try node(operands[0], place)
      return .always(.or([.not(cause), .eventually(try node(operands[1], place))]))
    case .weakFair, .strongFair:
      return try fairness(isStrong: builtin == .strongFair, operands, id, place)
    case .forall, .exists: return try quantifier(operands, isForall: builtin == .forall, place)
    case .matchVariant: return try match(operands, id, place)
    default: throw unsupported(id)
    }
  }

  private mutating func nodes(
    _ operands: [ExpressionID], _ place: Place
  ) throws(Failure) -> [TemporalFormula.Node] {
    var result: [TemporalFormula.Node] = []
    for operand in operands { result.append(try node(operand, place)) }
    return result
  }

  private static func iff(_ a: TemporalFormula.Node, _ b: TemporalFormula.Node) -> TemporalFormula.Node {
    .and([.or([.not(a), b]), .or([a, .not(b)])])
  }

  private func unsupported(_ id: ExpressionID) -> Failure {
    if case .apply(let builtin, _) = machine[id] {
      return .refused("`\(builtin.rawValue)` of temporal formulas cannot be checked", at: id)
    }
    return .refused("this form of a temporal formula cannot be checked", at: id)
  }

  /// Where the body of a called function is evaluated.
  private mutating func place(
    in function: FunctionID, _ arguments: Arguments, from place: Place
  ) throws(Failure) -> Place {
    var inner = machine[function].sharesFrame ? place : Place(function: function)
    let first = Int(machine[function].firstParameter.slot)
    for (index, argument) in machine[arguments].enumerated() {
      guard let value = try constant(argument, place) else {
        throw .refused(
          "an operator on behaviors is given a value that changes; write the operand where it is used",
          at: argument)
      }
      inner.slots[LocalID(first + index)] = value
    }
    return inner
  }

  // MARK: - Atoms

  private mutating func atom(
    _ atomKind: TemporalAtom.Kind, _ id: ExpressionID, _ place: Place
  ) throws(Failure) -> TemporalFormula.Node {
    if case .isTrue = atomKind, let value = try? constant(id, place) {
      return .constant(value.asBool ?? false)
    }
    return .atom(atomNumber(atomKind, id, place))
  }

  private mutating func atomNumber(
    _ atomKind: TemporalAtom.Kind, _ id: ExpressionID, _ place: Place
  ) -> Int {
    var readsNext = kind(of: id).contains(.readsNext)
    if case .isTaken = atomKind { readsNext = true }
    var slots = Set(reads.readSet(of: id).slots)
    switch atomKind {
    case .isEnabled(let view), .isTaken(let view): slots.formUnion(reads.readSet(of: view).slots)
    case .isTrue, .contains, .equals: break
    }
    let atom = TemporalAtom(
      kind: atomKind, expression: FramedExpression(id, in: place.function),
      bindings: bindings(place) { slots.contains($0) }, readsNext: readsNext,
      hasAction: kind(of: id).contains(.action))
    if let known = atomNumbers[atom] { return known }
    let number = formula.atoms.count
    formula.atoms.append(atom)
    atomNumbers[atom] = number
    return number
  }

  private func bindings(_ place: Place, where isNeeded: (LocalID) -> Bool) -> [SlotValue] {
    place.slots.filter { isNeeded($0.key) }.sorted { $0.key.slot < $1.key.slot }
      .map { SlotValue(slot: $0.key, value: $0.value) }
  }

  /// The value of an expression that is the same in all states; nil for any other.
  private mutating func constant(_ id: ExpressionID, _ place: Place) throws(Failure) -> Value? {
    guard kind(of: id).isEmpty, reads.readSet(of: id).variables.isEmpty else { return nil }
    let (evaluator, place) = (evaluator, place)
    return try evaluated { () throws(EvaluationError) in
      try evaluator.value(of: FramedExpression(id, in: place.function), with: bindings(place) { _ in true })
    }
  }

  private func evaluated<Result>(
    _ body: () throws(EvaluationError) -> Result
  ) throws(Failure) -> Result {
    do throws(EvaluationError) { return try body() } catch { throw .undefined(error) }
  }

  private mutating func fairness(
    isStrong: Bool, _ operands: [ExpressionID], _ id: ExpressionID, _ place: Place
  ) throws(Failure) -> TemporalFormula.Node {
    let (action, view) = (operands[0], operands[1])
    let key = FairnessKey(
      isStrong: isStrong, isEnabled: atomNumber(.isEnabled(changing: view), action, place),
      isTaken: atomNumber(.isTaken(changing: view), action, place))
    if let known = fairnessNumbers[key] { return .fair(known) }
    let number = formula.fairness.count
    let names = machine.frames[Int(machine[place.function].frame)]
    let bound = formula.atoms[key.isTaken].bindings.compactMap { binding -> NamedValue? in
      guard names.indices.contains(Int(binding.slot.slot)) else { return nil }
      let name = names[Int(binding.slot.slot)]
      return name.isEmpty || name == "_" || name.hasPrefix("$") ? nil : NamedValue(name, binding.value)
    }
    formula.fairness.append(
      FairnessCondition(
        isStrong: isStrong, isEnabled: key.isEnabled, isTaken: key.isTaken, action: machine.text(of: action),
        bindings: bound, range: machine.origin(of: id).range))
    fairnessNumbers[key] = number
    return .fair(number)
  }

  // MARK: - Quantifiers

  private mutating func quantifier(
    _ operands: [ExpressionID], isForall: Bool, _ place: Place
  ) throws(Failure) -> TemporalFormula.Node {
    let set = operands[0]
    guard !kind(of: set).contains(.behavior) else { throw unsupported(set) }
    let known = try constant(set, place)
    var parts: [TemporalFormula.Node] = []
    for member in try members(of: set, known, place) {
      let body = try node(ofLambda: operands[1], member, place)
      if known != nil {
        parts.append(body)
      } else {
        let isMember = try atom(.contains(member), set, place)
        parts.append(isForall ? .or([.not(isMember), body]) : .and([isMember, body]))
      }
    }
    return isForall ? .and(parts) : .or(parts)
  }

  private func members(
    of set: ExpressionID, _ known: Value?, _ place: Place
  ) throws(Failure) -> [Value] {
    guard let known else {
      return try evaluated { () throws(EvaluationError) in
        try universe(FramedExpression(set, in: place.function), bindings(place) { _ in true })
      }
    }
    guard case .set(let value) = known, let members = try? value.explicitMembers(limit: Self.sizeLimit)
    else {
      throw .refused("a quantifier over temporal formulas needs a finite set of moderate size", at: set)
    }
    return members
  }

  private mutating func node(
    ofLambda id: ExpressionID, _ argument: Value, _ place: Place
  ) throws(Failure) -> TemporalFormula.Node {
    guard case .lambda(let first, let count, let unpacksTuple, let body) = machine[id] else {
      throw unsupported(id)
    }
    var inner = place
    if unpacksTuple, case .tuple(let entries) = argument {
      for (index, entry) in entries.enumerated().prefix(Int(count)) {
        inner.slots[LocalID(Int(first.slot) + index)] = entry
      }
    } else if count > 0 {
      inner.slots[first] = argument
    }
    return try node(body, inner)
  }

  private mutating func match(
    _ operands: [ExpressionID], _ id: ExpressionID, _ place: Place
  ) throws(Failure) -> TemporalFormula.Node {
    let subject = operands[0]
    guard !kind(of: subject).contains(.behavior) else { throw unsupported(subject) }
    if let value = try constant(subject, place) { return try arm(operands, of: value, id, place) }
    let values = try evaluated { () throws(EvaluationError) in
      try universe(FramedExpression(subject, in: place.function), bindings(place) { _ in true })
    }
    var parts: [TemporalFormula.Node] = []
    for value in values {
      let isIt = try atom(.equals(value), subject, place)
      parts.append(.or([.not(isIt), try arm(operands, of: value, id, place)]))
    }
    return .and(parts)
  }

  private mutating func arm(
    _ operands: [ExpressionID], of value: Value, _ id: ExpressionID, _ place: Place
  ) throws(Failure) -> TemporalFormula.Node {
    guard case .variant(let variant) = value else { throw unsupported(id) }
    for index in stride(from: 1, to: operands.count - 1, by: 2) {
      guard case .literal(let literal) = machine[operands[index]],
        case .string(let label) = machine.literals[Int(literal)]
      else { continue }
      if label == variant.label { return try node(ofLambda: operands[index + 1], variant.payload, place) }
      if label.text == "_" { return try node(ofLambda: operands[index + 1], value, place) }
    }
    throw unsupported(id)
  }

  // MARK: - What an expression speaks of

  private mutating func kind(of id: ExpressionID) -> Kind {
    if let known = kinds[id] { return known }
    var result = Kind()
    switch machine[id] {
    case .apply(let builtin, let arguments):
      for operand in machine[arguments] { result.formUnion(kind(of: operand)) }
      switch builtin {
      case .always, .eventually, .leadsTo, .weakFair, .strongFair: result.insert(.behavior)
      case .next: result.insert(.readsNext)
      case .orKeep, .mustChange: result.formUnion([.readsNext, .action])
      case .enabled:
        result.remove(.readsNext)
        result.insert(.action)
      default: break
      }
    case .call(let function, let arguments):
      for operand in machine[arguments] { result.formUnion(kind(of: operand)) }
      result.formUnion(kind(of: machine[function].body))
      if openConstants.contains(function) { result.insert(.open) }
    case .constant(let constant):
      guard let function = machine[constant].value else { break }
      result = kind(of: machine[function].body)
      if openConstants.contains(function) { result.insert(.open) }
    case .lazyLocal(_, let value): result = kind(of: value)
    case .letIn(_, _, let body): result = kind(of: body)
    default: for child in machine.children(of: id) { result.formUnion(kind(of: child)) }
    }
    kinds[id] = result
    return result
  }
}
