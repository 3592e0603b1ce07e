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

  /// A machine that was searched.
  public struct Instance: Hashable, Comparable, Sendable {
    /// The path of its spec as it was read.
    public var spec: String
    /// Its main module.
    public var name: String

    public init(spec: String, name: String) {
      self.spec = spec
      self.name = name
    }

    public static func < (a: Instance, b: Instance) -> Bool { (a.spec, a.name) < (b.spec, b.name) }
  }

  struct Goal {
    var kind: CoverageGoal.Kind
    /// Offsets of the conjunction, `if`, `match` or implication that it is a part of.
    var whole: (start: Int32, end: Int32)
    /// As in `CoverageQuestion`.
    var position = 0
    var count = 0
    var isInAction = false
    var isReached = false
    var isUndecided = false
    var place: Place

    init(kind: CoverageGoal.Kind, place: Place, whole: (start: Int32, end: Int32)) {
      self.kind = kind
      self.place = place
      self.whole = whole
    }

    init(_ question: CoverageQuestion, at place: Place) {
      self.init(kind: question.goal.kind, place: place, whole: (question.whole.start, question.whole.end))
      position = question.position
      count = question.count
      isInAction = question.isInAction
    }

    /// Never reached, and every time it was asked for there was an answer.
    var isNever: Bool { !isReached && !isUndecided }

    /// Both are parts of one conjunction, `if` or `match`.
    func isBeside(_ other: Goal) -> Bool {
      place.file == other.place.file && whole == other.whole
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

  var goals: [CoverageGoal: Goal] = [:]
  var actions: [Place: Action] = [:]
  private(set) var constants: [Place: String] = [:]
  /// Properties by place: their names, and whether they are true of every type-correct state of all machines
  /// that have them.
  var promises: [Place: (name: String, isEmpty: Bool)] = [:]
  /// By place: the expressions inside that may be unused; nil stands for all.
  private(set) var allowed: [Place: Set<String?>] = [:]
  private(set) var files: [String: SourceFile] = [:]
  /// The machines that were added, and whether all of their states were seen.
  public internal(set) var instances: [Instance: Bool] = [:]

  public init() {}

  public var machineCount: Int { instances.count }
  public var exhaustedCount: Int { instances.values.count { $0 } }

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
        kind: goal.kind, file: goal.place.file, start: goal.place.start, end: goal.place.end,
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
  /// - Parameters:
  ///   - questions: those that the search was asked.
  ///   - instance: what the machine is called; one that was searched again counts once.
  public mutating func add(
    _ machine: Machine, _ questions: [CoverageQuestion], _ result: SearchResult, as instance: Instance
  ) {
    instances[instance] = instances[instance] == true || result.isExhausted
    for (number, question) in questions.enumerated() {
      guard let place = place(question.range, machine.sources) else { continue }
      var goal = goals[question.goal] ?? Goal(question, at: place)
      if result.reached.indices.contains(number), result.reached[number] { goal.isReached = true }
      if result.undecided.indices.contains(number), result.undecided[number] { goal.isUndecided = true }
      goals[question.goal] = goal
    }
    let files = machine.filesWithGoals(besides: [instance.spec])
    let never = Set(result.neverFired.compactMap { place(machine[$0].range, machine.sources) })
    for action in machine.stepActions {
      let function = machine[action]
      guard let place = place(function.range, machine.sources), files.contains(function.range.file)
      else { continue }
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

  /// Takes over what another report knows; what one of them reaches is reached.
  public mutating func join(_ other: CoverageReport) {
    instances.merge(other.instances) { $0 || $1 }
    goals.merge(other.goals) { mine, other in
      var goal = mine
      goal.isReached = mine.isReached || other.isReached
      goal.isUndecided = mine.isUndecided || other.isUndecided
      return goal
    }
    actions.merge(other.actions) { mine, other in
      var action = mine
      action.hasFired = mine.hasFired || other.hasFired
      return action
    }
    promises.merge(other.promises) { ($0.name, $0.isEmpty && $1.isEmpty) }
    constants.merge(other.constants) { mine, _ in mine }
    allowed.merge(other.allowed) { $0.union($1) }
    files.merge(other.files) { mine, _ in mine }
  }

  private mutating func place(_ range: SourceRange, _ sources: SourceMap) -> Place? {
    guard let file = sources.file(of: range) else { return nil }
    files[file.path] = file
    return Place(file: file.path, start: range.start, end: range.end)
  }
}
