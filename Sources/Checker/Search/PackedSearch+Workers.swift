import ProtocolModel

/// Which predicates the code has to judge, and what their truths mean.
struct JudgedQuestions {
  /// By judged property of states: its number, the bits of its conjuncts, and what it is.
  private var states: [(judge: Int, mask: UInt64, kind: Property.Kind, isInitial: Bool)] = []
  private var steps: [(judge: Int, mask: UInt64)] = []
  /// Quantities in order: number of the property.
  private var quantities: [Int] = []
  private(set) var asked = SuccessorCode.Questions()

  init(_ report: SearchReport<PackedStore.Place>) throws(SymbolicRefusal) {
    for (number, judge) in report.judges.enumerated() {
      let property = judge.property
      if case .behaviors = judge.scope { continue }
      if property.kind == .maximum || property.kind == .minimum {
        guard let expression = property.conjuncts.first else {
          throw SymbolicRefusal("a bound without quantity")
        }
        quantities.append(number)
        asked.quantities.append(expression)
        continue
      }
      let first: Int
      if case .transitions = judge.scope {
        first = asked.stepPredicates.count
        asked.stepPredicates += property.conjuncts
      } else {
        first = asked.predicates.count
        asked.predicates += property.conjuncts
      }
      let end = first + property.conjuncts.count
      guard end <= SuccessorCode.Questions.limit else { throw SymbolicRefusal("too many properties") }
      let mask: UInt64 = ((1 << UInt64(end)) &- 1) & ~((1 << UInt64(first)) &- 1)
      switch judge.scope {
      case .transitions: steps.append((number, mask))
      case .initialStates: states.append((number, mask, property.kind, true))
      case .states, .behaviors: states.append((number, mask, property.kind, false))
      }
    }
  }

  /// What is still to be decided.
  struct Open {
    /// All of these bits are wanted.
    var wanted: UInt64 = 0
    /// One of these masks in full is a finding.
    var witnesses: [(judge: Int, mask: UInt64)] = []
    var invariants: [(judge: Int, mask: UInt64)] = []
    var quantities: [(index: Int, judge: Int, isMaximum: Bool)] = []
    var quantityCount = 0
    /// Values of quantities are counted.
    var countsValues = false
  }

  func areAsked(_ report: SearchReport<PackedStore.Place>) -> Bool {
    !quantities.isEmpty || states.contains { report.judges[$0.judge].decidedBy == nil }
  }

  func open(_ report: SearchReport<PackedStore.Place>, initial: Bool) -> Open {
    var open = Open()
    for (judge, mask, kind, isInitial) in states where report.judges[judge].decidedBy == nil {
      if isInitial, !initial { continue }
      if kind == .witness {
        open.witnesses.append((judge, mask))
      } else {
        open.invariants.append((judge, mask))
        open.wanted |= mask
      }
    }
    open.quantityCount = quantities.count
    for (index, judge) in quantities.enumerated() {
      open.quantities.append((index, judge, report.judges[judge].property.kind == .maximum))
    }
    return open
  }

  func openSteps(_ report: SearchReport<PackedStore.Place>) -> Open {
    var open = Open()
    for (judge, mask) in steps where report.judges[judge].decidedBy == nil {
      open.invariants.append((judge, mask))
      open.wanted |= mask
    }
    return open
  }
}

/// What judging a chunk found; offsets count from its first state.
struct Findings {
  /// Why the chunk was not judged.
  var stopped: StopReason?
  var undefined: [Int] = []
  /// Property and first state that decides it.
  var decided: [(judge: Int, offset: Int)] = []
  var extremes: [(judge: Int, value: Int, offset: Int)] = []
  /// By quantity, if asked for: how many states have which value.
  var counts: [(judge: Int, counts: [Int: Int])] = []
}

/// What expanding a chunk led to.
final class ChunkResult {
  private var batches: [SuccessorBatch] = []
  private(set) var used = 0
  var transitions = 0
  var deadEnds = 0
  var firstDeadEnd: Int?
  /// States that were expanded: the first ones of the chunk.
  var states = 0
  /// The code gave up on the state behind these.
  var gaveUp = false
  /// What ended the chunk before its time.
  var stopped: StopReason?
  /// Not all goals were looked for.
  var isScanCut = false
  var stepFindings: [StepFinding] = []
  /// Transitions on which some property has no value, or none that the code could find.
  var undefinedSteps: [(offset: Int, row: [UInt64])] = []
  /// States that seem to reach a goal of coverage, the first one for each goal.
  var suspects: [PackedSearch.Suspect] = []

  struct StepFinding {
    var judge: Int
    var offset: Int
    var row: [UInt64]
  }

  private let layout: StateLayout

  init(_ layout: StateLayout) { self.layout = layout }

  func reset() {
    used = 0
    (transitions, deadEnds, firstDeadEnd) = (0, 0, nil)
    (states, gaveUp, stopped, isScanCut) = (0, false, nil, false)
    stepFindings.removeAll()
    undefinedSteps.removeAll()
    suspects.removeAll()
  }

