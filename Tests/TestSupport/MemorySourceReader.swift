import ProtocolModel

/// Files in memory, by path.
public struct MemorySourceReader: SourceReader {
  private let files: [String: String]

  public init(_ files: [String: String]) {
    self.files = files
  }

  public func read(path: String) -> [UInt8]? {
    files[path].map { Array($0.utf8) }
  }
}
