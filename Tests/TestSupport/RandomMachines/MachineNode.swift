/// A random machine: the syntax tree of a small Quint module.
///
/// One kind of node serves for expressions, actions and lambdas, so that printing,
/// interpreting and shrinking are one walk each. The tree knows nothing of the
/// project's own syntax trees; the two meet in Quint's text alone.
public struct RandomMachine: Sendable {
  public var variables: [Variable]
  public var definitions: [Definition]
  public var initial: MachineNode
  public var step: MachineNode
  public var properties: [Property]

  public struct Variable: Hashable, Sendable {
    public var name: String
    public var type: MachineType
  }

  /// A named operator of the module.
  public struct Definition: Sendable {
    public var name: String
    /// `val`, `def`, `action`, `pure def`, ...
    public var qualifier: String
    public var parameters: [String]
    public var body: MachineNode
  }

  public struct Property: Sendable {
    public var name: String
    public var kind: Kind
    public var body: MachineNode

    public enum Kind: String, Sendable {
      case invariant
      /// `always(P)` with `next` in P.
      case transition
      case witness
      case maximum
    }
  }
}

extension RandomMachine {
  /// True when some node of the actions or of what they call is such.
  public func contains(where isWanted: (MachineNode) -> Bool) -> Bool {
    ([initial, step] + definitions.map(\.body)).contains { $0.contains(where: isWanted) }
  }
}

/// Types of random machines. Each has one shape: all maps go from int to int, and so on.
public indirect enum MachineType: Hashable, Sendable {
  case bool, int
  /// `Red | Green | Amt(int)`
  case color
  /// Set of int.
  case ints
  /// int -> int
  case map
  /// `{ a: int, b: bool }`
  case record
  /// What a `nondet` picks from.
  case domain(MachineType)
  case action
  /// A lambda or the name of an operator.
  case function([MachineType], MachineType)
}

/// A node of the tree.
public struct MachineNode: Hashable, Sendable {
  public var kind: Kind
  public var type: MachineType
  /// Names that the kind speaks of, see `Kind`.
  public var names: [String] = []
  public var children: [MachineNode] = []

  public enum Kind: Hashable, Sendable {
    case literal(SmallValue)
    /// names: the variable
    case variable
    /// names: a parameter, nested definition, pick or operator
    case local
    /// names: a definition of the module or a local operator; children: arguments
    case call
    /// A built-in operator by its name, applied to the children.
    case apply(String)
    /// names: parameters; child: body
    case lambda
    /// names: the value's; children: value, body
    case letIn
    /// names: the operator's and its parameters; children: operator's body, body
    case letOperator
    /// names: the payload's; children: scrutinee, then `Red`, `Green`, `Amt(n)`
    case match
    /// names: the payload's; children: scrutinee, `Amt(n)`, `_`
    case matchAmount
    /// names: the field; child: record
    case field
    /// children: `a`, `b`
    case record
    /// names: the variable; child: new value
    case assign
    /// names: the pick; children: domain, body
    case pick
  }
}

extension MachineNode {
  /// True when some node of the tree is such.
  public func contains(where isWanted: (MachineNode) -> Bool) -> Bool {
    isWanted(self) || children.contains { $0.contains(where: isWanted) }
  }

  static func literal(_ value: SmallValue, _ type: MachineType) -> MachineNode {
    MachineNode(kind: .literal(value), type: type)
  }

  static func int(_ value: Int) -> MachineNode { literal(.int(value), .int) }
  static func bool(_ value: Bool) -> MachineNode { literal(.bool(value), .bool) }

  static func apply(_ name: String, _ type: MachineType, _ children: [MachineNode]) -> MachineNode {
    MachineNode(kind: .apply(name), type: type, children: children)
  }

  static func lambda(_ names: [String], _ type: MachineType, _ body: MachineNode) -> MachineNode {
    MachineNode(kind: .lambda, type: type, names: names, children: [body])
  }
}
