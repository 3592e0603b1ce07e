/// Where an evaluator takes its choices from: the entry of an `any`, the value of a `nondet`.
///
/// One interpreter of actions serves all uses; they differ in this alone.
///
/// **All choices.** An action is run once for every way to resolve its choices.
/// The ways are enumerated as by an odometer: `points` holds the choices of the
/// present run in the order in which they were met; the next run repeats all but
/// the last one that has an alternative, and takes that. Most alternatives fail at
/// a guard; for these the choice goes on to the next one in place, without a new run.
///
/// A choice none of whose alternatives makes its body true is false. Its point stays
/// (`isFalse`), since the run goes on behind it (`or`, `not`, the condition of an `if`)
/// and a repetition meets it again. A choice whose alternatives are exhausted after
/// one was true is another matter: that one was a run already, and the present run
/// only repeats it. It is void and left by an error that the next choice around it
/// catches (`EvaluationError.isVoidRun`), so that nothing is evaluated in it any more.
///
/// **Random choices.** Entries of an `any` are tried in random order until one is
/// true; a pick is retried cyclically when the set is small, as in Quint.
///
/// **Choices by script.** As random ones, but the entry that is tried first and the
/// member where a pick begins are those of a list, which is a recording of an earlier
/// run or an edited one. Where the list ends, the first alternatives come first. So
/// every list leads to a run that the model allows; `hasDeviated` says when an entry
/// had to give way to another one.
struct Chooser {
  var strategy: Strategy
  /// Set when a choice had more than one alternative.
  var hasChosen = false

  enum Strategy {
    case all, random, script
  }

  var generator = SplitMix64(seed: 0)
  /// How likely the entries of an `any` come first; evenly where there is nothing.
  var weights = EntryWeights()
  /// Indices of entries in the order in which they are tried, those of outer choices first.
  var order: [Int] = []

  var script: [Choice] = []
  /// How much of the script has been used; its end while it does not apply.
  var scriptPosition = 0
  var hasDeviated = false

  /// The choices that led to where the run is now.
  var recorded: [Choice] = []
  var isRecording = false

  /// A choice that was met in the present run.
  struct Point {
    var index: Int
    /// Number of entries of an `any`; nil for a pick.
    var count: Int?
    var members: SetMembers?
    var value: Value?
    /// An alternative made the body true.
    var wasTrue = false
    /// No alternative does.
    var isFalse = false
    /// Some members are left out.
    var isPartial = false

    /// Goes on to the next alternative; false when there is none.
    mutating func advance() -> Bool {
      if isFalse { return false }
      if let count {
        guard index + 1 < count else { return false }
        index += 1
        return true
      }
      guard let next = members?.next() else { return false }
      value = next
      index += 1
      return true
    }
  }

  var points: [Point] = []
  /// How many of `points` the present run has met.
  var cursor = 0
  /// Takes the next alternative of the last choice beyond `depth` that has one,
  /// and forgets the choices behind it; false when all are exhausted.
  mutating func advance(beyond depth: Int) -> Bool {
    while points.count > depth {
      if points[points.count - 1].advance() {
        cursor = depth
        return true
      }
      points.removeLast()
    }
    return false
  }
}

// MARK: - Samples

extension Chooser {
  /// Before a run with random or scripted choices.
  mutating func beginSample() {
    order.removeAll(keepingCapacity: true)
    recorded.removeAll(keepingCapacity: true)
    scriptPosition = 0
    hasDeviated = false
  }

  /// The choice of the script for the next choice of the run; nil where there is none.
  mutating func nextOfScript() -> Choice? {
    guard scriptPosition < script.count else { return nil }
    scriptPosition += 1
    return script[scriptPosition - 1]
  }

  /// The run took another way than the script: what is left of it does not apply.
  mutating func deviate() {
    hasDeviated = true
    scriptPosition = script.count
  }

  mutating func record(_ choice: Choice) {
    if isRecording { recorded.append(choice) }
  }

  /// Forgets choices of an alternative that was false.
  mutating func forgetRecorded(from count: Int) {
    if recorded.count > count { recorded.removeLast(recorded.count - count) }
  }

  /// Brings the entry that is tried at a turn to its place in `order`, among those that
  /// were not tried yet, and returns it.
  ///
  /// - Complexity: O(1); O(entries) with weights.
  mutating func drawEntry(_ turn: Int, of any: Int32, from first: Int) -> Int {
    let place = first + turn
    let left = order.count - place
    var drawn = place
    if let weights = weights[any] {
      drawn = drawnPlace(from: place, weights)
    } else if left > 1 {
      drawn = place + generator.index(below: left)
    }
    if drawn != place { order.swapAt(place, drawn) }
    return order[place]
  }

  /// A place in `order[place...]`, as likely as its entry's weight says; entries of
  /// weight 0 come when only they are left.
  private mutating func drawnPlace(from place: Int, _ weights: [UInt64]) -> Int {
    let total: UInt64 = order[place...].reduce(0) { $0 + weights[$1] }
    guard total > 0 else { return place + generator.index(below: order.count - place) }
    var rest: UInt64 = generator.number(below: total)
    for index in place..<order.count {
      let weight = weights[order[index]]
      if rest < weight { return index }
      rest -= weight
    }
    return place
  }
}

/// A generator of pseudo-random numbers with a seed: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  /// A number in `0..<bound`; every one equally likely. `bound` must be positive.
  public mutating func number(below bound: UInt64) -> UInt64 {
    UInt64.random(in: 0..<max(1, bound), using: &self)
  }

  /// The same for positions.
  @inline(__always)
  mutating func index(below bound: Int) -> Int {
    guard bound < 1 << 31 else { return Int(truncatingIfNeeded: number(below: UInt64(bound))) }
    // Multiply and shift (Lemire, TOMACS 2019); without its rejection, which for such
    // bounds would matter once in 2^33 numbers.
    return Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: bound)).high)
  }

  /// A number in `0..<bound` of any size; 0 when `bound` is not positive.
  public mutating func number(below bound: Integer) -> Integer {
    if let small = bound.asInt { return .small(small <= 1 ? 0 : Int(number(below: UInt64(small)))) }
    // Digits of 32 bits; the bias of one more digit than needed is below 2^-32.
    let digits = bound.bitWidth / 32 + 2
    var value = Integer.zero
    for _ in 0..<digits {
      guard let shifted = try? value * .small(1 << 32) else { return value }
      value = shifted + .small(Int(next() &>> 32))
    }
    return (try? value.remainder(dividingBy: bound)) ?? .zero
  }
}
