/// Effects and modes: which definitions read and update which variables, and whether
/// their qualifiers allow it.
///
/// The checker is an abstract interpreter. It runs each definition once with symbolic
/// parameters; the result, the summary, serves every call whose arguments only read:
/// their effects are put in the places of the parameters. A call that passes an
/// operator, or an action, runs the body again with the real arguments, because what
/// the body does then depends on them. Recursion does not exist, so this ends.
///
/// A check that depends on the updates of a symbolic parameter (`any { x' = 1, a }`)
/// is put off to the calls, where the body is run again.
///
/// Quint infers the same effects by unification. We differ where its signatures drop a
/// read: `match x { ... }` counts as a read of `x`.
public enum ModeChecker {
  /// Infers the mode of every definition, nested ones included, and reports
  /// definitions whose qualifier is too weak and expressions whose effects do not fit.
  ///
  /// The modes are what the definitions do, so they may be less than is written.
  public static func check(
    _ program: ResolvedProgram
  ) -> (modes: [DefinitionID: Mode], diagnostics: [Diagnostic]) {
    let interpreter = EffectInterpreter(program)
    interpreter.run()
    var rules = NondetRules(program)
    let diagnostics = interpreter.diagnostics + rules.check()
    return (interpreter.modes, diagnostics.sortedByPlace())
  }

  /// Infers the mode of one more expression, which must be resolved, of a program
  /// without errors (`--invariant`).
  ///
  /// - Complexity: as `check`, for the part of the program that the expression uses.
  public static func check(
    _ expression: SyntaxExpression, in program: ResolvedProgram
  ) -> (mode: Mode, diagnostics: [Diagnostic]) {
    let interpreter = EffectInterpreter(program)
    let mode = interpreter.mode(of: interpreter.evaluate(expression, Scope()))
    var rules = NondetRules(program)
    return (mode, (interpreter.diagnostics + rules.check(expression)).sortedByPlace())
  }
}

/// One run of the mode checker over a program.
final class EffectInterpreter {
  let program: ResolvedProgram
  var diagnostics: [Diagnostic] = []
  var modes: [DefinitionID: Mode] = [:]

  /// What each global definition is, seen from its own module.
  private var globals: [DefinitionID: Effect] = [:]
  private var inProgress: Set<DefinitionID> = []
  /// The call in the definition at hand whose operator is being run with real
  /// arguments; nil when parameters are symbolic.
  var outerCall: SourceRange?
  /// Set when a check has been put off.
  var isUndecided = false
  /// Places with an error, so that running a body again repeats none.
  private var reported: Set<SourceRange> = []
  /// Variables of which it was said that another one has the same name.
  var warnedNamesakes: Set<StateVariable> = []
  /// Calls that were run with real arguments.
  private var calls: [CallKey: Summary] = [:]
  /// Bodies that may still be run again, as a guard against explosive specs.
  private var runsLeft = 200_000

  init(_ program: ResolvedProgram) {
    self.program = program
  }

  func run() {
    for id in program.definitionOrder { _ = global(id) }
    for module in program.modules {
      for id in module.definitions { _ = global(id) }
      for id in module.instances { checkOverrides(of: id) }
    }
  }

  /// The effect of a global definition, seen from its own module.
  func global(_ id: DefinitionID) -> Effect {
    if let known = globals[id] { return known }
    guard let definition = program.definitions[id], inProgress.insert(id).inserted else { return .pure }
    defer { inProgress.remove(id) }
    let effect: Effect
    switch definition.kind {
    case .constant(let type):
      if case .operation(let parameters, _) = type.kind {
        effect = .closure(Closure(.data(parameters: parameters.count, name: definition.name)))
      } else {
        effect = .pure
      }
    case .variable, .type: effect = .pure
    case .assume(let body):
      _ = symbolically { evaluate(body, Scope()) }
      effect = .pure
    case .variant(let variant, _):
      effect =
        variant.payload == nil ? .pure : .closure(Closure(.data(parameters: 1, name: definition.name)))
    case .definition(let syntax):
      effect = symbolically { define(syntax, .global(syntax), Scope()) }
    }
    globals[id] = effect
    return effect
  }

