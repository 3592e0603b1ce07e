import ProtocolModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A clock that only moves forward.
public enum MonotonicClock {
  public static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Processor time of the whole process.
public enum ProcessorClock {
  public static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Ends calls of a solver that last too long, from a thread of its own.
///
/// The solver's own timer is not used: in the version that Debian ships it can hang for
/// ever. The watch begins and ends with each call. A stop is sent while the lock is held,
/// so a late one never hits the next call; it is sent again until the call returns, since
/// solvers forget stops that come between two of their phases.
final class Watchdog: Sendable {
  private struct Watch {
    var number = 0
    /// Nil when no call is under way.
    var limits: SolverLimits?
    var hasFired = false
    var isClosed = false
  }

  private let state = Mutex(Watch())
  private let stop: @Sendable () -> Void
  private static let periodInMicroseconds: UInt32 = 20_000

  /// - Parameter stop: interrupts the call under way; called from another thread.
  init(stop: @escaping @Sendable () -> Void) { self.stop = stop }

  /// Runs a call of the solver under watch.
  ///
  /// - Returns: the result, and whether the call was told to stop.
  func watch<Result>(_ limits: SolverLimits, _ body: () -> Result) -> (result: Result, wasStopped: Bool) {
    state.withLock { state in
      state.limits = limits
      state.hasFired = false
      state.number += 1
    }
    startIfNeeded()
    limits.meter?.begin()
    let result = body()
    limits.meter?.end()
    let wasStopped = state.withLock { state in
      state.limits = nil
      return state.hasFired
    }
    return (result, wasStopped)
  }

  /// After this no stop is sent any more.
  func close() { state.withLock { $0.isClosed = true } }

  private let hasThread = Mutex(false)

  private func startIfNeeded() {
    let mustStart = hasThread.withLock { has in
      defer { has = true }
      return !has
    }
    guard mustStart else { return }
    if !startDetachedThread({ self.run() }) { hasThread.withLock { $0 = false } }
  }

  /// The thread: looks every 20 ms whether the call under way has to end.
  private func run() {
    var pause = 0
    while true {
      usleep(Self.periodInMicroseconds)
      let isClosed = state.withLock { state -> Bool in
        if state.isClosed { return true }
        guard let limits = state.limits, limits.isOver else {
          pause = 0
          return false
        }
        if pause == 0 {
          state.hasFired = true
          stop()
          pause = 10
        } else {
          pause -= 1
        }
        return false
      }
      if isClosed { return }
    }
  }
}
