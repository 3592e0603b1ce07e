import Checker
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
    let (marks, lineCounts, happened) = (marks, lineCounts, linesThatHappened)
    var text = "<aside id=\"source\" aria-label=\"Source\">\n<h2>Source</h2>\n"
    if let counts {
      text +=
        "<p class=\"hint\">Numbers beside lines, of \(CheckText.count(counts.stateCount, "state")): steps that an "
        + "action takes; states in which a guard is true where those before it are, an alternative is true where "
        + "those before it are not, a branch is taken, a premise holds. Point at one to read which.</p>\n"
    }
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
        if counts != nil { text += countCell(lineCounts["f\(number)l\(line)"] ?? []) }
        let isHit = happened.contains("f\(number)l\(line)")
        text +=
          "<td class=\"number\(isHit ? " hit\" title=\"it happens" : "")\">\(line)</td><td class=\"line\">\(highlighter.html(content))</td></tr>\n"
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

extension HTMLReport {
  /// Names of lines all of whose guards, alternatives, branches and premises are true in some state.
  private var linesThatHappened: Set<String> {
    var happened: [String: Bool] = [:]
    for goal in report.goals where goal.kind != .conjunctDecides {
      guard let number = files.firstIndex(where: { $0.path == goal.file }) else { continue }
      let line = files[number].position(of: Int(goal.start)).line
      happened["f\(number)l\(line)", default: true] =
        happened["f\(number)l\(line)"] != false && goal.isReached == true
    }
    return Set(happened.filter(\.value).keys)
  }

  /// By name of line: what is counted there, in the order of the line.
  private var lineCounts: [String: [CoverageCounts.Entry]] {
    var found: [String: [CoverageCounts.Entry]] = [:]
    for entry in counts?.entries ?? [] {
      guard let number = files.firstIndex(where: { $0.path == entry.file }) else { continue }
      let line = files[number].position(of: Int(entry.start)).line
      found["f\(number)l\(line)", default: []].append(entry)
    }
    return found
  }

  private func countCell(_ entries: [CoverageCounts.Entry]) -> String {
    let shown = entries.filter { $0.word != nil }
    var text = "<td class=\"count\">"
    for (index, entry) in shown.enumerated() {
      text += index == 0 ? "" : " "
      text +=
        "<abbr title=\"\((entry.word ?? "").htmlEscaped)\"\(entry.count == 0 ? " class=\"doubt\"" : "")>"
      text += "\(CheckText.grouped(entry.count))</abbr>"
    }
    return text + "</td>"
  }
}

extension CoverageCounts.Entry {
  /// What the number says; nil for what is no number of its own.
  fileprivate var word: String? {
    let states = CheckText.count(count, "state")
    switch subject {
    case .action: return "\(CheckText.count(count, "transition")) by this action"
    case .goal(.conjunctHolds): return "guard is true in \(states)"
    case .goal(.alternativeHolds): return "alternative is true in \(states)"
    case .goal(.branchTaken): return "branch is taken in \(states)"
    case .goal(.premiseHolds): return "premise holds in \(states)"
    case .goal(.conjunctDecides), .goal(.hasMember): return nil
    }
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
