/// What the walk over a module's expressions needs to know of names. Holds
/// parts of the program that do not change during the walk.
struct ModuleNames {
  let scope: [String: Reference]
  let unknown: UnknownNames
  let types: Set<DefinitionID>
  let modules: [String: Int]

  static let builtins = Dictionary(uniqueKeysWithValues: Builtin.allCases.map { ($0.rawValue, $0) })

  /// True for names that nothing may be given.
  static func isReserved(_ name: String) -> Bool {
    builtins[name] != nil || Builtin.otherReservedNames.contains(name)
  }

  func isType(_ reference: Reference) -> Bool {
    if case .global(let id) = reference.target { types.contains(id) } else { false }
  }

  /// Names that an expression may use, in no order.
  var valueNames: [String] {
    scope.filter { !isType($0.value) }.map(\.key) + Array(Self.builtins.keys)
  }

  /// Names of types, in no order.
  var typeNames: [String] { scope.filter { isType($0.value) }.map(\.key) }

  /// `M` of `M::x` if that is a module from which the scope has no name.
  func notImportedModule(of name: String) -> String? {
    for prefix in name.qualifiers where modules[prefix] != nil {
      let start = prefix + "::"
      return scope.keys.contains { $0.hasPrefix(start) } ? nil : prefix
    }
    return nil
  }
}

/// Names that a faulty import would have brought. Their uses are no further errors.
struct UnknownNames {
  /// An import of all names from something that could not be read.
  var all = false
  /// `N` for all `N::x`.
  var prefixes: Set<String> = []
  var names: Set<String> = []

  func covers(_ name: String) -> Bool {
    all || names.contains(name) || (!prefixes.isEmpty && name.qualifiers.contains { prefixes.contains($0) })
  }
}

extension String {
  /// `a` and `a::b` of `a::b::c`.
  var qualifiers: [String] {
    var result: [String] = []
    var before: Character?
    for index in indices {
      if self[index] == ":", before == ":" { result.append(String(self[..<self.index(before: index)])) }
      before = self[index]
    }
    return result
  }
}

extension Diagnostic {
  static func redefinition(ofBuiltin name: Identifier) -> Diagnostic {
    Diagnostic(
      .nameConflict, "`\(name.text)` is a built-in name and cannot be defined anew", at: name.range)
  }

  static func selfReference(_ name: Identifier) -> Diagnostic {
    Diagnostic(
      .definitionCycle, "`\(name.text)` is defined by itself", at: name.range,
      hint: "use `fold`, `foldl` or `foldr` instead of recursion")
  }
}
