// How differences are printed: `la[1]  NoLeg -> Locked`, `balA  a 2 -> 1, e 0 -> 1`.

extension StateDiff {
  /// One text for each group of changes, in order: path, two blanks, edits.
  /// Several fields of one record make one text.
  public var items: [String] { variables.flatMap(\.items) }
}

extension StateDiff: CustomStringConvertible {
  /// All items in one line, three blanks apart.
  public var description: String { items.joined(separator: "   ") }
}

extension StateDiff.VariableDiff: CustomStringConvertible {
  /// One text for each place that changed; fields of one record share a text.
  public var items: [String] {
    var items: [String] = []
    var index = 0
    while index < changes.count {
      var end = index + 1
      if let record = changes[index].pathOfRecord {
        while end < changes.count, changes[end].pathOfRecord == record { end += 1 }
        if end - index > 1 {
          let edits = changes[index..<end].map { change in
            "\(change.path.last?.fieldName ?? "") \(change.edit)"
          }
          items.append("\(name)\(StateDiff.text(of: record))  \(edits.joined(separator: ", "))")
          index = end
          continue
        }
      }
      items.append("\(name)\(StateDiff.text(of: changes[index].path))  \(changes[index].edit)")
      index = end
    }
    return items
  }

  public var description: String { items.joined(separator: "   ") }
}

extension StateDiff {
  /// A path as it follows the variable's name: `.e`, `[1]`, `[("S", "SEC")]`.
  static func text(of path: [Part]) -> String { path.map(\.description).joined() }
}

extension StateDiff.Change {
  /// The place of the record of which this is a field.
  fileprivate var pathOfRecord: [StateDiff.Part]? {
    path.last?.fieldName == nil ? nil : Array(path.dropLast())
  }
}

extension StateDiff.Part: CustomStringConvertible {
  public var description: String {
    switch self {
    case .field(let name): ".\(name.text)"
    case .key(let key): "[\(key)]"
    case .index(let index): "[\(index)]"
    case .entry(let index): "._\(index + 1)"
    case .payload(let label): ".\(label.text)"
    }
  }

  /// The name of a record's field or of a tuple's entry, as it stands in a group.
  fileprivate var fieldName: String? {
    switch self {
    case .field(let name): name.text
    case .entry(let index): "_\(index + 1)"
    case .key, .index, .payload: nil
    }
  }
}

extension StateDiff.Edit: CustomStringConvertible {
  public var description: String {
    switch self {
    case .replaced(let before, let after): "\(Self.text(before)) -> \(Self.text(after))"
    case .members(let added, let removed):
      (added.map { "+ \($0)" } + removed.map { "- \($0)" }).joined(separator: ", ")
    case .inserted(let value): "+ \(value)"
    case .removed(let value): "- \(value)"
    }
  }

  private static func text(_ value: Value?) -> String { value?.description ?? "(unassigned)" }
}
