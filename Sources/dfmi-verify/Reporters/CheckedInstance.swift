import Checker
import ProtocolModel

/// One machine that was searched, and how the result compares with what was expected of it.
struct CheckedInstance: Sendable {
  var spec: String
  var main: String
  var machine: Machine
  var result: SearchResult
  var warnings: [Diagnostic]
  var seconds: Double
  var peakBytes: Int
  /// How states were stored and steps were taken.
  var search: ExhaustiveSearch.Report
  /// What multiplies its states; nil for small models.
  var profile: SearchProfile?
  /// Everything that is not as expected, in words.
  private(set) var surprises: [String] = []

  /// Searches a machine as its expectations and the options say.
  static func check(
    _ machine: Machine, spec: String, main: String, warnings: [Diagnostic], _ options: SearchOptions,
    _ console: Console
  ) -> CheckedInstance {
    var options = options
    let expectations = machine.expectations
    if !expectations.violated.isEmpty {
      // It expects nothing but what it names, and is searched until all of that is decided.
      options.properties = expectations.violated.map(\.property) + expectations.holds.map(\.property)
      options.keepsGoing = true
    }
    let start = Process.seconds
    if let seconds = options.maxSeconds {
      options.limits.isTimeOver = { Process.seconds - start >= Double(seconds) }
    }
    let search = ExhaustiveSearch(machine: machine, options: options)
    if options.engine == .automatic {
      search.nativeCompiler = Process.nativeCompiler(keeping: options.keptNativeFolder)
    }
    var progress = ProgressLine(
      console, name: main, start: start, memoryLimit: options.limits.memory, isWanted: options.tellsProgress)
    search.progress = { progress.show($0) }
    search.wantsProfile = { progress.wantsProfile($0) }
    search.profiled = { progress.note($0) }
    let result = search.run()
    progress.clear()
    var instance = CheckedInstance(
      spec: spec, main: main, machine: machine, result: result,
      warnings: warnings.filter { $0.severity == .warning }, seconds: Process.seconds - start,
      peakBytes: Process.peakBytes, search: search.report)
    instance.profile = progress.profile
    instance.compare()
    return instance
  }

  private init(
    spec: String, main: String, machine: Machine, result: SearchResult, warnings: [Diagnostic],
    seconds: Double, peakBytes: Int, search: ExhaustiveSearch.Report
  ) {
    self.spec = spec
    self.main = main
    self.machine = machine
    self.result = result
    self.warnings = warnings
    self.seconds = seconds
    self.peakBytes = peakBytes
    self.search = search
  }

  /// All verdicts, that on dead ends included.
  var properties: [PropertyResult] { result.properties + [result.deadlock].compactMap { $0 } }

  /// What is expected of a property.
  func expectation(of property: PropertyResult) -> Verdict {
    machine.expectations.violated.contains { $0.property == property.name } ? .violated : .holds
  }

  var isAsExpected: Bool { surprises.isEmpty }

  /// True when a limit left something undecided.
  var isInconclusive: Bool {
    result.stopped != nil || properties.contains { $0.verdict == .inconclusive && !isMoot($0) }
  }

  /// Undecided only because another property ended the search.
  func isMoot(_ property: PropertyResult) -> Bool {
    properties.contains { $0.verdict == .violated } && property.note == nil
  }

  var status: ExitStatus {
    let isWrong =
      result.failure != nil || !result.falseAssumptions.isEmpty
      || properties.contains { $0.verdict != .inconclusive && $0.verdict != expectation(of: $0) }
      || hasWrongCount
    if isWrong { return .violated }
    return isInconclusive ? .inconclusive : .success
  }

  var outcome: String {
    if result.failure != nil { return "error" }
    if properties.contains(where: { $0.verdict == .violated }) || !result.falseAssumptions.isEmpty {
      return "violated"
    }
    return isInconclusive ? "inconclusive" : "holds"
  }

  private var hasWrongCount: Bool {
    if let states = machine.expectations.states, result.isExhausted,
      states.count != result.statistics.distinct
    {
      return true
    }
    return machine.expectations.violated.contains { expected in
      guard let steps = expected.steps else { return false }
      return properties.contains {
        $0.name == expected.property && $0.verdict == .violated && $0.steps != steps
      }
    }
  }

