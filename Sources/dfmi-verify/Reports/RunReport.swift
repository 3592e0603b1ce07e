import Checker
import ProtocolModel

/// What a command found out, in the form that every kind of report is written from.
///
/// Commands fill one while they go; `--json` and all files of `--report` are made of it at the
/// end, so that they cannot tell different facts.
struct RunReport: Sendable {
  var command: String
  /// The words of the command line, those that say where reports go left out.
  var words: [String]
  /// False if durations and memory use are left out: the same run then gives the same bytes.
  var hasTimes: Bool
  /// Warnings about specs are failures.
  var isStrict: Bool
  /// In the order in which they were done.
  private(set) var instances: [ReportedInstance] = []
  /// What never happened in any of the instances; nil for commands that do not ask.
  var neverHappened: [CoverageReport.Finding]?
  /// What should happen in some state, and whether it did; empty for commands that do not ask.
  var goals: [CoverageReport.Mark] = []
  /// Entries of the JSON document for least and greatest values that were asked for.
  var boundaries: [JSONValue] = []
  var status = ExitStatus.success

  init(command: String, _ arguments: Arguments) {
    self.command = command
    words = ReportTarget.removed(from: arguments.words)
    hasTimes = !arguments[.noTimes]
    isStrict = arguments[.strict]
  }

  /// What is told as warnings: what never happened, unless a tag allows it; where nobody asked for
  /// that, the actions that never fired.
  private var notices: [ReportedInstance.Notice] {
    guard let neverHappened else { return confirmedNotices }
    let files = inputs
    return neverHappened.filter { !$0.isAllowed }.compactMap { finding in
      guard let file = files.first(where: { $0.path == finding.file }) else { return nil }
      return .init(
        rule: finding.kind.rawValue, finding.message, in: file,
        at: Int(finding.start)..<max(Int(finding.start), Int(finding.end)))
    }
  }

  /// The report with each warning told once, by the first instance that has the file: what does not
  /// happen in one instance but in another is none.
  ///
  /// - Complexity: O(functions of all instances + notices times instances).
  var settled: RunReport {
    var report = self
    let notices = notices
    for index in report.instances.indices { report.instances[index].notices = [] }
    for notice in notices {
      for (place, instance) in instances.enumerated() {
        guard let file = instance.sources.files.first(where: { $0.path == notice.file.path }) else {
          continue
        }
        var notice = notice
        notice.file = file
        report.instances[place].notices.append(notice)
        break
      }
    }
    return report
  }

  private struct Place: Hashable {
    var path: String
    var start: Int
  }

  private var confirmedNotices: [ReportedInstance.Notice] {
    /// By instance, where its functions are, and which of these it warns of.
    let known = instances.map { instance -> (functions: Set<Place>, warned: Set<Place>) in
      let functions = (instance.machine?.functions ?? []).compactMap { function in
        instance.sources.file(of: function.range).map {
          Place(path: $0.path, start: Int(function.range.start))
        }
      }
      return (
        Set(functions), Set(instance.notices.map { Place(path: $0.file.path, start: $0.place.lowerBound) })
      )
    }
    var told: Set<Place> = []
    return instances.flatMap(\.notices).filter { notice in
      let place = Place(path: notice.file.path, start: notice.place.lowerBound)
      return told.insert(place).inserted
        && known.allSatisfy { !$0.functions.contains(place) || $0.warned.contains(place) }
    }
  }

  /// Specs with errors.
  var rejectedCount: Int { instances.count { $0.isRejected } }

  /// How many instances there are, and how many of them are not as expected; specs with errors are counted for
  /// themselves, since nobody knows what instances they have.
  var headline: String {
    let checked = instances.filter { !$0.isRejected }
    let rejected = rejectedCount
    let errors = rejected == 0 ? "" : "; \(CheckText.errors(in: rejected))"
    let count = CheckText.count(checked.count, "instance")
    let wrong = checked.count { !$0.isAsExpected }
    if wrong > 0 { return "\(count), \(wrong) not as expected\(errors)" }
    if !errors.isEmpty {
      return checked.isEmpty ? CheckText.errors(in: rejected) : "\(count), all as expected\(errors)"
    }
    return status == .success ? "\(count), all as expected" : "\(count), \(status.meaning)"
  }

  mutating func add(_ instance: ReportedInstance) {
    var instance = instance
    if !hasTimes { instance.removeTimes() }
    instances.append(instance)
    status = max(status, instance.status)
  }
}

/// A module that was checked, proved, sampled or tested; or a spec that was rejected.
struct ReportedInstance: Sendable {
  var spec: String
  /// Nil for a spec without machine.
  var main: String?
  /// `holds`, `violated`, `inconclusive`, `error`
  var outcome: String
  var status: ExitStatus
  /// The verdict in one phrase.
  var answer: String
  /// What is not as expected, in words.
  var surprises: [String] = []
  var seconds: Double?
  /// Counters, in the order of display.
  var statistics: [Statistic] = []
  var properties: [ReportedProperty] = []
  /// What raises doubts, though nothing is violated.
  var notices: [Notice] = []
  var diagnostics: [Diagnostic] = []
  var machine: Machine?
  var sources: SourceMap
  /// The entry of the JSON document.
  var json: JSONValue

