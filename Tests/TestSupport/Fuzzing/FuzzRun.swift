import Checker
import ProtocolModel
import Synchronization

/// Takes an input through all stages, as far as it gets, with small limits. It must
/// come back: that is all that is asked of it.
///
/// Needs a large stack; see `runOnLargeStack`.
public enum FuzzRun {
  /// How far an input got.
  public enum Outcome: Int, CaseIterable, Sendable {
    /// An error in syntax or names.
    case refused
    /// An error in types, effects or modes.
    case illTyped
    /// Accepted, but nothing in it can be run.
    case accepted
    /// Steps or tests were run.
    case run
  }

  public static func run(_ input: FuzzInput) -> Outcome {
    if input.kind == .session { return session(input) }
    let spec = Spec(input.path, reader: input)
    render(spec.diagnostics, spec.sources)
    guard !spec.diagnostics.hasErrors else {
      return Spec(input.path, reader: input, through: .names).diagnostics.hasErrors ? .refused : .illTyped
    }
    var outcome = Outcome.accepted
    for module in spec.ownModules.prefix(3) {
      if runMachine(spec, module) { outcome = .run }
      if runTests(spec, module) { outcome = .run }
    }
    return outcome
  }

  private static func render(_ diagnostics: [Diagnostic], _ sources: SourceMap) {
    _ = DiagnosticRenderer(sources: sources).render(diagnostics)
  }

  // MARK: Machines

  private static func runMachine(_ spec: Spec, _ module: Int) -> Bool {
    var options = MachineOptions()
    options.needsTransitions = false
    let flat = spec.machine(main: module, options)
    render(flat.diagnostics, flat.sources)
    if let machine = flat.machine { _ = MachinePrinter.text(of: machine) }
    let made = spec.machine(main: module)
    render(made.diagnostics, made.sources)
    guard let machine = made.machine, machine.openConstants.isEmpty else { return false }
    var simulationOptions = SimulationOptions()
    simulationOptions.maxSamples = 5
    simulationOptions.maxSteps = 5
    simulationOptions.limits = limits(questions: 8)
    let simulated = Simulation(machine: machine, options: simulationOptions).run()
    for sampled in simulated.traces { reread(sampled.trace, machine) }
    var searchOptions = SearchOptions()
    searchOptions.maxSteps = 3
    searchOptions.limits = limits(questions: 8)
    searchOptions.limits.states = 200
    let found = BreadthFirstSearch(machine: machine, options: searchOptions).run()
    for trace in found.properties.compactMap(\.trace) { reread(trace, machine) }
    return true
  }

  /// Limits that end a run after so many questions whether to stop.
  private static func limits(questions: Int) -> SearchLimits {
    let patience = Patience(questions)
    var limits = SearchLimits()
    limits.isTimeOver = { patience.isOver }
    return limits
  }

  private final class Patience: Sendable {
    private let questions: Atomic<Int>

    init(_ questions: Int) { self.questions = Atomic(questions) }

    var isOver: Bool { questions.subtract(1, ordering: .relaxed).newValue < 0 }
  }

  /// Writes a trace and replays what was written.
  private static func reread(_ trace: Trace, _ machine: Machine) {
    guard
      let text = try? ITFCodec.encode(ITFDocument(trace: trace), includesActions: true).text(isPretty: true),
      let json = try? JSONValue.parse(Array(text.utf8)),
      let observed = try? ObservedTrace(json, of: machine)
    else { return }
    let patience = Patience(8)
    _ = TraceReplay(machine: machine, shouldStop: { patience.isOver }).run(observed)
  }

  // MARK: Tests and sessions

  private static func runTests(_ spec: Spec, _ module: Int) -> Bool {
    guard let tests = try? spec.tests(inMain: module).filter(\.isRunnable), !tests.isEmpty else {
      return false
    }
    let made = spec.machine(main: module, tests: tests)
    render(made.diagnostics, made.sources)
    guard let machine = made.machine, machine.openConstants.isEmpty else { return false }
    var runner = TestRunner(machine: machine, debugHandler: { _ in })
    runner.maxSamples = 3
    let patience = Patience(6)
    for test in made.tests { _ = runner.run(test) { patience.isOver } }
    return true
  }

  private static func session(_ input: FuzzInput) -> Outcome {
    let session = Session(seed: 1, reader: input)
    let patience = Patience(20)
    session.shouldStop = { patience.isOver }
    session.debugHandler = { _ in }
    var outcome = Outcome.refused
    for line in input.text.split(separator: "\n").prefix(12) {
      if Session.isIncomplete(String(line)) { continue }
      do throws(Complaint) {
        _ = try session.evaluate(String(line))
        outcome = .run
        _ = try session.menu()
      } catch {
        render(error.diagnostics, error.sources)
      }
    }
    _ = session.savedText
    return outcome
  }
}
