/// Sum types: `variant` and `match`.
extension TypeInferrer {
  /// Constructors by label, those of each module in order of declaration.
  func findConstructors() -> [String: [DefinitionID]] {
    var result: [String: [DefinitionID]] = [:]
    for module in program.modules {
      for id in module.definitions {
        guard let definition = program.definitions[id], case .variant(let variant, _) = definition.kind
        else { continue }
        result[variant.name.text, default: []].append(id)
      }
    }
    return result
  }

  /// `variant("A", e)`: the value must fit a declared sum type, the current module's first.
  func applyVariant(_ call: Call) -> Term {
    let name = label(call.arguments[0], "the label of a variant")
    let payload = infer(call.arguments[1])
    guard let name else { return Unifier.poison }
    let candidates = constructorsByLabel[name] ?? []
    let own = candidates.filter { program.definitions[$0]?.module == currentModule }
    for id in own + candidates {
      inferGlobal(id)
      guard let scheme = schemes[id] else { continue }
      let constructor = unifier.instantiate(scheme)
      let (expected, sum): (Term, Term)
      if case .operation(let parameters, let result) = unifier.shape(constructor), parameters.count == 1 {
        (expected, sum) = (parameters[0], result)
      } else {
        (expected, sum) = (Unifier.unit, constructor)
      }
      if unifier.unify(expected, payload) == nil { return finish(call, [Unifier.string, payload], sum) }
    }
    if candidates.isEmpty {
      report("no sum type has the label `\(name)`", at: call.arguments[0].range)
    } else {
      report("no sum type has the label `\(name)` with payload \(text(payload))", at: call.range)
    }
    return Unifier.poison
  }

  /// One arm of a `match`, with its place among the arguments.
  private struct Arm {
    var label: String
    var labelExpression: SyntaxExpression
    var body: SyntaxExpression
  }

  /// `matchVariant(e, "A", x => a, ..., "_", x => z)`.
  func applyMatch(_ call: Call) -> Term {
    guard call.arguments.count >= 3, call.arguments.count % 2 == 1 else {
      report("`match` takes an expression and one arm or more", at: call.range)
      for argument in call.arguments { _ = infer(argument) }
      return Unifier.poison
    }
    let subject = infer(call.arguments[0])
    let arms = readArms(call)
    let hasWildcard = arms.contains { $0.label == "_" }
    let payloads = payloadTerms(of: subject, arms, hasWildcard: hasWildcard, call)
    let result = unifier.makeVariable()
    var parameters = [subject]
    for (index, arm) in arms.enumerated() {
      let payload = arm.label == "_" ? subject : payloads[arm.label] ?? Unifier.poison
      let operation = unifier.make(.operation([payload], result))
      parameters += [Unifier.string, operation]
      let first = index == 0 ? nil : arms[0].labelExpression.range
      check(arm.body, Expectation(operation, .arm(arm.label, first: first)))
    }
    return finish(call, parameters, result)
  }

  private func readArms(_ call: Call) -> [Arm] {
    var arms: [Arm] = []
    var seen: [String: SourceRange] = [:]
    for index in stride(from: 1, to: call.arguments.count, by: 2) {
      let expression = call.arguments[index]
      guard let name = label(expression, "the label of an arm") else { continue }
      if let first = seen[name] {
        report(
          "label `\(name)` has two arms", at: expression.range,
          related: [.init(range: first, message: "the first arm is here")])
      } else if seen["_"] != nil {
        report(
          "the arm `\(name)` is never reached: the wildcard must come last", at: expression.range)
      }
      seen[name] = seen[name] ?? expression.range
      arms.append(Arm(label: name, labelExpression: expression, body: call.arguments[index + 1]))
    }
    return arms
  }

  /// The payload of each label, from the type that is matched. A type that is still
  /// unknown becomes the sum of the labels, open if there is a wildcard.
  private func payloadTerms(
    of subject: Term, _ arms: [Arm], hasWildcard: Bool, _ call: Call
  ) -> [String: Term] {
    let shape = unifier.shape(subject)
    if case .sum(let row, _) = shape {
      let flat = unifier.flatten(row, .sum)
      if flat.tail == nil {
        reportLabels(flat.fields, arms, hasWildcard: hasWildcard, subject, call)
        return Dictionary(
          flat.fields.map { ($0.label, $0.term) }, uniquingKeysWith: { first, _ in first })
      }
    }
    var fields: [TermRow.Field] = []
    for arm in arms where arm.label != "_" && !fields.contains(where: { $0.label == arm.label }) {
      fields.append(TermRow.Field(arm.label, unifier.makeVariable()))
    }
    let payloads = Dictionary(
      fields.map { ($0.label, $0.term) }, uniquingKeysWith: { first, _ in first })
    let sum = unknownSum(fields, hasWildcard: hasWildcard)
    if let mismatch = unifier.unify(sum, subject) {
      report(
        "`match` needs a value of a sum type, found \(text(subject))" + detail(mismatch),
        at: call.arguments[0].range)
    }
    return payloads
  }

  /// The sum type that the arms imply; it gets the name of the declared type with
  /// exactly these labels, if there is one.
  private func unknownSum(_ fields: [TermRow.Field], hasWildcard: Bool) -> Term {
    let sorted = Unifier.sorted(fields, .sum)
    if hasWildcard { return unifier.make(.sum(TermRow(sorted, tail: unifier.makeVariable()), name: nil)) }
    var name: String?
    for id in constructorsByLabel[sorted.first?.label ?? ""] ?? [] where name == nil {
      guard case .variant(_, let type)? = program.definitions[id]?.kind, let template = typeTemplate(type),
        case .sum(let row, _) = unifier.shape(template.term),
        row.fields.map(\.label) == sorted.map(\.label)
      else { continue }
      name = template.name
    }
    return unifier.make(.sum(TermRow(sorted), name: name))
  }

  /// Compares the arms with the labels of the type.
  private func reportLabels(
    _ fields: [TermRow.Field], _ arms: [Arm], hasWildcard: Bool, _ subject: Term, _ call: Call
  ) {
    let known = Set(fields.map(\.label))
    for arm in arms where arm.label != "_" && !known.contains(arm.label) {
      report(
        "\(text(subject)) has no label `\(arm.label)`", at: arm.labelExpression.range,
        hint: NameSuggestion.hint(for: arm.label, among: fields.map(\.label)))
    }
    if hasWildcard { return }
    let covered = Set(arms.map(\.label))
    let missing = fields.map(\.label).filter { !covered.contains($0) }
    guard !missing.isEmpty else { return }
    report(
      "`match` does not cover \(missing.map { "`\($0)`" }.joined(separator: ", ")) of \(text(subject))",
      at: call.arguments[0].range, hint: "add the missing arms, or a last arm `_ => ...`")
  }
}
