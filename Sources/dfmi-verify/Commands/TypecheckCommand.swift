import ProtocolModel

/// `typecheck`: all that can be said of a spec without running it.
enum TypecheckCommand: Command {
  static let name = "typecheck"
  static let summary = "Report errors of syntax, names, types, effects and modes"
  static let operands = "SPEC|DIR..."
  static let options: [Option] = [.json, .out]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    try DiagnosticsRun(command: name, stage: "typechecking", through: .modes).run(arguments, console)
  }
}
