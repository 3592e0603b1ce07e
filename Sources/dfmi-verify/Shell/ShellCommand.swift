import Checker
import ProtocolModel

/// What begins with a dot.
struct ShellCommand: Sendable {
  let name: String
  /// What stands behind it in help.
  let usage: String
  let help: String
  /// The words behind the name; false if they are not what it takes.
  private let action: @Sendable ([String], inout Shell) -> Bool

  enum Next { case stay, exit }

  /// In the order of help.
  private static let all: [ShellCommand] = [
    .init(name: "help", usage: "", help: "print this text") { _, shell in
      shell.console.print(helpText)
      return true
    },
    .init(name: "load", usage: "FILE [MODULE]", help: "forget everything, load a file and go into a module") {
      words, shell in
      guard 1...2 ~= words.count else { return false }
      _ = shell.load(words[0], module: words.count > 1 ? words[1] : nil)
      return true
    },
    .init(name: "reload", usage: "", help: "load the same file and module again") { _, shell in
      guard let path = shell.session.path else {
        shell.complain("Nothing to reload. Use: .load FILE [MODULE]")
        return true
      }
      let main = shell.session.main
      _ = shell.load(path, module: main == Session.ownModule ? nil : main)
      return true
    },
    .init(name: "save", usage: "FILE", help: "write the spec with all definitions, and the expressions") {
      words, shell in
      guard words.count == 1 else { return false }
      let isWritten = Console.write(shell.session.savedText, toFile: words[0])
      shell.complain(isWritten ? "Session saved to: \(words[0])" : "cannot write `\(words[0])`")
      return true
    },
    .init(name: "actions", usage: "[NAME|all]", help: "list what can be done now, and what cannot and why") {
      words, shell in
      guard words.count <= 1 else { return false }
      shell.listActions(words.first)
      return true
    },
    .init(name: "take", usage: "N", help: "do the action of this number") { words, shell in
      guard !words.isEmpty else { return false }
      shell.take(words.joined(separator: " "))
      return true
    },
    .init(name: "back", usage: "", help: "go to the state before") { _, shell in
      shell.move { session throws(Complaint) in try session.goBack() }
      return true
    },
    .init(name: "goto", usage: "K", help: "go to a state of the path, from 0") { words, shell in
      guard words.count == 1, let index = Int(words[0]) else { return false }
      shell.move { session throws(Complaint) in try session.go(to: index) }
      return true
    },
    .init(name: "state", usage: "", help: "show the current state") { _, shell in
      shell.showState()
      return true
    },
    .init(name: "trace", usage: "[full]", help: "tell the path so far, step by step") { words, shell in
      guard words.isEmpty || words == ["full"] else { return false }
      shell.showTrace(isFull: !words.isEmpty)
      return true
    },
    .init(
      name: "jump", usage: "TRACE.itf.json [K]", help: "go to a state of a trace, from 0, on the way it took"
    ) {
      words, shell in
      guard 1...2 ~= words.count, words.count == 1 || Int(words[1]) != nil else { return false }
      shell.jump(words[0], to: words.count > 1 ? Int(words[1]) : nil)
      return true
    },
    .init(name: "saveTest", usage: "NAME FILE", help: "append the path to a file as the test NAMETest") {
      words, shell in
      guard words.count == 2 else { return false }
      shell.saveTest(words[0], words[1])
      return true
    },
    .init(name: "reset", usage: "", help: "forget all states, keep the definitions") { _, shell in
      shell.session.reset()
      return true
    },
    .init(name: "clear", usage: "", help: "forget everything") { _, shell in
      shell.session.clear()
      shell.console.print("\n")
      return true
    },
    .init(name: "verbosity", usage: "=N", help: "0 has no prompt, 1 shows no changes, 2 shows them") {
      words, shell in
      guard words.count == 1, let level = Int(words[0]), 0...5 ~= level else { return false }
      shell.verbosity = level
      if level > 0 { shell.complain(".verbosity=\(level)") }
      return true
    },
    .init(name: "seed", usage: "[=N]", help: "set the seed of random choices, or show it") { words, shell in
      guard words.count <= 1 else { return false }
      if let word = words.first {
        guard let seed = Seed.value(word) else { return false }
        shell.session.seed = seed
      }
      if shell.verbosity > 0 || words.isEmpty { shell.complain(".seed=\(shell.session.seed)") }
      return true
    },
    .init(name: "exit", usage: "", help: "end the session, as the end of the input does") { _, _ in true },
  ]

