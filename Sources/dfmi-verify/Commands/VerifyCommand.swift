import ProtocolModel
import SMTBridge

/// `verify`: proves properties for all amounts and all depths, or finds what refutes them.
enum VerifyCommand: Command {
  static let name = "verify"
  static let summary = "Prove properties with Z3, for all amounts and all depths, or refute them"
  static let operands = "SPEC|DIR..."
  static let options: [Option] =
    Option.ofMachine + [.inductiveInvariant, .maximize, .minimize, .extremes]
    + [.symbolic, .least, .greatest, .guards, .size]
    + [.stepsOfProof, .timeout, .seedOfProof, .boundedOnly, .noDeadlock, .deadlock, .certificate]
    + [.smtFolder, .progress, .full, .hide, .lanes, .outITF, .json] + Option.ofReports
    + Option.ofSolversOfQuint

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let files = try SpecFile.all(of: arguments)
    let request = try ProofRequest(arguments)
    let targets = try ReportTarget.all(of: arguments)
    console.note(withoutEffect: options, in: arguments)
    Process.catchInterrupts()
    var run = VerifyRun(
      arguments, request, targets, console, isTable: files.count > 1 || files[0].isInFolder)
    for file in files where !Process.isInterrupted { try run.verify(file) }
    return try run.finish()
  }
}

/// What the command line asks of a proof.
struct ProofRequest: Sendable {
  var machine: MachineOptions
  /// Nil if not given.
  var maxSteps: Int?
  var seconds: Int
  var seed: UInt32
  /// Nil if not given: then the tags say it.
  var openConstants: [String]?
  var isBoundedOnly: Bool
  var checksDeadlock: Bool?
  var hasOwnProperties: Bool
  /// The command line asks for extremes.
  var hasQuantities: Bool
  var boundary: BoundarySearch.Question?
  var asksForGuards: Bool
  var certificateFolder: String?
  var smtFolder: String?
  var tellsProgress: Bool

  init(_ arguments: Arguments) throws(UsageError) {
    machine = MachineOptions(arguments)
    machine.inductive = [arguments.text(.inductiveInvariant)].compactMap { $0 }
    maxSteps = arguments.number(.stepsOfProof)
    seconds = arguments.number(.timeout) ?? 60
    seed = UInt32(clamping: arguments.number(.seedOfProof) ?? 0)
    openConstants = arguments.text(.symbolic).map { $0.split(separator: ",").map(String.init) }
    isBoundedOnly = arguments[.boundedOnly]
    checksDeadlock = arguments[.noDeadlock] ? false : (arguments[.deadlock] ? true : nil)
    boundary = try BoundarySearch.Question(arguments)
    asksForGuards = arguments[.guards]
    certificateFolder = arguments.text(.certificate)
    smtFolder = arguments.text(.smtFolder)
    tellsProgress = arguments[.progress]
    let asked: [Option] = [.invariant, .temporal, .inductiveInvariant]
    hasOwnProperties =
      asked.contains { arguments.text($0) != nil } || !arguments.list(.invariants).isEmpty
      || !arguments.list(.witnesses).isEmpty
    if let folder = certificateFolder { try OutputPath.makeFolder(folder, of: .certificate) }
    if let folder = smtFolder { try OutputPath.makeFolder(folder, of: .smtFolder) }
    hasQuantities = !arguments.list(.maximize).isEmpty || !arguments.list(.minimize).isEmpty
    if seconds == 0 { throw UsageError("option `--timeout` needs at least 1") }
  }
}

/// The instances of all files, one after the other.
struct VerifyRun {
  private let arguments: Arguments
  private let request: ProofRequest
  private let targets: [ReportTarget]
  private let console: Console
  private let sizes: [Expectations.Size]
  /// No other spec can have the variables that are to be hidden.
  private let isOnlySpec: Bool
  /// Of all specs so far.
  private var machines: [Machine] = []
  /// The behaviors that attain extremes are shown.
  private let showsExtremes: Bool
  private var isTable: Bool
  private var instances: [VerifiedInstance] = []
  private var report: RunReport
  private var hasBoundaries = false
  /// Specs that the command line names, in which nothing is asked for.
  private var idle: [(path: String, sources: SourceMap)] = []
  private var status = ExitStatus.success

  init(
    _ arguments: Arguments, _ request: ProofRequest, _ targets: [ReportTarget], _ console: Console,
    isTable: Bool
  ) {
    self.arguments = arguments
    self.targets = targets
    report = RunReport(command: VerifyCommand.name, arguments)
    self.request = request
    self.console = console
    self.isTable = isTable
    isOnlySpec = !isTable
    showsExtremes = arguments[.extremes] || request.hasQuantities
    sizes = Expectations.Size.upTo(arguments.text(.size))
  }

  private struct FileOutcome {
    var isTable: Bool
    var instances: [VerifiedInstance] = []
    var hasBadInput = false
    var failure: ReportedInstance?
    var usageError: UsageError?
    var machines: [Machine] = []
    var boundaries: [(status: ExitStatus, results: [JSONValue])] = []
    /// Of a spec that has nothing to verify.
    var idleSources: SourceMap?
  }

