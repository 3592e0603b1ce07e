import Checker
import Foundation

/// A compiler for tests, with a cache of its own that is empty at first.
enum NativeLibraries {
  static let compiler: NativeCompiler? = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dfmi-verify-\(getpid())")
    return NativeCompiler(
      searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", cache: folder.path,
      keeping: nil)
  }()
}
