/// An interactive session: a spec, what was added to it, and a path through its states.
///
/// Definitions that are typed become part of the main module, as if they stood at its
/// end; the program is then resolved anew, which takes milliseconds. An expression is resolved
/// in the scope of that module and flattened into a machine of its own, which also has
/// all variables; state therefore goes from one machine to the next by the names of variables.
///
/// A session is for one thread, with a stack as for `Spec.withSpec`. It reads files and
/// prints nothing.
public final class Session {
  /// The main module with everything that was added to it.
  public private(set) var spec: Spec
  /// With `init` and `step` if the module has them.
  public private(set) var machine: Machine
  /// Name of the main module.
  public private(set) var main: String
  /// The file that was loaded.
  public private(set) var path: String?
  /// Declarations as they were typed, in order.
  public private(set) var declarations: [String] = []
  /// Expressions as they were typed, in order.
  public private(set) var expressions: [String] = []

  /// The states so far and those that `goBack` left behind.
  public private(set) var steps: [SessionStep] = []
  /// How many of `steps` are taken: the last of them has the current state.
  public private(set) var position = 0

  /// Where random choices begin.
  public var seed: UInt64 {
    didSet { random = SplitMix64(seed: seed) }
  }
  private var random: SplitMix64

  /// Receives what `q::debug` prints.
  public var debugHandler: ((String) -> Void)?
  /// Asked now and then in long evaluations; true ends them.
  public var shouldStop: (() -> Bool)?

  private var reader: CachedSourceReader
  private let makeReader: () -> CachedSourceReader
  private var evaluator: Evaluator
  private var lastTrace: [State]?

  /// The module of a session without one.
  public static let ownModule = "__repl__"
  static let inputPath = "<input>"
  private static let emptyPath = "<session>"

  /// An empty session.
  public init(seed: UInt64, reader: any SourceReader = DiskSourceReader()) {
    makeReader = {
      CachedSourceReader(reader, texts: [Self.emptyPath: Array("module \(Self.ownModule) { }".utf8)])
    }
    self.reader = makeReader()
    self.seed = seed
    random = SplitMix64(seed: seed)
    main = Self.ownModule
    let made = Self.make(nil, Self.ownModule, [], self.reader)
    spec = made.spec
    machine = made.machine ?? Machine(name: Self.ownModule, sources: SourceMap())
    evaluator = Evaluator(machine: machine)
  }

  private static func make(
    _ path: String?, _ main: String, _ declarations: [String], _ reader: CachedSourceReader
  ) -> (spec: Spec, machine: Machine?, diagnostics: [Diagnostic], sources: SourceMap) {
    let additions =
      [SourceAddition(module: main, path: inputPath, text: "")]
      + declarations.map { SourceAddition(module: main, path: inputPath, text: $0) }
    let spec = Spec(path ?? emptyPath, reader: reader, additions: additions)
    guard !spec.diagnostics.hasErrors, let index = spec.resolved.module(named: main) else {
      return (spec, nil, spec.diagnostics, spec.sources)
    }
    let made = spec.machine(main: index, inputs: [])
    return (spec, made.machine, spec.diagnostics + made.diagnostics, made.sources)
  }
}

/// A state of a session's path and what led to it.
public struct SessionStep: Sendable {
  public var step: Step
  /// What was typed; nil for a step from the menu or from a trace.
  public var input: String?
  /// The input leads to this state only.
  public var isDeterministic = false
  /// A state that the action passed (`then`); the step goes on to the next one.
  public var isInner = false
}

/// Messages with the texts that their places are in.
public struct Complaint: Error, Sendable {
  public var diagnostics: [Diagnostic]
  public var sources: SourceMap

  init(_ diagnostics: [Diagnostic], _ sources: SourceMap) {
    self.diagnostics = diagnostics.filter { $0.severity == .error }.sortedByPlace()
    self.sources = sources
  }

  init(_ message: String) {
    self.init([Diagnostic(.general, message, at: .none)], SourceMap())
  }
}

// MARK: - Loading

