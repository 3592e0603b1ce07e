import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Machines whose sets and maps have members and keys that are not among few values.
@Suite struct LayeredSearchTests {
  func verify(_ body: String, steps: Int = 4, proves: Bool = false) throws -> ProofResult {
    let machine = try #require(SpecText("module main {\n\(body)\n}").machine().machine)
    var options = ProofOptions()
    options.maxSteps = steps
    options.proves = proves
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 60)
    return runOnLargeStack { [options] in Prover.run(machine, options) }
  }

  private let growingSet = """
      var seen: Set[int]
      action init = seen' = Set()
      action step = { nondet x = Int.oneOf() seen' = seen.union(Set(x)) }
    """

  @Test func membersAreFoundToBeDifferent() throws {
    let result = try verify(growingSet + "/// @invariant\nval small = seen.size() < 3")
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].steps == 3)
  }

  @Test func boundedAnswerReachesTheBound() throws {
    let result = try verify(growingSet + "/// @invariant\nval small = seen.size() <= 4")
    #expect(result.properties[0].strength == .bounded(steps: 4))
    #expect(result.stopped == nil)
  }

  @Test func whyThereIsNoProofIsTold() throws {
    let result = try verify(growingSet + "/// @invariant\nval small = seen.size() >= 0", proves: true)
    #expect(result.properties[0].verdict == .inconclusive)
    #expect(result.notes.contains { $0.contains("no proof is tried") && $0.contains("seen") })
  }

  private let ledger = """
      var owed: int -> int
      action init = owed' = Map()
      action step = {
        nondet id = Int.oneOf()
        nondet amount = Int.oneOf()
        any {
          all { amount > 0, not(owed.keys().contains(id)), owed' = owed.put(id, amount) },
          all { owed.keys().contains(id), GUARD, owed' = owed.setBy(id, x => x - amount) },
        }
      }
      /// @invariant
      val solvent = owed.keys().forall(id => owed.get(id) >= 0)
    """

  @Test func guardedPaymentsKeepAllBalances() throws {
    let guarded = ledger.replacing("GUARD", with: "amount <= owed.get(id)")
    let result = try verify(guarded)
    #expect(result.properties[0].strength == .bounded(steps: 4))
    #expect(result.definedness.verdict != .violated)
  }

  @Test func missingGuardIsFoundWithKeyAndAmount() throws {
    let result = try verify(ledger.replacing("GUARD", with: "amount > 0"))
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].steps == 2)
  }

  @Test func missingKeyIsFound() throws {
    let result = try verify(
      """
        var owed: int -> int
        action init = owed' = Map()
        action step = {
          nondet id = Int.oneOf()
          nondet other = Int.oneOf()
          all { id > other - 2, owed' = owed.put(id, 1).setBy(other, x => x + 1) }
        }
        /// @invariant
        val few = owed.keys().size() <= 4
      """)
    #expect(result.definedness.verdict == .violated)
    #expect(result.definedness.runtimeError != nil)
  }

  @Test func mapsWithTheSameKeysInAnotherOrderAreEqual() throws {
    let result = try verify(
      """
        var a: int -> int
        var b: int -> int
        action init = {
          nondet x = Int.oneOf()
          nondet y = Int.oneOf()
          all { x != y, a' = Map(x -> 1, y -> 2), b' = Map(y -> 2).put(x, 1) }
        }
        action step = all { a' = a, b' = b }
        /// @invariant
        val same = a == b
        /// @invariant
        val other = a != b
      """, steps: 1)
    #expect(result.properties[0].verdict == .inconclusive)
    #expect(result.properties[1].verdict == .violated)
  }

  @Test func conflictingPairsAreNoMap() throws {
    let result = try verify(
      """
        var m: int -> int
        action init = m' = Map()
        action step = {
          nondet x = Int.oneOf()
          nondet y = Int.oneOf()
          m' = Set((x, 1), (y, 2)).setToMap()
        }
        /// @invariant
        val few = m.keys().size() <= 2
      """)
    #expect(result.definedness.verdict == .violated)
  }

  @Test func subsetsOfAnUnknownSetArePicked() throws {
    let result = try verify(
      """
        var seen: Set[int]
        var chosen: Set[int]
        action init = all { seen' = Set(), chosen' = Set() }
        action step = any {
          all { nondet x = Int.oneOf() seen' = seen.union(Set(x)), chosen' = chosen },
          all { nondet part = seen.powerset().oneOf() chosen' = part, seen' = seen },
        }
        /// @invariant
        val isPart = chosen.subseteq(seen)
        /// @invariant
        val notTwo = chosen.size() != 2
      """)
    #expect(result.properties[0].strength == .bounded(steps: 4))
    #expect(result.properties[1].steps == 3)
  }

  @Test func largeSetIsPickedFromByItsDescription() throws {
    let result = try verify(
      """
        var m: str -> int
        pure val names = Set("a", "b", "c", "d")
        action init = m' = names.mapBy(_ => 0)
        action step = {
          nondet chosen = names.setOfMaps(0.to(40)).filter(f => f.get("a") > f.get("b")).oneOf()
          m' = chosen
        }
        /// @invariant
        val ordered = m.get("a") >= m.get("b")
        /// @invariant
        val open = m.get("b") < 39
      """)
    #expect(result.properties[0].strength == .bounded(steps: 4))
    #expect(result.properties[1].steps == 1)
  }

  @Test func longListIsSearchedBeyondTheShapesOfProofs() throws {
    let result = try verify(
      """
        var log: List[Set[int]]
        action init = log' = []
        action step = { nondet x = Int.oneOf() log' = log.append(Set(x, x + 1)) }
        /// @invariant
        val short = log.length() < 14
      """, steps: 15)
    #expect(result.properties[0].steps == 14)
  }

  @Test func listThatGrowsBeyondTheShapesOfProofsIsFollowed() throws {
    let result = try verify(
      """
        var log: List[int]
        action init = log' = []
        action step = { nondet x = Int.oneOf() log' = log.append(x) }
        /// @invariant
        val short = log.length() < 14
        /// @invariant
        val defined = log.length() >= 0
      """, steps: 15)
    #expect(result.properties[0].steps == 14)
    #expect(result.properties[1].strength == .bounded(steps: 15))
  }

  @Test func endOfAllBehaviorsIsNoticed() throws {
    let result = try verify(
      """
        var seen: Set[int]
        action init = seen' = Set()
        action step = { nondet x = Int.oneOf() all { seen.size() < 2, not(seen.contains(x)), seen' = seen.union(Set(x)) } }
        /// @invariant
        val small = seen.size() <= 2
      """)
    #expect(result.properties[0].verdict == .holds)
    #expect(result.properties[0].strength == .exhausted(steps: 2))
  }

  @Test func propertyOfStepsIsRefuted() throws {
    let result = try verify(
      growingSet + "/// @temporal\ntemporal grows = always(next(seen).size() <= seen.size())")
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].steps == 1)
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return String(self[..<range.lowerBound]) + other + self[range.upperBound...]
  }
}

extension LayeredSearchTests {
  @Test func propertyWithoutValueIsNotProvedByTheEndOfAllBehaviors() throws {
    let result = try verify(
      """
      var seen: Set[int]
      var x: int
      action init = all { seen' = Set(), x' = 0 }
      action step = { nondet k = Int.oneOf() all { x < 3, seen' = seen.union(Set(k)), x' = x + 1 } }
      /// @invariant
      val defined = 12 / (x - 2) < 100
      """)
    #expect(result.definedness.verdict == .violated)
    #expect(result.properties[0].verdict == .inconclusive)
    #expect(result.properties[0].note == "has no value after 2 steps")
  }
}
