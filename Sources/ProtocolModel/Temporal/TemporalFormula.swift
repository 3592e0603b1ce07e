/// A temporal formula with its quantifiers spelled out: what searches for lassos read.
///
/// Only `always`, `eventually` and fairness are left of the temporal operators; all else
/// is in the atoms, which are true or false of a state or of a pair of neighboring states.
public struct TemporalFormula: Sendable {
  public indirect enum Node: Hashable, Sendable {
    case constant(Bool)
    /// A place of `atoms`.
    case atom(Int)
    case not(Node)
    /// Evaluated from left to right, no further than needed.
    case and([Node])
    case or([Node])
    case always(Node)
    case eventually(Node)
    /// A place of `fairness`.
    case fair(Int)
  }

  public internal(set) var root = Node.constant(true)
  public internal(set) var atoms: [TemporalAtom] = []
  /// Each condition once, in the order of the source.
  public internal(set) var fairness: [FairnessCondition] = []
}

/// What is true or false of a state, or of two.
public struct TemporalAtom: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A boolean expression.
    case isTrue
    /// The expression is a set and has this member.
    case contains(Value)
    /// The expression has this value.
    case equals(Value)
    /// The action can be taken so that this expression changes.
    case isEnabled(changing: ExpressionID)
    /// The action leads to the next state, and this expression changes.
    case isTaken(changing: ExpressionID)
  }

  public var kind: Kind
  public var expression: FramedExpression
  public var bindings: [SlotValue]
  /// True of a pair of states, not of one.
  public var readsNext: Bool
  /// There is an action in it.
  public var hasAction: Bool
}

/// A slot of a frame with what is in it: the parameter of a quantifier.
public struct SlotValue: Hashable, Sendable {
  public var slot: LocalID
  public var value: Value
}

/// `weakFair(A, v)` or `strongFair(A, v)`.
public struct FairnessCondition: Hashable, Sendable {
  public var isStrong: Bool
  /// Atoms of the formula.
  public var isEnabled: Int
  public var isTaken: Int
  /// What the action is called in the source, and what the names of quantifiers stand for.
  public var action: String
  public var bindings: [NamedValue]
  public var range: SourceRange
}

extension FairnessCondition: CustomStringConvertible {
  /// `weak fairness of claim(p), p = "alice"`
  public var description: String {
    ([(isStrong ? "strong" : "weak") + " fairness of \(action)"] + bindings.map(\.description))
      .joined(separator: ", ")
  }
}

extension Evaluator {
  /// Whether an atom is true in the current state, and in the next one as `withSuccessor` gives it.
  public func isTrue(_ atom: TemporalAtom) throws(EvaluationError) -> Bool {
    try withFrame(of: atom.expression, atom.bindings) { base throws(EvaluationError) in
      let expression = atom.expression.expression
      switch atom.kind {
      case .isTrue: return try isTrue(expression, base)
      case .contains(let member): return try set(expression, base).contains(member)
      case .equals(let value): return try self.value(expression, base) == value
      case .isEnabled(let view): return try isEnabled(expression, changing: view, base)
      case .isTaken(let view): return try isTaken(expression, changing: view, base)
      }
    }
  }

  /// The value of an expression in the current state, with some slots of its frame filled.
  public func value(
    of framed: FramedExpression, with bindings: [SlotValue]
  ) throws(EvaluationError) -> Value {
    try withFrame(of: framed, bindings) { base throws(EvaluationError) in
      try value(framed.expression, base)
    }
  }

  private func withFrame<Result>(
    of framed: FramedExpression, _ bindings: [SlotValue],
    _ body: (Int) throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    let base = try push(Int(machine[framed.function].frameSize), at: framed.expression)
    defer { pop(to: base) }
    for binding in bindings { setSlot(base + Int(binding.slot.slot), binding.value) }
    return try apartFromStep { () throws(EvaluationError) in try body(base) }
  }
}
