import ProtocolModel

extension CoverageReport {
  /// Everything that never happened, by place; intended or not.
  ///
  /// Empty unless all states of some machine were seen: before, it is too early to tell.
  ///
  /// - Complexity: O(goals squared) in the worst case; few goals are never reached.
  public var findings: [Finding] {
    var builder = FindingBuilder(self)
    return builder.build()
  }
}

/// Turns goals that were not reached into findings: one for each cause, not for each effect.
///
/// What lies inside an action that is never enabled, or a branch that is never taken, is not told
/// again; a conjunct is only said not to decide if its conjunction is sometimes true.
private struct FindingBuilder {
  let report: CoverageReport
  private let ordered: [CoverageReport.Goal]
  private var result: [CoverageReport.Finding] = []
  /// What is inside needs no finding of its own.
  private var covered: [CoverageReport.Place] = []

  init(_ report: CoverageReport) {
    self.report = report
    ordered = report.goals.values.sorted {
      ($0.place.file, $0.place.start, -$0.place.end, $0.kind.rawValue)
        < ($1.place.file, $1.place.start, -$1.place.end, $1.kind.rawValue)
    }
  }

  mutating func build() -> [CoverageReport.Finding] {
    guard report.exhaustedCount > 0 else { return [] }
    for (place, name) in report.constants { add(.constant, place, "constant `\(name)` is never used") }
    for (place, promise) in report.promises where promise.isEmpty {
      add(
        .emptyPromise, place,
        "property `\(promise.name)` is true of every state of its type, reachable or not: it demands nothing")
    }
    addActions()
    for goal in ordered where goal.isNever { addBranch(goal) }
    for goal in ordered where goal.isNever && !isCovered(goal.place) { add(goal) }
    result.sort { ($0.file, $0.start, $0.end, $0.message) < ($1.file, $1.start, $1.end, $1.message) }
    return result
  }

  private func isCovered(_ place: CoverageReport.Place) -> Bool { covered.contains { $0.contains(place) } }

  private mutating func addActions() {
    for action in report.actions.values.sorted(by: {
      ($0.place.file, $0.place.start) < ($1.place.file, $1.place.start)
    })
    where !action.hasFired {
      let body = CoverageReport.Place(file: action.place.file, start: action.body.start, end: action.body.end)
      let guards = ordered.filter {
        $0.kind == .conjunctHolds && $0.isInAction && body.contains($0.place)
      }
      var message = "action `\(action.name)` is never enabled"
      if let first = guards.first(where: \.isNever) {
        message += ": guard `\(text(first.place))` is never true"
        if first.position > 0 { message += " where those before it are" }
      }
      add(.action, action.place, message)
      covered.append(body)
    }
  }

  /// A branch that is not taken, of an expression that is evaluated.
  private mutating func addBranch(_ goal: CoverageReport.Goal) {
    guard goal.kind == .branchTaken, !isCovered(goal.place) else { return }
    let isEvaluated = ordered.contains {
      $0.kind == .branchTaken && $0.isReached
        && $0.isBeside(goal)
    }
    guard isEvaluated else { return }
    add(.branch, goal.place, "branch `\(text(goal.place))` is never taken")
    covered.append(goal.place)
  }

  private func siblings(_ goal: CoverageReport.Goal, _ kind: CoverageGoal.Kind) -> [CoverageReport.Goal] {
    ordered.filter {
      $0.kind == kind && $0.isBeside(goal)
    }
  }

  private mutating func add(_ goal: CoverageReport.Goal) {
    let text = text(goal.place)
    switch goal.kind {
    case .branchTaken: break
    case .conjunctHolds:
      let others = siblings(goal, .conjunctHolds)
      guard goal.isInAction,
        others.allSatisfy({ $0.position >= goal.position || $0.isReached })
      else { return }
      let place = goal.position > 0 ? " where those before it are" : ""
      add(.guardNeverTrue, goal.place, "guard `\(text)` is never true" + place)
    case .conjunctDecides:
      guard siblings(goal, .conjunctHolds).allSatisfy(\.isReached) else { return }
      add(
        .conjunct, goal.place,
        goal.count == 1
          ? "`\(text)` is always true"
          : "`\(text)` never decides: where all else in the conjunction is true, so is it")
    case .alternativeHolds:
      add(
        .alternative, goal.place,
        "alternative `\(text)` is never true"
          + (goal.position > 0 ? " where those before it are false" : ""))
    case .premiseHolds:
      add(.premise, goal.place, "premise `\(text)` is never true: the implication says nothing")
    case .hasMember:
      add(.quantifier, goal.place, "`\(text)` is always empty: what is said of all its members is nothing")
    }
  }

  /// The source text on one line.
  private func text(_ place: CoverageReport.Place) -> String {
    let words = wholeText(place)
    return words.count > 80 ? words.prefix(77) + "..." : words
  }

  private func wholeText(_ place: CoverageReport.Place) -> String {
    guard let file = report.files[place.file] else { return "" }
    let text = file.text(in: SourceRange(file: file.id, start: place.start, end: place.end))
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private mutating func add(
    _ kind: CoverageReport.Finding.Kind, _ place: CoverageReport.Place, _ message: String
  ) {
    guard let file = report.files[place.file] else { return }
    let position = file.position(of: Int(place.start))
    let text = wholeText(place)
    result.append(
      CoverageReport.Finding(
        kind: kind, file: place.file, line: position.line, column: position.column, start: place.start,
        end: place.end, text: self.text(place), message: message, sourceLine: file.line(position.line),
        isAllowed: report.allowed.contains { around, texts in
          around.contains(place) && (texts.contains(nil) || texts.contains(text))
        }))
  }
}
