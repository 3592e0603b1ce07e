/// Packed rows sorted by partition, in order of discovery within each.
final class SuccessorBatch {
  private var storage: UnsafeMutableRawPointer
  private var capacity = 0
  /// By partition, where its rows begin; and the end of the last.
  private var starts = [Int](repeating: 0, count: PackedStore.partitionCount + 1)
  private let byteCount: Int

  init(byteCount: Int) {
    self.byteCount = byteCount
    storage = .allocate(byteCount: PackedStore.padding, alignment: 8)
  }

  deinit { storage.deallocate() }

  var bytesInUse: Int { capacity * byteCount }
  var count: Int { starts[PackedStore.partitionCount] }

  func rows(for partition: Int) -> (bytes: UnsafeRawPointer, count: Int) {
    (
      UnsafeRawPointer(storage + starts[partition] * byteCount), starts[partition + 1] - starts[partition]
    )
  }

  fileprivate func begin(_ counts: UnsafePointer<Int32>) {
    var total = 0
    for partition in 0..<PackedStore.partitionCount {
      starts[partition] = total
      total += Int(counts[partition])
    }
    starts[PackedStore.partitionCount] = total
    if total > capacity {
      storage.deallocate()
      capacity = total + total / 4
      storage = .allocate(byteCount: capacity * byteCount + PackedStore.padding, alignment: 8)
    }
  }

  fileprivate func fill(_ body: (UnsafeMutableRawPointer, UnsafePointer<Int>) -> Void) {
    starts.withUnsafeBufferPointer { if let starts = $0.baseAddress { body(storage, starts) } }
  }
}

/// Sorts rows by partition, and leaves out those that it has seen lately.
///
/// What it leaves out was handed on before, by an earlier chunk or earlier in this one, so
/// that the store has it or receives it first: states and their order are not changed.
/// For one thread.
final class SuccessorSorter {
  private let rowWords: Int
  private let byteCount: Int
  private let recent: UnsafeMutablePointer<UInt64>
  /// Which of the recent rows there are.
  private let isKnown: UnsafeMutablePointer<Bool>
  private let partitions: UnsafeMutablePointer<UInt8>
  private let counts: UnsafeMutablePointer<Int32>
  private let cursors: UnsafeMutablePointer<Int>
  /// Rows that can be sorted at once.
  let rowLimit: Int
  private static let recentCount = 1 << 14
  private static let dropped: UInt8 = 255

  init(layout: StateLayout, rowLimit: Int) {
    rowWords = layout.width
    byteCount = layout.byteCount
    self.rowLimit = rowLimit
    recent = .allocate(capacity: Self.recentCount * Self.words(layout.width))
    recent.initialize(repeating: 0, count: Self.recentCount * Self.words(layout.width))
    isKnown = .allocate(capacity: Self.recentCount)
    isKnown.initialize(repeating: false, count: Self.recentCount)
    partitions = .allocate(capacity: rowLimit)
    counts = .allocate(capacity: PackedStore.partitionCount)
    cursors = .allocate(capacity: PackedStore.partitionCount)
  }

  /// Words of the row that `sort` works with.
  private static func words(_ width: Int) -> Int {
    width <= 4 ? width : width <= 8 ? 8 : width <= 16 ? 16 : 64
  }

  deinit {
    recent.deallocate()
    isKnown.deallocate()
    partitions.deallocate()
    counts.deallocate()
    cursors.deallocate()
  }

  /// - Parameter rows: `count` rows of the layout's words, with padding behind them.
  func sort(_ rows: UnsafePointer<UInt64>, count: Int, into batch: SuccessorBatch) {
    switch rowWords {
    case 1: sort(rows, count, PackedRow<1>.masks(byteCount: byteCount), batch)
    case 2: sort(rows, count, PackedRow<2>.masks(byteCount: byteCount), batch)
    case 3: sort(rows, count, PackedRow<3>.masks(byteCount: byteCount), batch)
    case 4: sort(rows, count, PackedRow<4>.masks(byteCount: byteCount), batch)
    case 5...8: sort(rows, count, PackedRow<8>.masks(byteCount: byteCount), batch)
    case 9...16: sort(rows, count, PackedRow<16>.masks(byteCount: byteCount), batch)
    default: sort(rows, count, PackedRow<64>.masks(byteCount: byteCount), batch)
    }
  }

  private func sort<let width: Int>(
    _ rows: UnsafePointer<UInt64>, _ count: Int, _ masks: InlineArray<width, UInt64>, _ batch: SuccessorBatch
  ) {
    let (partitions, counts, cursors) = (partitions, counts, cursors)
    let (rowWords, byteCount) = (rowWords, byteCount)
    let (recent, isKnown) = (UnsafeMutableRawPointer(recent), isKnown)
    counts.update(repeating: 0, count: PackedStore.partitionCount)
    for index in 0..<count {
      let row = PackedRow<width>(bytes: rows + index &* rowWords, masks: masks)
      let hash = row.fingerprint
      let place = Int(truncatingIfNeeded: hash & UInt64(Self.recentCount &- 1))
      let seen = recent + place &* 8 &* width
      if isKnown[place], PackedRow<width>(bytes: seen, masks: Self.allBits()) == row {
        partitions[index] = Self.dropped
        continue
      }
      row.store(to: seen)
      isKnown[place] = true
      let partition = Int(truncatingIfNeeded: hash &>> (64 &- PackedStore.partitionBits))
      partitions[index] = UInt8(truncatingIfNeeded: partition)
      counts[partition] &+= 1
    }
    batch.begin(counts)
    batch.fill { storage, starts in
      for partition in 0..<PackedStore.partitionCount { cursors[partition] = starts[partition] }
      for index in 0..<count where partitions[index] != Self.dropped {
        let partition = Int(partitions[index])
        let place = cursors[partition]
        cursors[partition] = place &+ 1
        Self.copy(rows + index &* rowWords, to: storage + place &* byteCount, byteCount)
      }
    }
  }

  /// Copies so many bytes and no more: whole words, the last one overlapping the one before.
  @inline(__always)
  private static func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ byteCount: Int
  ) {
    if byteCount >= 8 {
      var offset = 0
      while offset < byteCount &- 8 {
        let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
        offset &+= 8
      }
      let last = source.loadUnaligned(fromByteOffset: byteCount &- 8, as: UInt64.self)
      target.storeBytes(of: last, toByteOffset: byteCount &- 8, as: UInt64.self)
    } else if byteCount >= 4 {
      let first = source.loadUnaligned(as: UInt32.self)
      let last = source.loadUnaligned(fromByteOffset: byteCount &- 4, as: UInt32.self)
      target.storeBytes(of: first, as: UInt32.self)
      target.storeBytes(of: last, toByteOffset: byteCount &- 4, as: UInt32.self)
    } else {
      for offset in 0..<byteCount {
        target.storeBytes(
          of: source.load(fromByteOffset: offset, as: UInt8.self), toByteOffset: offset, as: UInt8.self)
      }
    }
  }

  @inline(__always)
  private static func allBits<let width: Int>() -> InlineArray<width, UInt64> { InlineArray(repeating: .max) }
}
