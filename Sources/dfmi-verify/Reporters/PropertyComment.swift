import ProtocolModel

/// What the author of a property says of it: the first sentence of the comment above it.
///
/// A counterexample shows what happens; the sentence says whose loss that is.
enum PropertyComment {
  /// Longer comments are cut after so many lines.
  private static let mostLines = 12

  /// Nil if there is no comment right above the line where the property is named.
  static func sentence(for range: SourceRange, in sources: SourceMap) -> String? {
    guard let file = sources.file(of: range) else { return nil }
    let line = file.position(of: Int(range.start)).line
    var first = line
    while let text = comment(file.line(first - 1)), !text.hasPrefix("@"), first > 1 { first -= 1 }
    // Tags may stand behind the text.
    var end = line
    if first == line {
      while let text = comment(file.line(end - 1)), text.hasPrefix("@") || text.isEmpty { end -= 1 }
      first = end
      while let text = comment(file.line(first - 1)), !text.hasPrefix("@"), first > 1 { first -= 1 }
    }
    let lines = (first..<end).compactMap { comment(file.line($0)) }.drop { $0.isEmpty }.prefix { !$0.isEmpty }
    let words = lines.prefix(mostLines).joined(separator: " ").split(separator: " ")
    var sentence: [Substring] = []
    for word in words {
      sentence.append(word)
      if word.hasSuffix("."), word.count > 2 { break }
    }
    return sentence.isEmpty ? nil : sentence.joined(separator: " ")
  }

  /// The sentence as the last lines of a counterexample; empty if there is none.
  static func text(for range: SourceRange, in sources: SourceMap) -> String {
    guard let sentence = sentence(for: range, in: sources) else { return "" }
    var lines = [""]
    for word in sentence.split(separator: " ") {
      if let last = lines.last, !last.isEmpty, last.count + 1 + word.count > 94 { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.enumerated().map { index, line in
      (index == 0 ? "  in words        " : "                  ") + line + "\n"
    }.joined()
  }

  /// The text of a line of a doc comment without control characters; nil if it is none.
  private static func comment(_ line: String) -> String? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard text.hasPrefix("///") else { return nil }
    var words = text.dropFirst(3).drop { $0 == " " }
    while words.last == " " { words.removeLast() }
    return String(
      String.UnicodeScalarView(words.unicodeScalars.filter { $0.properties.generalCategory != .control }))
  }
}
