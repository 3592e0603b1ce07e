import Checker
import ProtocolModel

/// What a spec turns out to be when its instances are searched and its tests run, as the commands
/// `check` and `test` do it.
struct Measurement: Sendable {
  var records: [InstanceRecord] = []
  var tests: [String] = []
  /// What never happens in the instances.
  private var coverage = CoverageReport()
  /// Whatever is wrong, whether or not a table says so.
  var problems: [String] = []

  /// Searches the instances of a spec, the large ones if they are asked for.
  static func instances(of file: String) -> Measurement {
    measure(file) { spec, measurement in
      let machines = try spec.machinesToCheck(isInFolder: true) {
        SpecFolder.takesLargeInstances || $0?.size != .large
      }
      measurement.coverage.add(spec)
      for (name, result) in machines {
        measurement.complain(result.diagnostics, about: name)
        if let machine = result.machine { measurement.search(machine, name, file, spec.path) }
      }
      // Of other files not all instances are here.
      for finding in measurement.coverage.findings where finding.file == spec.path && !finding.isAllowed {
        measurement.problems.append("\(file):\(finding.line): \(finding.message)")
      }
    }
  }

  /// Instances that have values without a finite shape, or steps that are not compiled, and why.
  static func uncompiled(of file: String) -> [String] {
    measure(file) { spec, measurement in
      for (name, result) in try spec.machinesToCheck(isInFolder: true, where: { $0?.size != .large }) {
        guard let machine = result.machine else { continue }
        let report = LayoutReport(of: machine, from: 200)
        let interned = report.variables.filter { $0.shape == nil }.map(\.name)
        if !interned.isEmpty { measurement.problems.append("\(name): \(interned) are interned") }
        if let refusal = report.refusal { measurement.problems.append("\(name): \(refusal)") }
      }
    }.problems
  }

  /// Runs all tests of a spec.
  static func tests(of file: String) -> Measurement {
    measure(file) { spec, measurement in
      guard let main = try? spec.mainModule() else { return }
      let tests = try spec.tests(inMain: main)
      let made = spec.machine(main: main, tests: tests)
      measurement.complain(made.diagnostics, about: file)
      guard let machine = made.machine else { return }
      var runner = TestRunner(machine: machine)
      runner.maxSamples = 100
      for (test, function) in zip(tests, made.tests) {
        measurement.tests.append(test.name)
        if !test.isRunnable { measurement.problems.append("\(test.name) is not a test") }
        if runner.run(function).failure != nil { measurement.problems.append("\(test.name) fails") }
      }
    }
  }

  private static func measure(
    _ file: String, _ body: @escaping @Sendable (Spec, inout Measurement) throws -> Void
  ) -> Measurement {
    Spec.withSpec(SpecFolder.url(of: file).path) { spec in
      var measurement = Measurement()
      measurement.complain(spec.diagnostics, about: file)
      do {
        try body(spec, &measurement)
      } catch {
        measurement.problems.append("\(file): \(error)")
      }
      return measurement
    }
  }

  private mutating func complain(_ diagnostics: [Diagnostic], about subject: String) {
    problems += diagnostics.map { "\(subject): \($0.severity.rawValue): \($0.message)" }
  }

  // MARK: One instance

  /// An instance with a fault is searched for the properties that it names, until all of them are
  /// decided; any other for everything.
  private mutating func search(_ machine: Machine, _ name: String, _ file: String, _ path: String) {
    let expectations = machine.expectations
    var options = SearchOptions()
    if !expectations.violated.isEmpty {
      options.properties = expectations.violated.map(\.property) + expectations.holds.map(\.property)
      options.keepsGoing = true
    }
    let known = coverage
    let (covered, questions) = machine.withCoverage(ofFiles: [path], except: known.isReached)
    options.coverage = questions
    let search = ExhaustiveSearch(machine: covered, options: options)
    let result = search.run()
    coverage.add(machine, questions, result, as: .init(spec: path, name: name))
    if let refusal = search.report.refusal { problems.append("\(name) is not compiled: \(refusal)") }
    let record = InstanceRecord(
      file: file, name: name, size: (expectations.size ?? .small).rawValue,
      states: result.statistics.distinct, transitions: result.statistics.generated,
      depth: result.statistics.depth, outcome: Self.outcome(of: result),
      remarks: Self.remarks(on: result, machine))
    records.append(record)
    compare(record, with: expectations)
  }

  private static func outcome(of result: SearchResult) -> InstanceRecord.Outcome {
    if result.failure != nil { return .failed("runtime-error") }
    if !result.falseAssumptions.isEmpty { return .failed("false-assumption") }
    if result.stopped != nil { return .failed("stopped") }
    if let open = result.properties.first(where: { $0.verdict == .inconclusive }) {
      return .failed("undecided:\(open.name)")
    }
    if let missed = result.properties.first(where: { $0.kind == .witness && $0.verdict == .violated }) {
      return .failed("unreached:\(missed.name)")
    }
    if result.properties.contains(where: { $0.verdict == .violated }) {
      return .violated(
        result.properties.map { .init(property: $0.name, steps: $0.verdict == .violated ? $0.steps : nil) })
    }
    let witnesses = result.properties.count { $0.kind == .witness }
    return .holds(properties: result.properties.count - witnesses, witnesses: witnesses)
  }

  private static func remarks(on result: SearchResult, _ machine: Machine) -> [String] {
    guard result.isExhausted, machine.expectations.violated.isEmpty else { return [] }
    let bounds = result.properties.compactMap { property in
      property.value.map { "\(property.name)=\($0)" }
    }
    let unfired = result.neverFired.map { machine[$0].name }
    return bounds + (unfired.isEmpty ? [] : ["unfired=" + unfired.joined(separator: ",")])
  }

  /// The tags of an instance must say the same as its record: a table is too easily written anew.
  private mutating func compare(_ record: InstanceRecord, with expectations: Expectations) {
    if case .failed(let reason) = record.outcome { problems.append("\(record.name): \(reason)") }
    if let states = expectations.states, states.count != record.states {
      problems.append("\(record.name) has \(record.states) states, its tag says \(states.count)")
    }
    let expected = expectations.violated.map {
      InstanceRecord.Judgment(property: $0.property, steps: $0.steps)
    }
    if Set(record.violations.map(\.description)) != Set(expected.map(\.description)) {
      problems.append("\(record.name): \(record.outcome), its tags say \(expected)")
    }
  }
}
