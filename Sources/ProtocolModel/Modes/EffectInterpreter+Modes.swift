/// From effects to modes: what a definition does, against what its qualifier allows.
extension EffectInterpreter {
  /// Notes the mode of a definition, and reports a qualifier that is too weak.
  func checkMode(of definition: SyntaxDefinition, _ effect: Effect) {
    let (footprint, parameters) = addedEffect(effect)
    let written = Mode(definition.qualifier)
    let mode = mode(of: footprint, hasParameters: parameters > 0)
    modes[definition.id] = mode
    guard mode > written, written != .nondet, written != .run, !isPartOfPattern(definition) else { return }
    let subject = definition.name.text.hasPrefix("$") ? "the pattern" : "`\(definition.name.text)`"
    if let (does, place) = offense(footprint, against: written) {
      report(
        Diagnostic(
          .qualifierTooWeak, "\(subject) is declared `\(definition.qualifier.rawValue)`, but \(does)",
          at: definition.name.range, related: place, hint: "declare it `\(mode.qualifier.rawValue)`"))
    } else {
      let needed = written == .val ? Mode.def : mode
      report(
        Diagnostic(
          .qualifierTooWeak,
          "\(subject) is declared `\(definition.qualifier.rawValue)`, but has "
            + (parameters == 1 ? "1 parameter" : "\(parameters) parameters"),
          at: definition.name.range, hint: "declare it `\(needed.qualifier.rawValue)`"))
    }
  }

  /// True for a name that a pattern binds: the message is about the pattern's value.
  private func isPartOfPattern(_ definition: SyntaxDefinition) -> Bool {
    guard case .application(_, let arguments, .special)? = definition.body?.kind,
      case .name(let name)? = arguments.first?.kind
    else { return false }
    return name.hasPrefix("$")
  }

  /// Overrides must be pure.
  func checkOverrides(of id: NodeID) {
    guard let instance = program.instances[id] else { return }
    for (_, name, value) in instance.overrides {
      let (footprint, _) = addedEffect(evaluate(value, Scope()))
      guard let (does, place) = offense(footprint, against: .pureDef) else { continue }
      report(
        Diagnostic(
          .overrideNotPure, "the value for constant `\(name.text)` must be pure, but \(does)",
          at: value.range, related: place.filter { $0.range != value.range }))
    }
  }

  /// What a definition does besides what its parameters do, and how many it has.
  private func addedEffect(_ effect: Effect) -> (Footprint, parameters: Int) {
    guard case .closure(let closure) = effect else { return (footprint(of: effect), 0) }
    return (summary(of: closure).footprint, closure.parameterCount)
  }

  /// The mode of what has no qualifier.
  func mode(of effect: Effect) -> Mode {
    let (footprint, parameters) = addedEffect(effect)
    return mode(of: footprint, hasParameters: parameters > 0)
  }

  private func mode(of footprint: Footprint, hasParameters: Bool) -> Mode {
    if isTemporal(footprint) { return .temporal }
    if !footprint.updates.isEmpty { return .action }
    if !footprint.reads.isEmpty { return hasParameters ? .def : .val }
    return hasParameters ? .pureDef : .pureVal
  }

  /// True if it is temporal over variables, or over what a parameter reads.
  private func isTemporal(_ footprint: Footprint) -> Bool {
    !footprint.temporal.isEmpty
      || footprint.parameters.values.contains {
        $0.contains(.readsToTemporal) || $0.contains(.updatesToTemporal)
      }
  }

  /// What it does that the mode does not allow, in words, with the place.
  private func offense(_ footprint: Footprint, against mode: Mode) -> (String, [Diagnostic.Related])? {
    if mode < .temporal, isTemporal(footprint) {
      guard let (variable, place) = first(footprint.temporal) else {
        return ("is temporal over its parameter", [])
      }
      let name = name(of: variable)
      return ("is temporal over `\(name)`", [.init(range: place, message: "`\(name)` is used here")])
    }
    if mode < .action, let (variable, place) = first(footprint.updates) {
      let name = name(of: variable)
      return ("updates `\(name)`", [.init(range: place, message: "`\(name)` is updated here")])
    }
    if mode == .pureVal || mode == .pureDef, let (variable, place) = first(footprint.reads) {
      let name = name(of: variable)
      return ("reads `\(name)`", [.init(range: place, message: "`\(name)` is read here")])
    }
    return nil
  }
}
