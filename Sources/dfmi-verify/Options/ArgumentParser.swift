import ProtocolModel

/// A command line that cannot be understood; the message says which word and why.
struct UsageError: Error {
  var message: String
  init(_ message: String) { self.message = message }
}

/// The arguments of a command, checked against its table of options.
struct Arguments {
  fileprivate(set) var operands: [String] = []
  /// All of them, as given.
  fileprivate(set) var words: [String] = []
  fileprivate var values: [String: [String]] = [:]

  /// True if a flag is given.
  subscript(flag: Option) -> Bool { values[flag.name] != nil }

  /// The value of an option that takes one; nil if it is not given.
  func text(_ option: Option) -> String? { values[option.name]?.last }

  /// All values of a list, or of an option that may be given again.
  func list(_ option: Option) -> [String] { values[option.name] ?? [] }

  /// The value of a `.number` option.
  func number(_ option: Option) -> Int? { text(option).flatMap { Int($0) } }
}

/// Sorts the words of a command line into options, their values, and operands.
///
/// `--name value` and `--name=value` are the same. A word that begins with `--` is
/// never a value unless written with `=`. A list takes all words up to the next option or
/// `.qnt` file; after `--name=value` only where an operand came before, as in
/// `run spec.qnt --witnesses=a b`. After `--` all words are operands.
enum ArgumentParser {
  static func parse(_ words: ArraySlice<String>, options: [Option]) throws(UsageError) -> Arguments {
    var arguments = Arguments()
    arguments.words = Array(words)
    var rest = words
    while let word = rest.popFirst() {
      if word == "--" {
        arguments.operands += rest
        break
      }
      guard word.hasPrefix("-"), word != "-" else {
        arguments.operands.append(word)
        continue
      }
      let (name, inline) = split(word)
      guard let option = options.first(where: { $0.name == name || $0.short == name }) else {
        throw UsageError("unknown option `\(name)`" + suggestion(for: name, among: options.map(\.name)))
      }
      let values = try values(of: option, inline, &rest, options, hasOperand: !arguments.operands.isEmpty)
      if arguments.values[option.name] == nil {
        arguments.values[option.name] = values
      } else if option.isRepeatable {
        arguments.values[option.name]? += values
      } else {
        throw UsageError("option `\(option.name)` is given twice")
      }
    }
    return arguments
  }

  private static func split(_ word: String) -> (name: String, value: String?) {
    guard let sign = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<sign]), String(word[word.index(after: sign)...]))
  }

  private static func values(
    of option: Option, _ inline: String?, _ rest: inout ArraySlice<String>, _ options: [Option],
    hasOperand: Bool
  ) throws(UsageError) -> [String] {
    func takeNext() -> String? {
      guard let next = rest.first, !next.hasPrefix("--"), !options.contains(where: { $0.short == next })
      else { return nil }
      return rest.popFirst()
    }
    if option.value == .flag {
      if inline != nil { throw UsageError("option `\(option.name)` takes no value") }
      return []
    }
    guard let value = inline ?? takeNext() else {
      throw UsageError("option `\(option.name)` needs a value: `\(option.usage)`")
    }
    if option.takesExpressions, value.allSatisfy({ $0.isWhitespace || $0 == "," }) {
      throw UsageError("option `\(option.name)` needs an expression, and got none")
    }
    switch option.value {
    case .flag, .text, .repeated: break
    case .number:
      guard !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw UsageError("option `\(option.name)` needs a number, not `\(value)`")
      }
      guard Int(value) != nil else { throw UsageError("`\(value)` is too large for option `\(option.name)`") }
    case .choice(let words):
      guard words.contains(value) else {
        throw UsageError(
          "option `\(option.name)` takes \(words.joined(separator: ", ")), not `\(value)`"
            + suggestion(for: value, among: words))
      }
    case .list:
      var all = [value]
      guard inline == nil || hasOperand else { return all }
      while rest.first?.hasSuffix(".qnt") == false, let next = takeNext() { all.append(next) }
      return all
    }
    return [value]
  }

  /// `; did you mean ...?`, or nothing.
  static func suggestion(for name: String, among names: [String]) -> String {
    NameSuggestion.hint(for: name, among: names).map { "; \($0)" } ?? ""
  }
}
