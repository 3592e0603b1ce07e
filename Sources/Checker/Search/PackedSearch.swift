import ProtocolModel

/// Breadth-first search over packed states, by compiled code, with several threads.
///
/// A level is judged as a whole, then expanded in rounds. In a round, chunks of states are
/// expanded, each by one worker, into rows that are sorted by partition; then each
/// partition takes in its rows, chunk after chunk, by one worker. Between the two all
/// workers wait for each other, so that no memory is written by one thread and read by
/// another at the same time: there is nothing to lock. Since chunks and partitions do not
/// depend on the number of threads, neither does anything that is found.
///
/// Sorting by partition has another effect: lookups go to one small table after the other,
/// not all over the memory, which is what limits a search otherwise.
///
/// What the code cannot decide (an operation without value, a value that the layout has no
/// place for) is asked of the evaluator.
///
/// - Complexity: one run of the code for each state, one lookup for each transition.
final class PackedSearch {
  /// How a search ends.
  enum Outcome {
    case finished(SearchResult)
    /// A state has no place in the layout.
    case misfit([Value?])
    /// The engine is not able to go on; why.
    case refused(String)
  }

  let machine: Machine
  let options: SearchOptions
  let evaluator: Evaluator
  var report: SearchReport<PackedStore.Place>
  let code: SuccessorCode
  let store: PackedStore
  let pool: WorkerPool
  let workers: [Worker]
  /// Judged properties with the bits of their conjuncts.
  let questions: JudgedQuestions
  let goals: GoalCode
  /// How often the evaluator was asked about a goal.
  var confirmations = 0
  var chunkPool: [ChunkResult] = []
  private var fired: [Bool]
  var level = 0
  /// By partition: the states of the present level.
  private(set) var levelRanges: [Range<Int>]
  /// States that were expanded.
  var expanded = 0
  /// States that the evaluator expanded because the code gave up without need.
  var rescues = 0
  /// Sorts what they lead to: what is left out then does not depend on what a thread has seen.
  var rescueSorter: SuccessorSorter?

  /// Receives the counters between rounds.
  var progress: ((SearchStatistics) -> Void)?
  /// Called after each level.
  var levelFinished: ((SearchStatistics) -> Void)?
  /// Has these goals compiled; the library once it is ready, or after waiting for it.
  var compiledGoals: ((_ goals: [Int], _ waits: Bool) -> NativeLibrary?)?
  /// Begins to compile the actions of fairness conditions.
  var compileActions: ((SuccessorCode) -> NativeCompilation?)?
  /// Goals that the library has, once it was asked for.
  var nativeGoals: [Int] = []
  var scansWhileExpanding = true
  /// By partition, if states are no longer scanned while they are expanded: those before were.
  var scannedUpTo: [Int] = []
  let start = ContinuousClock.now
  /// States at which loops are looked for before all are known.
  var nextLook: Int
  /// Asked between rounds: code to go on with, when it has become ready.
  var nativeLibrary: (() -> NativeLibrary?)?

  private static let chunkSize = 2_048

  init(
    machine: Machine, options: SearchOptions, code: SuccessorCode, questions: JudgedQuestions,
    evaluator: Evaluator, threads: Int, coverage: CoverageLedger, goals: GoalCode
  ) throws(SymbolicRefusal) {
    self.machine = machine
    self.options = options
    self.code = code
    self.questions = questions
    self.evaluator = evaluator
    nextLook = options.looksForLoopsFrom
    report = SearchReport(machine: machine, options: options)
    report.coverage.adopt(coverage)
    self.goals = goals
    do throws(ReservedMemory.Failure) {
      store = try PackedStore(
        layout: code.layout, memoryLimit: options.limits.memory ?? 1 << 38, spillingTo: options.spillFolder)
    } catch {
      throw SymbolicRefusal("no addresses can be reserved, or no files be made")
    }
    let bytecode = try Bytecode(code)
    pool = WorkerPool(count: threads)
    var workers: [Worker] = []
    for _ in 0..<pool.count { workers.append(Worker(code, BytecodeInterpreter(code, bytecode))) }
    for worker in workers where !goals.numbers.isEmpty { worker.scanner = try GoalScanner(goals) }
    self.workers = workers
    fired = Array(repeating: false, count: code.actions.count)
    levelRanges = Array(repeating: 0..<0, count: PackedStore.partitionCount)
  }

  typealias End = SearchReport<PackedStore.Place>.End

  /// What ends a search before its time.
  enum Break: Error {
    case end(End)
    case misfit([Value?])
    case refused(String)
  }

