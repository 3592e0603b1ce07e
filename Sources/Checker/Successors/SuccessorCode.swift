import ProtocolModel

/// The step of a machine over packed states, as operations in nested scopes.
///
/// All transitions are tried one after the other. Those that begin with the same guards
/// share them: the operations form a tree, written as a list in which `begin` opens a
/// scope that is entered when a guard holds, and `end` closes it. A term is defined where
/// it is first needed and known until its scope ends. Both executors (bytecode and C) are
/// a walk through this list, so they mean the same.
///
/// Where an operation has no value, or a value no place in the layout, the code gives up
/// on the state; the evaluator then says what its successors are. So the code never has
/// to be right about errors, only about noticing them.
struct SuccessorCode: Sendable {
  typealias Term = TermGraph.Term

  enum Operation: Sendable {
    /// The term is needed from here on; its operands were defined before.
    case define(Term)
    /// Opens a scope that is entered if the term is so.
    case begin(Term, Bool)
    case end
    case giveUpIf(Term)
    case giveUp
    /// A successor: the present row with these leaves changed.
    case emit(transition: Int, stores: [LeafStore])
    /// Of the predicate with this number.
    case truth(Int, Term)
    /// Of the quantity with this number.
    case quantity(Int, Term)
  }

  struct LeafStore: Hashable, Sendable {
    var leaf: Int
    var term: Term
  }

  /// What to compute of a state beside its successors.
  struct Questions {
    /// Predicates on a state: their truth.
    var predicates: [FramedExpression] = []
    /// Predicates on a transition.
    var stepPredicates: [FramedExpression] = []
    /// Integers.
    var quantities: [FramedExpression] = []

    /// Truths are bits of a word, the highest one says that something is undefined.
    static let limit = 63
  }

  let layout: StateLayout
  let graph: TermGraph
  /// By transition: the actions that it goes through.
  let actions: [[FunctionID]]
  /// The most successors that one state may have.
  let successorLimit: Int
  /// Each part is a list for itself; the step is all parts one after the other.
  let stepParts: [[Operation]]
  /// Truths and quantities of a state.
  let judgment: [Operation]
  /// Truths of a transition; input `leaves + n` is leaf `n` of the later state.
  let stepJudgment: [Operation]
  let quantityCount: Int

  /// Lowers a machine for a layout.
  ///
  /// - Parameter shouldStop: asked now and then; true ends it with a refusal.
  /// - Throws: `SymbolicRefusal` when it has no symbolic form, or integers may be large.
  /// - Complexity: O(size of the terms), which grow with the number of ways to pick.
  init(
    _ machine: Machine, layout: StateLayout, questions: Questions, shouldStop: (() -> Bool)? = nil
  ) throws(SymbolicRefusal) {
    guard max(questions.predicates.count, questions.stepPredicates.count) <= Questions.limit else {
      throw SymbolicRefusal("more than \(Questions.limit) properties")
    }
    var graph = TermGraph()
    let current = layout.symbolicState(&graph)
    let next =
      questions.stepPredicates.isEmpty
      ? nil : layout.symbolicState(&graph, firstInput: layout.leaves.count)
    let symbolic = try SymbolicMachine(
      machine, current: current, next: next, graph: graph,
      predicates: questions.predicates, stepPredicates: questions.stepPredicates,
      quantities: questions.quantities, shouldStop: shouldStop)
    var storage = SymbolicStorage(graph: symbolic.graph)
    var paths: [TransitionPath] = []
    var actions: [[FunctionID]] = []
    for transition in symbolic.transitions {
      if shouldStop?() == true { throw .noTime }
      var path = TransitionPath(transition: actions.count)
      for guardian in transition.guards {
        path.add(.giveUpIf(guardian.undefined), storage.graph)
        path.add(.require(guardian.condition, true), storage.graph)
      }
      if !path.isDead {
        let stored = try layout.store(transition.updates, &storage)
        path.add(.giveUpIf(storage.graph.not(stored.fits)), storage.graph)
        var stores: [LeafStore] = []
        for (leaf, code) in stored.codes.enumerated() {
          let term = code ?? storage.graph.integer(0)
          if !layout.isPresent(term, in: leaf, storage.graph) {
            stores.append(LeafStore(leaf: leaf, term: term))
          }
        }
        path.stores = stores
      }
      if path.steps.isEmpty, path.isDead { continue }
      paths.append(path)
      actions.append(transition.actions)
    }
    guard storage.graph.isBounded else { throw SymbolicRefusal("integers without a small bound") }
    self.layout = layout
    self.graph = storage.graph
    self.actions = actions
    successorLimit = max(1, paths.count { !$0.isDead })
    var lowering = CodeLowering(graph: storage.graph)
    stepParts = try lowering.parts(of: paths, shouldStop)
    judgment = lowering.judgment(symbolic.predicates, symbolic.quantities)
    stepJudgment = lowering.judgment(symbolic.stepPredicates, [])
    quantityCount = symbolic.quantities.count
  }
}

