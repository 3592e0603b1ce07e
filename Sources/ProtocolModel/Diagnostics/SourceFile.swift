/// One text that was read, with the table that turns offsets into lines and columns.
///
/// Offsets are bytes of UTF-8 from 0; lines and columns count from 1, and a
/// column counts Unicode scalars, as editors do.
public final class SourceFile: Sendable {
  /// Index of this file in its `SourceMap`.
  public let id: Int32
  /// The path as the user would write it, for messages.
  public let path: String
  public let bytes: [UInt8]
  private let lineStarts: [Int]

  public init(id: Int32, path: String, bytes: [UInt8]) {
    self.id = id
    self.path = path
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  public struct Position: Hashable, Comparable, Sendable {
    public var line: Int
    public var column: Int

    public static func < (a: Position, b: Position) -> Bool {
      (a.line, a.column) < (b.line, b.column)
    }
  }

  public var lineCount: Int { lineStarts.count }

  /// The line and column of a byte offset; offsets beyond the end are clamped.
  ///
  /// - Complexity: O(log lines + length of the line).
  public func position(of offset: Int) -> Position {
    let offset = max(0, min(offset, bytes.count))
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    var column = 1
    for index in lineStarts[low]..<offset where bytes[index] & 0xC0 != 0x80 { column += 1 }
    return Position(line: low + 1, column: column)
  }

  /// The text of a line (from 1) without its line end; empty outside the file.
  public func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
  }

  public func text(in range: SourceRange) -> String {
    let start = max(0, min(Int(range.start), bytes.count))
    let end = max(start, min(Int(range.end), bytes.count))
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

/// A half-open range of bytes in one file.
public struct SourceRange: Hashable, Sendable {
  public var file: Int32
  public var start: Int32
  public var end: Int32

  public init(file: Int32, start: Int32, end: Int32) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// The least range that covers both; the receiver's file wins.
  public func union(_ other: SourceRange) -> SourceRange {
    guard other.file == file else { return self }
    return SourceRange(file: file, start: min(start, other.start), end: max(end, other.end))
  }

  /// A range of no file, for what the program itself makes up.
  public static let none = SourceRange(file: -1, start: 0, end: 0)
}

/// All files of one program, in the order in which they were read.
public struct SourceMap: Sendable {
  public private(set) var files: [SourceFile] = []

  public init() {}

  /// Adds a text and gives it the next id.
  public mutating func add(path: String, bytes: [UInt8]) -> SourceFile {
    let file = SourceFile(id: Int32(files.count), path: path, bytes: bytes)
    files.append(file)
    return file
  }

  public func file(of range: SourceRange) -> SourceFile? {
    files.indices.contains(Int(range.file)) ? files[Int(range.file)] : nil
  }

  /// `path:line:column` of the start of a range, or nil for `SourceRange.none`.
  public func location(of range: SourceRange) -> String? {
    guard let file = file(of: range) else { return nil }
    let position = file.position(of: Int(range.start))
    return "\(file.path):\(position.line):\(position.column)"
  }

  public func text(in range: SourceRange) -> String {
    file(of: range)?.text(in: range) ?? ""
  }
}
