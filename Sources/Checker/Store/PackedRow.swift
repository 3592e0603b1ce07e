/// A packed state in registers: a fixed number of words, so that copies and comparisons unroll.
struct PackedRow<let width: Int>: BitwiseCopyable {
  private(set) var words: InlineArray<width, UInt64>

  /// Reads packed bytes; the memory must be readable for `8 * width` bytes.
  ///
  /// - Parameter masks: the bits of each word that belong to the state.
  @inline(__always)
  init(bytes: UnsafeRawPointer, masks: InlineArray<width, UInt64>) {
    words = InlineArray(repeating: 0)
    for word in 0..<width {
      words[word] = bytes.loadUnaligned(fromByteOffset: 8 &* word, as: UInt64.self) & masks[word]
    }
  }

  /// Writes all words, the last ones perhaps beyond the state's bytes.
  @inline(__always)
  func store(to bytes: UnsafeMutableRawPointer) {
    for word in 0..<width { bytes.storeBytes(of: words[word], toByteOffset: 8 &* word, as: UInt64.self) }
  }

  @inline(__always)
  static func == (a: Self, b: Self) -> Bool {
    var difference: UInt64 = 0
    for word in 0..<width { difference |= a.words[word] ^ b.words[word] }
    return difference == 0
  }

  /// Multiplication with folding, as in wyhash (Wang Yi, 2019): all 64 bits are well mixed.
  @inline(__always)
  var fingerprint: UInt64 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
    for word in 0..<width { hash = Self.fold(hash ^ words[word], 0xa076_1d64_78bd_642f) }
    return Self.fold(hash, 0xe703_7ed1_a0b4_28db)
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }
}

extension PackedRow {
  /// Masks for a layout: nothing beyond its bytes.
  static func masks(byteCount: Int) -> InlineArray<width, UInt64> {
    var masks = InlineArray<width, UInt64>(repeating: 0)
    for word in 0..<width {
      let bytes = byteCount - 8 * word
      masks[word] = bytes >= 8 ? .max : bytes <= 0 ? 0 : (1 << UInt64(8 * bytes)) &- 1
    }
    return masks
  }
}
