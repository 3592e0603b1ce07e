/// The syntax tree of Quint: six kinds of expression, the rest is application.
///
/// Operators, blocks, records, tuples, lists, `if` and `match` are applications
/// of the built-in of the same meaning (`iadd`, `actionAll`, `Rec`, `Tup`, `List`,
/// `ite`, `matchVariant`), so that every later stage has one case for them all.
/// How an application was written stays in `form`, for the printer and for
/// messages.

/// Identity of a node, unique in a program; the key of every side table.
public typealias NodeID = Int32

/// Hands out node ids; one for all files of a program.
public struct NodeIDs: Sendable {
  public private(set) var next: NodeID = 0
  public init() {}
  public mutating func make() -> NodeID {
    next += 1
    return next - 1
  }
}

/// A name as written, `::` included (`N::x`), with its place.
public struct Identifier: Hashable, Sendable {
  public var text: String
  public var range: SourceRange

  public init(_ text: String, _ range: SourceRange) {
    self.text = text
    self.range = range
  }
}

public struct SyntaxExpression: Sendable {
  public var id: NodeID
  public var range: SourceRange
  public var kind: Kind

  public indirect enum Kind: Sendable {
    /// A reference, possibly qualified.
    case name(String)
    /// A literal; `digits` is decimal without underscores, of any size.
    case integer(digits: String)
    case boolean(Bool)
    case string(String)
    /// An operator, built in or not, applied to arguments. `operatorName.range`
    /// is the operator token alone, `range` of the node covers the arguments too.
    case application(operatorName: Identifier, arguments: [SyntaxExpression], form: Form)
    /// `parameters` has one entry or more. `unpacksTuple` tells `((x, y)) => e`:
    /// one parameter that is a tuple, taken apart into `parameters`.
    case lambda(parameters: [SyntaxParameter], body: SyntaxExpression, unpacksTuple: Bool)
    /// A nested definition and the expression that may use it.
    case letIn(SyntaxDefinition, body: SyntaxExpression)
  }

  /// How an application was written.
  public enum Form: Sendable {
    /// `f(a, b)`
    case call
    /// `a.f(b)`
    case dotCall
    /// `a + b`, `-a`, `x' = e`
    case infix
    /// Blocks, literals of records, tuples, lists; `if`; `match`; `e.f`; `l[i]`.
    case special
  }

  public init(id: NodeID, range: SourceRange, kind: Kind) {
    self.id = id
    self.range = range
    self.kind = kind
  }
}

/// A parameter, or a nested name that a pattern binds. `_` binds nothing.
public struct SyntaxParameter: Sendable {
  public var id: NodeID
  public var name: Identifier
  public var type: SyntaxType?

  public init(id: NodeID, name: Identifier, type: SyntaxType? = nil) {
    self.id = id
    self.name = name
    self.type = type
  }

  public var isHole: Bool { name.text == "_" }
}

/// The qualifier of a definition, in Quint's order of modes but for `run`.
public enum Qualifier: String, Sendable, CaseIterable {
  case pureVal = "pure val"
  case val
  case pureDef = "pure def"
  case def
  case nondet
  case action
  case temporal
  case run
}

/// `QUAL name(parameters): annotation = body`, at top level or nested.
///
/// A destructuring definition has been taken apart by the parser: a hidden
/// definition (name starting with `$`) for the value, then one for each name.
public struct SyntaxDefinition: Sendable {
  public var id: NodeID
  public var range: SourceRange
  public var qualifier: Qualifier
  public var name: Identifier
  public var parameters: [SyntaxParameter]
  /// `T` in `name: T = e` and in `name(x, y): (T, U) => R = e`: the type of the
  /// whole definition. With annotated parameters it is built from them and the result.
  public var annotation: SyntaxType?
  /// `nil` for a header without body, which counts as `true`.
  public var body: SyntaxExpression?
  /// Lines of the doc comments before it, without `///`.
  public var documentation: [DocumentationLine]

  public init(
    id: NodeID, range: SourceRange, qualifier: Qualifier, name: Identifier,
    parameters: [SyntaxParameter] = [], annotation: SyntaxType? = nil, body: SyntaxExpression?,
    documentation: [DocumentationLine] = []
  ) {
    self.id = id
    self.range = range
    self.qualifier = qualifier
    self.name = name
    self.parameters = parameters
    self.annotation = annotation
    self.body = body
    self.documentation = documentation
  }
}

/// One `///` line: the text after the slashes (and one blank), and its place.
public struct DocumentationLine: Hashable, Sendable {
  public var text: String
  public var range: SourceRange

