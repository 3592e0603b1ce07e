/// The properties of a main module: its own, and those that it inherits.
///
/// An instance of a protocol is a small module that imports the protocol with
/// values for its constants. It has no properties of its own; those of the protocol
/// hold for it too. So the properties of a main module are the tagged definitions of
/// all modules *through which its `init` and `step` come*: the module that defines
/// them, the modules that export them on the way, and, where `init` merely names
/// another definition (`action init = N::init`), the modules of that one. Each is
/// seen through the instances that lie between, so that it speaks of the same
/// variables as `step` does.
struct PropertySources {
  /// A tagged definition as the main module sees it.
  struct Entry {
    /// The shortest name that the main module has for it; else one made up.
    var name: String
    var reference: Reference
    var tag: SpecTags.PropertyTag
  }

  private let spec: Spec
  private let main: Int
  private var program: ResolvedProgram { spec.resolved }

  /// A module as it is seen through instances.
  private struct View: Hashable {
    var instances: [NodeID]
    var module: Int
  }

  private var views: [View] = []
  private var seen: Set<View> = []
  /// Views that the walk for one definition has met.
  private var visited: Set<View> = []

  init(_ spec: Spec, main: Int) {
    self.spec = spec
    self.main = main
    add(View(instances: [], module: main))
  }

  // MARK: Where the properties come from

  /// Adds the modules through which the main module sees a definition (`init`, `step`).
  /// The loop over names of names ends, since definitions are not cyclic.
  mutating func add(throughWhichComes reference: Reference) {
    var reference = reference
    var module = main
    var outer: [NodeID] = []
    while true {
      visited = []
      visit(View(instances: outer, module: module), rest: reference.instances, target: reference.target)
      outer += reference.instances
      guard case .global(let id) = reference.target, let global = program.definitions[id],
        case .definition(let definition) = global.kind, definition.parameters.isEmpty,
        let body = definition.body, case .name = body.kind, let next = program.references[body.id]
      else { return }
      module = global.module
      reference = next
    }
  }

  private mutating func visit(_ view: View, rest: [NodeID], target: Reference.Target) {
    add(view)
    visited.insert(view)
    let sought = Reference(instances: rest, target: target)
    for declaration in program.modules[view.module].syntax.declarations {
      switch declaration.kind {
      case .importing(let use): follow(use.module, from: view, sought)
      case .exporting(let use): follow(use.module, from: view, sought)
      case .instance:
        guard rest.first == declaration.id, let instance = program.instances[declaration.id] else { break }
        let inner = View(instances: view.instances + [declaration.id], module: instance.prototype)
        if !visited.contains(inner) { visit(inner, rest: Array(rest.dropFirst()), target: target) }
      case .constant, .variable, .assume, .typeDefinition, .definition: break
      }
    }
  }

  /// Goes on to an imported or exported module if the definition can come from there.
  private mutating func follow(_ name: Identifier, from view: View, _ sought: Reference) {
    guard let module = program.module(named: name.text), module != view.module,
      program.modules[module].exported.values.contains(sought)
    else { return }
    let next = View(instances: view.instances, module: module)
    if !visited.contains(next) { visit(next, rest: sought.instances, target: sought.target) }
  }

  private mutating func add(_ view: View) {
    if seen.insert(view).inserted { views.append(view) }
  }

  // MARK: What they are

  /// All properties in order of declaration, each with a name of its own.
  ///
  /// - Complexity: O(definitions of the modules + names in the main module's scope).
  func entries() -> [Entry] {
    let names = NamesOfReferences(program.modules[main].scope)
    var entries: [Entry] = []
    for view in views {
      for id in program.modules[view.module].definitions {
        guard let tag = spec.tags.properties[id] else { continue }
        let reference = Reference(instances: view.instances, target: .global(id))
        entries.append(Entry(name: names[reference] ?? madeUpName(reference), reference: reference, tag: tag))
      }
    }
    entries.sort { order($0.reference) < order($1.reference) }
    var taken: Set<String> = []
    for index in entries.indices where !taken.insert(entries[index].name).inserted {
      guard case .global(let id) = entries[index].reference.target, let definition = program.definitions[id]
      else { continue }
      entries[index].name = "\(program.modules[definition.module].name)::\(entries[index].name)"
      taken.insert(entries[index].name)
    }
    return entries
  }

  private func order(_ reference: Reference) -> (NodeID, Int, NodeID) {
    guard case .global(let id) = reference.target else { return (0, 0, 0) }
    return (id, reference.instances.count, reference.instances.last ?? 0)
  }

  /// The name that an import of the whole module would give.
  private func madeUpName(_ reference: Reference) -> String {
    guard case .global(let id) = reference.target, let definition = program.definitions[id] else {
      return "?"
    }
    let qualifiers = reference.instances.compactMap { program.instances[$0]?.rename }
    return (qualifiers + [definition.name]).joined(separator: "::")
  }
}

/// For each definition that a scope has a name for, its shortest name.
struct NamesOfReferences {
  private var names: [Reference: String] = [:]

  /// - Complexity: O(names in the scope).
  init(_ scope: [String: Reference]) {
    names.reserveCapacity(scope.count)
    for (name, reference) in scope {
      guard let known = names[reference], (known.utf8.count, known) <= (name.utf8.count, name) else {
        names[reference] = name
        continue
      }
    }
  }

  subscript(reference: Reference) -> String? { names[reference] }
}
