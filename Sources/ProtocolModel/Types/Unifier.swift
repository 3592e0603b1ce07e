/// Types under construction and the one operation on them: making two equal.
///
/// Terms are indices into an array of nodes. A solved variable is a node that
/// points to its solution, so a substitution is never applied or composed: every
/// reader follows the pointers (`find`, with path halving). Each unsolved
/// variable has a level, the depth of the definition that made it; binding a
/// variable lowers the levels inside its solution, and a definition generalizes
/// exactly the variables that are deeper than itself (Rémy 1992). No scan of the
/// scope is needed.
///
/// Row variables are ordinary variables that stand at the tail of a row. Their
/// solution is a record (tuple, sum) of the remaining labels. Hence a parameter
/// of a type alias may be used as a type in one place and as a tail in another:
/// `type G[r] = { a: int | r }` accepts `G[{ b: bool }]`.
///
/// The trick to remember: everything that a call of `unify` writes goes through
/// `write`, which keeps the old node in `trail`. A failed call undoes its writes,
/// so that an error leaves no half-made equations behind.
struct Unifier {
  /// What a term is.
  enum Shape {
    case boolean, integer, string
    case uninterpreted(DefinitionID, name: String)
    case set(Term)
    case list(Term)
    case map(Term, Term)
    case tuple(TermRow)
    case record(TermRow)
    case sum(TermRow, name: String?)
    case operation([Term], Term)
    case alias(name: String, arguments: [Term], Term)
    /// An unsolved variable.
    case variable(level: Int32)
    /// A solved variable.
    case bound(Term)
    /// The type of what is in error; equal to everything.
    case poison
  }

  /// Level of variables that a scheme generalizes: each use replaces them.
  static let genericLevel = Int32.max
  /// Levels that a type may have; bounds the recursion of all walks.
  static let depthLimit = 200

  private var shapes: [Shape] = []
  /// True for terms without variables, which are never copied nor searched.
  private var ground: [Bool] = []
  private var trail: [(term: Term, shape: Shape)] = []
  private var isRecording = false
  /// For each term the last walk that came by, so that no walk reads shared parts twice.
  private var visits: [UInt32] = []
  private var walk: UInt32 = 0
  /// Pairs that the current call has compared; kept when there are many, because types
  /// that share parts may be exponentially large as trees.
  private var compared: Set<Pair> = []
  private var comparisons = 0

  private struct Pair: Hashable {
    var first: Term
    var second: Term
  }
  /// Set when the last call took two types for equal only because they have one name.
  var namesake: Term?
  /// Depth of the definition that is being inferred; 0 outside of all.
  var level: Int32 = 0

  /// Variables of level 0 that the current module made: those still unsolved at its end
  /// are what an instance of it gets afresh.
  var moduleVariables: [Term] = []
  /// Solved variables that are to be read as if they were not.
  var opaque: Set<Term> = []
  /// Variables that were unsolved at the end of their module.
  var frozen: [Term: Frozen] = [:]
  var currentModule = 0

  static let boolean = Term(index: 0)
  static let integer = Term(index: 1)
  static let string = Term(index: 2)
  static let poison = Term(index: 3)
  static let unit = Term(index: 4)

  init() {
    for shape: Shape in [.boolean, .integer, .string, .poison, .tuple(TermRow([]))] { _ = make(shape) }
  }

  var count: Int { shapes.count }

  /// A new term.
  mutating func make(_ shape: Shape) -> Term {
    let term = Term(index: Int32(shapes.count))
    ground.append(Self.children(of: shape).allSatisfy { isGround($0) } && !Self.isVariable(shape))
    shapes.append(shape)
    visits.append(0)
    return term
  }

  /// A new unsolved variable of the current level.
  mutating func makeVariable() -> Term { makeVariable(level: level) }

  mutating func makeVariable(level: Int32) -> Term {
    let term = make(.variable(level: level))
    if level == 0 { moduleVariables.append(term) }
    return term
  }

  func isGround(_ term: Term) -> Bool { ground[Int(term.index)] }

  /// The node itself, without following solved variables.
  func node(_ term: Term) -> Shape { shapes[Int(term.index)] }

  /// The shape of a term after solved variables and aliases.
  mutating func shape(_ term: Term) -> Shape { node(find(term)) }

  private static func isVariable(_ shape: Shape) -> Bool {
    switch shape {
    case .variable, .bound: true
    case .boolean, .integer, .string, .uninterpreted, .set, .list, .map, .tuple, .record, .sum, .operation,
      .alias, .poison:
      false
    }
  }

