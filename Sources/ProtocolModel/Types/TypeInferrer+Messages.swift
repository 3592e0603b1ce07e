/// Messages of type inference, in the user's terms.

/// The type that a place asks for, and why.
struct Expectation {
  var term: Term
  var role: Role

  init(_ term: Term, _ role: Role) {
    self.term = term
    self.role = role
  }
}

/// What an expression is to its surroundings.
indirect enum Role {
  case none
  /// An argument by its index from 0; `declared` is where the parameter is written.
  case argument(Call, Int, Builtin?, declared: SourceRange?)
  /// The body of a definition with an annotation at a place.
  case body(String, SourceRange)
  case result(of: Role)
  /// An arm of a `match`; `first` is the label of the arm that settled the type.
  case arm(String, first: SourceRange?)
  /// The new value of a record's field.
  case field(String)
  case assumption
  /// The value for a constant, declared at a place.
  case override(String, SourceRange)

  /// The end of a message: `: argument 2 of ...`, or nothing.
  var suffix: String {
    let text = phrase
    return text.isEmpty ? "" : ": " + text
  }

  private var phrase: String {
    switch self {
    case .none: ""
    case .argument(let call, let index, let builtin, _): call.phrase(forArgument: index, builtin)
    case .body(let name, _): "body of `\(name)`"
    case .result(.arm(let label, _)): "arm `\(label)` of `match`"
    case .result(let role): role.phrase.isEmpty ? "" : "result of the lambda, \(role.phrase)"
    case .arm(let label, _): "arm `\(label)` of `match`"
    case .field(let name): "field `\(name)` keeps its type"
    case .assumption: "an assumption"
    case .override(let name, _): "value for constant `\(name)`"
    }
  }

  /// Other places that explain the expectation.
  var related: [Diagnostic.Related] {
    switch self {
    case .none, .assumption, .field, .arm(_, nil): []
    case .arm(_, let first?): [.init(range: first, message: "the first arm is here")]
    case .argument(_, _, _, let declared?):
      [.init(range: declared, message: "the parameter is declared here")]
    case .argument(_, _, _, nil): []
    case .body(_, let annotation): [.init(range: annotation, message: "the annotation is here")]
    case .result(let role): role.related
    case .override(let name, let range):
      range == .none ? [] : [.init(range: range, message: "`\(name)` is declared here")]
    }
  }
}

extension Call {
  /// The operator as the user knows it: `+` for `iadd` in infix form.
  var displayName: String {
    "`\(operatorText)`"
  }

  private var operatorText: String {
    guard let builtin = Builtin(rawValue: name.text) else { return name.text }
    switch (form, builtin) {
    case (.infix, _), (.special, _): return builtin.symbol ?? name.text
    case (.call, _), (.dotCall, _): return name.text
    }
  }

  /// What the argument at an index from 0 is.
  func phrase(forArgument index: Int, _ builtin: Builtin?) -> String {
    switch (builtin, form) {
    case (.ite?, _):
      return index == 0 ? "condition of `if`" : index == 1 ? "first branch of `if`" : "`else` branch of `if`"
    case (.actionAll?, .special), (.actionAny?, .special), (.and?, .special), (.or?, .special):
      return "entry \(index + 1) of `\(operatorText)`"
    case (.makeList?, .special): return "entry \(index + 1) of the list"
    case (.nth?, .special): return index == 0 ? "the list before `[...]`" : "the index in `[...]`"
    case (.assign?, .infix):
      guard case .name(let variable)? = arguments.first?.kind else { return "assigned value" }
      return index == 0 ? "assigned variable" : "value assigned to `\(variable)`"
    case (.iuminus?, .infix): return "operand of `-`"
    case (_, .infix): return index == 0 ? "left side of `\(operatorText)`" : "right side of `\(operatorText)`"
    default: return "argument \(index + 1) of `\(operatorText)`"
    }
  }
}

extension Builtin {
  /// How the operator is written outside of a call; nil for those that are only called.
  var symbol: String? {
    switch self {
    case .eq: "=="
    case .neq: "!="
    case .iadd: "+"
    case .isub, .iuminus: "-"
    case .imul: "*"
    case .idiv: "/"
    case .imod: "%"
    case .ipow: "^"
    case .ilt: "<"
    case .ilte: "<="
    case .igt: ">"
    case .igte: ">="
    case .assign: "'"
    case .actionAll: "all"
    case .actionAny: "any"
    case .ite: "if"
    case .matchVariant: "match"
    default: nil
    }
  }
}

extension TypeInferrer {
  func report(
    _ message: String, at range: SourceRange, related: [Diagnostic.Related] = [], hint: String? = nil
  ) {
    diagnostics.append(Diagnostic(.general, message, at: range, related: related, hint: hint))
  }

