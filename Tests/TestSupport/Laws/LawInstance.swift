import ProtocolModel

/// A law with random expressions for its parameters.
public struct LawInstance: Sendable {
  public var law: String
  public var bindings: [Binding]

  public struct Binding: Sendable {
    public var name: String
    public var expression: RandomExpression
  }

  /// Expressions for the parameters that the law mentions.
  public init(_ law: String, _ generator: inout ExpressionGenerator) {
    self.law = law
    let (a, b) = (generator.type(1), generator.type(1))
    let words = Set(TextPieces.split(law))
    // After a dot it is a field.
    let fields = Set(["f", "g"].filter { !law.contains("\($0)(") && !law.contains("(\($0))") })
    bindings = []
    for name in Self.parameters.sorted() where words.contains(name) && !fields.contains(name) {
      bindings.append(Binding(name: name, expression: Self.expression(name, a, b, &generator)))
    }
  }

  private static let parameters = [
    "s", "t", "u", "e", "w", "l", "k", "n", "m", "x", "y", "v", "d", "r", "i", "j", "c", "o", "z", "f", "g",
    "p", "q", "h",
  ]

  private static func expression(
    _ name: String, _ a: RandomType, _ b: RandomType, _ generator: inout ExpressionGenerator
  ) -> RandomExpression {
    let depth = 1 + generator.below(2)
    switch name {
    case "s", "t", "u": return generator.expression(.set(a), depth)
    case "e": return generator.expression(.set(b), depth)
    case "w": return generator.expression(.set(.set(a)), depth)
    case "l", "k", "n": return generator.expression(.list(a), depth)
    case "m": return generator.expression(.map(a, b), depth)
    case "x", "y": return generator.expression(a, depth)
    case "v", "d": return generator.expression(b, depth)
    case "r": return generator.expression(.record(a, b), depth)
    case "i", "j", "c": return generator.expression(.int, depth)
    case "o", "z": return generator.expression(.bool, depth)
    case "f": return generator.lambda([a], b, depth, [])
    case "g": return generator.lambda([b], .int, depth, [])
    case "p", "q": return generator.lambda([a], .bool, depth, [])
    default: return generator.lambda([.int, a], .int, 1, [])
    }
  }

  /// A block whose value is true if the law holds.
  public var text: String {
    let definitions = bindings.map { binding in
      if case .lambda(let names) = binding.expression.form {
        return
          "pure def \(binding.name)(\(names.joined(separator: ", "))) = \(binding.expression.operands[0].text);"
      }
      return "pure val \(binding.name) = \(binding.expression.text);"
    }
    return "{\n  \((definitions + [law]).joined(separator: "\n  "))\n}"
  }

  /// Instances with one expression made smaller.
  public var simplifications: [LawInstance] {
    bindings.indices.flatMap { index in
      bindings[index].expression.simplifications.map { expression in
        var copy = self
        copy.bindings[index].expression = expression
        return copy
      }
    }
  }
}

/// Evaluates laws.
public enum LawCheck {
  /// For each instance its value, or why it has none, as `Evaluating.value` tells it.
  ///
  /// Needs a large stack; see `runOnLargeStack`.
  public static func values(of instances: [LawInstance]) -> [String] {
    let definitions = instances.enumerated().map { "val law\($0.offset) = \($0.element.text)" }
    let text = "module m {\n\(RandomType.declarations)\n\(definitions.joined(separator: "\n"))\n}\n"
    let spec = Spec("m.qnt", reader: MemorySourceReader(["m.qnt": text]))
    let bodies = instances.indices.compactMap { index in body(of: "law\(index)", in: spec) }
    if spec.diagnostics.hasErrors || bodies.count != instances.count {
      return alone(instances) ?? [spec.diagnostics.first?.message ?? "refused"]
    }
    let request = FlattenRequest(main: 0, extra: bodies.enumerated().map { ("law\($0.offset)", $0.element) })
    let (machine, functions, diagnostics) = Machine.flatten(spec.program, request)
    if diagnostics.hasErrors { return alone(instances) ?? [diagnostics.first?.message ?? "refused"] }
    let evaluator = Evaluator(machine: machine)
    return functions.map { function in
      do throws(EvaluationError) {
        return try evaluator.value(of: function).description
      } catch {
        return error.isLimit ? "limit" : error.id.code
      }
    }
  }

  /// Each of several for itself, so that the bad one is known.
  private static func alone(_ instances: [LawInstance]) -> [String]? {
    instances.count == 1 ? nil : instances.flatMap { values(of: [$0]) }
  }

  private static func body(of name: String, in spec: Spec) -> SyntaxExpression? {
    for definition in spec.resolved.definitions.values where definition.name == name {
      if case .definition(let syntax) = definition.kind { return syntax.body }
    }
    return nil
  }

  /// A small instance with the same value.
  public static func shrunk(_ instance: LawInstance, value: String) -> LawInstance {
    var best = instance
    var budget = 2_000
    search: while budget > 0 {
      for candidate in best.simplifications {
        budget -= 1
        if budget <= 0 { break search }
        if values(of: [candidate]) == [value] {
          best = candidate
          continue search
        }
      }
      break
    }
    return best
  }
}
