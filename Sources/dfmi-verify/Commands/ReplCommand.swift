import ProtocolModel

/// `repl`: an interactive session, also step by step through the enabled actions.
enum ReplCommand: Command {
  static let name = "repl"
  static let summary = "Evaluate and step through a spec interactively"
  static let operands = "[SPEC] [INPUT...]"
  static let options: [Option] = [.main, .require, .shellSeed, .shellVerbosity, .quiet, .backend]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    console.note(withoutEffect: options, in: arguments)
    var inputs = arguments.operands
    var spec = arguments.text(.require)
    var main = arguments.text(.main)
    if let first = inputs.first, isSpec(first) {
      guard spec == nil else { throw UsageError("takes a spec or `--require`, not both") }
      spec = first
      inputs.removeFirst()
    }
    if let other = inputs.first(where: isSpec) {
      throw UsageError("takes one spec; `\(other)` is another one")
    }
    if let file = spec, let place = file.firstRange(of: "::") {
      main = String(file[place.upperBound...])
      spec = String(file[..<place.lowerBound])
    }
    let seed = try Seed.value(of: arguments, .shellSeed) ?? TestRunner.defaultSeed
    let verbosity = arguments[.quiet] ? 0 : arguments.number(.shellVerbosity) ?? 2
    Process.catchInterrupts()
    return runOnLargeStack { [spec, main, inputs] in
      var shell = Shell(console, seed: seed, verbosity: verbosity)
      if let spec, !shell.load(spec, module: main), !LineReader.isTerminal { return .badInput }
      shell.run(inputs)
      return .success
    }
  }

  /// Any other word is an input, as if it was typed.
  private static func isSpec(_ word: String) -> Bool {
    word.hasSuffix(".qnt") || word.contains(".qnt::")
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
