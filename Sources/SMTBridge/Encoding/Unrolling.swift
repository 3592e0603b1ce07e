import ProtocolModel

/// A system laid out over moments: each moment has terms for all leaves of the state, and
/// between two of them a step says how the later ones come from the earlier.
///
/// Terms of the system are moved to a moment by substitution in the graph, so that what is
/// known (an initial state without unknowns, a leaf that no transition changes) is folded
/// away before a solver sees it.
struct Unrolling {
  typealias Term = TermGraph.Term

  let system: SymbolicSystem
  var graph: TermGraph
  var inputs: SymbolicInputs
  private(set) var moments: [Moment] = []
  /// `steps[i]` leads to `moments[i]`; nil for the first when that is any state.
  private(set) var steps: [StepTerms?] = []
  /// Unknowns from here on were not declared to the solver yet.
  private var firstUndeclared: Int

  struct Moment {
    var leaves: [Term]
    /// Images of the system's terms that speak of this moment, and of its step to the next.
    var known: [Int32: Term] = [:]
    var picks: [Int: Term] = [:]
  }

  /// What chooses among the transitions.
  struct StepTerms {
    /// One a transition: when it is the one that was taken.
    var selectors: [Term]
    /// What must hold.
    var constraints: [Term]
    var isInitial: Bool
    /// Unknowns of picks, by number in the system.
    var picks: [Int: Term]
  }

  private let leafOfCurrent: [Int: Int]
  private let leafOfNext: [Int: Int]
  private let constants: Set<Int>

  /// - Parameter inputs: the system's unknowns, and others behind them; nil where there are no others.
  init(_ system: SymbolicSystem, inputs more: SymbolicInputs? = nil) {
    self.system = system
    graph = system.graph
    inputs = more ?? system.inputs
    leafOfCurrent = Self.places(system.current, system.graph)
    leafOfNext = Self.places(system.next, system.graph)
    constants = Set(
      Self.places(system.openConstants.flatMap(\.leaves), system.graph).keys)
    firstUndeclared = inputs.all.count
  }

  private static func places(_ terms: [Term], _ graph: TermGraph) -> [Int: Int] {
    var result: [Int: Int] = [:]
    for (place, term) in terms.enumerated() {
      if case .input(let number, _) = graph[term] { result[Int(number)] = place }
    }
    return result
  }

  // MARK: Unknowns

  /// Declares the system's constants, and asserts what is assumed of them.
  func declareConstants(in solver: some Solver) {
    for number in constants.sorted() { solver.declare(number..<(number + 1), inputs) }
    for fact in system.assumptions { solver.assert(fact.holds, graph) }
  }

  /// Declares the unknowns that are new.
  mutating func declareNew(in solver: some Solver) {
    solver.declare(firstUndeclared..<inputs.all.count, inputs)
    firstUndeclared = inputs.all.count
  }

  private mutating func fresh(_ name: String, isBoolean: Bool, _ range: ClosedRange<Int>) -> Term {
    inputs.add(name, isBoolean: isBoolean, range, &graph)
  }

  mutating func freshBoolean(_ name: String) -> Term { fresh(name, isBoolean: true, 0...1) }

  // MARK: Moments

  /// A first moment that may be any state of the shape.
  mutating func beginAnywhere() {
    let leaves = system.leaves.map { leaf in
      inputs.add("\(leaf.name)@0", isBoolean: leaf.isBoolean, leaf.range, &graph)
    }
    moments = [Moment(leaves: leaves)]
    steps = [nil]
  }

  /// A first moment that is an initial state.
  mutating func beginInitially() {
    var scratch = Moment(leaves: [])
    let step = layStep(system.initial, from: &scratch, at: 0, isInitial: true)
    moments = [Moment(leaves: step.leaves)]
    steps = [step.terms]
  }

  /// A moment more, after any transition.
  mutating func addStep() {
    let last = moments.count - 1
    var moment = moments[last]
    let step = layStep(system.transitions, from: &moment, at: last + 1, isInitial: false)
    moments[last] = moment
    moments.append(Moment(leaves: step.leaves))
    steps.append(step.terms)
  }

  /// A term of the system at a moment; what it says of the next state, one moment later.
  mutating func term(_ term: Term, at index: Int) -> Term {
    var moment = moments[index]
    let next = index + 1 < moments.count ? moments[index + 1].leaves : nil
    let result = move(term, &moment, next: next, at: index)
    moments[index] = moment
    return result
  }

