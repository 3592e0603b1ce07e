import Checker
import ProtocolModel
import TestSupport

/// What the checker says of a random machine, held against all of its reachable states.
struct MachineComparison {
  let machine: RandomMachine
  let exploration: MachineExploration
  private(set) var complaints: [String] = []

  /// Nil when the machine is too large for that.
  init?(_ machine: RandomMachine, engines: [Engine] = [.evaluator, .bytecode]) {
    self.machine = machine
    exploration = MachineExploration(of: machine)
    if exploration.isTooLarge { return nil }
    let text = SpecText(machine.quintText)
    let made = text.machine()
    guard let flat = made.machine else {
      complaints = ["refused: " + text.complaints().joined(separator: "\n")]
      return
    }
    for engine in engines {
      self.engine = engine
      var options = engine.options
      options.keepsGoing = true
      compareWhole(search(flat, options), flat)
      compareUntilViolation(search(flat, engine.options))
    }
  }

  /// What takes the steps of the searches that are compared.
  enum Engine: String {
    case evaluator, bytecode, native

    fileprivate var options: SearchOptions {
      var options = SearchOptions()
      options.engine = self == .evaluator ? .evaluator : self == .bytecode ? .bytecode : .automatic
      options.compilesFrom = 1
      options.threads = 2
      options.waitsForNative = self == .native
      return options
    }
  }

  private var engine = Engine.evaluator
  /// Searches that the evaluator had to do, and why.
  private(set) var refusals: [String] = []

  private mutating func search(_ flat: Machine, _ options: SearchOptions) -> SearchResult {
    let search = ExhaustiveSearch(machine: flat, options: options)
    if engine == .native { search.nativeCompiler = NativeLibraries.compiler }
    let result = search.run()
    if let refusal = search.report.refusal { refusals.append(refusal) }
    if engine == .native, search.report.layout != nil, result.statistics.generated > 0 {
      expect(search.report.usesNativeCode, "native code was not used")
    }
    return result
  }

  private mutating func expect(_ condition: Bool, _ complaint: String) {
    if !condition { complaints.append("\(engine.rawValue): \(complaint)") }
  }

  private mutating func expectEqual<T: Equatable>(_ found: T, _ wanted: T, _ what: String) {
    expect(found == wanted, "\(what): found \(found), wanted \(wanted)")
  }

  // MARK: A search to the end

  private mutating func compareWhole(_ result: SearchResult, _ flat: Machine) {
    expect(result.stopped == nil, "stopped: \(String(describing: result.stopped))")
    compareFailures(result)
    for (index, found) in result.properties.enumerated() where found.trace != nil {
      compareTrace(found, index)
    }
    guard exploration.failure == nil, result.failure == nil else { return }
    expectEqual(result.isExhausted, true, "exhausted")
    expectEqual(result.statistics.distinct, exploration.distinct, "distinct")
    expectEqual(result.statistics.generated, exploration.generated, "generated")
    expectEqual(result.statistics.depth, exploration.depth, "depth")
    expectEqual(result.statistics.deadEnds, exploration.deadEnds, "dead ends")
    for (index, found) in result.properties.enumerated() { compareVerdict(found, index) }
    compareUnused(result, flat)
  }

  private mutating func compareVerdict(_ found: PropertyResult, _ index: Int) {
    let wanted = exploration.findings[index]
    expectEqual(found.steps, wanted.steps, "steps of \(found.name)")
    expectEqual(found.strength, .exhaustive, "strength of \(found.name)")
    switch machine.properties[index].kind {
    case .invariant, .transition:
      expectEqual(found.verdict, wanted.steps == nil ? .holds : .violated, "verdict on \(found.name)")
    case .witness:
      expectEqual(found.verdict, wanted.steps == nil ? .violated : .holds, "verdict on \(found.name)")
    case .maximum:
      expectEqual(found.value?.description, wanted.value.map { "\($0)" }, "extreme of \(found.name)")
    }
  }

