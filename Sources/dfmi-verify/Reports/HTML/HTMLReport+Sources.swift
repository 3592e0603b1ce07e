import ProtocolModel

// The text of the specs, with what is known of a line beside it.
extension HTMLReport {
  /// What stands beside a line of source.
  private struct Mark {
    var text: String
    var kind: String
  }

  /// All files, line by line. Lines have names, `f0l12`, that links and the stepper use.
  var sources: String {
    guard !files.isEmpty else { return "" }
    let marks = marks
    var text = "<aside id=\"source\" aria-label=\"Source\">\n<h2>Source</h2>\n"
    for (number, file) in files.enumerated() {
      text += "<details id=\"f\(number)\"\(number == 0 ? " open" : "")>"
      text += "<summary>\(file.path.htmlEscaped)</summary>\n<table class=\"code\"><tbody>\n"
      var highlighter = Highlighter()
      for line in 1...max(1, file.lineCount) {
        let content = file.line(line)
        if line == file.lineCount, content.isEmpty { continue }
        let found = marks["f\(number)l\(line)"] ?? []
        text += "<tr id=\"f\(number)l\(line)\"\(found.last.map { " class=\"\($0.kind)\"" } ?? "")>"
        text += "<td class=\"mark\">\(found.map { $0.text.htmlEscaped }.joined(separator: ", "))</td>"
        text += "<td class=\"number\">\(line)</td><td class=\"line\">\(highlighter.html(content))</td></tr>\n"
      }
      text += "</tbody></table></details>\n"
    }
    return text + "</aside>\n"
  }

  /// By name of line: verdicts of properties, and warnings. Where instances differ, the gravest.
  private var marks: [String: [Mark]] {
    var marks: [String: [Mark]] = [:]
    let gravity = ["good", "expected", "open", "doubt", "bad"]
    for instance in report.instances {
      var found: [(SourceRange, Mark)] = instance.properties.map {
        ($0.range, Mark(text: $0.word, kind: $0.mark))
      }
      found += instance.notices.map {
        ($0.range, Mark(text: $0.rule.replacing("-", with: " "), kind: "doubt"))
      }
      for (range, mark) in found {
        guard let (file, line) = place(of: range, instance) else { continue }
        let name = "f\(file)l\(line)"
        guard let known = marks[name]?.last else {
          marks[name] = [mark]
          continue
        }
        let isGraver = (gravity.firstIndex(of: mark.kind) ?? 0) > (gravity.firstIndex(of: known.kind) ?? 0)
        if isGraver { marks[name] = [mark] }
      }
    }
    return marks
  }
}

/// Quint's tokens in colors, line by line.
private struct Highlighter {
  private var isInComment = false

  private static let keywords: Set<String> = [
    "module", "import", "from", "as", "export", "const", "var", "val", "def", "pure", "action", "run",
    "temporal", "nondet", "assume", "type", "if", "else", "match", "all", "any", "and", "or", "not", "iff",
    "implies", "true", "false",
  ]

  mutating func html(_ line: String) -> String {
    var result = ""
    var rest = Array(line.unicodeScalars)[...]
    func text(_ scalars: ArraySlice<UnicodeScalar>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars)
      return String(view).htmlEscaped
    }
    func isWord(_ scalar: UnicodeScalar) -> Bool {
      scalar.properties.isAlphabetic || scalar == "_" || ("0"..."9").contains(scalar)
    }
    while let first = rest.first {
      let second = rest.dropFirst().first
      if isInComment || first == "/" && second == "*" {
        let begin = isInComment ? rest.startIndex : rest.startIndex + 2
        var end = rest.endIndex
        var place = begin
        isInComment = true
        while place + 1 < rest.endIndex {
          if rest[place] == "*", rest[place + 1] == "/" {
            end = place + 2
            isInComment = false
            break
          }
          place += 1
        }
        result += "<i>\(text(rest[..<end]))</i>"
        rest = rest[end...]
      } else if first == "/", second == "/" {
        return result + "<i>\(text(rest))</i>"
      } else if first == "\"" {
        let end = rest.dropFirst().firstIndex(of: "\"").map { $0 + 1 } ?? rest.endIndex
        result += "<q>\(text(rest[..<end]))</q>"
        rest = rest[end...]
      } else if isWord(first) {
        let end = rest.firstIndex { !isWord($0) } ?? rest.endIndex
        let word = text(rest[..<end])
        result += Self.keywords.contains(word) ? "<b>\(word)</b>" : word
        rest = rest[end...]
      } else {
        result += text(rest[..<(rest.startIndex + 1)])
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