extension Session {
  /// Loads a file and goes into one of its modules; forgets everything else.
  ///
  /// - Parameter module: by default the one that `check` would take, or `__repl__` if the
  ///   file leaves that open.
  /// - Returns: warnings, and a note when no module could be chosen.
  public func load(_ path: String, module: String? = nil) throws(Complaint) -> [Diagnostic] {
    let reader = makeReader()
    let plain = Spec(path, reader: reader)
    if plain.diagnostics.hasErrors { throw Complaint(plain.diagnostics, plain.sources) }
    var name = module ?? Self.annotatedModule(in: plain)
    var notes: [Diagnostic] = []
    do throws(Diagnostic) {
      name = plain.resolved.modules[try plain.mainModule(named: name)].name
    } catch {
      if module != nil { throw Complaint([error], plain.sources) }
      var note = error
      note.severity = .note
      notes.append(note)
    }
    let main = name ?? Self.ownModule
    let made = Self.make(path, main, [], reader)
    guard let machine = made.machine else { throw Complaint(made.diagnostics, made.sources) }
    self.path = path
    self.reader = reader
    self.main = main
    declarations = []
    expressions = []
    adopt(made.spec, machine)
    reset()
    return notes
  }

  /// `// @mainModule M` in the first line, as `.save` writes it.
  private static func annotatedModule(in spec: Spec) -> String? {
    guard let line = spec.sources.files.first?.line(1) else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 3, words[0] == "//", words[1] == "@mainModule", words[2] != ownModule else {
      return nil
    }
    return String(words[2])
  }

  /// Forgets the spec, too.
  public func clear() {
    reader = makeReader()
    path = nil
    main = Self.ownModule
    declarations = []
    expressions = []
    let made = Self.make(nil, main, [], reader)
    if let machine = made.machine { adopt(made.spec, machine) }
    reset()
  }

  /// Forgets the states; definitions stay.
  public func reset() {
    steps = []
    position = 0
    lastTrace = nil
  }

  private func adopt(_ spec: Spec, _ machine: Machine) {
    self.spec = spec
    self.machine = machine
    evaluator = Evaluator(machine: machine)
  }
}

// MARK: - Evaluating

extension Session {
  /// What became of an input.
  public enum Answer: Sendable {
    /// Nothing but blanks and comments.
    case nothing
    case declared
    case value(Value)
    /// An action; true when it took place.
    case performed(Bool)
  }

  /// Takes a declaration or an expression, as typed.
  ///
  /// An action that is true is taken as a step of the path, with random choices.
  public func evaluate(_ text: String) throws(Complaint) -> Answer {
    var sources = SourceMap()
    var ids = NodeIDs()
    let file = sources.add(path: Self.inputPath, bytes: Array(text.utf8))
    let (input, diagnostics) = Parser.parseInput(file, nodeIDs: &ids)
    if diagnostics.hasErrors { throw Complaint(diagnostics, sources) }
    switch input {
    case nil, .nothing: return .nothing
    case .declarations(let typed):
      try declare(text, typed)
      return .declared
    case .expression(let expression):
      expressions.append(text)
      if let simulation = Simulation(expression) { return try simulate(simulation, text) }
      return try run(text)
    }
  }

  /// True for an input that more lines can complete.
  public static func isIncomplete(_ text: String) -> Bool {
    var sources = SourceMap()
    var ids = NodeIDs()
    let file = sources.add(path: inputPath, bytes: Array(text.utf8))
    let (input, diagnostics) = Parser.parseInput(file, nodeIDs: &ids)
    guard input == nil, let first = diagnostics.first(where: { $0.severity == .error }) else { return false }
    // Nothing but blanks behind the place where something is missing.
    let rest = file.bytes.dropFirst(Int(first.range.start))
    return rest.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
      || first.message.hasSuffix("but the text ends here") || file.hasOpenComment
  }

  private func declare(_ text: String, _ typed: [SyntaxDeclaration]) throws(Complaint) {
    // Of no use, and no error: Quint's sessions have to import what was loaded.
    if typed.allSatisfy({ $0.importsAll(of: main) }) { return }
    let names = Set(typed.compactMap(\.name))
    // A definition that is typed again takes the place of the former one.
    let kept = declarations.filter { Self.names(of: $0).isDisjoint(with: names) } + [text]
    let made = Self.make(path, main, kept, reader)
    guard let machine = made.machine else { throw Complaint(made.diagnostics, made.sources) }
    declarations = kept
    adopt(made.spec, machine)
  }

  private static func names(of declaration: String) -> Set<String> {
    var sources = SourceMap()
    var ids = NodeIDs()
    let file = sources.add(path: inputPath, bytes: Array(declaration.utf8))
    guard case .declarations(let typed)? = Parser.parseInput(file, nodeIDs: &ids).0 else { return [] }
    return Set(typed.compactMap(\.name))
  }

