import Checker
import ProtocolModel

/// `run`: random simulation, which makes small what it finds.
enum RunCommand: Command {
  static let name = "run"
  static let summary = "Try random behaviors, and make a violation that is found small"
  static let operands = "SPEC"
  static let options: [Option] =
    [.main, .initial, .step, .invariant, .invariants, .witnesses]
    + [.samples, .stepsOfSample, .traces, .sampleThreads, .seedOfRun, .weight, .noShrink, .secondsOfRun]
    + [.mbt, .hide, .outITF, .out, .verbosityOfRun, .lanes, .json, .backend]
    + Option.ofReports

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let file = try SpecFile.single(of: arguments)
    var request = try RunRequest(arguments)
    let targets = try ReportTarget.all(of: arguments)
    console.note(withoutEffect: options, in: arguments)
    Process.catchInterrupts()
    let start = Process.seconds
    if let seconds = request.maxSeconds {
      request.simulation.limits.isTimeOver = { Process.seconds - start >= Double(seconds) }
    }
    let outcome = Spec.withSpec(file.path) { [request] spec in
      RunOutcome(spec, request, console)
    }
    console.report(outcome.diagnostics.sortedByPlace(), outcome.sources)
    if let error = outcome.usageError { throw error }
    var report = RunReport(command: name, arguments)
    report.add(outcome.reported)
    let status = try outcome.write(report, request, console)
    try report.write(targets, arguments, console)
    return status
  }
}

/// What the command line asks of a simulation.
struct RunRequest: Sendable {
  var main: String?
  var machine: MachineOptions
  var simulation = SimulationOptions()
  var maxSeconds: Int?
  var verbosity: Int
  var hidden: HiddenVariables
  var includesActions: Bool
  var showsLanes: Bool
  var asksForJSON: Bool
  var traceFile: String?
  var reportFile: String?

  init(_ arguments: Arguments) throws(UsageError) {
    main = arguments.text(.main)
    machine = MachineOptions(arguments)
    maxSeconds = arguments.number(.secondsOfRun)
    verbosity = arguments.number(.verbosityOfRun) ?? 2
    hidden = HiddenVariables(arguments)
    includesActions = arguments[.mbt]
    showsLanes = arguments[.lanes]
    asksForJSON = arguments[.json]
    traceFile = arguments.text(.outITF)
    reportFile = arguments.text(.out)
    let seed = try Seed.value(of: arguments)
    if let seed { simulation.seed = seed }
    // With a seed alone, the run that has it is wanted.
    simulation.maxSamples = arguments.number(.samples) ?? (seed == nil ? simulation.maxSamples : 1)
    simulation.maxSteps = arguments.number(.stepsOfSample) ?? simulation.maxSteps
    simulation.traces = arguments.number(.traces) ?? 1
    simulation.threads = arguments.number(.sampleThreads) ?? 1
    simulation.shrinks = !arguments[.noShrink]
    simulation.weights = try Self.weights(arguments.list(.weight))
    simulation.limits.isInterrupted = { Process.isInterrupted }
    try check()
  }

  private func check() throws(UsageError) {
    let counts = [
      (Option.samples, simulation.maxSamples), (.traces, simulation.traces),
      (.sampleThreads, simulation.threads),
    ]
    for (option, number) in counts where number < 1 {
      throw UsageError("option `\(option.name)` needs at least 1")
    }
    guard simulation.traces <= simulation.maxSamples else {
      throw UsageError(
        "`--n-traces` (\(simulation.traces)) must not be larger than `--max-samples` (\(simulation.maxSamples))"
      )
    }
    guard simulation.maxSteps < Int.max else { throw UsageError("option `--max-steps` is too large") }
    guard simulation.threads <= Self.threadLimit else {
      throw UsageError("option `--n-threads` takes at most \(Self.threadLimit)")
    }
  }

  private static let threadLimit = 1024
  private static let weightLimit = 1_000_000