  func run(from initialStates: [[Value?]]) -> Outcome {
    defer { pool.stop() }
    giveUpGoalsWithoutCode()
    do throws(Break) {
      try admit(initialStates)
      try explore(from: initialStates)
    } catch {
      switch error {
      case .misfit(let values): return .misfit(values)
      case .refused(let reason): return .refused(reason)
      case .end(let end): return .finished(finish(end))
      }
    }
    return .finished(finish(nil))
  }

  /// Bytes of the states and of what belongs to them.
  var bytesInUse: Int { store.bytesInUse }

  private func admit(_ states: [[Value?]]) throws(Break) {
    let batch = SuccessorBatch(byteCount: code.layout.byteCount)
    let sorter = workers[0].sorter
    for first in stride(from: 0, to: states.count, by: sorter.rowLimit) {
      let part = states[first..<min(first + sorter.rowLimit, states.count)]
      let rows = try packed(part)
      rows.withUnsafeBufferPointer { buffer in
        if let rows = buffer.baseAddress { sorter.sort(rows, count: part.count, into: batch) }
      }
      guard store.addInitialStates(batch, by: pool) else { throw .refused("the store is full") }
      try checkLimits(newStates: 0)
    }
  }

  /// Rows for states, with padding behind them.
  private func packed(_ states: some Sequence<[Value?]>) throws(Break) -> [UInt64] {
    var rows: [UInt64] = []
    var row = [UInt64](repeating: 0, count: code.layout.width)
    for state in states {
      guard code.layout.encode(state, into: &row) else { throw .misfit(state) }
      rows += row
    }
    return rows + [UInt64](repeating: 0, count: PackedStore.widthLimit)
  }

  // MARK: Levels

  private func explore(from initialStates: [[Value?]]) throws(Break) {
    while true {
      var size = 0
      for (index, partition) in store.partitions.enumerated() {
        levelRanges[index] = levelRanges[index].upperBound..<partition.count
        size += levelRanges[index].count
      }
      report.statistics.distinct = store.count
      if size == 0 { break }
      report.statistics.depth = level
      report.statistics.beginLevel(size)
      try judgeLevel()
      prepareScan()
      lookForLoops(from: initialStates)
      if report.isDone || level == options.maxSteps { return }
      try expandLevel()
      progress?(report.statistics)
      levelFinished?(report.statistics)
      if report.isDone { return }
      if options.spillFolder != nil, store.bytesInUse > (options.limits.memory ?? .max) / 2 {
        store.pageOut()
      }
      level += 1
    }
    scanTheRest()
    report.isExhausted = true
  }

  /// The states of the level in chunks, in the order of partitions.
  func chunks() -> [PackedStore.Chunk] {
    var result: [PackedStore.Chunk] = []
    for (partition, range) in levelRanges.enumerated() {
      var first = range.lowerBound
      while first < range.upperBound {
        let count = min(Self.chunkSize, range.upperBound - first)
        result.append(.init(partition: partition, first: first, count: count))
        first += count
      }
    }
    return result
  }

  func checkLimits(newStates: Int) throws(Break) {
    if let most = options.limits.states, store.count >= most, newStates > 0 {
      throw .end(.stopped(.states(most)))
    }
    if let reason = options.limits.reached(states: 0) { throw .end(.stopped(reason)) }
  }

  // MARK: Judging

  private func judgeLevel() throws(Break) {
    guard questions.areAsked(report) else { return }
    let chunks = chunks()
    var start = 0
    while start < chunks.count {
      let round = chunks[start..<min(start + 256, chunks.count)]
      var open = questions.open(report, initial: level == 0)
      open.countsValues = options.countsValues
      let findings = UnsafeMutableBufferPointer<Findings>.allocate(capacity: round.count)
      findings.initialize(repeating: Findings())
      defer { findings.deallocate() }
      nonisolated(unsafe) let results = findings
      let (asked, limits) = (open, options.limits)
      pool.run(parts: round.count, isSmall: round.count < 4) { worker, part in
        if let reason = limits.interruption {
          results[part].stopped = reason
          return
        }
        let chunk = round[start + part]
        self.workers[worker].judge(
          self.store.partitions[chunk.partition].state(chunk.first), chunk.count, asked, &results[part])
      }
      defer { findings.deinitialize() }
      for (part, chunk) in round.enumerated() { try note(findings[part], of: chunk) }
      if let reason = findings.lazy.compactMap(\.stopped).first { throw .end(.stopped(reason)) }
      start += round.count
      try checkLimits(newStates: 0)
    }
  }

