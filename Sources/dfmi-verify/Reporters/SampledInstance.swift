import Checker
import ProtocolModel

/// One machine that was simulated, and how the result compares with what was expected of it.
struct SampledInstance: Sendable {
  var spec: String
  var main: String
  var machine: Machine
  var options: SimulationOptions
  var result: SimulationResult
  var warnings: [Diagnostic]
  var seconds: Double
  var includesActions: Bool

  /// Simulates a machine as its expectations and the options say.
  static func run(
    _ machine: Machine, spec: String, main: String, warnings: [Diagnostic], _ request: RunRequest,
    _ console: Console
  ) -> SampledInstance {
    var options = request.simulation
    let expectations = machine.expectations
    if !expectations.violated.isEmpty {
      options.expectedViolations = expectations.violated.map(\.property)
      options.properties = options.expectedViolations + expectations.holds.map(\.property)
    }
    let start = Process.seconds
    let simulation = Simulation(machine: machine, options: options)
    if !request.asksForJSON, request.reportFile == nil, request.verbosity > 0 {
      simulation.debugHandler = { console.print($0 + "\n") }
    }
    let progress = SampleProgress(console, of: options.maxSamples, start: start)
    if request.verbosity >= 2 { simulation.progress = { progress.show($0) } }
    let result = simulation.run()
    progress.clear()
    return SampledInstance(
      spec: spec, main: main, machine: machine, options: options, result: result,
      warnings: warnings.filter { $0.severity == .warning }, seconds: Process.seconds - start,
      includesActions: request.includesActions)
  }

  private func isExpectedToBeViolated(_ property: PropertyResult) -> Bool {
    options.expectedViolations.contains(property.name)
  }

  /// The violated properties, in order.
  var violated: [PropertyResult] {
    result.properties.filter { $0.verdict == .violated && $0.kind != .witness }
  }

  /// Properties that should be violated, and were not.
  var notViolated: [String] {
    options.expectedViolations.filter { name in !violated.contains { $0.name == name } }
  }

  /// True when no run got past `init`.
  var hasNotStarted: Bool { result.statistics.samples > 0 && result.statistics.started == 0 }

  var status: ExitStatus {
    let isWrong =
      result.failure != nil || !result.falseAssumptions.isEmpty
      || violated.contains { !isExpectedToBeViolated($0) } || hasNotStarted
    if isWrong { return .violated }
    if !options.expectedViolations.isEmpty, notViolated.isEmpty { return .success }
    if result.stopped != nil { return .inconclusive }
    return notViolated.isEmpty ? .success : .violated
  }

  var outcome: String {
    if result.failure != nil || hasNotStarted { return "error" }
    if !violated.isEmpty || !result.falseAssumptions.isEmpty { return "violated" }
    return result.stopped == nil ? "holds" : "inconclusive"
  }

  /// The word between brackets, as Quint has it.
  var quintStatus: String {
    switch outcome {
    case "error": "error"
    case "violated": "violation"
    default: "ok"
    }
  }
}

// MARK: - JSON and traces

extension SampledInstance {
  /// As in the document that `--json` prints.
  var json: JSONValue {
    let statistics = result.statistics
    var members: [JSONValue.Member] = [
      .init("asExpected", .bool(status == .success)),
      .init("seed", .string(Self.text(ofSeed: options.seed))),
      .init(
        "statistics",
        .object([
          .init("samples", .integer(.small(statistics.samples))),
          .init("started", .integer(.small(statistics.started))),
          .init("states", .integer(.small(statistics.states))),
          .init("shortest", .integer(.small(statistics.shortest))),
          .init("longest", .integer(.small(statistics.longest))),
          .init("maxSteps", .integer(.small(options.maxSteps))),
          .init("seconds", .real((seconds * 1000).rounded() / 1000)),
          .init("peakBytes", .integer(.small(Process.peakBytes))),
        ])),
      .init("properties", .array(result.properties.map(json))),
      .init(
        "actions",
        .array(
          statistics.actions.map { function, count in
            .object([
              .init("name", .string(machine[function].name)), .init("tried", .integer(.small(count.tried))),
              .init("enabled", .integer(.small(count.enabled))),
              .init("fired", .integer(.small(count.fired))),
            ])
          })),
    ]
    if let reason = result.stopped { members.append(.init("stopped", .string(reason.text))) }
    let shown = result.traces.compactMap { trace -> JSONValue? in
      guard let itf = document(of: trace, includesActions: true) else { return nil }
      var members: [JSONValue.Member] = [.init("seed", .string(Self.text(ofSeed: trace.seed)))]
      if let shrinking = trace.shrinking {
        members.append(.init("shrunkFromSteps", .integer(.small(shrinking.steps))))
      }
      return .object(members + [.init("ITF", itf)])
    }
    members.append(.init("traces", .array(shown)))
    return ResultDocument.result(
      spec: spec, main: main, outcome: outcome, members: members, diagnostics: warnings + errors,
      sources: machine.sources)
  }

