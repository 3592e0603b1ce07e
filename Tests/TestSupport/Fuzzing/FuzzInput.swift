import ProtocolModel

/// One input of the fuzzer: files in memory, one of them the spec.
public struct FuzzInput: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Bytes changed, removed, inserted.
    case bytes
    /// Words and signs changed, exchanged, moved between specs.
    case tokens
    /// Generated: mostly sense.
    case modules
    /// Generated: a random machine, a few of its tokens changed.
    case machines
    /// Lines for an interactive session.
    case session
  }

  public var kind: Kind
  public var path: String
  public var files: [String: [UInt8]]

  public var text: String { String(decoding: files[path] ?? [], as: UTF8.self) }
}

extension FuzzInput: SourceReader {
  public func read(path: String) -> [UInt8]? { files[path] }
}

/// Makes the inputs of a seed: number by number, always the same.
public struct FuzzInputs: Sendable {
  public let seed: UInt64
  private let corpus: FuzzCorpus

  public init(seed: UInt64, corpus: FuzzCorpus) {
    self.seed = seed
    self.corpus = corpus
  }

  public subscript(number: Int) -> FuzzInput {
    var mixer = SeededGenerator(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: number))
    let own = mixer.next()
    var mutator = TextMutator(seed: own, corpus: corpus)
    switch mutator.below(20) {
    case 0, 1, 2: return mutated(.bytes, &mutator)
    case 3, 4, 5, 6, 7, 8: return mutated(.tokens, &mutator)
    case 9, 10, 11, 12:
      var generator = ModuleGenerator(seed: own)
      return input(.modules, Array(generator.text().utf8))
    case 13:
      var generator = ModuleGenerator(seed: own)
      let lines = generator.sessionLines().map { mutator.oneIn(3) ? mutator.tokensChanged($0) : $0 }
      return input(.session, Array(lines.joined(separator: "\n").utf8))
    default:
      var generator = MachineGenerator(seed: own)
      let text = generator.machine().quintText
      return input(.machines, Array((mutator.oneIn(3) ? text : mutator.tokensChanged(text)).utf8))
    }
  }

  private func input(_ kind: FuzzInput.Kind, _ bytes: [UInt8]) -> FuzzInput {
    FuzzInput(kind: kind, path: "m.qnt", files: ["m.qnt": bytes])
  }

  private func mutated(_ kind: FuzzInput.Kind, _ mutator: inout TextMutator) -> FuzzInput {
    // Whole specs are slow to check; most inputs are short.
    let isSpec = !corpus.specs.isEmpty && mutator.oneIn(40)
    let source = isSpec ? mutator.pick(corpus.specs) : mutator.pick(corpus.snippets)
    var files = isSpec ? corpus.specFiles : [:]
    files[source.path] =
      kind == .bytes
      ? mutator.bytesChanged(Array(source.text.utf8)) : Array(mutator.tokensChanged(source.text).utf8)
    return FuzzInput(kind: kind, path: source.path, files: files)
  }
}
