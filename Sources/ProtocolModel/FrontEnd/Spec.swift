/// A spec as the user wrote it: read, and checked by all stages before `Machine`.
///
/// `Spec` joins the stages and knows what belongs to none of them: which module
/// is the main one, what the tags in doc comments say, which properties an
/// instance inherits, and which tests there are. `machine(main:_:)` is the way
/// from here to the engines.
///
/// A spec holds syntax trees, whose walks and whose destruction recurse as deep as
/// the text nests: `withSpec` keeps both on a large stack.
public struct Spec: Sendable {
  /// How far to check.
  public enum Stage: Sendable {
    /// Syntax, names and tags.
    case names
    /// Types, effects and modes, too.
    case modes
  }

  /// The path as the user wrote it.
  public let path: String
  /// Without types after an error in names, or if only names were asked for.
  public let program: TypedProgram
  /// Of all files and all stages, sorted by place.
  public let diagnostics: [Diagnostic]
  /// The inferred mode of each definition.
  let modes: [DefinitionID: Mode]
  let tags: SpecTags
  /// True if all stages ran and found no error.
  let isSound: Bool

  public var resolved: ResolvedProgram { program.resolved }
  public var sources: SourceMap { program.resolved.sources }

  /// Reads a spec, hands it to `body`, and releases it, all on a large stack.
  public static func withSpec<Result: Sendable>(
    _ path: String, reader: any SourceReader = DiskSourceReader(), through stage: Stage = .modes,
    _ body: @escaping @Sendable (Spec) -> Result
  ) -> Result {
    runOnLargeStack { body(Spec(path, reader: reader, through: stage)) }
  }

  /// Reads a spec and checks it. A stage runs if those before it found no error;
  /// types and modes do not depend on each other, and both report.
  ///
  /// Recursion is as deep as the syntax: see `withSpec`.
  public init(
    _ path: String, reader: any SourceReader = DiskSourceReader(), through stage: Stage = .modes,
    additions: [SourceAddition] = []
  ) {
    self.path = path
    let loaded = ProgramLoader.load(path, reader: reader, additions: additions)
    let tags = SpecTags(loaded.program)
    var diagnostics = loaded.diagnostics + tags.diagnostics
    self.tags = tags
    if stage == .modes, !loaded.diagnostics.hasErrors {
      let (program, typeDiagnostics) = TypeInference.infer(loaded.program)
      let (modes, modeDiagnostics) = ModeChecker.check(loaded.program)
      diagnostics += typeDiagnostics + modeDiagnostics
      self.program = program
      self.modes = modes
      isSound = !diagnostics.hasErrors
    } else {
      program = TypedProgram(resolved: loaded.program)
      modes = [:]
      isSound = false
    }
    self.diagnostics = diagnostics.sortedByPlace()
  }
}

// MARK: - Modules

extension Spec {
  /// The modules of the file itself, not of those that it imports, in order of declaration.
  public var ownModules: [Int] {
    resolved.modules.indices.filter { resolved.modules[$0].isInMainFile }
      .sorted { resolved.modules[$0].syntax.range.start < resolved.modules[$1].syntax.range.start }
  }

  /// The main module: the one that is named, else the only one of the file, else
  /// the one that is named as the file.
  ///
  /// - Parameter name: what `--main` says.
  public func mainModule(named name: String? = nil) throws(Diagnostic) -> Int {
    let own = ownModules
    if name == nil, own.count == 1 { return own[0] }
    let wanted = name ?? SourcePath.baseName(of: path)
    if let found = resolved.module(named: wanted) { return found }
    let names = own.map { resolved.modules[$0].name }
    let choice = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
    if own.isEmpty {
      throw Diagnostic(.unknownModule, "there is no module in `\(path)`", at: .none)
    }
    if name == nil {
      throw Diagnostic(
        .unknownModule, "`\(path)` has several modules and none is named `\(wanted)`", at: .none,
        hint: "choose one with --main: \(choice)")
    }
    throw Diagnostic(
      .unknownModule, "module `\(wanted)` not found in `\(path)`", at: .none,
      hint: NameSuggestion.hint(for: wanted, among: resolved.modules.map(\.name))
        ?? "its modules are: \(choice)")
  }

  /// True if a module of the file carries `@expect` or `@size`.
  public var hasInstances: Bool { ownModules.contains { tags.expectations[$0] != nil } }

  /// Modules of the file that carry `@expect` or `@size`.
  ///
  /// - Complexity: O(n log n) in the number of modules.
  public var instanceCount: Int { ownModules.count { tags.expectations[$0]?.isInstance == true } }

  /// The names of these modules, in order, without those of sizes that are not wanted.
  public func instanceNames(where isWanted: (Expectations) -> Bool) -> [String] {
    ownModules.compactMap { module in
      guard let expectations = tags.expectations[module], expectations.isInstance, isWanted(expectations)
      else { return nil }
      return resolved.modules[module].name
    }
  }

  /// What the tags of a module say; names of properties are as written.
  public func expectations(ofModule module: Int) -> Expectations? { tags.expectations[module] }
}

// MARK: - Definitions

extension Spec {
  /// The named operator that a reference means, if it means one.
  func definition(of reference: Reference) -> SyntaxDefinition? {
    guard case .global(let id) = reference.target,
      case .definition(let definition)? = resolved.definitions[id]?.kind
    else { return nil }
    return definition
  }

  /// True for a named action, by what it does or by its qualifier.
  func isAction(_ reference: Reference) -> Bool {
    guard let definition = definition(of: reference) else { return false }
    return modes[definition.id] == .action || definition.qualifier == .action || definition.qualifier == .run
  }

  /// True for a named action that can be `init` or `step`.
  func isTransition(_ reference: Reference) -> Bool {
    isAction(reference) && definition(of: reference)?.parameters.isEmpty == true
  }

  /// What a reference means, for messages.
  func kind(of reference: Reference) -> String {
    guard case .global(let id) = reference.target else { return "a built-in operator" }
    switch resolved.definitions[id]?.kind {
    case .definition(let definition): return "declared `\(definition.qualifier.rawValue)`"
    case .variable: return "a variable"
    case .constant: return "a constant"
    case .variant: return "a value"
    case .assume: return "an assumption"
    case .type, nil: return "a type"
    }
  }
}

extension SourcePath {
  /// The last part of a path without `.qnt`.
  static func baseName(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".qnt") ? String(name.dropLast(4)) : name
  }
}
