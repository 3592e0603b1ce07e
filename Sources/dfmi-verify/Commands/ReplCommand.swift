import ProtocolModel

/// `repl`: an interactive session, also step by step through the enabled actions.
enum ReplCommand: Command {
  static let name = "repl"
  static let summary = "Evaluate and step through a spec interactively"
  static let operands = "[SPEC]"
  static let options: [Option] = [.main, .require, .shellSeed, .shellVerbosity, .quiet, .backend]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    console.note(withoutEffect: options, in: arguments)
    guard arguments.operands.count <= 1 else {
      throw UsageError("takes one spec, not \(arguments.operands.count)")
    }
    var spec = arguments.operands.first
    var main = arguments.text(.main)
    if let required = arguments.text(.require) {
      guard spec == nil else { throw UsageError("takes a spec or `--require`, not both") }
      spec = required
    }
    if let file = spec, let place = file.firstRange(of: "::") {
      main = String(file[place.upperBound...])
      spec = String(file[..<place.lowerBound])
    }
    let seed = try Seed.value(of: arguments, .shellSeed) ?? TestRunner.defaultSeed
    let verbosity = arguments[.quiet] ? 0 : arguments.number(.shellVerbosity) ?? 2
    Process.catchInterrupts()
    return runOnLargeStack { [spec, main] in
      var shell = Shell(console, seed: seed, verbosity: verbosity)
      if let spec, !shell.load(spec, module: main), !LineReader.isTerminal { return .badInput }
      shell.run()
      return .success
    }
  }
}

extension Option {
  static let require = Option(
    "--require", short: "-r", .text("FILE[::MODULE]"), "load a file, as the operand does")
  static let shellSeed = Option("--seed", .text("N"), "where random choices begin")
  static let shellVerbosity = Option(
    "--verbosity", .number, "0 has no prompt, 1 shows no changes of the state (default: 2)")
  static let quiet = Option("--quiet", short: "-q", .flag, "the same as --verbosity 0")
}
