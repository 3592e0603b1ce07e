import ProtocolModel
import TestSupport
import Testing

@Suite struct JSONTests {
  private static let sample: JSONValue = [
    "name": "a \"quoted\" \\ line\nend\u{1}\u{e9}\u{1F600}",
    "empty": [[], [:]],
    "numbers": [0, -12, .real(2.5), .integer(Integer(digits: "123456789012345678901234567890") ?? 0)],
    "flags": [true, false, .null],
  ]

  @Test func whatIsWrittenIsReadBack() throws {
    #expect(try JSONValue.parse(Self.sample.text()) == Self.sample)
    #expect(try JSONValue.parse(Self.sample.text(isPretty: true)) == Self.sample)
  }

  @Test func membersKeepTheirOrder() {
    let value: JSONValue = ["b": 1, "a": ["x"], "c": [:]]
    #expect(value.text() == #"{"b":1,"a":["x"],"c":{}}"#)
    #expect(
      value.text(isPretty: true) == """
        {
          "b": 1,
          "a": [
            "x"
          ],
          "c": {}
        }
        """)
  }

  @Test func escapesAreDecoded() throws {
    #expect(try JSONValue.parse(#""\u0041\/\n\ud83d\ude00""#) == "A/\n\u{1F600}")
  }

  @Test func errorsHaveAPlace() {
    func message(_ text: String) -> String? {
      do throws(JSONError) {
        _ = try JSONValue.parse(text)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(message("{\n  \"é\": tru\n}") == "2:8: value expected")
    #expect(message("[1 2]") == "1:4: `,` or `]` expected")
    #expect(message("[1,]") == "1:4: value expected")
    #expect(message("01") == "1:1: number with a leading zero")
    #expect(message("1e999") == "1:1: number out of range")
    #expect(message("\"\\ud800\"") == "1:2: surrogate without its other half")
    #expect(message("\"a\nb\"") == "1:3: control character in a string")
    #expect(message("{} x") == "1:4: end of text expected")
    #expect(message("") == "1:1: value expected")
    #expect(message("\"abc") == "1:5: string without end")
    #expect(message(String(repeating: "[", count: 100_000)) == "1:257: nested deeper than 256")
    #expect(throws: JSONError.self) { try JSONValue.parse([0x22, 0xFF, 0x22]) }
  }

  @Test func damagedTextNeverTraps() {
    var generator = SeededGenerator(seed: 61)
    let original = Array(Self.sample.text(isPretty: true).utf8)
    let alphabet = Array(#"{}[]",:\u0de-+.tfn "#.utf8) + [0, 0x80, 0xC3, 0xFF]
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
        case 1: bytes.remove(at: index)
        default: bytes.removeSubrange(index...)
        }
        if bytes.isEmpty { break }
      }
      guard let value = try? JSONValue.parse(bytes) else { continue }
      #expect((try? JSONValue.parse(value.text())) == value)
      _ = try? ITFCodec.decode(value)
    }
  }
}
