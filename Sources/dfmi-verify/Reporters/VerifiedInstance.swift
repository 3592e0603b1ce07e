import ProtocolModel
import SMTBridge

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One machine that the prover worked on, and how the result compares with what was expected.
struct VerifiedInstance: Sendable {
  var spec: String
  var main: String
  var machine: Machine
  var plan: ProofPlan
  var result: ProofResult
  var warnings: [Diagnostic]
  var seconds: Double
  /// What a search for the end of a constant's values has found.
  var boundary: String?
  private var missesBoundary = false
  /// Everything that is not as expected, in words.
  private(set) var surprises: [String] = []

  /// Proves what a plan asks for.
  static func verify(
    _ machine: Machine, spec: String, main: String, warnings: [Diagnostic], _ plan: ProofPlan,
    _ console: Console
  ) -> VerifiedInstance {
    var plan = plan
    let start = Process.seconds
    plan.options.limits = SolverLimits(
      deadline: MonotonicClock.seconds + Double(plan.timeout), isInterrupted: { Process.isInterrupted })
    if let folder = plan.smtFolder {
      plan.options.limits.log = QueryLog { name, text in
        _ = Console.write(text, toFile: "\(folder)/\(main)-\(name)")
      }
    }
    let meter = SolverMeter()
    plan.options.limits.meter = meter
    let progress = ProofProgress(
      console, name: main, start: start, meter, timeout: plan.timeout, isWanted: plan.tellsProgress)
    plan.options.progress = { progress.show($0) }
    var result = Prover.run(machine, plan.options)
    progress.clear()
    for index in result.properties.indices { plan.weigh(&result.properties[index], result) }
    if let deadlock = result.deadlock {
      var deadlock = deadlock
      plan.weigh(&deadlock, result)
      result.deadlock = deadlock
    }
    plan.weigh(&result.definedness, result)
    var instance = VerifiedInstance(
      spec: spec, main: main, machine: machine, plan: plan, result: result,
      warnings: warnings.filter { $0.severity == .warning }, seconds: Process.seconds - start)
    instance.compare()
    return instance
  }

  private init(
    spec: String, main: String, machine: Machine, plan: ProofPlan, result: ProofResult,
    warnings: [Diagnostic], seconds: Double
  ) {
    self.spec = spec
    self.main = main
    self.machine = machine
    self.plan = plan
    self.result = result
    self.warnings = warnings
    self.seconds = seconds
  }

  /// All verdicts, with those on dead ends and on definedness.
  var properties: [ProvedProperty] {
    var all = result.properties + [result.deadlock].compactMap { $0 }
    if result.refusal == nil { all.append(result.definedness) }
    return all
  }

  func expectation(of property: ProvedProperty) -> Verdict {
    plan.expectedViolations.contains(property.name) ? .violated : .holds
  }

  /// Notes that the end of a constant's values is not where a tag says.
  mutating func missBoundary(_ surprise: String) {
    surprises.append(surprise)
    missesBoundary = true
  }

  var isAsExpected: Bool { surprises.isEmpty }

  var isInconclusive: Bool {
    result.refusal != nil || result.vacuity != nil
      || properties.contains { $0.verdict == .inconclusive && !isMoot($0) }
  }

  /// Undecided in an instance that is there for another property's sake, or by `check` only.
  func isMoot(_ property: ProvedProperty) -> Bool {
    guard !plan.expectedViolations.isEmpty else { return false }
    return expectation(of: property) == .holds || (property.isOfBehaviors && property.note != nil)
  }

  var status: ExitStatus {
    if result.disagreement != nil { return .internalError }
    let isWrong =
      properties.contains { $0.verdict != .inconclusive && $0.verdict != expectation(of: $0) }
      || hasWrongCount
    if isWrong { return .violated }
    if missesBoundary { return isInconclusive ? .inconclusive : .violated }
    return isInconclusive ? .inconclusive : .success
  }

  var outcome: String {
    if result.disagreement != nil || result.definedness.verdict == .violated { return "error" }
    if properties.contains(where: { $0.verdict == .violated }) { return "violated" }
    return isInconclusive ? "inconclusive" : "holds"
  }

  private var hasWrongCount: Bool {
    machine.expectations.violated.contains { expected in
      guard let steps = expected.steps else { return false }
      return properties.contains {
        $0.name == expected.property && $0.verdict == .violated && !fits($0, steps)
      }
    }
  }

