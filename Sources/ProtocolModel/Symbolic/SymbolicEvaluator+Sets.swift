/// Operators on sets over symbolic values.

extension SymbolicEvaluator {
  mutating func candidates(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    try algebra.candidates(value(id, base, path))
  }

  /// A set of candidates; a constant when all is known.
  func set(_ candidates: [SymbolicValue.Candidate]) -> SymbolicValue {
    var members: [Value] = []
    for candidate in candidates {
      guard candidate.isMember == .true, case .constant(let value) = candidate.value else {
        return .set(candidates)
      }
      members.append(value)
    }
    return .constant(.set(of: members))
  }

  /// A constant set in a form that still knows whether it is lazy.
  mutating func lazySet(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> (SymbolicValue, SetValue?) {
    let value = try value(id, base, path)
    if case .constant(.set(let set)) = value { return (value, set) }
    return (value, nil)
  }

  mutating func applyToSets(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    switch builtin {
    case .allIntegers: return .constant(.set(.integers))
    case .allNaturals: return .constant(.set(.naturals))
    case .booleans: return .constant(.set(.booleans))
    case .makeSet:
      var result: [SymbolicValue.Candidate] = []
      for operand in operands {
        let one = SymbolicValue.Candidate(value: try value(operand, base, path), isMember: .true)
        result = try algebra.merge(result, [one]) { $0.or($1, $2) }
      }
      return set(result)
    case .to:
      let low = try integer(operands[0], base, path)
      let high = try integer(operands[1], base, path)
      return try interval(low, high)
    case .isIn: return try contains(operands[1], operands[0], base, path)
    case .contains: return try contains(operands[0], operands[1], base, path)
    case .exists, .forall:
      let candidates = try candidates(operands[0], base, path)
      return try quantified(candidates, lambda(operands[1], base), builtin == .forall, base, path)
    case .filter:
      let candidates = try candidates(operands[0], base, path)
      let lambda = try lambda(operands[1], base)
      var kept: [SymbolicValue.Candidate] = []
      for candidate in candidates {
        let inner = graph.and(path, candidate.isMember)
        let holds = try algebra.term(ofBoolean: value(of: lambda, [candidate.value], base, inner))
        let isMember = graph.and(candidate.isMember, holds)
        if isMember != .false { kept.append(.init(value: candidate.value, isMember: isMember)) }
      }
      return set(kept)
    case .map:
      let candidates = try candidates(operands[0], base, path)
      let lambda = try lambda(operands[1], base)
      var images: [SymbolicValue.Candidate] = []
      for candidate in candidates {
        let inner = graph.and(path, candidate.isMember)
        let image = try value(of: lambda, [candidate.value], base, inner)
        images = try algebra.merge(images, [.init(value: image, isMember: candidate.isMember)]) {
          $0.or($1, $2)
        }
      }
      return set(images)
    case .fold:
      return try fold(operands, base, path)
    case .union, .intersect, .exclude:
      return try combine(builtin, operands, base, path)
    case .subseteq:
      let left = try candidates(operands[0], base, path)
      var result = Term.true
      let (value, constant) = try lazySet(operands[1], base, path)
      for candidate in left {
        let isMember = try contains(value, constant, candidate.value)
        result = graph.and(result, graph.implies(candidate.isMember, isMember))
      }
      return algebra.value(ofBoolean: result)
    case .size:
      let candidates = try candidates(operands[0], base, path)
      var sum = graph.integer(0)
      let hasDoubts = candidates.contains { if case .constant = $0.value { false } else { true } }
      for index in candidates.indices {
        let counts = hasDoubts ? try algebra.isFirst(index, of: candidates) : candidates[index].isMember
        sum = graph.add(sum, graph.ite(counts, graph.integer(1), graph.integer(0)))
      }
      return algebra.value(ofInteger: sum)
    case .flatten:
      let outer = try candidates(operands[0], base, path)
      var result: [SymbolicValue.Candidate] = []
      for candidate in outer {
        var inner = try algebra.candidates(candidate.value)
        for index in inner.indices {
          inner[index].isMember = graph.and(inner[index].isMember, candidate.isMember)
        }
        result = try algebra.merge(result, inner) { $0.or($1, $2) }
      }
      return set(result)
    case .getOnlyElement, .chooseSome:
      return try pickOne(builtin, operands, base, path)
    case .powerset, .tuples, .allListsUpTo:
      var parts: [SetValue] = []
      for operand in operands {
        switch try value(operand, base, path) {
        case .constant(.set(let set)): parts.append(set)
        case .constant(.int(let number)) where builtin == .allListsUpTo && parts.count == 1:
          guard let set = try? SetValue.allLists(of: parts[0], upTo: number) else {
            throw SymbolicRefusal("a set of too many lists")
          }
          return .constant(.set(set))
        default:
          if builtin == .tuples { return try product(operands, base, path) }
          if builtin == .powerset { return try subsets(of: candidates(operands[0], base, path)) }
          throw SymbolicRefusal("`\(builtin.rawValue)` of an unknown set")
        }
      }
      return .constant(.set(builtin == .powerset ? .allSubsets(of: parts[0]) : .product(parts)))
    case .isFinite:
      if case .constant(.set(let set)) = try value(operands[0], base, path) {
        return .constant(.bool(set.isFinite))
      }
      return .constant(true)
    default: throw SymbolicRefusal("`\(builtin.rawValue)` has no symbolic form")
    }
  }

  mutating func interval(_ low: Term, _ high: Term) throws(SymbolicRefusal) -> SymbolicValue {
    if let low = graph.integerValue(of: low), let high = graph.integerValue(of: high) {
      return .constant(.set(.interval(from: .small(low), to: .small(high))))
    }
    let (first, last) = (graph.range(of: low).lowerBound, graph.range(of: high).upperBound)
    guard first > -(1 << 30), last < 1 << 30, last - first < 256 else { return .interval(low, high) }
    var result: [SymbolicValue.Candidate] = []
    for number in first...max(first, last) {
      let term = graph.integer(number)
      let isMember = graph.and(graph.lessOrEqual(low, term), graph.lessOrEqual(term, high))
      if isMember != .false { result.append(.init(value: .constant(.int(number)), isMember: isMember)) }
    }
    return set(result)
  }

  mutating func contains(
    _ set: ExpressionID, _ member: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    // `low.to(high)` needs no members.
    if case .apply(.to, let bounds) = machine[set] {
      let bounds = Array(machine[bounds])
      let number = try integer(member, base, path)
      let low = try integer(bounds[0], base, path)
      let high = try integer(bounds[1], base, path)
      return algebra.value(
        ofBoolean: graph.and(graph.lessOrEqual(low, number), graph.lessOrEqual(number, high)))
    }
    let (value, constant) = try lazySet(set, base, path)
    return algebra.value(ofBoolean: try contains(value, constant, self.value(member, base, path)))
  }

  /// Membership, with the descriptions of lazy constant sets used where there is one.
  mutating func contains(
    _ set: SymbolicValue, _ constant: SetValue?, _ member: SymbolicValue
  ) throws(SymbolicRefusal) -> Term {
    if case .constant(let known) = member, let constant { return graph.boolean(constant.contains(known)) }
    if case .interval(let low, let high) = set {
      let number = try algebra.term(ofInteger: member)
      return graph.and(graph.lessOrEqual(low, number), graph.lessOrEqual(number, high))
    }
    if case .maps(let domain, let images) = set { return try isMap(member, from: domain, to: images) }
    if case .subsets(let candidates) = set {
      return try algebra.isSubset(algebra.candidates(member), of: candidates)
    }
    switch constant {
    case .integers: return .true
    case .naturals: return graph.lessOrEqual(graph.integer(0), try algebra.term(ofInteger: member))
    case .interval(let low, let high):
      let number = try algebra.term(ofInteger: member)
      return graph.and(
        graph.lessOrEqual(graph.integer(low), number), graph.lessOrEqual(number, graph.integer(high)))
    case .powerset(let inner):
      var result = Term.true
      for candidate in try algebra.candidates(member) {
        let isMember = try contains(.constant(.set(inner)), inner, candidate.value)
        result = graph.and(result, graph.implies(candidate.isMember, isMember))
      }
      return result
    case .tuples(let factors):
      guard case .tuple(let entries) = try algebra.opened(member), entries.count == factors.count else {
        throw SymbolicRefusal("a tuple is needed")
      }
      var result = Term.true
      for (factor, entry) in zip(factors, entries) {
        result = graph.and(result, try contains(.constant(.set(factor)), factor, entry))
      }
      return result
    case .maps(let domain, let range):
      if case .pairs = member {
        let keys = try algebra.candidates(.constant(.set(domain)))
        return try isMap(member, from: keys, to: .constant(.set(range)))
      }
      guard case .map(let entries) = try algebra.opened(member) else {
        throw SymbolicRefusal("a map is needed")
      }
      var result = Term.true
      for entry in entries {
        guard domain.contains(entry.key) else {
          result = graph.and(result, graph.not(entry.isThere))
          continue
        }
        let fits = try contains(.constant(.set(range)), range, entry.value)
        result = graph.and(result, graph.and(entry.isThere, fits))
      }
      let keys = try algebra.candidates(.constant(.set(domain)))
      for key in keys {
        if case .constant(let value) = key.value, !entries.contains(where: { $0.key == value }) {
          return .false
        }
      }
      return result
    case .explicit, .lists, nil:
      return try algebra.contains(algebra.candidates(set), member)
    }
  }

  /// True where a map has just these keys, and images in a set.
  mutating func isMap(
    _ map: SymbolicValue, from domain: [SymbolicValue.Candidate], to images: SymbolicValue
  ) throws(SymbolicRefusal) -> Term {
    var constant: SetValue?
    if case .constant(.set(let known)) = images { constant = known }
    var result = Term.true
    let map = try algebra.opened(map)
    var isPlain = domain.allSatisfy { $0.value.isConstant }
    if case .pairs = map { isPlain = false }
    if !isPlain {
      let pairs = try algebra.pairs(map)
      let keys = pairs.map { SymbolicValue.Candidate(value: $0.key, isMember: $0.isThere) }
      result = try algebra.equalSets(keys, domain)
      for pair in pairs {
        let isImage = try contains(images, constant, pair.value)
        result = graph.and(result, graph.implies(pair.isThere, isImage))
      }
      return result
    }
    guard case .map(let entries) = map else { throw SymbolicRefusal("a map is needed") }
    for entry in entries {
      let isKey = try algebra.contains(domain, .constant(entry.key))
      let isImage = try contains(images, constant, entry.value)
      result = graph.and(result, graph.equal(isKey, entry.isThere))
      result = graph.and(result, graph.implies(entry.isThere, isImage))
    }
    for key in domain {
      guard case .constant(let value) = key.value else { throw SymbolicRefusal("maps with unknown keys") }
      if !entries.contains(where: { $0.key == value }) { result = graph.and(result, graph.not(key.isMember)) }
    }
    return result
  }

  mutating func combine(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let left = try candidates(operands[0], base, path)
    let (other, constant) = try lazySet(operands[1], base, path)
    if builtin == .union {
      return set(try algebra.merge(left, algebra.candidates(other)) { $0.or($1, $2) })
    }
    var result: [SymbolicValue.Candidate] = []
    for candidate in left {
      let isOther = try contains(other, constant, candidate.value)
      let isMember = graph.and(candidate.isMember, builtin == .intersect ? isOther : graph.not(isOther))
      if isMember != .false { result.append(.init(value: candidate.value, isMember: isMember)) }
    }
    return set(result)
  }

  /// Members in ascending order: only where their order is known.
  mutating func fold(
    _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var candidates = try candidates(operands[0], base, path)
    var result = try value(operands[1], base, path)
    let lambda = try lambda(operands[2], base)
    var keys: [Value] = []
    for candidate in candidates {
      guard case .constant(let value) = candidate.value else {
        return try foldInAnyOrder(candidates, result, lambda, base, path)
      }
      keys.append(value)
    }
    let order = keys.indices.sorted { keys[$0].compare(keys[$1]) < 0 }
    candidates = order.map { candidates[$0] }
    for candidate in candidates {
      let inner = graph.and(path, candidate.isMember)
      let next = try value(of: lambda, [result, candidate.value], base, inner)
      result = try algebra.ite(candidate.isMember, next, result)
    }
    return result
  }

  mutating func pickOne(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let candidates = try candidates(operands[0], base, path)
    guard candidates.allSatisfy({ if case .constant = $0.value { true } else { false } }) else {
      return try pickUnknown(builtin, candidates, path)
    }
    let sorted = candidates.sorted { a, b in
      guard case .constant(let x) = a.value, case .constant(let y) = b.value else { return false }
      return x.compare(y) < 0
    }
    guard var result = sorted.last?.value else {
      fail(.true, path)
      return try noValue(of: machine.type(of: operands[0]).elementType)
    }
    var isAny = Term.false
    var isTwo = Term.false
    for candidate in sorted {
      isTwo = graph.or(isTwo, graph.and(isAny, candidate.isMember))
      isAny = graph.or(isAny, candidate.isMember)
    }
    fail(graph.not(isAny), path)
    if builtin == .getOnlyElement { fail(isTwo, path) }
    for candidate in sorted.dropLast().reversed() {
      result = try algebra.ite(candidate.isMember, candidate.value, result)
    }
    return result
  }

  /// The only member of a set of unknown members, or the least one of unknown integers.
  private mutating func pickUnknown(
    _ builtin: Builtin, _ candidates: [SymbolicValue.Candidate], _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    guard var result = candidates.last?.value else {
      throw SymbolicRefusal("one of a set of unknown members")
    }
    if builtin == .getOnlyElement {
      var (isAny, isTwo) = (Term.false, Term.false)
      for index in candidates.indices {
        let counts = try algebra.isFirst(index, of: candidates)
        isTwo = graph.or(isTwo, graph.and(isAny, counts))
        isAny = graph.or(isAny, counts)
      }
      fail(graph.or(isTwo, graph.not(isAny)), path)
      for candidate in candidates.dropLast().reversed() {
        result = try algebra.ite(candidate.isMember, candidate.value, result)
      }
      return result
    }
    var isAny = Term.false
    for candidate in candidates {
      switch candidate.value {
      case .integer, .constant(.int): break
      default: throw SymbolicRefusal("one of a set of unknown members")
      }
      let isLess = graph.less(
        try algebra.term(ofInteger: candidate.value), try algebra.term(ofInteger: result))
      let isBetter = graph.and(candidate.isMember, graph.or(graph.not(isAny), isLess))
      result = try algebra.ite(isBetter, candidate.value, result)
      isAny = graph.or(isAny, candidate.isMember)
    }
    fail(graph.not(isAny), path)
    return result
  }

  /// More members than this have too many subsets.
  private static let fewMembersOfPowerset = 10

  /// All subsets of a set of which not all is known, each with the condition that its members are.
  mutating func subsets(
    of candidates: [SymbolicValue.Candidate]
  ) throws(SymbolicRefusal) -> SymbolicValue {
    guard candidates.count <= Self.fewMembersOfPowerset, candidates.allSatisfy({ $0.value.isConstant }) else {
      return .subsets(candidates)
    }
    var result: [SymbolicValue.Candidate] = []
    for choice in 0..<(1 << candidates.count) {
      var members: [Value] = []
      var isMember = Term.true
      for (place, candidate) in candidates.enumerated() where choice >> place & 1 == 1 {
        guard case .constant(let member) = candidate.value else {
          throw SymbolicRefusal("`powerset` of a set of unknown members")
        }
        members.append(member)
        isMember = graph.and(isMember, candidate.isMember)
      }
      result.append(.init(value: .constant(.set(of: members)), isMember: isMember))
    }
    return set(result.filter { $0.isMember != .false })
  }

  mutating func product(
    _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var rows: [(values: [SymbolicValue], isMember: Term)] = [([], .true)]
    for operand in operands {
      let candidates = try candidates(operand, base, path)
      guard rows.count * candidates.count <= SymbolicAlgebra.limit else {
        throw SymbolicRefusal("a product of too many candidates")
      }
      var next: [(values: [SymbolicValue], isMember: Term)] = []
      for row in rows {
        for candidate in candidates {
          next.append((row.values + [candidate.value], graph.and(row.isMember, candidate.isMember)))
        }
      }
      rows = next
    }
    return set(
      rows.map { row in
        var constants: [Value] = []
        for value in row.values { if case .constant(let constant) = value { constants.append(constant) } }
        let value: SymbolicValue =
          constants.count == row.values.count ? .constant(.tuple(constants)) : .tuple(row.values)
        return .init(value: value, isMember: row.isMember)
      })
  }
}
