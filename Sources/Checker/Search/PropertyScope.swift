import ProtocolModel

/// Where a property is judged.
enum PropertyScope {
  case states, initialStates, transitions
  /// In no state or transition alone; why.
  case undecidable(String)
}

extension Property {
  var scope: PropertyScope {
    guard kind == .temporal else { return .states }
    switch shape {
    case .state: return .initialStates
    case .alwaysState: return .states
    case .alwaysStep: return .transitions
    case .general: return .undecidable("needs a search for liveness, which this version does not have")
    }
  }
}
