import ProtocolModel
import SMTBridge

/// The result of a proof as text: one row of a table, or all that is known.
struct VerifyText {
  let instance: VerifiedInstance
  let isFull: Bool
  /// Whether the behaviors that attain extremes are shown.
  let showsExtremes: Bool
  /// Whether counterexamples are drawn as sequence diagrams, too.
  let showsLanes: Bool
  var hidden = HiddenVariables.none

  init(_ instance: VerifiedInstance, isFull: Bool, showsExtremes: Bool = false, showsLanes: Bool = false) {
    self.instance = instance
    self.isFull = isFull
    self.showsExtremes = showsExtremes
    self.showsLanes = showsLanes
  }

  // MARK: The table

  private static let widths = [38, 10, 6, 8]

  static var header: String { row(["instance", "proved", "depth", "time"], "result") }

  /// One line for the instance.
  var row: String {
    let claims = instance.result.properties
    let proved = claims.filter { $0.isProved }.count
    return Self.row(
      [
        instance.main, "\(proved) of \(claims.count)", depth,
        CheckText.seconds(instance.seconds),
      ], instance.isAsExpected ? answer : "NOT AS EXPECTED: " + instance.surprises.joined(separator: "; "))
  }

  /// Steps that were searched; a dash for none.
  private var depth: String { instance.result.depth < 0 ? "-" : String(instance.result.depth) }

