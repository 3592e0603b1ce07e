import ProtocolModel

/// The states that a small model can reach, with every way from one to another.
///
/// It is made by the evaluator alone, which takes the steps one by one and tells their stories:
/// a graph is for people to look at, so it must be right, and never needs to be large.
public struct StateGraph: Sendable {
  public struct Edge: Sendable {
    public var target: Int
    /// The action with its arguments; nil for a step without a name.
    public var action: ActionCall?
    public var picks: [NamedValue]
    /// Indices in `machine.properties` of those that this transition violates.
    public var violated: [Int]
  }

  public struct Node: Sendable {
    /// Values in the order of the variables.
    public var values: [Value]
    /// Steps from the nearest initial state.
    public var depth: Int
    /// A state before it on a shortest way; nil for initial ones.
    public var parent: Int?
    public var edges: [Edge] = []
    /// What cannot be done here, and why; empty unless that was asked for.
    public var refused: [RefusedAction] = []
    /// Indices in `machine.properties` of those that are false here (of witnesses: true).
    public var marked: [Int] = []
    /// Values of the expressions that were asked for.
    public var projection: [Value] = []
  }

  public let machine: Machine
  /// In order of discovery, nearest first; the first `initialCount` are initial.
  public private(set) var nodes: [Node] = []
  public private(set) var initialCount = 0

  /// Why there is no complete graph.
  public enum Failure: Error, Sendable {
    case stopped(StopReason)
    /// At a state, if it was not in `init`.
    case failed(EvaluationError, activity: String)
  }

  /// What to explore.
  public struct Request: Sendable {
    /// More states than these are a failure.
    public var maxStates = 50_000
    /// States so many steps away are not left any more.
    public var maxSteps = Int.max
    /// Whether refused actions are told.
    public var explainsRefusals = false
    /// Functions without parameters whose values are noted at each state.
    public var projection: [FunctionID] = []
    public var limits = SearchLimits()

    public init() {}
  }

  /// Explores all of a machine.
  ///
  /// - Complexity: one run of the step for each transition; with refusals, an attempt of every
  ///   transition in every state, too.
  public static func of(_ machine: Machine, _ request: Request) throws(Failure) -> StateGraph {
    var explorer = Explorer(machine, request)
    try explorer.run()
    return explorer.graph
  }

  fileprivate init(_ machine: Machine) { self.machine = machine }

  /// States from an initial one to this one.
  public func path(to node: Int) -> [Int] {
    var path = [node]
    while let parent = nodes[path[path.count - 1]].parent { path.append(parent) }
    return path.reversed()
  }

  /// The nearest state that violates a property, or at which a transition that does so begins, with the
  /// way to it. Nil if there is none.
  public var violationPath: [Int]? {
    for (index, node) in nodes.enumerated() {
      if node.marked.contains(where: { machine.properties[$0].kind != .witness }) { return path(to: index) }
      if let edge = node.edges.first(where: { !$0.violated.isEmpty }) {
        return path(to: index) + [edge.target]
      }
    }
    return nil
  }
}

/// Breadth-first exploration that keeps everything.
private struct Explorer {
  var graph: StateGraph
  private let machine: Machine
  private let request: StateGraph.Request
  private let evaluator: Evaluator
  private var interned: InternedStates
  private let store: StateStore
  private let conditions: Set<ExpressionID>

  init(_ machine: Machine, _ request: StateGraph.Request) {
    self.machine = machine
    self.request = request
    graph = StateGraph(machine)
    evaluator = Evaluator(machine: machine)
    evaluator.keepsStory = true
    let limits = request.limits
    evaluator.shouldStop = { limits.isInterrupted?() == true || limits.isTimeOver?() == true }
    interned = InternedStates(variableCount: machine.variables.count)
    store = StateStore(width: machine.variables.count)
    conditions = Machine.branchConditions(of: machine.transitions)
  }

  mutating func run() throws(StateGraph.Failure) {
    do throws(EvaluationError) {
      try explore()
    } catch {
      if let stopped { throw .stopped(stopped) }
      guard error.isLimit else { throw .failed(error, activity: activity) }
      if request.limits.isInterrupted?() == true { throw .stopped(.interrupted) }
      if request.limits.isTimeOver?() == true { throw .stopped(.time) }
      throw .stopped(.evaluation(error.message))
    }
    if let stopped { throw .stopped(stopped) }
  }

  private var activity = "in `init`"
  private var stopped: StopReason?

