/// Tags: what a spec says of itself in doc comments, where Quint does not look.
///
///     /// Nobody's money is lost.
///     /// @invariant
///     val conservation = ...
///
/// A tag is a line that begins with `@` and a word. `Tag.forms` lists all of them.

/// One tag, understood.
struct Tag {
  var kind: Kind
  /// The line from its `@` on.
  var range: SourceRange

  enum Kind {
    /// `@invariant`, `@temporal`, `@inductive`, `@witness`, `@bound maximize|minimize`
    case property(Property.Kind)
    case prove
    /// `@expect violated NAME [steps N]`
    case violated(String, steps: Int?)
    /// `@expect holds NAME`
    case holds(String)
    /// `@expect states N`
    case states(Int)
    /// `@size S|M|L`
    case size(Expectations.Size)
    /// `@symbolic NAME, ...`
    case symbolic([String])
    /// `@party WHO` of an action, `@party` of a type
    case party(String?)
    /// `@message FROM -> TO`, `@message FROM -> TO: TEXT`
    case message(from: String, to: String, text: String?)
    /// `@allow unused`, or `@allow unused TEXT` for the expression that is written so
    case allowUnused(String?)
    /// `@least NAME N`, `@greatest NAME N`
    case boundary(Expectations.Boundary)
  }

  /// True for tags of definitions; the others are tags of modules and imports.
  var isOfDefinition: Bool {
    switch kind {
    case .property, .prove, .party, .message, .allowUnused: true
    case .violated, .holds, .states, .size, .symbolic, .boundary: false
    }
  }

  /// True for tags that nothing but diagrams reads.
  var isForDiagrams: Bool {
    switch kind {
    case .party, .message: true
    case .property, .prove, .allowUnused: false
    case .violated, .holds, .states, .size, .symbolic, .boundary: false
    }
  }

  /// Their words.
  static let wordsForDiagrams: Set<String> = ["party", "message"]

  /// The word of each tag and how it is written, for messages.
  static let forms: [(word: String, text: String)] = [
    ("invariant", "`@invariant`"),
    ("temporal", "`@temporal`"),
    ("inductive", "`@inductive`"),
    ("witness", "`@witness`"),
    ("bound", "`@bound maximize` or `@bound minimize`"),
    ("prove", "`@prove`"),
    (
      "expect",
      "`@expect violated NAME`, `@expect violated NAME steps N`, `@expect holds NAME` or `@expect states N`"
    ),
    ("size", "`@size S`, `@size M` or `@size L`"),
    ("symbolic", "`@symbolic CONSTANT, ...`"),
    ("party", "`@party WHO` at an action, or `@party` at a type"),
    ("message", "`@message FROM -> TO` or `@message FROM -> TO: TEXT`"),
    ("allow", "`@allow unused` or `@allow unused EXPRESSION`"),
    ("least", "`@least CONSTANT N`"),
    ("greatest", "`@greatest CONSTANT N`"),
  ]

  /// Words that authors of doc comments use for their own ends.
  static let foreignWords: Set<String> = [
    "author", "deprecated", "dev", "example", "mainModule", "note", "notice", "param", "return", "returns",
    "see", "since", "title", "todo", "type", "version",
  ]
}

/// Finds the tags in doc comments.
struct TagReader {
  private(set) var diagnostics: [Diagnostic] = []

  /// The tags among the lines of one doc comment; faulty ones are reported and left out.
  mutating func tags(in lines: [DocumentationLine]) -> [Tag] {
    lines.compactMap { tag(in: $0) }
  }

  private mutating func tag(in line: DocumentationLine) -> Tag? {
    let words = line.text.split { $0 == " " || $0 == "\t" }
    guard let first = words.first, first.hasPrefix("@"), first.dropFirst().first?.isLetter == true else {
      return nil
    }
    let word = String(first.dropFirst())
    let range = Self.range(of: line)
    guard let form = Tag.forms.first(where: { $0.word == word }) else {
      if !Tag.foreignWords.contains(word) { reportUnknown(word, range) }
      return nil
    }
    guard let kind = Self.kind(word, words.dropFirst().map(String.init)) else {
      diagnostics.append(
        Diagnostic(
          .general, "malformed tag `@\(word)`", at: range,
          severity: Tag.wordsForDiagrams.contains(word) ? .warning : .error, hint: "write \(form.text)"))
      return nil
    }
    return Tag(kind: kind, range: range)
  }

