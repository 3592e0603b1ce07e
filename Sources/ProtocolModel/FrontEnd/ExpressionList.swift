/// A list of expressions as options take it: `a and b, f(x, y)` are two.
public enum ExpressionList {
  /// The parts between commas that stand outside of brackets and strings, without
  /// the blanks around them. Empty parts are left out.
  public static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    var isInString = false
    for character in text {
      switch character {
      case "\"": isInString.toggle()
      case "(", "[", "{": if !isInString { depth += 1 }
      case ")", "]", "}": if !isInString { depth -= 1 }
      case ",":
        if !isInString, depth <= 0 {
          parts.append(part)
          part = ""
          continue
        }
      default: break
      }
      part.append(character)
    }
    parts.append(part)
    return parts.map(trimmed).filter { !$0.isEmpty }
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    let rest = text.drop { $0.isWhitespace }
    guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(rest[...last])
  }
}