  private mutating func compare() {
    if result.failure != nil { surprises.append("runtime error") }
    for assumption in result.falseAssumptions { surprises.append("assumption \(assumption.name) is false") }
    for property in properties {
      let expected = expectation(of: property)
      switch property.verdict {
      case .inconclusive:
        if !isMoot(property) || expected == .violated { surprises.append("\(property.name) is undecided") }
      case .holds where expected == .violated:
        surprises.append("\(property.name) should be violated, and holds")
      case .violated where expected == .holds:
        surprises.append(
          property.kind == .witness ? "\(property.name) is never true" : "\(property.name) is violated")
      case .holds, .violated: break
      }
    }
    for expected in machine.expectations.violated {
      guard let steps = expected.steps,
        let found = properties.first(where: { $0.name == expected.property })?.steps, found != steps
      else { continue }
      surprises.append("\(expected.property) is violated after \(found) steps, not \(steps)")
    }
    if let states = machine.expectations.states {
      let distinct = result.statistics.distinct
      if !result.isExhausted {
        if result.stopped == nil, result.failure == nil { surprises.append("not all states were seen") }
      } else if distinct != states.count {
        surprises.append("\(distinct) states, not \(states.count)")
      }
    }
    if let reason = result.stopped { surprises.append(reason.text) }
  }
}

extension StopReason {
  /// In words, after "stopped: ".
  var text: String {
    switch self {
    case .states(let count): "limit of \(CheckText.grouped(count)) states reached"
    case .memory(let bytes): "limit of \(bytes < 1 << 20 ? "\(bytes) bytes" : "\(bytes >> 20) MiB") reached"
    case .time: "time is over"
    case .interrupted: "interrupted"
    case .evaluation(let message): message
    }
  }
}

// MARK: - JSON and traces

extension CheckedInstance {
  /// As in the document that `--json` prints.
  var json: JSONValue {
    let statistics = result.statistics
    var members: [JSONValue.Member] = [
      .init("asExpected", .bool(isAsExpected)),
      .init(
        "statistics",
        .object([
          .init("distinct", .integer(.small(statistics.distinct))),
          .init("generated", .integer(.small(statistics.generated))),
          .init("depth", .integer(.small(statistics.depth))),
          .init("deadEnds", .integer(.small(statistics.deadEnds))),
          .init("searchSeconds", rounded(seconds - search.loweringSeconds)),
          .init("loweringSeconds", rounded(search.loweringSeconds)),
          .init("compileSeconds", rounded(search.compileSeconds ?? 0)),
          .init("engine", .string(search.engineName)),
          .init("stateBytes", .integer(.small(search.layout?.byteCount ?? 0))),
          .init("storeBytes", .integer(.small(search.storeBytes))),
          .init("widenings", .integer(.small(search.widenings))),
          .init("peakBytes", .integer(.small(peakBytes))),
        ])),
    ]
    if let profile { members.append(.init("profile", profile.json)) }
    members += [
      .init("properties", .array(properties.map(json))),
      .init("neverFired", .array(result.neverFired.map { .string(machine[$0].name) })),
    ]
    var diagnostics = warnings
    if let failure = result.failure { diagnostics.append(failure.error.diagnostic(in: machine)) }
    for assumption in result.falseAssumptions { diagnostics.append(assumption.diagnostic) }
    var more: [JSONValue.Member] = []
    if let reason = result.stopped { more.append(.init("stopped", .string(reason.text))) }
    if let failure = result.failure, let trace = trace(failure.trace, status: "violation") {
      more.append(.init("trace", .object([.init("ITF", trace)])))
    }
    return ResultDocument.result(
      spec: spec, main: main, outcome: outcome, members: members + more, diagnostics: diagnostics,
      sources: machine.sources)
  }

