import Checker
import Foundation
import ProtocolModel
import Synchronization
import TestSupport
import Testing

/// Goals of coverage are reached in all engines or in none, on random machines.
@Suite struct CoverageAgreementTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = (environment["DFMI_SOAK"].flatMap { Int($0) } ?? 320) / 8
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1

  private static let nativeRuns = Mutex(0)

  @Test func enginesReachTheSameGoals() {
    let (report, compared) = runOnLargeStack { Self.soak() }
    #expect(report == "")
    #expect(compared > 150, "too few goals were compared")
    #expect(Self.nativeRuns.withLock { $0 } > 0, "no native code was compared")
  }

  private static func soak() -> (report: String, compared: Int) {
    var compared = 0
    for seed in first..<(first + UInt64(count)) {
      var generator = MachineGenerator(seed: seed)
      let machine = generator.machine()
      if MachineExploration(of: machine).isTooLarge { continue }
      guard let flat = SpecText(machine.quintText).machine().machine else { continue }
      let (covered, questions) = flat.withCoverage(ofFiles: ["main.qnt"])
      let reference = search(covered, questions, .evaluator)
      guard reference.isExhausted else { continue }
      let engines: [ExhaustiveSearch.Engine] = seed % 10 == 0 ? [.bytecode, .automatic] : [.bytecode]
      for engine in engines {
        let other = search(covered, questions, engine)
        for (number, question) in questions.enumerated()
        where !other.undecided[number] && !reference.undecided[number] {
          compared += 1
          if other.reached[number] == reference.reached[number] { continue }
          return (
            "seed \(seed), \(engine): \(question.goal), reached \(reference.reached[number]) by the evaluator\n"
              + machine.quintText, compared
          )
        }
      }
    }
    return ("", compared)
  }

  private static func search(
    _ machine: Machine, _ questions: [CoverageQuestion], _ engine: ExhaustiveSearch.Engine
  ) -> SearchResult {
    var options = SearchOptions()
    options.coverage = questions
    options.keepsGoing = true
    options.engine = engine
    options.compilesFrom = 1
    options.threads = 2
    options.waitsForNative = true
    let search = ExhaustiveSearch(machine: machine, options: options)
    if engine == .automatic { search.nativeCompiler = NativeLibraries.compiler }
    let result = search.run()
    if search.report.usesNativeGoals { nativeRuns.withLock { $0 += 1 } }
    return result
  }
}
