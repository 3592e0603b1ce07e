import Checker
import ProtocolModel
import TestSupport
import Testing

/// A search of the module `m` with the declarations.
func search(_ declarations: String, _ change: (inout SearchOptions) -> Void = { _ in }) throws -> Searched {
  let text = SpecText("module m {\n\(declarations)\n}\n")
  let machine = try #require(
    text.machine().machine, "\(text.complaints().joined(separator: "\n"))")
  var options = SearchOptions()
  change(&options)
  return Searched(machine: machine, result: BreadthFirstSearch(machine: machine, options: options).run())
}

struct Searched {
  var machine: Machine
  var result: SearchResult

  /// `distinct generated depth deadEnds`
  var counts: [Int] {
    let statistics = result.statistics
    return [statistics.distinct, statistics.generated, statistics.depth, statistics.deadEnds]
  }

  /// `name: verdict strength`, with the length of the trace where there is one, and the extreme.
  var verdicts: [String] { result.properties.map(Self.text) }

  var deadlock: String? { result.deadlock.map(Self.text) }

  private static func text(_ property: PropertyResult) -> String {
    var text = "\(property.name): \(property.verdict)"
    switch property.strength {
    case .exhaustive: text += " exhaustive"
    case .bounded(let steps): text += " bounded \(steps)"
    case .sampled(let runs): text += " sampled \(runs)"
    }
    if let steps = property.steps { text += " steps \(steps)" }
    if let value = property.value { text += " value \(value)" }
    return text
  }

  /// States of a trace, values separated by blanks.
  static func states(_ trace: Trace?) -> [String] {
    (trace?.steps ?? []).map { step in
      step.state.values.map { $0?.description ?? "-" }.joined(separator: " ")
    }
  }

  var neverFired: [String] { result.neverFired.map { machine[$0].name } }
}

/// A value that several threads may change.
final class Shared: @unchecked Sendable {
  var number = 0
}
