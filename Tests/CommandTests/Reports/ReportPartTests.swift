import ProtocolModel
import Testing

@testable import dfmi_verify

@Suite struct DigestTests {
  /// The examples of FIPS 180-2, and lengths around the end of a block.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 55),
      "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"
    ),
    (
      String(repeating: "a", count: 64),
      "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"
    ),
  ])
  func digestIsThatOfTheStandard(text: String, digest: String) {
    #expect(Digest.sha256(Array(text.utf8)) == digest)
  }

  @Test func policiesNameDigestsInBase64() {
    #expect(Digest.base64SHA256(Array("abc".utf8)) == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
  }
}

@Suite struct MarkupTextTests {
  @Test func textIsNoMarkup() {
    #expect("<a b='c'>\"&\u{0}\u{B}".xmlEscaped == "&lt;a b=&#39;c&#39;&gt;&quot;&amp;\u{FFFD}\u{FFFD}")
    #expect("a|b*c\r\nd<e".markdownEscaped == "a\\|b\\*c  d&lt;e")
    #expect("</script>\u{2028}&".scriptEscaped == "\\u003c/script\\u003e\\u2028\\u0026")
    #expect("a\u{202E}b".htmlEscaped == "a[U+202E]b")
  }

  @Test func fenceIsLongerThanWhatItHolds() {
    #expect("a``b".markdownCode == "```a``b```")
    #expect("`a|b`".markdownCode == "`` `a\\|b` ``")
    #expect("x ``` y".markdownBlock("text") == "````text\nx ``` y\n````\n")
  }
}

@Suite struct SequenceDiagramTests {
  private func step(_ name: String, _ x: Int) -> Step {
    Step(action: ActionCall(name), state: State(variables: ["x"], values: [.int(.small(x))]))
  }

  /// Two parties and a clock, by tags.
  private func machine() throws -> Machine {
    let text = """
      module m {
        var x: int
        action init = x' = 0
        /// @message ann -> bob: asks
        action ask = x' = x + 1
        /// @message bob -> ann
        action answer = x' = x - 1
        action tick = x' = x
        action step = any { ask, answer, tick }
      }
      """
    let spec = Spec("m.qnt", reader: OneFile(text: text))
    return try #require(spec.machine(named: nil).machine)
  }

  private struct OneFile: SourceReader {
    var text: String
    func read(path: String) -> [UInt8]? { Array(text.utf8) }
  }

  @Test func loopIsAnEventOfItsOwn() throws {
    let trace = Trace(
      steps: [step("init", 0), step("tick", 0), step("ask", 1), step("ask", 2), step("answer", 1)],
      loopStart: 2)
    let diagram = SequenceDiagram(trace, try machine())
    #expect(diagram.events.map(\.stepLabel) == ["1", "2", "3", "4"])
    #expect(
      LaneText.text(of: diagram) == """
             ann           bob
              |             |
              |   (tick)    |         1
              |--- asks --->|         2
            -- loop -----------
              |--- asks --->|         3
              |<- answer ---|         4
            -- and again ------
              |             |

        """, "\(LaneText.text(of: diagram))")
    #expect(
      SequenceMermaid(diagram).text == """
        sequenceDiagram
          participant p0 as ann
          participant p1 as bob
          Note over p0,p1: 1. tick
          p0->>p1: 2. asks
          loop again and again
          p0->>p1: 3. asks
          p1->>p0: 4. answer
          end

        """)
  }

  @Test func stepThatClosesALoopIsDrawn() throws {
    let trace = Trace(steps: [step("init", 0), step("ask", 1)], loopStart: 0)
    let diagram = SequenceDiagram(trace, try machine(), closing: step("answer", 0))
    #expect(diagram.events.map(\.label) == ["asks", "answer"])
    #expect(diagram.events.map(\.stepLabel) == ["1", "2"])
  }

  @Test func longTextsAreShortened() throws {
    var trace = Trace(steps: [step("init", 0), step("ask", 1)])
    trace.steps[1].action = ActionCall("unknown" + String(repeating: "n", count: 80))
    let diagram = SequenceDiagram(trace, try machine())
    #expect(diagram.lanes.isEmpty)
    #expect(LaneLayout(diagram, longestLabel: 20).labels[0].count == 20)
  }
}

@Suite struct CompletionTests {
  @Test(arguments: CompletionScript.Shell.allCases) func everyOptionIsKnown(shell: CompletionScript.Shell) {
    let text = CompletionScript.text(for: shell)
    for command in commands {
      #expect(text.contains(command.name))
      for option in command.options {
        let name = shell == .fish ? "-l \(option.name.dropFirst(2)) " : option.name
        #expect(text.contains(name), "\(shell) \(command.name) \(name)")
      }
    }
  }

  @Test func manualHasEveryOptionAndNoStrayRequest() {
    let text = ManualPage.text
    for option in commands.flatMap({ $0.options }) {
      #expect(text.contains(option.name.replacing("-", with: "\\-")))
    }
    let requests: Set<String> = [".TH", ".SH", ".B", ".I", ".SS", ".TP", ".PP", ".nf", ".fi"]
    for line in text.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(requests.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }

  /// What help shows is understood.
  @Test func examplesParse() throws {
    for command in commands {
      for example in command.examples {
        var words = example.line.split(separator: " ").map(String.init)
        #expect(words.removeFirst() == command.name)
        if let pipe = words.firstIndex(of: ">") { words = Array(words[..<pipe]) }
        _ = try ArgumentParser.parse(words[...], options: command.options + Option.ofEveryCommand)
      }
    }
  }
}
