/// Something of which it is intended that not all of it is ever used.
public struct AllowedUnused: Hashable, Sendable {
  /// The definition, constant or module with the tag.
  public var range: SourceRange
  /// The expression that is meant, on one line; nil for all that is inside.
  public var text: String?
}

/// What a spec declares and never uses, as far as its text shows.
extension Spec {
  /// Definitions, constants and modules tagged `@allow unused`.
  public var allowedUnused: [AllowedUnused] { tags.allowedUnused }

  /// A constant that no definition reads.
  public struct UnusedConstant: Sendable {
    public var name: String
    public var range: SourceRange
  }

  /// The constants of the file's own modules that nothing refers to, in order of declaration.
  ///
  /// To give a constant a value is no use of it.
  ///
  /// - Complexity: O(names used in the program).
  public var unusedConstants: [UnusedConstant] {
    var used: Set<DefinitionID> = []
    for reference in resolved.references.values {
      if case .global(let id) = reference.target { used.insert(id) }
    }
    return ownModules.flatMap { module in
      resolved.modules[module].definitions.compactMap { id -> UnusedConstant? in
        guard let definition = resolved.definitions[id], case .constant = definition.kind, !used.contains(id)
        else { return nil }
        return UnusedConstant(name: definition.name, range: definition.nameRange)
      }
    }
  }
}
