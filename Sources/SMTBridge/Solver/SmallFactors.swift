import ProtocolModel

/// Products and quotients of unknowns of which one has few values: a solver decides `x * y` with
/// y in 0...3 far faster as a choice among 0, x, 2x and 3x, which is linear.
extension TermGraph {
  /// More values than this are not told apart.
  private static let fewValues = 20

  /// For a product of two unknowns: the one with few values, and the other one.
  func smallFactor(_ a: Term, _ b: Term) -> (small: Term, other: Term)? {
    if integerValue(of: a) != nil || integerValue(of: b) != nil { return nil }
    switch (isSmall(a), isSmall(b)) {
    case (true, true): return range(of: a).count < range(of: b).count ? (a, b) : (b, a)
    case (true, false): return (a, b)
    case (false, true): return (b, a)
    case (false, false): return nil
    }
  }

  /// The values of an unknown divisor, ascending and above 0; nil where they are many. It is not 0
  /// wherever the quotient counts.
  func smallDivisors(_ b: Term) -> ClosedRange<Int>? {
    guard integerValue(of: b) == nil, range(of: b).lowerBound >= 0, range(of: b).upperBound >= 1, isSmall(b)
    else { return nil }
    return max(1, range(of: b).lowerBound)...range(of: b).upperBound
  }

  /// What a number that is not negative can come to when it is divided by a constant; nil for
  /// many values.
  func smallQuotients(_ a: Term, _ divisor: Int) -> ClosedRange<Int>? {
    let range = range(of: a)
    guard divisor > 0, range.lowerBound >= 0, range.upperBound / divisor - range.lowerBound / divisor < 80
    else { return nil }
    return (range.lowerBound / divisor)...(range.upperBound / divisor)
  }

  private func isSmall(_ term: Term) -> Bool {
    let range = range(of: term)
    guard range.lowerBound > -1_000_000, range.upperBound < 1_000_000 else { return false }
    return range.count <= Self.fewValues
  }

  /// True if some node is a product or quotient of two unknowns.
  var hasProducts: Bool {
    nodes.contains { node in
      switch node {
      case .multiply(let a, let b): integerValue(of: a) == nil && integerValue(of: b) == nil
      case .quotient(_, let b), .remainder(_, let b): integerValue(of: b) == nil
      default: false
      }
    }
  }
}
