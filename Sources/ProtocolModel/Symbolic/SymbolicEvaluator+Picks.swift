/// The values that a `nondet` can take.

extension SymbolicEvaluator {
  /// The values of a `nondet`, each with the condition under which it may be picked, in
  /// ascending order as far as they are constants.
  mutating func pickCandidates(
    _ set: SymbolicValue
  ) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    if case .maps(let keys, let images) = set { return try pickedMaps(from: keys, to: images) }
    let candidates = try algebra.candidates(set)
    var result: [SymbolicValue.Candidate] = []
    for index in candidates.indices {
      var candidate = candidates[index]
      candidate.isMember = try algebra.isFirst(index, of: candidates)
      if candidate.isMember != .false { result.append(candidate) }
    }
    return result.sorted { a, b in
      guard case .constant(let x) = a.value, case .constant(let y) = b.value else { return false }
      return x.compare(y) < 0
    }
  }

  /// All maps from a set of which not all is known: each way to choose an image for every key that
  /// may be there. A key that is not there has the first image, so that no map comes twice.
  private mutating func pickedMaps(
    from keys: [SymbolicValue.Candidate], to images: SymbolicValue
  ) throws(SymbolicRefusal) -> [SymbolicValue.Candidate] {
    let images = try pickCandidates(images)
    var rows: [(entries: [SymbolicValue.Entry], isMember: Term)] = [([], .true)]
    for key in keys {
      guard case .constant(let known) = key.value else { throw SymbolicRefusal("maps with unknown keys") }
      guard rows.count * max(1, images.count) <= SymbolicAlgebra.limit else {
        throw SymbolicRefusal("too many maps to pick from")
      }
      var next: [(entries: [SymbolicValue.Entry], isMember: Term)] = []
      for row in rows {
        if images.isEmpty { next.append((row.entries, graph.and(row.isMember, graph.not(key.isMember)))) }
        for (number, image) in images.enumerated() {
          let entry = SymbolicValue.Entry(key: known, isThere: key.isMember, value: image.value)
          // An image that is no member can stand for a key that is not there only.
          let isImage = graph.implies(key.isMember, image.isMember)
          let isFirst = number == 0 ? Term.true : key.isMember
          next.append((row.entries + [entry], graph.and(row.isMember, graph.and(isImage, isFirst))))
        }
      }
      rows = next
    }
    return rows.filter { $0.isMember != .false }.map { row in
      .init(value: .map(row.entries.sorted { $0.key.compare($1.key) < 0 }), isMember: row.isMember)
    }
  }
}