extension SuccessorCode {
  /// The code of one predicate on states, in a graph of its own, without a step.
  ///
  /// - Throws: `SymbolicRefusal` when it has no symbolic form, is large, or integers may be.
  init(
    judging predicate: FramedExpression, of machine: Machine, layout: StateLayout,
    shouldStop: (() -> Bool)? = nil
  ) throws(SymbolicRefusal) {
    var graph = TermGraph()
    let current = layout.symbolicState(&graph)
    let (judged, found) = try SymbolicMachine.condition(
      predicate, of: machine, current: current, graph: graph, shouldStop: shouldStop)
    guard found.isBounded else { throw SymbolicRefusal("integers without a small bound") }
    self.layout = layout
    actions = []
    successorLimit = 1
    stepParts = []
    var lowering = CodeLowering(graph: found)
    judgment = lowering.search(for: judged)
    self.graph = lowering.graph
    guard judgment.count <= Self.judgmentLimit else { throw SymbolicRefusal("too large") }
    stepJudgment = []
    quantityCount = 0
  }

  /// Operations of a predicate that is judged for itself.
  private static let judgmentLimit = 20_000
}

/// What must be so for a transition, in order.
private struct TransitionPath {
  typealias Term = TermGraph.Term

  enum Step: Hashable {
    case giveUpIf(Term)
    case require(Term, Bool)
  }

  var transition: Int
  private(set) var steps: [Step] = []
  var stores: [SuccessorCode.LeafStore] = []
  /// It leads nowhere: a condition is false, or the state was given up on before.
  private(set) var isDead = false
  private var known: [Term: Bool] = [:]

  init(transition: Int) { self.transition = transition }

  mutating func add(_ step: Step, _ graph: TermGraph) {
    if isDead { return }
    switch step {
    case .giveUpIf(let term):
      if graph.booleanValue(of: term) == false || known[term] == false { return }
      steps.append(step)
      if term == .true { isDead = true }
      known[term] = false
    case .require(let term, let value):
      if let constant = graph.booleanValue(of: term) {
        if constant != value { isDead = true }
        return
      }
      if let known = known[term] {
        if known != value { isDead = true }
        return
      }
      switch graph[term] {
      case .and(let a, let b) where value:
        add(.require(a, true), graph)
        add(.require(b, true), graph)
      case .or(let a, let b) where !value:
        add(.require(a, false), graph)
        add(.require(b, false), graph)
      case .not(let inner):
        add(.require(inner, !value), graph)
      default:
        steps.append(step)
        known[term] = value
      }
    }
  }
}

/// Turns paths into operations: equal beginnings of neighboring paths become one.
private struct CodeLowering {
  typealias Term = TermGraph.Term
  typealias Operation = SuccessorCode.Operation

  private(set) var graph: TermGraph
  private var code: [Operation] = []
  private var isDefined: [Bool]
  /// Terms that were defined, innermost scope last.
  private var defined: [Term] = []
  /// Of the scope that is written.
  private var knowledge = LeafKnowledge()

  /// Operations after which a new part begins.
  private static let partLimit = 2_500

  init(graph: TermGraph) {
    self.graph = graph
    isDefined = Array(repeating: false, count: graph.nodes.count)
  }

  mutating func parts(
    of paths: [TransitionPath], _ shouldStop: (() -> Bool)?
  ) throws(SymbolicRefusal) -> [[Operation]] {
    var parts: [[Operation]] = []
    var start = 0
    while start < paths.count {
      if shouldStop?() == true { throw .noTime }
      let end = endOfGroup(from: start, at: 0, in: paths[...])
      lower(paths[start..<end], 0)
      start = end
      if code.count > Self.partLimit || start == paths.count { parts.append(takeCode()) }
    }
    return parts
  }

