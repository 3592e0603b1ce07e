import ProtocolModel

/// The behaviors that satisfy some formulas, as an automaton that reads steps and is built
/// as far as it is used.
///
/// A state of the automaton, a *control*, is a set of formulas that the rest of the
/// behavior must satisfy. A step reduces it to sets for the next state: `always(p)` asks for `p`
/// now and for itself again; `eventually(p)` is `p` now, or is *postponed*. A run accepts
/// when no formula is postponed forever: for each `eventually`, infinitely many moves do
/// not postpone it. This is the construction of Couvreur (FM 1999), with acceptance on
/// transitions.
///
/// Atoms are evaluated while a set is reduced, so there are no alternatives but those of
/// time, and of these the ones that ask for more than another are dropped. The answers that
/// a reduction asked for are kept as a tree of decisions, by control: the next step
/// with the same answers walks it down to the moves.
///
/// Evaluation is from left to right and stops where the answer is known: in `a or F`, `F` is not
/// looked at when `a` is true.
struct Tableau {
  struct Move: Hashable {
    /// Sorted numbers of formulas.
    var formulas: [NormalForm.Number] = []
    /// Bits of the formulas that are put off.
    var postponed: UInt128 = 0

    /// True when whatever satisfies the other one satisfies this one.
    fileprivate func isEasier(than other: Move) -> Bool {
      postponed & ~other.postponed == 0 && formulas.count <= other.formulas.count
        && formulas.allSatisfy { other.formulas.contains($0) }
    }
  }

  /// A move with the control that it leads to.
  struct Successor {
    var control: Int
    var postponed: UInt128
  }

  /// A test of an atom with the places of the decisions behind it, or a run of `successors`.
  private struct Decision {
    enum Kind: UInt8 { case unknown, test, moves }
    var kind = Kind.unknown
    /// No atom of two states was asked for on the way here.
    var isOfState: Bool
    var atom: Int32 = 0
    /// For a test: behind false and behind true. For moves: the run.
    var first: Int32 = 0
    var second: Int32 = 0
  }

  private let form: NormalForm
  private var controls: [[NormalForm.Number]] = []
  private var numbers: [[NormalForm.Number]: Int] = [:]
  /// By control: the root of its decisions.
  private var roots: [Int] = []
  private var decisions: [Decision] = []
  private var successors: [Successor] = []
  /// By atom.
  private let readsNext: [Bool]
  private var bits: [NormalForm.Number: Int] = [:]
  /// By control: a run may come back to it and accept.
  private(set) var mayRecur: [Bool] = []

  private static let controlLimit = 1 << 20
  private static let moveLimit = 4_096
  private static let bitLimit = 128

  /// The control 0 stands for the formulas.
  init(of formulas: [NormalForm.Number], _ form: NormalForm, _ atoms: [TemporalAtom]) {
    self.form = form
    readsNext = atoms.map(\.readsNext)
    _ = try? control(for: Array(Set(formulas)).sorted())
  }

  /// How many formulas were put off anywhere.
  var eventualities: Int { bits.count }

  /// The moves on a step whose atoms `isTrue` knows, as a run of `successor(at:)`; `isOfState` when
  /// they are the same on all steps of the state.
  ///
  /// - Complexity: the atoms that are asked for, once the decisions are known.
  mutating func moves(
    of control: Int, _ isTrue: (Int) throws(LivenessEnd) -> Bool
  ) throws(LivenessEnd) -> (run: Range<Int>, isOfState: Bool) {
    var place = roots[control]
    while true {
      let decision = decisions[place]
      switch decision.kind {
      case .moves: return (Int(decision.first)..<Int(decision.second), decision.isOfState)
      case .test: place = Int(try isTrue(Int(decision.atom)) ? decision.second : decision.first)
      case .unknown: try decide(place, of: control, isTrue)
      }
    }
  }

  func successor(at place: Int) -> Successor { successors[place] }

  /// Finds out what an unknown decision is, for the answers that lead to it.
  private mutating func decide(
    _ wanted: Int, of control: Int, _ isTrue: (Int) throws(LivenessEnd) -> Bool
  ) throws(LivenessEnd) {
    var answers: [Int: Bool] = [:]
    var place = roots[control]
    while place != wanted {
      let decision = decisions[place]
      let answer = try isTrue(Int(decision.atom))
      answers[Int(decision.atom)] = answer
      place = Int(answer ? decision.second : decision.first)
    }
    var decision = decisions[wanted]
    switch try reduce(control, answers) {
    case .missing(let atom):
      let isOfState = decision.isOfState && !(readsNext.indices.contains(atom) ? readsNext[atom] : true)
      decision.kind = .test
      decision.atom = Int32(truncatingIfNeeded: atom)
      decision.first = Int32(truncatingIfNeeded: decisions.count)
      decision.second = decision.first + 1
      decisions += [Decision(isOfState: isOfState), Decision(isOfState: isOfState)]
    case .moves(let moves):
      let first = successors.count
      for move in moves {
        let target = try self.control(for: move.formulas)
        successors.append(.init(control: target, postponed: move.postponed))
      }
      decision.kind = .moves
      decision.first = Int32(truncatingIfNeeded: first)
      decision.second = Int32(truncatingIfNeeded: first + moves.count)
    }
    decisions[wanted] = decision
  }