  private var moduleIndex: Int { spec.resolved.module(named: main) ?? 0 }

  /// A machine with a function for each input, and an evaluator in the current state.
  private func prepare(
    _ texts: [String]
  ) throws(Complaint) -> (evaluator: Evaluator, functions: [FunctionID]) {
    let made = spec.machine(
      main: moduleIndex, inputs: texts.map { SourceInput(path: Self.inputPath, text: $0) })
    guard let machine = made.machine else { throw Complaint(made.diagnostics, made.sources) }
    let evaluator = Evaluator(machine: machine)
    evaluator.debugHandler = debugHandler
    evaluator.shouldStop = shouldStop
    evaluator.keepsStory = true
    evaluator.lastTrace = .list((lastTrace ?? steps[..<position].map(\.step.state)).map(Self.record))
    evaluator.load(values(for: machine))
    return (evaluator, made.tests)
  }

  private static func record(_ state: State) -> Value {
    .record(
      zip(state.variables, state.values).compactMap { name, value in value.map { (QuintString(name), $0) } })
  }

  /// The current state in the order of a machine's variables.
  private func values(for machine: Machine) -> [Value?] {
    let state = position > 0 ? steps[position - 1].step.state : nil
    return machine.variables.map { variable in
      // A variable that was declared anew may have another type.
      state?[variable.name].flatMap { $0.misfit(with: variable.type) == nil ? $0 : nil }
    }
  }

  private func run(_ text: String) throws(Complaint) -> Answer {
    let (evaluator, functions) = try prepare([text])
    let function = functions[0]
    let machine = evaluator.machine
    do throws(EvaluationError) {
      guard machine[function].isAction else { return .value(try evaluator.value(of: function)) }
      var hasChosen = false
      var passed: [Step] = []
      let outcome = try evaluator.runOnce(
        function, random: &random, hasChosen: &hasChosen, passed: &passed)
      guard let outcome else { return .performed(false) }
      var taken = passed
      if outcome.values.contains(where: { $0 != nil }) { taken.append(evaluator.step(to: outcome)) }
      if taken.isEmpty { return .performed(true) }
      if function == machine.initial { position = 0 }
      append(taken, input: text, isDeterministic: !hasChosen)
      return .performed(true)
    } catch {
      throw complaint(error, of: function, machine)
    }
  }

  /// Without the input itself among the calls.
  private func complaint(_ error: EvaluationError, of input: FunctionID, _ machine: Machine) -> Complaint {
    var error = error
    // The text of the input is the last one that was read.
    let isText = Int(machine[input].range.file) == machine.sources.files.count - 1
    if isText, error.calls.last?.function == input { error.calls.removeLast() }
    return Complaint([error.diagnostic(in: machine)], machine.sources)
  }
}

// MARK: - The path

extension Session {
  /// The current state; nil before the first one.
  public var state: State? { position > 0 ? steps[position - 1].step.state : nil }

  /// The state before the current one.
  public var previousState: State? { position > 1 ? steps[position - 2].step.state : nil }

  /// The steps that were taken.
  public var trace: Trace { Trace(steps: steps.map(\.step)) }

  private func append(_ taken: [Step], input: String?, isDeterministic: Bool = false) {
    steps.removeLast(steps.count - position)
    for (index, step) in taken.enumerated() {
      steps.append(
        SessionStep(
          step: step, input: input, isDeterministic: isDeterministic, isInner: index < taken.count - 1))
    }
    position = steps.count
    lastTrace = nil
  }

  /// What can be done in the current state by `step`; before the first state, by `init`.
  public func menu() throws(Complaint) -> StepMenu {
    let name = position == 0 ? "init" : "step"
    guard (position == 0 ? machine.initial : machine.step) != nil else {
      throw Complaint("module `\(main)` has no action `\(name)`")
    }
    evaluator.shouldStop = shouldStop
    evaluator.load(values(for: machine))
    return evaluator.menu(of: position == 0 ? machine.initialTransitions : machine.transitions)
  }

  /// Takes a step of the menu.
  public func take(_ action: EnabledAction) { append(action.passed + [action.step], input: nil) }

  /// Goes to a state of the path, from 0; the states behind it can still be gone to.
  public func go(to index: Int) throws(Complaint) {
    guard steps.indices.contains(index) else {
      throw Complaint(
        steps.isEmpty ? "there are no states yet" : "the states of the path are 0 to \(steps.count - 1)")
    }
    position = index + 1
  }

