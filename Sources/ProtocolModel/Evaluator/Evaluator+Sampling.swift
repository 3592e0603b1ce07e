/// One run of an action, with random choices or by a script.

extension Evaluator {
  /// From now on choices are random.
  public func chooseRandomly(seed: UInt64) {
    chooser.strategy = .random
    chooser.generator = SplitMix64(seed: seed)
    chooser.hasChosen = false
  }

  /// From now on choices are as in a recording, and the first ones behind its end.
  public func follow(_ script: [Choice]) {
    chooser.strategy = .script
    chooser.script = script
  }

  /// How likely the entries of `any` are to be tried first when choices are random.
  public func weigh(_ weights: EntryWeights) { chooser.weights = weights }

  /// Whether choices are recorded.
  public var recordsChoices: Bool {
    get { chooser.isRecording }
    set { chooser.isRecording = newValue }
  }

  /// The choices of the last attempt, those of alternatives that were false left out.
  public var recordedChoices: [Choice] { chooser.recorded }

  /// True when the last attempt could not take an entry of its script.
  public var hasDeviated: Bool { chooser.hasDeviated }

  /// True when a choice since `chooseRandomly` had several alternatives.
  public var hasChosen: Bool { chooser.hasChosen }

  /// Runs an action once in the current state; `accept` then makes the next state current.
  ///
  /// - Parameter passed: called with the states that it leaves behind, also when it is
  ///   false or fails; with steps of a story if that is kept.
  public func attempt(
    _ action: FunctionID, passed: (Int, () -> [Step]) -> Void = { _, _ in }
  ) throws(EvaluationError) -> Bool {
    let start = current
    beginStep(from: start)
    chooser.beginSample()
    defer {
      if !commits.isEmpty {
        passed(commits.count, passedSteps)
        restoreStart(start)
      }
    }
    guard try performCall(action, Arguments(start: 0, count: 0), 0, at: machine[action].body) else {
      return false
    }
    if !actionCounts.isEmpty { countFired() }
    return true
  }

  /// Makes the state that the last attempt led to the current one.
  public func accept() {
    swap(&current, &next)
    currentChanged()
  }

  /// Values of the current state, in the order of the variables.
  public var currentState: [Value?] { current }

  /// The last step that an attempt made, with the state that it leads to; before `accept`.
  public func lastStep() -> Step { step(StepNotes(self), next) }

  /// Runs a body in the two states of the last attempt's step.
  public func beforeAccepting<Result>(
    _ body: () throws(EvaluationError) -> Result
  ) throws(EvaluationError) -> Result {
    try withSuccessor(next, body)
  }

  /// Runs an action once with random choices; nil when it was false.
  ///
  /// - Parameters:
  ///   - hasChosen: set to true when a choice had several alternatives.
  ///   - passed: the states that it left behind, also when it was false or failed.
  public func runOnce(
    _ action: FunctionID, random: inout SplitMix64, hasChosen: inout Bool, passed: inout [Step]
  ) throws(EvaluationError) -> Outcome? {
    chooser.strategy = .random
    chooser.generator = random
    chooser.hasChosen = false
    passed = []
    defer {
      random = chooser.generator
      if chooser.hasChosen { hasChosen = true }
    }
    var steps: [Step] = []
    defer { passed = steps }
    guard try attempt(action, passed: { steps = $1() }) else { return nil }
    return Outcome(values: next, passed: steps)
  }
}

// MARK: - Counting

extension Evaluator {
  /// Begins to count what becomes of actions, from 0.
  public func countActions() {
    actionCounts = Array(repeating: ActionCount(), count: machine.functions.count)
  }

  /// The counts so far, by function.
  public var countsOfActions: [ActionCount] { actionCounts }

  private func countFired() {
    for commit in commits {
      for action in commit.notes.entered { actionCounts[Int(action.function.index)].fired += 1 }
    }
    for action in entered { actionCounts[Int(action.function.index)].fired += 1 }
  }
}

// MARK: - Choices

extension Evaluator {
  /// An `any` takes its entry: what went before has no part in the name of the step.
  @inline(__always)
  func noteEntry() {
    enteredBeforeAny = entered.count
    settledBeforeAny = settled.count
  }

