import ProtocolModel

/// The report of `--out`, in the form of Quint's own: `stage`, `warnings`, `errors`.
/// The syntax tree and its tables, which Quint adds, are left out.
enum QuintReport {
  /// - Parameter members: what a stage adds: the status and trace of a run.
  static func text(
    stage: String, _ diagnostics: [Diagnostic], _ sources: SourceMap, members: [JSONValue.Member] = []
  ) -> String {
    func entries(_ severity: Diagnostic.Severity) -> JSONValue {
      .array(diagnostics.filter { $0.severity == severity }.map { entry($0, sources) })
    }
    let common: [JSONValue.Member] = [
      .init("stage", .string(stage)), .init("warnings", entries(.warning)),
      .init("errors", entries(.error)),
    ]
    let report = JSONValue.object(common + members)
    return report.text() + "\n"
  }

  private static func entry(_ diagnostic: Diagnostic, _ sources: SourceMap) -> JSONValue {
    [
      "explanation": .string("[\(diagnostic.id.code)] \(diagnostic.message)"),
      "locs": .array(location(diagnostic.range, sources).map { [$0] } ?? []),
    ]
  }

  private static func location(_ range: SourceRange, _ sources: SourceMap) -> JSONValue? {
    guard let file = sources.file(of: range) else { return nil }
    func place(_ offset: Int32) -> JSONValue {
      let position = file.position(of: Int(offset))
      return [
        "line": .integer(.small(position.line - 1)), "col": .integer(.small(position.column - 1)),
        "index": .integer(.small(Int(offset))),
      ]
    }
    return ["source": .string(file.path), "start": place(range.start), "end": place(range.end)]
  }
}
