/// A session as text.
extension Session {
  /// The loaded file with what was declared at the end of the main module, and the expressions in
  /// comments that loading runs again.
  public var savedText: String {
    var text =
      path.flatMap { spec.sources.file(atPath: $0) }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    let lines = declarations.map { "  " + $0.split(separator: "\n").joined(separator: "\n  ") + "\n" }
      .joined()
    if let module = spec.resolved.module(named: main).map({ spec.resolved.modules[$0].syntax }),
      module.range.end > 0, let path, spec.sources.file(of: module.range)?.path == path
    {
      text = text.inserting(lines, beforeBraceAt: Int(module.range.end))
    } else {
      if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
      text += "module \(Self.ownModule) {\n\(lines)}\n"
    }
    let head = "// @mainModule "
    if !text.hasPrefix(head) { text = head + main + "\n" + text }
    if !text.hasSuffix("\n") { text += "\n" }
    return text + expressions.map { "/*! \($0) !*/\n" }.joined()
  }

  /// The expressions that a saved session has in its comments.
  public var savedExpressions: [String] {
    guard let file = path.flatMap({ spec.sources.file(atPath: $0) }) else { return [] }
    var rest = String(decoding: file.bytes, as: UTF8.self)[...]
    var found: [String] = []
    while let start = rest.firstRange(of: "/*! "), let end = rest[start.upperBound...].firstRange(of: " !*/")
    {
      found.append(String(rest[start.upperBound..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    return found
  }
}

extension SourceMap {
  fileprivate func file(atPath path: String) -> SourceFile? { files.first { $0.path == path } }
}

extension String {
  /// With a text before the closing brace that ends at this byte.
  func inserting(_ text: String, beforeBraceAt end: Int) -> String {
    let bytes = Array(utf8)
    guard end > 0, end <= bytes.count, !text.isEmpty else { return self }
    var head = Array(bytes[..<(end - 1)])
    if let last = head.last, last != 0x0A { head.append(0x0A) }
    return String(decoding: head + Array(text.utf8) + bytes[(end - 1)...], as: UTF8.self)
  }
}
