#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Memory that grows without moving: a large range of addresses is reserved, and the system
/// gives pages to those that are touched. All bytes are zero at first.
struct ReservedMemory: ~Copyable {
  let start: UnsafeMutableRawPointer
  private let file: Int32?
  let byteCount: Int

  struct Failure: Error {}

  /// - Parameter file: where pages go that have no place in memory; nil keeps all in memory.
  init(byteCount: Int, file: Int32? = nil) throws(Failure) {
    #if canImport(Darwin)
      let flags = file == nil ? MAP_PRIVATE | MAP_ANON | MAP_NORESERVE : MAP_SHARED
    #else
      let flags = file == nil ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED
    #endif
    let page = 1 << 21
    let rounded = (max(byteCount, page) + page - 1) & ~(page - 1)
    if let file, ftruncate(file, off_t(rounded)) != 0 { throw Failure() }
    let address = mmap(nil, rounded, PROT_READ | PROT_WRITE, flags, file ?? -1, 0)
    guard let address, address != MAP_FAILED else { throw Failure() }
    start = address
    self.file = file
    self.byteCount = rounded
  }

  deinit {
    munmap(start, byteCount)
    if let file { close(file) }
  }

  /// A file without a name: it is gone when it is closed.
  static func temporaryFile(in folder: String) throws(Failure) -> Int32 {
    var path = Array("\(folder)/states-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    guard file >= 0 else { throw Failure() }
    unlink(path)
    return file
  }

  /// Writes pages to the file and lets go of them; they come back when they are read.
  func pageOut(_ bytes: Range<Int>) {
    #if os(Linux)
      let pageOut: Int32 = 21  // MADV_PAGEOUT
      let end = bytes.upperBound & ~4095
      if end > bytes.lowerBound { _ = madvise(start + bytes.lowerBound, end - bytes.lowerBound, pageOut) }
    #endif
  }

  /// Takes pages for a part that is about to be filled here and there.
  ///
  /// A page that is read before it is written is mapped twice, first to a page of zeros that
  /// all share; and taking the second one stops every other thread to clear its table of
  /// pages. One call for many pages also costs less than their faults. Without effect where
  /// the system does not know the request.
  func populate(_ bytes: Range<Int>) {
    #if os(Linux)
      let populateForWriting: Int32 = 23  // MADV_POPULATE_WRITE
      let first = bytes.lowerBound & ~4095
      let end = min((bytes.upperBound + 4095) & ~4095, byteCount)
      if end > first { _ = madvise(start + first, end - first, populateForWriting) }
    #endif
  }

  /// Asks for large pages for a part that is worth them.
  func preferLargePages(_ bytes: Range<Int>) {
    #if os(Linux)
      let page = 1 << 21
      let first = (bytes.lowerBound + page - 1) & ~(page - 1)
      let last = min(bytes.upperBound, byteCount) & ~(page - 1)
      if last > first { _ = madvise(start + first, last - first, Int32(MADV_HUGEPAGE)) }
    #endif
  }
}
