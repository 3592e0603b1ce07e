import ProtocolModel

/// How a level of packed states is expanded: in rounds.
///
/// **Limits.** What a state leads to may be more than the memory holds, so no part of a round is
/// as large as its states want: a chunk that has led to many rows ends there, and the rest of it is
/// expanded in the next round. Near a limit of states rounds are so small that the search ends little
/// above it. Time and interrupts are looked at in each part, between runs of the code: what was
/// done until then counts.
///
/// **Giving up.** A chunk also ends where the code gives up on a state. The evaluator expands it, as a
/// chunk of its own, and what is behind it is left to the next round.
extension PackedSearch {
  /// Rows of one round: enough for each partition to look up many while its table is cached.
  private static let roundRows = 5 << 16
  /// Rows that one chunk leads to before it ends.
  private static let chunkRows = 1 << 16
  /// The same near a limit of states, where few rows may lead to a new one.
  private static let fewestRows = 512
  private static let rescueLimit = 10_000

  /// What a round has found and the store has not got yet.
  private struct Round {
    var batches: [(chunk: Int, SuccessorBatch)] = []
    var rows = 0
    /// Results whose findings on steps are still to be told, with their chunks.
    var findings: [(result: ChunkResult, chunk: PackedStore.Chunk)] = []

    mutating func add(_ batch: SuccessorBatch, of chunk: Int) {
      batches.append((chunk, batch))
      rows += batch.count
    }
  }

