// Traces in the Informal Trace Format (ADR 015 of Apalache), as Quint writes and
// reads them.
//
// Differences to Quint's writer: no date and no time stamp, so that equal runs
// give equal files; infinite sets are written as `#unserializable` where Quint's
// fails. A record with exactly the fields `tag` and `value` looks like a variant
// in this format; a reader that has the declared types tells them apart.

/// A trace with what an ITF file says about it.
public struct ITFDocument: Hashable, Sendable {
  public var trace: Trace
  /// Path of the specification as the user gave it.
  public var source: String?
  /// "ok", "violation", "passed" or "failed".
  public var status: String?
  public var description: String?
  /// Names of constants.
  public var parameters: [String]

  public init(
    trace: Trace, source: String? = nil, status: String? = nil, description: String? = nil,
    parameters: [String] = []
  ) {
    self.trace = trace
    self.source = source
    self.status = status
    self.description = description
    self.parameters = parameters
  }
}

/// Why a JSON document is no trace.
public struct ITFError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  /// Where in the document: `states[3].balance`.
  public var path: String

  public init(_ message: String, at path: String) {
    self.message = message
    self.path = path
  }

  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

public enum ITFCodec {
  static let actionKey = "mbt::actionTaken"
  static let picksKey = "mbt::nondetPicks"
  static let formatDescription = "https://apalache-mc.org/docs/adr/015adr-trace.html"
}

// MARK: - Writing

extension ITFCodec {
  /// The document as JSON.
  ///
  /// - Parameters:
  ///   - includesActions: adds to each state the action taken and the picks,
  ///     under Quint's names for them.
  ///   - pickNames: the names that may be picked; each state lists all of them.
  ///     Nil stands for those that occur in the trace.
  /// - Throws: `.tooLarge` when a finite lazy set is too large to be written out.
  public static func encode(
    _ document: ITFDocument, includesActions: Bool = false, pickNames: [String]? = nil
  ) throws(ValueError) -> JSONValue {
    let steps = document.trace.steps
    var meta: [JSONValue.Member] = [
      .init("format", "ITF"), .init("format-description", .string(formatDescription)),
    ]
    if let source = document.source { meta.append(.init("source", .string(source))) }
    if let status = document.status { meta.append(.init("status", .string(status))) }
    if let description = document.description { meta.append(.init("description", .string(description))) }

    var variables = steps.first?.state.variables ?? []
    let names = pickNames ?? Self.pickNames(in: steps)
    var states: [JSONValue] = []
    for (index, step) in steps.enumerated() {
      var members: [JSONValue.Member] = [.init("#meta", ["index": .integer(.small(index))])]
      for (name, value) in zip(step.state.variables, step.state.values) {
        if let value { members.append(.init(name, try encode(value))) }
      }
      if includesActions {
        for field in actionFields(of: step, pickNames: names) {
          members.append(.init(field.name, try encode(field.value)))
        }
      }
      states.append(.object(members))
    }
    if includesActions { variables += [actionKey, picksKey] }

    var top: [JSONValue.Member] = [.init("#meta", .object(meta))]
    if !document.parameters.isEmpty {
      top.append(.init("params", .array(document.parameters.map { .string($0) })))
    }
    top.append(.init("vars", .array(variables.map { .string($0) })))
    top.append(.init("states", .array(states)))
    if let loopStart = document.trace.loopStart {
      top.append(.init("loop", .integer(.small(loopStart))))
    }
    return .object(top)
  }

  /// The action taken and the picks of a step as Quint adds them to its state: the name of
  /// the action without its instance, empty if there is none; `Some` of what was picked.
  ///
  /// - Parameter pickNames: the names that may be picked.
  public static func actionFields(of step: Step, pickNames: [String]) -> [NamedValue] {
    let name = step.action?.name.split(separator: ":").last.map(String.init) ?? ""
    return [
      NamedValue(actionKey, .string(QuintString(name))),
      NamedValue(picksKey, picks(of: step, names: pickNames)),
    ]
  }

  /// A value as JSON.
  ///
  /// - Throws: `.tooLarge` when a finite lazy set is too large to be written out.
  public static func encode(_ value: Value) throws(ValueError) -> JSONValue {
    switch value {
    case .bool(let value): return .bool(value)
    case .int(let value): return ["#bigint": .string(value.description)]
    case .string(let value): return .string(value.text)
    case .tuple(let entries): return ["#tup": .array(try encode(entries))]
    case .list(let entries): return .array(try encode(entries))
    case .set(let set):
      guard set.isFinite else { return ["#unserializable": .string(set.description)] }
      return ["#set": .array(try encode(set.explicitMembers()))]
    case .map(let map):
      let keys = try encode(map.keyArray)
      let values = try encode(map.values)
      return ["#map": .array(zip(keys, values).map { .array([$0, $1]) })]
    case .record(let record):
      let values = try encode(record.values)
      return .object(zip(record.shape.names, values).map { .init($0.text, $1) })
    case .variant(let variant):
      return ["tag": .string(variant.label.text), "value": try encode(variant.payload)]
    }
  }

  private static func encode(_ values: [Value]) throws(ValueError) -> [JSONValue] {
    var result: [JSONValue] = []
    result.reserveCapacity(values.count)
    for value in values { result.append(try encode(value)) }
    return result
  }

  private static func pickNames(in steps: [Step]) -> [String] {
    var names: [String] = []
    for step in steps {
      for pick in step.recordedPicks ?? step.picks where !names.contains(pick.name) {
        names.append(pick.name)
      }
    }
    return names
  }

  /// `Some(v)` for what was picked, `None` for the other names; the last of equal names wins.
  private static func picks(of step: Step, names: [String]) -> Value {
    .record(
      names.map { name in
        let pick = (step.recordedPicks ?? step.picks).last { $0.name == name }
        return (QuintString(name), pick.map { .variant("Some", $0.value) } ?? .variant("None"))
      })
  }
}
