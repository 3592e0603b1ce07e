import Checker
import ProtocolModel

/// What became of a trace, as text.
struct ReplayText {
  let replayed: ReplayedTrace
  /// Whole states, and all that could be done instead.
  let isFull: Bool

  /// How many steps, and how many refusals, are shown unless all are asked for.
  private static let shownCount = 8
  private let names: ShortNames?

  init(_ replayed: ReplayedTrace, isFull: Bool) {
    self.replayed = replayed
    self.isFull = isFull
    names = replayed.machine.map { ShortNames($0) }
  }

  /// Empty if the trace could not be run.
  var text: String {
    switch replayed.outcome {
    case nil: ""
    case .accepted(let trace, let stutters): accepted(trace, stutters: stutters)
    case .refused(let step): refused(step)
    case .failed(let error, let index, let before): failed(error, index, before)
    }
  }

  private func accepted(_ trace: Trace, stutters: Bool) -> String {
    var line = "accepted, \(CheckText.count(trace.length, "step"))"
    if let start = trace.loopStart {
      line += stutters ? ", then nothing happens any more" : ", then on from state \(start)"
    }
    return (isFull ? StoryText.text(of: names?.short(trace) ?? trace, isFull: true) : "") + line + "\n"
  }

  private func failed(_ error: EvaluationError, _ index: Int, _ before: State?) -> String {
    let word = error.isLimit ? "undecided" : "runtime error"
    var text = "\(word)   \(place(of: index, returnsTo: nil))\n"
    if let before { text += heading("state before") + whole(names?.short(before) ?? before) }
    if let machine = replayed.machine {
      text += DiagnosticRenderer(sources: machine.sources).render(error.diagnostic(in: machine))
    }
    return text
  }

  // MARK: Refused

  private func refused(_ refused: RefusedStep) -> String {
    let step = shortened(refused)
    let headline = "refused   \(place(of: step.index, returnsTo: step.returnsTo))\n"
    var text = headline
    if let before = step.before {
      let others = step.candidates - 1
      text += heading(
        others == 0
          ? "state before" : "state before, one of \(step.candidates) that fit what the trace shows")
      text += whole(before)
    }
    text += heading("the trace asks for")
    text += line(title(step.action.map { ActionCall($0) }, step.picks), asked(step))
    if !step.refusals.isEmpty {
      text += heading("refused by")
      text += step.refusals.prefix(limit).map(refusal).joined() + rest(step.refusals.count)
    }
    text += alternatives(step)
    for error in step.errors {
      if let machine = replayed.machine {
        text += DiagnosticRenderer(sources: machine.sources).render(error.diagnostic(in: machine))
      }
    }
    return text + "\n" + headline
  }

  private func shortened(_ step: RefusedStep) -> RefusedStep {
    guard let names else { return step }
    var step = step
    step.before = step.before.map { names.short($0) }
    step.asked = names.short(step.asked)
    for index in step.enabled.indices {
      step.enabled[index].step.state = names.short(step.enabled[index].step.state)
      step.enabled[index].differing = step.enabled[index].differing.map { names.short($0) }
    }
    return step
  }

  /// `step 4 of 7, to states[4] of trace.itf.json`
  private func place(of index: Int, returnsTo: Int?) -> String {
    let last = max(0, (replayed.observed?.steps.count ?? 1) - 1)
    let step =
      returnsTo != nil
      ? "the way back of the loop" : index == 0 ? "the initial state" : "step \(index) of \(last)"
    return "\(step), to states[\(returnsTo ?? index)] of \(replayed.trace)"
  }

  private func asked(_ step: RefusedStep) -> [String] {
    guard let before = step.before else { return items(step.asked) }
    let changes = StateDiff(from: before, to: step.asked).items
    return changes.isEmpty ? ["(nothing changes)"] : changes
  }

  private func refusal(_ refusal: RefusedAction) -> String {
    let name = refusal.action ?? ActionCall(refusal.transition)
    var reasons = refusal.reasons.map(\.description)
    if reasons.isEmpty { reasons = ["is false"] }
    if refusal.others > 0 {
      reasons[reasons.count - 1] += "   and \(CheckText.count(refusal.others, "other pick")) alike"
    }
    return line(title(name, refusal.picks), reasons)
  }

  private func alternatives(_ step: RefusedStep) -> String {
    guard let nearest = step.enabled.first else {
      return heading(step.before == nil ? "the model has no initial state" : "nothing is enabled there")
    }
    let count = nearest.differing.count
    var text = ""
    if count == 0 {
      text += heading("the model gets there, but by another action or other picks")
    } else {
      let list = nearest.differing.joined(separator: ", ")
      text += heading("nearest enabled, differs in \(list)")
    }
    text += line(title(nearest.step.action, nearest.step.picks), changes(step, nearest))
    if count > 0 { text += line("instead of", wanted(step, nearest)) }
    let others = step.enabled.dropFirst()
    if !others.isEmpty {
      text += heading("also enabled")
      for other in others.prefix(limit) {
        text += line(title(other.step.action, other.step.picks), changes(step, other))
      }
      text += rest(others.count)
    }
    return text
  }

