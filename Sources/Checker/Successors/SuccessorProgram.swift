import ProtocolModel

/// The step of a machine over packed states, as straight-line code over 64-bit registers.
///
/// Each transition is a block: its guards in order, each followed by a jump to the next
/// block when it is false, then the words of the next state. A register holds one term of
/// the graph for the whole run, so what a block computes before its first jump is known
/// in all later ones and is not computed again.
///
/// Where an operation has no value, or a value no place in the layout, the program stops
/// with `.giveUp`: the evaluator then says what the state's successors are. So the program
/// never has to be right about errors, only about noticing them.
struct SuccessorProgram {
  enum Operation: UInt8 {
    /// `d = low + bits of word a`: shift in `b`, mask in `c`.
    case load
    case not, and, or, ite, equal, less, lessOrEqual, add, subtract, multiply, quotient, remainder
    /// Goes on at block `c` unless register `a`.
    case jumpUnless
    /// Stops if register `a`.
    case giveUpIf
    case giveUp
    /// Begins a next state as a copy of the present one.
    case copy
    /// Puts register `a` into word `d`: shift in `b`, mask in `c`.
    case store
    /// A next state is complete; transition number in `a`.
    case emit
    /// Ends a predicate: its truth is in register `a`; its number in `b`.
    case judge
    case end
  }

  struct Instruction {
    var operation: Operation
    var d: Int32 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
  }

  /// Code of the step, and of the predicates.
  private(set) var step: [Instruction] = []
  private(set) var predicates: [Instruction] = []
  /// Initial contents of the registers: constants, else 0.
  private(set) var registers: [Int] = []
  /// The lower bound that `load` adds, by leaf register.
  private(set) var lows: [Int] = []
  let layout: StateLayout
  let transitions: [SymbolicTransition]

  private var graph: TermGraph
  private var registerOf: [Int32: Int32] = [:]

  /// Lowers a machine for a layout.
  ///
  /// - Throws: `SymbolicRefusal` when it has no symbolic form, or integers may be large.
  init(
    _ machine: Machine, layout: StateLayout, predicates: [FramedExpression]
  ) throws(SymbolicRefusal) {
    self.layout = layout
    var graph = TermGraph()
    let current = layout.symbolicState(&graph)
    let symbolic = try SymbolicMachine(machine, current: current, graph: graph, predicates: predicates)
    var storage = SymbolicStorage(graph: symbolic.graph)
    var stored: [StateLayout.Stored?] = []
    for transition in symbolic.transitions {
      if transition.guards.last?.condition == .false {
        stored.append(nil)
      } else {
        stored.append(try layout.store(transition.updates, &storage))
      }
    }
    guard storage.graph.isBounded else { throw SymbolicRefusal("integers without a small bound") }
    self.graph = storage.graph
    transitions = symbolic.transitions
    lowerStep(stored)
    lower(symbolic.predicates)
  }

  // MARK: Lowering

  /// Terms whose registers are filled, in the code under construction.
  private struct Block {
    var code: [Instruction] = []
    /// Filled whatever jumps were taken.
    var always: Set<Int32> = []
    /// Filled in this block alone.
    var here: Set<Int32> = []
    var hasJumped = false

    func isFilled(_ term: Int32) -> Bool { always.contains(term) || here.contains(term) }
  }

  private mutating func lowerStep(_ stored: [StateLayout.Stored?]) {
    var block = Block()
    var starts: [Int32] = []
    for (number, transition) in transitions.enumerated() {
      starts.append(Int32(block.code.count))
      block.here.removeAll()
      block.hasJumped = false
      for condition in transition.guards {
        giveUp(if: condition.undefined, &block)
        guard condition.condition != .true else { continue }
        let register = fill(condition.condition, &block)
        block.code.append(Instruction(operation: .jumpUnless, a: register, c: Int32(number + 1)))
        block.hasJumped = true
      }
      guard let stored = stored[number] else { continue }
      giveUp(if: graph.not(stored.fits), &block)
      block.code.append(Instruction(operation: .copy))
      for (leaf, code) in stored.codes.enumerated() { store(code, in: leaf, &block) }
      block.code.append(Instruction(operation: .emit, a: Int32(number)))
    }
    starts.append(Int32(block.code.count))
    block.code.append(Instruction(operation: .end))
    for index in block.code.indices where block.code[index].operation == .jumpUnless {
      block.code[index].c = starts[Int(block.code[index].c)]
    }
    step = block.code
  }

  private mutating func lower(_ guards: [SymbolicTransition.Guard]) {
    var block = Block()
    for (number, predicate) in guards.enumerated() {
      giveUp(if: predicate.undefined, &block)
      let register = fill(predicate.condition, &block)
      block.code.append(Instruction(operation: .judge, a: register, b: Int32(number)))
    }
    block.code.append(Instruction(operation: .end))
    predicates = block.code
  }