  struct Statistic: Sendable {
    var name: String
    /// For people.
    var text: String
    /// For machines.
    var value: String
    /// It differs from run to run.
    var isMeasured = false

    init(_ name: String, _ text: String, isMeasured: Bool = false) {
      self.name = name
      self.text = text
      value = text
      self.isMeasured = isMeasured
    }

    init(_ name: String, _ count: Int) {
      self.name = name
      text = CheckText.grouped(count)
      value = String(count)
    }
  }

  /// A warning about a spec, at a place of it.
  struct Notice: Sendable {
    /// A word for the sort of warning: `never-enabled`.
    var rule: String
    var message: String
    var file: SourceFile
    /// Bytes of the file.
    var place: Range<Int>

    init(rule: String, _ message: String, in file: SourceFile, at place: Range<Int>) {
      self.rule = rule
      self.message = message
      self.file = file
      self.place = place
    }

    /// `path:line:column`
    var location: String {
      let position = file.position(of: place.lowerBound)
      return "\(file.path):\(position.line):\(position.column)"
    }

    var range: SourceRange {
      SourceRange(
        file: file.id, start: Int32(clamping: place.lowerBound), end: Int32(clamping: place.upperBound))
    }
  }

  var isAsExpected: Bool { surprises.isEmpty && status == .success }

  /// A spec with errors, of which nothing was checked.
  var isRejected: Bool { status == .badInput }

  /// A spec with errors.
  static func rejected(
    _ spec: String, main: String? = nil, _ diagnostics: [Diagnostic], _ sources: SourceMap
  ) -> ReportedInstance {
    ReportedInstance(
      spec: spec, main: main, outcome: "error", status: .badInput, answer: "the spec has errors",
      surprises: ["the spec has errors"], diagnostics: diagnostics, sources: sources,
      json: ResultDocument.result(
        spec: spec, main: main, outcome: "error", diagnostics: diagnostics, sources: sources))
  }

  fileprivate mutating func removeTimes() {
    seconds = nil
    statistics.removeAll { $0.isMeasured }
    for index in properties.indices { properties[index].seconds = nil }
    json = json.withoutMeasurements
  }

  /// `warning: ...` and errors of the spec itself; what a property found is not among them.
  var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}

/// A verdict: on a property, a dead end, a test, or on whether every expression has a value.
struct ReportedProperty: Sendable {
  var name: String
  /// The word of the JSON document.
  var kind: String
  var range: SourceRange
  var verdict: Verdict
  /// The verdict as it is told: `holds`, `reached`, `never true`, `proved`, `passed`.
  var word: String
  /// `exhaustive`, `bounded`, `inductive`, `sampled`; nil for tests.
  var strength: String?
  /// How far the verdict reaches, in words.
  var remark: String
  var expected = Verdict.holds
  /// Undecided only since the search ended with another finding.
  var isMoot = false
  /// It was not run at all.
  var isSkipped = false
  var seconds: Double?
  /// Length of the trace in steps.
  var steps: Int?
  /// The extreme of a bound.
  var value: String?
  /// How many states have each value of a quantity.
  var distribution: [(value: Integer, states: Int)] = []
  /// Constants that were left open, with their values in the counterexample.
  var constants: [NamedValue] = []
  var explanations: [Explanation] = []
  var trace: Trace?
  /// The step from the last state of a lasso back to the first one of its loop.
  var closing: Step?
  /// How a lasso goes on forever, and why that is fair: lines as the console shows them.
  var ending = ""
  /// The runtime error in which the trace ends.
  var error: Diagnostic?

  /// Violated or undecided against expectation.
  var isAsExpected: Bool { verdict == .inconclusive ? isMoot : verdict == expected }

  /// True if there is a counterexample to show, expected or not.
  var isViolated: Bool { verdict == .violated }

  /// Heading of the counterexample: `violated after 3 steps`.
  var headline: String {
    let length = steps.map { " after \(CheckText.count($0, "step"))" } ?? ""
    return "\(word)\(verdict == .inconclusive ? "" : length)"
  }

  /// The counterexample as the console shows it: constants, steps, and why it is false.
  func story(_ sources: SourceMap) -> String {
    var text = ""
    if !constants.isEmpty {
      text += StoryText.lines("  with ", constants.map(\.description), indent: 7)
    }
    if let trace { text += StoryText.text(of: trace, isFull: false) + ending }
    text += StoryText.reasons(explanations)
    if isViolated { text += PropertyComment.text(for: range, in: sources) }
    if let error { text += DiagnosticRenderer(sources: sources).render(error) }
    return text
  }
}

extension JSONValue {
  /// Members that differ from run to run.
  private static let measurements: Set<String> = [
    "searchSeconds", "loweringSeconds", "compileSeconds", "seconds", "milliseconds", "peakBytes",
    "storeBytes", "engine", "widenings",
  ]

  /// The entry of an instance without what differs from run to run.
  fileprivate var withoutMeasurements: JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(
      members.filter { $0.key != "profile" }.map { member in
        guard member.key == "statistics", case .object(let counters) = member.value else { return member }
        return Member("statistics", .object(counters.filter { !Self.measurements.contains($0.key) }))
      })
  }
}
