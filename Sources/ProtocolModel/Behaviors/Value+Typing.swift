/// Whether a value that was read from elsewhere is one of a type.

extension Value {
  /// The first part that is no value of the type: where it is, and what should be there; nil if all fits.
  ///
  /// Type variables and uninterpreted types take anything.
  ///
  /// - Complexity: O(size of the value).
  public func misfit(with type: Type) -> (path: String, expected: String)? {
    func parts(_ values: [Value], _ type: Type, _ place: (Int) -> String) -> (String, String)? {
      for (index, value) in values.enumerated() {
        if let found = value.misfit(with: type) { return (place(index) + found.path, found.expected) }
      }
      return nil
    }
    switch (self, type.unaliased) {
    case (.bool, .boolean), (.int, .integer), (.string, .string), (_, .variable), (_, .uninterpreted):
      return nil
    case (.list(let values), .list(let element)):
      return parts(values, element) { "[\($0)]" }
    case (.set(let set), .set(let element)):
      if case .explicit(let members) = set { return parts(members, element) { "[\($0)]" } }
      return set.fits(element) ? nil : ("", Self.name(of: type))
    case (.map(let map), .map(let key, let value)):
      return parts(map.keyArray, key) { "[\($0)]" } ?? parts(map.values, value) { "[\($0)]" }
    case (.tuple(let values), .tuple(let row)) where values.count == row.fields.count:
      return fields(values, row)
    case (.record(let record), .record(let row))
    where record.shape.names.map(\.text) == row.fields.map(\.label).sorted():
      for field in row.fields {
        guard let found = record[QuintString(field.label)]?.misfit(with: field.type) else { continue }
        return (".\(field.label)" + found.path, found.expected)
      }
      return nil
    case (.variant(let variant), .sum(let row, _)):
      guard let field = row.fields.first(where: { $0.label == variant.label.text }) else { break }
      guard let found = variant.payload.misfit(with: field.type) else { return nil }
      return (".\(field.label)" + found.path, found.expected)
    default: break
    }
    return ("", Self.name(of: type))
  }

  private func fields(_ values: [Value], _ row: Row) -> (String, String)? {
    for (value, field) in zip(values, row.fields) {
      guard let found = value.misfit(with: field.type) else { continue }
      return ("._\((Int(field.label) ?? 0) + 1)" + found.path, found.expected)
    }
    return nil
  }

  private static func name(of type: Type) -> String {
    var printer = TypePrinter()
    return printer.print(type)
  }
}

extension SetValue {
  /// True if the members have this type, without going through them where they are not spelled out.
  fileprivate func fits(_ element: Type) -> Bool {
    switch (self, element.unaliased) {
    case (_, .variable), (_, .uninterpreted): true
    case (.explicit(let members), let type): members.allSatisfy { $0.misfit(with: type) == nil }
    case (.integers, .integer), (.naturals, .integer), (.interval, .integer): true
    case (.powerset(let base), .set(let member)): base.fits(member)
    case (.lists(let elements, _), .list(let entry)): elements.fits(entry)
    case (.maps(let domain, let range), .map(let key, let value)): domain.fits(key) && range.fits(value)
    case (.tuples(let factors), .tuple(let row)):
      factors.count == row.fields.count && zip(factors, row.fields).allSatisfy { $0.fits($1.type) }
    default: false
    }
  }
}
