import ProtocolModel

/// JUnit XML: a suite for each instance, a case for each property or test.
///
/// A violation is a failure, with the counterexample as its text; an undecided property is an
/// error, and never skipped. What was expected to be violated, and is, passes.
struct JUnitReport {
  private let report: RunReport

  init(_ report: RunReport) { self.report = report }

  var text: String {
    let suites = report.instances.map { Suite($0, isStrict: report.isStrict) }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text +=
      "<testsuites name=\"dfmi-verify \(report.command)\"\(Self.counts(suites.flatMap(\.cases)))"
      + "\(Self.time(report.hasTimes ? report.instances.reduce(0) { $0 + ($1.seconds ?? 0) } : nil))>\n"
    for suite in suites { text += suite.text }
    return text + "</testsuites>\n"
  }

  fileprivate static func counts(_ cases: [Case]) -> String {
    func count(_ result: Case.Result) -> Int { cases.filter { $0.result == result }.count }
    return " tests=\"\(cases.count)\" failures=\"\(count(.failure))\" errors=\"\(count(.error))\""
      + " skipped=\"\(count(.skipped))\""
  }

  fileprivate static func time(_ seconds: Double?) -> String {
    guard let seconds else { return "" }
    let thousandths = Int((seconds * 1000).rounded())
    let digits = String(thousandths % 1000 + 1000).dropFirst()
    return " time=\"\(thousandths / 1000).\(digits)\""
  }
}

/// A verdict as a test case.
private struct Case {
  enum Result { case passed, failure, error, skipped }

  var name: String
  var result: Result
  var message: String
  var details: String
  var seconds: Double?
  var location: SourceFile.Position?
  var file: String?
  /// For `.error`: a limit was reached, or the spec has errors.
  var errorType = "inconclusive"
}

private struct Suite {
  private let instance: ReportedInstance
  private(set) var cases: [Case]

  /// - Parameter isStrict: whether warnings are failures.
  init(_ instance: ReportedInstance, isStrict: Bool) {
    self.instance = instance
    cases = instance.properties.map { Self.testCase($0, instance) }
    let hasFailed = cases.contains { $0.result == .failure || $0.result == .error }
    if !instance.isAsExpected, !hasFailed {
      // Nothing that a property shows: errors of the spec, a wrong number of states, a limit.
      let renderer = DiagnosticRenderer(sources: instance.sources)
      cases.append(
        Case(
          name: "(instance)", result: instance.status == .violated ? .failure : .error,
          message: instance.surprises.isEmpty ? instance.answer : instance.surprises.joined(separator: "; "),
          details: renderer.render(instance.diagnostics), file: instance.spec,
          errorType: instance.isRejected ? "input" : "inconclusive"))
    }
    if isStrict, !instance.notices.isEmpty {
      cases.append(
        Case(
          name: "(warnings)", result: .failure,
          message: CheckText.count(instance.notices.count, "warning"),
          details: Self.text(of: instance.notices), file: instance.spec))
    }
  }

  /// A line for each warning.
  private static func text(of notices: [ReportedInstance.Notice]) -> String {
    notices.map { "\($0.location): \($0.message)\n" }.joined()
  }

  private static func testCase(_ property: ReportedProperty, _ instance: ReportedInstance) -> Case {
    let file = instance.sources.file(of: property.range)
    var result = Case(
      name: property.name, result: .passed, message: "\(property.headline): \(property.remark)",
      details: property.isViolated ? property.story(instance.sources) : "", seconds: property.seconds,
      location: file?.position(of: Int(property.range.start)), file: file?.path)
    if property.isSkipped || property.isMoot && property.verdict == .inconclusive {
      result.result = .skipped
    } else if property.verdict == .inconclusive {
      result.result = .error
    } else if !property.isAsExpected {
      result.result = .failure
      if property.expected == .violated { result.message = "should be violated, and \(property.word)" }
    } else if property.isViolated {
      result.message += ", as expected"
    }
    return result
  }

  var text: String {
    let name = (instance.main ?? instance.spec).xmlEscaped
    var text =
      "  <testsuite name=\"\(name)\"\(JUnitReport.counts(cases))\(JUnitReport.time(instance.seconds))"
      + " file=\"\(instance.spec.xmlEscaped)\">\n"
    if !instance.statistics.isEmpty {
      text += "    <properties>\n"
      for statistic in instance.statistics {
        text +=
          "      <property name=\"\(statistic.name.xmlEscaped)\" value=\"\(statistic.value.xmlEscaped)\"/>\n"
      }
      text += "    </properties>\n"
    }
    for testCase in cases { text += Self.text(of: testCase, suite: name) }
    if !instance.notices.isEmpty {
      text += "    <system-err>\(Self.text(of: instance.notices).xmlEscaped)</system-err>\n"
    }
    return text + "  </testsuite>\n"
  }

  private static func text(of testCase: Case, suite: String) -> String {
    var head =
      "    <testcase name=\"\(testCase.name.xmlEscaped)\" classname=\"\(suite)\""
      + JUnitReport.time(testCase.seconds)
    if let file = testCase.file { head += " file=\"\(file.xmlEscaped)\"" }
    if let line = testCase.location?.line { head += " line=\"\(line)\"" }
    let message = testCase.message.xmlEscaped
    let details = testCase.details.xmlEscaped
    let element: String
    switch testCase.result {
    case .passed:
      element =
        "      <system-out>\(message)\(details.isEmpty ? "" : "\n" + details)</system-out>\n"
    case .failure: element = "      <failure message=\"\(message)\" type=\"violated\">\(details)</failure>\n"
    case .error:
      element = "      <error message=\"\(message)\" type=\"\(testCase.errorType)\">\(details)</error>\n"
    case .skipped: element = "      <skipped message=\"\(message)\"/>\n"
    }
    return head + ">\n" + element + "    </testcase>\n"
  }
}