  /// Runtime errors and false assumptions as messages.
  var errors: [Diagnostic] {
    let assumptions = result.falseAssumptions.map(\.diagnostic)
    return assumptions + [result.failure?.error.diagnostic(in: machine)].compactMap { $0 }
  }

  private func json(_ property: PropertyResult) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(property.name)), .init("kind", .string(property.kind.jsonName)),
    ]
    if let location = machine.sources.location(of: property.range) {
      members.append(.init("location", .string(location)))
    }
    members += [
      .init("verdict", .string(property.verdict.rawValue)),
      .init("strength", .string(property.strength.name)),
      .init("scope", .string(property.sampledScope(maxSteps: options.maxSteps))),
      .init("expected", .string(isExpectedToBeViolated(property) ? "violated" : "holds")),
    ]
    if let count = result.statistics.witnessed.first(where: { $0.name == property.name }),
      property.kind == .witness
    {
      members.append(.init("witnessed", .integer(.small(count.runs))))
    }
    if let steps = property.steps { members.append(.init("steps", .integer(.small(steps)))) }
    if let value = property.value, let json = try? ITFCodec.encode(value) {
      members.append(.init("value", json))
    }
    if let note = property.note { members.append(.init("note", .string(note))) }
    if !property.explanations.isEmpty {
      members.append(.init("falseBecause", .array(property.explanations.map { .string($0.description) })))
    }
    if let trace = property.trace {
      let status = property.verdict == .violated ? "violation" : "ok"
      if let itf = document(of: trace, status: status, includesActions: true) {
        members.append(.init("trace", .object([.init("ITF", itf)])))
      }
    }
    return .object(members)
  }

  /// Quint's report of a run.
  func quintReport(_ diagnostics: [Diagnostic], _ sources: SourceMap) -> String {
    var members: [JSONValue.Member] = [
      .init("status", .string(quintStatus)), .init("main", .string(main)),
    ]
    if let shown = result.traces.first {
      members.append(.init("seed", .string(Self.text(ofSeed: shown.seed))))
      if let itf = document(of: shown, includesActions: includesActions), let states = itf["states"] {
        members.append(.init("trace", states))
      }
    }
    return QuintReport.text(stage: "running", diagnostics + errors, sources, members: members)
  }

  func document(of shown: SampledTrace, includesActions: Bool) -> JSONValue? {
    let isBad = shown.isFailure || !shown.violated.isEmpty
    return document(of: shown.trace, status: isBad ? "violation" : "ok", includesActions: includesActions)
  }

  private func document(of trace: Trace, status: String, includesActions: Bool) -> JSONValue? {
    try? ITFCodec.encode(
      ITFDocument(trace: trace, source: spec, status: status), includesActions: includesActions,
      pickNames: pickNames)
  }

  /// The names that a step may pick, each once.
  var pickNames: [String] {
    var names: [String] = []
    for pick in machine.picks where !names.contains(pick.name) { names.append(pick.name) }
    return names
  }

  /// Writes the traces that are shown, as `--out-itf` asks.
  func writeTraces(_ request: RunRequest, _ console: Console) throws(UsageError) {
    guard let path = request.traceFile else { return }
    let documents = result.traces.filter { !$0.trace.steps.isEmpty }.compactMap {
      document(of: $0, includesActions: includesActions)
    }
    for (number, document) in documents.enumerated() {
      let name = FileName.filled(path, test: main, number: number, of: max(documents.count, options.traces))
      guard Console.write(document.text(isPretty: true) + "\n", toFile: name) else {
        throw UsageError("cannot write `\(name)`")
      }
    }
    if documents.isEmpty { console.error("no trace to write to `\(path)`\n") }
  }

  static func text(ofSeed seed: UInt64) -> String { "0x" + String(seed, radix: 16) }
}

extension PropertyResult {
  /// What a verdict of random runs covers, in words.
  func sampledScope(maxSteps: Int) -> String {
    guard case .sampled(let runs) = strength else { return scope }
    return "in \(CheckText.count(runs, "run")) of at most \(CheckText.count(maxSteps, "step"))"
  }
}