  private mutating func control(for formulas: [NormalForm.Number]) throws(LivenessEnd) -> Int {
    if let known = numbers[formulas] { return known }
    guard controls.count < Self.controlLimit else { throw .tooLarge }
    numbers[formulas] = controls.count
    controls.append(formulas)
    roots.append(decisions.count)
    decisions.append(Decision(isOfState: true))
    mayRecur.append(isRecurrent(formulas))
    return controls.count - 1
  }

  /// An `eventually` that is done is asked for again only by an `always` around it, and
  /// what is once always asked for stays.
  private func isRecurrent(_ formulas: [NormalForm.Number]) -> Bool {
    var again = Set<NormalForm.Number>()
    for formula in formulas {
      if case .always(let inner) = form[formula] { form.collectEventualities(below: inner, into: &again) }
    }
    return formulas.allSatisfy { formula in
      if case .eventually = form[formula] { again.contains(formula) } else { true }
    }
  }

  // MARK: Reduction

  private enum Result {
    case missing(atom: Int)
    case moves([Move])
  }

  private enum Stop: Error {
    case missing(atom: Int)
    case tooLarge
  }

  private mutating func reduce(
    _ control: Int, _ answers: [Int: Bool]
  ) throws(LivenessEnd) -> Result {
    do throws(Stop) {
      return .moves(try conjunction(controls[control], answers))
    } catch {
      switch error {
      case .missing(let atom): return .missing(atom: atom)
      case .tooLarge: throw .tooLarge
      }
    }
  }

  private mutating func moves(
    _ number: NormalForm.Number, _ answers: [Int: Bool]
  ) throws(Stop) -> [Move] {
    switch form[number] {
    case .constant(let value): return value ? [Move()] : []
    case .literal(let atom, let wanted):
      guard let answer = answers[atom] else { throw .missing(atom: atom) }
      return answer == wanted ? [Move()] : []
    case .and(let parts): return try conjunction(parts, answers)
    case .or(let parts):
      var result: [Move] = []
      for part in parts {
        let moves = try moves(part, answers)
        if moves.contains(Move()) { return [Move()] }
        result += moves
      }
      return try Self.easiest(result)
    case .always(let inner):
      return try moves(inner, answers).map { move in
        var move = move
        move.formulas.insert(number)
        return move
      }
    case .eventually(let inner):
      var result = try moves(inner, answers)
      if result.contains(Move()) { return [Move()] }
      result.append(Move(formulas: [number], postponed: 1 << UInt128(try bit(of: number))))
      return try Self.easiest(result)
    }
  }

  private mutating func conjunction(
    _ parts: [NormalForm.Number], _ answers: [Int: Bool]
  ) throws(Stop) -> [Move] {
    var result = [Move()]
    for part in parts {
      if result.isEmpty { break }
      var joined: [Move] = []
      for move in try moves(part, answers) {
        for known in result {
          var both = known
          for formula in move.formulas { both.formulas.insert(formula) }
          both.postponed |= move.postponed
          joined.append(both)
        }
      }
      result = try Self.easiest(joined)
    }
    return result
  }

  private mutating func bit(of number: NormalForm.Number) throws(Stop) -> Int {
    if let known = bits[number] { return known }
    guard bits.count < Self.bitLimit else { throw .tooLarge }
    bits[number] = bits.count
    return bits.count - 1
  }

  /// The moves that are not harder than another one.
  private static func easiest(_ moves: [Move]) throws(Stop) -> [Move] {
    guard moves.count <= moveLimit else { throw .tooLarge }
    var kept: [Move] = []
    for move in moves where !kept.contains(where: { $0.isEasier(than: move) }) {
      kept.removeAll { move.isEasier(than: $0) }
      kept.append(move)
    }
    return kept
  }
}

extension [NormalForm.Number] {
  /// Inserts into a sorted list in which each occurs once.
  fileprivate mutating func insert(_ number: NormalForm.Number) {
    let place = firstIndex { $0 >= number } ?? count
    if place == count || self[place] != number { insert(number, at: place) }
  }
}
