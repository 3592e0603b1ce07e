/// The types of the built-in operators as terms, read from the texts of the table.
///
/// The texts are Quint's type syntax without records and sums, so a reader of a
/// page is enough; it accepts exactly what the table holds, which a test checks.
struct BuiltinSignatures {
  private var terms: [Builtin: Term] = [:]

  /// The generic type of an operator; nil for those with a rule of their own.
  mutating func term(of builtin: Builtin, in unifier: inout Unifier) -> Term? {
    if let known = terms[builtin] { return known }
    guard let text = Self.signature(of: builtin) else { return nil }
    var reader = Reader(text: Array(text.utf8))
    guard let term = reader.readType(&unifier), reader.isAtEnd else { return nil }
    terms[builtin] = term
    return term
  }

  /// The table's text, and for operators without one the type that they have when
  /// passed by name, with two arguments.
  static func signature(of builtin: Builtin) -> String? {
    switch builtin {
    case .lastTrace: "List[a]"
    case .test: "(int, int, int, bool, bool, bool) => bool"
    case .testOnce: "(int, int, bool, bool, bool) => bool"
    default: builtin.row.signature
    }
  }

  /// The type of a variadic operator that is passed by name, as one of two arguments.
  static func binarySignature(of builtin: Builtin) -> String? {
    switch builtin {
    case .and, .or, .actionAll, .actionAny: "(bool, bool) => bool"
    case .makeSet: "(a, a) => Set[a]"
    case .makeList: "(a, a) => List[a]"
    case .makeMap: "((a, b), (a, b)) => (a -> b)"
    case .makeTuple: "(a, b) => (a, b)"
    case .tuples: "(Set[a], Set[b]) => Set[(a, b)]"
    case .debug: "(str, a) => a"
    default: nil
    }
  }

  static func read(_ text: String, in unifier: inout Unifier) -> Term? {
    var reader = Reader(text: Array(text.utf8))
    guard let term = reader.readType(&unifier), reader.isAtEnd else { return nil }
    return term
  }

  private struct Reader {
    let text: [UInt8]
    var position = 0
    var variables: [String: Term] = [:]

    init(text: [UInt8]) {
      self.text = text
    }

    var isAtEnd: Bool { position == text.count }

    private mutating func accept(_ token: String) -> Bool {
      skipBlanks()
      let bytes = Array(token.utf8)
      guard text.count - position >= bytes.count,
        text[position..<position + bytes.count].elementsEqual(bytes)
      else { return false }
      position += bytes.count
      return true
    }

    private mutating func skipBlanks() {
      while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
    }

    private mutating func word() -> String {
      skipBlanks()
      let start = position
      while position < text.count, text[position] | 0x20 >= UInt8(ascii: "a"),
        text[position] | 0x20 <= UInt8(ascii: "z")
      {
        position += 1
      }
      return String(decoding: text[start..<position], as: UTF8.self)
    }

    /// `T`, `T -> T`, or `(T, T) => T`.
    mutating func readType(_ unifier: inout Unifier) -> Term? {
      if accept("(") {
        var entries: [Term] = []
        repeat {
          guard let entry = readType(&unifier) else { return nil }
          entries.append(entry)
        } while accept(",")
        guard accept(")") else { return nil }
        if accept("=>") {
          guard let result = readType(&unifier) else { return nil }
          return unifier.make(.operation(entries, result))
        }
        guard entries.count > 1 else { return entries.first }
        return unifier.makeTuple(entries)
      }
      guard let key = readName(&unifier) else { return nil }
      guard accept("->") else { return key }
      guard let value = readType(&unifier) else { return nil }
      return unifier.make(.map(key, value))
    }

    private mutating func readName(_ unifier: inout Unifier) -> Term? {
      let name = word()
      switch name {
      case "": return nil
      case "int": return Unifier.integer
      case "bool": return Unifier.boolean
      case "str": return Unifier.string
      case "Set", "List":
        guard accept("["), let element = readType(&unifier), accept("]") else { return nil }
        return unifier.make(name == "Set" ? .set(element) : .list(element))
      default:
        if let known = variables[name] { return known }
        let variable = unifier.makeVariable(level: Unifier.genericLevel)
        variables[name] = variable
        return variable
      }
    }
  }
}

extension Unifier {
  /// The type of tuples with the given entries.
  mutating func makeTuple(_ entries: [Term]) -> Term {
    if entries.isEmpty { return Self.unit }
    return make(
      .tuple(TermRow(entries.enumerated().map { TermRow.Field(String($0.offset), $0.element) })))
  }
}