  private func note(_ findings: Findings, of chunk: PackedStore.Chunk) throws(Break) {
    func place(_ offset: Int) -> PackedStore.Place {
      .init(partition: chunk.partition, number: chunk.first + offset)
    }
    var decided = findings.decided[...]
    // In the order of states: what is decided by an earlier state is not asked of a later one.
    func decide(before end: Int) {
      while let (number, offset) = decided.first, offset < end {
        decided.removeFirst()
        guard report.judges[number].decidedBy == nil else { continue }
        report.judges[number].decidedBy = place(offset)
        report.judges[number].steps = level
      }
    }
    for offset in findings.undefined {
      decide(before: offset)
      try judgeByEvaluator(place(offset))
    }
    decide(before: .max)
    for (number, counts) in findings.counts {
      for (value, count) in counts { report.judges[number].counts[.small(value), default: 0] += count }
    }
    for (number, value, offset) in findings.extremes { noteExtreme(number, .small(value), at: place(offset)) }
  }

  private func noteExtreme(_ number: Int, _ value: Integer, at place: PackedStore.Place) {
    let isMaximum = report.judges[number].property.kind == .maximum
    if let best = report.judges[number].extreme, isMaximum ? value <= best : value >= best { return }
    report.judges[number].extreme = value
    report.judges[number].source = place
    report.judges[number].steps = level
  }

  private func judgeByEvaluator(_ place: PackedStore.Place) throws(Break) {
    if let reason = options.limits.interruption { throw .end(.stopped(reason)) }
    evaluator.load(store.values(at: place))
    for number in report.judges.indices where report.judges[number].decidedBy == nil {
      switch report.judges[number].scope {
      case .transitions, .behaviors: continue
      case .initialStates where level > 0: continue
      case .states, .initialStates: break
      }
      let property = report.judges[number].property
      try guarding(at: place, "in \(property.kind.rawValue) `\(property.name)`") {
        () throws(EvaluationError) in
        switch property.kind {
        case .maximum, .minimum:
          if let value = try evaluator.value(of: property.function).asInteger {
            if options.countsValues { report.judges[number].counts[value, default: 0] += 1 }
            noteExtreme(number, value, at: place)
          }
        case .invariant, .inductive, .temporal, .witness:
          var holds = true
          for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true {
            holds = false
            break
          }
          if holds != (property.kind == .witness) { return }
          report.judges[number].decidedBy = place
          report.judges[number].steps = level
        }
      }
    }
  }

  func guarding<Result>(
    at place: PackedStore.Place?, _ activity: @autoclosure () -> String,
    _ body: () throws(EvaluationError) -> Result
  ) throws(Break) -> Result {
    do throws(EvaluationError) {
      return try body()
    } catch {
      throw .end(report.end(error, at: place, activity()))
    }
  }

  // MARK: The result

  /// The states behind a state, back to an initial one.
  func parent(of place: PackedStore.Place) -> PackedStore.Place? {
    guard let chunk = store.origin(of: place) else { return nil }
    let states = store.partitions[chunk.partition].state(chunk.first)
    let row = UnsafeRawPointer(store.bytes(at: place))
    let offset =
      workers[0].firstState(leadingTo: row, states, chunk.count)
      ?? firstState(leadingTo: store.values(at: place), in: chunk)
    return offset.map { .init(partition: chunk.partition, number: chunk.first + $0) }
  }

  private func finish(_ end: End?) -> SearchResult {
    report.statistics.distinct = store.count
    for worker in workers { worker.collectFired(into: &fired) }
    for (number, isFired) in fired.enumerated() where isFired {
      for action in code.actions[number] { report.fired[Int(action.index)] = true }
    }
    let traces = TraceBuilder<PackedStore.Place>(machine: machine, evaluator: evaluator) { [store] place in
      store.values(at: place)
    } parent: { [self] place in
      parent(of: place)
    }
    return report.result(end: end, traces)
  }

  /// The same by the evaluator, for states that the code gives up on.
  private func firstState(leadingTo values: [Value?], in chunk: PackedStore.Chunk) -> Int? {
    guard let step = machine.step else { return nil }
    // A state without the one it was found from would be taken for an initial one.
    let shouldStop = evaluator.shouldStop
    evaluator.shouldStop = nil
    defer { evaluator.shouldStop = shouldStop }
    for offset in 0..<chunk.count {
      evaluator.load(store.values(at: .init(partition: chunk.partition, number: chunk.first + offset)))
      var isFound = false
      try? evaluator.forEachOutcome(of: step) {
        isFound = $0.values == values
        return !isFound
      }
      if isFound { return offset }
    }
    return nil
  }
}