  mutating func judgment(
    _ predicates: [SymbolicTransition.Guard], _ quantities: [SymbolicTransition.Guard]
  ) -> [Operation] {
    for (number, predicate) in predicates.enumerated() {
      giveUp(if: predicate.undefined)
      define(predicate.condition)
      code.append(.truth(number, predicate.condition))
    }
    for (number, quantity) in quantities.enumerated() {
      giveUp(if: quantity.undefined)
      define(quantity.condition)
      code.append(.quantity(number, quantity.condition))
    }
    return takeCode()
  }

  /// Code that asks whether a predicate is true, and leaves a conjunction at the first operand that is
  /// false: in most states that is the first.
  mutating func search(for predicate: SymbolicTransition.Guard) -> [Operation] {
    giveUp(if: predicate.undefined)
    search(among: alternatives(of: predicate.condition))
    return takeCode()
  }

  /// The alternatives of a term, each as what has to be true for it.
  private func alternatives(of term: Term) -> [[Term]] {
    operands(term, ofOr: true).map { operands($0, ofOr: false) }
  }

  /// What most alternatives need is asked for once, before what few of them need; a few short ones are
  /// one term without branches.
  ///
  /// - Complexity: O(alternatives squared times the size of one) in the worst case.
  private mutating func search(among alternatives: [[Term]]) {
    var rest = alternatives.compactMap { $0.contains(.false) ? nil : knowledge.simplified($0, graph) }
    while !rest.isEmpty {
      let shared = mostNeeded(rest)
      if rest.count > 1, shared?.count ?? 0 < rest.count, isShort(rest) {
        search(for: disjunction(of: rest))
        return
      }
      guard let shared = shared?.term else {
        // Nothing is left to ask for but other alternatives, of which those of one term come last.
        for alternative in rest { search(inside: alternative) }
        return
      }
      let group = rest.filter { $0.contains(shared) }
      rest.removeAll { $0.contains(shared) }
      define(shared)
      code.append(.begin(shared, true))
      let outer = defined.count
      let before = knowledge.assume(shared, graph)
      search(among: group.map { $0.filter { $0 != shared } })
      knowledge.restore(before)
      code.append(.end)
      forget(from: outer)
    }
  }

  private mutating func search(for term: Term) {
    if term == .false { return }
    define(term)
    code.append(.begin(term, true))
    code.append(.truth(0, .true))
    code.append(.end)
  }

  /// Terms that a disjunction without branches may be made of.
  private static let shortLimit = 60

  private func isShort(_ alternatives: [[Term]]) -> Bool {
    var seen: Set<Term> = []
    var pending = alternatives.flatMap { $0 }
    while let next = pending.popLast() {
      if isDefined[Int(next.index)] || graph[next].isConstant || !seen.insert(next).inserted { continue }
      if seen.count > Self.shortLimit { return false }
      pending += graph[next].operands
    }
    return true
  }

  private mutating func disjunction(of alternatives: [[Term]]) -> Term {
    let conjunctions = alternatives.map { graph.conjunction($0) }
    let result = graph.disjunction(conjunctions)
    isDefined += Array(repeating: false, count: graph.nodes.count - isDefined.count)
    return result
  }

  /// A conjunction of terms with alternatives of their own; all but the last are asked for as they are.
  private mutating func search(inside terms: [Term]) {
    guard let last = terms.last else {
      code.append(.truth(0, .true))
      return
    }
    var marks: [Int] = []
    for term in terms.dropLast() {
      define(term)
      code.append(.begin(term, true))
      marks.append(defined.count)
    }
    search(among: alternatives(of: last))
    while let mark = marks.popLast() {
      code.append(.end)
      forget(from: mark)
    }
  }

  /// The term without alternatives that most conjunctions have, the one that is made first among equals.
  private func mostNeeded(_ conjunctions: [[Term]]) -> (term: Term, count: Int)? {
    var counts: [Term: Int] = [:]
    for conjunction in conjunctions {
      for term in conjunction where !isOr(term) { counts[term, default: 0] += 1 }
    }
    return counts.max { ($0.value, $1.key.index) < ($1.value, $0.key.index) }
      .map { (term: $0.key, count: $0.value) }
  }

