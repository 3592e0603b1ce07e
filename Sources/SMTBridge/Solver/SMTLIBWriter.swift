public import ProtocolModel

/// Writes what a solver is asked as SMT-LIB 2.6, so that another solver can be asked the same.
///
/// Each shared node becomes a `define-fun` of its own: the text is as large as the graph.
public final class SMTLIBWriter: Solver {
  private var written: Set<Int32> = []
  private var names: [Int32: String] = [:]
  private var hasProduct = false
  private var body = ""

  public init() {}

  /// A document with a header for the logic that it needs.
  public func document(comment: String = "", status: String? = nil) -> String {
    var head = comment.split(separator: "\n", omittingEmptySubsequences: false).map { "; \($0)\n" }.joined()
    if comment.isEmpty { head = "" }
    if body.contains("(push 1)") { head += "(set-option :global-declarations true)\n" }
    head += "(set-logic \(hasProduct ? "QF_NIA" : "QF_LIA"))\n"
    if let status { head += "(set-info :status \(status))\n" }
    return head + body
  }

  public func declare(_ numbers: Range<Int>, _ inputs: SymbolicInputs) {
    for number in numbers {
      let input = inputs.all[number]
      let name = Self.symbol(input.name, number)
      names[Int32(number)] = name
      body += "(declare-const \(name) \(input.isBoolean ? "Bool" : "Int"))\n"
      if input.isBoolean { continue }
      if input.range.lowerBound != .min {
        body += "(assert (<= \(Self.literal(input.range.lowerBound)) \(name)))\n"
      }
      if input.range.upperBound != .max {
        body += "(assert (<= \(name) \(Self.literal(input.range.upperBound))))\n"
      }
    }
  }

  public func assert(_ term: Term, _ graph: TermGraph) {
    define(term, graph)
    body += "(assert \(reference(term, graph)))\n"
  }

  public func push() { body += "(push 1)\n" }
  public func pop() { body += "(pop 1)\n" }

  public func comment(_ text: String) { body += "; \(text)\n" }

  @discardableResult
  public func check(assuming assumptions: [Term], _ graph: TermGraph) -> SolverAnswer {
    let answer = SolverAnswer.unknown("written, not solved")
    if assumptions.isEmpty {
      body += "(check-sat)\n"
      return answer
    }
    for term in assumptions { define(term, graph) }
    // `check-sat-assuming` takes literals only.
    body += "(push 1)\n"
    for term in assumptions { body += "(assert \(reference(term, graph)))\n" }
    body += "(check-sat)\n(pop 1)\n"
    return answer
  }

  public func value(of term: Term, _ graph: TermGraph) -> Integer? { nil }
  public func core() -> [Int] { [] }

  // MARK: Names

  /// A quoted symbol: no name of the spec can have a bar or a backslash, but strings can.
  private static func symbol(_ name: String, _ number: Int) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      text.unicodeScalars.append(
        scalar == "|" || scalar == "\\" || !scalar.isASCII || scalar.value < 32 ? "_" : scalar)
    }
    return "|\(text) #\(number)|"
  }

  static func literal(_ value: Int) -> String { value < 0 ? "(- \(value.magnitude))" : "\(value)" }

  private func reference(_ term: Term, _ graph: TermGraph) -> String {
    switch graph[term] {
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): Self.literal(value)
    case .input(let number, _): names[number] ?? "|x #\(number)|"
    case .not(let inner) where isLeaf(inner, graph): "(not \(reference(inner, graph)))"
    default: "t\(term.index)"
    }
  }

  private func isLeaf(_ term: Term, _ graph: TermGraph) -> Bool {
    switch graph[term] {
    case .boolean, .integer, .input: true
    default: false
    }
  }

  /// Definitions hold for all levels only when made outside of any; so they are made anew
  /// where they are used first, which is why a writer is used for one nesting at a time.
  private func define(_ term: Term, _ graph: TermGraph) {
    for node in graph.unvisited(below: term, isKnown: { written.contains($0.index) }) {
      written.insert(node.index)
      guard let definition = definition(of: node, graph) else { continue }
      let sort = graph.isBoolean(node) ? "Bool" : "Int"
      body += "(define-fun t\(node.index) () \(sort) \(definition))\n"
    }
  }

  private func definition(of node: Term, _ graph: TermGraph) -> String? {
    func ref(_ term: Term) -> String { reference(term, graph) }
    switch graph[node] {
    case .boolean, .integer, .input: return nil
    case .not(let a): return isLeaf(a, graph) ? nil : "(not \(ref(a)))"
    case .and(let a, let b): return "(and \(ref(a)) \(ref(b)))"
    case .or(let a, let b): return "(or \(ref(a)) \(ref(b)))"
    case .ite(let a, let b, let c): return "(ite \(ref(a)) \(ref(b)) \(ref(c)))"
    case .equal(let a, let b): return "(= \(ref(a)) \(ref(b)))"
    case .less(let a, let b): return "(< \(ref(a)) \(ref(b)))"
    case .lessOrEqual(let a, let b): return "(<= \(ref(a)) \(ref(b)))"
    case .add(let a, let b): return "(+ \(ref(a)) \(ref(b)))"
    case .subtract(let a, let b): return "(- \(ref(a)) \(ref(b)))"
    case .multiply(let a, let b):
      if let (small, other) = graph.smallFactor(a, b) {
        return choice(ref(small), graph.range(of: small)) { "(* \(Self.literal($0)) \(ref(other)))" }
      }
      if graph.integerValue(of: a) == nil, graph.integerValue(of: b) == nil { hasProduct = true }
      return "(* \(ref(a)) \(ref(b)))"
    case .quotient(let a, let b): return division(a, b, graph, "div")
    case .remainder(let a, let b): return division(a, b, graph, "mod")
    }
  }

  /// A choice by the value of a term.
  private func choice(_ term: String, _ values: ClosedRange<Int>, _ image: (Int) -> String) -> String {
    var result = image(values.upperBound)
    for value in values.dropLast().reversed() {
      result = "(ite (= \(term) \(Self.literal(value))) \(image(value)) \(result))"
    }
    return result
  }

  private func division(_ a: Term, _ b: Term, _ graph: TermGraph, _ operation: String) -> String {
    let x = reference(a, graph)
    if let divisors = graph.smallDivisors(b) {
      return choice(reference(b, graph), divisors) { division(x, String($0), operation) }
    }
    if graph.integerValue(of: b) == nil { hasProduct = true }
    return division(x, reference(b, graph), operation)
  }

  /// Truncated towards zero, or with the sign of the dividend.
  private func division(_ x: String, _ y: String, _ operation: String) -> String {
    if operation == "div" {
      return "(ite (>= \(x) 0) (ite (> \(y) 0) (div \(x) \(y)) (- (div \(x) (- \(y)))))"
        + " (ite (> \(y) 0) (- (div (- \(x)) \(y))) (div (- \(x)) (- \(y)))))"
    }
    return "(ite (>= \(x) 0) (ite (> \(y) 0) (mod \(x) \(y)) (mod \(x) (- \(y))))"
      + " (ite (> \(y) 0) (- (mod (- \(x)) \(y))) (- (mod (- \(x)) (- \(y))))))"
  }
}