  /// The terms directly below a node.
  static func children(of shape: Shape) -> [Term] {
    switch shape {
    case .boolean, .integer, .string, .uninterpreted, .variable, .poison: []
    case .set(let element), .list(let element): [element]
    case .map(let key, let value): [key, value]
    case .tuple(let row), .record(let row), .sum(let row, _):
      row.fields.map(\.term) + (row.tail.map { [$0] } ?? [])
    case .operation(let parameters, let result): parameters + [result]
    case .alias(_, let arguments, let meaning): arguments + [meaning]
    case .bound(let term): [term]
    }
  }

  /// The end of the chain of solved variables; aliases stay.
  mutating func solution(_ term: Term) -> Term {
    var end = term
    var steps = 0
    while case .bound(let next) = node(end), opaque.isEmpty || !opaque.contains(end) {
      end = next
      steps += 1
    }
    if steps > Self.longChain { halve(term) }
    return end
  }

  private static let longChain = 8

  /// Lets the variables of a chain point two steps ahead. Apart from the loop above, so that
  /// reading never holds the array while it is written.
  @inline(never)
  private mutating func halve(_ term: Term) {
    var term = term
    while case .bound(let next) = node(term) {
      if !opaque.isEmpty, opaque.contains(term) { break }
      if case .bound(let afterNext) = node(next), frozen[next] == nil {
        write(.bound(afterNext), at: term)
      }
      term = next
    }
  }

  /// The end of the chain of solved variables and aliases.
  mutating func find(_ term: Term) -> Term {
    var term = solution(term)
    while case .alias(_, _, let meaning) = node(term) { term = solution(meaning) }
    return term
  }

  mutating func setLevel(of variable: Term, to level: Int32) {
    write(.variable(level: level), at: variable)
  }

  private mutating func write(_ shape: Shape, at term: Term) {
    if isRecording { trail.append((term, node(term))) }
    shapes[Int(term.index)] = shape
  }

  /// Starts a walk over terms: `isFirstVisit` is true once for each term.
  mutating func beginWalk() { walk &+= 1 }

  mutating func isFirstVisit(_ term: Term) -> Bool {
    if visits[Int(term.index)] == walk { return false }
    visits[Int(term.index)] = walk
    return true
  }

  /// Makes two terms equal, or says why that is impossible and changes nothing.
  mutating func unify(_ expected: Term, _ found: Term) -> Mismatch? {
    isRecording = true
    namesake = nil
    defer {
      isRecording = false
      trail.removeAll(keepingCapacity: true)
      if comparisons > Self.manyComparisons { compared = [] }
      comparisons = 0
    }
    let frozenBefore = frozen
    guard let mismatch = solve(expected, found, depth: 0) else { return nil }
    for entry in trail.reversed() { shapes[Int(entry.term.index)] = entry.shape }
    frozen = frozenBefore
    return mismatch
  }

  private static let manyComparisons = 1_000

  mutating func solve(_ expected: Term, _ found: Term, depth: Int) -> Mismatch? {
    let expected = solution(expected)
    let found = solution(found)
    if expected == found { return nil }
    let a = find(expected)
    let b = find(found)
    if a == b { return nil }
    guard depth < Self.depthLimit else { return Mismatch(.tooDeep, expected, found) }
    if areNamesakes(expected, found) {
      if solve(a, b, depth: depth + 1) != nil { namesake = found }
      return nil
    }
    comparisons += 1
    if comparisons > Self.manyComparisons, !compared.insert(Pair(first: a, second: b)).inserted { return nil }
    switch (node(a), node(b)) {
    case (.variable(let first), .variable(let second)):
      return bindVariables(a, first, b, second)
    case (.variable(let level), _): return bind(a, level, to: found, expected, found)
    case (_, .variable(let level)): return bind(b, level, to: expected, expected, found)
    case (.poison, _), (_, .poison): return nil
    case (.boolean, .boolean), (.integer, .integer), (.string, .string): return nil
    case (.uninterpreted(let first, _), .uninterpreted(let second, _)) where first == second: return nil
    case (.set(let first), .set(let second)):
      return solve(first, second, depth: depth + 1)?.inside(.element)
    case (.list(let first), .list(let second)):
      return solve(first, second, depth: depth + 1)?.inside(.element)
    case (.map(let key, let value), .map(let otherKey, let otherValue)):
      return solve(key, otherKey, depth: depth + 1)?.inside(.key)
        ?? solve(value, otherValue, depth: depth + 1)?.inside(.value)
    case (.tuple(let first), .tuple(let second)):
      return solveRows(.tuple, first, second, expected, found, depth: depth + 1)
    case (.record(let first), .record(let second)):
      return solveRows(.record, first, second, expected, found, depth: depth + 1)
    case (.sum(let first, let name), .sum(let second, let otherName)):
      if let name, name == otherName {
        return solveNamesakes(first, second, expected, found, depth: depth + 1)
      }
      return solveRows(.sum, first, second, expected, found, depth: depth + 1)
    case (.operation(let first, let result), .operation(let second, let otherResult)):
      guard first.count == second.count else {
        return Mismatch(.parameterCount(first.count, second.count), expected, found)
      }
      for (index, pair) in zip(first, second).enumerated() {
        if let mismatch = solve(pair.0, pair.1, depth: depth + 1) {
          return mismatch.inside(.parameter(index + 1))
        }
      }
      return solve(result, otherResult, depth: depth + 1)?.inside(.result)
    default:
      return Mismatch(.different, expected, found)
    }
  }

