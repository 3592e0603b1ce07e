/// Types as text, in Quint's notation.
///
/// One printer serves one message: it names type variables `a`, `b`, ... in the
/// order in which it meets them, so that the types of a message share names.
/// Aliases and sums print by name. Types that share parts can be exponentially
/// large as text, so the output is cut after `limit` characters.
public struct TypePrinter {
  private var names: [TypeVariable: String] = [:]
  private let limit: Int
  private var text = ""
  /// UTF-8 length of `text`.
  private var length = 0

  public init(limit: Int = 400) {
    self.limit = limit
  }

  /// The text of a type.
  ///
  /// - Complexity: O(`limit`).
  public mutating func print(_ type: Type) -> String {
    text = ""
    length = 0
    write(type)
    return length > limit ? text + "..." : text
  }

  private mutating func emit(_ part: String) {
    guard length <= limit else { return }
    text += part
    length += part.utf8.count
  }

  private mutating func name(_ variable: TypeVariable) -> String {
    if let known = names[variable] { return known }
    let number = names.count
    let letter = String(UnicodeScalar(UInt8(97 + number % 26)))
    let name = number < 26 ? letter : letter + String(number / 26)
    names[variable] = name
    return name
  }

  private mutating func write(_ type: Type) {
    guard length <= limit else { return }
    switch type {
    case .boolean: emit("bool")
    case .integer: emit("int")
    case .string: emit("str")
    case .variable(let variable): emit(name(variable))
    case .uninterpreted(_, let name): emit(name)
    case .set(let element):
      emit("Set[")
      write(element)
      emit("]")
    case .list(let element):
      emit("List[")
      write(element)
      emit("]")
    case .map(let key, let value):
      writeOperand(key)
      emit(" -> ")
      write(value)
    case .tuple(let row): writeTuple(row)
    case .record(let row): writeRecord(row)
    case .sum(let row, let name):
      if let name { emit(name) } else { writeSum(row) }
    case .operation(let parameters, let result):
      emit("(")
      writeList(parameters)
      emit(") => ")
      write(result)
    case .alias(let name, let arguments, _):
      emit(name)
      if !arguments.isEmpty {
        emit("[")
        writeList(arguments)
        emit("]")
      }
    }
  }

  private mutating func writeList(_ types: [Type]) {
    for (index, type) in types.enumerated() {
      if index > 0 { emit(", ") }
      write(type)
    }
  }

  /// The left side of `->`, in parentheses where it is a map or an operator itself.
  private mutating func writeOperand(_ type: Type) {
    switch type {
    case .map, .operation:
      emit("(")
      write(type)
      emit(")")
    case .boolean, .integer, .string, .variable, .uninterpreted, .set, .list, .tuple, .record, .sum, .alias:
      write(type)
    }
  }

  private mutating func writeTuple(_ row: Row) {
    emit("(")
    writeList(row.fields.map(\.type))
    writeTail(row)
    emit(")")
  }

  private mutating func writeRecord(_ row: Row) {
    if row.fields.isEmpty, row.tail == nil { return emit("{}") }
    emit("{ ")
    for (index, field) in row.fields.enumerated() {
      if index > 0 { emit(", ") }
      emit(field.label + ": ")
      write(field.type)
    }
    writeTail(row)
    emit(" }")
  }

  private mutating func writeSum(_ row: Row) {
    for (index, field) in row.fields.enumerated() {
      if index > 0 { emit(" | ") }
      emit(field.label)
      if field.type.unaliased == .unit { continue }
      emit("(")
      write(field.type)
      emit(")")
    }
    writeTail(row)
  }

  private mutating func writeTail(_ row: Row) {
    guard let tail = row.tail else { return }
    emit((row.fields.isEmpty ? "| " : " | ") + name(tail))
  }
}

extension Type: CustomStringConvertible {
  /// Quint's notation, cut after some hundred characters.
  public var description: String {
    var printer = TypePrinter()
    return printer.print(self)
  }

  /// The type without aliases and without names of sums, at any depth: equal for
  /// types that are the same to the checker.
  ///
  /// - Complexity: O(size of the type).
  public var canonical: Type {
    func row(_ row: Row) -> Row {
      Row(row.fields.map { Row.Field($0.label, $0.type.canonical) }, tail: row.tail)
    }
    switch self {
    case .boolean, .integer, .string, .variable, .uninterpreted: return self
    case .set(let element): return .set(element.canonical)
    case .list(let element): return .list(element.canonical)
    case .map(let key, let value): return .map(key.canonical, value.canonical)
    case .tuple(let entries): return .tuple(row(entries))
    case .record(let fields): return .record(row(fields))
    case .sum(let labels, _): return .sum(row(labels), name: nil)
    case .operation(let parameters, let result):
      return .operation(parameters.map(\.canonical), result.canonical)
    case .alias(_, _, let meaning): return meaning.canonical
    }
  }
}
