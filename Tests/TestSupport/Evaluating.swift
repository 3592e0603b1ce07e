import ProtocolModel

/// Expressions and actions of tests, evaluated.
public enum Evaluating {
  /// The value of an expression as Quint writes it, `QNT503` and the like when it has
  /// none, `limit` when that is the evaluator's fault; else what the front end says.
  public static func value(_ expression: String, in declarations: String = "") -> String {
    runOnLargeStack {
      let spec = SpecText("module m {\n\(declarations)\nval it =\n\(expression)\n}\n").spec
      if spec.diagnostics.hasErrors { return messages(spec.diagnostics) }
      guard let body = body(of: "it", in: spec) else { return "no definition" }
      let (machine, functions, diagnostics) = Machine.flatten(
        spec.program, FlattenRequest(main: 0, extra: [("it", body)]))
      if diagnostics.hasErrors { return messages(diagnostics) }
      let evaluator = Evaluator(machine: machine)
      return text { () throws(EvaluationError) in try evaluator.value(of: functions[0]).description }
    }
  }

  private static func body(of name: String, in spec: Spec) -> SyntaxExpression? {
    for definition in spec.resolved.definitions.values where definition.name == name {
      if case .definition(let syntax) = definition.kind { return syntax.body }
    }
    return nil
  }

  /// The outcomes of `step` in the first state that `init` makes, in order: the values of
  /// the variables in their order, states passed by `then` before them. The error comes last.
  public static func outcomes(_ declarations: String) -> [String] {
    runOnLargeStack {
      switch started(declarations) {
      case .failure(let message): return [message.text]
      case .success(let (evaluator, step)):
        var found: [String] = []
        do throws(EvaluationError) {
          try evaluator.forEachOutcome(of: step) { outcome throws(EvaluationError) in
            found.append(text(of: outcome))
            return true
          }
        } catch {
          found.append(text(of: error))
        }
        return found
      }
    }
  }

  /// What random runs of `step` in that state lead to, `false` among them: sorted, each once.
  public static func samples(_ declarations: String, runs: Int = 100) -> [String] {
    runOnLargeStack {
      switch started(declarations) {
      case .failure(let message): return [message.text]
      case .success(let (evaluator, step)):
        var found = Set<String>()
        var random = SplitMix64(seed: 1)
        for _ in 0..<runs {
          found.insert(
            text { () throws(EvaluationError) in
              var hasChosen = false
              var passed: [Step] = []
              let outcome = try evaluator.runOnce(
                step, random: &random, hasChosen: &hasChosen, passed: &passed)
              return outcome.map(text(of:)) ?? "false"
            })
        }
        return found.sorted()
      }
    }
  }

  /// Why there is nothing to run.
  private struct Refusal: Error {
    var text: String
  }

  private static func started(_ declarations: String) -> Result<(Evaluator, FunctionID), Refusal> {
    let text = SpecText("module m {\n\(declarations)\n}\n")
    let made = text.machine()
    guard let machine = made.machine, let initial = machine.initial, let step = machine.step else {
      return .failure(Refusal(text: text.complaints().joined(separator: "\n")))
    }
    let evaluator = Evaluator(machine: machine)
    var start: [Value?]?
    do throws(EvaluationError) {
      try evaluator.forEachOutcome(of: initial) { outcome throws(EvaluationError) in
        start = outcome.values
        return false
      }
    } catch {
      return .failure(Refusal(text: "init: " + Self.text(of: error)))
    }
    guard let start else { return .failure(Refusal(text: "init is false")) }
    evaluator.load(start)
    return .success((evaluator, step))
  }

  private static func text(of outcome: Outcome) -> String {
    let states = outcome.passed.map(\.state.values) + [outcome.values]
    return states.map { values in values.map { $0?.description ?? "-" }.joined(separator: " ") }
      .joined(separator: "; ")
  }

  private static func text(_ body: () throws(EvaluationError) -> String) -> String {
    do throws(EvaluationError) { return try body() } catch { return text(of: error) }
  }

  private static func text(of error: EvaluationError) -> String { error.isLimit ? "limit" : error.id.code }

  private static func messages(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { "[\($0.id.code)] \($0.message)" }.joined(separator: "\n")
  }
}