  private static func row(_ cells: [String], _ last: String) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: max(0, widths[index] - cell.count))
      line += index == 0 ? cell + padding : " " + padding + cell
    }
    return line + "   " + last + "\n"
  }

  static func summary(of instances: [VerifiedInstance], _ status: ExitStatus, rejected: Int) -> String {
    CheckText.summary(
      instances.map { ($0.main, $0.seconds, $0.isAsExpected) }, status, rejected: rejected,
      cut: "not all could be decided")
  }

  // MARK: The answer

  /// The verdict in one phrase.
  var answer: String {
    let result = instance.result
    if let boundary = instance.boundary { return boundary + (instance.isAsExpected ? ", as expected" : "") }
    if let disagreement = result.disagreement { return "internal error: \(disagreement)" }
    if let refusal = result.refusal {
      return "inconclusive: cannot be encoded: \(instance.text(of: refusal))"
    }
    if let vacuity = result.vacuity { return "inconclusive: \(vacuity)" }
    if result.definedness.verdict == .violated { return "runtime error" }
    let violated = instance.properties.filter { $0.verdict == .violated }
    if !violated.isEmpty {
      let names = violated.map { property in
        let verb =
          property.kind == .witness
          ? "never true: " : (property.isCounterexampleToInduction ? "not inductive: " : "violated ")
        return verb + property.name + (property.steps.map { " after \(CheckText.count($0, "step"))" } ?? "")
      }
      return names.joined(separator: ", ") + (instance.isAsExpected ? ", as expected" : "")
    }
    let claims = instance.properties.filter { $0.kind != .witness && $0.name != "definedness" }
    let proved = claims.filter(\.isProved).count
    let bounded = claims.filter { $0.verdict == .holds && !$0.isProved }.count
    let open = instance.properties.filter { $0.verdict == .inconclusive }
    var parts: [String] = []
    if proved > 0 { parts.append("\(CheckText.count(proved, "property", "properties")) proved") }
    if bounded > 0 {
      parts.append(
        (bounded == 1 ? "1 property holds" : "\(bounded) properties hold")
          + " within \(CheckText.count(result.depth, "step"))")
    }
    let witnesses = instance.properties.filter { $0.kind == .witness && $0.verdict == .holds }.count
    if witnesses > 0 { parts.append("\(CheckText.count(witnesses, "witness", "witnesses")) reached") }
    if !open.isEmpty, instance.isInconclusive {
      parts.append("inconclusive: \(open.map(\.name).joined(separator: ", "))")
    }
    let left = open.filter(\.isOfBehaviors)
    if !left.isEmpty, !instance.isInconclusive {
      parts.append("left to `check`: \(left.map(\.name).joined(separator: ", "))")
    }
    return parts.isEmpty ? "no property to verify" : parts.joined(separator: ", ")
  }

  // MARK: Everything

  var details: String {
    let headline =
      "\(instance.main)   \(answer): depth \(depth), \(CheckText.seconds(instance.seconds))\n"
      + CheckText.surprises(instance.surprises, instance.machine)
    var text = headline + verdicts(indent: 2)
    let lemmas = instance.result.lemmas
    for (index, lemma) in lemmas.prefix(isFull ? lemmas.count : 12).enumerated() {
      text += (index == 0 ? "  lemmas         " : "                 ") + Self.short(lemma) + "\n"
    }
    if !isFull, lemmas.count > 12 {
      text += "                 and \(lemmas.count - 12) more (--full shows them)\n"
    }
    for unneeded in instance.result.unneededGuards {
      let names = unneeded.isForAll ? "any of these" : unneeded.properties.joined(separator: ", ")
      text +=
        "  not needed     the guard `\(unneeded.text)` of `\(Self.short(unneeded.action))` for \(names)\n"
    }
    if let reason = instance.result.stopped { text += "  stopped        \(reason)\n" }
    for note in instance.result.notes { text += "  note           \(note)\n" }
    let findings = findings + extremes
    if !findings.isEmpty { text += "\n" + findings + "\n" + headline }
    return text
  }

  /// One line for each property that is not violated.
  func verdicts(indent: Int) -> String {
    let shown = instance.properties.filter { $0.verdict != .violated || $0.kind == .witness }
    let width = shown.map(\.name.count).max() ?? 0
    var text = ""
    for property in shown {
      let name = property.name + String(repeating: " ", count: width - property.name.count)
      text += String(repeating: " ", count: indent)
      text += "\(Self.word(for: property))   \(name)   \(remark(on: property))\n"
    }
    return text
  }

  /// A text without the instances before names: `now` for `main::clock::now`.
  static func short(_ text: String) -> String {
    var result = ""
    var word = ""
    var rest = text[...]
    while let character = rest.popFirst() {
      if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else if character == ":", rest.first == ":", !word.isEmpty {
        rest.removeFirst()
        word = ""
      } else {
        result += word
        word = ""
        result.append(character)
      }
    }
    return result + word
  }

  static func word(for property: ProvedProperty) -> String {
    switch (property.kind, property.verdict) {
    case (.witness, .holds): "reached     "
    case (.witness, .violated): "never true  "
    case (_, .holds): property.isProved ? "proved      " : "holds       "
    case (_, .violated): "violated    "
    case (_, .inconclusive): "inconclusive"
    }
  }

  func remark(on property: ProvedProperty) -> String {
    if let note = property.note { return note }
    if property.verdict == .inconclusive, property.strength == .bounded(steps: -1) {
      return "undecided in the initial states already"
    }
    if property.kind == .witness {
      if let steps = property.steps { return "after \(CheckText.count(steps, "step"))" }
      return property.verdict == .violated
        ? instance.scope(of: property) : "not \(instance.scope(of: property))"
    }
    let scope = instance.scope(of: property)
    if property.kind.isQuantity {
      guard let value = property.value else { return "no value \(scope)" }
      let word = property.kind == .maximum ? "at most" : "at least"
      return property.verdict == .inconclusive
        ? "\(value) is attained, nothing beyond it \(scope)" : "\(word) \(value), \(scope)"
    }
    return property.verdict == .inconclusive ? "no violation \(scope)" : scope
  }

  /// Counterexamples and runtime errors, with their stories.
  var findings: String {
    var text = ""
    for property in instance.properties where property.verdict == .violated && property.kind != .witness {
      let place = instance.machine.sources.location(of: property.range).map { "   \($0)" } ?? ""
      if property.isCounterexampleToInduction {
        text += "not inductive  \(property.name)\(place)\n"
        text += "  A step that breaks it; the state that it begins in need not be reachable:\n"
        text += constants(property)
        if let trace = property.trace {
          text += StoryText.text(of: trace, isFull: isFull, first: "before", hiding: hidden)
        }
        text += StoryText.reasons(property.explanations)
        continue
      }
      let steps = property.steps.map { "   \(CheckText.count($0, "step")), no shorter one exists" } ?? ""
      if let error = property.runtimeError {
        text += "runtime error  \(property.note ?? "")\(steps)\n"
        text += constants(property)
        if let trace = property.trace { text += StoryText.text(of: trace, isFull: isFull, hiding: hidden) }
        let diagnostic = error.diagnostic(in: instance.machine)
        text += DiagnosticRenderer(sources: instance.machine.sources).render(diagnostic)
        continue
      }
      let length = property.lasso.map { "   " + LassoText.length(of: $0, property.trace) } ?? steps
      text += "violated  \(property.name)\(place)\(length)\n"
      text += constants(property)
      if let trace = property.trace {
        text += StoryText.text(of: trace, isFull: isFull, hiding: hidden)
        if let lasso = property.lasso { text += LassoText.text(of: lasso, trace, isFull: isFull) }
      }
      text += StoryText.reasons(property.explanations)
      text += PropertyComment.text(for: property.range, in: instance.machine.sources)
      if showsLanes {
        text += LaneText.text(of: property.trace, instance.machine, closing: property.lasso?.closing)
      }
    }
    return text
  }

  /// The behaviors that attain extremes; empty unless asked for.
  var extremes: String {
    guard showsExtremes else { return "" }
    var text = ""
    for property in instance.properties where property.kind.isQuantity {
      guard let value = property.value, let trace = property.trace else { continue }
      let word = property.kind == .maximum ? "maximum" : "minimum"
      let steps = property.steps.map { CheckText.count($0, "step") } ?? ""
      let known = property.verdict == .holds ? "" : " so far"
      text +=
        "\(word)\(known)  \(property.name) = \(value)\(CheckText.place(of: property.range, instance.machine))"
      text += "   \(steps), no fewer are enough\n"
      text += constants(property) + StoryText.text(of: trace, isFull: isFull, hiding: hidden)
    }
    return text
  }

  private func constants(_ property: ProvedProperty) -> String {
    if property.constants.isEmpty { return "" }
    let shown = property.constants.map {
      "\($0.name.split(separator: ":").last.map(String.init) ?? $0.name) = \($0.value)"
    }
    return StoryText.lines("  with ", shown, indent: 7)
  }
}

extension ProvedProperty {
  /// True for what holds beyond any bound.
  var isProved: Bool {
    guard verdict == .holds, kind != .witness else { return false }
    switch strength {
    case .inductive, .spacer, .exhausted: return true
    case .bounded, .counterexample: return false
    }
  }
}
