/// From the typed program to the `Machine`: partial evaluation of everything that
/// is not data.
///
/// Starting from the root expressions (`init`, `step`, properties, tests), each
/// definition that is used is copied once for every different meaning that it has:
/// per instance (a `Context`: a module with values for its constants), per
/// instantiation of its type variables, and per operator arguments. Names of
/// definitions, instances and operator parameters are gone afterwards; constants,
/// `val`s and first-order operators stay as named functions, so that the size
/// stays linear in the text.
///
/// Operator arguments are the one hard point. A lambda that reads locals of its
/// place cannot move into another function's frame; so an operator that is given
/// one is copied *into the caller's frame* (`Function.sharesFrame`): same slots,
/// own body. That is safe because Quint has no recursion: no two activations of
/// one such copy are ever live, except through backtracking, for which the
/// evaluator saves the slots. An argument that updates variables is passed the same
/// way, as an operator without parameters, so that its updates happen where it is used.
final class Flattener {
  var machine: Machine
  let program: TypedProgram
  var resolved: ResolvedProgram { program.resolved }
  var contexts: [Context] = []
  var diagnostics: [Diagnostic] = []

  /// One meaning of a definition.
  struct FunctionKey: Hashable {
    var context: Int
    var definition: DefinitionID
    var types: [Type]
    var operators: [OperatorKey]
    /// For copies that share a frame, which one.
    var frame: Int?
    /// For what is not at top level, the environment of its free names.
    var home: Int?
  }

  var functionsByKey: [FunctionKey: FunctionID] = [:]
  var variablesByKey: [ContextualDefinition: VariableID] = [:]
  var constantsByKey: [ContextualDefinition: ConstantID] = [:]
  var picksByKey: [PickKey: PickID] = [:]
  var literalIndex: [Value: Int32] = [:]
  var shapeIndex: [[String]: Int32] = [:]
  /// What `demands(of:_:)` knows.
  var definitionDemands: [DefinitionID: Demands] = [:]
  private var contextIndex: [Context.Key: Int] = [:]
  private var moduleIsSeparate: [Int: Bool] = [:]
  /// For the final renumbering: where each variable was declared.
  var variableSources: [ContextualDefinition] = []
  /// How many environments were made.
  private var numbers = 0

  init(program: TypedProgram, main: Int) {
    self.program = program
    machine = Machine(name: program.resolved.modules[main].name, sources: program.resolved.sources)
    _ = context(
      Context(module: main, parent: nil, instance: nil, path: [], types: program.plainSubstitution))
  }
}

/// A definition in a context.
struct ContextualDefinition: Hashable {
  var context: Int
  var definition: DefinitionID
}

/// A `nondet` name in a context, at one type.
struct PickKey: Hashable {
  var context: Int
  var definition: DefinitionID
  var type: Type
}

/// A module with values for its constants. Index 0 is the main module; modules
/// that are plainly imported have one context each, instances one per instance
/// declaration and parent.
struct Context {
  var module: Int
  /// Where the overrides are evaluated.
  var parent: Int?
  var instance: NodeID?
  /// Display prefix, outermost first: `["main", "N"]`.
  var path: [String]
  /// Values of the module-level type variables of the prototype.
  var types: [TypeVariable: Type]

  var prefix: String { path.joined(separator: "::") }

  struct Key: Hashable {
    var module: Int
    var parent: Int?
    var instance: NodeID?
  }

  var key: Key { Key(module: module, parent: parent, instance: instance) }
}

/// Slots of a function under construction.
final class Frame {
  /// Index of `machine.frames`.
  let number: Int
  /// Names of the slots so far.
  private(set) var names: [String] = []

  init(number: Int) { self.number = number }

  func allocate(_ name: String) -> LocalID {
    names.append(name)
    return LocalID(names.count - 1)
  }

  /// Consecutive slots; the result is the first.
  func allocate(_ names: [String]) -> LocalID {
    defer { self.names += names }
    return LocalID(self.names.count)
  }
}

/// What a local name means at a place.
enum Binding {
  case slot(LocalID)
  case lazy(LocalID, value: ExpressionID)
  case operation(OperatorClosure)
}

/// Names and types in force in the body of one copy of a definition.
final class Environment {
  let number: Int
  let context: Int
  let frame: Frame
  let outer: Environment?
  var types: [TypeVariable: Type]
  private var bindings: [DefinitionID: Binding] = [:]

  init(
    number: Int, context: Int, frame: Frame, outer: Environment?, types: [TypeVariable: Type]
  ) {
    self.number = number
    self.context = context
    self.frame = frame
    self.outer = outer
    self.types = types
  }

  func bind(_ definition: DefinitionID, _ binding: Binding) { bindings[definition] = binding }

  func binding(of definition: DefinitionID) -> Binding? {
    var environment: Environment? = self
    while let current = environment {
      if let binding = current.bindings[definition] { return binding }
      environment = current.outer
    }
    return nil
  }
}

/// An operator as an argument, or a nested definition with parameters.
final class OperatorClosure {
  enum Body {
    case lambda(parameters: [SyntaxParameter], body: SyntaxExpression, unpacksTuple: Bool)
    /// Something used as an operator without parameters: an argument that updates.
    case thunk(SyntaxExpression)
    case definition(SyntaxDefinition)
    case global(context: Int, definition: DefinitionID)
    case builtin(Builtin)
  }

  let body: Body
  let node: NodeID
  /// For display: of the definition, or of the parameter that it was given for.
  var name: String
  /// Where its free names are bound; nil for what has none.
  let environment: Environment?
  /// What `Flattener.demands(of:)` found.
  var demands: Demands?