  /// `ACTION=N`, one a word.
  private static func weights(_ words: [String]) throws(UsageError) -> [String: Int] {
    var weights: [String: Int] = [:]
    for word in words {
      guard let sign = word.lastIndex(of: "="), sign != word.startIndex,
        let number = Int(word[word.index(after: sign)...]), (0...weightLimit).contains(number)
      else {
        throw UsageError("option `--weight` needs ACTION=N with N up to \(weightLimit), not `\(word)`")
      }
      let name = String(word[..<sign])
      guard weights.updateValue(number, forKey: name) == nil else {
        throw UsageError("option `--weight` names `\(name)` twice")
      }
    }
    return weights
  }
}

/// What became of a spec that was to be run.
struct RunOutcome: Sendable {
  var diagnostics: [Diagnostic]
  var sources: SourceMap
  var path: String
  /// Nil after an error in the spec.
  var instance: SampledInstance?
  var usageError: UsageError?

  init(_ spec: Spec, _ request: RunRequest, _ console: Console) {
    path = spec.path
    let made = spec.machine(named: request.main, request.machine)
    diagnostics = made.diagnostics
    sources = made.sources
    guard let machine = made.machine else { return }
    let known = Set(machine.functions.filter(\.isAction).map(\.name))
    for name in request.simulation.weights.keys.sorted() where !known.contains(name) {
      usageError = UsageError(
        "option `--weight` names `\(name)`, which is no action of the spec"
          + ArgumentParser.suggestion(for: name, among: known.sorted()))
      return
    }
    let fields = request.includesActions ? ["mbt::actionTaken", "mbt::nondetPicks"] : []
    usageError = request.hidden.complaint(about: [machine], fields: fields)
    if usageError != nil { return }
    let main = (try? spec.mainModule(named: request.main)).map { spec.resolved.modules[$0].name }
    instance = SampledInstance.run(
      machine, spec: spec.path, main: main ?? "", warnings: made.diagnostics, request, console)
  }

  /// The entry for reports.
  var reported: ReportedInstance { instance?.reported ?? .rejected(path, diagnostics, sources) }

  /// Prints what is known and writes the files that were asked for.
  func write(
    _ report: RunReport, _ request: RunRequest, _ console: Console
  ) throws(UsageError) -> ExitStatus {
    if let file = request.reportFile {
      let text =
        instance?.quintReport(diagnostics, sources)
        ?? QuintReport.text(stage: "running", diagnostics, sources)
      guard Console.write(text, toFile: file) else { throw UsageError("cannot write `\(file)`") }
    }
    if request.asksForJSON {
      console.print(report.document)
    } else if let instance, request.reportFile == nil {
      console.print(RunText(instance, request).text)
    }
    guard let instance else { return .badInput }
    try instance.writeTraces(request, console)
    return instance.status
  }
}

extension Option {
  static let samples = Option(
    "--max-samples", .number, "the number of runs (default: 10000; 1 with --seed)")
  static let stepsOfSample = Option("--max-steps", .number, "steps of a run (default: 20)")
  static let traces = Option(
    "--n-traces", .number, "keep so many traces; ends after so many violations (default: 1)")
  static let sampleThreads = Option(
    "--n-threads", .number, "threads; the result does not depend on it (default: 1)")
  static let seedOfRun = Option(
    "--seed", .text("N"), "where random choices begin; repeats one run, unless --max-samples is given")
  static let weight = Option(
    "--weight", .list("ACTION=N"), "how likely an `any` tries this action first (default: 1 for each)")
  static let noShrink = Option("--no-shrink", .flag, "show a violating run as it was found")
  static let secondsOfRun = Option("--max-seconds", .number, "stop after so many seconds (status 3)")
  static let mbt = Option("--mbt", .flag, "show and write which action was taken and what was picked")
  static let verbosityOfRun = Option(
    "--verbosity", .number, "0 nothing, 1 results, 2 states and statistics (default), 3 also calls")
}
