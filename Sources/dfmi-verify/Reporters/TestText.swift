import ProtocolModel

/// What became of the tests of a file, in the form that Quint's users know from mocha.
struct TestText {
  let outcome: TestRun.FileOutcome

  init(_ outcome: TestRun.FileOutcome) { self.outcome = outcome }

  private var failed: [(entry: TestRun.Entry, result: TestRunner.Result, failure: TestRunner.Failure)] {
    outcome.entries.compactMap { entry in
      guard let result = entry.result, let failure = result.failure else { return nil }
      return (entry, result, failure)
    }
  }

  func report(repeating path: String) -> String {
    var text = "\n  \(outcome.main ?? "")\n"
    var failures = 0
    for entry in outcome.entries {
      guard let result = entry.result else { continue }
      let samples = "\(result.samples) test(s)"
      if result.failure == nil {
        text += "    ok \(entry.test.name) passed \(samples)\n"
      } else {
        failures += 1
        text += "    \(failures)) \(entry.test.name) failed after \(samples)\n"
      }
    }
    let run = outcome.entries.filter { $0.result != nil }
    let passed = run.count - failures
    let time = run.reduce(0) { $0 + $1.milliseconds }
    text += "\n"
    text += "  \(passed) passing (\(time)ms)\n"
    if failures > 0 { text += "  \(failures) failed\n" }
    let ignored = outcome.entries.count - run.count
    if ignored > 0 { text += "  \(ignored) ignored\n" }
    for (number, (entry, result, failure)) in failed.enumerated() {
      text += "\n  \(number + 1)) \(entry.test.name):\n"
      text += indented(DiagnosticRenderer(sources: outcome.sources).render(diagnostic(entry, failure)))
      text += "      Use --seed=0x\(String(result.seed, radix: 16)) --match=\(entry.test.name) to repeat.\n"
    }
    return text
  }

  func diagnostic(_ entry: TestRun.Entry, _ failure: TestRunner.Failure) -> Diagnostic {
    switch failure {
    case .isFalse: Diagnostic(.testFailed, "test `\(entry.test.name)` is false", at: entry.test.range)
    case .error(let error):
      outcome.machine.map { error.diagnostic(in: $0) }
        ?? Diagnostic(error.id, error.message, at: entry.test.range)
    }
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "      " + $0 }.joined(separator: "\n")
  }

  /// The report of `--out`: names of tests by what became of them.
  var quintReport: String {
    func names(_ isWanted: (TestRun.Entry) -> Bool) -> JSONValue {
      .array(outcome.entries.filter(isWanted).map { .string($0.test.name) })
    }
    let errors = failed.map { diagnostic($0.entry, $0.failure) }
    return QuintReport.text(
      stage: "testing", outcome.diagnostics + errors, outcome.sources,
      members: [
        .init("passed", names { $0.result != nil && $0.result?.failure == nil }),
        .init("failed", names { $0.result?.failure != nil }),
        .init("ignored", names { $0.result == nil }),
      ])
  }

  /// As in the document that `--json` prints.
  func json(spec: String) -> JSONValue {
    let tests = outcome.entries.map { entry -> JSONValue in
      guard let result = entry.result else {
        return ["name": .string(entry.test.name), "outcome": "ignored"]
      }
      var members: [JSONValue.Member] = [
        .init("name", .string(entry.test.name)),
        .init("outcome", .string(result.failure == nil ? "passed" : "failed")),
        .init("samples", .integer(.small(result.samples))),
        .init("seed", .string("0x" + String(result.seed, radix: 16))),
      ]
      if let location = outcome.sources.location(of: entry.test.range) {
        members.append(.init("location", .string(location)))
      }
      if let failure = result.failure {
        members.append(
          .init("error", ResultDocument.diagnostic(diagnostic(entry, failure), outcome.sources)))
        if let trace = try? ITFCodec.encode(
          ITFDocument(trace: result.trace, source: spec, status: "failed"), includesActions: true)
        {
          members.append(.init("trace", .object([.init("ITF", trace)])))
        }
      }
      return .object(members)
    }
    let isError = outcome.diagnostics.hasErrors
    return ResultDocument.result(
      spec: spec, main: outcome.main, outcome: isError ? "error" : failed.isEmpty ? "holds" : "violated",
      members: [.init("tests", .array(tests))], diagnostics: outcome.diagnostics, sources: outcome.sources)
  }
}
