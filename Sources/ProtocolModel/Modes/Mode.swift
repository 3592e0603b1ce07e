/// What a definition may do, from least to most: Quint's order of qualifiers.
public enum Mode: Int, Sendable, Hashable, Comparable, CaseIterable {
  case pureVal, val, pureDef, def, nondet, action, temporal, run

  public init(_ qualifier: Qualifier) {
    self =
      switch qualifier {
      case .pureVal: .pureVal
      case .val: .val
      case .pureDef: .pureDef
      case .def: .def
      case .nondet: .nondet
      case .action: .action
      case .temporal: .temporal
      case .run: .run
      }
  }

  /// The qualifier that says this mode.
  public var qualifier: Qualifier {
    switch self {
    case .pureVal: .pureVal
    case .val: .val
    case .pureDef: .pureDef
    case .def: .def
    case .nondet: .nondet
    case .action: .action
    case .temporal: .temporal
    case .run: .run
    }
  }

  public static func < (a: Mode, b: Mode) -> Bool { a.rawValue < b.rawValue }
}
