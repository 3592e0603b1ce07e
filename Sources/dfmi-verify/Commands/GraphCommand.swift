import Checker
import ProtocolModel

/// `graph`: the states of a small model as a picture.
enum GraphCommand: Command {
  static let name = "graph"
  static let summary = "Draw the states of a small model, or a projection of them"
  static let operands = "SPEC"
  static let options: [Option] =
    Option.ofMachine + [
      .by, .outOfGraph, .formatOfGraph, .maxNodes, .maxSteps, .maxStatesOfGraph, .maxSeconds,
    ]

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    let file = try SpecFile.single(of: arguments)
    let format = try GraphFormat(arguments)
    let by = arguments.text(.by).map { ExpressionList.split($0) } ?? []
    var options = MachineOptions(arguments)
    options.inputs = by.map { SourceInput(path: "--by", text: $0) }
    let main = arguments.text(.main)
    let request = StateGraph.Request(arguments)
    Process.catchInterrupts()
    let outcome = Spec.withSpec(file.path) { [options] spec -> GraphOutcome in
      if main == nil, let choice = spec.instanceToChoose {
        return GraphOutcome(diagnostics: spec.diagnostics + [choice], sources: spec.sources)
      }
      let made = spec.machine(named: main, options)
      return GraphOutcome(made, by: by, request)
    }
    console.report(outcome.diagnostics.sortedByPlace(), outcome.sources)
    switch outcome.graph {
    case nil: return .badInput
    case .failure(.stopped(let reason))?:
      console.error("no graph: \(reason.text) before all states were seen\n")
      return .inconclusive
    case .failure(.failed)?: return .violated
    case .success(let graph)?:
      return try write(graph, by, format, arguments.number(.maxNodes) ?? GraphFormat.mostNodes, file, console)
    }
  }

  private static func write(
    _ graph: StateGraph, _ by: [String], _ format: GraphFormat, _ mostNodes: Int, _ file: SpecFile,
    _ console: Console
  ) throws(UsageError) -> ExitStatus {
    if format.kind == .json {
      try format.write(GraphDocument(graph: graph, spec: file.path).text, console)
      return .success
    }
    let picture = by.isEmpty ? GraphPicture(graph) : GraphPicture(graph, by: by)
    guard picture.nodes.count <= mostNodes else {
      console.error(GraphProposals(graph).refusal(of: picture.nodes.count, isProjected: !by.isEmpty))
      return .badInput
    }
    try format.write(picture.dot, console)
    return .success
  }
}

/// What became of a spec whose states were to be drawn.
struct GraphOutcome: Sendable {
  var diagnostics: [Diagnostic]
  var sources: SourceMap
  /// Nil after an error in the spec.
  var graph: Result<StateGraph, StateGraph.Failure>?

  init(diagnostics: [Diagnostic], sources: SourceMap) {
    self.diagnostics = diagnostics
    self.sources = sources
  }

  init(_ made: MachineResult, by expressions: [String], _ request: StateGraph.Request) {
    diagnostics = made.diagnostics
    sources = made.sources
    guard let machine = made.machine else { return }
    for (function, text) in zip(made.tests, expressions) where machine[function].isAction {
      diagnostics.append(
        Diagnostic(.general, "`\(text)` is an action, not a value", at: machine[function].range))
      return
    }
    var request = request
    request.projection = made.tests
    do throws(StateGraph.Failure) {
      graph = .success(try StateGraph.of(machine, request))
    } catch {
      if case .failed(let error, _) = error { diagnostics.append(error.diagnostic(in: machine)) }
      graph = .failure(error)
    }
  }
}

extension Spec {
  /// Asks for one of several instances; nil where there are none.
  fileprivate var instanceToChoose: Diagnostic? {
    let names = ownModules.filter { expectations(ofModule: $0)?.isInstance == true }.map {
      resolved.modules[$0].name
    }
    guard names.count > 1 else { return nil }
    let choice = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
    return Diagnostic(
      .unknownModule, "`\(path)` has \(names.count) instances, and a graph is of one", at: .none,
      hint: "choose one with --main: \(choice)")
  }
}

/// Where a picture goes, and as what.
struct GraphFormat {
  enum Kind: String, CaseIterable {
    case dot, svg, json
  }

  /// More than these are no picture any more.
  static let mostNodes = 40

  var kind: Kind
  /// Nil for standard output.
  var path: String?

