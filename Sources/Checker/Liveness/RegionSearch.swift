import ProtocolModel

/// Decides the most frequent question fast: does some behavior, after a state with `p`, never meet `q`?
///
/// That is the negation of `p leadsTo q`, also under weak fairness, for predicates of states that
/// are compiled. Its loops stay in the *region*: what follows states with `p` and without `q`,
/// without `q`. A depth-first search visits it in an order that no cache likes. Instead:
///
/// 1. The region is collected from its seeds, many states at a time, and for each of its states the
///    steps into it are counted. A state that may stutter forever with all recurrences satisfied
///    is an answer; mostly the first action that is enabled shows that it may not.
/// 2. States into which no step leads are on no loop. They are taken away with the steps that leave
///    them, again and again (Kahn, CACM 5, 1962). Protocols mostly make progress: nothing is left.
/// 3. What is left has all loops, and is searched depth-first.
///
/// Only a *no* is final: a *yes* is left to `RecurrenceSearch`, which says where the loop begins.
///
/// - Complexity: the steps of each state of the region twice; four bytes for each state of the store.
final class RegionSearch {
  private let model: PackedModel
  private let form: NormalForm
  private let obligations: Obligations
  private let seed: NormalForm.Number
  private let stay: NormalForm.Number
  /// By state: 0 outside of the region, 1 where it may stay and was not met, else 2 and the steps
  /// into it.
  private let marks: UnsafeMutablePointer<UInt32>
  private let index: PackedIndex
  private let batch: ExpansionBatch
  /// Met and not expanded.
  private var pending: [UInt32] = []

  /// Tells of a state whether any of the fair actions is enabled.
  private let stutterEngine: ActionEngine?
  private let gathered: UnsafeMutablePointer<UInt8>

  private static let batchSize = 512

  /// Nil for any other question, or where something is not compiled.
  init?(_ model: PackedModel, _ form: NormalForm, _ obligations: Obligations) {
    guard obligations.responses.isEmpty, obligations.formulas.count == 1,
      case .eventually(let inner) = form[obligations.formulas[0]]
    else { return nil }
    var parts = [inner]
    if case .and(let list) = form[inner] { parts = list }
    let stays = parts.compactMap { part -> NormalForm.Number? in
      if case .always(let stay) = form[part] { stay } else { nil }
    }
    let seeds = parts.filter { form.isOfStep[$0] }
    guard stays.count == 1, seeds.count == parts.count - 1, model.isOfCompiledState(stays[0], form),
      seeds.allSatisfy({ model.isOfCompiledState($0, form) }), let index = model.makeIndex()
    else { return nil }
    var form = form
    guard let seed = try? form.conjunction(seeds + stays) else { return nil }
    self.model = model
    self.form = form
    self.obligations = obligations
    self.seed = seed
    stay = stays[0]
    self.index = index
    batch = model.makeBatch(states: Self.batchSize)
    stutterEngine = model.makeStutterEngine(obligations.recurrences, form, states: Self.batchSize)
    let gatheredBytes = Self.batchSize * model.layout.byteCount + PackedStore.padding
    gathered = .allocate(capacity: gatheredBytes)
    gathered.initialize(repeating: 0, count: gatheredBytes)
    marks = .allocate(capacity: max(1, model.count))
    marks.initialize(repeating: 0, count: max(1, model.count))
  }

  deinit {
    marks.deallocate()
    gathered.deallocate()
  }

  /// True when there is no such behavior; false when there may be one.
  func excludes() throws(LivenessEnd) -> Bool {
    guard try markStates(), try collect(), try takeAway() else { return false }
    var rest: [Int] = []
    for state in 0..<model.count where marks[state] >= 2 { rest.append(state) }
    if rest.isEmpty { return true }
    var inside = obligations
    guard case .eventually(let inner) = form[obligations.formulas[0]] else { return false }
    var parts = [inner]
    if case .and(let list) = form[inner] { parts = list }
    inside.formulas = parts.filter { if case .always = form[$0] { true } else { false } }
    return try RecurrenceSearch(model, form, inside, from: rest).run() == nil
  }

  /// Marks the states of the region that may be stayed in; seeds are pending. False where a predicate has no value.
  private func markStates() throws(LivenessEnd) -> Bool {
    try model.forEachStateTruths { [self] state, truths in
      if truths & Expansion.undefined != 0 { return false }
      guard model.isTrue(stay, form, truths) else { return true }
      marks[state] = 1
      if model.isTrue(seed, form, truths) {
        marks[state] = 2
        pending.append(UInt32(truncatingIfNeeded: state))
      }
      return true
    }
  }

  /// Collects the region and counts the steps into its states. False when one of them may stutter for ever,
  /// or cannot be expanded.
  private func collect() throws(LivenessEnd) -> Bool {
    while !pending.isEmpty {
      try model.checkLimits()
      let states = Array(pending.suffix(Self.batchSize))
      pending.removeLast(states.count)
      if try someMayStutter(states) { return false }
      let isDone = try model.expand(states, index, batch) { [self] source, target in
        if source == target { return }
        let mark = marks[Int(target)]
        if mark == 0 { return }
        if mark == 1 {
          marks[Int(target)] = 3
          pending.append(target)
        } else if mark < UInt32.max {
          marks[Int(target)] = mark &+ 1
        }
      }
      if !isDone { return false }
    }
    return true
  }

  private func someMayStutter(_ states: [UInt32]) throws(LivenessEnd) -> Bool {
    if let stutterEngine {
      model.gather(states, into: gathered)
      if let areMoved = stutterEngine.isEnabled(inAll: gathered, count: states.count) { return !areMoved }
    }
    for state in states where try model.mayStutter(Int(state), obligations.recurrences, form) { return true }
    return false
  }

  /// Takes away what is on no loop.
  private func takeAway() throws(LivenessEnd) -> Bool {
    for state in 0..<model.count where marks[state] == 2 { pending.append(UInt32(truncatingIfNeeded: state)) }
    while !pending.isEmpty {
      try model.checkLimits()
      let states = Array(pending.suffix(Self.batchSize))
      pending.removeLast(states.count)
      for state in states { marks[Int(state)] = 0 }
      let isDone = try model.expand(states, index, batch) { [self] source, target in
        if source == target { return }
        let mark = marks[Int(target)]
        if mark < 3 || mark == UInt32.max { return }
        marks[Int(target)] = mark &- 1
        if mark == 3 { pending.append(target) }
      }
      if !isDone { return false }
    }
    return true
  }
}
