/// Where the lanes of a sequence diagram stand, in columns of characters, so that every text has
/// room between its lanes.
struct LaneLayout {
  /// The column of each lane.
  private(set) var columns: [Int] = []
  /// Columns in all.
  private(set) var width: Int
  /// The text of each event, shortened where it would be too long.
  let labels: [String]

  /// What stands beside a message's text: ends of the arrow and its head.
  static let arrowMargin = 8
  private static let smallestGap = 12

  /// - Complexity: O(lanes times events).
  init(_ diagram: SequenceDiagram, longestLabel: Int) {
    labels = diagram.events.map { event in
      event.label.count <= longestLabel ? event.label : event.label.prefix(longestLabel - 3) + "..."
    }
    for (lane, title) in diagram.lanes.enumerated() {
      // Half of what is centered on the lane: its title and what happens in it.
      var half = (title.count + 1) / 2
      for (event, label) in zip(diagram.events, labels) where event.kind == .local(lane) {
        half = max(half, (label.count + 3) / 2)
      }
      guard lane > 0 else {
        columns.append(half)
        continue
      }
      var column = columns[lane - 1] + Self.smallestGap
      column = max(column, columns[lane - 1] + (diagram.lanes[lane - 1].count + title.count) / 2 + 3)
      column = max(column, columns[lane - 1] + half + 2)
      for (event, label) in zip(diagram.events, labels) {
        guard case .message(let from, let to) = event.kind, max(from, to) == lane else { continue }
        column = max(column, columns[min(from, to)] + label.count + Self.arrowMargin)
      }
      // What happens in the lane before must not run into this one.
      for (event, label) in zip(diagram.events, labels) where event.kind == .local(lane - 1) {
        column = max(column, columns[lane - 1] + (label.count + 3) / 2 + 2)
      }
      columns.append(column)
    }
    var end = (columns.last ?? 0) + ((diagram.lanes.last?.count ?? 0) + 1) / 2 + 1
    for (event, label) in zip(diagram.events, labels) {
      switch event.kind {
      case .local(let lane): end = max(end, columns[lane] + (label.count + 3) / 2 + 1)
      case .note: end = max(end, label.count + 4)
      case .message: break
      }
    }
    width = max(end, (diagram.verdict?.count ?? 0) + 6)
  }
}