  /// What `--format` says, else the ending of the file, else DOT.
  init(_ arguments: Arguments) throws(UsageError) {
    path = arguments.text(.outOfGraph)
    let ending = path.flatMap { $0.split(separator: ".").last }.map(String.init) ?? ""
    kind = Kind(rawValue: arguments.text(.formatOfGraph) ?? ending) ?? .dot
    if kind == .svg, path == nil { throw UsageError("SVG needs a file: `--out FILE.svg`") }
  }

  /// Writes DOT or JSON; for SVG, what Graphviz makes of DOT.
  func write(_ text: String, _ console: Console) throws(UsageError) {
    guard let path else {
      console.print(text)
      return
    }
    guard kind == .svg else {
      guard Console.write(text, toFile: path) else { throw UsageError("cannot write `\(path)`") }
      return
    }
    let source = path + ".dot"
    guard Console.write(text, toFile: source) else { throw UsageError("cannot write `\(source)`") }
    defer { Process.remove(source) }
    switch Process.run(["dot", "-Tsvg", "-o", path, source]) {
    case 0?: return
    case nil, 127?:
      throw UsageError("SVG needs Graphviz, whose `dot` is not installed; write DOT: `--out FILE.dot`")
    case let status?: throw UsageError("Graphviz's `dot` failed with status \(status)")
    }
  }
}

/// What to look at where the whole is too much.
struct GraphProposals {
  private let graph: StateGraph

  init(_ graph: StateGraph) { self.graph = graph }

  func refusal(of count: Int, isProjected: Bool) -> String {
    let what = isProjected ? "the projection has" : "the graph has"
    var text = "\(what) \(CheckText.count(count, "node")): too many for a picture\n"
    let found = proposals
    if found.isEmpty {
      text += "give --by expressions with few values: --by EXPR,...\n"
    } else {
      text += "projections of it that are pictures:\n"
      let width = found.map(\.text.count).max() ?? 0
      for proposal in found {
        let padding = String(repeating: " ", count: width - proposal.text.count)
        text += "  --by \(proposal.text)\(padding)   \(proposal.nodes) nodes\n"
      }
    }
    return text + "or write it all with --format json, or draw it all the same with --max-nodes \(count)\n"
  }

  /// Variables and pairs of them with few values, those that show most first.
  private var proposals: [(text: String, nodes: Int)] {
    let machine = graph.machine
    // The values of each variable as numbers.
    let columns = machine.variables.indices.map { variable -> [Int] in
      var numbers: [Value: Int] = [:]
      return graph.nodes.map { node in
        let number = numbers[node.values[variable]] ?? numbers.count
        numbers[node.values[variable]] = number
        return number
      }
    }
    let names = machine.variables.map { $0.name.split(separator: ":").last.map(String.init) ?? $0.name }
    func count(_ a: Int, _ b: Int) -> Int { Set(zip(columns[a], columns[b]).map { [$0, $1] }).count }
    let sizes = columns.map { Set($0).count }
    let single = columns.indices.filter { (2...GraphFormat.mostNodes).contains(sizes[$0]) }
    var found = single.map { (text: names[$0], nodes: sizes[$0]) }
    for (place, first) in single.enumerated() {
      for second in single[(place + 1)...] {
        let nodes = count(first, second)
        if nodes <= GraphFormat.mostNodes, nodes > max(sizes[first], sizes[second]) {
          found.append((text: "\(names[first]),\(names[second])", nodes: nodes))
        }
      }
    }
    return Array(found.sorted { ($1.nodes, $0.text) < ($0.nodes, $1.text) }.prefix(6))
  }
}

extension StateGraph.Request {
  /// What the options of `graph` and `report` say.
  init(_ arguments: Arguments) {
    self.init()
    maxStates = arguments.number(.maxStatesOfGraph) ?? maxStates
    maxSteps = arguments.number(.maxSteps) ?? maxSteps
    limits.isInterrupted = { Process.isInterrupted }
    if let seconds = arguments.number(.maxSeconds) {
      let end = Process.seconds + Double(seconds)
      limits.isTimeOver = { Process.seconds >= end }
    }
  }
}

extension Option {
  static let by = Option(
    "--by", .text("EXPR,..."), "states with the same values of these expressions are one node")
  static let outOfGraph = Option(
    "--out", .text("FILE"), "write to a file; its ending says as what: .dot, .svg (needs Graphviz), .json")
  static let formatOfGraph = Option(
    "--format", .choice(GraphFormat.Kind.allCases.map(\.rawValue)), "what to write (default: dot)")
  static let maxNodes = Option("--max-nodes", .number, "draw at most so many nodes (default: 40)")
  static let maxStatesOfGraph = Option(
    "--max-states", .number, "give up after so many states (default: 50000; status 3)")
}
