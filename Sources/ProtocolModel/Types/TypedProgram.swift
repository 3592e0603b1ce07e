/// What type inference hands on: the resolved program and the type of everything.
public struct TypedProgram: Sendable {
  public var resolved: ResolvedProgram
  /// Type of every expression node, parameter (`SyntaxParameter.id`) and nested
  /// definition. May contain variables that an enclosing scheme generalizes, and
  /// variables that nothing determines (the elements of an empty set that is never used).
  public var types: [NodeID: Type]
  /// Schemes of global and nested definitions, constants, variables and constructors.
  public var schemes: [DefinitionID: TypeScheme]
  /// For each application the type of its operator at this use.
  public var operatorTypes: [NodeID: Type]
  /// For each instance declaration what the free type variables of the prototype
  /// (from types of constants and variables) are in this instance.
  public var instanceSubstitutions: [NodeID: [TypeVariable: Type]]
  /// What free type variables of a module are for those that import it plainly, as far as
  /// there are instances of it with other types too. Everywhere else, `types` has them solved.
  public var plainSubstitution: [TypeVariable: Type]
  /// Greater than every variable's number in this program.
  var nextVariable: Int32

  init(resolved: ResolvedProgram) {
    self.resolved = resolved
    types = [:]
    schemes = [:]
    operatorTypes = [:]
    instanceSubstitutions = [:]
    plainSubstitution = [:]
    nextVariable = 0
  }
}
