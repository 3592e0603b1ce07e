import Testing

@Suite struct ReplayCommandTests {
  private let files = [
    "locks.qnt": """
    module locks {
      const DUE: int
      type Leg = NoLeg | Locked(int) | Claimed
      var clock: int
      var legs: int -> Leg
      var paid: { cash: int, fee: int }
      action init = all { clock' = 0, legs' = Set(1, 2).mapBy(i => NoLeg), paid' = { cash: 0, fee: 0 } }
      action lock(i) = all {
        legs.get(i) == NoLeg, legs' = legs.set(i, Locked(DUE)), clock' = clock, paid' = paid
      }
      action claim(i) = match legs.get(i) {
        | Locked(due) => all {
            clock < due, legs' = legs.set(i, Claimed), clock' = clock,
            paid' = paid.with("cash", paid.cash + 1)
          }
        | _ => all { false, legs' = legs, clock' = clock, paid' = paid }
      }
      action tick = all { clock < 3, clock' = clock + 1, legs' = legs, paid' = paid }
      action rest = all { legs.get(1) == Claimed, clock' = clock, legs' = legs, paid' = paid }
      action step = any {
        { nondet i = Set(1, 2).oneOf() any { lock(i), claim(i) } },
        tick,
        rest,
      }
    }
    module two { import locks(DUE = 2) as L
      action init = L::init
      action step = L::step
    }
    """
  ]

  /// A trace whose states are JSON objects.
  private func trace(_ states: String..., loop: Int? = nil) -> String {
    let tail = loop.map { ", \"loop\": \($0)" } ?? ""
    return "{ \"vars\": [], \"states\": [\n" + states.map { "{ \($0) }" }.joined(separator: ",\n")
      + "]\(tail) }"
  }

  private func replay(_ text: String, _ options: String...) throws -> ToolRun {
    try ToolRun.run(
      ["replay", "t.itf.json", "locks.qnt", "--main", "two"] + options,
      files: files.merging(["t.itf.json": text]) { $1 }
    ).run
  }

  private let locked = """
    "clock": 0, "legs": { "#map": [[1, { "tag": "Locked", "value": { "#bigint": "2" } }], \
    [2, { "tag": "NoLeg", "value": { "tag": "UNIT" } }]] }
    """

  @Test func wholeStatesAreAccepted() throws {
    let none = """
      "#meta": { "index": 0 }, "two::L::clock": { "#bigint": "0" }, "two::L::legs": { "#map": [ \
      [{ "#bigint": "1" }, { "tag": "NoLeg", "value": { "#tup": [] } }], \
      [{ "#bigint": "2" }, { "tag": "NoLeg", "value": { "#tup": [] } }]] }, \
      "two::L::paid": { "cash": { "#bigint": "0" }, "fee": { "#bigint": "0" } }
      """
    #expect(try replay(trace(none)) == ToolRun(status: 0, output: "accepted, 0 steps\n"))
    #expect(try replay(trace(none, "")) == ToolRun(status: 0, output: "accepted, 1 step\n"))
  }

  @Test func whatATraceDoesNotSayIsFree() throws {
    let text = trace("", "", "\"clock\": 1", "", "\"paid\": { \"cash\": 2, \"fee\": 0 }")
    #expect(try replay(text).status == 1)
    let longer = trace("", "", "", "\"clock\": 1", "", "\"paid\": { \"cash\": 2, \"fee\": 0 }")
    #expect(try replay(longer) == ToolRun(status: 0, output: "accepted, 5 steps\n"))
  }

