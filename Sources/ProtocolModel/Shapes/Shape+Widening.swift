extension Shape {
  /// This shape and an earlier one in one, with more room where it has grown: integers that
  /// grew may grow three times as far again, so that a long count needs few layouts.
  ///
  /// - Parameter old: the shape that was too narrow.
  public func widened(beyond old: Shape) -> Shape {
    switch (self, old) {
    case (.integer(let range), .integer(let before)):
      var low = min(range.lowerBound, before.lowerBound)
      var high = max(range.upperBound, before.upperBound)
      let room = 3 * (high - low)
      if low < before.lowerBound {
        // Amounts stop at 0.
        low = low >= 0 ? max(0, low - room) : low - room
      }
      if high > before.upperBound { high += room }
      return .integer(low...(low + (1 << Self.bits(for: high - low + 1)) - 1))
    case (.tuple(let shapes), .tuple(let before)) where shapes.count == before.count:
      return .tuple(zip(shapes, before).map { $0.widened(beyond: $1) })
    case (.record(let names, let shapes), .record(_, let before)) where shapes.count == before.count:
      return .record(names, zip(shapes, before).map { $0.widened(beyond: $1) })
    case (.variant(let labels, let shapes), .variant(_, let before)) where shapes.count == before.count:
      return .variant(labels, zip(shapes, before).map { $0.widened(beyond: $1) })
    case (.map(let keys, let shape, let isTotal), .map(_, let before, _)):
      return .map(keys, shape.widened(beyond: before), isTotal: isTotal)
    case (.list(let length, let shape, let isFull), .list(let oldLength, let before, let wasFull)):
      return .list(
        length > oldLength ? min(Self.lengthLimit, 2 * length) : oldLength, shape.widened(beyond: before),
        isFull: isFull && wasFull && length == oldLength)
    default: return self
    }
  }
}
