import ProtocolModel

/// Products and quotients of unknowns as unknowns of their own, with linear facts about them.
///
/// Solvers search long for what follows from a sign and a distributive law. So each product
/// becomes a variable with these facts: its sign, that it is not nearer to 0 than a factor, how it
/// compares with small multiples of a factor, and, where a factor is a sum, that it is the sum of
/// the products with the parts; where one is a choice, it is a choice of products. A quotient `a / b` is a variable q with `q * b <= a < q * b + b`
/// where both are not negative; otherwise nothing is known of it. What follows from all this is
/// true; what does not follow may be true, too.
///
/// Linearization by instances of axioms goes back to the incremental linearization of Cimatti,
/// Griggio, Irfan, Roveri, Sebastiani (TACAS 2017); here all instances are made at once.
struct ProductLemmas {
  typealias Term = TermGraph.Term

  private(set) var graph: TermGraph
  private(set) var inputs: SymbolicInputs
  /// What may be assumed.
  private(set) var facts: [Term] = []
  private var images: [Int32: Term] = [:]
  private var products: [Pair: Term] = [:]
  private var quotients: [Pair: Term] = [:]

  private struct Pair: Hashable {
    var a: Term
    var b: Term
  }

  /// Multiples of a factor that a product is compared with.
  private static let multiples = 1...7
  /// More products than this are left without facts.
  private static let limit = 4_000

  init(_ graph: TermGraph, _ inputs: SymbolicInputs) {
    self.graph = graph
    self.inputs = inputs
  }

  /// The term without products and quotients of unknowns.
  mutating func linear(_ term: Term) -> Term {
    for node in graph.unvisited(below: term, isKnown: { images[$0.index] != nil }) {
      images[node.index] = image(node)
    }
    return images[term.index] ?? term
  }

  private func known(_ term: Term) -> Term { images[term.index] ?? term }

  private mutating func image(_ node: Term) -> Term {
    switch graph[node] {
    case .boolean, .integer, .input: return node
    case .not(let a): return graph.not(known(a))
    case .and(let a, let b): return graph.and(known(a), known(b))
    case .or(let a, let b): return graph.or(known(a), known(b))
    case .ite(let a, let b, let c): return graph.ite(known(a), known(b), known(c))
    case .equal(let a, let b): return graph.equal(known(a), known(b))
    case .less(let a, let b): return graph.less(known(a), known(b))
    case .lessOrEqual(let a, let b): return graph.lessOrEqual(known(a), known(b))
    case .add(let a, let b): return graph.add(known(a), known(b))
    case .subtract(let a, let b): return graph.subtract(known(a), known(b))
    case .multiply(let a, let b): return product(known(a), known(b), isOfText: true)
    case .quotient(let a, let b): return quotient(known(a), known(b))
    case .remainder(let a, let b):
      let (x, y) = (known(a), known(b))
      if graph.integerValue(of: y) != nil { return graph.remainder(x, y) }
      return graph.subtract(x, product(quotient(x, y), y, isOfText: true))
    }
  }

  // MARK: Products

  /// - Parameter isOfText: not only a part of another product; such ones get more facts.
  private mutating func product(_ a: Term, _ b: Term, isOfText: Bool) -> Term {
    if graph.integerValue(of: a) != nil || graph.integerValue(of: b) != nil { return graph.multiply(a, b) }
    let pair = a.index < b.index ? Pair(a: a, b: b) : Pair(a: b, b: a)
    if let known = products[pair] { return known }
    // A choice of factors is a choice of products.
    for (choice, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
      guard case .ite(let condition, let x, let y) = graph[choice] else { continue }
      let (first, second) = (
        self.product(x, other, isOfText: isOfText), self.product(y, other, isOfText: isOfText)
      )
      let result = graph.ite(condition, first, second)
      products[pair] = result
      return result
    }
    let product = inputs.add("product", isBoolean: false, TermGraph.anyInteger, &graph)
    products[pair] = product
    guard products.count < Self.limit else { return product }
    addSigns(pair.a, pair.b, product)
    addSigns(pair.b, pair.a, product)
    if isOfText {
      addMultiples(pair.a, pair.b, product)
      addMultiples(pair.b, pair.a, product)
    }
    expand(pair.a, times: pair.b, product)
    expand(pair.b, times: pair.a, product)
    return product
  }

  private mutating func add(_ premises: [Term], _ conclusion: Term) {
    let fact = graph.implies(graph.conjunction(premises), conclusion)
    if fact != .true { facts.append(fact) }
  }

