/// Which module uses which, and an order in which every module comes after the
/// modules that it imports, instantiates or exports.
struct ModuleGraph {
  /// One module for each name, in order.
  private(set) var modules: [SyntaxModule] = []
  private(set) var diagnostics: [Diagnostic] = []

  /// - Complexity: O(modules + declarations).
  init(_ all: [SyntaxModule], sources: SourceMap) {
    var indices: [String: Int] = [:]
    var unordered: [SyntaxModule] = []
    for module in all {
      if let first = indices[module.name.text] {
        report(module.name, sameNameAs: unordered[first].name, sources)
      } else {
        indices[module.name.text] = unordered.count
        unordered.append(module)
      }
    }
    let edges = unordered.map { Self.edges(of: $0, indices) }
    let uses = edges.map { $0.map(\.to) }
    for component in DependencyOrder.components(uses) {
      for index in component { modules.append(unordered[index]) }
      if component.count > 1, let cycle = DependencyOrder.cycle(in: component, uses: uses) {
        report(cycle: cycle, unordered, edges)
      }
    }
  }

  private struct Edge {
    var to: Int
    var range: SourceRange
  }

  /// Uses of other modules that exist. An alias hides the module of its name from exports.
  private static func edges(of module: SyntaxModule, _ indices: [String: Int]) -> [Edge] {
    var edges: [Edge] = []
    let aliases = Set(module.declarations.compactMap(\.alias))
    func add(_ name: Identifier) {
      guard name.text != module.name.text, let index = indices[name.text] else { return }
      edges.append(Edge(to: index, range: name.range))
    }
    for declaration in module.declarations {
      switch declaration.kind {
      case .importing(let use): add(use.module)
      case .instance(let use): add(use.module)
      case .exporting(let use): if !aliases.contains(use.module.text) { add(use.module) }
      default: break
      }
    }
    return edges
  }

  private mutating func report(_ name: Identifier, sameNameAs first: Identifier, _ sources: SourceMap) {
    let note = Diagnostic.Related(range: first.range, message: "the other one is here")
    let isElsewhere = name.range.file != first.range.file
    let file = isElsewhere ? sources.file(of: first.range).map { " in \($0.path)" } ?? "" : ""
    diagnostics.append(
      Diagnostic(
        isElsewhere ? .duplicateModule : .nameConflict,
        "module `\(name.text)` is already defined\(file)", at: name.range, related: [note],
        hint: "modules of all files need different names"))
  }

  private mutating func report(cycle: [Int], _ modules: [SyntaxModule], _ edges: [[Edge]]) {
    var places: [Diagnostic.Related] = []
    for (position, index) in cycle.enumerated() {
      let next = cycle[(position + 1) % cycle.count]
      guard let edge = edges[index].first(where: { $0.to == next }) else { continue }
      let message = "`\(modules[index].name.text)` uses `\(modules[next].name.text)` here"
      places.append(Diagnostic.Related(range: edge.range, message: message))
    }
    guard let first = places.first else { return }
    let names = cycle.map { "`\(modules[$0].name.text)`" }.joined(separator: ", ")
    diagnostics.append(
      Diagnostic(
        .importCycle, "modules import each other in a circle: \(names)", at: first.range,
        related: Array(places.dropFirst())))
  }
}

extension SyntaxDeclaration {
  /// `N` of `import ... as N`, of modules and instances.
  var alias: String? {
    switch kind {
    case .importing(let use): if case .renamed(let name) = use.selection { name.text } else { nil }
    case .instance(let use): use.rename?.text
    default: nil
    }
  }
}
