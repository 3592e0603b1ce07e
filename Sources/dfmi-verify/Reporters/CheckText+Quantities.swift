import Checker
import ProtocolModel

/// Extremes of quantities with the behaviors that attain them, and how their values are distributed.
extension CheckText {
  /// Empty unless asked for.
  var quantities: String {
    var text = ""
    for property in instance.properties where property.kind == .maximum || property.kind == .minimum {
      if showsExtremes { text += extreme(property) }
      if !property.distribution.isEmpty { text += histogram(property) }
    }
    return text
  }

  private func extreme(_ property: PropertyResult) -> String {
    guard let value = property.value, let trace = property.trace else { return "" }
    let word = property.kind == .maximum ? "maximum" : "minimum"
    let steps = property.steps.map { Self.count($0, "step") } ?? ""
    let place = Self.place(of: property.range, instance.machine)
    return "\(word)  \(property.name) = \(value)\(place)   \(steps), no fewer are enough\n"
      + StoryText.text(of: trace, isFull: isFull, hiding: hidden)
  }

  /// Where a quantity stands; nothing for one of the command line, whose name says it all.
  static func place(of range: SourceRange, _ machine: Machine) -> String {
    let location = machine.sources.location(of: range).flatMap { $0.hasPrefix("--") ? nil : $0 }
    return location.map { "   \($0)" } ?? ""
  }

  /// One line for each value, or for each of a few ranges of values when there are many.
  private func histogram(_ property: PropertyResult) -> String {
    let bars = Self.bars(property.distribution)
    let most = bars.map(\.states).max() ?? 1
    let names = bars.map { $0.low == $0.high ? "\($0.low)" : "\($0.low) to \($0.high)" }
    let width = names.map(\.count).max() ?? 0
    let counts = bars.map { Self.grouped($0.states) }
    let countWidth = counts.map(\.count).max() ?? 0
    var text = "states by \(property.name)\n"
    for (index, bar) in bars.enumerated() {
      let length = max(1, Int((Double(bar.states) / Double(most) * 40).rounded()))
      text += "  " + String(repeating: " ", count: width - names[index].count) + names[index]
      text += "  " + String(repeating: " ", count: countWidth - counts[index].count) + counts[index]
      text += "  " + String(repeating: "#", count: bar.states == 0 ? 0 : length) + "\n"
    }
    return text
  }

  private static let barLimit = 20

  /// Values as they are, or neighbors joined into equally wide ranges.
  static func bars(
    _ distribution: [(value: Integer, states: Int)]
  ) -> [(low: Integer, high: Integer, states: Int)] {
    guard distribution.count > barLimit, let first = distribution.first?.value,
      let last = distribution.last?.value, let low = first.asInt, let high = last.asInt,
      high.subtractingReportingOverflow(low).overflow == false
    else { return distribution.map { ($0.value, $0.value, $0.states) } }
    let width = (high - low) / barLimit + 1
    var bars: [(low: Integer, high: Integer, states: Int)] = []
    var start = low
    while start <= high {
      let (next, isBeyond) = start.addingReportingOverflow(width)
      bars.append((.small(start), .small(isBeyond ? high : min(high, next - 1)), 0))
      if isBeyond { break }
      start = next
    }
    for (value, states) in distribution {
      guard let value = value.asInt else { continue }
      bars[(value - low) / width].states += states
    }
    return bars
  }
}
