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

  private indirect enum Decision {
    case unknown
    case test(atom: Int, ifFalse: Int, ifTrue: Int)
    case moves([Successor])
  }

  private let form: NormalForm
  private var controls: [[NormalForm.Number]] = []
  private var numbers: [[NormalForm.Number]: Int] = [:]
  /// By control: the root of its decisions.
  private var roots: [Int] = []
  private var decisions: [Decision] = []
  private var bits: [NormalForm.Number: Int] = [:]
  /// By control: a run may come back to it and accept.
  private(set) var mayRecur: [Bool] = []

  private static let controlLimit = 1 << 20
  private static let moveLimit = 4_096
  private static let bitLimit = 128

  /// The control 0 stands for the formulas.
  init(of formulas: [NormalForm.Number], _ form: NormalForm) {
    self.form = form
    _ = try? control(for: Array(Set(formulas)).sorted())
  }

  /// How many formulas were put off anywhere.
  var eventualities: Int { bits.count }

  /// The moves on a step whose atoms `isTrue` knows.
  mutating func successors(
    of control: Int, _ isTrue: (Int) throws(LivenessEnd) -> Bool
  ) throws(LivenessEnd) -> [Successor] {
    var answers: [Int: Bool] = [:]
    var place = roots[control]
    while true {
      switch decisions[place] {
      case .moves(let successors): return successors
      case .test(let atom, let ifFalse, let ifTrue):
        let answer = try isTrue(atom)
        answers[atom] = answer
        place = answer ? ifTrue : ifFalse
      case .unknown:
        switch try reduce(control, answers) {
        case .missing(let atom):
          decisions += [.unknown, .unknown]
          decisions[place] = .test(atom: atom, ifFalse: decisions.count - 2, ifTrue: decisions.count - 1)
        case .moves(let moves):
          var successors: [Successor] = []
          for move in moves {
            successors.append(.init(control: try self.control(for: move.formulas), postponed: move.postponed))
          }
          decisions[place] = .moves(successors)
        }
      }
    }
  }

  private mutating func control(for formulas: [NormalForm.Number]) throws(LivenessEnd) -> Int {
    if let known = numbers[formulas] { return known }
    guard controls.count < Self.controlLimit else { throw .tooLarge }
    numbers[formulas] = controls.count
    controls.append(formulas)
    roots.append(decisions.count)
    decisions.append(.unknown)
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
