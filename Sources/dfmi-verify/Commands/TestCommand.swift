import ProtocolModel

/// `test`: Quint's own tests, the definitions whose names end in `Test`.
enum TestCommand: Command {
  static let name = "test"
  static let summary = "Run the tests of a spec: definitions that end in `Test`"
  static let operands = "SPEC..."
  static let options: [Option] =
    [
      .main, .match, .maxSamples, .seed, .outITF, .out, .verbosity, .json, .backend,
    ] + Option.ofReports

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    // The report is about one file.
    let files =
      try arguments.text(.out) == nil ? SpecFile.all(of: arguments) : [SpecFile.single(of: arguments)]
    let targets = try ReportTarget.all(of: arguments)
    console.note(withoutEffect: options, in: arguments)
    let seed = try Seed.value(of: arguments)
    Process.catchInterrupts()
    var run = TestRun(arguments, seed: seed, console)
    for file in files where !Process.isInterrupted { try run.test(file) }
    return try run.finish(targets)
  }
}

/// The tests of all files, one after the other.
struct TestRun {
  private let arguments: Arguments
  private let seed: UInt64?
  private let console: Console
  private let verbosity: Int
  private var runReport: RunReport
  private var status = ExitStatus.success

  init(_ arguments: Arguments, seed: UInt64?, _ console: Console) {
    self.arguments = arguments
    self.seed = seed
    self.console = console
    runReport = RunReport(command: TestCommand.name, arguments)
    verbosity = arguments.number(.verbosity) ?? 2
  }

  /// A test of a file, and what became of it.
  struct Entry: Sendable {
    var test: TestCase
    /// Nil for what was ignored.
    var result: TestRunner.Result?
    var milliseconds: Int
  }

  struct FileOutcome: Sendable {
    var main: String?
    var entries: [Entry] = []
    var machine: Machine?
    var diagnostics: [Diagnostic] = []
    var sources: SourceMap
  }

  mutating func test(_ file: SpecFile) throws(UsageError) {
    let (main, pattern, seed, console) = (arguments.text(.main), arguments.text(.match), seed, console)
    let maxSamples = arguments.number(.maxSamples)
    let report = arguments.text(.out)
    let isSilent = arguments[.json] || verbosity == 0 || report != nil
    let outcome = Spec.withSpec(file.path) { spec -> FileOutcome in
      var outcome = FileOutcome(diagnostics: spec.diagnostics, sources: spec.sources)
      guard !spec.diagnostics.hasErrors else { return outcome }
      do throws(Diagnostic) {
        let index = try spec.mainModule(named: main)
        let tests = try spec.tests(inMain: index, matching: pattern)
        let runnable = tests.filter(\.isRunnable)
        let made = spec.machine(main: index, tests: runnable)
        outcome.main = spec.resolved.modules[index].name
        outcome.diagnostics += made.diagnostics
        guard let machine = made.machine else { return outcome }
        outcome.machine = machine
        var runner = TestRunner(machine: machine) { if !isSilent { console.print($0 + "\n") } }
        if let seed {
          runner.seed = seed
          runner.isReplay = maxSamples == nil
        }
        if let maxSamples { runner.maxSamples = max(1, maxSamples) }
        outcome.entries = tests.filter { !$0.isRunnable }.map { Entry(test: $0, milliseconds: 0) }
        for (test, function) in zip(runnable, made.tests) where !Process.isInterrupted {
          let start = Process.seconds
          let result = runner.run(function) { Process.isInterrupted }
          let time = Int((Process.seconds - start) * 1000)
          outcome.entries.append(Entry(test: test, result: result, milliseconds: time))
        }
      } catch {
        outcome.diagnostics.append(error)
      }
      return outcome
    }
    if report == nil { console.report(outcome.diagnostics.sortedByPlace(), outcome.sources) }
    if outcome.diagnostics.hasErrors { status = max(status, .badInput) }
    for entry in outcome.entries { status = max(status, entry.status) }
    let text = TestText(outcome)
    if let report {
      guard Console.write(text.quintReport, toFile: report) else {
        throw UsageError("cannot write `\(report)`")
      }
    }
    runReport.add(text.reported(spec: file.path))
    if arguments[.json] {
      // One document at the end.
    } else if report != nil {
      // Nothing is printed beside the file.
    } else if outcome.machine != nil, verbosity > 0 {
      console.print(text.report(repeating: file.path))
    }
    try writeTraces(outcome, of: file)
  }

  private func writeTraces(_ outcome: FileOutcome, of file: SpecFile) throws(UsageError) {
    guard let path = arguments.text(.outITF) else { return }
    let results = outcome.entries.compactMap { entry in entry.result.map { (entry.test.name, $0) } }
    // Tests without states have a number, too, so that the others do not depend on them.
    for (number, (name, result)) in results.enumerated() where !result.trace.steps.isEmpty {
      let document = ITFDocument(
        trace: result.trace, source: file.path, status: result.failure == nil ? "passed" : "failed")
      guard let json = try? ITFCodec.encode(document, includesActions: true) else { continue }
      let target = FileName.filled(path, test: name, number: number, of: results.count)
      guard Console.write(json.text(isPretty: true) + "\n", toFile: target) else {
        throw UsageError("cannot write `\(target)`")
      }
    }
  }

  mutating func finish(_ targets: [ReportTarget]) throws(UsageError) -> ExitStatus {
    if Process.isInterrupted { status = max(status, .inconclusive) }
    runReport.status = max(runReport.status, status)
    if arguments[.json] { console.print(runReport.document) }
    try runReport.write(targets, arguments, console)
    return status
  }
}

extension TestRun.Entry {
  var status: ExitStatus {
    switch result?.failure {
    case nil: .success
    case .error(let error) where error.isLimit: .inconclusive
    case .isFalse, .error: .violated
    }
  }
}

extension Option {
  static let match = Option("--match", .text("REGEX"), "run what has a match in its name, `Test` or not")
  static let maxSamples = Option(
    "--max-samples", .number, "run a test with choices so many times (default: 10000)")
  static let seed = Option(
    "--seed", .text("N"), "where random choices begin; repeats one sample, unless --max-samples is given")
  static let verbosity = Option("--verbosity", .number, "0 prints nothing (default: 2)")
}

/// Seeds: decimal or hexadecimal, of any size.
enum Seed {
  static func value(of arguments: Arguments, _ option: Option = .seed) throws(UsageError) -> UInt64? {
    guard let text = arguments.text(option) else { return nil }
    guard let value = value(text) else {
      throw UsageError("option `--seed` needs a number, not `\(text)`")
    }
    return value
  }

  /// Nil for what is no number.
  static func value(_ text: String) -> UInt64? {
    let isHex = text.hasPrefix("0x") || text.hasPrefix("0X")
    let digits = isHex ? text.dropFirst(2) : text[...]
    let radix: UInt64 = isHex ? 16 : 10
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard let number = digit.hexDigitValue, number < radix else { return nil }
      // Of a seed beyond 64 bits the remainder counts.
      value = value &* radix &+ UInt64(number)
    }
    return value
  }
}

extension FileName {
  /// `{test}` is the test's name, `{seq}` its number; of several files without `{seq}`
  /// and `{test}` each gets a number.
  static func filled(_ path: String, test: String, number: Int, of count: Int) -> String {
    var name = replaced(path, "{test}", by: test.split(separator: ":").joined(separator: "_"))
    name = replaced(name, "{seq}", by: String(number))
    return name == path && count > 1 ? numbered(path, number) : name
  }

  private static func replaced(_ text: String, _ part: String, by other: String) -> String {
    text.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
