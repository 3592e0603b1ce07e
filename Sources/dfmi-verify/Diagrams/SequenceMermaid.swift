/// A sequence diagram in Mermaid's language, which hosts of code draw in Markdown.
struct SequenceMermaid {
  private let diagram: SequenceDiagram

  init(_ diagram: SequenceDiagram) { self.diagram = diagram }

  var text: String {
    var text = "sequenceDiagram\n"
    for (lane, title) in diagram.lanes.enumerated() {
      text += "  participant p\(lane) as \(Self.escaped(title))\n"
    }
    let span = diagram.lanes.count > 1 ? "p0,p\(diagram.lanes.count - 1)" : "p0"
    var isInLoop = false
    for event in diagram.events {
      if let start = diagram.loopStart, event.steps.lowerBound == start + 1 {
        text += "  loop again and again\n"
        isInLoop = true
      }
      let label = Self.escaped("\(event.stepLabel). \(event.label)")
      switch event.kind {
      case .message(let from, let to): text += "  p\(from)->>p\(to): \(label)\n"
      case .local(let lane): text += "  Note over p\(lane): \(label)\n"
      case .note: text += "  Note over \(span): \(label)\n"
      }
    }
    if isInLoop { text += "  end\n" }
    if let verdict = diagram.verdict { text += "  Note over \(span): \(Self.escaped(verdict))\n" }
    return text
  }

  /// Everything that could be syntax as an entity code.
  private static func escaped(_ text: String) -> String {
    text.mappingScalars { scalar in
      switch scalar {
      case "\n", "\r", "\t": " "
      case ";", "#", "<", ">", "&", "%", "\"", "`", "{", "}", "\\": "#\(scalar.value);"
      default: nil
      }
    }
  }
}
