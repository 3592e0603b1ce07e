internal import Synchronization

/// Reads each file once and remembers it, so that files do not change under a session; may also
/// have texts of its own.
public final class CachedSourceReader: SourceReader {
  private let reader: any SourceReader
  private let texts: [String: [UInt8]]
  private let known = Mutex<[String: [UInt8]]>([:])

  /// - Parameter texts: by path; they stand for files of the same path.
  public init(_ reader: any SourceReader = DiskSourceReader(), texts: [String: [UInt8]] = [:]) {
    self.reader = reader
    self.texts = texts
  }

  public func read(path: String) -> [UInt8]? {
    if let bytes = texts[path] ?? known.withLock({ $0[path] }) { return bytes }
    guard let bytes = reader.read(path: path) else { return nil }
    known.withLock { $0[path] = bytes }
    return bytes
  }

  public func canonicalPath(_ path: String) -> String {
    texts[path] == nil ? reader.canonicalPath(path) : path
  }
}
