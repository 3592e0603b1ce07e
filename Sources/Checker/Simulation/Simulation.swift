import ProtocolModel

/// Random simulation: makes runs with random choices until one violates a property,
/// then makes that run small.
///
/// It proves nothing. It is for specs whose states are too many to be explored, and for a
/// first look. Each run has a seed of its own, made from that of the simulation and the
/// number of the run; results count in the order of runs. So the same options give the
/// same result, whatever the number of threads.
///
/// Runs are only counted while they are made. The few that are shown are made again from
/// their seeds, then with a story and a record of all choices.
public final class Simulation {
  private let machine: Machine
  private let options: SimulationOptions
  private let properties: [Property]
  private let seeds: SampleSeeds

  /// Receives the number of runs so far, now and then, from any thread.
  public var progress: (@Sendable (Int) -> Void)?
  /// Receives what `q::debug` prints in runs that are shown.
  public var debugHandler: ((String) -> Void)?

  public init(machine: Machine, options: SimulationOptions) {
    self.machine = machine
    self.options = options
    properties = machine.properties.filter { options.properties?.contains($0.name) ?? true }
    seeds = SampleSeeds(seed: options.seed)
  }

  /// Makes the runs. Deep specs need a large stack; see `runOnLargeStack`.
  public func run() -> SimulationResult {
    let walk = RandomWalk(machine: machine, properties: properties, options: options)
    var falseAssumptions: [Assumption] = []
    do throws(EvaluationError) {
      for assumption in machine.assumptions where try !walk.evaluator.isTrue(assumption.function) {
        falseAssumptions.append(assumption)
      }
    } catch {
      var result = emptyResult
      result.failure = .init(error: error, trace: Trace(steps: []), activity: "in an assumption")
      return result
    }
    guard falseAssumptions.isEmpty else {
      var result = emptyResult
      result.falseAssumptions = falseAssumptions
      return result
    }
    return report(makeRuns(first: walk), walk)
  }

  private var emptyResult: SimulationResult {
    SimulationResult(
      statistics: SimulationStatistics(),
      properties: properties.map { result(of: $0, .inconclusive, runs: 0) }, traces: [],
      falseAssumptions: [])
  }

  // MARK: Runs

  private func makeRuns(first walk: RandomWalk) -> SampleCollector.State {
    let collector = SampleCollector(options, properties, progress: progress)
    let threads = max(1, min(options.threads, (options.maxSamples - 1) / SampleCollector.chunkSize + 1))
    if threads == 1 {
      Self.work(walk, collector, properties, options, seeds)
    } else {
      let (machine, properties, options, seeds) = (machine, properties, options, seeds)
      runOnLargeStacks(count: threads) { _ in
        let walk = RandomWalk(machine: machine, properties: properties, options: options)
        Self.work(walk, collector, properties, options, seeds)
      }
    }
    return collector.result
  }

  /// Makes chunks of runs until there are no more.
  private static func work(
    _ walk: RandomWalk, _ collector: SampleCollector, _ properties: [Property], _ options: SimulationOptions,
    _ seeds: SampleSeeds
  ) {
    while let (number, samples) = collector.take() {
      var chunk = SampleCollector.Chunk(
        number: number, tally: SampleTally(properties: properties.count, examples: options.traces))
      walk.evaluator.countActions()
      for sample in samples where !collector.isEnded {
        if let reason = options.limits.reached(states: 0) {
          chunk.stopped = reason
          break
        }
        let (end, states) = walk.sample(sample, seed: seeds[sample], into: &chunk.tally)
        var finding: SampleCollector.Finding?
        switch end {
        case .nothing: chunk.tally.propose(.init(sample: sample, states: states))
        case .violated(let indices):
          finding = .init(sample: sample, states: states, violated: indices, tally: chunk.tally)
        case .failed(let error, _):
          if error.isLimit, let reason = options.limits.reached(states: 0) {
            chunk.stopped = reason
          } else {
            finding = .init(sample: sample, states: states, error: error, tally: chunk.tally)
          }
        }
        if chunk.stopped != nil { break }
        if var finding {
          finding.tally.actions = walk.evaluator.countsOfActions
          chunk.findings.append(finding)
          if collector.isReached(by: chunk.findings) { break }
        }
      }
      chunk.tally.actions = walk.evaluator.countsOfActions
      collector.put(chunk)
    }
  }

  // MARK: The result

  private func report(_ runs: SampleCollector.State, _ walk: RandomWalk) -> SimulationResult {
    var result = emptyResult
    result.statistics = statistics(of: runs.total)
    result.stopped = runs.stopped
    // What was found is shown, even if the time is over.
    walk.evaluator.shouldStop = nil
    let violating = runs.findings.filter { $0.error == nil }.sorted {
      ($0.states, $0.sample) < ($1.states, $1.sample)
    }
    if let finding = runs.findings.first(where: { $0.error != nil }) { fail(&result, finding, walk) }
    for (index, property) in properties.enumerated() {
      result.properties[index] = verdict(on: property, index, runs, violating, &result.traces, walk)
    }
    // Several traces are wanted as they were found.
    if options.traces > 1 || violating.isEmpty && result.failure == nil {
      result.traces.removeAll { !$0.isFailure && options.traces > 1 }
      for finding in violating.prefix(options.traces - result.traces.count) {
        result.traces.append(trace(of: finding.sample, walk))
      }
      for example in runs.total.examples.prefix(max(0, options.traces - result.traces.count)) {
        result.traces.append(trace(of: example.sample, walk))
      }
    }
    return result
  }

