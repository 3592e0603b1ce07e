#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads files from the disk.
public struct DiskSourceReader: SourceReader {
  public init() {}

  /// Reads the whole file, or one byte more than the parser accepts.
  public func read(path: String) -> [UInt8]? {
    guard !path.utf8.contains(0), let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= Parser.sizeLimit {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return ferror(file) == 0 ? bytes : nil
  }

  /// The absolute path without symbolic links. Of a file that does not exist,
  /// as much as there is of its directory.
  public func canonicalPath(_ path: String) -> String {
    if let real = realPath(path) { return real }
    let normalized = SourcePath.normalized(path)
    let directory = SourcePath.directory(of: normalized)
    guard let real = realPath(directory.isEmpty ? "." : directory) else { return normalized }
    let name = normalized.split(separator: "/").last.map(String.init) ?? ""
    return SourcePath.normalized(real + "/" + name)
  }

  private func realPath(_ path: String) -> String? {
    guard !path.utf8.contains(0), let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
