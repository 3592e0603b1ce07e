/// Type inference: finds the type of every expression, or says what does not fit.
///
/// Hindley-Milner with rows, in one pass over each definition. Where the type that
/// an expression must have is known (an argument, a body with an annotation), it is
/// carried along and compared at that expression, so that the message points at the
/// smallest place that is wrong. After an error the place has the type that was
/// expected, or `poison`, which fits everything: one error, one message.
///
/// Every definition is generalized. Types of constants and variables are not: their
/// type variables belong to the module, are the same for all that import it plainly,
/// and are made anew for each instance of it (`TypeInferrer+Modules.swift`).
///
/// - Complexity: near linear in the size of the program and of its types.
public enum TypeInference {
  /// Infers all definitions of a program.
  public static func infer(_ program: ResolvedProgram) -> (TypedProgram, [Diagnostic]) {
    let inferrer = TypeInferrer(program)
    inferrer.inferModules()
    return (inferrer.finish(), inferrer.diagnostics.sortedByPlace())
  }

  /// Infers one more expression in the scope of a module, and adds its types to the
  /// program. The expression must be resolved: `program.resolved.references` has its names.
  public static func infer(
    _ expression: SyntaxExpression, inModule module: Int, program: inout TypedProgram
  ) -> (Type?, [Diagnostic]) {
    let inferrer = TypeInferrer(program)
    let type = inferrer.inferSingle(expression, inModule: module, into: &program)
    return (
      inferrer.diagnostics.hasErrors ? nil : type, inferrer.diagnostics.sortedByPlace()
    )
  }
}

/// One run of type inference over a program.
final class TypeInferrer {
  let program: ResolvedProgram
  var unifier = Unifier()
  var signatures = BuiltinSignatures()
  var diagnostics: [Diagnostic] = []

  /// Types of expression nodes, parameters and nested definitions.
  var nodeTerms: [NodeID: Term] = [:]
  var operatorTerms: [NodeID: Term] = [:]
  /// Types of definitions, with generic variables where they are polymorphic.
  var schemes: [DefinitionID: Term] = [:]
  /// Definitions that are being inferred, to survive cycles.
  var inProgress: Set<DefinitionID> = []
  /// Nested definitions that were inferred, for the places of their names and parameters.
  var nestedDefinitions: [DefinitionID: SyntaxDefinition] = [:]
  /// One message about nesting is enough.
  var hasReportedDepth = false
  /// Hidden names of patterns whose value is known to have no parts.
  var reportedPatterns: Set<String> = []
  /// What is known from an earlier run, converted on demand.
  var earlier: TypedProgram?
  var earlierVariables: [TypeVariable: Term] = [:]
  /// Added to the number of a term to name its variable.
  let variableOffset: Int32

  /// Type variables of annotations in scope, innermost definition last.
  var annotationScopes: [AnnotationScope] = []
  /// Type variables in the types of each module's constants and variables.
  var moduleTypeVariables: [Int: [String: Term]] = [:]
  var typeTemplates: [DefinitionID: TypeTemplate] = [:]
  var currentModule = 0

  /// For each instance declaration what the prototype's free variables became.
  var renamings: [NodeID: [Term: Term]] = [:]
  /// Each module with its plain imports, directly or not.
  var plainImports: [Int: Set<Int>] = [:]
  /// Constructors by label, in order of the program.
  lazy var constructorsByLabel: [String: [DefinitionID]] = findConstructors()

  init(_ program: ResolvedProgram) {
    self.program = program
    variableOffset = 0
  }

  init(_ earlier: TypedProgram) {
    program = earlier.resolved
    self.earlier = earlier
    variableOffset = earlier.nextVariable
    for (id, substitution) in earlier.instanceSubstitutions.sorted(by: { $0.key < $1.key }) {
      var renaming: [Term: Term] = [:]
      for (variable, type) in substitution.sorted(by: { $0.key.id < $1.key.id }) {
        renaming[term(variable, level: 0)] = term(type, generic: [])
      }
      renamings[id] = renaming
    }
  }

  func inferModules() {
    var definitionsOfModule: [Int: [DefinitionID]] = [:]
    for id in program.definitionOrder {
      guard let definition = program.definitions[id] else { continue }
      definitionsOfModule[definition.module, default: []].append(id)
    }
    for (index, module) in program.modules.enumerated() {
      enter(module: index) {
        checkInstances(of: module)
        for id in definitionsOfModule[index] ?? [] { inferGlobal(id) }
        for id in module.definitions { inferGlobal(id) }
      }
      unifier.freezeModuleVariables()
    }
  }

  /// Runs `body` at the top level of a module and comes back.
  func enter(module: Int, _ body: () -> Void) {
    let saved = (currentModule, unifier.level, annotationScopes)
    currentModule = module
    unifier.currentModule = module
    unifier.level = 0
    annotationScopes = []
    body()
    (currentModule, unifier.level, annotationScopes) = saved
    unifier.currentModule = currentModule
  }
}
