import Checker
import Foundation
import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// The prover against exhaustive search, on random machines: the same properties are violated
/// within a bound, after the same number of steps, what is proved is never violated, and extremes
/// are the same.
///
/// A few by default; `DFMI_SOAK=5000` takes so many, `DFMI_SEED=7` begins at that seed.
@Suite struct RandomMachineTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["DFMI_SOAK"].flatMap { Int($0) } ?? 60
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1
  private static let depth = 4

  @Test func proverAgreesWithExploration() {
    let (report, compared) = runOnLargeStack { Self.soak() }
    #expect(report == "")
    #expect(compared * 10 > Self.count * 8, "most machines could not be encoded: \(compared)")
  }

  @Test func layeredSearchAgreesWithExploration() {
    let (report, compared) = runOnLargeStack { Self.soak(usesLayers: true) }
    #expect(report == "")
    #expect(compared * 10 > Self.count * 7, "most machines could not be encoded: \(compared)")
  }

  private static func soak(usesLayers: Bool = false) -> (report: String, compared: Int) {
    var compared = 0
    var reports: [String] = []
    var refusals: [String: Int] = [:]
    for seed in first..<(first + UInt64(count)) {
      var generator = MachineGenerator(seed: seed)
      let machine = generator.machine()
      if MachineExploration(of: machine).isTooLarge { continue }
      guard let flat = SpecText(machine.quintText).machine().machine else { continue }
      let (complaints, refusal) = compare(flat, usesLayers)
      if let refusal { refusals[refusal, default: 0] += 1 } else { compared += 1 }
      if complaints.isEmpty { continue }
      reports.append("seed \(seed)\n\(machine.quintText)\(complaints.joined(separator: "\n"))\n")
      if reports.count == 30 { break }
    }
    if environment["DFMI_SOAK"] != nil {
      for (reason, count) in refusals.sorted(by: { $0.value > $1.value }) {
        print("refused \(count): \(reason)")
      }
      print("compared \(compared)")
      for report in reports {
        let lines = report.split(separator: "\n")
        print("complaint:", lines.first ?? "", "|", lines.drop { $0 != "}" }.joined(separator: " | "))
      }
    }
    return (reports.joined(separator: "\n"), compared)
  }

  private static func compare(
    _ machine: Machine, _ usesLayers: Bool
  ) -> (complaints: [String], refusal: String?) {
    var search = SearchOptions()
    search.keepsGoing = true
    search.maxSteps = depth
    let wanted = BreadthFirstSearch(machine: machine, options: search).run()
    var options = ProofOptions()
    options.maxSteps = depth
    options.usesLayers = usesLayers
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 20)
    let found = Prover.run(machine, options)
    if let refusal = found.refusal { return ([], refusal.reason) }
    if found.stopped != nil { return ([], "stopped: \(found.stopped ?? "")") }
    if let disagreement = found.disagreement { return ([disagreement], nil) }
    if !wanted.falseAssumptions.isEmpty || found.vacuity != nil { return ([], nil) }
    if let failure = wanted.failure {
      let isRefused = found.properties.contains { $0.note?.hasPrefix("cannot be encoded") == true }
      if found.definedness.verdict == .violated || isRefused { return ([], nil) }
      return (["a runtime error is not found: \(failure.error.message)"], nil)
    }
    var complaints: [String] = []
    // What is violated is not evaluated any more.
    let isOver = wanted.properties.contains {
      $0.verdict == .violated && found.definedness.note?.contains("`\($0.name)`") == true
    }
    if found.definedness.verdict == .violated, !isOver {
      complaints.append("a runtime error that there is not")
    }
    for (mine, theirs) in zip(found.properties, wanted.properties) {
      if mine.note != nil { continue }
      switch mine.kind {
      case .maximum, .minimum:
        if mine.value.map(Value.int) != theirs.value || mine.steps != theirs.steps {
          complaints.append(
            "\(mine.name): \(String(describing: mine.value)) after \(mine.steps ?? -1), "
              + "not \(String(describing: theirs.value)) after \(theirs.steps ?? -1)")
        }
      case .witness:
        if mine.verdict == .holds, mine.steps != theirs.steps || theirs.verdict != .holds {
          complaints.append("\(mine.name): reached after \(mine.steps ?? -1), not \(theirs.steps ?? -1)")
        }
        if mine.verdict != .holds, theirs.verdict == .holds { complaints.append("\(mine.name): not reached") }
      case .invariant, .inductive, .temporal:
        let violated = theirs.verdict == .violated
        if violated != (mine.verdict == .violated) || (violated && mine.steps != theirs.steps) {
          complaints.append(
            "\(mine.name): \(mine.verdict) after \(mine.steps ?? -1) (\(mine.strength)), "
              + "not \(theirs.verdict) after \(theirs.steps ?? -1)")
        }
      }
    }
    return (complaints, nil)
  }
}
