import ProtocolModel

/// A source text in which `1️⃣`, `2️⃣`, ... mark places: the text without the
/// marks, and where each mark stood.
public struct MarkedSource {
  public let text: String
  /// Byte offset of each mark in `text`.
  public let marks: [String: Int]

  public init(_ marked: String) {
    var text = ""
    var marks: [String: Int] = [:]
    for character in marked {
      if character.unicodeScalars.contains("\u{20E3}") {
        marks[String(character)] = text.utf8.count
      } else {
        text.append(character)
      }
    }
    self.text = text
    self.marks = marks
  }

  /// `line:column` of a mark, as diagnostics print it.
  public func place(_ mark: String) -> String {
    var sources = SourceMap()
    let file = sources.add(path: "test", bytes: Array(text.utf8))
    guard let offset = marks[mark] else { return "no mark \(mark)" }
    let position = file.position(of: offset)
    return "\(position.line):\(position.column)"
  }
}
