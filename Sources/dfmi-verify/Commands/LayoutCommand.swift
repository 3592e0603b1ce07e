import Checker
import ProtocolModel

/// `layout`: how states are packed, from the first ones that are reached.
enum LayoutCommand: Command {
  static let name = "layout"
  static let summary = "Show how states are packed: bits of each variable"
  static let operands = "SPEC|DIR..."
  static let options: [Option] = Option.ofMachine + [.size, .maxStates]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let files = try SpecFile.all(of: arguments)
    Process.catchInterrupts()
    let limit = arguments.number(.maxStates) ?? SearchOptions().compilesFrom
    let (main, options) = (arguments.text(.main), MachineOptions(arguments))
    let sizes = Expectations.Size.upTo(arguments.text(.size))
    var status = ExitStatus.success
    for file in files where !Process.isInterrupted {
      let isReadable = Spec.withSpec(file.path) { spec -> Bool in
        let loaded = SpecInstances(of: spec, file, main: main, options, sizes)
        let (machines, diagnostics) = (loaded.machines, loaded.diagnostics)
        console.report(diagnostics.sortedByPlace(), loaded.sources)
        let isAlone = machines.count == 1 && files.count == 1
        for (name, result) in machines where !Process.isInterrupted {
          guard let machine = result.machine else { continue }
          let report = LayoutReport(of: machine, from: limit)
          let text = text(of: report, ShortNames(machine))
          console.print(isAlone ? text : "\(name)\n\(text.indented)\n")
        }
        return !diagnostics.hasErrors
      }
      if !isReadable { status = .badInput }
    }
    if Process.isInterrupted { status = max(status, .inconclusive) }
    return status
  }

  private static func text(of report: LayoutReport, _ names: ShortNames) -> String {
    var text = ""
    let width = min(32, report.variables.map { names.short($0.name).count }.max() ?? 0)
    for variable in report.variables {
      var name = names.short(variable.name)
      name += String(repeating: " ", count: max(0, width - name.count))
      let bits = variable.shape == nil ? "interned" : "\(variable.bits)"
      text += "\(name)  \(String(repeating: " ", count: max(0, 8 - bits.count)))\(bits)  "
      text += variable.shape?.description ?? "values without a finite shape"
      text += "\n"
    }
    let seen = report.isComplete ? "all \(report.states) states" : "the first \(report.states) states"
    if let bytes = report.bytes {
      let bits = report.variables.reduce(0) { $0 + $1.bits }
      text += "\n\(bits) bits, \(bytes) \(bytes == 1 ? "byte" : "bytes") a state, from \(seen)"
      text += "; a value that does not fit makes the layout wider\n"
    } else {
      text += "\nfrom \(seen)\n"
    }
    if let transitions = report.transitions {
      text += "\(transitions) transitions, each way to pick counted\n"
    }
    if let refusal = report.refusal { text += "not compiled, the evaluator takes the steps: \(refusal)\n" }
    return text
  }
}

extension String {
  /// Lines that are not empty, each two places further to the right.
  fileprivate var indented: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  \($0)" }
      .joined(separator: "\n")
  }
}
