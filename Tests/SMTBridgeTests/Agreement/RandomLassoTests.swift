import Checker
import Foundation
import ProtocolModel
import SMTBridge
import TestSupport
import Testing

private let environment = ProcessInfo.processInfo.environment

/// Bounded search for lassos on random systems and formulas, against the exhaustive checker and the
/// enumeration of all lassos.
///
/// A few by default; `DFMI_SOAK=5000` takes so many, `DFMI_SEED=7` begins at that seed.
@Suite struct RandomLassoTests {
  private static let count = environment["DFMI_SOAK"].flatMap { Int($0) } ?? 16
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1
  private static let bound = 6

  @Test func lassosAreFoundWhereThereAreSome() {
    let report = runOnLargeStack { () -> String in
      var answers = ["violated": 0, "proved": 0, "bounded": 0]
      for seed in Self.first..<Self.first + UInt64(Self.count) {
        let system = TemporalSystem(seed: seed)
        var random = SplitMix(seed: seed &* 37)
        let formula = RandomFormula(system, depth: 1 + Int(seed % 3), &random)
        let text = system.text(property: formula.text)
        guard let machine = SpecText(text).machine().machine, let property = machine.properties.first,
          property.shape == .general
        else { continue }
        let expected = LassoEnumeration(system, formula.meaning).holds
        if let complaint = Self.complaint(machine, expected, &answers) {
          return "seed \(seed): \(complaint)\n\(text)"
        }
      }
      // A share of each answer, so that the test says something.
      let isOneSided = answers.values.contains { $0 * 20 < Self.count }
      return isOneSided ? "one-sided: \(answers.sorted { $0.key < $1.key })" : ""
    }
    #expect(report == "")
  }

  @Test func propertiesOfStepsAreProvedOnlyWhereTheyHold() {
    let report = runOnLargeStack { () -> String in
      var proved = 0
      var refuted = 0
      for seed in Self.first..<Self.first + UInt64(Self.count * 4) {
        let system = TemporalSystem(seed: seed)
        var random = SplitMix(seed: seed &* 41)
        let formula = RandomFormula(system, depth: 1 + Int(seed % 2), &random)
        let text = system.text(property: formula.text)
        guard let machine = SpecText(text).machine().machine, let property = machine.properties.first,
          [.alwaysStep, .alwaysState].contains(property.shape),
          let expected = LassoEnumeration(system, formula.meaning).holds
        else { continue }
        let found = Prover.run(machine, ProofOptions())
        if let problem = found.refusal?.reason ?? found.disagreement {
          return "seed \(seed): \(problem)\n\(text)"
        }
        let answer = found.properties.first
        if answer?.note?.contains("cannot be encoded") == true { return "seed \(seed): refused\n\(text)" }
        proved += answer?.verdict == .holds ? 1 : 0
        refuted += answer?.verdict == .violated ? 1 : 0
        if answer?.verdict == (expected ? .violated : .holds) {
          return "seed \(seed): wrong verdict\n\(text)"
        }
      }
      let isOneSided = min(proved, refuted) * 40 < Self.count
      return isOneSided ? "\(proved) proved, \(refuted) refuted" : ""
    }
    #expect(report == "")
  }

  /// - Parameter expected: the verdict of the enumeration, where it has one.
  private static func complaint(
    _ machine: Machine, _ expected: Bool?, _ answers: inout [String: Int]
  ) -> String? {
    var options = ProofOptions()
    options.maxSteps = bound
    options.proves = false
    let found = Prover.run(machine, options)
    if let refusal = found.refusal { return "refused: \(refusal.reason)" }
    if let disagreement = found.disagreement { return disagreement }
    guard let answer = found.properties.first else { return "no property" }
    if let note = answer.note { return note }
    switch answer.verdict {
    case .violated:
      answers["violated", default: 0] += 1
      return expected == true ? "violated, should hold" : nil
    case .holds:
      answers["proved", default: 0] += 1
      return expected == false ? "holds, should be violated" : nil
    case .inconclusive:
      answers["bounded", default: 0] += 1
      let wanted = ExhaustiveSearch(machine: machine, options: SearchOptions()).run().properties.first
      guard wanted?.verdict == .violated, let steps = wanted?.steps, steps <= bound else { return nil }
      return "a lasso of \(steps) steps is not found"
    }
  }
}