  /// Runs `body` apart from any call that is being interpreted.
  private func symbolically<Result>(_ body: () -> Result) -> Result {
    let saved = (outerCall, isUndecided)
    (outerCall, isUndecided) = (nil, false)
    defer { (outerCall, isUndecided) = saved }
    return body()
  }

  /// The effect of a definition, and its mode where parameters are symbolic.
  func define(_ definition: SyntaxDefinition, _ body: Closure.Body, _ scope: Scope) -> Effect {
    let effect: Effect
    if definition.parameters.isEmpty {
      effect = definition.body.map { evaluate($0, scope) } ?? .pure
    } else {
      let closure = Closure(body, environment: scope.environment, instances: scope.instances)
      if outerCall == nil { _ = summary(of: closure) }
      effect = .closure(closure)
    }
    if outerCall == nil { checkMode(of: definition, effect) }
    return effect
  }

  // MARK: Calls

  /// The effect of an operator with symbolic parameters.
  func summary(of closure: Closure) -> Summary {
    if let known = closure.summary { return known }
    let saved = isUndecided
    isUndecided = false
    var scope = Scope(environment: closure.environment, instances: closure.instances)
    let result: Footprint
    switch closure.body {
    case .lambda(let parameters, let body, _):
      for parameter in parameters { scope.environment[parameter.id] = .value(.parameter(parameter.id)) }
      result = footprint(of: evaluate(body, scope))
    case .nested(let definition), .global(let definition):
      for parameter in definition.parameters {
        scope.environment[parameter.id] = .value(.parameter(parameter.id))
      }
      result = definition.body.map { footprint(of: evaluate($0, scope)) } ?? .pure
    case .builtin, .data: result = .pure
    }
    let summary = Summary(footprint: result, isUndecided: isUndecided)
    isUndecided = saved
    closure.summary = summary
    return summary
  }

  /// The effect of calling an operator.
  func call(_ callee: Effect, _ arguments: [Argument], at range: SourceRange) -> Footprint {
    switch callee {
    case .value(let footprint):
      // A parameter, or a type error. What it does with its arguments is known where it is passed.
      return footprint
    case .closure(let closure): return call(closure, arguments, at: range)
    }
  }

  private func call(_ closure: Closure, _ arguments: [Argument], at range: SourceRange) -> Footprint {
    let parameters: [SyntaxParameter]
    let body: SyntaxExpression?
    var unpacks = false
    switch closure.body {
    case .builtin(let builtin): return apply(builtin, arguments, at: range)
    case .data(_, let name): return data(arguments, "`\(name)`")
    case .lambda(let own, let expression, let unpacksTuple):
      (parameters, body, unpacks) = (own, expression, unpacksTuple)
    case .nested(let definition), .global(let definition):
      (parameters, body) = (definition.parameters, definition.body)
    }
    guard unpacks ? arguments.count == 1 : arguments.count == parameters.count else {
      return data(arguments, "a call with a wrong number of arguments")
    }
    let effects = unpacks ? parameters.map { _ in arguments[0].effect } : arguments.map(\.effect)
    let summary = summary(of: closure)
    if let plain = plainFootprints(effects), !summary.isUndecided {
      return summary.footprint.substituting(
        Dictionary(zip(parameters.map(\.id), plain), uniquingKeysWith: { first, _ in first }))
    }
    let key = CallKey(closure, effects)
    if let known = calls[key] {
      isUndecided = isUndecided || known.isUndecided
      return known.footprint
    }
    guard let body, runsLeft > 0 else {
      var result = summary.footprint
      for argument in arguments { result.merge(footprint(of: argument.effect)) }
      return result
    }
    runsLeft -= 1
    var scope = Scope(environment: closure.environment, instances: closure.instances)
    for (parameter, effect) in zip(parameters, effects) { scope.environment[parameter.id] = effect }
    let saved = (outerCall, isUndecided)
    outerCall = outerCall ?? range
    isUndecided = false
    let result = footprint(of: evaluate(body, scope))
    calls[key] = Summary(footprint: result, isUndecided: isUndecided)
    (outerCall, isUndecided) = (saved.0, saved.1 || isUndecided)
    return result
  }

