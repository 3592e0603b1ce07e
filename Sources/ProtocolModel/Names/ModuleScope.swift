/// The names that one module can use: its own, those of imports and instances,
/// and those that it exports.
///
/// Own names come first, then imports and instances in order, then exports, since
/// these may speak of names that an import anywhere in the module brings. Two
/// ways to the same definition agree. The same definition in two instances counts
/// as two, unless it depends on no constant and no variable: a type, say.
struct ModuleScope {
  /// The module with its scope, when all is done.
  private(set) var module: ResolvedModule
  private(set) var instances: [ResolvedInstance] = []
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var unknown = UnknownNames()
  /// True if importers cannot know all exports because of an error.
  private(set) var hasUnknownExports = false

  private let index: Int
  private let context: Context
  /// Where each name of the scope comes from.
  private var origins: [String: Origin] = [:]
  /// What a qualifier `N` or an imported module's name stands for.
  private var aliases: [String: [Source]] = [:]
  private var plainImports: [Int: [Source]] = [:]
  private var unnamedInstances: [Int: [Source]] = [:]
  /// Names already reported.
  private var conflicting: Set<String> = []

  /// What is known of the other modules.
  struct Context {
    var modules: [ResolvedModule]
    var moduleIndices: [String: Int]
    var definitions: [DefinitionID: GlobalDefinition]
    var dependence: InstanceDependence
    /// Modules whose scopes are complete. The others are in a circle with this one.
    var finished: Set<Int>
    var modulesWithUnknownExports: Set<Int>
    /// Names of modules whose files could not be read.
    var unreadModules: Set<String>
  }

  private struct Origin {
    var range: SourceRange
    var isOwn: Bool
  }

  /// Exports of a module, seen through an instance or not.
  private struct Source {
    var module: Int
    var instance: NodeID?
  }

  /// - Complexity: O(names that the scope gets).
  init(_ index: Int, in context: Context) {
    self.index = index
    self.context = context
    module = context.modules[index]
    addOwnNames()
    for declaration in module.syntax.declarations {
      switch declaration.kind {
      case .importing(let use): add(use, declaration)
      case .instance(let use): add(use, declaration)
      default: break
      }
    }
    for declaration in module.syntax.declarations {
      if case .exporting(let use) = declaration.kind { add(use, declaration) }
    }
  }
}

// MARK: Own names

extension ModuleScope {
  private mutating func addOwnNames() {
    for id in module.definitions {
      guard let definition = context.definitions[id] else { continue }
      let name = Identifier(definition.name, definition.nameRange)
      if name.text == "_" { continue }
      if ModuleNames.isReserved(name.text) {
        diagnostics.append(.redefinition(ofBuiltin: name))
      } else if let first = origins[name.text] {
        diagnostics.append(
          Diagnostic(
            .nameConflict, "`\(name.text)` is defined twice in module `\(module.name)`", at: name.range,
            related: [Diagnostic.Related(range: first.range, message: "the other one is here")]))
      } else {
        let reference = Reference(target: .global(id))
        module.scope[name.text] = reference
        module.exported[name.text] = reference
        origins[name.text] = Origin(range: name.range, isOwn: true)
      }
    }
  }
}

// MARK: Imports and instances

extension ModuleScope {
  private mutating func add(_ use: SyntaxImport, _ declaration: SyntaxDeclaration) {
    guard let found = find(use.module, verb: "import", use.selection) else { return }
    let source = Source(module: found, instance: nil)
    switch use.selection {
    case .qualified: aliases[use.module.text, default: []].append(source)
    case .renamed(let name): aliases[name.text, default: []].append(source)
    case .all, .name: break
    }
    plainImports[found, default: []].append(source)
    introduce(entries(of: [source], use.module, use.selection), by: declaration, exporting: false)
  }

  private mutating func add(_ use: SyntaxInstance, _ declaration: SyntaxDeclaration) {
    let selection = use.rename.map(SyntaxImport.Selection.renamed) ?? .all
    guard let found = find(use.module, verb: "instantiate", selection) else { return }
    let source = Source(module: found, instance: declaration.id)
    if let name = use.rename?.text {
      aliases[name, default: []].append(source)
    } else {
      unnamedInstances[found, default: []].append(source)
    }
    module.instances.append(declaration.id)
    instances.append(
      ResolvedInstance(
        id: declaration.id, module: index, prototype: found, rename: use.rename?.text,
        overrides: overrides(of: use, prototype: found), range: declaration.range,
        documentation: declaration.documentation))
    introduce(entries(of: [source], use.module, selection), by: declaration, exporting: false)
  }

