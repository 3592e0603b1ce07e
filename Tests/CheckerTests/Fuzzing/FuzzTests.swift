import Foundation
import ProtocolModel
import TestSupport
import Testing

/// A small share of the fuzzer's inputs; `make fuzz` has the many, and tells which one
/// crashed.
@Suite struct FuzzTests {
  private static let count =
    ProcessInfo.processInfo.environment["DFMI_SOAK"].flatMap { Int($0) } ?? 400

  @Test func everyInputComesBack() {
    let outcomes = runOnLargeStack { () -> [FuzzRun.Outcome: Int] in
      let inputs = FuzzInputs(seed: 1, corpus: FuzzCorpus())
      var outcomes: [FuzzRun.Outcome: Int] = [:]
      for number in 0..<Self.count { outcomes[FuzzRun.run(inputs[number]), default: 0] += 1 }
      return outcomes
    }
    // An input that is refused at once shows little.
    #expect(outcomes[.run, default: 0] * 4 > Self.count)
    #expect(outcomes[.refused, default: 0] * 10 > Self.count)
    #expect(outcomes[.illTyped, default: 0] * 10 > Self.count)
  }

  @Test func inputsDependOnSeedAndNumberAlone() {
    let (first, second) = (
      FuzzInputs(seed: 3, corpus: FuzzCorpus()), FuzzInputs(seed: 3, corpus: FuzzCorpus())
    )
    for number in 0..<50 { #expect(first[number].text == second[number].text) }
    #expect(first[0].text != FuzzInputs(seed: 4, corpus: FuzzCorpus())[0].text)
  }

  @Test func inputsBeginWithSpecsThatAreAccepted() {
    let complaints = runOnLargeStack {
      FuzzCorpus.snippets.map { SpecText($0).spec.diagnostics.map(\.message).joined(separator: "\n") }
    }
    #expect(complaints.joined() == "")
  }
}