  /// Tries the entries of an `any` one after the other until one is true.
  func performSampledAny(_ arguments: Arguments, _ base: Int) throws(EvaluationError) -> Bool {
    let count = Int(arguments.count)
    let mark = mark
    let recorded = chooser.recorded.count
    let first = chooser.order.count
    for index in 0..<count { chooser.order.append(index) }
    defer { chooser.order.removeLast(count) }
    let isRandom = chooser.strategy == .random
    var resume: Int?
    var wanted: Int?
    if isRandom {
      if count > 1 { chooser.hasChosen = true }
    } else {
      switch chooser.nextOfScript() {
      case .entry(let index) where index < count:
        wanted = index
        for place in stride(from: index, to: 0, by: -1) {
          chooser.order.swapAt(first + place, first + place - 1)
        }
      case .entry, .pick, .member: chooser.deviate()
      case Choice.none?:
        resume = chooser.scriptPosition
        chooser.scriptPosition = chooser.script.count
      case nil: break
      }
    }
    for turn in 0..<count {
      let index =
        isRandom ? chooser.drawEntry(turn, of: arguments.start, from: first) : chooser.order[first + turn]
      noteEntry()
      chooser.record(.entry(index))
      if try perform(operand(arguments, index), base) {
        if resume != nil { chooser.deviate() }
        return true
      }
      undo(to: mark)
      chooser.forgetRecorded(from: recorded)
      if wanted == index { chooser.deviate() }
    }
    if let resume { chooser.scriptPosition = resume }
    chooser.record(.none)
    return false
  }

  /// As Quint's simulator does: a member of the set; when the body is false and the set is
  /// small, the others in turn until one makes it true.
  func performSampledPick(
    _ pick: PickID, _ slot: Int, _ domain: ExpressionID, _ body: ExpressionID, _ base: Int
  ) throws(EvaluationError) -> Bool {
    let set = try self.set(domain, base)
    let recorded = chooser.recorded.count
    let mark = mark
    var draw: Draw
    var preferred: Value?
    var resume: Int?
    do throws(ValueError) {
      if case .random = chooser.strategy {
        if set.isEmpty {
          chooser.record(.none)
          return false
        }
        draw = try Draw(from: set, &chooser.generator)
        if draw.hasAlternatives { chooser.hasChosen = true }
      } else {
        let choice = chooser.nextOfScript()
        if set.isEmpty {
          if choice != nil, choice != Choice.none { chooser.deviate() }
          chooser.record(.none)
          return false
        }
        switch choice {
        case .pick(let value, let positions):
          if set.contains(value) { preferred = value }
          draw = try Draw(from: set, at: positions)
        case .member(let positions): draw = try Draw(from: set, at: positions)
        case .entry?:
          chooser.deviate()
          draw = try Draw(from: set, at: [])
        case Choice.none?:
          resume = chooser.scriptPosition
          chooser.scriptPosition = chooser.script.count
          draw = try Draw(from: set, at: [])
        case nil: draw = try Draw(from: set, at: [])
        }
      }
    } catch {
      throw EvaluationError(error, of: .oneOf, at: domain)
    }
    while true {
      let value: Value
      do throws(ValueError) {
        if let preferred { value = preferred } else { value = try draw.member(of: set) }
      } catch {
        throw EvaluationError(error, of: .oneOf, at: domain)
      }
      setSlot(slot, value)
      picks.append(PickedValue(pick: pick, value: value))
      if chooser.isRecording { chooser.recorded.append(.pick(value, at: draw.allPositions)) }
      if try perform(body, base) {
        if keepsStory { settled.append(PickedValue(pick: pick, value: value)) }
        if resume != nil { chooser.deviate() }
        return true
      }
      undo(to: mark)
      chooser.forgetRecorded(from: recorded)
      guard draw.isSmall else { break }
      try tick(body)
      if preferred != nil {
        preferred = nil
      } else if !draw.advance() {
        break
      }
    }
    if let resume { chooser.scriptPosition = resume }
    chooser.record(.none)
    return false
  }
}

/// The present member of a set that picks are taken from, by Quint's positions.
private struct Draw {
  /// The position in a set with one bound; the frequent case.
  private var position = 0
  private var start = 0
  private let size: Int
  /// Positions and bounds of other sets.
  private var positions: [Integer] = []
  private var startPositions: [Integer] = []
  private var bounds: [Integer?] = []
  /// True when other members are tried if the body is false.
  let isSmall: Bool
  let hasAlternatives: Bool
  private static let smallBound = SplitMix64.smallBound

