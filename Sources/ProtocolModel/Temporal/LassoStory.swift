/// Why a lasso violates a temporal property: what a reader is told beside the states.
public struct LassoStory: Sendable {
  /// The step from the last state back to the first one of the loop; nil where the behavior
  /// stutters there.
  public var closing: Step?
  /// One for each fairness condition that the property assumes, in the order of the source.
  public var fairness: [FairnessReason] = []

  /// Actions whose weak fairness, beside what is assumed, makes the property true; nil if that
  /// of no action does.
  public var remedy: [String]?
  /// Whether a remedy was looked for.
  public var isAdvised = false

  public init(closing: Step?) { self.closing = closing }
}

/// Why a loop is fair.
public struct FairnessReason: Sendable {
  public enum Kind: Sendable {
    /// Taken in the step that leaves this state of the trace.
    case taken(from: Int)
    /// Not enabled in this state of the trace.
    case disabled(at: Int)
    /// Enabled in no state of the loop.
    case neverEnabled
  }

  public var condition: FairnessCondition
  public var kind: Kind

  public init(condition: FairnessCondition, kind: Kind) {
    self.condition = condition
    self.kind = kind
  }
}
