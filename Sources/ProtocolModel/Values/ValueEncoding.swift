// Values as bytes, for stores that hold millions of them.
//
// The code is self-describing, and a value has exactly one: finite sets are
// written out in canonical order, integers in the shortest form. Hence equal
// values have equal bytes under one symbol table, and different values different
// ones. The first byte says the kind; what is frequent fits in it whole.
//
//     00 01      false, true
//     02         integer of up to 64 bits: zigzag varint
//     03         larger integer: sign byte, number of words, words of 8 bytes
//     04         string: varint of its symbol
//     05 06      tuple, list: count, entries
//     07 08      set, map: count, members or keys and then values
//     09         record: varint of its shape, values
//     0A 0B      variant without payload: symbol; with: symbol, payload
//     0C 0D      Int, Nat
//     0E         other infinite set: form byte, parts
//     10...17    tuple of 0...7 entries        18...1F    list of 0...7 entries
//     20...2F    set of 0...15 members         30...3F    map of 0...15 entries
//     40...5F    variant without payload, symbol 0...31
//     60...7F    string, symbol 0...31
//     80...FF    integer -16...111

extension Value {
  /// Appends the code of this value.
  ///
  /// - Throws: `.tooLarge` when a finite lazy set inside has more than
  ///   `SetValue.memberLimit` members; the bytes are then cut short.
  /// - Complexity: O(size of the canonical form).
  public func encode(into bytes: inout [UInt8], symbols: SymbolTable) throws(ValueError) {
    switch self {
    case .bool(let value): bytes.append(value ? 1 : 0)
    case .int(let value): value.encode(into: &bytes)
    case .string(let value):
      let symbol = symbols.number(of: value)
      if symbol < 32 {
        bytes.append(0x60 + UInt8(symbol))
      } else {
        bytes.append(0x04)
        bytes.appendVarint(UInt(symbol))
      }
    case .tuple(let entries):
      bytes.appendCount(entries.count, short: 0x10, below: 8, long: 0x05)
      for entry in entries { try entry.encode(into: &bytes, symbols: symbols) }
    case .list(let entries):
      bytes.appendCount(entries.count, short: 0x18, below: 8, long: 0x06)
      for entry in entries { try entry.encode(into: &bytes, symbols: symbols) }
    case .set(let set): try set.encode(into: &bytes, symbols: symbols)
    case .map(let map):
      bytes.appendCount(map.count, short: 0x30, below: 16, long: 0x08)
      for key in map.keyArray { try key.encode(into: &bytes, symbols: symbols) }
      for value in map.values { try value.encode(into: &bytes, symbols: symbols) }
    case .record(let record):
      bytes.append(0x09)
      bytes.appendVarint(UInt(symbols.number(of: record.shape)))
      for value in record.values { try value.encode(into: &bytes, symbols: symbols) }
    case .variant(let variant):
      let symbol = symbols.number(of: variant.label)
      if !variant.payload.isUnit {
        bytes.append(0x0B)
        bytes.appendVarint(UInt(symbol))
        try variant.payload.encode(into: &bytes, symbols: symbols)
      } else if symbol < 32 {
        bytes.append(0x40 + UInt8(symbol))
      } else {
        bytes.append(0x0A)
        bytes.appendVarint(UInt(symbol))
      }
    }
  }

  /// Reads the value whose code begins at `offset`, and moves `offset` behind it.
  ///
  /// - Throws: `.malformedEncoding`; no bytes make it trap.
  public static func decode(
    from bytes: UnsafeRawBufferPointer, at offset: inout Int, symbols: SymbolTable
  ) throws(ValueError) -> Value {
    var decoder = ValueDecoder(bytes: bytes, offset: offset, symbols: symbols)
    let value = try decoder.value(depth: 0)
    offset = decoder.offset
    return value
  }

  /// Reads the value whose code begins at `offset`, and moves `offset` behind it.
  public static func decode(
    from bytes: [UInt8], at offset: inout Int, symbols: SymbolTable
  ) throws(ValueError) -> Value {
    var position = offset
    let result = bytes.withUnsafeBytes { buffer -> Result<Value, ValueError> in
      do throws(ValueError) {
        return .success(try decode(from: buffer, at: &position, symbols: symbols))
      } catch {
        return .failure(error)
      }
    }
    offset = position
    return try result.get()
  }
}

