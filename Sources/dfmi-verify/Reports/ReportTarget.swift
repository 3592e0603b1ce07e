import ProtocolModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The kinds of reports.
enum ReportKind: String, CaseIterable {
  case json, junit, sarif, github, markdown, html, mermaid, svg
}

/// A file that a report goes to.
struct ReportTarget: Hashable {
  var kind: ReportKind
  /// Nil for the summary that GitHub asks for in its own variable.
  var path: String?

  /// What `--report` asks for, in the order of the command line.
  static func all(of arguments: Arguments) throws(UsageError) -> [ReportTarget] {
    var targets: [ReportTarget] = []
    for word in arguments.list(.report) {
      let target = try target(word)
      if let path = target.path, targets.contains(where: { $0.path == path }) {
        throw UsageError("two reports cannot both go to `\(path)`")
      }
      if let path = target.path { try OutputPath.check(path, of: .report) }
      targets.append(target)
    }
    return targets
  }

  private static func target(_ word: String) throws(UsageError) -> ReportTarget {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = ReportKind(rawValue: parts[0]) else {
      let kinds = ReportKind.allCases.map(\.rawValue)
      throw UsageError(
        "option `--report` takes KIND=FILE with a kind of \(kinds.joined(separator: ", ")), not `\(word)`"
          + ArgumentParser.suggestion(for: parts[0], among: kinds))
    }
    if parts.count == 2, !parts[1].isEmpty { return ReportTarget(kind: kind, path: parts[1]) }
    guard kind == .github else {
      throw UsageError("option `--report` needs a file: `--report \(kind.rawValue)=FILE`")
    }
    return ReportTarget(kind: kind)
  }

  /// The words of a command line without those that say where reports go.
  static func removed(from words: [String]) -> [String] {
    var result: [String] = []
    var skipsNext = false
    for word in words {
      if skipsNext {
        skipsNext = false
      } else if word == Option.report.name {
        skipsNext = true
      } else if !word.hasPrefix(Option.report.name + "=") {
        result.append(word)
      }
    }
    return result
  }
}

extension Option {
  static let report = Option(
    "--report", .repeated("KIND=FILE"),
    "also write a report; kinds: " + ReportKind.allCases.map(\.rawValue).joined(separator: ", "))
  static let noTimes = Option(
    "--no-times", .flag, "leave durations and memory use out of reports: the same bytes each time")
  static let lanes = Option("--lanes", .flag, "show counterexamples as sequence diagrams, too")

  /// Options of all commands with verdicts.
  static let ofReports: [Option] = [.report, .noTimes]
}

// MARK: - Writing

extension RunReport {
  /// Writes the files that were asked for.
  func write(_ targets: [ReportTarget], _ arguments: Arguments, _ console: Console) throws(UsageError) {
    if targets.isEmpty { return }
    let report = settled
    var first: UsageError?
    for target in targets {
      do throws(UsageError) {
        try report.write(target, arguments, console)
      } catch {
        // The others are written all the same.
        if first == nil { first = error }
      }
    }
    if let first { throw first }
  }

  private func write(
    _ target: ReportTarget, _ arguments: Arguments, _ console: Console
  ) throws(UsageError) {
    switch target.kind {
    case .json: try Self.write(document, to: target)
    case .junit: try Self.write(JUnitReport(self).text, to: target)
    case .sarif: try Self.write(SARIFReport(self).text, to: target)
    case .markdown: try Self.write(MarkdownReport(self).text, to: target)
    case .github:
      let marks = GitHubReport(self)
      // Beside a JSON document, standard output is not free.
      if arguments[.json] { console.error(marks.annotations) } else { console.print(marks.annotations) }
      if target.path != nil {
        try Self.write(marks.summary, to: target)
      } else if let path = getenv("GITHUB_STEP_SUMMARY").map({ String(cString: $0) }),
        !Console.write(marks.summary, toFile: path, appending: true)
      {
        throw UsageError("cannot write `\(path)`")
      }
    case .html: try Self.write(HTMLReport(self).text, to: target)
    case .mermaid, .svg: try writeDiagrams(target, console)
    }
  }

  private static func write(_ text: String, to target: ReportTarget) throws(UsageError) {
    guard let path = target.path else { return }
    guard Console.write(text, toFile: path) else { throw UsageError("cannot write `\(path)`") }
  }

  /// The document of `--json`.
  var document: String {
    var document = ResultDocument(command: command)
    for instance in instances { document.add(instance.json) }
    for boundary in boundaries { document.add(boundary) }
    document.coverage = neverHappened?.map(\.json)
    return document.text
  }

  /// One file for each counterexample.
  private func writeDiagrams(_ target: ReportTarget, _ console: Console) throws(UsageError) {
    guard let path = target.path else { return }
    let diagrams = instances.flatMap { instance in
      instance.properties.compactMap { instance.diagram(of: $0) }
    }
    for (number, diagram) in diagrams.enumerated() {
      let name = diagrams.count == 1 ? path : FileName.numbered(path, number)
      let text = target.kind == .svg ? SequenceSVG(diagram).document : SequenceMermaid(diagram).text
      guard Console.write(text, toFile: name) else { throw UsageError("cannot write `\(name)`") }
    }
    guard diagrams.isEmpty else { return }
    let isWithoutParties = instances.contains { $0.properties.contains { $0.isViolated && $0.trace != nil } }
    console.error(
      isWithoutParties
        ? "nothing to draw in `\(path)`: no party takes part in a counterexample; the tag `@party` of an action "
          + "says who does\n"
        : "no counterexample to draw in `\(path)`\n")
  }
}
