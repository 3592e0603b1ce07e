import Checker
import ProtocolModel
import SMTBridge

// How the results of the commands become entries of a report.

extension CheckedInstance {
  var reported: ReportedInstance {
    let text = CheckText(self, isFull: false)
    let statistics = result.statistics
    var report = ReportedInstance(
      spec: spec, main: main, outcome: outcome, status: status, answer: text.answer, surprises: surprises,
      seconds: seconds, machine: machine, sources: machine.sources, json: json)
    report.statistics = [
      .init("states", statistics.distinct),
      .init("transitions", statistics.generated),
      .init("depth", statistics.depth),
      .init("states without successor", statistics.deadEnds),
      .init("steps taken by", search.engineName, isMeasured: true),
      .init("peak memory", "\(peakBytes >> 20) MiB", isMeasured: true),
      .init("time", CheckText.seconds(seconds), isMeasured: true),
    ]
    report.properties = properties.map { property in
      var entry = ReportedProperty(property, remark: property.remarkOfReport ?? text.remark(on: property))
      entry.word = CheckText.word(for: property).trimmed
      if let lasso = property.lasso, let trace = property.trace {
        entry.remark = LassoText.length(of: lasso, trace)
        entry.ending = LassoText.text(of: lasso, trace, isFull: false)
        entry.closing = lasso.closing
        entry.steps = nil
      }
      entry.expected = expectation(of: property)
      entry.isMoot = property.verdict == .inconclusive && isMoot(property)
      return entry
    }
    if let failure = result.failure {
      let error = failure.error.diagnostic(in: machine)
      report.properties.append(.runtimeError(error, failure.trace, failure.activity))
    }
    for assumption in result.falseAssumptions {
      report.properties.append(.falseAssumption(assumption))
    }
    if result.isExhausted {
      report.notices = result.neverFired.compactMap { action in
        let function = machine[action]
        guard let file = machine.sources.file(of: function.range) else { return nil }
        return .init(
          rule: "never-enabled", "action \(function.name) never fired", in: file,
          at: Int(function.range.start)..<max(Int(function.range.start), Int(function.range.end)))
      }
    }
    report.diagnostics = warnings
    return report
  }
}

extension VerifiedInstance {
  var reported: ReportedInstance {
    let text = VerifyText(self, isFull: false)
    var report = ReportedInstance(
      spec: spec, main: main, outcome: outcome, status: status, answer: text.answer, surprises: surprises,
      seconds: seconds, machine: machine, sources: machine.sources, json: json)
    report.statistics = [
      .init("depth", result.depth),
      .init("lemmas", result.lemmas.count),
      .init("obligations", result.obligations),
      .init("time", CheckText.seconds(seconds), isMeasured: true),
    ]
    report.properties = properties.map { property in
      var entry = ReportedProperty(
        name: property.name, kind: property.jsonKind, range: property.range,
        verdict: property.verdict, word: VerifyText.word(for: property).trimmed,
        strength: property.strength.name,
        remark: property.remarkOfReport ?? text.remark(on: property),
        expected: expectation(of: property))
      entry.isMoot = property.verdict == .inconclusive && isMoot(property)
      entry.steps = property.steps
      entry.value = property.value.map { $0.description }
      entry.constants = property.constants
      entry.explanations = property.explanations
      entry.trace = property.trace
      entry.error = property.runtimeError?.diagnostic(in: machine)
      if property.isCounterexampleToInduction { entry.word = "not inductive" }
      if let lasso = property.lasso, let trace = property.trace {
        entry.remark = LassoText.length(of: lasso, trace)
        entry.ending = LassoText.text(of: lasso, trace, isFull: false)
        entry.closing = lasso.closing
        entry.steps = nil
      }
      return entry
    }
    report.diagnostics = warnings
    return report
  }
}

extension SampledInstance {
  var reported: ReportedInstance {
    var surprises = violated.filter { !options.expectedViolations.contains($0.name) }.map {
      "\($0.name) is violated"
    }
    surprises += notViolated.map { "\($0) should be violated, and no run violates it" }
    if result.failure != nil { surprises.append("runtime error") }
    if hasNotStarted { surprises.append("no run could start") }
    if status == .inconclusive, let reason = result.stopped { surprises.append(reason.text) }
    let runs = CheckText.count(result.statistics.samples, "run")
    let names = violated.map(\.name).joined(separator: ", ")
    var report = ReportedInstance(
      spec: spec, main: main, outcome: outcome, status: status,
      answer: violated.isEmpty
        ? (outcome == "holds" ? "no violation in \(runs); this is not a proof" : outcome)
        : "violated \(names)",
      surprises: surprises, seconds: seconds, machine: machine, sources: machine.sources, json: json)
    report.statistics = [
      .init("runs", result.statistics.samples),
      .init("longest run, in states", result.statistics.longest),
      .init("seed", Self.text(ofSeed: options.seed)),
      .init("time", CheckText.seconds(seconds), isMeasured: true),
    ]
    report.properties = result.properties.map { property in
      var entry = ReportedProperty(
        property, remark: property.note ?? property.sampledScope(maxSteps: options.maxSteps))
      entry.word = CheckText.word(for: property).trimmed
      if options.expectedViolations.contains(property.name) { entry.expected = .violated }
      // No witness in some runs says nothing; nor do runs that are no behaviors without end.
      entry.isMoot = property.verdict == .inconclusive
      if property.kind == .witness, property.verdict == .violated {
        entry.verdict = .inconclusive
        entry.word = "not reached"
        entry.isMoot = true
      }
      return entry
    }
    if let failure = result.failure {
      let error = failure.error.diagnostic(in: machine)
      report.properties.append(.runtimeError(error, failure.trace, failure.activity))
    }
    for assumption in result.falseAssumptions { report.properties.append(.falseAssumption(assumption)) }
    report.diagnostics = warnings
    return report
  }
}

