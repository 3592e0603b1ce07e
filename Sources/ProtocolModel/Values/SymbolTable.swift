internal import Synchronization

/// Numbers for the strings, labels and record shapes that encoded values mention.
///
/// Append-only: a number, once given, stays. Numbers count from 0 in the order
/// of first use, so they differ between runs of several threads; nothing that a
/// user sees may depend on them. Any thread may call; a lock guards the tables.
public final class SymbolTable: Sendable {
  private struct Tables {
    var strings: [QuintString] = []
    var shapes: [RecordShape] = []
    /// Numbers by the ordinals of strings and shapes in the process; -1 where there is none.
    var stringNumbers: [Int] = []
    var shapeNumbers: [Int] = []

    static func number(at ordinal: Int, in numbers: inout [Int], orElse next: Int) -> Int {
      if ordinal >= numbers.count {
        numbers += repeatElement(-1, count: ordinal + 1 - numbers.count)
      }
      if numbers[ordinal] < 0 { numbers[ordinal] = next }
      return numbers[ordinal]
    }
  }

  private let tables = Mutex(Tables())

  public init() {}

  /// The number of a string, given now if it has none.
  public func number(of string: QuintString) -> Int {
    tables.withLock { tables in
      let next = tables.strings.count
      let number = Tables.number(at: string.ordinal, in: &tables.stringNumbers, orElse: next)
      if number == next { tables.strings.append(string) }
      return number
    }
  }

  /// The string of a number, nil when no string has it.
  public func string(_ number: Int) -> QuintString? {
    tables.withLock { $0.strings.indices.contains(number) ? $0.strings[number] : nil }
  }

  /// The number of a shape, given now if it has none.
  public func number(of shape: RecordShape) -> Int {
    tables.withLock { tables in
      let next = tables.shapes.count
      let number = Tables.number(at: shape.ordinal, in: &tables.shapeNumbers, orElse: next)
      if number == next { tables.shapes.append(shape) }
      return number
    }
  }

  /// The shape of a number, nil when no shape has it.
  public func shape(_ number: Int) -> RecordShape? {
    tables.withLock { $0.shapes.indices.contains(number) ? $0.shapes[number] : nil }
  }

  /// All strings by number: with `shapes` what a checkpoint has to keep.
  public var strings: [QuintString] { tables.withLock { $0.strings } }

  /// All shapes by number.
  public var shapes: [RecordShape] { tables.withLock { $0.shapes } }

  /// The table with these contents, as `strings` and `shapes` gave them.
  public init(strings: [QuintString], shapes: [RecordShape]) {
    for string in strings { _ = number(of: string) }
    for shape in shapes { _ = number(of: shape) }
  }
}
