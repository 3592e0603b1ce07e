/// Effects: which state variables an expression reads, updates, or speaks of over time.

/// A state variable as seen from one module: its definition and the instance
/// declarations on the way to it. Variables of different instances are different.
struct StateVariable: Hashable {
  var instances: [NodeID]
  var definition: DefinitionID
}

/// The effect of evaluating an expression.
///
/// Each variable comes with the place that brought it in, for messages; the first
/// place wins. `parameters` are the parameters whose own effects, unknown yet, are
/// part of this one.
struct Footprint: Hashable {
  var reads: [StateVariable: SourceRange] = [:]
  var updates: [StateVariable: SourceRange] = [:]
  var temporal: [StateVariable: SourceRange] = [:]
  var parameters: [DefinitionID: Flow] = [:]

  static let pure = Footprint()

  /// The effect of a parameter about which nothing is known.
  static func parameter(_ id: DefinitionID) -> Footprint {
    Footprint(parameters: [id: [.reads, .temporal, .updates]])
  }

  /// Where the parts of a parameter's effect go.
  struct Flow: OptionSet, Hashable {
    var rawValue: UInt8
    static let reads = Flow(rawValue: 1)
    static let temporal = Flow(rawValue: 2)
    static let updates = Flow(rawValue: 4)
    static let readsToTemporal = Flow(rawValue: 8)
    static let updatesToTemporal = Flow(rawValue: 16)
  }

  var isPure: Bool { reads.isEmpty && updates.isEmpty && temporal.isEmpty && parameters.isEmpty }

  /// True if a parameter may turn out to update variables here.
  var mayUpdateMore: Bool { parameters.values.contains { $0.contains(.updates) } }

  mutating func merge(_ other: Footprint) {
    if other.isPure { return }
    reads.merge(other.reads) { first, _ in first }
    updates.merge(other.updates) { first, _ in first }
    temporal.merge(other.temporal) { first, _ in first }
    parameters.merge(other.parameters) { $0.union($1) }
  }

  /// The effect without updates.
  var withoutUpdates: Footprint {
    var result = self
    result.updates = [:]
    result.parameters = parameters.mapValues { $0.subtracting(.updates) }
    return result
  }

  /// The effect of a temporal operator on an expression with this effect.
  var asTemporal: Footprint {
    var result = Footprint()
    result.temporal = temporal.merging(reads) { first, _ in first }
    result.temporal.merge(updates) { first, _ in first }
    result.parameters = parameters.mapValues { flow in
      var moved = flow.intersection([.temporal, .readsToTemporal, .updatesToTemporal])
      if flow.contains(.reads) { moved.insert(.readsToTemporal) }
      if flow.contains(.updates) { moved.insert(.updatesToTemporal) }
      return moved
    }
    return result
  }

  /// The part of an effect that goes along a parameter's flow.
  func through(_ flow: Flow) -> Footprint {
    var result = Footprint()
    if flow.contains(.reads) { result.reads = reads }
    if flow.contains(.temporal) { result.temporal = temporal }
    if flow.contains(.updates) { result.updates = updates }
    if flow.contains(.readsToTemporal) { result.temporal.merge(reads) { first, _ in first } }
    if flow.contains(.updatesToTemporal) { result.temporal.merge(updates) { first, _ in first } }
    for (id, own) in parameters {
      var composed = own.intersection([.readsToTemporal, .updatesToTemporal])
      for kept: Flow in [.reads, .temporal, .updates] where flow.contains(kept) && own.contains(kept) {
        composed.insert(kept)
      }
      if flow.contains(.readsToTemporal), own.contains(.reads) { composed.insert(.readsToTemporal) }
      if flow.contains(.updatesToTemporal), own.contains(.updates) { composed.insert(.updatesToTemporal) }
      if !composed.isEmpty { result.parameters[id] = composed }
    }
    return result
  }

  /// The effect with the parameters replaced by what the arguments do.
  func substituting(_ arguments: [DefinitionID: Footprint]) -> Footprint {
    var result = self
    result.parameters = parameters.filter { arguments[$0.key] == nil }
    // The order of merging decides only which place a message names.
    for id in parameters.keys.sorted() {
      guard let argument = arguments[id], let flow = parameters[id] else { continue }
      result.merge(argument.through(flow))
    }
    return result
  }

  /// The effect as seen through more instance declarations.
  func inside(_ instances: [NodeID]) -> Footprint {
    if instances.isEmpty { return self }
    func shifted(_ variables: [StateVariable: SourceRange]) -> [StateVariable: SourceRange] {
      var result: [StateVariable: SourceRange] = [:]
      for (variable, range) in variables {
        result[
          StateVariable(instances: instances + variable.instances, definition: variable.definition)] =
          range
      }
      return result
    }
    var result = self
    result.reads = shifted(reads)
    result.updates = shifted(updates)
    result.temporal = shifted(temporal)
    return result
  }
}

/// What evaluating an expression yields, as far as effects are concerned.
enum Effect {
  case value(Footprint)
  /// An operator; what calling it does.
  case closure(Closure)

  static var pure: Effect { .value(.pure) }
}

/// An operator with the effects of the names that it can see.
final class Closure {
  enum Body {
    case lambda([SyntaxParameter], SyntaxExpression, unpacksTuple: Bool)
    case nested(SyntaxDefinition)
    case global(SyntaxDefinition)
    case builtin(Builtin)
    /// A constructor, or a constant that is an operator: does what its arguments do.
    case data(parameters: Int, name: String)
  }

  let body: Body
  /// Effects of parameters and nested definitions in scope.
  let environment: [DefinitionID: Effect]
  /// Instance declarations through which its variables are seen.
  let instances: [NodeID]
  /// The effect with symbolic parameters, once it has been computed.
  var summary: Summary?

  init(_ body: Body, environment: [DefinitionID: Effect] = [:], instances: [NodeID] = []) {
    self.body = body
    self.environment = environment
    self.instances = instances
  }

  var parameterCount: Int {
    switch body {
    case .lambda(let parameters, _, let unpacks): unpacks ? 1 : parameters.count
    case .nested(let definition), .global(let definition): definition.parameters.count
    case .builtin(let builtin):
      if case .exactly(let number) = builtin.arity { number } else { 2 }
    case .data(let parameters, _): parameters
    }
  }
}

/// The effect of an operator for arguments about which nothing is known.
struct Summary {
  var footprint: Footprint
  /// True if a check was put off because it depends on what a parameter updates.
  var isUndecided: Bool
}