  /// The run of a number once more, as it was.
  private func trace(of sample: Int, _ walk: RandomWalk) -> SampledTrace {
    walk.evaluator.debugHandler = debugHandler
    defer { walk.evaluator.debugHandler = nil }
    let (end, recording) = walk.record(seed: seeds[sample], keepsStory: true)
    var trace = SampledTrace(
      trace: Trace(steps: recording.steps), seed: seeds[sample], violated: names(of: end))
    if case .failed = end { trace.isFailure = true }
    return trace
  }

  private func names(of end: RandomWalk.End) -> [String] {
    if case .violated(let indices) = end { return indices.map { properties[$0].name } }
    return []
  }

  /// The smallest run to be found with the same end as that of a number.
  private func counterexample(
    of sample: Int, _ target: Shrinker.Target, _ walk: RandomWalk
  ) -> (trace: SampledTrace, end: RandomWalk.End) {
    let original = walk.record(seed: seeds[sample], keepsStory: false).recording
    var choices = original.choices
    var shrinking: SampledTrace.Shrinking?
    if options.shrinks, options.traces == 1 {
      let limits = options.limits
      var shrinker = Shrinker(walk, choices, target) { limits.reached(states: 0) != nil }
      choices = shrinker.shrink()
      shrinking = .init(steps: original.choices.count - 1, runs: shrinker.runs)
    }
    walk.evaluator.debugHandler = debugHandler
    defer { walk.evaluator.debugHandler = nil }
    var wanted: Int?
    if case .violation(let index) = target { wanted = index }
    let (end, recording) = walk.record(script: choices, target: wanted, keepsStory: true)
    var trace = SampledTrace(
      trace: Trace(steps: recording.steps), seed: seeds[sample], violated: [], shrinking: shrinking)
    switch end {
    case .nothing: break
    case .violated(let indices):
      trace.violated = Set(indices + walk.violatedAtEnd()).sorted().map { properties[$0].name }
    case .failed: trace.isFailure = true
    }
    return (trace, end)
  }

  /// Tells of a runtime error; of one that is a limit, as a reason to stop.
  private func fail(_ result: inout SimulationResult, _ finding: SampleCollector.Finding, _ walk: RandomWalk)
  {
    guard let error = finding.error else { return }
    if error.isLimit {
      let place = machine.location(of: error.expression).map { "\($0): " } ?? ""
      result.stopped = .evaluation(place + error.message)
      return
    }
    let (trace, end) = counterexample(of: finding.sample, .failure(error.id, error.expression), walk)
    guard case .failed(let shown, let activity) = end else { return }
    result.traces = [trace]
    result.failure = .init(error: shown, trace: trace.trace, activity: activity)
  }

  private func verdict(
    on property: Property, _ index: Int, _ runs: SampleCollector.State,
    _ violating: [SampleCollector.Finding], _ traces: inout [SampledTrace], _ walk: RandomWalk
  ) -> PropertyResult {
    let wasCut = runs.stopped != nil || runs.findings.contains { $0.error != nil }
    var answer = result(
      of: property, wasCut || runs.total.started == 0 ? .inconclusive : .holds, runs: runs.total.samples)
    if case .behaviors = property.scope {
      answer.verdict = .inconclusive
      answer.note = "speaks of infinite behaviors: use `check`"
      return answer
    }
    switch property.kind {
    case .witness:
      answer.verdict = runs.total.witnessed[index] > 0 ? .holds : .inconclusive
    case .maximum, .minimum:
      if let extreme = runs.total.extremes[index] {
        answer.value = .int(extreme.value)
        var trace = Trace(steps: walk.record(seed: seeds[extreme.sample], keepsStory: true).recording.steps)
        trace.steps = Array(trace.steps.prefix(extreme.state + 1))
        answer.trace = trace
        answer.steps = trace.length
      }
    case .invariant, .inductive, .temporal:
      guard let finding = violating.first(where: { $0.violated.contains(index) }) else { break }
      let known = traces.first { $0.violated.contains(property.name) && !$0.isFailure }
      let shown = known ?? counterexample(of: finding.sample, .violation(index), walk).trace
      if known == nil { traces.append(shown) }
      answer.verdict = .violated
      answer.trace = shown.trace
      answer.steps = shown.trace.length
      answer.explanations = walk.evaluator.explain(property, at: shown.trace)
    }
    return answer
  }

  private func result(of property: Property, _ verdict: Verdict, runs: Int) -> PropertyResult {
    PropertyResult(
      name: property.name, kind: property.kind, range: property.range, verdict: verdict,
      strength: .sampled(runs: runs))
  }

  private func statistics(of tally: SampleTally) -> SimulationStatistics {
    var statistics = SimulationStatistics()
    statistics.samples = tally.samples
    statistics.started = tally.started
    statistics.shortest = tally.samples == 0 ? 0 : tally.shortest
    statistics.longest = tally.longest
    statistics.states = tally.states
    for (index, property) in properties.enumerated() where property.kind == .witness {
      statistics.witnessed.append((property.name, tally.witnessed[index]))
    }
    statistics.actions = machine.stepActions.map { function in
      (function, tally.actions.isEmpty ? ActionCount() : tally.actions[Int(function.index)])
    }
    return statistics
  }
}
