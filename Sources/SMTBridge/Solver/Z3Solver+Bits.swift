internal import CZ3
import ProtocolModel

/// Terms as bit vectors, for systems in which every integer has bounds.
///
/// Each node is as wide as its own bounds ask for (two's complement). Sums, differences and
/// products are computed at the width of their result: what is cut off at the upper end does not
/// change the bits below. Comparisons and divisions extend both sides to a common width.
/// `bvsdiv` and `bvsrem` truncate towards zero, as Quint does.
extension Z3Solver {
  /// Bits for a range; nil without bounds.
  private func width(_ range: ClosedRange<Int>) -> UInt32? {
    guard range.lowerBound >= -TermGraph.limit, range.upperBound <= TermGraph.limit else { return nil }
    var width: UInt32 = 1
    while range.lowerBound < -(1 << (width - 1)) || range.upperBound >= 1 << (width - 1) { width += 1 }
    return width
  }

  private func bits(_ value: Int, _ width: UInt32) -> Z3_ast? {
    let sort = keepSort(Z3_mk_bv_sort(context, width))
    return keep(Z3_mk_unsigned_int64(context, UInt64(value & ((1 << Int(width)) - 1)), sort))
  }

  private func input(_ number: Int32, _ width: UInt32) -> Z3_ast? {
    let sort = keepSort(Z3_mk_bv_sort(context, width))
    return keep(Z3_mk_const(context, Z3_mk_int_symbol(context, number), sort))
  }

  /// What is to be asserted of an unknown; an entry is nil where that is not possible.
  func bitBounds(ofInput number: Int, _ range: ClosedRange<Int>) -> [Z3_ast?] {
    guard let width = width(range) else { return [nil] }
    let constant = input(Int32(number), width)
    return [
      keep(Z3_mk_bvsge(context, constant, bits(range.lowerBound, width))),
      keep(Z3_mk_bvsle(context, constant, bits(range.upperBound, width))),
    ]
  }

  /// The number that bits stand for.
  func signed(_ number: Integer, ofWidth width: UInt32) -> Integer {
    guard let value = number.asInt, value >= 1 << (width - 1) else { return number }
    return .small(value - 1 << width)
  }

  private func resized(_ ast: Z3_ast?, _ from: UInt32, _ to: UInt32) -> Z3_ast? {
    if from == to { return ast }
    return keep(
      from < to ? Z3_mk_sign_ext(context, to - from, ast) : Z3_mk_extract(context, to - 1, 0, ast))
  }

  private func operand(_ term: Term, _ graph: TermGraph, _ width: UInt32) -> Z3_ast? {
    guard let own = self.width(graph.range(of: term)) else { return nil }
    return resized(known(term), own, width)
  }

  /// A node whose operands are translated.
  func makeBits(_ term: Term, _ graph: TermGraph) -> Z3_ast? {
    func common(_ a: Term, _ b: Term, _ extra: UInt32 = 0) -> (Z3_ast, Z3_ast, UInt32)? {
      guard let first = width(graph.range(of: a)), let second = width(graph.range(of: b)) else { return nil }
      let width = max(first, second) + extra
      guard let x = resized(known(a), first, width), let y = resized(known(b), second, width) else {
        return nil
      }
      return (x, y, width)
    }
    let node = graph[term]
    switch node {
    case .boolean, .not, .and, .or: return make(node, graph)
    case .equal(let a, _) where graph.isBoolean(a): return make(node, graph)
    case .input(_, isBoolean: true): return make(node, graph)
    case .ite where graph.isBoolean(term): return make(node, graph)
    case .equal(let a, let b): return common(a, b).flatMap { Z3_mk_eq(context, $0.0, $0.1) }
    case .less(let a, let b): return common(a, b).flatMap { Z3_mk_bvslt(context, $0.0, $0.1) }
    case .lessOrEqual(let a, let b): return common(a, b).flatMap { Z3_mk_bvsle(context, $0.0, $0.1) }
    case .integer, .input, .ite, .add, .subtract, .multiply, .quotient, .remainder: break
    }
    guard let width = width(graph.range(of: term)) else { return nil }
    switch node {
    case .integer(let value): return bits(value, width)
    case .input(let number, _): return input(number, width)
    case .ite(let condition, let a, let b):
      guard let x = operand(a, graph, width), let y = operand(b, graph, width) else { return nil }
      return Z3_mk_ite(context, known(condition), x, y)
    case .add(let a, let b):
      guard let x = operand(a, graph, width), let y = operand(b, graph, width) else { return nil }
      return Z3_mk_bvadd(context, x, y)
    case .subtract(let a, let b):
      guard let x = operand(a, graph, width), let y = operand(b, graph, width) else { return nil }
      return Z3_mk_bvsub(context, x, y)
    case .multiply(let a, let b):
      guard let x = operand(a, graph, width), let y = operand(b, graph, width) else { return nil }
      return Z3_mk_bvmul(context, x, y)
    case .quotient(let a, let b), .remainder(let a, let b):
      // One bit more, so that the least number divided by -1 has a place.
      guard let (x, y, wide) = common(a, b, 1) else { return nil }
      let result: Z3_ast? =
        if case .quotient = node { keep(Z3_mk_bvsdiv(context, x, y)) } else {
          keep(Z3_mk_bvsrem(context, x, y))
        }
      return resized(result, wide, width)
    case .boolean, .not, .and, .or, .equal, .less, .lessOrEqual: return nil
    }
  }
}
