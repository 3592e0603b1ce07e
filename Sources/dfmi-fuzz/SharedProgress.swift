import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers in a file that a worker writes and its supervisor reads, also after the worker
/// was killed.
struct SharedProgress: @unchecked Sendable {
  private let numbers: UnsafeMutablePointer<Int>
  private static let count = 64

  enum Field: Int {
    /// Of the input under way.
    case number
    case milliseconds
    /// Milliseconds of the slowest input.
    case longest
    /// The first of the counters of outcomes by kind.
    case counters
  }

  /// Maps a file, which is made if there is none.
  init?(_ path: String) {
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let bytes = Self.count * MemoryLayout<Int>.stride
    guard ftruncate(file, off_t(bytes)) == 0,
      let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), memory != MAP_FAILED
    else { return nil }
    numbers = memory.bindMemory(to: Int.self, capacity: Self.count)
  }

  subscript(field: Field) -> Int {
    get { numbers[field.rawValue] }
    nonmutating set { numbers[field.rawValue] = newValue }
  }

  func count(_ kind: FuzzInput.Kind, _ outcome: FuzzRun.Outcome) {
    numbers[Self.place(kind, outcome)] += 1
  }

  func counter(_ kind: FuzzInput.Kind, _ outcome: FuzzRun.Outcome) -> Int {
    numbers[Self.place(kind, outcome)]
  }

  private static func place(_ kind: FuzzInput.Kind, _ outcome: FuzzRun.Outcome) -> Int {
    let row = FuzzInput.Kind.allCases.firstIndex(of: kind) ?? 0
    return Field.counters.rawValue + row * FuzzRun.Outcome.allCases.count + outcome.rawValue
  }
}
