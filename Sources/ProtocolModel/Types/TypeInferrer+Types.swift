/// From written types to terms: aliases, sum types, uninterpreted types, and the
/// type variables of annotations.

/// The type variables of one definition's annotation.
struct AnnotationScope {
  /// In order of occurrence.
  var variables: [(name: String, term: Term)] = []

  subscript(name: String) -> Term? { variables.first { $0.name == name }?.term }
}

/// A type definition: its parameters as generic variables, and what it stands for.
struct TypeTemplate {
  var name: String
  var parameters: [Term]
  /// The alias around its meaning, or the uninterpreted type.
  var term: Term
}

extension TypeInferrer {
  /// What an unqualified lower-case name means.
  enum TypeVariableScope {
    /// Variables of annotations, a new one in the innermost scope.
    case annotation
    /// Variables of the module's constants and variables.
    case module(Int)
    /// Parameters of a type definition.
    case parameters([String: Term])
  }

  func elaborate(_ type: SyntaxType, _ scope: TypeVariableScope) -> Term {
    switch type.kind {
    case .boolean: return Unifier.boolean
    case .integer: return Unifier.integer
    case .string: return Unifier.string
    case .variable(let name): return typeVariable(name, scope)
    case .named(let name, let arguments): return elaborateNamed(type, name, arguments, scope)
    case .set(let element): return unifier.make(.set(elaborateData(element, scope, in: "a set")))
    case .list(let element): return unifier.make(.list(elaborateData(element, scope, in: "a list")))
    case .map(let key, let value):
      let key = elaborateData(key, scope, in: "a map")
      return unifier.make(.map(key, elaborateData(value, scope, in: "a map")))
    case .tuple(let entries):
      return unifier.makeTuple(entries.map { elaborateData($0, scope, in: "a tuple") })
    case .record(let fields, let tail): return elaborateRecord(fields, tail, scope)
    case .sum(let variants): return elaborateSum(variants, name: nil, scope)
    case .operation(let parameters, let result):
      let terms = parameters.map { elaborate($0, scope) }
      let value = elaborate(result, scope)
      if case .operation = unifier.shape(value) {
        report("an operator cannot be the result of an operator", at: result.range)
        return unifier.make(.operation(terms, Unifier.poison))
      }
      return unifier.make(.operation(terms, value))
    }
  }

  /// A type whose values are data; operators are none.
  func elaborateData(_ type: SyntaxType, _ scope: TypeVariableScope, in place: String) -> Term {
    let term = elaborate(type, scope)
    guard case .operation = unifier.shape(term) else { return term }
    report("operators are not values: \(place) cannot hold one", at: type.range)
    return Unifier.poison
  }

  private func elaborateRecord(
    _ fields: [SyntaxTypeField], _ tail: Identifier?, _ scope: TypeVariableScope
  ) -> Term {
    var row = TermRow([])
    for field in fields where !row.fields.contains(where: { $0.label == field.name.text }) {
      let term = elaborateData(field.type, scope, in: "a record")
      row.fields.append(TermRow.Field(field.name.text, term))
    }
    row.fields = Unifier.sorted(row.fields, .record)
    row.tail = tail.map { typeVariable($0.text, scope) }
    return unifier.make(.record(row))
  }

  private func elaborateSum(
    _ variants: [SyntaxVariant], name: String?, _ scope: TypeVariableScope
  ) -> Term {
    var row = TermRow([])
    for variant in variants where !row.fields.contains(where: { $0.label == variant.name.text }) {
      let payload = variant.payload.map { elaborateData($0, scope, in: "a variant") } ?? Unifier.unit
      row.fields.append(TermRow.Field(variant.name.text, payload))
    }
    row.fields = Unifier.sorted(row.fields, .sum)
    return unifier.make(.sum(row, name: name))
  }

