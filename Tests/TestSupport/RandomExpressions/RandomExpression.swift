/// Types of random expressions. `option` is the sum type `Opt = No | Yes(int)`, which the
/// module has to declare.
public indirect enum RandomType: Hashable, Sendable {
  case int, bool, str, option
  case set(RandomType)
  case list(RandomType)
  case map(RandomType, RandomType)
  case pair(RandomType, RandomType)
  /// `{ f: _, g: _ }`
  case record(RandomType, RandomType)

  /// What a module needs for `option`.
  public static let declarations = "type Opt = No | Yes(int)"

  public var quintText: String {
    switch self {
    case .int: "int"
    case .bool: "bool"
    case .str: "str"
    case .option: "Opt"
    case .set(let member): "Set[\(member.quintText)]"
    case .list(let entry): "List[\(entry.quintText)]"
    case .map(let key, let value): "\(key.quintText) -> (\(value.quintText))"
    case .pair(let first, let second): "(\(first.quintText), \(second.quintText))"
    case .record(let f, let g): "{ f: \(f.quintText), g: \(g.quintText) }"
    }
  }
}

/// A random expression as a tree, so that it can be made smaller.
public struct RandomExpression: Hashable, Sendable {
  public var form: Form
  public var type: RandomType
  public var operands: [RandomExpression]

  public enum Form: Hashable, Sendable {
    case literal(String)
    case name(String)
    /// An operator with its operands in parentheses.
    case call(String)
    case infix(String)
    /// Of as many parameters; its body is the only operand.
    case lambda([String])
    case record
    /// `r.f`
    case field(String)
    /// `p._1`
    case item(Int)
    case tuple
    case list
    case ifElse
    /// `{ val x = first  second }`
    case letIn(String)
    /// Of the first operand: the second for `Yes(x)`, the third for `No`.
    case match(String)
    /// `{ ...first, f: second }`
    case spread(String)
  }

  public init(_ form: Form, _ type: RandomType, _ operands: [RandomExpression] = []) {
    self.form = form
    self.type = type
    self.operands = operands
  }

  public static func call(_ name: String, _ type: RandomType, _ operands: RandomExpression...) -> Self {
    Self(.call(name), type, operands)
  }

  /// As Quint writes it.
  public var text: String {
    let texts = operands.map(\.text)
    switch form {
    case .literal(let text), .name(let text): return text
    case .call(let name): return "\(name)(\(texts.joined(separator: ", ")))"
    case .infix(let sign): return "(\(texts.joined(separator: " \(sign) ")))"
    case .lambda(let names):
      return names.count == 1
        ? "\(names[0]) => \(texts[0])" : "(\(names.joined(separator: ", "))) => \(texts[0])"
    case .record: return "{ f: \(texts[0]), g: \(texts[1]) }"
    case .field(let name): return "\(texts[0]).\(name)"
    case .item(let number): return "\(texts[0])._\(number)"
    case .tuple: return "(\(texts.joined(separator: ", ")))"
    case .list: return "[\(texts.joined(separator: ", "))]"
    case .ifElse: return "(if (\(texts[0])) \(texts[1]) else \(texts[2]))"
    case .letIn(let name): return "{ val \(name) = \(texts[0]); \(texts[1]) }"
    case .match(let name): return "(match \(texts[0]) { | Yes(\(name)) => \(texts[1]) | No => \(texts[2]) })"
    case .spread(let name): return "{ ...\(texts[0]), \(name): \(texts[1]) }"
    }
  }

  /// Names that it uses and does not bind.
  public var freeNames: Set<String> {
    var free = Set(operands.flatMap(\.freeNames))
    switch form {
    case .name(let name): free.insert(name)
    case .lambda(let names): free.subtract(names)
    case .letIn(let name), .match(let name):
      // No name is bound twice, so it cannot be free in the other operands.
      free.remove(name)
    default: break
    }
    return free
  }

  /// The simplest expression of a type.
  public static func simplest(_ type: RandomType) -> RandomExpression {
    switch type {
    case .int: Self(.literal("0"), type)
    case .bool: Self(.literal("false"), type)
    case .str: Self(.literal("\"\""), type)
    case .option: Self(.literal("No"), type)
    case .set: Self(.call("Set"), type)
    case .list: Self(.list, type)
    case .map: Self(.call("Map"), type)
    case .pair(let first, let second): Self(.tuple, type, [simplest(first), simplest(second)])
    case .record(let f, let g): Self(.record, type, [simplest(f), simplest(g)])
    }
  }

  public var size: Int { operands.reduce(1) { $0 + $1.size } }

  /// Smaller expressions of the same type, closed if this one is: the largest cuts first.
  public var simplifications: [RandomExpression] {
    var found: [RandomExpression] = []
    if case .lambda(let names) = form {
      return operands[0].simplifications.map { RandomExpression(.lambda(names), type, [$0]) }
    }
    let simplest = Self.simplest(type)
    if simplest.size < size || (simplest.size == size && isAnyLiteral(but: simplest)) {
      found.append(simplest)
    }
    if case .literal(let text) = form, let number = Int(text), abs(number) > 1 {
      found.append(RandomExpression(.literal("\(number / 2)"), type))
    }
    let free = freeNames
    for part in parts where part.type == type && part.size < size && part.freeNames.isSubset(of: free) {
      found.append(part)
    }
    if [.call("Set"), .list].contains(form) {
      for index in operands.indices {
        var fewer = self
        fewer.operands.remove(at: index)
        found.append(fewer)
      }
    }
    for index in operands.indices {
      for smaller in operands[index].simplifications {
        var copy = self
        copy.operands[index] = smaller
        found.append(copy)
      }
    }
    return found
  }

  private func isAnyLiteral(but other: RandomExpression) -> Bool {
    if case .literal = form { return self != other }
    return false
  }

  /// All expressions inside, lambdas opened.
  private var parts: [RandomExpression] {
    operands.flatMap { operand -> [RandomExpression] in
      if case .lambda = operand.form { return operand.parts }
      return [operand] + operand.parts
    }
  }
}