  static func run(_ line: String, _ shell: inout Shell) -> Next {
    var rest = line.dropFirst()
    let name = String(rest.prefix { $0.isLetter })
    rest = rest.dropFirst(name.count)
    // `.seed=1`, `.seed = 1` and `.seed 1` are the same.
    let words = rest.split { $0.isWhitespace || ($0 == "=" && (name == "seed" || name == "verbosity")) }
      .map(String.init)
    guard let command = all.first(where: { $0.name == name }), rest.first?.isNumber != true else {
      let hint = ArgumentParser.suggestion(for: name, among: all.map(\.name))
      shell.complain("Unexpected command: \(line)\(hint)\nType .help to see the list of commands")
      return .stay
    }
    if name == "exit" { return .exit }
    if !command.action(words, &shell) {
      shell.complain("Usage: .\(name)\(command.usage.hasPrefix("=") ? "" : " ")\(command.usage)")
    }
    return .stay
  }

  private static var helpText: String {
    let rows = all.map { command in
      let isGlued = command.usage.hasPrefix("=") || command.usage.hasPrefix("[=") || command.usage.isEmpty
      return ("." + command.name + (isGlued ? "" : " ") + command.usage, command.help)
    }
    let width = rows.map(\.0.count).max() ?? 0
    let table = rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)\n" }.joined()
    return """
      \(table)
      Everything else is a declaration or an expression of Quint. An action that is true is done: the state
      changes. Unfinished input goes on in the next line; two blank lines end it.

      """
  }
}

// MARK: - Stepping

extension Shell {
  private static let shownActions = 40

  func listActions(_ filter: String?) {
    do throws(Complaint) {
      let menu = try session.menu()
      func isShown(_ action: ActionCall?, _ transition: String) -> Bool {
        filter == nil || filter == "all" || (action?.name ?? transition) == filter || transition == filter
      }
      let enabled = menu.enabled.enumerated().filter { isShown($0.element.step.action, "step") }
      let refused = menu.refused.filter { isShown($0.action, $0.transition) }
      let limit = filter == "all" ? Int.max : Self.shownActions
      let rows = enabled.prefix(limit).map { index, action in
        (
          number: String(index + 1), title: title(action.step),
          items: changes(from: session.state, to: action.step.state)
        )
      }
      let blocked = refused.prefix(limit).map { (title: title($0), items: reasons($0)) }
      let width = min(36, (rows.map(\.title.count) + blocked.map(\.title.count)).max() ?? 0)
      let digits = max(2, String(menu.enabled.count).count)
      if !rows.isEmpty { console.print("enabled\n") }
      for row in rows {
        let padding = String(repeating: " ", count: max(0, digits - row.number.count))
        console.print(
          StoryText.lines("  \(padding)\(row.number)  \(row.title)", row.items, indent: width + digits + 7))
      }
      if enabled.count > limit {
        console.print("      and \(enabled.count - limit) more: .actions all, or .actions NAME\n")
      }
      if !blocked.isEmpty { console.print("refused\n") }
      let margin = String(repeating: " ", count: digits + 4)
      for row in blocked {
        console.print(StoryText.lines(margin + row.title, row.items, indent: width + digits + 7))
      }
      if refused.count > limit { console.print("      and \(refused.count - limit) more: .actions all\n") }
      if rows.isEmpty, blocked.isEmpty, menu.errors.isEmpty { console.print("nothing is enabled\n") }
      for error in menu.errors {
        console.print(
          DiagnosticRenderer(sources: session.machine.sources).render(error.diagnostic(in: session.machine)))
      }
    } catch {
      report(error)
    }
  }

