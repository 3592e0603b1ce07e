import ProtocolModel

/// A machine made of the module `main`, or of the last one; with the diagnostics of all stages.
public struct Flattened {
  public let machine: Machine
  public let diagnostics: [Diagnostic]

  /// - Parameters:
  ///   - initial, step: expressions of the main module; nil takes the definitions
  ///     `init` and `step` where there are any.
  ///   - properties: names of the main module, taken as invariants.
  public init(
    _ text: String, files: [String: String] = [:], initial: String? = nil, step: String? = nil,
    properties: [String] = []
  ) {
    var files = files
    files["main.qnt"] = text
    self.init(
      ProgramLoader.load("main.qnt", reader: MemorySourceReader(files)), main: nil, initial: initial,
      step: step, properties: properties)
  }

  /// A module of a program that was loaded.
  public init(
    _ loaded: LoadResult, main name: String?, initial: String? = nil, step: String? = nil,
    properties: [String] = []
  ) {
    var (program, found) = TypeInference.infer(loaded.program)
    var diagnostics = loaded.diagnostics + found
    let modules = program.resolved.modules
    let main =
      name.flatMap(program.resolved.module(named:)) ?? program.resolved.module(named: "main")
      ?? modules.count - 1
    func expression(_ text: String?, default name: String?) -> SyntaxExpression? {
      if text == nil, name.flatMap({ modules[main].scope[$0] }) == nil { return nil }
      guard let text = text ?? name else { return nil }
      let file = program.resolved.sources.add(path: "command line", bytes: Array(text.utf8))
      var ids = program.resolved.nodeIDs
      let (parsed, complaints) = Parser.parseExpression(file, nodeIDs: &ids)
      program.resolved.nodeIDs = ids
      diagnostics += complaints
      guard let parsed else { return nil }
      diagnostics += NameResolver.resolve(parsed, inModule: main, program: &program.resolved)
      diagnostics += TypeInference.infer(parsed, inModule: main, program: &program).1
      return parsed
    }
    var request = FlattenRequest(main: main)
    request.initial = expression(initial, default: "init")
    request.step = expression(step, default: "step")
    request.properties = properties.compactMap { name in
      expression(name, default: nil).map {
        FlattenRequest.PropertyRequest(name: name, kind: .invariant, expression: $0, range: $0.range)
      }
    }
    let result = Machine.flatten(program, request)
    machine = result.machine
    self.diagnostics = diagnostics + result.diagnostics
  }

  /// The machine as `MachinePrinter` shows it, or the diagnostics.
  public var text: String { complaints ?? MachinePrinter.text(of: machine) }

  /// The same without the transitions.
  public var textWithoutTransitions: String {
    complaints ?? MachinePrinter.textWithoutTransitions(of: machine)
  }

  private var complaints: String? {
    if diagnostics.isEmpty { return nil }
    return diagnostics.map { "[\($0.id.code)] \($0.message)" }.joined(separator: "\n")
  }
}
