import ProtocolModel
import TestSupport
import Testing

@testable import Checker

/// The packed store against a dictionary.
@Suite struct StatePartitionTests {
  /// Rows of `byteCount` bytes, of which many come twice.
  private static func rows(_ count: Int, byteCount: Int, seed: UInt64) -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      var number = UInt64.random(in: 0..<UInt64(count), using: &generator)
      return (0..<byteCount).map { _ in
        defer { number = number &* 0x9e37_79b9_7f4a_7c15 >> 3 &+ 1 }
        return UInt8(truncatingIfNeeded: number)
      }
    }
  }

  private static func insert<let width: Int>(
    _ rows: [[UInt8]], byteCount: Int, width _: PackedRow<width>.Type
  ) throws -> StatePartition {
    let partition = try StatePartition(byteCount: byteCount, reservedBytes: 1 << 26, tableBytes: 1 << 26)
    let masks = PackedRow<width>.masks(byteCount: byteCount)
    var start = 0
    // In batches of many sizes, as chunks are.
    while start < rows.count {
      let end = min(rows.count, start + 1 + start % 997)
      let bytes = Array(rows[start..<end].joined()) + [UInt8](repeating: 0xff, count: PackedStore.padding)
      try bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        try partition.insert(base, count: end - start, partitionBits: 0, masks: masks)
      }
      start = end
    }
    return partition
  }

  private static func contents(_ partition: StatePartition, byteCount: Int) -> [[UInt8]] {
    (0..<partition.count).map { number in
      let state = partition.state(number)
      return (0..<byteCount).map { state[$0] }
    }
  }

  /// In order of first occurrence.
  private static func distinct(_ rows: [[UInt8]]) -> [[UInt8]] {
    var seen = Set<[UInt8]>()
    return rows.filter { seen.insert($0).inserted }
  }

  @Test(arguments: [1, 3, 5, 8]) func rowsOfOneWordAreKeptOnceInOrder(byteCount: Int) throws {
    let rows = Self.rows(20_000, byteCount: byteCount, seed: 1)
    let partition = try Self.insert(rows, byteCount: byteCount, width: PackedRow<1>.self)
    #expect(Self.contents(partition, byteCount: byteCount) == Self.distinct(rows))
  }

  @Test(arguments: [9, 13, 16]) func rowsOfTwoWordsAreKeptOnceInOrder(byteCount: Int) throws {
    let rows = Self.rows(20_000, byteCount: byteCount, seed: 2)
    let partition = try Self.insert(rows, byteCount: byteCount, width: PackedRow<2>.self)
    #expect(Self.contents(partition, byteCount: byteCount) == Self.distinct(rows))
  }

  /// With this many states some hundreds agree in home and tag: only whole comparison tells them apart.
  @Test func statesWithEqualTagsAreToldApart() throws {
    let rows = (0..<150_000).map { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    let partition = try Self.insert(rows + rows, byteCount: 4, width: PackedRow<1>.self)
    #expect(partition.count == rows.count)
  }

  @Test func fullPartitionSaysSo() throws {
    // The least that can be reserved.
    let partition = try StatePartition(byteCount: 4096, reservedBytes: 1, tableBytes: 1)
    let masks = PackedRow<64>.masks(byteCount: 512)
    #expect(throws: StatePartition.Full.self) {
      for number in 0..<1_000 {
        var bytes = [UInt8](repeating: 0, count: 4096 + PackedStore.padding)
        bytes[0] = UInt8(truncatingIfNeeded: number)
        bytes[1] = UInt8(truncatingIfNeeded: number >> 8)
        try bytes.withUnsafeBytes { buffer in
          guard let base = buffer.baseAddress else { return }
          try partition.insert(base, count: 1, partitionBits: 0, masks: masks)
        }
      }
    }
  }

  @Test func sorterLosesNothingAndKeepsTheOrder() {
    let layout = StateLayout(shapes: [.integer(0...((1 << 40) - 1))])
    let sorter = SuccessorSorter(layout: layout, rowLimit: 8_192)
    let rows = (0..<5_000).map { UInt64($0 * $0 % 1_999) } + [UInt64](repeating: 0, count: 64)
    let batch = SuccessorBatch(byteCount: layout.byteCount)
    rows.withUnsafeBufferPointer {
      if let base = $0.baseAddress { sorter.sort(base, count: 5_000, into: batch) }
    }
    var found: [UInt64] = []
    for partition in 0..<PackedStore.partitionCount {
      let (bytes, count) = batch.rows(for: partition)
      for index in 0..<count {
        var row: UInt64 = 0
        for byte in 0..<5 {
          row |= UInt64(bytes.load(fromByteOffset: 5 * index + byte, as: UInt8.self)) << UInt64(8 * byte)
        }
        found.append(row)
      }
    }
    #expect(Set(found) == Set(rows.prefix(5_000)))
    #expect(found.count < 5_000, "what was seen lately is left out")
  }
}
