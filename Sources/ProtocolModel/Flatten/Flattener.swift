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
    /// For nested definitions, the copy of what is around them.
    var home: Int?
  }

  var functionsByKey: [FunctionKey: FunctionID] = [:]
  var variablesByKey: [ContextualDefinition: VariableID] = [:]
  var constantsByKey: [ContextualDefinition: ConstantID] = [:]
  var picksByRange: [PickKey: PickID] = [:]
  var literalIndex: [Value: Int32] = [:]
  var shapeIndex: [[String]: Int32] = [:]
  var updatingDefinitions: [DefinitionID: Bool] = [:]
  /// For the final renumbering: where each variable was declared.
  var variableSources: [ContextualDefinition] = []
  /// How many frames and environments were made.
  private var numbers = 0

  init(program: TypedProgram, main: Int) {
    self.program = program
    machine = Machine(name: program.resolved.modules[main].name, sources: program.resolved.sources)
    contexts = [Context(module: main, parent: nil, instance: nil, path: [], types: program.plainSubstitution)]
  }
}

/// A definition in a context.
struct ContextualDefinition: Hashable {
  var context: Int
  var definition: DefinitionID
}

struct PickKey: Hashable {
  var context: Int
  var definition: DefinitionID
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
}

/// Slots of a function under construction.
final class Frame {
  /// Unique in a flattener; addresses of objects are not, once they are gone.
  let number: Int
  private(set) var slots = 0

  init(number: Int) { self.number = number }

  func allocate(_ count: Int = 1) -> LocalID {
    defer { slots += count }
    return LocalID(slots)
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
  let name: String
  /// Where its free names are bound; nil for what has none.
  let environment: Environment?
  /// The copies of it, once made.
  var functions: [CopyKey: FunctionID] = [:]

  struct CopyKey: Hashable {
    var frame: Int
    var types: [Type]
  }

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
    numbers += 1
    return Frame(number: numbers)
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

  func substitute(_ type: Type, _ environment: Environment) -> Type {
    let context = contexts[environment.context].types
    if environment.types.isEmpty && context.isEmpty { return type }
    return type.substituting { environment.types[$0] ?? context[$0] }
  }

  func report(_ id: DiagnosticID, _ message: String, at range: SourceRange) {
    diagnostics.append(Diagnostic(id, message, at: range))
  }
}

// MARK: - Contexts

extension Flattener {
  /// The context of a module that is used without an instance between.
  ///
  /// An instance may override constants that its prototype only re-exports; then
  /// the module that declares them gets a context of that instance too.
  func plainContext(of module: Int, from context: Int) -> Int {
    let current = contexts[context]
    if current.module == module { return context }
    if let declaration = current.instance, let instance = resolved.instances[declaration],
      instance.overrides.contains(where: { self.module(of: $0.constant) == module })
    {
      return self.context(
        Context(
          module: module, parent: current.parent, instance: declaration, path: current.path,
          types: current.types))
    }
    return self.context(
      Context(module: module, parent: nil, instance: nil, path: [], types: program.plainSubstitution))
  }

  private func module(of reference: Reference) -> Int? {
    guard case .global(let definition) = reference.target else { return nil }
    return resolved.definitions[definition]?.module
  }

  /// The index of a context, made when there is none of this module, instance and parent.
  private func context(_ context: Context) -> Int {
    if let index = contexts.firstIndex(where: {
      $0.module == context.module && $0.instance == context.instance && $0.parent == context.parent
    }) {
      return index
    }
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

extension Type {
  /// The type with variables replaced where `value` has an answer; rows are spliced.
  func substituting(_ value: (TypeVariable) -> Type?) -> Type {
    switch self {
    case .boolean, .integer, .string, .uninterpreted: self
    case .variable(let variable): value(variable) ?? self
    case .set(let element): .set(element.substituting(value))
    case .list(let element): .list(element.substituting(value))
    case .map(let key, let image): .map(key.substituting(value), image.substituting(value))
    case .tuple(let row): .tuple(row.substituting(value))
    case .record(let row): .record(row.substituting(value))
    case .sum(let row, let name): .sum(row.substituting(value), name: name)
    case .operation(let parameters, let result):
      .operation(parameters.map { $0.substituting(value) }, result.substituting(value))
    case .alias(let name, let arguments, let meaning):
      .alias(
        name: name, arguments: arguments.map { $0.substituting(value) }, meaning.substituting(value))
    }
  }
}

extension Row {
  /// A row variable is replaced by a record (or tuple, sum) type whose row continues this one.
  func substituting(_ value: (TypeVariable) -> Type?) -> Row {
    var result = Row(
      fields.map { Field($0.label, $0.type.substituting(value)) }, tail: tail)
    guard let tail, let more = value(tail)?.unaliased else { return result }
    switch more {
    case .record(let row), .tuple(let row), .sum(let row, _):
      result.fields += row.fields
      result.fields.sort { Row.precedes($0.label, $1.label) }
      result.tail = row.tail
    case .variable(let variable): result.tail = variable
    case .boolean, .integer, .string, .uninterpreted, .set, .list, .map, .operation, .alias: break
    }
    return result
  }

  /// Order of labels: tuple positions by number, names by Unicode scalars.
  static func precedes(_ a: String, _ b: String) -> Bool {
    if let x = Int(a), let y = Int(b) { return x < y }
    return a.utf8.lexicographicallyPrecedes(b.utf8)
  }
}
