internal import Synchronization

/// A string of Quint: a string constant, a field's name or a variant's label.
///
/// Strings are equal when their Unicode scalars are, unlike Swift's, which
/// compare up to canonical equivalence; they are ordered by their scalars.
///
/// Each text exists once in the process, so that equality and hashing look at a
/// pointer. Quint has no operator that builds strings, hence all of them come
/// from a source or trace file, and the table, which is never emptied, is small.
public struct QuintString: Sendable {
  private let unique: Unique

  private final class Unique: Sendable {
    let text: String
    /// The first eight bytes of UTF-8, the first one most significant; zeros after a shorter text.
    let prefix: UInt64

    /// How many texts were made before this one.
    let ordinal: Int

    init(_ text: String, utf8: [UInt8], ordinal: Int) {
      self.text = text
      self.ordinal = ordinal
      var prefix: UInt64 = 0
      for index in 0..<8 { prefix = prefix << 8 | UInt64(index < utf8.count ? utf8[index] : 0) }
      self.prefix = prefix
    }
  }

  private static let table = Mutex<[[UInt8]: Unique]>([:])

  /// - Complexity: O(length); takes a lock.
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    unique = Self.table.withLock { table in
      if let known = table[bytes] { return known }
      var text = text
      text.makeContiguousUTF8()
      let made = Unique(text, utf8: bytes, ordinal: table.count)
      table[bytes] = made
      return made
    }
  }

  public var text: String { unique.text }

  public var isEmpty: Bool { unique.text.isEmpty }

  /// A number that this text alone has in the process. It differs between runs.
  var ordinal: Int { unique.ordinal }
}

extension QuintString: Hashable, Comparable {
  public static func == (a: QuintString, b: QuintString) -> Bool { a.unique === b.unique }

  public static func < (a: QuintString, b: QuintString) -> Bool { a.compare(b) < 0 }

  /// -1, 0 or 1 by Unicode scalars, which is also the order of UTF-8 bytes.
  ///
  /// - Complexity: O(1) when equal or different within eight bytes, else O(length).
  public func compare(_ other: QuintString) -> Int {
    if unique === other.unique { return 0 }
    let (prefix, otherPrefix) = (unique.prefix, other.unique.prefix)
    if prefix != otherPrefix { return prefix < otherPrefix ? -1 : 1 }
    return unique.text.utf8.lexicographicallyPrecedes(other.unique.text.utf8) ? -1 : 1
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(unique)) }
}

extension QuintString: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) { self.init(value) }

  public var description: String { text }
}
