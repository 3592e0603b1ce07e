import Checker
import Foundation
import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Layered search against exhaustive search, on random machines whose sets and maps have unknown
/// members and keys: errors, violations and the steps to them are the same.
///
/// A few by default; `DFMI_SOAK=5000` takes so many, `DFMI_SEED=7` begins at that seed.
@Suite struct UnknownMembersTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["DFMI_SOAK"].flatMap { Int($0) } ?? 40
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1
  private static let depth = 3

  @Test func layeredSearchAgreesWithExploration() throws {
    var kinds: [String: Int] = [:]
    for seed in Self.first..<(Self.first + UInt64(Self.count)) {
      var generator = SlotMachineGenerator(random: SeededGenerator(seed: seed))
      let text = generator.text()
      let machine = try #require(SpecText(text).machine().machine, "\(text)")
      let (kind, complaint) = runOnLargeStack { Self.compare(machine) }
      kinds[kind, default: 0] += 1
      #expect(complaint == nil, "seed \(seed)\n\(text)")
    }
    if Self.environment["DFMI_SOAK"] != nil { print(kinds.sorted { $0.key < $1.key }) }
    #expect((kinds["violated"] ?? 0) * 10 > Self.count)
    #expect((kinds["error"] ?? 0) * 40 > Self.count)
    #expect((kinds["holds"] ?? 0) * 10 > Self.count)
  }

  private static func compare(_ machine: Machine) -> (kind: String, complaint: String?) {
    var search = SearchOptions()
    search.keepsGoing = true
    search.maxSteps = depth
    let wanted = BreadthFirstSearch(machine: machine, options: search).run()
    var options = ProofOptions()
    options.maxSteps = depth
    options.usesLayers = true
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 60)
    let found = Prover.run(machine, options)
    if let stopped = found.stopped {
      // Conjunctions over members that may have no value are refused.
      return ("stopped", stopped.contains("not all of which may have a value") ? nil : stopped)
    }
    if let disagreement = found.disagreement { return ("disagreement", disagreement) }
    let hasError = found.definedness.verdict == .violated
    if let failure = wanted.failure {
      return ("error", hasError ? nil : "a runtime error is not found: \(failure.error.message)")
    }
    // The last states that were explored were not stepped from.
    if hasError, found.definedness.steps != depth { return ("error", "a runtime error that there is not") }
    var isViolated = false
    for (mine, theirs) in zip(found.properties, wanted.properties) {
      let violated = theirs.verdict == .violated
      isViolated = isViolated || violated
      if violated != (mine.verdict == .violated) || (violated && mine.steps != theirs.steps) {
        return (
          "wrong", "\(mine.name): \(mine.verdict) after \(mine.steps ?? -1), not \(theirs.steps ?? -1)"
        )
      }
    }
    return (isViolated ? "violated" : "holds", nil)
  }
}

/// Makes machines with a set of integers, a set of pairs and a map, all changed by picked amounts.
private struct SlotMachineGenerator {
  var random: SeededGenerator

  mutating func text() -> String {
    let actions = (0..<(1 + below(3))).map { _ in
      """
          all {
            \(oneIn(3) ? boolean() : "true"),
            s' = \(set(2)),
            p' = \(pairs()),
            m' = \(map(2)),
            n' = \(number(2)) % 4,
          }
      """
    }
    let properties = (0..<2).map { "  /// @invariant\n  val safe\($0) = \(property())\n" }
    return """
      module main {
        var s: Set[int]
        var p: Set[(int, int)]
        var m: int -> int
        var n: int
        action init = {
          nondet a = 0.to(1).oneOf()
          all { s' = Set(a), p' = Set(), m' = Map(a -> 1), n' = a }
        }
        action step = {
          nondet a = 0.to(2).oneOf()
          nondet b = 0.to(1).oneOf()
          any {
      \(actions.joined(separator: ",\n"))
          }
        }
        /// @invariant
        val open = n < 4
      \(properties.joined())
      }
      """
  }

