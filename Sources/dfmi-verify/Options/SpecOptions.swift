import ProtocolModel

/// Options that say what the machine is; spelled as in Quint.
extension Option {
  static let main = Option(
    "--main", .text("MODULE"), "the main module (default: the only one, or that named as the file)")
  static let initial = Option(
    "--init", .text("ACTION"), "the action that makes the first state (default: init)")
  static let step = Option("--step", .text("ACTION"), "the action that makes the next state (default: step)")
  static let invariant = Option(
    "--invariant", .text("EXPR,..."), "check these expressions in every state, instead of tagged properties")
  static let invariants = Option("--invariants", .list("EXPR"), "the same, one expression a word")
  static let temporal = Option("--temporal", .text("EXPR,..."), "check these temporal formulas")
  static let witnesses = Option("--witnesses", .list("EXPR"), "find a state for each of these expressions")

  /// What `MachineOptions(_:)` reads, but for `--main`.
  static let ofMachine: [Option] = [.main, .initial, .step, .invariant, .invariants, .temporal, .witnesses]
}

/// Options about quantities.
extension Option {
  static let maximize = Option(
    "--maximize", .list("EXPR"), "the largest value of an integer over all states, and how it is attained")
  static let minimize = Option(
    "--minimize", .list("EXPR"), "the smallest value of an integer over all states, and how it is attained")
  static let extremes = Option(
    "--extremes", .flag, "show how the extreme of each quantity tagged `@bound` is attained")
  static let histogram = Option(
    "--histogram", .flag, "in how many states each quantity has which value")

  static let ofQuantities: [Option] = [.maximize, .minimize, .extremes, .histogram]
}

extension MachineOptions {
  /// What the options of `Option.ofMachine` say.
  init(_ arguments: Arguments) {
    self.init()
    initial = arguments.text(.initial)
    step = arguments.text(.step)
    invariants = [arguments.text(.invariant)].compactMap { $0 } + arguments.list(.invariants)
    temporal = [arguments.text(.temporal)].compactMap { $0 }
    witnesses = arguments.list(.witnesses)
    maximize = arguments.list(.maximize)
    minimize = arguments.list(.minimize)
  }
}
