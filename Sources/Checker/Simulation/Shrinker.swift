import ProtocolModel

/// Makes a violating run small: as few steps as can be had, then picks near the first
/// members of their sets.
///
/// A run is the list of the choices of its steps, which a walk repeats. An edited list is
/// a run as well, since a walk leaves out what does not fit any more; so shrinking works on
/// choices, never on states, and whatever it ends with is a behavior of the model (the idea
/// of Hypothesis: MacIver and Donaldson, "Test-case reduction via test-case generation",
/// ECOOP 2020). Steps are dropped in blocks of halving size (Zeller and Hildebrandt,
/// "Simplifying and isolating failure-inducing input", TSE 2002): first half of them, in
/// the end one by one. Then each choice is moved towards its first alternative, numbers by
/// bisection. Both are repeated until neither helps.
///
/// The result is not always a shortest counterexample, as that of `check` is: it is one
/// from which no step can be left out.
struct Shrinker {
  private let walk: RandomWalk
  private let target: Target
  private var best: [[Choice]]
  private(set) var runs = 0
  private var steps = 0
  private let isStopped: () -> Bool

  /// What the run must still come to.
  enum Target {
    /// The violation of the property of this index.
    case violation(Int)
    /// A runtime error with this code in this expression.
    case failure(DiagnosticID, ExpressionID)
  }

  private static let runLimit = 4_000
  private static let stepLimit = 40_000

  init(_ walk: RandomWalk, _ choices: [[Choice]], _ target: Target, isStopped: @escaping () -> Bool) {
    self.walk = walk
    self.target = target
    self.isStopped = isStopped
    best = choices
  }

  /// - Returns: the choices of the smallest run found.
  /// - Complexity: at most `runLimit` runs and `stepLimit` steps.
  mutating func shrink() -> [[Choice]] {
    repeat {
      let before = best
      dropSteps()
      simplifyChoices()
      if best == before { break }
    } while hasBudget
    return best
  }

  private var hasBudget: Bool { runs < Self.runLimit && steps < Self.stepLimit && !isStopped() }

  /// Tries a script; when it comes to the target and is simpler, it is the best from now on.
  private mutating func accept(_ script: [[Choice]]) -> Bool {
    guard hasBudget else { return false }
    runs += 1
    steps += script.count
    let (end, recording) = walk.record(script: script, target: property, keepsStory: false)
    guard target.isReached(by: end), recording.choices.isSimpler(than: best) else { return false }
    best = recording.choices
    return true
  }

  private var property: Int? {
    if case .violation(let index) = target { return index }
    return nil
  }

  // MARK: Steps

  private mutating func dropSteps() {
    var size = max(1, (best.count - 1) / 2)
    while hasBudget {
      var start = 1
      var hasDropped = false
      while start < best.count {
        var script = best
        script.removeSubrange(start..<min(start + size, best.count))
        if accept(script) { hasDropped = true } else { start += size }
        guard hasBudget else { return }
      }
      if size > 1 { size /= 2 } else if !hasDropped { return }
    }
  }

  // MARK: Choices

  private mutating func simplifyChoices() {
    var turn = 0
    while turn < best.count {
      var place = 0
      while turn < best.count, place < best[turn].count, hasBudget {
        switch best[turn][place] {
        case .entry(let index): simplifyEntry(index, turn, place)
        case .pick(_, let positions):
          for coordinate in positions.indices { simplifyPick(coordinate, turn, place) }
        case .member, .none: break
        }
        place += 1
      }
      turn += 1
    }
  }

  /// An earlier entry, with the first alternatives inside it.
  private mutating func simplifyEntry(_ index: Int, _ turn: Int, _ place: Int) {
    for earlier in 0..<index {
      var script = best
      script[turn] = best[turn].prefix(place) + [.entry(earlier)]
      if accept(script) { return }
    }
  }

  /// One number of a pick: 0, or the least that still comes to the target.
  private mutating func simplifyPick(_ coordinate: Int, _ turn: Int, _ place: Int) {
    guard let positions = positions(turn, place), coordinate < positions.count else { return }
    let position = positions[coordinate]
    if position.isZero || move(coordinate, to: .zero, turn, place) { return }
    if let small = position.magnitude.asInt, small <= Self.scanLimit {
      for value in 1..<max(1, small) where move(coordinate, to: .small(value), turn, place) { return }
      return
    }
    var low = Integer.zero
    while hasBudget, let present = self.positions(turn, place)?[coordinate], present.magnitude > low + .one {
      guard let middle = try? (low + present.magnitude).quotient(dividingBy: .small(2)) else { return }
      let value = present.signum < 0 ? -middle : middle
      if !move(coordinate, to: value, turn, place) { low = middle }
    }
  }

  /// Positions up to which each is tried, beyond which they are bisected.
  private static let scanLimit = 16

  private func positions(_ turn: Int, _ place: Int) -> [Integer]? {
    guard turn < best.count, place < best[turn].count, case .pick(_, let positions) = best[turn][place] else {
      return nil
    }
    return positions
  }

  private mutating func move(_ coordinate: Int, to value: Integer, _ turn: Int, _ place: Int) -> Bool {
    guard var positions = positions(turn, place), coordinate < positions.count else { return false }
    positions[coordinate] = value
    var script = best
    script[turn][place] = .member(at: positions)
    return accept(script)
  }
}

extension Shrinker.Target {
  fileprivate func isReached(by end: RandomWalk.End) -> Bool {
    switch (self, end) {
    case (.violation(let index), .violated(let indices)): indices.contains(index)
    case (.failure(let id, let expression), .failed(let error, _)):
      error.id == id && error.expression == expression && !error.isLimit
    default: false
    }
  }
}

extension [[Choice]] {
  /// Fewer steps; then fewer choices; then, at the first difference, an earlier one. No
  /// list has infinitely many simpler ones below it, one by one.
  func isSimpler(than other: [[Choice]]) -> Bool {
    if count != other.count { return count < other.count }
    let size = reduce(0) { $0 + $1.count }
    let otherSize = other.reduce(0) { $0 + $1.count }
    if size != otherSize { return size < otherSize }
    for (mine, theirs) in zip(joined(), other.joined()) {
      let order = mine.compareSimplicity(to: theirs)
      if order != 0 { return order < 0 }
    }
    return false
  }
}

extension Choice {
  /// Negative when simpler: no alternative, then entries, then picks, each by distance from the first.
  fileprivate func compareSimplicity(to other: Choice) -> Int {
    switch (self, other) {
    case (.entry(let a), .entry(let b)): return a - b
    case (.pick(_, let a), .pick(_, let b)), (.member(let a), .member(let b)):
      if a.count != b.count { return a.count - b.count }
      for (x, y) in zip(a, b) {
        let order = x.magnitude.compare(y.magnitude)
        if order != 0 { return order }
        if x.signum != y.signum { return x.signum > 0 ? -1 : 1 }
      }
      return 0
    default: return rank - other.rank
    }
  }

  private var rank: Int {
    switch self {
    case .none: 0
    case .entry: 1
    case .pick: 2
    case .member: 3
    }
  }
}
