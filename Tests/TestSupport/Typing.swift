import ProtocolModel

/// The declarations as a module `m`.
private func module(_ declarations: String) -> String { "module m {\n\(declarations)\n}" }

/// A text, resolved; with the diagnostics of all stages so far.
public func resolved(_ text: String) -> LoadResult {
  var sources = SourceMap()
  var nodeIDs = NodeIDs()
  let file = sources.add(path: "test", bytes: Array(text.utf8))
  let parsed = Parser.parse(file, nodeIDs: &nodeIDs)
  var result = NameResolver.resolve(parsed.modules, mainFile: file.id, sources: sources, nodeIDs: nodeIDs)
  result.diagnostics = parsed.diagnostics + result.diagnostics
  return result
}

/// Types of all named definitions, `<a; r> T` where polymorphic in `a` and the row `r`.
public func schemes(_ declarations: String, allowErrors: Bool = false) -> [String: String] {
  schemes(modules: module(declarations), allowErrors: allowErrors)
}

public func schemes(modules text: String, allowErrors: Bool = false) -> [String: String] {
  let loaded = resolved(text)
  let (typed, found) = TypeInference.infer(loaded.program)
  let errors = loaded.diagnostics + found
  if !errors.isEmpty, !allowErrors { return ["error": errors.map(\.message).joined(separator: "\n")] }
  var result: [String: String] = [:]
  for (id, definition) in loaded.program.definitions {
    guard let scheme = typed.schemes[id] else { continue }
    var printer = TypePrinter()
    let type = printer.print(scheme.type)
    let variables = scheme.variables.map { printer.print(.variable($0)) }.joined(separator: ", ")
    let rows = scheme.rowVariables.map { printer.print(.variable($0)) }.joined(separator: ", ")
    let quantifier = rows.isEmpty ? variables : "\(variables); \(rows)"
    result[definition.name] = quantifier.isEmpty ? type : "<\(quantifier)> \(type)"
  }
  return result
}

/// Errors of type inference, each with the mark where it is reported.
public func typeErrors(_ declarations: String) -> [String] { typeErrors(modules: module(declarations)) }

public func typeErrors(modules marked: String) -> [String] {
  messages(marked, hints: false) { TypeInference.infer($0).1 }
}

public func typeDiagnostics(_ declarations: String) -> [Diagnostic] {
  let loaded = resolved(module(declarations))
  return loaded.diagnostics + TypeInference.infer(loaded.program).1
}

/// Errors of the mode checker, each with the mark where it is reported.
public func modeErrors(_ declarations: String) -> [String] { modeErrors(modules: module(declarations)) }

public func modeErrors(modules marked: String) -> [String] {
  messages(marked, hints: true) { ModeChecker.check($0).diagnostics }
}

public func modeDiagnostics(_ declarations: String) -> [Diagnostic] {
  let loaded = resolved(module(declarations))
  return loaded.diagnostics + ModeChecker.check(loaded.program).diagnostics
}

/// Inferred modes of the definitions of a module.
public func modes(_ declarations: String) -> [String: Mode] {
  let loaded = resolved(module(declarations))
  let (modes, _) = ModeChecker.check(loaded.program)
  var result: [String: Mode] = [:]
  for (id, definition) in loaded.program.definitions { result[definition.name] = modes[id] }
  return result
}

private func messages(
  _ marked: String, hints: Bool, _ check: (ResolvedProgram) -> [Diagnostic]
) -> [String] {
  let source = MarkedSource(marked)
  let loaded = resolved(source.text)
  return (loaded.diagnostics + check(loaded.program)).map { diagnostic in
    let mark = source.marks.first { $0.value == Int(diagnostic.range.start) }?.key
    let place = mark ?? loaded.program.sources.location(of: diagnostic.range) ?? "nowhere"
    let text = "\(place) [\(diagnostic.id.code)] \(diagnostic.message)"
    guard hints, [.qualifierTooWeak, .oneOfOutsideNondet, .nondetAtTopLevel].contains(diagnostic.id),
      let hint = diagnostic.hint
    else { return text }
    return text + "; " + hint
  }
}
