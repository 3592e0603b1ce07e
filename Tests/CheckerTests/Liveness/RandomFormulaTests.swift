import Checker
import Foundation
import ProtocolModel
import TestSupport
import Testing

private let environment = ProcessInfo.processInfo.environment

/// Random temporal formulas on random systems against the enumeration of all lassos.
///
/// A few by default; `DFMI_SOAK=20000` takes so many, `DFMI_SEED=7` begins at that seed.
@Suite struct RandomFormulaTests {
  private static let count = environment["DFMI_SOAK"].flatMap { Int($0) } ?? 300
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func verdictsAreThoseOfTheEnumeration() {
    let report = runOnLargeStack { () -> String in
      var decided = [true: 0, false: 0]
      var foundEarly = 0
      for seed in Self.first..<Self.first + UInt64(Self.count) {
        let system = TemporalSystem(seed: seed)
        var random = SplitMix(seed: seed &* 31)
        let formula =
          seed % 5 == 0
          ? RandomFormula(leadsToOf: system, &random)
          : RandomFormula(system, depth: 1 + Int(seed % 4), &random)
        guard let expected = LassoEnumeration(system, formula.meaning).holds else { continue }
        decided[expected, default: 0] += 1
        let text = system.text(property: formula.text)
        let found = Self.verdict(text, seed)
        let wanted = expected ? "holds" : "violated"
        if found != wanted { return "seed \(seed): \(found), should be \(wanted)\n\(text)" }
        let early = Self.verdict(text, seed, limit: 1 + Int(seed % 3))
        if early == "violated" { foundEarly += 1 }
        if early == "violated" ? expected : early == "holds" && wanted != "holds" {
          return "seed \(seed): \(early) of a part of the states, should be \(wanted)\n\(text)"
        }
      }
      // A share of each answer, so that the test says something.
      let least = Self.count / 10
      if decided.values.contains(where: { $0 < least }) { return "one-sided: \(decided)" }
      return foundEarly < least ? "only \(foundEarly) violations found among a part of the states" : ""
    }
    #expect(report == "")
  }

  /// By the evaluator's graph, by the search for large graphs, and by compiled code, in turn.
  ///
  /// - Parameter limit: of states.
  private static func verdict(_ text: String, _ seed: UInt64, limit: Int? = nil) -> String {
    let spec = SpecText(text)
    guard let machine = spec.machine().machine else { return spec.complaints().joined(separator: "\n") }
    var options = SearchOptions()
    options.engine = seed % 4 < 2 ? .evaluator : .bytecode
    options.compilesFrom = 1
    if seed % 2 == 1 { options.decidesLoopsFrom = 0 }
    if seed % 3 == 1 { options.looksForLoopsFrom = 1 }
    options.limits.states = limit
    let search = ExhaustiveSearch(machine: machine, options: options)
    let result = search.run()
    if options.engine == .bytecode, let refusal = search.report.refusal { return "refused: \(refusal)" }
    if let failure = result.failure { return failure.error.message }
    guard let property = result.properties.first else { return "no property" }
    if result.stopped != nil { return property.verdict.rawValue }
    return property.note ?? property.verdict.rawValue
  }
}
