import ProtocolModel

/// SARIF 2.1.0 (OASIS, 2020), which code hosts and editors show beside the source.
///
/// A rule is a property, or a QNT code. A violation is a result at the line of the property, with
/// the counterexample as a code flow through the lines of its actions. What a spec expects to be
/// violated is suppressed in source, as the standard calls it; what is undecided has the kind
/// `open`; warnings about the spec have the level `warning`.
struct SARIFReport {
  private let report: RunReport
  private var rules: [Rule] = []
  private var results: [JSONValue] = []

  private struct Rule {
    var id: String
    var text: String
    var level: String
  }

  init(_ report: RunReport) {
    self.report = report
    for instance in report.instances {
      for property in instance.properties where property.kind != "test" || property.isViolated {
        add(property, of: instance)
      }
      for notice in instance.notices { add(notice, of: instance) }
      for diagnostic in instance.diagnostics { add(diagnostic, of: instance) }
    }
  }

  var text: String {
    let driver: JSONValue = [
      "name": "dfmi-verify", "version": .string(DFMIVerify.version),
      "semanticVersion": .string(DFMIVerify.version),
      "rules": .array(rules.map(Self.json)),
    ]
    let status = report.status
    let run: JSONValue = [
      "tool": ["driver": driver],
      "invocations": [
        [
          "executionSuccessful": .bool(status != .internalError),
          "exitCode": .integer(.small(Int(status.rawValue))), "exitCodeDescription": .string(status.meaning),
        ]
      ],
      "artifacts": .array(artifacts), "columnKind": "unicodeCodePoints", "results": .array(results),
    ]
    let document: JSONValue = [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0", "runs": [run],
    ]
    return document.text(isPretty: true) + "\n"
  }

  // MARK: Rules

  private static func json(_ rule: Rule) -> JSONValue {
    [
      "id": .string(rule.id), "shortDescription": ["text": .string(rule.text)],
      "defaultConfiguration": ["level": .string(rule.level)],
    ]
  }

  /// The members of a result that name its rule.
  private mutating func rule(_ id: String, _ text: String, level: String) -> [JSONValue.Member] {
    let index = rules.firstIndex { $0.id == id } ?? rules.count
    if index == rules.count { rules.append(Rule(id: id, text: text, level: level)) }
    return [.init("ruleId", .string(id)), .init("ruleIndex", .integer(.small(index)))]
  }

  /// Files that have results or that were read, each with its digest.
  private var artifacts: [JSONValue] {
    report.inputs.map { file in
      [
        "location": ["uri": .string(Self.uri(file.path))], "roles": ["analysisTarget"],
        "hashes": ["sha-256": .string(Digest.sha256(file.bytes))],
      ]
    }
  }

  // MARK: Results

  private mutating func add(_ property: ReportedProperty, of instance: ReportedInstance) {
    let file = instance.sources.file(of: property.range).flatMap { $0.isOnDisk ? $0 : nil }
    // A property of one name and place is one rule, whichever instances inherit it.
    let owner = file.map { FileName.stem(of: $0.path) } ?? instance.main ?? instance.spec
    let description =
      file?.documentation(above: property.range) ?? "\(property.kind) \(property.name) of \(owner)"
    let rule = rule("\(owner)/\(property.name)", description, level: "error")
    guard !property.isSkipped, property.isViolated || !property.isAsExpected else { return }
    let name = instance.main ?? instance.spec
    var message = "\(name): \(property.name) \(property.headline)"
    if !property.remark.isEmpty { message += ", \(property.remark)" }
    if property.verdict == .holds { message += ", and should be violated" }
    for explanation in property.explanations {
      message += "\nfalse because " + StoryText.clipped(explanation.description)
    }
    if let error = property.error { message += "\n" + error.message }
    var members = rule
    if property.verdict == .inconclusive {
      members += [.init("kind", "open"), .init("level", "none")]
    } else {
      members += [.init("kind", "fail"), .init("level", "error")]
    }
    members.append(.init("message", ["text": .string(message)]))
    members.append(.init("locations", .array([Self.location(property.range, instance)])))
    if let flow = Self.flow(property, instance) { members.append(.init("codeFlows", .array([flow]))) }
    let identity = Digest.sha256(Array("\(name)/\(property.name)/\(property.kind)".utf8))
    members.append(.init("partialFingerprints", ["property/v1": .string(identity)]))
    if property.isViolated, property.isAsExpected {
      members.append(
        .init(
          "suppressions",
          .array([["kind": "inSource", "justification": "the instance expects this to be violated"]])))
    }
    members.append(
      .init(
        "properties",
        .object(
          [
            .init("instance", .string(name)), .init("verdict", .string(property.verdict.rawValue)),
            .init("expected", .string(property.expected.rawValue)),
          ] + (property.strength.map { [.init("strength", .string($0))] } ?? [])
            + (property.steps.map { [.init("steps", .integer(.small($0)))] } ?? []))))
    results.append(.object(members))
  }

