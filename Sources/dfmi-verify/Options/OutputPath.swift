#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Places that a command line names for files: looked at before the work begins, since a search of an hour whose
/// result cannot be written is an hour lost.
enum OutputPath {
  /// All that options of one file name.
  static func check(_ arguments: Arguments) throws(UsageError) {
    for option in [Option.out, .outITF] {
      if let path = arguments.text(option) { try check(path, of: option) }
    }
  }

  /// - Throws: unless a file may be written there.
  static func check(_ path: String, of option: Option) throws(UsageError) {
    func fail(_ reason: String) -> UsageError {
      UsageError("option `\(option.name)`: cannot write `\(path)`: \(reason)")
    }
    if path.isEmpty { throw fail("the name is empty") }
    if isFolder(path) { throw fail("it is a folder") }
    if access(path, F_OK) == 0 {
      if access(path, W_OK) != 0 { throw fail(reason) }
      return
    }
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard isFolder(folder) else { throw fail("there is no folder `\(folder)`") }
    if access(folder, W_OK | X_OK) != 0 { throw fail(reason) }
  }

  /// Makes a folder, unless it is there.
  ///
  /// - Throws: unless files may be written there.
  static func makeFolder(_ path: String, of option: Option) throws(UsageError) {
    if mkdir(path, 0o777) != 0, errno != EEXIST {
      throw UsageError("option `\(option.name)`: cannot make the folder `\(path)`: \(reason)")
    }
    guard isFolder(path) else { throw UsageError("option `\(option.name)`: `\(path)` is no folder") }
    guard access(path, W_OK | X_OK) == 0 else {
      throw UsageError("option `\(option.name)`: cannot write to the folder `\(path)`: \(reason)")
    }
  }

  private static var reason: String { String(cString: strerror(errno)) }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
