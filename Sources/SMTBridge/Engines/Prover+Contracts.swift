import ProtocolModel

/// Proofs in which functions are replaced by their contracts (`FunctionContract`).
///
/// The claims are proved first, each on its own; where one is not, the bodies are used after all.
/// What is then proved with the contracts is proved; what is not goes on with the bodies, since a
/// counterexample may be one of the contract only.
extension Prover {
  /// - Returns: nil where contracts are of no use.
  static func runWithContracts(
    _ machine: Machine, _ options: ProofOptions, _ chosen: [Property],
    _ open: [(constant: FunctionID, value: Value)], _ empty: ProofResult
  ) -> ProofResult? {
    guard options.proves, machine.hasContracts,
      let system = try? SymbolicSystem(
        machine, open: open, properties: chosen, usesContracts: true,
        shouldStop: { options.limits.isOver }),
      !system.contracts.isEmpty
    else { return nil }
    var files: [CertificateFile] = []
    for (number, contract) in system.contracts.enumerated() {
      let name = machine[contract.function].name
      var event = ProofEvent(.contract, subject: name)
      event.open = chosen.map(\.name)
      options.progress?(event)
      let claim = ContractClaim(contract, system, name: name)
      guard claim.isProved(seed: options.seed, limits: options.limits.spending(20)) else { return nil }
      files += claim.files(number)
    }
    var first = options
    first.searches = false
    first.checksDeadlock = false
    first.limits = options.limits.ending(in: (options.limits.rest ?? 60) * 0.6)
    var prover = Prover(machine, first, chosen, system, empty)
    prover.run()
    var result = prover.result
    // What fails with contracts may be sound with the bodies.
    guard result.vacuity == nil, result.disagreement == nil, result.definedness.verdict != .violated,
      result.properties.contains(where: { $0.verdict == .holds })
    else { return nil }
    result.certificate += files
    let names = Set(system.contracts.map { machine[$0.function].name }).sorted()
    result.notes.append(
      "with the contract" + (names.count > 1 ? "s" : "") + " of "
        + names.map { "`\($0.split(separator: ":").last ?? "")`" }.joined(separator: ", ")
        + ", proved against the bod" + (names.count > 1 ? "ies" : "y"))
    result.stopped = nil
    let openOnes = result.properties.filter { $0.verdict == .inconclusive }
    if openOnes.isEmpty, result.definedness.verdict == .holds, !options.checksDeadlock { return result }
    var second = options
    second.properties = openOnes.map(\.name)
    if let rest = options.limits.rest { second.limits = options.limits.ending(in: rest) }
    let others = runWithBodies(machine, second)
    return merged(result, others)
  }

  /// The first result with what only the second one decides.
  private static func merged(_ first: ProofResult, _ second: ProofResult) -> ProofResult {
    var result = first
    for index in result.properties.indices where result.properties[index].verdict == .inconclusive {
      guard let other = second.properties.first(where: { $0.name == result.properties[index].name }) else {
        continue
      }
      result.properties[index] = other
    }
    if result.definedness.verdict == .inconclusive {
      result.definedness = second.definedness
      result.undefinedProperty = second.undefinedProperty
    }
    result.deadlock = second.deadlock
    result.depth = second.depth
    result.stopped = second.stopped
    result.disagreement = second.disagreement
    result.lemmas += second.lemmas.filter { !first.lemmas.contains($0) }
    result.notes += second.notes
    if let refusal = second.refusal {
      for index in result.properties.indices where result.properties[index].verdict == .inconclusive {
        result.properties[index].note = "the step cannot be encoded: \(refusal.reason)"
      }
    }
    return result
  }
}

/// That a function keeps its promise, as linear questions: the conjuncts of the promise in their order,
/// a few in each, those before them given. So a promise can spell out the steps of an argument.
private struct ContractClaim {
  typealias Term = TermGraph.Term
  private let name: String
  private let lemmas: ProductLemmas
  private let graph: TermGraph
  private let questions: [Question]

  private struct Question {
    var given: [Term]
    var negation: Term
  }

  /// Questions for a claim, at most.
  private static let limit = 8

  init(_ contract: FunctionContract, _ system: SymbolicSystem, name: String) {
    self.name = name
    var lemmas = ProductLemmas(system.graph, system.inputs)
    let claim = lemmas.linear(contract.claim)
    self.lemmas = lemmas
    var graph = lemmas.graph
    let parts = graph.conjuncts(of: claim)
    let size = (parts.count + Self.limit - 1) / Self.limit
    questions = stride(from: 0, to: parts.count, by: max(1, size)).map { start in
      let whole = graph.conjunction(Array(parts[start..<min(start + size, parts.count)]))
      return Question(given: Array(parts[..<start]), negation: graph.not(whole))
    }
    self.graph = graph
  }

  private func lay(_ question: Question, out solver: some Solver) {
    solver.declare(0..<lemmas.inputs.all.count, lemmas.inputs)
    for fact in lemmas.facts + question.given { solver.assert(fact, graph) }
    solver.assert(question.negation, graph)
  }

  func isProved(seed: UInt32, limits: SolverLimits) -> Bool {
    questions.allSatisfy { question in
      guard let solver = Z3Solver(kind: .tactical, seed: seed, limits: limits) else { return false }
      lay(question, out: solver)
      return solver.check(assuming: [], graph) == .unsatisfiable
    }
  }

  func files(_ number: Int) -> [CertificateFile] {
    let short = name.split(separator: ":").last.map(String.init) ?? name
    return questions.enumerated().map { place, question in
      let writer = SMTLIBWriter()
      lay(question, out: writer)
      writer.check(assuming: [], graph)
      let part = questions.count > 1 ? "-part\(place + 1)" : ""
      return CertificateFile(
        name: "contract\(number + 1)-\(short.filter { $0.isLetter || $0.isNumber || $0 == "_" })\(part).smt2",
        text: writer.document(
          comment: "The body of \(short) keeps its promise. Products of unknowns are unknowns with facts.\n",
          status: "unsat"))
    }
  }
}
