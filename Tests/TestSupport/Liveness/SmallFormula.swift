/// A temporal formula on the steps of a `TemporalSystem`.
///
/// Quantifiers and fairness are spelled out, by their definitions.
public indirect enum SmallFormula {
  /// `pairs[from][to]`
  case step(pairs: [[Bool]])
  case not(SmallFormula)
  case and([SmallFormula])
  case or([SmallFormula])
  case always(SmallFormula)
  case eventually(SmallFormula)
}

/// A random formula: its meaning, and its text in two languages.
public struct RandomFormula {
  /// In Quint.
  public var text: String
  /// In TLA+; meaningful only of formulas made for TLC.
  public var tla: String
  public var meaning: SmallFormula

  /// - Parameters:
  ///   - depth: nesting of operators, atoms not counted.
  ///   - isForTLC: only what TLC accepts: predicates of states, no `if`, constant sets.
  public init(
    _ system: TemporalSystem, depth: Int, isForTLC: Bool = false, _ random: inout SplitMix
  ) {
    var generator = Generator(system: system, isForTLC: isForTLC, random: random)
    self = generator.property(depth: depth)
    random = generator.random
  }

  /// `p leadsTo q` for predicates of states, under weak fairness of some actions: the question that has a
  /// search of its own.
  public init(leadsToOf system: TemporalSystem, _ random: inout SplitMix) {
    var generator = Generator(system: system, isForTLC: true, random: random)
    self = generator.leadsTo()
    random = generator.random
  }

  fileprivate init(_ text: String, tla: String = "", _ meaning: SmallFormula) {
    self.text = text
    self.tla = tla
    self.meaning = meaning
  }
}

private struct Generator {
  let system: TemporalSystem
  let isForTLC: Bool
  var random: SplitMix
  /// The parameters of the quantifiers around.
  var parameters: [(name: String, value: Int)] = []

  /// Half of them assume fairness.
  mutating func property(depth: Int) -> RandomFormula {
    if random.below(2) == 0 { return formula(depth) }
    var assumptions: [RandomFormula] = []
    for _ in 0..<(1 + random.below(3)) { assumptions.append(fairness()) }
    let goal = formula(max(1, depth - 1))
    return RandomFormula(
      "(\(assumptions.map(\.text).joined(separator: " and "))) implies \(goal.text)",
      tla: "(\(assumptions.map(\.tla).joined(separator: " /\\ "))) => \(goal.tla)",
      .or([.not(.and(assumptions.map(\.meaning))), goal.meaning]))
  }

  mutating func leadsTo() -> RandomFormula {
    var parts: [RandomFormula] = []
    while parts.count < 3 {
      let condition = fairness()
      if condition.text.contains("weakFair") { parts.append(condition) }
    }
    let (cause, effect) = (random.below(system.count), random.below(system.count))
    let (p, q) = (pairs { from, _ in from == cause }, pairs { from, _ in from == effect })
    return RandomFormula(
      "(\(parts.map(\.text).joined(separator: " and "))) implies (s == \(cause) leadsTo s == \(effect))",
      .or([
        .not(.and(parts.map(\.meaning))),
        .always(.or([.not(.step(pairs: p)), .eventually(.step(pairs: q))])),
      ]))
  }

  private mutating func formula(_ depth: Int) -> RandomFormula {
    if depth == 0 { return atom() }
    switch random.below(isForTLC ? 10 : 13) {
    case 0, 1:
      let a = formula(depth - 1)
      return RandomFormula("always(\(a.text))", tla: "[](\(a.tla))", .always(a.meaning))
    case 2, 3:
      let a = formula(depth - 1)
      return RandomFormula("eventually(\(a.text))", tla: "<>(\(a.tla))", .eventually(a.meaning))
    case 4, 5:
      return binary("leadsTo", "~>", depth) { .always(.or([.not($0), .eventually($1)])) }
    case 6:
      let a = formula(depth - 1)
      return RandomFormula("not(\(a.text))", tla: "~(\(a.tla))", .not(a.meaning))
    case 7: return binary("and", "/\\", depth) { .and([$0, $1]) }
    case 8: return binary("or", "\\/", depth) { .or([$0, $1]) }
    case 9:
      return random.below(2) == 0
        ? binary("implies", "=>", depth) { .or([.not($0), $1]) }
        : binary("iff", "<=>", depth) { .or([.and([$0, $1]), .and([.not($0), .not($1)])]) }
    case 10:
      let (c, a, b) = (formula(depth - 1), formula(depth - 1), atom())
      return RandomFormula(
        "(if (\(c.text)) \(a.text) else \(b.text))",
        .or([.and([c.meaning, a.meaning]), .and([.not(c.meaning), b.meaning])]))
    case 11: return quantifier(depth)
    default: return fairness()
    }
  }