  private func typeVariable(_ name: String, _ scope: TypeVariableScope) -> Term {
    switch scope {
    case .parameters(let known):
      // A name that is missing there is QNT014, which the parser reports.
      return known[name] ?? Unifier.poison
    case .module(let module):
      if let known = moduleTypeVariables[module]?[name] { return known }
      let variable = unifier.makeVariable(level: 0)
      moduleTypeVariables[module, default: [:]][name] = variable
      return variable
    case .annotation:
      for scope in annotationScopes.reversed() {
        if let known = scope[name] { return known }
      }
      let variable = unifier.makeVariable()
      if !annotationScopes.isEmpty {
        annotationScopes[annotationScopes.count - 1].variables.append((name, variable))
      }
      return variable
    }
  }

  private func elaborateNamed(
    _ type: SyntaxType, _ name: String, _ arguments: [SyntaxType], _ scope: TypeVariableScope
  ) -> Term {
    // An operator type may be an argument: an alias may use it as a parameter.
    let terms = arguments.map { elaborate($0, scope) }
    guard case .global(let id)? = program.references[type.id]?.target, let template = typeTemplate(id) else {
      return Unifier.poison
    }
    if terms.isEmpty, !template.parameters.isEmpty { return elaborateBare(type, template, scope, id) }
    guard terms.count == template.parameters.count else {
      let related = program.definitions[id].map {
        [Diagnostic.Related(range: $0.nameRange, message: "`\(template.name)` is defined here")]
      }
      report(
        "type `\(name)` takes \(count(template.parameters.count, "argument")), found \(terms.count)",
        at: type.range, related: related ?? [])
      return Unifier.poison
    }
    if terms.isEmpty { return template.term }
    return unifier.instantiate(
      template.term, Dictionary(zip(template.parameters, terms), uniquingKeysWith: { first, _ in first }))
  }

  /// A type with parameters that is named without arguments: they are whatever fits the place.
  private func elaborateBare(
    _ type: SyntaxType, _ template: TypeTemplate, _ scope: TypeVariableScope, _ id: DefinitionID
  ) -> Term {
    diagnostics.append(
      Diagnostic(
        .general,
        "type `\(template.name)` takes \(count(template.parameters.count, "argument")); "
          + "without them it is inferred what they are",
        at: type.range, severity: .warning,
        related: program.definitions[id].map {
          [.init(range: $0.nameRange, message: "`\(template.name)` is defined here")]
        } ?? []))
    var values: [Term: Term] = [:]
    for parameter in template.parameters {
      switch scope {
      case .annotation: values[parameter] = unifier.makeVariable()
      case .module: values[parameter] = unifier.makeVariable(level: 0)
      case .parameters: values[parameter] = Unifier.poison
      }
    }
    return unifier.instantiate(template.term, values)
  }

  /// The template of a type definition; nil for what is none, or contains itself.
  func typeTemplate(_ id: DefinitionID) -> TypeTemplate? {
    if let known = typeTemplates[id] { return known }
    guard let definition = program.definitions[id],
      case .type(let parameters, let body) = definition.kind,
      inProgress.insert(id).inserted
    else { return nil }
    defer { inProgress.remove(id) }
    guard let body else {
      let term = unifier.make(.uninterpreted(id, name: definition.name))
      let template = TypeTemplate(name: definition.name, parameters: [], term: term)
      typeTemplates[id] = template
      return template
    }
    var variables: [String: Term] = [:]
    var terms: [Term] = []
    for parameter in parameters {
      let variable = unifier.makeVariable(level: Unifier.genericLevel)
      variables[parameter.text] = variable
      terms.append(variable)
    }
    let meaning: Term
    if case .sum(let variants) = body.kind {
      meaning = elaborateSum(variants, name: definition.name, .parameters(variables))
    } else {
      meaning = elaborate(body, .parameters(variables))
    }
    let term = unifier.make(.alias(name: definition.name, arguments: terms, meaning))
    let template = TypeTemplate(name: definition.name, parameters: terms, term: term)
    typeTemplates[id] = template
    return template
  }
}
