import CXXHash

/// All states found so far, in order of discovery, each once.
///
/// A state is a row of `width` words. Rows lie one behind the other in an arena that
/// is also the breadth-first queue; an open-addressing table of 32-bit indices finds a
/// row by its XXH3 hash. Rows are compared in full, so the store is exact. Beside each
/// row stands the index of the state from which it was found.
///
/// The unsafe memory stays in this file. A store is for one thread.
final class StateStore {
  typealias Index = UInt32

  let width: Int
  private(set) var count = 0
  private var rows: UnsafeMutablePointer<UInt32>
  private var parents: UnsafeMutablePointer<Index>
  private var capacity: Int
  /// Index + 1 of a row, 0 where the place is free. The count is a power of two.
  private var table: UnsafeMutablePointer<UInt32>
  /// Upper half of the hash, to tell most different rows apart without reading them.
  private var tags: UnsafeMutablePointer<UInt32>
  private var mask: Int

  /// Parent of initial states.
  static let none = Index.max
  /// The most states that indices can tell apart.
  static let limit = Int(Index.max) - 1

  init(width: Int, capacity: Int = 1 << 10) {
    self.width = width
    self.capacity = capacity
    rows = .allocate(capacity: capacity * max(1, width))
    parents = .allocate(capacity: capacity)
    mask = capacity * 2 - 1
    table = .allocate(capacity: mask + 1)
    tags = .allocate(capacity: mask + 1)
    table.initialize(repeating: 0, count: mask + 1)
    tags.initialize(repeating: 0, count: mask + 1)
  }

  deinit {
    rows.deallocate()
    parents.deallocate()
    table.deallocate()
    tags.deallocate()
  }

  /// Bytes held for `count` states.
  var byteCount: Int { capacity * (width * 4 + 4) + (mask + 1) * 8 }

  /// Adds a row unless it is there.
  ///
  /// - Returns: its index, and whether it is new; nil when the store is full.
  /// - Complexity: O(width) expected, amortized.
  func insert(_ row: [UInt32], parent: Index) -> (index: Index, isNew: Bool)? {
    precondition(row.count == width, "a row has one word a variable")
    let hash = row.withUnsafeBytes { XXH3_64bits($0.baseAddress, $0.count) }
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var place = Int(truncatingIfNeeded: hash) & mask
    while table[place] != 0 {
      if tags[place] == tag {
        let index = table[place] - 1
        let known = UnsafeBufferPointer(start: rows + Int(index) * width, count: width)
        if known.elementsEqual(row) { return (index, false) }
      }
      place = (place + 1) & mask
    }
    if count >= Self.limit { return nil }
    if count == capacity { grow() }
    let index = Index(count)
    row.withUnsafeBufferPointer { words in
      if let start = words.baseAddress { (rows + count * width).update(from: start, count: width) }
    }
    parents[count] = parent
    count += 1
    if count * 2 > mask {
      rehash()
    } else {
      table[place] = index + 1
      tags[place] = tag
    }
    return (index, true)
  }

  /// The words of a state; valid until the next insertion.
  func row(_ index: Index) -> UnsafeBufferPointer<UInt32> {
    precondition(Int(index) < count, "no such state")
    return UnsafeBufferPointer(start: rows + Int(index) * width, count: width)
  }

  /// The state from which a state was found first; nil for initial ones.
  func parent(_ index: Index) -> Index? {
    precondition(Int(index) < count, "no such state")
    return parents[Int(index)] == Self.none ? nil : parents[Int(index)]
  }

  private func grow() {
    let larger = capacity * 2
    let newRows = UnsafeMutablePointer<UInt32>.allocate(capacity: larger * max(1, width))
    newRows.update(from: rows, count: count * width)
    rows.deallocate()
    rows = newRows
    let newParents = UnsafeMutablePointer<Index>.allocate(capacity: larger)
    newParents.update(from: parents, count: count)
    parents.deallocate()
    parents = newParents
    capacity = larger
  }

  private func rehash() {
    let size = (mask + 1) * 2
    table.deallocate()
    tags.deallocate()
    table = .allocate(capacity: size)
    tags = .allocate(capacity: size)
    table.initialize(repeating: 0, count: size)
    tags.initialize(repeating: 0, count: size)
    mask = size - 1
    for index in 0..<count {
      let hash = XXH3_64bits(rows + index * width, width * 4)
      var place = Int(truncatingIfNeeded: hash) & mask
      while table[place] != 0 { place = (place + 1) & mask }
      table[place] = UInt32(index) + 1
      tags[place] = UInt32(truncatingIfNeeded: hash >> 32)
    }
  }
}
