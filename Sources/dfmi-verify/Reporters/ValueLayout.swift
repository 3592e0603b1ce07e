import ProtocolModel

/// Values over several lines where one is too short, in the layout that Quint uses.
///
/// A document of texts and possible line breaks is laid out by the algorithm of Lindig
/// ("Strictly Pretty", 2000): a group stands on one line if what remains of the line has
/// room for it, else all of its own breaks are taken.
enum ValueLayout {
  private static let width = 80

  /// A title, then a record of the fields.
  static func text(_ title: String, _ fields: [NamedValue]) -> String {
    let fields = fields.map { (name: $0.name, value: $0.value.layout) }
    return Document.group([.group([.text(title), .line(" ")]), .record(fields)]).text(width: width)
  }
}

/// A text with places where it may be broken.
private indirect enum Document {
  case text(String)
  /// A break, or the text that stands for it on one line.
  case line(String)
  case nest([Document])
  case group([Document])

  /// `left`, the parts with commas between, `right`.
  static func list(_ left: String, _ parts: [Document], _ right: String, padding: String = "") -> Document {
    var inner: [Document] = [.line(padding)]
    for (index, part) in parts.enumerated() {
      if index > 0 { inner += [.text(","), .line(" ")] }
      inner.append(part)
    }
    return .group([.text(left), .nest(inner), .line(padding), .text(right)])
  }

  static func record(_ fields: [(name: String, value: Document)]) -> Document {
    .list(
      "{", fields.map { .group([.text($0.name + ":"), .nest([.line(" "), $0.value])]) }, "}", padding: " ")
  }

  private struct Part {
    var indent: Int
    var isFlat: Bool
    var document: Document
  }

  func text(width: Int) -> String {
    var text = ""
    var column = 0
    var pending = [Part(indent: 0, isFlat: false, document: self)]
    while let part = pending.popLast() {
      switch part.document {
      case .text(let piece):
        text += piece
        column += piece.count
      case .line(let space):
        if part.isFlat {
          text += space
          column += space.count
        } else {
          text += "\n" + String(repeating: " ", count: part.indent)
          column = part.indent
        }
      case .nest(let parts):
        pending += parts.reversed().map { Part(indent: part.indent + 2, isFlat: part.isFlat, document: $0) }
      case .group(let parts):
        let flat = parts.reversed().map { Part(indent: part.indent, isFlat: true, document: $0) }
        if part.isFlat || Self.fits(width - column, flat, before: pending) {
          pending += flat
        } else {
          pending += flat.map { Part(indent: $0.indent, isFlat: false, document: $0.document) }
        }
      }
    }
    return text
  }

  /// Whether parts, the last one first, have room up to the next break that will be taken.
  ///
  /// - Complexity: O(room).
  private static func fits(_ room: Int, _ parts: [Part], before rest: [Part]) -> Bool {
    var room = room
    var pending = parts
    var restCount = rest.count
    while room >= 0 {
      if pending.isEmpty {
        guard restCount > 0 else { return true }
        restCount -= 1
        pending.append(rest[restCount])
      }
      guard let part = pending.popLast() else { return true }
      switch part.document {
      case .text(let piece): room -= piece.count
      case .line(let space):
        if !part.isFlat { return true }
        room -= space.count
      case .nest(let parts):
        pending += parts.reversed().map { Part(indent: 0, isFlat: part.isFlat, document: $0) }
      case .group(let parts):
        pending += parts.reversed().map { Part(indent: 0, isFlat: true, document: $0) }
      }
    }
    return false
  }
}

extension Value {
  fileprivate var layout: Document {
    switch self {
    case .bool, .int, .string: return .text(description)
    case .tuple(let entries): return .list("(", entries.map(\.layout), ")")
    case .list(let entries): return .list("[", entries.map(\.layout), "]")
    case .set(.explicit(let members)): return .list("Set(", members.map(\.layout), ")")
    case .set: return .text(description)
    case .map(let map):
      let entries = zip(map.keyArray, map.values).map { key, value -> Document in
        .group([key.layout, .text(" ->"), .nest([.line(" "), value.layout])])
      }
      return .list("Map(", entries, ")")
    case .record(let record):
      return .record(zip(record.shape.names, record.values).map { ($0.text, $1.layout) })
    case .variant(let variant):
      if case .tuple(let entries) = variant.payload, entries.isEmpty { return .text(variant.label.text) }
      return .group([.text(variant.label.text + "("), variant.payload.layout, .text(")")])
    }
  }
}
