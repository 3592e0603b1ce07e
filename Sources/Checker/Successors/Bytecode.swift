import ProtocolModel

/// `SuccessorCode` as one list of instructions over 64-bit registers.
///
/// A register belongs to a term while the term's scope is open; constants have registers
/// of their own that are filled once. A comparison that only decides a scope is one
/// instruction with its jump.
struct Bytecode: Sendable {
  enum Operation: UInt8 {
    /// `d` gets leaf `a`; of the later state with `loadNext`.
    case load, loadNext
    case not, and, or, ite, equal, less, lessOrEqual, add, subtract, multiply, quotient, remainder
    /// Goes to `target` if register `a` is 0; if it is not.
    case jumpUnless, jumpIf
    /// The comparison, kept in `d`, and the jump if it is false; if it is true.
    case equalOrJump, lessOrJump, lessOrEqualOrJump
    case jumpIfEqual, jumpIfLess, jumpIfLessOrEqual
    case giveUpIf, giveUp
    /// Begins a successor as a copy of the present row.
    case copy
    /// Puts register `a` into leaf `d` of the successor.
    case store
    /// The successor is complete; transition number in `target`.
    case emit
    /// Register `a` is the truth of predicate `d`.
    case truth
    /// Register `a` is quantity `d`.
    case quantity
    case end
  }

  struct Instruction: Sendable {
    var operation: Operation
    var d: UInt16 = 0
    var a: UInt16 = 0
    var b: UInt16 = 0
    var c: UInt16 = 0
    var target: Int32 = 0
  }

  private(set) var step: [Instruction] = []
  private(set) var judgment: [Instruction] = []
  private(set) var stepJudgment: [Instruction] = []
  /// Initial contents of the registers: constants, else 0.
  private(set) var registers: [Int] = []

  /// - Throws: `SymbolicRefusal` when the code needs too many registers.
  init(_ code: SuccessorCode) throws(SymbolicRefusal) {
    var assembler = Assembler(code: code)
    step = try assembler.assemble(code.stepParts)
    judgment = try assembler.assemble([code.judgment])
    stepJudgment = try assembler.assemble([code.stepJudgment])
    registers = assembler.initial
  }
}

private struct Assembler {
  typealias Term = TermGraph.Term
  typealias Instruction = Bytecode.Instruction

  let code: SuccessorCode
  private(set) var initial: [Int] = []
  private var registerOf: [Term: UInt16] = [:]
  private var free: [UInt16] = []
  private var constants: [Term: UInt16] = [:]
  private var result: [Instruction] = []

  init(code: SuccessorCode) { self.code = code }

  mutating func assemble(_ parts: [[SuccessorCode.Operation]]) throws(SymbolicRefusal) -> [Instruction] {
    result = []
    for part in parts { try assemble(part) }
    result.append(Instruction(operation: .end))
    return result
  }

  private mutating func assemble(_ part: [SuccessorCode.Operation]) throws(SymbolicRefusal) {
    // By open scope: the jump over it and the terms that are known in it alone.
    var scopes: [(jump: Int, terms: [Term])] = []
    var terms: [Term] = []
    for operation in part {
      switch operation {
      case .define(let term):
        try define(term)
        terms.append(term)
      case .begin(let term, let value):
        scopes.append((try jump(over: term, unless: value), terms))
        terms = []
      case .end:
        release(terms)
        guard let scope = scopes.popLast() else { continue }
        result[scope.jump].target = Int32(result.count)
        terms = scope.terms
      case .giveUpIf(let term):
        result.append(Instruction(operation: .giveUpIf, a: try register(of: term)))
      case .giveUp: result.append(Instruction(operation: .giveUp))
      case .emit(let transition, let stores):
        result.append(Instruction(operation: .copy))
        for store in stores {
          result.append(
            Instruction(operation: .store, d: UInt16(store.leaf), a: try register(of: store.term)))
        }
        result.append(Instruction(operation: .emit, target: Int32(transition)))
      case .truth(let number, let term):
        result.append(Instruction(operation: .truth, d: UInt16(number), a: try register(of: term)))
      case .quantity(let number, let term):
        result.append(Instruction(operation: .quantity, d: UInt16(number), a: try register(of: term)))
      }
    }
    release(terms)
  }

  private mutating func release(_ terms: [Term]) {
    for term in terms { if let register = registerOf.removeValue(forKey: term) { free.append(register) } }
  }

  private mutating func newRegister(_ value: Int) throws(SymbolicRefusal) -> UInt16 {
    guard initial.count < UInt16.max, code.layout.leaves.count < UInt16.max else {
      throw SymbolicRefusal("too many registers")
    }
    initial.append(value)
    return UInt16(initial.count - 1)
  }

  private mutating func register(of term: Term) throws(SymbolicRefusal) -> UInt16 {
    if let known = registerOf[term] ?? constants[term] { return known }
    let value: Int
    switch code.graph[term] {
    case .boolean(let constant): value = constant ? 1 : 0
    case .integer(let constant): value = constant
    default: throw SymbolicRefusal("a term that is not defined")
    }
    let register = try newRegister(value)
    constants[term] = register
    return register
  }

  /// A conditional jump with the target left open.
  private mutating func jump(over term: Term, unless value: Bool) throws(SymbolicRefusal) -> Int {
    let register = try register(of: term)
    if let last = result.last, last.d == register, let fused = Self.fused(last.operation, jumpsIf: !value) {
      result[result.count - 1].operation = fused
    } else {
      result.append(Instruction(operation: value ? .jumpUnless : .jumpIf, a: register))
    }
    return result.count - 1
  }

  private static func fused(_ comparison: Bytecode.Operation, jumpsIf: Bool) -> Bytecode.Operation? {
    switch comparison {
    case .equal: jumpsIf ? .jumpIfEqual : .equalOrJump
    case .less: jumpsIf ? .jumpIfLess : .lessOrJump
    case .lessOrEqual: jumpsIf ? .jumpIfLessOrEqual : .lessOrEqualOrJump
    default: nil
    }
  }

  private mutating func define(_ term: Term) throws(SymbolicRefusal) {
    let operands = code.graph[term].operands
    var sources: [UInt16] = []
    for operand in operands { sources.append(try register(of: operand)) }
    let d: UInt16
    if let reused = free.popLast() { d = reused } else { d = try newRegister(0) }
    registerOf[term] = d
    var instruction = Instruction(operation: .end, d: d)
    if sources.count > 0 { instruction.a = sources[0] }
    if sources.count > 1 { instruction.b = sources[1] }
    if sources.count > 2 { instruction.c = sources[2] }
    switch code.graph[term] {
    case .boolean, .integer: return
    case .input(let number, _):
      let count = code.layout.leaves.count
      instruction.operation = Int(number) < count ? .load : .loadNext
      instruction.a = UInt16(Int(number) % count)
    case .not: instruction.operation = .not
    case .and: instruction.operation = .and
    case .or: instruction.operation = .or
    case .ite: instruction.operation = .ite
    case .equal: instruction.operation = .equal
    case .less: instruction.operation = .less
    case .lessOrEqual: instruction.operation = .lessOrEqual
    case .add: instruction.operation = .add
    case .subtract: instruction.operation = .subtract
    case .multiply: instruction.operation = .multiply
    case .quotient: instruction.operation = .quotient
    case .remainder: instruction.operation = .remainder
    }
    result.append(instruction)
  }
}
