/// The states of an infinite behavior: a stem, and a loop that repeats forever.
public struct LassoStates: Hashable, Sendable {
  /// In the order of the machine's variables; the last one is followed by `states[loopStart]`.
  public var states: [[Value?]]
  /// A position of `states`.
  public var loopStart: Int

  /// The loop start is moved to the last state where it is none of them.
  public init(states: [[Value?]], loopStart: Int) {
    self.states = states
    self.loopStart = states.indices.contains(loopStart) ? loopStart : max(0, states.count - 1)
  }

  /// The position behind `position`.
  func successor(of position: Int) -> Int { position + 1 < states.count ? position + 1 : loopStart }

  /// Every position that the behavior is at from `position` on, in the order of first visits.
  func positions(from position: Int) -> [Int] {
    Array(position..<states.count) + (loopStart..<max(loopStart, position))
  }
}
