/// Operators on lists over symbolic values.

extension SymbolicEvaluator {
  /// A list with one entry more.
  mutating func appending(
    _ new: SymbolicValue, to entries: [SymbolicValue], _ count: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var entries = entries
    if let known = graph.integerValue(of: count) {
      entries.removeLast(max(0, entries.count - known))
      entries.append(new)
      return .list(entries, count: graph.integer(known + 1))
    }
    for index in entries.indices {
      let isHere = graph.equal(count, graph.integer(index))
      entries[index] = try algebra.ite(isHere, new, entries[index])
    }
    entries.append(new)
    return .list(entries, count: graph.add(count, graph.integer(1)))
  }

  /// `range(first, last)`: of unknown length when only the last is unknown.
  mutating func positions(from first: Term, to last: Term) throws(SymbolicRefusal) -> SymbolicValue {
    let most = graph.range(of: last).upperBound
    guard let low = graph.integerValue(of: first), most < 1 << 30, most - low < 4_096 else {
      throw SymbolicRefusal("a range with unknown bounds")
    }
    let numbers = low < most ? (low..<most).map { Value.int($0) } : []
    if graph.integerValue(of: last) != nil { return .constant(.list(numbers)) }
    let difference = graph.subtract(last, first)
    let isEmpty = graph.less(difference, graph.integer(0))
    let count = graph.ite(isEmpty, graph.integer(0), difference)
    return .list(numbers.map { .constant($0) }, count: count)
  }

  /// `range(low, high)`: as many entries as there may be, of which some count.
  mutating func range(
    _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let low = try integer(operands[0], base, path)
    let high = try integer(operands[1], base, path)
    if let low = graph.integerValue(of: low), let high = graph.integerValue(of: high), high - low < 4_096 {
      return .constant(.list(low < high ? (low..<high).map { Value.int($0) } : []))
    }
    let count = graph.subtract(high, low)
    let most = graph.range(of: count).upperBound
    guard most <= 256 else { throw SymbolicRefusal("a range with unknown bounds") }
    var entries: [SymbolicValue] = []
    for index in 0..<max(0, most) {
      let offset = graph.integer(index)
      entries.append(algebra.value(ofInteger: graph.add(low, offset)))
    }
    let zero = graph.integer(0)
    let isEmpty = graph.lessOrEqual(count, zero)
    return .list(entries, count: graph.ite(isEmpty, zero, count))
  }

  mutating func applyToLists(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    if builtin == .makeList {
      let entries = try values(operands, base, path)
      let count = graph.integer(operands.count)
      return algebra.folded(.list(entries, count: count))
    }
    if builtin == .range { return try range(operands, base, path) }
    if builtin == .foldl, let result = try repeated(operands, base) { return result }
    guard case .list(var entries, let count) = try algebra.openedList(value(operands[0], base, path)) else {
      throw SymbolicRefusal("a list is needed")
    }
    switch builtin {
    case .length: return algebra.value(ofInteger: count)
    case .append:
      return try appending(value(operands[1], base, path), to: entries, count)
    case .concat:
      guard case .list(let others, let more) = try algebra.openedList(value(operands[1], base, path)) else {
        throw SymbolicRefusal("a list is needed")
      }
      var result = SymbolicValue.list(entries, count: count)
      for index in others.indices {
        let counts = graph.less(graph.integer(index), more)
        if counts == .false { break }
        guard case .list(let kept, let length) = result else { break }
        let longer = try appending(others[index], to: kept, length)
        result = try algebra.ite(counts, longer, result)
      }
      return result
    case .slice:
      let from = try integer(operands[1], base, path)
      let to = try integer(operands[2], base, path)
      let isForward = graph.and(graph.lessOrEqual(graph.integer(0), from), graph.lessOrEqual(from, to))
      fail(graph.not(graph.and(isForward, graph.lessOrEqual(to, count))), path)
      var result: [SymbolicValue] = []
      for index in entries.indices {
        let position = graph.add(from, graph.integer(index))
        var entry = entries[entries.count - 1]
        for place in entries.indices.dropLast().reversed() {
          entry = try algebra.ite(graph.equal(position, graph.integer(place)), entries[place], entry)
        }
        result.append(entry)
      }
      let length = graph.subtract(to, from)
      let isLength = graph.and(isForward, graph.lessOrEqual(to, count))
      return .list(result, count: graph.ite(isLength, length, graph.integer(0)))
    case .select:
      let lambda = try lambda(operands[1], base)
      var result = SymbolicValue.list([], count: graph.integer(0))
      for index in entries.indices {
        let counts = graph.less(graph.integer(index), count)
        if counts == .false { break }
        let holds = try algebra.term(
          ofBoolean: value(of: lambda, [entries[index]], base, graph.and(path, counts)))
        guard case .list(let kept, let length) = result else { break }
        let longer = try appending(entries[index], to: kept, length)
        result = try algebra.ite(graph.and(counts, holds), longer, result)
      }
      return result
    case .nth, .replaceAt:
      let position = try integer(operands[1], base, path)
      let isInside = graph.and(
        graph.lessOrEqual(graph.integer(0), position), graph.less(position, count))
      fail(graph.not(isInside), path)
      if entries.isEmpty {
        if builtin == .replaceAt { return .list([], count: count) }
        return try noValue(of: machine.type(of: operands[0]).elementType)
      }
      if builtin == .replaceAt {
        let new = try value(operands[2], base, path)
        for index in entries.indices {
          let isHere = graph.equal(position, graph.integer(index))
          entries[index] = try algebra.ite(isHere, new, entries[index])
        }
        return .list(entries, count: count)
      }
      var result = entries[entries.count - 1]
      for index in entries.indices.dropLast().reversed() {
        result = try algebra.ite(graph.equal(position, graph.integer(index)), entries[index], result)
      }
      return result
    case .head, .tail:
      fail(graph.equal(count, graph.integer(0)), path)
      if builtin == .head {
        if let first = entries.first { return first }
        return try noValue(of: machine.type(of: operands[0]).elementType)
      }
      if entries.isEmpty { return .list([], count: count) }
      return .list(Array(entries.dropFirst()), count: graph.subtract(count, graph.integer(1)))
    case .indices:
      var members: [SymbolicValue.Candidate] = []
      for index in entries.indices {
        members.append(
          .init(value: .constant(.int(index)), isMember: graph.less(graph.integer(index), count)))
      }
      return set(members.filter { $0.isMember != .false })
    case .foldl:
      var result = try value(operands[1], base, path)
      let lambda = try lambda(operands[2], base)
      for index in entries.indices {
        let counts = graph.less(graph.integer(index), count)
        if counts == .false { break }
        let next = try value(of: lambda, [result, entries[index]], base, graph.and(path, counts))
        result = try algebra.ite(counts, next, result)
      }
      return result
    case .foldr:
      var result = try value(operands[1], base, path)
      let lambda = try lambda(operands[2], base)
      for index in entries.indices.reversed() {
        let counts = graph.less(graph.integer(index), count)
        if counts == .false { continue }
        let next = try value(of: lambda, [entries[index], result], base, graph.and(path, counts))
        result = try algebra.ite(counts, next, result)
      }
      return result
    default:
      throw SymbolicRefusal("`\(builtin.rawValue)` of an unknown list has no symbolic form")
    }
  }
}
