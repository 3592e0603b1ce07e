import ProtocolModel

/// What a behavior must satisfy to violate a property, sorted by how it is searched for.
///
/// The negation of the property is split at its outermost disjunctions into cases, each
/// searched for by itself. Of a case's conjuncts those that only speak of what happens
/// infinitely often, fairness above all, become conditions on the loop of a lasso; the rest
/// goes into an automaton. So the size of the automaton does not depend on the number of
/// fairness assumptions.
struct Obligations {
  /// A condition on loops: some step of it makes the formula true.
  struct Recurrence: Hashable {
    /// Number of a formula of two states.
    var formula: NormalForm.Number
  }

  /// A condition on loops: when some step makes the first formula true, another makes the second one true.
  struct Response: Hashable {
    var cause: NormalForm.Number
    /// Nil where nothing does.
    var effect: NormalForm.Number?
  }

  /// Formulas of whole behaviors.
  var formulas: [NormalForm.Number] = []
  var recurrences: [Recurrence] = []
  var responses: [Response] = []

  /// The cases of a formula; one of them is true of a behavior exactly when the formula is.
  static func cases(
    of number: NormalForm.Number, _ form: inout NormalForm
  ) throws(NormalForm.TooLarge) -> [Obligations] {
    var result: [Obligations] = []
    for conjuncts in try Splitter.split(number, &form) {
      var obligations = Obligations()
      for conjunct in conjuncts { try obligations.add(conjunct, &form) }
      if !result.contains(obligations) { result.append(obligations) }
    }
    return result
  }

  private mutating func add(
    _ number: NormalForm.Number, _ form: inout NormalForm
  ) throws(NormalForm.TooLarge) {
    if let formula = form.recurring(number) {
      recurrences.append(Recurrence(formula: formula))
    } else if let response = try form.response(number) {
      responses.append(response)
    } else {
      formulas.append(number)
    }
  }
}

extension Obligations: Hashable {}

extension NormalForm {
  /// The `p` of `always(eventually(p))` when it is of two states.
  func recurring(_ number: Number) -> Number? {
    guard case .always(let outer) = self[number], case .eventually(let inner) = self[outer], isOfStep[inner]
    else { return nil }
    return inner
  }

  /// The `p` of `eventually(always(p))` when it is of two states.
  func persisting(_ number: Number) -> Number? {
    guard case .eventually(let outer) = self[number], case .always(let inner) = self[outer], isOfStep[inner]
    else { return nil }
    return inner
  }

  /// A disjunction of recurring formulas and at most one that persists, as a condition on loops.
  mutating func response(_ number: Number) throws(TooLarge) -> Obligations.Response? {
    var parts = [number]
    if case .or(let inner) = self[number] { parts = inner }
    var effects: [Number] = []
    var cause: Number?
    for part in parts {
      if let effect = recurring(part) {
        effects.append(effect)
      } else if let formula = persisting(part), cause == nil {
        cause = try negation(of: formula)
      } else {
        return nil
      }
    }
    guard let cause else { return nil }
    return .init(cause: cause, effect: effects.isEmpty ? nil : try disjunction(effects))
  }

  /// The negation of a formula of two states.
  mutating func negation(of number: Number) throws(TooLarge) -> Number {
    switch self[number] {
    case .constant(let value): return try add(.constant(!value))
    case .literal(let atom, let isTrue): return try add(.literal(atom: atom, isTrue: !isTrue))
    case .and(let parts):
      var negated: [Number] = []
      for part in parts { negated.append(try negation(of: part)) }
      return try disjunction(negated)
    case .or(let parts):
      var negated: [Number] = []
      for part in parts { negated.append(try negation(of: part)) }
      return try conjunction(negated)
    case .always, .eventually: preconditionFailure("a formula of two states has no such part")
    }
  }
}

/// Splits a formula at its outermost disjunctions.
private enum Splitter {
  /// More cases are left to the automaton.
  private static let limit = 1_024

  static func split(
    _ number: NormalForm.Number, _ form: inout NormalForm
  ) throws(NormalForm.TooLarge) -> [[NormalForm.Number]] {
    if form.isOfStep[number] { return [[number]] }
    if try form.response(number) != nil { return [[number]] }
    switch form[number] {
    case .or(let parts):
      var cases: [[NormalForm.Number]] = []
      // What stands behind a part is looked at only where that part is false.
      var before: [NormalForm.Number] = []
      for part in parts {
        cases += try split(part, &form).map { before + $0 }
        if cases.count > limit { return [[number]] }
        if form.isOfStep[part] { before.append(try form.negation(of: part)) }
      }
      return cases
    case .and(let parts):
      var cases: [[NormalForm.Number]] = [[]]
      for part in parts {
        var choices = try split(part, &form)
        if cases.count * choices.count > limit { choices = [[part]] }
        cases = cases.flatMap { known in choices.map { known + $0 } }
      }
      return cases
    case .constant, .literal, .always, .eventually: return [[number]]
    }
  }
}
