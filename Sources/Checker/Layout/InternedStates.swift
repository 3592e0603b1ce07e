import ProtocolModel

/// States as rows of small numbers: each variable's values are numbered in order of
/// discovery, and a state is the row of its variables' numbers.
///
/// That is COLLAPSE compression as in SPIN (Holzmann, "State compression in SPIN",
/// 1997) with one component a variable: a protocol has many states but few values of
/// each variable. It suits every type of Quint, makes equality of states equality of
/// words, and turns reading a state into array lookups.
struct InternedStates {
  /// `values[v][n]` is value number `n` of variable `v`, in canonical form.
  private(set) var values: [[Value]]
  private var numbers: [[Value: UInt32]]

  init(variableCount: Int) {
    values = Array(repeating: [], count: variableCount)
    numbers = Array(repeating: [:], count: variableCount)
  }

  /// The number of a value, given now if it has none.
  ///
  /// - Throws: `.tooLarge` when a finite lazy set inside cannot be spelled out, or the numbers are used up.
  /// - Complexity: O(size of the value) expected.
  mutating func number(of value: Value, variable: Int) throws(ValueError) -> UInt32 {
    if let known = numbers[variable][value] { return known }
    let canonical = try value.canonicalized()
    guard let number = UInt32(exactly: values[variable].count) else {
      throw .tooLarge(limit: Int(UInt32.max))
    }
    values[variable].append(canonical)
    numbers[variable][canonical] = number
    return number
  }

  /// The values that a row stands for.
  func values(of row: UnsafeBufferPointer<UInt32>, into state: inout [Value?]) {
    for variable in state.indices { state[variable] = values[variable][Int(row[variable])] }
  }
}