  public init(text: String, range: SourceRange) {
    self.text = text
    self.range = range
  }
}

public struct SyntaxType: Sendable {
  public var id: NodeID
  public var range: SourceRange
  public var kind: Kind

  public indirect enum Kind: Sendable {
    case boolean, integer, string
    case variable(String)
    /// A type name with its arguments, none for a plain name.
    case named(String, arguments: [SyntaxType])
    case set(SyntaxType)
    case list(SyntaxType)
    case map(SyntaxType, SyntaxType)
    /// Two entries or more; none for unit `()`.
    case tuple([SyntaxType])
    case record([SyntaxTypeField], tail: Identifier?)
    case sum([SyntaxVariant])
    case operation([SyntaxType], SyntaxType)
  }

  public init(id: NodeID, range: SourceRange, kind: Kind) {
    self.id = id
    self.range = range
    self.kind = kind
  }
}

public struct SyntaxTypeField: Sendable {
  public var name: Identifier
  public var type: SyntaxType

  public init(name: Identifier, type: SyntaxType) {
    self.name = name
    self.type = type
  }
}

/// One label of a sum type; its constructor is the definition `id`.
public struct SyntaxVariant: Sendable {
  public var id: NodeID
  public var name: Identifier
  public var payload: SyntaxType?

  public init(id: NodeID, name: Identifier, payload: SyntaxType?) {
    self.id = id
    self.name = name
    self.payload = payload
  }
}

public struct SyntaxDeclaration: Sendable {
  public var id: NodeID
  public var range: SourceRange
  public var documentation: [DocumentationLine]
  public var kind: Kind

  public enum Kind: Sendable {
    case constant(name: Identifier, type: SyntaxType)
    case variable(name: Identifier, type: SyntaxType)
    /// `name` is `_` for an anonymous one.
    case assume(name: Identifier, body: SyntaxExpression)
    /// `type T`, `type T[a, b] = U`, `type T = A | B(U)`; `body` nil for an uninterpreted one.
    case typeDefinition(name: Identifier, parameters: [Identifier], body: SyntaxType?)
    case definition(SyntaxDefinition)
    case importing(SyntaxImport)
    case instance(SyntaxInstance)
    case exporting(SyntaxExport)
  }

  public init(id: NodeID, range: SourceRange, documentation: [DocumentationLine], kind: Kind) {
    self.id = id
    self.range = range
    self.documentation = documentation
    self.kind = kind
  }
}

/// `import M`, `import M as N`, `import M.x`, `import M.*`, each with `from "path"` or not.
public struct SyntaxImport: Sendable {
  public var module: Identifier
  public var selection: Selection
  /// The path as written, with the range of the string literal.
  public var path: Identifier?

  /// Which names, and under which prefix.
  public enum Selection: Sendable {
    /// `M::x` for each x
    case qualified
    /// `N::x` for each x
    case renamed(Identifier)
    /// `x` for each x
    case all
    /// this one
    case name(Identifier)
  }

  public init(module: Identifier, selection: Selection, path: Identifier?) {
    self.module = module
    self.selection = selection
    self.path = path
  }
}

/// `import M(c = e).*` (`rename` nil) or `import M(c = e) as N`.
public struct SyntaxInstance: Sendable {
  public var module: Identifier
  public var overrides: [Override]
  public var rename: Identifier?
  public var path: Identifier?

  public struct Override: Sendable {
    public var name: Identifier
    public var value: SyntaxExpression

    public init(name: Identifier, value: SyntaxExpression) {
      self.name = name
      self.value = value
    }
  }

  public init(module: Identifier, overrides: [Override], rename: Identifier?, path: Identifier?) {
    self.module = module
    self.overrides = overrides
    self.rename = rename
    self.path = path
  }
}

public struct SyntaxExport: Sendable {
  public var module: Identifier
  public var selection: SyntaxImport.Selection

  public init(module: Identifier, selection: SyntaxImport.Selection) {
    self.module = module
    self.selection = selection
  }
}

public struct SyntaxModule: Sendable {
  public var id: NodeID
  public var range: SourceRange
  public var name: Identifier
  public var documentation: [DocumentationLine]
  public var declarations: [SyntaxDeclaration]

  public init(
    id: NodeID, range: SourceRange, name: Identifier, documentation: [DocumentationLine],
    declarations: [SyntaxDeclaration]
  ) {
    self.id = id
    self.range = range
    self.name = name
    self.documentation = documentation
    self.declarations = declarations
  }
}
