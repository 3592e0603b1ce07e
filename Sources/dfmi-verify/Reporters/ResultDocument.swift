import ProtocolModel

/// The document that `--json` prints. Names are a promise; members may be added.
struct ResultDocument {
  let command: String
  private var results: [JSONValue] = []

  init(command: String) { self.command = command }

  mutating func add(_ result: JSONValue) { results.append(result) }

  /// What every entry begins and ends with; commands put their own members between.
  static func result(
    spec: String, main: String?, outcome: String, members: [JSONValue.Member] = [],
    diagnostics: [Diagnostic], sources: SourceMap
  ) -> JSONValue {
    var all: [JSONValue.Member] = [.init("spec", .string(spec))]
    if let main { all.append(.init("main", .string(main))) }
    all.append(.init("outcome", .string(outcome)))
    all += members
    all.append(.init("diagnostics", .array(diagnostics.map { diagnostic($0, sources) })))
    return .object(all)
  }

  var text: String {
    let document: JSONValue = [
      "schema": "dfmi-verify.result/1", "version": .string(DFMIVerify.version),
      "command": .string(command), "results": .array(results),
    ]
    return document.text(isPretty: true) + "\n"
  }

  static func diagnostic(_ diagnostic: Diagnostic, _ sources: SourceMap) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("code", .string(diagnostic.id.code)),
      .init("severity", .string(diagnostic.severity.rawValue)),
    ]
    members += place(diagnostic.range, sources)
    members.append(.init("message", .string(diagnostic.message)))
    if let hint = diagnostic.hint { members.append(.init("hint", .string(hint))) }
    if !diagnostic.related.isEmpty {
      members.append(
        .init(
          "related",
          .array(
            diagnostic.related.map {
              .object(place($0.range, sources) + [.init("message", .string($0.message))])
            })))
    }
    return .object(members)
  }

  /// File, line and column of the start and the end; nothing for what has no place.
  private static func place(_ range: SourceRange, _ sources: SourceMap) -> [JSONValue.Member] {
    guard let file = sources.file(of: range) else { return [] }
    let start = file.position(of: Int(range.start))
    let end = file.position(of: Int(range.end))
    return [
      .init("file", .string(file.path)), .init("line", .integer(.small(start.line))),
      .init("column", .integer(.small(start.column))), .init("endLine", .integer(.small(end.line))),
      .init("endColumn", .integer(.small(end.column))),
    ]
  }
}
