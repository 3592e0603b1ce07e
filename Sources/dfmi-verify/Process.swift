import Checker
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the operating system knows of this process: memory, time, interrupts.
enum Process {
  private static let interruptions = Atomic<Int>(0)

  /// From now on the first interrupt asks searches to end; the second one ends the process.
  static func catchInterrupts() {
    signal(SIGINT) { _ in Process.interrupted() }
    signal(SIGTERM) { _ in Process.interrupted() }
    // Whoever started the program may have blocked them.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func interrupted() {
    let count = interruptions.wrappingAdd(1, ordering: .relaxed).newValue
    if count > 1 { _exit(ExitStatus.inconclusive.rawValue) }
  }

  /// After what was to be ended by an interrupt: the next one is a first one again.
  static func forgetInterrupts() { interruptions.store(0, ordering: .relaxed) }

  static var isInterrupted: Bool { interruptions.load(ordering: .relaxed) > 0 }

  /// Seconds of a clock that only moves forward.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Bytes of memory that the process holds now; on other systems than Linux the most it ever held.
  static var residentBytes: Int { memoryPages.map { $0.resident * pageSize } ?? peakBytes }

  /// The same without the pages that have their place in a file.
  static var privateBytes: Int { memoryPages.map { ($0.resident - $0.shared) * pageSize } ?? peakBytes }

  private static var pageSize: Int { Int(sysconf(Int32(_SC_PAGESIZE))) }

  private static var memoryPages: (resident: Int, shared: Int)? {
    let words = firstLine(of: "/proc/self/statm").split(separator: " ")
    guard words.count > 2, let resident = Int(words[1]), let shared = Int(words[2]) else { return nil }
    return (resident, shared)
  }

  /// Bytes that programs may still take without driving others out; nil where that is not known.
  static var availableBytes: Int? {
    guard let file = fopen("/proc/meminfo", "r") else { return nil }
    defer { fclose(file) }
    while let line = nextLine(of: file) {
      let words = line.split(separator: " ")
      if words.count > 1, words[0] == "MemAvailable:" { return Int(words[1]).map { $0 * 1024 } }
    }
    return nil
  }

  private static func firstLine(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    return nextLine(of: file) ?? ""
  }

  private static func nextLine(of file: UnsafeMutablePointer<FILE>) -> String? {
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    return String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The most memory that the process held so far, in bytes.
  static var peakBytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
      return Int(usage.ru_maxrss) * 1024
    #else
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
      return Int(usage.ru_maxrss)
    #endif
  }

  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Runs a program that is found in `PATH`, without input, its messages on standard error.
  ///
  /// - Returns: its exit status; nil if it could not be run.
  static func run(_ words: [String]) -> Int32? {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    guard posix_spawnp(&process, words[0], nil, nil, &arguments, environ) == 0 else { return nil }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 1
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) { _ = unlink(path) }

  /// The C compiler with its cache in `XDG_CACHE_HOME`, or in `.cache` of the home folder.
  static func nativeCompiler(keeping folder: String?) -> NativeCompiler? {
    guard let cache = environment("XDG_CACHE_HOME") ?? environment("HOME").map({ $0 + "/.cache" }) else {
      return nil
    }
    return NativeCompiler(
      searchPath: environment("PATH") ?? "/usr/bin:/bin", cache: cache + "/dfmi-verify", keeping: folder)
  }
}