  /// The constants that an instance sets. A constant may come from a module that
  /// the prototype imports.
  private mutating func overrides(
    of use: SyntaxInstance, prototype: Int
  ) -> [(constant: Reference, name: Identifier, value: SyntaxExpression)] {
    var result: [(constant: Reference, name: Identifier, value: SyntaxExpression)] = []
    var seen: [String: SourceRange] = [:]
    let scope = context.modules[prototype].scope
    for override in use.overrides {
      let name = override.name
      if let first = seen.updateValue(name.range, forKey: name.text) {
        diagnostics.append(
          Diagnostic(
            .badOverride, "constant `\(name.text)` is given twice", at: name.range,
            related: [Diagnostic.Related(range: first, message: "the other value is here")]))
      } else if let constant = scope[name.text] {
        if isConstant(constant) {
          result.append((constant, name, override.value))
        } else {
          diagnostics.append(
            Diagnostic(
              .badOverride, "`\(name.text)` is not a constant of module `\(use.module.text)`",
              at: name.range, related: places(of: constant, "it is defined here")))
        }
      } else if isComplete(prototype) {
        let constants = scope.filter { isConstant($0.value) }.map(\.key)
        diagnostics.append(
          Diagnostic(
            .badOverride, "module `\(use.module.text)` has no constant `\(name.text)`", at: name.range,
            hint: NameSuggestion.hint(for: name.text, among: constants)))
      }
    }
    return result
  }

  private func isConstant(_ reference: Reference) -> Bool {
    guard case .global(let id) = reference.target, case .constant = context.definitions[id]?.kind else {
      return false
    }
    return true
  }

  /// The module of an import or instance; nil after an error.
  private mutating func find(
    _ name: Identifier, verb: String, _ selection: SyntaxImport.Selection
  ) -> Int? {
    if name.text == module.name {
      reportSelfImport(name, verb)
      setUnknown(name, selection)
      return nil
    }
    guard let found = context.moduleIndices[name.text] else {
      let isUnread = context.unreadModules.contains(name.text)
      if !isUnread { reportUnknownModule(name, aliases: []) }
      setUnknown(name, selection, includingAll: isUnread)
      return nil
    }
    if !isComplete(found) { setUnknown(name, selection, includingAll: true) }
    return context.finished.contains(found) ? found : nil
  }

  private func isComplete(_ other: Int) -> Bool {
    context.finished.contains(other) && !context.modulesWithUnknownExports.contains(other)
  }

  /// Remembers which names are missing because of an error.
  private mutating func setUnknown(
    _ name: Identifier, _ selection: SyntaxImport.Selection, includingAll: Bool = false
  ) {
    switch selection {
    case .all: unknown.all = unknown.all || includingAll
    case .qualified: unknown.prefixes.insert(name.text)
    case .renamed(let rename): unknown.prefixes.insert(rename.text)
    case .name(let single): unknown.names.insert(single.text)
    }
  }
}

// MARK: Exports

extension ModuleScope {
  private mutating func add(_ use: SyntaxExport, _ declaration: SyntaxDeclaration) {
    guard let exported = exports(of: use) else {
      hasUnknownExports = true
      return
    }
    introduce(exported, by: declaration, exporting: true)
  }

  /// What an export statement makes visible; nil after an error.
  ///
  /// `N` is an alias or instance of this module, else a module, else a qualifier
  /// of imported names. Of a module that is here only as an unnamed instance, the
  /// names of that instance are meant.
  private mutating func exports(of use: SyntaxExport) -> [String: Reference]? {
    let name = use.module
    if let sources = aliases[name.text] {
      return entries(of: sources, name, use.selection)
    }
    if name.text == module.name {
      reportSelfImport(name, "export")
      return nil
    }
    if let found = context.moduleIndices[name.text] {
      guard context.finished.contains(found) else {
        setUnknown(name, use.selection, includingAll: true)
        return nil
      }
      if !isComplete(found) { hasUnknownExports = true }
      let plain = [Source(module: found, instance: nil)]
      let instances = plainImports[found] == nil ? unnamedInstances[found] : nil
      return entries(of: instances ?? plain, name, use.selection)
    }
    let prefix = name.text + "::"
    var names: [String: Reference] = [:]
    for (known, reference) in module.scope where known.hasPrefix(prefix) && origins[known]?.isOwn == false {
      names[String(known.dropFirst(prefix.count))] = reference
    }
    guard names.isEmpty else { return select(names, name, use.selection) }
    if !unknown.covers(prefix), !context.unreadModules.contains(name.text) {
      reportUnknownModule(name, aliases: Array(aliases.keys))
    }
    setUnknown(name, use.selection)
    return nil
  }
}

// MARK: Names of other modules

extension ModuleScope {
  /// The names that a selection takes from the exports of some sources.
  private mutating func entries(
    of sources: [Source], _ name: Identifier, _ selection: SyntaxImport.Selection
  ) -> [String: Reference] {
    var names: [String: Reference] = [:]
    for source in sources {
      let exported = context.modules[source.module].exported
      guard let instance = source.instance else {
        names.merge(exported) { first, _ in first }
        continue
      }
      for (name, reference) in exported where names[name] == nil {
        names[name] = Reference(instances: [instance] + reference.instances, target: reference.target)
      }
    }
    let isComplete = sources.allSatisfy { self.isComplete($0.module) }
    return select(names, name, selection, hidden: sources.first?.module, isComplete: isComplete)
  }

