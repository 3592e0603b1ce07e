import ProtocolModel

/// What a recorded trace says about the behavior of a machine: of each state the values of
/// some variables, of each step perhaps the action and some picks.
public struct ObservedTrace: Sendable {
  /// The first one leads to the initial state.
  public var steps: [ObservedStep]
  /// The state to which the last one returns; nil for a finite behavior.
  public var loopStart: Int?

  public init(steps: [ObservedStep], loopStart: Int? = nil) {
    self.steps = steps
    self.loopStart = loopStart
  }
}

/// What a trace says of one step and of the state that it leads to.
public struct ObservedStep: Sendable {
  /// Nil when the trace does not name it.
  public var action: String?
  /// Those that the trace gives; others may have been made.
  public var picks: [NamedValue]
  /// In the order of the machine's variables; nil where the trace says nothing.
  public var values: [Value?]

  public init(action: String? = nil, picks: [NamedValue] = [], values: [Value?]) {
    self.action = action
    self.picks = picks
    self.values = values
  }

  /// True for a state of the model that has all the values that were seen.
  func fits(_ state: [Value?]) -> Bool {
    for (seen, value) in zip(values, state) {
      if let seen, seen != value { return false }
    }
    return true
  }

  /// True for an action and picks that the trace does not contradict. Of picks of one name
  /// the trace has one.
  func fits(_ action: ActionCall?, _ picks: [NamedValue]) -> Bool {
    if let wanted = self.action, wanted != action?.name { return false }
    return self.picks.allSatisfy(picks.contains)
  }
}

extension ObservedTrace {
  /// Reads an ITF document with the types of the machine's variables.
  ///
  /// A variable may be named without the instances that it is in, or with more or other ones, where
  /// that leaves no doubt; Apalache's `_` in place of `::` is understood.
  ///
  /// - Throws: the place in the document that does not fit the machine, or the format.
  public init(_ json: JSONValue, of machine: Machine) throws(ITFError) {
    let names = machine.variables.map(\.name)
    let document = try ITFCodec.decode(json) { name in
      guard case .variable(let index) = Self.meaning(of: name, among: names) else { return nil }
      return machine.variables[index].type
    }
    guard !document.trace.steps.isEmpty else { throw ITFError("the trace has no states", at: "states") }
    var places: [Int?] = []
    var taken: [Int: String] = [:]
    for name in document.trace.steps[0].state.variables {
      let isSeen = document.trace.steps.firstIndex { $0.state[name] != nil }
      switch Self.meaning(of: name, among: names) {
      case .variable(let index):
        if let other = taken.updateValue(name, forKey: index) {
          throw ITFError("`\(other)` and `\(name)` are both the variable `\(names[index])`", at: "vars")
        }
        places.append(index)
      case .unknown:
        places.append(nil)
        guard let state = isSeen else { continue }
        let hint =
          NameSuggestion.hint(for: name, among: names + names.map { Self.lastPart(of: $0) }).map { "; \($0)" }
          ?? ""
        throw ITFError("the model has no variable `\(name)`\(hint)", at: "states[\(state)].\(name)")
      case .ambiguous(let candidates):
        let list = candidates.map { "`\($0)`" }.joined(separator: " or ")
        throw ITFError("`\(name)` may be \(list)", at: isSeen.map { "states[\($0)].\(name)" } ?? "vars")
      }
    }
    var steps: [ObservedStep] = []
    for (number, step) in document.trace.steps.enumerated() {
      var values = [Value?](repeating: nil, count: names.count)
      for (name, (place, value)) in zip(step.state.variables, zip(places, step.state.values)) {
        guard let place, let value else { continue }
        if let misfit = value.misfit(with: machine.variables[place].type) {
          throw ITFError("\(misfit.expected) expected", at: "states[\(number)].\(name)\(misfit.path)")
        }
        values[place] = value
      }
      // Names are unqualified in Quint's traces; other writers may qualify them.
      let action = step.action.map { Self.lastPart(of: $0.name) }
      steps.append(ObservedStep(action: action, picks: step.picks, values: values))
    }
    self.init(steps: steps, loopStart: document.trace.loopStart)
  }

  private enum Meaning {
    case variable(Int)
    case unknown
    case ambiguous([String])
  }

  private static func meaning(of name: String, among names: [String]) -> Meaning {
    if let index = names.firstIndex(of: name) { return .variable(index) }
    let forms: [(String) -> String] = [{ $0 }, { $0.split(separator: ":").joined(separator: "_") }]
    for (form, separator) in zip(forms, ["::", "_"]) {
      let wanted = form(name)
      let found = names.indices.filter { index in
        let known = form(names[index])
        return known == wanted || known.hasSuffix(separator + wanted) || wanted.hasSuffix(separator + known)
      }
      // `_` may be part of a name, so that only an instance's variable is taken apart by it.
      let plain = separator == "::" ? found : found.filter { names[$0].contains("::") || name.contains("::") }
      if plain.count == 1 { return .variable(plain[0]) }
      if plain.count > 1 { return .ambiguous(plain.map { names[$0] }) }
    }
    // A trace of another instance of the same module.
    let related = names.indices.filter { lastPart(of: names[$0]) == lastPart(of: name) }
    if related.count == 1 { return .variable(related[0]) }
    if related.count > 1 { return .ambiguous(related.map { names[$0] }) }
    return .unknown
  }

  private static func lastPart(of name: String) -> String {
    name.split(separator: ":").last.map(String.init) ?? name
  }
}
