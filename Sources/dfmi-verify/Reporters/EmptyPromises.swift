import Checker
import ProtocolModel
import SMTBridge

extension CoverageReport {
  /// Looks for properties that hold and demand nothing. What cannot be decided in a second is not told.
  mutating func addEmptyPromises(_ machine: Machine, _ result: SearchResult) {
    let violated = Set(result.properties.filter { $0.verdict == .violated }.map(\.name))
    for property in machine.properties where violated.contains(property.name) {
      add(property, of: machine, isEmpty: false)
    }
    guard result.isExhausted, let state = machine.anyInitialState else { return }
    let holding = Set(result.properties.filter { $0.verdict == .holds }.map(\.name))
    for property in machine.properties where holding.contains(property.name) && !Process.isInterrupted {
      if demandsSomething(property, of: machine) { continue }
      guard let states = TypeCorrectStates(violating: property, of: machine, like: state) else { continue }
      let limits = SolverLimits().ending(in: 1)
      add(property, of: machine, isEmpty: EmptyPromise.isEmpty(states, limits: limits) == true)
    }
  }
}

extension Machine {
  fileprivate var anyInitialState: [Value?]? {
    guard let initial else { return nil }
    var found: [Value?]?
    try? Evaluator(machine: self).forEachOutcome(of: initial) { outcome in
      found = outcome.values.map { $0.flatMap { try? $0.canonicalized() } }
      return false
    }
    return found
  }
}