  /// True for two declared types of one name. In Quint they are equal even if they come from
  /// different modules and have different meanings.
  private func areNamesakes(_ a: Term, _ b: Term) -> Bool {
    guard isGround(a), isGround(b), case .alias(let name, [], _) = node(a),
      case .alias(let other, [], _) = node(b)
    else { return false }
    return name == other
  }

  /// Solves one of two variables by the other: the outer one stays, and a frozen
  /// one stays before all others.
  private mutating func bindVariables(
    _ a: Term, _ first: Int32, _ b: Term, _ second: Int32
  ) -> Mismatch? {
    let keepsFirst = frozen[b] != nil ? false : frozen[a] != nil ? true : first <= second
    solveVariable(keepsFirst ? b : a, by: keepsFirst ? a : b)
    return nil
  }

  /// Solves an unsolved variable, unless its solution would contain it.
  mutating func bind(
    _ variable: Term, _ level: Int32, to term: Term, _ expected: Term, _ found: Term
  ) -> Mismatch? {
    beginWalk()
    if let problem = lower(term, to: level, avoiding: variable, depth: 0) {
      return Mismatch(problem, expected, found)
    }
    solveVariable(variable, by: term)
    return nil
  }

  private mutating func solveVariable(_ variable: Term, by term: Term) {
    write(.bound(term), at: variable)
    if frozen[variable] != nil { frozen[variable] = .solved(byModule: currentModule) }
  }

  /// Lowers the levels in a term to at most `level`; says why not if it contains
  /// `variable` or is too deep.
  private mutating func lower(
    _ term: Term, to level: Int32, avoiding variable: Term, depth: Int
  ) -> Mismatch.Reason? {
    if isGround(term) { return nil }
    if term == variable { return .infinite }
    if depth > Self.depthLimit { return .tooDeep }
    if !isFirstVisit(term) { return nil }
    switch node(term) {
    case .variable(let own):
      if own > level {
        setLevel(of: term, to: level)
        if level == 0 { moduleVariables.append(term) }
      }
      return nil
    case .bound(let next): return lower(next, to: level, avoiding: variable, depth: depth)
    case let shape:
      for child in Self.children(of: shape) {
        if let problem = lower(child, to: level, avoiding: variable, depth: depth + 1) { return problem }
      }
      return nil
    }
  }
}

/// State of a variable after the end of its module.
enum Frozen {
  case open
  /// A module that imports the variable's module plainly has determined it.
  case solved(byModule: Int)
}

/// One type under construction: an index into the nodes of a `Unifier`.
struct Term: Hashable {
  var index: Int32
}

/// Labelled terms, sorted by label (tuples: by position).
struct TermRow {
  var fields: [Field]
  /// nil when the row is closed; otherwise a variable, or a solved one that holds
  /// the rest of the row.
  var tail: Term?

  struct Field {
    var label: String
    var term: Term

    init(_ label: String, _ term: Term) {
      self.label = label
      self.term = term
    }
  }

  init(_ fields: [Field], tail: Term? = nil) {
    self.fields = fields
    self.tail = tail
  }
}

/// Why two types differ, and where inside them.
struct Mismatch {
  enum Reason {
    case different
    /// A type would have to contain itself.
    case infinite
    /// A type has more levels than `Unifier.depthLimit`.
    case tooDeep
    case parameterCount(Int, Int)
    /// Labels that the found type lacks.
    case missing([String], RowKind)
    /// Labels that the expected type does not have.
    case unexpected([String], RowKind)
  }

  enum Step {
    case element, key, value, result
    case parameter(Int)
    case entry(String, RowKind)
  }

  var reason: Reason
  /// The innermost types that differ.
  var expected: Term
  var found: Term
  /// The way to them, innermost step first.
  var path: [Step] = []

  init(_ reason: Reason, _ expected: Term, _ found: Term) {
    self.reason = reason
    self.expected = expected
    self.found = found
  }

  func inside(_ step: Step) -> Mismatch {
    var result = self
    result.path.append(step)
    return result
  }
}

/// Which of the three types with labels a row belongs to.
enum RowKind {
  case tuple, record, sum
}