  /// With constants left open a counterexample may be shorter than that for the values in the file, and a
  /// lasso is a shortest one here, which those of `check` need not be.
  private func fits(_ property: ProvedProperty, _ expected: Int) -> Bool {
    guard let found = property.steps else { return false }
    return result.openConstants.isEmpty && !property.isOfBehaviors ? found == expected : found <= expected
  }

  private mutating func compare() {
    if let disagreement = result.disagreement { surprises.append("internal error: \(disagreement)") }
    if let vacuity = result.vacuity { surprises.append(vacuity) }
    if let refusal = result.refusal { surprises.append("cannot be encoded: \(text(of: refusal))") }
    guard result.refusal == nil, result.vacuity == nil else { return }
    for property in properties {
      let expected = expectation(of: property)
      switch property.verdict {
      case .inconclusive: if !isMoot(property) { surprises.append("\(property.name) is undecided") }
      case .holds where expected == .violated:
        let scope = property.isProved ? "" : " \(scope(of: property))"
        surprises.append("\(property.name) should be violated, and holds\(scope)")
      case .violated where expected == .holds:
        surprises.append(
          property.kind == .witness
            ? "\(property.name) is never true"
            : property.name == "definedness" ? "runtime error" : "\(property.name) is violated")
      case .holds, .violated: break
      }
    }
    for expected in machine.expectations.violated {
      guard let steps = expected.steps,
        let property = properties.first(where: { $0.name == expected.property }),
        let found = property.steps, !fits(property, steps)
      else { continue }
      surprises.append("\(expected.property) is violated after \(found) steps, not \(steps)")
    }
  }

  func text(of refusal: SymbolicRefusal) -> String {
    let place = refusal.expression.flatMap { machine.location(of: $0) }.map { " at \($0)" } ?? ""
    return refusal.reason + place
  }

  /// What the proofs hold for.
  func scope(of property: ProvedProperty) -> String {
    let open =
      result.openConstants.isEmpty
      ? ""
      : ", for all "
        + result.openConstants.map { String($0.split(separator: ":").last ?? "") }.joined(separator: ", ")
    switch property.strength {
    case .bounded(steps: ..<0): return "nowhere"
    case .bounded(let steps): return "within \(CheckText.count(steps, "step"))" + open
    case .inductive(let k, let lemmas):
      let how = k == 1 ? "induction" : "induction over \(k) steps"
      let help = lemmas == 0 ? "" : " with \(CheckText.count(lemmas, "lemma"))"
      return "in every reachable state\(open), by \(how)\(help)"
    case .spacer: return "in every reachable state\(open), by an invariant of Spacer's"
    case .exhausted(let steps) where property.isOfBehaviors:
      return "in every behavior\(open), since all end within \(CheckText.count(steps, "step"))"
    case .exhausted(let steps):
      return
        "in every reachable state\(open), since all behaviors end within \(CheckText.count(steps, "step"))"
    case .counterexample where property.lasso != nil: return "a behavior that repeats itself"
    case .counterexample: return property.kind == .witness ? "reached" : "shortest"
    }
  }
}

extension ProofPlan {
  /// A bound that was asked for is part of the question: what has no violation within it holds,
  /// unless a proof is wanted, or something cut the search short.
  fileprivate func weigh(_ property: inout ProvedProperty, _ result: ProofResult) {
    guard property.verdict == .inconclusive, property.note == nil, property.kind != .witness,
      result.stopped == nil, case .bounded(let steps) = property.strength, steps >= options.maxSteps,
      !mustBeProved.contains(property.name)
    else { return }
    if property.name == "definedness", !mustBeProved.isEmpty { return }
    property.verdict = .holds
  }
}

extension ProvedProperty {
  /// The word of the JSON result.
  var jsonKind: String { name == "deadlock" || name == "definedness" ? name : kind.jsonName }
}

extension ProofStrength {
  /// The word for reports.
  var name: String {
    switch self {
    case .bounded: "bounded"
    case .inductive, .spacer: "inductive"
    case .exhausted, .counterexample: "exhaustive"
    }
  }
}

// MARK: - JSON and traces

