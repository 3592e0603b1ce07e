/// Something that a prover begins, for whoever shows what it is doing.
///
/// Engines print nothing: all of them tell what they do through `ProofOptions.progress`, one event for each thing
/// that may take a while. How long it takes, and how often solvers are asked meanwhile, is in `SolverMeter`.
public struct ProofEvent: Hashable, Sendable {
  public enum Engine: String, CaseIterable, Sendable {
    /// The step and the properties are written as formulas.
    case encoding
    /// Properties that each step preserves; `depth` is the k of k-induction.
    case induction
    /// The states after `depth` steps.
    case boundedSearch = "bounded search"
    /// Facts that help an induction; the subject says of which kind.
    case lemmas
    /// Properties with products of unknowns, transition by transition.
    case products
    case spacer = "Spacer"
    /// Behaviors of `depth` steps that repeat themselves.
    case loops = "search for loops"
    /// The promise of a function; the subject is its name.
    case contract
    /// The least or greatest value of a quantity, which is the subject.
    case extremes = "search for extremes"
    /// Whether the proofs need a guard, which is the subject.
    case guards = "guards"
    /// An invariant that the user claims to be inductive.
    case claim = "claimed invariant"
    /// What the proofs rest on is solved anew.
    case obligations
  }

  public var engine: Engine
  /// What it works on in particular: a property, a function, a guard, a kind of lemma.
  public var subject: String?
  public var depth: Int?
  /// The depth at which a bounded search ends.
  public var maxDepth: Int?
  /// Names of what is undecided, in the order of the spec.
  public var open: [String] = []

  init(_ engine: Engine, subject: String? = nil, depth: Int? = nil, maxDepth: Int? = nil) {
    self.engine = engine
    self.subject = subject
    self.depth = depth
    self.maxDepth = maxDepth
  }
}

extension Prover {
  /// Tells what begins now.
  func tell(
    _ engine: ProofEvent.Engine, _ subject: String? = nil, depth: Int? = nil, upTo maxDepth: Int? = nil
  ) {
    guard let progress = options.progress else { return }
    var event = ProofEvent(engine, subject: subject, depth: depth, maxDepth: maxDepth)
    event.open = result.properties.indices.filter { isOpen($0) }.map { result.properties[$0].name }
    for other in [result.deadlock, result.definedness].compactMap({ $0 }) where other.verdict == .inconclusive
    {
      event.open.append(other.name)
    }
    progress(event)
  }
}
