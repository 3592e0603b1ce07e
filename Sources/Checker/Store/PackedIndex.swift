/// All partitions of a store that does not change, for many lookups at once.
///
/// States are numbered through all partitions. Rows are hashed some time before they are looked up, so
/// that the tables' lines, and then the states', are on their way meanwhile.
///
/// The unsafe memory stays in this file. For one thread; the store must live as long.
final class PackedIndex {
  /// In place of the number of a row that is not there.
  static let missing = UInt32.max

  private let layout: StateLayout
  private let partitions: UnsafeMutablePointer<PartitionIndex>
  private let bases: UnsafeMutablePointer<Int>
  private var hashes: UnsafeMutablePointer<UInt64>
  private var hashCapacity = 0

  /// Nil for more states than numbers of 32 bits tell apart.
  init?(_ store: PackedStore) {
    guard store.count < Int(Self.missing) else { return nil }
    layout = store.layout
    partitions = .allocate(capacity: PackedStore.partitionCount)
    bases = .allocate(capacity: PackedStore.partitionCount + 1)
    for (number, base) in store.bases.enumerated() { (bases + number).initialize(to: base) }
    for (number, partition) in store.partitions.enumerated() {
      (partitions + number).initialize(to: partition.index)
    }
    hashes = .allocate(capacity: 1)
  }

  deinit {
    partitions.deallocate()
    bases.deallocate()
    hashes.deallocate()
  }

  /// Writes the number of each row, or `missing`.
  ///
  /// - Parameter rows: of the layout's words, with padding behind them.
  func find(_ rows: UnsafePointer<UInt64>, count: Int, into numbers: UnsafeMutablePointer<UInt32>) {
    if count > hashCapacity {
      hashes.deallocate()
      hashCapacity = count + count / 2
      hashes = .allocate(capacity: hashCapacity)
    }
    let size = layout.byteCount
    switch layout.width {
    case 1: find(rows, count, numbers, PackedRow<1>.masks(byteCount: size))
    case 2: find(rows, count, numbers, PackedRow<2>.masks(byteCount: size))
    case 3: find(rows, count, numbers, PackedRow<3>.masks(byteCount: size))
    case 4: find(rows, count, numbers, PackedRow<4>.masks(byteCount: size))
    case 5...8: find(rows, count, numbers, PackedRow<8>.masks(byteCount: size))
    case 9...16: find(rows, count, numbers, PackedRow<16>.masks(byteCount: size))
    default: find(rows, count, numbers, PackedRow<64>.masks(byteCount: size))
    }
  }

  private func find<let width: Int>(
    _ rows: UnsafePointer<UInt64>, _ count: Int, _ numbers: UnsafeMutablePointer<UInt32>,
    _ masks: InlineArray<width, UInt64>
  ) {
    let (partitions, bases, hashes, rowWords) = (partitions, bases, hashes, layout.width)
    let shift = 64 &- PackedStore.partitionBits
    for index in 0..<count {
      let hash = PackedRow<width>(bytes: rows + index &* rowWords, masks: masks).fingerprint
      hashes[index] = hash
      partitions[Int(truncatingIfNeeded: hash &>> shift)].prefetch(hash &<< PackedStore.partitionBits)
    }
    for index in 0..<count {
      if index &+ 8 < count {
        let next = hashes[index &+ 8]
        partitions[Int(truncatingIfNeeded: next &>> shift)].prefetchState(next &<< PackedStore.partitionBits)
      }
      let row = PackedRow<width>(bytes: rows + index &* rowWords, masks: masks)
      let partition = Int(truncatingIfNeeded: hashes[index] &>> shift)
      let number = partitions[partition].number(of: row, hashes[index] &<< PackedStore.partitionBits, masks)
      numbers[index] = number.map { UInt32(truncatingIfNeeded: bases[partition] &+ $0) } ?? Self.missing
    }
  }
}
