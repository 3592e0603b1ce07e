/// Effects of built-in operators.
extension EffectInterpreter {
  func apply(_ builtin: Builtin, _ arguments: [Argument], at range: SourceRange) -> Footprint {
    if case .exactly(let number) = builtin.arity, number != arguments.count {
      return data(arguments, builtin.display)
    }
    switch builtin {
    case .assign:
      report(Diagnostic(.general, "`assign` can only be written as x' = e or assign(x, e)", at: range))
      return .pure
    case .actionAll, .and, .or, .iff, .implies: return both(arguments, builtin)
    case .actionAny, .then: return branches(arguments.map { ($0.range, footprint(of: $0.effect)) }, builtin)
    case .ite:
      var result = data([arguments[0]], "the condition of `if`")
      result.merge(branches(arguments.dropFirst().map { ($0.range, footprint(of: $0.effect)) }, builtin))
      return result
    case .matchVariant: return match(arguments)
    case .exists, .forall, .filter, .map, .mapBy, .select:
      return withOperator(builtin, arguments, range) { [$0[0]] }
    case .setBy: return withOperator(builtin, arguments, range) { [$0[0]] }
    case .fold, .foldl: return withOperator(builtin, arguments, range) { [$0[1].joined($0[0]), $0[0]] }
    case .foldr: return withOperator(builtin, arguments, range) { [$0[0], $0[1].joined($0[0])] }
    case .reps: return reps(arguments, range)
    case .expect:
      var result = footprint(of: arguments[0].effect)
      result.merge(data([arguments[1]], "the condition of `expect`"))
      return result
    case .fail: return footprint(of: arguments[0].effect)
    case .always, .eventually, .leadsTo: return data(arguments, builtin.display).asTemporal
    case .next:
      noTemporal(arguments[0], "the argument of `next`")
      return data(arguments, builtin.display).asTemporal
    case .orKeep, .mustChange, .weakFair, .strongFair:
      var result = footprint(of: arguments[0].effect)
      result.merge(data([arguments[1]], "the expression of \(builtin.display)"))
      return result.asTemporal
    case .enabled:
      var result = footprint(of: arguments[0].effect).withoutUpdates
      result.temporal = [:]
      return result
    case .test, .testOnce:
      var result = Footprint.pure
      for argument in arguments { result.merge(footprint(of: argument.effect).withoutUpdates) }
      return result
    default: return data(arguments, builtin.display)
    }
  }

  /// An operator on data: no argument may update.
  func data(_ arguments: [Argument], _ name: String) -> Footprint {
    var result = Footprint.pure
    for argument in arguments {
      result.merge(noUpdate(footprint(of: argument.effect), at: argument.range, name))
    }
    return result
  }

  /// Reports updates where there may be none; the rest of the effect.
  private func noUpdate(_ footprint: Footprint, at range: SourceRange, _ name: String) -> Footprint {
    if let (variable, place) = first(footprint.updates) {
      report(
        Diagnostic(
          .general, "\(name) cannot update variables, but this updates `\(self.name(of: variable))`",
          at: range, related: [.init(range: place, message: "`\(self.name(of: variable))` is updated here")]))
    }
    return footprint.withoutUpdates
  }

  private func noTemporal(_ argument: Argument, _ name: String) {
    guard let (variable, _) = first(footprint(of: argument.effect).temporal) else { return }
    report(
      Diagnostic(
        .general,
        "\(name) can only read variables, but this is temporal over `\(self.name(of: variable))`",
        at: argument.range))
  }

  /// All arguments take place: no variable may be updated by two of them.
  private func both(_ arguments: [Argument], _ builtin: Builtin) -> Footprint {
    var result = Footprint.pure
    for argument in arguments {
      let next = footprint(of: argument.effect)
      if let (variable, second) = first(next.updates.filter({ result.updates[$0.key] != nil })),
        let first = result.updates[variable]
      {
        let name = name(of: variable)
        var related = [Diagnostic.Related(range: first, message: "`\(name)` is updated here first")]
        if second != first {
          related.append(.init(range: second, message: "`\(name)` is updated here again"))
        }
        report(
          Diagnostic(
            .variableUpdatedTwice, "`\(name)` is updated twice in one step", at: argument.range,
            related: related))
      }
      result.merge(next)
    }
    return result
  }

