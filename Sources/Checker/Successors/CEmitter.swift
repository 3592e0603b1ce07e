import ProtocolModel

/// Writes `SuccessorCode` as C.
///
/// No text of a spec gets into it: names are numbers, strings were turned into indices
/// when the layout was made. What a comment says is counted, not quoted.
struct CEmitter {
  typealias Term = TermGraph.Term

  /// Changes whenever the interface does: part of what a cached library is named by.
  static let version = 3

  let code: SuccessorCode
  var text = ""
  private var depth = 1
  var isJudgment = false

  init(_ code: SuccessorCode) { self.code = code }

  static func source(for code: SuccessorCode) -> String {
    var emitter = CEmitter(code)
    return emitter.source() + dispatch(.none, [])
  }

  var width: Int { code.layout.width }

  mutating func source() -> String {
    text = """
      /* The step of a machine over packed states: \(width) words of 64 bits,
         \(code.layout.leaves.count) leaves, \(code.actions.count) transitions. */
      typedef unsigned char u8;
      typedef unsigned int u32;
      typedef unsigned long long u64;
      typedef long long i64;

      enum { WIDTH = \(width), MOST = \(code.successorLimit), QUANTITIES = \(code.quantityCount) };

      static inline void load(const u8 *state, u64 *w) {
        __builtin_memcpy(w, state, 8 * WIDTH);
        w[WIDTH - 1] &= \(Self.hex(code.layout.lastWordMask));
      }


      """
    for (number, part) in code.stepParts.enumerated() {
      let linkage = code.stepParts.count == 1 ? "static inline" : "static __attribute__((noinline))"
      text += "\(linkage) u64 *part\(number)(const u64 *w, u64 *o, u8 *fired) {\n"
      isJudgment = false
      emit(part)
      text += "  return o;\n}\n\n"
    }
    text += """
      /* Successors of some states; how many states, given up on the next one as ~number. */
      i64 expand(const u8 *states, u64 stride, u64 count, u64 *out, u64 room, u32 *counts, u8 *fired,
                 u64 *rows) {
        u64 *o = out;
        for (u64 i = 0; i < count; i++) {
          u64 w[WIDTH], *start = o;
          if ((u64)(o - out) / WIDTH + MOST > room) { *rows = (u64)(o - out) / WIDTH; return (i64)i; }
          load(states + i * stride, w);

      """
    for number in code.stepParts.indices {
      text += "    o = part\(number)(w, o, fired);\n"
      text += "    if (!o) { *rows = (u64)(start - out) / WIDTH; return ~(i64)i; }\n"
    }
    text += """
          counts[i] = (u32)((u64)(o - start) / WIDTH);
        }
        *rows = (u64)(o - out) / WIDTH;
        return (i64)count;
      }

      static inline u64 truths_of(const u64 *w, i64 *quantities) {
        u64 truths = 0;

      """
    isJudgment = true
    emit(code.judgment)
    text += """
        return truths;
      }

      void judge(const u8 *states, u64 stride, u64 count, u64 *truths, i64 *quantities) {
        for (u64 i = 0; i < count; i++) {
          u64 w[WIDTH];
          load(states + i * stride, w);
          truths[i] = truths_of(w, quantities + i * QUANTITIES);
        }
      }

      static inline u64 step_truths_of(const u64 *w, const u64 *n) {
        u64 truths = 0;

      """
    emit(code.stepJudgment)
    text += """
        return truths;
      }

      void judge_steps(const u8 *state, const u64 *rows, u64 count, u64 *truths) {
        u64 w[WIDTH];
        load(state, w);
        for (u64 i = 0; i < count; i++) truths[i] = step_truths_of(w, rows + i * WIDTH);
      }

      """
    return text
  }

  static func hex(_ word: UInt64) -> String { "0x\(String(word, radix: 16))ull" }

