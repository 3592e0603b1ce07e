/// The meaning of the built-in operators that random machines use.
struct SmallOperators {
  let interpreter: MachineInterpreter
  let node: MachineNode
  let scope: SmallScope?
  typealias Configuration = MachineInterpreter.Configuration

  private func operand(_ index: Int, _ configuration: inout Configuration) throws -> SmallValue {
    try interpreter.value(node.children[index], scope, &configuration)
  }

  private func int(_ index: Int, _ configuration: inout Configuration) throws -> Int {
    guard case .int(let result) = try operand(index, &configuration) else {
      throw SmallError(code: "int expected")
    }
    return result
  }

  private func bool(_ index: Int, _ configuration: inout Configuration) throws -> Bool {
    guard case .bool(let result) = try operand(index, &configuration) else {
      throw SmallError(code: "bool expected")
    }
    return result
  }

  private func set(_ index: Int, _ configuration: inout Configuration) throws -> [SmallValue] {
    guard case .set(let result) = try operand(index, &configuration) else {
      throw SmallError(code: "set expected")
    }
    return result
  }

  private func list(_ index: Int, _ configuration: inout Configuration) throws -> [SmallValue] {
    guard case .list(let result) = try operand(index, &configuration) else {
      throw SmallError(code: "list expected")
    }
    return result
  }

  private func map(_ index: Int, _ configuration: inout Configuration) throws -> [SmallValue.Entry] {
    guard case .map(let result) = try operand(index, &configuration) else {
      throw SmallError(code: "map expected")
    }
    return result
  }

  private func call(
    _ index: Int, _ arguments: [SmallValue], _ configuration: inout Configuration
  ) throws -> SmallValue {
    try interpreter.apply(node.children[index], to: arguments, scope, &configuration)
  }

  private func operands(_ configuration: inout Configuration) throws -> [SmallValue] {
    var result: [SmallValue] = []
    for index in node.children.indices { result.append(try operand(index, &configuration)) }
    return result
  }

  func apply(_ name: String, _ c: inout Configuration) throws -> SmallValue {
    switch name {
    case "eq": return .bool(try operand(0, &c) == operand(1, &c))
    case "neq": return .bool(try operand(0, &c) != operand(1, &c))
    case "not": return .bool(try !bool(0, &c))
    case "and":
      for index in node.children.indices where try !bool(index, &c) { return .bool(false) }
      return .bool(true)
    case "or":
      for index in node.children.indices where try bool(index, &c) { return .bool(true) }
      return .bool(false)
    case "iff": return .bool(try bool(0, &c) == bool(1, &c))
    case "implies": return .bool(try bool(0, &c) ? bool(1, &c) : true)
    case "ite": return try operand(bool(0, &c) ? 1 : 2, &c)
    case "next":
      guard let successor = c.successor else { throw SmallError(code: "QNT501") }
      var later = c
      later.current = successor
      later.isInNext = true
      return try operand(0, &later)
    case "Red", "Green": return .variant(name, nil)
    case "Amt": return .variant(name, try operand(0, &c))
    case "with":
      guard case .record(var fields) = try operand(0, &c) else { throw SmallError(code: "record expected") }
      let new = try operand(1, &c)
      for index in fields.indices where fields[index].name == node.names[0] { fields[index].value = new }
      return .record(fields)
    case "item":
      guard case .tuple(let entries) = try operand(0, &c), let position = Int(node.names[0]) else {
        throw SmallError(code: "tuple expected")
      }
      return entries[position - 1]
    case "pair": return .tuple(try operands(&c))
    case "iadd", "isub", "imul", "idiv", "imod", "ipow", "iuminus", "ilt", "ilte", "igt", "igte":
      return try arithmetic(name, &c)
    case "get", "set", "put", "setBy", "keys", "mapBy", "Map": return try onMaps(name, &c)
    case "List", "nth", "foldl", "foldr", "select", "length": return try onLists(name, &c)
    default: return try onSets(name, &c)
    }
  }

  private func arithmetic(_ name: String, _ c: inout Configuration) throws -> SmallValue {
    let a = try int(0, &c)
    if name == "iuminus" { return .int(-a) }
    let b = try int(1, &c)
    // Far beyond what the states of a small machine need.
    if max(a.magnitude, b.magnitude) > 1 << 30 || (name == "ipow" && b > 30) { throw SmallError.tooLarge }
    switch name {
    case "iadd": return .int(a + b)
    case "isub": return .int(a - b)
    case "imul": return .int(a * b)
    case "idiv":
      if b == 0 { throw SmallError(code: "QNT503") }
      return .int(a / b)
    case "imod":
      if b == 0 { throw SmallError(code: "QNT503") }
      return .int(a % b)
    case "ipow":
      if b < 0 || (a == 0 && b == 0) { throw SmallError(code: "QNT503") }
      return .int(
        try (0..<b).reduce(1) { power, _ in
          if power.magnitude > 1 << 30 { throw SmallError.tooLarge }
          return power * a
        })
    case "ilt": return .bool(a < b)
    case "ilte": return .bool(a <= b)
    case "igt": return .bool(a > b)
    default: return .bool(a >= b)
    }
  }

