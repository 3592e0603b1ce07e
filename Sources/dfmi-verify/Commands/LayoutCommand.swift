import Checker
import ProtocolModel

/// `layout`: how states are packed, from the first ones that are reached.
enum LayoutCommand: Command {
  static let name = "layout"
  static let summary = "Show how states are packed: bits of each variable"
  static let operands = "SPEC"
  static let options: [Option] = Option.ofMachine + [.maxStates]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let file = try SpecFile.single(of: arguments)
    let (main, options) = (arguments.text(.main), MachineOptions(arguments))
    let limit = arguments.number(.maxStates) ?? SearchOptions().compilesFrom
    let outcome = Spec.withSpec(file.path) { spec in
      let result = spec.machine(named: main, options)
      return (
        report: result.machine.map { LayoutReport(of: $0, from: limit) }, result.diagnostics, result.sources
      )
    }
    console.report(outcome.1, outcome.2)
    guard let report = outcome.report else { return .badInput }
    console.print(text(of: report))
    return .success
  }

  private static func text(of report: LayoutReport) -> String {
    var text = ""
    let width = min(32, report.variables.map(\.name.count).max() ?? 0)
    for variable in report.variables {
      let name = variable.name + String(repeating: " ", count: max(0, width - variable.name.count))
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
