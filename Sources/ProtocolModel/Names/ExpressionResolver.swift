/// Finds what each name means in the expressions and types of one module.
///
/// One walk over each tree, with a stack of meanings for local names. Local names
/// come first, then built-in operators (which no module can redefine), then the
/// names of the module. Recursion is as deep as the tree.
struct ExpressionResolver {
  /// What was found: node and meaning, each node once.
  private(set) var references: [(node: NodeID, reference: Reference)] = []
  /// The global definitions used since `takeUses`, in order, repeated or not.
  private var uses: [Reference] = []
  private(set) var diagnostics: [Diagnostic] = []

  private let names: ModuleNames
  private var locals = LocalScope()
  /// Nested definitions whose bodies the walk is in.
  private var open: Set<DefinitionID> = []
  private var suggestionBudget = 50

  init(names: ModuleNames) {
    self.names = names
  }

  /// The uses that were found since the last call.
  mutating func takeUses() -> [Reference] {
    defer { uses = [] }
    return uses
  }
}

// MARK: Trees

extension ExpressionResolver {
  /// Annotation, parameters and body of a definition, not its own name.
  mutating func resolve(_ definition: SyntaxDefinition) {
    if let annotation = definition.annotation { resolve(annotation) }
    bind(definition.parameters)
    if let body = definition.body { resolve(body) }
    unbind(definition.parameters)
  }

  mutating func resolve(_ expression: SyntaxExpression) {
    switch expression.kind {
    case .name(let name):
      resolve(name: Identifier(name, expression.range), of: expression.id)
    case .integer, .boolean, .string:
      break
    case .application(let operatorName, let arguments, _):
      resolve(name: operatorName, of: expression.id)
      for argument in arguments { resolve(argument) }
    case .lambda(let parameters, let body, _):
      bind(parameters)
      resolve(body)
      unbind(parameters)
    case .letIn(let definition, let body):
      let name = definition.name
      checkReserved(name)
      locals.bind(name.text, to: definition.id)
      open.insert(definition.id)
      resolve(definition)
      open.remove(definition.id)
      resolve(body)
      locals.unbind(name.text)
    }
  }

  mutating func resolve(_ type: SyntaxType) {
    switch type.kind {
    case .boolean, .integer, .string, .variable:
      break
    case .named(let name, let arguments):
      resolve(typeName: name, of: type)
      for argument in arguments { resolve(argument) }
    case .set(let element), .list(let element):
      resolve(element)
    case .map(let key, let value):
      resolve(key)
      resolve(value)
    case .tuple(let entries):
      for entry in entries { resolve(entry) }
    case .record(let fields, _):
      for field in fields { resolve(field.type) }
    case .sum(let variants):
      for variant in variants { if let payload = variant.payload { resolve(payload) } }
    case .operation(let parameters, let result):
      for parameter in parameters { resolve(parameter) }
      resolve(result)
    }
  }
}

// MARK: Binding

extension ExpressionResolver {
  /// Checks and binds the parameters of one operator.
  private mutating func bind(_ parameters: [SyntaxParameter]) {
    var places: [String: SourceRange] = [:]
    for parameter in parameters {
      if let type = parameter.type { resolve(type) }
      let name = parameter.name
      locals.bind(name.text, to: parameter.id)
      if parameter.isHole { continue }
      checkReserved(name)
      if let first = places[name.text] {
        diagnostics.append(
          Diagnostic(
            .nameConflict, "parameter `\(name.text)` is declared twice", at: name.range,
            related: [Diagnostic.Related(range: first, message: "the other one is here")]))
      } else {
        places[name.text] = name.range
      }
    }
  }

  private mutating func unbind(_ parameters: [SyntaxParameter]) {
    for parameter in parameters { locals.unbind(parameter.name.text) }
  }

  private mutating func checkReserved(_ name: Identifier) {
    if ModuleNames.isReserved(name.text) { diagnostics.append(.redefinition(ofBuiltin: name)) }
  }
}

// MARK: Names

extension ExpressionResolver {
  private mutating func resolve(name: Identifier, of node: NodeID) {
    if let id = locals.meaning(of: name.text) {
      references.append((node, Reference(target: .local(id))))
      if open.contains(id) { diagnostics.append(.selfReference(name)) }
    } else if let builtin = ModuleNames.builtins[name.text] {
      references.append((node, Reference(target: .builtin(builtin))))
    } else if let reference = names.scope[name.text] {
      references.append((node, reference))
      uses.append(reference)
      if names.isType(reference) {
        diagnostics.append(
          Diagnostic(.unknownName, "`\(name.text)` is a type and cannot be used as a value", at: name.range))
      }
    } else if !names.unknown.covers(name.text) {
      let hint = hint(for: name.text) { resolver in
        NameSuggestion.hint(for: name.text, among: resolver.valueNames)
      }
      diagnostics.append(
        Diagnostic(.unknownName, "name `\(name.text)` not found", at: name.range, hint: hint))
    }
  }

  private mutating func resolve(typeName name: String, of type: SyntaxType) {
    // The arguments belong to the range of the node, but not to the name.
    let start = type.range.start
    let end = min(type.range.end, start + Int32(clamping: name.utf8.count))
    let range = SourceRange(file: type.range.file, start: start, end: end)
    if let reference = names.scope[name] {
      references.append((type.id, reference))
      uses.append(reference)
      if !names.isType(reference) {
        diagnostics.append(
          Diagnostic(.unknownName, "`\(name)` is not a type", at: range))
      }
    } else if !names.unknown.covers(name) {
      let hint = hint(for: name) { resolver in
        Self.predefinedTypes[name.lowercased()].map { "did you mean `\($0)`?" }
          ?? NameSuggestion.hint(for: name, among: resolver.names.typeNames)
      }
      diagnostics.append(Diagnostic(.unknownName, "type `\(name)` not found", at: range, hint: hint))
    }
  }

  /// What a user of another language may write for a predefined type.
  private static let predefinedTypes = [
    "int": "int", "integer": "int", "nat": "int", "bool": "bool", "boolean": "bool", "str": "str",
    "string": "str",
  ]

  /// A hint for an unknown name. Searches are limited: a program with very many
  /// errors needs no hint for each.
  private mutating func hint(
    for name: String, search: (ExpressionResolver) -> String?
  ) -> String? {
    guard suggestionBudget > 0 else { return nil }
    suggestionBudget -= 1
    if let module = names.notImportedModule(of: name) { return "module `\(module)` is not imported here" }
    return search(self)
  }

  private var valueNames: [String] { Array(locals.names) + names.valueNames }
}
