/// Reads a file and all files that it imports, directly or not, and resolves names.
///
/// Each file is read once, however many paths lead to it. Files may import each
/// other in a circle as long as their modules do not.
public struct ProgramLoader {
  private let reader: any SourceReader
  private var sources = SourceMap()
  private var nodeIDs = NodeIDs()
  private var modules: [SyntaxModule] = []
  private var diagnostics: [Diagnostic] = []
  /// Each file that was asked for, by the lower-case form of its canonical path.
  private var visited: [String: Visit] = [:]
  private var unreadModules: Set<String> = []

  private struct Visit {
    var canonicalPath: String
    /// As messages show it.
    var path: String
    var wasRead: Bool
  }

  private init(reader: any SourceReader) {
    self.reader = reader
  }

  /// Loads the program of a main file.
  ///
  /// Recursion is as deep as the syntax: call it on a large stack.
  ///
  /// - Parameter additions: declarations that are put at the end of modules.
  public static func load(
    _ path: String, reader: any SourceReader = DiskSourceReader(), additions: [SourceAddition] = []
  ) -> LoadResult {
    var loader = ProgramLoader(reader: reader)
    loader.loadFiles(from: path, additions)
    return loader.resolveNames()
  }

  private mutating func loadFiles(from path: String, _ additions: [SourceAddition]) {
    guard let bytes = visit(path, reader.canonicalPath(path)) else {
      diagnostics.append(Diagnostic(.importFileNotLoaded, "cannot read file `\(path)`", at: .none))
      return
    }
    parse(path, bytes)
    for addition in additions { add(addition) }
    // Parsing appends the modules of imported files.
    var next = 0
    while next < modules.count {
      let module = modules[next]
      next += 1
      for declaration in module.declarations { loadFile(of: declaration) }
    }
  }

  private mutating func parse(_ path: String, _ bytes: [UInt8]) {
    let parsed = Parser.parse(sources.add(path: path, bytes: bytes), nodeIDs: &nodeIDs)
    modules += parsed.modules
    diagnostics += parsed.diagnostics
  }

  /// Appends declarations to a module of the main file; makes the module if there is none.
  private mutating func add(_ addition: SourceAddition) {
    let file = sources.add(path: addition.path, bytes: Array(addition.text.utf8))
    let (input, found) = Parser.parseInput(file, nodeIDs: &nodeIDs)
    diagnostics += found
    var declarations: [SyntaxDeclaration] = []
    if case .declarations(let typed)? = input { declarations = typed }
    if let index = modules.firstIndex(where: { $0.name.text == addition.module }) {
      modules[index].declarations += declarations
    } else {
      let range = SourceRange(file: sources.files[0].id, start: 0, end: 0)
      modules.append(
        SyntaxModule(
          id: nodeIDs.make(), range: range, name: Identifier(addition.module, range), documentation: [],
          declarations: declarations))
    }
  }

  /// Loads the file of an import or instance with `from`.
  private mutating func loadFile(of declaration: SyntaxDeclaration) {
    let module: Identifier
    let reference: Identifier
    switch declaration.kind {
    case .importing(let use):
      guard let path = use.path else { return }
      (module, reference) = (use.module, path)
    case .instance(let use):
      guard let path = use.path else { return }
      (module, reference) = (use.module, path)
    default: return
    }
    guard let importer = sources.file(of: declaration.range) else { return }
    let path = SourcePath.resolve(reference.text, importer: importer.path)
    let canonical = reader.canonicalPath(path)
    if let known = visited[canonical.lowercased()] {
      let differsInCase = known.canonicalPath != canonical
      if differsInCase { reportCase(path, known.path, reference) }
      if differsInCase || !known.wasRead { unreadModules.insert(module.text) }
    } else if let bytes = visit(path, canonical) {
      parse(path, bytes)
    } else {
      unreadModules.insert(module.text)
      diagnostics.append(
        Diagnostic(
          .importFileNotLoaded, "cannot read file `\(path)`", at: reference.range,
          hint: reference.text.hasSuffix(".qnt") ? "leave out `.qnt`" : nil))
    }
  }

  /// Reads a file for the first time; nil if that fails.
  private mutating func visit(_ path: String, _ canonicalPath: String) -> [UInt8]? {
    let bytes = reader.read(path: path)
    visited[canonicalPath.lowercased()] = Visit(
      canonicalPath: canonicalPath, path: path, wasRead: bytes != nil)
    return bytes
  }

  private mutating func reportCase(_ path: String, _ known: String, _ reference: Identifier) {
    diagnostics.append(
      Diagnostic(
        .pathsDifferInCase, "`\(path)` and `\(known)` differ only in case", at: reference.range,
        hint: "write the path in one way"))
  }

  /// Where syntax was skipped, unknown names may be in what was skipped: only
  /// other errors of names are reported then.
  private consuming func resolveNames() -> LoadResult {
    let isIncomplete = diagnostics.contains { $0.id == .general && $0.severity == .error }
    guard let mainFile = sources.files.first else {
      return LoadResult(
        program: ResolvedProgram(sources: sources, nodeIDs: nodeIDs), diagnostics: diagnostics)
    }
    var result = NameResolver.resolve(
      modules, mainFile: mainFile.id, unreadModules: unreadModules, sources: sources, nodeIDs: nodeIDs)
    if isIncomplete {
      result.diagnostics.removeAll { [.unknownName, .unknownModule, .badOverride].contains($0.id) }
    }
    result.diagnostics = (diagnostics + result.diagnostics).sortedByPlace()
    return result
  }
}
