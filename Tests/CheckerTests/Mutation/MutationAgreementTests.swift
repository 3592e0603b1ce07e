import Checker
import Foundation
import ProtocolModel
import TestSupport
import Testing

/// Mutants of random machines: a mutation means the same as the change of text that it is shown as,
/// and what is never said to decide can be left out.
@Suite struct MutationAgreementTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = (environment["DFMI_SOAK"].flatMap { Int($0) } ?? 160) / 8
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1
  private static let mutantsEach = 5

  @Test func aMutantIsWhatItsTextSays() {
    let (report, compared) = runOnLargeStack { Self.compareTexts() }
    #expect(report == "")
    #expect(compared > 20, "too few mutants were compared")
  }

  @Test func aGuardThatNeverDecidesCanBeLeftOut() {
    let (report, compared) = runOnLargeStack { Self.compareFindings() }
    #expect(report == "")
    #expect(compared > 5, "too few findings were compared")
  }

  private static func compareTexts() -> (report: String, compared: Int) {
    var compared = 0
    for (seed, text, machine) in machines(count) {
      var random = SeededGenerator(seed: seed)
      for mutation in machine.mutations(ofFiles: ["main.qnt"]).shuffled(using: &random).prefix(mutantsEach) {
        guard let mutant = machine.mutated(by: mutation) else { return ("seed \(seed): no mutant", compared) }
        var bytes = Array(text.utf8)
        bytes.replaceSubrange(
          Int(mutation.start)..<Int(mutation.end), with: Array(mutation.replacement.utf8))
        let changed = String(decoding: bytes, as: UTF8.self)
        guard let other = SpecText(changed).machine().machine else { continue }
        // Properties are changed by the text alone, and may fail.
        guard let a = counts(mutant), let b = counts(other) else { continue }
        compared += 1
        if a != b {
          return (
            "seed \(seed): \(a) but \(b)\n\(mutation)\n\(text)\n\(changed)",
            compared
          )
        }
      }
    }
    return ("", compared)
  }

  private static func compareFindings() -> (report: String, compared: Int) {
    var compared = 0
    for (seed, text, machine) in machines(count * 2) {
      let (covered, questions) = machine.withCoverage(ofFiles: ["main.qnt"])
      var options = SearchOptions()
      options.coverage = questions
      options.keepsGoing = true
      options.engine = .evaluator
      let result = ExhaustiveSearch(machine: covered, options: options).run()
      guard result.isExhausted, let judge = MutantJudge(machine, limit: 1_000, limits: SearchLimits())
      else { continue }
      let mutations = machine.mutations(ofFiles: ["main.qnt"])
      for (number, question) in questions.enumerated()
      where question.goal.kind == .conjunctDecides && !result.reached[number] && !result.undecided[number] {
        guard
          let mutation = mutations.first(where: {
            $0.kind == .dropGuard && $0.replacement == "true" && $0.start == question.range.start
              && $0.end == question.range.end
          }), let mutant = machine.mutated(by: mutation)
        else { continue }
        compared += 1
        if case .equivalent = judge.judge(mutant) { continue }
        return ("seed \(seed): \(mutation) is not equivalent\n\(text)", compared)
      }
    }
    return ("", compared)
  }

  /// Machines that are small enough, with their texts.
  private static func machines(_ count: Int) -> [(seed: UInt64, text: String, machine: Machine)] {
    (first..<(first + UInt64(count))).compactMap { seed in
      var generator = MachineGenerator(seed: seed)
      let machine = generator.machine()
      if MachineExploration(of: machine).isTooLarge { return nil }
      let text = machine.quintText
      return SpecText(text).machine().machine.map { (seed, text, $0) }
    }
  }

  /// Counters of a search that goes to the end; nil if it does not.
  private static func counts(_ machine: Machine) -> [Int]? {
    var options = SearchOptions()
    options.keepsGoing = true
    options.engine = .evaluator
    options.limits.states = 3_000
    let result = ExhaustiveSearch(machine: machine, options: options).run()
    guard result.isExhausted else { return nil }
    let statistics = result.statistics
    return [statistics.distinct, statistics.generated, statistics.depth, statistics.deadEnds]
  }
}
