extension ITFCodec {
  /// Reads a document.
  ///
  /// Accepts what Quint and Apalache write: plain numbers, Apalache's unit,
  /// states without some variables. `#meta` and keys that begin with `__` are dropped.
  ///
  /// - Parameter types: declared types of variables, which settle what the
  ///   format leaves open; nil or a missing name reads by form alone.
  public static func decode(
    _ json: JSONValue, types: ((String) -> Type?)? = nil
  ) throws(ITFError) -> ITFDocument {
    guard json.asObject != nil else { throw ITFError("object expected", at: "") }
    guard let states = json["states"]?.asArray else {
      throw ITFError("list of states expected", at: "states")
    }
    var variables: [String] = []
    for name in try names(json["vars"], at: "vars") where isVariable(name) && !variables.contains(name) {
      variables.append(name)
    }
    for state in states {
      for member in state.asObject ?? [] where isVariable(member.key) && !variables.contains(member.key) {
        variables.append(member.key)
      }
    }
    var steps: [Step] = []
    for (index, state) in states.enumerated() {
      steps.append(try step(state, variables: variables, types: types, at: "states[\(index)]"))
    }
    var loopStart: Int?
    if let loop = json["loop"] {
      loopStart = loop.asInt ?? loop["#bigint"]?.asString.flatMap { Int($0) }
      guard let start = loopStart, states.indices.contains(start) else {
        throw ITFError("index of a state expected", at: "loop")
      }
    }
    let meta = json["#meta"]
    return ITFDocument(
      trace: Trace(steps: steps, loopStart: loopStart), source: meta?["source"]?.asString,
      status: meta?["status"]?.asString, description: meta?["description"]?.asString,
      parameters: try names(json["params"], at: "params"))
  }

  /// Reads one value.
  ///
  /// - Parameter type: the declared type if known.
  public static func decodeValue(_ json: JSONValue, as type: Type? = nil) throws(ITFError) -> Value {
    try ITFValueReader.value(json, type, "")
  }

  private static func isVariable(_ key: String) -> Bool {
    key != "#meta" && !key.hasPrefix("__") && key != actionKey && key != picksKey
  }

  private static func names(_ json: JSONValue?, at path: String) throws(ITFError) -> [String] {
    guard let json else { return [] }
    guard let entries = json.asArray else { throw ITFError("list of names expected", at: path) }
    var names: [String] = []
    for entry in entries {
      guard let name = entry.asString else { throw ITFError("name expected", at: path) }
      names.append(name)
    }
    return names
  }

  private static func step(
    _ json: JSONValue, variables: [String], types: ((String) -> Type?)?, at path: String
  ) throws(ITFError) -> Step {
    guard let members = json.asObject else { throw ITFError("object expected", at: path) }
    var values = [Value?](repeating: nil, count: variables.count)
    for member in members {
      guard isVariable(member.key), let index = variables.firstIndex(of: member.key) else { continue }
      values[index] = try ITFValueReader.value(member.value, types?(member.key), "\(path).\(member.key)")
    }
    var step = Step(state: State(variables: variables, values: values))
    if let name = json[actionKey]?.asString, !name.isEmpty { step.action = ActionCall(name) }
    for member in json[picksKey]?.asObject ?? [] {
      let pick = try ITFValueReader.value(member.value, nil, "\(path).\(picksKey).\(member.key)")
      guard case .variant(let option) = pick, option.label == "Some" else { continue }
      step.picks.append(NamedValue(member.key, option.payload))
    }
    return step
  }
}

