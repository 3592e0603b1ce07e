import ProtocolModel
import SMTBridge
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the prover is doing, on standard error: redrawn in place on a terminal, a line every ten seconds
/// elsewhere if that was asked for.
///
/// It tells which engine works on which property, how deep it is, what is undecided, and how often the solver was
/// asked. A solver may think about one question for a minute, and says nothing meanwhile; so the line is drawn by
/// a thread of its own, from the last event.
final class ProofProgress: Sendable {
  private struct State {
    var event: ProofEvent?
    /// When it came.
    var time = 0.0
    var isOver = false
  }

  private let console: Console
  private let name: String
  private let start: Double
  private let meter: SolverMeter
  /// Seconds after which the proof ends.
  private let timeout: Int
  private let isTerminal: Bool
  private let state = Mutex(State())
  private static let secondsBetweenLines = 10.0
  private static let microsecondsBetweenDrawings: UInt32 = 250_000
  /// More names make no line.
  private static let mostNames = 3

  init(_ console: Console, name: String, start: Double, _ meter: SolverMeter, timeout: Int, isWanted: Bool) {
    self.console = console
    self.name = name
    self.start = start
    self.meter = meter
    self.timeout = timeout
    isTerminal = isatty(STDERR_FILENO) == 1
    if isTerminal || isWanted { _ = startDetachedThread { self.draw() } }
  }

  func show(_ event: ProofEvent) {
    let now = Process.seconds
    state.withLock { state in
      state.event = event
      state.time = now
    }
  }

  func clear() {
    state.withLock { state in
      state.isOver = true
      if isTerminal { console.eraseLine() }
    }
  }

  /// `swap   bounded search, step 5 of 10   open: safe, paid   312 solver calls, this one for 12.0 s   31.9 s of 60`
  private func line(_ event: ProofEvent, _ time: Double) -> String {
    let now = Process.seconds
    var parts = [name, Self.activity(event)]
    if !event.open.isEmpty {
      let names = event.open.prefix(Self.mostNames).joined(separator: ", ")
      let more = event.open.count - Self.mostNames
      parts.append("open: \(names)" + (more > 0 ? " and \(more) more" : ""))
    }
    let secondsOfCall = meter.secondsOfCall
    var calls = CheckText.count(meter.calls, "solver call")
    if let seconds = secondsOfCall, seconds >= 1 {
      calls += ", this one for \(CheckText.seconds(seconds))"
    }
    parts.append(calls)
    if now - time >= 1 + (secondsOfCall ?? 0) { parts.append("at it for \(CheckText.seconds(now - time))") }
    parts.append("\(CheckText.seconds(now - start)) of \(timeout)")
    return parts.joined(separator: "   ")
  }

  private static func activity(_ event: ProofEvent) -> String {
    var text = event.engine.rawValue
    if let subject = event.subject { text += event.engine == .lemmas ? ": \(subject)" : " of \(subject)" }
    guard let depth = event.depth else { return text }
    switch event.engine {
    case .induction: return text + (depth == 1 ? "" : " over \(depth) steps")
    default: return text + ", step \(depth)" + (event.maxDepth.map { " of \($0)" } ?? "")
    }
  }

  // MARK: The thread

  /// Draws until the proof is over.
  private func draw() {
    var lastLine = start
    while true {
      usleep(Self.microsecondsBetweenDrawings)
      let now = Process.seconds
      let isDue = isTerminal || now - lastLine >= Self.secondsBetweenLines
      if isDue { lastLine = now }
      // The lock is held while it writes: after `clear` nothing comes any more.
      let isOver = state.withLock { state in
        if isDue, !state.isOver, let event = state.event {
          let text = line(event, state.time)
          if isTerminal { console.redraw(text) } else { console.error(text + "\n") }
        }
        return state.isOver
      }
      if isOver { return }
    }
  }
}
