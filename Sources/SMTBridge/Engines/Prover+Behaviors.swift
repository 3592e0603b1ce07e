import ProtocolModel

/// Properties of whole behaviors: a bounded search for lassos, beside the proofs of all others.
extension Prover {
  /// Share of the time for the properties that are not of whole behaviors.
  private static let shareOfProofs = 0.6

  /// - Parameter chosen: properties, some of which are of whole behaviors.
  static func runWithBehaviors(
    _ machine: Machine, _ options: ProofOptions, _ chosen: [Property]
  ) -> ProofResult {
    var first = options
    first.properties = chosen.filter { !$0.isOfBehaviors }.map(\.name)
    if let rest = options.limits.rest { first.limits = options.limits.ending(in: rest * shareOfProofs) }
    var result = run(machine, first, triesContracts: true)
    var others = result.properties[...]
    result.properties = chosen.map { property in
      guard property.isOfBehaviors else {
        return others.popFirst()
          ?? ProvedProperty(name: property.name, kind: property.kind, range: property.range)
      }
      var answer = ProvedProperty(name: property.name, kind: property.kind, range: property.range)
      answer.isOfBehaviors = true
      return answer
    }
    guard options.searches, result.refusal == nil, result.vacuity == nil, result.disagreement == nil else {
      return result
    }
    do throws(SymbolicRefusal) {
      let systems = try systems(of: machine, options)
      let number = chosen.count(where: \.isOfBehaviors)
      var judged = 0
      for index in chosen.indices where chosen[index].isOfBehaviors && result.disagreement == nil {
        var limits = options.limits
        if let rest = limits.rest { limits = limits.ending(in: rest / Double(number - judged)) }
        var answer = result.properties[index]
        for system in systems {
          let search = BehaviorSearch(
            machine: machine, system: system, property: chosen[index], options: options, limits: limits)
          // Beyond the bounds that were guessed the next system has to say.
          if search.judge(&answer, &result) { break }
        }
        result.properties[index] = answer
        judged += 1
      }
    } catch {
      for index in chosen.indices where chosen[index].isOfBehaviors {
        result.properties[index].note = "cannot be encoded: " + error.description(in: machine)
      }
    }
    if options.limits.isInterrupted?() == true { result.stopped = "interrupted" }
    return result
  }

  /// The machine as a system, in front of it the one with bounds as observed where that helps.
  private static func systems(
    of machine: Machine, _ options: ProofOptions
  ) throws(SymbolicRefusal) -> [SymbolicSystem] {
    let open = try openConstants(of: machine, options.openConstants)
    let plain = Result { () throws(SymbolicRefusal) in
      try SymbolicSystem(machine, open: open, properties: [], shouldStop: { options.limits.isOver })
    }
    let guessed = systemWithinObservedBounds(machine, options, [], plain)
    if let guessed, case .failure = plain { return [guessed] }
    return try [guessed].compactMap { $0 } + [plain.get()]
  }
}

extension Property {
  /// No look at single states and steps decides it.
  var isOfBehaviors: Bool { kind == .temporal && shape == .general }
}

extension SymbolicRefusal {
  /// The reason with its place.
  func description(in machine: Machine) -> String {
    (expression.flatMap { machine.location(of: $0) }.map { "\($0): " } ?? "") + reason
  }
}

/// The search for a lasso that violates one property, with what is made of its answer.
private struct BehaviorSearch {
  let machine: Machine
  let system: SymbolicSystem
  let property: Property
  let options: ProofOptions
  let limits: SolverLimits

  /// - Returns: false when some state has no place in the system.
  func judge(_ answer: inout ProvedProperty, _ result: inout ProofResult) -> Bool {
    answer.note = nil
    do throws(SymbolicRefusal) {
      let formula = try formula()
      let search = try BoundedLassoSearch(system, machine, formula, seed: options.seed, limits: limits)
      guard var search else {
        result.stopped = "the solver cannot be started"
        return true
      }
      while search.depth < options.maxSteps {
        var event = ProofEvent(
          .loops, subject: property.name, depth: search.depth + 1, maxDepth: options.maxSteps)
        event.open = [property.name]
        options.progress?(event)
        if !search.advance() { break }
      }
      if let found = search.found {
        confirm(found, formula, &answer, &result)
      } else if search.isExhausted {
        answer.verdict = .holds
        answer.strength = .exhausted(steps: search.depth)
      } else {
        answer.strength = .bounded(steps: search.depth)
        if let reason = search.stopped {
          let reached = search.depth < 0 ? "" : "; no violation within \(search.depth) steps"
          answer.note = reason + reached
        }
        if search.isBeyondShape { return false }
      }
    } catch {
      answer.note = "cannot be encoded: " + error.description(in: machine)
    }
    return true
  }

  private func formula() throws(SymbolicRefusal) -> TemporalFormula {
    do throws(TemporalFlattener.Failure) {
      return try TemporalFlattener.formula(
        of: property.function, Evaluator(machine: machine),
        openConstants: Set(system.openConstants.map(\.constant))
      ) { [system, machine] set, bindings throws(EvaluationError) in
        do throws(SymbolicRefusal) {
          return try system.universe(of: set, bindings, machine)
        } catch {
          throw EvaluationError(.notExecutable, error.reason, at: error.expression ?? set.expression)
        }
      }
    } catch {
      switch error {
      case .refused(let reason, let place): throw SymbolicRefusal(reason, at: place)
      case .undefined(let error): throw SymbolicRefusal(error.message, at: error.expression)
      }
    }
  }

  /// Shows a lasso only if the evaluator agrees that it is one, and that the property is false of it.
  private func confirm(
    _ found: BoundedLassoSearch.Found, _ formula: TemporalFormula, _ answer: inout ProvedProperty,
    _ result: inout ProofResult
  ) {
    let replay = LassoReplay(machine, found)
    let subject = "the lasso that violates `\(property.name)`"
    guard replay.isClosed else {
      result.disagreement = "\(subject) leads back to none of its states"
      return
    }
    do throws(BehaviorReplay.Failure) {
      let (trace, lasso) = try replay.story(formula)
      guard try isViolated(replay) else {
        result.disagreement =
          "the solver gives a lasso that violates `\(property.name)`, the evaluator does not"
        return
      }
      answer.verdict = .violated
      answer.strength = .counterexample
      answer.trace = trace
      answer.lasso = lasso
      answer.steps = trace.length + (lasso.closing == nil ? 0 : 1)
      answer.constants = found.behavior.constants.map { NamedValue(machine[$0.constant].name, $0.value) }
    } catch {
      switch error {
      case .noSuchStep(let index):
        result.disagreement = "no step of the model leads to state \(index) of \(subject)"
      case .evaluation(let error):
        guard error.isLimit else {
          result.disagreement = "the evaluator cannot follow \(subject): \(error.message)"
          return
        }
        answer.note = "the evaluator gives up on \(subject): \(error.message)"
      case .assumption(let name):
        result.disagreement = "the constants of \(subject) violate assumption `\(name)`"
      }
    }
  }

  private func isViolated(_ replay: LassoReplay) throws(BehaviorReplay.Failure) -> Bool {
    do throws(EvaluationError) { return try replay.isViolated(property) } catch { throw .evaluation(error) }
  }
}
