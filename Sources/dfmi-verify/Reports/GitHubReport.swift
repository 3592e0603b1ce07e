import ProtocolModel

/// What GitHub's runners understand: workflow commands on standard output, which become marks at
/// source lines, and a summary of the job in Markdown.
struct GitHubReport {
  private let report: RunReport
  /// GitHub shows so many marks of a step.
  private static let mostAnnotations = 10

  init(_ report: RunReport) { self.report = report }

  /// A command for each finding that is not as expected, the gravest first.
  var annotations: String {
    var errors: [String] = []
    var warnings: [String] = []
    for instance in report.instances {
      let name = instance.main ?? instance.spec
      for diagnostic in instance.diagnostics {
        let command = Self.command(
          diagnostic.severity == .error ? "error" : "warning", "\(diagnostic.id.code)", diagnostic.message,
          diagnostic.range, instance)
        if diagnostic.severity == .error { errors.append(command) } else { warnings.append(command) }
      }
      for property in instance.properties where !property.isAsExpected {
        let isError = property.verdict != .inconclusive
        let what = property.verdict == .holds ? "holds, and should be violated" : property.headline
        let command = Self.command(
          isError ? "error" : "warning", "\(property.name) \(what) (\(name))",
          property.isViolated ? property.story(instance.sources) : property.remark, property.range, instance)
        if isError { errors.append(command) } else { warnings.append(command) }
      }
      for notice in instance.notices {
        let command = Self.command(
          report.isStrict ? "error" : "warning", "\(notice.rule) (\(name))", notice.message, notice.range,
          instance)
        if report.isStrict { errors.append(command) } else { warnings.append(command) }
      }
    }
    var seen: Set<String> = []
    let all = (errors + warnings).filter { seen.insert($0).inserted }
    return all.prefix(Self.mostAnnotations).map { $0 + "\n" }.joined()
  }

  var summary: String { MarkdownReport(report, isSummary: true).text }

  private static func command(
    _ name: String, _ title: String, _ text: String, _ range: SourceRange, _ instance: ReportedInstance
  ) -> String {
    var properties: [String] = []
    if let file = instance.sources.file(of: range), file.isOnDisk {
      let start = file.position(of: Int(range.start))
      let end = file.position(of: Int(range.end))
      properties = ["file=\(escaped(file.path))", "line=\(start.line)", "endLine=\(end.line)"]
      // Columns count where a mark is on one line.
      if start.line == end.line { properties += ["col=\(start.column)", "endColumn=\(end.column)"] }
    } else {
      properties = ["file=\(escaped(instance.spec))"]
    }
    properties.append("title=\(escaped(title))")
    let message = text.isEmpty ? title : text
    return "::\(name) \(properties.joined(separator: ","))::\(escapedData(message))"
  }

  private static func escapedData(_ text: String) -> String {
    text.mappingScalars { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: nil
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    escapedData(text).mappingScalars { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: nil
      }
    }
  }
}
