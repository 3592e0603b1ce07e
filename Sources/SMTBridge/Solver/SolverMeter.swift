import Synchronization

/// Counts how often solvers are asked, and how long the present question takes. Any thread may read it.
public final class SolverMeter: Sendable {
  private struct State {
    var calls = 0
    /// When the call under way began; nil when there is none.
    var start: Double?
  }

  private let state = Mutex(State())

  public init() {}

  /// Questions so far, one that is under way included.
  public var calls: Int { state.withLock { $0.calls } }

  /// Seconds since the question under way was asked; nil when there is none.
  public var secondsOfCall: Double? {
    state.withLock { $0.start }.map { max(0, MonotonicClock.seconds - $0) }
  }

  func begin() {
    let now = MonotonicClock.seconds
    state.withLock { state in
      state.calls += 1
      state.start = now
    }
  }

  func end() { state.withLock { $0.start = nil } }
}
