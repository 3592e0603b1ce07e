import Checker
import ProtocolModel

/// `check`: explores every reachable state.
enum CheckCommand: Command {
  static let name = "check"
  static let summary = "Explore every reachable state and judge every property"
  static let operands = "SPEC|DIR..."
  static let options: [Option] =
    Option.ofMachine + [.size] + Option.ofSearch + Option.ofQuantities + Option.ofCoverage + [
      .full, .hide, .lanes, .outITF, .json,
    ] + Option.ofReports + Option.ofSolversOfQuint

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let files = try SpecFile.all(of: arguments)
    let search = try SearchOptions(arguments)
    let targets = try ReportTarget.all(of: arguments)
    console.note(withoutEffect: options, in: arguments)
    Process.catchInterrupts()
    var run = try CheckRun(
      arguments, search, targets, console, isTable: files.count > 1 || files[0].isInFolder)
    for file in files where !Process.isInterrupted { try run.check(file) }
    return try run.finish()
  }
}

/// The instances of all files, one after the other.
struct CheckRun {
  private let arguments: Arguments
  private var search: SearchOptions
  private let targets: [ReportTarget]
  private let machineOptions: MachineOptions
  private let console: Console
  private let sizes: [Expectations.Size]
  private let hidden: HiddenVariables
  /// No other spec can have the variables that are to be hidden.
  private let isOnlySpec: Bool
  /// Of all specs so far.
  private var machines: [Machine] = []
  /// One row an instance, instead of all that is known of each.
  private var isTable: Bool
  private var instances: [CheckedInstance] = []
  private(set) var report: RunReport
  private var coverage = CoverageReport()
  private var coverageFile: CoverageFile?
  /// Instances that were checked now, not in an earlier run.
  private var checked: Set<CoverageReport.Instance> = []
  /// One of several instances of a file was chosen, and the others are not known from earlier runs.
  private var isOfOneInstance = false
  /// Specs that the command line names, in which nothing is to be checked.
  private var idle: [(path: String, sources: SourceMap)] = []
  private var status = ExitStatus.success

  init(
    _ arguments: Arguments, _ search: SearchOptions, _ targets: [ReportTarget], _ console: Console,
    isTable: Bool
  ) throws(UsageError) {
    coverageFile = try CoverageFile(arguments)
    self.arguments = arguments
    self.targets = targets
    report = RunReport(command: CheckCommand.name, arguments)
    self.search = search
    self.search.countsValues = arguments[.histogram]
    self.console = console
    self.isTable = isTable
    machineOptions = MachineOptions(arguments)
    sizes = Expectations.Size.upTo(arguments.text(.size))
    hidden = HiddenVariables(arguments)
    isOnlySpec = !isTable
  }

  /// The behaviors that attain extremes are shown.
  private var showsExtremes: Bool {
    arguments[.extremes] || !arguments.list(.maximize).isEmpty || !arguments.list(.minimize).isEmpty
  }

  /// Checks the instances of a file and reports each as it is done.
  mutating func check(_ file: SpecFile) throws(UsageError) {
    let (main, options, sizes) = (arguments.text(.main), machineOptions, sizes)
    let (search, console, isFirst) = (search, console, instances.isEmpty)
    let (asksForJSON, wasTable, isFull) = (arguments[.json], isTable, arguments[.full])
    let showsLanes = arguments[.lanes]
    let showsExtremes = showsExtremes
    let (hidden, isOnlySpec) = (hidden, isOnlySpec)
    let (coverageFile, asksForCoverage) = (coverageFile, !arguments[.noCoverage])
    let outcome = Spec.withSpec(file.path) { spec -> FileOutcome in
      var outcome = FileOutcome(isTable: wasTable)
      if let coverageFile {
        outcome.sources = CoverageFile.sources(of: spec)
        outcome.coverage = coverageFile.report(of: outcome.sources) ?? CoverageReport()
      }
      let loaded = SpecInstances(of: spec, file, main: main, options, sizes)
      let (machines, diagnostics, sources) = (loaded.machines, loaded.diagnostics, loaded.sources)
      console.report(diagnostics.sortedByPlace(), sources)
      if diagnostics.hasErrors {
        outcome.hasBadInput = true
        outcome.failure = .rejected(file.path, diagnostics, sources)
      }
      outcome.machines = machines.compactMap(\.result.machine)
      if isOnlySpec, !diagnostics.hasErrors {
        outcome.usageError = hidden.complaint(about: outcome.machines)
        if outcome.usageError != nil { return outcome }
      }
      if machines.isEmpty, !diagnostics.hasErrors { outcome.idleSources = spec.sources }
      if !asksForJSON, !outcome.isTable, machines.count > 1 { outcome.isTable = true }
      if !asksForJSON, outcome.isTable, isFirst, !machines.isEmpty { console.print(CheckText.header) }
      var search = search
      search.advisesOnFairness = !outcome.isTable
      for (name, result) in machines where !Process.isInterrupted {
        guard let machine = result.machine else { continue }
        var search = search
        let covered = asksForCoverage ? outcome.coverage.prepare(machine, of: spec, for: &search) : machine
        let instance = CheckedInstance.check(
          covered, spec: file.path, main: name, warnings: result.diagnostics, search, console)
        if asksForCoverage {
          let key = coverageFile?.instance(name, of: spec.path) ?? .init(spec: spec.path, name: name)
          outcome.coverage.add(machine, search.coverage, instance.result, as: key)
          outcome.checked.insert(key)
          outcome.coverage.addEmptyPromises(machine, instance.result)
        }
        outcome.instances.append(instance)
        guard !asksForJSON else { continue }
        var text = CheckText(
          instance, isFull: isFull, showsExtremes: showsExtremes, showsLanes: showsLanes)
        text.hidden = hidden
        console.print(outcome.isTable ? text.row : text.details)
        if outcome.isTable, !instance.isAsExpected { console.print(text.findings) }
        if outcome.isTable { console.print(text.quantities) }
      }
      let known = Set(outcome.coverage.instances.keys.map(\.name))
      outcome.isOfOneInstance =
        main != nil && spec.instanceCount > 1
        && !spec.instanceNames { sizes.contains($0.size ?? .small) }.allSatisfy {
          known.contains(coverageFile?.instance($0, of: spec.path).name ?? $0)
        }
      return outcome
    }
    if let error = outcome.usageError { throw error }
    machines += outcome.machines
    isTable = outcome.isTable
    isOfOneInstance = outcome.isOfOneInstance
    instances += outcome.instances
    coverage.join(outcome.coverage)
    checked.formUnion(outcome.checked)
    self.coverageFile?.note(outcome.checked.isEmpty ? nil : outcome.coverage, of: outcome.sources)
    if let sources = outcome.idleSources, !file.isInFolder { idle.append((file.path, sources)) }
    if outcome.hasBadInput { status = max(status, .badInput) }
    for instance in outcome.instances {
      status = max(status, instance.status)
      report.add(instance.reported)
    }
    if let failure = outcome.failure { report.add(failure) }
  }

