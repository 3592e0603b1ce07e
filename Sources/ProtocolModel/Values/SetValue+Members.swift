// Enumeration of sets in canonical order, without spelling them out first.
//
// Each lazy kind has a successor function that yields its members in the order
// in which the explicit form would have them: subsets and lists depth first
// (a prefix before what continues it), products and maps like an odometer whose
// first place turns slowest.

extension SetValue {
  /// The members in canonical order, one at a time.
  ///
  /// - Throws: `.infinite`; `.tooLarge` when the base of a powerset or the keys
  ///   of a set of maps are more than `memberLimit`.
  /// - Complexity: O(1) memory beyond bases of powersets and keys of maps.
  public func members() throws(ValueError) -> SetMembers {
    switch self {
    case .explicit(let members): return SetMembers(members)
    case .interval(let low, let high): return SetMembers(.interval(next: low, last: high))
    case .integers, .naturals: throw .infinite
    default: break
    }
    if isEmpty { return SetMembers([]) }
    guard isFinite else { throw .infinite }
    switch self {
    case .explicit, .interval, .integers, .naturals: throw .infinite
    case .powerset(let base):
      return SetMembers(.subsets(SubsetSteps(of: try base.explicitMembers())))
    case .tuples(let factors):
      return SetMembers(.odometer(try Odometer(factors), keys: nil))
    case .maps(let domain, let range):
      let keys = try domain.explicitMembers()
      return SetMembers(.odometer(try Odometer(Array(repeating: range, count: keys.count)), keys: keys))
    case .lists(let elements, let maxLength):
      return SetMembers(.lists(try ListSteps(over: elements, upTo: maxLength)))
    }
  }

  /// All members in ascending order.
  ///
  /// - Throws: `.infinite`; `.tooLarge` when there are more than `limit` and the set is lazy.
  /// - Complexity: O(1) for an explicit set, else O(members).
  public func explicitMembers(limit: Int = SetValue.memberLimit) throws(ValueError) -> [Value] {
    if case .explicit(let members) = self { return members }
    guard isFinite else { throw .infinite }
    guard let size = smallSize, size <= limit else { throw .tooLarge(limit: limit) }
    var result: [Value] = []
    result.reserveCapacity(size)
    for member in try members() { result.append(member) }
    return result
  }
}

/// The members of a set in canonical order; to be iterated over once.
public struct SetMembers: Sequence, IteratorProtocol {
  enum Source {
    case none
    case interval(next: Integer, last: Integer)
    case subsets(SubsetSteps)
    case odometer(Odometer, keys: [Value]?)
    case lists(ListSteps)
  }

  /// Members of an explicit set, which is the frequent case.
  private let array: [Value]
  private var index = 0
  private var source: Source

  init(_ array: [Value]) {
    self.array = array
    source = .none
  }

  init(_ source: Source) {
    array = []
    self.source = source
  }

  public mutating func next() -> Value? {
    if index < array.count {
      defer { index &+= 1 }
      return array[index]
    }
    switch source {
    case .none: return nil
    case .interval(let number, let last):
      guard number <= last else { return nil }
      source = .interval(next: number + .one, last: last)
      return .int(number)
    case .subsets(let steps):
      return steps.next().map { .set(.explicit($0)) }
    case .odometer(let odometer, let keys):
      guard let digits = odometer.next() else { return nil }
      guard let keys else { return .tuple(digits) }
      return .map(MapValue(ascendingKeys: keys, values: digits))
    case .lists(let steps):
      return steps.next().map { .list($0) }
    }
  }
}

/// Subsets of an ascending array in canonical order: {}, {0}, {0,1}, {0,1,2}, {0,2}, {1}, ...
final class SubsetSteps {
  private let base: [Value]
  private var chosen: [Int] = []
  private var isStarted = false
  private var isFinished = false

  init(of base: [Value]) { self.base = base }

  func next() -> [Value]? {
    if !isStarted {
      isStarted = true
      return []
    }
    if isFinished { return nil }
    let following = chosen.last.map { $0 + 1 } ?? 0
    if following < base.count {
      chosen.append(following)
    } else {
      // The greatest member is in: drop it, and move the one before on.
      _ = chosen.popLast()
      guard let previous = chosen.popLast() else {
        isFinished = true
        return nil
      }
      chosen.append(previous + 1)
    }
    return chosen.map { base[$0] }
  }
}

/// Sequences with one member of each set, the first place turning slowest.
final class Odometer {
  private let wheels: [SetValue]
  private var iterators: [SetMembers] = []
  private var digits: [Value] = []
  private var isFinished = false
  private var isStarted = false

  init(_ wheels: [SetValue]) throws(ValueError) {
    self.wheels = wheels
    for wheel in wheels {
      var iterator = try wheel.members()
      guard let first = iterator.next() else {
        isFinished = true
        return
      }
      digits.append(first)
      iterators.append(iterator)
    }
  }

  func next() -> [Value]? {
    if isFinished { return nil }
    if !isStarted {
      isStarted = true
      return digits
    }
    var place = wheels.count - 1
    while place >= 0 {
      if let digit = iterators[place].next() {
        digits[place] = digit
        return digits
      }
      // The set could be enumerated before, so it can again.
      guard var restarted = try? wheels[place].members(), let first = restarted.next() else { break }
      digits[place] = first
      iterators[place] = restarted
      place -= 1
    }
    isFinished = true
    return nil
  }
}

/// Lists over a set up to a length in canonical order: [], [a], [a,a], [a,b], [b], ...
final class ListSteps {
  private let elements: SetValue
  private let maxLength: Int
  private var iterators: [SetMembers] = []
  private var entries: [Value] = []
  private var isStarted = false

  init(over elements: SetValue, upTo maxLength: Int) throws(ValueError) {
    self.elements = elements
    self.maxLength = maxLength
    if maxLength > 0 { _ = try elements.members() }
  }

  func next() -> [Value]? {
    if !isStarted {
      isStarted = true
      return []
    }
    if entries.count < maxLength, let iterator = try? elements.members() {
      iterators.append(iterator)
      entries.append(.unit)
    }
    while !iterators.isEmpty {
      let last = iterators.count - 1
      if let entry = iterators[last].next() {
        entries[last] = entry
        return entries
      }
      iterators.removeLast()
      entries.removeLast()
    }
    return nil
  }
}
