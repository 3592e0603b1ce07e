public import ProtocolModel

/// What an attempt to prove a machine's properties established.
public struct ProofResult: Sendable {
  /// One for each property that was asked for, in their order.
  public var properties: [ProvedProperty]
  /// That every expression has a value, and every state a place, wherever the machine gets.
  public var definedness: ProvedProperty
  /// The property that has no value in the state that shows that something has none.
  var undefinedProperty: String?
  /// A state without successor, when that was asked for.
  public var deadlock: ProvedProperty?
  /// Steps within which everything that is not violated was shown to hold; -1 when not even the
  /// initial states were decided.
  public var depth = -1
  /// The longest behavior has so many steps, so the bounded search saw everything.
  public var isExhausted = false
  /// What the constants that are left open are called.
  public var openConstants: [String] = []
  /// The lemmas that the proofs needed beside the properties themselves, as Quint.
  public var lemmas: [String] = []
  /// How many obligations the proofs come to; all were solved anew.
  public var obligations = 0
  /// Guards of which each alone could be dropped, and all proofs of these properties still stand.
  public var unneededGuards: [UnneededGuard] = []
  /// The obligations as files, for another solver.
  public var certificate: [CertificateFile] = []
  /// Why nothing, or not everything, was decided.
  public var stopped: String?
  /// The machine cannot be encoded.
  public var refusal: SymbolicRefusal?
  public var notes: [String] = []
  /// The assumptions cannot all be true, or there is no initial state.
  public var vacuity: String?
  /// A finding of the solver that the evaluator does not confirm: an error of this program.
  public var disagreement: String?

  /// Nothing can be said of a machine that does not begin.
  mutating func noteNoInitialState(of machine: Machine) {
    vacuity =
      machine.assumptions.isEmpty
      ? "there is no initial state" : "the assumptions exclude each other, or every initial state"
  }

  /// Why a property without value is not decided.
  var noteOfUndefinedProperty: String {
    let steps = definedness.steps ?? 0
    return "has no value after \(steps) step\(steps == 1 ? "" : "s")"
  }
}

/// What was found out about one property.
public struct ProvedProperty: Sendable {
  public var name: String
  public var kind: Property.Kind
  public var range: SourceRange
  public var verdict = Verdict.inconclusive
  public var strength = ProofStrength.bounded(steps: -1)
  /// Of the trace, in steps.
  public var steps: Int?
  public var trace: Trace?
  /// The extreme of a quantity; one that is attained, where it is not known that none is beyond.
  public var value: Integer?
  /// For a trace with a loop: how it is closed, and why it is fair.
  public var lasso: LassoStory?
  /// It speaks of whole behaviors.
  public var isOfBehaviors = false
  /// The constants of a counterexample that were left open.
  public var constants: [NamedValue] = []
  public var explanations: [Explanation] = []
  public var note: String?
  public var runtimeError: EvaluationError?
  /// The trace is one step that breaks an invariant claimed to be inductive; where it begins
  /// need not be reachable.
  public var isCounterexampleToInduction = false

  public init(name: String, kind: Property.Kind, range: SourceRange) {
    self.name = name
    self.kind = kind
    self.range = range
  }
}

/// A condition of an action without which the proofs of some properties stand, too.
public struct UnneededGuard: Hashable, Sendable {
  /// As in the source.
  public var text: String
  public var action: String
  public var properties: [String]
  /// No proved property needs it.
  public var isForAll: Bool
}

/// How far a verdict reaches.
public enum ProofStrength: Hashable, Sendable {
  /// In all behaviors of so many steps; -1 when nothing was established.
  case bounded(steps: Int)
  /// In every reachable state: no step leaves the property, given the lemmas and the other
  /// proved properties. With `k` above 1, after `k` states that have it.
  case inductive(k: Int, lemmas: Int)
  /// In every reachable state, by an invariant that Spacer found and that was checked again.
  case spacer
  /// All behaviors end within the bound.
  case exhausted(steps: Int)
  /// A counterexample of so many steps; there is none with fewer.
  case counterexample
}

/// What to prove, and within which limits.
public struct ProofOptions: Sendable {
  public var maxSteps = 10
  /// Steps of the bounded search that comes before the longer proofs.
  public var firstSteps = 6
  /// Names of the constants to leave open.
  public var openConstants: [String] = []
  /// Names of the properties to take; nil for all.
  public var properties: [String]?
  public var checksDeadlock = false
  /// False for a bounded search alone.
  public var proves = true
  /// False for a proof alone.
  public var searches = true
  /// Searches layer by layer, without a proof, even where the reachable states have a common shape.
  public var usesLayers = false
  public var limits = SolverLimits()
  public var seed: UInt32 = 0
  /// Largest k of k-induction.
  public var maxInduction = 3
  public var strengthens = true
  /// Whether to find out which guards the proofs do not need.
  public var asksForGuards = false
  /// Receives what is going on.
  public var progress: (@Sendable (ProofEvent) -> Void)?

  public init() {}
}