/// Values of the format by their form, and by their type where that is known.
private enum ITFValueReader {
  static func value(_ json: JSONValue, _ type: Type?, _ path: String) throws(ITFError) -> Value {
    switch json {
    case .null: throw ITFError("null is no value", at: path)
    case .real: throw ITFError("number with a fraction is no value", at: path)
    case .bool(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .string(let text): return .string(QuintString(text))
    case .array(let entries):
      var element: Type?
      if case .list(let declared)? = type?.unaliased { element = declared }
      return .list(try values(entries, path) { _ in element })
    case .object(let members): return try object(json, members, type?.unaliased, path)
    }
  }

  private static func object(
    _ json: JSONValue, _ members: [JSONValue.Member], _ type: Type?, _ path: String
  ) throws(ITFError) -> Value {
    if members.count == 1, let member = members.first, member.key.hasPrefix("#") {
      return try special(member, type, path)
    }
    var isRecord = false
    if case .record? = type { isRecord = true }
    if !isRecord, case .string(let label)? = json["tag"] {
      if label == "UNIT", type?.field(label) == nil, members.count == 1 || json["value"]?.asString != nil {
        return .unit
      }
      if members.count == 1 { return .variant(QuintString(label)) }
      if members.count == 2, let payload = json["value"] {
        return .variant(
          QuintString(label), try value(payload, type?.field(label), "\(path).\(label)"))
      }
    }
    var fields: [(name: QuintString, value: Value)] = []
    for member in members where member.key != "#meta" && !member.key.hasPrefix("__") {
      let field = try value(member.value, type?.field(member.key), "\(path).\(member.key)")
      fields.append((QuintString(member.key), field))
    }
    return .record(fields)
  }

  private static func special(
    _ member: JSONValue.Member, _ type: Type?, _ path: String
  ) throws(ITFError) -> Value {
    switch member.key {
    case "#bigint":
      if case .integer(let value) = member.value { return .int(value) }
      guard let value = member.value.asString.flatMap({ Integer(digits: $0) }) else {
        throw ITFError("decimal digits expected", at: path)
      }
      return .int(value)
    case "#tup":
      let entries = try array(member, path)
      return .tuple(try values(entries, path) { type?.field(String($0)) })
    case "#set":
      var element: Type?
      if case .set(let declared)? = type { element = declared }
      return .set(SetValue(try values(array(member, path), path) { _ in element }))
    case "#map":
      return .map(try map(array(member, path), type, path))
    case "#unserializable":
      switch member.value.asString {
      case "Int": return .set(.integers)
      case "Nat": return .set(.naturals)
      default: throw ITFError("value that the writer could not represent", at: path)
      }
    default: throw ITFError("unknown kind of value `\(member.key)`", at: path)
    }
  }

  private static func map(
    _ entries: [JSONValue], _ type: Type?, _ path: String
  ) throws(ITFError) -> MapValue {
    var keyType: Type?
    var valueType: Type?
    if case .map(let key, let value)? = type { (keyType, valueType) = (key, value) }
    var pairs: [(key: Value, value: Value)] = []
    for (index, entry) in entries.enumerated() {
      let place = "\(path)[\(index)]"
      guard let pair = entry.asArray ?? entry["#tup"]?.asArray, pair.count == 2 else {
        throw ITFError("pair of key and value expected", at: place)
      }
      pairs.append((try value(pair[0], keyType, place), try value(pair[1], valueType, place)))
    }
    do throws(ValueError) {
      return try MapValue(unique: pairs)
    } catch {
      throw ITFError(error.description, at: path)
    }
  }

  private static func array(_ member: JSONValue.Member, _ path: String) throws(ITFError) -> [JSONValue] {
    guard let entries = member.value.asArray else { throw ITFError("list expected", at: path) }
    return entries
  }

  private static func values(
    _ entries: [JSONValue], _ path: String, type: (Int) -> Type?
  ) throws(ITFError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      result.append(try value(entry, type(index), "\(path)[\(index)]"))
    }
    return result
  }
}

extension Type {
  /// The type of a field of a record, an entry of a tuple or a variant of a sum.
  fileprivate func field(_ label: String) -> Type? {
    switch self {
    case .record(let row), .tuple(let row), .sum(let row, _): row.fields.first { $0.label == label }?.type
    case .boolean, .integer, .string, .variable, .uninterpreted, .set, .list, .map, .operation: nil
    case .alias: unaliased.field(label)
    }
  }
}
