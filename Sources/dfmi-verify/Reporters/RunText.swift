import Checker
import ProtocolModel

/// The result of a simulation as text: in the form that Quint's users know, then the
/// violation as a story.
struct RunText {
  let instance: SampledInstance
  let request: RunRequest

  init(_ instance: SampledInstance, _ request: RunRequest) {
    self.instance = instance
    self.request = request
  }

  private var result: SimulationResult { instance.result }
  private var statistics: SimulationStatistics { result.statistics }
  private var hasStates: Bool { request.verbosity >= 2 }

  var text: String {
    guard request.verbosity > 0 else { return "" }
    var text = ""
    if hasStates, let shown = result.traces.first, !shown.trace.steps.isEmpty {
      text += "An example execution:\n\n" + states(of: shown.trace)
    }
    text += headline + "\n"
    if instance.violated.count + notFound.count > 1 || judged.count > 1 {
      for property in instance.violated { text += "  ❌ \(property.name)\n" }
    }
    text += errors
    if hasStates { text += stories }
    text += verdict
    if hasStates {
      text += lengths
      if instance.quintStatus == "ok" {
        text += "You may increase --max-samples and --max-steps.\n"
        text += "Use --verbosity to produce more (or less) output.\n"
      }
      text += bounds + actions
    }
    text += witnesses
    if let seed = result.traces.first?.seed {
      text += "Use --seed=\(SampledInstance.text(ofSeed: seed)) to reproduce.\n"
    }
    return text
  }

  // MARK: Parts

  private var judged: [PropertyResult] {
    result.properties.filter { $0.note == nil && [.invariant, .temporal, .inductive].contains($0.kind) }
  }

  private var notFound: [String] { instance.notViolated }

  private var headline: String {
    let milliseconds = Int((instance.seconds * 1000).rounded())
    let rate = Int((Double(statistics.samples) / max(0.001, instance.seconds)).rounded())
    let speed = "(\(milliseconds)ms at \(rate) traces/second)."
    if result.failure != nil { return "[error] Runtime error \(speed)" }
    if !result.falseAssumptions.isEmpty { return "[error] An assumption is false \(speed)" }
    if !instance.violated.isEmpty { return "[violation] Found an issue \(speed)" }
    if instance.hasNotStarted { return "[error] No run could start: `init` was false each time \(speed)" }
    if result.stopped != nil { return "[inconclusive] No violation found so far \(speed)" }
    return "[ok] No violation found \(speed)"
  }

  /// Runtime errors with their places.
  private var errors: String {
    var text = ""
    let renderer = DiagnosticRenderer(sources: instance.machine.sources)
    for assumption in result.falseAssumptions { text += renderer.render(assumption.diagnostic) }
    if let failure = result.failure {
      text += "runtime error  \(failure.activity)\(shrinking(of: result.traces.first))\n"
      if hasStates { text += StoryText.text(of: failure.trace, isFull: false) }
      text += renderer.render(failure.error.diagnostic(in: instance.machine))
    }
    return text
  }

  /// Each violation: what was done, what changed, and why the property is false.
  private var stories: String {
    var text = ""
    for property in instance.violated {
      let place = instance.machine.sources.location(of: property.range).map { "   \($0)" } ?? ""
      let steps = property.steps.map { CheckText.count($0, "step") } ?? ""
      let shown = result.traces.first { $0.violated.contains(property.name) }
      text += "violated  \(property.name)\(place)   \(steps)\(shrinking(of: shown))\n"
      if let trace = property.trace { text += StoryText.text(of: trace, isFull: false) }
      text += StoryText.reasons(property.explanations)
      text += PropertyComment.text(for: property.range, in: instance.machine.sources)
      if request.showsLanes { text += LaneText.text(of: property.trace, instance.machine) }
    }
    return text
  }

