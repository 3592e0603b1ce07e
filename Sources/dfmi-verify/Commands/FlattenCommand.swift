import ProtocolModel

/// `flatten`: the machine of a spec, as the engines read it.
enum FlattenCommand: Command {
  static let name = "flatten"
  static let summary = "Print the machine that the engines read"
  static let operands = "SPEC"
  static let options: [Option] = Option.ofMachine

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let file = try SpecFile.single(of: arguments)
    var options = MachineOptions(arguments)
    options.needsTransitions = false
    let main = arguments.text(.main)
    let outcome = Spec.withSpec(file.path) { [options] spec in
      let result = spec.machine(named: main, options)
      return (text: result.machine.map { MachinePrinter.text(of: $0) }, result.diagnostics, result.sources)
    }
    console.report(outcome.1, outcome.2)
    guard let text = outcome.text else { return .badInput }
    console.print(text)
    return .success
  }
}
