import Checker
import ProtocolModel

/// What never happened, as text: each finding with its reason and its source line.
struct CoverageText {
  let report: CoverageReport
  /// The file has other instances, in which what never happens here may happen: then it is counted, not told.
  var isOfOneInstance = false
  /// Instances of the report that only earlier runs have searched.
  var earlierCount = 0

  /// Something never happened that was not meant to be so.
  var hasWarnings: Bool { report.findings.contains { !$0.isAllowed } }

  /// Empty when there is nothing to tell.
  var text: String {
    let findings = report.findings
    let told = findings.filter { !$0.isAllowed }
    let allowed = findings.count - told.count
    guard !told.isEmpty else { return "" }
    if isOfOneInstance {
      return
        "\nnot told: \(CheckText.count(told.count, "guard, branch or action", "guards, branches or actions")) "
        + "without effect in this instance; without --main, only what has none in any is told\n"
    }
    var text = "\n"
    for finding in told {
      text += "warning   \(finding.message)   \(finding.location)\n"
      text += "          \(finding.line) | \(finding.sourceLine.trimmingBlanks)\n"
    }
    text += "\(CheckText.count(told.count, "warning")): \(scope)"
    if allowed > 0 { text += "; \(allowed) more are allowed by tags" }
    return text + "\n"
  }

  /// How far the findings reach.
  private var scope: String {
    let machines = report.machineCount == 1 ? "" : " of \(report.machineCount) instances"
    let cut = report.machineCount - report.exhaustedCount
    let earlier = earlierCount == 0 ? "" : ", \(earlierCount) of them in earlier runs"
    if cut == 0 { return "not in any reachable state\(machines)\(earlier)" }
    return
      "not in any state seen\(machines), \(cut) of which \(cut == 1 ? "ends" : "end") before all are\(earlier)"
  }
}

extension CoverageReport.Finding {
  /// The entry of the JSON document.
  var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "location": .string(location), "text": .string(text),
      "message": .string(message), "allowed": .bool(isAllowed),
    ]
  }
}

extension String {
  /// Without blanks at its beginning, and not too long for a line.
  fileprivate var trimmingBlanks: String {
    let text = drop { $0 == " " || $0 == "\t" }
    return text.count > 100 ? text.prefix(97) + "..." : String(text)
  }
}
