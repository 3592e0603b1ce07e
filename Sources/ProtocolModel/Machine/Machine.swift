/// The protocol after all modules, instances, constants, type variables and
/// operator arguments are resolved: what every engine reads, and all that it reads.
///
/// A machine is a table of expressions linked by index. It is first-order apart
/// from the lambdas that stand as arguments of built-in operators, monomorphic,
/// and immutable once made. Ids and orders come from the source, never from a
/// dictionary. `MachinePrinter` shows one as text (`dfmi-verify flatten`).
///
/// Locals live in frames: each `Function` (and each of `initial`, `step` and the
/// properties, which are functions without parameters) has a frame of
/// `frameSize` slots, and a `LocalID` is a slot of the frame in which it occurs.
public struct Machine: Sendable {
  /// Name of the main module.
  public var name: String
  public var sources: SourceMap

  public internal(set) var expressions: [Expression] = []
  /// Parallel to `expressions`.
  public internal(set) var types: [Type] = []
  /// Parallel to `expressions`.
  public internal(set) var origins: [Origin] = []
  /// Operands of all applications, one run each; see `Arguments`.
  public internal(set) var operands: [ExpressionID] = []
  public internal(set) var literals: [Value] = []
  public internal(set) var recordShapes: [RecordLayout] = []

  /// In order of declaration, the main module's instances after what they need.
  public internal(set) var variables: [Variable] = []
  public internal(set) var constants: [Constant] = []
  public internal(set) var functions: [Function] = []
  /// Names of the slots of each frame, as written; empty for slots that have none.
  /// `Function.frame` is an index of it.
  public internal(set) var frames: [[String]] = []
  /// Every `nondet` name that can be reached.
  public internal(set) var picks: [Pick] = []
  public internal(set) var assumptions: [Assumption] = []

  /// The functions that make the first state and the next one; nil where the
  /// main module has none (a library, a test module).
  public internal(set) var initial: FunctionID?
  public internal(set) var step: FunctionID?
  /// The normal form of `initial` and of `step`, in the order of the source; empty
  /// where there is none.
  public internal(set) var initialTransitions: [Transition] = []
  public internal(set) var transitions: [Transition] = []
  /// In order of declaration.
  public internal(set) var properties: [Property] = []
  /// What the main module's own tags expect of a run.
  public internal(set) var expectations = Expectations()
  /// Names of types whose values are parties, by `@party`.
  public internal(set) var partyTypes: Set<String> = []

  init(name: String, sources: SourceMap) {
    self.name = name
    self.sources = sources
  }
}

public struct ExpressionID: Hashable, Sendable {
  public let index: Int32
  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}
public struct FunctionID: Hashable, Sendable {
  public let index: Int32
  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}
public struct VariableID: Hashable, Sendable {
  public let index: Int32
  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}
public struct ConstantID: Hashable, Sendable {
  public let index: Int32
  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}
public struct PickID: Hashable, Sendable {
  public let index: Int32
  public init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}
/// A slot of the enclosing function's frame.
public struct LocalID: Hashable, Sendable {
  public let slot: Int32
  init(_ slot: Int) { self.slot = Int32(truncatingIfNeeded: slot) }
}

/// One node. All payloads are plain numbers, so that a walk touches no reference count.
public enum Expression: Hashable, Sendable {
  /// A literal, or a constructor without payload: `machine.literals[n]`.
  case literal(Int32)
  /// A `const`; its value is in `machine.constants`.
  case constant(ConstantID)
  /// A state variable, in the current state.
  case variable(VariableID)
  /// A parameter, lambda parameter or pick: a slot that is filled when it is read.
  case local(LocalID)
  /// A nested definition without parameters: evaluated on first use, at most
  /// once per evaluation of its `letIn`.
  case lazyLocal(LocalID, value: ExpressionID)
  /// A named operator applied to values. Without operands: a `val`, evaluated at
  /// most once per state, or a `pure val`, at most once.
  case call(FunctionID, Arguments)
  /// A built-in operator. Where its signature has an operator, the operand is a `lambda`.
  /// Built-ins with a case of their own below do not occur here.
  case apply(Builtin, Arguments)
  /// An operand of `apply`; parameters are `count` slots from `first`. With
  /// `unpacksTuple` the one argument is a tuple of `count` entries.
  case lambda(first: LocalID, count: Int32, unpacksTuple: Bool, body: ExpressionID)
  /// Opens a scope: the slot becomes unevaluated, then `body` is the result.
  case letIn(LocalID, value: ExpressionID, body: ExpressionID)
  /// `Rec(...)`: operands in source order; `machine.recordShapes[n]` says which field each is.
  case record(Int32, Arguments)
  /// `field(e, "f")`; the name is `machine.literals[n]`.
  case field(ExpressionID, Int32)
  /// `variant("A", e)`; the label is `machine.literals[n]`.
  case variant(Int32, ExpressionID)
  /// `x' = e`
  case assign(VariableID, ExpressionID)
  /// `nondet x = domain.oneOf()` `body`
  case pick(PickID, LocalID, domain: ExpressionID, body: ExpressionID)
  /// A `const` that has no value: reading it is QNT500.
  case missingConstant(Int32)
}

/// A run of `machine.operands`.
public struct Arguments: Hashable, Sendable {
  public let start: Int32
  public let count: Int32
  init(start: Int, count: Int) {
    self.start = Int32(truncatingIfNeeded: start)
    self.count = Int32(truncatingIfNeeded: count)
  }
}

