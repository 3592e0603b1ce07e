import ProtocolModel

/// What mutated inputs are made from.
public struct FuzzCorpus: Sendable {
  public struct Source: Sendable {
    public var path: String
    public var text: String

    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  let snippets: [Source]
  let specs: [Source]
  let specFiles: [String: [UInt8]]
  /// Words and signs to put anywhere: keywords and signs, operators, names of the snippets.
  let tokens: [String]
  let operators: [String]
  /// Balanced brackets of the snippets and specs with the words before them.
  let groups: [[String]]

  /// Short specs that together use the whole language.
  public static var snippets: [String] { FuzzSnippets.all }

  /// - Parameter specs: whole specs by path; they may import each other.
  public init(specs: [Source] = []) {
    snippets = FuzzSnippets.all.enumerated().map { Source(path: "s\($0.offset).qnt", text: $0.element) }
    self.specs = specs
    specFiles = Dictionary(specs.map { ($0.path, Array($0.text.utf8)) }) { first, _ in first }
    operators = Builtin.allCases.map(\.rawValue)
    var words: [String] = []
    var known: Set<String> = []
    var groups: [[String]] = []
    for source in snippets + specs {
      let pieces = TextPieces.split(source.text)
      for (index, piece) in pieces.enumerated() {
        if !TextPieces.isBlank(piece), piece.count < 30, known.insert(piece).inserted { words.append(piece) }
        guard ["(", "[", "{"].contains(piece) else { continue }
        let start = index > 0 && TextPieces.isWord(pieces[index - 1]) ? index - 1 : index
        let group = TextPieces.group(at: start, in: pieces)
        if group.count > 1, group.count < 80 { groups.append(Array(pieces[group])) }
      }
    }
    tokens = words + operators
    self.groups = groups
  }
}
