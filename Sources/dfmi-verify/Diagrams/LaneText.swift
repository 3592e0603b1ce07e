import ProtocolModel

/// A sequence diagram in letters, for terminals.
///
///      buyer          ledger A
///        |               |
///        |-- lockA(1) -->|         1
///        |   (tick x2)   |       2-3
enum LaneText {
  private static let longestLabel = 34

  /// The diagram of a counterexample; a hint where no party takes part, nothing without a trace.
  ///
  /// - Parameter closing: the step that closes a loop.
  static func text(of trace: Trace?, _ machine: Machine, closing: Step? = nil) -> String {
    guard let trace, trace.length > 0 || closing != nil else { return "" }
    let diagram = SequenceDiagram(trace, machine, closing: closing)
    if diagram.lanes.isEmpty {
      return "  no lanes: no action has a party as parameter or pick, nor a @party or @message tag\n"
    }
    return "\n" + text(of: diagram)
  }

  static func text(of diagram: SequenceDiagram) -> String {
    let layout = LaneLayout(diagram, longestLabel: longestLabel)
    let canvas = Canvas(columns: layout.columns, width: layout.width)
    var lines: [String] = []
    var titles = canvas.blank
    for (lane, title) in diagram.lanes.enumerated() {
      Canvas.put(title, centeredAt: layout.columns[lane], in: &titles)
    }
    lines.append(Canvas.line(titles))
    lines.append(Canvas.line(canvas.lanes))
    for (event, label) in zip(diagram.events, layout.labels) {
      if let start = diagram.loopStart, event.steps.lowerBound == start + 1 {
        lines.append(Canvas.line(canvas.separator(" loop ")))
      }
      var row = canvas.lanes
      switch event.kind {
      case .message(let from, let to):
        canvas.arrow(from: layout.columns[from], to: layout.columns[to], label, in: &row)
      case .local(let lane): Canvas.put("[\(label)]", centeredAt: layout.columns[lane], in: &row)
      case .note:
        let middle = ((layout.columns.first ?? 0) + (layout.columns.last ?? 0)) / 2
        Canvas.put("(\(label))", centeredAt: max(middle, (label.count + 2) / 2), in: &row)
      }
      let number = event.stepLabel
      let padding = String(repeating: " ", count: max(1, 7 - number.count))
      lines.append(Canvas.padded(row, to: layout.width) + padding + number)
    }
    if diagram.loopStart != nil { lines.append(Canvas.line(canvas.separator(" and again "))) }
    lines.append(Canvas.line(canvas.lanes))
    return lines.map { "    " + $0 + "\n" }.joined()
  }
}

/// Rows of characters with a bar in each lane.
private struct Canvas {
  let columns: [Int]
  let width: Int

  var blank: [Character] { Array(repeating: " ", count: width + 1) }

  var lanes: [Character] {
    var row = blank
    for column in columns { row[column] = "|" }
    return row
  }

  func separator(_ text: String) -> [Character] {
    var row = [Character](repeating: "-", count: width)
    Self.put(text, at: 2, in: &row)
    return row
  }

  func arrow(from: Int, to: Int, _ label: String, in row: inout [Character]) {
    let (left, right) = (min(from, to), max(from, to))
    for column in left + 1..<right { row[column] = "-" }
    row[to > from ? right - 1 : left + 1] = to > from ? ">" : "<"
    let start = left + 1 + max(0, right - left - 1 - label.count - 2) / 2
    Self.put(" \(label) ", at: start, in: &row)
  }

  static func put(_ text: String, centeredAt column: Int, in row: inout [Character]) {
    put(text, at: max(0, column - text.count / 2), in: &row)
  }

  static func put(_ text: String, at start: Int, in row: inout [Character]) {
    for (offset, character) in text.enumerated() {
      while row.count <= start + offset { row.append(" ") }
      row[start + offset] = character.isNewline ? " " : character
    }
  }

  static func line(_ row: [Character]) -> String {
    var row = row
    while row.last == " " { row.removeLast() }
    return String(row)
  }

  static func padded(_ row: [Character], to width: Int) -> String {
    String(row) + String(repeating: " ", count: max(0, width - row.count))
  }
}
