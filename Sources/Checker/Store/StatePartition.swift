import CPrefetch

/// The states whose fingerprints begin with the same bits.
///
/// States stand one behind the other in order of discovery, packed to whole bytes, and
/// never move: the arena is the store and the queue. The table finds them: open addressing
/// with linear probing over slots of four bytes, each the number of a state and, in the
/// bits that numbers do not need yet, a part of its fingerprint. Slots whose fingerprint
/// agrees lead to a comparison of whole states, so equal fingerprints do no harm.
///
/// A partition is small enough for its table to stay in the cache while many states are
/// looked up, and belongs to one thread at a time: there is nothing to lock.
///
/// - Complexity: O(1) expected for each lookup. The table is filled to seven tenths and then
///   grows from the arena, by its size while it is small, later by half: O(1) amortized.
final class StatePartition {
  private let arena: ReservedMemory
  private let slots: ReservedMemory
  private let byteCount: Int
  private(set) var count = 0
  private var capacity: Int
  /// Bits of a slot that hold the number of a state, plus 1.
  private var numberBits: UInt32
  private var largePages = (arena: 0, slots: 0)

  private static let initialCapacity = 256
  /// Tables below this take little memory: fewer steps of growth are worth more.
  private static let smallCapacity = 1 << 16
  /// Below this many bytes large pages would be mostly empty.
  private static let largePageThreshold = 16 << 20

  struct Full: Error {}

  /// - Parameters:
  ///   - reservedBytes: addresses to reserve for the states.
  ///   - tableBytes: the same for the table.
  ///   - file: where the states are kept instead of memory; closed in the end.
  init(
    byteCount: Int, reservedBytes: Int, tableBytes: Int, file: Int32? = nil
  ) throws(ReservedMemory.Failure) {
    self.byteCount = byteCount
    arena = try ReservedMemory(byteCount: reservedBytes, file: file)
    slots = try ReservedMemory(byteCount: tableBytes)
    capacity = Self.initialCapacity
    numberBits = Self.bits(for: Self.initialCapacity)
  }

  private static func bits(for capacity: Int) -> UInt32 {
    UInt32(Int.bitWidth - capacity.leadingZeroBitCount)
  }

  func pageOut() { arena.pageOut(0..<count * byteCount) }

  /// Bytes that were touched.
  var bytesInUse: Int { count * byteCount + capacity * 4 }

  func state(_ number: Int) -> UnsafePointer<UInt8> {
    UnsafePointer((arena.start + number &* byteCount).assumingMemoryBound(to: UInt8.self))
  }

  /// Adds the rows that are not there yet, in order.
  ///
  /// Rows are hashed some time before they are looked up, so that the table's lines are on
  /// their way meanwhile. Everything that the loop reads is in locals: a property of a class
  /// costs as much as the lookup.
  ///
  /// - Parameters:
  ///   - bytes: packed rows, one behind the other.
  ///   - partitionBits: leading bits of fingerprints that all of them share.
  func insert<let width: Int>(
    _ bytes: UnsafeRawPointer, count rowCount: Int, partitionBits: UInt64,
    masks: InlineArray<width, UInt64>
  ) throws(Full) {
    var ring = InlineArray<16, UInt64>(repeating: 0)
    let byteCount = byteCount
    let states = arena.start
    let table = slots.start.assumingMemoryBound(to: UInt32.self)
    var view = TableView(table, capacity, numberBits)
    var count = count
    var limit = min(capacity &* 7 / 10, (arena.byteCount &- 8 &* width) / byteCount)
    defer { self.count = count }
    for index in 0..<min(16, rowCount) {
      ring[index] = Self.hash(bytes + index &* byteCount, partitionBits, masks)
      view.prefetch(ring[index])
    }
    for index in 0..<rowCount {
      let row = PackedRow<width>(bytes: bytes + index &* byteCount, masks: masks)
      let hash = ring[index & 15]
      if index &+ 16 < rowCount {
        let next = Self.hash(bytes + (index &+ 16) &* byteCount, partitionBits, masks)
        ring[index & 15] = next
        view.prefetch(next)
      }
      // The state that the row is probably equal to, half way between.
      if index &+ 8 < rowCount { view.prefetchState(ring[(index &+ 8) & 15], states, byteCount) }
      var place = view.find(row, hash, states, byteCount, masks)
      if place < 0 { continue }
      if count == limit {
        guard count < (arena.byteCount &- 8 &* width) / byteCount else { throw Full() }
        self.count = count
        try grow(partitionBits, masks)
        view = TableView(table, capacity, numberBits)
        limit = min(capacity &* 7 / 10, (arena.byteCount &- 8 &* width) / byteCount)
        place = view.find(row, hash, states, byteCount, masks)
      }
      row.store(to: states + count &* byteCount)
      count &+= 1
      table[place] = UInt32(truncatingIfNeeded: count) | view.tag(hash)
    }
    noteLargePages(count)
  }

  /// What looks rows up, as long as none is added.
  var index: PartitionIndex {
    PartitionIndex(
      view: TableView(slots.start.assumingMemoryBound(to: UInt32.self), capacity, numberBits),
      states: arena.start, byteCount: byteCount)
  }

