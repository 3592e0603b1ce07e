import Foundation
import Testing

/// What `verify` and `certify` print, with which status, and which files they write.
@Suite struct VerifyCommandTests {
  /// An account from which a fee is taken for each payment; without the fee in the guard it can be
  /// overdrawn. The gate needs some reserve.
  private let account = """
    module account {
      const START: int
      const FEE: int
      const RESERVE: int
      const CAREFUL: bool
      assume sane = START >= 0 and FEE >= 0
      var balance: int
      var paid: int
      action init = all { balance' = START, paid' = 0 }
      action pay(amount) = all {
        amount + (if (CAREFUL) FEE else 0) + RESERVE <= balance,
        balance' = balance - amount - FEE,
        paid' = paid + amount + FEE,
      }
      action step = { nondet amount = Nat.oneOf() pay(amount) }
      /// @invariant
      /// @prove
      val Conservation = balance + paid == START
      /// @invariant
      /// @prove
      val NonNegative = balance >= 0
    }
    /// @size S
    /// @symbolic MONEY, COST
    module account_All {
      pure val MONEY = 10
      pure val COST = 1
      import account(START = MONEY, FEE = COST, RESERVE = 0, CAREFUL = true).*
    }
    /// @size S
    /// @symbolic MONEY, COST
    /// @expect violated NonNegative steps 1
    module account_F1 {
      pure val MONEY = 0
      pure val COST = 1
      import account(START = MONEY, FEE = COST, RESERVE = 0, CAREFUL = false).*
    }
    /// @size S
    /// @symbolic MONEY, COST
    /// @least KEPT 0
    module account_Least {
      pure val MONEY = 10
      pure val COST = 1
      pure val KEPT = 3
      import account(START = MONEY, FEE = COST, RESERVE = KEPT, CAREFUL = true).*
    }
    """

  private func tool(_ arguments: String..., files: [String: String] = [:]) throws -> ToolRun {
    var run = try ToolRun.run(arguments, files: ["account.qnt": account].merging(files) { $1 }).run
    run.output = run.output.replacing(/\ +\d+\.\d s/, with: " T s")
    return run
  }

