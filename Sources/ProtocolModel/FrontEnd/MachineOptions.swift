/// What a command line says of the machine. Options override tags: with a property
/// among them, the tagged properties and what is expected of them do not count; with a quantity,
/// the tagged quantities.
public struct MachineOptions: Sendable {
  /// Expressions of the main module; by default the definitions `init` and `step`.
  public var initial: String?
  public var step: String?
  /// Each entry is one expression or several with commas between.
  public var invariants: [String] = []
  public var temporal: [String] = []
  public var witnesses: [String] = []
  public var inductive: [String] = []
  /// Expressions of any type, whose functions stand in `MachineResult.tests`.
  public var inputs: [SourceInput] = []
  /// Quantities whose extremes are asked for.
  public var maximize: [String] = []
  public var minimize: [String] = []
  /// False where a machine without `init` or `step` is of use, too.
  public var needsTransitions = true

  public init() {}

  /// Expressions of all properties with their kinds and the option that they come from.
  var properties: [(option: String, kind: Property.Kind, text: String)] {
    let lists: [(String, Property.Kind, [String])] = [
      ("--invariant", .invariant, invariants), ("--temporal", .temporal, temporal),
      ("--witnesses", .witness, witnesses), ("--inductive-invariant", .inductive, inductive),
      ("--maximize", .maximum, maximize), ("--minimize", .minimum, minimize),
    ]
    return lists.flatMap { option, kind, texts in
      texts.flatMap(ExpressionList.split).map { (option, kind, $0) }
    }
  }
}

/// A machine, or why there is none.
public struct MachineResult: Sendable {
  /// Nil if there is an error among the diagnostics.
  public var machine: Machine?
  /// The functions of the tests that were asked for, in their order.
  public var tests: [FunctionID] = []
  /// Of this machine only, sorted by place; those of its spec are not repeated.
  public var diagnostics: [Diagnostic] = []
  /// What the places of the diagnostics refer to: the spec's files, and expressions of options.
  public var sources: SourceMap

  public init(
    machine: Machine? = nil, tests: [FunctionID] = [], diagnostics: [Diagnostic] = [], sources: SourceMap
  ) {
    self.machine = machine
    self.tests = tests
    self.diagnostics = diagnostics
    self.sources = sources
  }
}
