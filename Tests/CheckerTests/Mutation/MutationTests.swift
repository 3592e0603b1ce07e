import Checker
import ProtocolModel
import TestSupport
import Testing

/// Mutants of small specs and what becomes of them.
@Suite struct MutationTests {
  private func machine(_ declarations: String) throws -> Machine {
    let text = SpecText("module m {\n\(declarations)\n}\n")
    return try #require(text.machine().machine, "\(text.complaints().joined(separator: "\n"))")
  }

  /// `kind: text`, where the text is the changed line.
  private func mutants(_ declarations: String) throws -> [String] {
    let machine = try machine(declarations)
    return machine.mutations(ofFiles: ["main.qnt"]).compactMap { mutation in
      mutation.lines(in: machine.sources).map { "\(mutation.kind.rawValue): \($0.after)" }
    }
  }

  /// By changed line: equivalent, killed by a property, or surviving.
  private func fates(_ declarations: String) throws -> [String: String] {
    let machine = try machine(declarations)
    let judge = try #require(MutantJudge(machine, limit: 1_000, limits: SearchLimits()))
    var result: [String: String] = [:]
    for mutation in machine.mutations(ofFiles: ["main.qnt"]) {
      let line = try #require(mutation.lines(in: machine.sources)).after
      switch judge.judge(try #require(machine.mutated(by: mutation))) {
      case .equivalent: result[line] = "equivalent"
      case .killed(let property): result[line] = "killed by \(property)"
      case .survived(let difference):
        result[line] = "\(difference.isExtra ? "more" : "less") after \(difference.trace.length)"
      case .undecided: result[line] = "undecided"
      }
    }
    return result
  }

  @Test func guardsComparisonsNumbersAndUpdatesAreChanged() throws {
    let found = try mutants(
      """
      var x: int
      action init = x' = 0
      action step = all { x < 3, x' = x + 1 }
      """)
    #expect(
      found == [
        "drop-guard: action step = all { true, x' = x + 1 }",
        "comparison: action step = all { x <= 3, x' = x + 1 }",
        "off-by-one: action step = all { x < 2, x' = x + 1 }",
        "forget-update: action step = all { x < 3, x' = x }",
        "off-by-one: action step = all { x < 3, x' = x + 0 }",
        "off-by-one: action step = all { x < 3, x' = x + 2 }",
      ])
  }

  @Test func partiesVariablesPhasesAndArgumentsAreSwapped() throws {
    let found = try mutants(
      """
      type Phase = Open | Closed
      var a: str
      var b: str
      var p: Phase
      def is(x, y) = x == y
      action init = all { a' = "A", b' = "B", p' = Open }
      action step = all { is(a, "A") or is(a, "B"), a' = b, b' = b, p' = Closed }
      """
    ).filter { $0.hasPrefix("swap") }
    #expect(
      found == [
        "swap: action step = all { is(b, \"A\") or is(a, \"B\"), a' = b, b' = b, p' = Closed }",
        "swap: action step = all { is(\"A\", a) or is(a, \"B\"), a' = b, b' = b, p' = Closed }",
        "swap: action step = all { is(a, \"B\") or is(a, \"B\"), a' = b, b' = b, p' = Closed }",
        "swap: action step = all { is(a, \"A\") or is(b, \"B\"), a' = b, b' = b, p' = Closed }",
        "swap: action step = all { is(a, \"A\") or is(\"B\", a), a' = b, b' = b, p' = Closed }",
        "swap: action step = all { is(a, \"A\") or is(a, \"A\"), a' = b, b' = b, p' = Closed }",
        "swap: action step = all { is(a, \"A\") or is(a, \"B\"), a' = a, b' = b, p' = Closed }",
        "swap: action step = all { is(a, \"A\") or is(a, \"B\"), a' = b, b' = b, p' = Open }",
      ])
  }

  @Test func deadlinesAndQuorumsAreShifted() throws {
    let found = try mutants(
      """
      pure val QUORUM = 2
      var votes: Set[int]
      action init = votes' = Set()
      action step = all { votes.size() != QUORUM, votes' = votes.union(Set(votes.size())) }
      """
    ).filter { $0.hasPrefix("constant") }
    #expect(
      found == [
        "constant: action step = all { votes.size() != (QUORUM + 1), votes' = votes.union(Set(votes.size())) }",
        "constant: action step = all { votes.size() != (QUORUM - 1), votes' = votes.union(Set(votes.size())) }",
      ])
  }

  @Test func whatAPropertyNoticesIsKilledAndTheRestIsTold() throws {
    let fates = try fates(
      """
      var x: int
      action init = x' = 0
      action step = any { all { x < 3, x <= 5, x' = x + 1 }, all { x == 3, x' = 0 } }
      /// @invariant
      val small = x <= 3
      """)
    #expect(
      fates["action step = any { all { true, x <= 5, x' = x + 1 }, all { x == 3, x' = 0 } }"]
        == "killed by small")
    #expect(
      fates["action step = any { all { x < 3, true, x' = x + 1 }, all { x == 3, x' = 0 } }"] == "equivalent")
    #expect(
      fates["action step = any { all { x < 2, x <= 5, x' = x + 1 }, all { x == 3, x' = 0 } }"]
        == "less after 3")
    #expect(
      fates["action step = any { all { x < 3, x <= 5, x' = x + 1 }, all { true, x' = 0 } }"] == "more after 1"
    )
  }

  @Test func propertiesAreNotChanged() throws {
    let fates = try fates(
      """
      var x: int
      val isSmall = x < 3
      action init = x' = 0
      action step = all { isSmall, x' = if (x == 2) 0 else x + 1 }
      /// @invariant
      val small = isSmall
      """)
    #expect(fates["val isSmall = x <= 3"] == "equivalent")
    #expect(fates["action step = all { isSmall, x' = if (x == 3) 0 else x + 1 }"] == "killed by small")
  }

  @Test func aRuntimeErrorIsNoticed() throws {
    let fates = try fates(
      """
      var m: int -> int
      action init = m' = Map(0 -> 1)
      action step = all { m.keys().contains(0), m.get(0) < 2, m' = Map(0 -> 2) }
      """)
    #expect(
      fates["action step = all { m.keys().contains(0), m.get(1) < 2, m' = Map(0 -> 2) }"]
        == "killed by a runtime error")
  }
}
