import Checker
import ProtocolModel
import TestSupport
import Testing

/// What is said of a spec in which something never happens.
@Suite struct CoverageFindingTests {
  /// Each finding as `line message`, for all machines of a text that `check` would take.
  private func findings(_ text: String, engine: ExhaustiveSearch.Engine = .evaluator) throws -> [String] {
    let spec = SpecText(text).spec
    var report = CoverageReport()
    report.add(spec)
    for (name, result) in try spec.machinesToCheck() {
      let machine = try #require(result.machine)
      let (covered, questions) = machine.withCoverage(ofFiles: ["main.qnt"], except: report.isReached)
      var options = SearchOptions()
      options.coverage = questions
      options.engine = engine
      options.compilesFrom = 1
      let search = ExhaustiveSearch(machine: covered, options: options)
      let found = search.run()
      #expect(found.failure == nil)
      report.add(machine, questions, found, as: .init(spec: "main.qnt", name: name))
    }
    return report.findings.map { "\($0.line) \($0.isAllowed ? "allowed: " : "")\($0.message)" }
  }

  private func findings(inModule declarations: String) throws -> [String] {
    let text = "module m {\n\(declarations)\n}\n"
    let found = try findings(text)
    #expect(try findings(text, engine: .bytecode) == found)
    return found
  }

  private let counter = """
    var x: int
    action init = x' = 0
    action up = all { x < 3, x' = x + 1 }
    """

  @Test func aSpecInWhichAllHappensHasNoFindings() throws {
    let found = try findings(
      inModule: counter + """

        action down = all { x > 2, x' = 0 }
        action step = any { up, down }
        /// @invariant
        val small = x > 0 implies x <= 3
        """)
    #expect(found == [])
  }

  @Test func anActionThatIsNeverEnabledIsToldWithItsGuard() throws {
    let found = try findings(
      inModule: counter + """

        action leap = all { x > 1, x > 5, x' = 0 }
        action step = any { up, leap }
        """)
    #expect(
      found == ["5 action `leap` is never enabled: guard `x > 5` is never true where those before it are"])
  }

  @Test func aGuardThatCouldBeLeftOutIsTold() throws {
    let found = try findings(
      inModule: counter + """

        action down = all { x >= 3, x > 1, x' = 0 }
        action step = any { up, down }
        """)
    #expect(
      found == ["5 `x > 1` never decides: where all else in the conjunction is true, so is it"])
  }

  @Test func aGuardThatKeepsAnotherFromFailingDecides() throws {
    let found = try findings(
      inModule: """
        var m: int -> int
        action init = m' = Map(1 -> 1)
        action step = all { m.keys().contains(1), m.get(1) > 0, m' = if (m.get(1) > 0) Map() else m }
        """)
    #expect(found.filter { $0.contains("contains") } == [])
  }

  @Test func aGuardOfAnUnnamedAlternativeIsTold() throws {
    let found = try findings(
      inModule: counter + """

        action step = any { up, all { x > 9, x' = 0 } }
        """)
    #expect(found == ["5 guard `x > 9` is never true"])
  }

  @Test func aBranchThatIsNeverTakenIsTold() throws {
    let found = try findings(
      inModule: """
        type T = A | B(int) | C
        var x: int
        var t: T
        action init = all { x' = 0, t' = A }
        action step = all {
          x < 3,
          x' = if (x < 7) x + 1 else x - 1,
          t' = match t { A => B(1) | B(n) => A | C => C },
        }
        """)
    #expect(
      found == [
        "8 branch `x - 1` is never taken", "9 branch `C` is never taken",
      ])
  }

  @Test func anImplicationWhosePremiseNeverHoldsIsTold() throws {
    let found = try findings(
      inModule: counter + """

        action step = up
        /// @invariant
        val empty = x > 7 implies x < 9
        """)
    #expect(found == ["7 premise `x > 7` is never true: the implication says nothing"])
  }

  @Test func aPropertyOfTheMembersOfAnEmptySetIsTold() throws {
    let found = try findings(
      inModule: counter + """

        action step = up
        /// @invariant
        val empty = 5.to(x).forall(i => i > 0)
        """)
    #expect(found == ["7 `5.to(x)` is always empty: what is said of all its members is nothing"])
  }

  @Test func premisesOfStepPropertiesAreLookedAt() throws {
    let found = try findings(
      inModule: counter + """

        action step = up
        /// @temporal
        temporal grows = always(x > 5 implies next(x) > x)
        """)
    #expect(found == ["7 premise `x > 5` is never true: the implication says nothing"])
  }

  @Test func anAlternativeThatIsNeverTrueIsTold() throws {
    let found = try findings(
      inModule: counter + """

        action down = all { x == 3 or x > 8, x' = 0 }
        action step = any { up, down }
        """)
    #expect(found == ["5 alternative `x > 8` is never true where those before it are false"])
  }

  @Test func whatIsIntendedIsAllowed() throws {
    let found = try findings(
      inModule: counter + """

        /// @allow unused
        action leap = all { x > 5, x' = 0 }
        action step = any { up, leap }
        """)
    #expect(found == ["6 allowed: action `leap` is never enabled: guard `x > 5` is never true"])
  }

  @Test func whatOneInstanceDoesIsDone() throws {
    let found = try findings(
      """
      module p {
        const FAULT: bool
        const SPARE: int
        var x: int
        action init = x' = 0
        action step = all { x < 3, x' = if (FAULT) x + 2 else x + 1 }
        /// @invariant
        val small = x <= 3
      }
      /// @size S
      module sound { import p(FAULT = false, SPARE = 1).* }
      /// @expect violated small
      module faulty { import p(FAULT = true, SPARE = 2).* }
      """)
    #expect(found == ["3 constant `SPARE` is never used"])
  }

  @Test func nothingIsToldOfASearchThatWasCutShort() throws {
    let text = SpecText("module m {\n\(counter)\naction step = any { up, all { x > 9, x' = 0 } }\n}\n")
    let machine = try #require(text.machine().machine)
    let (covered, questions) = machine.withCoverage(ofFiles: ["main.qnt"])
    var options = SearchOptions()
    options.coverage = questions
    options.limits.states = 2
    var report = CoverageReport()
    let result = BreadthFirstSearch(machine: covered, options: options).run()
    report.add(machine, questions, result, as: .init(spec: "main.qnt", name: "m"))
    #expect(report.findings.isEmpty)
  }

  @Test func everyGoalHasAMark() throws {
    let text = SpecText("module m {\n\(counter)\naction step = any { up, all { x > 9, x' = 0 } }\n}\n")
    let machine = try #require(text.machine().machine)
    let (covered, questions) = machine.withCoverage(ofFiles: ["main.qnt"])
    var options = SearchOptions()
    options.coverage = questions
    var report = CoverageReport()
    let result = BreadthFirstSearch(machine: covered, options: options).run()
    report.add(machine, questions, result, as: .init(spec: "main.qnt", name: "m"))
    let marks = report.marks.map { "\($0.kind) \($0.isReached.map { "\($0)" } ?? "unknown")" }
    #expect(
      marks == [
        "conjunctHolds true", "conjunctDecides true", "conjunctHolds false", "conjunctDecides true",
      ])
  }

  @Test func picksAndParametersAreFollowed() throws {
    let found = try findings(
      inModule: """
        var x: int
        action init = x' = 0
        def far(a, b) = if (a > b) a - b else b - a
        action move(n) = all { far(x, n) <= 2, n != x, x' = n }
        action step = { nondet n = 0.to(3).oneOf() move(n) }
        """)
    #expect(found == [])
  }
}
