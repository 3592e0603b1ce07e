import ProtocolModel
import Synchronization

/// Hands out runs to threads in chunks and puts the results together in the order of
/// runs, so that the outcome does not depend on who made which.
///
/// The simulation ends logically with the run that reaches its goal: what other threads
/// did beyond that run is thrown away. For this a chunk tells, with each finding, what
/// its runs came to up to there.
final class SampleCollector: Sendable {
  private let options: SimulationOptions
  private let properties: [Property]
  private let state: Mutex<State>
  private let ended = Atomic<Bool>(false)
  /// Receives the number of runs so far.
  private let progress: (@Sendable (Int) -> Void)?
  static let chunkSize = 32

  /// What consecutive runs came to.
  struct Chunk: Sendable {
    var number: Int
    var tally: SampleTally
    var findings: [Finding] = []
    var stopped: StopReason?
  }

  /// A run that violates a property or has an error.
  struct Finding: Sendable {
    var sample: Int
    var states: Int
    /// Indices of the properties that are false at its end; empty for an error.
    var violated: [Int] = []
    var error: EvaluationError?
    /// Of the chunk, up to this run and with it.
    var tally: SampleTally
  }

  struct State: Sendable {
    var nextChunk = 0
    var pending: [Int: Chunk] = [:]
    var nextToMerge = 0
    var total: SampleTally
    var findings: [Finding] = []
    var stopped: StopReason?
    var isDone = false
  }

  init(
    _ options: SimulationOptions, _ properties: [Property], progress: (@Sendable (Int) -> Void)?
  ) {
    self.options = options
    self.properties = properties
    self.progress = progress
    state = Mutex(State(total: SampleTally(properties: properties.count, examples: options.traces)))
  }

  /// The next runs to make; nil when there are no more.
  func take() -> (chunk: Int, samples: Range<Int>)? {
    if isEnded { return nil }
    return state.withLock { state in
      let (start, overflow) = state.nextChunk.multipliedReportingOverflow(by: Self.chunkSize)
      guard !overflow, start < options.maxSamples else { return nil }
      state.nextChunk += 1
      return (state.nextChunk - 1, start..<start + min(Self.chunkSize, options.maxSamples - start))
    }
  }

  /// True when the runs under way need not be finished.
  var isEnded: Bool { ended.load(ordering: .relaxed) }

  /// Takes the results of a chunk; each that was taken must be put back.
  func put(_ chunk: Chunk) {
    let count = state.withLock { state -> Int in
      state.pending[chunk.number] = chunk
      while let next = state.pending.removeValue(forKey: state.nextToMerge) {
        state.nextToMerge += 1
        merge(next, into: &state)
      }
      if state.isDone || state.stopped != nil { ended.store(true, ordering: .relaxed) }
      return state.total.samples
    }
    progress?(count)
  }

  private func merge(_ chunk: Chunk, into state: inout State) {
    guard !state.isDone else { return }
    for finding in chunk.findings {
      state.findings.append(finding)
      if isReached(by: state.findings) {
        state.total.add(finding.tally, properties)
        state.isDone = true
        return
      }
    }
    state.total.add(chunk.tally, properties)
    if state.stopped == nil { state.stopped = chunk.stopped }
  }

  /// True when findings are all that is looked for.
  func isReached(by findings: [Finding]) -> Bool {
    guard let last = findings.last else { return false }
    if last.error != nil { return true }
    if options.expectedViolations.isEmpty { return findings.count >= options.traces }
    return options.expectedViolations.allSatisfy { name in
      findings.contains { $0.violated.contains { properties[$0].name == name } }
    }
  }

  /// All results; once the threads are done.
  var result: State { state.withLock { $0 } }
}