  /// Verifies the instances of a file and reports each as it is done.
  mutating func verify(_ file: SpecFile) throws(UsageError) {
    let (main, request, sizes) = (arguments.text(.main), request, sizes)
    let (console, isFirst) = (console, instances.isEmpty)
    let (asksForJSON, wasTable, isFull) = (arguments[.json], isTable, arguments[.full])
    let (showsLanes, showsExtremes) = (arguments[.lanes], showsExtremes)
    let (hidden, isOnlySpec) = (HiddenVariables(arguments), isOnlySpec)
    let outcome = Spec.withSpec(file.path) { spec -> FileOutcome in
      var outcome = FileOutcome(isTable: wasTable)
      let loaded = SpecInstances(of: spec, file, main: main, request.machine, sizes)
      let (machines, diagnostics, sources) = (loaded.machines, loaded.diagnostics, loaded.sources)
      console.report(diagnostics.sortedByPlace(), sources)
      if diagnostics.hasErrors {
        outcome.hasBadInput = true
        outcome.failure = .rejected(file.path, diagnostics, sources)
      }
      let isTagged = spec.hasInstances || file.isInFolder
      // Where some instance leaves constants open, the proof is for that one: others are cases of it.
      let hasOpenInstances = spec.resolved.modules.indices.contains {
        spec.expectations(ofModule: $0)?.symbolic.isEmpty == false
      }
      let plans = machines.compactMap { name, result -> (String, MachineResult, Machine, ProofPlan)? in
        guard let machine = result.machine,
          let plan = ProofPlan(
            machine, request, isTagged: isTagged, isCase: hasOpenInstances && main == nil)
        else { return nil }
        return (name, result, machine, plan)
      }
      outcome.machines = machines.compactMap(\.result.machine)
      if isOnlySpec, !diagnostics.hasErrors {
        outcome.usageError = hidden.complaint(about: outcome.machines)
        if outcome.usageError != nil { return outcome }
      }
      if plans.isEmpty, !diagnostics.hasErrors { outcome.idleSources = spec.sources }
      if let question = request.boundary {
        do throws(UsageError) {
          for (name, _, machine, plan) in plans where !Process.isInterrupted {
            outcome.boundaries.append(
              try BoundarySearch.run(
                question, machine, plan, spec: file.path, main: name, console, isFull: isFull,
                asksForJSON: asksForJSON))
          }
        } catch {
          outcome.usageError = error
        }
        return outcome
      }
      if !asksForJSON, !outcome.isTable, plans.count > 1 { outcome.isTable = true }
      if !asksForJSON, outcome.isTable, isFirst, !plans.isEmpty { console.print(VerifyText.header) }
      for (name, result, machine, plan) in plans where !Process.isInterrupted {
        let instance: VerifiedInstance
        if let expected = plan.boundary {
          do throws(UsageError) {
            instance = try BoundarySearch.instance(
              for: expected, machine, plan, spec: file.path, main: name, console)
          } catch {
            outcome.usageError = error
            return outcome
          }
        } else {
          instance = VerifiedInstance.verify(
            machine, spec: file.path, main: name, warnings: result.diagnostics, plan, console)
        }
        outcome.instances.append(instance)
        if let folder = request.certificateFolder { instance.writeCertificate(below: folder, console) }
        guard !asksForJSON else { continue }
        var text = VerifyText(
          instance, isFull: isFull, showsExtremes: showsExtremes, showsLanes: showsLanes)
        text.hidden = hidden
        console.print(outcome.isTable ? text.row : text.details)
        if outcome.isTable, !instance.isAsExpected { console.print(text.findings) }
        if outcome.isTable { console.print(text.extremes) }
      }
      return outcome
    }
    if let error = outcome.usageError { throw error }
    machines += outcome.machines
    for boundary in outcome.boundaries {
      status = max(status, boundary.status)
      report.boundaries += boundary.results
      hasBoundaries = true
    }
    isTable = outcome.isTable
    instances += outcome.instances
    if let sources = outcome.idleSources, !file.isInFolder { idle.append((file.path, sources)) }
    if outcome.hasBadInput { status = max(status, .badInput) }
    for instance in outcome.instances {
      status = max(status, instance.status)
      report.add(instance.reported)
    }
    if let failure = outcome.failure { report.add(failure) }
  }

