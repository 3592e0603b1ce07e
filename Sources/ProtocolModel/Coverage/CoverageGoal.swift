/// Something that should happen in some reachable state, and is suspicious if it never does.
///
/// A goal belongs to a place of the source, not to a machine: copies of a definition, and
/// machines made of the same text, have it in common, and it is reached when one of them reaches it.
public struct CoverageGoal: Hashable, Sendable {
  public enum Kind: Int, Hashable, Sendable, CaseIterable {
    /// A conjunct of the step is true where all before it are.
    case conjunctHolds
    /// A conjunct of the step is false where all others are true: without it, the step would do more.
    case conjunctDecides
    /// An alternative of an `or` of the step is true where all before it are false.
    case alternativeHolds
    /// A branch of `if`, or an arm of `match`, is taken.
    case branchTaken
    /// The premise of an implication in a property is true.
    case premiseHolds
    /// A set that a property quantifies over has a member.
    case hasMember
  }

  public var kind: Kind
  /// The path of the file as it was read.
  public var file: String
  /// Offsets of the conjunct, the branch, the premise or the set.
  public var start: Int32
  public var end: Int32

  public init(kind: Kind, file: String, start: Int32, end: Int32) {
    self.kind = kind
    self.file = file
    self.start = start
    self.end = end
  }
}

/// A goal as a question about states of one machine.
public struct CoverageQuestion: Sendable {
  public var goal: CoverageGoal
  /// The place of the goal, in the machine's sources.
  public var range: SourceRange
  /// The conjunction, `if`, `match` or implication that it is a part of.
  public var whole: SourceRange
  /// Conjuncts: which one of the whole, from 0, and of how many. Otherwise 0.
  public var position = 0
  public var count = 0
  /// The whole is a part of an action, so that a conjunct of it is a guard.
  public var isInAction = false
  /// Whether it happens in a state; nil if this cannot be said by one expression.
  public var predicate: FramedExpression?
}