  @Test func tableHasProofsFaultsAndEnds() throws {
    let run = try tool("verify", "account.qnt")
    #expect(run.status == 0)
    #expect(
      run.output == """
        instance                                   proved  depth     time   result
        account_All                                2 of 2      - T s   2 properties proved
        account_F1                                 0 of 1      1 T s   violated NonNegative after 1 step, as expected
        account_Least                              2 of 2      - T s   least KEPT is 0, at -1 violated after 1 step, as expected
        3 instances: all as expected, T s

        """)
  }

  @Test func counterexampleHasSmallNumbers() throws {
    let run = try tool("verify", "account.qnt", "--main", "account_F1")
    #expect(run.status == 0)
    #expect(run.output.contains("MONEY = 0   COST = 1"))
    #expect(run.output.contains("1  step  amount = 0   balance  0 -> -1"))
  }

  @Test func leastValueIsShownWithProofAndCounterexample() throws {
    let run = try tool("verify", "account.qnt", "--main", "account_Least", "--least", "KEPT")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("account_Least   least KEPT = 0\n  at KEPT = 0, T s\n    proved "))
    #expect(run.output.contains("  at KEPT = -1\n\nviolated  NonNegative"))
  }

  @Test func wrongEndInATagIsAFinding() throws {
    let run = try tool(
      "verify", "account.qnt", "--main", "account_Least",
      files: ["account.qnt": account.replacing("@least KEPT 0", with: "@least KEPT 1")])
    #expect(run.status == 1)
    #expect(run.output.contains("least KEPT is 0"))
  }

  @Test func extremeIsShownWithTheBehaviorThatAttainsIt() throws {
    let run = try tool(
      "verify", "account.qnt", "--main", "account_All", "--symbolic", "COST", "--maximize", "paid - COST")
    #expect(run.status == 0)
    #expect(run.output.contains("at most 10, in every reachable state, for all COST, by induction"))
    #expect(run.output.contains("maximum  paid - COST = 10   1 step, no fewer are enough"))
    #expect(run.output.contains("NonNegative"))
  }

  @Test func deepFaultIsRefutedBeforeTheLongProofs() throws {
    let spec = Self.specs.appending(path: "bft_commit/bft_commit.qnt").path
    let run = try tool(
      "verify", spec, "--main", "bft_commit_F4", "--invariants", "Agreement", "--max-steps", "12",
      "--timeout", "40")
    #expect(run.status == 1)
    #expect(run.output.contains("violated Agreement after 10 steps"))
  }

  @Test func unknownConstantIsAUsageError() throws {
    let run = try tool("verify", "account.qnt", "--main", "account_All", "--least", "NOBODY")
    #expect(run.status == 2)
    #expect(run.errors.contains("there is no constant `NOBODY` in `account_All`"))
  }

  @Test func guardsThatNoProofNeedsAreTold() throws {
    let run = try tool("verify", "account.qnt", "--main", "account_All", "--guards")
    #expect(run.status == 0)
    #expect(
      run.output.contains(
        "the guard `amount + (if (CAREFUL) FEE else 0) + RESERVE <= balance` of `pay` for Conservation\n"))
  }

  @Test func certificateIsCheckedByAnotherSolver() throws {
    let made = try ToolRun.run(
      ["verify", "account.qnt", "--main", "account_All", "--certificate", "proofs"],
      files: ["account.qnt": account, "unsat": "#!/bin/sh\necho unsat\n", "sat": "#!/bin/sh\necho sat\n"])
    #expect(made.run.status == 0)
    let work = made.folder.place(of: "")
    let files = try FileManager.default.contentsOfDirectory(
      atPath: work.appending(path: "proofs/account_All").path
    ).sorted()
    #expect(files == ["01-round0-init.smt2", "02-round0-step.smt2", "README.txt"])
    for (solver, status) in [("unsat", 0), ("sat", 1)] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: work.appending(path: solver).path)
      let path = work.appending(path: "proofs").path
      let run = try ToolRun.run(["certify", path, "--with", work.appending(path: solver).path]).run
      #expect(run.status == Int32(status))
      #expect(run.output.contains(status == 0 ? "certified: 2 obligations" : "NOT certified"))
    }
  }

  private static let specs = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Specs")

  /// The quick ones; all of them with `DFMI_SOAK`.
  private static let proved =
    ProcessInfo.processInfo.environment["DFMI_SOAK"] == nil
    ? ["bft_commit/bft_counting.qnt", "bft_commit/bft_rounds.qnt", "dvp_escrow/dvp_escrow.qnt"] : [""]

  @Test(arguments: proved) func specsAreProvedAndRefutedAsTheySay(spec: String) throws {
    let run = try tool("verify", Self.specs.appending(path: spec).path)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("all as expected"))
  }

  @Test func certificateNeedsAFolder() throws {
    #expect(try tool("certify").status == 2)
    #expect(try tool("certify", "nowhere").errors.contains("there is no `.smt2` file below `nowhere`"))
  }

  /// x^3 + y^3 + z^3 == 114 has no known solution; the search for one ends with its limit.
  private let open = """
    module cubes {
      var x: int
      var y: int
      var z: int
      action init = {
        nondet a = Int.oneOf()
        nondet b = Int.oneOf()
        nondet c = Int.oneOf()
        all { x' = a, y' = b, z' = c }
      }
      action step = all { x' = x, y' = y, z' = z }
      /// @invariant
      val NoSum = x * x * x + y * y * y + z * z * z != 114
    }
    """

  @Test func limitEndsAQueryInTime() throws {
    let start = ContinuousClock.now
    let run = try tool("verify", "cubes.qnt", "--timeout", "2", files: ["cubes.qnt": open])
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(run.status == 3)
    #expect(run.output.contains("inconclusive   NoSum         undecided in the initial states already"))
    #expect(run.output.contains("stopped        time is over"))
  }

  @Test func interruptEndsAQueryInTime() throws {
    let folder = try ToolRun.run(["--version"], files: ["cubes.qnt": open]).folder
    let start = ContinuousClock.now
    let run = try ToolRun.interrupted(
      ["verify", "cubes.qnt", "--timeout", "60"], in: folder, afterSeconds: 1.5)
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(run.status == 3 || run.status == 130)
    #expect(run.output.contains("NoSum"))
  }
}

extension ToolRun {
  /// A run that is interrupted, as by Ctrl-C, after some time.
  fileprivate static func interrupted(
    _ arguments: [String], in folder: Folder, afterSeconds seconds: Double
  ) throws -> ToolRun {
    let process = Process()
    process.executableURL = try executable()
    process.arguments = arguments
    process.currentDirectoryURL = folder.place(of: "")
    let output = folder.url.appending(path: "stdout")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    Thread.sleep(forTimeInterval: seconds)
    process.interrupt()
    process.waitUntilExit()
    return ToolRun(status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8))
  }
}
