/// Runs `Bytecode`: one loop over its instructions.
///
/// The unsafe memory (code, registers, leaves) stays in this file; it is made once and has
/// the sizes that the code was assembled with.
final class BytecodeInterpreter: SuccessorEngine {
  typealias Instruction = Bytecode.Instruction

  private struct Leaf {
    var word: Int
    var shift: UInt64
    var mask: UInt64
    var low: Int
  }

  private let width: Int
  private let lastMask: UInt64
  private let successorLimit: Int
  private let quantityCount: Int
  private let step: UnsafeMutableBufferPointer<Instruction>
  private let judgment: UnsafeMutableBufferPointer<Instruction>
  private let stepJudgment: UnsafeMutableBufferPointer<Instruction>
  private let registers: UnsafeMutableBufferPointer<Int>
  private let leaves: UnsafeMutableBufferPointer<Leaf>
  /// The present row.
  private let row: UnsafeMutablePointer<UInt64>

  init(_ code: SuccessorCode, _ bytecode: Bytecode) {
    func copied<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
      let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
      _ = buffer.initialize(from: elements)
      return buffer
    }
    width = code.layout.width
    lastMask = code.layout.lastWordMask
    successorLimit = code.successorLimit
    quantityCount = code.quantityCount
    step = copied(bytecode.step)
    judgment = copied(bytecode.judgment)
    stepJudgment = copied(bytecode.stepJudgment)
    registers = copied(bytecode.registers)
    leaves = copied(
      code.layout.leaves.map { Leaf(word: $0.word, shift: UInt64($0.shift), mask: $0.mask, low: $0.low) })
    row = .allocate(capacity: width)
    row.initialize(repeating: 0, count: width)
  }

  deinit {
    step.deallocate()
    judgment.deallocate()
    stepJudgment.deallocate()
    registers.deallocate()
    leaves.deallocate()
    row.deallocate()
  }

  private func load(_ state: UnsafePointer<UInt8>) {
    let bytes = UnsafeRawPointer(state)
    for word in 0..<width { row[word] = bytes.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self) }
    row[width &- 1] &= lastMask
  }

  func expand(
    _ states: UnsafePointer<UInt8>, stride: Int, count: Int, into output: UnsafeMutablePointer<UInt64>,
    room: Int, counts: UnsafeMutablePointer<UInt32>, fired: UnsafeMutablePointer<UInt8>
  ) -> Expansion {
    guard let code = step.baseAddress else { return Expansion(states: 0, rows: 0, gaveUp: true) }
    var rows = 0
    for index in 0..<count {
      if rows &+ successorLimit > room { return Expansion(states: index, rows: rows, gaveUp: false) }
      load(states + index &* stride)
      guard let next = run(code, row, output + rows &* width, fired) else {
        return Expansion(states: index, rows: rows, gaveUp: true)
      }
      counts[index] = UInt32(truncatingIfNeeded: next)
      rows &+= next
    }
    return Expansion(states: count, rows: rows, gaveUp: false)
  }

  func judge(
    _ states: UnsafePointer<UInt8>, stride: Int, count: Int, truths: UnsafeMutablePointer<UInt64>,
    quantities: UnsafeMutablePointer<Int>
  ) {
    guard let code = judgment.baseAddress else { return }
    for index in 0..<count {
      load(states + index &* stride)
      truths[index] = judge(code, row, quantities + index &* quantityCount)
    }
  }

  func judgeSteps(
    from state: UnsafePointer<UInt8>, to rows: UnsafePointer<UInt64>, count: Int,
    truths: UnsafeMutablePointer<UInt64>
  ) {
    guard let code = stepJudgment.baseAddress else { return }
    load(state)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 1) { none in
      guard let none = none.baseAddress else { return }
      for index in 0..<count { truths[index] = judge(code, rows + index &* width, none) }
    }
  }

  // MARK: The loops

  /// The number of successors; nil if the code gave up.
  private func run(
    _ code: UnsafePointer<Instruction>, _ row: UnsafePointer<UInt64>, _ output: UnsafeMutablePointer<UInt64>,
    _ fired: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    guard let registers = registers.baseAddress, let leaves = leaves.baseAddress else { return nil }
    var place = 0
    var next = output
    var count = 0
    while true {
      let instruction = code[place]
      place &+= 1
      switch instruction.operation {
      case .jumpUnless:
        if registers[Int(instruction.a)] == 0 { place = Int(instruction.target) }
      case .jumpIf:
        if registers[Int(instruction.a)] != 0 { place = Int(instruction.target) }
      case .equalOrJump:
        let holds = registers[Int(instruction.a)] == registers[Int(instruction.b)]
        registers[Int(instruction.d)] = holds ? 1 : 0
        if !holds { place = Int(instruction.target) }
      case .lessOrJump:
        let holds = registers[Int(instruction.a)] < registers[Int(instruction.b)]
        registers[Int(instruction.d)] = holds ? 1 : 0
        if !holds { place = Int(instruction.target) }
      case .lessOrEqualOrJump:
        let holds = registers[Int(instruction.a)] <= registers[Int(instruction.b)]
        registers[Int(instruction.d)] = holds ? 1 : 0
        if !holds { place = Int(instruction.target) }
      case .jumpIfEqual:
        let holds = registers[Int(instruction.a)] == registers[Int(instruction.b)]
        registers[Int(instruction.d)] = holds ? 1 : 0
        if holds { place = Int(instruction.target) }
      case .jumpIfLess:
        let holds = registers[Int(instruction.a)] < registers[Int(instruction.b)]
        registers[Int(instruction.d)] = holds ? 1 : 0
        if holds { place = Int(instruction.target) }
      case .jumpIfLessOrEqual:
        let holds = registers[Int(instruction.a)] <= registers[Int(instruction.b)]
        registers[Int(instruction.d)] = holds ? 1 : 0
        if holds { place = Int(instruction.target) }
      case .copy:
        for word in 0..<width { next[word] = row[word] }
      case .store:
        let leaf = leaves[Int(instruction.d)]
        let bits = UInt64(bitPattern: Int64(registers[Int(instruction.a)])) & leaf.mask
        next[leaf.word] = (next[leaf.word] & ~(leaf.mask &<< leaf.shift)) | (bits &<< leaf.shift)
      case .emit:
        next += width
        count &+= 1
        fired[Int(instruction.target)] = 1
      case .giveUpIf:
        if registers[Int(instruction.a)] != 0 { return nil }
      case .giveUp: return nil
      case .end, .truth, .quantity: return count
      case .load, .loadNext, .not, .and, .or, .ite, .equal, .less, .lessOrEqual, .add, .subtract, .multiply,
        .quotient, .remainder:
        compute(instruction, registers, leaves, row, row)
      }
    }
  }

  private func judge(
    _ code: UnsafePointer<Instruction>, _ next: UnsafePointer<UInt64>, _ quantities: UnsafeMutablePointer<Int>
  ) -> UInt64 {
    guard let registers = registers.baseAddress, let leaves = leaves.baseAddress else {
      return Expansion.undefined
    }
    var truths: UInt64 = 0
    var place = 0
    while true {
      let instruction = code[place]
      place &+= 1
      switch instruction.operation {
      case .truth:
        if registers[Int(instruction.a)] != 0 { truths |= 1 &<< UInt64(instruction.d) }
      case .quantity: quantities[Int(instruction.d)] = registers[Int(instruction.a)]
      case .giveUpIf:
        if registers[Int(instruction.a)] != 0 { return Expansion.undefined }
      case .giveUp: return Expansion.undefined
      case .end: return truths
      case .jumpUnless, .jumpIf, .equalOrJump, .lessOrJump, .lessOrEqualOrJump, .jumpIfEqual, .jumpIfLess,
        .jumpIfLessOrEqual:
        if jumps(instruction, registers) { place = Int(instruction.target) }
      default: compute(instruction, registers, leaves, row, next)
      }
    }
  }

  /// Whether a conditional jump is taken; what it compares is kept.
  @inline(__always)
  private func jumps(_ instruction: Instruction, _ registers: UnsafeMutablePointer<Int>) -> Bool {
    let (a, b) = (registers[Int(instruction.a)], registers[Int(instruction.b)])
    var holds = a != 0
    switch instruction.operation {
    case .jumpUnless: return !holds
    case .jumpIf: return holds
    case .equalOrJump, .jumpIfEqual: holds = a == b
    case .lessOrJump, .jumpIfLess: holds = a < b
    default: holds = a <= b
    }
    registers[Int(instruction.d)] = holds ? 1 : 0
    switch instruction.operation {
    case .equalOrJump, .lessOrJump, .lessOrEqualOrJump: return !holds
    default: return holds
    }
  }

  @inline(__always)
  private func compute(
    _ instruction: Instruction, _ registers: UnsafeMutablePointer<Int>, _ leaves: UnsafePointer<Leaf>,
    _ row: UnsafePointer<UInt64>, _ next: UnsafePointer<UInt64>
  ) {
    let d = Int(instruction.d)
    switch instruction.operation {
    case .load:
      let leaf = leaves[Int(instruction.a)]
      registers[d] = leaf.low &+ Int(truncatingIfNeeded: (row[leaf.word] &>> leaf.shift) & leaf.mask)
    case .loadNext:
      let leaf = leaves[Int(instruction.a)]
      registers[d] = leaf.low &+ Int(truncatingIfNeeded: (next[leaf.word] &>> leaf.shift) & leaf.mask)
    case .not: registers[d] = 1 &- registers[Int(instruction.a)]
    case .and: registers[d] = registers[Int(instruction.a)] & registers[Int(instruction.b)]
    case .or: registers[d] = registers[Int(instruction.a)] | registers[Int(instruction.b)]
    case .ite:
      registers[d] =
        registers[Int(instruction.a)] != 0 ? registers[Int(instruction.b)] : registers[Int(instruction.c)]
    case .equal: registers[d] = registers[Int(instruction.a)] == registers[Int(instruction.b)] ? 1 : 0
    case .less: registers[d] = registers[Int(instruction.a)] < registers[Int(instruction.b)] ? 1 : 0
    case .lessOrEqual: registers[d] = registers[Int(instruction.a)] <= registers[Int(instruction.b)] ? 1 : 0
    case .add: registers[d] = registers[Int(instruction.a)] &+ registers[Int(instruction.b)]
    case .subtract: registers[d] = registers[Int(instruction.a)] &- registers[Int(instruction.b)]
    case .multiply: registers[d] = registers[Int(instruction.a)] &* registers[Int(instruction.b)]
    case .quotient:
      let divisor = registers[Int(instruction.b)]
      registers[d] = divisor == 0 ? 0 : registers[Int(instruction.a)] / divisor
    case .remainder:
      let divisor = registers[Int(instruction.b)]
      registers[d] = divisor == 0 ? 0 : registers[Int(instruction.a)] % divisor
    default: break
    }
  }
}
