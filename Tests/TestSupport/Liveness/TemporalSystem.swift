/// A tiny transition system with named actions, and its text in Quint.
public struct TemporalSystem {
  /// States are numbers below this.
  public var count: Int
  public var initial: [Int]
  /// By action: the pairs of states that it relates.
  public var actions: [[(from: Int, to: Int)]]
  /// By action: the step may take it. Others occur in formulas alone.
  public var isInStep: [Bool]

  /// Steps of a behavior, those that change nothing included: every state may stutter.
  public var edges: [(from: Int, to: Int)] {
    var result: [(from: Int, to: Int)] = []
    for from in 0..<count {
      for to in 0..<count where from == to || takes(from, to) { result.append((from, to)) }
    }
    return result
  }

  private func takes(_ from: Int, _ to: Int) -> Bool {
    zip(actions, isInStep).contains { pairs, isInStep in
      isInStep && pairs.contains { $0 == (from, to) }
    }
  }

  /// At most nine steps, so that all loops can be enumerated.
  public init(seed: UInt64) {
    var random = SplitMix(seed: seed)
    count = 2 + random.below(3)
    initial = [random.below(count)]
    if random.below(4) == 0 { initial.append(random.below(count)) }
    initial = Array(Set(initial)).sorted()
    actions = []
    isInStep = []
    for number in 0..<3 {
      var pairs: [(from: Int, to: Int)] = []
      for _ in 0..<random.below(4) { pairs.append((random.below(count), random.below(count))) }
      actions.append(pairs)
      isInStep.append(number == 0 || random.below(4) > 0)
    }
    while edges.count > 9 {
      actions[actions.indices.max { actions[$0].count < actions[$1].count } ?? 0].removeLast()
    }
  }

  /// The module `m` with a temporal property `p`.
  public func text(property: String) -> String {
    var lines = ["module m {", "  var s: int"]
    lines.append("  action init = { nondet i = Set(\(Self.list(initial))).oneOf() s' = i }")
    for (number, pairs) in actions.enumerated() {
      let entries = pairs.map { "all { s == \($0.from), s' = \($0.to) }" }
      let body = entries.isEmpty ? "all { s < 0, s' = s }" : "any { \(entries.joined(separator: ", ")) }"
      lines.append("  action a\(number) = \(body)")
    }
    let taken = actions.indices.filter { isInStep[$0] }.map { "a\($0)" }
    lines.append("  action step = any { \(taken.joined(separator: ", ")) }")
    lines.append("  /// @temporal")
    lines.append("  temporal p = \(property)")
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// The same as a module `M` of TLA+ with a property `P`.
  public func tlaText(property: String) -> String {
    var lines = ["---- MODULE M ----", "EXTENDS Integers", "VARIABLE s"]
    lines.append("Init == s \\in {\(Self.list(initial))}")
    for (number, pairs) in actions.enumerated() {
      let entries = pairs.map { "(s = \($0.from) /\\ s' = \($0.to))" }
      lines.append(
        "a\(number) == \(entries.isEmpty ? "s < 0 /\\ s' = s" : entries.joined(separator: " \\/ "))")
    }
    let taken = actions.indices.filter { isInStep[$0] }.map { "a\($0)" }
    lines.append("Next == \(taken.joined(separator: " \\/ "))")
    lines.append("Spec == Init /\\ [][Next]_s")
    lines.append("P == \(property)")
    return lines.joined(separator: "\n") + "\n====\n"
  }

  private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
}
