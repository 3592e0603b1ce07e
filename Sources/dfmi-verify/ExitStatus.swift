/// What a run tells the shell. Of several specs, the gravest counts.
enum ExitStatus: Int32, Comparable, CaseIterable {
  case success = 0
  case violated = 1
  case badInput = 2
  case inconclusive = 3
  case internalError = 70

  /// For help.
  var meaning: String {
    switch self {
    case .success: "everything is as expected"
    case .violated:
      "a property is violated, or one that should be is not; a test fails; a runtime error"
    case .badInput: "the spec or the command line is wrong"
    case .inconclusive: "a limit was reached before the answer was known"
    case .internalError: "internal error"
    }
  }

  /// From the best to the gravest. Inconclusive wins over success and hides no violation.
  private var gravity: Int {
    switch self {
    case .success: 0
    case .inconclusive: 1
    case .violated: 2
    case .badInput: 3
    case .internalError: 4
    }
  }

  static func < (a: ExitStatus, b: ExitStatus) -> Bool { a.gravity < b.gravity }
}
