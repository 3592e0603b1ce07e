/// The stable codes of Quint's errors, and what each stands for.
///
/// Raw values are the numbers of Quint 0.32; `QNT000` is every error that has
/// no number of its own (syntax, types, effects).
public enum DiagnosticID: Int, Sendable, CaseIterable {
  case general = 0
  case assignmentForEquality = 6
  case lowercaseTypeName = 7
  case reservedOrQualifiedName = 8
  case typeApplicationWithParentheses = 9
  case twoSpreads = 12
  case importFileNotLoaded = 13
  case unboundTypeVariable = 14
  case mapTypeSyntax = 15
  case duplicateRecordField = 16
  case importCycle = 98
  case definitionCycle = 99
  case nameConflict = 101
  case duplicateModule = 102
  case qualifierTooWeak = 200
  case overrideNotPure = 201
  case variableUpdatedTwice = 202
  case oneOfOutsideNondet = 203
  case nondetBodyNotOneOf = 204
  case nondetExpressionNotBoolean = 205
  case nondetAtTopLevel = 206
  case unknownName = 404
  case unknownModule = 405
  case badOverride = 406
  case selfImport = 407
  case pathsDifferInCase = 408
  case constantWithoutValue = 500
  case notExecutable = 501
  case variableWithoutValue = 502
  case badArithmetic = 503
  case noSuchElement = 505
  case badSlice = 506
  case missingKey = 507
  case assertionFailed = 508
  case oneOfEmptySet = 509
  case listIndexOutOfBounds = 510
  case testFailed = 511
  case runCannotContinue = 513
  case sizeOfInfiniteSet = 514
  case generateInSimulator = 515

  /// The code as printed, `QNT404`.
  public var code: String {
    let digits = String(rawValue)
    return "QNT" + String(repeating: "0", count: 3 - digits.count) + digits
  }
}

/// One message about the input: what is wrong, where, and what would help.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Sendable { case error, warning, note }

  public var id: DiagnosticID
  public var severity: Severity
  /// One sentence in the user's terms, without the code and the place.
  public var message: String
  /// The place that is at fault; `.none` when there is none (a missing file).
  public var range: SourceRange
  /// Other places that belong to the message, each with its own sentence.
  public var related: [Related]
  /// What to do about it, if that is known.
  public var hint: String?

  public struct Related: Hashable, Sendable {
    public var range: SourceRange
    public var message: String

    public init(range: SourceRange, message: String) {
      self.range = range
      self.message = message
    }
  }

  public init(
    _ id: DiagnosticID, _ message: String, at range: SourceRange, severity: Severity = .error,
    related: [Related] = [], hint: String? = nil
  ) {
    self.id = id
    self.severity = severity
    self.message = message
    self.range = range
    self.related = related
    self.hint = hint
  }
}

extension Array where Element == Diagnostic {
  public var hasErrors: Bool { contains { $0.severity == .error } }

  /// By file, then place, then code, and each message once.
  public func sortedByPlace() -> [Diagnostic] {
    var seen = Set<Diagnostic>()
    return filter { seen.insert($0).inserted }.sorted {
      ($0.range.file, $0.range.start, $0.range.end, $0.id.rawValue, $0.message)
        < ($1.range.file, $1.range.start, $1.range.end, $1.id.rawValue, $1.message)
    }
  }
}
