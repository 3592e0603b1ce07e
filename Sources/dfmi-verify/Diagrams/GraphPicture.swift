import Checker
import ProtocolModel

/// A graph of states as it is drawn: states that look alike are one node, and steps between the same
/// nodes by the same action are one arrow with their number.
struct GraphPicture {
  struct Node {
    /// What is known of the states, a line each.
    var lines: [String] = []
    var isInitial = false
    /// No state of the node has a successor.
    var isDeadEnd = true
    /// Indices of properties that are false in some state of the node, or of witnesses true there.
    var marked: [Int] = []
    /// How many states it stands for.
    var count = 0
    var isOnPath = false
  }

  struct Edge {
    var source: Int
    var target: Int
    var label: String
    var count = 0
    var isOnPath = false
    var isViolating = false
  }

  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  let machine: Machine

  /// The whole graph: each state with the variables that differ between states.
  init(_ graph: StateGraph) {
    let names = ShortNames(graph.machine)
    let shown = graph.machine.variables.indices.filter { variable in
      graph.nodes.contains { $0.values[variable] != graph.nodes[0].values[variable] }
    }
    self.init(graph, classes: Array(graph.nodes.indices)) { node in
      shown.map { "\(names.short(graph.machine.variables[$0].name)) = \(node.values[$0])" }
    } label: { edge in
      StoryText.title(of: edge.action, picks: edge.picks, default: "step")
    }
  }

  /// States with the same values of some expressions are one node. Steps that change none of the
  /// values are left out.
  init(_ graph: StateGraph, by expressions: [String]) {
    var numbers: [[Value]: Int] = [:]
    let classes = graph.nodes.map { node in
      let number = numbers[node.projection] ?? numbers.count
      numbers[node.projection] = number
      return number
    }
    self.init(graph, classes: classes) { node in
      zip(expressions, node.projection).map { "\($0) = \($1)" }
    } label: { edge in
      edge.action?.name ?? "step"
    }
    edges.removeAll { $0.source == $0.target && !$0.isViolating }
  }

  /// - Complexity: O(states + transitions).
  private init(
    _ graph: StateGraph, classes: [Int], lines: (StateGraph.Node) -> [String],
    label: (StateGraph.Edge) -> String
  ) {
    machine = graph.machine
    var places: [EdgeKey: Int] = [:]
    for (index, state) in graph.nodes.enumerated() {
      let number = classes[index]
      if number == nodes.count { nodes.append(Node(lines: lines(state))) }
      nodes[number].count += 1
      if index < graph.initialCount { nodes[number].isInitial = true }
      if !state.edges.isEmpty { nodes[number].isDeadEnd = false }
      for mark in state.marked where !nodes[number].marked.contains(mark) {
        nodes[number].marked.append(mark)
      }
    }
    for (index, state) in graph.nodes.enumerated() {
      for edge in state.edges {
        let key = EdgeKey(source: classes[index], target: classes[edge.target], label: label(edge))
        let place = places[key] ?? edges.count
        if place == edges.count {
          places[key] = place
          edges.append(Edge(source: key.source, target: key.target, label: key.label))
        }
        edges[place].count += 1
        if !edge.violated.isEmpty { edges[place].isViolating = true }
      }
    }
    guard let path = graph.violationPath else { return }
    for state in path { nodes[classes[state]].isOnPath = true }
    for (source, target) in zip(path, path.dropFirst()) {
      // Of several steps to the same state the first one is the way that is told.
      guard let edge = graph.nodes[source].edges.first(where: { $0.target == target }),
        let place = places[EdgeKey(source: classes[source], target: classes[target], label: label(edge))]
      else { continue }
      edges[place].isOnPath = true
    }
  }

  private struct EdgeKey: Hashable {
    var source: Int
    var target: Int
    var label: String
  }
}

// MARK: - DOT

extension GraphPicture {
  /// Fills of nodes by property: warm for what is false, cold for witnesses.
  private static let warm = ["#f6c7c7", "#f9dcae", "#ecc8ec", "#f4e58c", "#e3c3a8"]
  private static let cold = ["#cfe8d2", "#cbdff5", "#d9d6f2", "#c9ebe6"]

  private func fill(_ property: Int) -> String {
    let isWitness = machine.properties[property].kind == .witness
    let alike = machine.properties.indices.filter { (machine.properties[$0].kind == .witness) == isWitness }
    let place = alike.firstIndex(of: property) ?? 0
    return isWitness ? Self.cold[place % Self.cold.count] : Self.warm[place % Self.warm.count]
  }

  /// The picture in the language of Graphviz.
  var dot: String {
    var text = "digraph \(Self.quoted(machine.name)) {\n"
    text +=
      "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\", fontsize=10];\n"
    text += "  edge [fontname=\"Helvetica\", fontsize=9, color=\"#5b6470\"];\n"
    for (number, node) in nodes.enumerated() {
      var lines = node.lines
      if node.count > 1 { lines.append("(\(CheckText.count(node.count, "state")))") }
      var attributes = ["label=\(Self.quoted(lines, isLeft: true))"]
      // What is false counts more than what is reached.
      let first = node.marked.first { machine.properties[$0].kind != .witness } ?? node.marked.first
      if let first { attributes.append("fillcolor=\(Self.quoted(fill(first)))") }
      if node.isInitial { attributes.append("penwidth=2.5") }
      if node.isDeadEnd { attributes.append("peripheries=2") }
      if node.isOnPath { attributes.append("color=\"#b3202a\"") }
      text += "  s\(number) [\(attributes.joined(separator: ", "))];\n"
    }
    for edge in edges {
      var attributes = ["label=\(Self.quoted(edge.count > 1 ? "\(edge.label) x\(edge.count)" : edge.label))"]
      if edge.isOnPath || edge.isViolating {
        attributes += ["color=\"#b3202a\"", "penwidth=\(edge.isOnPath ? 3 : 1)"]
      }
      text += "  s\(edge.source) -> s\(edge.target) [\(attributes.joined(separator: ", "))];\n"
    }
    return text + legend + "}\n"
  }

  private var legend: String {
    let marked = machine.properties.indices.filter { index in nodes.contains { $0.marked.contains(index) } }
    if marked.isEmpty { return "" }
    var text = "  subgraph cluster_legend {\n    style=invis;\n"
    for (index, below) in zip(marked, marked.dropFirst()) {
      text += "    legend\(index) -> legend\(below) [style=invis];\n"
    }
    for index in marked {
      let property = machine.properties[index]
      let what = property.kind == .witness ? "\(property.name) is reached" : "\(property.name) is false"
      text +=
        "    legend\(index) [shape=note, style=filled, label=\(Self.quoted(what)), fillcolor=\(Self.quoted(fill(index)))];\n"
    }
    return text + "  }\n"
  }

  /// One line as a string of DOT.
  private static func quoted(_ line: String) -> String { quoted([line], isLeft: false) }

  /// Lines as a string of DOT; `\l` ends a line that stands left.
  private static func quoted(_ lines: [String], isLeft: Bool) -> String {
    let escaped = lines.map { line in
      line.mappingScalars { scalar in
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n", "\r", "\t", "\0": " "
        default: nil
        }
      }
    }
    return "\"" + escaped.joined(separator: "\\l") + (isLeft ? "\\l" : "") + "\""
  }
}
