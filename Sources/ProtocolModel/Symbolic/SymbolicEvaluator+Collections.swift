/// Operators on sets, maps and lists over symbolic values.

extension SymbolicEvaluator {
  private mutating func candidates(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    try algebra.candidates(value(id, base, path))
  }

  /// A set of candidates; a constant when all is known.
  private func set(_ candidates: [SymbolicValue.Candidate]) -> SymbolicValue {
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
  private mutating func lazySet(
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
      let lambda = try lambda(operands[1], base)
      let isForall = builtin == .forall
      var result = graph.boolean(isForall)
      for candidate in candidates {
        let inner = graph.and(path, candidate.isMember)
        let holds = try algebra.term(ofBoolean: value(of: lambda, [candidate.value], base, inner))
        if isForall {
          result = graph.and(result, graph.implies(candidate.isMember, holds))
        } else {
          result = graph.or(result, graph.and(candidate.isMember, holds))
        }
        if let known = graph.booleanValue(of: result), known != isForall { break }
      }
      return algebra.value(ofBoolean: result)
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

  private mutating func interval(_ low: Term, _ high: Term) throws(SymbolicRefusal) -> SymbolicValue {
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

  private mutating func contains(
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
  private mutating func contains(
    _ set: SymbolicValue, _ constant: SetValue?, _ member: SymbolicValue
  ) throws(SymbolicRefusal) -> Term {
    if case .constant(let known) = member, let constant { return graph.boolean(constant.contains(known)) }
    if case .interval(let low, let high) = set {
      let number = try algebra.term(ofInteger: member)
      return graph.and(graph.lessOrEqual(low, number), graph.lessOrEqual(number, high))
    }
    if case .maps(let domain, let images) = set { return try isMap(member, from: domain, to: images) }
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
  private mutating func isMap(
    _ map: SymbolicValue, from domain: [SymbolicValue.Candidate], to images: SymbolicValue
  ) throws(SymbolicRefusal) -> Term {
    guard case .map(let entries) = try algebra.opened(map) else { throw SymbolicRefusal("a map is needed") }
    var constant: SetValue?
    if case .constant(.set(let known)) = images { constant = known }
    var result = Term.true
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

  private mutating func combine(
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
  private mutating func fold(
    _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var candidates = try candidates(operands[0], base, path)
    var result = try value(operands[1], base, path)
    let lambda = try lambda(operands[2], base)
    var keys: [Value] = []
    for candidate in candidates {
      guard case .constant(let value) = candidate.value else {
        guard isSum(lambda, base) else { throw SymbolicRefusal("`fold` over members in unknown order") }
        return try sum(candidates, result, lambda, base, path)
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

  /// True for `(sum, x) => sum + e`: its order does not matter.
  private func isSum(_ lambda: Lambda, _ base: Int) -> Bool {
    guard !lambda.unpacksTuple, lambda.count == 2, case .apply(.iadd, let arguments) = machine[lambda.body]
    else { return false }
    func isAccumulator(_ id: ExpressionID) -> Bool {
      if case .local(let local) = machine[id] { return base + Int(local.slot) == lambda.first }
      return false
    }
    func speaksOfIt(_ id: ExpressionID) -> Bool {
      isAccumulator(id) || machine.children(of: id).contains { speaksOfIt($0) }
    }
    let operands = Array(machine[arguments])
    return isAccumulator(operands[0]) && !speaksOfIt(operands[1])
  }

  /// The sum over members of which some may be the same: each counts once.
  private mutating func sum(
    _ candidates: [SymbolicValue.Candidate], _ start: SymbolicValue, _ lambda: Lambda, _ base: Int,
    _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var result = start
    for index in candidates.indices {
      let counts = try algebra.isFirst(index, of: candidates)
      let next = try value(
        of: lambda, [result, candidates[index].value], base, graph.and(path, counts))
      result = try algebra.ite(counts, next, result)
    }
    return result
  }

  private mutating func pickOne(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let candidates = try candidates(operands[0], base, path)
    guard candidates.allSatisfy({ if case .constant = $0.value { true } else { false } }) else {
      throw SymbolicRefusal("one of a set of unknown members")
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

  /// More members than this have too many subsets.
  private static let fewMembersOfPowerset = 10

  /// All subsets of a set of which not all is known, each with the condition that its members are.
  private mutating func subsets(
    of candidates: [SymbolicValue.Candidate]
  ) throws(SymbolicRefusal) -> SymbolicValue {
    guard candidates.count <= Self.fewMembersOfPowerset else {
      throw SymbolicRefusal("`powerset` of an unknown set of more than \(Self.fewMembersOfPowerset) values")
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

  private mutating func product(
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

  // MARK: Maps

  private mutating func entries(
    _ id: ExpressionID, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> [SymbolicValue.Entry] {
    guard case .map(let entries) = try algebra.opened(value(id, base, path)) else {
      throw SymbolicRefusal("a map is needed")
    }
    return entries
  }

  mutating func applyToMaps(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    switch builtin {
    case .makeMap:
      var result: [SymbolicValue.Entry] = []
      for operand in operands {
        guard case .tuple(let pair) = try algebra.opened(value(operand, base, path)), pair.count == 2,
          case .constant(let key) = pair[0]
        else { throw SymbolicRefusal("a map with unknown keys") }
        result.removeAll { $0.key == key }
        result.append(.init(key: key, isThere: .true, value: pair[1]))
      }
      return .map(result.sorted { $0.key.compare($1.key) < 0 })
    case .get:
      let entries = try entries(operands[0], base, path)
      let key = try value(operands[1], base, path)
      return try get(entries, key, path, image: machine.type(of: operands[0]).imageType)
    case .setKey, .setBy, .put:
      return try change(builtin, operands, base, path)
    case .keys:
      return set(
        try entries(operands[0], base, path).map { .init(value: .constant($0.key), isMember: $0.isThere) })
    case .mapBy:
      let candidates = try candidates(operands[0], base, path)
      let lambda = try lambda(operands[1], base)
      var result: [SymbolicValue.Entry] = []
      for candidate in candidates {
        guard case .constant(let key) = candidate.value else {
          guard let keys = try fewValues(of: candidate.value) else {
            throw SymbolicRefusal("a map with unknown keys")
          }
          for key in keys {
            let isThis = try algebra.equal(.constant(key), candidate.value)
            let isThere = graph.and(candidate.isMember, isThis)
            if isThere == .false { continue }
            let image = try value(of: lambda, [.constant(key)], base, graph.and(path, isThere))
            // The image depends on the key alone: the same for every candidate that may have it.
            if let place = result.firstIndex(where: { $0.key == key }) {
              result[place].isThere = graph.or(result[place].isThere, isThere)
            } else {
              result.append(.init(key: key, isThere: isThere, value: image))
            }
          }
          continue
        }
        let inner = graph.and(path, candidate.isMember)
        let image = try value(of: lambda, [candidate.value], base, inner)
        if let place = result.firstIndex(where: { $0.key == key }) {
          result[place].isThere = graph.or(result[place].isThere, candidate.isMember)
          continue
        }
        result.append(.init(key: key, isThere: candidate.isMember, value: image))
      }
      return .map(result.sorted { $0.key.compare($1.key) < 0 })
    case .setOfMaps:
      let (keys, images) = (try value(operands[0], base, path), try value(operands[1], base, path))
      if case .constant(.set(let domain)) = keys, case .constant(.set(let range)) = images {
        return .constant(.set(.allMaps(from: domain, to: range)))
      }
      return .maps(try algebra.candidates(keys), images)
    default:
      let pairs = try value(operands[0], base, path)
      if case .constant(.set(let known)) = pairs, let map = try? MapValue(pairs: known) {
        return .constant(.map(map))
      }
      return try map(ofPairs: algebra.candidates(pairs), path)
    }
  }

  /// A map from pairs of which not all is known: an error where a key comes with two images.
  private mutating func map(
    ofPairs candidates: [SymbolicValue.Candidate], _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var entries: [SymbolicValue.Entry] = []
    for candidate in candidates {
      guard case .tuple(let pair) = try algebra.opened(candidate.value), pair.count == 2,
        case .constant(let key) = pair[0]
      else { throw SymbolicRefusal("a map with unknown keys") }
      guard let place = entries.firstIndex(where: { $0.key == key }) else {
        entries.append(.init(key: key, isThere: candidate.isMember, value: pair[1]))
        continue
      }
      let isSame = try algebra.equal(entries[place].value, pair[1])
      let isTwice = graph.and(entries[place].isThere, candidate.isMember)
      fail(graph.and(isTwice, graph.not(isSame)), path)
      entries[place].value = try algebra.ite(candidate.isMember, pair[1], entries[place].value)
      entries[place].isThere = graph.or(entries[place].isThere, candidate.isMember)
    }
    return .map(entries.sorted { $0.key.compare($1.key) < 0 })
  }

  private mutating func get(
    _ entries: [SymbolicValue.Entry], _ key: SymbolicValue, _ path: Term, image: Type?
  ) throws(SymbolicRefusal) -> SymbolicValue {
    if case .constant(let known) = key {
      guard let entry = entries.first(where: { $0.key == known }) else {
        fail(.true, path)
        if let some = entries.first?.value { return some }
        return try noValue(of: image)
      }
      fail(graph.not(entry.isThere), path)
      return entry.value
    }
    var isFound = Term.false
    var result: SymbolicValue?
    for entry in entries.reversed() {
      let isThis = graph.and(entry.isThere, try algebra.equal(.constant(entry.key), key))
      if isThis == .false { continue }
      isFound = graph.or(isFound, isThis)
      if let rest = result {
        result = try algebra.ite(isThis, entry.value, rest)
      } else {
        result = entry.value
      }
    }
    fail(graph.not(isFound), path)
    if let some = result ?? entries.first?.value { return some }
    return try noValue(of: image)
  }

  private mutating func change(
    _ builtin: Builtin, _ operands: [ExpressionID], _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    var entries = try entries(operands[0], base, path)
    let key = try value(operands[1], base, path)
    let new: SymbolicValue
    if builtin == .setBy {
      let lambda = try lambda(operands[2], base)
      let old = try get(entries, key, path, image: machine.type(of: operands[0]).imageType)
      new = try value(of: lambda, [old], base, path)
    } else {
      new = try value(operands[2], base, path)
    }
    if case .constant(let known) = key {
      if let index = entries.firstIndex(where: { $0.key == known }) {
        if builtin == .put {
          entries[index].isThere = .true
        } else if builtin == .setKey {
          fail(graph.not(entries[index].isThere), path)
        }
        entries[index].value = new
      } else if builtin == .put {
        entries.append(.init(key: known, isThere: .true, value: new))
        entries.sort { $0.key.compare($1.key) < 0 }
      } else {
        fail(.true, path)
      }
      return .map(entries)
    }
    if builtin == .put, let keys = try fewValues(of: key) {
      for known in keys where !entries.contains(where: { $0.key == known }) {
        entries.append(.init(key: known, isThere: .false, value: new))
      }
      entries.sort { $0.key.compare($1.key) < 0 }
    }
    var isFound = Term.false
    for index in entries.indices {
      let isThis = try algebra.equal(.constant(entries[index].key), key)
      if isThis == .false { continue }
      isFound = graph.or(isFound, builtin == .put ? isThis : graph.and(isThis, entries[index].isThere))
      entries[index].value = try algebra.ite(isThis, new, entries[index].value)
      if builtin == .put { entries[index].isThere = graph.or(entries[index].isThere, isThis) }
    }
    if builtin == .put {
      // A key that is none of the known ones has no place.
      let isKnown = try keyIsAlwaysKnown(entries, key)
      let isAmongFew = try fewValues(of: key) != nil
      guard isFound == .true || isKnown || isAmongFew else {
        throw SymbolicRefusal("a map with unknown keys")
      }
    } else if builtin == .setKey {
      fail(graph.not(isFound), path)
    }
    return .map(entries)
  }

  /// All values that an unknown value can have; nil where they are many, or not known.
  private func fewValues(of value: SymbolicValue) throws(SymbolicRefusal) -> [Value]? {
    var ranges = GuardedRanges(graph, given: [])
    return try? SymbolicShape(of: value, &ranges).allValues(limit: 64)
  }

  /// True when an unknown key is surely one of the entries'.
  private mutating func keyIsAlwaysKnown(
    _ entries: [SymbolicValue.Entry], _ key: SymbolicValue
  ) throws(SymbolicRefusal) -> Bool {
    switch key {
    case .choice(_, let values): return values.allSatisfy { value in entries.contains { $0.key == value } }
    case .integer(let term):
      let range = graph.range(of: term)
      guard range.lowerBound > -(1 << 20), range.upperBound < 1 << 20, range.count <= entries.count else {
        return false
      }
      return range.allSatisfy { number in entries.contains { $0.key == .int(number) } }
    case .constant, .boolean, .tuple, .record, .variant, .set, .interval, .maps, .map, .list: return false
    }
  }

  // MARK: Lists

  /// A list with one entry more.
  private mutating func appending(
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
  private mutating func positions(from first: Term, to last: Term) throws(SymbolicRefusal) -> SymbolicValue {
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
  private mutating func range(
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
      return .list(try values(operands, base, path), count: graph.integer(operands.count))
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
