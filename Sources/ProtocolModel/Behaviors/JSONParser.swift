/// Why a text is no JSON document, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  /// From 1.
  public var line: Int
  /// From 1, in Unicode scalars.
  public var column: Int

  public var description: String { "\(line):\(column): \(message)" }
}

extension JSONValue {
  /// Reads a document, strictly by RFC 8259.
  ///
  /// - Parameter depthLimit: how deep arrays and objects may be nested.
  /// - Throws: at the first place that does not fit; no bytes make it trap.
  /// - Complexity: O(length).
  public static func parse(_ bytes: [UInt8], depthLimit: Int = 256) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
    return try parser.document()
  }

  public static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(Array(text.utf8)) }
}

/// A parser by recursive descent over bytes.
private struct JSONParser {
  let bytes: [UInt8]
  let depthLimit: Int
  var offset = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value(depth: 0)
    skipBlanks()
    if offset < bytes.count { throw error("end of text expected") }
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
    default: throw error("value expected")
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    if depth > depthLimit { throw error("nested deeper than \(depthLimit)") }
    offset += 1
    skipBlanks()
    var members: [JSONValue.Member] = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw error("name of a member expected") }
      let key = try string()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw error("`:` expected") }
      members.append(JSONValue.Member(key, try value(depth: depth)))
      skipBlanks()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("`,` or `}` expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    if depth > depthLimit { throw error("nested deeper than \(depthLimit)") }
    offset += 1
    skipBlanks()
    var entries: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array(entries) }
    repeat {
      entries.append(try value(depth: depth))
      skipBlanks()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error("`,` or `]` expected") }
    return .array(entries)
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw error("value expected") }
    offset += word.utf8.count
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = offset
    _ = take(UInt8(ascii: "-"))
    let firstDigit = offset
    guard skipDigits() > 0 else { throw error("digit expected") }
    if bytes[firstDigit] == UInt8(ascii: "0"), offset > firstDigit + 1 {
      offset = firstDigit
      throw error("number with a leading zero")
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard skipDigits() > 0 else { throw error("digit expected") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard skipDigits() > 0 else { throw error("digit expected") }
    }
    let digits = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let value = Integer(digits: digits) { return .integer(value) }
    guard let value = Double(digits), value.isFinite else {
      offset = start
      throw error("number out of range")
    }
    return .real(value)
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while let byte = peek, byte >= 0x30, byte <= 0x39 { offset += 1 }
    return offset - start
  }

  private mutating func string() throws(JSONError) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while true {
      guard let byte = peek else { throw error("string without end") }
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let valid = String(validating: text, as: UTF8.self) else {
          offset = start
          throw error("string is not valid UTF-8")
        }
        return valid
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw error("control character in a string")
      default:
        text.append(byte)
        offset += 1
      }
    }
  }

  /// The UTF-8 of the escape that begins here.
  private mutating func escape() throws(JSONError) -> [UInt8] {
    let start = offset
    offset += 1
    guard let letter = peek else { throw error("string without end") }
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): break
    default:
      offset = start
      throw error("unknown escape")
    }
    var code = try codeUnit()
    if code >= 0xD800, code < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let low = try codeUnit()
      if low >= 0xDC00, low < 0xE000 { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
    }
    guard let scalar = Unicode.Scalar(code) else {
      offset = start
      throw error("surrogate without its other half")
    }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func codeUnit() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("four hexadecimal digits expected")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private func error(_ message: String) -> JSONError {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return JSONError(message: message, line: line, column: column)
  }
}