  /// A random member.
  init(from set: SetValue, _ generator: inout SplitMix64) throws(ValueError) {
    if let size = set.plainSize {
      self.size = size
      if case .interval = set {
        position = generator.position(below: size)
      } else {
        position = generator.index(below: size)
      }
      start = position
      isSmall = size < Self.smallBound
      hasAlternatives = size > 1
      return
    }
    size = 0
    bounds = try set.pickBounds()
    (isSmall, hasAlternatives) = Self.traits(of: bounds)
    positions.reserveCapacity(bounds.count)
    for bound in bounds {
      if let bound {
        positions.append(generator.position(below: bound))
      } else {
        positions.append(try generator.anyInteger())
      }
    }
    startPositions = positions
  }

  /// The member at positions; 0 stands for those that are lacking or too large.
  init(from set: SetValue, at wanted: [Integer]) throws(ValueError) {
    if let size = set.plainSize {
      self.size = size
      if let first = wanted.first?.asInt, first >= 0, first < size { position = first }
      start = position
      isSmall = size < Self.smallBound
      hasAlternatives = size > 1
      return
    }
    size = 0
    bounds = try set.pickBounds()
    (isSmall, hasAlternatives) = Self.traits(of: bounds)
    positions = bounds.enumerated().map { index, bound in
      guard index < wanted.count else { return .zero }
      guard let bound else { return wanted[index] }
      return wanted[index].signum >= 0 && wanted[index] < bound ? wanted[index] : .zero
    }
    startPositions = positions
  }

  private static func traits(of bounds: [Integer?]) -> (isSmall: Bool, hasAlternatives: Bool) {
    (
      bounds.allSatisfy { $0.map { $0 < .small(smallBound) } ?? false },
      bounds.contains { $0.map { $0 > .one } ?? true }
    )
  }

  func member(of set: SetValue) throws(ValueError) -> Value {
    bounds.isEmpty ? try set.member(at: .small(position)) : try set.member(at: positions)
  }

  var allPositions: [Integer] { bounds.isEmpty ? [.small(position)] : positions }

  /// The next one, cyclically, the last place turning fastest; false when that is the first.
  mutating func advance() -> Bool {
    if bounds.isEmpty {
      position = position + 1 == size ? 0 : position + 1
      return position != start
    }
    var place = positions.count - 1
    while place >= 0 {
      positions[place] = positions[place] + .one
      guard let bound = bounds[place], positions[place] >= bound else { break }
      positions[place] = .zero
      place -= 1
    }
    return positions != startPositions
  }
}

/// Positions in sets too large for every member to be tried.
///
/// Uniform picks from a large range are practically never at its ends or near zero, where
/// faults are: a balance is emptied, an amount is 0, a deadline is just met. So one in four
/// is near an end, its distance as likely below 10 as between 10 and 100 and so on.
extension SplitMix64 {
  /// Sets below this size are picked from evenly.
  fileprivate static let smallBound = 100

  fileprivate mutating func position(below bound: Int) -> Int {
    guard bound >= Self.smallBound, index(below: 4) == 0 else { return index(below: bound) }
    let bits = index(below: Int.bitWidth - bound.leadingZeroBitCount)
    let distance = min(bound - 1, index(below: 1 << bits))
    return index(below: 2) == 0 ? distance : bound - 1 - distance
  }

  fileprivate mutating func position(below bound: Integer) -> Integer {
    if let small = bound.asInt { return .small(position(below: max(1, small))) }
    guard index(below: 4) == 0, let distance = distance(bits: bound.bitWidth - 1) else {
      return number(below: bound)
    }
    return index(below: 2) == 0 ? distance : bound - .one - distance
  }

  /// Quint's range for `Int`: -2^255 ... 2^255 - 1.
  fileprivate mutating func anyInteger() throws(ValueError) -> Integer {
    let half = try Integer.small(2).power(.small(255))
    if index(below: 4) == 0, let distance = distance(bits: 255) {
      return index(below: 2) == 0 ? distance : -distance
    }
    return number(below: half + half) - half
  }

  /// A number of at most so many bits, each length equally likely.
  private mutating func distance(bits: Int) -> Integer? {
    guard let limit = try? Integer.small(2).power(.small(index(below: bits))) else { return nil }
    return number(below: limit)
  }
}

extension SetValue {
  /// The size of a set whose members are picked by one small position; nil for others.
  fileprivate var plainSize: Int? {
    switch self {
    case .explicit(let members): return members.count
    case .interval(.small(let low), .small(let high)):
      let (distance, overflow) = high.subtractingReportingOverflow(low)
      return overflow || distance == .max ? nil : distance + 1
    default: return nil
    }
  }
}
