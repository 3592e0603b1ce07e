import ProtocolModel
import TestSupport
import Testing

@Suite struct ITFCodecTests {
  private static let trace = Trace(
    steps: [
      Step(
        action: ActionCall("init"), state: State(variables: ["clock", "legs"], values: [0, .map(.empty)])),
      Step(
        action: ActionCall("lock"), picks: [NamedValue("i", 1)],
        state: State(
          variables: ["clock", "legs"],
          values: [1, .map(MapValue(lastWins: [(1, .variant("Locked"))]))])),
    ], loopStart: 0)

  @Test func traceIsWrittenAsQuintDoes() throws {
    let document = ITFDocument(trace: Self.trace, source: "htlc.qnt", status: "violation")
    #expect(
      try ITFCodec.encode(document, includesActions: true).text(isPretty: false) == """
        {"#meta":{"format":"ITF",\
        "format-description":"https://apalache-mc.org/docs/adr/015adr-trace.html",\
        "source":"htlc.qnt","status":"violation"},\
        "vars":["clock","legs","mbt::actionTaken","mbt::nondetPicks"],\
        "states":[\
        {"#meta":{"index":0},"clock":{"#bigint":"0"},"legs":{"#map":[]},\
        "mbt::actionTaken":"init","mbt::nondetPicks":{"i":{"tag":"None","value":{"#tup":[]}}}},\
        {"#meta":{"index":1},"clock":{"#bigint":"1"},\
        "legs":{"#map":[[{"#bigint":"1"},{"tag":"Locked","value":{"#tup":[]}}]]},\
        "mbt::actionTaken":"lock","mbt::nondetPicks":{"i":{"tag":"Some","value":{"#bigint":"1"}}}}],\
        "loop":0}
        """)
  }

  @Test func traceWithActionsSurvivesARoundTrip() throws {
    let document = ITFDocument(
      trace: Self.trace, source: "a.qnt", status: "ok", description: "text", parameters: ["N"])
    let json = try ITFCodec.encode(document, includesActions: true)
    #expect(try ITFCodec.decode(JSONValue.parse(json.text())) == document)
  }

  @Test func everyValueSurvivesARoundTrip() throws {
    var generator = SeededGenerator(seed: 71)
    for _ in 0..<300 {
      let value = ValueKind.random(depth: 3, using: &generator).value(using: &generator)
      let json = try JSONValue.parse(ITFCodec.encode(value).text())
      #expect(try ITFCodec.decodeValue(json) == value)
    }
    #expect(try ITFCodec.decodeValue(ITFCodec.encode(.set(.integers))) == .set(.integers))
  }

  @Test func readerAcceptsWhatOtherToolsWrite() throws {
    let json = try JSONValue.parse(
      #"""
      {"vars": ["a", "b"], "states": [
        {"#meta": {"index": 0}, "__hidden": null, "a": 3, "c": {"tag": "UNIT"}},
        {"b": {"f": {"#tup": [1, true]}, "__x": 0}, "a": {"#set": [2, 1, 2]}}
      ]}
      """#)
    let steps = try ITFCodec.decode(json).trace.steps
    #expect(steps[0].state.variables == ["a", "b", "c"])
    #expect(steps[0].state.values == [3, nil, .unit])
    #expect(steps[1].state["b"]?.description == "{ f: (1, true) }")
    #expect(steps[1].state["a"] == .set(of: [1, 2]))
  }

  @Test func declaredTypesTellRecordsFromVariants() throws {
    let json = try JSONValue.parse(#"[{"tag": "A", "value": 1}]"#)
    #expect(try ITFCodec.decodeValue(json).description == "[A(1)]")
    let type = Type.list(
      .alias(
        name: "Entry", arguments: [], .record(Row([.init("tag", .string), .init("value", .integer)]))))
    #expect(try ITFCodec.decodeValue(json, as: type).description == #"[{ tag: "A", value: 1 }]"#)
  }

  @Test func whatIsNoTraceIsAnErrorWithItsPath() throws {
    func message(_ text: String) throws -> String? {
      let json = try JSONValue.parse(text)
      do throws(ITFError) {
        _ = try ITFCodec.decode(json)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(try message("[]") == "object expected")
    #expect(try message("{}") == "states: list of states expected")
    #expect(try message(#"{"states": [1]}"#) == "states[0]: object expected")
    #expect(try message(#"{"states": [], "loop": 0}"#) == "loop: index of a state expected")
    #expect(try message(#"{"states": [{"x": 1.5}]}"#) == "states[0].x: number with a fraction is no value")
    #expect(
      try message(##"{"states": [{"x": [{"#bigint": "1x"}]}]}"##) == "states[0].x[0]: decimal digits expected"
    )
    #expect(
      try message(##"{"states": [{"x": {"#map": [[1, 2], [1, 3]]}}]}"##)
        == "states[0].x: key 1 has more than one value")
    #expect(
      try message(##"{"states": [{"x": {"#odd": 1}}]}"##) == "states[0].x: unknown kind of value `#odd`")
  }

  @Test func mutatedTracesNeverTrap() throws {
    var generator = SeededGenerator(seed: 72)
    let json = try ITFCodec.encode(ITFDocument(trace: Self.trace), includesActions: true)
    let original = Array(json.text().utf8)
    for _ in 0..<2000 {
      var bytes = original
      for _ in 0..<2 {
        let from = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[from] = bytes[Int.random(in: 0..<bytes.count, using: &generator)]
      }
      guard let damaged = try? JSONValue.parse(bytes) else { continue }
      _ = try? ITFCodec.decode(damaged)
    }
  }
}
