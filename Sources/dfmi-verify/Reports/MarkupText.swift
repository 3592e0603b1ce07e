/// Texts that must not be taken for markup.
extension String {
  /// For XML and HTML, as text or inside a quoted attribute. What XML has no place for, control
  /// characters and two others, becomes U+FFFD.
  var xmlEscaped: String {
    var result = ""
    result.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      default:
        let isAllowed = scalar.value >= 0x20 && scalar.value & 0xFFFE != 0xFFFE && scalar.value != 0x7F
        result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// For Markdown, as running text on one line.
  var markdownEscaped: String {
    mappingScalars { scalar in
      switch scalar {
      case "\n", "\r", "\t": " "
      case "<": "&lt;"
      case ">": "&gt;"
      case "&": "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "$", "!", "@": "\\\(scalar)"
      default: nil
      }
    }
  }

  /// For Markdown, as code inside a line, also of a table.
  var markdownCode: String {
    let fence = String(repeating: "`", count: longestRunOfBackticks + 1)
    let padding = utf8.first == UInt8(ascii: "`") || utf8.last == UInt8(ascii: "`") ? " " : ""
    let line = mappingScalars { scalar in
      switch scalar {
      case "\n", "\r": " "
      case "|": "\\|"
      default: nil
      }
    }
    return fence + padding + line + padding + fence
  }

  /// The text with some of its scalars replaced. Characters would not do: a line feed behind a
  /// carriage return is no character of its own.
  func mappingScalars(_ replacement: (UnicodeScalar) -> String?) -> String {
    var result = ""
    result.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      if let text = replacement(scalar) { result += text } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// For Markdown, as a block of code of a language.
  func markdownBlock(_ language: String) -> String {
    let fence = String(repeating: "`", count: max(3, longestRunOfBackticks + 1))
    return fence + language + "\n" + self + (hasSuffix("\n") ? "" : "\n") + fence + "\n"
  }

  private var longestRunOfBackticks: Int {
    var (longest, run) = (0, 0)
    for byte in utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
