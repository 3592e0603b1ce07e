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
struct Chooser {
  var strategy: Strategy
  /// Set when a choice had more than one alternative.
  var hasChosen = false

  enum Strategy {
    case all
    case random(SplitMix64)
  }

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