  private func shrinking(of trace: SampledTrace?) -> String {
    guard let shrinking = trace?.shrinking, let length = trace?.trace.length else { return "" }
    let runs = CheckText.count(shrinking.runs, "run")
    if shrinking.steps <= length { return ", no shorter one found by \(runs)" }
    return ", shrunk from \(shrinking.steps) by \(runs)"
  }

  /// What the runs say, and how strong that is.
  private var verdict: String {
    var text = ""
    if let reason = result.stopped { text += "stopped: \(reason.text)\n" }
    for property in result.properties where property.note != nil {
      text += "not checked: \(property.name) speaks of infinite behaviors, which no run shows\n"
    }
    if !instance.options.expectedViolations.isEmpty {
      for name in instance.options.expectedViolations {
        text +=
          notFound.contains(name)
          ? "NOT AS EXPECTED: \(name) should be violated, and no run violates it\n"
          : "as expected: \(name) is violated\n"
      }
    }
    guard result.failure == nil, instance.violated.isEmpty, !instance.hasNotStarted,
      result.falseAssumptions.isEmpty
    else { return text }
    let what = judged.isEmpty ? "no runtime error" : "no violation"
    let rest = judged.isEmpty ? "no property was checked" : "this is not a proof"
    return text
      + "sampled: \(what) in \(CheckText.count(statistics.samples, "run")) of at most "
      + "\(CheckText.count(instance.options.maxSteps, "step")); \(rest) "
      + "(seed \(SampledInstance.text(ofSeed: instance.options.seed)))\n"
  }

  private var lengths: String {
    guard statistics.samples > 0 else { return "" }
    let average = Self.hundredths(statistics.states, statistics.samples)
    return
      "Trace length statistics: max=\(statistics.longest), min=\(statistics.shortest), average=\(average)\n"
  }

  private var bounds: String {
    result.properties.filter { $0.value != nil }.map { property in
      let word = property.kind == .maximum ? "largest" : "smallest"
      let value = property.value.map(\.description) ?? ""
      let steps = CheckText.count(property.steps ?? 0, "step")
      return "\(word) \(property.name) that a run reached: \(value), after \(steps)\n"
    }.joined()
  }

  private var actions: String {
    guard !statistics.actions.isEmpty, statistics.samples > 0 else { return "" }
    let rows =
      [["action", "tried", "enabled", "fired"]]
      + statistics.actions.map { function, count in
        [instance.machine[function].name] + [count.tried, count.enabled, count.fired].map(CheckText.grouped)
      }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ") + "\n"
    }.joined()
  }

  private var witnesses: String {
    guard !statistics.witnessed.isEmpty, statistics.samples > 0 else { return "" }
    return "Witnesses:\n"
      + statistics.witnessed.map { name, runs in
        "\(name) was witnessed in \(runs) trace(s) out of \(statistics.samples) explored "
          + "(\(Self.hundredths(runs * 100, statistics.samples))%)\n"
      }.joined()
  }

  /// A quotient with two digits behind the point.
  private static func hundredths(_ number: Int, _ divisor: Int) -> String {
    let value = Int((Double(number) * 100 / Double(divisor)).rounded())
    let digits = value % 100
    return "\(value / 100).\(digits < 10 ? "0" : "")\(digits)"
  }

  // MARK: States

  private func states(of trace: Trace) -> String {
    trace.steps.enumerated().map { index, step in
      ValueLayout.text("[State \(index)]", fields(of: step)) + "\n\n"
    }.joined()
  }

  /// The variables of a state by name, as Quint shows them, and with `--mbt` how it came about.
  private func fields(of step: Step) -> [NamedValue] {
    var fields = zip(step.state.variables, step.state.values).compactMap { name, value in
      value.map { NamedValue(name, $0) }
    }
    if request.includesActions { fields += ITFCodec.actionFields(of: step, pickNames: instance.pickNames) }
    return fields.filter { !request.hidden.hides($0.name) }.sorted { $0.name < $1.name }
  }
}
