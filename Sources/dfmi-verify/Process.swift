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
  static var residentBytes: Int {
    #if canImport(Glibc)
      guard let file = fopen("/proc/self/statm", "r") else { return peakBytes }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 128)
      guard fgets(&line, Int32(line.count), file) != nil else { return peakBytes }
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split(separator: " ")
      guard words.count > 1, let pages = Int(words[1]) else { return peakBytes }
      return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
      return peakBytes
    #endif
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

  /// The C compiler with its cache in `XDG_CACHE_HOME`, or in `.cache` of the home folder.
  static func nativeCompiler(keeping folder: String?) -> NativeCompiler? {
    guard let cache = environment("XDG_CACHE_HOME") ?? environment("HOME").map({ $0 + "/.cache" }) else {
      return nil
    }
    return NativeCompiler(
      searchPath: environment("PATH") ?? "/usr/bin:/bin", cache: cache + "/dfmi-verify", keeping: folder)
  }
}
