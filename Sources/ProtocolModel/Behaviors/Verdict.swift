/// What was found out about a property, and how far the finding reaches.

/// The answer to "does it hold?".
public enum Verdict: String, Sendable {
  case holds, violated, inconclusive
}

/// How far a verdict reaches.
public enum Strength: Hashable, Sendable {
  /// Every reachable state was seen, or a counterexample is at hand.
  case exhaustive
  /// Every state within so many steps of an initial one was seen.
  case bounded(steps: Int)
  /// So many random runs were made.
  case sampled(runs: Int)

  /// The word for reports.
  public var name: String {
    switch self {
    case .exhaustive: "exhaustive"
    case .bounded: "bounded"
    case .sampled: "sampled"
    }
  }
}

/// One conjunct that is false, or one subexpression that decides it, with what its names stood for.
public struct Explanation: Hashable, Sendable {
  /// Source text on one line.
  public var text: String
  public var bindings: [NamedValue]
  /// Values of the operands of a comparison: `3 < 3`.
  public var operands: String?
  public var range: SourceRange

  public init(text: String, bindings: [NamedValue], operands: String? = nil, range: SourceRange) {
    self.text = text
    self.bindings = bindings
    self.operands = operands
    self.range = range
  }
}

extension Explanation: CustomStringConvertible {
  /// `i = 1:  lb.get(i) == Claimed and la.get(i) == Refunded`
  public var description: String {
    var line = bindings.map(\.description).joined(separator: ", ")
    if !line.isEmpty { line += ":  " }
    line += text
    if let operands, operands != text { line += "   (\(operands))" }
    return line
  }
}
