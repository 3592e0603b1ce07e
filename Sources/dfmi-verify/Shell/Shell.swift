import ProtocolModel

/// The interactive session on standard input and output.
struct Shell {
  let console: Console
  let session: Session
  var verbosity: Int
  private var reader = LineReader()
  private var isOver = false

  init(_ console: Console, seed: UInt64, verbosity: Int) {
    self.console = console
    self.verbosity = verbosity
    session = Session(seed: seed)
    session.debugHandler = { console.print($0 + "\n") }
    session.shouldStop = { Process.isInterrupted }
    if verbosity > 0 {
      console.print(
        "dfmi-verify \(DFMIVerify.version)\nType \".exit\" to exit, or \".help\" for more information\n")
    }
  }

  private static let prompt = ">>> "
  private static let continuation = "... "

  /// Answers to the inputs of the command line, which are shown as if they were typed, then to
  /// what is read, until that ends.
  mutating func run(_ inputs: [String]) {
    for input in inputs where !isOver {
      if verbosity > 0 { console.print("\(Self.prompt)\(input)\n") }
      answer(input)
    }
    while !isOver {
      guard let line = reader.line(prompt: verbosity > 0 ? Self.prompt : "", console) else {
        if verbosity > 0 { console.print("\n") }
        return
      }
      Process.forgetInterrupts()
      answer(line)
    }
  }

  /// Answers to a line, and to those that complete it.
  private mutating func answer(_ line: String) {
    let line = Self.withoutPrompt(line)
    if line.hasPrefix("."), !line.hasPrefix("...") {
      if ShellCommand.run(line, &self) == .exit { isOver = true }
      return
    }
    var text = line
    var blankLines = 0
    while !text.allSatisfy(\.isWhitespace), Session.isIncomplete(text), blankLines < 2 {
      guard let next = reader.line(prompt: verbosity > 0 ? Self.continuation : "", console) else {
        isOver = true
        break
      }
      let more = Self.withoutPrompt(next)
      blankLines = more.allSatisfy(\.isWhitespace) ? blankLines + 1 : 0
      text += "\n" + more
    }
    evaluate(text)
  }

  /// Output of an earlier session can be pasted.
  private static func withoutPrompt(_ line: String) -> String {
    let rest = line.drop(while: \.isWhitespace)
    for prompt in [prompt, continuation] where rest.hasPrefix(prompt) {
      return String(rest.dropFirst(prompt.count))
    }
    return rest.hasPrefix(".") ? String(rest) : line
  }

  /// Evaluates an input and prints what came of it.
  func evaluate(_ text: String) {
    let before = session.state
    do throws(Complaint) {
      switch try session.evaluate(text) {
      case .nothing: break
      case .declared: console.print("\n")
      case .value(let value): console.print("\(value)\n")
      case .performed(let isTrue):
        console.print("\(isTrue)\n")
        if isTrue, verbosity >= 2, session.steps.last?.input == text { showStep(from: before) }
      }
    } catch {
      report(error)
    }
  }

  /// Loads a file; false after a message.
  func load(_ path: String, module: String?) -> Bool {
    do throws(Complaint) {
      let notes = try session.load(path, module: module)
      console.report(notes, session.spec.sources)
    } catch {
      report(error)
      return false
    }
    let saved = session.savedExpressions
    if verbosity > 0, !saved.isEmpty { console.print("Evaluating expression history in \(path)\n") }
    for expression in saved {
      if verbosity > 0 { console.print(Self.prompt + expression + "\n") }
      evaluate(expression)
    }
    return true
  }

  func report(_ complaint: Complaint) {
    // On standard output, where it stands in order with the rest.
    console.print(DiagnosticRenderer(sources: complaint.sources).render(complaint.diagnostics))
  }

  func complain(_ message: String) { console.print("\(message)\n") }
}

// MARK: - States

extension Shell {
  var names: ShortNames { ShortNames(session.machine) }

  /// The last step and what it changed; the whole state if it is the first one.
  func showStep(from before: State?) {
    guard session.position > 0 else { return }
    let step = session.steps[session.position - 1].step
    let start = session.position == 1 ? nil : session.position > 1 ? session.previousState : before
    let title = StoryText.title(of: step.action, picks: step.picks, default: "")
    let items = changes(from: start, to: step.state)
    console.print(
      StoryText.lines(title.isEmpty ? "" : "  " + title, items, indent: title.isEmpty ? 2 : title.count + 5))
    let missing = zip(step.state.variables, step.state.values).filter { $0.1 == nil }.map(\.0)
    if !missing.isEmpty {
      console.print("[warning] some variables are undefined: \(missing.joined(separator: ", "))\n")
    }
  }

  func changes(from before: State?, to after: State) -> [String] {
    guard let before else { return items(after) }
    let items = StateDiff(from: names.short(before), to: names.short(after)).items
    return items.isEmpty ? ["(nothing changes)"] : items
  }

  /// `x = 1` for each variable.
  func items(_ state: State) -> [String] {
    let state = names.short(state)
    return zip(state.variables, state.values).compactMap { name, value in value.map { "\(name) = \($0)" } }
  }
}
