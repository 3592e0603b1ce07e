import Checker
import ProtocolModel

/// A graph of states as a JSON document, `dfmi-verify.graph/1`.
struct GraphDocument {
  let graph: StateGraph
  let spec: String

  var text: String {
    let machine = graph.machine
    let document: JSONValue = [
      "schema": "dfmi-verify.graph/1", "version": .string(DFMIVerify.version), "spec": .string(spec),
      "main": .string(machine.name),
      "variables": .array(machine.variables.map { .string($0.name) }),
      "properties": .array(
        machine.properties.map { ["name": .string($0.name), "kind": .string($0.kind.jsonName)] }),
      "initial": .array((0..<graph.initialCount).map { .integer(.small($0)) }),
      "states": .array(graph.nodes.map(state)),
      "transitions": .array(
        graph.nodes.enumerated().flatMap { index, node in node.edges.map { transition($0, from: index) } }),
    ]
    return document.text(isPretty: false) + "\n"
  }

  /// Values by position of the variables, as ITF writes them.
  private func state(_ node: StateGraph.Node) -> JSONValue {
    let names = { (isWitness: Bool) -> JSONValue in
      .array(
        node.marked.map { graph.machine.properties[$0] }.filter { ($0.kind == .witness) == isWitness }
          .map { .string($0.name) })
    }
    return [
      "depth": .integer(.small(node.depth)),
      "values": .array(node.values.map { (try? ITFCodec.encode($0)) ?? .string($0.description) }),
      "violates": names(false), "reaches": names(true),
    ]
  }

  private func transition(_ edge: StateGraph.Edge, from source: Int) -> JSONValue {
    func object(_ values: [NamedValue]) -> JSONValue {
      .object(
        values.map { .init($0.name, (try? ITFCodec.encode($0.value)) ?? .string($0.value.description)) })
    }
    var members: [JSONValue.Member] = [
      .init("from", .integer(.small(source))), .init("to", .integer(.small(edge.target))),
    ]
    if let action = edge.action {
      members.append(.init("action", .string(action.name)))
      members.append(.init("arguments", object(action.arguments)))
    }
    members.append(.init("picks", object(edge.picks)))
    if !edge.violated.isEmpty {
      members.append(
        .init("violates", .array(edge.violated.map { .string(graph.machine.properties[$0].name) })))
    }
    return .object(members)
  }
}
