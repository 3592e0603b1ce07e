import ProtocolModel

/// Why a text is no record of coverage.
public enum CoverageRecordError: Error, Hashable, Sendable {
  /// No record at all, or a damaged one; in words, with the place.
  case malformed(String)
  /// A record that another version of the program has written: the name of its form.
  case otherVersion(String)
}

/// The record as a JSON document: one line for each goal, in the order of the sources, so that the same facts give
/// the same bytes and a change of them a small difference.
extension CoverageRecord {
  /// The name of the form. What counts as a goal is part of it: a program that asks for others needs another name.
  public static let schema = "dfmi-verify.coverage/1"

  /// The document, without what differs from run to run.
  ///
  /// - Complexity: O(n log n) in the number of goals.
  public var text: String {
    var lines = ["{", "  \"schema\": \(JSONValue.literal(Self.schema)),", "  \"specs\": ["]
    let ordered = entries.sorted { Self.key($0) < Self.key($1) }
    for (number, entry) in ordered.enumerated() {
      lines.append("    {")
      let parts = entry.parts
      for (index, part) in parts.enumerated() {
        let comma = index + 1 < parts.count ? "," : ""
        lines.append("      \"\(part.name)\": [" + (part.items.isEmpty ? "]" + comma : ""))
        if part.items.isEmpty { continue }
        for (place, item) in part.items.enumerated() {
          lines.append("        " + item.text() + (place + 1 < part.items.count ? "," : ""))
        }
        lines.append("      ]" + comma)
      }
      lines.append(number + 1 < ordered.count ? "    }," : "    }")
    }
    return (lines + ["  ]", "}", ""]).joined(separator: "\n")
  }

  private static func key(_ entry: Entry) -> (String, String) {
    (entry.sources.first?.path ?? "", entry.sources.map(\.digest).joined())
  }

  /// Reads what `text` has written.
  ///
  /// - Throws: at the first part that does not fit; no bytes make it trap.
  /// - Complexity: O(length).
  public init(parsing bytes: [UInt8]) throws(CoverageRecordError) {
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue.parse(bytes)
    } catch {
      throw .malformed(error.description)
    }
    guard let schema = document["schema"]?.asString else { throw .malformed("it names no `schema`") }
    if schema != Self.schema {
      throw schema.hasPrefix("dfmi-verify.coverage/")
        ? .otherVersion(schema) : .malformed("it is a `\(schema)`")
    }
    guard let specs = document["specs"]?.asArray else { throw .malformed("it has no `specs`") }
    for (number, spec) in specs.enumerated() {
      guard let entry = Entry(spec) else { throw .malformed("entry \(number + 1) of `specs` is damaged") }
      var record = CoverageRecord()
      record.entries = [entry]
      join(record)
    }
  }
}

// MARK: - Writing

extension CoverageRecord.Entry {
  fileprivate var parts: [(name: String, items: [JSONValue])] {
    let goals = report.goals.values.sorted {
      key($0.place, $0.kind.rawValue) < key($1.place, $1.kind.rawValue)
    }
    let actions = report.actions.values.sorted { key($0.place) < key($1.place) }
    let promises = report.promises.sorted { key($0.key) < key($1.key) }
    return [
      (
        "sources",
        sources.map { ["path": .string($0.path), "sha256": .string($0.digest)] }
      ),
      (
        "instances",
        report.instances.sorted { $0.key < $1.key }.map {
          ["main": .string($0.key.name), "complete": .bool($0.value)]
        }
      ),
      (
        "actions",
        actions.compactMap { action in
          json(
            action.place,
            ["name": .string(action.name), "body": json(action.body), "fired": .bool(action.hasFired)])
        }
      ),
      (
        "goals",
        goals.compactMap { goal in
          json(
            goal.place,
            [
              "kind": .string(goal.kind.word), "whole": json(goal.whole),
              "position": .integer(.small(goal.position)), "count": .integer(.small(goal.count)),
              "inAction": .bool(goal.isInAction),
              "result": .string(goal.isReached ? "reached" : goal.isUndecided ? "undecided" : "never"),
            ])
        }
      ),
      (
        "properties",
        promises.compactMap { place, promise in
          json(place, ["name": .string(promise.name), "trueOfEveryState": .bool(promise.isEmpty)])
        }
      ),
    ]
  }