  init(_ body: Body, node: NodeID, name: String, environment: Environment?) {
    self.body = body
    self.node = node
    self.name = name
    self.environment = environment
  }

  /// True when the operator reads no local of its place, so that it can be copied anywhere.
  var isClosed: Bool {
    switch body {
    case .builtin, .global: true
    case .lambda, .thunk, .definition: false
    }
  }

  var key: OperatorKey {
    switch body {
    case .global(let context, let definition): .global(context, definition)
    case .builtin(let builtin): .builtin(builtin)
    case .lambda, .thunk, .definition:
      .closure(node, environment?.number)
    }
  }
}

enum OperatorKey: Hashable {
  case global(Int, DefinitionID)
  case builtin(Builtin)
  case closure(NodeID, Int?)
}

// MARK: - Making nodes

extension Flattener {
  func makeFrame() -> Frame {
    machine.frames.append([])
    return Frame(number: machine.frames.count - 1)
  }

  func makeEnvironment(
    context: Int, frame: Frame, outer: Environment? = nil, types: [TypeVariable: Type] = [:]
  ) -> Environment {
    numbers += 1
    return Environment(number: numbers, context: context, frame: frame, outer: outer, types: types)
  }

  @discardableResult
  func make(_ expression: Expression, type: Type, origin: Origin) -> ExpressionID {
    machine.expressions.append(expression)
    machine.types.append(type)
    machine.origins.append(origin)
    return ExpressionID(machine.expressions.count - 1)
  }

  func arguments(_ ids: [ExpressionID]) -> Arguments {
    let start = machine.operands.count
    machine.operands.append(contentsOf: ids)
    return Arguments(start: start, count: ids.count)
  }

  func literal(_ value: Value) -> Int32 {
    if let index = literalIndex[value] { return index }
    let index = Int32(machine.literals.count)
    machine.literals.append(value)
    literalIndex[value] = index
    return index
  }

  func origin(
    _ expression: SyntaxExpression, _ environment: Environment, operatorRange: SourceRange? = nil
  ) -> Origin {
    Origin(
      range: expression.range, operatorRange: operatorRange ?? expression.range, node: expression.id,
      instance: contexts[environment.context].prefix)
  }

  /// The type of a syntax node in this copy, free of the copy's type variables.
  func type(of node: NodeID, _ environment: Environment) -> Type {
    guard let type = program.types[node] else { return .unit }
    return substitute(type, environment)
  }

  /// What nothing determines (the members of an empty set that is never used) becomes unit.
  func substitute(_ type: Type, _ environment: Environment) -> Type {
    var budget = Type.searchLimit
    guard type.hasVariables(&budget) else { return type }
    let context = contexts[environment.context].types
    return type.substituting { environment.types[$0] ?? context[$0] }
      .substituting { _ in .unit }
  }

  func report(_ id: DiagnosticID, _ message: String, at range: SourceRange) {
    diagnostics.append(Diagnostic(id, message, at: range))
  }
}

// MARK: - Contexts

extension Flattener {
  /// The context of a module that is used without an instance between.
  ///
  /// An instance is a copy of all that its prototype imports, too: variables and
  /// constants of plainly imported modules are the instance's own. Modules without
  /// any are shared by all.
  func plainContext(of module: Int, from context: Int) -> Int {
    let current = contexts[context]
    if current.module == module { return context }
    if current.instance != nil, isSeparate(module) {
      return self.context(
        Context(
          module: module, parent: current.parent, instance: current.instance, path: current.path,
          types: current.types))
    }
    return self.context(
      Context(module: module, parent: nil, instance: nil, path: [], types: program.plainSubstitution))
  }

  /// True for modules that mean something else in each instance that uses them:
  /// those with variables, constants or instances, their own or imported.
  private func isSeparate(_ module: Int) -> Bool {
    if let known = moduleIsSeparate[module] { return known }
    moduleIsSeparate[module] = false
    let result = resolved.modules[module].syntax.declarations.contains { declaration in
      switch declaration.kind {
      case .constant, .variable, .instance: true
      case .importing(let item): resolved.module(named: item.module.text).map(isSeparate) ?? false
      case .assume, .typeDefinition, .definition, .exporting: false
      }
    }
    moduleIsSeparate[module] = result
    return result
  }

  /// The index of a context, made when there is none of this module, instance and parent.
  func context(_ context: Context) -> Int {
    if let known = contextIndex[context.key] { return known }
    contextIndex[context.key] = contexts.count
    contexts.append(context)
    return contexts.count - 1
  }

  /// The context of an instance declaration that is reached from a context of its module.
  func instanceContext(_ declaration: NodeID, from context: Int) -> Int {
    guard let instance = resolved.instances[declaration] else { return context }
    let parent = plainContext(of: instance.module, from: context)
    var path = contexts[parent].path
    if path.isEmpty { path = [resolved.modules[instance.module].name] }
    path.append(instance.rename ?? resolved.modules[instance.prototype].name)
    // Module-level type variables of the prototype, as this instance solves them.
    let outer = contexts[parent].types
    let types = (program.instanceSubstitutions[declaration] ?? [:]).mapValues { type in
      type.substituting { outer[$0] }
    }
    return self.context(
      Context(
        module: instance.prototype, parent: parent, instance: declaration, path: path, types: types))
  }

  /// Where a reference leads, from code of `context`.
  func context(of reference: Reference, target: DefinitionID, from context: Int) -> Int {
    var context = context
    for declaration in reference.instances { context = instanceContext(declaration, from: context) }
    guard let definition = resolved.definitions[target] else { return context }
    return plainContext(of: definition.module, from: context)
  }
}