extension VerifiedInstance {
  var json: JSONValue {
    var diagnostics = warnings
    if let error = result.definedness.runtimeError { diagnostics.append(error.diagnostic(in: machine)) }
    var members: [JSONValue.Member] = [
      .init("asExpected", .bool(isAsExpected)),
      .init(
        "statistics",
        .object([
          .init("depth", .integer(.small(max(0, result.depth)))),
          .init("searchSeconds", .real((seconds * 1000).rounded() / 1000)),
          .init("peakBytes", .integer(.small(Process.peakBytes))),
        ])),
      .init("properties", .array(properties.map(json))),
      .init("symbolic", .array(result.openConstants.map { .string($0) })),
      .init("lemmas", .array(result.lemmas.map { .string($0) })),
    ]
    if plan.options.asksForGuards {
      members.append(
        .init(
          "unneededGuards",
          .array(
            result.unneededGuards.map { unneeded in
              [
                "guard": .string(unneeded.text), "action": .string(unneeded.action),
                "properties": .array(unneeded.properties.map { .string($0) }),
              ]
            })))
    }
    if let reason = result.stopped { members.append(.init("stopped", .string(reason))) }
    if let refusal = result.refusal { members.append(.init("refused", .string(text(of: refusal)))) }
    if let vacuity = result.vacuity { members.append(.init("vacuous", .string(vacuity))) }
    return ResultDocument.result(
      spec: spec, main: main, outcome: outcome, members: members, diagnostics: diagnostics,
      sources: machine.sources)
  }

  private func json(_ property: ProvedProperty) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(property.name)), .init("kind", .string(property.jsonKind)),
    ]
    if let location = machine.sources.location(of: property.range) {
      members.append(.init("location", .string(location)))
    }
    members += [
      .init("verdict", .string(property.verdict.rawValue)),
      .init("strength", .string(property.strength.name)),
      .init("scope", .string(scope(of: property))),
      .init("expected", .string(expectation(of: property).rawValue)),
    ]
    if let note = property.note { members.append(.init("note", .string(note))) }
    if let steps = property.steps { members.append(.init("steps", .integer(.small(steps)))) }
    if !property.constants.isEmpty {
      members.append(
        .init(
          "constants",
          .object(
            property.constants.compactMap { constant in
              (try? ITFCodec.encode(constant.value)).map { .init(constant.name, $0) }
            })))
    }
    if let value = property.value, let json = try? ITFCodec.encode(.int(value)) {
      members.append(.init("value", json))
    }
    if !property.explanations.isEmpty {
      members.append(
        .init("falseBecause", .array(property.explanations.map { .string($0.description) })))
    }
    if let lasso = property.lasso {
      members.append(.init("fairness", .array(lasso.fairness.map { .string($0.description) })))
    }
    if let trace = property.trace, let itf = document(trace, property) {
      members.append(.init("trace", .object([.init("ITF", itf)])))
    }
    return .object(members)
  }

  /// The counterexamples, each an ITF document.
  ///
  /// - Parameter withExtremes: the behaviors that attain the extremes of quantities as well.
  func traceDocuments(withExtremes: Bool) -> [JSONValue] {
    properties.filter { $0.verdict == .violated || (withExtremes && $0.kind.isQuantity) }.compactMap {
      property in
      property.trace.flatMap { document($0, property) }
    }
  }

  private func document(_ trace: Trace, _ property: ProvedProperty) -> JSONValue? {
    var pickNames: [String] = []
    for pick in machine.picks where !pickNames.contains(pick.name) { pickNames.append(pick.name) }
    return try? ITFCodec.encode(
      ITFDocument(trace: trace, source: spec, status: property.verdict == .violated ? "violation" : "ok"),
      includesActions: true, pickNames: pickNames)
  }
}

// MARK: - Certificates

extension VerifiedInstance {
  /// Writes the obligations of the proofs to a folder of the instance's name.
  func writeCertificate(below folder: String, _ console: Console) {
    guard !result.certificate.isEmpty else {
      if !plan.expectedViolations.isEmpty { return }
      console.error("\(main): no proof to write a certificate for\n")
      return
    }
    let path = folder + "/" + main
    mkdir(path, 0o777)
    for file in result.certificate where !Console.write(file.text, toFile: path + "/" + file.name) {
      console.error("cannot write `\(path)/\(file.name)`\n")
      return
    }
  }
}