  var usedBatches: ArraySlice<SuccessorBatch> { batches[..<used] }

  func nextBatch() -> SuccessorBatch {
    if used == batches.count { batches.append(SuccessorBatch(byteCount: layout.byteCount)) }
    used += 1
    return batches[used - 1]
  }
}

/// One thread's engine and buffers.
final class Worker {
  var engine: any SuccessorEngine
  /// Nil if there are no goals.
  var scanner: GoalScanner?
  let sorter: SuccessorSorter
  private let layout: StateLayout
  private let room: Int
  private let successorLimit: Int
  private let transitionCount: Int
  private let rows: UnsafeMutablePointer<UInt64>
  private let counts: UnsafeMutablePointer<UInt32>
  private let truths: UnsafeMutablePointer<UInt64>
  private let quantities: UnsafeMutablePointer<Int>
  private let fired: UnsafeMutablePointer<UInt8>
  /// A row for the state that is expanded.
  private let same: UnsafeMutablePointer<UInt64>

  /// States that are expanded or judged at once.
  private static let batchSize = 2_048
  private static let rowsAtOnce = 8_192

  init(_ code: SuccessorCode, _ engine: any SuccessorEngine) {
    self.engine = engine
    layout = code.layout
    room = max(Self.rowsAtOnce, 2 * code.successorLimit)
    successorLimit = code.successorLimit
    transitionCount = code.actions.count
    sorter = SuccessorSorter(layout: layout, rowLimit: room)
    rows = .allocate(capacity: room * layout.width + PackedStore.widthLimit)
    rows.initialize(repeating: 0, count: room * layout.width + PackedStore.widthLimit)
    counts = .allocate(capacity: Self.batchSize)
    counts.initialize(repeating: 0, count: Self.batchSize)
    truths = .allocate(capacity: max(Self.batchSize, room))
    truths.initialize(repeating: 0, count: max(Self.batchSize, room))
    quantities = .allocate(capacity: max(1, code.quantityCount * Self.batchSize))
    quantities.initialize(repeating: 0, count: max(1, code.quantityCount * Self.batchSize))
    same = .allocate(capacity: PackedStore.widthLimit)
    same.initialize(repeating: 0, count: PackedStore.widthLimit)
    fired = .allocate(capacity: max(1, transitionCount))
    fired.initialize(repeating: 0, count: max(1, transitionCount))
  }

  deinit {
    rows.deallocate()
    counts.deallocate()
    truths.deallocate()
    quantities.deallocate()
    fired.deallocate()
    same.deallocate()
  }

  func collectFired(into result: inout [Bool]) {
    for number in 0..<transitionCount where fired[number] != 0 { result[number] = true }
  }

  // MARK: Judging

  /// Judges up to `batchSize` states.
  func judge(
    _ states: UnsafePointer<UInt8>, _ count: Int, _ open: JudgedQuestions.Open, _ findings: inout Findings
  ) {
    engine.judge(states, stride: layout.byteCount, count: count, truths: truths, quantities: quantities)
    var wanted = open.wanted
    var invariants = open.invariants
    var witnesses = open.witnesses
    for offset in 0..<count {
      let truth = truths[offset]
      if truth & Expansion.undefined != 0 {
        findings.undefined.append(offset)
        continue
      }
      if truth & wanted != wanted {
        for (judge, mask) in invariants where truth & mask != mask {
          findings.decided.append((judge, offset))
          wanted &= ~mask
        }
        invariants.removeAll { truth & $0.mask != $0.mask }
      }
      if !witnesses.isEmpty {
        for (judge, mask) in witnesses where truth & mask == mask { findings.decided.append((judge, offset)) }
        witnesses.removeAll { truth & $0.mask == $0.mask }
      }
    }
    for (index, judge, isMaximum) in open.quantities {
      var best: (value: Int, offset: Int)?
      for offset in 0..<count where truths[offset] & Expansion.undefined == 0 {
        let value = quantities[offset &* open.quantityCount &+ index]
        if let best, isMaximum ? value <= best.value : value >= best.value { continue }
        best = (value, offset)
      }
      if open.countsValues {
        var counts: [Int: Int] = [:]
        for offset in 0..<count where truths[offset] & Expansion.undefined == 0 {
          counts[quantities[offset &* open.quantityCount &+ index], default: 0] += 1
        }
        findings.counts.append((judge, counts))
      }
      if let best { findings.extremes.append((judge, best.value, best.offset)) }
    }
  }

  // MARK: Coverage

  /// Looks for states of a chunk that reach goals.
  func scan(
    _ states: UnsafePointer<UInt8>, _ count: Int, for goals: [Int], _ result: ChunkResult,
    _ limits: SearchLimits
  ) {
    guard let scanner else { return }
    for goal in goals {
      if limits.interruption != nil {
        result.isScanCut = true
        return
      }
      if let offset = scanner.firstSuspect(
        of: goal, states, stride: layout.byteCount, from: 0, count: count)
      {
        result.suspects.append(.init(goal: goal, offset: offset))
      }
    }
  }

