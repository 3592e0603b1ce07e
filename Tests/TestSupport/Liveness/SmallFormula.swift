/// A temporal formula on the steps of a `TemporalSystem`, with its text in Quint.
///
/// Quantifiers and fairness are written in the text and spelled out in the meaning, by their
/// definitions.
public indirect enum SmallFormula {
  /// `pairs[from][to]`
  case step(pairs: [[Bool]])
  case not(SmallFormula)
  case and([SmallFormula])
  case or([SmallFormula])
  case always(SmallFormula)
  case eventually(SmallFormula)
}

/// A random formula with its text.
public struct RandomFormula {
  public var text: String
  public var meaning: SmallFormula

  /// - Parameter depth: nesting of operators, atoms not counted.
  public init(_ system: TemporalSystem, depth: Int, _ random: inout SplitMix) {
    var generator = Generator(system: system, random: random)
    self = generator.property(depth: depth)
    random = generator.random
  }

  init(_ text: String, _ meaning: SmallFormula) {
    self.text = text
    self.meaning = meaning
  }
}

extension SmallFormula {
  static func iff(_ a: SmallFormula, _ b: SmallFormula) -> SmallFormula {
    .or([.and([a, b]), .and([.not(a), .not(b)])])
  }
}

private struct Generator {
  let system: TemporalSystem
  var random: SplitMix
  /// The parameters of the quantifiers around.
  var parameters: [(name: String, value: Int)] = []

  /// Half of them assume fairness.
  mutating func property(depth: Int) -> RandomFormula {
    if random.below(2) == 0 { return formula(depth) }
    var assumptions: [RandomFormula] = []
    for _ in 0..<(1 + random.below(3)) { assumptions.append(fairness()) }
    let goal = formula(max(1, depth - 1))
    let text = assumptions.map(\.text).joined(separator: " and ")
    return RandomFormula(
      "(\(text)) implies \(goal.text)",
      .or([.not(.and(assumptions.map(\.meaning))), goal.meaning]))
  }

  private mutating func formula(_ depth: Int) -> RandomFormula {
    if depth == 0 { return atom() }
    switch random.below(13) {
    case 0, 1:
      let inner = formula(depth - 1)
      return RandomFormula("always(\(inner.text))", .always(inner.meaning))
    case 2, 3:
      let inner = formula(depth - 1)
      return RandomFormula("eventually(\(inner.text))", .eventually(inner.meaning))
    case 4, 5:
      let (a, b) = (formula(depth - 1), formula(depth - 1))
      return RandomFormula(
        "(\(a.text) leadsTo \(b.text))", .always(.or([.not(a.meaning), .eventually(b.meaning)])))
    case 6:
      let inner = formula(depth - 1)
      return RandomFormula("not(\(inner.text))", .not(inner.meaning))
    case 7:
      let (a, b) = (formula(depth - 1), formula(depth - 1))
      return RandomFormula("(\(a.text) and \(b.text))", .and([a.meaning, b.meaning]))
    case 8:
      let (a, b) = (formula(depth - 1), formula(depth - 1))
      return RandomFormula("(\(a.text) or \(b.text))", .or([a.meaning, b.meaning]))
    case 9:
      let (a, b) = (formula(depth - 1), formula(depth - 1))
      return random.below(2) == 0
        ? RandomFormula("(\(a.text) implies \(b.text))", .or([.not(a.meaning), b.meaning]))
        : RandomFormula("(\(a.text) iff \(b.text))", .iff(a.meaning, b.meaning))
    case 10:
      let (c, a, b) = (formula(depth - 1), formula(depth - 1), atom())
      return RandomFormula(
        "(if (\(c.text)) \(a.text) else \(b.text))",
        .or([.and([c.meaning, a.meaning]), .and([.not(c.meaning), b.meaning])]))
    case 11: return quantifier(depth)
    default: return fairness()
    }
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
    let values = Array(0..<system.count)
    let parts = values.map { value -> SmallFormula in
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

  private mutating func atom() -> RandomFormula {
    let value = random.below(system.count)
    switch random.below(parameters.isEmpty ? 9 : 12) {
    case 0, 1: return RandomFormula("s == \(value)", .step(pairs: pairs { from, _ in from == value }))
    case 2: return RandomFormula("s >= \(value)", .step(pairs: pairs { from, _ in from >= value }))
    case 3: return RandomFormula("next(s) == \(value)", .step(pairs: pairs { _, to in to == value }))
    case 4: return RandomFormula("next(s) > s", .step(pairs: pairs { from, to in to > from }))
    case 5:
      let action = random.below(system.actions.count)
      return RandomFormula(
        "enabled(a\(action))",
        .step(pairs: pairs { from, _ in system.actions[action].contains { $0.from == from } }))
    case 6, 7:
      let action = random.below(system.actions.count)
      let (viewText, view) = view()
      if random.below(2) == 0 {
        return RandomFormula("a\(action).mustChange(\(viewText))", .step(pairs: taken(action, view)))
      }
      return RandomFormula(
        "a\(action).orKeep(\(viewText))",
        .step(pairs: pairs { from, to in view(from) == view(to) || self.relates(action, from, to) }))
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
    if random.below(2) == 0 {
      return RandomFormula(
        "a\(action).weakFair(\(viewText))",
        .or([.not(.eventually(.always(enabled))), .always(.eventually(taken))]))
    }
    return RandomFormula(
      "a\(action).strongFair(\(viewText))",
      .or([.not(.always(.eventually(enabled))), .always(.eventually(taken))]))
  }

  private mutating func view() -> (text: String, value: (Int) -> Int) {
    switch random.below(5) {
    case 0: ("s / 2", { $0 / 2 })
    case 1: ("(s, s / 2)", { $0 })
    default: ("s", { $0 })
    }
  }

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
