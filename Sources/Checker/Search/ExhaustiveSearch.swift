import ProtocolModel

/// Visits every reachable state, by the engine that suits the model.
///
/// The first states are explored by the evaluator: most models in daily use have no more,
/// and it begins at once. From what is met a layout is made and the step is compiled;
/// then the search begins anew over packed states. Random walks show values of deeper
/// states. When a state does not fit the layout, the layout is made wider, and the search
/// begins anew again: what grew gets room to grow further, so that little is done
/// twice. A model that has no finite symbolic form stays
/// with the evaluator.
public final class ExhaustiveSearch {
  /// How states are stored and steps are taken.
  public enum Engine: Sendable {
    /// Compiled where it pays.
    case automatic
    /// The evaluator alone.
    case evaluator
    /// Bytecode, never native code.
    case bytecode
  }

  /// What the search did beside searching.
  public struct Report: Sendable {
    /// Bits of a state by variable, in order; empty when the evaluator did it all.
    public var layout: StateLayout?
    /// Why the evaluator did it all, if it had to.
    public var refusal: String?
    /// Seconds that it took to write the step as code.
    public var loweringSeconds = 0.0
    /// Seconds that the native compiler took; nil if its code was not used.
    public var compileSeconds: Double?
    public var usesNativeCode = false
    /// Native code looked for goals of coverage.
    public var usesNativeGoals = false
    public var storeBytes = 0
    /// How often the layout was made wider.
    public var widenings = 0
  }

  private let machine: Machine
  private let options: SearchOptions
  public private(set) var report = Report()
  /// Receives the counters at each level and every few thousand transitions.
  public var progress: ((SearchStatistics) -> Void)?
  /// Asked before each level: true for a profile of what was found so far, which `profiled` receives.
  public var wantsProfile: ((SearchStatistics) -> Bool)?
  public var profiled: ((SearchProfile) -> Void)?
  /// Compiles the C text of the step; nil keeps to bytecode.
  public var nativeCompiler: NativeCompiler?

  private static let wideningLimit = 64
  /// Random steps before the first layout; each further layout takes twice as many.
  private static let walkedSteps = 1_000
  /// What a profile may take: a search, and one whose time is over.
  private static let profileTime = Duration.seconds(2)
  private static let lastProfileTime = Duration.milliseconds(250)

  public init(machine: Machine, options: SearchOptions) {
    self.machine = machine
    self.options = options
  }

  public func run() -> SearchResult {
    let first = BreadthFirstSearch(machine: machine, options: options)
    first.progress = progress
    first.levelFinished = { [self, unowned first] statistics in
      if wantsProfile?(statistics) == true { profiled?(first.profile(within: Self.profileTime)) }
    }
    let threshold = options.engine == .evaluator ? Int.max : options.compilesFrom
    if var result = first.run(pausingAt: threshold) {
      first.judgeBehaviors(in: &result)
      summarize(result, first.profile)
      return result
    }
    do throws(SymbolicRefusal) {
      if let result = try runPacked(after: first) { return result }
    } catch {
      let place = error.expression.flatMap { machine.location(of: $0) }.map { "\($0): " } ?? ""
      report.refusal = place + error.reason
    }
    report.layout = nil
    let result = first.run()
    summarize(result, first.profile)
    return result
  }

  /// A last profile, of all states.
  private func summarize(_ result: SearchResult, _ profile: (_ within: Duration) -> SearchProfile) {
    guard wantsProfile?(result.statistics) == true else { return }
    profiled?(profile(options.limits.interruption == nil ? Self.profileTime : Self.lastProfileTime))
  }