  private mutating func binary(
    _ word: String, _ sign: String, _ depth: Int, _ meaning: (SmallFormula, SmallFormula) -> SmallFormula
  ) -> RandomFormula {
    let (a, b) = (formula(depth - 1), formula(depth - 1))
    return RandomFormula(
      "(\(a.text) \(word) \(b.text))", tla: "((\(a.tla)) \(sign) (\(b.tla)))", meaning(a.meaning, b.meaning))
  }

  private mutating func quantifier(_ depth: Int) -> RandomFormula {
    let name = "k\(parameters.count)"
    let isForall = random.below(2) == 0
    // All bodies have the same text: the same random choices are made for each member.
    let start = random
    func body(_ value: Int) -> (RandomFormula, Generator) {
      var inner = self
      inner.random = start
      inner.parameters.append((name, value))
      let result = inner.formula(depth - 1)
      return (result, inner)
    }
    let isConstant = depth % 2 == 0
    let parts = (0..<system.count).map { value -> SmallFormula in
      let meaning = body(value).0.meaning
      let isMember = SmallFormula.step(pairs: pairs { from, _ in isConstant || value <= from })
      return isForall ? .or([.not(isMember), meaning]) : .and([isMember, meaning])
    }
    let (sample, after) = body(0)
    random = after.random
    let set = isConstant ? "0.to(\(system.count - 1))" : "0.to(s)"
    return RandomFormula(
      "\(set).\(isForall ? "forall" : "exists")(\(name) => \(sample.text))",
      isForall ? .and(parts) : .or(parts))
  }

  // MARK: Atoms

  private mutating func atom() -> RandomFormula {
    let value = random.below(system.count)
    switch random.below(isForTLC ? 4 : parameters.isEmpty ? 9 : 12) {
    case 0, 1:
      return RandomFormula(
        "s == \(value)", tla: "s = \(value)", .step(pairs: pairs { from, _ in from == value }))
    case 2:
      return RandomFormula(
        "s >= \(value)", tla: "s >= \(value)", .step(pairs: pairs { from, _ in from >= value }))
    case 3:
      let action = random.below(system.actions.count)
      let enabled = pairs { from, _ in system.actions[action].contains { $0.from == from } }
      return RandomFormula("enabled(a\(action))", tla: "ENABLED a\(action)", .step(pairs: enabled))
    case 4: return RandomFormula("next(s) > s", .step(pairs: pairs { from, to in to > from }))
    case 5: return RandomFormula("next(s) == \(value)", .step(pairs: pairs { _, to in to == value }))
    case 6, 7:
      let action = random.below(system.actions.count)
      let (viewText, view) = view()
      if random.below(2) == 0 {
        return RandomFormula("a\(action).mustChange(\(viewText))", .step(pairs: taken(action, view)))
      }
      return RandomFormula(
        "a\(action).orKeep(\(viewText))",
        .step(pairs: pairs { from, to in view(from) == view(to) || relates(action, from, to) }))
    case 8: return RandomFormula(value == 0 ? "true" : "false", .step(pairs: pairs { _, _ in value == 0 }))
    default:
      let parameter = random.pick(parameters)
      return random.below(2) == 0
        ? RandomFormula(
          "s == \(parameter.name)", .step(pairs: pairs { from, _ in from == parameter.value }))
        : RandomFormula(
          "next(s) <= \(parameter.name)", .step(pairs: pairs { _, to in to <= parameter.value }))
    }
  }

  private mutating func fairness() -> RandomFormula {
    let action = random.below(system.actions.count)
    let (viewText, view) = view()
    let taken = SmallFormula.step(pairs: taken(action, view))
    let enabled = SmallFormula.step(
      pairs: pairs { from, _ in
        system.actions[action].contains { $0.from == from && view($0.to) != view(from) }
      })
    let subscripted = viewText == "s" ? "_s" : viewText == "s / 2" ? "_(s \\div 2)" : "_<<s, s \\div 2>>"
    if random.below(2) == 0 {
      return RandomFormula(
        "a\(action).weakFair(\(viewText))", tla: "WF\(subscripted)(a\(action))",
        .or([.not(.eventually(.always(enabled))), .always(.eventually(taken))]))
    }
    return RandomFormula(
      "a\(action).strongFair(\(viewText))", tla: "SF\(subscripted)(a\(action))",
      .or([.not(.always(.eventually(enabled))), .always(.eventually(taken))]))
  }

  private mutating func view() -> (text: String, value: (Int) -> Int) {
    switch random.below(5) {
    case 0: ("s / 2", { $0 / 2 })
    case 1: ("(s, s / 2)", { $0 })
    default: ("s", { $0 })
    }
  }

  // MARK: Pairs of states

  private func pairs(_ isTrue: (Int, Int) -> Bool) -> [[Bool]] {
    (0..<system.count).map { from in (0..<system.count).map { isTrue(from, $0) } }
  }

  private func relates(_ action: Int, _ from: Int, _ to: Int) -> Bool {
    system.actions[action].contains { $0 == (from, to) }
  }

  private func taken(_ action: Int, _ view: (Int) -> Int) -> [[Bool]] {
    pairs { from, to in view(from) != view(to) && relates(action, from, to) }
  }
}
