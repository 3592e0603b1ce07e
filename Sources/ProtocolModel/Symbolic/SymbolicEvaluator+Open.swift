/// What a prover leaves open: constants, picks from ranges, and the next state of a
/// property that speaks of two states.

/// A value that a `nondet` took.
public struct SymbolicPick: Sendable {
  public var pick: PickID
  public var value: SymbolicValue
}

/// The unknowns of a symbolic machine, by number.
public struct SymbolicInputs: Sendable {
  public typealias Term = TermGraph.Term

  public struct Input: Sendable {
    public var name: String
    public var isBoolean: Bool
    /// Bounds that every value keeps.
    public var range: ClosedRange<Int>
  }

  public private(set) var all: [Input] = []
  /// Unknowns of picks, which all transitions share.
  private var picked: [PickKey: Int] = [:]

  private struct PickKey: Hashable {
    var pick: PickID
    var occurrence: Int
    var part: Int
    var isBoolean: Bool
    var range: ClosedRange<Int>
  }

  public init() {}

  /// From here on unknowns of picks are others than before.
  mutating func forgetPicks() { picked.removeAll() }

  public mutating func add(
    _ name: String, isBoolean: Bool, _ range: ClosedRange<Int>, _ graph: inout TermGraph
  ) -> Term {
    let number = all.count
    all.append(Input(name: name, isBoolean: isBoolean, range: range))
    return isBoolean ? graph.booleanInput(number) : graph.input(number, range)
  }

  /// An unknown part of a pick; the same one for all transitions.
  fileprivate mutating func part(
    _ pick: PickID, _ name: String, _ occurrence: Int, _ part: Int, isBoolean: Bool,
    _ range: ClosedRange<Int>, _ graph: inout TermGraph
  ) -> Term {
    let key = PickKey(pick: pick, occurrence: occurrence, part: part, isBoolean: isBoolean, range: range)
    if let known = picked[key] {
      return isBoolean ? graph.booleanInput(known) : graph.input(known, range)
    }
    picked[key] = all.count
    return add(part == 0 ? name : "\(name).\(part)", isBoolean: isBoolean, range, &graph)
  }
}

extension SymbolicEvaluator {
  /// More candidates than this are not tried one by one.
  private static let fewMembers = 16

  /// One unknown member of a set instead of all members; nil where the set is better tried
  /// member by member.
  mutating func openPick(
    _ pick: PickID, _ set: SymbolicValue, occurrence: Int
  ) throws(SymbolicRefusal) -> SymbolicValue.Candidate? {
    guard inputs != nil else { return nil }
    switch set {
    case .interval, .maps, .subsets: break
    case .constant(.set(.explicit(let members))):
      guard members.count > Self.fewMembers else { return nil }
    case .constant(.set): break
    case .set(let candidates):
      // An interval with uncertain bounds.
      guard candidates.count > Self.fewMembers,
        prefersSlots || candidates.allSatisfy({ if case .constant(.int) = $0.value { true } else { false } })
      else { return nil }
    default: return nil
    }
    var part = 0
    return try openMember(of: set, pick, occurrence, &part)
  }

  /// When a set has a member; nil where that cannot be said.
  mutating func isNotEmpty(_ set: SymbolicValue) -> Term? {
    switch set {
    case .interval(let low, let high): return graph.lessOrEqual(low, high)
    case .subsets: return .true
    case .set(let candidates): return graph.disjunction(candidates.map(\.isMember))
    case .constant(.set(let known)):
      switch known {
      case .interval(let low, let high): return low > high ? .false : .true
      case .integers, .naturals, .powerset: return .true
      case .explicit(let members): return members.isEmpty ? .false : .true
      default: return nil
      }
    default: return nil
    }
  }

  private mutating func fresh(
    _ pick: PickID, _ occurrence: Int, _ part: inout Int, isBoolean: Bool, _ range: ClosedRange<Int>
  ) -> Term {
    defer { part += 1 }
    return inputs?.part(
      pick, machine[pick].name, occurrence, part, isBoolean: isBoolean, range, &algebra.graph) ?? .false
  }

