import ProtocolModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The terminal, or what stands in for it: results go to standard output,
/// progress and diagnostics to standard error.
struct Console {
  /// True if diagnostics may have color: standard error is a terminal that does not refuse it.
  let hasColor: Bool
  private let printed = Printed()
  /// True once something went to standard output.
  var hasPrinted: Bool { printed.isTrue.load(ordering: .relaxed) }

  private final class Printed: Sendable { let isTrue = Atomic(false) }

  init() {
    hasColor =
      isatty(STDERR_FILENO) == 1 && Self.variable("NO_COLOR", default: "").isEmpty
      && Self.variable("TERM", default: "dumb") != "dumb"
  }

  /// Text of a spec may be in it: what a terminal would take as a command is spelled out.
  func print(_ text: String) {
    if !text.isEmpty { printed.isTrue.store(true, ordering: .relaxed) }
    Self.write(text.withoutControls, to: STDOUT_FILENO)
  }

  func clear() { Self.write("\u{1B}[2J\u{1B}[H", to: STDOUT_FILENO) }

  func error(_ text: String) { Self.write(text, to: STDERR_FILENO) }

  /// Writes a line on standard error over the one that stands there: as much of it as has room, since a terminal
  /// would not take back what goes on in the next row.
  func redraw(_ line: String) {
    let width = Self.width(of: STDERR_FILENO)
    let shown = width > 1 && line.count >= width ? line.prefix(width - 2) + "…" : line[...]
    error("\r\u{1B}[K\(shown)")
  }

  func eraseLine() { error("\r\u{1B}[K") }

  /// Columns of a terminal; 0 where that is not known.
  private static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
  }

  func report(_ diagnostics: [Diagnostic], _ sources: SourceMap) {
    guard !diagnostics.isEmpty else { return }
    error(DiagnosticRenderer(sources: sources, color: hasColor).render(diagnostics))
  }

  func finish(with status: ExitStatus) -> Never { exit(status.rawValue) }

  private static func variable(_ name: String, default value: String) -> String {
    getenv(name).map { String(cString: $0) } ?? value
  }

  /// Writes all of a text; what nobody can read any more is dropped.
  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        #if canImport(Glibc)
          let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        #else
          let count = Darwin.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        #endif
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR {
          // Nobody reads on: that is no mistake. A disk that is full is one.
          if errno != EPIPE, descriptor == STDOUT_FILENO {
            write(
              "error: the output cannot be written: \(String(cString: strerror(errno)))\n", to: STDERR_FILENO)
            exit(ExitStatus.badInput.rawValue)
          }
          return
        }
      }
    }
  }

  /// Writes a file, or adds to its end; false if that fails.
  static func write(_ text: String, toFile path: String, appending: Bool = false) -> Bool {
    guard !path.utf8.contains(0), let file = fopen(path, appending ? "ab" : "wb") else { return false }
    let bytes = Array(text.utf8)
    let count = fwrite(bytes, 1, bytes.count, file)
    return fclose(file) == 0 && count == bytes.count
  }
}
