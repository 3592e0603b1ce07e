import ProtocolModel

/// `parse`: syntax and names.
enum ParseCommand: Command {
  static let name = "parse"
  static let summary = "Report errors of syntax and names"
  static let operands = "SPEC|DIR..."
  static let options: [Option] = [.json, .out, .sourceMap]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    console.note(withoutEffect: options, in: arguments)
    return try DiagnosticsRun(command: name, stage: "parsing", through: .names).run(arguments, console)
  }
}
