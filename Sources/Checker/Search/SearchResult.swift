import ProtocolModel

/// What a search established.
public struct SearchResult: Sendable {
  public var statistics: SearchStatistics
  /// One for each property that was judged, in the machine's order.
  public var properties: [PropertyResult]
  /// A state without successor, when that was asked for.
  public var deadlock: PropertyResult?
  /// An expression of the model without value, and the behavior that leads to it.
  public var failure: Failure?
  /// Assumptions that are false.
  public var falseAssumptions: [Assumption]
  /// Why the search was cut short; nil when it was not.
  public var stopped: StopReason?
  /// True when every reachable state was expanded.
  public var isExhausted: Bool
  /// Actions of the step that no transition took, in order of declaration.
  public var neverFired: [FunctionID]
  /// By question of `SearchOptions.coverage`: it was reached.
  public var reached: [Bool] = []
  /// By question: nothing can be said.
  public var undecided: [Bool] = []

  public struct Failure: Sendable {
    public var error: EvaluationError
    /// Up to the state in which the failing expression was evaluated; empty when that was in `init`.
    public var trace: Trace
    /// "in the step", "in invariant `solvent`"
    public var activity: String
  }
}

/// What was found out about one property.
public struct PropertyResult: Sendable {
  public var name: String
  public var kind: Property.Kind
  public var range: SourceRange
  public var verdict: Verdict
  public var strength: Strength
  /// Of the trace, in steps.
  public var steps: Int?
  /// Counterexample, or witness, or how an extreme is attained.
  public var trace: Trace?
  /// The conjuncts that are false at the end of the trace.
  public var explanations: [Explanation] = []
  /// For a trace with a loop: how it is closed, and why it is fair.
  public var lasso: LassoStory?
  /// Fairness that a temporal property assumes and holds without.
  public var unneeded: [String] = []
  /// It speaks of whole behaviors.
  public var isOfBehaviors = false
  /// The extreme of a bound.
  public var value: Value?
  /// Values of a quantity in ascending order, and in how many distinct states it has each; empty unless
  /// asked for.
  public var distribution: [(value: Integer, states: Int)] = []
  /// Why there is no verdict.
  public var note: String?
}
