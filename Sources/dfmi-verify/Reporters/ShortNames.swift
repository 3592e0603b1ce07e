import ProtocolModel

/// Names of variables without what all of them begin with: where a module is one instance
/// of another, every variable has the same long prefix.
struct ShortNames {
  private let prefixLength: Int

  init(_ machine: Machine) {
    var prefix: [Substring]?
    for variable in machine.variables {
      // The last part is the name itself.
      let parts = Array(variable.name.split(separator: ":").dropLast())
      prefix = prefix.map { Array(zip($0, parts).prefix { $0 == $1 }.map(\.0)) } ?? parts
    }
    prefixLength = (prefix ?? []).reduce(0) { $0 + $1.count + 2 }
  }

  func short(_ name: String) -> String {
    name.count > prefixLength ? String(name.dropFirst(prefixLength)) : name
  }

  func short(_ state: State) -> State {
    prefixLength == 0 ? state : State(variables: state.variables.map(short), values: state.values)
  }

  func short(_ trace: Trace) -> Trace {
    var trace = trace
    for index in trace.steps.indices { trace.steps[index].state = short(trace.steps[index].state) }
    return trace
  }
}
