import ProtocolModel

/// How the states of a machine are packed, and why some are not.
public struct LayoutReport: Sendable {
  public struct Variable: Sendable {
    public var name: String
    /// Nil when the values have no finite shape: they are numbered as they come.
    public var shape: Shape?
    public var bits: Int
  }

  public var variables: [Variable] = []
  /// States that the layout was made from.
  public var states = 0
  /// True when these are all.
  public var isComplete = false
  /// Of a packed state.
  public var bytes: Int?
  /// Ways to pick, each a transition of the compiled step.
  public var transitions: Int?
  /// Why the step is not compiled.
  public var refusal: String?

  /// Makes the layout from the first states of a search.
  ///
  /// - Parameter limit: states to explore at least.
  public init(of machine: Machine, from limit: Int) {
    var options = SearchOptions()
    options.properties = []
    options.checksDeadlock = true
    options.keepsGoing = true
    let search = BreadthFirstSearch(machine: machine, options: options)
    isComplete = search.run(pausingAt: limit) != nil
    states = search.store.count
    var shapes: [Shape] = []
    for (variable, values) in zip(machine.variables, search.observedValues) {
      let shape = Shape(of: values, type: variable.type)
      let bits = shape.map { StateLayout(shapes: [$0]).variableBits[0] } ?? 0
      variables.append(Variable(name: variable.name, shape: shape, bits: bits))
      if let shape { shapes.append(shape) }
    }
    guard shapes.count == machine.variables.count else {
      refusal = "not every variable has a finite shape"
      return
    }
    let layout = StateLayout(shapes: shapes)
    bytes = layout.byteCount
    do throws(SymbolicRefusal) {
      let questions = try JudgedQuestions(SearchReport(machine: machine, options: SearchOptions()))
      transitions = try SuccessorCode(machine, layout: layout, questions: questions.asked).actions.count
    } catch {
      let place = error.expression.flatMap { machine.location(of: $0) }.map { "\($0): " } ?? ""
      refusal = place + error.reason
    }
  }
}
