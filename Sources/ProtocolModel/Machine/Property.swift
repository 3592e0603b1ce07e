/// What a spec promises of itself, and what is expected of the promise.
public struct Property: Sendable {
  public enum Kind: String, Sendable {
    /// True in every reachable state.
    case invariant
    /// A temporal formula over all behaviors.
    case temporal
    /// True in some reachable state.
    case witness
    /// A quantity whose extreme over all reachable states is asked for.
    case maximum, minimum
    /// An invariant that `verify` is to prove from itself alone.
    case inductive

    public var isQuantity: Bool { self == .maximum || self == .minimum }
  }

  public var name: String
  public var kind: Kind
  /// A function without parameters.
  public var function: FunctionID
  /// The conjuncts of what it demands of a state (or of two), each as far apart as
  /// `and` takes them; the whole when it is no conjunction.
  public var conjuncts: [FramedExpression]
  public var range: SourceRange
  /// For `temporal`: how far it can be checked without liveness.
  public var shape: TemporalShape
  /// `@prove`: `verify` takes it, and only a proof is as expected.
  public var mustBeProved = false

  public enum TemporalShape: Hashable, Sendable {
    /// No temporal operator: a predicate on states; as a `temporal` property, on initial ones.
    case state
    /// `always(P)`, no temporal operator in P: an invariant.
    case alwaysState
    /// `always(P)` with `next` in P and no other temporal operator: holds of every transition.
    case alwaysStep
    /// Anything else.
    case general
  }
}

/// An expression and the function in whose frame it stands.
public struct FramedExpression: Hashable, Sendable {
  public var expression: ExpressionID
  public var function: FunctionID

  public init(_ expression: ExpressionID, in function: FunctionID) {
    self.expression = expression
    self.function = function
  }
}

/// What the tags of a module say about a run.
public struct Expectations: Sendable {
  public enum Size: String, Sendable, Comparable {
    case small = "S"
    case medium = "M"
    case large = "L"
    public static func < (a: Size, b: Size) -> Bool {
      let order: [Size] = [.small, .medium, .large]
      return (order.firstIndex(of: a) ?? 0) < (order.firstIndex(of: b) ?? 0)
    }
  }

  public struct Violation: Sendable {
    public var property: String
    public var steps: Int?
    public var range: SourceRange
  }

  /// An end of the values of a constant with which everything can be proved.
  public struct Boundary: Hashable, Sendable {
    public var constant: String
    /// The least such value, or the greatest.
    public var isLeast: Bool
    public var value: Int

    public init(constant: String, isLeast: Bool, value: Int) {
      self.constant = constant
      self.isLeast = isLeast
      self.value = value
    }
  }

  /// `@expect violated NAME [steps N]`
  public var violated: [Violation] = []
  /// `@expect holds NAME`
  public var holds: [(property: String, range: SourceRange)] = []
  /// `@expect states N`
  public var states: (count: Int, range: SourceRange)?
  /// `@size S|M|L`
  public var size: Size?
  /// `@symbolic NAME, ...`: constants that `verify` leaves open.
  public var symbolic: [String] = []
  /// `@least NAME N` or `@greatest NAME N`: what `verify` is to find.
  public var boundary: Boundary?

  /// True when the module is meant to be checked as it is.
  public var isInstance: Bool {
    !violated.isEmpty || !holds.isEmpty || states != nil || size != nil
  }
}
