/// A session's path as a test of Quint.
///
/// Each step has up to three texts, best first: what was typed, if that leaves no choice;
/// the step with its choices fixed (`FixedChoices`); the next state, written out. Which of them
/// mean the same where the test is to stand, with the names that can be seen there, is not worked out
/// but tried: the test must pass in one run, and its last `expect` compares the whole state.

/// A test that can be appended to a file.
public struct SessionTest: Sendable {
  public var name: String
  public var module: String
  /// The whole file with the test.
  public var fileText: String
  /// Steps whose next state is written out, from 0, since no other text of them could be used.
  public var assignedSteps: [Int]
}

extension Session {
  /// The path up to the current state as the test `<name>Test` in a file, which may be new.
  public func test(named name: String, in file: String) throws(Complaint) -> SessionTest {
    guard position > 0 else { throw Complaint("there are no states yet") }
    let name = name.hasSuffix("Test") ? name : name + "Test"
    guard name.isName, !name.contains(":"), name.first?.isNumber == false else {
      throw Complaint("`\(name)` is no name")
    }
    let target = try TestTarget(file, of: self)
    if target.names.contains(name) {
      throw Complaint("there is a `\(name)` in module `\(target.module)` already")
    }
    let units = pathUnits()
    var choices = units.map { _ in 0 }
    let texts = units.map { stepTexts(of: $0, in: target) }
    if let missing = texts.firstIndex(where: \.isEmpty) {
      throw Complaint("step \(missing) cannot be written with the names of module `\(target.module)`")
    }
    var failure = target.failure(of: declaration(name, texts, choices, units, target), name)
    // One by one, the first text of each step that goes together with those before.
    if failure != nil {
      for index in units.indices {
        choices[index] = 0
        while true {
          let count = index + 1
          failure = target.failure(
            of: declaration(
              name, Array(texts[..<count]), Array(choices[..<count]), Array(units[..<count]), target), name)
          if failure == nil { break }
          guard choices[index] + 1 < texts[index].count else { break }
          choices[index] += 1
        }
        if failure != nil { break }
      }
    }
    if let failure { throw failure }
    let declaration = declaration(name, texts, choices, units, target)
    return SessionTest(
      name: name, module: target.module, fileText: target.text(with: declaration),
      assignedSteps: units.indices.filter { texts[$0][choices[$0]].isAssignment })
  }

  /// The steps that belong to one action.
  private struct Unit {
    var before: State?
    var steps: [SessionStep]
    var after: State { steps[steps.count - 1].step.state }
  }

  private struct StepText {
    var text: String
    var isAssignment = false
  }

  private func pathUnits() -> [Unit] {
    var units: [Unit] = []
    var unit = Unit(before: nil, steps: [])
    for (index, step) in steps[..<position].enumerated() {
      unit.steps.append(step)
      if step.isInner, index < position - 1 { continue }
      units.append(unit)
      unit = Unit(before: step.step.state, steps: [])
    }
    return units
  }

  private func stepTexts(of unit: Unit, in target: TestTarget) -> [StepText] {
    var texts: [StepText] = []
    let isWhole = unit.steps.last?.isInner == false
    if isWhole, let last = unit.steps.last, last.isDeterministic, let input = last.input {
      texts.append(
        StepText(
          text: ["nondet ", "val ", "pure ", "def "].contains { input.hasPrefix($0) } ? "{ \(input) }" : input
        ))
    }
    if isWhole, let fixed = fixedText(of: unit) { texts.append(StepText(text: fixed)) }
    if let assignment = target.assignment(of: unit.after) {
      texts.append(StepText(text: assignment, isAssignment: true))
    }
    return texts
  }

  /// The step as a transition of `init` or `step`.
  private func fixedText(of unit: Unit) -> String? {
    guard let last = unit.steps.last else { return nil }
    let evaluator = Evaluator(machine: machine)
    let values = machine.variables.map { unit.before?[$0.name] }
    evaluator.load(values)
    for transition in unit.before == nil ? machine.initialTransitions : machine.transitions {
      var text: String?
      try? evaluator.forEachAttempt(of: transition, isExplained: false) { attempt in
        guard case .enabled(let values, let passed) = attempt.result, attempt.picks == last.step.picks,
          attempt.action == last.step.action, passed.map(\.state) == unit.steps.dropLast().map(\.step.state),
          State(variables: machine.variables.map(\.name), values: values) == unit.after
        else { return true }
        var choices = FixedChoices(machine, transition, attempt)
        text = choices.text()
        return false
      }
      if let text { return text }
    }
    return nil
  }

  private func declaration(
    _ name: String, _ texts: [[StepText]], _ choices: [Int], _ units: [Unit], _ target: TestTarget
  ) -> String {
    var lines: [String] = []
    for (index, choice) in choices.enumerated() {
      let text = texts[index][choice].text
      lines.append(index == 0 ? (text.isName ? text : "(\(text))") : ".then(\(text))")
    }
    if let after = units.last?.after, let condition = target.condition(for: after) {
      lines.append(".expect(\(condition))")
    }
    return "run \(name) = " + lines.joined(separator: "\n    ")
  }
}

