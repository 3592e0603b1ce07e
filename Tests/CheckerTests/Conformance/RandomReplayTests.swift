import Foundation
import ProtocolModel
import TestSupport
import Testing

@testable import Checker

/// Random walks through random machines are behaviors; walks that are broken are none.
@Suite struct RandomReplayTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["DFMI_SOAK"].flatMap { Int($0) } ?? 150
  private static let first = environment["DFMI_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func walksThroughRandomMachinesAreAccepted() {
    let (report, walked) = runOnLargeStack { () -> (String, Int) in
      var walked = 0
      for seed in Self.first..<(Self.first + UInt64(Self.count)) {
        var generator = MachineGenerator(seed: seed)
        let text = generator.machine().quintText
        guard let machine = SpecText(text).machine().machine, var walk = Walk(machine, seed: seed) else {
          continue
        }
        walked += 1
        walk.judge()
        if let first = walk.complaints.first { return ("seed \(seed)\n\(text)\n\(first)", walked) }
      }
      return ("", walked)
    }
    #expect(report == "")
    #expect(walked * 4 > Self.count, "most machines cannot be walked through")
  }
}

/// A random walk, and what the replay says of it.
private struct Walk {
  private let machine: Machine
  private let evaluator: Evaluator
  private var generator: SeededGenerator
  private var steps: [Step] = []
  /// Where the last step could have led.
  private var ends: [[Value?]] = []
  private(set) var complaints: [String] = []

  /// Nil if the machine has a runtime error on the way, or no initial state.
  init?(_ machine: Machine, seed: UInt64) {
    self.machine = machine
    evaluator = Evaluator(machine: machine)
    evaluator.keepsStory = true
    generator = SeededGenerator(seed: seed)
    evaluator.unload()
    for index in 0..<6 {
      guard let action = index == 0 ? machine.initial : machine.step else { return nil }
      var found: [(steps: [Step], values: [Value?])] = []
      do {
        try evaluator.forEachOutcome(of: action) { outcome in
          found.append((outcome.passed + [evaluator.step(to: outcome)], outcome.values))
          return true
        }
      } catch { return nil }
      guard let taken = found.randomElement(using: &generator) else { break }
      steps += taken.steps
      ends = found.map(\.values)
      evaluator.load(taken.values)
    }
    if steps.isEmpty { return nil }
  }

  mutating func judge() {
    let whole = document(Trace(steps: steps), hidden: [], includesActions: true)
    expect(whole, isAccepted: true, "whole")
    expect(
      document(Trace(steps: steps), hidden: [], includesActions: false), isAccepted: true, "without actions")
    let hidden = Set(machine.variables.map(\.name).filter { _ in Bool.random(using: &generator) })
    expect(
      document(Trace(steps: steps), hidden: hidden, includesActions: true), isAccepted: true,
      "without \(hidden)")
    breakLastState()
  }

  /// With a last state to which no step leads.
  private mutating func breakLastState() {
    guard steps.count > 1, let first = steps.first else { return }
    var broken = steps
    broken[broken.count - 1].state = first.state
    // A step that passes states may lead there as well.
    guard !ends.contains(where: { $0 == first.state.values }),
      machine.transitions.allSatisfy({ !$0.isOpaque })
    else { return }
    expect(document(Trace(steps: broken), hidden: [], includesActions: false), isAccepted: false, "broken")
  }

  private func document(_ trace: Trace, hidden: Set<String>, includesActions: Bool) -> JSONValue? {
    var trace = trace
    for index in trace.steps.indices {
      for (place, name) in trace.steps[index].state.variables.enumerated() where hidden.contains(name) {
        trace.steps[index].state.values[place] = nil
      }
    }
    return try? ITFCodec.encode(ITFDocument(trace: trace), includesActions: includesActions)
  }

  private mutating func expect(_ json: JSONValue?, isAccepted wanted: Bool, _ what: String) {
    guard let json else { return }
    do {
      let outcome = TraceReplay(machine: machine).run(try ObservedTrace(json, of: machine))
      switch outcome {
      case .accepted(let trace, _):
        if !wanted { complaints.append("\(what): accepted") }
        if trace.steps.count != steps.count { complaints.append("\(what): \(trace.steps.count) steps") }
      case .refused(let step):
        if wanted { complaints.append("\(what): refused at \(step.index) of \(json.text())") }
      case .failed(let error, _, _): complaints.append("\(what): \(error.message)")
      }
    } catch {
      complaints.append("\(what): \(error)")
    }
  }
}
