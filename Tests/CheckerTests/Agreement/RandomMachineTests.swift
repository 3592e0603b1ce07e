import Foundation
import ProtocolModel
import TestSupport
import Testing

/// The checker against a brute-force explorer, on random machines.
///
/// A few by default; `DFMI_SOAK=20000` takes so many, `DFMI_SEED=7` begins at that seed.
@Suite struct RandomMachineTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["DFMI_SOAK"].flatMap { Int($0) } ?? 150
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func checkerFindsWhatBruteForceFinds() {
    let (report, compared) = runOnLargeStack { Self.soak() }
    #expect(report == "")
    #expect(compared * 2 > Self.count, "most machines are too large to compare")
  }

  @Test func nativeCodeFindsWhatBruteForceFinds() {
    let (report, _) = runOnLargeStack { Self.soak(count: max(8, Self.count / 20), engines: [.native]) }
    #expect(report == "")
  }

  /// The first disagreements, and how many machines were compared.
  private static func soak(
    count: Int = Self.count, engines: [MachineComparison.Engine] = [.evaluator, .bytecode]
  ) -> (report: String, compared: Int) {
    var compared = 0
    var reports: [String] = []
    for seed in first..<(first + UInt64(count)) {
      var generator = MachineGenerator(seed: seed)
      let machine = generator.machine()
      guard let comparison = MachineComparison(machine, engines: engines) else { continue }
      compared += 1
      if comparison.complaints.isEmpty { continue }
      reports.append(report(seed, machine, comparison.complaints, engines))
      if reports.count == 3 { break }
    }
    return (reports.joined(separator: "\n"), compared)
  }

  /// A disagreement on a page: the smallest machine that still has it, and what differs.
  private static func report(
    _ seed: UInt64, _ machine: RandomMachine, _ complaints: [String], _ engines: [MachineComparison.Engine]
  ) -> String {
    let kind = kind(of: complaints)
    var shrinker = MachineShrinker { candidate in
      guard let comparison = MachineComparison(candidate, engines: engines) else { return false }
      return self.kind(of: comparison.complaints) == kind
    }
    let small = shrinker.shrink(machine)
    let differences = MachineComparison(small, engines: engines)?.complaints ?? []
    return "seed \(seed)\n\(small.quintText)\(differences.joined(separator: "\n"))\n"
  }

  /// What is wrong, without numbers: a smaller machine has others.
  private static func kind(of complaints: [String]) -> String {
    guard let first = complaints.first else { return "" }
    guard first.hasPrefix("refused"), let code = first.firstIndex(of: "[") else {
      return String(first.prefix { !$0.isNumber })
    }
    return String(first[code...].prefix { $0 != "`" })
  }
}
