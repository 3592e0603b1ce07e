/// A text in Markdown with the cells of its tables as the tool measured them.
///
/// A table whose first column is called `instance` has a row for each of some instances. Columns
/// with the names below are filled in, the others are left alone:
///
/// | column | cell |
/// |---|---|
/// | `size` | `S`, `M` or `L` |
/// | `states`, `transitions`, `depth` | of the search |
/// | `verdict` | `all hold`, or what is violated after how many steps |
/// | `violated`, `steps` | the same in two columns |
/// | `bounds` | the extreme of each bound |
///
/// A table whose first column is called `family` has the states of the first sound instance of
/// each size in its column `states S / M / L`.
struct CheckedText {
  private(set) var lines: [String] = []
  /// First cells of all rows, without the marks of code.
  private(set) var instances: [String] = []
  /// Rows whose instance is not in the table of counts.
  private(set) var unknown: [String] = []

  var text: String { lines.joined(separator: "\n") }

  init(_ text: String, _ table: ExpectedTable) {
    var columns: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = nil
        lines.append(String(line))
        continue
      }
      let cells = Self.cells(of: line)
      guard let header = columns else {
        columns = cells
        lines.append(String(line))
        continue
      }
      let isFilled = ["instance", "family"].contains(header.first) && cells.first?.hasPrefix("---") == false
      lines.append(isFilled ? row(cells, header, table) : String(line))
    }
  }

  private mutating func row(_ cells: [String], _ header: [String], _ table: ExpectedTable) -> String {
    var cells = cells
    switch header.first {
    case "instance":
      let name = cells[0].filter { $0 != "`" }
      instances.append(name)
      guard let record = table[name] else {
        unknown.append(name)
        break
      }
      for (index, column) in header.enumerated() where index < cells.count {
        cells[index] = Self.cell(column, record) ?? cells[index]
      }
    case "family":
      let family = String(cells[0].drop { $0 == "[" }.prefix { $0 != "]" })
      for (index, column) in header.enumerated() where index < cells.count && column == "states S / M / L" {
        let counts = ["S", "M", "L"].map { table.first(ofFamily: family, size: $0)?.states }
        cells[index] = counts.map { $0.map(Self.grouped) ?? "-" }.joined(separator: " / ")
      }
    default: break
    }
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func cells(of line: Substring) -> [String] {
    line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).dropLast().map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  // MARK: Cells

  /// Nil for a column that is not filled in.
  private static func cell(_ column: String, _ record: InstanceRecord) -> String? {
    switch column {
    case "size": record.size
    case "states": grouped(record.states)
    case "transitions": grouped(record.transitions)
    case "depth": grouped(record.depth)
    case "verdict": verdict(record)
    case "violated": record.violations.map { "`\($0.property)`" }.joined(separator: ", ")
    case "steps": steps(record.violations)
    case "bounds": bounds(record)
    default: nil
    }
  }

  private static func verdict(_ record: InstanceRecord) -> String {
    switch record.outcome {
    case .holds: return "all hold"
    case .failed(let reason): return reason
    case .violated(let judgments):
      let names = record.violations.map { "`\($0.property)`" }.joined(separator: ", ")
      let others = judgments.filter { $0.steps == nil }.map { "; `\($0.property)` holds" }.joined()
      return "\(names) violated, \(steps(record.violations)) steps\(others)"
    }
  }

  /// One number if all are the same.
  private static func steps(_ violations: [InstanceRecord.Judgment]) -> String {
    let numbers = violations.compactMap(\.steps)
    guard let first = numbers.first else { return "" }
    return numbers.allSatisfy { $0 == first } ? "\(first)" : numbers.map(String.init).joined(separator: ", ")
  }

  private static func bounds(_ record: InstanceRecord) -> String {
    record.remarks.filter { !$0.hasPrefix("unfired=") }.map { remark in
      let parts = remark.split(separator: "=")
      return "`\(parts[0])` \(parts.last ?? "")"
    }.joined(separator: ", ")
  }

  /// `28,300`
  static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
    return String(digits)
  }
}