  private func isOr(_ term: Term) -> Bool {
    if case .or = graph[term] { return true }
    return false
  }

  /// The operands of a tree of `or`s, or of `and`s, those that are made first in front.
  private func operands(_ term: Term, ofOr isOr: Bool) -> [Term] {
    var result: [Term] = []
    var pending = [term]
    while let next = pending.popLast() {
      switch (graph[next], isOr) {
      case (.or(let a, let b), true), (.and(let a, let b), false): pending += [a, b]
      case (.boolean(let value), _):
        // Or, and: neither changes by its neutral element.
        if value == isOr { result.append(next) }
      default: result.append(next)
      }
    }
    return result.sorted { $0.index < $1.index }
  }

  private mutating func takeCode() -> [Operation] {
    forget(from: 0)
    defer { code = [] }
    return code
  }

  private mutating func forget(from start: Int) {
    for term in defined[start...] { isDefined[Int(term.index)] = false }
    defined.removeLast(defined.count - start)
  }

  private func endOfGroup(from start: Int, at depth: Int, in paths: ArraySlice<TransitionPath>) -> Int {
    guard paths[start].steps.count > depth else { return start + 1 }
    var end = start + 1
    while end < paths.endIndex, paths[end].steps.count > depth,
      paths[end].steps[depth] == paths[start].steps[depth]
    { end += 1 }
    return end
  }

  private mutating func lower(_ paths: ArraySlice<TransitionPath>, _ depth: Int) {
    var start = paths.startIndex
    while start < paths.endIndex {
      let path = paths[start]
      guard path.steps.count > depth else {
        if !path.isDead { emit(path) }
        start += 1
        continue
      }
      let end = endOfGroup(from: start, at: depth, in: paths)
      switch path.steps[depth] {
      case .giveUpIf(let term):
        giveUp(if: term)
        if term != .true { lower(paths[start..<end], depth + 1) }
      case .require(let term, let value):
        define(term)
        code.append(.begin(term, value))
        let outer = defined.count
        lower(paths[start..<end], depth + 1)
        forget(from: outer)
        code.append(.end)
      }
      start = end
    }
  }

  private mutating func giveUp(if term: Term) {
    switch graph.booleanValue(of: term) {
    case false?: return
    case true?: code.append(.giveUp)
    case nil:
      define(term)
      code.append(.giveUpIf(term))
    }
  }

  private mutating func emit(_ path: TransitionPath) {
    for store in path.stores { define(store.term) }
    code.append(.emit(transition: path.transition, stores: path.stores))
  }

  /// Defines what a term needs, then the term.
  private mutating func define(_ term: Term) {
    var needed: [Term] = []
    var pending = [term]
    while let next = pending.popLast() {
      if isDefined[Int(next.index)] || graph[next].isConstant { continue }
      isDefined[Int(next.index)] = true
      defined.append(next)
      needed.append(next)
      pending += graph[next].operands
    }
    // Operands come before what they are operands of.
    code += needed.sorted { $0.index < $1.index }.map { .define($0) }
  }
}

extension TermGraph.Node {
  var isConstant: Bool {
    switch self {
    case .boolean, .integer: true
    default: false
    }
  }

  /// The terms that a node is made of.
  var operands: [TermGraph.Term] {
    switch self {
    case .boolean, .integer, .input: []
    case .not(let a): [a]
    case .and(let a, let b), .or(let a, let b), .equal(let a, let b), .less(let a, let b),
      .lessOrEqual(let a, let b), .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .quotient(let a, let b), .remainder(let a, let b):
      [a, b]
    case .ite(let condition, let a, let b): [condition, a, b]
    }
  }
}

extension StateLayout {
  /// True when a leaf gets the code that it has.
  func isPresent(_ code: TermGraph.Term, in leaf: Int, _ graph: TermGraph) -> Bool {
    switch graph[code] {
    case .input(let number, let isBoolean): number == leaf && (isBoolean || leaves[leaf].low == 0)
    case .subtract(let input, let low):
      if case .input(let number, _) = graph[input] {
        number == leaf && graph.integerValue(of: low) == leaves[leaf].low
      } else {
        false
      }
    default: false
    }
  }
}
