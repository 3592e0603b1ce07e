/// Built-in operators whose type depends on the number or the text of their arguments.
extension TypeInferrer {
  func applySpecial(_ builtin: Builtin, _ call: Call) -> Term {
    switch builtin {
    case .and, .or, .actionAll, .actionAny:
      return applyUniform(builtin, call, element: Unifier.boolean, result: Unifier.boolean)
    case .makeSet:
      let element = unifier.makeVariable()
      return applyUniform(builtin, call, element: element, result: unifier.make(.set(element)))
    case .makeList:
      let element = unifier.makeVariable()
      return applyUniform(builtin, call, element: element, result: unifier.make(.list(element)))
    case .makeMap:
      let key = unifier.makeVariable()
      let value = unifier.makeVariable()
      return applyUniform(
        builtin, call, element: unifier.makeTuple([key, value]), result: unifier.make(.map(key, value)))
    case .makeTuple:
      let terms = call.arguments.map { infer($0) }
      return finish(call, terms, unifier.makeTuple(terms))
    case .tuples: return applyTuples(call)
    case .makeRecord: return applyRecord(call)
    case .field: return applyField(call)
    case .with: return applyWith(call)
    case .fieldNames: return applyFieldNames(call)
    case .item: return applyItem(call)
    case .variant: return applyVariant(call)
    case .matchVariant: return applyMatch(call)
    case .debug: return applyDebug(call)
    default:
      // Every other operator has a signature.
      for argument in call.arguments { _ = infer(argument) }
      return Unifier.poison
    }
  }

  /// Notes the type of the operator at this use.
  func finish(_ call: Call, _ parameters: [Term], _ result: Term) -> Term {
    operatorTerms[call.expression.id] = unifier.make(.operation(parameters, result))
    return result
  }

  /// Any number of arguments of one type.
  private func applyUniform(_ builtin: Builtin, _ call: Call, element: Term, result: Term) -> Term {
    for (index, argument) in call.arguments.enumerated() {
      check(argument, Expectation(element, .argument(call, index, builtin, declared: nil)))
    }
    return finish(call, call.arguments.map { _ in element }, result)
  }

  private func applyTuples(_ call: Call) -> Term {
    var elements: [Term] = []
    var sets: [Term] = []
    for (index, argument) in call.arguments.enumerated() {
      let element = unifier.makeVariable()
      let set = unifier.make(.set(element))
      check(argument, Expectation(set, .argument(call, index, .tuples, declared: nil)))
      elements.append(element)
      sets.append(set)
    }
    return finish(call, sets, unifier.make(.set(unifier.makeTuple(elements))))
  }

  private func applyDebug(_ call: Call) -> Term {
    guard call.arguments.count == 1 || call.arguments.count == 2 else {
      return wrongCount(2, of: Reference(target: .builtin(.debug)), call)
    }
    if call.arguments.count == 2 {
      check(
        call.arguments[0], Expectation(Unifier.string, .argument(call, 0, .debug, declared: nil)))
    }
    let value = infer(call.arguments[call.arguments.count - 1])
    return finish(call, call.arguments.count == 2 ? [Unifier.string, value] : [value], value)
  }

  // MARK: Records

  /// The text of an argument that must be a string literal: a label.
  func label(_ argument: SyntaxExpression, _ what: String) -> String? {
    nodeTerms[argument.id] = Unifier.string
    if case .string(let label) = argument.kind { return label }
    report("\(what) must be written as a string literal", at: argument.range)
    _ = infer(argument)
    return nil
  }

  private func applyRecord(_ call: Call) -> Term {
    guard call.arguments.count % 2 == 0 else {
      report(
        "`Rec` takes names and values in turn, found \(count(call.arguments.count, "argument"))",
        at: call.range)
      for argument in call.arguments { _ = infer(argument) }
      return Unifier.poison
    }
    var row = TermRow([])
    var parameters: [Term] = []
    for index in stride(from: 0, to: call.arguments.count, by: 2) {
      let name = label(call.arguments[index], "the name of a field")
      let value = infer(call.arguments[index + 1])
      parameters += [Unifier.string, value]
      guard let name else { continue }
      if row.fields.contains(where: { $0.label == name }) {
        diagnostics.append(
          Diagnostic(
            .duplicateRecordField, "field `\(name)` is given twice", at: call.arguments[index].range))
      } else {
        row.fields.append(TermRow.Field(name, value))
      }
    }
    row.fields = Unifier.sorted(row.fields, .record)
    return finish(call, parameters, unifier.make(.record(row)))
  }

