/// One way to take a step: a path through the tree of `init` or `step` that
/// settles every `any`, `if` and `match` on it.
///
/// The items in their order, each evaluated in the current state and in the slots
/// as the items before it left them, mean exactly what the tree means on this path:
/// the transition happens, once for each combination of picks, when all guards
/// hold, and an item is evaluated only after all before it succeeded. So a runtime
/// error appears where it appears in the tree. The transitions of a machine
/// together mean the whole tree; none but opaque ones need it.
public struct Transition: Sendable {
  /// The action's name, or that of `init` or `step` when there is none, with `#2`,
  /// `#3`, ... where more transitions have it. Unique among the initial transitions
  /// and among the others; the same for the same source.
  public var id: String
  /// Name of the first `action` definition entered after the innermost `any` entry,
  /// as Quint's `mbt::actionTaken`; empty when there is none.
  public var action: String
  /// Which activation is the action's.
  public var actionActivation: Int?
  /// The functions that are entered, in order; the first is `init` or `step` itself.
  public var activations: [Activation]
  public var items: [Item]
  /// Variables read and updated, sorted. With an opaque item, those that it may read or update.
  public var reads: [VariableID]
  public var updates: [VariableID]
  /// Variables without a value in the next state.
  public var unassigned: [VariableID]
  /// True when some item is `.opaque`.
  public var isOpaque: Bool

  /// A function that the transition is in.
  public struct Activation: Hashable, Sendable {
    public var function: FunctionID
    /// Nil for the first.
    public var caller: Int?
    /// The call, an expression of the caller's; nil for the first.
    public var call: ExpressionID?
    /// The activation whose slots it uses: itself, or its caller's `frame` when the
    /// function shares it.
    public var frame: Int
  }

  public struct Item: Hashable, Sendable {
    /// The activation to which the item's expressions and slots belong. For `.enter`,
    /// the one that is entered.
    public var activation: Int
    public var kind: Kind

    public init(activation: Int, kind: Kind) {
      self.activation = activation
      self.kind = kind
    }
  }

  public enum Kind: Hashable, Sendable {
    /// Evaluates the operands of the activation's `call` in the caller's slots, from
    /// left to right, then fills the parameters' slots.
    case enter
    /// The slot becomes unevaluated, see `Expression.letIn`.
    case bind(LocalID, value: ExpressionID)
    /// The slot takes each member of the domain.
    case pick(PickID, LocalID, domain: ExpressionID)
    /// The condition must have this value.
    case require(ExpressionID, Bool)
    /// The value must have the label `machine.literals[label]`; the slot takes its payload.
    case match(ExpressionID, label: Int32, payload: LocalID)
    /// The value must have none of the labels.
    case matchOther(ExpressionID, labels: [Int32])
    /// `x' = e`
    case update(VariableID, ExpressionID)
    /// An action that stays a tree. It succeeds, with its updates, once for each
    /// outcome that is true.
    case opaque(ExpressionID)
  }
}

extension Transition {
  /// The picks in their order.
  public var picks: [(pick: PickID, slot: LocalID, domain: ExpressionID)] {
    items.compactMap {
      if case .pick(let pick, let slot, let domain) = $0.kind { return (pick, slot, domain) }
      return nil
    }
  }

  /// The conditions in their order, without those on labels.
  public var guards: [(condition: ExpressionID, mustBe: Bool)] {
    items.compactMap {
      if case .require(let condition, let value) = $0.kind { return (condition, value) }
      return nil
    }
  }
}

extension Machine {
  /// Parameters of a transition's action and the expressions given for them, which
  /// belong to the activation's caller. Operators among the parameters are left out.
  public func arguments(of transition: Transition) -> [(name: String, value: ExpressionID)] {
    guard let index = transition.actionActivation, let call = transition.activations[index].call,
      case .call(let function, let arguments) = self[call]
    else { return [] }
    return zip(self[function].parameters, self[arguments]).map { ($0.name, $1) }
  }
}
