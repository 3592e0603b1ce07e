import ProtocolModel

/// A program in memory with its names resolved. Its texts may hold marks.
public struct LoadedText {
  public let program: ResolvedProgram
  public let diagnostics: [Diagnostic]
  private let texts: [String: MarkedSource]

  /// Loads `main.qnt`, beside other files or none.
  public init(_ main: String, files: [String: String] = [:]) {
    var texts = files.mapValues { MarkedSource($0) }
    texts["main.qnt"] = MarkedSource(main)
    let result = ProgramLoader.load("main.qnt", reader: MemorySourceReader(texts.mapValues(\.text)))
    self.texts = texts
    program = result.program
    diagnostics = result.diagnostics
  }

  /// Each diagnostic as `mark [code] message`. Without a mark at the place, the
  /// mark is `path:line:column`.
  public var complaints: [String] {
    diagnostics.map { "\(place(of: $0.range)) [\($0.id.code)] \($0.message)" }
  }

  /// The hints of all diagnostics.
  public var hints: [String] { diagnostics.compactMap(\.hint) }

  /// Places and texts of what the diagnostics point at besides.
  public var notes: [String] {
    diagnostics.flatMap(\.related).map { "\(place(of: $0.range)) \($0.message)" }
  }

  public func place(of range: SourceRange) -> String {
    guard let file = program.sources.file(of: range) else { return "nowhere" }
    let marks = texts[file.path]?.marks ?? [:]
    let mark = marks.keys.sorted().first { marks[$0] == Int(range.start) }
    return mark ?? program.sources.location(of: range) ?? "nowhere"
  }

  /// What the name or operator at a mark of the main file means, see `describe`.
  public func meaning(at mark: String) -> String {
    guard let offset = texts["main.qnt"]?.marks[mark] else { return "no mark \(mark)" }
    var places = SyntaxPlaces()
    for module in program.modules where module.isInMainFile { places.visit(module.syntax) }
    for (id, range) in places.uses where range.start == Int32(offset) {
      if let reference = program.references[id] { return describe(reference, places) }
    }
    return "no meaning"
  }

  /// What a name in the scope of a module means; nil if it has none.
  public func meaning(of name: String, in module: String) -> String? {
    guard let index = program.module(named: module) else { return nil }
    return program.modules[index].scope[name].map { describe($0, SyntaxPlaces()) }
  }

  /// The names that a module exports.
  public func exports(of module: String) -> [String] {
    program.module(named: module).map { program.modules[$0].exported.keys.sorted() } ?? []
  }

  /// `M.x` with the instances that are crossed before (`[N] M.x`), `builtin f`,
  /// or `local` and the mark of the definition.
  private func describe(_ reference: Reference, _ places: SyntaxPlaces) -> String {
    let instances = reference.instances.map { id in
      program.instances[id].map { $0.rename ?? "*" } ?? "?"
    }
    let prefix = instances.isEmpty ? "" : "[\(instances.joined(separator: " "))] "
    switch reference.target {
    case .builtin(let builtin): return "\(prefix)builtin \(builtin.rawValue)"
    case .local(let id): return "\(prefix)local \(places.locals[id].map(place) ?? "?")"
    case .global(let id):
      guard let definition = program.definitions[id] else { return "\(prefix)?" }
      return "\(prefix)\(program.modules[definition.module].name).\(definition.name)"
    }
  }
}

/// Where names are used and where local names are introduced in a syntax tree.
private struct SyntaxPlaces {
  var uses: [(NodeID, SourceRange)] = []
  var locals: [NodeID: SourceRange] = [:]

  mutating func visit(_ module: SyntaxModule) {
    for declaration in module.declarations {
      switch declaration.kind {
      case .assume(_, let body): visit(body)
      case .definition(let definition): visit(definition)
      case .instance(let instance): for override in instance.overrides { visit(override.value) }
      case .constant(_, let type), .variable(_, let type): visit(type)
      default: break
      }
    }
  }

  private mutating func visit(_ definition: SyntaxDefinition) {
    locals[definition.id] = definition.name.range
    for parameter in definition.parameters { locals[parameter.id] = parameter.name.range }
    if let type = definition.annotation { visit(type) }
    if let body = definition.body { visit(body) }
  }

  private mutating func visit(_ type: SyntaxType) {
    if case .named = type.kind { uses.append((type.id, type.range)) }
  }

  private mutating func visit(_ expression: SyntaxExpression) {
    switch expression.kind {
    case .name: uses.append((expression.id, expression.range))
    case .integer, .boolean, .string: break
    case .application(let name, let arguments, _):
      uses.append((expression.id, name.range))
      arguments.forEach { visit($0) }
    case .lambda(let parameters, let body, _):
      for parameter in parameters { locals[parameter.id] = parameter.name.range }
      visit(body)
    case .letIn(let definition, let body):
      visit(definition)
      visit(body)
    }
  }
}
