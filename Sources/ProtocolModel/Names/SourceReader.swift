/// Where the texts of a program come from: the disk, or memory.
public protocol SourceReader: Sendable {
  /// The bytes of a file, nil if it cannot be read.
  func read(path: String) -> [UInt8]?

  /// One spelling for all paths that lead to the same file, which need not exist.
  func canonicalPath(_ path: String) -> String
}

extension SourceReader {
  public func canonicalPath(_ path: String) -> String { SourcePath.normalized(path) }
}

/// Paths as texts, with `/` between their parts.
enum SourcePath {
  /// The path without `.` and, where that is possible, without `..`.
  static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !path.hasPrefix("/") {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    if path.hasPrefix("/") { return "/" + joined }
    return joined.isEmpty ? "." : joined
  }

  /// The path up to before its last `/`; empty when there is none.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What `from "reference"` means in the file `importer`.
  static func resolve(_ reference: String, importer: String) -> String {
    let file = reference + ".qnt"
    let directory = directory(of: importer)
    return normalized(directory.isEmpty || file.hasPrefix("/") ? file : directory + "/" + file)
  }
}