  func expandLevel() throws(Break) {
    // The next chunk is the last one.
    var pending = Array(chunks().reversed())
    var left = pending.reduce(0) { $0 + $1.count }
    while !pending.isEmpty {
      adoptNativeCode()
      let (round, rowLimit) = takeRound(from: &pending)
      left -= round.reduce(0) { $0 + $1.count }
      let rest = try expand(round, rowLimit: rowLimit)
      left += rest.reduce(0) { $0 + $1.count }
      pending += rest.reversed()
      report.statistics.distinct = store.count
      report.statistics.frontier = left + newStates
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

  /// Chunks that together lead to about as many rows as a round should have, and the rows at which each
  /// of them ends.
  ///
  /// Rounds grow with the search, so that their rows need little memory beside the states, and
  /// shrink before a limit of states.
  private func takeRound(
    from pending: inout [PackedStore.Chunk]
  ) -> (chunks: [PackedStore.Chunk], rowLimit: Int) {
    let branching = max(1, report.statistics.generated / max(1, expanded))
    var rows = min(Self.roundRows, max(1 << 15, store.count / 8))
    var isNearLimit = false
    if let limit = options.limits.states, limit - store.count < 2 * Self.roundRows {
      isNearLimit = true
      rows = max(Self.fewestRows, min(rows, limit - store.count))
    }
    let most = max(1, rows / branching)
    var chunks: [PackedStore.Chunk] = []
    var states = 0
    while states < most, var chunk = pending.popLast() {
      if isNearLimit, chunk.count > most - states {
        pending.append(chunk.dropFirst(most - states))
        chunk.count = most - states
      }
      states += chunk.count
      chunks.append(chunk)
    }
    return (chunks, isNearLimit ? max(1, rows / max(1, chunks.count)) : Self.chunkRows)
  }

  /// Expands some chunks; what is left of them, in order.
  private func expand(
    _ chunks: [PackedStore.Chunk], rowLimit: Int
  ) throws(Break) -> [PackedStore.Chunk] {
    while chunkPool.count < chunks.count { chunkPool.append(ChunkResult(code.layout)) }
    let (results, limits) = (chunkPool, options.limits)
    let open = questions.openSteps(report)
    let openGoals = scansWhileExpanding ? openGoals : []
    let isSmall = chunks.count < 2 * pool.count && chunks.reduce(0) { $0 + $1.count } < 512
    pool.run(parts: chunks.count, isSmall: isSmall) { worker, part in
      let (chunk, result) = (chunks[part], results[part])
      result.reset()
      let states = self.store.partitions[chunk.partition].state(chunk.first)
      self.workers[worker].expand(states, chunk.count, open, result, rowLimit: rowLimit, limits)
      let known = result.states + (result.gaveUp ? 1 : 0)
      self.workers[worker].scan(states, known, for: openGoals, result, limits)
    }
    var round = Round()
    var rest: [PackedStore.Chunk] = []
    var stopped: StopReason?
    for (part, chunk) in chunks.enumerated() {
      let result = results[part]
      for suspect in result.suspects { confirm(suspect, in: chunk) }
      if result.isScanCut { giveUpOpenGoals() }
      stopped = stopped ?? result.stopped
      var done = result.states
      note(result, of: chunk.prefix(done), &round)
      if result.gaveUp, stopped == nil {
        do throws(Break) {
          try rescue(chunk.dropFirst(done).prefix(1), open, &round)
        } catch {
          guard case .end(.stopped(let reason)) = error else { throw error }
          stopped = reason
        }
        done += 1
      }
      if done < chunk.count { rest.append(chunk.dropFirst(done)) }
    }
    try receive(&round)
    try resolveFindings(round)
    if let stopped { throw .end(.stopped(stopped)) }
    return rest
  }

  /// Counters and findings of a chunk.
  private func note(_ result: ChunkResult, of chunk: PackedStore.Chunk, _ round: inout Round) {
    guard chunk.count > 0 else { return }
    expanded += chunk.count
    report.statistics.generated += result.transitions
    report.statistics.deadEnds += result.deadEnds
    if options.checksDeadlock, report.deadlock == nil, let offset = result.firstDeadEnd {
      report.deadlock = .init(partition: chunk.partition, number: chunk.first + offset)
    }
    let number = store.note(chunk)
    for batch in result.usedBatches { round.add(batch, of: number) }
    round.findings.append((result, chunk))
  }

  /// Gives the store what it has not got yet.
  private func receive(_ round: inout Round) throws(Break) {
    guard store.receive(round.batches, isSmall: round.rows < 2_000, by: pool) else {
      throw .refused("the store is full")
    }
    (round.batches, round.rows) = ([], 0)
  }

  /// Tells what was found on steps whose later states are in the store.
  private func resolveFindings(_ round: Round) throws(Break) {
    for (result, chunk) in round.findings {
      func source(_ offset: Int) -> PackedStore.Place {
        .init(partition: chunk.partition, number: chunk.first + offset)
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
    if let reason = options.limits.interruption { throw .end(.stopped(reason)) }
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

  // MARK: Giving up

  /// Expands a state by the evaluator after the code gave up on it.
  ///
  /// It has no more successors than the code has transitions.
  private func rescue(
    _ chunk: PackedStore.Chunk, _ open: JudgedQuestions.Open, _ round: inout Round
  ) throws(Break) {
    rescues += 1
    let place = PackedStore.Place(partition: chunk.partition, number: chunk.first)
    guard let step = machine.step, rescues < Self.rescueLimit else {
      throw .refused("the code gives up on too many states")
    }
    if let reason = options.limits.interruption { throw .end(.stopped(reason)) }
    let sorter = rescueSorter ?? SuccessorSorter(layout: code.layout, rowLimit: workers[0].sorter.rowLimit)
    rescueSorter = sorter
    var rows: [UInt64] = []
    var row = [UInt64](repeating: 0, count: code.layout.width)
    var count = 0
    var misfit: [Value?]?
    evaluator.load(store.values(at: place))
    try guarding(at: place, "in `step`") { () throws(EvaluationError) in
      try evaluator.forEachOutcome(of: step) { outcome throws(EvaluationError) in
        if let variable = outcome.values.firstIndex(where: { $0 == nil }) {
          throw .unassigned(machine.variables[variable].name, in: machine)
        }
        evaluator.markActions(of: outcome, in: &report.fired)
        // Only what the layout has place for reaches the store; else the search begins anew.
        guard code.layout.encode(outcome.values, into: &row) else {
          misfit = outcome.values
          return false
        }
        rows += row
        count += 1
        return true
      }
    }
    if let misfit { throw .misfit(misfit) }
    let result = ChunkResult(code.layout)
    rows += [UInt64](repeating: 0, count: PackedStore.widthLimit)
    rows.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      workers[0].add(rows, count, from: store.bytes(at: place), open, sorter, result)
    }
    note(result, of: chunk, &round)
  }
}

extension PackedStore.Chunk {
  /// Its first states.
  func prefix(_ count: Int) -> PackedStore.Chunk {
    .init(partition: partition, first: first, count: min(count, self.count))
  }

  /// Those behind so many.
  func dropFirst(_ count: Int) -> PackedStore.Chunk {
    let dropped = min(count, self.count)
    return .init(partition: partition, first: first + dropped, count: self.count - dropped)
  }
}