  private func index(_ file: String) -> Int? { sources.firstIndex { $0.path == file } }

  private func key(_ place: CoverageReport.Place, _ more: Int = 0) -> (Int, Int32, Int32, Int) {
    (index(place.file) ?? -1, place.start, place.end, more)
  }

  /// Nil for a place in no source: nothing has to be remembered of it.
  private func json(_ place: CoverageReport.Place, _ members: JSONValue) -> JSONValue? {
    guard let index = index(place.file), let members = members.asObject else { return nil }
    return .object(
      [
        .init("source", .integer(.small(index))),
        .init("place", json((place.start, place.end))),
      ] + members)
  }

  private func json(_ offsets: (start: Int32, end: Int32)) -> JSONValue {
    [.integer(.small(Int(offsets.start))), .integer(.small(Int(offsets.end)))]
  }
}

// MARK: - Reading

extension CoverageRecord.Entry {
  /// Nil if something is missing or not what it should be.
  fileprivate init?(_ document: JSONValue) {
    guard let sources = document["sources"]?.asArray, let instances = document["instances"]?.asArray,
      let actions = document["actions"]?.asArray, let goals = document["goals"]?.asArray,
      let properties = document["properties"]?.asArray
    else { return nil }
    self.sources = []
    report = CoverageReport()
    for source in sources {
      guard let path = source["path"]?.asString, let digest = source["sha256"]?.asString else { return nil }
      self.sources.append(.init(path: path, digest: digest))
    }
    guard let spec = self.sources.first?.path else { return nil }
    for instance in instances {
      guard let name = instance["main"]?.asString, let isComplete = instance["complete"]?.asBool else {
        return nil
      }
      report.instances[.init(spec: spec, name: name)] = isComplete
    }
    for item in actions {
      guard let place = place(item), let name = item["name"]?.asString, let body = item["body"]?.asOffsets,
        let hasFired = item["fired"]?.asBool
      else { return nil }
      report.actions[place] = .init(name: name, hasFired: hasFired, place: place, body: body)
    }
    for item in goals {
      guard let place = place(item), let goal = CoverageReport.Goal(item, at: place) else { return nil }
      report.goals[CoverageGoal(kind: goal.kind, at: place)] = goal
    }
    for item in properties {
      guard let place = place(item), let name = item["name"]?.asString,
        let isEmpty = item["trueOfEveryState"]?.asBool
      else { return nil }
      report.promises[place] = (name, isEmpty)
    }
  }

  private func place(_ item: JSONValue) -> CoverageReport.Place? {
    guard let source = item["source"]?.asInt, sources.indices.contains(source),
      let (start, end) = item["place"]?.asOffsets
    else { return nil }
    return .init(file: sources[source].path, start: start, end: end)
  }
}

extension CoverageReport.Goal {
  fileprivate init?(_ item: JSONValue, at place: CoverageReport.Place) {
    guard let word = item["kind"]?.asString,
      let kind = CoverageGoal.Kind.allCases.first(where: { $0.word == word }),
      let whole = item["whole"]?.asOffsets, let position = item["position"]?.asInt,
      let count = item["count"]?.asInt, let isInAction = item["inAction"]?.asBool,
      let result = item["result"]?.asString, ["reached", "undecided", "never"].contains(result)
    else { return nil }
    self.init(kind: kind, place: place, whole: whole)
    self.position = position
    self.count = count
    self.isInAction = isInAction
    isReached = result == "reached"
    isUndecided = result == "undecided"
  }
}

extension CoverageGoal.Kind {
  /// The word of the document.
  fileprivate var word: String {
    switch self {
    case .conjunctHolds: "conjunct-holds"
    case .conjunctDecides: "conjunct-decides"
    case .alternativeHolds: "alternative-holds"
    case .branchTaken: "branch-taken"
    case .premiseHolds: "premise-holds"
    case .hasMember: "has-member"
    }
  }
}

extension JSONValue {
  fileprivate var asBool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// Start and end in a file, the start first.
  fileprivate var asOffsets: (start: Int32, end: Int32)? {
    guard let numbers = asArray, numbers.count == 2,
      let start = numbers[0].asInt.flatMap({ Int32(exactly: $0) }),
      let end = numbers[1].asInt.flatMap({ Int32(exactly: $0) }), 0 <= start, start <= end
    else { return nil }
    return (start, end)
  }
}
