import ProtocolModel

/// All states of a search, packed, in partitions by fingerprint.
///
/// **Order.** A state has its place by the order in which its partition received it, and
/// partitions receive what whole chunks of states lead to, chunk after chunk. So places,
/// and everything that follows from them, do not depend on how many threads worked.
///
/// **Parents** are not stored. For each partition and chunk it is known where the states
/// begin that the chunk added: to find the parent of a state, the states of one chunk are
/// expanded again until one leads to it.
final class PackedStore {
  /// Where a state stands.
  struct Place: Hashable, Sendable {
    var partition: Int
    var number: Int
  }

  /// A run of states that is expanded at once.
  struct Chunk {
    var partition: Int
    var first: Int
    var count: Int
  }

  static let partitionBits: UInt64 = 6
  static let partitionCount = 1 << Int(partitionBits)
  /// Words that a row may have.
  static let widthLimit = 64
  /// Bytes behind every buffer of rows that may be read along.
  static let padding = 8 * widthLimit

  let layout: StateLayout
  let partitions: [StatePartition]
  private var chunks: [Chunk] = []
  /// By partition: the first state that a chunk added, and the chunk.
  private var additions: [[(first: UInt32, chunk: UInt32)]]

  /// - Parameters:
  ///   - memoryLimit: bytes that states and tables may take.
  ///   - folder: keeps the states in files there; they may then take 64 times as much.
  init(
    layout: StateLayout, memoryLimit: Int, spillingTo folder: String? = nil
  ) throws(ReservedMemory.Failure) {
    self.layout = layout
    var partitions: [StatePartition] = []
    for _ in 0..<Self.partitionCount {
      let file = try folder.map { folder throws(ReservedMemory.Failure) in
        try ReservedMemory.temporaryFile(in: folder)
      }
      partitions.append(
        try StatePartition(
          byteCount: layout.byteCount, reservedBytes: file == nil ? memoryLimit / 8 : memoryLimit,
          tableBytes: memoryLimit / 8, file: file))
    }
    self.partitions = partitions
    additions = Array(repeating: [], count: partitions.count)
  }

  var count: Int { partitions.reduce(0) { $0 + $1.count } }

  /// Bytes in use for states, tables and parents.
  var bytesInUse: Int {
    partitions.reduce(0) { $0 + $1.bytesInUse } + additions.reduce(0) { $0 + 8 * $1.count }
      + chunks.count * MemoryLayout<Chunk>.stride
  }

  /// Lets the system have the pages of states that are in files.
  func pageOut() { for partition in partitions { partition.pageOut() } }

  func bytes(at place: Place) -> UnsafePointer<UInt8> { partitions[place.partition].state(place.number) }

  func values(at place: Place) -> [Value?] { values(of: row(at: place)) }

