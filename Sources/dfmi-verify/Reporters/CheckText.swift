import Checker
import ProtocolModel

/// The result of a check as text: one row of a table, or all that is known.
struct CheckText {
  let instance: CheckedInstance
  let isFull: Bool
  let showsExtremes: Bool
  /// Whether counterexamples are drawn as sequence diagrams, too.
  let showsLanes: Bool
  var hidden = HiddenVariables.none

  init(_ instance: CheckedInstance, isFull: Bool, showsExtremes: Bool = false, showsLanes: Bool = false) {
    self.instance = instance
    self.isFull = isFull
    self.showsExtremes = showsExtremes
    self.showsLanes = showsLanes
  }

  private var statistics: SearchStatistics { instance.result.statistics }

  // MARK: The table

  private static let widths = [38, 10, 12, 6, 8]

  static var header: String {
    row(["instance", "states", "transitions", "depth", "time"], "result")
  }

  /// One line for the instance.
  var row: String {
    Self.row(
      [
        instance.main, Self.grouped(statistics.distinct), Self.grouped(statistics.generated),
        String(statistics.depth), Self.seconds(instance.seconds),
      ], instance.isAsExpected ? answer : "NOT AS EXPECTED: " + instance.surprises.joined(separator: "; "))
  }

  private static func row(_ cells: [String], _ last: String) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: max(0, widths[index] - cell.count))
      line += index == 0 ? cell + padding : " " + padding + cell
    }
    return line + "   " + last + "\n"
  }

  static func summary(of instances: [CheckedInstance], _ status: ExitStatus, rejected: Int) -> String {
    summary(
      instances.map { ($0.main, $0.seconds, $0.isAsExpected) }, status, rejected: rejected,
      cut: "not all could be checked")
  }

  /// `2 specs have errors`
  static func errors(in specs: Int) -> String {
    specs == 1 ? "1 spec has errors" : "\(specs) specs have errors"
  }

  /// The last line of a table.
  ///
  /// - Parameters:
  ///   - rejected: specs with errors, of which no instance was looked at.
  ///   - cut: what a status that is no success means when nothing is unexpected.
  static func summary(
    _ instances: [(main: String, seconds: Double, isAsExpected: Bool)], _ status: ExitStatus, rejected: Int,
    cut: String
  ) -> String {
    let errors = rejected == 0 ? "" : "; " + Self.errors(in: rejected)
    if instances.isEmpty {
      return status == .success ? "no instance to look at\n" : "no instance: \(cut)\(errors)\n"
    }
    let total = count(instances.count, "instance")
    let seconds = seconds(instances.reduce(0) { $0 + $1.seconds })
    let wrong = instances.filter { !$0.isAsExpected }.map(\.main)
    if wrong.isEmpty {
      return "\(total): all as expected\(status == .success ? "" : ", but \(cut)")\(errors), \(seconds)\n"
    }
    return
      "\(total): \(wrong.count) not as expected (\(wrong.joined(separator: ", ")))\(errors), \(seconds)\n"
  }

  // MARK: The answer

  /// The verdict in one phrase.
  var answer: String {
    let result = instance.result
    if result.failure != nil { return "runtime error" }
    if !result.falseAssumptions.isEmpty { return "an assumption is false" }
    let violated = instance.properties.filter { $0.verdict == .violated }
    if !violated.isEmpty {
      let names = violated.map { property in
        let verb = property.kind == .witness ? "never true: " : "violated "
        return verb + property.name + (property.steps.map { " after \(Self.count($0, "step"))" } ?? "")
      }
      let asExpected = instance.isAsExpected ? ", as expected" : ""
      return names.joined(separator: ", ") + asExpected
    }
    if let reason = result.stopped { return "inconclusive: \(reason.text)" }
    let open = instance.properties.filter { $0.verdict == .inconclusive }
    if !open.isEmpty { return "inconclusive: \(open.map(\.name).joined(separator: ", "))" }
    return holds
  }

  private var holds: String {
    let witnesses = instance.properties.filter { $0.kind == .witness }.count
    let properties = instance.properties.count - witnesses
    var parts: [String] = []
    if properties > 0 {
      parts.append(properties == 1 ? "1 property holds" : "\(properties) properties hold")
    }
    if witnesses > 0 { parts.append("\(Self.count(witnesses, "witness", "witnesses")) reached") }
    if parts.isEmpty { parts.append("no property to check") }
    let strength =
      instance.result.isExhausted ? "exhaustive" : "bounded to \(Self.count(statistics.depth, "step"))"
    return parts.joined(separator: ", ") + ", " + strength
  }

  // MARK: Everything

  /// What is not as the tags of an instance say; nothing where they say nothing.
  static func surprises(_ surprises: [String], _ machine: Machine) -> String {
    let expected = machine.expectations
    if surprises.isEmpty || expected.violated.isEmpty && expected.holds.isEmpty && expected.states == nil {
      return ""
    }
    return "  NOT AS EXPECTED: " + surprises.joined(separator: "; ") + "\n"
  }

  /// The answer, each property, warnings, counterexamples, and the answer again when that was long.
  var details: String {
    let headline =
      "\(instance.main)   \(answer): \(counts)\n" + Self.surprises(instance.surprises, instance.machine)
    var text = headline
    let shown = instance.properties.filter { $0.verdict != .violated || $0.kind == .witness }
    let width = shown.map(\.name.count).max() ?? 0
    for property in shown {
      let name = property.name + String(repeating: " ", count: width - property.name.count)
      text += "  \(Self.word(for: property))   \(name)   \(remark(on: property))\n"
    }
    if let reason = instance.result.stopped { text += "  stopped        \(reason.text)\n" }
    if statistics.deadEnds > 0, instance.result.deadlock == nil {
      text += "  note           \(Self.count(statistics.deadEnds, "state has", "states have")) no successor\n"
    }
    if let profile = instance.profile { text += "  note           \(profile.text)\n" }
    let quantities = quantities
    if !quantities.isEmpty { text += "\n" + quantities }
    let findings = findings
    if !findings.isEmpty { text += "\n" + findings + "\n" + headline }
    return text
  }

  private var counts: String {
    "\(Self.count(statistics.distinct, "state")), \(Self.count(statistics.generated, "transition")), "
      + "depth \(statistics.depth), \(Self.seconds(instance.seconds))"
  }

  static func word(for property: PropertyResult) -> String {
    switch (property.kind, property.verdict) {
    case (.witness, .holds): "reached     "
    case (.witness, .violated): "never true  "
    case (_, .holds): "holds       "
    case (_, .violated): "violated    "
    case (_, .inconclusive): "inconclusive"
    }
  }

  func remark(on property: PropertyResult) -> String {
    if let note = property.note { return note }
    switch property.kind {
    case .witness:
      if let steps = property.steps { return "after \(Self.count(steps, "step"))" }
      return property.verdict == .violated ? "in no reachable state" : "not \(property.scope)"
    case .maximum, .minimum:
      let word = property.kind == .maximum ? "at most" : "at least"
      return property.value.map { "\(word) \($0), \(property.scope)" } ?? property.scope
    case .invariant, .temporal, .inductive:
      let unneeded =
        property.unneeded.isEmpty ? "" : ", also without " + property.unneeded.joined(separator: " and ")
      return (property.verdict == .inconclusive ? "no violation \(property.scope)" : property.scope)
        + unneeded
    }
  }

  /// Counterexamples and runtime errors, with their stories.
  var findings: String {
    var text = ""
    for property in instance.properties where property.verdict == .violated && property.kind != .witness {
      let place = instance.machine.sources.location(of: property.range).map { "   \($0)" } ?? ""
      let steps = property.steps.map { Self.count($0, "step") } ?? ""
      let length =
        property.lasso == nil
        ? "\(steps), no shorter one exists" : LassoText.length(of: property.lasso, property.trace)
      text += "violated  \(property.name)\(place)   \(length)\n"
      if let trace = property.trace { text += StoryText.text(of: trace, isFull: isFull, hiding: hidden) }
      if let lasso = property.lasso, let trace = property.trace {
        text += LassoText.text(of: lasso, trace, isFull: isFull)
      }
      text += StoryText.reasons(property.explanations)
      text += PropertyComment.text(for: property.range, in: instance.machine.sources)
      if showsLanes {
        text += LaneText.text(of: property.trace, instance.machine, closing: property.lasso?.closing)
      }
    }
    if let failure = instance.result.failure {
      let diagnostic = failure.error.diagnostic(in: instance.machine)
      text += "runtime error  \(failure.activity)\n"
      text += StoryText.text(of: failure.trace, isFull: isFull, hiding: hidden)
      text += DiagnosticRenderer(sources: instance.machine.sources).render(diagnostic)
    }
    for assumption in instance.result.falseAssumptions {
      text += DiagnosticRenderer(sources: instance.machine.sources).render(assumption.diagnostic)
    }
    return text
  }
}

// MARK: - Numbers

extension CheckText {
  /// `1,204,551`
  static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return String(digits)
  }

  /// `1 step`, `2 steps`
  static func count(_ number: Int, _ word: String, _ plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? word : plural ?? word + "s")"
  }

  /// One digit after the point: `0.3 s`.
  static func seconds(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
