/// From a checked spec to the machine of one main module: finds or reads the root
/// expressions (`init`, `step`, properties, tests), checks what only roots must
/// satisfy, and flattens them.
///
/// Roots that name a definition are made here as syntax trees with a reference of
/// their own, so that a property counts even if the main module has no name for it.
struct MachineAssembly {
  let spec: Spec
  let main: Int
  let options: MachineOptions
  private var program: TypedProgram
  private var diagnostics: [Diagnostic] = []
  private var expectations = Expectations()

  /// An expression of the main module that the machine is to have.
  struct Root {
    var name: String
    var role: Role
    var expression: SyntaxExpression
    /// Where the user asked for it: the definition's name, a tag, an option's text.
    var range: SourceRange
    /// What it means if it is nothing but a name.
    var reference: Reference?
    var mustBeProved = false
  }

  enum Role: Hashable {
    case initial, step, test
    case property(Property.Kind)
    /// Typed at a prompt: of any type and mode.
    case input
  }

  init(_ spec: Spec, main: Int, _ options: MachineOptions) {
    self.spec = spec
    self.main = main
    self.options = options
    program = spec.program
  }

  private var module: ResolvedModule { program.resolved.modules[main] }

  // MARK: - The machine

  /// The machine with `init`, `step` and all properties.
  consuming func machine() -> MachineResult {
    let initial = transitionRoot(.initial, named: "init", text: options.initial)
    let step = transitionRoot(.step, named: "step", text: options.step)
    var roots = [initial, step].compactMap { $0 }
    addProperties(to: &roots)
    roots += options.inputs.compactMap {
      root($0.text.isName ? $0.text : "the input", .input, of: $0.path, $0.text)
    }
    checkRoots(&roots)
    guard !diagnostics.hasErrors else { return result(nil) }
    var request = FlattenRequest(main: main)
    request.initial = roots.first { $0.role == .initial }?.expression
    request.step = roots.first { $0.role == .step }?.expression
    var mustBeProved: [Bool] = []
    for root in roots {
      guard case .property(let kind) = root.role else { continue }
      mustBeProved.append(root.mustBeProved)
      request.properties.append(
        .init(name: root.name, kind: kind, expression: root.expression, range: root.range))
    }
    request.extra = roots.filter { $0.role == .input }.map { ($0.name, $0.expression) }
    var flattened = Machine.flatten(program, request)
    diagnostics += flattened.diagnostics
    guard !diagnostics.hasErrors else { return result(nil) }
    for (index, flag) in zip(flattened.machine.properties.indices, mustBeProved) {
      flattened.machine.properties[index].mustBeProved = flag
    }
    flattened.machine.expectations = expectations
    diagnostics += flattened.machine.warningsOfUnassignedVariables()
    return result(flattened.machine, tests: flattened.extra)
  }

  /// A machine with nothing but tests.
  consuming func machine(tests: [TestCase]) -> MachineResult {
    var roots = tests.map { test in
      Root(
        name: test.name, role: .test, expression: nameExpression(test.name, test.reference, at: test.range),
        range: test.range, reference: test.reference)
    }
    checkRoots(&roots)
    guard !diagnostics.hasErrors else { return result(nil) }
    let flattened = Machine.flatten(
      program, FlattenRequest(main: main, extra: roots.map { ($0.name, $0.expression) }))
    diagnostics += flattened.diagnostics
    guard !diagnostics.hasErrors else { return result(nil) }
    return result(flattened.machine, tests: flattened.extra)
  }

  /// A machine with `init` and `step` as far as there are any, with all variables that the
  /// main module has names for, and with a function for each input.
  consuming func machine(inputs: [SourceInput]) -> MachineResult {
    var roots = [
      transitionRoot(.initial, named: "init", text: nil), transitionRoot(.step, named: "step", text: nil),
    ]
    .compactMap { $0 }
    for (name, reference) in module.scope.sorted(by: { $0.key < $1.key }) {
      guard case .global(let id) = reference.target, case .variable? = program.resolved.definitions[id]?.kind
      else { continue }
      roots.append(root(name, .input, naming: reference, at: nil))
    }
    let inputRoots = inputs.compactMap {
      root($0.text.isName ? $0.text : "the input", .input, of: $0.path, $0.text)
    }
    guard inputRoots.count == inputs.count else { return result(nil) }
    roots += inputRoots
    let count = roots.count
    checkRoots(&roots)
    guard !diagnostics.hasErrors, roots.count == count else { return result(nil) }
    let flattened = Machine.flatten(
      program,
      FlattenRequest(
        main: main, initial: roots.first { $0.role == .initial }?.expression,
        step: roots.first { $0.role == .step }?.expression,
        extra: roots.filter { $0.role == .input }.map { ($0.name, $0.expression) }))
    diagnostics += flattened.diagnostics
    guard !diagnostics.hasErrors else { return result(nil) }
    return result(flattened.machine, tests: flattened.extra.suffix(inputs.count))
  }

