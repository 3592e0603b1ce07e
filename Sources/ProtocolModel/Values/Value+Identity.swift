// Equality by bits: the quick way to "yes".
//
// A `Value` is two words: numbers, or pointers to shared storage. Equal words
// mean equal values, since strings, labels and shapes are unique objects and
// collections are immutable. Different words mean nothing, and the slow
// comparison decides. The gain is not in the comparison itself but in leaving
// reference counts alone, which cost more than everything else in a lookup.

extension Value {
  /// True only for equal values; false says nothing.
  @inline(__always)
  package static func areIdentical(_ a: Value, _ b: Value) -> Bool {
    let (x, y) = (words(a), words(b))
    return x.0 == y.0 && x.1 == y.1
  }

  @inline(__always)
  private static func words(_ value: Value) -> (UInt64, UInt64) {
    unsafeBitCast(value, to: (UInt64, UInt64).self)
  }

  /// The first position from `start` at which two arrays are not identical, or the
  /// end of the shorter one.
  static func firstDifference(_ a: [Value], _ b: [Value], from start: Int) -> Int {
    a.withUnsafeBytes { left in
      b.withUnsafeBytes { right in
        let end = min(left.count, right.count)
        guard let x = left.baseAddress, let y = right.baseAddress, x != y else {
          return end / MemoryLayout<Value>.stride
        }
        var offset = start &* MemoryLayout<Value>.stride
        while offset < end, areIdentical(x + offset, y + offset) { offset &+= MemoryLayout<Value>.stride }
        return min(offset, end) / MemoryLayout<Value>.stride
      }
    }
  }

  /// Position of an identical entry in an array of few; nil says nothing.
  ///
  /// - Complexity: O(n).
  func identicalPosition(in array: [Value]) -> Int? {
    let wanted = Self.words(self)
    return array.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return nil }
      var offset = 0
      while offset < bytes.count {
        if (start + offset).load(as: UInt64.self) == wanted.0,
          (start + offset).load(fromByteOffset: 8, as: UInt64.self) == wanted.1
        {
          return offset / MemoryLayout<Value>.stride
        }
        offset &+= MemoryLayout<Value>.stride
      }
      return nil
    }
  }

  @inline(__always)
  private static func areIdentical(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer) -> Bool {
    a.load(as: UInt64.self) == b.load(as: UInt64.self)
      && a.load(fromByteOffset: 8, as: UInt64.self) == b.load(fromByteOffset: 8, as: UInt64.self)
  }
}
