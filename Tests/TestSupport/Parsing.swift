import ProtocolModel

/// Parses texts of tests; what is parsed is handed out as text.
public enum Parsing {
  /// An expression as `TreeText`, or its diagnostics.
  public static func expression(_ text: String) -> String {
    var ids = NodeIDs()
    let (expression, diagnostics) = Parser.parseExpression(file(text), nodeIDs: &ids)
    if !diagnostics.isEmpty { return diagnostics.map(line).joined(separator: "\n") }
    return expression.map { TreeText.text(of: $0) } ?? "nothing"
  }

  /// A type as `TreeText`, or its diagnostics.
  public static func type(_ text: String) -> String {
    var ids = NodeIDs()
    let (type, diagnostics) = Parser.parseType(file(text), nodeIDs: &ids)
    if !diagnostics.isEmpty { return diagnostics.map(line).joined(separator: "\n") }
    return type.map { TreeText.text(of: $0) } ?? "nothing"
  }

  /// Declarations of a module `m` around the text as `TreeText`, or the diagnostics.
  public static func declarations(_ text: String) -> [String] {
    let parsed = module("module m {\n\(text)\n}\n")
    if !parsed.diagnostics.isEmpty { return parsed.diagnostics.map(line) }
    return parsed.modules.flatMap(\.declarations).map { TreeText.text(of: $0) }
  }

  public static func module(_ text: String) -> ParsedFile {
    var ids = NodeIDs()
    return Parser.parse(file(text), nodeIDs: &ids)
  }

  /// The diagnostics of a marked file, each as `mark [code] message`; the mark is
  /// `line:column` where the source has none.
  public static func complaints(_ marked: String) -> [String] {
    let source = MarkedSource(marked)
    return complaints(source, module(source.text).diagnostics)
  }

  /// The same for a marked expression.
  public static func expressionComplaints(_ marked: String) -> [String] {
    let source = MarkedSource(marked)
    var ids = NodeIDs()
    return complaints(source, Parser.parseExpression(file(source.text), nodeIDs: &ids).1)
  }

  /// The same for a marked type.
  public static func typeComplaints(_ marked: String) -> [String] {
    let source = MarkedSource(marked)
    var ids = NodeIDs()
    return complaints(source, Parser.parseType(file(source.text), nodeIDs: &ids).1)
  }

  private static func complaints(_ source: MarkedSource, _ diagnostics: [Diagnostic]) -> [String] {
    let file = file(source.text)
    return diagnostics.map { diagnostic in
      let position = file.position(of: Int(diagnostic.range.start))
      let place = "\(position.line):\(position.column)"
      let mark = source.marks.keys.sorted().first { source.place($0) == place } ?? place
      return "\(mark) [\(diagnostic.id.code)] \(diagnostic.message)"
    }
  }

  public static func file(_ text: String) -> SourceFile {
    var sources = SourceMap()
    return sources.add(path: "test.qnt", bytes: Array(text.utf8))
  }

  private static func line(_ diagnostic: Diagnostic) -> String {
    "[\(diagnostic.id.code)] \(diagnostic.message)"
  }
}
