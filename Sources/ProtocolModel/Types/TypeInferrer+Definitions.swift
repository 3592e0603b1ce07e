/// Definitions: annotation, body, generalization.
extension TypeInferrer {
  /// Infers a global definition unless that has been done.
  func inferGlobal(_ id: DefinitionID) {
    guard schemes[id] == nil, let definition = program.definitions[id] else { return }
    if let scheme = earlier?.schemes[id] {
      schemes[id] = term(scheme)
      return
    }
    guard inProgress.insert(id).inserted else { return }
    defer { inProgress.remove(id) }
    enter(module: definition.module) {
      switch definition.kind {
      case .constant(let type):
        schemes[id] = elaborate(type, .module(definition.module))
      case .variable(let type):
        schemes[id] = elaborateData(type, .module(definition.module), in: "a state variable")
      case .assume(let body):
        unifier.level = 1
        check(body, Expectation(Unifier.boolean, .assumption))
        checkOperatorPlaces(in: body)
        schemes[id] = Unifier.boolean
      case .type: _ = typeTemplate(id)
      case .variant(let variant, let type): schemes[id] = constructor(variant, of: type)
      case .definition(let syntax):
        schemes[id] = infer(syntax)
        nodeTerms[syntax.id] = schemes[id]
        checkOperatorPlaces(in: syntax)
      }
    }
  }

  /// The type of a constructor: the sum type itself, or an operator from the payload to it.
  private func constructor(_ variant: SyntaxVariant, of type: DefinitionID) -> Term {
    guard let template = typeTemplate(type), case .sum(let row, _) = unifier.shape(template.term),
      let field = row.fields.first(where: { $0.label == variant.name.text })
    else { return Unifier.poison }
    if variant.payload == nil { return template.term }
    return unifier.make(.operation([field.term], template.term))
  }

  /// Infers a definition, global or nested, and generalizes its type.
  func infer(_ definition: SyntaxDefinition) -> Term {
    unifier.level += 1
    annotationScopes.append(AnnotationScope())
    let errors = diagnostics.count
    let annotation = definition.annotation.map { elaborate($0, .annotation) }
    let (parameters, result) = split(annotation, of: definition)
    for (parameter, term) in zip(definition.parameters, parameters) { nodeTerms[parameter.id] = term }

    var value = result
    if let body = definition.body {
      if let expected = result, let written = definition.annotation {
        check(body, Expectation(expected, .body(definition.name.text, written.range)))
      } else {
        value = infer(body)
      }
    }
    let inferred =
      annotation ?? makeDefinitionType(definition, parameters, value ?? Unifier.boolean)
    let isTooGeneral = reportTooGeneralAnnotation(of: definition)
    annotationScopes.removeLast()
    unifier.level -= 1
    unifier.generalize(inferred)
    guard let written = definition.annotation, isTooGeneral || Array(diagnostics[errors...]).hasErrors else {
      return inferred
    }
    return declaredType(written)
  }

  /// What a definition in error was meant to have, for those who use it.
  private func declaredType(_ written: SyntaxType) -> Term {
    unifier.level += 1
    annotationScopes.append(AnnotationScope())
    let count = diagnostics.count
    let term = elaborate(written, .annotation)
    // The errors of the annotation itself have been reported.
    diagnostics.removeSubrange(count...)
    annotationScopes.removeLast()
    unifier.level -= 1
    unifier.generalize(term)
    return term
  }

  private func makeDefinitionType(
    _ definition: SyntaxDefinition, _ parameters: [Term], _ value: Term
  ) -> Term {
    definition.parameters.isEmpty ? value : unifier.make(.operation(parameters, value))
  }

  /// The types of parameters and result that an annotation gives; without one, new
  /// variables and no result.
  private func split(_ annotation: Term?, of definition: SyntaxDefinition) -> ([Term], Term?) {
    let expected = definition.parameters.count
    guard let annotation else { return (definition.parameters.map(freshParameter), nil) }
    if expected == 0 { return ([], annotation) }
    switch unifier.shape(annotation) {
    case .operation(let parameters, let result) where parameters.count == expected:
      return (parameters, result)
    case .operation(let parameters, _):
      report(
        "`\(definition.name.text)` has \(count(expected, "parameter")), but its annotation "
          + "has \(parameters.count)", at: definition.annotation?.range ?? definition.range)
    case .poison: break
    default:
      report(
        "`\(definition.name.text)` has \(count(expected, "parameter")), so its annotation must be "
          + "an operator type, found \(text(annotation))",
        at: definition.annotation?.range ?? definition.range)
    }
    return (definition.parameters.map(freshParameter), nil)
  }

  private func freshParameter(_ parameter: SyntaxParameter) -> Term {
    parameter.type.map { elaborate($0, .annotation) } ?? unifier.makeVariable()
  }

  /// Reports type variables of the annotation that the body makes concrete.
  private func reportTooGeneralAnnotation(of definition: SyntaxDefinition) -> Bool {
    guard let scope = annotationScopes.last, let written = definition.annotation else { return false }
    for (name, term) in scope.variables {
      switch unifier.shape(term) {
      case .variable, .poison: continue
      default:
        report(
          "the annotation of `\(definition.name.text)` is too general: `\(name)` can only be "
            + text(term),
          at: written.range, hint: "write \(text(term)) instead of `\(name)`")
        return true
      }
    }
    return false
  }
}