  private mutating func reportUnknown(_ word: String, _ range: SourceRange) {
    let nearest = NameSuggestion.nearest(to: word, among: Tag.forms.map(\.word))
    diagnostics.append(
      Diagnostic(
        .general, "unknown tag `@\(word)`", at: range, severity: .warning,
        hint: nearest.map { "did you mean `@\($0)`?" }))
  }

  /// The line from its `@` on, without blanks at its end.
  private static func range(of line: DocumentationLine) -> SourceRange {
    let text = Array(line.text.utf8)
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let leading = text.prefix(while: isBlank).count
    let trailing = text.reversed().prefix(while: isBlank).count
    var range = line.range
    // A line may end in a carriage return, which belongs to its range but not to its text.
    let lead = Int(range.end - range.start) - text.count
    let prefix = lead >= 4 ? 4 : lead
    range.start += Int32(clamping: prefix + leading)
    range.end = max(range.start, range.start + Int32(clamping: text.count - leading - trailing))
    return range
  }

  /// What a tag means; nil if it is malformed.
  private static func kind(_ word: String, _ arguments: [String]) -> Tag.Kind? {
    if word == "symbolic" {
      let names = arguments.joined(separator: " ").split { $0 == "," || $0 == " " }.map(String.init)
      return names.isEmpty ? nil : .symbolic(names)
    }
    if word == "party" { return .party(arguments.isEmpty ? nil : arguments.joined(separator: " ")) }
    if word == "message" { return message(arguments) }
    switch (word, arguments.first, arguments.count) {
    case ("invariant", _, 0): return .property(.invariant)
    case ("temporal", _, 0): return .property(.temporal)
    case ("inductive", _, 0): return .property(.inductive)
    case ("witness", _, 0): return .property(.witness)
    case ("prove", _, 0): return .prove
    case ("allow", "unused", _):
      return .allowUnused(arguments.count == 1 ? nil : arguments.dropFirst().joined(separator: " "))
    case ("bound", "maximize", 1): return .property(.maximum)
    case ("bound", "minimize", 1): return .property(.minimum)
    case ("size", let size?, 1): return Expectations.Size(rawValue: size).map(Tag.Kind.size)
    case ("least", let name?, 2), ("greatest", let name?, 2):
      return Int(arguments[1]).map {
        .boundary(.init(constant: name, isLeast: word == "least", value: $0))
      }
    case ("expect", "holds", 2): return .holds(arguments[1])
    case ("expect", "states", 2): return number(arguments[1]).map(Tag.Kind.states)
    case ("expect", "violated", 2): return .violated(arguments[1], steps: nil)
    case ("expect", "violated", 4) where arguments[2] == "steps":
      return number(arguments[3]).map { .violated(arguments[1], steps: $0) }
    default: return nil
    }
  }

  /// `FROM -> TO`, with `: TEXT` behind it or not.
  private static func message(_ words: [String]) -> Tag.Kind? {
    guard let arrow = words.firstIndex(of: "->"), arrow > 0 else { return nil }
    let rest = words[(arrow + 1)...].joined(separator: " ")
    let end = endOfName(in: rest)
    let to = end.map { String(rest[..<$0]) } ?? rest
    let text = end.map { rest[rest.index(after: $0)...].drop { $0 == " " } }
    guard !to.isEmpty, text?.isEmpty != true else { return nil }
    return .message(from: words[..<arrow].joined(separator: " "), to: to, text: text.map(String.init))
  }

  /// The colon behind a name: the first one outside of braces that ends a word, for names of
  /// instances have colons, too.
  private static func endOfName(in text: String) -> String.Index? {
    var depth = 0
    for index in text.indices {
      switch text[index] {
      case "{": depth += 1
      case "}": depth -= 1
      case ":" where depth == 0:
        let next = text.index(after: index)
        if next == text.endIndex || text[next] == " " { return index }
      default: break
      }
    }
    return nil
  }

  /// A decimal number, `_` between its digits or not.
  private static func number(_ text: String) -> Int? {
    guard text.utf8.first.map({ (0x30...0x39).contains($0) }) == true else { return nil }
    return Int(text.filter { $0 != "_" })
  }
}
