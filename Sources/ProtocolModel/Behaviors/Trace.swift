/// What a behavior is made of: states, the steps between them, a loop.

/// The values of the variables at one moment.
public struct State: Hashable, Sendable {
  /// Names, in the order of display; all states of a behavior share the array.
  public var variables: [String]
  /// `values[i]` belongs to `variables[i]`; nil where nothing was assigned.
  public var values: [Value?]

  /// Values that are lacking at the end count as not assigned; surplus ones are dropped.
  public init(variables: [String], values: [Value?]) {
    self.variables = variables
    self.values = values
    if values.count < variables.count {
      self.values += repeatElement(nil, count: variables.count - values.count)
    } else if values.count > variables.count {
      self.values.removeLast(values.count - variables.count)
    }
  }

  /// The value of a variable, nil when it has none or there is no such variable.
  ///
  /// - Complexity: O(number of variables).
  public subscript(name: String) -> Value? {
    guard let index = variables.firstIndex(of: name) else { return nil }
    return values[index]
  }
}

/// A value with the name under which it was chosen or passed.
public struct NamedValue: Hashable, Sendable {
  public var name: String
  public var value: Value

  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// An action that fired, with its arguments in the order of its parameters.
public struct ActionCall: Hashable, Sendable {
  public var name: String
  public var arguments: [NamedValue]

  public init(_ name: String, arguments: [NamedValue] = []) {
    self.name = name
    self.arguments = arguments
  }
}

/// A step: what was done, and the state that it led to.
public struct Step: Hashable, Sendable {
  /// The first action that was entered since the innermost `any`, as Quint names it for
  /// model-based testing; nil when there is none, or unknown.
  public var action: ActionCall?
  /// The action around that `any`.
  public var enclosingAction: ActionCall?
  /// Nondeterministic picks in the order in which they were made.
  public var picks: [NamedValue]
  /// The picks as Quint records them for model-based testing: without those that were
  /// done before the innermost `any`, and an inner one before the one around it. Nil when
  /// they are the same as `picks`, or unknown.
  public var recordedPicks: [NamedValue]?
  public var state: State

  public init(
    action: ActionCall? = nil, enclosingAction: ActionCall? = nil, picks: [NamedValue] = [], state: State
  ) {
    self.action = action
    self.enclosingAction = enclosingAction
    self.picks = picks
    self.state = state
  }
}

/// A finite behavior, or a lasso: a stem and a loop that repeats forever.
public struct Trace: Hashable, Sendable {
  /// The first step leads to the initial state; its action is that of `init`.
  public var steps: [Step]
  /// Index of the state to which the last one returns; nil for a finite behavior.
  public var loopStart: Int?

  public init(steps: [Step], loopStart: Int? = nil) {
    self.steps = steps
    self.loopStart = loopStart
  }

  /// Number of steps after the initial state.
  public var length: Int { max(0, steps.count - 1) }
}

extension ActionCall: CustomStringConvertible {
  /// `lockA(i = 1)`, or the bare name without arguments.
  public var description: String {
    arguments.isEmpty ? name : "\(name)(\(arguments.map(\.description).joined(separator: ", ")))"
  }
}

extension NamedValue: CustomStringConvertible {
  public var description: String { "\(name) = \(value)" }
}
