import ProtocolModel

/// The packed states of a search, with steps that compiled code makes again.
///
/// Nothing is kept but what belongs to the state that is looked at: its successors, the truths
/// of predicates on it, and what the actions of fairness conditions do in it. Searches ask
/// state by state, so little is done twice. Where code gives up, or an atom has no compiled
/// form, the evaluator answers.
final class PackedModel: LivenessModel {
  let store: PackedStore
  let layout: StateLayout
  let machine: Machine
  private let evaluator: Evaluator
  private let limits: SearchLimits
  let atoms: [TemporalAtom]
  let step: any SuccessorEngine
  private let parentOf: (Int) -> Int?
  /// Begins to make native code for actions that are asked of many states.
  let compile: ((SuccessorCode) -> NativeCompilation?)?
  /// By partition: the first state's number; and behind the last one the count.
  private let bases: [Int]
  private let initialPlaces: [Int]
  private let index: PackedIndex?

  /// What answers for an atom.
  enum Source {
    case evaluator
    /// Bit of the truths of states, or of steps.
    case state(bit: UInt64)
    case step(bit: UInt64)
    /// A place of `actions`.
    case isEnabled(Int)
    case isTaken(Int)
  }

  private var sources: [Source]
  /// Recurrences in the order in which they are asked for.
  var stutterOrder: [Int] = []
  var questions: (any SuccessorEngine)?
  private(set) var actions: [ActionEngine] = []

  /// Work until the limits are looked at next.
  private var patience = 0
  private static let patienceBetweenChecks = 1 << 16
  /// More are told apart by a set.
  private static let fewTargets = 64

  // The state that is looked at.
  private var present = -1
  private var isExpanded = false
  private var targets: [Int] = []
  /// By target: its row; the first is the state's own.
  private var rowPlaces: [Int] = []
  private var truths: UInt64?
  private var hasStepTruths = false
  /// By action: 0 not asked yet, 1 loaded, 2 the code gives up.
  private var actionStates: [UInt8] = []

  let room: Int
  private let rows: UnsafeMutablePointer<UInt64>
  private let counts: UnsafeMutablePointer<UInt32>
  let fired: UnsafeMutablePointer<UInt8>
  private let wordOfTruths: UnsafeMutablePointer<UInt64>
  private let numbers: UnsafeMutablePointer<UInt32>
  private let stepTruths: UnsafeMutablePointer<UInt64>
  let quantities: UnsafeMutablePointer<Int>
  private var evaluatedRows: [UInt64] = []

  init(
    _ store: PackedStore, _ code: SuccessorCode, _ step: any SuccessorEngine, _ formula: TemporalFormula,
    _ evaluator: Evaluator, _ limits: SearchLimits, initialPlaces: [PackedStore.Place],
    compile: ((SuccessorCode) -> NativeCompilation?)?,
    parent: @escaping (PackedStore.Place) -> PackedStore.Place?
  ) {
    self.store = store
    self.compile = compile
    self.step = step
    self.evaluator = evaluator
    self.limits = limits
    layout = store.layout
    machine = evaluator.machine
    atoms = formula.atoms
    bases = store.bases
    let bases = bases
    parentOf = { number in
      parent(PackedStore.Place(number: number, bases)).map { bases[$0.partition] + $0.number }
    }
    self.initialPlaces = initialPlaces.map { bases[$0.partition] + $0.number }
    index = PackedIndex(store)
    // One row before the successors is the state's own.
    room = code.successorLimit + 1
    rows = .allocate(capacity: (room + 1) * layout.width + PackedStore.widthLimit)
    rows.initialize(repeating: 0, count: (room + 1) * layout.width + PackedStore.widthLimit)
    counts = .allocate(capacity: 1)
    counts.initialize(to: 0)
    fired = .allocate(capacity: max(1, code.actions.count))
    fired.initialize(repeating: 0, count: max(1, code.actions.count))
    wordOfTruths = .allocate(capacity: 1)
    wordOfTruths.initialize(to: 0)
    numbers = .allocate(capacity: room)
    numbers.initialize(repeating: 0, count: room)
    stepTruths = .allocate(capacity: room + 1)
    stepTruths.initialize(repeating: 0, count: room + 1)
    quantities = .allocate(capacity: 1)
    quantities.initialize(to: 0)
    sources = Array(repeating: .evaluator, count: formula.atoms.count)
    compilePredicates()
    compileActions(formula.fairness)
    actionStates = Array(repeating: 0, count: actions.count)
  }

  deinit {
    rows.deallocate()
    counts.deallocate()
    fired.deallocate()
    wordOfTruths.deallocate()
    numbers.deallocate()
    stepTruths.deallocate()
    quantities.deallocate()
  }

  // MARK: Compilation

  /// All predicates at once; where that is refused, those that are not refused alone.
  private func compilePredicates() {
    let all = atoms.indices.filter { !atoms[$0].hasAction }
    if compile(Set(all)) { return }
    _ = compile(Set(all.filter { compile([$0]) }))
  }