  private func changes(_ step: RefusedStep, _ alternative: RefusedStep.Alternative) -> [String] {
    guard let before = step.before else { return items(alternative.step.state) }
    let changes = StateDiff(from: before, to: alternative.step.state).items
    return changes.isEmpty ? ["(nothing changes)"] : changes
  }

  /// What the trace has of the variables in which the nearest step differs.
  private func wanted(_ step: RefusedStep, _ nearest: RefusedStep.Alternative) -> [String] {
    let before = step.before ?? State(variables: step.asked.variables, values: [])
    var result: [String] = []
    for name in nearest.differing {
      let from = State(variables: [name], values: [before[name]])
      let to = State(variables: [name], values: [step.asked[name]])
      let changes = StateDiff(from: from, to: to).items
      result += step.before == nil ? items(to) : changes.isEmpty ? ["\(name)  unchanged"] : changes
    }
    return result
  }

  // MARK: Layout

  private var limit: Int { isFull ? .max : Self.shownCount }

  private func rest(_ count: Int) -> String {
    count > limit ? "      and \(count - limit) more, see --full\n" : ""
  }

  private func heading(_ text: String) -> String { "\n  \(text)\n" }

  private func title(_ action: ActionCall?, _ picks: [NamedValue]) -> String {
    StoryText.title(of: action, picks: picks, default: "step")
  }

  private func whole(_ state: State) -> String { items(state).map { "      \($0)\n" }.joined() }

  private func items(_ state: State) -> [String] {
    zip(state.variables, state.values).compactMap { name, value in value.map { "\(name) = \($0)" } }
  }

  private func line(_ head: String, _ items: [String]) -> String {
    StoryText.lines("      " + head, items, indent: 28)
  }
}

// MARK: - JSON

extension ReplayedTrace {
  /// The document that `--json` prints.
  var document: ResultDocument {
    var document = ResultDocument(command: ReplayCommand.name)
    var members: [JSONValue.Member] = [.init("trace", .string(trace))]
    if let complaint { members.append(.init("traceError", .string(complaint))) }
    var name = "error"
    var all = diagnostics
    switch outcome {
    case nil: break
    case .accepted(let trace, let stutters):
      name = "holds"
      members.append(.init("steps", .integer(.small(trace.length))))
      if let start = trace.loopStart {
        members.append(.init("loop", .integer(.small(start))))
        members.append(.init("stutters", .bool(stutters)))
      }
    case .refused(let step):
      name = "violated"
      members.append(.init("refused", json(step)))
    case .failed(let error, let index, let before):
      name = error.isLimit ? "inconclusive" : "error"
      members.append(.init("index", .integer(.small(index))))
      if let before { members.append(.init("before", json(before))) }
      if let machine { all.append(error.diagnostic(in: machine)) }
    }
    document.add(
      ResultDocument.result(
        spec: spec, main: main, outcome: name, members: members, diagnostics: all, sources: sources))
    return document
  }

  private func json(_ step: RefusedStep) -> JSONValue {
    var members: [JSONValue.Member] = [.init("index", .integer(.small(step.index)))]
    if let start = step.returnsTo { members.append(.init("returnsTo", .integer(.small(start)))) }
    if let before = step.before { members.append(.init("before", json(before))) }
    members.append(.init("candidates", .integer(.small(step.candidates))))
    var asked: [JSONValue.Member] = []
    if let action = step.action { asked.append(.init("action", .string(action))) }
    asked += [.init("picks", json(step.picks)), .init("state", json(step.asked))]
    members.append(.init("asked", .object(asked)))
    members.append(
      .init(
        "enabled",
        .array(
          step.enabled.map { alternative in
            .object(
              self.members(alternative.step.action, alternative.step.picks) + [
                .init("differing", .array(alternative.differing.map { .string($0) })),
                .init("state", json(alternative.step.state)),
              ])
          })))
    members.append(
      .init(
        "refusals",
        .array(
          step.refusals.map { refusal in
            .object(
              self.members(refusal.action, refusal.picks) + [
                .init("transition", .string(refusal.transition)),
                .init("reasons", .array(refusal.reasons.map(json))),
                .init("others", .integer(.small(refusal.others))),
              ])
          })))
    return .object(members)
  }

  private func members(_ action: ActionCall?, _ picks: [NamedValue]) -> [JSONValue.Member] {
    var result: [JSONValue.Member] = []
    if let action {
      result.append(.init("action", .string(action.name)))
      result.append(.init("arguments", json(action.arguments)))
    }
    return result + [.init("picks", json(picks))]
  }

  private func json(_ explanation: Explanation) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("text", .string(explanation.text)), .init("bindings", json(explanation.bindings)),
    ]
    if let operands = explanation.operands { members.append(.init("operands", .string(operands))) }
    if let location = sources.location(of: explanation.range) {
      members.append(.init("location", .string(location)))
    }
    return .object(members)
  }

  private func json(_ values: [NamedValue]) -> JSONValue {
    .object(values.map { .init($0.name, (try? ITFCodec.encode($0.value)) ?? .null) })
  }

  private func json(_ state: State) -> JSONValue {
    .object(
      zip(state.variables, state.values).compactMap { name, value in
        value.map { .init(name, (try? ITFCodec.encode($0)) ?? .null) }
      })
  }
}
