import ProtocolModel

/// A spec in memory, and what the front end says of it. The text may hold marks.
public struct SpecText {
  public let spec: Spec
  private let source: MarkedSource

  public init(_ main: String, files: [String: String] = [:], path: String = "main.qnt") {
    source = MarkedSource(main)
    var texts = files
    texts[path] = source.text
    spec = Spec(path, reader: MemorySourceReader(texts))
  }

  /// Diagnostics of the spec alone, each as `mark [code] message`.
  public var complaints: [String] { lines(spec.diagnostics) }

  /// Each diagnostic as `mark [code] message`, warnings with the word `warning` before the code.
  public func lines(_ diagnostics: [Diagnostic], sources: SourceMap? = nil) -> [String] {
    diagnostics.map { diagnostic in
      let severity = diagnostic.severity == .warning ? "warning " : ""
      let place = place(of: diagnostic.range, sources ?? spec.sources)
      return "\(place) \(severity)[\(diagnostic.id.code)] \(diagnostic.message)"
    }
  }

  private func place(of range: SourceRange, _ sources: SourceMap) -> String {
    if range.file == 0 {
      let mark = source.marks.keys.sorted().first { source.marks[$0] == Int(range.start) }
      if let mark { return mark }
    }
    return sources.location(of: range) ?? "nowhere"
  }

  /// The machine of a module, by default the main one.
  public func machine(of main: String? = nil, _ options: MachineOptions = MachineOptions()) -> MachineResult {
    do {
      return spec.machine(main: try spec.mainModule(named: main), options)
    } catch {
      return MachineResult(diagnostics: [error], sources: spec.sources)
    }
  }

  /// Diagnostics of a machine, as `complaints`.
  public func complaints(of main: String? = nil, _ options: MachineOptions = MachineOptions()) -> [String] {
    let result = machine(of: main, options)
    return lines(spec.diagnostics + result.diagnostics, sources: result.sources)
  }

  /// Names and kinds of a machine's properties, or its complaints.
  public func properties(of main: String? = nil, _ options: MachineOptions = MachineOptions()) -> [String] {
    guard let machine = machine(of: main, options).machine else { return complaints(of: main, options) }
    return machine.properties.map { "\($0.kind.rawValue) \($0.name)" + ($0.mustBeProved ? " proved" : "") }
  }
}
