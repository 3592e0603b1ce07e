/// The program: picks the command, parses its arguments by its table of options, runs it.
@main
enum DFMIVerify {
  static let version = "0.1.0"

  static func main() {
    let console = Console()
    let status = run(Array(CommandLine.arguments.dropFirst()), console)
    console.finish(with: status)
  }

  static func run(_ arguments: [String], _ console: Console) -> ExitStatus {
    guard let first = arguments.first else {
      console.error(Help.text)
      return .badInput
    }
    switch first {
    case "--help", "-h", "help":
      guard first == "help", arguments.count > 1 else {
        console.print(Help.text)
        return .success
      }
      return help(on: arguments[1], console)
    case "--version", "-V":
      console.print("dfmi-verify \(version)\n")
      return .success
    default: break
    }
    guard let command = command(named: first, console) else { return .badInput }
    do throws(UsageError) {
      let parsed = try ArgumentParser.parse(
        arguments.dropFirst(), options: command.options + Option.ofEveryCommand)
      if parsed[.help] {
        console.print(Help.text(of: command))
        return .success
      }
      try OutputPath.check(parsed)
      return try command.run(parsed, console)
    } catch {
      let words = arguments.dropFirst().prefix { $0 != "--" }
      if words.contains(Option.json.name), command.options.contains(.json), !console.hasPrinted {
        var document = ResultDocument(command: command.name)
        document.usageError = error.message
        console.print(document.text)
      }
      console.error("dfmi-verify \(command.name): \(error.message)\n")
      console.error("Try `dfmi-verify \(command.name) --help`.\n")
      return .badInput
    }
  }

  private static func help(on name: String, _ console: Console) -> ExitStatus {
    guard let command = command(named: name, console) else { return .badInput }
    console.print(Help.text(of: command))
    return .success
  }

  /// The command of a name; nil after a message.
  private static func command(named name: String, _ console: Console) -> (any Command.Type)? {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let what = name.hasPrefix("-") ? "option" : "command"
    let names = name.hasPrefix("-") ? ["--help", "--version"] : commands.map { $0.name }
    console.error(
      "dfmi-verify: unknown \(what) `\(name)`" + ArgumentParser.suggestion(for: name, among: names) + "\n")
    console.error("Try `dfmi-verify --help`.\n")
    return nil
  }
}
