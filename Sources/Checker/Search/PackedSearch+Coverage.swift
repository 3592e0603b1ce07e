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

  /// From some number of states on, has what is still open compiled.
  func adoptNativeGoals() {
    guard let compiledGoals, store.count >= Self.nativeGoalsFrom || options.waitsForNative else { return }
    if nativeGoals.isEmpty { nativeGoals = Set(openGoals) }
    if nativeGoals.isEmpty { return self.compiledGoals = nil }
    guard let library = compiledGoals(nativeGoals.sorted()) else { return }
    for worker in workers { worker.scanner?.native = library }
    self.compiledGoals = nil
  }

  /// By then most goals that can be reached are reached.
  private static let nativeGoalsFrom = 1 << 15

  /// Goals for which there is no code are not decided over packed states.
  func giveUpGoalsWithoutCode() {
    for (index, number) in goals.numbers.enumerated() where goals.codes[index] == nil {
      report.coverage.giveUp(number)
    }
  }

  /// States that the evaluator is asked about because the code is not sure.
  static let confirmationLimit = 20_000
}
