import ProtocolModel

/// Many states at once, for `RegionSearch`.

/// Rows that states lead to, with room for a number of them.
final class ExpansionBatch {
  let rows: UnsafeMutablePointer<UInt64>
  let numbers: UnsafeMutablePointer<UInt32>
  let counts: UnsafeMutablePointer<UInt32>
  let room: Int

  init(states: Int, successorLimit: Int, width: Int) {
    room = max(4 * states, 2 * successorLimit)
    rows = .allocate(capacity: room * width + PackedStore.widthLimit)
    rows.initialize(repeating: 0, count: room * width + PackedStore.widthLimit)
    numbers = .allocate(capacity: room)
    numbers.initialize(repeating: 0, count: room)
    counts = .allocate(capacity: states)
    counts.initialize(repeating: 0, count: states)
  }

  deinit {
    rows.deallocate()
    numbers.deallocate()
    counts.deallocate()
  }
}

extension PackedModel {
  func makeIndex() -> PackedIndex? { PackedIndex(store) }

  func makeBatch(states: Int) -> ExpansionBatch {
    ExpansionBatch(states: states, successorLimit: room, width: layout.width)
  }

  /// Whether a formula of two states asks for nothing but compiled predicates of one.
  func isOfCompiledState(_ number: NormalForm.Number, _ form: NormalForm) -> Bool {
    switch form[number] {
    case .constant: true
    case .literal(let atom, _): if case .state? = source(of: atom) { true } else { false }
    case .and(let parts), .or(let parts): parts.allSatisfy { isOfCompiledState($0, form) }
    case .always, .eventually: false
    }
  }

  /// The truth of such a formula by the truths of a state.
  func isTrue(_ number: NormalForm.Number, _ form: NormalForm, _ truths: UInt64) -> Bool {
    switch form[number] {
    case .constant(let value): value
    case .literal(let atom, let wanted):
      if case .state(let bit)? = source(of: atom) { (truths & bit != 0) == wanted } else { false }
    case .and(let parts): parts.allSatisfy { isTrue($0, form, truths) }
    case .or(let parts): parts.contains { isTrue($0, form, truths) }
    case .always, .eventually: false
    }
  }

  /// Calls `body` with each state and its truths until it answers false; whether it never did.
  func forEachStateTruths(_ body: (Int, UInt64) -> Bool) throws(LivenessEnd) -> Bool {
    guard let questions else { return false }
    let most = 2_048
    let truths = UnsafeMutablePointer<UInt64>.allocate(capacity: most)
    truths.initialize(repeating: 0, count: most)
    defer { truths.deallocate() }
    var number = 0
    for partition in store.partitions {
      var first = 0
      while first < partition.count {
        let count = min(most, partition.count - first)
        try spend(count)
        questions.judge(
          partition.state(first), stride: layout.byteCount, count: count, truths: truths,
          quantities: quantities)
        for offset in 0..<count {
          if !body(number, truths[offset]) { return false }
          number += 1
        }
        first += count
      }
    }
    return true
  }

  /// Calls `body` with each step between known states, in the order of sources. False when the code
  /// gives up on one.
  func expand(
    _ states: [UInt32], _ index: PackedIndex, _ batch: ExpansionBatch, _ body: (UInt32, UInt32) -> Void
  ) throws(LivenessEnd) -> Bool {
    var first = 0
    while first < states.count {
      try spend(batch.room / 4)
      var rowCount = 0
      var end = first
      while end < states.count, rowCount + room <= batch.room {
        let done = step.expand(
          bytes(of: Int(states[end])), stride: layout.byteCount, count: 1,
          into: batch.rows + rowCount * layout.width, room: batch.room - rowCount,
          counts: batch.counts + end - first,
          fired: fired)
        if done.gaveUp || done.states == 0 { return false }
        rowCount += done.rows
        end += 1
      }
      index.find(batch.rows, count: rowCount, into: batch.numbers)
      var row = 0
      for place in first..<end {
        for _ in 0..<Int(batch.counts[place - first]) {
          if batch.numbers[row] != PackedIndex.missing { body(states[place], batch.numbers[row]) }
          row += 1
        }
      }
      first = end
    }
    return true
  }

  /// One engine for the actions of all recurrences, if all are weak fairness with one view.
  func makeStutterEngine(
    _ recurrences: [Obligations.Recurrence], _ form: NormalForm, states: Int
  ) -> ActionEngine? {
    var taken: [TemporalAtom] = []
    for recurrence in recurrences {
      guard action(ofRecurrence: recurrence.formula, form) != nil,
        case .or(let parts) = form[recurrence.formula],
        case .literal(let atom, _) = form[parts[1]]
      else { return nil }
      taken.append(atoms[atom])
    }
    return ActionEngine(
      machine, taken, layout, states: states, compile: compile, shouldStop: shouldStop)
  }

  /// Packed states one behind the other; there must be room for them and for padding.
  func gather(_ states: [UInt32], into buffer: UnsafeMutablePointer<UInt8>) {
    for (place, state) in states.enumerated() {
      (buffer + place * layout.byteCount).update(from: bytes(of: Int(state)), count: layout.byteCount)
    }
  }

  /// Whether a state that stays for ever satisfies all recurrences.
  ///
  /// An action that was enabled where it was asked for last is asked first: neighbors are alike.
  func mayStutter(
    _ state: Int, _ recurrences: [Obligations.Recurrence], _ form: NormalForm
  ) throws(LivenessEnd) -> Bool {
    if stutterOrder.count != recurrences.count { stutterOrder = Array(recurrences.indices) }
    for place in stutterOrder.indices {
      let recurrence = recurrences[stutterOrder[place]]
      if try !holds(recurrence.formula, of: form, state, 0, state) {
        stutterOrder.swapAt(0, place)
        return false
      }
    }
    return true
  }
}
