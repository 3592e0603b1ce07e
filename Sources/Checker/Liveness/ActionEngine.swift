import ProtocolModel

/// Actions of fairness conditions over packed states, by compiled code.
final class ActionEngine {
  private var engine: any SuccessorEngine
  /// Native code that the engine is made of once it is ready.
  private var compilation: NativeCompilation?
  private let layout: StateLayout
  /// By word: the bits whose change counts.
  private let view: [UInt64]
  private let room: Int
  private let rows: UnsafeMutablePointer<UInt64>
  private let counts: UnsafeMutablePointer<UInt32>
  private let fired: UnsafeMutablePointer<UInt8>
  /// Rows that the action leads to from the present state and that change the view.
  private var found = 0

  /// For any of some actions with the same view; nil where one cannot be compiled, or its view is
  /// not made of variables.
  ///
  /// - Parameters:
  ///   - compile: begins to make native code, if that pays.
  ///   - shouldStop: asked now and then; once it is true, there is no code.
  init?(
    _ machine: Machine, _ atoms: [TemporalAtom], _ layout: StateLayout, states: Int = 1,
    compile: ((SuccessorCode) -> NativeCompilation?)? = nil, shouldStop: (() -> Bool)? = nil
  ) {
    var bits: [UInt64]?
    for atom in atoms {
      switch atom.kind {
      case .isEnabled(let view), .isTaken(let view):
        guard
          let variables = machine.variables(ofView: FramedExpression(view, in: atom.expression.function))
        else { return nil }
        let own = layout.bits(of: variables)
        if let bits, bits != own { return nil }
        bits = own
      case .isTrue, .contains, .equals: return nil
      }
    }
    guard let bits, let acting = machine.taking(actionsOf: atoms),
      let code = try? SuccessorCode(acting, layout: layout, questions: .init(), shouldStop: shouldStop),
      let bytecode = try? Bytecode(code)
    else { return nil }
    engine = BytecodeInterpreter(code, bytecode)
    compilation = compile?(code)
    self.layout = layout
    view = bits
    room = max(code.successorLimit + 1, states > 1 ? 4_096 : 0)
    rows = .allocate(capacity: room * layout.width + PackedStore.widthLimit)
    rows.initialize(repeating: 0, count: room * layout.width + PackedStore.widthLimit)
    counts = .allocate(capacity: states)
    counts.initialize(repeating: 0, count: states)
    fired = .allocate(capacity: max(1, code.actions.count))
    fired.initialize(repeating: 0, count: max(1, code.actions.count))
  }

  deinit {
    compilation?.abandon()
    rows.deallocate()
    counts.deallocate()
    fired.deallocate()
  }

  /// Takes the action in a state; false when the code gives up on it.
  func load(_ state: UnsafePointer<UInt8>, _ row: UnsafePointer<UInt64>) -> Bool {
    found = 0
    let done = engine.expand(
      state, stride: layout.byteCount, count: 1, into: rows, room: room, counts: counts, fired: fired)
    if done.gaveUp || done.states == 0 { return false }
    let width = layout.width
    for index in 0..<done.rows {
      var changed: UInt64 = 0
      for word in 0..<width { changed |= (rows[index &* width &+ word] ^ row[word]) & view[word] }
      if changed == 0 { continue }
      if found != index { (rows + found * width).update(from: rows + index * width, count: width) }
      found += 1
    }
    return true
  }

  var isEnabled: Bool { found > 0 }

  /// Whether each of some packed states has a step that changes the view; nil where the code gives up.
  func isEnabled(inAll states: UnsafePointer<UInt8>, count: Int) -> Bool? {
    let (width, byteCount) = (layout.width, layout.byteCount)
    if let library = compilation?.library {
      engine = NativeEngine(library)
      compilation = nil
    }
    var first = 0
    while first < count {
      let start = states + first * byteCount
      let done = engine.expand(
        start, stride: byteCount, count: count - first, into: rows, room: room, counts: counts, fired: fired)
      if done.gaveUp || done.states == 0 { return nil }
      var row = 0
      for offset in 0..<done.states {
        let own = UnsafeRawPointer(start + offset * byteCount)
        var isEnabled = false
        for _ in 0..<Int(counts[offset]) {
          for word in 0..<width where !isEnabled {
            let before = own.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self)
            isEnabled = (rows[row &* width &+ word] ^ before) & view[word] != 0
          }
          row += 1
        }
        if !isEnabled { return false }
      }
      first += done.states
    }
    return true
  }

  /// The rows that the action leads to, after `load`.
  var foundRows: (rows: UnsafePointer<UInt64>, count: Int) { (UnsafePointer(rows), found) }

  func leads(to row: UnsafePointer<UInt64>) -> Bool {
    let width = layout.width
    for index in 0..<found {
      var difference: UInt64 = 0
      for word in 0..<width { difference |= rows[index &* width &+ word] ^ row[word] }
      if difference == 0 { return true }
    }
    return false
  }
}

extension StateLayout {
  /// By word: the bits of some variables.
  func bits(of variables: [VariableID]) -> [UInt64] {
    var result = [UInt64](repeating: 0, count: width)
    var next = 0
    for (index, bits) in variableBits.enumerated() {
      let isWanted = variables.contains { Int($0.index) == index }
      var rest = bits
      while rest > 0, next < leaves.count {
        let leaf = leaves[next]
        if isWanted { result[leaf.word] |= leaf.mask << UInt64(leaf.shift) }
        rest -= leaf.bits
        next += 1
      }
    }
    return result
  }
}
