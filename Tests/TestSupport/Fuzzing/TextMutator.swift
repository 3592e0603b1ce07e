/// Changes texts at random: bytes without regard to meaning, or words and signs, so that
/// much of the result still parses.
struct TextMutator {
  private var random: SeededGenerator
  private let corpus: FuzzCorpus

  init(seed: UInt64, corpus: FuzzCorpus) {
    random = SeededGenerator(seed: seed)
    self.corpus = corpus
  }

  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &random) }

  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  // MARK: Bytes

  private static let signs = Array("(){}[]\"'=>-.|:,_/*^%+<!\n\u{0}é₂🙂".utf8)

  mutating func bytesChanged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<(1 + below(5)) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(6) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes[place] ^= 1 << UInt8(below(8))
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(20)))
      case 3: bytes.insert(pick(Self.signs), at: place)
      case 4:
        let start = below(bytes.count)
        bytes.insert(contentsOf: Array(bytes[start..<min(bytes.count, start + below(60))]), at: place)
      default: bytes.removeSubrange(oneIn(2) ? place..<bytes.count : 0..<place)
      }
    }
    return bytes
  }

  // MARK: Tokens

  mutating func tokensChanged(_ text: String) -> String {
    var pieces = TextPieces.split(text)
    let count = oneIn(4) ? 3 + below(10) : 1 + below(2)
    let keepsSyntax = !oneIn(3)
    for _ in 0..<count { change(&pieces, keepsSyntax: keepsSyntax) }
    return pieces.joined()
  }

  private static let infixSigns: Set<String> = [
    "+", "-", "*", "/", "%", "^", "<", ">", "<=", ">=", "==", "!=", "and", "or", "iff", "implies",
  ]

  private mutating func change(_ pieces: inout [String], keepsSyntax: Bool) {
    let places = pieces.indices.filter { !TextPieces.isBlank(pieces[$0]) }
    guard !places.isEmpty else { return }
    let place = pick(places)
    switch keepsSyntax ? 5 + below(7) : below(14) {
    case 0: pieces.remove(at: place)
    case 1: pieces.insert(contentsOf: [" ", pick(corpus.tokens), " "], at: place)
    case 2: pieces.insert(contentsOf: [" ", pieces[place], " "], at: place)
    case 3: pieces.swapAt(place, pick(places))
    case 4: pieces[place] = pick(corpus.tokens)
    case 5, 6: replace(&pieces, places, where: TextPieces.isNumber) { $0.number() }
    case 7:
      replace(&pieces, places, where: Self.infixSigns.contains) { $0.pick(Self.infixSigns.sorted()) }
    case 8, 9:
      // A name by another name of the same text: often accepted.
      let names = places.map { pieces[$0] }.filter(TextPieces.isWord)
      replace(&pieces, places, where: TextPieces.isWord) { names.isEmpty ? "x" : $0.pick(names) }
    case 10:
      let operators = Set(corpus.operators)
      replace(&pieces, places, where: operators.contains) { $0.pick($0.corpus.operators) }
    case 11:
      let group = TextPieces.group(at: place, in: pieces)
      let sign = pieces[group].first { ["(", "[", "{"].contains($0) }
      let groups = sign.map { sign in corpus.groups.filter { $0.contains(sign) } } ?? []
      if !groups.isEmpty { pieces.replaceSubrange(group, with: pick(groups)) }
    case 12:
      let (first, second) = (
        TextPieces.group(at: place, in: pieces), TextPieces.group(at: pick(places), in: pieces)
      )
      if pieces.count < 4_000 { pieces.replaceSubrange(first, with: Array(pieces[second])) }
    default: pieces.removeSubrange(TextPieces.group(at: place, in: pieces))
    }
  }

  private mutating func replace(
    _ pieces: inout [String], _ places: [Int], where isWanted: (String) -> Bool,
    by replacement: (inout Self) -> String
  ) {
    let wanted = places.filter { isWanted(pieces[$0]) }
    if !wanted.isEmpty { pieces[pick(wanted)] = replacement(&self) }
  }

  private mutating func number() -> String {
    switch below(6) {
    case 0: return "0"
    case 1: return "-\(1 + below(3))"
    case 2: return pick(ExpressionGenerator.largeIntegers)
    case 3: return pick(["0x1F", "1_000", "00", "0xFFFFFFFFFFFFFFFFFFFF", "20", "63", "64"])
    default: return "\(below(5))"
    }
  }
}

/// A text cut into words, numbers, strings, signs and what lies between.
enum TextPieces {
  static func split(_ text: String) -> [String] {
    var pieces: [String] = []
    let characters = Array(text)
    var index = 0
    while index < characters.count {
      let start = index
      let first = characters[index]
      index += 1
      if first.isWhitespace {
        while index < characters.count, characters[index].isWhitespace { index += 1 }
      } else if isPart(first) {
        while index < characters.count, isPart(characters[index]) { index += 1 }
      } else if first == "\"" {
        while index < characters.count, characters[index] != "\"", characters[index] != "\n" { index += 1 }
        index = min(characters.count, index + 1)
      } else if first == "/", index < characters.count, characters[index] == "/" {
        while index < characters.count, !characters[index].isNewline { index += 1 }
      } else if index < characters.count, signs.contains(String([first, characters[index]])) {
        index += 1
      }
      pieces.append(String(characters[start..<index]))
    }
    return pieces
  }

  private static let signs: Set<String> = ["=>", "->", "==", "!=", "<=", ">=", "::", ".."]

  private static func isPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  static func isBlank(_ piece: String) -> Bool { piece.allSatisfy(\.isWhitespace) }

  static func isNumber(_ piece: String) -> Bool { piece.first?.isNumber == true }

  static func isWord(_ piece: String) -> Bool { piece.first.map { $0.isLetter || $0 == "_" } == true }

  /// The bracket that a place opens up to its partner, with the word before; else the place alone.
  static func group(at place: Int, in pieces: [String]) -> Range<Int> {
    var depth = 0
    var index = place
    if isWord(pieces[place]), place + 1 < pieces.count, pieces[place + 1] == "(" { index += 1 }
    let start = index
    while index < pieces.count {
      if ["(", "[", "{"].contains(pieces[index]) { depth += 1 }
      if [")", "]", "}"].contains(pieces[index]) { depth -= 1 }
      index += 1
      if depth <= 0 { return place..<index }
      if index - start > 400 { break }
    }
    return place..<(place + 1)
  }
}