  mutating func openMember(
    of set: SymbolicValue, _ pick: PickID, _ occurrence: Int, _ part: inout Int
  ) throws(SymbolicRefusal) -> SymbolicValue.Candidate {
    switch set {
    case .interval(let low, let high):
      let term = fresh(pick, occurrence, &part, isBoolean: false, TermGraph.anyInteger)
      let isMember = graph.and(graph.lessOrEqual(low, term), graph.lessOrEqual(term, high))
      return .init(value: .integer(term), isMember: isMember)
    case .subsets(let candidates):
      var members: [SymbolicValue.Candidate] = []
      for candidate in candidates {
        let isChosen = fresh(pick, occurrence, &part, isBoolean: true, 0...1)
        members.append(.init(value: candidate.value, isMember: graph.and(candidate.isMember, isChosen)))
      }
      return .init(value: .set(members), isMember: .true)
    case .maps(let domain, let images) where !domain.allSatisfy { $0.value.isConstant }:
      var pairs: [SymbolicValue.Pair] = []
      var isMember = Term.true
      for (index, candidate) in domain.enumerated() {
        let image = try openMember(of: images, pick, occurrence, &part)
        isMember = graph.and(isMember, graph.implies(candidate.isMember, image.isMember))
        let isThere = try algebra.isFirst(index, of: domain)
        pairs.append(.init(key: candidate.value, isThere: isThere, value: image.value))
      }
      return .init(value: .pairs(pairs), isMember: isMember)
    case .maps(let domain, let images):
      var entries: [SymbolicValue.Entry] = []
      var isMember = Term.true
      for candidate in domain {
        guard case .constant(let key) = candidate.value else { continue }
        let image = try openMember(of: images, pick, occurrence, &part)
        isMember = graph.and(isMember, graph.implies(candidate.isMember, image.isMember))
        entries.append(.init(key: key, isThere: candidate.isMember, value: image.value))
      }
      return .init(value: .map(entries.sorted { $0.key.compare($1.key) < 0 }), isMember: isMember)
    case .constant(.set(.integers)):
      return .init(
        value: .integer(fresh(pick, occurrence, &part, isBoolean: false, TermGraph.anyInteger)),
        isMember: .true)
    case .constant(.set(.naturals)):
      return .init(
        value: .integer(fresh(pick, occurrence, &part, isBoolean: false, 0...Int.max)), isMember: .true)
    case .constant(.set(.interval(let low, let high))):
      if low > high { return .init(value: .constant(0), isMember: .false) }
      guard let first = low.asInt, let last = high.asInt else {
        return try openMember(
          of: .interval(graph.integer(low), graph.integer(high)), pick, occurrence, &part)
      }
      if first == last { return .init(value: .constant(.int(first)), isMember: .true) }
      return .init(
        value: .integer(fresh(pick, occurrence, &part, isBoolean: false, first...last)), isMember: .true)
    case .constant(.set(.maps(let domain, let range))):
      var entries: [SymbolicValue.Entry] = []
      var isMember = Term.true
      for key in try algebra.candidates(.constant(.set(domain))) {
        guard case .constant(let key) = key.value else { continue }
        let image = try openMember(of: .constant(.set(range)), pick, occurrence, &part)
        isMember = graph.and(isMember, image.isMember)
        entries.append(.init(key: key, isThere: .true, value: image.value))
      }
      return .init(value: .map(entries.sorted { $0.key.compare($1.key) < 0 }), isMember: isMember)
    case .constant(.set(.tuples(let factors))):
      var entries: [SymbolicValue] = []
      var isMember = Term.true
      for factor in factors {
        let entry = try openMember(of: .constant(.set(factor)), pick, occurrence, &part)
        isMember = graph.and(isMember, entry.isMember)
        entries.append(entry.value)
      }
      return .init(value: .tuple(entries), isMember: isMember)
    case .constant(.set(.powerset(let inner))):
      var candidates: [SymbolicValue.Candidate] = []
      for candidate in try algebra.candidates(.constant(.set(inner))) {
        candidates.append(
          .init(value: candidate.value, isMember: fresh(pick, occurrence, &part, isBoolean: true, 0...1)))
      }
      return .init(value: .set(candidates), isMember: .true)
    default:
      return try choose(among: algebra.candidates(set), pick, occurrence, &part)
    }
  }

  /// The candidate at an unknown position.
  private mutating func choose(
    among candidates: [SymbolicValue.Candidate], _ pick: PickID, _ occurrence: Int, _ part: inout Int
  ) throws(SymbolicRefusal) -> SymbolicValue.Candidate {
    guard var value = candidates.last?.value else { return .init(value: .constant(0), isMember: .false) }
    if candidates.count == 1 { return candidates[0] }
    let position = fresh(pick, occurrence, &part, isBoolean: false, 0...(candidates.count - 1))
    var isMember = Term.false
    for (index, candidate) in candidates.enumerated().reversed() {
      let isThis = graph.equal(position, graph.integer(index))
      isMember = graph.or(isMember, graph.and(isThis, candidate.isMember))
      if index < candidates.count - 1 { value = try algebra.ite(isThis, candidate.value, value) }
    }
    return .init(value: value, isMember: isMember)
  }

  /// Some value, where there is none.
  func noValue(of type: Type?) throws(SymbolicRefusal) -> SymbolicValue {
    guard let value = type.flatMap(Value.init(anyOf:)) else {
      throw SymbolicRefusal("a value of unknown type")
    }
    return .constant(value)
  }
}

extension Type {
  /// What a map maps to.
  var imageType: Type? {
    if case .map(_, let image) = unaliased { return image }
    return nil
  }

  /// What a set or list holds.
  var elementType: Type? {
    switch unaliased {
    case .set(let element), .list(let element): element
    default: nil
    }
  }
}

extension Value {
  /// The plainest value of a type; nil where there is none to be known.
  init?(anyOf type: Type) {
    switch type.unaliased {
    case .boolean: self = .bool(false)
    case .integer: self = .int(0)
    case .string, .uninterpreted: self = .string(QuintString(""))
    case .set: self = .set(.empty)
    case .list: self = .list([])
    case .map: self = .map(.empty)
    case .tuple(let row):
      let entries = row.fields.compactMap { Value(anyOf: $0.type) }
      guard entries.count == row.fields.count else { return nil }
      self = .tuple(entries)
    case .record(let row):
      let entries = row.fields.compactMap { field in
        Value(anyOf: field.type).map { (name: QuintString(field.label), value: $0) }
      }
      guard entries.count == row.fields.count else { return nil }
      self = .record(entries)
    case .sum(let row, _):
      guard let first = row.fields.first, let payload = Value(anyOf: first.type) else { return nil }
      self = .variant(QuintString(first.label), payload)
    case .variable, .operation, .alias: return nil
    }
  }
}