// MARK: - Where a test is to stand

/// A module of a file, which may have to be made.
private struct TestTarget {
  let path: String
  let module: String
  /// Names that the module can use.
  let names: Set<String>
  private let fileText: String
  /// End of the module, behind its brace.
  private let end: Int

  init(_ path: String, of session: Session) throws(Complaint) {
    self.path = path
    if let bytes = DiskSourceReader().read(path: path) {
      fileText = String(decoding: bytes, as: UTF8.self)
    } else {
      fileText = Self.newText(path, session)
    }
    let spec = Spec(path, reader: CachedSourceReader(texts: [path: Array(fileText.utf8)]))
    if spec.diagnostics.hasErrors { throw Complaint(spec.diagnostics, spec.sources) }
    let resolved = spec.resolved
    let own = spec.ownModules.map { resolved.modules[$0] }
    guard let module = own.first(where: { $0.name == session.main }) ?? (own.count == 1 ? own[0] : nil) else {
      throw Complaint("`\(path)` has several modules, and none is named `\(session.main)`")
    }
    self.module = module.name
    names = Set(module.scope.keys)
    end = Int(module.syntax.range.end)
  }

  /// A module that imports the session's; one with its definitions if there is no file of it.
  private static func newText(_ path: String, _ session: Session) -> String {
    let base = SourcePath.baseName(of: path)
    var name = base.isName && !base.contains(":") && base.first?.isNumber == false ? base : "tests"
    guard let spec = session.path else {
      let lines = session.declarations.map { "  \($0)\n" }.joined()
      return "module \(name) {\n\(lines)}\n"
    }
    if session.spec.resolved.module(named: name) != nil { name += "_tests" }
    let from = SourcePath.relative(spec, to: SourcePath.directory(of: path))
    return "module \(name) {\n  import \(session.main).* from \"\(from)\"\n}\n"
  }

  func text(with declaration: String) -> String {
    fileText.inserting("\n  \(declaration)\n", beforeBraceAt: end)
  }

  /// Why a test does not pass without a choice; nil if it does.
  func failure(of declaration: String, _ name: String) -> Complaint? {
    let spec = Spec(
      path, reader: CachedSourceReader(texts: [path: Array(fileText.utf8)]),
      additions: [SourceAddition(module: module, path: name, text: declaration)])
    if spec.diagnostics.hasErrors { return Complaint(spec.diagnostics, spec.sources) }
    guard let index = spec.resolved.module(named: module),
      let test = try? spec.tests(inMain: index).first(where: { $0.name == name })
    else { return Complaint("the test is lost") }
    let made = spec.machine(main: index, tests: [test])
    guard let machine = made.machine, let function = made.tests.first else {
      return Complaint(made.diagnostics, made.sources)
    }
    var runner = TestRunner(machine: machine)
    runner.maxSamples = 2
    let result = runner.run(function)
    switch result.failure {
    case .error(let error): return Complaint([error.diagnostic(in: machine)], machine.sources)
    case .isFalse: return Complaint("the test is false")
    case nil: return result.samples == 1 ? nil : Complaint("the test leaves a choice")
    }
  }

  /// The name of a variable in the module; nil if it cannot be seen there.
  private func name(of variable: String) -> String? {
    var name = variable
    while true {
      if names.contains(name) { return name }
      guard let colons = name.firstRange(of: "::") else { return nil }
      name = String(name[colons.upperBound...])
    }
  }

  /// `all { x' = 1, y' = 2 }`; nil if a variable cannot be seen.
  func assignment(of state: State) -> String? {
    var updates: [String] = []
    for (variable, value) in zip(state.variables, state.values) {
      guard let value else { continue }
      guard let name = name(of: variable) else { return nil }
      updates.append("\(name)' = \(value)")
    }
    return "all { \(updates.joined(separator: ", ")) }"
  }

  /// `and { x == 1, y == 2 }` for the variables that can be seen; nil if there are none.
  func condition(for state: State) -> String? {
    let parts = zip(state.variables, state.values).compactMap { variable, value in
      value.flatMap { value in name(of: variable).map { "\($0) == \(value)" } }
    }
    if parts.count <= 1 { return parts.first }
    return "and {\n" + parts.map { "      \($0),\n" }.joined() + "    }"
  }
}

extension SourcePath {
  /// The path of a file, without `.qnt`, as seen from a folder.
  fileprivate static func relative(_ path: String, to folder: String) -> String {
    let file = path.hasSuffix(".qnt") ? String(path.dropLast(4)) : path
    let target = normalized(file).split(separator: "/")
    let start = folder.isEmpty ? [] : normalized(folder).split(separator: "/").filter { $0 != "." }
    if file.hasPrefix("/") != folder.hasPrefix("/") { return normalized(file) }
    var shared = 0
    while shared < min(target.count - 1, start.count), target[shared] == start[shared] { shared += 1 }
    let up = Array(repeating: "..", count: start.count - shared)
    let parts = up + target[shared...].map(String.init)
    return (up.isEmpty ? "./" : "") + parts.joined(separator: "/")
  }
}
