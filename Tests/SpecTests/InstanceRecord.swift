import ProtocolModel

/// What is known of one instance: a line of the table.
///
///     dvp_htlc/dvp_htlc.qnt dvp_htlc_S S 81 129 14 holds 8/2 qExposure=1 qLocked=2 unfired=reorganize
///     dvp_htlc/dvp_htlc.qnt dvp_htlc_F7 S 174 342 15 violated NPR_B@12 NPR_B_ifLive@holds
///
/// File, instance and size; distinct states, transitions and depth of the search; then the
/// verdict. Of an instance that holds: the number of its properties, bounds among them, and of its
/// witnesses, the extremes of the bounds, and the actions that no transition takes. Of an
/// instance with a fault: the properties that it names, each with the length of its shortest
/// counterexample, or `holds`; the counts are those of a search that ends when all are decided.
struct InstanceRecord: Equatable {
  var file: String
  var name: String
  var size: String
  var states: Int
  var transitions: Int
  var depth: Int
  var outcome: Outcome
  /// Bounds and idle actions, as in the line.
  var remarks: [String] = []

  enum Outcome: Equatable {
    /// Every property holds and every witness is reached.
    case holds(properties: Int, witnesses: Int)
    /// Some property is violated; all that were judged.
    case violated([Judgment])
    /// Anything else, in one word.
    case failed(String)
  }

  /// A property and where it is violated.
  struct Judgment: Equatable {
    var property: String
    /// Steps of the shortest counterexample; nil if there is none.
    var steps: Int?
  }

  /// The folder, which is the name of the family.
  var family: String { String(file.prefix { $0 != "/" }) }

  /// The properties that are violated.
  var violations: [Judgment] {
    if case .violated(let judgments) = outcome { return judgments.filter { $0.steps != nil } }
    return []
  }
}

// MARK: - Text

extension InstanceRecord: CustomStringConvertible {
  var description: String {
    ([file, name, size, "\(states)", "\(transitions)", "\(depth)", outcome.description] + remarks)
      .joined(separator: " ")
  }

  /// Reads a line; nil if it is none.
  init?(_ line: Substring) {
    let words = line.split(separator: " ").map(String.init)
    guard words.count > 7, let states = Int(words[3]), let transitions = Int(words[4]),
      let depth = Int(words[5])
    else { return nil }
    (file, name, size) = (words[0], words[1], words[2])
    (self.states, self.transitions, self.depth) = (states, transitions, depth)
    switch words[6] {
    case "holds":
      let counts = words[7].split(separator: "/").compactMap { Int($0) }
      guard counts.count == 2 else { return nil }
      outcome = .holds(properties: counts[0], witnesses: counts[1])
      remarks = Array(words.dropFirst(8))
    case "violated":
      outcome = .violated(words.dropFirst(7).compactMap(Judgment.init))
    default:
      outcome = .failed(words[7])
    }
  }
}

extension InstanceRecord.Outcome: CustomStringConvertible {
  var description: String {
    switch self {
    case .holds(let properties, let witnesses): "holds \(properties)/\(witnesses)"
    case .violated(let judgments): "violated " + judgments.map(\.description).joined(separator: " ")
    case .failed(let reason): "failed \(reason)"
    }
  }
}

extension InstanceRecord.Judgment: CustomStringConvertible {
  var description: String { "\(property)@" + (steps.map(String.init) ?? "holds") }

  init?(_ word: String) {
    let parts = word.split(separator: "@").map(String.init)
    guard parts.count == 2 else { return nil }
    property = parts[0]
    steps = Int(parts[1])
  }
}
