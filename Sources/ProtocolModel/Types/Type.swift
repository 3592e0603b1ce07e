/// Types of Quint, as inference and `Machine` see them.

/// A type variable or a row variable (they have separate numbers only by use).
public struct TypeVariable: Hashable, Sendable {
  public var id: Int32
  public init(_ id: Int32) { self.id = id }
}

public indirect enum Type: Hashable, Sendable {
  case boolean, integer, string
  case variable(TypeVariable)
  /// `type T` without a body; equal only to itself.
  case uninterpreted(DefinitionID, name: String)
  case set(Type)
  case list(Type)
  case map(Type, Type)
  /// Entries under the labels "0", "1", ... in this order; unit is the empty row.
  case tuple(Row)
  case record(Row)
  /// Labels with payloads (unit when none). `name` is the declared type's, for
  /// display only: sums are structural.
  case sum(Row, name: String?)
  /// An operator; never inside another type but as a parameter of an operator.
  case operation([Type], Type)
  /// A declared alias and what it stands for. Transparent: for display only.
  case alias(name: String, arguments: [Type], Type)
}

/// Labelled types: fields of a record, entries of a tuple, variants of a sum.
public struct Row: Hashable, Sendable {
  /// Sorted by label (tuples: by position); no label twice.
  public var fields: [Field]
  /// `nil` when the row is closed.
  public var tail: TypeVariable?

  public struct Field: Hashable, Sendable {
    public var label: String
    public var type: Type
    public init(_ label: String, _ type: Type) {
      self.label = label
      self.type = type
    }
  }

  public init(_ fields: [Field], tail: TypeVariable? = nil) {
    self.fields = fields
    self.tail = tail
  }
}

/// A type with the variables that each use gets afresh.
public struct TypeScheme: Hashable, Sendable {
  public var variables: [TypeVariable]
  public var rowVariables: [TypeVariable]
  public var type: Type

  public init(variables: [TypeVariable] = [], rowVariables: [TypeVariable] = [], type: Type) {
    self.variables = variables
    self.rowVariables = rowVariables
    self.type = type
  }
}

extension Type {
  public static let unit = Type.tuple(Row([]))

  public static func tuple(_ entries: [Type]) -> Type {
    .tuple(Row(entries.enumerated().map { Row.Field(String($0.offset), $0.element) }))
  }

  /// The type without aliases at its outermost level.
  public var unaliased: Type {
    var type = self
    while case .alias(_, _, let meaning) = type { type = meaning }
    return type
  }
}
