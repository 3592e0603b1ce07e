import ProtocolModel

/// A behavior as a story: one line a step, with the action, its picks, and what changed.
enum StoryText {
  private static let lineWidth = 118
  private static let longestAction = 36

  /// - Parameters:
  ///   - isFull: whole states instead of changes.
  ///   - hidden: variables that are left out.
  static func text(
    of trace: Trace, isFull: Bool, first: String? = nil, hiding hidden: HiddenVariables = .none
  ) -> String {
    let trace = trace.withShortNames()
    let titles = trace.steps.enumerated().map { index, step in
      index == 0 ? first ?? title(of: step, isFirst: true) : title(of: step, isFirst: false)
    }
    // What was picked at the beginning mostly stands alone in its line.
    let isWhole = isFull || first != nil || trace.length == 0
    let width = min(longestAction, titles.dropFirst(isWhole ? 0 : 1).map(\.count).max() ?? 0)
    var text = ""
    var before: State?
    for (index, step) in trace.steps.enumerated() {
      let number = String(index)
      let items =
        isFull || trace.length == 0 || (index == 0 && first != nil)
        ? whole(hidden.shown(step.state))
        : before.map { StateDiff(from: hidden.shown($0), to: hidden.shown(step.state)).items } ?? []
      let head =
        "  " + String(repeating: " ", count: max(0, 3 - number.count)) + number + "  " + titles[index]
      let isIdle = before.map { $0 == step.state } ?? true
      let nothing = isIdle ? "(nothing changes)" : "(nothing that is shown changes)"
      let shown = items.isEmpty && index > 0 ? [nothing] : isFull ? items : items.map(clipped)
      text += lines(isFull ? head : clipped(head), shown, indent: 7 + width + 3)
      before = step.state
    }
    return text
  }

  /// Why a property is false, a line for each reason.
  static func reasons(_ explanations: [Explanation]) -> String {
    explanations.enumerated().map { index, explanation in
      (index == 0 ? "  false because   " : "                  ") + clipped(explanation.description) + "\n"
    }.joined()
  }

  /// More of a value is read by nobody.
  private static let longestItem = 600

  /// The beginning and the end of what is too long to read; traces in files have all of it.
  static func clipped(_ text: String) -> String {
    guard text.utf8.count > longestItem else { return text }
    let count = text.count
    let part = longestItem * 2 / 5
    guard count > longestItem else { return text }
    let left = CheckText.grouped(count - 2 * part)
    return "\(text.prefix(part)) [... \(left) characters ...] \(text.suffix(part))"
  }

  private static func title(of step: Step, isFirst: Bool) -> String {
    title(of: step.action ?? step.enclosingAction, picks: step.picks, default: isFirst ? "init" : "step")
  }

  /// `lockA(i = 1)`; picks that are no arguments stand behind it.
  static func title(of action: ActionCall?, picks: [NamedValue], default name: String) -> String {
    let name = action?.description ?? name
    let arguments = action?.arguments ?? []
    let picks = picks.filter { !arguments.contains($0) }
    if picks.isEmpty { return name }
    return name + "  " + picks.map(\.description).joined(separator: ", ")
  }

  private static func whole(_ state: State) -> [String] {
    zip(state.variables, state.values).map { "\($0) = \($1.map(\.description) ?? "(no value)")" }
  }

  /// The head, then the items in columns from `indent` on, as many a line as fit.
  static func lines(_ head: String, _ items: [String], indent: Int) -> String {
    var line = head
    var text = ""
    var isLineStart = true
    if head.count + 2 > indent, !items.isEmpty {
      text += head + "\n"
      line = ""
    }
    for item in items {
      if !isLineStart, line.count + 3 + item.count > lineWidth {
        text += line + "\n"
        line = ""
        isLineStart = true
      }
      if isLineStart {
        line += String(repeating: " ", count: max(0, indent - line.count))
      } else {
        line += "   "
      }
      line += item
      isLineStart = false
    }
    return text + line + "\n"
  }
}

extension Trace {
  /// The trace with variables named as short as they can be told apart: `now` for
  /// `main::clock::now`.
  func withShortNames() -> Trace {
    guard let names = steps.first?.state.variables else { return self }
    let parts = names.map { $0.split(separator: ":", omittingEmptySubsequences: true).map(String.init) }
    var short = names
    for index in names.indices {
      for length in 1...max(1, parts[index].count) {
        let suffix = parts[index].suffix(length)
        if parts.filter({ $0.suffix(length) == suffix }).count == 1 {
          short[index] = suffix.joined(separator: "::")
          break
        }
      }
    }
    var result = self
    for index in result.steps.indices where result.steps[index].state.variables == names {
      result.steps[index].state.variables = short
    }
    return result
  }
}