  private mutating func add(_ notice: ReportedInstance.Notice, of instance: ReportedInstance) {
    let rule = rule(notice.rule, "Something in the spec has no effect", level: "warning")
    addResult(rule, report.isStrict ? "error" : "warning", notice.message, notice.range, instance)
  }

  private mutating func add(_ diagnostic: Diagnostic, of instance: ReportedInstance) {
    let level: String
    switch diagnostic.severity {
    case .error: level = "error"
    case .warning: level = "warning"
    case .note: level = "note"
    }
    let rule = rule(diagnostic.id.code, "A message of the language, by Quint's code", level: "error")
    let text = diagnostic.message + (diagnostic.hint.map { "\n" + $0 } ?? "")
    addResult(rule, level, text, diagnostic.range, instance)
  }

  private mutating func addResult(
    _ rule: [JSONValue.Member], _ level: String, _ text: String, _ range: SourceRange,
    _ instance: ReportedInstance
  ) {
    let result = JSONValue.object(
      rule + [
        .init("level", .string(level)), .init("message", ["text": .string(text)]),
        .init("locations", .array([Self.location(range, instance)])),
      ])
    // Several instances of one file repeat its messages.
    if !results.contains(result) { results.append(result) }
  }

  /// The steps of a counterexample, each at the line of its action.
  private static func flow(_ property: ReportedProperty, _ instance: ReportedInstance) -> JSONValue? {
    guard let trace = property.trace, !trace.steps.isEmpty, let machine = instance.machine else { return nil }
    let story = TraceStory(trace, machine)
    var locations = story.steps.enumerated().map { index, step -> JSONValue in
      let changes =
        step.changes.isEmpty ? "" : ": " + step.changes.map(StoryText.clipped).joined(separator: "; ")
      return self.step(
        "\(StoryText.clipped(step.title))\(changes)", step.range, instance, order: index + 1, isEnd: false)
    }
    if let loop = story.loopStart {
      locations.append(
        self.step(
          "and on forever from state \(loop)", story.steps[story.steps.count - 1].range, instance,
          order: locations.count + 1, isEnd: false))
    }
    locations.append(
      self.step(
        "\(property.name) is false", property.range, instance, order: locations.count + 1,
        isEnd: true))
    return [
      "message": ["text": .string("\(property.name) \(property.headline)")],
      "threadFlows": [["locations": .array(locations)]],
    ]
  }

  private static func step(
    _ text: String, _ range: SourceRange, _ instance: ReportedInstance, order: Int, isEnd: Bool
  ) -> JSONValue {
    var members = location(range, instance).asObject ?? []
    members.append(.init("message", ["text": .string(text)]))
    return [
      "location": .object(members), "executionOrder": .integer(.small(order)),
      "importance": isEnd ? "essential" : "important",
    ]
  }

  // MARK: Places

  /// The place of a range; of what stands in no file, the spec.
  private static func location(_ range: SourceRange, _ instance: ReportedInstance) -> JSONValue {
    guard let file = instance.sources.file(of: range), file.isOnDisk else {
      return ["physicalLocation": ["artifactLocation": ["uri": .string(uri(instance.spec))]]]
    }
    let start = file.position(of: Int(range.start))
    let end = file.position(of: Int(range.end))
    return [
      "physicalLocation": [
        "artifactLocation": ["uri": .string(uri(file.path))],
        "region": [
          "startLine": .integer(.small(start.line)), "startColumn": .integer(.small(start.column)),
          "endLine": .integer(.small(end.line)), "endColumn": .integer(.small(end.column)),
        ],
      ]
    ]
  }

  /// A path as a reference to a file: all but unreserved characters and `/` are encoded.
  private static func uri(_ path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let scalar = UnicodeScalar(byte)
      if byte < 0x80,
        scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || "-._~/".utf8.contains(byte)
      {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return text
  }
}

extension FileName {
  /// The last part of a path without `.qnt`.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".qnt") ? String(name.dropLast(4)) : name
  }
}
