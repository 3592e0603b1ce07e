/// Which goals a machine has.
///
/// Goals lie in what `step` and the properties evaluate. Each is then written as a
/// predicate on states in the machine's own terms (`GoalPredicates`), so that every engine that
/// knows expressions can tell whether it is reached, and all of them agree on what that means.

extension Machine {
  /// A machine with a predicate for each of its goals; all that was there stays as it is.
  ///
  /// Goals are those of the spec's own text: of the files in `paths` and of files that declare
  /// variables, not those of libraries.
  ///
  /// - Parameters:
  ///   - paths: files whose text belongs to the spec.
  ///   - isReached: goals that are known to be reached, and need no predicate any more.
  /// - Complexity: O(goals * expressions on the way to each).
  public func withCoverage(
    ofFiles paths: Set<String>, except isReached: (CoverageGoal) -> Bool = { _ in false }
  ) -> (machine: Machine, questions: [CoverageQuestion]) {
    var finder = GoalFinder(self, paths)
    finder.find()
    var builder = GoalPredicates(self)
    var questions: [CoverageQuestion] = []
    for (found, anchors) in finder.found where !isReached(found.goal) {
      var question = found
      question.predicate = builder.predicate(for: question, anchors)
      questions.append(question)
    }
    return (builder.machine, questions)
  }

  /// The files, by number, that have goals: those in `paths`, and those that declare variables.
  public func filesWithGoals(besides paths: Set<String>) -> Set<Int32> {
    var files = Set(variables.map(\.range.file))
    for file in sources.files where paths.contains(file.path) { files.insert(file.id) }
    return files
  }
}

/// Where in a machine a goal is: a node, and which of its parts.
struct GoalAnchor: Hashable {
  var node: ExpressionID
  var part: Int
}

/// Walks through all that the step and the properties evaluate.
private struct GoalFinder {
  private let machine: Machine
  private let files: Set<Int32>
  private var numbers: [CoverageGoal: Int] = [:]
  private var absorbed: Set<ExpressionID> = []
  private(set) var found: [(question: CoverageQuestion, anchors: [GoalAnchor])] = []

  init(_ machine: Machine, _ paths: Set<String>) {
    self.machine = machine
    files = machine.filesWithGoals(besides: paths)
  }

  mutating func find() {
    if let step = machine.step {
      for id in machine.evaluated(from: [machine[step].body]) { noteAbsorbed(id) }
      for id in machine.evaluated(from: [machine[step].body]) { addOfStep(id) }
    }
    for id in machine.evaluated(from: machine.coverageRoots.map(\.expression)) { addOfProperty(id) }
    found.sort { a, b in
      let (x, y) = (a.question, b.question)
      return (x.range.file, x.range.start, -x.range.end, x.goal.kind.rawValue)
        < (y.range.file, y.range.start, -y.range.end, y.goal.kind.rawValue)
    }
  }

  private mutating func add(
    _ kind: CoverageGoal.Kind, at part: ExpressionID, of whole: ExpressionID, _ index: Int, _ count: Int = 0
  ) {
    // `false` and `true` are meant.
    if case .literal = machine[part], kind != .branchTaken { return }
    let range = machine.origin(of: part).range
    guard files.contains(range.file), let file = machine.sources.file(of: range), range.end > range.start
    else { return }
    let goal = CoverageGoal(kind: kind, file: file.path, start: range.start, end: range.end)
    let anchor = GoalAnchor(node: whole, part: index)
    if let number = numbers[goal] {
      if !found[number].anchors.contains(anchor) { found[number].anchors.append(anchor) }
      return
    }
    numbers[goal] = found.count
    found.append(
      (
        CoverageQuestion(
          goal: goal, range: range, whole: machine.origin(of: whole).range, position: index, count: count,
          isInAction: machine.acts(whole)),
        [anchor]
      ))
  }

  /// An `and` that stands in an `and` or `all` is a part of it.
  private mutating func noteAbsorbed(_ id: ExpressionID) {
    guard case .apply(let builtin, let arguments) = machine[id], builtin == .and || builtin == .actionAll
    else { return }
    for operand in machine[arguments] {
      if case .apply(.and, _) = machine[operand], !machine.acts(operand) { absorbed.insert(operand) }
    }
  }

