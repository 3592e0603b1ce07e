/// How a choice of a run was made, or is to be made in another run.
public enum Choice: Hashable, Sendable {
  /// The entry of an `any`.
  case entry(Int)
  /// A value of a `nondet`, with the positions that stand for it in its set (see
  /// `SetValue.member(at:)`). In another run the value is taken if the set has it, and
  /// what is at the positions otherwise.
  case pick(Value, at: [Integer])
  /// What is at the positions of a `nondet`'s set. In scripts only.
  case member(at: [Integer])
  /// No alternative made the body true.
  case none
}

/// How often an action was looked at in samples.
public struct ActionCount: Hashable, Sendable {
  /// Entered, by way of an `any` or directly.
  public var tried = 0
  /// True, after which the rest of the step may still have been false.
  public var enabled = 0
  /// Part of a step that happened.
  public var fired = 0

  public init() {}

  public static func += (a: inout ActionCount, b: ActionCount) {
    a.tried += b.tried
    a.enabled += b.enabled
    a.fired += b.fired
  }
}

/// How likely the entries of `any` are to be tried first.
public struct EntryWeights: Sendable {
  /// By the first operand of the `any`; one weight for each entry.
  private var byAny: [Int32: [UInt64]] = [:]

  public init() {}

  @inline(__always)
  subscript(any: Int32) -> [UInt64]? { byAny.isEmpty ? nil : byAny[any] }

  /// Weights for entries by the names of their actions; 1 for the others.
  ///
  /// The name of an entry is the first one with a weight among the actions that it calls,
  /// a nested `any` left out: its own entries have their own names.
  ///
  /// - Parameter weights: names as declared, or with the instance as in traces. Sums must
  ///   stay below 2^63.
  /// - Complexity: O(entries of `any` times expressions).
  public init(_ weights: [String: Int], in machine: Machine) {
    guard !weights.isEmpty else { return }
    for expression in machine.expressions {
      guard case .apply(.actionAny, let arguments) = expression else { continue }
      let found = machine[arguments].map { machine.weight(of: $0, weights) }
      guard found.contains(where: { $0 != nil }) else { continue }
      byAny[arguments.start] = found.map { UInt64(max(0, $0 ?? 1)) }
    }
  }
}

extension Machine {
  /// The weight of the first weighted action that an entry calls.
  fileprivate func weight(of entry: ExpressionID, _ weights: [String: Int]) -> Int? {
    var pending = [entry]
    while let id = pending.popLast() {
      switch self[id] {
      case .apply(.actionAny, _): continue
      case .call(let function, _):
        if let weight = weights[self[function].name] { return weight }
        if self[function].isAction { pending.append(self[function].body) }
      default: break
      }
      pending.append(contentsOf: children(of: id).reversed())
    }
    return nil
  }
}