  private func compile(_ wanted: Set<Int>) -> Bool {
    var machine = machine.withoutStep()
    var asked = SuccessorCode.Questions()
    var sources = [Source](repeating: .evaluator, count: atoms.count)
    for (number, atom) in atoms.enumerated() where wanted.contains(number) {
      guard let predicate = machine.addPredicate(for: atom) else { continue }
      if atom.readsNext, asked.stepPredicates.count < SuccessorCode.Questions.limit {
        sources[number] = .step(bit: 1 << UInt64(asked.stepPredicates.count))
        asked.stepPredicates.append(predicate)
      } else if !atom.readsNext, asked.predicates.count < SuccessorCode.Questions.limit {
        sources[number] = .state(bit: 1 << UInt64(asked.predicates.count))
        asked.predicates.append(predicate)
      }
    }
    guard let code = try? SuccessorCode(machine, layout: layout, questions: asked, shouldStop: shouldStop),
      let bytecode = try? Bytecode(code)
    else { return false }
    questions = BytecodeInterpreter(code, bytecode)
    self.sources = sources
    return true
  }

  private func compileActions(_ conditions: [FairnessCondition]) {
    for condition in conditions {
      let taken = atoms[condition.isTaken]
      guard let engine = ActionEngine(machine, [taken], layout, shouldStop: shouldStop) else { continue }
      sources[condition.isEnabled] = .isEnabled(actions.count)
      sources[condition.isTaken] = .isTaken(actions.count)
      actions.append(engine)
    }
  }

  func source(of atom: Int) -> Source? { sources.indices.contains(atom) ? sources[atom] : nil }

  // MARK: States

  var count: Int { bases[PackedStore.partitionCount] }
  var initialStates: [Int] { initialPlaces }
  func values(of state: Int) -> [Value?] { store.values(at: place(of: state)) }
  func parent(of state: Int) -> Int? { parentOf(state) }

  func checkLimits() throws(LivenessEnd) {
    if let reason = limits.reached(states: 0) { throw .stopped(reason) }
  }

  /// Counts work, as rows that are looked at, and looks at the limits now and then.
  func spend(_ rows: Int) throws(LivenessEnd) {
    patience -= rows
    if patience > 0 { return }
    patience = Self.patienceBetweenChecks
    try checkLimits()
  }

  /// For what compiles.
  var shouldStop: () -> Bool { { [limits] in limits.interruption != nil } }

  private func place(of state: Int) -> PackedStore.Place { PackedStore.Place(number: state, bases) }

  func bytes(of state: Int) -> UnsafePointer<UInt8> { store.bytes(at: place(of: state)) }

  func targets(of state: Int) throws(LivenessEnd) -> [Int] {
    look(at: state)
    if !isExpanded { try expand(state) }
    return targets
  }

