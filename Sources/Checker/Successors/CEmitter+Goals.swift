import ProtocolModel

/// Searches for states that reach goals of coverage.
///
/// A goal that is never reached is asked of every state, so it is asked of four states at once
/// where it is short and its numbers are small: branches that depend on the state cost more there than
/// what they leave out.
extension CEmitter {
  /// A library of goals alone, of those with these indices.
  static func source(for goals: GoalCode, _ wanted: [Int]) -> String? {
    guard let first = wanted.lazy.compactMap({ goals.codes[$0] }).first else { return nil }
    var emitter = CEmitter(first)
    var text =
      emitter.source() + """
        typedef int v4 __attribute__((vector_size(16)));
        typedef u64 q4 __attribute__((vector_size(32)));


        """
    for number in wanted {
      guard let goal = goals.codes[number] else { continue }
      var emitter = CEmitter(goal)
      text += emitter.search(number)
    }
    return text + dispatch(goals, wanted)
  }

  static func dispatch(_ goals: GoalCode, _ wanted: [Int]) -> String {
    var text = """
      i64 find(u64 goal, const u8 *states, u64 stride, u64 i, u64 count) {
        switch (goal) {

      """
    for number in wanted where goals.codes[number] != nil {
      text += "  case \(number): return find\(number)(states, stride, i, count);\n"
    }
    return text + "  default: return (i64)count;\n  }\n}\n"
  }

  /// The first state that a predicate is true of, or undefined for.
  private mutating func search(_ number: Int) -> String {
    text = """
      static inline u64 goal\(number)(const u64 *w) {
        u64 truths = 0;

      """
    isJudgment = true
    emit(code.judgment)
    text += """
        return truths;
      }


      """
    let four = inFours()
    if let four {
      text += """
        static inline v4 four\(number)(\(words { "q4 w\($0)" })) {
          v4 any = {0};
        \(four)  return any;
        }


        """
    }
    text += "static i64 find\(number)(const u8 *states, u64 stride, u64 i, u64 count) {\n"
    if four != nil {
      text += """
          for (; i + 4 <= count; i += 4) {
            u64 a[WIDTH], b[WIDTH], c[WIDTH], d[WIDTH];
            load(states + i * stride, a);
            load(states + (i + 1) * stride, b);
            load(states + (i + 2) * stride, c);
            load(states + (i + 3) * stride, d);
            const v4 any = four\(number)(\(words { "(q4){a[\($0)], b[\($0)], c[\($0)], d[\($0)]}" }));
            if (__builtin_expect(any[0] | any[1] | any[2] | any[3], 0)) break;
          }

        """
    }
    text += """
        for (; i < count; i++) {
          u64 w[WIDTH];
          load(states + i * stride, w);
          if (__builtin_expect(goal\(number)(w) != 0, 0)) break;
        }
        return (i64)i;
      }


      """
    return text
  }

  private func words(_ text: (Int) -> String) -> String { (0..<width).map(text).joined(separator: ", ") }

  /// Terms that a goal may be made of to be asked of four states at once.
  private static let fourLimit = 400

  /// The statements of a goal without branches: truths are 0 or -1, and a scope is a truth that what
  /// is inside depends on. Nil if the goal is long, or needs numbers of more than 32 bits.
  private func inFours() -> String? {
    var lines = ""
    var defined: Set<Term> = []
    var scopes: [String] = []
    var scopeCount = 0
    func found(_ term: String) {
      lines += "  any |= \((scopes.last.map { [$0, term] } ?? [term]).joined(separator: " & "));\n"
    }
    for operation in code.judgment {
      switch operation {
      case .define(let term):
        guard defined.insert(term).inserted else { continue }
        guard defined.count <= Self.fourLimit, let definition = vector(term) else { return nil }
        lines += "  const v4 t\(term.index) = \(definition);\n"
      case .begin(let term, let value):
        let condition = (value ? "" : "~") + vectorName(term)
        let scope = scopes.last.map { "(\($0) & \(condition))" } ?? condition
        let name = "s\(scopeCount)"
        scopeCount += 1
        lines += "  const v4 \(name) = \(scope);\n"
        scopes.append(name)
      case .end: scopes.removeLast()
      case .giveUpIf(let term): found(vectorName(term))
      case .giveUp: found("~(v4){0}")
      case .truth(_, let term): found(vectorName(term))
      case .emit, .quantity: return nil
      }
    }
    return lines
  }

  private func vectorName(_ term: Term) -> String {
    switch code.graph[term] {
    case .boolean(let value): return value ? "~(v4){0}" : "(v4){0}"
    case .integer(let value): return "((v4){0} + (\(value)))"
    default: return "t\(term.index)"
    }
  }

  private func isSmall(_ term: Term) -> Bool {
    let range = code.graph.range(of: term)
    return range.lowerBound > -(1 << 30) && range.upperBound < 1 << 30
  }

  private func vector(_ term: Term) -> String? {
    guard isSmall(term) else { return nil }
    func name(_ term: Term) -> String { vectorName(term) }
    switch code.graph[term] {
    case .boolean, .integer: return name(term)
    case .input(let number, let isBoolean):
      guard Int(number) < code.layout.leaves.count else { return nil }
      let leaf = code.layout.leaves[Int(number)]
      let bits = "__builtin_convertvector(w\(leaf.word) >> \(leaf.shift) & \(Self.hex(leaf.mask)), v4)"
      if isBoolean { return "-\(bits)" }
      return leaf.low == 0 ? bits : "\(bits) + (\(leaf.low))"
    case .not(let a): return "~\(name(a))"
    case .and(let a, let b): return "\(name(a)) & \(name(b))"
    case .or(let a, let b): return "\(name(a)) | \(name(b))"
    case .ite(let condition, let a, let b):
      return "(\(name(condition)) & \(name(a))) | (~\(name(condition)) & \(name(b)))"
    case .equal(let a, let b): return "\(name(a)) == \(name(b))"
    case .less(let a, let b): return "\(name(a)) < \(name(b))"
    case .lessOrEqual(let a, let b): return "\(name(a)) <= \(name(b))"
    case .add(let a, let b): return "\(name(a)) + \(name(b))"
    case .subtract(let a, let b): return "\(name(a)) - \(name(b))"
    case .multiply(let a, let b): return "\(name(a)) * \(name(b))"
    case .quotient(let a, let b):
      guard let divisor = constant(b), divisor != 0 else { return nil }
      return "\(name(a)) / (\(divisor))"
    case .remainder(let a, let b):
      guard let divisor = constant(b), divisor != 0 else { return nil }
      return "\(name(a)) % (\(divisor))"
    }
  }
}
