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
    self.byteCount = rounded
  }

  deinit { munmap(start, byteCount) }

  /// Asks for large pages for a part that is worth them.
  func preferLargePages(_ bytes: Range<Int>) {
    #if os(Linux)
      let page = 1 << 21
      let first = (bytes.lowerBound + page - 1) & ~(page - 1)
      let last = min(bytes.upperBound, byteCount) & ~(page - 1)
      if last > first { _ = madvise(start + first, last - first, Int32(MADV_HUGEPAGE)) }
    #endif
  }

  /// Gives pages back and makes them zero.
  func discard(_ bytes: Range<Int>) {
    #if os(Linux)
      _ = madvise(start + bytes.lowerBound, bytes.count, Int32(MADV_DONTNEED))
    #else
      memset(start + bytes.lowerBound, 0, bytes.count)
    #endif
  }
}
