import ProtocolModel

/// Induction, and what follows from inductive facts.
extension Prover {
  /// Proves what is inductive together, given all facts so far.
  ///
  /// - Parameter lemmas: more candidates, which may help and are kept if they hold.
  mutating func induct(k: Int, with lemmas: [Term] = []) {
    tell(.induction, depth: k)
    // With contracts, products are left to `proveProducts`: they would keep the others from being proved.
    let open = candidates.indices.filter { index in
      guard let candidate = candidates[index], isOpen(index) else { return false }
      return system.contracts.isEmpty || !graph.hasProducts(below: candidate)
    }
    let terms = open.map { candidates[$0] ?? .true } + lemmas
    let limits = graph.hasProducts ? share().spending(Self.secondsForProducts * 2) : share()
    var subset = InductiveSubset(system, seed: options.seed, limits: limits)
    subset.known = ledger.terms
    let survivors = subset.survivors(of: terms, graph, k: k)
    guard !survivors.isEmpty || ledger.depths.isEmpty else { return }
    ledger.addRound(
      survivors.map { (terms[$0], $0 < open.count ? open[$0] : nil) }, depth: k)
    for place in survivors where place < open.count {
      let index = open[place]
      result.properties[index].verdict = chosen[index].kind == .witness ? .violated : .holds
      result.properties[index].strength = .inductive(k: k, lemmas: 0)
    }
    proveSteps()
    proveDefinedness()
  }

  /// Seconds for a question with products of unknowns, which is answered at once or never.
  private static let secondsForProducts = 4.0

  /// Seconds for one engine: a part of what is left.
  func share() -> SolverLimits {
    guard let rest = options.limits.rest else { return options.limits }
    return options.limits.ending(in: max(1, rest / 3))
  }

  /// Indices of facts that exclude something; nil if they do not.
  func facts(excluding bad: Term, withStep: Bool) -> [Int]? {
    if bad == .false { return [] }
    let terms = ledger.terms
    var query = CoreQuery(
      system, graph, terms, isOwn: terms.map { _ in true }, depth: withStep ? 1 : 0, seed: options.seed,
      limits: graph.hasProducts(below: bad) ? share().spending(Self.secondsForProducts) : share())
    return query?.core(preventing: bad, Array(terms.indices))
  }

  /// When a property of transitions is false of a step that changes nothing, or undefined: every
  /// behavior may take one, though it is no step of the model.
  mutating func badWithoutChange(_ index: Int) -> Term {
    let whole = system.predicates[index].whole
    return withoutChange(graph.or(graph.not(whole.holds), whole.undefined))
  }

  /// A term over two states that are the same.
  mutating func withoutChange(_ term: Term) -> Term {
    var current: [Int: Term] = [:]
    for (before, after) in zip(system.current, system.next) {
      if let number = number(of: after) { current[number] = before }
    }
    var known: [Int32: Term] = [:]
    return graph.substituting(term, &known) { current[$0] }
  }

  /// When a property of transitions is false or undefined.
  mutating func badSteps(_ index: Int) -> Term {
    let whole = system.predicates[index].whole
    return graph.or(graph.not(whole.holds), whole.undefined)
  }

  /// Notes that a property of transitions is true of steps that change nothing.
  mutating func concludeIdle(_ index: Int, _ idle: Term, _ rests: [Int]) {
    if idle == .false { return }
    ledger.conclude(
      .init(
        name: "\(chosen[index].name), nothing changes", bad: idle, isOfStep: false, rests: rests,
        property: index))
  }

  /// Properties of transitions.
  private mutating func proveSteps() {
    for index in chosen.indices where isOpen(index) {
      guard chosen[index].kind == .temporal, chosen[index].shape == .alwaysStep else { continue }
      let bad = badSteps(index)
      if !system.contracts.isEmpty, graph.hasProducts(below: bad) { continue }
      let idle = badWithoutChange(index)
      guard let rests = facts(excluding: bad, withStep: true),
        let idleRests = facts(excluding: idle, withStep: false)
      else { continue }
      ledger.conclude(
        .init(name: chosen[index].name, bad: bad, isOfStep: true, rests: rests, property: index))
      concludeIdle(index, idle, idleRests)
      result.properties[index].verdict = .holds
      result.properties[index].strength = .inductive(k: 1, lemmas: 0)
    }
  }

