import ProtocolModel
import Synchronization
import TestSupport
import Testing

@testable import SMTBridge

/// What a prover tells while it works.
@Suite struct ProofEventTests {
  private final class Collector: Sendable {
    let events = Mutex<[ProofEvent]>([])
    let meter = SolverMeter()
    var lines: [String] {
      events.withLock { events in
        events.map { event in
          "\(event.engine.rawValue) \(event.subject ?? "-") \(event.depth ?? -1)"
            + "/\(event.maxDepth ?? -1): \(event.open.joined(separator: " "))"
        }
      }
    }
  }

  private func events(_ invariants: String, bounded: Bool = false) throws -> Collector {
    let text = """
      module m {
        var x: int
        action init = x' = 0
        action step = all { x < 8, x' = x + 2 }
        \(invariants)
      }
      """
    let machine = try #require(SpecText(text).machine().machine)
    let collector = Collector()
    var options = ProofOptions()
    options.maxSteps = 3
    options.checksDeadlock = true
    options.proves = !bounded
    options.limits.meter = collector.meter
    options.progress = { event in collector.events.withLock { $0.append(event) } }
    _ = runOnLargeStack { [options] in Prover.run(machine, options) }
    return collector
  }

  @Test func eachDepthIsToldWithWhatIsOpen() throws {
    let told = try events(
      "/// @invariant\nval low = x < 3\n/// @invariant\nval even = x % 2 == 0", bounded: true)
    #expect(
      told.lines == [
        "encoding - -1/-1: low even",
        "bounded search - 0/3: low even deadlock definedness",
        "bounded search - 1/3: low even deadlock definedness",
        "bounded search - 2/3: low even deadlock definedness",
        "bounded search - 3/3: even deadlock definedness",
      ])
    #expect(told.meter.calls >= 4 && told.meter.secondsOfCall == nil)
  }

  @Test func whatIsProvedIsOpenNoMore() throws {
    let told = try events("/// @invariant\nval even = x % 2 == 0\n/// @invariant\nval low = x < 3").lines
    #expect(told.contains("induction - 1/-1: even low deadlock definedness"))
    #expect(told.contains("bounded search - 2/3: low deadlock"), "\(told)")
    #expect(told.last == "obligations - -1/-1: deadlock", "\(told)")
  }

  @Test func loopsAreToldWithTheirProperty() throws {
    let told = try events("/// @temporal\ntemporal ends = eventually(x > 3)").lines
    #expect(told.contains("search for loops ends 0/3: ends"), "\(told)")
  }
}