extension Integer {
  fileprivate func encode(into bytes: inout [UInt8]) {
    switch self {
    case .small(let value):
      if value >= -16, value <= 111 {
        bytes.append(UInt8(0x80 + value + 16))
      } else {
        bytes.append(0x02)
        bytes.appendVarint(UInt(bitPattern: (value &<< 1) ^ (value &>> (Int.bitWidth - 1))))
      }
    case .big(let value):
      let words = value.magnitude
      bytes.append(0x03)
      bytes.append(value.signum < 0 ? 1 : 0)
      bytes.appendVarint(UInt(words.count))
      for word in words {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: word &>> shift))
        }
      }
    }
  }
}

extension SetValue {
  fileprivate func encode(into bytes: inout [UInt8], symbols: SymbolTable) throws(ValueError) {
    if case .explicit(let members) = self {
      bytes.appendCount(members.count, short: 0x20, below: 16, long: 0x07)
      for member in members { try member.encode(into: &bytes, symbols: symbols) }
      return
    }
    if isFinite {
      guard let size = smallSize, size <= Self.memberLimit else { throw .tooLarge(limit: Self.memberLimit) }
      bytes.appendCount(size, short: 0x20, below: 16, long: 0x07)
      for member in try members() { try member.encode(into: &bytes, symbols: symbols) }
      return
    }
    switch self {
    case .explicit, .interval: break
    case .integers: bytes.append(0x0C)
    case .naturals: bytes.append(0x0D)
    case .powerset(let base):
      bytes += [0x0E, 0]
      try base.encode(into: &bytes, symbols: symbols)
    case .tuples(let factors):
      bytes += [0x0E, 1]
      bytes.appendVarint(UInt(factors.count))
      for factor in factors { try factor.encode(into: &bytes, symbols: symbols) }
    case .maps(let domain, let range):
      bytes += [0x0E, 2]
      try domain.encode(into: &bytes, symbols: symbols)
      try range.encode(into: &bytes, symbols: symbols)
    case .lists(let elements, let maxLength):
      bytes += [0x0E, 3]
      bytes.appendVarint(UInt(max(0, maxLength)))
      try elements.encode(into: &bytes, symbols: symbols)
    }
  }
}

extension [UInt8] {
  /// Seven bits a byte, least significant first, the high bit set on all but the last.
  mutating func appendVarint(_ value: UInt) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    append(UInt8(rest))
  }

  fileprivate mutating func appendCount(_ count: Int, short: UInt8, below limit: Int, long: UInt8) {
    if count < limit {
      append(short + UInt8(count))
    } else {
      append(long)
      appendVarint(UInt(count))
    }
  }
}

private struct ValueDecoder {
  let bytes: UnsafeRawBufferPointer
  var offset: Int
  let symbols: SymbolTable

  /// Types of a spec are not nested nearly as deep.
  static let depthLimit = 500

  mutating func value(depth: Int) throws(ValueError) -> Value {
    guard depth <= Self.depthLimit else { throw .malformedEncoding }
    let tag = try byte()
    switch tag {
    case 0x00: return false
    case 0x01: return true
    case 0x02: return .int(try smallInteger())
    case 0x03: return .int(try bigInteger())
    case 0x04: return .string(try string(varint()))
    case 0x05: return .tuple(try entries(count(), depth))
    case 0x06: return .list(try entries(count(), depth))
    case 0x07: return .set(try set(count(), depth))
    case 0x08: return .map(try map(count(), depth))
    case 0x09: return .record(try record(depth))
    case 0x0A: return .variant(try string(varint()))
    case 0x0B: return .variant(try string(varint()), try value(depth: depth + 1))
    case 0x0C: return .set(.integers)
    case 0x0D: return .set(.naturals)
    case 0x0E: return .set(try infiniteSet(depth))
    case 0x10...0x17: return .tuple(try entries(Int(tag) - 0x10, depth))
    case 0x18...0x1F: return .list(try entries(Int(tag) - 0x18, depth))
    case 0x20...0x2F: return .set(try set(Int(tag) - 0x20, depth))
    case 0x30...0x3F: return .map(try map(Int(tag) - 0x30, depth))
    case 0x40...0x5F: return .variant(try string(UInt(tag) - 0x40))
    case 0x60...0x7F: return .string(try string(UInt(tag) - 0x60))
    case 0x80...0xFF: return .int(Int(tag) - 0x80 - 16)
    default: throw .malformedEncoding
    }
  }

