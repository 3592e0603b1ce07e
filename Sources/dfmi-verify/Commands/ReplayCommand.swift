import Checker
import ProtocolModel

/// `replay`: whether a recorded trace is a behavior of a spec.
enum ReplayCommand: Command {
  static let name = "replay"
  static let summary = "Tell whether a trace is a behavior of a spec, and where it is not"
  static let operands = "TRACE.itf.json SPEC"
  static let options: [Option] = [.main, .initial, .step, .full, .lanes, .json]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    guard arguments.operands.count == 2 else {
      throw UsageError("takes a trace and a spec, not \(CheckText.count(arguments.operands.count, "file"))")
    }
    Process.catchInterrupts()
    var (trace, spec) = (arguments.operands[0], arguments.operands[1])
    if trace.hasSuffix(".qnt"), !spec.hasSuffix(".qnt") { swap(&trace, &spec) }
    let replayed = ReplayedTrace.replay(trace, spec: spec, arguments)
    console.report(replayed.diagnostics.sortedByPlace(), replayed.sources)
    if let complaint = replayed.complaint { console.error("\(complaint)\n") }
    console.print(
      arguments[.json] ? replayed.document.text : ReplayText(replayed, isFull: arguments[.full]).text)
    if arguments[.lanes], !arguments[.json], case .accepted(let behavior, _)? = replayed.outcome,
      let machine = replayed.machine
    {
      console.print(LaneText.text(of: behavior, machine))
    }
    return replayed.status
  }
}

/// A trace file and what became of it.
struct ReplayedTrace: Sendable {
  var trace: String
  var spec: String
  var main: String?
  var machine: Machine?
  var observed: ObservedTrace?
  /// Nil if it could not be run.
  var outcome: TraceReplay.Outcome?
  /// What is wrong with the trace file.
  var complaint: String?
  var diagnostics: [Diagnostic] = []
  var sources: SourceMap

  /// Reads the spec, then the trace with the types of the spec, and runs it.
  static func replay(_ trace: String, spec path: String, _ arguments: Arguments) -> ReplayedTrace {
    let (main, options) = (arguments.text(.main), MachineOptions(arguments))
    return Spec.withSpec(path) { spec in
      let made = spec.machine(named: main, options)
      var result = ReplayedTrace(
        trace: trace, spec: path, diagnostics: made.diagnostics, sources: made.sources)
      guard let machine = made.machine else { return result }
      result.machine = machine
      result.main = machine.name
      switch TraceFile.read(trace, of: machine) {
      case .success(let observed):
        result.observed = observed
        result.outcome = TraceReplay(machine: machine, shouldStop: { Process.isInterrupted }).run(observed)
      case .failure(let complaint):
        result.complaint = complaint.text
      }
      return result
    }
  }

  var status: ExitStatus {
    switch outcome {
    case nil: .badInput
    case .accepted: .success
    case .refused: .violated
    case .failed(let error, _, _): error.isLimit ? .inconclusive : .violated
    }
  }
}

/// Traces on the disk.
enum TraceFile {
  /// With the place in the file.
  struct Complaint: Error {
    var text: String
  }

  /// The ITF document as the machine understands it, or what is wrong with it and where.
  static func read(_ path: String, of machine: Machine) -> Result<ObservedTrace, Complaint> {
    guard let bytes = DiskSourceReader().read(path: path) else {
      return .failure(Complaint(text: "\(path): error: the file cannot be read"))
    }
    do throws(JSONError) {
      let json = try JSONValue.parse(bytes)
      do throws(ITFError) {
        return .success(try ObservedTrace(json, of: machine))
      } catch {
        return .failure(Complaint(text: "\(path): error: \(error)"))
      }
    } catch {
      return .failure(Complaint(text: "\(path):\(error.line):\(error.column): error: \(error.message)"))
    }
  }
}
