/// What a reader does with declarations to be put into a spec: those that it has are replaced, with
/// their comments; others are added, behind the last one of the first module, or of the file.
///
/// Declarations are told by lines and indentation, as they are laid out on the pages: a declaration
/// of a module is indented by two, and ends where the indentation does.
struct SpecEdit {
  private(set) var lines: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
  }

  var text: String { lines.joined(separator: "\n") + "\n" }

  mutating func merge(_ fragment: [String]) {
    for declaration in Self.declarations(in: fragment) {
      guard let head = declaration.first(where: { Self.name($0) != nil }), let name = Self.name(head) else {
        continue
      }
      let indent = Self.indent(of: head)
      if let range = range(of: name, indent) {
        lines.replaceSubrange(range, with: declaration)
      } else {
        let end = indent == 0 ? lines.endIndex : lines.firstIndex(of: "}") ?? lines.endIndex
        lines.insert(contentsOf: [""] + declaration, at: end)
      }
    }
  }

  /// Comments and body of the declaration of a name.
  private func range(of name: String, _ indent: Int) -> Range<Int>? {
    guard let head = lines.firstIndex(where: { Self.indent(of: $0) == indent && Self.name($0) == name })
    else {
      return nil
    }
    var start = head
    while start > 0, Self.isComment(lines[start - 1]) { start -= 1 }
    return start..<Self.end(of: head, in: lines)
  }

  /// Behind the last line of the declaration that begins at `head`.
  static func end(of head: Int, in lines: [String]) -> Int {
    let indent = indent(of: lines[head])
    var end = head + 1
    for index in lines.indices[end...] where !lines[index].isEmpty {
      let isClosing =
        lines[index].drop { $0 == " " }.hasPrefix("}") && Self.indent(of: lines[index]) == indent
      guard Self.indent(of: lines[index]) > indent || isClosing else { break }
      end = index + 1
      if isClosing, !lines[index].hasSuffix("{") { break }
    }
    return end
  }

  private static func declarations(in fragment: [String]) -> [[String]] {
    var result: [[String]] = []
    var comment: [String] = []
    var index = fragment.startIndex
    while index < fragment.endIndex {
      if name(fragment[index]) != nil {
        let end = end(of: index, in: fragment)
        result.append(comment + fragment[index..<end])
        comment = []
        index = end
      } else {
        if isComment(fragment[index]) { comment.append(fragment[index]) }
        index += 1
      }
    }
    return result
  }

  private static func indent(of line: String) -> Int { line.prefix { $0 == " " }.count }

  private static func isComment(_ line: String) -> Bool { line.drop { $0 == " " }.hasPrefix("///") }

  /// What a line declares.
  private static func name(_ line: String) -> String? {
    let pattern = /^ *(?:pure )?(?:action|val|def|temporal|run|const|var|type|module|assume) +(\w+)/
    return (try? pattern.firstMatch(in: line)).flatMap { $0 }.map { String($0.output.1) }
  }
}
