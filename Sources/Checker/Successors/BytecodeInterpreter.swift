import ProtocolModel

/// Runs a `SuccessorProgram`: one loop over its instructions.
///
/// The unsafe memory (code, registers, rows) stays in this file; it is made once and has
/// the sizes that the program was lowered with. For one thread.
final class BytecodeInterpreter {
  typealias Instruction = SuccessorProgram.Instruction

  let width: Int
  private let step: UnsafeMutableBufferPointer<Instruction>
  private let predicates: UnsafeMutableBufferPointer<Instruction>
  private let registers: UnsafeMutablePointer<Int>
  private let lows: UnsafeMutablePointer<Int>
  private let registerCount: Int
  private let next: UnsafeMutablePointer<UInt32>

  init(_ program: SuccessorProgram) {
    width = program.layout.width
    step = .allocate(capacity: program.step.count)
    _ = step.initialize(from: program.step)
    predicates = .allocate(capacity: program.predicates.count)
    _ = predicates.initialize(from: program.predicates)
    registerCount = max(1, program.registers.count, program.layout.width)
    registers = .allocate(capacity: registerCount)
    registers.initialize(repeating: 0, count: registerCount)
    lows = .allocate(capacity: registerCount)
    lows.initialize(repeating: 0, count: registerCount)
    for (index, value) in program.registers.enumerated() { registers[index] = value }
    for (index, value) in program.lows.enumerated() { lows[index] = value }
    next = .allocate(capacity: max(1, width))
    next.initialize(repeating: 0, count: max(1, width))
  }

  deinit {
    step.deallocate()
    predicates.deallocate()
    registers.deallocate()
    lows.deallocate()
    next.deallocate()
  }

  /// Calls `body` for each successor with its row and the number of its transition.
  ///
  /// - Returns: false if the program gave up; then what `body` was told is not complete.
  func forEachSuccessor(
    of row: UnsafePointer<UInt32>, _ body: (UnsafeBufferPointer<UInt32>, Int) -> Void
  ) -> Bool {
    guard let code = step.baseAddress else { return true }
    var place = 0
    while true {
      let instruction = code[place]
      place &+= 1
      switch instruction.operation {
      case .jumpUnless:
        if registers[Int(instruction.a)] == 0 { place = Int(instruction.c) }
      case .copy:
        next.update(from: row, count: width)
      case .store:
        let word = Int(instruction.d)
        let mask = UInt32(bitPattern: instruction.c)
        let shift = UInt32(bitPattern: instruction.b)
        let bits = UInt32(truncatingIfNeeded: registers[Int(instruction.a)]) & mask
        next[word] = (next[word] & ~(mask &<< shift)) | (bits &<< shift)
      case .emit:
        body(UnsafeBufferPointer(start: next, count: width), Int(instruction.a))
      case .giveUpIf:
        if registers[Int(instruction.a)] != 0 { return false }
      case .giveUp: return false
      case .end, .judge: return true
      default: compute(instruction, row)
      }
    }
  }

  /// The number of the first predicate that is false in a state; `nil` if all hold.
  ///
  /// - Throws: `GivenUp` when the program cannot tell.
  func firstFalsePredicate(in row: UnsafePointer<UInt32>) throws(GivenUp) -> Int? {
    guard let code = predicates.baseAddress else { return nil }
    var place = 0
    while true {
      let instruction = code[place]
      place &+= 1
      switch instruction.operation {
      case .judge:
        if registers[Int(instruction.a)] == 0 { return Int(instruction.b) }
      case .giveUpIf:
        if registers[Int(instruction.a)] != 0 { throw GivenUp() }
      case .giveUp: throw GivenUp()
      case .end: return nil
      default: compute(instruction, row)
      }
    }
  }

  struct GivenUp: Error {}

  @inline(__always)
  private func compute(_ instruction: Instruction, _ row: UnsafePointer<UInt32>) {
    let a = registers[Int(instruction.a)]
    let d = Int(instruction.d)
    switch instruction.operation {
    case .load:
      let bits =
        (row[Int(instruction.a)] &>> UInt32(bitPattern: instruction.b)) & UInt32(bitPattern: instruction.c)
      registers[d] = lows[d] &+ Int(bits)
    case .not: registers[d] = 1 &- a
    case .and: registers[d] = a & registers[Int(instruction.b)]
    case .or: registers[d] = a | registers[Int(instruction.b)]
    case .ite: registers[d] = a != 0 ? registers[Int(instruction.b)] : registers[Int(instruction.c)]
    case .equal: registers[d] = a == registers[Int(instruction.b)] ? 1 : 0
    case .less: registers[d] = a < registers[Int(instruction.b)] ? 1 : 0
    case .lessOrEqual: registers[d] = a <= registers[Int(instruction.b)] ? 1 : 0
    case .add: registers[d] = a &+ registers[Int(instruction.b)]
    case .subtract: registers[d] = a &- registers[Int(instruction.b)]
    case .multiply: registers[d] = a &* registers[Int(instruction.b)]
    case .quotient:
      let b = registers[Int(instruction.b)]
      registers[d] = b == 0 ? 0 : a / b
    case .remainder:
      let b = registers[Int(instruction.b)]
      registers[d] = b == 0 ? 0 : a % b
    case .jumpUnless, .giveUpIf, .giveUp, .copy, .store, .emit, .judge, .end: break
    }
  }
}