  /// Reports that an expression has not the type that its place asks for.
  func report(_ mismatch: Mismatch, expected: Expectation, found: Term, at range: SourceRange) {
    if case .tooDeep = mismatch.reason {
      if !hasReportedDepth {
        report("types nest too deeply here: more than \(Unifier.depthLimit) levels", at: range)
      }
      hasReportedDepth = true
      return
    }
    var reader = TypeReader()
    var printer = TypePrinter()
    let wanted = printer.print(reader.type(of: expected.term, in: &unifier))
    let given = printer.print(reader.type(of: found, in: &unifier))
    let inner = detail(mismatch, &reader, &printer)
    report(
      "expected \(wanted), found \(given)" + expected.role.suffix + inner, at: range,
      related: expected.role.related + sameTypeAs(expected.role, &reader, &printer))
  }

  /// Says that two different types were taken for one.
  func warnOfNamesakes(_ type: Term, _ expectation: Expectation, at range: SourceRange) {
    diagnostics.append(
      Diagnostic(
        .general,
        "two different types `\(text(type))` are taken for one, because they have the same name"
          + expectation.role.suffix, at: range, severity: .warning, related: expectation.role.related))
  }

  /// For operators whose arguments must agree, the argument that came first.
  private func sameTypeAs(
    _ role: Role, _ reader: inout TypeReader, _ printer: inout TypePrinter
  ) -> [Diagnostic.Related] {
    guard case .argument(let call, let index, let builtin?, _) = role else { return [] }
    let first: Int
    switch builtin {
    case .eq, .neq, .makeSet, .makeList, .makeMap, .assign, .union, .intersect, .exclude, .subseteq, .isIn,
      .contains, .get, .setKey, .put, .append, .concat, .replaceAt, .foldl, .foldr, .fold:
      first = 0
    case .ite: first = 1
    default: return []
    }
    guard index > first, let term = nodeTerms[call.arguments[first].id] else { return [] }
    let type = printer.print(reader.type(of: term, in: &unifier))
    return [
      .init(
        range: call.arguments[first].range,
        message: "\(call.phrase(forArgument: first, builtin)) is \(type)")
    ]
  }

  func detail(_ mismatch: Mismatch) -> String {
    var reader = TypeReader()
    var printer = TypePrinter()
    return detail(mismatch, &reader, &printer)
  }

  /// What differs inside of two large types.
  private func detail(
    _ mismatch: Mismatch, _ reader: inout TypeReader, _ printer: inout TypePrinter
  ) -> String {
    switch mismatch.reason {
    case .different:
      guard !mismatch.path.isEmpty else { return "" }
      let wanted = printer.print(reader.type(of: mismatch.expected, in: &unifier))
      let given = printer.print(reader.type(of: mismatch.found, in: &unifier))
      return " (\(place(mismatch.path)) is \(given), not \(wanted))"
    case .tooDeep: return " (more than \(Unifier.depthLimit) levels)"
    case .infinite: return " (the type would contain itself)"
    case .parameterCount(let wanted, let given):
      return " (\(count(given, "parameter")) instead of \(wanted))"
    case .missing(let labels, let kind): return " (\(self.labels(labels, kind)) missing)"
    case .unexpected(let labels, let kind): return " (\(self.labels(labels, kind)) not expected)"
    }
  }

  private func labels(_ labels: [String], _ kind: RowKind) -> String {
    switch kind {
    case .tuple:
      let positions = labels.map { "\((Int($0) ?? 0) + 1)" }
      return (labels.count == 1 ? "entry " : "entries ") + positions.joined(separator: ", ")
        + (labels.count == 1 ? " is" : " are")
    case .record, .sum:
      let noun = kind == .sum ? "label" : "field"
      return (labels.count == 1 ? "\(noun) " : "\(noun)s ")
        + labels.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        + (labels.count == 1 ? " is" : " are")
    }
  }

  /// The way into a type in words, from the inside out.
  private func place(_ path: [Mismatch.Step]) -> String {
    path.prefix(4).map { step in
      switch step {
      case .element: "the element"
      case .key: "the key"
      case .value: "the value"
      case .result: "the result"
      case .parameter(let number): "parameter \(number)"
      case .entry(let label, .tuple): "entry \((Int(label) ?? 0) + 1)"
      case .entry(let label, .record): "field `\(label)`"
      case .entry(let label, .sum): "the payload of `\(label)`"
      }
    }.joined(separator: " of ")
  }

  /// The text of a type; several types of one message that may share variables are
  /// printed by one printer instead.
  func text(_ term: Term) -> String {
    var reader = TypeReader()
    return reader.type(of: term, in: &unifier).description
  }

  /// `1 argument`, `2 arguments`.
  func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}
