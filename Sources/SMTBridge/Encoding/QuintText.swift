import ProtocolModel

/// Terms over the state as Quint, as far as the leaves have a notation there.
struct QuintText {
  typealias Term = TermGraph.Term
  private let system: SymbolicSystem
  private let graph: TermGraph

  init(_ system: SymbolicSystem, _ graph: TermGraph) {
    self.system = system
    self.graph = graph
  }

  func text(of term: Term) -> String { text(term, 0) }

  /// - Parameter level: how tightly the context binds; 0 not at all.
  private func text(_ term: Term, _ level: Int) -> String {
    func wrap(_ text: String, _ own: Int) -> String { own < level ? "(\(text))" : text }
    switch graph[term] {
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .input(let number, _): return system.inputs.all[Int(number)].name
    case .not(let inner): return negation(inner, level)
    case .and(let a, let b): return wrap("\(text(a, 3)) and \(text(b, 3))", 3)
    case .or(let a, let b):
      if case .not(let premise) = graph[a] { return wrap("\(text(premise, 2)) implies \(text(b, 2))", 1) }
      if case .not(let premise) = graph[b] { return wrap("\(text(premise, 2)) implies \(text(a, 2))", 1) }
      return wrap("\(text(a, 2)) or \(text(b, 2))", 2)
    case .ite(let c, let a, let b): return wrap("if (\(text(c, 0))) \(text(a, 0)) else \(text(b, 0))", 0)
    case .equal(let a, let b): return equation(a, b) ?? wrap("\(text(a, 5)) == \(text(b, 5))", 4)
    case .less(let a, let b): return wrap("\(text(a, 5)) < \(text(b, 5))", 4)
    case .lessOrEqual(let a, let b): return wrap("\(text(a, 5)) <= \(text(b, 5))", 4)
    case .add(let a, let b): return wrap("\(text(a, 5)) + \(text(b, 5))", 5)
    case .subtract(let a, let b): return wrap("\(text(a, 5)) - \(text(b, 6))", 5)
    case .multiply(let a, let b): return wrap("\(text(a, 6)) * \(text(b, 6))", 6)
    case .quotient(let a, let b): return wrap("\(text(a, 6)) / \(text(b, 7))", 6)
    case .remainder(let a, let b): return wrap("\(text(a, 6)) % \(text(b, 7))", 6)
    }
  }

  private func negation(_ inner: Term, _ level: Int) -> String {
    func wrap(_ text: String) -> String { level > 4 ? "(\(text))" : text }
    switch graph[inner] {
    case .equal(let a, let b) where !graph.isBoolean(a):
      if let equation = equation(a, b) { return "not(\(equation))" }
      return wrap("\(text(a, 5)) != \(text(b, 5))")
    case .less(let a, let b): return wrap("\(text(b, 5)) <= \(text(a, 5))")
    case .lessOrEqual(let a, let b): return wrap("\(text(b, 5)) < \(text(a, 5))")
    default: return "not(\(text(inner, 0)))"
    }
  }

  /// A label or string by its name: `phase == Settled`.
  private func equation(_ a: Term, _ b: Term) -> String? {
    for (leaf, number) in [(a, b), (b, a)] {
      guard let value = graph.integerValue(of: number), let place = system.current.firstIndex(of: leaf),
        let name = system.labelName(ofLeaf: place, value)
      else { continue }
      return "\(system.leaves[place].name) == \(name)"
    }
    return nil
  }
}