  private mutating func byte() throws(ValueError) -> UInt8 {
    guard offset >= 0, offset < bytes.count else { throw .malformedEncoding }
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func varint() throws(ValueError) -> UInt {
    var result: UInt = 0
    var shift: UInt = 0
    while true {
      let next = try byte()
      let bits = UInt(next & 0x7F)
      guard shift < 63 || (shift == 63 && bits <= 1) else { throw .malformedEncoding }
      result |= bits << shift
      if next & 0x80 == 0 { return result }
      shift += 7
    }
  }

  /// A number of parts, each of which takes at least a byte of what is left.
  private mutating func count() throws(ValueError) -> Int {
    guard let count = Int(exactly: try varint()), count <= bytes.count - offset else {
      throw .malformedEncoding
    }
    return count
  }

  private mutating func smallInteger() throws(ValueError) -> Integer {
    let code = try varint()
    return .small(Int(bitPattern: code &>> 1) ^ -Int(bitPattern: code & 1))
  }

  private mutating func bigInteger() throws(ValueError) -> Integer {
    let isNegative = try byte() == 1
    let wordCount = try count()
    guard wordCount <= (bytes.count - offset) / 8 else { throw .malformedEncoding }
    var words: [UInt64] = []
    words.reserveCapacity(wordCount)
    for _ in 0..<wordCount {
      var word: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 8) { word |= UInt64(try byte()) &<< shift }
      words.append(word)
    }
    var scratch = IntegerScratch(magnitude: words, isNegative: isNegative)
    return scratch.takeValue()
  }

  private func string(_ symbol: UInt) throws(ValueError) -> QuintString {
    guard let number = Int(exactly: symbol), let string = symbols.string(number) else {
      throw .malformedEncoding
    }
    return string
  }

  private mutating func entries(_ count: Int, _ depth: Int) throws(ValueError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(try value(depth: depth + 1)) }
    return result
  }

  private mutating func set(_ count: Int, _ depth: Int) throws(ValueError) -> SetValue {
    let members = try entries(count, depth)
    guard members.isStrictlyAscending else { throw .malformedEncoding }
    return .explicit(members)
  }

  private mutating func map(_ count: Int, _ depth: Int) throws(ValueError) -> MapValue {
    let keys = try entries(count, depth)
    guard keys.isStrictlyAscending else { throw .malformedEncoding }
    return MapValue(ascendingKeys: keys, values: try entries(count, depth))
  }

  private mutating func record(_ depth: Int) throws(ValueError) -> RecordValue {
    guard let number = Int(exactly: try varint()), let shape = symbols.shape(number),
      let record = RecordValue(shape: shape, values: try entries(shape.count, depth))
    else { throw .malformedEncoding }
    return record
  }

  private mutating func infiniteSet(_ depth: Int) throws(ValueError) -> SetValue {
    switch try byte() {
    case 0: return .powerset(try part(depth))
    case 1:
      var factors: [SetValue] = []
      for _ in 0..<(try count()) { factors.append(try part(depth)) }
      return .tuples(factors)
    case 2: return .maps(domain: try part(depth), range: try part(depth))
    case 3:
      guard let maxLength = Int(exactly: try varint()) else { throw .malformedEncoding }
      return .lists(elements: try part(depth), maxLength: maxLength)
    default: throw .malformedEncoding
    }
  }

  private mutating func part(_ depth: Int) throws(ValueError) -> SetValue {
    guard case .set(let set) = try value(depth: depth + 1) else { throw .malformedEncoding }
    return set
  }
}
