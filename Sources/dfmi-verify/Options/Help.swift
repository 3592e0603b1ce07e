/// Help texts, made from the tables of commands and options.
enum Help {
  /// The list of commands.
  static var text: String {
    """
    dfmi-verify \(DFMIVerify.version): checks settlement protocols written in Quint

    Usage: dfmi-verify COMMAND ...

    Commands:
    \(table(commands.map { ($0.name, $0.summary) }))
    Options:
    \(table([("-h, --help", "show this text; `dfmi-verify COMMAND --help` shows that of a command"),
             ("-V, --version", "show the version")]))
    Exit status:
    \(table(ExitStatus.allCases.map { (String($0.rawValue), $0.meaning) }))
    """
  }

  static func text(of command: any Command.Type) -> String {
    """
    \(command.summary)

    Usage: dfmi-verify \(command.name) [OPTIONS] \(command.operands)

    Options:
    \(table((command.options + Option.ofEveryCommand).map { ($0.usage, $0.help) }))\(examples(of: command))
    """
  }

  private static func examples(of command: any Command.Type) -> String {
    if command.examples.isEmpty { return "" }
    return "\nExamples:\n"
      + command.examples.map { "  dfmi-verify \($0.line)\n      \($0.meaning)\n" }.joined()
  }

  /// Two columns; every line ends in a newline. A long left part has a line of its own.
  private static func table(_ rows: [(String, String)]) -> String {
    let limit = 26
    let width = rows.map(\.0.count).filter { $0 <= limit }.max() ?? 0
    return rows.map { left, right in
      if left.count > limit { return "  \(left)\n  \(padding(width))  \(right)\n" }
      return "  \(left)\(padding(width - left.count))  \(right)\n"
    }.joined()
  }

  private static func padding(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
