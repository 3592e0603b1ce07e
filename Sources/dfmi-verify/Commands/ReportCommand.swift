import Checker
import ProtocolModel

/// `report`: checks a spec and writes a page about it, if asked with its whole graph to walk in.
enum ReportCommand: Command {
  static let name = "report"
  static let summary = "Check a spec and write an HTML page about it; --explore to walk in it"
  static let operands = "SPEC|DIR..."
  static let options: [Option] =
    Option.ofMachine + [.size] + Option.ofSearch + [
      .explore, .outOfReport, .maxExplored, .full, .lanes, .noTimes,
    ]

  /// More states make a page that a browser is slow with.
  private static let mostExplored = 20_000

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let files = try SpecFile.all(of: arguments)
    let search = try SearchOptions(arguments)
    let path = arguments.text(.outOfReport) ?? FileName.stem(of: files[0].path) + ".html"
    Process.catchInterrupts()
    var run = CheckRun(
      arguments, search, [], console, isTable: files.count > 1 || files[0].isInFolder)
    for file in files where !Process.isInterrupted { run.check(file) }
    var status = try run.finish()
    var page = HTMLReport(run.report.settled)
    if arguments[.explore] {
      let machines = run.report.instances.compactMap(\.machine)
      guard machines.count <= 1 else {
        throw UsageError("`--explore` takes one module; choose it with --main, and one file")
      }
      if let machine = machines.first {
        switch explore(machine, arguments, page) {
        case .success(let exploration): page.exploration = exploration
        case .failure(.stopped(let reason)):
          console.error("nothing to explore in the page: \(reason.text) before all states were seen\n")
          status = max(status, .inconclusive)
        case .failure(.failed(let error, let activity)):
          console.error("nothing to explore in the page: runtime error \(activity)\n")
          console.report([error.diagnostic(in: machine)], machine.sources)
          status = max(status, .violated)
        }
      }
    }
    guard Console.write(page.text, toFile: path) else { throw UsageError("cannot write `\(path)`") }
    console.print("written to \(path)\n")
    return status
  }

  private static func explore(
    _ machine: Machine, _ arguments: Arguments, _ page: HTMLReport
  ) -> Result<Exploration, StateGraph.Failure> {
    var request = StateGraph.Request(arguments)
    request.maxStates = arguments.number(.maxExplored) ?? mostExplored
    request.explainsRefusals = true
    return runOnLargeStack { [request] in
      do throws(StateGraph.Failure) {
        let graph = try StateGraph.of(machine, request)
        return .success(Exploration(graph) { page.lines(of: $0, in: machine) })
      } catch {
        return .failure(error)
      }
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
  static let outOfReport = Option(
    "--out", .text("FILE"), "where the page goes (default: the name of the spec, .html)")
  static let maxExplored = Option(
    "--max-explored", .number, "explore no model with more states (default: 20000)")
}