  private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
  private mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  private mutating func number(_ depth: Int) -> String {
    switch below(depth > 0 ? 10 : 4) {
    case 0: return "a"
    case 1: return "b"
    case 2: return "n"
    case 3: return "\(below(3))"
    case 4: return "\(set(depth - 1)).size()"
    case 5: return oneIn(2) ? "\(set(depth - 1)).fold(0, (t, x) => t + x)" : fold()
    case 6: return "(\(number(depth - 1)) + \(number(depth - 1)))"
    case 7: return "(if (\(boolean())) \(number(depth - 1)) else \(number(depth - 1)))"
    case 8: return oneIn(4) ? "m.get(\(number(0)))" : "(if (m.keys().contains(a)) m.get(a) else b)"
    default: return "p.fold(0, (t, x) => t + x._1)"
    }
  }

  /// In all forms whose order does not matter.
  private mutating func fold() -> String {
    let other = number(0)
    switch below(6) {
    case 0: return "s.fold(\(other), (t, x) => if (x > t) x else t)"
    case 1: return "s.fold(\(other), (t, x) => if (t <= x) t else x)"
    case 2: return "s.fold(1, (t, x) => if (x > \(other)) x * t else t)"
    case 3: return "s.fold(Map(), (t, x) => t.put(x, \(other))).keys().size()"
    case 4: return "s.fold(m.keys(), (t, x) => t.exclude(Set(x + \(other)))).size()"
    default:
      let image = oneIn(2) ? "m.get(x)" : "x + \(other)"
      return "(if (s.fold(true, (t, x) => t and \(image) > 0)) 1 else 0)"
    }
  }

  private mutating func set(_ depth: Int) -> String {
    if depth <= 0 { return oneIn(2) ? "s" : "Set(\(number(0)))" }
    switch below(9) {
    case 0: return "s.union(Set(\(number(0))))"
    case 1: return "s.exclude(Set(\(number(0))))"
    case 2: return "\(set(depth - 1)).filter(x => x > \(number(0)))"
    case 3: return "s.map(x => x + \(number(0)))"
    case 4: return "m.keys()"
    case 5: return "m.keys().map(k => m.get(k))"
    case 6: return "s.intersect(\(set(depth - 1)))"
    case 7: return "p.map(x => x._2)"
    default: return "Set(\(number(0)), \(number(0)))"
    }
  }

  private mutating func pairs() -> String {
    switch below(5) {
    case 0: return "p"
    case 1: return "p.union(Set((\(number(0)), \(number(0)))))"
    case 2: return "p.filter(x => x._1 != \(number(0)))"
    case 3: return "m.keys().map(k => (k, m.get(k)))"
    default: return "tuples(s, Set(\(number(0))))"
    }
  }

  private mutating func map(_ depth: Int) -> String {
    switch below(9) {
    case 0: return "m"
    case 1: return "m.put(\(number(0)), \(number(depth)))"
    case 2: return "m.put(n, a)"
    case 3: return oneIn(4) ? "m.set(a, b)" : "(if (m.keys().contains(a)) m.set(a, b) else m)"
    case 4: return oneIn(4) ? "m.setBy(n, x => x + 1)" : "m.put(b, 0).setBy(b, x => x + a)"
    case 5: return "\(set(1)).mapBy(x => x + \(number(0)))"
    case 6: return oneIn(4) ? "p.setToMap()" : "s.map(x => (x, \(number(0)))).setToMap()"
    case 7: return "m.keys().exclude(Set(\(number(0)))).mapBy(k => m.get(k))"
    default: return "(if (\(boolean())) \(map(0)) else \(map(0)))"
    }
  }

  /// May mention picks.
  private mutating func boolean() -> String {
    switch below(6) {
    case 0: return "s.contains(a)"
    case 1: return "not(m.keys().contains(\(number(0))))"
    case 2: return "s.size() < 2"
    case 3: return "s != m.keys()"
    case 4: return "p.forall(x => x._1 != n)"
    default: return "a != b"
    }
  }

  private mutating func property() -> String {
    switch below(9) {
    case 0: return "s.size() < \(2 + below(2))"
    case 1: return "m.keys().size() < \(2 + below(2))"
    case 2: return "s.subseteq(m.keys())"
    case 3: return "m != Map(0 -> 1, 1 -> 0)"
    case 4: return "s.forall(x => x < \(2 + below(3)))"
    case 5: return "p.size() <= s.size()"
    case 6: return "m.keys().forall(k => m.get(k) < \(2 + below(3)))"
    case 7: return "p.exists(x => s.contains(x._1)) or n != \(below(4))"
    default: return "s.fold(0, (t, x) => t + x) < \(2 + below(4))"
    }
  }
}
