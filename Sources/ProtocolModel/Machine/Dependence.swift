/// What an expression reads: slots of its frame, and variables.
struct ReadSet: Sendable {
  /// Sorted. What is read by nested definitions is included, and what is read by
  /// functions that share the frame; slots that the expression binds itself as well.
  var slots: [LocalID] = []
  /// Sorted.
  var variables: [VariableID] = []
}

/// Read sets of a machine's expressions, each found once.
///
/// - Complexity: linear in the expressions asked for and in what they lead to.
struct ReadSetTable {
  let machine: Machine
  private var known: [ExpressionID: ReadSet] = [:]

  init(_ machine: Machine) { self.machine = machine }

  mutating func readSet(of id: ExpressionID) -> ReadSet {
    if let known = known[id] { return known }
    let result = find(id)
    known[id] = result
    return result
  }

  private func find(_ id: ExpressionID) -> ReadSet {
    var slots = Set<LocalID>()
    var variables = Set<VariableID>()
    var visited = Set<ExpressionID>()
    var pending = [id]
    while let next = pending.popLast() {
      guard visited.insert(next).inserted else { continue }
      switch machine[next] {
      case .variable(let variable): variables.insert(variable)
      case .local(let slot): slots.insert(slot)
      case .lazyLocal(_, let value): pending.append(value)
      case .call(let callee, _):
        let function = machine[callee]
        variables.formUnion(function.reads)
        if function.sharesFrame { pending.append(function.body) }
      case .constant(let constant):
        if let value = machine[constant].value { variables.formUnion(machine[value].reads) }
      case .literal, .apply, .lambda, .letIn, .record, .field, .variant, .assign, .pick, .missingConstant:
        break
      }
      pending.append(contentsOf: machine.children(of: next))
    }
    return ReadSet(
      slots: slots.sorted { $0.slot < $1.slot }, variables: variables.sorted { $0.index < $1.index })
  }
}

/// What an item of a transition depends on.
public struct Dependence: Hashable, Sendable {
  /// The picks whose members it looks at, by place among the transition's picks, sorted.
  /// Picks on which the domain of such a pick depends are not among them.
  public var picks: [Int] = []
  /// The variables that it reads, itself or through the arguments of calls, sorted.
  public var variables: [VariableID] = []
}

extension Machine {
  /// What each item of a transition depends on, in the order of its items.
  ///
  /// For `.enter` that is what the arguments depend on, for `.bind` nothing: a nested
  /// definition counts where it is used.
  ///
  /// - Complexity: O(size of the expressions of the transition).
  public func dependences(of transition: Transition) -> [Dependence] {
    var tracker = DependenceTracker(ReadSetTable(self))
    return transition.items.map { tracker.follow($0, of: transition) }
  }
}

/// Follows picks and variables through the slots of a transition.
private struct DependenceTracker {
  private struct Place: Hashable {
    var frame: Int
    var slot: LocalID
  }

  private var table: ReadSetTable
  private var places: [Place: Dependence] = [:]
  private var pickCount = 0

  init(_ table: ReadSetTable) { self.table = table }

  mutating func follow(_ item: Transition.Item, of transition: Transition) -> Dependence {
    let activation = transition.activations[item.activation]
    let frame = activation.frame
    switch item.kind {
    case .enter: return enter(activation, of: transition)
    case .bind: return Dependence()
    case .pick(_, let slot, let domain):
      places[Place(frame: frame, slot: slot)] = Dependence(picks: [pickCount])
      pickCount += 1
      return dependence(of: domain, frame)
    case .match(let subject, _, let payload):
      let result = dependence(of: subject, frame)
      places[Place(frame: frame, slot: payload)] = result
      return result
    case .require(let value, _), .matchOther(let value, _), .update(_, let value), .opaque(let value):
      return dependence(of: value, frame)
    }
  }

  private mutating func enter(_ activation: Transition.Activation, of transition: Transition) -> Dependence {
    guard let caller = activation.caller, let call = activation.call,
      case .call(let function, let arguments) = table.machine[call]
    else { return Dependence() }
    let operands = table.machine[arguments].map {
      dependence(of: $0, transition.activations[caller].frame)
    }
    let first = Int(table.machine[function].firstParameter.slot)
    for (index, operand) in operands.enumerated() {
      places[Place(frame: activation.frame, slot: LocalID(first + index))] = operand
    }
    return Self.union(operands)
  }

  private mutating func dependence(of expression: ExpressionID, _ frame: Int) -> Dependence {
    let reading = table.readSet(of: expression)
    let slots = reading.slots.compactMap { places[Place(frame: frame, slot: $0)] }
    return Self.union(slots + [Dependence(variables: reading.variables)])
  }

  private static func union(_ all: [Dependence]) -> Dependence {
    Dependence(
      picks: Set(all.flatMap(\.picks)).sorted(),
      variables: Set(all.flatMap(\.variables)).sorted { $0.index < $1.index })
  }
}
