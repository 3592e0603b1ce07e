import ProtocolModel
import TestSupport
import Testing

/// What an interactive session answers.
@Suite struct SessionTests {
  private static let files = [
    "clock.qnt": """
    module clock {
      var hour: int
      action init = hour' = 0
      action tick = hour' = (hour + 1) % 3
      action step = tick
      action late = all { hour > 5, hour' = 0 }
      val early = hour < 2
    }
    """
  ]

  private func makeSession() throws -> Session {
    let session = Session(seed: 1, reader: MemorySourceReader(Self.files))
    _ = try session.load("clock.qnt")
    return session
  }

  /// The answers to inputs in order, errors by their codes.
  private func answers(_ session: Session, _ inputs: String...) -> [String] {
    inputs.map { input in
      do throws(Complaint) {
        switch try session.evaluate(input) {
        case .nothing: return "nothing"
        case .declared: return "declared"
        case .value(let value): return "\(value)"
        case .performed(let isTrue): return isTrue ? "done" : "refused"
        }
      } catch {
        return error.diagnostics.map(\.id.code).joined(separator: " ")
      }
    }
  }

  @Test func declarationsCanBeUsedAtOnce() {
    let session = Session(seed: 1)
    #expect(
      answers(session, "def f(n) = n + 1", "val x = f(1)", "x + f(x)") == ["declared", "declared", "5"])
  }

  @Test func definitionTypedAgainReplacesTheFormerOne() {
    let session = Session(seed: 1)
    #expect(answers(session, "val x = 1", "val x = 2", "x") == ["declared", "declared", "2"])
  }

  @Test func wrongInputChangesNothing() {
    let session = Session(seed: 1)
    let inputs = answers(session, "val x = 1 + \"a\"", "x", "1 +", "val y = 1", "y / 0", "y")
    #expect(inputs == ["QNT000", "QNT404", "QNT000", "declared", "QNT503", "1"])
  }

  @Test func blanksAndCommentsAreNothing() {
    #expect(answers(Session(seed: 1), "", "  // note") == ["nothing", "nothing"])
  }

  @Test func trueActionsAreSteps() throws {
    let session = try makeSession()
    #expect(
      answers(session, "hour", "init", "tick", "late", "hour", "early") == [
        "QNT502", "done", "done", "refused", "1", "true",
      ])
    #expect(session.position == 2)
  }

  @Test func variablesKeepTheirValuesWhenSomethingIsDeclared() throws {
    let session = try makeSession()
    #expect(
      answers(session, "init", "tick", "val twice = hour * 2", "twice") == ["done", "done", "declared", "2"])
  }

  @Test func ownModuleMayBeImported() throws {
    #expect(answers(try makeSession(), "import clock.*", "init") == ["declared", "done"])
  }

  @Test func lastTraceHasTheStatesSoFar() throws {
    let session = try makeSession()
    #expect(
      answers(session, "init", "tick", "q::lastTrace") == [
        "done", "done", "[{ hour: 0 }, { hour: 1 }]",
      ])
  }

  @Test func simulationsSayWhetherTheInvariantHolds() throws {
    let session = try makeSession()
    #expect(
      answers(
        session, "q::testOnce(5, 1, init, step, early)", "q::lastTrace.length()",
        "q::test(3, 5, 1, init, step, hour < 3)"
      ) == ["\"violation\"", "3", "\"ok\""])
  }

  @Test func simulationsWorkAtTheTopOnly() {
    let session = Session(seed: 1)
    #expect(answers(session, "1 + q::lastTrace.length()") == ["1"])
    #expect(answers(session, "val t = q::testOnce(1, 1, true, true, true)", "t").last == "QNT501")
  }

  @Test func wayBackCanBeTaken() throws {
    let session = try makeSession()
    _ = answers(session, "init", "tick", "tick")
    try session.goBack()
    #expect(answers(session, "hour") == ["1"])
    try session.go(to: 2)
    #expect(answers(session, "hour") == ["2"])
    #expect(throws: Complaint.self) { try session.go(to: 3) }
  }

  @Test func clearForgetsTheSpec() throws {
    let session = try makeSession()
    session.clear()
    #expect(answers(session, "hour") == ["QNT404"])
  }

  @Test(arguments: [
    ("val x =", true), ("all {", true), ("/* open", true), ("1 + 1", false), ("", false), ("1 + )", false),
  ]) func unfinishedInputIsKnown(text: String, isIncomplete: Bool) {
    #expect(Session.isIncomplete(text) == isIncomplete)
  }
}
