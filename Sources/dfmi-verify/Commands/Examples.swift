/// A command line to learn from.
struct Example {
  /// Without the program's name.
  var line: String
  /// What it is good for.
  var meaning: String

  init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

// Help and the manual page show these.

extension CheckCommand {
  static let examples = [
    Example("check escrow.qnt", "Check one spec; a counterexample is as short as can be"),
    Example("check Specs", "Check every instance below a folder, and compare with what its tags expect"),
    Example("check swap.qnt --main swap_F2 --lanes", "One module, counterexamples as sequence diagrams, too"),
    Example(
      "check escrow.qnt --invariant 'held >= 0'", "Check an expression instead of the tagged properties"),
    Example(
      "check Specs --report junit=check.xml --report sarif=check.sarif",
      "Reports for a build server, from one run"),
    Example(
      "check escrow.qnt --main large --coverage seen.json",
      "What never happens in this run, nor in others with the same file"),
  ]
}

extension VerifyCommand {
  static let examples = [
    Example("verify escrow.qnt", "Prove the invariants by induction, or refute them"),
    Example("verify escrow.qnt --symbolic PRICE", "The same for all values of a constant"),
    Example("verify escrow.qnt --bounded --max-steps 20", "Search for faults within 20 steps, no proof"),
  ]
}

extension RunCommand {
  static let examples = [
    Example("run escrow.qnt --max-samples 1000", "A thousand random behaviors; what is found is made small"),
    Example("run escrow.qnt --seed 0x5eed", "Repeat one behavior"),
  ]
}

extension TestCommand {
  static let examples = [
    Example("test escrow_test.qnt", "Run the tests of a spec"),
    Example("test escrow_test.qnt --match refund", "Those with a match in their names"),
  ]
}

extension ReplayCommand {
  static let examples = [
    Example(
      "replay found.itf.json escrow.qnt",
      "Is the trace a behavior of the spec, and if not, which guard refuses?")
  ]
}

extension GraphCommand {
  static let examples = [
    Example("graph lamp.qnt --out lamp.svg", "All states of a small model, drawn by Graphviz"),
    Example("graph swap.qnt --by 'sec,cash' --out swap.svg", "A large model, as two of its variables see it"),
  ]
}

extension ReportCommand {
  static let examples = [
    Example("report escrow.qnt --out escrow.html", "A page with verdicts and counterexamples"),
    Example("report escrow.qnt --explore", "The same, with the whole model to walk in"),
  ]
}

extension WatchCommand {
  static let examples = [
    Example("watch escrow.qnt", "Check again whenever the file, or one it imports, is saved")
  ]
}

extension ReplCommand {
  static let examples = [Example("repl escrow.qnt", "Evaluate expressions, and take steps by hand")]
}

extension CompletionCommand {
  static let examples = [
    Example("completion bash > ~/.local/share/bash-completion/completions/dfmi-verify", "For bash"),
    Example("completion fish > ~/.config/fish/completions/dfmi-verify.fish", "For fish"),
  ]
}