  /// - Parameter hidden: a module whose names that are not exported are worth a hint.
  private mutating func select(
    _ names: [String: Reference], _ module: Identifier, _ selection: SyntaxImport.Selection,
    hidden: Int? = nil, isComplete: Bool = true
  ) -> [String: Reference] {
    switch selection {
    case .all: return names
    case .qualified: return qualified(names, module.text)
    case .renamed(let rename): return qualified(names, rename.text)
    case .name(let single):
      if let reference = names[single.text] { return [single.text: reference] }
      if isComplete {
        let isHidden = hidden.map { context.modules[$0].scope[single.text] != nil } ?? false
        let hint =
          isHidden
          ? "`\(module.text)` imports it, but does not export it"
          : NameSuggestion.hint(for: single.text, among: names.keys)
        diagnostics.append(
          Diagnostic(
            .unknownName, "name `\(module.text)::\(single.text)` not found", at: single.range, hint: hint))
      }
      unknown.names.insert(single.text)
      return [:]
    }
  }

  private func qualified(_ names: [String: Reference], _ prefix: String) -> [String: Reference] {
    var result: [String: Reference] = [:]
    result.reserveCapacity(names.count)
    for (name, reference) in names { result[prefix + "::" + name] = reference }
    return result
  }

  /// Adds names to the scope; those that mean something else already are conflicts.
  private mutating func introduce(
    _ names: [String: Reference], by declaration: SyntaxDeclaration, exporting: Bool
  ) {
    var conflicts: [String] = []
    for (name, reference) in names {
      if let known = module.scope[name] {
        if !isSame(known, reference) {
          if conflicting.insert(name).inserted { conflicts.append(name) }
          continue
        }
      } else if ModuleNames.isReserved(name) {
        if conflicting.insert(name).inserted { conflicts.append(name) }
        continue
      } else {
        module.scope[name] = reference
        origins[name] = Origin(range: declaration.range, isOwn: false)
      }
      if exporting { module.exported[name] = module.scope[name] }
    }
    if !conflicts.isEmpty { report(conflicts: conflicts.sorted(), names, by: declaration) }
  }

  private func isSame(_ a: Reference, _ b: Reference) -> Bool {
    guard a.target == b.target, case .global(let id) = a.target else { return false }
    return a.instances == b.instances || !context.dependence.isOnInstance(id)
  }
}

// MARK: Diagnostics

extension ModuleScope {
  /// One message for all names of a statement: instances can collide in many.
  private mutating func report(
    conflicts: [String], _ names: [String: Reference], by declaration: SyntaxDeclaration
  ) {
    let visible = conflicts.filter { !$0.hasPrefix("$") }
    guard let first = visible.first ?? conflicts.first else { return }
    let shown = visible.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
    let rest = visible.count > 3 ? " and \(visible.count - 3) more" : ""
    let subject = visible.count > 1 ? "names \(shown)\(rest)" : "name `\(first)`"
    var related: [Diagnostic.Related] = []
    if let origin = origins[first] {
      related.append(
        Diagnostic.Related(
          range: origin.range,
          message: origin.isOwn ? "`\(first)` is defined here" : "`\(first)` comes from here too"))
    }
    if let reference = names[first] { related += places(of: reference, "this is the imported `\(first)`") }
    if let known = module.scope[first], origins[first]?.isOwn == false, known.target != names[first]?.target {
      related += places(of: known, "this is the other `\(first)`")
    }
    diagnostics.append(
      Diagnostic(
        .nameConflict, "\(subject) would mean two things in module `\(module.name)`", at: declaration.range,
        related: related, hint: "import it under a qualifier: `import ... as N`"))
  }

  private func places(of reference: Reference, _ message: String) -> [Diagnostic.Related] {
    guard case .global(let id) = reference.target, let definition = context.definitions[id] else { return [] }
    return [Diagnostic.Related(range: definition.nameRange, message: message)]
  }

  private mutating func reportSelfImport(_ name: Identifier, _ verb: String) {
    diagnostics.append(
      Diagnostic(.selfImport, "module `\(name.text)` cannot \(verb) itself", at: name.range))
  }

  private mutating func reportUnknownModule(_ name: Identifier, aliases: [String]) {
    let hint =
      NameSuggestion.hint(for: name.text, among: Array(context.moduleIndices.keys) + aliases)
      ?? "a module of another file needs `from \"file\"`, without `.qnt`"
    diagnostics.append(
      Diagnostic(.unknownModule, "module `\(name.text)` not found", at: name.range, hint: hint))
  }
}
