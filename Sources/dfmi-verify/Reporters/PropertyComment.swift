import ProtocolModel

/// What the author of a property says of it: the first sentence of the comment above it.
///
/// A counterexample shows what happens; the sentence says whose loss that is.
enum PropertyComment {
  private static let lineWidth = 94
  /// Longer sentences are cut.
  private static let mostWords = 120

  /// Nil if there is no comment right above the line where the property is named.
  static func sentence(for range: SourceRange, in sources: SourceMap) -> String? {
    guard let text = sources.file(of: range)?.documentation(above: range) else { return nil }
    let printable = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
    var sentence: [Substring] = []
    for word in String(String.UnicodeScalarView(printable)).split(separator: " ").prefix(mostWords) {
      sentence.append(word)
      if word.hasSuffix("."), word.count > 2 { break }
    }
    return sentence.joined(separator: " ")
  }

  /// The sentence as the last lines of a counterexample; empty if there is none.
  static func text(for range: SourceRange, in sources: SourceMap) -> String {
    guard let sentence = sentence(for: range, in: sources) else { return "" }
    var lines = [""]
    for word in sentence.split(separator: " ") {
      let length = lines[lines.count - 1].count
      if length > 0, length + 1 + word.count > lineWidth { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.enumerated().map { index, line in
      (index == 0 ? "  in words        " : "                  ") + line + "\n"
    }.joined()
  }
}
