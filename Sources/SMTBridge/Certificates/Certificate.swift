import ProtocolModel

/// Something that must be unsatisfiable for a proof to stand: constraints on a path of a few
/// steps, from an initial state or from any.
struct Obligation {
  typealias Term = TermGraph.Term

  var name: String
  var explanation: String
  var isFromInitialState: Bool
  var steps: Int
  /// What is assumed, with the moment at which.
  var hypotheses: [(term: Term, moment: Int)]
  /// What is to be impossible at a moment: some of these.
  var bad: [(term: Term, moment: Int)]
  var graph: TermGraph
  /// The only transition that is taken; nil for any.
  var transition: Int?
  /// Products of unknowns are unknowns with linear facts.
  var isLinear = false

  /// Solves it in a context of its own.
  func solve(_ system: SymbolicSystem, seed: UInt32, limits: SolverLimits) -> SolverAnswer {
    guard let solver = Z3Solver(kind: isLinear ? .tactical : .incremental, seed: seed, limits: limits) else {
      return .unknown("no solver")
    }
    let graph = lay(out: system, in: solver)
    return solver.check(assuming: [], graph)
  }

  /// As a document for any solver that reads SMT-LIB.
  func document(_ system: SymbolicSystem, comment: String) -> String {
    let writer = SMTLIBWriter()
    let graph = lay(out: system, in: writer)
    writer.check(assuming: [], graph)
    return writer.document(comment: comment + explanation, status: "unsat")
  }

  private func lay(out system: SymbolicSystem, in solver: some Solver) -> TermGraph {
    var graph = graph
    var unrolling = Unrolling(transition.map { system.keeping($0, for: bad.map(\.term), &graph) } ?? system)
    unrolling.graph = graph
    if !isLinear { unrolling.declareConstants(in: solver) }
    if isFromInitialState { unrolling.beginInitially() } else { unrolling.beginAnywhere() }
    for _ in 0..<steps { unrolling.addStep() }
    var moved: [Term] = []
    for case let step? in unrolling.steps { moved += step.constraints }
    for (term, moment) in hypotheses { moved.append(unrolling.term(term, at: moment)) }
    var some = Term.false
    for (term, moment) in bad {
      let one = unrolling.term(term, at: moment)
      some = unrolling.graph.or(some, one)
    }
    moved.append(some)
    guard isLinear else {
      unrolling.declareNew(in: solver)
      for term in moved { solver.assert(term, unrolling.graph) }
      return unrolling.graph
    }
    var lemmas = ProductLemmas(unrolling.graph, unrolling.inputs)
    let linear = (system.assumptions.map(\.holds) + moved).map { lemmas.linear($0) }
    solver.declare(0..<lemmas.inputs.all.count, lemmas.inputs)
    for term in lemmas.facts + linear { solver.assert(term, lemmas.graph) }
    return lemmas.graph
  }
}

/// The obligations of all proofs about a machine: for each round of facts, that they hold at
/// the start and are preserved; and that what was concluded follows.
struct Certificate {
  typealias Term = TermGraph.Term
  private(set) var obligations: [Obligation] = []

  /// - Parameter needed: facts that the proofs rest on, with all that these rest on.
  init(_ ledger: ProofLedger, _ needed: Set<Int>, _ system: SymbolicSystem, _ graph: TermGraph) {
    var graph = graph
    for (round, depth) in ledger.depths.enumerated() {
      let own = needed.sorted().filter { ledger.facts[$0].round == round }.map { ledger.facts[$0].term }
      let before = needed.sorted().filter { ledger.facts[$0].round < round }.map { ledger.facts[$0].term }
      if own.isEmpty { continue }
      if ledger.splitRounds.contains(round) {
        obligations += Self.splitRound(own, given: before, system, graph, name: "round\(round)")
        continue
      }
      let negations = own.map { graph.not($0) }
      for moment in 0..<depth {
        obligations.append(
          Obligation(
            name: depth == 1 ? "round\(round)-init" : "round\(round)-start\(moment)",
            explanation: "The facts of round \(round) hold after \(moment) steps.\n",
            isFromInitialState: true, steps: moment,
            hypotheses: (0...moment).flatMap { moment in before.map { ($0, moment) } },
            bad: negations.map { ($0, moment) }, graph: graph))
      }
      obligations.append(
        Obligation(
          name: "round\(round)-step",
          explanation: "The facts of round \(round) hold after \(depth) steps in which they held.\n",
          isFromInitialState: false, steps: depth,
          hypotheses: (0...depth).flatMap { moment in before.map { ($0, moment) } }
            + (0..<depth).flatMap { moment in own.map { ($0, moment) } },
          bad: negations.map { ($0, depth) }, graph: graph))
    }
    for use in ledger.uses {
      if use.isSplit {
        obligations += Self.splitSteps(use, ledger, system, graph)
        continue
      }
      obligations.append(
        Obligation(
          name: "follows-\(use.name.filter { $0.isLetter || $0.isNumber || $0 == "_" })",
          explanation: "\(use.name) follows from the facts.\n", isFromInitialState: false,
          steps: use.isOfStep ? 1 : 0, hypotheses: use.rests.map { (ledger.facts[$0].term, 0) },
          bad: [(use.bad, 0)], graph: graph))
    }
  }

  mutating func add(_ others: [Obligation]) { obligations += others }

  /// Names and texts of the files: one an obligation, and a page that tells what they are.
  func files(_ system: SymbolicSystem, invariant: [String]) -> [CertificateFile] {
    var list = ""
    var files: [CertificateFile] = []
    for (number, obligation) in obligations.enumerated() {
      let digits = String(number + 1)
      let name = String(repeating: "0", count: max(0, 2 - digits.count)) + digits + "-\(obligation.name).smt2"
      list += "\(name)   \(obligation.explanation)"
      files.append(
        CertificateFile(
          name: name,
          text: obligation.document(system, comment: "Found with Z3 \(Z3Solver.version)\n")))
    }
    let page =
      "Each file is a question whose answer has to be `unsat`; then the proofs stand.\n\n" + list
      + "\nThe facts, as Quint:\n\n" + invariant.map { "  " + $0 + "\n" }.joined()
    files.append(CertificateFile(name: "README.txt", text: page))
    return files
  }
}

/// A file of a certificate.
public struct CertificateFile: Sendable {
  public var name: String
  public var text: String
}