extension TestText {
  /// The tests of a file as an instance whose properties are the tests.
  func reported(spec: String) -> ReportedInstance {
    let diagnostics = outcome.diagnostics
    if diagnostics.hasErrors { return .rejected(spec, main: outcome.main, diagnostics, outcome.sources) }
    let status = outcome.entries.map(\.status).max() ?? .success
    let failures = outcome.entries.filter { $0.result?.failure != nil }.map(\.test.name)
    let run = outcome.entries.filter { $0.result != nil }.count
    var report = ReportedInstance(
      spec: spec, main: outcome.main, outcome: failures.isEmpty ? "holds" : "violated", status: status,
      answer: failures.isEmpty
        ? "\(CheckText.count(run, "test")) passed"
        : "\(CheckText.count(failures.count, "test")) failed: \(failures.joined(separator: ", "))",
      surprises: failures.map { "\($0) failed" }, machine: outcome.machine, sources: outcome.sources,
      json: json(spec: spec))
    let milliseconds = outcome.entries.reduce(0) { $0 + $1.milliseconds }
    report.seconds = Double(milliseconds) / 1000
    report.properties = outcome.entries.map { entry in
      var property = ReportedProperty(
        name: entry.test.name, kind: "test", range: entry.test.range, verdict: .holds, word: "passed",
        remark: "")
      guard let result = entry.result else {
        property.verdict = .inconclusive
        property.word = "ignored"
        property.isSkipped = true
        property.isMoot = true
        return property
      }
      property.seconds = Double(entry.milliseconds) / 1000
      property.remark = CheckText.count(result.samples, "sample")
      if let failure = result.failure {
        property.verdict = entry.status == .inconclusive ? .inconclusive : .violated
        property.word = entry.status == .inconclusive ? "inconclusive" : "failed"
        property.trace = result.trace.steps.isEmpty ? nil : result.trace
        property.error = diagnostic(entry, failure)
      }
      return property
    }
    report.diagnostics = diagnostics
    return report
  }
}

extension ProvedProperty {
  /// What is told of a trace beside its length; nil where there is no trace.
  fileprivate var remarkOfReport: String? {
    switch (kind, verdict) {
    case (.witness, .holds): "in a reachable state"
    case (.witness, _): nil
    case (_, .violated):
      isCounterexampleToInduction
        ? "where the step begins need not be reachable" : note ?? "no shorter one exists"
    case (_, .holds), (_, .inconclusive): nil
    }
  }
}

extension PropertyResult {
  /// What is told of a trace beside its length; nil where there is no trace.
  fileprivate var remarkOfReport: String? {
    switch (kind, verdict) {
    case (.witness, .holds): "in a reachable state"
    case (.witness, _), (.maximum, _), (.minimum, _): nil
    case (_, .violated): "no shorter one exists"
    case (_, .holds), (_, .inconclusive): nil
    }
  }
}

extension ReportedProperty {
  /// What a search or a simulation found out about a property.
  init(_ property: PropertyResult, remark: String) {
    self.init(
      name: property.name, kind: property.name == "deadlock" ? "deadlock" : property.kind.jsonName,
      range: property.range, verdict: property.verdict, word: property.verdict.rawValue,
      strength: property.strength.name, remark: remark)
    steps = property.steps
    value = property.value?.description
    distribution = property.distribution
    explanations = property.explanations
    trace = property.trace
  }

  /// That every expression has a value, where one has none.
  static func runtimeError(_ error: Diagnostic, _ trace: Trace, _ activity: String) -> ReportedProperty {
    var property = ReportedProperty(
      name: "definedness", kind: "definedness", range: error.range, verdict: .violated,
      word: "runtime error", remark: activity)
    property.error = error
    property.steps = trace.length
    property.trace = trace.steps.isEmpty ? nil : trace
    return property
  }

  static func falseAssumption(_ assumption: Assumption) -> ReportedProperty {
    var property = ReportedProperty(
      name: assumption.name, kind: "assumption", range: assumption.range, verdict: .violated, word: "false",
      remark: "an assumption about constants")
    property.error = assumption.diagnostic
    return property
  }
}

extension String {
  /// Without the blanks at its end.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
