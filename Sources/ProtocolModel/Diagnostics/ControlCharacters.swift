extension String {
  /// The text with control characters, but for ends of lines and tabs, as `\u{1b}`.
  ///
  /// - Complexity: O(n); the text itself if there are none.
  public var withoutControls: String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
    // All of them but those of Latin-1 are single bytes, and those begin with 0xC2.
    guard utf8.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F || $0 == 0xC2 }) else {
      return self
    }
    var result = ""
    for scalar in unicodeScalars {
      if isControl(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
