import Checker
import ProtocolModel

/// `report`: checks a spec and writes a page about it, if asked with its whole graph to walk in.
enum ReportCommand: Command {
  static let name = "report"
  static let summary = "Check a spec and write an HTML page about it; --explore to walk in it"
  static let operands = "SPEC|DIR..."
  static let options: [Option] =
    Option.ofMachine + [.size] + Option.ofSearch + [
      .coverage, .explore, .find, .counts, .outOfReport, .maxExplored, .full, .lanes, .noTimes,
    ]

  /// More states make a page that a browser is slow with.
  private static let mostExplored = 20_000

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let files = try SpecFile.all(of: arguments)
    guard arguments[.explore] || arguments.list(.find).isEmpty else {
      throw UsageError("`--find` belongs to `--explore`")
    }
    let search = try SearchOptions(arguments)
    let path = arguments.text(.outOfReport) ?? FileName.stem(of: files[0].path) + ".html"
    Process.catchInterrupts()
    var run = try CheckRun(
      arguments, search, [], console, isTable: files.count > 1 || files[0].isInFolder)
    for file in files where !Process.isInterrupted { try run.check(file) }
    var status = try run.finish()
    var report = run.report.settled
    report.command = name
    var page = HTMLReport(report)
    if arguments[.counts] {
      switch counts(run.report, arguments) {
      case .success(let counts): page.counts = counts
      case .failure(let failure):
        console.error("no counts in the page: \(failure.text)\n")
        status = max(status, failure.status)
      }
    }
    if arguments[.explore] {
      let machines = run.report.instances.compactMap(\.machine)
      guard machines.count <= 1 else {
        throw UsageError("`--explore` takes one module; choose it with --main, and one file")
      }
      if machines.count == 1 {
        switch try explore(files[0], arguments, console, page) {
        case .success(let exploration)?: page.exploration = exploration
        case .failure(let failure)?:
          console.error("nothing to explore in the page: \(failure.text)\n")
          status = max(status, failure.status)
        case nil: return .badInput
        }
      }
    }
    guard Console.write(page.text, toFile: path) else { throw UsageError("cannot write `\(path)`") }
    console.print("written to \(path)\n")
    return status
  }

  private static func request(_ arguments: Arguments) -> StateGraph.Request {
    var request = StateGraph.Request(arguments)
    request.maxStates = arguments.number(.maxExplored) ?? mostExplored
    return request
  }

  /// Nil after an error in the expressions of `--find`, which is reported.
  private static func explore(
    _ file: SpecFile, _ arguments: Arguments, _ console: Console, _ page: HTMLReport
  ) throws(UsageError) -> Result<Exploration, StateGraph.Failure>? {
    let wanted = arguments.list(.find)
    var options = MachineOptions(arguments)
    options.inputs = wanted.map { SourceInput(path: "--find", text: $0) }
    let main = page.report.instances.compactMap(\.main).first
    var request = request(arguments)
    request.explainsRefusals = true
    let outcome = Spec.withSpec(file.path) { [options, request] spec -> GraphOutcome in
      GraphOutcome(spec.machine(named: main, options), by: wanted, request)
    }
    if !wanted.isEmpty || outcome.graph == nil {
      console.report(outcome.diagnostics.sortedByPlace(), outcome.sources)
    }
    switch outcome.graph {
    case nil: return nil
    case .failure(let failure)?: return .failure(failure)
    case .success(let graph)?:
      for (number, text) in wanted.enumerated() {
        guard graph.nodes.allSatisfy({ $0.projection[number].asBool != nil }) else {
          throw UsageError("`\(text)` of --find is not true or false")
        }
      }
      return .success(Exploration(graph, finding: wanted) { page.lines(of: $0, in: graph.machine) })
    }
  }

  /// How often everything happens in the instances of a run, together.
  private static func counts(
    _ report: RunReport, _ arguments: Arguments
  ) -> Result<CoverageCounts, StateGraph.Failure> {
    let request = request(arguments)
    return runOnLargeStack {
      var counts = CoverageCounts()
      for instance in report.instances {
        guard let machine = instance.machine else { continue }
        do throws(StateGraph.Failure) {
          counts.add(try StateGraph.of(machine, request), ofFiles: [instance.spec])
        } catch {
          return .failure(error)
        }
      }
      return .success(counts)
    }
  }
}

extension StateGraph.Failure {
  fileprivate var text: String {
    switch self {
    case .stopped(let reason): "\(reason.text) before all states were seen"
    case .failed(let error, let activity): "runtime error \(activity): \(error.message)"
    }
  }

  fileprivate var status: ExitStatus {
    switch self {
    case .stopped: .inconclusive
    case .failed: .violated
    }
  }
}

extension HTMLReport {
  /// The number of a file of the page, and the lines of a function in it.
  fileprivate func lines(of function: FunctionID, in machine: Machine) -> (file: Int, line: Int, end: Int)? {
    let range = machine[function].range
    guard let source = machine.sources.file(of: range),
      let file = files.firstIndex(where: { $0.path == source.path })
    else { return nil }
    let line = source.position(of: Int(range.start)).line
    return (file, line, line + machine.lineCount(of: function) - 1)
  }
}

extension Option {
  static let explore = Option(
    "--explore", .flag, "put all states of a small model into the page, to walk in it")
  static let find = Option(
    "--find", .list("EXPR"), "with --explore: buttons that lead to the nearest state where this is true")
  static let counts = Option(
    "--counts", .flag,
    "tell beside the source how often actions are taken, and guards and branches are true")
  static let outOfReport = Option(
    "--out", .text("FILE"), "where the page goes (default: the name of the spec, .html)")
  static let maxExplored = Option(
    "--max-explored", .number, "explore no model with more states (default: 20000)")
}