  /// The number of a row that is there; nil for any other.
  func number<let width: Int>(
    of row: PackedRow<width>, partitionBits: UInt64, masks: InlineArray<width, UInt64>
  ) -> Int? {
    let view = TableView(slots.start.assumingMemoryBound(to: UInt32.self), capacity, numberBits)
    return view.number(row, row.fingerprint &<< partitionBits, arena.start, byteCount, masks)
  }

  /// The fingerprint without the bits that name the partition.
  @inline(__always)
  private static func hash<let width: Int>(
    _ bytes: UnsafeRawPointer, _ partitionBits: UInt64, _ masks: InlineArray<width, UInt64>
  ) -> UInt64 {
    PackedRow<width>(bytes: bytes, masks: masks).fingerprint &<< partitionBits
  }

  /// Makes room and enters all states anew.
  private func grow<let width: Int>(
    _ partitionBits: UInt64, _ masks: InlineArray<width, UInt64>
  ) throws(Full) {
    let larger = capacity + (capacity < Self.smallCapacity ? capacity : capacity / 2)
    guard larger < Int(UInt32.max / 2), 4 * larger <= slots.byteCount else { throw Full() }
    let table = slots.start.assumingMemoryBound(to: UInt32.self)
    slots.populate(4 * capacity..<4 * larger)
    table.update(repeating: 0, count: capacity)
    capacity = larger
    numberBits = Self.bits(for: larger)
    let view = TableView(table, capacity, numberBits)
    for number in 0..<count {
      let hash = Self.hash(arena.start + number &* byteCount, partitionBits, masks)
      table[view.vacancy(hash)] = UInt32(truncatingIfNeeded: number &+ 1) | view.tag(hash)
    }
  }

  private func noteLargePages(_ count: Int) {
    if count &* byteCount > largePages.arena &+ Self.largePageThreshold {
      let end = largePages.arena &+ 2 &* Self.largePageThreshold
      arena.preferLargePages(largePages.arena..<end)
      largePages.arena = end
    }
  }
}

/// A partition that does not change, for many lookups.
struct PartitionIndex {
  fileprivate let view: TableView
  fileprivate let states: UnsafeMutableRawPointer
  fileprivate let byteCount: Int

  /// - Parameter hash: the fingerprint without the bits that name the partition.
  @inline(__always)
  func prefetch(_ hash: UInt64) { view.prefetch(hash) }

  @inline(__always)
  func prefetchState(_ hash: UInt64) { view.prefetchState(hash, states, byteCount) }

  @inline(__always)
  func number<let width: Int>(
    of row: PackedRow<width>, _ hash: UInt64, _ masks: InlineArray<width, UInt64>
  ) -> Int? {
    view.number(row, hash, states, byteCount, masks)
  }
}

/// The table of a partition for one run through many rows.
private struct TableView {
  let table: UnsafeMutablePointer<UInt32>
  let capacity: Int
  let numberBits: UInt32
  let numberMask: UInt32

  init(_ table: UnsafeMutablePointer<UInt32>, _ capacity: Int, _ numberBits: UInt32) {
    self.table = table
    self.capacity = capacity
    self.numberBits = numberBits
    numberMask = (1 &<< numberBits) &- 1
  }

  /// Bits of the fingerprint that have no part in the home slot.
  @inline(__always)
  func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash &>> 12) &<< numberBits }

  @inline(__always)
  private func home(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: capacity)).high)
  }

  @inline(__always)
  func prefetch(_ hash: UInt64) { prefetchForReading(table + home(hash)) }

  @inline(__always)
  func prefetchState(_ hash: UInt64, _ states: UnsafeMutableRawPointer, _ byteCount: Int) {
    let number = Int(table[home(hash)] & numberMask)
    if number != 0 { prefetchForReading(states + (number &- 1) &* byteCount) }
  }

  /// The free slot where a row belongs; -1 if the row is there.
  @inline(__always)
  func find<let width: Int>(
    _ row: PackedRow<width>, _ hash: UInt64, _ states: UnsafeMutableRawPointer, _ byteCount: Int,
    _ masks: InlineArray<width, UInt64>
  ) -> Int {
    let wanted = tag(hash)
    var place = home(hash)
    while true {
      let slot = table[place]
      if slot == 0 { return place }
      if (slot ^ wanted) & ~numberMask == 0 {
        let number = Int(slot & numberMask) &- 1
        if PackedRow<width>(bytes: states + number &* byteCount, masks: masks) == row { return -1 }
      }
      place &+= 1
      if place == capacity { place = 0 }
    }
  }

  /// The number of a row; nil if it is not there.
  @inline(__always)
  func number<let width: Int>(
    _ row: PackedRow<width>, _ hash: UInt64, _ states: UnsafeMutableRawPointer, _ byteCount: Int,
    _ masks: InlineArray<width, UInt64>
  ) -> Int? {
    let wanted = tag(hash)
    var place = home(hash)
    while true {
      let slot = table[place]
      if slot == 0 { return nil }
      if (slot ^ wanted) & ~numberMask == 0 {
        let number = Int(slot & numberMask) &- 1
        if PackedRow<width>(bytes: states + number &* byteCount, masks: masks) == row { return number }
      }
      place &+= 1
      if place == capacity { place = 0 }
    }
  }

  /// The first free slot for a row that is known to be new.
  @inline(__always)
  func vacancy(_ hash: UInt64) -> Int {
    var place = home(hash)
    while table[place] != 0 {
      place &+= 1
      if place == capacity { place = 0 }
    }
    return place
  }
}
