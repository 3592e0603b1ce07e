/// Runs `SuccessorCode` over many states at once.
///
/// States come as packed bytes, `stride` apart, with room to read a word beyond the last
/// one. For one thread at a time.
protocol SuccessorEngine: AnyObject {
  /// Writes the successors of up to `count` states, one row of words behind the other.
  ///
  /// - Parameters:
  ///   - room: rows that fit into `output`; the engine ends before they could be too few.
  ///   - counts: receives the number of successors of each state.
  ///   - fired: one byte for each transition, set to 1 when it led to a successor.
  /// - Returns: the states that were expanded; `gaveUp` if the next one could not be.
  func expand(
    _ states: UnsafePointer<UInt8>, stride: Int, count: Int, into output: UnsafeMutablePointer<UInt64>,
    room: Int, counts: UnsafeMutablePointer<UInt32>, fired: UnsafeMutablePointer<UInt8>
  ) -> Expansion

  /// Writes the truths of all predicates as bits of a word for each state; the highest bit says
  /// that something has no value. Quantities of a state stand one behind the other.
  func judge(
    _ states: UnsafePointer<UInt8>, stride: Int, count: Int, truths: UnsafeMutablePointer<UInt64>,
    quantities: UnsafeMutablePointer<Int>)

  /// The truths of step predicates for a state and each of `count` rows that follow from it.
  func judgeSteps(
    from state: UnsafePointer<UInt8>, to rows: UnsafePointer<UInt64>, count: Int,
    truths: UnsafeMutablePointer<UInt64>)
}

struct Expansion {
  var states: Int
  var rows: Int
  var gaveUp: Bool

  /// In a word of truths: something has no value.
  static let undefined: UInt64 = 1 << 63
}