  private func row(at place: Place) -> [UInt64] {
    let bytes = UnsafeRawPointer(bytes(at: place))
    var row = [UInt64](repeating: 0, count: layout.width)
    for word in row.indices { row[word] = bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self) }
    row[row.count - 1] &= layout.lastWordMask
    return row
  }

  func values(of row: [UInt64]) -> [Value?] {
    var values = [Value?](repeating: nil, count: layout.shapes.count)
    row.withUnsafeBufferPointer { if let row = $0.baseAddress { layout.decode(row, into: &values) } }
    return values
  }

  /// Where a row of the layout's words stands; nil if it is nowhere.
  func place(of row: [UInt64]) -> Place? {
    let padded = row + [UInt64](repeating: 0, count: Self.widthLimit)
    return padded.withUnsafeBufferPointer { $0.baseAddress.flatMap { find($0) } }
  }

  /// Where a row of the layout's words stands, by the tables; nil if it is nowhere. There must
  /// be padding behind the row.
  func find(_ row: UnsafePointer<UInt64>) -> Place? {
    switch layout.width {
    case 1: find(row, PackedRow<1>.masks(byteCount: layout.byteCount))
    case 2: find(row, PackedRow<2>.masks(byteCount: layout.byteCount))
    case 3: find(row, PackedRow<3>.masks(byteCount: layout.byteCount))
    case 4: find(row, PackedRow<4>.masks(byteCount: layout.byteCount))
    case 5...8: find(row, PackedRow<8>.masks(byteCount: layout.byteCount))
    case 9...16: find(row, PackedRow<16>.masks(byteCount: layout.byteCount))
    default: find(row, PackedRow<64>.masks(byteCount: layout.byteCount))
    }
  }

  private func find<let width: Int>(
    _ bytes: UnsafePointer<UInt64>, _ masks: InlineArray<width, UInt64>
  ) -> Place? {
    let row = PackedRow<width>(bytes: bytes, masks: masks)
    let partition = Int(truncatingIfNeeded: row.fingerprint &>> (64 &- Self.partitionBits))
    return partitions[partition].number(of: row, partitionBits: Self.partitionBits, masks: masks)
      .map { Place(partition: partition, number: $0) }
  }

  // MARK: Chunks

  /// Notes a chunk, in the order in which the partitions receive what it leads to.
  func note(_ chunk: Chunk) -> Int {
    chunks.append(chunk)
    return chunks.count - 1
  }

  /// The chunk that a state was found from; nil for initial states.
  func origin(of place: Place) -> Chunk? {
    let list = additions[place.partition]
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(list[middle].first) <= place.number { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let chunk = chunks[Int(list[low - 1].chunk)]
    return chunk.count == 0 ? nil : chunk
  }

  /// Collects what chunks lead to in one partition. For one thread.
  func receive(
    _ batches: [(chunk: Int, SuccessorBatch)], in partition: Int,
    additions: inout [(first: UInt32, chunk: UInt32)]
  ) throws(StatePartition.Full) {
    let target = partitions[partition]
    for (chunk, batch) in batches {
      let (bytes, count) = batch.rows(for: partition)
      if count == 0 { continue }
      let before = target.count
      try insert(bytes, count, into: target)
      if target.count > before, additions.last?.chunk != UInt32(chunk) {
        additions.append((UInt32(before), UInt32(chunk)))
      }
    }
  }

  /// The same for all partitions, each by one worker.
  ///
  /// - Returns: false when the addresses that were reserved are used up.
  func receive(_ batches: [(chunk: Int, SuccessorBatch)], isSmall: Bool, by pool: WorkerPool) -> Bool {
    var failed = [Bool](repeating: false, count: partitions.count)
    additions.withUnsafeMutableBufferPointer { additions in
      failed.withUnsafeMutableBufferPointer { failed in
        // Each worker writes the entries of its own partitions alone.
        nonisolated(unsafe) let (additions, failed) = (additions, failed)
        pool.run(parts: partitions.count, isSmall: isSmall) { _, partition in
          do {
            try self.receive(batches, in: partition, additions: &additions[partition])
          } catch {
            failed[partition] = true
          }
        }
      }
    }
    return !failed.contains(true)
  }

  private func insert(
    _ bytes: UnsafeRawPointer, _ count: Int, into partition: StatePartition
  ) throws(StatePartition.Full) {
    let size = layout.byteCount
    let bits = Self.partitionBits
    switch layout.width {
    case 1:
      try partition.insert(
        bytes, count: count, partitionBits: bits, masks: PackedRow<1>.masks(byteCount: size))
    case 2:
      try partition.insert(
        bytes, count: count, partitionBits: bits, masks: PackedRow<2>.masks(byteCount: size))
    case 3:
      try partition.insert(
        bytes, count: count, partitionBits: bits, masks: PackedRow<3>.masks(byteCount: size))
    case 4:
      try partition.insert(
        bytes, count: count, partitionBits: bits, masks: PackedRow<4>.masks(byteCount: size))
    case 5...8:
      try partition.insert(
        bytes, count: count, partitionBits: bits, masks: PackedRow<8>.masks(byteCount: size))
    case 9...16:
      try partition.insert(
        bytes, count: count, partitionBits: bits, masks: PackedRow<16>.masks(byteCount: size))
    default:
      try partition.insert(
        bytes, count: count, partitionBits: bits, masks: PackedRow<64>.masks(byteCount: size))
    }
  }

  /// Adds initial states.
  func addInitialStates(_ batch: SuccessorBatch, by pool: WorkerPool) -> Bool {
    let chunk = note(Chunk(partition: 0, first: 0, count: 0))
    return receive([(chunk, batch)], isSmall: true, by: pool)
  }
}
