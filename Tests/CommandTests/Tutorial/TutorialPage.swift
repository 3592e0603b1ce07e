import Foundation

/// A page of Markdown whose specs can be written to files and whose commands can be run.
///
/// Three kinds of fenced blocks mean something:
///
///     ```quint PATH         the text of a file
///     ```quint into PATH    declarations that take the place of those with their names, or are added
///     ```console            commands behind `$ `, each followed by what it prints
///
/// A line `...` in what a command prints stands for any number of lines.
struct TutorialPage {
  /// Relative to the root of the project.
  let path: String
  private(set) var lines: [String]
  private(set) var parts: [Part] = []

  enum Part {
    case file(path: String, text: [String])
    case edit(path: String, text: [String])
    case command(Command)
  }

  /// `lines[output]` of the page is what the command prints.
  struct Command {
    var text: String
    /// Number of its line, from 1.
    var line: Int
    var output: Range<Int>
  }

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var start = 0
    while let open = lines[start...].firstIndex(where: { $0.hasPrefix("```") && $0.count > 3 }) {
      let end = lines[(open + 1)...].firstIndex(of: "```") ?? lines.endIndex
      add(block: open + 1..<end, opening: lines[open].dropFirst(3).split(separator: " ").map(String.init))
      start = min(end + 1, lines.endIndex)
    }
  }

  private mutating func add(block: Range<Int>, opening: [String]) {
    switch opening {
    case ["console"]:
      let starts = block.filter { lines[$0].hasPrefix("$ ") }
      for (start, end) in zip(starts, starts.dropFirst() + [block.upperBound]) {
        let text = String(lines[start].dropFirst(2))
        parts.append(.command(Command(text: text, line: start + 1, output: start + 1..<end)))
      }
    case let words where words.first == "quint" && words.count == 2:
      parts.append(.file(path: words[1], text: Array(lines[block])))
    case let words where words.count == 3 && words[..<2] == ["quint", "into"]:
      parts.append(.edit(path: words[2], text: Array(lines[block])))
    default: break
    }
  }

  /// Numbers of lines with a command that is in no block that is run.
  var commandsNotRun: [Int] {
    let run = parts.compactMap { part in if case .command(let command) = part { command.line } else { nil } }
    return lines.indices.map { $0 + 1 }.filter {
      lines[$0 - 1].drop { $0 == " " }.hasPrefix("$ ") && !run.contains($0)
    }
  }

  /// Paths that the page links to, relative to its own folder, without addresses of other hosts.
  var links: [String] {
    lines.joined(separator: "\n").matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }.filter {
      !$0.contains("://") && !$0.hasPrefix("#")
    }.map { String($0.prefix { $0 != "#" }) }
  }

  /// The page with what commands printed in the place of what it says; the last command first.
  mutating func replace(_ outputs: [(Range<Int>, [String])]) {
    for (range, output) in outputs.reversed() { lines.replaceSubrange(range, with: output) }
  }
}

extension TutorialPage {
  /// True if an output is what a page says: `...` is any lines; durations may differ, and places in `Specs`, which
  /// change with every edit there.
  static func isOutput(_ output: [String], like shown: [String]) -> Bool {
    func isLike(_ output: ArraySlice<String>, _ shown: ArraySlice<String>) -> Bool {
      guard let first = shown.first else { return output.isEmpty }
      if first.drop(while: { $0 == " " }) == "..." {
        return (output.startIndex...output.endIndex).contains {
          isLike(output[$0...], shown.dropFirst())
        }
      }
      guard let line = output.first else { return false }
      return timeless(line) == timeless(first) && isLike(output.dropFirst(), shown.dropFirst())
    }
    return isLike(trimmed(output)[...], trimmed(shown)[...])
  }

  private static func timeless(_ line: String) -> String {
    line.replacing(/\d+ms/, with: "Tms").replacing(#/ *\d+\.\d s/#, with: " T s")
      .replacing(#/(Specs/\S+\.qnt):\d+:\d+/#) { "\($0.output.1)" }
  }

  /// Without blank lines at the end, nor blanks at the ends of lines.
  static func trimmed(_ lines: [String]) -> [String] {
    var lines = lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
    while lines.last == "" { lines.removeLast() }
    return lines
  }
}
