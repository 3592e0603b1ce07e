/// The definitions of one module, each after those that it uses, and the cycles among them.
///
/// A use through an instance that depends on a constant also uses the values
/// that the instance gives to constants: they are one node of the graph. Modules
/// do not use each other in circles, so a cycle never leaves the module.
struct DefinitionOrder {
  private(set) var definitions: [DefinitionID] = []
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var dependence: InstanceDependence

  private let program: ResolvedProgram
  /// Definitions, then instances.
  private let nodes: [NodeID]
  private let uses: [NodeID: [Reference]]

  init(
    of module: Int, in program: ResolvedProgram, uses: [NodeID: [Reference]], dependence: InstanceDependence
  ) {
    self.program = program
    self.uses = uses
    self.dependence = dependence
    nodes = program.modules[module].definitions + program.modules[module].instances
  }

  /// - Complexity: O(definitions + uses).
  mutating func sort() {
    let edges = self.edges()
    for component in DependencyOrder.components(edges) {
      for node in component where program.definitions[nodes[node]] != nil {
        definitions.append(nodes[node])
      }
      addDependence(of: component)
      if let cycle = DependencyOrder.cycle(in: component, uses: edges) { report(cycle) }
    }
  }

  private func edges() -> [[Int]] {
    var positions: [NodeID: Int] = [:]
    for (position, id) in nodes.enumerated() { positions[id] = position }
    return nodes.map { id in
      var edges: [Int] = []
      for use in uses[id] ?? [] {
        guard case .global(let target) = use.target else { continue }
        if let instance = use.instances.first {
          if dependence.onConstant.contains(target), let position = positions[instance] {
            edges.append(position)
          }
        } else if let position = positions[target] {
          edges.append(position)
        }
      }
      return edges
    }
  }

  /// A definition depends on what a constant or variable is if it is one or uses
  /// a definition that does.
  private mutating func addDependence(of component: [Int]) {
    var onConstant = false
    var onVariable = false
    for node in component {
      switch program.definitions[nodes[node]]?.kind {
      case .constant: onConstant = true
      case .variable: onVariable = true
      default: break
      }
      for use in uses[nodes[node]] ?? [] {
        guard case .global(let target) = use.target else { continue }
        onConstant = onConstant || dependence.onConstant.contains(target)
        onVariable = onVariable || dependence.onVariable.contains(target)
      }
    }
    for node in component {
      if onConstant { dependence.onConstant.insert(nodes[node]) }
      if onVariable { dependence.onVariable.insert(nodes[node]) }
    }
  }

  private mutating func report(_ cycle: [Int]) {
    let members = cycle.map { describe(nodes[$0]) }
    guard let first = members.first else { return }
    var message: String
    if members.count == 1 {
      message = "\(first.name) is defined by itself"
    } else {
      message = "cyclic definitions: "
      for (index, member) in members.enumerated().prefix(8) {
        message += "\(index == 0 ? "" : ", ")\(member.name) uses \(members[(index + 1) % members.count].name)"
      }
      if members.count > 8 { message += ", ... (\(members.count) definitions)" }
    }
    let hint =
      first.isType
      ? "recursive types are not supported" : "use `fold`, `foldl` or `foldr` instead of recursion"
    let related = members.dropFirst().prefix(7).map {
      Diagnostic.Related(range: $0.range, message: "\($0.name) is defined here")
    }
    diagnostics.append(
      Diagnostic(.definitionCycle, message, at: first.range, related: Array(related), hint: hint))
  }

  private func describe(_ id: NodeID) -> (name: String, range: SourceRange, isType: Bool) {
    if let definition = program.definitions[id] {
      let isType = if case .type = definition.kind { true } else { false }
      let name = definition.name.hasPrefix("$") ? "the pattern" : "`\(definition.name)`"
      return (name, definition.nameRange, isType)
    }
    guard let instance = program.instances[id] else { return ("the instance", .none, false) }
    let name = instance.rename ?? program.modules[instance.prototype].name
    return ("the instance `\(name)`", instance.range, false)
  }
}

/// Definitions whose meaning differs between instances of their modules.
struct InstanceDependence {
  var onConstant: Set<DefinitionID> = []
  var onVariable: Set<DefinitionID> = []

  func isOnInstance(_ id: DefinitionID) -> Bool { onConstant.contains(id) || onVariable.contains(id) }
}
