import ProtocolModel

/// What never happened in any of the machines that one run checked.
///
/// Machines are added as they are done; what one of them reaches is reached. A seeded fault
/// is an instance of the same text, so a branch that only the fault takes is no finding if the fault
/// was checked, too.
public struct CoverageReport: Sendable {
  /// A place of the source that is suspicious, and why.
  public struct Finding: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
      /// An action that no step goes through.
      case action = "never-enabled"
      /// A guard of an unnamed alternative that is never true.
      case guardNeverTrue = "guard-never-true"
      /// A conjunct that could be left out.
      case conjunct = "never-decides"
      /// An alternative of an `or`.
      case alternative = "alternative-never-true"
      case branch = "branch-never-taken"
      case premise = "premise-never-true"
      case quantifier = "empty-set"
      case constant = "constant-never-used"
      /// A property that is true of every state of its type.
      case emptyPromise = "true-of-every-state"
    }

    public var kind: Kind
    public var file: String
    /// From 1.
    public var line: Int
    public var column: Int
    /// Offsets in the file.
    public var start: Int32
    public var end: Int32
    /// The place's own text, on one line.
    public var text: String
    /// One sentence: what never happens.
    public var message: String
    /// The source line, as it stands.
    public var sourceLine: String
    /// `@allow unused`
    public var isAllowed: Bool

    public var location: String { "\(file):\(line):\(column)" }
  }

  struct Goal {
    var question: CoverageQuestion
    var isReached = false
    var isUndecided = false
    var place: Place

    /// Never reached, and every time it was asked for there was an answer.
    var isNever: Bool { !isReached && !isUndecided }

    /// Both are parts of one conjunction, `if` or `match`.
    func isBeside(_ other: Goal) -> Bool {
      place.file == other.place.file && question.whole.start == other.question.whole.start
        && question.whole.end == other.question.whole.end
    }
  }

  struct Action {
    var name: String
    var hasFired = false
    var place: Place
    var body: (start: Int32, end: Int32)
  }

  struct Place: Hashable {
    var file: String
    var start: Int32
    var end: Int32

    func contains(_ other: Place) -> Bool { file == other.file && start <= other.start && other.end <= end }
  }

  private(set) var goals: [CoverageGoal: Goal] = [:]
  private(set) var actions: [Place: Action] = [:]
  private(set) var constants: [Place: String] = [:]
  /// Properties by place: their names, and whether they are true of every type-correct state of all machines
  /// that have them.
  private(set) var promises: [Place: (name: String, isEmpty: Bool)] = [:]
  /// By place: the expressions inside that may be unused; nil stands for all.
  private(set) var allowed: [Place: Set<String?>] = [:]
  private(set) var files: [String: SourceFile] = [:]
  /// Machines that were added, and those of which all states were seen.
  public private(set) var machineCount = 0
  public private(set) var exhaustedCount = 0

  public init() {}

  /// True when a goal need not be asked for any more.
  public func isReached(_ goal: CoverageGoal) -> Bool { goals[goal]?.isReached == true }

  /// One goal and what became of it: for a view of the source with coverage beside it.
  public struct Mark: Sendable {
    public var kind: CoverageGoal.Kind
    public var file: String
    /// Offsets in the file.
    public var start: Int32
    public var end: Int32
    /// Nil if it could not be decided.
    public var isReached: Bool?
  }

  /// All goals of all machines, by place.
  ///
  /// - Complexity: O(n log n) in the number of goals.
  public var marks: [Mark] {
    goals.values.map { goal in
      Mark(
        kind: goal.question.goal.kind, file: goal.place.file, start: goal.place.start, end: goal.place.end,
        isReached: goal.isReached ? true : goal.isUndecided ? nil : false)
    }.sorted {
      ($0.file, $0.start, $0.end, $0.kind.rawValue) < ($1.file, $1.start, $1.end, $1.kind.rawValue)
    }
  }

  // MARK: Adding

  /// Adds what a spec says of itself, before its machines.
  public mutating func add(_ spec: Spec) {
    for tag in spec.allowedUnused {
      if let place = place(tag.range, spec.sources) { allowed[place, default: []].insert(tag.text) }
    }
    for constant in spec.unusedConstants {
      if let place = place(constant.range, spec.sources) { constants[place] = constant.name }
    }
  }

  /// Adds the result of a search.
  ///
  /// - Parameter questions: those that the search was asked.
  public mutating func add(_ machine: Machine, _ questions: [CoverageQuestion], _ result: SearchResult) {
    machineCount += 1
    if result.isExhausted { exhaustedCount += 1 }
    for (number, question) in questions.enumerated() {
      guard let place = place(question.range, machine.sources) else { continue }
      var goal = goals[question.goal] ?? Goal(question: question, place: place)
      if result.reached.indices.contains(number), result.reached[number] { goal.isReached = true }
      if result.undecided.indices.contains(number), result.undecided[number] { goal.isUndecided = true }
      goals[question.goal] = goal
    }
    let files = Set(questions.map(\.goal.file))
    let never = Set(result.neverFired.compactMap { place(machine[$0].range, machine.sources) })
    for action in machine.stepActions {
      let function = machine[action]
      guard let place = place(function.range, machine.sources), files.contains(place.file) else { continue }
      let body = machine.origin(of: function.body).range
      var known =
        actions[place] ?? Action(name: function.name, place: place, body: (body.start, body.end))
      if !never.contains(place) { known.hasFired = true }
      actions[place] = known
    }
  }

  /// Adds what is known of a property of a machine: it is true of every state of its type, reachable or
  /// not, or it is not, or nobody knows.
  public mutating func add(_ property: Property, of machine: Machine, isEmpty: Bool) {
    guard let place = place(machine[property.function].range, machine.sources) else { return }
    promises[place] = (property.name, isEmpty && promises[place]?.isEmpty != false)
  }

  /// True if a property is known to demand something, so that it need not be asked about again.
  public mutating func demandsSomething(_ property: Property, of machine: Machine) -> Bool {
    place(machine[property.function].range, machine.sources).flatMap { promises[$0] }?.isEmpty == false
  }

  private mutating func place(_ range: SourceRange, _ sources: SourceMap) -> Place? {
    guard let file = sources.file(of: range) else { return nil }
    files[file.path] = file
    return Place(file: file.path, start: range.start, end: range.end)
  }
}
