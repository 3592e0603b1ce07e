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
  private let questions: JudgedQuestions
  let goals: GoalCode
  /// How often the evaluator was asked about a goal.
  var confirmations = 0
  var chunkPool: [ChunkResult] = []
  private var fired: [Bool]
  private var level = 0
  /// By partition: the states of the present level.
  private(set) var levelRanges: [Range<Int>]
  /// States that the evaluator expanded because the code gave up without need.
  private var rescues = 0
  private static let rescueLimit = 10_000

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
  /// Rows of one round: enough for each partition to look up many while its table is cached.
  private static let roundRows = 5 << 16

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

  private typealias End = SearchReport<PackedStore.Place>.End

  /// What ends a search before its time.
  private enum Break: Error {
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
      try expandLevel(size)
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
  private func chunks() -> [PackedStore.Chunk] {
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

  private func checkLimits(newStates: Int) throws(Break) {
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
      let asked = open
      pool.run(parts: round.count, isSmall: round.count < 4) { worker, part in
        let chunk = round[start + part]
        self.workers[worker].judge(
          self.store.partitions[chunk.partition].state(chunk.first), chunk.count, asked, &results[part])
      }
      for (part, chunk) in round.enumerated() { try note(findings[part], of: chunk) }
      findings.deinitialize()
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

  private func guarding<Result>(
    at place: PackedStore.Place?, _ activity: @autoclosure () -> String,
    _ body: () throws(EvaluationError) -> Result
  ) throws(Break) -> Result {
    do throws(EvaluationError) {
      return try body()
    } catch {
      throw .end(report.end(error, at: place, activity()))
    }
  }

  // MARK: Expanding

  private func expandLevel(_ size: Int) throws(Break) {
    let chunks = chunks()
    var start = 0
    while start < chunks.count {
      adoptNativeCode()
      let end = endOfRound(from: start, in: chunks)
      try expand(Array(chunks[start..<end]))
      start = end
      report.statistics.distinct = store.count
      report.statistics.frontier = chunks[start...].reduce(0) { $0 + $1.count } + newStates
      progress?(report.statistics)
      try checkLimits(newStates: newStates)
    }
  }

  private var newStates: Int {
    var result = 0
    for (index, partition) in store.partitions.enumerated() {
      result += partition.count - levelRanges[index].upperBound
    }
    return result
  }

  /// Rounds grow with the search, so that their rows need little memory beside the states, and
  /// shrink before a limit of states.
  private func endOfRound(from start: Int, in chunks: [PackedStore.Chunk]) -> Int {
    let expanded = max(1, store.count - newStates)
    let branching = max(1, report.statistics.generated / expanded)
    var most = min(Self.roundRows, max(1 << 15, store.count / 8)) / branching
    if let limit = options.limits.states { most = min(most, max(1, (limit - store.count) / branching)) }
    var end = start
    var states = 0
    while end < chunks.count, states < most {
      states += chunks[end].count
      end += 1
    }
    return end
  }

  private func expand(_ chunks: [PackedStore.Chunk]) throws(Break) {
    while chunkPool.count < chunks.count { chunkPool.append(ChunkResult(code.layout)) }
    let results = chunkPool
    let open = questions.openSteps(report)
    let openGoals = scansWhileExpanding ? openGoals : []
    let isSmall = chunks.count < 2 * pool.count && chunks.reduce(0) { $0 + $1.count } < 512
    pool.run(parts: chunks.count, isSmall: isSmall) { worker, part in
      let chunk = chunks[part]
      results[part].reset()
      let states = self.store.partitions[chunk.partition].state(chunk.first)
      self.workers[worker].scan(states, chunk.count, for: openGoals, results[part])
      self.workers[worker].expand(states, chunk.count, from: 0, open, results[part])
    }
    var batches: [(chunk: Int, SuccessorBatch)] = []
    for (part, chunk) in chunks.enumerated() {
      let result = results[part]
      for suspect in result.suspects { confirm(suspect, in: chunk) }
      while let offset = result.gaveUpAt { try rescue(offset, of: chunk, result, open) }
      try note(result, of: chunk)
      let number = store.note(chunk)
      for batch in result.usedBatches { batches.append((number, batch)) }
    }
    let rows = batches.reduce(0) { $0 + $1.1.count }
    guard store.receive(batches, isSmall: rows < 2_000, by: pool) else {
      throw .refused("the store is full")
    }
    try resolveStepFindings(results[..<chunks.count], chunks)
  }

  /// Counters and findings of a chunk.
  private func note(_ result: ChunkResult, of chunk: PackedStore.Chunk) throws(Break) {
    report.statistics.generated += result.transitions
    report.statistics.deadEnds += result.deadEnds
    if options.checksDeadlock, report.deadlock == nil, let offset = result.firstDeadEnd {
      report.deadlock = .init(partition: chunk.partition, number: chunk.first + offset)
    }
  }

  /// Transitions that decide properties: their later states are in the store by now.
  private func resolveStepFindings(
    _ results: ArraySlice<ChunkResult>, _ chunks: [PackedStore.Chunk]
  ) throws(Break) {
    for (part, result) in results.enumerated() {
      func source(_ offset: Int) -> PackedStore.Place {
        .init(partition: chunks[part].partition, number: chunks[part].first + offset)
      }
      for finding in result.stepFindings {
        try decide(finding.judge, from: source(finding.offset), finding.row)
      }
      for (offset, row) in result.undefinedSteps { try judgeByEvaluator(from: source(offset), to: row) }
    }
  }

  private func decide(_ number: Int, from source: PackedStore.Place, _ row: [UInt64]) throws(Break) {
    guard report.judges[number].decidedBy == nil else { return }
    guard let place = store.place(of: row) else { throw .refused("a successor was lost") }
    report.judges[number].decidedBy = place
    report.judges[number].source = source
    report.judges[number].steps = level + 1
  }

  private func judgeByEvaluator(from source: PackedStore.Place, to row: [UInt64]) throws(Break) {
    let next = store.values(of: row)
    evaluator.load(store.values(at: source))
    for number in report.judges.indices where report.judges[number].decidedBy == nil {
      guard case .transitions = report.judges[number].scope else { continue }
      let property = report.judges[number].property
      let holds = try guarding(at: source, "in \(property.kind.rawValue) `\(property.name)`") {
        () throws(EvaluationError) in
        try evaluator.withSuccessor(next) { () throws(EvaluationError) in
          for conjunct in property.conjuncts where try evaluator.value(of: conjunct).asBool != true {
            return false
          }
          return true
        }
      }
      if !holds { try decide(number, from: source, row) }
    }
  }

  private func adoptNativeCode() {
    guard let library = nativeLibrary?() else { return }
    for worker in workers {
      worker.engine = NativeEngine(library)
    }
    nativeLibrary = nil
  }

  /// Expands a state by the evaluator after the code gave up on it, then goes on with the chunk.
  private func rescue(
    _ offset: Int, of chunk: PackedStore.Chunk, _ result: ChunkResult, _ open: JudgedQuestions.Open
  ) throws(Break) {
    rescues += 1
    let place = PackedStore.Place(partition: chunk.partition, number: chunk.first + offset)
    guard let step = machine.step, rescues < Self.rescueLimit else {
      throw .refused("the code gives up on too many states")
    }
    let state = store.values(at: place)
    var successors: [[Value?]] = []
    evaluator.load(state)
    try guarding(at: place, "in `step`") { () throws(EvaluationError) in
      try evaluator.forEachOutcome(of: step) { outcome throws(EvaluationError) in
        if let variable = outcome.values.firstIndex(where: { $0 == nil }) {
          throw .unassigned(machine.variables[variable].name, in: machine)
        }
        evaluator.markActions(of: outcome, in: &report.fired)
        successors.append(outcome.values)
        return true
      }
    }
    // Only a step that the layout has place for reaches the store; else the search begins anew.
    let rows = try packed(successors)
    rows.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      workers[0].add(rows, successors.count, from: store.bytes(at: place), offset, open, result)
    }
    result.gaveUpAt = nil
    let states = store.partitions[chunk.partition].state(chunk.first)
    workers[0].expand(states, chunk.count, from: offset + 1, open, result)
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
