import ProtocolModel

/// The document that `--json` prints. Names are a promise; members may be added.
struct ResultDocument {
  let command: String
  private var results: [JSONValue] = []
  /// What never happened in any of the instances; nil for commands that do not ask.
  var coverage: [JSONValue]?
  /// Why the command line cannot be followed; there are no results then.
  var usageError: String?

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
    all.append(.init("diagnostics", .array(diagnostics.map { diagnostic($0, sources, about: spec) })))
    return .object(all)
  }

  var text: String {
    var members: [JSONValue.Member] = [
      .init("schema", .string("dfmi-verify.result/1")), .init("version", .string(DFMIVerify.version)),
      .init("command", .string(command)), .init("results", .array(results)),
    ]
    if let usageError { members.append(.init("usageError", .string(usageError))) }
    if let coverage { members.append(.init("neverHappened", .array(coverage))) }
    return JSONValue.object(members).text(isPretty: true) + "\n"
  }

  /// - Parameter spec: the file of what has no place in any.
  static func diagnostic(
    _ diagnostic: Diagnostic, _ sources: SourceMap, about spec: String? = nil
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("code", .string(diagnostic.id.code)),
      .init("severity", .string(diagnostic.severity.rawValue)),
    ]
    let known = place(diagnostic.range, sources)
    members += known.isEmpty ? [spec.map { .init("file", .string($0)) }].compactMap { $0 } : known
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