  /// A condition on two states, of moments that need not be neighbors.
  ///
  /// - Parameter others: the images of all unknowns that are no leaves and no constants.
  /// - Complexity: the size of the condition, each time.
  mutating func relation(
    _ term: Term, from first: Int, to second: Int, _ others: [Int: Term] = [:]
  ) -> Term {
    relation(term, from: moments[first].leaves, to: moments[second].leaves, others)
  }

  /// The same with the leaves of the two states.
  mutating func relation(
    _ term: Term, from leaves: [Term], to nextLeaves: [Term], _ others: [Int: Term] = [:]
  ) -> Term {
    var known: [Int32: Term] = [:]
    return graph.substituting(term, &known) { number in
      leafOfCurrent[number].map { leaves[$0] } ?? leafOfNext[number].map { nextLeaves[$0] } ?? others[number]
    }
  }

  /// The unknowns of a term that are no leaves and no constants, ascending.
  func picks(in term: Term) -> [Int] {
    graph.inputs(below: term).filter {
      leafOfCurrent[$0] == nil && leafOfNext[$0] == nil && !constants.contains($0)
    }
  }

  /// A new unknown like a known one.
  mutating func fresh(like number: Int, at index: Int) -> Term {
    let input = inputs.all[number]
    return fresh("\(input.name)@\(index)", isBoolean: input.isBoolean, input.range)
  }

  private mutating func move(_ term: Term, _ moment: inout Moment, next: [Term]?, at index: Int) -> Term {
    // Picks are made before the substitution, which has the graph to itself.
    for number in graph.inputs(below: term, known: moment.known) {
      guard leafOfCurrent[number] == nil, leafOfNext[number] == nil, !constants.contains(number),
        moment.picks[number] == nil, number < system.inputs.all.count
      else { continue }
      let input = system.inputs.all[number]
      moment.picks[number] = fresh("\(input.name)@\(index)", isBoolean: input.isBoolean, input.range)
    }
    let picks = moment.picks
    let leaves = moment.leaves
    var known = moment.known
    let result = graph.substituting(term, &known) { number in
      if let leaf = leafOfCurrent[number] { return leaf < leaves.count ? leaves[leaf] : nil }
      if let leaf = leafOfNext[number] { return next?[leaf] }
      return picks[number]
    }
    moment.known = known
    return result
  }

  private mutating func layStep(
    _ transitions: [SystemTransition], from moment: inout Moment, at index: Int, isInitial: Bool
  ) -> (leaves: [Term], terms: StepTerms) {
    var selectors: [Term] = []
    var constraints: [Term] = []
    var enabled: [Term] = []
    for transition in transitions {
      enabled.append(move(transition.enabled, &moment, next: nil, at: index - 1))
    }
    let possible = enabled.indices.filter { enabled[$0] != .false }
    for place in enabled.indices {
      if enabled[place] == .false {
        selectors.append(.false)
      } else if possible.count == 1 {
        selectors.append(.true)
        constraints.append(enabled[place])
      } else {
        let selector = freshBoolean("take \(place) at \(index)")
        selectors.append(selector)
        constraints.append(graph.implies(selector, enabled[place]))
      }
    }
    constraints.append(graph.disjunction(selectors))
    var leaves: [Term] = []
    for (number, leaf) in system.leaves.enumerated() {
      var groups: [(value: Term, when: Term)] = []
      var places: [Term: Int] = [:]
      for place in possible {
        let value = move(transitions[place].updates[number], &moment, next: nil, at: index - 1)
        if let group = places[value] {
          groups[group].when = graph.or(groups[group].when, selectors[place])
        } else {
          places[value] = groups.count
          groups.append((value, selectors[place]))
        }
      }
      if groups.count == 1 {
        leaves.append(groups[0].value)
        continue
      }
      let term = fresh("\(leaf.name)@\(index)", isBoolean: leaf.isBoolean, leaf.range)
      for group in groups {
        let isSame = graph.equal(term, group.value)
        constraints.append(graph.implies(group.when, isSame))
      }
      leaves.append(term)
    }
    return (
      leaves,
      StepTerms(selectors: selectors, constraints: constraints, isInitial: isInitial, picks: moment.picks)
    )
  }
}

extension TermGraph {
  /// The unknowns below a term, without those below terms that are known.
  func inputs(below term: Term, known: [Int32: Term]) -> [Int] {
    unvisited(below: term, isKnown: { known[$0.index] != nil }).compactMap {
      if case .input(let number, _) = self[$0] { return Int(number) }
      return nil
    }
  }
}
