extension Shape: CustomStringConvertible {
  /// `0 to 15`, `one of 3 strings`, `map of 4 keys to (bool, 0 to 7)`
  public var description: String {
    switch self {
    case .none: return "nothing seen"
    case .boolean: return "bool"
    case .integer(let range):
      return range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    case .strings(let values): return "one of " + Self.counted(values.count, "string")
    case .tuple(let shapes):
      return shapes.isEmpty ? "()" : "(" + shapes.map(\.description).joined(separator: ", ") + ")"
    case .record(let names, let shapes):
      return "{ " + zip(names, shapes).map { "\($0.text): \($1)" }.joined(separator: ", ") + " }"
    case .variant(let labels, let shapes):
      return zip(labels, shapes).map { label, shape in
        shape == .tuple([]) ? label.text : "\(label.text)(\(shape))"
      }.joined(separator: " | ")
    case .set(let universe): return "set of " + Self.counted(universe.count, "possible member")
    case .map(let keys, let shape, let isTotal):
      return "map of " + (isTotal ? "" : "up to ") + Self.counted(keys.count, "key") + " to \(shape)"
    case .list(let length, let shape, let isFull):
      return "list of \(isFull ? "" : "up to ")\(length) of \(shape)"
    }
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}