  /// Longer conjunctions are not asked about: each part has a predicate as long as the whole.
  private static let longestConjunction = 64

  private mutating func addOfStep(_ id: ExpressionID) {
    guard case .apply(let builtin, let arguments) = machine[id] else { return }
    switch builtin {
    case .and, .actionAll:
      if absorbed.contains(id) { return }
      let conjuncts = machine.flattenedConjuncts(of: id)
      if conjuncts.count > Self.longestConjunction { return }
      for (index, conjunct) in conjuncts.enumerated() where !machine.acts(conjunct) {
        add(.conjunctHolds, at: conjunct, of: id, index, conjuncts.count)
        add(.conjunctDecides, at: conjunct, of: id, index, conjuncts.count)
      }
    case .or:
      if arguments.count > Self.longestConjunction { return }
      for (index, alternative) in machine[arguments].enumerated() where !machine.acts(alternative) {
        add(.alternativeHolds, at: alternative, of: id, index)
      }
    default: addBranches(id)
    }
  }

  private mutating func addOfProperty(_ id: ExpressionID) {
    guard case .apply(let builtin, let arguments) = machine[id] else { return }
    let operands = Array(machine[arguments])
    switch builtin {
    case .implies: add(.premiseHolds, at: operands[0], of: id, 0)
    case .forall: add(.hasMember, at: operands[0], of: id, 0)
    default: addBranches(id)
    }
  }

  private mutating func addBranches(_ id: ExpressionID) {
    guard case .apply(let builtin, let arguments) = machine[id] else { return }
    let operands = Array(machine[arguments])
    switch builtin {
    case .ite:
      add(.branchTaken, at: operands[1], of: id, 0)
      add(.branchTaken, at: operands[2], of: id, 1)
    case .matchVariant:
      for place in stride(from: 1, to: operands.count - 1, by: 2) {
        guard case .lambda(_, _, _, let body) = machine[operands[place + 1]] else { continue }
        add(.branchTaken, at: body, of: id, place)
      }
    default: break
    }
  }
}

extension Machine {
  /// What is demanded of states, and of steps: where properties are not trivial.
  var coverageRoots: [FramedExpression] {
    properties.flatMap { property -> [FramedExpression] in
      switch property.kind {
      case .invariant, .inductive: property.conjuncts
      case .temporal: property.shape == .general ? [] : property.conjuncts
      case .witness, .maximum, .minimum: []
      }
    }
  }

  /// All expressions that may be evaluated, definitions that are called included.
  func evaluated(from roots: [ExpressionID]) -> [ExpressionID] {
    var seen = [Bool](repeating: false, count: expressions.count)
    var result: [ExpressionID] = []
    var pending = roots
    while let id = pending.popLast() {
      if seen[Int(id.index)] { continue }
      seen[Int(id.index)] = true
      result.append(id)
      pending += evaluatedChildren(of: id)
    }
    return result
  }

  /// The parts of a node, and what it refers to.
  func evaluatedChildren(of id: ExpressionID) -> [ExpressionID] {
    switch self[id] {
    case .call(let function, let arguments): self[arguments] + [self[function].body]
    case .lazyLocal(_, let value): [value]
    case .letIn(_, _, let body): [body]
    default: children(of: id)
    }
  }

  /// The operands of an `and` or `all`, those of an `and` that stands there in its place.
  func flattenedConjuncts(of id: ExpressionID) -> [ExpressionID] {
    guard case .apply(_, let arguments) = self[id] else { return [] }
    var result: [ExpressionID] = []
    var pending = Array(self[arguments].reversed())
    while let next = pending.popLast() {
      if case .apply(.and, let inner) = self[next], !acts(next) {
        pending += self[inner].reversed()
      } else {
        result.append(next)
      }
    }
    return result
  }

  /// True when an expression does more than have a value.
  func acts(_ id: ExpressionID) -> Bool {
    var pending = [id]
    while let next = pending.popLast() {
      switch self[next] {
      case .assign, .pick: return true
      case .call(let function, let arguments):
        if self[function].isAction || self[function].qualifier == .action { return true }
        pending += self[arguments]
      case .apply(let builtin, let arguments):
        switch builtin {
        case .actionAll, .actionAny, .then, .reps, .expect, .fail: return true
        default: pending += self[arguments]
        }
      default: pending += children(of: next)
      }
    }
    return false
  }
}
