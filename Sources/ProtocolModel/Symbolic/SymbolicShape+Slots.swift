/// Shapes of sets and maps whose members and keys are not among few values: places, as many as
/// there are candidates, each with the shape of what it may hold.
///
/// A value takes its places in the order of its candidates (`SymbolicLeaves`), so shapes are
/// joined place by place. Where one of two shapes knows its members, any of these can come first: all
/// its places then have the shape of all its members.

extension SymbolicShape {
  static func shapes(
    of pairs: [SymbolicValue.Pair], _ ranges: inout GuardedRanges
  ) throws(SymbolicRefusal) -> [PairShape] {
    var result: [PairShape] = []
    for pair in pairs {
      result.append(
        PairShape(
          key: try SymbolicShape(of: pair.key, &ranges), image: try SymbolicShape(of: pair.value, &ranges)))
    }
    return result
  }

  /// The shape of all of these.
  private static func joined(_ shapes: [SymbolicShape]) throws(SymbolicRefusal) -> SymbolicShape? {
    var result: SymbolicShape?
    for shape in shapes {
      result = try result.map { (known) throws(SymbolicRefusal) in try known.joined(with: shape) } ?? shape
    }
    return result
  }

  private func places() throws(SymbolicRefusal) -> [SymbolicShape] {
    switch try opened() {
    case .slots(let shapes): return shapes
    case .set(let universe):
      guard let shape = try Self.joined(universe.map { .constant($0) }) else { return [] }
      return Array(repeating: shape, count: universe.count)
    default: throw SymbolicRefusal("values of different structure")
    }
  }

  func joinedSlots(with other: SymbolicShape) throws(SymbolicRefusal) -> SymbolicShape {
    let (a, b) = try (places(), other.places())
    let common = min(a.count, b.count)
    return .slots(
      try Self.joined(Array(a.prefix(common)), Array(b.prefix(common)))
        + (a.count > common ? a : b).dropFirst(common))
  }

  private func pairShapes() throws(SymbolicRefusal) -> [PairShape] {
    switch try opened() {
    case .pairs(let shapes): return shapes
    case .map(let entries):
      guard let key = try Self.joined(entries.map { .constant($0.key) }),
        let image = try Self.joined(entries.map(\.shape))
      else { return [] }
      return Array(repeating: PairShape(key: key, image: image), count: entries.count)
    default: throw SymbolicRefusal("values of different structure")
    }
  }

  func joinedPairs(with other: SymbolicShape) throws(SymbolicRefusal) -> SymbolicShape {
    let (a, b) = try (pairShapes(), other.pairShapes())
    let common = min(a.count, b.count)
    var result: [PairShape] = []
    for (one, other) in zip(a, b) {
      result.append(
        PairShape(key: try one.key.joined(with: other.key), image: try one.image.joined(with: other.image)))
    }
    return .pairs(result + (a.count > common ? a : b).dropFirst(common))
  }
}
