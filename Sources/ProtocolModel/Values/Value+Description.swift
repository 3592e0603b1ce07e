// How values are printed: as Quint writes them.

extension Value: CustomStringConvertible {
  /// The value in Quint's notation.
  ///
  /// - Complexity: O(length of the text).
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    switch self {
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += value.description
    case .string(let value): text += "\"\(value.text)\""
    case .tuple(let entries): Self.write(entries, between: "(", and: ")", to: &text)
    case .list(let entries): Self.write(entries, between: "[", and: "]", to: &text)
    case .set(let set): set.write(to: &text)
    case .map(let map): map.write(to: &text)
    case .record(let record): record.write(to: &text)
    case .variant(let variant): variant.write(to: &text)
    }
  }

  static func write(_ values: [Value], between open: String, and close: String, to text: inout String) {
    text += open
    for (index, value) in values.enumerated() {
      if index > 0 { text += ", " }
      value.write(to: &text)
    }
    text += close
  }
}

extension SetValue: CustomStringConvertible {
  /// Lazy sets of more members than this are printed as they were written.
  public static let printingLimit = 1000

  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    if let members = try? explicitMembers(limit: Self.printingLimit) {
      Value.write(members, between: "Set(", and: ")", to: &text)
      return
    }
    switch self {
    case .explicit(let members): Value.write(members, between: "Set(", and: ")", to: &text)
    case .interval(let low, let high): text += low.signum < 0 ? "(\(low)).to(\(high))" : "\(low).to(\(high))"
    case .integers: text += "Int"
    case .naturals: text += "Nat"
    case .powerset(let base): text += "powerset(\(base))"
    case .tuples(let factors):
      Value.write(factors.map { .set($0) }, between: "tuples(", and: ")", to: &text)
    case .maps(let domain, let range): text += "setOfMaps(\(domain), \(range))"
    case .lists(let elements, let maxLength): text += "allListsUpTo(\(elements), \(maxLength))"
    }
  }
}

extension MapValue: CustomStringConvertible {
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    text += "Map("
    for index in keyArray.indices {
      if index > 0 { text += ", " }
      keyArray[index].write(to: &text)
      text += " -> "
      values[index].write(to: &text)
    }
    text += ")"
  }
}

extension RecordValue: CustomStringConvertible {
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    text += "{"
    for (index, name) in shape.names.enumerated() {
      text += index > 0 ? ", " : " "
      text += "\(name.text): "
      values[index].write(to: &text)
    }
    text += " }"
  }
}

extension VariantValue: CustomStringConvertible {
  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to text: inout String) {
    text += label.text
    if payload.isUnit { return }
    text += "("
    payload.write(to: &text)
    text += ")"
  }
}
