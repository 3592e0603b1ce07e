#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines of standard input: edited with libedit on a terminal, plain from a pipe.
///
/// libedit is looked for when it is needed, so that the program neither needs it to be
/// built nor to start. Without it, a terminal gives its own, simple editing.
struct LineReader {
  private let editor: Editor?
  private var buffer: [UInt8] = []
  private var isAtEnd = false

  static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

  init() { editor = Self.isTerminal ? Editor() : nil }

  /// The next line without its end; nil at the end of the input.
  mutating func line(prompt: String, _ console: Console) -> String? {
    if let editor { return editor.line(prompt) }
    console.print(prompt)
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        defer { buffer.removeFirst(end + 1) }
        return text(buffer[..<end])
      }
      if isAtEnd {
        defer { buffer = [] }
        return buffer.isEmpty ? nil : text(buffer[...])
      }
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      if count > 0 {
        buffer += chunk[..<count]
      } else if count == 0 || errno != EINTR {
        isAtEnd = true
      }
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
  }

  /// The two functions of libedit that are needed, in its form for programs made for readline.
  private struct Editor {
    private let readLine: @convention(c) (UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>?
    private let addToHistory: @convention(c) (UnsafePointer<CChar>?) -> CInt

    init?() {
      for name in ["libedit.so.2", "libedit.so.0", "libedit.so", "libedit.3.dylib"] {
        guard let library = dlopen(name, RTLD_NOW), let read = dlsym(library, "readline"),
          let add = dlsym(library, "add_history")
        else { continue }
        readLine = unsafeBitCast(
          read, to: (@convention(c) (UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>?).self)
        addToHistory = unsafeBitCast(add, to: (@convention(c) (UnsafePointer<CChar>?) -> CInt).self)
        return
      }
      return nil
    }

    func line(_ prompt: String) -> String? {
      guard let line = readLine(prompt) else { return nil }
      defer { free(line) }
      if line[0] != 0 { _ = addToHistory(line) }
      return String(cString: line)
    }
  }
}
