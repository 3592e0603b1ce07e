import ProtocolModel

/// Goals of coverage over packed states.
extension PackedSearch {
  /// What a scan found: a state that seems to reach a goal.
  struct Suspect {
    /// Index in the goals' code.
    var goal: Int
    var offset: Int
  }

  /// Goals that are still asked for, as indices of the goals' code.
  var openGoals: [Int] {
    if goals.numbers.isEmpty { return [] }
    let open = Set(report.coverage.open)
    return goals.numbers.indices.filter { goals.codes[$0] != nil && open.contains(goals.numbers[$0]) }
  }

  /// Asks the evaluator about a suspect, then about those that follow in the chunk, until one reaches the
  /// goal or there are no more.
  func confirm(_ suspect: Suspect, in chunk: PackedStore.Chunk) {
    let number = goals.numbers[suspect.goal]
    var next: Int? = suspect.offset
    while let offset = next, report.coverage.open.contains(number) {
      if options.limits.interruption != nil { return report.coverage.giveUp(number) }
      evaluator.load(store.values(at: .init(partition: chunk.partition, number: chunk.first + offset)))
      confirmations += 1
      switch report.coverage.answer(number, evaluator) {
      case true?: report.coverage.reach(number)
      case nil: report.coverage.giveUp(number)
      case false? where confirmations > Self.confirmationLimit: report.coverage.giveUp(number)
      case false?:
        next = workers[0].scanner?.firstSuspect(
          of: suspect.goal, store.partitions[chunk.partition].state(chunk.first),
          stride: code.layout.byteCount, from: offset + 1, count: chunk.count)
      }
    }
  }

  /// Called before each level. In a large search states are scanned once all are known: by then native
  /// code for the goals that are still open has been made beside the search, and a search that is cut
  /// short pays for nothing.
  func prepareScan() {
    if scansWhileExpanding {
      if store.count < Self.scannedAtOnce, !options.waitsForNative { return }
      scansWhileExpanding = false
      scannedUpTo = levelRanges.map(\.lowerBound)
    }
    if nativeGoals.isEmpty, store.count < Self.compiledFrom, !options.waitsForNative { return }
    requestNativeGoals()
  }

  /// Has the open goals compiled beside the search. The first time, a few states of each
  /// partition are scanned before: that reaches most of those that can be reached.
  private func requestNativeGoals() {
    if nativeGoals.isEmpty {
      var chunks: [PackedStore.Chunk] = []
      for (number, range) in levelRanges.enumerated() where !options.waitsForNative {
        let first = scannedUpTo[number]
        let count = min(Self.sampledOfEach, range.lowerBound - first)
        if count <= 0 { continue }
        chunks.append(.init(partition: number, first: first, count: count))
        scannedUpTo[number] = first + count
      }
      if !openGoals.isEmpty { scan(chunks) }
      nativeGoals = openGoals
    }
    if !nativeGoals.isEmpty { _ = compiledGoals?(nativeGoals, false) }
  }

  /// Scans the states that were not scanned while they were expanded.
  func scanTheRest() {
    if scansWhileExpanding || openGoals.isEmpty { return }
    var chunks: [PackedStore.Chunk] = []
    for (number, partition) in store.partitions.enumerated() {
      var first = scannedUpTo[number]
      while first < partition.count {
        let count = min(Self.scannedChunk, partition.count - first)
        chunks.append(.init(partition: number, first: first, count: count))
        first += count
      }
    }
    let states = chunks.reduce(0) { $0 + $1.count }
    let library = nativeGoals.isEmpty ? nil : compiledGoals?(nativeGoals, states > Self.worthWaiting)
    for worker in workers { worker.scanner?.native = library }
    var start = 0
    while start < chunks.count, !openGoals.isEmpty, options.limits.reached(states: 0) == nil {
      let round = Array(chunks[start..<min(start + 64, chunks.count)])
      scan(round)
      start += round.count
    }
    // Whatever ended it early: nothing can be said then.
    if start < chunks.count { giveUpOpenGoals() }
  }

  /// No more is said of goals that were not reached yet.
  func giveUpOpenGoals() { for goal in openGoals { report.coverage.giveUp(goals.numbers[goal]) } }

  private func scan(_ chunks: [PackedStore.Chunk]) {
    while chunkPool.count < chunks.count { chunkPool.append(ChunkResult(code.layout)) }
    let (results, wanted, limits) = (chunkPool, openGoals, options.limits)
    pool.run(parts: chunks.count, isSmall: chunks.count < 2) { worker, part in
      results[part].reset()
      let states = self.store.partitions[chunks[part].partition].state(chunks[part].first)
      self.workers[worker].scan(states, chunks[part].count, for: wanted, results[part], limits)
    }
    for (part, chunk) in chunks.enumerated() {
      for suspect in results[part].suspects { confirm(suspect, in: chunk) }
      if results[part].isScanCut { giveUpOpenGoals() }
    }
  }

  /// States that are scanned while they are expanded: they reach most goals that can be reached.
  private static let scannedAtOnce = 1 << 13
  private static let scannedChunk = 1 << 14
  /// States from which on goals are compiled.
  private static let compiledFrom = 1 << 17
  private static let sampledOfEach = 512
  /// States for which it pays to wait for the compiler.
  private static let worthWaiting = 1_000_000

  /// Goals for which there is no code are not decided over packed states.
  func giveUpGoalsWithoutCode() {
    for (index, number) in goals.numbers.enumerated() where goals.codes[index] == nil {
      report.coverage.giveUp(number)
    }
  }

  /// States that the evaluator is asked about because the code is not sure.
  static let confirmationLimit = 20_000
}
