import ProtocolModel

/// The behaviors that satisfy some formulas, as an automaton that reads steps.
///
/// A state of the automaton is a set of formulas that the rest of the behavior must satisfy.
/// Its transitions come from a tableau: each formula is reduced to literals, which the
/// present step must satisfy, and to formulas for the next state. `always(p)` asks for `p`
/// now and for itself again; `eventually(p)` is either `p` now, or is *postponed*. A run
/// accepts when no formula is postponed forever: for each `eventually`, infinitely many
/// transitions do not postpone it. This is the construction of Couvreur (FM 1999), with
/// acceptance on transitions; without `until` it is this short.
///
/// The alternatives of a disjunction exclude each other where they can: `a or F` is `a`, or
/// `not a` and `F`. That makes fewer runs, and keeps `F` from being evaluated where it has no
/// value because `a` is true.
struct BuchiAutomaton {
  struct Transition: Hashable {
    /// In the order in which they are evaluated.
    var literals: [Literal]
    var target: Int
    /// Bits of the formulas that are put off.
    var postponed: UInt64
  }

  struct Literal: Hashable {
    var atom: Int
    var isTrue: Bool
  }

  /// By state; the first is the initial one.
  private(set) var transitions: [[Transition]] = []
  /// By state: strongly connected component.
  private(set) var components: [Int] = []
  /// By state: a run may stay in its component forever and accept.
  private(set) var mayRecur: [Bool] = []
  /// How many formulas can be put off.
  private(set) var eventualities = 0

  private static let stateLimit = 10_000
  private static let transitionLimit = 100_000
  private static let eventualityLimit = 64

  /// - Complexity: exponential in the number of temporal operators.
  init(of formulas: [NormalForm.Number], _ form: inout NormalForm) throws(NormalForm.TooLarge) {
    var bits: [NormalForm.Number: Int] = [:]
    var states: [[NormalForm.Number]] = [formulas]
    var numbers = [formulas: 0]
    var count = 0
    while transitions.count < states.count {
      var reduction = Reduction(bits: bits, budget: Self.transitionLimit - count)
      try reduction.expand(states[transitions.count], &form)
      bits = reduction.bits
      var list: [Transition] = []
      var seen = Set<Transition>()
      for branch in reduction.finished {
        let number = numbers[branch.next] ?? states.count
        if number == states.count {
          numbers[branch.next] = number
          states.append(branch.next)
        }
        let transition = Transition(literals: branch.literals, target: number, postponed: branch.postponed)
        if seen.insert(transition).inserted { list.append(transition) }
      }
      count += list.count
      transitions.append(list)
      guard states.count <= Self.stateLimit, count < Self.transitionLimit, bits.count <= Self.eventualityLimit
      else { throw NormalForm.TooLarge() }
    }
    eventualities = bits.count
    findComponents()
  }

  private mutating func findComponents() {
    components = Array(repeating: 0, count: transitions.count)
    mayRecur = Array(repeating: false, count: transitions.count)
    var search = ComponentSearch(count: transitions.count)
    var number = 0
    for root in transitions.indices {
      search.run(from: root) { state in
        transitions[state].map(\.target)
      } found: { states in
        for state in states { components[state] = number }
        number += 1
      }
    }
    let all: UInt64 = eventualities == 64 ? .max : (1 << UInt64(eventualities)) - 1
    var fulfilled: [Int: UInt64] = [:]
    for (state, list) in transitions.enumerated() {
      for transition in list where components[transition.target] == components[state] {
        fulfilled[components[state], default: 0] |= ~transition.postponed & all
        // A component without a transition has no entry.
      }
    }
    for state in transitions.indices { mayRecur[state] = fulfilled[components[state]] == all }
  }
}

/// The ways to satisfy a set of formulas, by what they ask of this step and of the next state.
private struct Reduction {
  struct Branch {
    var pending: [NormalForm.Number]
    var literals: [BuchiAutomaton.Literal] = []
    var next: [NormalForm.Number] = []
    var postponed: UInt64 = 0
    var seen = Set<NormalForm.Number>()
  }

  var bits: [NormalForm.Number: Int]
  /// How many branches there may be.
  var budget: Int
  var finished: [Branch] = []

  init(bits: [NormalForm.Number: Int], budget: Int) {
    self.bits = bits
    self.budget = budget
  }

  mutating func expand(
    _ formulas: [NormalForm.Number], _ form: inout NormalForm
  ) throws(NormalForm.TooLarge) {
    // What comes first in the source is last in the stack, and is reduced first.
    var branches = [Branch(pending: formulas.reversed())]
    while var branch = branches.popLast() {
      budget -= 1
      guard budget > 0 else { throw NormalForm.TooLarge() }
      var isPossible = true
      formulas: while isPossible, let formula = branch.pending.popLast() {
        guard branch.seen.insert(formula).inserted else { continue }
        switch form[formula] {
        case .constant(let value): isPossible = value
        case .literal(let atom, let isTrue):
          if branch.literals.contains(.init(atom: atom, isTrue: !isTrue)) { isPossible = false }
          branch.literals.append(.init(atom: atom, isTrue: isTrue))
        case .and(let parts): branch.pending += parts.reversed()
        case .or(let parts):
          var others = branch
          for (index, part) in parts.enumerated() {
            var one = others
            one.pending.append(part)
            if index == 0 {
              branch = one
            } else {
              branches.append(one)
            }
            if form.isOfStep[part] { others.pending.append(try form.negation(of: part)) }
          }
        case .always(let inner):
          branch.next.append(formula)
          branch.pending.append(inner)
        case .eventually(let inner):
          var later = branch
          later.next.append(formula)
          later.postponed |= 1 << UInt64(min(63, bit(of: formula)))
          if form.isOfStep[inner] { later.pending.append(try form.negation(of: inner)) }
          branches.append(later)
          branch.pending.append(inner)
        }
      }
      if isPossible {
        branch.next.sort()
        branch.pending = []
        branch.seen = []
        finished.append(branch)
      }
    }
  }

  private mutating func bit(of formula: NormalForm.Number) -> Int {
    if let known = bits[formula] { return known }
    let bit = bits.count
    bits[formula] = bit
    return bit
  }
}