  private func onSets(_ name: String, _ c: inout Configuration) throws -> SmallValue {
    switch name {
    case "Set": return .set(of: try operands(&c))
    case "Bool": return .set([.bool(false), .bool(true)])
    case "to":
      let low = try int(0, &c)
      let high = try int(1, &c)
      return .set(low <= high ? (low...high).map { .int($0) } : [])
    case "in":
      let member = try operand(0, &c)
      return .bool(try set(1, &c).contains(member))
    case "contains":
      let members = try set(0, &c)
      return .bool(members.contains(try operand(1, &c)))
    case "subseteq":
      let members = try set(0, &c)
      let others = try set(1, &c)
      return .bool(members.allSatisfy { others.contains($0) })
    case "union": return .set(of: try set(0, &c) + set(1, &c))
    case "intersect":
      let members = try set(0, &c)
      let others = try set(1, &c)
      return .set(members.filter { others.contains($0) })
    case "exclude":
      let members = try set(0, &c)
      let others = try set(1, &c)
      return .set(members.filter { !others.contains($0) })
    case "size": return .int(try set(0, &c).count)
    case "exists", "forall":
      for member in try set(0, &c) where try call(1, [member], &c) == .bool(name == "exists") {
        return .bool(name == "exists")
      }
      return .bool(name == "forall")
    case "filter": return .set(try set(0, &c).filter { try call(1, [$0], &c) == .bool(true) })
    case "map": return .set(of: try set(0, &c).map { try call(1, [$0], &c) })
    case "fold":
      let members = try set(0, &c)
      var result = try operand(1, &c)
      for member in members { result = try call(2, [result, member], &c) }
      return result
    case "flatten":
      return .set(
        of: try set(0, &c).flatMap { inner -> [SmallValue] in
          guard case .set(let members) = inner else { return [] }
          return members
        })
    case "powerset":
      var subsets: [[SmallValue]] = [[]]
      for member in try set(0, &c) { subsets += subsets.map { $0 + [member] } }
      return .set(of: subsets.map { .set(of: $0) })
    case "tuples":
      var tuples: [[SmallValue]] = [[]]
      for index in node.children.indices {
        let factor = try set(index, &c)
        tuples = tuples.flatMap { tuple in factor.map { tuple + [$0] } }
      }
      return .set(of: tuples.map { .tuple($0) })
    case "setOfMaps":
      let keys = try set(0, &c)
      let values = try set(1, &c)
      var maps: [[SmallValue.Entry]] = [[]]
      for key in keys { maps = maps.flatMap { map in values.map { map + [.init(key: key, value: $0)] } } }
      return .set(of: maps.map { .map(of: $0) })
    case "getOnlyElement":
      let members = try set(0, &c)
      guard members.count == 1 else { throw SmallError(code: "QNT505") }
      return members[0]
    case "chooseSome":
      guard let least = try set(0, &c).first else { throw SmallError(code: "QNT505") }
      return least
    default: throw SmallError(code: "unknown operator \(name)")
    }
  }

  private func onMaps(_ name: String, _ c: inout Configuration) throws -> SmallValue {
    switch name {
    case "Map":
      return .map(
        of: try operands(&c).compactMap { pair in
          guard case .tuple(let entries) = pair else { return nil }
          return .init(key: entries[0], value: entries[1])
        })
    case "mapBy":
      return .map(
        of: try set(0, &c).map { key in .init(key: key, value: try call(1, [key], &c)) })
    case "keys": return .set(try map(0, &c).map(\.key))
    default: break
    }
    var entries = try map(0, &c)
    let key = try operand(1, &c)
    let place = entries.firstIndex { $0.key == key }
    switch name {
    case "get":
      guard let place else { throw SmallError(code: "QNT507") }
      return entries[place].value
    case "setBy":
      guard let place else { throw SmallError(code: "QNT507") }
      entries[place].value = try call(2, [entries[place].value], &c)
      return .map(entries)
    default:
      let value = try operand(2, &c)
      if let place {
        entries[place].value = value
        return .map(entries)
      }
      if name == "set" { throw SmallError(code: "QNT507") }
      return .map(of: entries + [.init(key: key, value: value)])
    }
  }

  private func onLists(_ name: String, _ c: inout Configuration) throws -> SmallValue {
    if name == "List" { return .list(try operands(&c)) }
    let entries = try list(0, &c)
    switch name {
    case "length": return .int(entries.count)
    case "nth":
      let position = try int(1, &c)
      guard entries.indices.contains(position) else { throw SmallError(code: "QNT510") }
      return entries[position]
    case "select": return .list(try entries.filter { try call(1, [$0], &c) == .bool(true) })
    case "foldl":
      return try entries.reduce(operand(1, &c)) { result, entry in try call(2, [result, entry], &c) }
    default:
      return try entries.reversed().reduce(operand(1, &c)) { result, entry in
        try call(2, [entry, result], &c)
      }
    }
  }
}