  /// One of the arguments takes place: all must update the same variables.
  ///
  /// Variables count as the same if they have the same name, as in Quint.
  private func branches(_ branches: [(range: SourceRange, footprint: Footprint)], _ builtin: Builtin)
    -> Footprint
  {
    var result = Footprint.pure
    for branch in branches { result.merge(branch.footprint) }
    for branch in branches {
      let absent = result.updates.filter { branch.footprint.updates[$0.key] == nil }
      if absent.isEmpty { continue }
      let namesakes = namesakes(of: absent, in: branch.footprint)
      guard let (variable, place) = first(absent.filter { namesakes[$0.key] == nil }) else {
        warnOfNamesakes(absent, namesakes, at: branch.range)
        continue
      }
      if branch.footprint.mayUpdateMore {
        isUndecided = true
        continue
      }
      let name = name(of: variable)
      report(
        Diagnostic(
          .general,
          "\(builtin.branchDescription) must update the same variables, but this does not update `\(name)`",
          at: branch.range, related: [.init(range: place, message: "`\(name)` is updated here")],
          hint: "add \(name)' = \(name) to leave it unchanged"))
      break
    }
    return result
  }

  /// For variables that a branch does not update, the places where it updates others
  /// of the same name.
  private func namesakes(
    of absent: [StateVariable: SourceRange], in branch: Footprint
  ) -> [StateVariable: SourceRange] {
    var places: [String: SourceRange] = [:]
    for (variable, place) in branch.updates { places[name(of: variable)] = place }
    var result: [StateVariable: SourceRange] = [:]
    for variable in absent.keys { result[variable] = places[name(of: variable)] }
    return result
  }

  private func warnOfNamesakes(
    _ absent: [StateVariable: SourceRange], _ namesakes: [StateVariable: SourceRange], at range: SourceRange
  ) {
    guard let (variable, place) = first(absent), let other = namesakes[variable],
      warnedNamesakes.insert(variable).inserted
    else { return }
    let name = name(of: variable)
    report(
      Diagnostic(
        .general, "two different variables `\(name)` are updated, from two modules", at: range,
        severity: .warning,
        related: [
          .init(range: other, message: "this `\(name)` is updated here"),
          .init(range: place, message: "the other `\(name)` is updated here"),
        ]))
  }

  private func match(_ arguments: [Argument]) -> Footprint {
    guard let subject = arguments.first else { return .pure }
    var result = data([subject], "the expression of `match`")
    let payload = Argument(effect: .value(result), range: subject.range)
    var arms: [(range: SourceRange, footprint: Footprint)] = []
    for index in stride(from: 2, to: arguments.count, by: 2) {
      let arm = arguments[index]
      arms.append((arm.range, call(arm.effect, [payload], at: arm.range)))
    }
    result.merge(branches(arms, .matchVariant))
    return result
  }

  /// An operator of a collection and, last, an operator on its members.
  private func withOperator(
    _ builtin: Builtin, _ arguments: [Argument], _ range: SourceRange,
    _ passed: ([Footprint]) -> [Footprint]
  ) -> Footprint {
    guard let last = arguments.last else { return .pure }
    var values: [Footprint] = []
    var result = Footprint.pure
    for argument in arguments.dropLast() {
      let value = noUpdate(footprint(of: argument.effect), at: argument.range, builtin.display)
      values.append(value)
      result.merge(value)
    }
    let inner = passed(values).map { Argument(effect: .value($0), range: last.range) }
    let body = call(last.effect, inner, at: last.range)
    result.merge(noUpdate(body, at: last.range, builtin.display))
    return result
  }

  /// `n.reps(i => A)`.
  private func reps(_ arguments: [Argument], _ range: SourceRange) -> Footprint {
    let number = data([arguments[0]], "the count of `reps`")
    if let (variable, _) = first(number.reads) ?? first(number.temporal) {
      report(
        Diagnostic(
          .general, "the count of `reps` must be pure, but this reads `\(name(of: variable))`",
          at: arguments[0].range))
    }
    let index = Argument(effect: .pure, range: arguments[0].range)
    var result = call(arguments[1].effect, [index], at: arguments[1].range)
    result.merge(number)
    return result
  }

  /// The variable whose place comes first.
  func first(_ variables: [StateVariable: SourceRange]) -> (StateVariable, SourceRange)? {
    if variables.isEmpty { return nil }
    return variables.map { ($0.key, $0.value, name(of: $0.key)) }.min {
      ($0.1.file, $0.1.start, $0.1.end, $0.2) < ($1.1.file, $1.1.start, $1.1.end, $1.2)
    }.map { ($0.0, $0.1) }
  }
}

extension Footprint {
  /// Both effects.
  func joined(_ other: Footprint) -> Footprint {
    var result = self
    result.merge(other)
    return result
  }
}

extension Builtin {
  /// The operator as messages name it.
  fileprivate var display: String { "`\(symbol ?? rawValue)`" }

  fileprivate var branchDescription: String {
    switch self {
    case .actionAny: "all entries of `any`"
    case .ite: "both branches of `if`"
    case .matchVariant: "all arms of `match`"
    case .then: "both sides of `then`"
    default: "all arguments of \(display)"
    }
  }
}
