import ProtocolModel
import SMTBridge
import TestSupport
import Testing

/// Contracts and loops with an invariant do not prove what is false.
@Suite struct ContractSoundnessTests {
  private func prove(_ body: String) throws -> ProofResult {
    let text = """
      module main {
        pure def promising(result: a, promise: (a) => bool): a = if (promise(result)) result else result
        pure def repeated(n: int, start: a, invariant: (a, int) => bool, step: (a, int) => a): a =
          range(0, n).foldl(start, (acc, k) => step(if (invariant(acc, k)) acc else acc, k))
        pure def inc(n: int): int = (n + 1).promising(m => m > n)
        var x: int
        \(body)
        /// @invariant
        val positive = x >= 0
      }
      """
    let machine = try #require(SpecText(text).machine().machine)
    #expect(machine.hasContracts)
    var options = ProofOptions()
    options.maxSteps = 3
    options.limits = SolverLimits(deadline: MonotonicClock.seconds + 20)
    let result = runOnLargeStack { [options] in Prover.run(machine, options) }
    #expect(result.disagreement == nil)
    return result
  }

  /// What rounds make may have no place in the shape of what they begin with.
  @Test(arguments: [
    ("bool", "false", "false", "true"),
    ("List[int]", "[]", "[]", "acc.append(k)"),
    ("Set[int]", "Set()", "Set()", "Set(1)"),
    (
      "{ done: bool, sum: int }", "{ done: false, sum: 0 }", "{ done: false, sum: 0 }",
      "{ done: true, sum: 0 }"
    ),
  ])
  func loopMayLeaveTheShapeOfItsStart(_ loop: (type: String, first: String, start: String, round: String))
    throws
  {
    let result = try prove(
      """
      var made: \(loop.type)
      pure def make(n: int): \(loop.type) = repeated(n, \(loop.start), (acc, k) => true, (acc, k) => \(loop.round))
      action init = all { x' = 0, made' = \(loop.first) }
      action step = all { x' = inc(x), made' = make(x) }
      /// @invariant
      val unchanged = made == \(loop.first)
      """)
    #expect(result.properties[0].verdict == .violated)
    #expect(result.properties[0].steps == 2)
  }

  @Test func functionThatReadsTheStateHasNoContract() throws {
    let result = try prove(
      """
      var y: int
      var z: int
      def after(k: int): int = (x + k).promising(r => r - x == k)
      action init = all { x' = 0, y' = 0, z' = 5 }
      action step = all { x' = inc(x), y' = after(z), z' = z }
        .then(all { x' = x + 1, y' = after(z) - y, z' = z + 1})
      /// @invariant
      val same = y <= 0
      """)
    #expect(result.properties[0].verdict == .violated)
  }

  @Test func witnessWithoutValueIsARuntimeErrorWithContractsToo() throws {
    let result = try prove(
      """
      action init = x' = 0
      action step = x' = inc(x)
      /// @witness
      val never = 10 / (x - 2) == 77
      """)
    #expect(result.properties[0].verdict == .inconclusive)
    #expect(result.definedness.verdict == .violated)
    #expect(result.definedness.steps == 2)
    #expect(result.properties[1].verdict == .holds)
  }
}
