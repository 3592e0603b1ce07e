/// One option of a command line: what parsing, help and error messages know of it.
struct Option: Hashable {
  /// With its dashes: `--main`.
  let name: String
  /// `-h`, for the few that have one.
  var short: String?
  let value: Value
  let help: String

  enum Value: Hashable {
    /// Present or absent.
    case flag
    /// One text; the word stands for it in help.
    case text(String)
    /// A number from 0 on.
    case number
    /// One of these words.
    case choice([String])
    /// One or more texts; they end at the next option or spec. May be given again.
    case list(String)
    /// One text; may be given again.
    case repeated(String)
  }

  init(_ name: String, short: String? = nil, _ value: Value, _ help: String) {
    self.name = name
    self.short = short
    self.value = value
    self.help = help
  }

  /// True if it may be given again.
  var isRepeatable: Bool {
    switch value {
    case .list, .repeated: true
    case .flag, .text, .number, .choice: false
    }
  }

  /// An empty text is then a mistake: mostly a variable of a shell that is not set.
  var takesExpressions: Bool {
    switch value {
    case .text(let word), .list(let word), .repeated(let word): word == "EXPR" || word == "EXPR,..."
    case .flag, .number, .choice: false
    }
  }

  /// `--main NAME`
  var usage: String {
    let names = short.map { "\($0), \(name)" } ?? name
    switch value {
    case .flag: return names
    case .text(let word): return "\(names) \(word)"
    case .number: return "\(names) N"
    case .choice(let words): return "\(names) \(words.joined(separator: "|"))"
    case .list(let word): return "\(names) \(word)..."
    case .repeated(let word): return "\(names) \(word)"
    }
  }

  static let ofEveryCommand: [Option] = [.help]
  static let help = Option("--help", short: "-h", .flag, "show this text")
}