  private mutating func addSigns(_ a: Term, _ b: Term, _ product: Term) {
    let zero = graph.integer(0)
    let (aIsLow, aIsHigh) = (graph.lessOrEqual(a, zero), graph.lessOrEqual(zero, a))
    let bIsHigh = graph.lessOrEqual(zero, b)
    add([aIsHigh, bIsHigh], graph.lessOrEqual(zero, product))
    add([aIsLow, bIsHigh], graph.lessOrEqual(product, zero))
    add([aIsLow, graph.not(bIsHigh)], graph.lessOrEqual(zero, product))
    add([graph.equal(a, zero)], graph.equal(product, zero))
    // At least as far from 0 as the other factor.
    add([graph.not(aIsLow), bIsHigh], graph.lessOrEqual(b, product))
    add([graph.not(aIsHigh), bIsHigh], graph.lessOrEqual(product, graph.subtract(zero, b)))
    // Not beyond it where there is at most one of it.
    add([graph.lessOrEqual(a, graph.integer(1)), bIsHigh], graph.lessOrEqual(product, b))
  }

  private mutating func addMultiples(_ a: Term, _ b: Term, _ product: Term) {
    let isHigh = graph.lessOrEqual(graph.integer(0), b)
    for factor in Self.multiples {
      let multiple = graph.multiply(graph.integer(factor), b)
      add([isHigh, graph.lessOrEqual(graph.integer(factor), a)], graph.lessOrEqual(multiple, product))
      add([isHigh, graph.lessOrEqual(a, graph.integer(factor))], graph.lessOrEqual(product, multiple))
    }
  }

  /// Where `a` is a sum: the product is the sum of the products of its parts with `b`.
  private mutating func expand(_ a: Term, times b: Term, _ product: Term) {
    var sum = LinearSum()
    sum.add(a, 1, graph)
    if sum.parts.count == 1, sum.constant == 0, sum.parts[0].factor == 1 { return }
    guard sum.parts.count <= 24, sum.isSmall else { return }
    var total = graph.multiply(graph.integer(sum.constant), b)
    for (term, factor) in sum.parts where factor != 0 {
      let part = self.product(term, b, isOfText: false)
      total = graph.add(total, graph.multiply(graph.integer(factor), part))
    }
    facts.append(graph.equal(product, total))
  }

  // MARK: Quotients

  private mutating func quotient(_ a: Term, _ b: Term) -> Term {
    if graph.integerValue(of: b) != nil { return graph.quotient(a, b) }
    let pair = Pair(a: a, b: b)
    if let known = quotients[pair] { return known }
    let quotient = inputs.add("quotient", isBoolean: false, TermGraph.anyInteger, &graph)
    quotients[pair] = quotient
    let zero = graph.integer(0)
    let premises = [graph.lessOrEqual(zero, a), graph.less(zero, b)]
    let back = product(quotient, b, isOfText: true)
    add(premises, graph.lessOrEqual(zero, quotient))
    add(premises, graph.lessOrEqual(quotient, a))
    add(premises, graph.lessOrEqual(back, a))
    add(premises, graph.less(a, graph.add(back, b)))
    return quotient
  }
}

/// A sum of terms that are no sums, each with a factor.
private struct LinearSum {
  typealias Term = TermGraph.Term
  private(set) var parts: [(term: Term, factor: Int)] = []
  private(set) var constant = 0
  /// False once a factor is too large to go on.
  private(set) var isSmall = true

  mutating func add(_ term: Term, _ factor: Int, _ graph: TermGraph) {
    guard isSmall else { return }
    switch graph[term] {
    case .integer(let value):
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      guard !overflow, abs(product) < 1 << 30 else { return isSmall = false }
      constant += product
    case .add(let a, let b):
      add(a, factor, graph)
      add(b, factor, graph)
    case .subtract(let a, let b):
      add(a, factor, graph)
      add(b, -factor, graph)
    case .multiply(let a, let b):
      guard let number = graph.integerValue(of: a) ?? graph.integerValue(of: b) else {
        return addPart(term, factor)
      }
      guard abs(number) < 1 << 20 else { return isSmall = false }
      add(graph.integerValue(of: a) == nil ? a : b, factor * number, graph)
    default: addPart(term, factor)
    }
  }

  private mutating func addPart(_ term: Term, _ factor: Int) {
    guard abs(factor) < 1 << 30 else { return isSmall = false }
    if let place = parts.firstIndex(where: { $0.term == term }) {
      parts[place].factor += factor
    } else {
      parts.append((term, factor))
    }
  }
}
