/// A sequence diagram as SVG: text that can be selected, colors of the page around it.
struct SequenceSVG {
  private let diagram: SequenceDiagram
  private let layout: LaneLayout

  /// Pixels of a character of the 12-pixel font, and of a row.
  private static let advance = 7.3
  private static let rowHeight = 30
  private static let top = 44
  private static let margin = 14

  init(_ diagram: SequenceDiagram) {
    self.diagram = diagram
    layout = LaneLayout(diagram, longestLabel: 60)
  }

  private func x(_ column: Int) -> Int { Self.margin + Int(Double(column) * Self.advance) }
  private func y(_ row: Int) -> Int { Self.top + row * Self.rowHeight + 16 }
  private var width: Int { x(layout.width) + 56 }
  private var rowCount: Int { diagram.events.count + (diagram.verdict == nil ? 0 : 1) }
  private var height: Int { y(rowCount) + 8 }

  /// A file of its own, in the colors of light or dark.
  var document: String {
    let style =
      "<style>svg{color:#1b1f24;background:#fff}@media(prefers-color-scheme:dark){svg{color:#e6e8ea;"
      + "background:#16181b;--paper:#16181b}}</style>"
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(style: style) + "\n"
  }

  /// The element alone, to stand in a page.
  var element: String { element(style: "") }

  private func element(style: String) -> String {
    let title = diagram.title.isEmpty ? "sequence diagram" : diagram.title
    var text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
      + "height=\"\(height)\" role=\"img\" font-family=\"ui-monospace,Menlo,Consolas,monospace\" "
      + "font-size=\"12\" fill=\"currentColor\">\n<title>\(title.htmlEscaped)</title>\n\(style)"
    for (lane, name) in diagram.lanes.enumerated() { text += self.lane(x(layout.columns[lane]), name) }
    for row in diagram.events.indices { text += event(row) }
    if let start = diagram.loopStart,
      let row = diagram.events.firstIndex(where: { $0.steps.lowerBound == start + 1 })
    {
      text += loop(from: row)
    }
    if let verdict = diagram.verdict {
      text += label(
        verdict, at: 8, y(diagram.events.count) + 2, anchor: "start",
        more: " font-weight=\"bold\" class=\"verdict\"")
    }
    return text + "</svg>"
  }

  private func lane(_ x: Int, _ name: String) -> String {
    "<line x1=\"\(x)\" y1=\"\(Self.top - 14)\" x2=\"\(x)\" y2=\"\(y(diagram.events.count) - 14)\" stroke=\"currentColor\" "
      + "stroke-opacity=\"0.35\"/>\n"
      + label(name, at: x, Self.top - 22, anchor: "middle", more: " font-weight=\"bold\"")
  }

  private func event(_ row: Int) -> String {
    let event = diagram.events[row]
    let text = layout.labels[row]
    let y = y(row)
    var group =
      "<g class=\"event\" data-first=\"\(event.steps.lowerBound)\" data-last=\"\(event.steps.upperBound)\">"
      + "<rect class=\"band\" x=\"0\" y=\"\(y - 19)\" width=\"\(width)\" height=\"\(Self.rowHeight)\" "
      + "fill=\"currentColor\" fill-opacity=\"0\"/>"
    switch event.kind {
    case .message(let from, let to):
      let (start, end) = (x(layout.columns[from]), x(layout.columns[to]))
      let direction = end > start ? 1 : -1
      group +=
        "<line x1=\"\(start)\" y1=\"\(y)\" x2=\"\(end - 7 * direction)\" y2=\"\(y)\" stroke=\"currentColor\" "
        + "stroke-width=\"1.3\"/><path d=\"M\(end) \(y)l\(-9 * direction) -4v8z\"/>"
        + label(text, at: (start + end) / 2, y - 5, anchor: "middle")
    case .local(let lane):
      group += box(text, at: x(layout.columns[lane]), y, round: 3, dash: "")
    case .note:
      let middle = (x(layout.columns.first ?? 0) + x(layout.columns.last ?? 0)) / 2
      let half = Int(Double(text.count) * Self.advance / 2) + 8
      group += box(text, at: max(middle, half + 2), y, round: 10, dash: " stroke-dasharray=\"3 3\"")
    }
    group += label(event.stepLabel, at: width - 8, y + 3, anchor: "end", more: " fill-opacity=\"0.65\"")
    return group + "</g>\n"
  }

  /// A text in a box that hides what is behind it.
  private func box(_ text: String, at x: Int, _ y: Int, round: Int, dash: String) -> String {
    let width = Int(Double(text.count) * Self.advance) + 14
    return "<rect class=\"box\" x=\"\(x - width / 2)\" y=\"\(y - 13)\" width=\"\(width)\" height=\"20\" "
      + "rx=\"\(round)\" fill=\"#fff\" style=\"fill:var(--paper,#fff)\" stroke=\"currentColor\" stroke-opacity=\"0.6\"\(dash)/>"
      + label(text, at: x, y + 1, anchor: "middle")
  }

  private func loop(from row: Int) -> String {
    let top = y(row) - 21
    let bottom = y(diagram.events.count - 1) + 13
    return "<rect x=\"3\" y=\"\(top)\" width=\"\(width - 6)\" height=\"\(bottom - top)\" fill=\"none\" "
      + "stroke=\"currentColor\" stroke-dasharray=\"6 3\"/>"
      + label("loop", at: width - 44, top + 11, anchor: "end", more: " font-style=\"italic\"")
  }

  private func label(_ text: String, at x: Int, _ y: Int, anchor: String, more: String = "") -> String {
    "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\"\(more)>\(text.htmlEscaped)</text>\n"
  }
}
