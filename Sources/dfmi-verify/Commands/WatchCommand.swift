import Checker
import ProtocolModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `watch`: checks, and checks again whenever a file is saved.
enum WatchCommand: Command {
  static let name = "watch"
  static let summary = "Check a spec again whenever it, or a file it imports, is saved"
  static let operands = "SPEC|DIR..."
  static let options: [Option] = CheckCommand.options.filter { $0 != .json }

  static func run(_ arguments: Arguments, _ console: Console) throws(UsageError) -> ExitStatus {
    var search = try SearchOptions(arguments)
    let targets = try ReportTarget.all(of: arguments)
    Process.catchInterrupts()
    let watcher = FileWatcher()
    let isTerminal = isatty(STDOUT_FILENO) == 1
    var status = ExitStatus.success
    while !Process.isInterrupted {
      let files = try SpecFile.all(of: arguments)
      watcher.watch(files.map(\.path))
      // What was saved meanwhile makes the present search pointless.
      search.limits.isInterrupted = { Process.isInterrupted || watcher.hasNews }
      if isTerminal { console.clear() }
      var run = try CheckRun(
        arguments, search, targets, console, isTable: files.count > 1 || files[0].isInFolder)
      for file in files where !Process.isInterrupted { try run.check(file) }
      status = try run.finish()
      let paths = files.map(\.path) + run.report.inputs.map(\.path)
      watcher.watch(paths)
      if Process.isInterrupted { break }
      console.error("\(CheckText.count(Set(paths).count, "file")) watched; an interrupt ends\n")
      watcher.wait()
    }
    return status
  }
}

/// Tells when specs are saved.
///
/// Editors save by writing a file anew or by putting another in its place, so it is the folders that
/// are watched, for files whose names end in `.qnt`. Where the system has no inotify, the times of the
/// files are looked at a few times a second.
final class FileWatcher: Sendable {
  /// Of inotify; -1 without it.
  private let descriptor: Int32
  private let state = Mutex(State())

  private struct State {
    var folders: Set<String> = []
    var files: Set<String> = []
    /// By file, where there is no inotify.
    var times: [Int] = []
    var hasNews = false
  }

  init() {
    #if canImport(Glibc)
      descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    #else
      descriptor = -1
    #endif
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Watches these files, too.
  func watch(_ paths: [String]) {
    state.withLock { state in
      state.files.formUnion(paths)
      state.times = Self.times(of: state.files)
      #if canImport(Glibc)
        guard descriptor >= 0 else { return }
        for path in paths {
          let end = path.lastIndex(of: "/")
          let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
          guard state.folders.insert(folder).inserted else { continue }
          inotify_add_watch(
            descriptor, folder, UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE))
        }
      #endif
    }
  }

  /// True if a spec was saved since the last `wait`. Any thread may ask.
  var hasNews: Bool {
    state.withLock { state in
      if state.hasNews { return true }
      if descriptor >= 0 {
        state.hasNews = names().contains { $0.hasSuffix(".qnt") }
      } else {
        state.hasNews = Self.times(of: state.files) != state.times
      }
      return state.hasNews
    }
  }

  /// Returns when a spec was saved, or after an interrupt.
  func wait() {
    while !Process.isInterrupted, !hasNews {
      if descriptor >= 0 {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&request, 1, 500)
      } else {
        usleep(250_000)
      }
    }
    // An editor may do several things at once.
    usleep(30_000)
    state.withLock { state in
      _ = names()
      state.times = Self.times(of: state.files)
      state.hasNews = false
    }
  }

  /// Names of files in the events that are waiting.
  private func names() -> [String] {
    var names: [String] = []
    #if canImport(Glibc)
      var buffer = [UInt8](repeating: 0, count: 1 << 14)
      let head = MemoryLayout<inotify_event>.size
      while descriptor >= 0 {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        var place = 0
        while place + head <= count {
          // The length of the name is the last field of the head.
          let bytes = buffer[(place + head - 4)..<(place + head)]
          let length = Int(bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
          let end = min(count, place + head + length)
          names.append(String(decoding: buffer[(place + head)..<end].prefix { $0 != 0 }, as: UTF8.self))
          place = end
        }
      }
    #endif
    return names
  }

  /// When the files were written, in the order of their names.
  private static func times(of files: Set<String>) -> [Int] {
    files.sorted().map { path in
      var status = stat()
      guard stat(path, &status) == 0 else { return 0 }
      #if canImport(Glibc)
        return status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
      #else
        return status.st_mtimespec.tv_sec &* 1_000_000_000 &+ status.st_mtimespec.tv_nsec
      #endif
    }
  }
}
