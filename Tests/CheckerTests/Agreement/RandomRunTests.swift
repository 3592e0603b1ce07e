import Foundation
import ProtocolModel
import TestSupport
import Testing

/// Runs with random choices against the brute-force interpreter: every step of a walk
/// is one of the machine.
@Suite struct RandomRunTests {
  private static let count =
    ProcessInfo.processInfo.environment["DFMI_SOAK"].flatMap { Int($0) } ?? 100

  @Test func everyRandomStepIsAStepOfTheMachine() {
    let report = runOnLargeStack { () -> String in
      for seed in 1...UInt64(Self.count) {
        var generator = MachineGenerator(seed: seed)
        let machine = generator.machine()
        let exploration = MachineExploration(of: machine)
        if exploration.isTooLarge || Self.dependsOnFalseChoices(machine) { continue }
        if let complaint = Self.walk(machine, exploration, seed) {
          return "seed \(seed): \(complaint)\n\(machine.quintText)"
        }
      }
      return ""
    }
    #expect(report == "")
  }

  /// A random run calls an action false when the first choices made it so; where that
  /// lets the step go on, it finds ways that are none of the relation.
  private static func dependsOnFalseChoices(_ machine: RandomMachine) -> Bool {
    machine.contains { node in
      guard case .apply(let name) = node.kind, node.type == .action else { return false }
      if name == "ite" { return node.children[0].type == .action }
      return ["or", "not", "iff", "implies"].contains(name)
    }
  }

  private static func walk(
    _ machine: RandomMachine, _ exploration: MachineExploration, _ seed: UInt64
  ) -> String? {
    guard let flat = SpecText(machine.quintText).machine().machine, let initial = flat.initial,
      let step = flat.step
    else { return "refused" }
    let evaluator = Evaluator(machine: flat)
    var random = SplitMix64(seed: seed)
    let commits = machine.contains { node in
      [.apply("then"), .apply("reps"), .apply("expect")].contains(node.kind)
    }
    var state: SmallState?
    for number in 0..<20 {
      let (outcomes, error) = exploration.outcomes(from: state)
      var hasChosen = false
      var passed: [Step] = []
      let outcome: Outcome?
      do throws(EvaluationError) {
        outcome = try evaluator.runOnce(
          number == 0 ? initial : step, random: &random, hasChosen: &hasChosen, passed: &passed)
      } catch {
        return commits || exploration.failure != nil ? nil : "step \(number): \(error.message)"
      }
      // What lies behind the first error is not known.
      if error != nil { return nil }
      guard let outcome else { return nil }
      let texts = outcome.values.map { $0?.description ?? "nothing" }
      guard let found = outcomes.first(where: { $0.values.map { $0?.description ?? "nothing" } == texts })
      else { return "step \(number) leads to \(texts)" }
      if !hasChosen, outcomes.count > 1 { return "step \(number) made no choice" }
      state = found.values.compactMap { $0 }
      evaluator.load(outcome.values)
    }
    return nil
  }
}
