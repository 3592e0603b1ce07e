/// What name resolution hands on: all modules of all files, and for every use of
/// a name the definition that it means.

/// Identity of a definition: the `NodeID` of what introduces it (declaration,
/// nested definition, parameter, variant of a sum type).
public typealias DefinitionID = NodeID

/// A use of a name: through which instances, to which definition.
public struct Reference: Hashable, Sendable {
  /// The instance declarations that are crossed, from the using module inwards.
  /// Empty for a definition of the module itself, of a plain import, or a local one.
  public var instances: [NodeID]
  public var target: Target

  public enum Target: Hashable, Sendable {
    case builtin(Builtin)
    /// A top-level definition, constant, variable, assumption, type or variant constructor.
    case global(DefinitionID)
    /// A parameter or nested definition.
    case local(DefinitionID)
  }

  public init(instances: [NodeID] = [], target: Target) {
    self.instances = instances
    self.target = target
  }
}

/// A definition that modules can see.
public struct GlobalDefinition: Sendable {
  public var id: DefinitionID
  /// Name inside its module.
  public var name: String
  public var nameRange: SourceRange
  /// Index into `ResolvedProgram.modules`.
  public var module: Int
  public var documentation: [DocumentationLine]
  public var kind: Kind

  public enum Kind: Sendable {
    case constant(SyntaxType)
    case variable(SyntaxType)
    case assume(SyntaxExpression)
    case type(parameters: [Identifier], body: SyntaxType?)
    /// A constructor; `type` is the type definition that has it.
    case variant(SyntaxVariant, type: DefinitionID)
    case definition(SyntaxDefinition)
  }

  public init(
    id: DefinitionID, name: String, nameRange: SourceRange, module: Int,
    documentation: [DocumentationLine], kind: Kind
  ) {
    self.id = id
    self.name = name
    self.nameRange = nameRange
    self.module = module
    self.documentation = documentation
    self.kind = kind
  }
}

/// An instance declaration, resolved.
public struct ResolvedInstance: Sendable {
  /// The declaration's id; what `Reference.instances` speaks of.
  public var id: NodeID
  /// Module that holds the declaration.
  public var module: Int
  /// Module that is instantiated.
  public var prototype: Int
  /// `N` of `as N`; nil for `.*`, whose display name is the prototype's.
  public var rename: String?
  /// For each override the constant and the way to it from the prototype (empty
  /// but for constants that the prototype re-exports), with the value in the scope of `module`.
  public var overrides: [(constant: Reference, name: Identifier, value: SyntaxExpression)]
  public var range: SourceRange
  public var documentation: [DocumentationLine]

  public init(
    id: NodeID, module: Int, prototype: Int, rename: String?,
    overrides: [(constant: Reference, name: Identifier, value: SyntaxExpression)],
    range: SourceRange, documentation: [DocumentationLine]
  ) {
    self.id = id
    self.module = module
    self.prototype = prototype
    self.rename = rename
    self.overrides = overrides
    self.range = range
    self.documentation = documentation
  }
}

/// A module and the names that can be used in it.
public struct ResolvedModule: Sendable {
  public var syntax: SyntaxModule
  /// Every top-level name usable inside (own, imported, of instances), `::` included.
  public var scope: [String: Reference]
  /// The part of `scope` that importers get: own names and exports.
  public var exported: [String: Reference]
  /// Own definitions in order of declaration (types and constructors too).
  public var definitions: [DefinitionID]
  /// Own instance declarations in order.
  public var instances: [NodeID]
  /// True for modules of the file that the command names, false for imported files.
  public var isInMainFile: Bool

  public init(syntax: SyntaxModule, isInMainFile: Bool) {
    self.syntax = syntax
    self.isInMainFile = isInMainFile
    scope = [:]
    exported = [:]
    definitions = []
    instances = []
  }

  public var name: String { syntax.name.text }
}

public struct ResolvedProgram: Sendable {
  public var sources: SourceMap
  /// In an order in which every module comes after the modules that it imports.
  public var modules: [ResolvedModule]
  public var definitions: [DefinitionID: GlobalDefinition]
  public var instances: [NodeID: ResolvedInstance]
  /// Key: id of a name expression, an application (its operator) or a named type.
  public var references: [NodeID: Reference]
  /// Global definitions of all modules, each after those that it uses.
  public var definitionOrder: [DefinitionID]
  /// Ids that are still free, for tools that add expressions (`--invariant`).
  public var nodeIDs: NodeIDs

  public init(sources: SourceMap, nodeIDs: NodeIDs) {
    self.sources = sources
    self.nodeIDs = nodeIDs
    modules = []
    definitions = [:]
    instances = [:]
    references = [:]
    definitionOrder = []
  }

  public func module(named name: String) -> Int? {
    modules.firstIndex { $0.name == name }
  }
}
