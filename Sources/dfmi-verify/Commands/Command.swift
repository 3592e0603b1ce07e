/// What a subcommand is: a name, a table of options, and about ten lines of `run`.
protocol Command: SendableMetatype {
  static var name: String { get }
  /// One line for the list of commands.
  static var summary: String { get }
  /// What stands for the operands in the usage line: `SPEC...`.
  static var operands: String { get }
  /// The options; every command has those of `Option.ofEveryCommand`, too.
  static var options: [Option] { get }
  /// Command lines to learn from.
  static var examples: [Example] { get }

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus
}

extension Command {
  static var examples: [Example] { [] }
}

/// All commands, in the order in which help lists them. A new command is one file
/// beside this one, and one entry here.
let commands: [any Command.Type] = [
  ParseCommand.self,
  TypecheckCommand.self,
  TestCommand.self,
  RunCommand.self,
  CheckCommand.self,
  VerifyCommand.self,
  MutateCommand.self,
  CertifyCommand.self,
  ReplCommand.self,
  ReplayCommand.self,
  WatchCommand.self, GraphCommand.self, ReportCommand.self,
  FlattenCommand.self, LayoutCommand.self, CompletionCommand.self, ManualCommand.self,
]