  private func result(_ machine: Machine?, tests: [FunctionID] = []) -> MachineResult {
    var machine = machine
    machine?.noteParties(spec.tags)
    return MachineResult(
      machine: machine, tests: tests, diagnostics: diagnostics.sortedByPlace(),
      sources: program.resolved.sources)
  }

  // MARK: - Finding roots

  /// The root of `init` or `step`; nil, after an error if need be, when there is none.
  private mutating func transitionRoot(_ role: Role, named name: String, text: String?) -> Root? {
    if let text { return root(name, role, of: "--\(name)", text) }
    if let reference = module.scope[name],
      options.needsTransitions ? spec.definition(of: reference) != nil : spec.isTransition(reference)
    {
      return root(name, role, naming: reference, at: nil)
    }
    if options.needsTransitions {
      let others = NameSuggestion.hint(for: name, among: module.scope.keys)
      diagnostics.append(
        Diagnostic(
          .unknownName, "module `\(module.name)` has no action `\(name)`", at: module.syntax.name.range,
          hint: "name it with --\(name), or another module with --main" + (others.map { "; \($0)" } ?? "")))
    }
    return nil
  }

  private mutating func addProperties(to roots: inout [Root]) {
    let tagged = spec.tags.expectations[main]
    expectations.size = tagged?.size
    expectations.symbolic = tagged?.symbolic ?? []
    expectations.boundary = tagged?.boundary
    let asked = options.properties
    for (option, kind, text) in asked {
      if let root = root(text, .property(kind), of: option, text) { roots.append(root) }
    }
    // Who asks for an extreme still wants to know what is violated.
    if asked.contains(where: { !$0.kind.isQuantity }) { return }
    var sources = PropertySources(spec, main: main)
    for root in roots { if let reference = root.reference { sources.add(throughWhichComes: reference) } }
    for entry in sources.entries() where asked.isEmpty || !entry.tag.kind.isQuantity {
      var root = root(entry.name, .property(entry.tag.kind), naming: entry.reference, at: entry.tag.range)
      root.mustBeProved = entry.tag.mustBeProved
      roots.append(root)
    }
    guard let tagged, options.initial == nil, options.step == nil else { return }
    expectations.states = tagged.states
    for var violation in tagged.violated {
      guard let name = expect(violation.property, at: violation.range, &roots) else { continue }
      violation.property = name
      expectations.violated.append(violation)
    }
    for (name, range) in tagged.holds {
      guard let name = expect(name, at: range, &roots) else { continue }
      expectations.holds.append((name, range))
    }
    checkExpectations()
  }

  /// The property that an `@expect` names. A definition without a tag becomes an
  /// invariant by it, or a temporal property.
  private mutating func expect(_ name: String, at range: SourceRange, _ roots: inout [Root]) -> String? {
    let properties = roots.filter { if case .property = $0.role { true } else { false } }
    if properties.contains(where: { $0.name == name }) { return name }
    if let reference = module.scope[name], case .global(let id) = reference.target,
      let definition = program.resolved.definitions[id], case .definition = definition.kind
    {
      // The same definition under another name.
      if let known = properties.first(where: { $0.reference == reference }) { return known.name }
      let kind: Property.Kind = spec.modes[id] == .temporal ? .temporal : .invariant
      roots.append(root(name, .property(kind), naming: reference, at: range))
      return name
    }
    let names = properties.map(\.name)
    let qualified = names.first { $0.hasSuffix("::" + name) }
    diagnostics.append(
      Diagnostic(
        .unknownName, "`\(name)` is no property of module `\(module.name)`", at: range,
        hint: qualified.map { "did you mean `\($0)`?" } ?? NameSuggestion.hint(for: name, among: names)))
    return nil
  }

  /// A property is named once.
  private mutating func checkExpectations() {
    var places: [String: SourceRange] = [:]
    for (name, range) in expectations.violated.map({ ($0.property, $0.range) }) + expectations.holds {
      if let first = places.updateValue(range, forKey: name) {
        diagnostics.append(
          Diagnostic(
            .general, "two expectations of `\(name)`", at: range,
            related: [.init(range: first, message: "the other one is here")]))
      }
    }
  }

  // MARK: - Making roots

  private mutating func root(
    _ name: String, _ role: Role, naming reference: Reference, at range: SourceRange?
  ) -> Root {
    var place = SourceRange.none
    if case .global(let id) = reference.target, let definition = program.resolved.definitions[id] {
      place = definition.nameRange
    }
    return Root(
      name: name, role: role, expression: nameExpression(name, reference, at: place), range: range ?? place,
      reference: reference)
  }

  /// A name expression whose meaning is given.
  private mutating func nameExpression(
    _ name: String, _ reference: Reference, at range: SourceRange
  ) -> SyntaxExpression {
    let id = program.resolved.nodeIDs.make()
    program.resolved.references[id] = reference
    return SyntaxExpression(id: id, range: range, kind: .name(name))
  }

