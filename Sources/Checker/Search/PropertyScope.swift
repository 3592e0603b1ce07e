import ProtocolModel

/// Where a property is judged.
enum PropertyScope {
  case states, initialStates, transitions
  /// In no state or transition alone.
  case behaviors
}

extension Property {
  var scope: PropertyScope {
    guard kind == .temporal else { return .states }
    switch shape {
    case .state: return .initialStates
    case .alwaysState: return .states
    case .alwaysStep: return .transitions
    case .general: return .behaviors
    }
  }
}