/// Where a node comes from.
public struct Origin: Hashable, Sendable {
  /// The whole expression in the source.
  public var range: SourceRange
  /// The operator's own token, where it has one.
  public var operatorRange: SourceRange
  /// The syntax node that this one is a copy of; copies are merged by it.
  public var node: NodeID
  /// Display prefix of the instance that it was made for; empty for the main module.
  public var instance: String
}

/// The fields of a record literal.
public struct RecordLayout: Sendable {
  public var shape: RecordShape
  /// `positions[k]` is the place in the shape of the k-th operand.
  public var positions: [Int]
}

public struct Variable: Sendable {
  /// Display name, `main::N::x` for variables of instances, as in Quint's traces.
  public var name: String
  public var type: Type
  public var range: SourceRange
}

public struct Constant: Sendable {
  public var name: String
  public var type: Type
  /// Nil while it has no value.
  public var value: FunctionID?
  public var range: SourceRange
}

/// A named operator made first-order and monomorphic.
public struct Function: Sendable {
  public var name: String
  public var qualifier: Qualifier
  /// Slots of the parameters are `firstParameter ..< firstParameter + parameters.count`.
  public var parameters: [Parameter]
  public var firstParameter: LocalID
  public var body: ExpressionID
  /// Slots of a frame; 0 when it shares its caller's.
  public var frameSize: Int32
  /// A nested operator, or one specialized for a lambda that reads the caller's
  /// locals: its slots are part of the caller's frame.
  public var sharesFrame: Bool
  /// Which frame its slots belong to, as an index of `machine.frames`.
  public var frame: Int32 = 0
  public var range: SourceRange
  public var instance: String
  /// Variables read and updated, sorted, what it calls included.
  public var reads: [VariableID] = []
  public var updates: [VariableID] = []
  /// True when evaluating it may need `Evaluator.outcomes`: it updates, picks, has an
  /// `any`, or runs. An `all` of values is their conjunction.
  public var isAction = false
  /// True when its value depends on other states than the current one, or on a behavior.
  public var isTemporal = false
  /// Who takes part in the action, if a tag says it.
  public internal(set) var role: ActionRole?

  public struct Parameter: Sendable {
    public var name: String
    public var type: Type
  }
}

/// Who takes part in an action, as `@party WHO` or `@message FROM -> TO: TEXT` says.
///
/// The texts are templates: a name of a parameter or pick, or a text with `{name}` in it.
public struct ActionRole: Hashable, Sendable {
  /// Who acts, or sends.
  public var actor: String?
  /// Who receives.
  public var partner: String?
  /// What is shown instead of the action.
  public var text: String?

  public init(actor: String? = nil, partner: String? = nil, text: String? = nil) {
    self.actor = actor
    self.partner = partner
    self.text = text
  }
}

/// A `nondet` name.
public struct Pick: Sendable {
  public var name: String
  public var type: Type
  public var range: SourceRange
}

public struct Assumption: Sendable {
  public var name: String
  public var function: FunctionID
  public var range: SourceRange
}

extension Machine {
  public subscript(id: ExpressionID) -> Expression { expressions[Int(id.index)] }
  public subscript(id: FunctionID) -> Function { functions[Int(id.index)] }
  public subscript(id: VariableID) -> Variable { variables[Int(id.index)] }
  public subscript(id: ConstantID) -> Constant { constants[Int(id.index)] }
  public subscript(id: PickID) -> Pick { picks[Int(id.index)] }
  public subscript(arguments: Arguments) -> ArraySlice<ExpressionID> {
    operands[Int(arguments.start)..<Int(arguments.start + arguments.count)]
  }

  public func type(of id: ExpressionID) -> Type { types[Int(id.index)] }
  public func origin(of id: ExpressionID) -> Origin { origins[Int(id.index)] }

  /// The direct subexpressions of a node, in order of evaluation.
  public func children(of id: ExpressionID) -> [ExpressionID] {
    switch self[id] {
    case .literal, .constant, .variable, .local, .lazyLocal, .missingConstant: []
    case .call(_, let arguments), .apply(_, let arguments), .record(_, let arguments):
      Array(self[arguments])
    case .lambda(_, _, _, let body): [body]
    case .letIn(_, let value, let body): [value, body]
    case .field(let value, _), .variant(_, let value), .assign(_, let value): [value]
    case .pick(_, _, let domain, let body): [domain, body]
    }
  }

  /// The definitions written as `action` that a step may take its name from, in order
  /// of declaration: all that `step` calls, itself aside.
  public var stepActions: [FunctionID] {
    guard let step else { return [] }
    var seen = Set<FunctionID>()
    var pending = [self[step].body]
    while let id = pending.popLast() {
      if case .call(let function, _) = self[id], seen.insert(function).inserted {
        pending.append(self[function].body)
      }
      pending.append(contentsOf: children(of: id))
    }
    return seen.filter { self[$0].qualifier == .action }.sorted {
      (self[$0].range.file, self[$0].range.start, $0.index)
        < (self[$1].range.file, self[$1].range.start, $1.index)
    }
  }

  public func variable(named name: String) -> VariableID? {
    variables.firstIndex { $0.name == name }.map(VariableID.init)
  }

  /// The source text of a node on one line, for messages.
  public func text(of id: ExpressionID) -> String {
    let text = sources.text(in: origin(of: id).range)
    return text.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r\n" })
      .joined(separator: " ")
  }

  public func location(of id: ExpressionID) -> String? { sources.location(of: origin(of: id).range) }
}
