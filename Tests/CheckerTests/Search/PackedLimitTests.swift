import Checker
import Foundation
import ProtocolModel
import TestSupport
import Testing

/// Limits and interrupts where states lead to very many others.
@Suite struct PackedLimitTests {
  private static func run(
    _ declarations: String, _ change: (inout SearchOptions) -> Void
  ) throws -> (result: SearchResult, report: ExhaustiveSearch.Report) {
    let text = SpecText("module m {\n\(declarations)\n}\n")
    let machine = try #require(text.machine().machine, "\(text.complaints().joined(separator: "\n"))")
    var options = SearchOptions()
    options.engine = .bytecode
    options.compilesFrom = 1
    change(&options)
    let search = ExhaustiveSearch(machine: machine, options: options)
    return (search.run(), search.report)
  }

  /// 1,600 ways from each state.
  private static let wide = """
    var x: int
    var y: int
    action init = all { x' = 0, y' = 0 }
    action step = {
      nondet a = 0.to(39).oneOf()
      nondet b = 0.to(39).oneOf()
      all { x' = (x * 7 + a) % 1000, y' = (y * 5 + b) % 1000 }
    }
    /// @invariant
    val p = x >= 0
    """

  /// One round used to take in all that the states of a level lead to.
  @Test(arguments: [1_601, 5_000, 20_000]) func aLimitOfStatesIsKeptWhereStatesHaveManySuccessors(
    limit: Int
  ) throws {
    var counts: [[Int]] = []
    for threads in [1, 3] {
      let (result, report) = try Self.run(Self.wide) {
        $0.limits.states = limit
        $0.threads = threads
      }
      #expect(report.refusal == nil)
      #expect(result.stopped == .states(limit))
      let statistics = result.statistics
      #expect((limit...limit + 2_200).contains(statistics.distinct))
      #expect(result.properties[0].verdict == .inconclusive)
      #expect(result.properties[0].strength == .bounded(steps: statistics.depth - 1))
      counts.append([statistics.distinct, statistics.generated, statistics.depth])
    }
    #expect(counts[0] == counts[1])
  }

  /// Rounds are small near a limit, and chunks of states end within them.
  @Test func levelsInManyPartsHaveTheStatesThatTheEvaluatorFinds() throws {
    let declarations = """
      var x: int
      var y: int
      action init = all { x' = 0, y' = 0 }
      action step = {
        nondet a = 0.to(4).oneOf()
        nondet b = 0.to(4).oneOf()
        all { x' = (x * 7 + a) % 60, y' = (y * 5 + b) % 60, x + y < 110 }
      }
      /// @bound maximize
      val most = x * y
      """
    let (packed, report) = try Self.run(declarations) {
      $0.limits.states = 3_601
      $0.threads = 2
    }
    #expect(report.refusal == nil)
    let (evaluated, _) = try Self.run(declarations) { $0.engine = .evaluator }
    #expect(packed.stopped == nil)
    #expect(packed.statistics.distinct == evaluated.statistics.distinct)
    #expect(packed.statistics.generated == evaluated.statistics.generated)
    #expect(packed.statistics.deadEnds == evaluated.statistics.deadEnds)
    #expect(packed.properties[0].value == evaluated.properties[0].value)
  }

  @Test func anInterruptEndsARound() throws {
    let asked = Shared()
    let (result, report) = try Self.run(Self.wide.replacingOccurrences(of: "39", with: "9")) {
      $0.limits.isInterrupted = {
        asked.number += 1
        return asked.number > 600
      }
    }
    #expect(report.refusal == nil)
    #expect(result.stopped == .interrupted)
    // Asked before each run of the code, which leads to 8,192 rows at most.
    #expect(result.statistics.generated < 600 * 8_192)
  }

