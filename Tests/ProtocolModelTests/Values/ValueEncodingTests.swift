import ProtocolModel
import TestSupport
import Testing

@Suite struct ValueEncodingTests {
  @Test func encodingIsInjectiveAndCanBeRead() throws {
    var generator = SeededGenerator(seed: 41)
    let symbols = SymbolTable()
    for _ in 0..<200 {
      let kind = ValueKind.random(depth: 3, using: &generator)
      let values = (0..<4).map { _ in kind.value(using: &generator) }
      let codes = try values.map { value in
        var bytes: [UInt8] = []
        try value.encode(into: &bytes, symbols: symbols)
        return bytes
      }
      for (value, code) in zip(values, codes) {
        var offset = 0
        #expect(try Value.decode(from: code, at: &offset, symbols: symbols) == value)
        #expect(offset == code.count)
        for (other, otherCode) in zip(values, codes) { #expect((value == other) == (code == otherCode)) }
      }
    }
  }

  @Test func frequentValuesTakeOneByte() throws {
    let symbols = SymbolTable()
    for value: Value in [
      true, 0, 100, -16, "Buyer", .variant("Locked"), .unit, .set(.empty), .set(.integers),
    ] {
      var bytes: [UInt8] = []
      try value.encode(into: &bytes, symbols: symbols)
      #expect(bytes.count == 1, "\(value)")
    }
  }

  @Test func infiniteSetsKeepTheirForm() throws {
    let symbols = SymbolTable()
    let set = SetValue.allMaps(from: .booleans, to: .product([.naturals, .allSubsets(of: .integers)]))
    var bytes: [UInt8] = []
    try Value.set(set).encode(into: &bytes, symbols: symbols)
    var offset = 0
    #expect(try Value.decode(from: bytes, at: &offset, symbols: symbols) == .set(set))
  }

  @Test func damagedBytesAreAnErrorNotATrap() throws {
    var generator = SeededGenerator(seed: 42)
    let symbols = SymbolTable()
    for _ in 0..<2000 {
      let kind = ValueKind.random(depth: 3, using: &generator)
      var bytes: [UInt8] = []
      try kind.value(using: &generator).encode(into: &bytes, symbols: symbols)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      var offset = 0
      _ = try? Value.decode(from: bytes, at: &offset, symbols: symbols)
    }
    var offset = 0
    let nested = [UInt8](repeating: 0x19, count: 100_000)
    #expect(throws: ValueError.malformedEncoding) {
      try Value.decode(from: nested, at: &offset, symbols: symbols)
    }
  }

  @Test func tableCanBeRestored() {
    let symbols = SymbolTable()
    #expect(symbols.number(of: "x") == 0)
    #expect(symbols.number(of: "y") == 1)
    #expect(symbols.number(of: RecordShape.of(["p"])) == 0)
    let restored = SymbolTable(strings: symbols.strings, shapes: symbols.shapes)
    #expect(restored.number(of: "y") == 1)
    #expect(restored.shape(0) === RecordShape.of(["p"]))
    #expect(restored.string(2) == nil)
  }
}
