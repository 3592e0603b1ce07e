import ProtocolModel

/// A report in Markdown, as hosts of code show it: a table of instances, then each finding with
/// its story and its diagram.
struct MarkdownReport {
  private let report: RunReport
  /// Whether stories stand folded, for a page that has other things on it, too.
  private let isSummary: Bool

  init(_ report: RunReport, isSummary: Bool = false) {
    self.report = report
    self.isSummary = isSummary
  }

  var text: String {
    var text = "\(isSummary ? "##" : "#") dfmi-verify \(report.command): \(report.headline)\n\n"
    if !report.instances.isEmpty { text += instanceTable + "\n" }
    for instance in report.instances {
      let findings = findings(of: instance)
      if !findings.isEmpty { text += findings + "\n" }
    }
    if !isSummary { text += inputs }
    return text
  }

  private var instanceTable: String {
    let names = columns
    var text = "| instance | result | " + (names + ["as expected"]).joined(separator: " | ") + " |\n"
    text += "|---|---|" + names.map { _ in "---:|" }.joined() + "---|\n"
    for instance in report.instances {
      let cells = names.map { name in instance.statistics.first { $0.name == name }?.text ?? "" }
      let mark = instance.isAsExpected ? "yes" : "**no**"
      text +=
        "| \((instance.main ?? instance.spec).markdownCode) | \(instance.answer.markdownEscaped) | "
        + (cells + [mark]).joined(separator: " | ") + " |\n"
    }
    return text
  }

  /// Counters that are worth a column.
  private var columns: [String] {
    ["states", "transitions", "depth", "runs", "time"].filter { name in
      report.instances.contains { $0.statistics.contains { $0.name == name } }
    }
  }

  private func findings(of instance: ReportedInstance) -> String {
    let name = (instance.main ?? instance.spec).markdownCode
    var text = ""
    if !isSummary, !instance.properties.isEmpty { text += propertyTable(of: instance) }
    let errors = instance.diagnostics.filter { $0.severity == .error }
    if !errors.isEmpty {
      text += DiagnosticRenderer(sources: instance.sources).render(errors).markdownBlock("text") + "\n"
    }
    for property in instance.properties where property.isViolated {
      if isSummary, property.isAsExpected { continue }
      text += finding(property, of: instance)
    }
    for notice in instance.notices {
      text += "- Warning: \(notice.message.markdownEscaped) at \(notice.location.markdownCode)\n"
    }
    if !text.isEmpty { text = "\(isSummary ? "###" : "##") \(name)\n\n" + text }
    return text
  }

  private func propertyTable(of instance: ReportedInstance) -> String {
    var text = "| property | kind | verdict | strength | scope |\n|---|---|---|---|---|\n"
    for property in instance.properties {
      let verdict = property.headline + (property.isViolated && property.isAsExpected ? ", as expected" : "")
      let isWrong = !property.isAsExpected
      let shown = isWrong ? "**\(verdict.markdownEscaped)**" : verdict.markdownEscaped
      text +=
        "| \(property.name.markdownCode) | \(property.kind) | \(shown) | \(property.strength ?? "") | "
        + "\(property.remark.markdownEscaped) |\n"
    }
    return text + "\n"
  }

  private func finding(_ property: ReportedProperty, of instance: ReportedInstance) -> String {
    let place = instance.sources.location(of: property.range).map { " (\($0.markdownCode))" } ?? ""
    let heading = "\(property.name.markdownCode) \(property.headline.markdownEscaped)\(place)"
    var body = property.story(instance.sources).markdownBlock("text")
    if let diagram = instance.diagram(of: property) {
      body += "\n" + SequenceMermaid(diagram).text.markdownBlock("mermaid")
    }
    if isSummary {
      return
        "<details><summary>\(property.name.xmlEscaped) \(property.headline)</summary>\n\n\(body)\n</details>\n\n"
    }
    return "### \(heading)\n\n\(body)\n"
  }

  /// What was read, by content.
  private var inputs: String {
    let files = report.inputs
    if files.isEmpty { return "" }
    var text = "## Inputs\n\ndfmi-verify \(DFMIVerify.version), \(report.commandLine.markdownCode)\n\n"
    text += "| file | SHA-256 |\n|---|---|\n"
    for file in files { text += "| \(file.path.markdownCode) | `\(Digest.sha256(file.bytes))` |\n" }
    return text
  }
}

extension RunReport {
  /// The command line without the words that say where reports go.
  var commandLine: String { (["dfmi-verify", command] + words).joined(separator: " ") }
}
