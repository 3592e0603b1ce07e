/// The tags of a whole program, by what they are written at.
struct SpecTags: Sendable {
  /// Tagged definitions.
  private(set) var properties: [DefinitionID: PropertyTag] = [:]
  /// What modules expect of themselves, by index of module. Names of properties are as written.
  private(set) var expectations: [Int: Expectations] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  struct PropertyTag: Sendable {
    var kind: Property.Kind
    /// `@prove`
    var mustBeProved: Bool
    var range: SourceRange
  }

  private var reader = TagReader()

  /// No tags.
  init() {}

  /// - Complexity: O(declarations and lines of doc comments).
  init(_ program: ResolvedProgram) {
    for (index, module) in program.modules.enumerated() {
      var expectations = Expectations()
      add(module.syntax.documentation, to: &expectations)
      for declaration in module.syntax.declarations {
        switch declaration.kind {
        case .importing, .instance: add(declaration.documentation, to: &expectations)
        case .definition(let definition): add(definition)
        case .constant, .variable, .assume, .typeDefinition, .exporting: refuse(declaration)
        }
      }
      if expectations.isInstance || !expectations.symbolic.isEmpty || expectations.boundary != nil {
        self.expectations[index] = expectations
      }
    }
    diagnostics += reader.diagnostics
  }

  // MARK: Definitions

  private mutating func add(_ definition: SyntaxDefinition) {
    var property: PropertyTag?
    var proof: Tag?
    for tag in reader.tags(in: definition.documentation) {
      switch tag.kind {
      case .property(let kind): property = combine(property, kind, tag.range)
      case .prove: proof = proof ?? tag
      case .violated, .holds, .states, .size, .symbolic, .boundary:
        report("this tag belongs to a module or an import, not to a definition", at: tag.range)
      }
    }
    if let proof {
      property = property ?? PropertyTag(kind: .invariant, mustBeProved: true, range: proof.range)
      property?.mustBeProved = true
    }
    properties[definition.id] = property
  }

  /// A definition has one kind; an inductive invariant is also an invariant.
  private mutating func combine(
    _ known: PropertyTag?, _ kind: Property.Kind, _ range: SourceRange
  ) -> PropertyTag {
    guard var property = known else { return PropertyTag(kind: kind, mustBeProved: false, range: range) }
    switch (property.kind, kind) {
    case (.invariant, .inductive): property.kind = .inductive
    case (.inductive, .invariant): break
    default:
      if property.kind != kind { report("a definition can be one kind of property only", at: range) }
    }
    return property
  }

  private mutating func refuse(_ declaration: SyntaxDeclaration) {
    for tag in reader.tags(in: declaration.documentation) {
      report(
        tag.isOfDefinition
          ? "this tag belongs to a definition" : "this tag belongs to a module or an import", at: tag.range)
    }
  }

  // MARK: Modules

  private mutating func add(_ documentation: [DocumentationLine], to expectations: inout Expectations) {
    for tag in reader.tags(in: documentation) {
      switch tag.kind {
      case .property, .prove: report("this tag belongs to a definition", at: tag.range)
      case .violated(let name, let steps):
        expectations.violated.append(.init(property: name, steps: steps, range: tag.range))
      case .holds(let name): expectations.holds.append((name, tag.range))
      case .states(let count):
        if let first = expectations.states { reportTwice("@expect states", tag.range, first.range) }
        expectations.states = (count, tag.range)
      case .size(let size):
        if expectations.size != nil { report("`@size` is given twice", at: tag.range) }
        expectations.size = size
      case .boundary(let boundary):
        if expectations.boundary != nil { report("only one end can be asked for", at: tag.range) }
        expectations.boundary = boundary
      case .symbolic(let names): expectations.symbolic += names.filter { !expectations.symbolic.contains($0) }
      }
    }
  }

  private mutating func reportTwice(_ name: String, _ range: SourceRange, _ first: SourceRange) {
    diagnostics.append(
      Diagnostic(
        .general, "`\(name)` is given twice", at: range,
        related: [.init(range: first, message: "the other one is here")]))
  }

  private mutating func report(_ message: String, at range: SourceRange) {
    diagnostics.append(Diagnostic(.general, message, at: range))
  }
}
