/// `exists` and `forall` over sets.
extension SymbolicEvaluator {
  /// Members are asked in ascending order, until one decides; those behind it need no value.
  mutating func quantified(
    _ candidates: [SymbolicValue.Candidate], _ lambda: Lambda, _ isForall: Bool, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let known = candidates.compactMap { candidate -> (value: Value, isMember: Term)? in
      guard case .constant(let value) = candidate.value else { return nil }
      return (value, candidate.isMember)
    }
    guard known.count == candidates.count else {
      return try quantifiedOverUnknowns(candidates, lambda, isForall, base, path)
    }
    let outer = undefined
    defer { undefined = graph.or(undefined, outer) }
    var isOpen = Term.true
    var failure = Term.false
    for member in known.sorted(by: { $0.value < $1.value }) {
      undefined = .false
      let inner = graph.and(path, member.isMember)
      let holds = try algebra.term(ofBoolean: value(of: lambda, [.constant(member.value)], base, inner))
      failure = graph.or(failure, graph.and(isOpen, undefined))
      let decides = graph.and(member.isMember, isForall ? graph.not(holds) : holds)
      isOpen = graph.and(isOpen, graph.not(decides))
      if isOpen == .false { break }
    }
    undefined = failure
    return algebra.value(ofBoolean: isForall ? isOpen : graph.not(isOpen))
  }

  /// The same where the order of the members is known for integers alone; of others all need a value.
  private mutating func quantifiedOverUnknowns(
    _ candidates: [SymbolicValue.Candidate], _ lambda: Lambda, _ isForall: Bool, _ base: Int, _ path: Term
  ) throws(SymbolicRefusal) -> SymbolicValue {
    let outer = undefined
    defer { undefined = graph.or(undefined, outer) }
    var asked: [(number: Term?, decides: Term, failure: Term)] = []
    for candidate in candidates {
      undefined = .false
      let inner = graph.and(path, candidate.isMember)
      let holds = try algebra.term(ofBoolean: value(of: lambda, [candidate.value], base, inner))
      let decides = graph.and(candidate.isMember, isForall ? graph.not(holds) : holds)
      asked.append((try? algebra.term(ofInteger: candidate.value), decides, undefined))
    }
    var failure = Term.false
    for one in asked where one.failure != .false {
      var isAsked = one.failure
      for other in asked where other.decides != .false {
        guard let number = one.number, let less = other.number else { continue }
        let isBefore = graph.less(less, number)
        isAsked = graph.and(isAsked, graph.not(graph.and(isBefore, other.decides)))
      }
      failure = graph.or(failure, isAsked)
    }
    undefined = failure
    let isDecided = graph.disjunction(asked.map(\.decides))
    return algebra.value(ofBoolean: isForall ? graph.not(isDecided) : isDecided)
  }
}