  /// The effects of arguments that are neither operators nor actions; nil if one is.
  private func plainFootprints(_ effects: [Effect]) -> [Footprint]? {
    var result: [Footprint] = []
    for effect in effects {
      guard case .value(let footprint) = effect, footprint.updates.isEmpty else { return nil }
      result.append(footprint)
    }
    return result
  }

  /// The effect of a value; of an operator, what calling it does besides what its
  /// arguments do.
  func footprint(of effect: Effect) -> Footprint {
    switch effect {
    case .value(let footprint): return footprint
    case .closure(let closure):
      var result = summary(of: closure).footprint
      for id in parameterIDs(of: closure) { result.parameters[id] = nil }
      return result
    }
  }

  func parameterIDs(of closure: Closure) -> [DefinitionID] {
    switch closure.body {
    case .lambda(let parameters, _, _): parameters.map(\.id)
    case .nested(let definition), .global(let definition): definition.parameters.map(\.id)
    case .builtin, .data: []
    }
  }

  /// Reports an error at most once for each place. While a body is run with real
  /// arguments, the message belongs to the call that passes them.
  func report(_ diagnostic: Diagnostic) {
    guard reported.insert(diagnostic.range).inserted else { return }
    guard let outerCall else { return diagnostics.append(diagnostic) }
    var diagnostic = diagnostic
    if !diagnostic.related.contains(where: { $0.range == diagnostic.range }) {
      diagnostic.related.insert(.init(range: diagnostic.range, message: "it happens here"), at: 0)
    }
    diagnostic.range = outerCall
    diagnostics.append(diagnostic)
  }

  /// The variable's name as the module that is checked would write it.
  func name(of variable: StateVariable) -> String {
    let own = program.definitions[variable.definition]?.name ?? "?"
    let prefix = variable.instances.compactMap { id in
      program.instances[id].map { $0.rename ?? program.modules[$0.prototype].name }
    }
    return (prefix + [own]).joined(separator: "::")
  }
}

/// What a body sees: effects of its parameters and nested definitions, and the
/// instances through which its module's variables are seen.
struct Scope {
  var environment: [DefinitionID: Effect] = [:]
  var instances: [NodeID] = []
}

/// An argument of a call, with its place for messages.
struct Argument {
  var effect: Effect
  var range: SourceRange
}

/// A call with real arguments. Operators are told apart by identity, and kept alive.
private struct CallKey: Hashable {
  private let callee: Closure
  private let arguments: [Effect]

  init(_ callee: Closure, _ arguments: [Effect]) {
    self.callee = callee
    self.arguments = arguments
  }

  static func == (a: CallKey, b: CallKey) -> Bool {
    guard sameOperator(a.callee, b.callee), a.arguments.count == b.arguments.count else { return false }
    return zip(a.arguments, b.arguments).allSatisfy { pair in
      switch pair {
      case (.value(let first), .value(let second)): first == second
      case (.closure(let first), .closure(let second)): first === second
      case (.value, .closure), (.closure, .value): false
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    if case .global(let definition) = callee.body {
      hasher.combine(definition.id)
    } else {
      hasher.combine(ObjectIdentifier(callee))
    }
    for argument in arguments {
      switch argument {
      case .value(let footprint): hasher.combine(footprint)
      case .closure(let closure): hasher.combine(ObjectIdentifier(closure))
      }
    }
  }

  /// Each use of a global definition makes a closure of its own.
  private static func sameOperator(_ a: Closure, _ b: Closure) -> Bool {
    if case .global(let first) = a.body, case .global(let second) = b.body {
      return first.id == second.id && a.instances == b.instances
    }
    return a === b
  }
}