  /// An option's expression, resolved; nil after an error.
  private mutating func root(_ name: String, _ role: Role, of option: String, _ text: String) -> Root? {
    let file = program.resolved.sources.add(path: option, bytes: Array(text.utf8))
    let (expression, syntaxDiagnostics) = Parser.parseExpression(file, nodeIDs: &program.resolved.nodeIDs)
    diagnostics += syntaxDiagnostics
    guard let expression, !syntaxDiagnostics.hasErrors else { return nil }
    let found = NameResolver.resolve(expression, inModule: main, program: &program.resolved)
    diagnostics += found
    guard !found.hasErrors else { return nil }
    var root = Root(name: name, role: role, expression: expression, range: expression.range)
    if case .name = expression.kind { root.reference = program.resolved.references[expression.id] }
    return root
  }

  // MARK: - Checking roots

  /// Types and modes of all roots, and that they suit their roles.
  ///
  /// One inference for all: the roots are entries of one tuple.
  private mutating func checkRoots(_ roots: inout [Root]) {
    roots.removeAll { !checkParameters($0) }
    let tuple = program.resolved.nodeIDs.make()
    program.resolved.references[tuple] = Reference(target: .builtin(.makeTuple))
    let (_, typeDiagnostics) = TypeInference.infer(
      SyntaxExpression(
        id: tuple, range: .none,
        kind: .application(
          operatorName: Identifier(Builtin.makeTuple.rawValue, .none), arguments: roots.map(\.expression),
          form: .special)),
      inModule: main, program: &program)
    diagnostics += typeDiagnostics
    guard !typeDiagnostics.hasErrors else { return }
    for root in roots where checkMode(root) { checkType(root) }
  }

  /// False, after an error, if the root takes parameters.
  private mutating func checkParameters(_ root: Root) -> Bool {
    guard case .global(let id)? = root.reference?.target, let definition = program.resolved.definitions[id]
    else { return true }
    if case .type = definition.kind { return false }
    guard case .operation? = program.schemes[id]?.type.unaliased else { return true }
    diagnostics.append(
      Diagnostic(
        root.role == .initial || root.role == .step ? .notExecutable : .general,
        "\(subject(root)) takes parameters", at: root.range,
        hint: root.role == .input ? "apply it: `\(root.name)(...)`" : nil))
    return false
  }

  private mutating func checkType(_ root: Root) {
    guard let type = program.types[root.expression.id] else { return }
    let expected: Type
    switch root.role {
    case .input: return
    case .property(.maximum), .property(.minimum): expected = .integer
    default: expected = .boolean
    }
    switch (type.unaliased, expected) {
    case (.boolean, .boolean), (.integer, .integer), (.variable, _): return
    default: break
    }
    var printer = TypePrinter()
    let wanted = expected == .integer ? "an integer" : "boolean"
    diagnostics.append(
      Diagnostic(.general, "\(subject(root)) must be \(wanted), found \(printer.print(type))", at: root.range)
    )
  }

  /// False, after an error, if the root does what its role does not allow.
  private mutating func checkMode(_ root: Root) -> Bool {
    let message: String
    var hint: String?
    switch root.role {
    case .test: return true
    case .input:
      if root.reference == nil { _ = mode(of: root) }
      return true
    case .initial, .step:
      if let reference = root.reference {
        if spec.isAction(reference) { return true }
        message = "\(subject(root)) is \(spec.kind(of: reference)), not an action"
      } else {
        if mode(of: root) != .temporal { return true }
        message = "\(subject(root)) is a temporal formula, not an action"
      }
      hint = "name an action with --\(root.name)"
    case .property(let kind):
      switch mode(of: root) {
      case .action, .nondet, .run: message = "\(subject(root)) is an action, not a property"
      case .temporal:
        if kind == .temporal { return true }
        message = "\(subject(root)) is a temporal formula"
        hint = "tag it `@temporal`, or use --temporal"
      case .pureVal, .val, .pureDef, .def: return true
      }
    }
    let isTransition = root.role == .initial || root.role == .step
    diagnostics.append(
      Diagnostic(isTransition ? .notExecutable : .general, message, at: root.range, hint: hint))
    return false
  }

  private mutating func mode(of root: Root) -> Mode {
    if case .global(let id)? = root.reference?.target { return spec.modes[id] ?? .val }
    let (mode, found) = ModeChecker.check(root.expression, in: program.resolved)
    diagnostics += found
    return mode
  }

  private func subject(_ root: Root) -> String {
    switch root.role {
    case .initial, .step: root.reference == nil ? "the expression of --\(root.name)" : "`\(root.name)`"
    case .test: "test `\(root.name)`"
    case .input: root.reference == nil ? root.name : "`\(root.name)`"
    case .property(.maximum), .property(.minimum): "the quantity `\(root.name)`"
    case .property(.witness): "witness `\(root.name)`"
    case .property: "property `\(root.name)`"
    }
  }
}