  /// Goes to the state before the current one.
  public func goBack() throws(Complaint) {
    guard position > 0 else { throw Complaint("there is no state to go back from") }
    position -= 1
  }

  /// Takes the states of a trace for the path.
  public func follow(_ trace: Trace) {
    reset()
    append(trace.steps, input: nil)
    for index in steps.indices { steps[index].isInner = false }
  }
}

// MARK: - Simulation

extension Session {
  /// `q::test(runs, steps, traces, init, step, invariant)`, or `q::testOnce` without `runs`.
  private struct Simulation {
    var hasRuns: Bool
    var arguments: [SyntaxExpression]

    init?(_ expression: SyntaxExpression) {
      guard case .application(let name, let arguments, _) = expression.kind else { return nil }
      switch (name.text, arguments.count) {
      case (Builtin.test.rawValue, 6): hasRuns = true
      case (Builtin.testOnce.rawValue, 5): hasRuns = false
      default: return nil
      }
      self.arguments = arguments
    }
  }

  private func simulate(_ simulation: Simulation, _ text: String) throws(Complaint) -> Answer {
    let (evaluator, functions) = try prepare(simulation.arguments.map { Self.text(text, only: $0.range) })
    let machine = evaluator.machine
    let start = machine.variables.map { _ in Value?.none }
    do throws(EvaluationError) {
      var numbers: [Int] = simulation.hasRuns ? [] : [1]
      for function in functions.dropLast(3) {
        let value = try evaluator.value(of: function)
        guard let number = value.asInteger?.asInt else {
          throw EvaluationError(.general, "a number is expected here", at: machine[function].body)
        }
        numbers.append(number)
      }
      let actions = Array(functions.suffix(3))
      var longest: [State] = []
      var found = 0
      for _ in 0..<max(0, numbers[0]) {
        var states: [State] = []
        evaluator.load(start)
        let holds = try sample(actions, numbers[1], evaluator, &states)
        if !holds { found += 1 }
        if !holds || (found == 0 && states.count > longest.count) { longest = states }
        if found >= max(1, numbers[2]) { break }
      }
      lastTrace = longest
      return .value(.string(found > 0 ? "violation" : "ok"))
    } catch {
      throw Complaint([error.diagnostic(in: machine)], machine.sources)
    }
  }

  /// One random behavior; false when the invariant is in its last state.
  private func sample(
    _ actions: [FunctionID], _ steps: Int, _ evaluator: Evaluator, _ states: inout [State]
  ) throws(EvaluationError) -> Bool {
    var index = 0
    while index <= max(0, steps) {
      var hasChosen = false
      var passed: [Step] = []
      let outcome = try evaluator.runOnce(
        actions[index == 0 ? 0 : 1], random: &random, hasChosen: &hasChosen, passed: &passed)
      guard let outcome else { return true }
      states += passed.map(\.state)
      states.append(State(variables: evaluator.machine.variables.map(\.name), values: outcome.values))
      evaluator.load(outcome.values)
      guard try evaluator.isTrue(actions[2]) else { return false }
      index += 1
    }
    return true
  }

  /// The text with blanks for everything outside of a range, so that places stay as they are.
  private static func text(_ text: String, only range: SourceRange) -> String {
    let bytes = text.utf8.enumerated().map { offset, byte in
      Int(range.start)..<Int(range.end) ~= offset || byte == 0x0A ? byte : 0x20
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension SyntaxDeclaration {
  /// The name that it gives to something.
  fileprivate var name: String? {
    switch kind {
    case .constant(let name, _), .variable(let name, _), .typeDefinition(let name, _, _): name.text
    case .assume(let name, _): name.text == "_" ? nil : name.text
    case .definition(let definition): definition.name.text
    case .importing, .instance, .exporting: nil
    }
  }

  /// `import M.*` of a loaded module.
  fileprivate func importsAll(of module: String) -> Bool {
    guard case .importing(let link) = kind, case .all = link.selection else { return false }
    return link.module.text == module && link.path == nil
  }
}

extension SourceFile {
  /// True if a `/*` has no `*/` behind it.
  fileprivate var hasOpenComment: Bool {
    var last: (open: Int?, close: Int?) = (nil, nil)
    for index in bytes.indices.dropLast() {
      if bytes[index] == UInt8(ascii: "/"), bytes[index + 1] == UInt8(ascii: "*") { last.open = index }
      if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { last.close = index }
    }
    guard let open = last.open else { return false }
    return last.close.map { $0 < open } ?? true
  }
}