  @Test func actionAndPicksCount() throws {
    func picked(_ action: String, _ i: Int) -> String {
      """
      "mbt::actionTaken": "\(action)", "mbt::nondetPicks": { "i": { "tag": "Some", "value": \(i) }, \
      "j": { "tag": "None", "value": { "#tup": [] } } }
      """
    }
    #expect(try replay(trace("", picked("lock", 1), picked("claim", 1))).status == 0)
    #expect(
      try replay(trace("\"mbt::actionTaken\": \"init\"", locked + ", " + picked("lock", 1))).status == 0)
    #expect(
      try replay(trace("", locked + ", " + picked("lock", 2)))
        == ToolRun(
          status: 1,
          output: """
            refused   step 1 of 1, to states[1] of t.itf.json

              state before
                  clock = 0
                  legs = Map(1 -> NoLeg, 2 -> NoLeg)
                  paid = { cash: 0, fee: 0 }

              the trace asks for
                  lock  i = 2           legs[1]  NoLeg -> Locked(2)

              the model gets there, but by another action or other picks
                  lock(i = 1)           legs[1]  NoLeg -> Locked(2)

              also enabled
                  lock(i = 2)           legs[2]  NoLeg -> Locked(2)
                  tick                  clock  0 -> 1

            refused   step 1 of 1, to states[1] of t.itf.json

            """))
  }

  @Test func refusalNamesTheGuardWithItsValues() throws {
    let claim = """
      "mbt::actionTaken": "claim", "mbt::nondetPicks": { "i": { "tag": "Some", "value": 1 } }, \
      "clock": 2, "paid": { "cash": 1, "fee": 0 }
      """
    #expect(
      try replay(
        trace("", locked, "\"clock\": 1", "\"clock\": 2, \"paid\": { \"cash\": 0, \"fee\": 0 }", claim))
        == ToolRun(
          status: 1,
          output: """
            refused   step 4 of 4, to states[4] of t.itf.json

              state before
                  clock = 2
                  legs = Map(1 -> Locked(2), 2 -> NoLeg)
                  paid = { cash: 0, fee: 0 }

              the trace asks for
                  claim  i = 1          paid.cash  0 -> 1

              refused by
                  claim(i = 1)          due = 2:  clock < due   (2 < 2)

              nearest enabled, differs in paid
                  lock(i = 2)           legs[2]  NoLeg -> Locked(2)
                  instead of            paid.cash  0 -> 1

              also enabled
                  tick                  clock  2 -> 3

            refused   step 4 of 4, to states[4] of t.itf.json

            """))
  }

  @Test func lassoReturnsByAStep() throws {
    let lasso = trace("", "", "\"clock\": 0", "\"clock\": 0", "", loop: 3)
    #expect(
      try replay(lasso) == ToolRun(status: 0, output: "accepted, 4 steps, then on from state 3\n"))
    let broken = try replay(trace("", "\"clock\": 1", "\"clock\": 2", loop: 1))
    #expect(broken.status == 1)
    #expect(broken.output.hasPrefix("refused   the way back of the loop, to states[1] of t.itf.json\n"))
    #expect(
      try replay(trace("", "\"clock\": 1", loop: 1))
        == ToolRun(status: 0, output: "accepted, 1 step, then nothing happens any more\n"))
  }

  @Test func loopStartMustBeOneState() throws {
    // Whatever is done at first, the way back leads to a state with another clock.
    let text = trace("", "\"clock\": 1", "\"clock\": 2", "\"clock\": 2", loop: 2)
    #expect(try replay(text).status == 1)
  }

  @Test func initialStateMustFit() throws {
    let run = try replay(trace("\"clock\": 1"))
    #expect(run.status == 1)
    #expect(
      run.output.hasPrefix(
        """
        refused   the initial state, to states[0] of t.itf.json

          the trace asks for
              step                  clock = 1

          nearest enabled, differs in clock
        """))
  }

  @Test(arguments: [
    ("{ \"states\": [ { } ", "t.itf.json:1:19: error: `,` or `]` expected"),
    ("[]", "t.itf.json: error: object expected"),
    ("{ \"states\": [] }", "t.itf.json: error: states: the trace has no states"),
    (
      "{ \"states\": [{ \"clok\": 1 }] }",
      "t.itf.json: error: states[0].clok: the model has no variable `clok`; did you mean `clock`?"
    ),
    ("{ \"states\": [{}, { \"clock\": \"1\" }] }", "t.itf.json: error: states[1].clock: int expected"),
    (
      "{ \"states\": [{ \"clock\": { \"#bigint\": \"x\" } }] }",
      "t.itf.json: error: states[0].clock: decimal digits expected"
    ),
    (
      "{ \"states\": [{ \"paid\": { \"cash\": 1, \"fee\": [] } }] }",
      "t.itf.json: error: states[0].paid.fee: int expected"
    ),
    (
      "{ \"states\": [{ \"clock\": 1, \"L::clock\": 1 }] }",
      "t.itf.json: error: vars: `clock` and `L::clock` are both the variable `two::L::clock`"
    ),
  ])
  func badTraceIsPointedAt(text: String, message: String) throws {
    #expect(try replay(text) == ToolRun(status: 2, errors: message + "\n"))
  }

  @Test func missingFilesAndSpecs() throws {
    #expect(
      try tool("replay", "no.itf.json", "locks.qnt", "--main", "two", files: files)
        == ToolRun(status: 2, errors: "no.itf.json: error: the file cannot be read\n"))
    #expect(try tool("replay", "no.itf.json", "no.qnt").status == 2)
    #expect(try tool("replay", "no.itf.json").errors.contains("takes a trace and a spec, not 1 file"))
  }

  @Test func statesInsideThenAreStatesOfTheTrace() throws {
    let spec = """
      module main {
        var x: int
        action init = x' = 0
        action step = (x' = x + 1).then(x' = x + 10)
      }
      """
    func replay(_ states: String...) throws -> Int32 {
      let text = "{ \"states\": [" + states.map { "{ \"x\": \($0) }" }.joined(separator: ",") + "] }"
      return try tool("replay", "t.json", "main.qnt", files: ["main.qnt": spec, "t.json": text]).status
    }
    #expect(try replay("0", "1", "11", "12", "22") == 0)
    #expect(try replay("0", "11") == 1)
  }

  @Test func jsonHasTheSame() throws {
    let run = try replay(trace("", "\"clock\": 2"), "--json")
    #expect(run.status == 1 && run.errors.isEmpty)
    for part in [
      "\"command\": \"replay\"", "\"outcome\": \"violated\"", "\"index\": 1", "\"candidates\": 1",
      "\"differing\": [", "\"refusals\": [", "\"text\": \"legs.get(1) == Claimed\"",
      "\"operands\": \"NoLeg == Claimed\"",
    ] {
      #expect(run.output.contains(part), "\(part)")
    }
    let accepted = try replay(trace("", "\"clock\": 1"), "--json")
    #expect(accepted.status == 0 && accepted.output.contains("\"outcome\": \"holds\""))
    #expect(accepted.output.contains("\"steps\": 1"))
  }
}