  private mutating func proveDefinedness() {
    var overflow = Term.false
    for transition in system.transitions { overflow = graph.or(overflow, transition.overflow) }
    if !isOverflowExcluded, let rests = facts(excluding: overflow, withStep: false) {
      isOverflowExcluded = true
      if overflow != .false {
        ledger.conclude(
          .init(name: "places", bad: overflow, isOfStep: false, rests: rests, property: nil))
      }
    }
    guard result.definedness.verdict == .inconclusive else { return }
    var undefined = Term.false
    for (index, predicate) in system.predicates.enumerated() {
      if chosen[index].kind == .temporal, chosen[index].shape == .alwaysStep { continue }
      undefined = graph.or(undefined, predicate.whole.undefined)
    }
    for transition in system.transitions { undefined = graph.or(undefined, transition.failure) }
    guard let rests = facts(excluding: undefined, withStep: false) else { return }
    let onSteps = undefinedOnSteps()
    let onIdleSteps = withoutChange(onSteps)
    guard let stepRests = facts(excluding: onSteps, withStep: true),
      let idleRests = facts(excluding: onIdleSteps, withStep: false)
    else { return }
    if onIdleSteps != .false {
      ledger.conclude(
        .init(
          name: "definedness, nothing changes", bad: onIdleSteps, isOfStep: false, rests: idleRests,
          property: nil))
    }
    if onSteps != .false {
      ledger.conclude(
        .init(
          name: "definedness of steps", bad: onSteps, isOfStep: true, rests: stepRests, property: nil))
    }
    if undefined != .false {
      ledger.conclude(
        .init(name: "definedness", bad: undefined, isOfStep: false, rests: rests, property: nil))
    }
    result.definedness.verdict = .holds
    result.definedness.strength = .inductive(k: 1, lemmas: 0)
  }

  /// Where all behaviors end: that they do, and what holds until then.
  private func exhaustedObligations() -> [Obligation] {
    let open = candidates.indices.filter {
      candidates[$0] != nil && isOpen($0) && chosen[$0].kind != .witness
    }
    guard result.isExhausted, result.undefinedProperty == nil, !open.isEmpty else { return [] }
    let end = result.depth
    var obligations = [
      Obligation(
        name: "end", explanation: "No behavior has \(end) steps.\n", isFromInitialState: true, steps: end,
        hypotheses: [], bad: [(.true, end)], graph: graph)
    ]
    for moment in 0..<end {
      var graph = graph
      let bad = open.map { (graph.not(candidates[$0] ?? .true), moment) }
      obligations.append(
        Obligation(
          name: "steps\(moment)", explanation: "The properties hold after \(moment) steps.\n",
          isFromInitialState: true, steps: moment, hypotheses: [], bad: bad, graph: graph))
    }
    return obligations
  }

  /// Tells which lemmas the proofs need, writes the certificate, and solves its obligations anew.
  mutating func settleProofs() {
    let isProved = result.properties.contains {
      if case .inductive = $0.strength { true } else { false }
    }
    let exhausted = exhaustedObligations()
    guard isProved || !ledger.uses.isEmpty || !exhausted.isEmpty else { return }
    tell(.obligations)
    let limits = wholeLimits
    let needed = ledger.needed(system, graph, seed: options.seed, limits: limits)
    let text = QuintText(system, graph)
    let lemmas = needed.sorted().filter { ledger.facts[$0].property == nil }
    result.lemmas = lemmas.map { text.text(of: ledger.facts[$0].term) }
    for index in result.properties.indices {
      guard case .inductive(let k, _) = result.properties[index].strength else { continue }
      // What the first round proved needs no lemma.
      let isAlone = ledger.facts.contains { $0.property == index && $0.round == 0 }
      let rests = ledger.uses.first { $0.property == index }?.rests
      let restsOnLemmas = rests?.contains { ledger.facts[$0].property == nil } ?? !isAlone
      result.properties[index].strength = .inductive(k: k, lemmas: restsOnLemmas ? lemmas.count : 0)
    }
    var certificate = Certificate(ledger, needed, system, graph)
    certificate.add(exhausted)
    result.obligations = certificate.obligations.count
    var failed: [Int] = []
    for (number, obligation) in certificate.obligations.enumerated()
    where obligation.solve(system, seed: options.seed &+ 1, limits: limits) != .unsatisfiable {
      failed.append(number)
    }
    if !failed.isEmpty {
      result.notes.append(
        "\(failed.count) of \(certificate.obligations.count) obligations could not be solved again: "
          + failed.map { certificate.obligations[$0].name }.joined(separator: ", "))
      // A proof that cannot be checked is none.
      for index in result.properties.indices {
        if case .inductive = result.properties[index].strength {
          result.properties[index].verdict = .inconclusive
        }
      }
      if case .inductive = result.definedness.strength { result.definedness.verdict = .inconclusive }
      result.isExhausted = result.isExhausted && exhausted.isEmpty
    }
    result.certificate = certificate.files(
      system, invariant: needed.sorted().map { text.text(of: ledger.facts[$0].term) })
  }
}