  private mutating func compareFailures(_ result: SearchResult) {
    guard let failure = exploration.failure else {
      if let found = result.failure {
        expect(false, "failure \(found.error.id.code) \(found.error.message) in \(found.activity)")
      }
      return
    }
    guard let found = result.failure else {
      // Another state of the level may have decided the property before this one was asked.
      let isDecided = zip(exploration.findings, machine.properties).contains { finding, _ in
        finding.failsAt == failure.depth && finding.steps.map { $0 <= failure.depth + 1 } ?? false
      }
      expect(isDecided, "no failure, wanted \(failure)")
      return
    }
    let states = exploration.states(along: texts(found.trace))
    guard let states else {
      return expect(false, "the trace of the failure is no behavior: \(texts(found.trace))")
    }
    expectEqual(max(0, states.count - 1), failure.depth, "depth of the failure")
    let codes = failure.codes[states.last ?? []] ?? []
    expect(
      codes.contains(found.error.id.code),
      "failure \(found.error.id.code) after \(states.last ?? []), wanted \(codes)")
  }

  /// Actions that the step calls and that no transition enters.
  private mutating func compareUnused(_ result: SearchResult, _ flat: Machine) {
    let unused = Set(result.neverFired.map { flat[$0].name })
    for name in unused {
      expect(!exploration.entered.contains(name), "\(name) is said never to fire")
    }
    for name in Set(flat.stepActions.map { flat[$0].name }) where !exploration.entered.contains(name) {
      expect(unused.contains(name), "\(name) is not said never to fire")
    }
  }

  // MARK: A search that ends at a violation

  private mutating func compareUntilViolation(_ result: SearchResult) {
    if exploration.failure != nil { return }
    let kinds = machine.properties.map(\.kind)
    var last: Int?
    for (finding, kind) in zip(exploration.findings, kinds) {
      guard let steps = finding.steps else { continue }
      if kind == .invariant { last = min(last ?? steps, steps) }
      if kind == .transition { last = min(last ?? steps - 1, steps - 1) }
    }
    guard let last else {
      return expectEqual(result.isExhausted, true, "exhausted though nothing is violated")
    }
    expectEqual(result.isExhausted, false, "exhausted at a violation")
    var violations = 0
    for (index, found) in result.properties.enumerated() {
      compareTrace(found, index)
      guard kinds[index] != .maximum else { continue }
      let steps = exploration.findings[index].steps
      let isSeen = steps.map { $0 <= last } ?? false
      // A transition out of the last level may have been made before the end.
      if kinds[index] == .transition, steps == last + 1 {
        if found.verdict == .violated { violations += 1 }
        continue
      }
      if kinds[index] != .witness, isSeen { violations += 1 }
      expectEqual(found.steps, isSeen ? steps : nil, "steps of \(found.name) until the violation")
      let verdict: Verdict =
        switch kinds[index] {
        case .witness: isSeen ? .holds : .inconclusive
        default: isSeen ? .violated : .holds
        }
      expectEqual(found.verdict, verdict, "verdict on \(found.name) until the violation")
      expectEqual(
        found.strength, isSeen ? .exhaustive : .bounded(steps: last), "strength of \(found.name)")
    }
    expect(violations > 0, "no violation, wanted one at depth \(last)")
  }

  // MARK: Traces

  private func texts(_ trace: Trace) -> [TraceStepText] {
    trace.steps.map { step in
      TraceStepText(
        action: step.action?.name, picks: step.picks.map { "\($0.name) = \($0.value)" },
        values: step.state.values.map { $0?.description ?? "nothing" })
    }
  }

  private mutating func compareTrace(_ found: PropertyResult, _ index: Int) {
    guard let trace = found.trace else { return }
    guard let states = exploration.states(along: texts(trace)), let last = states.last else {
      return expect(false, "the trace for \(found.name) is no behavior: \(texts(trace))")
    }
    // A state that a step passes may be one that a step ends in, too.
    let isExact = !machine.contains { [.apply("then"), .apply("reps")].contains($0.kind) }
    let steps = found.steps ?? -1
    expect(
      isExact ? states.count - 1 == steps : states.count - 1 >= steps,
      "length of the trace for \(found.name): found \(states.count - 1), wanted \(steps)")
    switch machine.properties[index].kind {
    case .invariant:
      expectEqual(exploration.value(of: index, in: last), .bool(false), "\(found.name) after its trace")
      expect(!found.explanations.isEmpty, "no explanation of \(found.name)")
    case .witness:
      expectEqual(exploration.value(of: index, in: last), .bool(true), "\(found.name) after its trace")
    case .maximum:
      expectEqual(
        exploration.value(of: index, in: last)?.description, found.value?.description,
        "\(found.name) after its trace")
    case .transition:
      guard states.count > 1 else { return expect(false, "\(found.name) has no transition") }
      expectEqual(
        exploration.value(of: index, in: states[states.count - 2], successor: last), .bool(false),
        "\(found.name) after its trace")
    }
  }
}
