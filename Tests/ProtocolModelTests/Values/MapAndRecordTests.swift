import ProtocolModel
import TestSupport
import Testing

@Suite struct MapAndRecordTests {
  @Test func mapsBehaveLikeDictionaries() throws {
    var generator = SeededGenerator(seed: 31)
    for _ in 0..<100 {
      let kind = ValueKind.random(depth: 1, using: &generator)
      var map = MapValue.empty
      var model: [Value: Value] = [:]
      for step in 0..<12 {
        let key = kind.value(using: &generator)
        let value = Value.int(step)
        #expect(map.setting(key, to: value) == (model[key] == nil ? nil : map.putting(key, value)))
        map = map.putting(key, value)
        model[key] = value
      }
      #expect(map.count == model.count)
      for (key, value) in model { #expect(try map.get(key) == value) }
      #expect(map.keys == SetValue(Array(model.keys)))
      #expect(map == MapValue(lastWins: model.map { ($0.key, $0.value) }))
      #expect(map == (try MapValue(pairs: SetValue(model.map { .tuple([$0.key, $0.value]) }))))
    }
  }

  @Test func missingKeysAndDoubleKeysAreErrors() {
    let map = MapValue(lastWins: [("b", 1), ("a", 2), ("b", 3)])
    #expect(map.description == #"Map("a" -> 2, "b" -> 3)"#)
    #expect(map["c"] == nil)
    #expect(throws: ValueError.missingKey("c", keys: SetValue(["a", "b"]))) { try map.get("c") }
    #expect(throws: ValueError.duplicateKey(1)) {
      try MapValue(pairs: SetValue([.tuple([1, 1]), .tuple([1, 2])]))
    }
  }

  @Test func shapesOfEqualNamesAreOneObject() {
    #expect(RecordShape.of(["b", "a"]) === RecordShape.of(["a", "b", "a"]))
    #expect(RecordShape.of(["a"]) !== RecordShape.of(["a", "b"]))
  }

  @Test func recordFieldsAreFoundAndReplacedByName() {
    let record = RecordValue([("to", "S"), ("amount", 3)])
    #expect(record["amount"] == 3)
    #expect(record["from"] == nil)
    #expect(record.setting("amount", to: 4)?.description == #"{ amount: 4, to: "S" }"#)
    #expect(record.setting("from", to: 4) == nil)
    #expect(record.fieldNames == SetValue(["to", "amount"]))
  }
}