  // MARK: Expanding

  /// Expands the states of a chunk, of at most `batchSize`, until they led to about `rowLimit` rows.
  func expand(
    _ states: UnsafePointer<UInt8>, _ count: Int, _ open: JudgedQuestions.Open, _ result: ChunkResult,
    rowLimit: Int, _ limits: SearchLimits
  ) {
    var offset = 0
    while offset < count, result.transitions < rowLimit {
      if let reason = limits.interruption {
        result.stopped = reason
        return
      }
      let first = states + offset * layout.byteCount
      // The engine ends before a state's successors could be too many for the rest, and takes one state at least.
      let rest = max(successorLimit, min(room, rowLimit - result.transitions))
      let done = engine.expand(
        first, stride: layout.byteCount, count: count - offset, into: rows, room: rest, counts: counts,
        fired: fired)
      for index in 0..<done.states where counts[index] == 0 {
        result.deadEnds += 1
        if result.firstDeadEnd == nil { result.firstDeadEnd = offset + index }
      }
      result.transitions += done.rows
      if !open.invariants.isEmpty { judgeSteps(first, done.states, offset, open, result) }
      if done.rows > 0 { sorter.sort(rows, count: done.rows, into: result.nextBatch()) }
      offset += done.states
      result.states = offset
      if done.gaveUp {
        result.gaveUp = true
        return
      }
    }
  }

  /// Adds successors of a state that the evaluator found.
  func add(
    _ found: UnsafePointer<UInt64>, _ count: Int, from state: UnsafePointer<UInt8>,
    _ open: JudgedQuestions.Open, _ sorter: SuccessorSorter, _ result: ChunkResult
  ) {
    var done = 0
    while done < count {
      let some = min(room, count - done)
      rows.update(from: found + done * layout.width, count: some * layout.width)
      if !open.invariants.isEmpty { judgeSteps(from: state, 0, some, 0, open, result) }
      sorter.sort(rows, count: some, into: result.nextBatch())
      done += some
    }
    (result.states, result.transitions) = (1, count)
    if count == 0 { (result.deadEnds, result.firstDeadEnd) = (1, 0) }
  }

  private func judgeSteps(
    _ states: UnsafePointer<UInt8>, _ count: Int, _ offset: Int, _ open: JudgedQuestions.Open,
    _ result: ChunkResult
  ) {
    var row = 0
    for index in 0..<count {
      let successors = Int(counts[index])
      judgeSteps(from: states + index * layout.byteCount, row, successors, offset + index, open, result)
      row += successors
    }
  }

  private func judgeSteps(
    from state: UnsafePointer<UInt8>, _ first: Int, _ count: Int, _ offset: Int,
    _ open: JudgedQuestions.Open, _ result: ChunkResult
  ) {
    // Any behavior may stutter.
    let bytes = UnsafeRawPointer(state)
    for word in 0..<layout.width {
      same[word] = bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)
    }
    same[layout.width - 1] &= layout.lastWordMask
    judgeSteps(from: state, to: same, 1, offset, open, result)
    judgeSteps(from: state, to: rows + first * layout.width, count, offset, open, result)
  }

  private func judgeSteps(
    from state: UnsafePointer<UInt8>, to rows: UnsafeMutablePointer<UInt64>, _ count: Int, _ offset: Int,
    _ open: JudgedQuestions.Open, _ result: ChunkResult
  ) {
    engine.judgeSteps(from: state, to: rows, count: count, truths: truths)
    for index in 0..<count where truths[index] & open.wanted != open.wanted {
      let start = rows + index * layout.width
      let row = (0..<layout.width).map { start[$0] }
      if truths[index] & Expansion.undefined != 0 {
        result.undefinedSteps.append((offset, row))
        continue
      }
      for (judge, mask) in open.invariants
      where truths[index] & mask != mask && !result.stepFindings.contains(where: { $0.judge == judge }) {
        result.stepFindings.append(.init(judge: judge, offset: offset, row: row))
      }
    }
  }

  /// The first state of a chunk that leads to a row.
  func firstState(leadingTo row: UnsafeRawPointer, _ states: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    let mask = layout.lastWordMask
    for offset in 0..<count {
      let done = engine.expand(
        states + offset * layout.byteCount, stride: layout.byteCount, count: 1, into: rows, room: room,
        counts: counts, fired: fired)
      for index in 0..<done.rows {
        var isSame = true
        for word in 0..<layout.width {
          var wanted = row.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)
          if word == layout.width - 1 { wanted &= mask }
          if rows[index * layout.width + word] != wanted { isSame = false }
        }
        if isSame { return offset }
      }
    }
    return nil
  }
}
