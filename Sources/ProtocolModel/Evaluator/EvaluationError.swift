/// Why an expression of a machine has no value, or could not be given one.
public struct EvaluationError: Error, Sendable {
  /// Quint's code for it.
  public var id: DiagnosticID
  /// One sentence without code and place.
  public var message: String
  /// The node that failed.
  public var expression: ExpressionID
  /// The calls under way, innermost first.
  public var calls: [Call] = []
  /// True when the model is not at fault: a set too large to be enumerated, an infinite
  /// one to be picked from exhaustively, an interruption. What was to be decided stays undecided.
  public var isLimit = false
  /// No error at all: the run of an action repeats one that was made already. It never
  /// leaves the evaluator.
  var isVoidRun = false

  /// A named operator with the values of its parameters.
  public struct Call: Sendable {
    public var function: FunctionID
    public var arguments: [NamedValue]
  }

  public init(
    _ id: DiagnosticID, _ message: String, at expression: ExpressionID, isLimit: Bool = false
  ) {
    self.id = id
    self.message = message
    self.expression = expression
    self.isLimit = isLimit
  }
}

extension EvaluationError {
  /// The code and sentence for an operation on values that failed.
  init(_ error: ValueError, of builtin: Builtin?, at expression: ExpressionID) {
    switch error {
    case .divisionByZero, .undefinedPower:
      self.init(.badArithmetic, error.description, at: expression)
    case .empty:
      switch builtin {
      case .getOnlyElement: self.init(.noSuchElement, "the set is empty, one member expected", at: expression)
      case .chooseSome: self.init(.noSuchElement, "the set is empty", at: expression)
      default: self.init(.noSuchElement, error.description, at: expression)
      }
    case .notSingle:
      self.init(.noSuchElement, "the set has several members, one expected", at: expression)
    case .missingKey(let key, let keys):
      self.init(.missingKey, "key \(key) is not among the keys \(keys)", at: expression)
    case .duplicateKey(let key):
      self.init(.missingKey, "key \(key) has more than one value", at: expression)
    case .indexOutOfBounds(let index, let count):
      self.init(
        .listIndexOutOfBounds, "position \(index) is outside of a list of length \(count)", at: expression)
    case .infinite:
      if builtin == .size {
        self.init(.sizeOfInfiniteSet, "the set is infinite and has no size", at: expression)
      } else {
        self.init(.notExecutable, "the set is infinite and cannot be enumerated", at: expression)
      }
    case .tooLarge(let limit):
      self.init(.notExecutable, "the result is too large (limit \(limit))", at: expression, isLimit: true)
    case .wrongKind, .malformedEncoding:
      self.init(.notExecutable, error.description, at: expression)
    }
  }

  /// As a message to the user: the place, and the calls that led there as related places.
  public func diagnostic(in machine: Machine) -> Diagnostic {
    let related = calls.prefix(Self.shownCalls).map { call in
      let arguments = call.arguments.map(\.description).joined(separator: ", ")
      let name = machine[call.function].name
      return Diagnostic.Related(
        range: machine[call.function].range,
        message: arguments.isEmpty ? "in \(name)" : "in \(name)(\(arguments))")
    }
    return Diagnostic(id, message, at: machine.origin(of: expression).range, related: Array(related))
  }

  private static let shownCalls = 12
}
