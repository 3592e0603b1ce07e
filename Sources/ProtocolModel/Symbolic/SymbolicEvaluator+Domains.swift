/// Picks from sets that are described by others: `S.filter(p)`, `S.map(f)`, `S.exclude(T)`, where S is
/// too large to be spelled out.
///
/// A member of `S.filter(p)` is a member of S for which p holds, so one unknown of S will do, with
/// a condition. Where p has no value for some member of S, neither has the set; it has none for
/// the unknown then, whatever else it is, which is the same for who asks whether an error can happen.
/// An infinite S stays refused: the evaluator cannot go through its members, which is an error there.

extension SymbolicEvaluator {
  /// One unknown member of the set that an expression describes.
  ///
  /// - Returns: nil where unknowns are not wanted.
  mutating func openPick(
    _ pick: PickID, from domain: ExpressionID, _ base: Int, occurrence: Int
  ) throws(SymbolicRefusal) -> SymbolicValue.Candidate? {
    guard inputs != nil else { return nil }
    var part = 0
    return try openMember(of: domain, base, pick, occurrence, &part)
  }

  private mutating func openMember(
    of id: ExpressionID, _ base: Int, _ pick: PickID, _ occurrence: Int, _ part: inout Int
  ) throws(SymbolicRefusal) -> SymbolicValue.Candidate {
    switch machine[id] {
    case .constant(let constant):
      guard let function = machine[constant].value else { throw SymbolicRefusal("a constant without value") }
      return try openMember(
        ofCall: function, Arguments(start: 0, count: 0), base, pick, occurrence, &part)
    case .call(let function, let arguments):
      return try openMember(ofCall: function, arguments, base, pick, occurrence, &part)
    case .letIn(let local, _, let body):
      open(slot: base + Int(local.slot))
      return try openMember(of: body, base, pick, occurrence, &part)
    case .lazyLocal(_, let definition): return try openMember(of: definition, base, pick, occurrence, &part)
    case .apply(let builtin, let arguments):
      let operands = Array(machine[arguments])
      switch builtin {
      case .filter, .map:
        var member = try openMember(of: operands[0], base, pick, occurrence, &part)
        let lambda = try lambda(operands[1], base)
        let image = try value(of: lambda, [member.value], base, member.isMember)
        if builtin == .map {
          member.value = image
        } else {
          member.isMember = graph.and(member.isMember, try algebra.term(ofBoolean: image))
        }
        return member
      case .exclude, .intersect:
        var member = try openMember(of: operands[0], base, pick, occurrence, &part)
        let (other, constant) = try lazySet(operands[1], base, .true)
        let isOther = try contains(other, constant, member.value)
        let isKept = builtin == .intersect ? isOther : graph.not(isOther)
        member.isMember = graph.and(member.isMember, isKept)
        return member
      default: break
      }
    default: break
    }
    let set = try value(id, base, .true)
    guard isFinite(set) else { throw SymbolicRefusal("members of an infinite set, one by one") }
    return try openMember(of: set, pick, occurrence, &part)
  }

  private func isFinite(_ set: SymbolicValue) -> Bool {
    switch set {
    case .constant(.set(let known)): known.isFinite
    case .maps(_, let images): isFinite(images)
    default: true
    }
  }

  private mutating func openMember(
    ofCall function: FunctionID, _ arguments: Arguments, _ base: Int, _ pick: PickID, _ occurrence: Int,
    _ part: inout Int
  ) throws(SymbolicRefusal) -> SymbolicValue.Candidate {
    let definition = machine[function]
    let frame = try bind(definition, arguments, base, .true)
    defer { if !definition.sharesFrame { leave(frame) } }
    return try openMember(of: definition.body, frame, pick, occurrence, &part)
  }
}
