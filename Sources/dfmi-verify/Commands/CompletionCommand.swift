/// `completion`: a script that completes command lines.
enum CompletionCommand: Command {
  static let name = "completion"
  static let summary = "Print the script that completes command lines in a shell"
  static let operands = "bash|zsh|fish"
  static let options: [Option] = []

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let names = CompletionScript.Shell.allCases.map(\.rawValue)
    guard arguments.operands.count == 1 else {
      throw UsageError("takes one shell: \(names.joined(separator: ", "))")
    }
    let word = arguments.operands[0]
    guard let shell = CompletionScript.Shell(rawValue: word) else {
      throw UsageError("unknown shell `\(word)`" + ArgumentParser.suggestion(for: word, among: names))
    }
    console.print(CompletionScript.text(for: shell))
    return .success
  }
}

/// `manual`: the page for `man`.
enum ManualCommand: Command {
  static let name = "manual"
  static let summary = "Print the manual page: dfmi-verify manual | man -l -"
  static let operands = ""
  static let options: [Option] = []

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    guard arguments.operands.isEmpty else { throw UsageError("takes no operands") }
    console.print(ManualPage.text)
    return .success
  }
}
