/// A JSON document. Members of objects keep their order.
public indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent; of any size.
  case integer(Integer)
  /// Any other number; one that is not finite is written as `null`.
  case real(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var key: String
    public var value: JSONValue

    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The first member of this name; nil when there is none or this is no object.
  ///
  /// - Complexity: O(number of members).
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  public var asString: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  public var asArray: [JSONValue]? {
    if case .array(let entries) = self { return entries }
    return nil
  }

  public var asObject: [Member]? {
    if case .object(let members) = self { return members }
    return nil
  }

  public var asInt: Int? {
    if case .integer(let value) = self { return value.asInt }
    return nil
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(.small(value)) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

// MARK: - Writing

extension JSONValue {
  /// The document as text.
  ///
  /// - Parameter isPretty: one member or entry a line, indented by two blanks;
  ///   else no blanks at all. Neither ends in a newline.
  /// - Complexity: O(length of the text).
  public func text(isPretty: Bool = false) -> String {
    var writer = JSONWriter(isPretty: isPretty)
    writer.write(self, depth: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// A string as a JSON literal, quotes included.
  public static func literal(_ text: String) -> String { JSONValue.string(text).text() }
}

private struct JSONWriter {
  let isPretty: Bool
  var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(value.description)
    case .real(let value): append(value.isFinite ? value.description : "null")
    case .string(let text): writeString(text)
    case .array(let entries):
      writeSequence(entries, "[", "]", depth) { writer, entry in writer.write(entry, depth: depth + 1) }
    case .object(let members):
      writeSequence(members, "{", "}", depth) { writer, member in
        writer.writeString(member.key)
        writer.append(writer.isPretty ? ": " : ":")
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func writeSequence<Element>(
    _ elements: [Element], _ open: String, _ close: String, _ depth: Int,
    write: (inout JSONWriter, Element) -> Void
  ) {
    append(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { append(",") }
      startLine(depth + 1)
      write(&self, element)
    }
    if !elements.isEmpty { startLine(depth) }
    append(close)
  }

  private mutating func startLine(_ depth: Int) {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
  }

  private mutating func append(_ text: String) { bytes += text.utf8 }

  private mutating func writeString(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x08: append("\\b")
      case 0x09: append("\\t")
      case 0x0A: append("\\n")
      case 0x0C: append("\\f")
      case 0x0D: append("\\r")
      case 0..<0x20, 0x7F:
        append("\\u00")
        bytes += [byte >> 4, byte & 15].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
