import CXXHash
import ProtocolModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Turns C text into libraries, with a cache.
///
/// A library's name is a digest of its text, of the compiler and of the options. The cache
/// is a folder that belongs to the user and that nobody else may write to; otherwise it is
/// not used. A library is written under another name and renamed when it is complete.
public final class NativeCompiler: Sendable {
  private let compiler: String
  private let folder: String
  /// Where the C text is kept, too.
  private let keptFolder: String?

  private static let options = ["-O1", "-shared", "-fPIC", "-w", "-x", "c"]

  /// - Parameters:
  ///   - compilers: paths or names to try, the best first.
  ///   - cache: a folder that is made if it is not there.
  /// - Returns: nil when there is no compiler, or no safe folder.
  public init?(searchPath: String, cache: String, keeping keptFolder: String?) {
    guard let compiler = Self.find(["clang", "cc", "gcc"], in: searchPath), Self.isPrivate(cache) else {
      return nil
    }
    self.compiler = compiler
    folder = cache
    self.keptFolder = keptFolder
  }

  private static func find(_ names: [String], in searchPath: String) -> String? {
    for name in names {
      for folder in searchPath.split(separator: ":") where folder.hasPrefix("/") {
        let path = "\(folder)/\(name)"
        if access(path, X_OK) == 0 { return path }
      }
    }
    return nil
  }

  /// Makes the folder if need be; true if only this user may write to it.
  private static func isPrivate(_ folder: String) -> Bool {
    var path = ""
    for part in folder.split(separator: "/") {
      path += "/" + part
      mkdir(path, 0o700)
    }
    var status = stat()
    guard lstat(folder, &status) == 0 else { return false }
    return status.st_uid == getuid() && status.st_mode & S_IFMT == S_IFDIR && status.st_mode & 0o022 == 0
  }

  /// A regular file of this user's that nobody else may write to.
  private static func isTrusted(_ file: String) -> Bool {
    var status = stat()
    guard lstat(file, &status) == 0 else { return false }
    return status.st_uid == getuid() && status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o022 == 0
  }

  /// Begins to compile; the result is there some time later.
  func begin(_ text: String) -> NativeCompilation {
    let name = "step-" + Self.digest(text + compiler + Self.options.joined(separator: " "))
    if let keptFolder { _ = Self.write(text, to: "\(keptFolder)/\(name).c") }
    let compilation = NativeCompilation()
    let library = "\(folder)/\(name).so"
    if Self.isTrusted(library), let known = try? NativeLibrary(path: library) {
      compilation.finish(known, seconds: 0)
      return compilation
    }
    // The compiler's own temporary files go there, too.
    let workplace = "\(folder)/\(name)-\(getpid())"
    guard mkdir(workplace, 0o700) == 0, Self.write(text, to: workplace + "/step.c") else {
      return compilation
    }
    compilation.start(compiler, Self.options, in: workplace, library: library)
    return compilation
  }

  private static func digest(_ text: String) -> String {
    var text = text
    let hash = text.withUTF8 { XXH3_128bits($0.baseAddress, $0.count) }
    return String(hash.high64, radix: 16) + String(hash.low64, radix: 16)
  }

  private static func write(_ text: String, to path: String) -> Bool {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    var text = text
    return text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count, let start = bytes.baseAddress {
        let count = Glibc.write(file, start + written, bytes.count - written)
        if count <= 0 { return false }
        written += count
      }
      return true
    }
  }
}

/// A compilation that runs beside the search.
final class NativeCompilation {
  private var process: pid_t = 0
  private var begun = timespec()
  private var workplace = ""
  private var target = ""
  private var known: NativeLibrary?
  private(set) var seconds = 0.0

  fileprivate func finish(_ library: NativeLibrary, seconds: Double) {
    known = library
    self.seconds = seconds
  }

  fileprivate func start(_ compiler: String, _ options: [String], in workplace: String, library: String) {
    clock_gettime(CLOCK_MONOTONIC, &begun)
    (self.workplace, target) = (workplace, library)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    // A group of its own, so that it can be ended with what it has started.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let arguments = [compiler] + options + ["-o", workplace + "/step.so", workplace + "/step.c"]
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    var list = Self.copied(arguments)
    var environment = Self.copied(["PATH=" + path, "TMPDIR=" + workplace])
    defer { for string in list + environment { free(string) } }
    if posix_spawn(&process, compiler, &actions, &attributes, &list, &environment) != 0 {
      process = 0
      removeWorkplace()
    }
  }

  private static func copied(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    strings.map { strdup($0) } + [nil]
  }

  private func removeWorkplace() {
    guard !workplace.isEmpty, let folder = opendir(workplace) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { unlink("\(workplace)/\(name)") }
    }
    closedir(folder)
    rmdir(workplace)
    workplace = ""
  }

  /// Waits until the compiler is done, or somebody has no more time.
  func wait(orUntil shouldStop: () -> Bool) {
    while process > 0, library == nil, !shouldStop() { usleep(2_000) }
  }

  /// The library once it is there; nil as long as it is not, or if there will be none.
  var library: NativeLibrary? {
    if let known { return known }
    guard process > 0 else { return nil }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    process = 0
    defer { removeWorkplace() }
    guard status == 0, rename(workplace + "/step.so", target) == 0 else { return nil }
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    seconds = Double(now.tv_sec - begun.tv_sec) + Double(now.tv_nsec - begun.tv_nsec) / 1e9
    known = try? NativeLibrary(path: target)
    return known
  }

  /// Ends a compiler that nobody waits for any more.
  func abandon() {
    guard process > 0 else { return }
    var status: Int32 = 0
    kill(-process, SIGKILL)
    waitpid(process, &status, 0)
    process = 0
    removeWorkplace()
  }
}