  /// Makes a state the one that is looked at; its steps are made when they are asked for.
  private func look(at state: Int) {
    if present == state { return }
    let width = layout.width
    let bytes = UnsafeRawPointer(bytes(of: state))
    for word in 0..<width { rows[word] = bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self) }
    rows[width - 1] &= layout.lastWordMask
    targets.removeAll(keepingCapacity: true)
    rowPlaces.removeAll(keepingCapacity: true)
    targets.append(state)
    rowPlaces.append(0)
    isExpanded = false
    truths = nil
    hasStepTruths = false
    for action in actionStates.indices { actionStates[action] = 0 }
    present = state
  }

  private func expand(_ state: Int) throws(LivenessEnd) {
    let width = layout.width
    let done = step.expand(
      bytes(of: state), stride: layout.byteCount, count: 1, into: rows + width, room: room, counts: counts,
      fired: fired)
    if done.gaveUp || done.states == 0 {
      try expandByEvaluator(state)
    } else {
      addRows(done.rows)
    }
    try spend(1 + room / 16 + targets.count)
    hasStepTruths = false
    isExpanded = true
  }

  /// Adds the targets of the rows behind the state's own.
  private func addRows(_ count: Int) {
    guard let index else {
      for row in 1..<(count + 1) { add(rows + row * layout.width, row) }
      return
    }
    index.find(rows + layout.width, count: count, into: numbers)
    var known = count > Self.fewTargets ? Set(targets) : []
    for row in 0..<count where numbers[row] != PackedIndex.missing {
      let target = Int(numbers[row])
      if count > Self.fewTargets ? !known.insert(target).inserted : targets.contains(target) { continue }
      targets.append(target)
      rowPlaces.append(row + 1)
    }
  }

  /// Where the action of a weak fairness leads, when the formula is one and the action is enabled; nil
  /// otherwise.
  func targets(ofRecurrence number: NormalForm.Number, _ form: NormalForm, _ state: Int) -> [Int]? {
    guard let action = action(ofRecurrence: number, form) else { return nil }
    look(at: state)
    guard prepare(action, state), actions[action].isEnabled else { return nil }
    let (found, count) = actions[action].foundRows
    var result: [Int] = []
    for row in 0..<count {
      if let place = store.find(found + row * layout.width) {
        result.append(bases[place.partition] + place.number)
      }
    }
    return result
  }

  /// The compiled action in `not enabled or taken`.
  func action(ofRecurrence number: NormalForm.Number, _ form: NormalForm) -> Int? {
    guard case .or(let parts) = form[number], parts.count == 2,
      case .literal(let first, false) = form[parts[0]],
      case .literal(let second, true) = form[parts[1]], case .isEnabled(let action)? = source(of: first),
      case .isTaken(action)? = source(of: second)
    else { return nil }
    return action
  }

  /// Adds a target, unless it is there, or no state that is known.
  private func add(_ row: UnsafePointer<UInt64>, _ rowPlace: Int) {
    guard let place = store.find(row) else { return }
    let target = bases[place.partition] + place.number
    if targets.contains(target) { return }
    targets.append(target)
    rowPlaces.append(rowPlace)
  }

  /// Steps for which there is no row: -1 stands for them.
  private func expandByEvaluator(_ state: Int) throws(LivenessEnd) {
    guard let action = machine.step else { return }
    evaluator.load(values(of: state))
    var row = [UInt64](repeating: 0, count: layout.width)
    do throws(EvaluationError) {
      try evaluator.forEachOutcome(of: action) { outcome throws(EvaluationError) in
        guard layout.encode(outcome.values, into: &row) else { return true }
        let padded = row + [UInt64](repeating: 0, count: PackedStore.widthLimit)
        padded.withUnsafeBufferPointer { if let start = $0.baseAddress { add(start, -1) } }
        return true
      }
    } catch {
      throw .failed(error, state: state)
    }
  }

  // MARK: Atoms

  func isTrue(_ atom: Int, _ state: Int, _ place: Int, _ target: Int) throws(LivenessEnd) -> Bool {
    look(at: state)
    try spend(1)
    if place >= rowPlaces.count { try expand(state) }
    switch sources[atom] {
    case .evaluator: break
    case .state(let bit):
      let truths = stateTruths(state)
      if truths & Expansion.undefined == 0 { return truths & bit != 0 }
    case .step(let bit):
      if rowPlaces[place] >= 0 {
        let truths = truths(ofStep: rowPlaces[place], state)
        if truths & Expansion.undefined == 0 { return truths & bit != 0 }
      }
    case .isEnabled(let action):
      if prepare(action, state) { return actions[action].isEnabled }
    case .isTaken(let action):
      if rowPlaces[place] >= 0, prepare(action, state) {
        return actions[action].leads(to: rows + rowPlaces[place] * layout.width)
      }
    }
    return try evaluate(atoms[atom], state, target)
  }

  private func stateTruths(_ state: Int) -> UInt64 {
    if let truths { return truths }
    guard let questions else { return Expansion.undefined }
    questions.judge(
      bytes(of: state), stride: layout.byteCount, count: 1, truths: wordOfTruths, quantities: quantities)
    truths = wordOfTruths[0]
    return wordOfTruths[0]
  }

  /// All rows of the state are judged at once, when the first is asked for.
  private func truths(ofStep rowPlace: Int, _ state: Int) -> UInt64 {
    guard let questions else { return Expansion.undefined }
    if !hasStepTruths {
      let most = 1 + (rowPlaces.max() ?? 0)
      questions.judgeSteps(from: bytes(of: state), to: rows, count: most, truths: stepTruths)
      hasStepTruths = true
    }
    return stepTruths[rowPlace]
  }

  /// True when the code of an action speaks for the state.
  private func prepare(_ action: Int, _ state: Int) -> Bool {
    if actionStates[action] == 0 {
      actionStates[action] = actions[action].load(bytes(of: state), rows) ? 1 : 2
    }
    return actionStates[action] == 1
  }

  private func evaluate(_ atom: TemporalAtom, _ state: Int, _ target: Int) throws(LivenessEnd) -> Bool {
    try spend(64)
    evaluator.load(values(of: state))
    do throws(EvaluationError) {
      guard atom.readsNext else { return try evaluator.isTrue(atom) }
      return try evaluator.withSuccessor(values(of: target)) { () throws(EvaluationError) in
        try evaluator.isTrue(atom)
      }
    } catch {
      throw .failed(error, state: state)
    }
  }
}

extension PackedStore {
  /// By partition: how many states the ones before it have; and behind the last one, all.
  var bases: [Int] {
    var result = [0]
    for partition in partitions { result.append((result.last ?? 0) + partition.count) }
    return result
  }
}

extension PackedStore.Place {
  /// The place of a state that is numbered through all partitions.
  init(number: Int, _ bases: [Int]) {
    var (low, high) = (0, PackedStore.partitionCount)
    while high - low > 1 {
      let middle = (low + high) / 2
      if bases[middle] <= number { low = middle } else { high = middle }
    }
    self.init(partition: low, number: number - bases[low])
  }
}