  private func applyField(_ call: Call) -> Term {
    let record = infer(call.arguments[0])
    guard let name = label(call.arguments[1], "the name of a field") else { return Unifier.poison }
    let value = fieldTerm(name, of: record, call.arguments[0], at: call.fieldRange)
    return finish(call, [record, Unifier.string], value)
  }

  /// `with(r, "f", e)`: the field must be there and keeps its type.
  private func applyWith(_ call: Call) -> Term {
    let record = infer(call.arguments[0])
    guard let name = label(call.arguments[1], "the name of a field") else {
      _ = infer(call.arguments[2])
      return record
    }
    let value = fieldTerm(name, of: record, call.arguments[0], at: call.arguments[1].range)
    check(call.arguments[2], Expectation(value, .field(name)))
    return finish(call, [record, Unifier.string, value], record)
  }

  private func applyFieldNames(_ call: Call) -> Term {
    let record = infer(call.arguments[0])
    let row = unifier.make(.record(TermRow([], tail: unifier.makeVariable())))
    if let mismatch = unifier.unify(row, record) {
      report(
        mismatch, expected: Expectation(row, .argument(call, 0, .fieldNames, declared: nil)),
        found: record, at: call.arguments[0].range)
    }
    return finish(call, [record], unifier.make(.set(Unifier.string)))
  }

  /// The type of a field of a record, which grows if it is open.
  private func fieldTerm(
    _ name: String, of record: Term, _ expression: SyntaxExpression, at range: SourceRange
  ) -> Term {
    if case .record(let row) = unifier.shape(record) {
      let flat = unifier.flatten(row, .record)
      if let field = flat.fields.first(where: { $0.label == name }) { return field.term }
      if flat.tail == nil {
        report(
          "record \(text(record)) has no field `\(name)`", at: range,
          hint: NameSuggestion.hint(for: name, among: flat.fields.map(\.label)))
        return Unifier.poison
      }
    }
    let value = unifier.makeVariable()
    let row = TermRow([TermRow.Field(name, value)], tail: unifier.makeVariable())
    if let mismatch = unifier.unify(unifier.make(.record(row)), record) {
      reportSubject(
        expression, pattern: "the pattern takes field `\(name)`, but the value is \(text(record))",
        access: "field `\(name)` of \(text(record)), which is not a record" + detail(mismatch))
      return Unifier.poison
    }
    return value
  }

  /// Reports that an expression has no parts: once for a pattern, whatever it binds.
  private func reportSubject(_ subject: SyntaxExpression, pattern: String, access: String) {
    guard case .name(let name) = subject.kind, name.hasPrefix("$") else {
      return report(access, at: subject.range)
    }
    guard reportedPatterns.insert(name).inserted else { return }
    report(pattern, at: subject.range)
  }

  // MARK: Tuples

  private func applyItem(_ call: Call) -> Term {
    let tuple = infer(call.arguments[0])
    nodeTerms[call.arguments[1].id] = Unifier.integer
    guard case .integer(let digits) = call.arguments[1].kind else {
      report("the position in a tuple must be written as a number", at: call.arguments[1].range)
      _ = infer(call.arguments[1])
      return Unifier.poison
    }
    guard let position = Int(digits), position >= 1, position <= 99 else {
      report("positions in a tuple go from 1 to 99, found \(digits)", at: call.arguments[1].range)
      return Unifier.poison
    }
    let value = entryTerm(position, of: tuple, call)
    return finish(call, [tuple, Unifier.integer], value)
  }

  /// The type of an entry of a tuple, by its position from 1.
  private func entryTerm(_ position: Int, of tuple: Term, _ call: Call) -> Term {
    if case .tuple(let row) = unifier.shape(tuple) {
      let flat = unifier.flatten(row, .tuple)
      if flat.fields.count >= position { return flat.fields[position - 1].term }
      if flat.tail == nil {
        report("tuple \(text(tuple)) has no entry \(position)", at: call.fieldRange)
        return Unifier.poison
      }
    }
    let entries = (0..<position).map { TermRow.Field(String($0), unifier.makeVariable()) }
    let row = TermRow(entries, tail: unifier.makeVariable())
    if let mismatch = unifier.unify(unifier.make(.tuple(row)), tuple) {
      reportSubject(
        call.arguments[0],
        pattern: "the pattern takes entry \(position), but the value is \(text(tuple))",
        access: "entry \(position) of \(text(tuple)), which is not a tuple" + detail(mismatch))
      return Unifier.poison
    }
    return entries[position - 1].term
  }
}

extension Call {
  /// The name or position after the dot, where there is one.
  var fieldRange: SourceRange {
    let range = arguments[1].range
    return range.file == expression.range.file && range.start < range.end ? range : expression.range
  }
}
