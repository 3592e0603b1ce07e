/// Makes a random machine smaller while something about it stays as it is.
///
/// A candidate has one node less or one node simpler. It need not be well typed or
/// closed: what `isInteresting` refuses is not taken, and a machine that the front end
/// refuses is interesting only if that was the point.
public struct MachineShrinker {
  private let isInteresting: (RandomMachine) -> Bool
  private var attempts: Int

  public init(attempts: Int = 3_000, isInteresting: @escaping (RandomMachine) -> Bool) {
    self.isInteresting = isInteresting
    self.attempts = attempts
  }

  /// A machine to which no single reduction applies any more, or none within the attempts.
  public mutating func shrink(_ machine: RandomMachine) -> RandomMachine {
    var machine = machine
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for reduce in [
        Self.withoutProperty, Self.withoutDefinition, Self.withoutVariable, Self.reducedStep,
        Self.reducedInitial, Self.reducedDefinition, Self.reducedProperty,
      ] {
        var number = 0
        while attempts > 0, let candidate = reduce(machine, number) {
          attempts -= 1
          if isInteresting(candidate) {
            machine = candidate
            isSmaller = true
          } else {
            number += 1
          }
        }
      }
    }
    return machine
  }

  // MARK: Reductions, by number; nil when there are no more

  private static func withoutProperty(_ machine: RandomMachine, _ number: Int) -> RandomMachine? {
    guard machine.properties.indices.contains(number) else { return nil }
    var result = machine
    result.properties.remove(at: number)
    return result
  }

  private static func withoutDefinition(_ machine: RandomMachine, _ number: Int) -> RandomMachine? {
    guard machine.definitions.indices.contains(number) else { return nil }
    var result = machine
    result.definitions.remove(at: number)
    return result
  }

  /// Assignments of the variable become `true`, reads a value of its type.
  private static func withoutVariable(_ machine: RandomMachine, _ number: Int) -> RandomMachine? {
    guard machine.variables.indices.contains(number), machine.variables.count > 1 else { return nil }
    var result = machine
    let gone = result.variables.remove(at: number)
    func replaced(_ node: MachineNode) -> MachineNode {
      switch node.kind {
      case .variable where node.names == [gone.name]: return gone.type.plainNode
      case .assign where node.names == [gone.name]: return .bool(true)
      default:
        var copy = node
        copy.children = node.children.map(replaced)
        return copy
      }
    }
    result.initial = replaced(result.initial)
    result.step = replaced(result.step)
    for index in result.definitions.indices {
      result.definitions[index].body = replaced(result.definitions[index].body)
    }
    for index in result.properties.indices {
      result.properties[index].body = replaced(result.properties[index].body)
    }
    return result
  }

  private static func reducedStep(_ machine: RandomMachine, _ number: Int) -> RandomMachine? {
    let candidates = machine.step.reductions
    guard candidates.indices.contains(number) else { return nil }
    var result = machine
    result.step = candidates[number]
    return result
  }

  private static func reducedInitial(_ machine: RandomMachine, _ number: Int) -> RandomMachine? {
    let candidates = machine.initial.reductions
    guard candidates.indices.contains(number) else { return nil }
    var result = machine
    result.initial = candidates[number]
    return result
  }

  private static func reducedDefinition(_ machine: RandomMachine, _ number: Int) -> RandomMachine? {
    var rest = number
    for index in machine.definitions.indices {
      let candidates = machine.definitions[index].body.reductions
      if candidates.indices.contains(rest) {
        var result = machine
        result.definitions[index].body = candidates[rest]
        return result
      }
      rest -= candidates.count
    }
    return nil
  }

  private static func reducedProperty(_ machine: RandomMachine, _ number: Int) -> RandomMachine? {
    var rest = number
    for index in machine.properties.indices {
      let candidates = machine.properties[index].body.reductions
      if candidates.indices.contains(rest) {
        var result = machine
        result.properties[index].body = candidates[rest]
        return result
      }
      rest -= candidates.count
    }
    return nil
  }
}

extension MachineType {
  /// A constant of the type.
  fileprivate var plainNode: MachineNode {
    switch self {
    case .int: .int(1)
    case .bool, .action: .bool(true)
    case .color: .apply("Red", .color, [])
    case .ints: .apply("Set", .ints, [.int(1)])
    case .map:
      .apply("Map", .map, [1, 2].map { .apply("pair", .int, [.int($0), .int(0)]) })
    case .record: MachineNode(kind: .record, type: .record, children: [.int(0), .bool(true)])
    case .domain, .function: .apply("Set", self, [])
    }
  }
}

extension MachineNode {
  /// The node with one simplification somewhere, large ones first.
  fileprivate var reductions: [MachineNode] {
    var result: [MachineNode] = []
    for child in children {
      if child.type == type { result.append(child) }
      // Below a lambda or a definition that is not needed.
      for grandchild in child.children where child.type != type && grandchild.type == type {
        result.append(grandchild)
      }
    }
    let plain = type.plainNode
    if self != plain, !isPlain { result.append(plain) }
    if isList, children.count > 1 {
      for index in children.indices {
        var copy = self
        copy.children.remove(at: index)
        result.append(copy)
      }
    }
    for index in children.indices {
      for reduction in children[index].reductions {
        var copy = self
        copy.children[index] = reduction
        result.append(copy)
      }
    }
    return result
  }

  private var isPlain: Bool {
    switch (kind, type) {
    case (_, .domain), (_, .function): true
    case (.literal, _), (.variable, _): true
    case (.apply(let name), _): ["Red", "Green", "pair"].contains(name)
    case (.lambda, _): true
    default: false
    }
  }

  private var isList: Bool {
    guard case .apply(let name) = kind else { return false }
    return ["actionAll", "actionAny", "and", "or", "Set", "List"].contains(name)
  }
}