  private struct FileOutcome {
    var isTable: Bool
    /// Of this spec, with what earlier runs know.
    var coverage = CoverageReport()
    var checked: Set<CoverageReport.Instance> = []
    var sources: [CoverageRecord.Source] = []
    var instances: [CheckedInstance] = []
    var hasBadInput = false
    var isOfOneInstance = false
    var failure: ReportedInstance?
    var machines: [Machine] = []
    var usageError: UsageError?
    /// Of a spec that has nothing to check.
    var idleSources: SourceMap?
  }

  /// The summary, and the files that were asked for.
  mutating func finish() throws(UsageError) -> ExitStatus {
    if Process.isInterrupted { status = max(status, .inconclusive) }
    if instances.isEmpty, status == .success {
      for (path, sources) in idle {
        let reason = Diagnostic(
          .general, "there is nothing to check in `\(path)`", at: .none,
          hint: "its instances are larger than --size allows (\(sizes.last?.rawValue ?? "M"))")
        console.report([reason], sources)
        report.add(.rejected(path, [reason], sources))
        status = .badInput
      }
    }
    let statusOfInstances = status
    for other in coverageFile?.settle(console) ?? [] { coverage.join(other) }
    let findings = CoverageText(
      report: coverage, isOfOneInstance: isOfOneInstance && !arguments[.strict],
      earlierCount: coverage.machineCount - checked.count)
    if arguments[.strict], findings.hasWarnings { status = max(status, .violated) }
    if !arguments[.noCoverage] { (report.neverHappened, report.goals) = (coverage.findings, coverage.marks) }
    if arguments[.json] {
      console.print(report.document)
    } else if isTable, idle.isEmpty || !instances.isEmpty {
      console.print(findings.text)
      console.print(CheckText.summary(of: instances, statusOfInstances, rejected: report.rejectedCount))
    } else {
      console.print(findings.text)
    }
    if let path = arguments.text(.outITF) {
      try console.write(instances.flatMap { $0.traceDocuments(withExtremes: showsExtremes) }, to: path)
    }
    report.status = max(report.status, status)
    // Should it fail, the reports are written all the same.
    var failure: UsageError?
    do throws(UsageError) { try coverageFile?.write() } catch { failure = error }
    try report.write(targets, arguments, console)
    if let failure { throw failure }
    if status == .badInput || Process.isInterrupted { return status }
    if let complaint = hidden.complaint(about: machines) { throw complaint }
    return status
  }
}

extension Option {
  static let size = Option(
    "--size", .choice(["S", "M", "L"]), "the largest instances to take, by their @size (default: M)")
  static let full = Option("--full", .flag, "show whole states, not only what changed")
  static let outITF = Option("--out-itf", .text("FILE"), "write counterexamples as ITF traces")
}

extension Expectations.Size {
  /// Sizes that a run takes; an instance without one counts as small.
  static func upTo(_ text: String?) -> [Expectations.Size] {
    let largest = text.flatMap(Expectations.Size.init(rawValue:)) ?? .medium
    return [.small, .medium, .large].filter { $0 <= largest }
  }
}

extension Console {
  /// Writes traces to a file, or to numbered ones if there are several.
  func write(_ traces: [JSONValue], to path: String) throws(UsageError) {
    for (number, trace) in traces.enumerated() {
      let name = traces.count == 1 ? path : FileName.numbered(path, number)
      guard Console.write(trace.text(isPretty: true) + "\n", toFile: name) else {
        throw UsageError("cannot write `\(name)`")
      }
    }
    if traces.isEmpty { error("no trace to write to `\(path)`\n") }
  }
}

/// Names of files of which there are several.
enum FileName {
  /// The number stands before the first dot of the base name: `out0.itf.json`.
  static func numbered(_ path: String, _ number: Int) -> String {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let dot = path[start...].firstIndex(of: ".") ?? path.endIndex
    return path[..<dot] + String(number) + path[dot...]
  }
}
