import ProtocolModel

/// Variables that stories do not show: those of `--hide`.
///
/// A name may be short: `now` stands for `main::clock::now`, too. One that no spec of the run knows is a mistake.
struct HiddenVariables: Sendable {
  private let names: [String]

  static let none = HiddenVariables([])

  init(_ names: [String]) { self.names = names }

  init(_ arguments: Arguments) { self.init(arguments.list(.hide)) }

  func hides(_ variable: String) -> Bool {
    names.contains { variable == $0 || variable.hasSuffix("::" + $0) }
  }

  func shown(_ state: State) -> State {
    if names.isEmpty { return state }
    let kept = state.variables.indices.filter { !hides(state.variables[$0]) }
    return State(variables: kept.map { state.variables[$0] }, values: kept.map { state.values[$0] })
  }

  /// Why some name is a mistake; nil if none is.
  ///
  /// - Parameters:
  ///   - machines: one of them has to have the variable.
  ///   - fields: other names that may be hidden.
  func complaint(about machines: [Machine], fields: [String] = []) -> UsageError? {
    let known = Set(machines.flatMap { $0.variables.map(\.name) }).sorted() + fields
    for name in names where !known.contains(where: { $0 == name || $0.hasSuffix("::" + name) }) {
      let listed = known.isEmpty ? "it has none" : "these are: \(known.joined(separator: ", "))"
      return UsageError(
        "option `--hide` names `\(name)`, which is no variable of the spec; \(listed)"
          + ArgumentParser.suggestion(for: name, among: known))
    }
    return nil
  }
}

extension Option {
  static let hide = Option("--hide", .list("VAR"), "variables that are not shown")
}
