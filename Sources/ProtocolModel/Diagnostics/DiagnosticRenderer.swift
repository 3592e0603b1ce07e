/// Turns diagnostics into text: the message with its code and place, the source
/// line, and a caret below what is at fault.
///
///     spec.qnt:3:7: error: [QNT404] name `balanse` not found
///       3 |   x' = balanse + 1,
///         |        ^^^^^^^
///       help: did you mean `balance`?
public struct DiagnosticRenderer {
  private let sources: SourceMap
  private let color: Bool

  public init(sources: SourceMap, color: Bool = false) {
    self.sources = sources
    self.color = color
  }

  public func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map(render).joined()
  }

  public func render(_ diagnostic: Diagnostic) -> String {
    let place = sources.location(of: diagnostic.range).map { "\($0): " } ?? ""
    let severity = paint(
      diagnostic.severity.rawValue, diagnostic.severity == .error ? "31;1" : "33;1")
    var text = "\(place)\(severity): [\(diagnostic.id.code)] \(diagnostic.message)\n"
    text += excerpt(diagnostic.range)
    for related in diagnostic.related {
      let place = sources.location(of: related.range).map { "\($0): " } ?? ""
      text += "\(place)note: \(related.message)\n" + excerpt(related.range)
    }
    if let hint = diagnostic.hint { text += "  help: \(hint)\n" }
    return text
  }

  /// The first line of the range with carets below; empty without a place.
  private func excerpt(_ range: SourceRange) -> String {
    guard let file = sources.file(of: range) else { return "" }
    let start = file.position(of: Int(range.start))
    let end = file.position(of: Int(max(range.end, range.start)))
    let line = file.line(start.line)
    let scalars = Array(line.unicodeScalars)
    let last = end.line == start.line ? end.column : scalars.count + 1
    let width = max(1, min(last, scalars.count + 1) - start.column)
    let number = String(start.line)
    let gutter = String(repeating: " ", count: number.count)
    // Long lines (generated specs) are cut around the caret.
    let limit = 160
    let cut = start.column > limit - 40 ? start.column - 40 : 1
    let shown = String(
      String.UnicodeScalarView(scalars.dropFirst(cut - 1).prefix(limit)))
    let lead = scalars.dropFirst(cut - 1).prefix(start.column - cut).map { $0 == "\t" ? "\t" : " " }
      .joined()
    let carets = String(repeating: "^", count: min(width, limit))
    return "  \(number) | \(shown)\n  \(gutter) | \(lead)\(paint(carets, "31;1"))\n"
  }

  private func paint(_ text: String, _ code: String) -> String {
    color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
