// What changed between two states, down to the entry of a map.
//
// Both values are walked together. Records and tuples go on field by field, maps
// entry by entry, sets report members that came and went, lists changed,
// inserted or removed positions; all else is "before -> after". When most parts
// of a large structure changed, the list of parts is harder to read than the
// structure, so the shorter of the two texts wins there.

/// The differences between two states, by variable.
public struct StateDiff: Hashable, Sendable {
  /// Variables that differ, in the order of the states.
  public var variables: [VariableDiff]

  public struct VariableDiff: Hashable, Sendable {
    public var name: String
    /// At least one, in the order of the value's parts.
    public var changes: [Change]
  }

  /// A change at one place inside a variable.
  public struct Change: Hashable, Sendable {
    /// From the variable inwards; empty for the variable itself.
    public var path: [Part]
    public var edit: Edit
  }

  /// One step into a structure.
  public enum Part: Hashable, Sendable {
    case field(QuintString)
    case key(Value)
    case index(Int)
    /// An entry of a tuple, from 0.
    case entry(Int)
    /// The payload of a variant that kept its label.
    case payload(QuintString)
  }

  public enum Edit: Hashable, Sendable {
    /// Nil stands for "not assigned".
    case replaced(Value?, Value?)
    /// Members of a set that came and went.
    case members(added: [Value], removed: [Value])
    /// The entry of a map or the position of a list at the end of the path is new.
    case inserted(Value)
    case removed(Value)
  }

  /// Compares two states variable by variable; a variable that only one of them
  /// has counts as not assigned in the other.
  ///
  /// - Complexity: O(size of both states) times the depth of the values.
  public init(from before: State, to after: State) {
    variables = []
    var names = after.variables
    if before.variables != after.variables {
      names += before.variables.filter { !after.variables.contains($0) }
    }
    for (index, name) in names.enumerated() {
      let new = index < after.variables.count ? after.values[index] : nil
      let old = before.variables == after.variables ? before.values[index] : before[name]
      let changes = Self.changes(from: old, to: new)
      if !changes.isEmpty { variables.append(VariableDiff(name: name, changes: changes)) }
    }
  }

  public var isEmpty: Bool { variables.isEmpty }

  /// The changes that lead from one value to another; nil is "not assigned".
  public static func changes(from before: Value?, to after: Value?) -> [Change] {
    guard let before, let after else {
      return before == after ? [] : [Change(path: [], edit: .replaced(before, after))]
    }
    return changes(from: before, to: after, at: [])
  }
}

// MARK: - Comparing

extension StateDiff {
  private static func changes(from before: Value, to after: Value, at path: [Part]) -> [Change] {
    if before == after { return [] }
    let whole = [Change(path: path, edit: .replaced(before, after))]
    var partCount = 0
    var changes: [Change] = []
    switch (before, after) {
    case (.tuple(let old), .tuple(let new)) where old.count == new.count:
      partCount = old.count
      for index in old.indices {
        changes += Self.changes(from: old[index], to: new[index], at: path + [.entry(index)])
      }
    case (.record(let old), .record(let new)) where old.shape === new.shape:
      partCount = old.values.count
      for (index, name) in old.shape.names.enumerated() {
        changes += Self.changes(from: old.values[index], to: new.values[index], at: path + [.field(name)])
      }
    case (.variant(let old), .variant(let new)) where old.label == new.label && new.payload.hasParts:
      changes = Self.changes(from: old.payload, to: new.payload, at: path + [.payload(new.label)])
    case (.map(let old), .map(let new)):
      partCount = max(old.count, new.count)
      changes = Self.changes(from: old, to: new, at: path)
    case (.list(let old), .list(let new)):
      partCount = max(old.count, new.count)
      guard let found = Self.changes(from: old, to: new, at: path) else { return whole }
      changes = found
    case (.set(let old), .set(let new)):
      guard let added = try? new.subtracting(old).explicitMembers(),
        let removed = try? old.subtracting(new).explicitMembers()
      else { return whole }
      changes = [Change(path: path, edit: .members(added: added, removed: removed))]
      partCount = max(old.smallSize ?? .max, new.smallSize ?? .max)
      return prefersWhole(whole, to: changes, added.count + removed.count, of: partCount) ? whole : changes
    default: return whole
    }
    let changedParts = Set(changes.map { $0.path[path.count] }).count
    return prefersWhole(whole, to: changes, changedParts, of: partCount) ? whole : changes
  }

  /// True when more than half of a structure of some size changed and its text is the shorter one.
  private static func prefersWhole(
    _ whole: [Change], to changes: [Change], _ changedParts: Int, of partCount: Int
  ) -> Bool {
    guard partCount >= 4, changedParts > partCount / 2 else { return false }
    return VariableDiff(name: "", changes: whole).description.utf8.count
      < VariableDiff(name: "", changes: changes).description.utf8.count
  }

  private static func changes(from old: MapValue, to new: MapValue, at path: [Part]) -> [Change] {
    var changes: [Change] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      let order =
        i == old.count ? 1 : (j == new.count ? -1 : old.keyArray[i].compare(new.keyArray[j]))
      if order < 0 {
        changes.append(Change(path: path + [.key(old.keyArray[i])], edit: .removed(old.values[i])))
      } else if order > 0 {
        changes.append(Change(path: path + [.key(new.keyArray[j])], edit: .inserted(new.values[j])))
      } else {
        changes += Self.changes(from: old.values[i], to: new.values[j], at: path + [.key(new.keyArray[j])])
      }
      if order <= 0 { i += 1 }
      if order >= 0 { j += 1 }
    }
    return changes
  }

  /// Nil when entries in the middle were replaced by more or fewer others.
  private static func changes(from old: [Value], to new: [Value], at path: [Part]) -> [Change]? {
    if old.count == new.count {
      return old.indices.flatMap { changes(from: old[$0], to: new[$0], at: path + [.index($0)]) }
    }
    let shorter = min(old.count, new.count)
    var prefix = 0
    while prefix < shorter, old[prefix] == new[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < shorter - prefix, old[old.count - 1 - suffix] == new[new.count - 1 - suffix] {
      suffix += 1
    }
    guard prefix + suffix == shorter else { return nil }
    if old.count < new.count {
      return (prefix..<new.count - suffix).map {
        Change(path: path + [.index($0)], edit: .inserted(new[$0]))
      }
    }
    return (prefix..<old.count - suffix).map { Change(path: path + [.index($0)], edit: .removed(old[$0])) }
  }
}

extension Value {
  /// True for values that are compared part by part.
  fileprivate var hasParts: Bool {
    switch self {
    case .tuple, .list, .set, .map, .record, .variant: true
    case .bool, .int, .string: false
    }
  }
}