  private mutating func line(_ content: String) {
    for _ in 0..<min(depth, 12) { text += "  " }
    text += content
    text += "\n"
  }

  mutating func emit(_ operations: [SuccessorCode.Operation]) {
    depth = 1
    let failure = isJudgment ? "return \(Self.hex(Expansion.undefined));" : "return 0;"
    for operation in operations {
      switch operation {
      case .define(let term):
        let type = code.graph.isBoolean(term) ? "int" : "i64"
        line("const \(type) \(name(term)) = \(definition(of: term));")
      case .begin(let term, let value):
        line("if (\(value ? "" : "!")\(name(term))) {")
        depth += 1
      case .end:
        depth -= 1
        line("}")
      case .giveUpIf(let term): line("if (__builtin_expect(\(name(term)), 0)) \(failure)")
      case .giveUp: line(failure)
      case .emit(let transition, let stores): emit(transition, stores)
      case .truth(let number, let term): line("truths |= (u64)\(name(term)) << \(number);")
      case .quantity(let number, let term): line("quantities[\(number)] = \(name(term));")
      }
    }
  }

  private mutating func emit(_ transition: Int, _ stores: [SuccessorCode.LeafStore]) {
    for word in 0..<width {
      var mask: UInt64 = 0
      var parts: [String] = []
      for store in stores {
        let leaf = code.layout.leaves[store.leaf]
        guard leaf.word == word else { continue }
        mask |= leaf.mask << UInt64(leaf.shift)
        if let value = constant(store.term) {
          if value != 0 {
            parts.append(Self.hex((UInt64(bitPattern: Int64(value)) & leaf.mask) << UInt64(leaf.shift)))
          }
        } else {
          parts.append("(u64)\(name(store.term)) << \(leaf.shift)")
        }
      }
      let kept = mask == 0 ? "w[\(word)]" : "(w[\(word)] & \(Self.hex(~mask)))"
      line("o[\(word)] = \(([kept] + parts).joined(separator: " | "));")
    }
    line("o += WIDTH; fired[\(transition)] = 1;")
  }

  func constant(_ term: Term) -> Int? {
    switch code.graph[term] {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  private func name(_ term: Term) -> String {
    if let value = constant(term) { return value < 0 ? "(\(value)ll)" : "\(value)" }
    return "t\(term.index)"
  }

  private func definition(of term: Term) -> String {
    switch code.graph[term] {
    case .boolean, .integer: return name(term)
    case .input(let number, _):
      let leafCount = code.layout.leaves.count
      let leaf = code.layout.leaves[Int(number) % leafCount]
      let row = Int(number) < leafCount ? "w" : "n"
      let bits = "(\(row)[\(leaf.word)] >> \(leaf.shift) & \(Self.hex(leaf.mask)))"
      return leaf.low == 0 ? bits : "\(leaf.low)ll + (i64)\(bits)"
    case .not(let a): return "!\(name(a))"
    case .and(let a, let b): return "\(name(a)) & \(name(b))"
    case .or(let a, let b): return "\(name(a)) | \(name(b))"
    case .ite(let condition, let a, let b): return "\(name(condition)) ? \(name(a)) : \(name(b))"
    case .equal(let a, let b): return "\(name(a)) == \(name(b))"
    case .less(let a, let b): return "\(name(a)) < \(name(b))"
    case .lessOrEqual(let a, let b): return "\(name(a)) <= \(name(b))"
    case .add(let a, let b): return "\(name(a)) + \(name(b))"
    case .subtract(let a, let b): return "\(name(a)) - \(name(b))"
    case .multiply(let a, let b): return "\(name(a)) * \(name(b))"
    // The result does not count where the divisor is 0.
    case .quotient(let a, let b): return "\(name(b)) == 0 ? 0 : \(name(a)) / \(name(b))"
    case .remainder(let a, let b): return "\(name(b)) == 0 ? 0 : \(name(a)) % \(name(b))"
    }
  }
}