  /// The summary, and the files that were asked for.
  mutating func finish() throws(UsageError) -> ExitStatus {
    if Process.isInterrupted { status = max(status, .inconclusive) }
    if instances.isEmpty, status == .success, !hasBoundaries {
      for (path, sources) in idle {
        let module = arguments.text(.main).map { "module `\($0)` of " } ?? ""
        let reason = Diagnostic(
          .general,
          "there is nothing to verify in \(module)`\(path)`: no `@prove` property, and no fault within "
            + CheckText.count(ProofPlan.deepestFault(request), "step"), at: .none,
          hint: "tag a property, or ask for one with --invariant; --max-steps takes deeper faults, too")
        console.report([reason], sources)
        report.add(.rejected(path, main: arguments.text(.main), [reason], sources))
        status = .badInput
      }
    }
    if arguments[.json] {
      console.print(report.document)
    } else if hasBoundaries {
      // Each was printed as it was found.
    } else if isTable, idle.isEmpty || !instances.isEmpty {
      console.print(VerifyText.summary(of: instances, status, rejected: report.rejectedCount))
    }
    if let path = arguments.text(.outITF) {
      try console.write(instances.flatMap { $0.traceDocuments(withExtremes: showsExtremes) }, to: path)
    }
    report.status = max(report.status, status)
    try report.write(targets, arguments, console)
    if status == .badInput || Process.isInterrupted { return status }
    if let complaint = HiddenVariables(arguments).complaint(about: machines) { throw complaint }
    return status
  }
}

/// What is to be proved of one machine.
struct ProofPlan: Sendable {
  var options = ProofOptions()
  /// By `@expect violated`.
  var expectedViolations: [String] = []
  /// What has to be proved; a bounded answer is not enough.
  var mustBeProved: Set<String> = []
  var timeout: Int
  var smtFolder: String?
  var tellsProgress: Bool
  /// By `@least` or `@greatest`.
  var boundary: Expectations.Boundary?

  /// Deepest fault that a folder run takes.
  private static let deepestFault = 10

  /// The same, or the depth that is asked for.
  static func deepestFault(_ request: ProofRequest) -> Int { max(deepestFault, request.maxSteps ?? 0) }

  /// - Returns: nil if nothing is asked of the machine.
  init?(_ machine: Machine, _ request: ProofRequest, isTagged: Bool, isCase: Bool) {
    timeout = request.seconds
    smtFolder = request.smtFolder
    tellsProgress = request.tellsProgress
    options.seed = request.seed
    options.maxSteps = request.maxSteps ?? 10
    options.proves = !request.isBoundedOnly
    options.openConstants = request.openConstants ?? machine.expectations.symbolic
    options.checksDeadlock = request.checksDeadlock ?? !isTagged
    options.asksForGuards = request.asksForGuards
    if request.boundary != nil { options.checksDeadlock = request.checksDeadlock ?? false }
    guard isTagged, !request.hasOwnProperties else { return }
    let expectations = machine.expectations
    // Those of the command line replace the tagged ones.
    let quantities = request.hasQuantities ? machine.properties.filter(\.kind.isQuantity).map(\.name) : []
    boundary = request.boundary == nil ? expectations.boundary : nil
    if expectations.violated.isEmpty || request.boundary != nil {
      let names = machine.properties.filter(\.mustBeProved).map(\.name)
      if names.isEmpty || (isCase && expectations.symbolic.isEmpty), quantities.isEmpty { return nil }
      options.properties = names + quantities
      mustBeProved = Set(names)
    } else {
      let general = Set(
        machine.properties.filter { $0.kind == .temporal && $0.shape == .general }.map(\.name))
      let deepestFault = Self.deepestFault(request)
      // A lasso may be short where another fault is deep.
      let violated = expectations.violated.filter {
        !general.contains($0.property) || ($0.steps.map { $0 <= deepestFault } ?? false)
      }
      let depths = violated.map { $0.steps ?? 0 }
      guard let deepest = depths.max(),
        deepest <= deepestFault || !expectations.symbolic.isEmpty || !quantities.isEmpty
      else { return nil }
      expectedViolations = violated.map(\.property)
      let holds = expectations.holds.map(\.property).filter { !general.contains($0) }
      options.properties = expectedViolations + holds + quantities
      if deepest > 0, request.maxSteps == nil { options.maxSteps = min(deepest, deepestFault) }
      // What holds in spite of the fault is proved where that is quick.
      options.proves = !holds.isEmpty && options.proves
      options.strengthens = false
      options.firstSteps = options.maxSteps
    }
  }
}

extension Option {
  static let inductiveInvariant = Option(
    "--inductive-invariant", .text("EXPR"), "prove from this invariant; shows a step that breaks it")
  static let symbolic = Option(
    "--symbolic", .text("NAME,..."), "leave these constants open, under the spec's assumptions")
  static let stepsOfProof = Option("--max-steps", .number, "bounded search to so many steps (default: 10)")
  static let timeout = Option("--timeout", .number, "seconds for each instance (default: 60)")
  static let seedOfProof = Option("--random-seed", .number, "seed of the solver (default: 0)")
  static let boundedOnly = Option("--bounded", .flag, "bounded search alone, no proof")
  static let noDeadlock = Option("--no-deadlock", .flag, "a state without successor is no violation")
  static let guards = Option("--guards", .flag, "tell which guards the proofs do not need")
  static let smtFolder = Option("--smt-dir", .text("DIR"), "write every question to the solver as SMT-LIB")
  static let certificate = Option(
    "--certificate", .text("DIR"), "write the obligations of each proof as SMT-LIB files")
}