  private mutating func explore() throws(EvaluationError) {
    activity = "in an assumption"
    for assumption in machine.assumptions where try !evaluator.isTrue(assumption.function) {
      throw EvaluationError(.general, "the assumption is false", at: machine[assumption.function].body)
    }
    activity = "in `init`"
    guard let initial = machine.initial, let step = machine.step else { return }
    for outcome in try outcomes(of: initial, from: nil) { _ = try add(outcome.values, after: nil) }
    graph.setInitialCount(store.count)
    var index = 0
    while index < store.count, stopped == nil {
      if let reason = request.limits.reached(states: 0) {
        stopped = reason
        return
      }
      try judge(index)
      if graph.nodes[index].depth >= request.maxSteps {
        index += 1
        continue
      }
      activity = "in `step`"
      for outcome in try outcomes(of: step, from: index) {
        guard let target = try add(outcome.values, after: index) else { return }
        let violated = try violated(from: index, to: target)
        graph.addEdge(
          .init(target: target, action: outcome.action, picks: outcome.picks, violated: violated), to: index)
      }
      index += 1
    }
  }

  private struct Found {
    var values: [Value?]
    var action: ActionCall?
    var picks: [NamedValue]
  }

  private func outcomes(
    of action: FunctionID, from index: Int?
  ) throws(EvaluationError) -> [Found] {
    if let index { evaluator.load(graph.nodes[index].values) } else { evaluator.unload() }
    var found: [Found] = []
    try evaluator.forEachOutcome(of: action) { outcome throws(EvaluationError) in
      let step = evaluator.step(to: outcome)
      found.append(
        Found(values: outcome.values, action: step.action ?? step.enclosingAction, picks: step.picks))
      return true
    }
    return found
  }

  /// The number of a state; nil when there are too many.
  private mutating func add(_ values: [Value?], after parent: Int?) throws(EvaluationError) -> Int? {
    var row: [UInt32] = []
    for (variable, value) in values.enumerated() {
      guard let value else { throw .unassigned(machine.variables[variable].name, in: machine) }
      do throws(ValueError) {
        row.append(try interned.number(of: value, variable: variable))
      } catch {
        throw EvaluationError(.notExecutable, "\(error)", at: ExpressionID(0), isLimit: true)
      }
    }
    guard let (index, isNew) = store.insert(row, parent: StateStore.none) else { return nil }
    guard isNew else { return Int(index) }
    guard store.count <= request.maxStates else {
      stopped = .states(request.maxStates)
      return nil
    }
    let canonical = row.enumerated().map { interned.values[$0][Int($1)] }
    graph.add(
      .init(values: canonical, depth: parent.map { graph.nodes[$0].depth + 1 } ?? 0, parent: parent))
    return Int(index)
  }

  // MARK: What is noted at a state

  private mutating func judge(_ index: Int) throws(EvaluationError) {
    let node = graph.nodes[index]
    evaluator.load(node.values)
    var marked: [Int] = []
    for (number, property) in machine.properties.enumerated() {
      switch property.scope {
      case .transitions, .behaviors: continue
      case .initialStates where node.depth > 0: continue
      case .initialStates, .states: break
      }
      guard property.kind != .maximum, property.kind != .minimum else { continue }
      activity = "in \(property.kind.rawValue) `\(property.name)`"
      var holds = true
      for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true {
        holds = false
        break
      }
      if holds == (property.kind == .witness) { marked.append(number) }
    }
    activity = "in an expression that was asked for"
    var projection: [Value] = []
    for function in request.projection {
      let value = try evaluator.value(of: function)
      projection.append((try? value.canonicalized()) ?? value)
    }
    let refused = request.explainsRefusals ? evaluator.menu(of: machine.transitions).refused : []
    graph.note(marked, projection, refused, at: index)
  }

  private mutating func violated(from source: Int, to target: Int) throws(EvaluationError) -> [Int] {
    var violated: [Int] = []
    for (number, property) in machine.properties.enumerated() {
      guard case .transitions = property.scope else { continue }
      activity = "in \(property.kind.rawValue) `\(property.name)`"
      evaluator.load(graph.nodes[source].values)
      let holds = try evaluator.withSuccessor(graph.nodes[target].values) { () throws(EvaluationError) in
        for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true {
          return false
        }
        return true
      }
      if !holds { violated.append(number) }
    }
    activity = "in `step`"
    return violated
  }
}

extension StateGraph {
  fileprivate mutating func add(_ node: Node) { nodes.append(node) }
  fileprivate mutating func setInitialCount(_ count: Int) { initialCount = count }
  fileprivate mutating func addEdge(_ edge: Edge, to node: Int) { nodes[node].edges.append(edge) }

  fileprivate mutating func note(
    _ marked: [Int], _ projection: [Value], _ refused: [RefusedAction], at node: Int
  ) {
    nodes[node].marked = marked
    nodes[node].projection = projection
    nodes[node].refused = refused
  }
}