  private func runPacked(after first: BreadthFirstSearch) throws(SymbolicRefusal) -> SearchResult? {
    var observed = ObservedValues(first.observedValues)
    let initialStates = (0..<first.initialCount).map { first.values(at: StateStore.Index($0)) }
    let limits = options.limits
    let shouldStop = { limits.interruption != nil }
    observed.walk(first.evaluator, from: initialStates, steps: Self.walkedSteps, shouldStop)
    let questions = try JudgedQuestions(SearchReport(machine: machine, options: options))
    var coverage = first.report.coverage
    while report.widenings <= Self.wideningLimit {
      let start = ContinuousClock.now
      let code = try SuccessorCode(
        machine, layout: try layout(for: observed.values), questions: questions.asked, shouldStop: shouldStop)
      report.layout = code.layout
      let goals = GoalCode(coverage, machine, layout: code.layout, shouldStop: shouldStop)
      let search = try PackedSearch(
        machine: machine, options: options, code: code, questions: questions, evaluator: first.evaluator,
        threads: options.threads, coverage: coverage, goals: goals)
      search.progress = progress
      search.levelFinished = { [self, unowned search] statistics in
        if wantsProfile?(statistics) == true { profiled?(search.profile(within: Self.profileTime)) }
      }
      let duration = (ContinuousClock.now - start).components
      report.loweringSeconds += Double(duration.seconds) + Double(duration.attoseconds) / 1e18
      let compilation = nativeCompiler?.begin(CEmitter.source(for: code))
      if options.waitsForNative { compilation?.wait(orUntil: shouldStop) }
      if let compilation {
        search.nativeLibrary = { [self] in
          guard let library = compilation.library else { return nil }
          report.usesNativeCode = true
          report.compileSeconds = compilation.seconds
          return library
        }
      }
      // Goals that are still open in a large search have a library of their own, which is made when it
      // is known which ones these are.
      var goalCompilation: NativeCompilation?
      search.compiledGoals = { [self] wanted, waits in
        if goalCompilation == nil, let text = CEmitter.source(for: goals, wanted) {
          goalCompilation = nativeCompiler?.begin(text)
        }
        if waits || options.waitsForNative { goalCompilation?.wait(orUntil: shouldStop) }
        guard let library = goalCompilation?.library else { return nil }
        report.usesNativeGoals = true
        return library
      }
      search.compileActions = { [self] code in nativeCompiler?.begin(CEmitter.source(for: code)) }
      defer {
        compilation?.abandon()
        goalCompilation?.abandon()
      }
      switch search.run(from: initialStates) {
      case .finished(var result):
        search.judgeBehaviors(in: &result, from: initialStates)
        report.storeBytes = search.bytesInUse
        summarize(result, search.profile)
        return result
      case .misfit(let state):
        coverage = search.report.coverage
        report.widenings += 1
        observed.add(state)
        observed.walk(
          first.evaluator, from: [state], steps: Self.walkedSteps << min(8, report.widenings), shouldStop)
      case .refused(let reason): throw SymbolicRefusal(reason)
      }
    }
    throw SymbolicRefusal("values keep growing")
  }

  /// The layout for all values that were met, with more room each time that it was too narrow.
  private func layout(for observed: [[Value]]) throws(SymbolicRefusal) -> StateLayout {
    var shapes: [Shape] = []
    for (variable, values) in zip(machine.variables, observed) {
      guard let shape = Shape(of: values, type: variable.type) else {
        throw SymbolicRefusal("variable `\(variable.name)` has no finite shape")
      }
      shapes.append(report.layout.map { shape.widened(beyond: $0.shapes[shapes.count]) } ?? shape)
    }
    let layout = StateLayout(shapes: shapes)
    guard layout.width <= PackedStore.widthLimit else { throw SymbolicRefusal("states are too large") }
    return layout
  }
}

/// The values that variables were seen to have, each once.
private struct ObservedValues {
  private(set) var values: [[Value]]
  private var known: [Set<Value>]

  init(_ values: [[Value]]) {
    self.values = values
    known = values.map { Set($0) }
  }

  mutating func add(_ state: [Value?]) {
    for (variable, value) in state.enumerated() {
      guard let value, let canonical = try? value.canonicalized(), known[variable].insert(canonical).inserted
      else { continue }
      values[variable].append(canonical)
    }
  }

  /// Walks at random, always in the same way, and adds what is met.
  mutating func walk(
    _ evaluator: Evaluator, from states: [[Value?]], steps: Int, _ shouldStop: () -> Bool
  ) {
    guard let step = evaluator.machine.step, !states.isEmpty else { return }
    evaluator.chooseRandomly(seed: 1)
    var rest = steps
    var start = 0
    while rest > 0, !shouldStop() {
      evaluator.load(states[start % states.count])
      start += 1
      rest -= 1
      for _ in 0..<100 where rest > 0 {
        guard (try? evaluator.attempt(step)) == true else { break }
        evaluator.accept()
        add(evaluator.currentState)
        rest -= 1
      }
    }
  }
}
