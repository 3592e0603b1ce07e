import Foundation
import ProtocolModel
import TestSupport
import Testing

/// The laws of the built-in operators, for random expressions.
///
/// A few by default; `DFMI_SOAK=20000` takes so many, `DFMI_SEED=7` begins at that seed.
@Suite struct LawTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let rounds = max(
    2, (environment["DFMI_SOAK"].flatMap { Int($0) } ?? 0) / Laws.all.count)
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1

  /// The first instance without the value `true`, made small; and how many were decided.
  private static func check(_ laws: [String], from first: UInt64, rounds: Int) -> (
    report: String, decided: Int
  ) {
    var decided = 0
    for seed in first..<(first + UInt64(rounds)) {
      var generator = ExpressionGenerator(seed: seed)
      let instances = laws.map { LawInstance($0, &generator) }
      for (instance, value) in zip(instances, LawCheck.values(of: instances)) {
        if value == "limit" { continue }
        decided += 1
        if value == "true" { continue }
        let small = LawCheck.shrunk(instance, value: value)
        return ("seed \(seed): \(value)\n\(small.text)", decided)
      }
    }
    return ("", decided)
  }

  @Test func lawsHoldForRandomExpressions() {
    let (report, decided) = runOnLargeStack { Self.check(Laws.all, from: Self.first, rounds: Self.rounds) }
    #expect(report == "")
    #expect(decided * 10 > Laws.all.count * Self.rounds * 9, "too many were too large")
  }

  @Test func wrongLawIsRefutedBySmallExpressions() {
    let (report, _) = runOnLargeStack { Self.check(["s.union(t) == s"], from: 1, rounds: 20) }
    #expect(report.contains("false"))
    #expect(report.contains("pure val s = Set()"))
    #expect(report.count < 90, "\(report)")
  }
}