  private func json(_ property: PropertyResult) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(property.name)),
      .init("kind", .string(property.name == "deadlock" ? "deadlock" : property.kind.jsonName)),
    ]
    if let location = machine.sources.location(of: property.range) {
      members.append(.init("location", .string(location)))
    }
    members += [
      .init("verdict", .string(property.verdict.rawValue)),
      .init("strength", .string(property.strength.name)),
      .init("scope", .string(property.scope)),
      .init("expected", .string(expectation(of: property).rawValue)),
    ]
    if let steps = property.steps { members.append(.init("steps", .integer(.small(steps)))) }
    if !property.unneeded.isEmpty {
      members.append(.init("unneededFairness", .array(property.unneeded.map { .string($0) })))
    }
    if let remedy = property.lasso?.remedy {
      members.append(.init("sufficientWeakFairness", .array(remedy.map { .string($0) })))
    }
    if let lasso = property.lasso {
      members.append(.init("fairness", .array(lasso.fairness.map { .string($0.description) })))
    }
    if let value = property.value, let json = try? ITFCodec.encode(value) {
      members.append(.init("value", json))
    }
    if !property.distribution.isEmpty {
      members.append(
        .init(
          "distribution",
          .array(
            property.distribution.map { value, states in
              .object([
                .init("value", .integer(value)), .init("states", .integer(.small(states))),
              ])
            })))
    }
    if !property.explanations.isEmpty {
      members.append(
        .init("falseBecause", .array(property.explanations.map { .string($0.description) })))
    }
    if let trace = property.trace,
      let itf = self.trace(trace, status: property.verdict == .violated ? "violation" : "ok")
    {
      members.append(.init("trace", .object([.init("ITF", itf)])))
    }
    return .object(members)
  }

  /// The counterexamples, each an ITF document; the behavior up to a runtime error, too.
  ///
  /// - Parameter withExtremes: the behaviors that attain the extremes of quantities as well.
  func traceDocuments(withExtremes: Bool) -> [JSONValue] {
    var documents = properties.filter { $0.verdict == .violated }.compactMap(\.trace).compactMap {
      trace($0, status: "violation")
    }
    if withExtremes {
      documents += properties.filter { $0.kind == .maximum || $0.kind == .minimum }.compactMap(\.trace)
        .compactMap { trace($0, status: "ok") }
    }
    if let failure = result.failure, !failure.trace.steps.isEmpty,
      let document = trace(failure.trace, status: "violation")
    {
      documents.append(document)
    }
    return documents
  }

  private func trace(_ trace: Trace, status: String) -> JSONValue? {
    var pickNames: [String] = []
    for pick in machine.picks where !pickNames.contains(pick.name) { pickNames.append(pick.name) }
    return try? ITFCodec.encode(
      ITFDocument(trace: trace, source: spec, status: status), includesActions: true, pickNames: pickNames)
  }
}

extension SearchProfile {
  /// As in the document that `--json` prints.
  fileprivate var json: JSONValue {
    .object([
      .init("sampledStates", .integer(.small(sampledStates))),
      .init(
        "waysPerState", .object(actions.map { .init($0.name, rounded($0.perState)) })),
      .init("values", .object(variables.map { .init($0.name, .integer(.small($0.values))) })),
    ])
  }
}

extension Assumption {
  var diagnostic: Diagnostic {
    Diagnostic(.general, "assumption \(name == "_" ? "" : "`\(name)` ")is false", at: range)
  }
}

extension Property.Kind {
  /// The word of the JSON result.
  var jsonName: String {
    switch self {
    case .invariant, .temporal, .witness, .inductive: rawValue
    case .maximum, .minimum: "bound"
    }
  }
}

extension PropertyResult {
  /// What the strength covers, in words.
  var scope: String {
    switch strength {
    case .exhaustive where lasso != nil: "a behavior that repeats itself"
    case .exhaustive where isOfBehaviors: "of every behavior"
    case .exhaustive: verdict == .violated && kind != .witness ? "shortest" : "in every reachable state"
    case .bounded(let steps): "within \(CheckText.count(steps, "step"))"
    case .sampled(let runs): "in \(CheckText.count(runs, "random run"))"
    }
  }
}

private func rounded(_ seconds: Double) -> JSONValue { .real((seconds * 1000).rounded() / 1000) }

extension ExhaustiveSearch.Report {
  /// What took the steps: `native`, `bytecode`, `evaluator`.
  var engineName: String { usesNativeCode ? "native" : layout == nil ? "evaluator" : "bytecode" }
}