  private mutating func giveUp(if condition: TermGraph.Term, _ block: inout Block) {
    if condition == .false { return }
    if condition == .true {
      block.code.append(Instruction(operation: .giveUp))
      return
    }
    let register = fill(condition, &block)
    block.code.append(Instruction(operation: .giveUpIf, a: register))
  }

  private mutating func store(_ code: TermGraph.Term?, in leaf: Int, _ block: inout Block) {
    let place = layout.leaves[leaf]
    var term = code ?? graph.integer(0)
    if graph.isBoolean(term) {
      if case .input(let number, _) = graph[term], number == leaf { return }
    } else if isPresentCode(term, of: leaf) {
      return
    }
    if code == nil { term = graph.integer(0) }
    let register = fill(term, &block)
    block.code.append(
      Instruction(
        operation: .store, d: Int32(place.word), a: register, b: Int32(place.shift),
        c: Int32(truncatingIfNeeded: place.mask)))
  }

  /// True when an integer leaf gets what it holds: its input, less its low bound.
  private func isPresentCode(_ term: TermGraph.Term, of leaf: Int) -> Bool {
    switch graph[term] {
    case .input(let number, _): return number == leaf && layout.leaves[leaf].low == 0
    case .subtract(let input, let low):
      guard case .input(let number, _) = graph[input] else { return false }
      return number == leaf && graph.integerValue(of: low) == layout.leaves[leaf].low
    default: return false
    }
  }

  private mutating func register(of term: Int32) -> Int32 {
    if let known = registerOf[term] { return known }
    let register = Int32(registers.count)
    registerOf[term] = register
    switch graph.nodes[Int(term)] {
    case .boolean(let value): registers.append(value ? 1 : 0)
    case .integer(let value): registers.append(value)
    default: registers.append(0)
    }
    return register
  }

  /// Emits what is needed to have a term in its register.
  private mutating func fill(_ term: TermGraph.Term, _ block: inout Block) -> Int32 {
    var needed: [Int32] = []
    var pending = [term.index]
    var seen: Set<Int32> = []
    while let next = pending.popLast() {
      if block.isFilled(next) || !seen.insert(next).inserted { continue }
      let operands = graph.nodes[Int(next)].operands
      if operands.isEmpty, !graph.nodes[Int(next)].isInput { continue }
      needed.append(next)
      pending += operands
    }
    for index in needed.sorted() {
      block.code.append(instruction(for: index))
      if block.hasJumped { block.here.insert(index) } else { block.always.insert(index) }
    }
    return register(of: term.index)
  }

  private mutating func instruction(for term: Int32) -> Instruction {
    let d = register(of: term)
    func make(_ operation: Operation, _ a: Int32, _ b: Int32 = 0, _ c: Int32 = 0) -> Instruction {
      Instruction(operation: operation, d: d, a: a, b: b, c: c)
    }
    switch graph.nodes[Int(term)] {
    case .boolean, .integer: return make(.end, 0)
    case .input(let leaf, _):
      let place = layout.leaves[Int(leaf)]
      while lows.count < registers.count { lows.append(0) }
      lows[Int(d)] = place.low
      return make(
        .load, Int32(place.word), Int32(place.shift), Int32(truncatingIfNeeded: place.mask))
    case .not(let a): return make(.not, register(of: a.index))
    case .and(let a, let b): return make(.and, register(of: a.index), register(of: b.index))
    case .or(let a, let b): return make(.or, register(of: a.index), register(of: b.index))
    case .ite(let condition, let a, let b):
      return make(.ite, register(of: condition.index), register(of: a.index), register(of: b.index))
    case .equal(let a, let b): return make(.equal, register(of: a.index), register(of: b.index))
    case .less(let a, let b): return make(.less, register(of: a.index), register(of: b.index))
    case .lessOrEqual(let a, let b): return make(.lessOrEqual, register(of: a.index), register(of: b.index))
    case .add(let a, let b): return make(.add, register(of: a.index), register(of: b.index))
    case .subtract(let a, let b): return make(.subtract, register(of: a.index), register(of: b.index))
    case .multiply(let a, let b): return make(.multiply, register(of: a.index), register(of: b.index))
    case .quotient(let a, let b): return make(.quotient, register(of: a.index), register(of: b.index))
    case .remainder(let a, let b): return make(.remainder, register(of: a.index), register(of: b.index))
    }
  }
}

extension TermGraph.Node {
  /// The terms that a node is made of.
  var operands: [Int32] {
    switch self {
    case .boolean, .integer, .input: []
    case .not(let a): [a.index]
    case .and(let a, let b), .or(let a, let b), .equal(let a, let b), .less(let a, let b),
      .lessOrEqual(let a, let b), .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b),
      .quotient(let a, let b), .remainder(let a, let b):
      [a.index, b.index]
    case .ite(let condition, let a, let b): [condition.index, a.index, b.index]
    }
  }

  var isInput: Bool {
    if case .input = self { return true }
    return false
  }
}
