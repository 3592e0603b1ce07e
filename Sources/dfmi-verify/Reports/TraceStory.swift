import ProtocolModel

/// A trace as reports tell it: steps with titles, changes, and the places of their actions.
struct TraceStory {
  struct Step {
    /// `lockA(i = 1)`, with the picks that are no arguments behind it.
    var title: String
    /// The bare name of the action; nil where the step has none.
    var action: String?
    /// What changed, down to the entry of a map; the whole state for the first step.
    var changes: [String]
    /// Of the action's declaration.
    var range: SourceRange
    /// Lines of the declaration from the place of its name on.
    var lineCount: Int
    /// The whole state after the step.
    var state: [NamedText]
  }

  struct NamedText {
    var name: String
    var value: String
    /// It differs from the state before.
    var isChanged: Bool
  }

  let steps: [Step]
  /// Index of the state to which the last one returns.
  let loopStart: Int?

  init(_ trace: Trace, _ machine: Machine) {
    let trace = trace.withShortNames()
    loopStart = trace.loopStart
    var before: State?
    steps = trace.steps.enumerated().map { index, step in
      let call = step.action ?? step.enclosingAction
      let title = StoryText.title(of: call, picks: step.picks, default: index == 0 ? "init" : "step")
      let values = zip(step.state.variables, step.state.values).map { name, value in
        NamedText(
          name: name, value: value?.description ?? "(no value)",
          isChanged: before.map { $0[name] != value } ?? false)
      }
      let changes =
        before.map { StateDiff(from: $0, to: step.state).items } ?? values.map { "\($0.name) = \($0.value)" }
      before = step.state
      let function =
        call.flatMap { machine.action(named: $0.name) } ?? (index == 0 ? machine.initial : machine.step)
      return Step(
        title: title, action: call?.name, changes: changes,
        range: function.map { machine[$0].range } ?? .none,
        lineCount: function.map(machine.lineCount) ?? 1, state: values)
    }
  }
}

extension Machine {
  /// From the name of a function to the end of its body.
  func lineCount(of function: FunctionID) -> Int {
    let name = self[function].range
    let whole = name.union(origin(of: self[function].body).range)
    guard let file = sources.file(of: name), whole.start == name.start else { return 1 }
    return file.position(of: Int(whole.end)).line - file.position(of: Int(name.start)).line + 1
  }

  /// The function of an action as steps name it; nil when there is none.
  ///
  /// - Complexity: O(number of functions).
  func action(named name: String) -> FunctionID? {
    functions.firstIndex { $0.name == name && $0.qualifier == .action }.map { FunctionID($0) }
  }
}

extension SourceFile {
  /// False for the texts of options.
  var isOnDisk: Bool { !path.isEmpty && !path.hasPrefix("--") && !path.hasPrefix("<") }

  /// The doc comment above the line where a range begins, as running text without tags; nil when
  /// there is none.
  func documentation(above range: SourceRange) -> String? {
    var line = position(of: Int(range.start)).line - 1
    var lines: [String] = []
    while line >= 1 {
      let text = self.line(line).drop { $0 == " " || $0 == "\t" }
      guard text.hasPrefix("///") else { break }
      let words = text.dropFirst(3).drop { $0 == " " }
      if !words.hasPrefix("@") { lines.append(String(words)) }
      line -= 1
    }
    let text = lines.reversed().filter { !$0.isEmpty }.joined(separator: " ")
    return text.isEmpty ? nil : text
  }
}

extension RunReport {
  /// The files that were read, each once, in the order in which they were.
  var inputs: [SourceFile] {
    var seen: Set<String> = []
    return instances.flatMap(\.sources.files).filter { $0.isOnDisk && seen.insert($0.path).inserted }
  }
}
