/// Finds the definition that each name of a program means.
///
/// Modules are taken in an order in which each comes after those that it imports,
/// so that their exports are known. For each module: collect the names that it
/// can use (`ModuleScope`), walk its expressions and types (`ExpressionResolver`),
/// then order its definitions by use and refuse cycles (`DefinitionOrder`).
/// Every error is reported; what depends on something faulty is skipped.
public enum NameResolver {
  /// Resolves the names of all modules.
  ///
  /// Recursion is as deep as the syntax: call it on a large stack.
  ///
  /// - Parameters:
  ///   - mainFile: id of the file that the user named.
  ///   - unreadModules: names of modules whose files could not be read, of which
  ///     there is an error already.
  /// - Complexity: O(size of the modules + names in their scopes).
  public static func resolve(
    _ modules: [SyntaxModule], mainFile: Int32, unreadModules: Set<String> = [], sources: SourceMap,
    nodeIDs: NodeIDs
  ) -> LoadResult {
    let graph = ModuleGraph(modules, sources: sources)
    var resolution = Resolution(program: ResolvedProgram(sources: sources, nodeIDs: nodeIDs))
    resolution.unreadModules = unreadModules
    resolution.diagnostics = graph.diagnostics
    for module in graph.modules { resolution.collectDefinitions(of: module, mainFile: mainFile) }
    for index in graph.modules.indices { resolution.resolveModule(index) }
    return LoadResult(
      program: resolution.program, diagnostics: resolution.diagnostics.sortedByPlace())
  }

  /// Resolves one more expression in the scope of a module (`--invariant`) and adds
  /// its references to the program.
  ///
  /// - Complexity: O(size of the expression + definitions of the program).
  public static func resolve(
    _ expression: SyntaxExpression, inModule index: Int, program: inout ResolvedProgram
  ) -> [Diagnostic] {
    guard program.modules.indices.contains(index) else { return [] }
    var resolver = ExpressionResolver(names: ModuleNames(program, module: index))
    resolver.resolve(expression)
    for (node, reference) in resolver.references { program.references[node] = reference }
    return resolver.diagnostics.sortedByPlace()
  }
}

/// A program with its names resolved as far as there are no errors.
public struct LoadResult: Sendable {
  public var program: ResolvedProgram
  /// Of all files and stages up to names, sorted by place.
  public var diagnostics: [Diagnostic]

  public init(program: ResolvedProgram, diagnostics: [Diagnostic]) {
    self.program = program
    self.diagnostics = diagnostics
  }
}

/// The program in the making.
private struct Resolution {
  var program: ResolvedProgram
  var diagnostics: [Diagnostic] = []
  var unreadModules: Set<String> = []
  private var moduleIndices: [String: Int] = [:]
  private var types: Set<DefinitionID> = []
  private var dependence = InstanceDependence()
  private var finished: Set<Int> = []
  private var modulesWithUnknownExports: Set<Int> = []

  init(program: ResolvedProgram) {
    self.program = program
  }
}

// MARK: Definitions

extension Resolution {
  /// Adds a module with its own definitions.
  mutating func collectDefinitions(of syntax: SyntaxModule, mainFile: Int32) {
    let index = program.modules.count
    moduleIndices[syntax.name.text] = index
    program.modules.append(ResolvedModule(syntax: syntax, isInMainFile: syntax.range.file == mainFile))
    for declaration in syntax.declarations {
      func add(_ name: Identifier, _ kind: GlobalDefinition.Kind) {
        define(name, declaration.id, kind, module: index, declaration.documentation)
      }
      switch declaration.kind {
      case .constant(let name, let type): add(name, .constant(type))
      case .variable(let name, let type): add(name, .variable(type))
      case .assume(let name, let body): add(name, .assume(body))
      case .typeDefinition(let name, let parameters, let body):
        add(name, .type(parameters: parameters, body: body))
        types.insert(declaration.id)
        guard case .sum(let variants) = body?.kind else { break }
        for variant in variants {
          define(variant.name, variant.id, .variant(variant, type: declaration.id), module: index, [])
        }
      case .definition(let definition):
        define(
          definition.name, definition.id, .definition(definition), module: index, definition.documentation)
      case .importing, .instance, .exporting: break
      }
    }
  }

  private mutating func define(
    _ name: Identifier, _ id: DefinitionID, _ kind: GlobalDefinition.Kind, module: Int,
    _ documentation: [DocumentationLine]
  ) {
    program.definitions[id] = GlobalDefinition(
      id: id, name: name.text, nameRange: name.range, module: module, documentation: documentation,
      kind: kind)
    program.modules[module].definitions.append(id)
  }
}

// MARK: Modules

extension Resolution {
  /// Resolves a module whose imports have been resolved, but for those in a circle with it.
  mutating func resolveModule(_ index: Int) {
    let unknown = makeScope(of: index)
    let uses = resolveBodies(of: index, unknown: unknown)
    var order = DefinitionOrder(of: index, in: program, uses: uses, dependence: dependence)
    order.sort()
    program.definitionOrder += order.definitions
    diagnostics += order.diagnostics
    dependence = order.dependence
    finished.insert(index)
  }

  private mutating func makeScope(of index: Int) -> UnknownNames {
    let scope = ModuleScope(
      index,
      in: ModuleScope.Context(
        modules: program.modules, moduleIndices: moduleIndices, definitions: program.definitions,
        dependence: dependence, finished: finished,
        modulesWithUnknownExports: modulesWithUnknownExports, unreadModules: unreadModules))
    program.modules[index] = scope.module
    for instance in scope.instances { program.instances[instance.id] = instance }
    diagnostics += scope.diagnostics
    if scope.hasUnknownExports { modulesWithUnknownExports.insert(index) }
    return scope.unknown
  }

  /// Resolves all expressions and types of a module.
  ///
  /// - Returns: what each definition and each instance's overrides use.
  private mutating func resolveBodies(of index: Int, unknown: UnknownNames) -> [NodeID: [Reference]] {
    let module = program.modules[index]
    var uses: [NodeID: [Reference]] = [:]
    var resolver = ExpressionResolver(
      names: ModuleNames(scope: module.scope, unknown: unknown, types: types, modules: moduleIndices))
    for id in module.definitions {
      switch program.definitions[id]?.kind {
      case .constant(let type), .variable(let type): resolver.resolve(type)
      case .assume(let body): resolver.resolve(body)
      case .type(_, let body): if let body { resolver.resolve(body) }
      case .definition(let definition): resolver.resolve(definition)
      case .variant(_, let type):
        uses[id] = [Reference(target: .global(type))]
        continue
      case nil: continue
      }
      uses[id] = resolver.takeUses()
    }
    // Overrides that are errors themselves are resolved too: they may have more.
    for declaration in module.syntax.declarations {
      guard case .instance(let instance) = declaration.kind else { continue }
      for override in instance.overrides { resolver.resolve(override.value) }
      uses[declaration.id] = resolver.takeUses()
    }
    for (node, reference) in resolver.references { program.references[node] = reference }
    diagnostics += resolver.diagnostics
    return uses
  }
}

extension ModuleNames {
  /// The names of a resolved module.
  init(_ program: ResolvedProgram, module index: Int) {
    scope = program.modules[index].scope
    unknown = UnknownNames()
    var types: Set<DefinitionID> = []
    for definition in program.definitions.values {
      if case .type = definition.kind { types.insert(definition.id) }
    }
    self.types = types
    modules = Dictionary(
      program.modules.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }
}
