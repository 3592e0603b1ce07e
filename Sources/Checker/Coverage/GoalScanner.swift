import ProtocolModel

/// Looks through packed states for one that reaches a goal.
///
/// Goals are scanned one after the other, each over a whole chunk of states while it
/// lies in the cache; so a goal that is reached costs nothing any more, and a goal
/// that never is costs one small loop without calls.
///
/// What it finds is a suspicion: the code says so too where something has no value. The
/// evaluator has the last word.
final class GoalScanner {
  private let interpreters: [BytecodeInterpreter?]
  private let truths: UnsafeMutablePointer<UInt64>
  private let quantities: UnsafeMutablePointer<Int>
  var native: NativeLibrary?
  private static let batch = 256

  init(_ goals: GoalCode) throws(SymbolicRefusal) {
    var interpreters: [BytecodeInterpreter?] = []
    for code in goals.codes {
      guard let code else {
        interpreters.append(nil)
        continue
      }
      interpreters.append(BytecodeInterpreter(code, try Bytecode(code)))
    }
    self.interpreters = interpreters
    truths = .allocate(capacity: Self.batch)
    truths.initialize(repeating: 0, count: Self.batch)
    quantities = .allocate(capacity: 1)
    quantities.initialize(to: 0)
  }

  deinit {
    truths.deallocate()
    quantities.deallocate()
  }

  /// The first state from `start` on that seems to reach a goal; nil if none does.
  func firstSuspect(
    of goal: Int, _ states: UnsafePointer<UInt8>, stride: Int, from start: Int, count: Int
  ) -> Int? {
    if let native {
      let found = Int(native.find(UInt64(goal), states, UInt64(stride), UInt64(start), UInt64(count)))
      return found < count ? found : nil
    }
    guard let interpreter = interpreters[goal] else { return nil }
    var first = start
    while first < count {
      let some = min(Self.batch, count - first)
      interpreter.judge(
        states + first * stride, stride: stride, count: some, truths: truths, quantities: quantities)
      for offset in 0..<some where truths[offset] != 0 { return first + offset }
      first += some
    }
    return nil
  }
}

/// The predicates of goals as code over packed states, each for itself.
struct GoalCode: Sendable {
  /// The questions that were still open, by number.
  let numbers: [Int]
  /// For each of them its code; nil where there is none.
  let codes: [SuccessorCode?]

  /// - Parameter shouldStop: asked now and then; once it is true, there is no more code.
  /// - Complexity: O(size of the terms of each goal).
  init(_ ledger: CoverageLedger, _ machine: Machine, layout: StateLayout, shouldStop: @escaping () -> Bool) {
    numbers = ledger.open
    codes = ledger.open.map { number in
      guard let predicate = ledger.questions[number].predicate, !shouldStop() else { return nil }
      return try? SuccessorCode(judging: predicate, of: machine, layout: layout, shouldStop: shouldStop)
    }
  }

  static let none = GoalCode()
  private init() { (numbers, codes) = ([], []) }
}