  @Test func timeEndsWhatWritesTheStepAsCode() throws {
    let asked = Shared()
    let (result, report) = try Self.run(Self.wide) {
      $0.limits.isTimeOver = {
        asked.number += 1
        return asked.number > 20
      }
    }
    #expect(report.refusal?.hasSuffix("no time is left") == true)
    #expect(result.stopped == .time)
  }

  /// The sample used to be expanded in full, whatever ended the search.
  @Test func aProfileOfStatesWithVeryManyWaysIsCutShort() throws {
    let text = SpecText(
      """
      module m {
        var x: int
        action init = x' = 0
        action step = {
          nondet a = 0.to(2^14).oneOf()
          nondet b = 0.to(2^14).oneOf()
          x' = a + b
        }
      }
      """)
    var options = SearchOptions()
    options.limits.states = 100
    let search = ExhaustiveSearch(machine: try #require(text.machine().machine), options: options)
    var found: SearchProfile?
    search.wantsProfile = { _ in true }
    search.profiled = { found = $0 }
    #expect(search.run().stopped == .states(100))
    let profile = try #require(found)
    #expect(profile.actions.isEmpty)
    #expect(profile.uncountedWays == 20_000)
    #expect(profile.variables.map(\.values) == [100])
  }

  @Test func timeEndsOneLongEvaluationOfATemporalFormula() throws {
    let end = ContinuousClock.now + .milliseconds(200)
    let (result, _) = try Self.run(
      """
      var x: int
      action init = x' = 0
      action step = x' = (x + 1) % 3
      /// @temporal
      temporal p = eventually(x == 1 and 1.to(2^40).forall(n => n > 0))
      """
    ) {
      $0.engine = .evaluator
      $0.limits.isTimeOver = { ContinuousClock.now > end }
    }
    #expect(result.stopped == .time)
    #expect(result.properties[0].verdict == .inconclusive)
  }

  /// A trace that was cut short used to end the program.
  @Test func theTraceOfALoopIsMadeThoughTheTimeIsOver() throws {
    var verdicts: Set<Verdict> = []
    for limit in stride(from: 20, to: 150, by: 10) {
      let asked = Shared()
      let (result, _) = try Self.run(
        """
        var x: int
        action init = x' = 0
        action step = all { 1.to(40000).forall(n => n > 0), x' = (x + 1) % 3 }
        /// @temporal
        temporal p = eventually(always(x != 2))
        temporal fair = step.weakFair(x)
        """
      ) {
        $0.engine = .evaluator
        $0.limits.isTimeOver = {
          asked.number += 1
          return asked.number > limit
        }
      }
      verdicts.insert(result.properties[0].verdict)
    }
    #expect(verdicts == [.inconclusive, .violated])
  }

  @Test(arguments: [1, 8]) func statesOfNoVariableAndOfOneBitArePacked(threads: Int) throws {
    let none = try Self.run("action init = true action step = true /// @invariant\nval p = true") {
      $0.threads = threads
    }
    #expect(none.report.layout?.byteCount == 1)
    #expect(none.result.statistics.distinct == 1)
    #expect(none.result.properties[0].verdict == .holds)
    let bit = try Self.run(
      """
      var b: bool
      action init = { nondet a = Set(true, false).oneOf() b' = a }
      action step = b' = not(b)
      /// @temporal
      temporal p = always(eventually(b))
      """
    ) { $0.threads = threads }
    #expect(bit.report.layout?.byteCount == 1)
    #expect(bit.result.statistics.distinct == 2)
    #expect(bit.result.properties[0].verdict == .violated)
  }

  @Test func setsOf256MembersArePacked() throws {
    let (result, report) = try Self.run(
      """
      var s: Set[int]
      action init = s' = Set()
      action step = { nondet a = 0.to(255).oneOf() s' = s.union(Set(a)) }
      /// @invariant
      val p = s.size() <= 0
      """
    ) { $0.limits.states = 10_000 }
    #expect(report.refusal == nil)
    #expect(report.layout?.byteCount == 32)
    #expect(result.properties[0].steps == 1)
  }
}