  private func title(_ step: Step) -> String {
    StoryText.title(of: step.action, picks: step.picks, default: session.position == 0 ? "init" : "step")
  }

  private func title(_ refused: RefusedAction) -> String {
    StoryText.title(of: refused.action, picks: refused.picks, default: refused.transition)
  }

  private func reasons(_ refused: RefusedAction) -> [String] {
    var reasons = refused.reasons.map(\.description)
    if reasons.isEmpty { reasons = ["is false"] }
    if refused.others > 0 {
      reasons[reasons.count - 1] += "   and \(CheckText.count(refused.others, "other pick")) alike"
    }
    return reasons
  }

  /// By number, or by what the list shows if that is only one.
  func take(_ word: String) {
    do throws(Complaint) {
      let menu = try session.menu()
      var index = Int(word).map { $0 - 1 }
      if index == nil {
        let matches = menu.enabled.indices.filter {
          title(menu.enabled[$0].step) == word || menu.enabled[$0].step.action?.name == word
        }
        index = matches.count == 1 ? matches[0] : nil
      }
      guard let index, menu.enabled.indices.contains(index) else {
        let count = menu.enabled.count
        complain(
          count == 0
            ? "nothing is enabled; see .actions" : "take a number from 1 to \(count); see .actions")
        return
      }
      session.take(menu.enabled[index])
      showStep(from: nil)
    } catch {
      report(error)
    }
  }

  func move(_ action: (Session) throws(Complaint) -> Void) {
    do throws(Complaint) {
      try action(session)
      showState()
    } catch {
      report(error)
    }
  }

  func showState() {
    guard let state = session.state else { return complain("no state yet") }
    console.print("state \(session.position - 1)\n" + items(state).map { "  \($0)\n" }.joined())
  }

  func showTrace(isFull: Bool) {
    guard !session.steps.isEmpty else { return complain("no state yet") }
    console.print(StoryText.text(of: names.short(session.trace), isFull: isFull))
    if session.position < session.steps.count {
      complain(session.position == 0 ? "you are before state 0" : "you are at state \(session.position - 1)")
    }
  }

  /// Goes to a state of a trace: on the way of the trace if the model has it.
  func jump(_ path: String, to index: Int?) {
    let machine = session.machine
    switch TraceFile.read(path, of: machine) {
    case .failure(let complaint): complain(complaint.text)
    case .success(var observed):
      let last = index ?? observed.steps.count - 1
      guard observed.steps.indices.contains(last) else {
        return complain("the states of the trace are 0 to \(observed.steps.count - 1)")
      }
      observed.steps.removeLast(observed.steps.count - last - 1)
      observed.loopStart = nil
      if machine.initial != nil, machine.step != nil,
        case .accepted(let trace, _) = TraceReplay(
          machine: machine, shouldStop: { Process.isInterrupted }
        ).run(observed)
      {
        session.follow(trace)
      } else {
        complain("the trace up to there is no behavior of the model; its state is taken as it is")
        let state = State(variables: machine.variables.map(\.name), values: observed.steps[last].values)
        session.follow(Trace(steps: [Step(state: state)]))
      }
      showState()
    }
  }

  func saveTest(_ name: String, _ path: String) {
    do throws(Complaint) {
      let test = try session.test(named: name, in: path)
      guard Console.write(test.fileText, toFile: path) else { return complain("cannot write `\(path)`") }
      complain("test \(test.name) appended to module \(test.module) of \(path)")
      if !test.assignedSteps.isEmpty {
        let list = test.assignedSteps.map(String.init).joined(separator: ", ")
        complain("states that are set, not reached by an action: \(list)")
      }
    } catch {
      report(error)
    }
  }
}
